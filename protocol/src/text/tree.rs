//! The tree's order: where a new run stands, found without walking the whole tree.
//!
//! A character's left children stand before it, its right children after it, each with all that
//! hangs on it. Siblings stand in the order of their ops. The next character of a chain is a right
//! child like any other, but it is not written down as one.

use std::ops::Bound;

use super::{Side, Spot, Text};
use crate::ids::OpId;

/// A chain's place under its parent. The order of the fields is the order of siblings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Child {
    /// `None` is the root.
    pub(super) parent: Option<Spot>,
    pub(super) side: Side,
    /// The chain's first op.
    pub(super) head: OpId,
}

/// Where something new stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Gap {
    /// Before everything.
    Start,
    Before(Spot),
    After(Spot),
}

const FIRST: OpId = OpId::new(0, 0);
const LAST: OpId = OpId::new(u64::MAX, u64::MAX);

impl Text {
    /// The chains that hang on characters of chain `from.chain`, from that character on, in order.
    pub(super) fn children_from(&self, from: Spot) -> impl Iterator<Item = (u32, Child)> {
        let first = Child { parent: Some(from), side: Side::Left, head: FIRST };
        let last = Child { parent: Some(Spot { offset: u32::MAX, ..from }), side: Side::Right, head: LAST };
        self.children.range(first..=last).filter_map(|child| Some((child.parent?.offset, *child)))
    }

    /// Whether a character, or the root, has right children.
    pub(super) fn has_right(&self, parent: Option<Spot>) -> bool {
        let goes_on = parent.is_some_and(|spot| spot.offset + 1 < self.chain(spot.chain).chars());
        let first = Child { parent, side: Side::Right, head: FIRST };
        goes_on || self.children.range(first..=Child { head: LAST, ..first }).next().is_some()
    }

    /// Where a run named `id` stands that hangs on `side` of `parent`.
    pub(super) fn gap(&self, parent: Option<Spot>, side: Side, id: OpId) -> Gap {
        let new = Child { parent, side, head: id };
        match (parent, side) {
            (Some(parent), Side::Left) => {
                let beyond = (Bound::Excluded(new), Bound::Included(Child { head: LAST, ..new }));
                match self.children.range(beyond).next() {
                    Some(sibling) => Gap::Before(self.first_under(sibling.head)),
                    None => Gap::Before(parent),
                }
            }
            _ => {
                let chained = parent.and_then(|spot| {
                    let next = self.chain(spot.chain).next_op(spot.chain, spot.offset)?;
                    Some((next, Spot { offset: spot.offset + 1, ..spot }))
                });
                let hanging = self.children.range(Child { head: FIRST, ..new }..new).next_back();
                let hanging = hanging.map(|sibling| (sibling.head, Spot { chain: sibling.head, offset: 0 }));
                let before = chained.filter(|(next, _)| *next < id).max(hanging);
                match (before, parent) {
                    (Some((_, sibling)), _) => Gap::After(self.last_under(sibling)),
                    (None, Some(parent)) => Gap::After(parent),
                    (None, None) => Gap::Start,
                }
            }
        }
    }

    /// The first of all characters that hang on a chain's first character, or that itself.
    fn first_under(&self, mut head: OpId) -> Spot {
        loop {
            let spot = Spot { chain: head, offset: 0 };
            let first = Child { parent: Some(spot), side: Side::Left, head: FIRST };
            match self.children.range(first..=Child { head: LAST, ..first }).next() {
                Some(child) => head = child.head,
                None => return spot,
            }
        }
    }

    /// The last of all characters that hang on `spot`, or that itself.
    fn last_under(&self, mut spot: Spot) -> Spot {
        loop {
            let chain = self.chain(spot.chain);
            // The first place along the chain where something hangs beyond the chain's own rest.
            let mut beyond: Option<(u32, OpId)> = None;
            for (offset, child) in self.children_from(spot) {
                if beyond.is_some_and(|(found, _)| found != offset) {
                    break;
                }
                let is_beyond = || chain.next_op(spot.chain, offset).is_none_or(|next| next < child.head);
                if child.side == Side::Right && is_beyond() {
                    beyond = Some((offset, child.head));
                }
            }
            match beyond {
                Some((_, head)) => spot = Spot { chain: head, offset: 0 },
                None => return Spot { offset: chain.chars() - 1, ..spot },
            }
        }
    }

    /// Makes a border between pieces at `gap`, and gives the number of the piece after it.
    pub(super) fn cut(&mut self, gap: Gap) -> usize {
        let (spot, skip) = match gap {
            Gap::Start => return 0,
            Gap::Before(spot) => (spot, 0),
            Gap::After(spot) => (spot, 1),
        };
        let index = self.piece_of(spot);
        let keep = spot.offset - self.pieces[index].at.offset + skip;
        if keep == 0 {
            return index;
        }
        if keep < self.pieces[index].len {
            let rest = self.pieces[index].split_off(keep);
            self.pieces.insert(index + 1, rest);
        }
        index + 1
    }

    /// The number of the piece that a character is in.
    pub(super) fn piece_of(&self, spot: Spot) -> usize {
        self.pieces.iter().position(|piece| piece.holds(spot)).expect("every character of a chain is in a piece")
    }
}
