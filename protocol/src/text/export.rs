//! A text as a list of runs, to be stored and compared, and back.
//!
//! There is one run for each chain, in the order of their first ops, so equal states give equal
//! lists. A parent may come after what hangs on it.

use super::chain::Chain;
use super::tree::Child;
use super::{CharId, INSERT_CHARS_MAX, Piece, Seen, Side, Spot, Text, TextError, byte_of, push_piece};
use crate::ids::{OpId, Stamp};

/// Ops of equal length that go on from each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextOps {
    /// How many; at least 1.
    pub count: u32,
    /// Characters of each: 1 to [`INSERT_CHARS_MAX`].
    pub len: u32,
}

/// The last change of visibility of characters of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextMark {
    /// The first one's place in the whole run.
    pub start: u32,
    /// How many; at least 1.
    pub len: u32,
    /// When, and by whom.
    pub stamp: Stamp,
    /// Shown or hidden.
    pub visible: bool,
}

/// A chain: the characters of an op and of all that go on from it (SPEC TXT-9).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextRun {
    /// The first op. The others have the numbers after it.
    pub id: OpId,
    /// The lengths of the ops, the first one's included. Neighbours differ in length.
    pub ops: Vec<TextOps>,
    /// The parent of the first character; `None` is the root.
    pub parent: Option<CharId>,
    /// On which side of the parent.
    pub side: Side,
    /// All characters, hidden ones included.
    pub text: String,
    /// In ascending order, apart from each other. Neighbours that could be one are one. What has no
    /// mark never changed and is visible.
    pub marks: Vec<TextMark>,
}

impl Text {
    /// The whole state.
    #[must_use]
    pub fn export(&self) -> Vec<TextRun> {
        let run = |(id, chain): (&OpId, &Chain)| TextRun {
            id: *id,
            ops: chain.lens(),
            parent: chain.parent.map(|spot| self.name(spot)),
            side: chain.side,
            text: String::new(),
            marks: Vec::new(),
        };
        let mut runs: Vec<TextRun> = self.chains.iter().map(run).collect();
        // The pieces of one chain stand in the order of the chain, whatever stands between them.
        for piece in &self.pieces {
            let Ok(index) = runs.binary_search_by_key(&piece.at.chain, |run| run.id) else { continue };
            let run = &mut runs[index];
            run.text.push_str(&piece.text);
            let Some(Seen { stamp, visible }) = piece.seen else { continue };
            match run.marks.last_mut() {
                Some(last) if last.start + last.len == piece.at.offset && (last.stamp, last.visible) == (stamp, visible) => {
                    last.len += piece.len
                }
                _ => run.marks.push(TextMark { start: piece.at.offset, len: piece.len, stamp, visible }),
            }
        }
        runs
    }

    /// Makes a text of runs, in any order. It takes what [`Self::export`] gives, and runs that were
    /// not joined where they could be.
    ///
    /// # Errors
    /// [`TextError`] for runs that no text has.
    pub fn import(mut runs: Vec<TextRun>) -> Result<Self, TextError> {
        runs.sort_by_key(|run| run.id);
        let mut text = Self::new();
        let mut sources: Vec<Source> = Vec::with_capacity(runs.len());
        let mut parents = Vec::with_capacity(runs.len());
        for run in runs {
            let chars = check(&run)?;
            if text.chain_of(run.id).is_some() {
                return Err(TextError::Duplicate { op: run.id });
            }
            text.total += chars as usize;
            match sources.last_mut() {
                Some(before) if text.continues(before.head, &run) => before.add(&mut text, run),
                _ => {
                    parents.push((run.id, run.parent));
                    sources.push(Source::new(&mut text, run));
                }
            }
        }
        for (head, parent) in parents {
            let parent = parent.map(|name| text.spot(name)).transpose()?;
            if let Some(chain) = text.chains.get_mut(&head) {
                chain.parent = parent;
                text.children.insert(Child { parent, side: chain.side, head });
            }
        }
        text.walk(&mut sources);
        let reached: usize = text.pieces.iter().map(|piece| piece.len as usize).sum();
        if reached != text.total {
            return Err(TextError::Cycle { chars: text.total - reached });
        }
        text.len = text.pieces.iter().filter(|piece| piece.visible()).map(|piece| piece.len as usize).sum();
        Ok(text)
    }

    /// Whether a run goes on from the chain `head`.
    fn continues(&self, head: OpId, run: &TextRun) -> bool {
        run.side == Side::Right
            && run
                .parent
                .and_then(|parent| self.spot(parent).ok())
                .is_some_and(|parent| parent.chain == head && self.goes_on(parent, run.id))
    }

    /// Fills the pieces by walking the tree. The stack is our own: a tree may be as deep as the text
    /// is long.
    fn walk(&mut self, sources: &mut [Source]) {
        let top = Child { parent: None, side: Side::Right, head: OpId::default() };
        let mut stack: Vec<Step> =
            self.children.range(top..).take_while(|child| child.parent.is_none()).map(|child| Step::Chain(child.head)).collect();
        stack.reverse();
        while let Some(step) = stack.pop() {
            match step {
                Step::Chain(head) => {
                    let begin = stack.len();
                    self.steps(head, &mut stack);
                    stack[begin..].reverse();
                }
                Step::Chars { chain, end } => {
                    if let Ok(index) = sources.binary_search_by_key(&chain, |source| source.head) {
                        sources[index].emit(end, &mut self.pieces);
                    }
                }
            }
        }
    }

