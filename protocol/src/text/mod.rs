//! Text that several people type in at once: a sequence of characters named by their ops
//! (SPEC TXT-1 to TXT-14).
//!
//! The order is that of a tree, as in Fugue (Weidner and Kleppmann, "The Art of the Fugue:
//! Minimizing Interleaving in Collaborative Text Editing", 2023): each character is a left or a
//! right child of another, and the text is what a walk meets that takes left children, the
//! character, right children. Runs typed at one place at the same time stay whole.
//!
//! Neither the tree nor the text is kept by single characters:
//! - `chain`: ops that go on from each other are one chain, with one place in the tree;
//! - `tree`: where among the characters a new run stands;
//! - `place`: positions, names and spans, for those who type and for undo;
//! - `export`: all of it as [`TextRun`]s, equal for equal states.
//!
//! Positions and indexes count Unicode scalar values. It is not rich text, and knows no words or
//! lines.

mod chain;
mod export;
mod place;
mod tree;

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_replicas;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::ids::{OpId, Stamp};
use chain::Chain;
use tree::Child;

pub use export::{TextMark, TextOps, TextRun};
pub use place::TextPiece;

/// Unicode scalar values of one text, hidden ones included: some ten printed pages. Hidden ones
/// count because they stay for undo, and take the same memory and bytes: at worst, each inserted
/// alone, 200 bytes a character. It binds admission ([`Text::check_insert`]), not merging.
pub const TEXT_CHARS_MAX: usize = 20_000;
/// Unicode scalar values of one insert: a pasted page is one op, longer pastes are several. With
/// four bytes each it stays well under the limit of a change.
pub const INSERT_CHARS_MAX: usize = 4_096;

/// The name of a character (SPEC TXT-1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CharId {
    /// The op that inserted it.
    pub op: OpId,
    /// Its place in that op's run, from 0.
    pub index: u32,
}

/// On which side of its parent a character hangs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Side {
    /// Before it.
    Left,
    /// After it.
    Right,
}

/// Characters that were inserted one after the other: `len` of them from number `start` of `op` on.
/// It may go on from the end of an op into the ops of the same chain (SPEC TXT-9), so that a whole
/// typed paragraph is one span.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// The op that inserted the first.
    pub op: OpId,
    /// The first one's place in that op's run.
    pub start: u32,
    /// How many; at least 1.
    pub len: u32,
}

/// An insert, to be merged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Insert<'a> {
    /// The op; it names the characters.
    pub id: OpId,
    /// The parent of the first; `None` is the root.
    pub parent: Option<CharId>,
    /// On which side of the parent; right of the root.
    pub side: Side,
    /// 1 to [`INSERT_CHARS_MAX`] characters.
    pub text: &'a str,
}

/// A change of visibility, to be merged.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark<'a> {
    /// It wins over lesser ones.
    pub stamp: Stamp,
    /// Of these characters; at least one. They may overlap.
    pub spans: &'a [Span],
    /// Shown or hidden.
    pub visible: bool,
}

/// What cannot be merged into a text, or not be a text. Nothing is changed then.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TextError {
    /// No characters.
    #[error("an insert or mark must name at least one character")]
    Empty,
    /// More characters than allowed.
    #[error("{chars} characters of text; allowed are {max}")]
    TooLong {
        /// How many there would be.
        chars: usize,
        /// How many may be: [`INSERT_CHARS_MAX`] or [`TEXT_CHARS_MAX`].
        max: usize,
    },
    /// The op is there already.
    #[error("op {op} has already inserted text here")]
    Duplicate {
        /// Which.
        op: OpId,
    },
    /// No such op has inserted anything.
    #[error("op {op} has inserted no text here")]
    UnknownOp {
        /// Which.
        op: OpId,
    },
    /// The op, with those that go on from it, inserted less than was named.
    #[error("op {op} has no character {index}; there are {len}")]
    OutOfRange {
        /// The op that was named.
        op: OpId,
        /// The character that was named, counted from the op's first.
        index: u64,
        /// How many there are from the op's first on.
        len: u32,
    },
    /// The root has no left side: nothing stands before it.
    #[error("a character can only stand right of the root")]
    LeftOfRoot,
    /// Only of import: the ops of a run and its text differ in length, or its names run out.
    #[error("the ops of run {run} do not name its {chars} characters")]
    Names {
        /// The run.
        run: OpId,
        /// Its length.
        chars: usize,
    },
    /// Only of import: marks that overlap, are empty, out of order or beyond the run.
    #[error("the marks of run {run} must be ascending, apart and within its characters")]
    Marks {
        /// The run.
        run: OpId,
    },
    /// Only of import: runs that hang on each other, and none of them on the root.
    #[error("{chars} characters do not hang on the root")]
    Cycle {
        /// How many are affected.
        chars: usize,
    },
}

