//! Positions and names: where a local edit goes, what a range is called, where a cursor stands.

use super::chain::{Range, join};
use super::{CharId, Side, Span, Spot, Text};
use crate::ids::Stamp;

/// Characters that follow each other in the text, of ops that go on from each other, last changed
/// together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextPiece<'a> {
    /// The name of the first. The others follow in its op, and in those that go on from it.
    pub first: CharId,
    /// The characters.
    pub text: &'a str,
    /// The last change of visibility; `None` if there was none.
    pub stamp: Option<Stamp>,
    /// Whether they are shown.
    pub visible: bool,
}

impl Text {
    /// The text in order, hidden characters included.
    pub fn runs(&self) -> impl Iterator<Item = TextPiece<'_>> {
        self.pieces.iter().map(|piece| TextPiece {
            first: self.name(piece.at),
            text: &piece.text,
            stamp: piece.stamp(),
            visible: piece.visible(),
        })
    }

    /// Parent and side for a local insert before the visible character at `position`; at the end if
    /// there is none (SPEC TXT-6).
    #[must_use]
    pub fn place(&self, position: usize) -> (Option<CharId>, Side) {
        let left = position.min(self.len).checked_sub(1).and_then(|before| self.visible_at(before));
        let parent = left.map(|(_, spot)| spot);
        if !self.has_right(parent) {
            return (parent.map(|spot| self.name(spot)), Side::Right);
        }
        let next = match left {
            Some((index, spot)) if spot.offset + 1 < self.pieces[index].end() => Spot { offset: spot.offset + 1, ..spot },
            Some((index, _)) => self.pieces[index + 1].at,
            None => self.pieces[0].at,
        };
        (Some(self.name(next)), Side::Left)
    }

    /// Names the visible characters from position `start` on, `len` of them or as many as there are.
    #[must_use]
    pub fn spans(&self, start: usize, len: usize) -> Vec<Span> {
        let end = start.saturating_add(len);
        let mut ranges = Vec::new();
        let mut position = 0;
        for piece in self.pieces.iter().filter(|piece| piece.visible()) {
            if position >= end {
                break;
            }
            let count = piece.len as usize;
            let from = start.saturating_sub(position).min(count) as u32;
            let to = (end - position).min(count) as u32;
            if from < to {
                ranges.push(Range { chain: piece.at.chain, start: piece.at.offset + from, end: piece.at.offset + to });
            }
            position += count;
        }
        self.named(ranges)
    }

    /// Of the characters of `spans`, those whose last change of visibility `keep` accepts; `None` is
    /// one that never changed. Spans that this text does not have are left out.
    #[must_use]
    pub fn spans_with(&self, spans: &[Span], keep: impl Fn(Option<Stamp>) -> bool) -> Vec<Span> {
        let wanted = self.known(spans);
        let mut ranges = Vec::new();
        for piece in self.pieces.iter().filter(|piece| keep(piece.stamp())) {
            let first = wanted.partition_point(|range| (range.chain, range.end) <= (piece.at.chain, piece.at.offset));
            for range in &wanted[first..] {
                if range.chain != piece.at.chain || range.start >= piece.end() {
                    break;
                }
                let start = range.start.max(piece.at.offset);
                ranges.push(Range { chain: range.chain, start, end: range.end.min(piece.end()) });
            }
        }
        self.named(ranges)
    }

    /// The characters of `spans` that are not among those of `others`. Spans that this text does not
    /// have are left out.
    #[must_use]
    pub fn spans_without(&self, spans: &[Span], others: &[Span]) -> Vec<Span> {
        let others = self.known(others);
        let mut left = Vec::new();
        for range in self.known(spans) {
            let mut start = range.start;
            let first = others.partition_point(|other| (other.chain, other.end) <= (range.chain, range.start));
            for other in others[first..].iter().take_while(|other| other.chain == range.chain && other.start < range.end) {
                if start < other.start {
                    left.push(Range { start, end: other.start, ..range });
                }
                start = other.end;
            }
            if start < range.end {
                left.push(Range { start, ..range });
            }
        }
        self.named(left)
    }

    /// How many visible characters stand before a character, which may itself be hidden. `None` if
    /// this text does not have it.
    #[must_use]
    pub fn position_of(&self, name: CharId) -> Option<usize> {
        let spot = self.spot(name).ok()?;
        let index = self.piece_of(spot);
        let before: usize = self.pieces[..index].iter().filter(|piece| piece.visible()).map(|piece| piece.len as usize).sum();
        let piece = &self.pieces[index];
        let within = if piece.visible() { spot.offset - piece.at.offset } else { 0 };
        Some(before + within as usize)
    }

    /// The name of the visible character at `position`.
    #[must_use]
    pub fn char_at(&self, position: usize) -> Option<CharId> {
        self.visible_at(position).map(|(_, spot)| self.name(spot))
    }

    /// The visible character at `position`, and the number of its piece.
    fn visible_at(&self, position: usize) -> Option<(usize, Spot)> {
        let mut left = position;
        for (index, piece) in self.pieces.iter().enumerate().filter(|(_, piece)| piece.visible()) {
            if left < piece.len as usize {
                return Some((index, Spot { offset: piece.at.offset + left as u32, ..piece.at }));
            }
            left -= piece.len as usize;
        }
        None
    }

    /// The name of a character.
    pub(super) fn name(&self, spot: Spot) -> CharId {
        self.chain(spot.chain).name(spot.chain, spot.offset)
    }

    /// Finds the characters of those spans that this text has.
    fn known(&self, spans: &[Span]) -> Vec<Range> {
        let mut ranges: Vec<Range> = spans.iter().filter_map(|span| self.ranges(std::slice::from_ref(span)).ok()).flatten().collect();
        join(&mut ranges);
        ranges
    }

    /// Names the characters of ranges, in as few spans as can be.
    fn named(&self, mut ranges: Vec<Range>) -> Vec<Span> {
        join(&mut ranges);
        ranges.into_iter().map(|range| self.span(range)).collect()
    }
}