    /// What the walk meets in a chain: its characters, and the chains that hang on them.
    fn steps(&self, head: OpId, steps: &mut Vec<Step>) {
        let chain = self.chain(head);
        let mut beyond: Vec<(u32, OpId)> = Vec::new();
        for (offset, child) in self.children_from(Spot { chain: head, offset: 0 }) {
            let next = chain.next_op(head, offset);
            match child.side {
                Side::Left => steps.push(Step::Chars { chain: head, end: offset }),
                // Siblings after the chain's next character stand after all that hangs on it.
                Side::Right if next.is_some_and(|next| next < child.head) => {
                    beyond.push((offset, child.head));
                    continue;
                }
                Side::Right => steps.push(Step::Chars { chain: head, end: offset + 1 }),
            }
            steps.push(Step::Chain(child.head));
        }
        steps.push(Step::Chars { chain: head, end: chain.chars() });
        beyond.sort_by_key(|(offset, _)| std::cmp::Reverse(*offset));
        steps.extend(beyond.into_iter().map(|(_, child)| Step::Chain(child)));
    }
}

enum Step {
    Chain(OpId),
    /// The characters of a chain up to before `end` that were not yet met.
    Chars {
        chain: OpId,
        end: u32,
    },
}

/// A chain's characters that the walk has not yet met.
struct Source {
    head: OpId,
    text: String,
    byte: usize,
    offset: u32,
    marks: Vec<TextMark>,
    mark: usize,
}

impl Source {
    /// Adds a chain to the text. Its parent is found later, when all chains are there.
    fn new(text: &mut Text, run: TextRun) -> Self {
        let mut source = Self { head: run.id, text: String::new(), byte: 0, offset: 0, marks: Vec::new(), mark: 0 };
        let mut ops = run.ops.iter().copied();
        if let Some(first) = ops.next() {
            let mut chain = Chain::new(None, run.side, first.len);
            if first.count > 1 {
                chain.push_many(TextOps { count: first.count - 1, ..first });
            }
            ops.for_each(|ops| chain.push_many(ops));
            text.chains.insert(run.id, chain);
        }
        source.text = run.text;
        source.marks = run.marks;
        source
    }

    /// Lengthens the chain by a run that goes on from it.
    fn add(&mut self, text: &mut Text, run: TextRun) {
        let Some(chain) = text.chains.get_mut(&self.head) else { return };
        let before = chain.chars();
        run.ops.iter().for_each(|ops| chain.push_many(*ops));
        self.text.push_str(&run.text);
        self.marks.extend(run.marks.into_iter().map(|mark| TextMark { start: mark.start + before, ..mark }));
    }

    /// Gives the characters up to before `end`, cut where marks begin and end.
    fn emit(&mut self, end: u32, pieces: &mut Vec<Piece>) {
        while self.offset < end {
            let (seen, stop) = match self.marks.get(self.mark) {
                Some(mark) if mark.start <= self.offset => (Some(Seen { stamp: mark.stamp, visible: mark.visible }), mark.start + mark.len),
                Some(mark) => (None, mark.start),
                None => (None, end),
            };
            let len = stop.min(end) - self.offset;
            let rest = &self.text[self.byte..];
            let taken = &rest[..byte_of(rest, len)];
            self.byte += taken.len();
            push_piece(pieces, Piece { at: Spot { chain: self.head, offset: self.offset }, len, seen, text: taken.to_owned() });
            self.offset += len;
            if seen.is_some() && self.offset == stop {
                self.mark += 1;
            }
        }
    }
}

/// Checks a run by itself, and gives its length.
fn check(run: &TextRun) -> Result<u32, TextError> {
    let chars = run.text.chars().count();
    let names = TextError::Names { run: run.id, chars };
    if run.parent.is_none() && run.side == Side::Left {
        return Err(TextError::LeftOfRoot);
    }
    let (mut named, mut count) = (0u64, 0u64);
    for ops in &run.ops {
        if ops.len == 0 || ops.count == 0 {
            return Err(TextError::Empty);
        }
        if ops.len as usize > INSERT_CHARS_MAX {
            return Err(TextError::TooLong { chars: ops.len as usize, max: INSERT_CHARS_MAX });
        }
        // Neither sum can wrap: the text that is there bounds both before they are added up.
        count += u64::from(ops.count);
        named += u64::from(ops.count) * u64::from(ops.len);
        if named > chars as u64 {
            return Err(names);
        }
    }
    if named == 0 {
        return Err(TextError::Empty);
    }
    if named != chars as u64 || run.id.counter.checked_add(count - 1).is_none() {
        return Err(names);
    }
    let chars = u32::try_from(named).map_err(|_| names)?;
    let mut end = 0u32;
    for mark in &run.marks {
        let marks = TextError::Marks { run: run.id };
        let stop = mark.start.checked_add(mark.len).filter(|stop| *stop <= chars).ok_or(marks)?;
        if mark.len == 0 || mark.start < end {
            return Err(marks);
        }
        end = stop;
    }
    Ok(chars)
}