/// A character by its chain: the chain's first op, and its place in the whole chain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
struct Spot {
    chain: OpId,
    offset: u32,
}

/// The last change of visibility.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Seen {
    stamp: Stamp,
    visible: bool,
}

/// Characters of one chain that follow each other in the text and were last changed together.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Piece {
    at: Spot,
    len: u32,
    seen: Option<Seen>,
    text: String,
}

/// A text's merged state.
///
/// Each op takes time in proportion to the number of pieces, of which there is one for every place
/// where somebody went on writing elsewhere. All fields are canonical: texts that took in the same
/// ops are equal, whatever the order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Text {
    /// By their first op.
    chains: BTreeMap<OpId, Chain>,
    /// Each chain under its parent, in the order of siblings.
    children: BTreeSet<Child>,
    /// The text in order. Neighbours that could be one piece are one.
    pieces: Vec<Piece>,
    total: usize,
    len: usize,
}

impl Piece {
    fn end(&self) -> u32 {
        self.at.offset + self.len
    }

    fn visible(&self) -> bool {
        self.seen.is_none_or(|seen| seen.visible)
    }

    fn stamp(&self) -> Option<Stamp> {
        self.seen.map(|seen| seen.stamp)
    }

    fn holds(&self, spot: Spot) -> bool {
        self.at.chain == spot.chain && (self.at.offset..self.end()).contains(&spot.offset)
    }

    /// Keeps the first `keep` characters and gives the others.
    fn split_off(&mut self, keep: u32) -> Self {
        let text = self.text.split_off(byte_of(&self.text, keep));
        let at = Spot { offset: self.at.offset + keep, ..self.at };
        let rest = Self { at, len: self.len - keep, seen: self.seen, text };
        self.len = keep;
        rest
    }
}

/// Where character number `index` begins in `text`, or its end.
fn byte_of(text: &str, index: u32) -> usize {
    text.char_indices().nth(index as usize).map_or(text.len(), |(byte, _)| byte)
}

/// Appends a piece, or lengthens the last by it.
fn push_piece(pieces: &mut Vec<Piece>, piece: Piece) {
    match pieces.last_mut() {
        Some(last) if last.at.chain == piece.at.chain && last.end() == piece.at.offset && last.seen == piece.seen => {
            last.text.push_str(&piece.text);
            last.len += piece.len;
        }
        _ => pieces.push(piece),
    }
}

impl Text {
    /// An empty text.
    #[must_use]
    pub const fn new() -> Self {
        Self { chains: BTreeMap::new(), children: BTreeSet::new(), pieces: Vec::new(), total: 0, len: 0 }
    }

    /// How many visible characters.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether no character is visible.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many characters, hidden ones included.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.total
    }

    /// Whether an insert would be taken, and leave the text within [`TEXT_CHARS_MAX`]. This is for
    /// admission; [`Self::insert`] takes what another log admitted, however much comes together.
    ///
    /// # Errors
    /// Those of [`Self::insert`], and [`TextError::TooLong`].
    pub fn check_insert(&self, insert: &Insert<'_>) -> Result<(), TextError> {
        let (_, count) = self.resolve(insert)?;
        let chars = self.total + count as usize;
        if chars > TEXT_CHARS_MAX {
            return Err(TextError::TooLong { chars, max: TEXT_CHARS_MAX });
        }
        Ok(())
    }

    /// Takes new characters in.
    ///
    /// # Errors
    /// [`TextError::Empty`], [`TextError::TooLong`] beyond [`INSERT_CHARS_MAX`],
    /// [`TextError::Duplicate`], [`TextError::UnknownOp`] and [`TextError::OutOfRange`] for the
    /// parent, [`TextError::LeftOfRoot`]. Nothing is changed then.
    pub fn insert(&mut self, insert: Insert<'_>) -> Result<(), TextError> {
        let (parent, count) = self.resolve(&insert)?;
        let gap = self.gap(parent, insert.side, insert.id);
        let index = self.cut(gap);
        let goes_on = parent.filter(|parent| insert.side == Side::Right && self.goes_on(*parent, insert.id));
        let at = if let Some(parent) = goes_on {
            if let Some(chain) = self.chains.get_mut(&parent.chain) {
                chain.push(count);
            }
            Spot { offset: parent.offset + 1, ..parent }
        } else {
            self.chains.insert(insert.id, Chain::new(parent, insert.side, count));
            self.children.insert(Child { parent, side: insert.side, head: insert.id });
            Spot { chain: insert.id, offset: 0 }
        };
        match index.checked_sub(1).and_then(|before| self.pieces.get_mut(before)) {
            Some(before) if before.at.chain == at.chain && before.end() == at.offset && before.seen.is_none() => {
                before.text.push_str(insert.text);
                before.len += count;
            }
            _ => self.pieces.insert(index, Piece { at, len: count, seen: None, text: insert.text.to_owned() }),
        }
        self.total += count as usize;
        self.len += count as usize;
        Ok(())
    }

    /// Whether a change of visibility would be taken.
    ///
    /// # Errors
    /// Those of [`Self::mark`].
    pub fn check_mark(&self, mark: &Mark<'_>) -> Result<(), TextError> {
        self.ranges(mark.spans).map(drop)
    }

    /// Shows or hides characters where the stamp is greater than that of their last change, or they
    /// were never changed.
    ///
    /// # Errors
    /// [`TextError::Empty`] without spans or for an empty one, [`TextError::UnknownOp`],
    /// [`TextError::OutOfRange`]. Nothing is changed then.
    pub fn mark(&mut self, mark: Mark<'_>) -> Result<(), TextError> {
        let ranges = self.ranges(mark.spans)?;
        let seen = Some(Seen { stamp: mark.stamp, visible: mark.visible });
        let old = std::mem::take(&mut self.pieces);
        self.pieces.reserve(old.len());
        for mut piece in old {
            if piece.stamp() < Some(mark.stamp) {
                let first = ranges.partition_point(|range| (range.chain, range.end) <= (piece.at.chain, piece.at.offset));
                for range in &ranges[first..] {
                    if range.chain != piece.at.chain || range.start >= piece.end() {
                        break;
                    }
                    if range.start > piece.at.offset {
                        let inside = piece.split_off(range.start - piece.at.offset);
                        push_piece(&mut self.pieces, std::mem::replace(&mut piece, inside));
                    }
                    let rest = (range.end < piece.end()).then(|| piece.split_off(range.end - piece.at.offset));
                    if piece.visible() != mark.visible {
                        let count = piece.len as usize;
                        self.len = if mark.visible { self.len + count } else { self.len - count };
                    }
                    piece.seen = seen;
                    let Some(rest) = rest else { break };
                    push_piece(&mut self.pieces, std::mem::replace(&mut piece, rest));
                }
            }
            push_piece(&mut self.pieces, piece);
        }
        Ok(())
    }

    /// The parent of an insert by its chain, and the number of characters.
    fn resolve(&self, insert: &Insert<'_>) -> Result<(Option<Spot>, u32), TextError> {
        let chars = insert.text.chars().count();
        if chars == 0 {
            return Err(TextError::Empty);
        }
        if chars > INSERT_CHARS_MAX {
            return Err(TextError::TooLong { chars, max: INSERT_CHARS_MAX });
        }
        if self.chain_of(insert.id).is_some() {
            return Err(TextError::Duplicate { op: insert.id });
        }
        let parent = insert.parent.map(|parent| self.spot(parent)).transpose()?;
        if parent.is_none() && insert.side == Side::Left {
            return Err(TextError::LeftOfRoot);
        }
        Ok((parent, chars as u32))
    }
}

impl fmt::Display for Text {
    /// The visible characters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().filter(|piece| piece.visible()).try_for_each(|piece| f.write_str(&piece.text))
    }
}
