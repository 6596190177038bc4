//! A chain: ops that one actor wrote one after the other, each the right child of the last
//! character of the one before. Typing a paragraph letter by letter makes one chain, which takes a
//! few words of memory, not a tree node for each letter.
//!
//! Whether an op goes on from another can be seen from the two alone, so every replica has the same
//! chains.

use super::{CharId, Side, Spot, TextError, TextOps};
use crate::ids::OpId;

/// Where a chain hangs in the tree, and the lengths of its ops.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Chain {
    /// The parent of its first character.
    pub(super) parent: Option<Spot>,
    pub(super) side: Side,
    groups: Vec<Group>,
    ops: u32,
    chars: u32,
}

/// Ops of equal length, up to the next group.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Group {
    /// Ops of the chain before it.
    op: u32,
    /// Characters of the chain before it.
    offset: u32,
    /// Characters of each op.
    len: u32,
}

impl Chain {
    /// A chain of one op.
    pub(super) fn new(parent: Option<Spot>, side: Side, len: u32) -> Self {
        Self { parent, side, groups: vec![Group { op: 0, offset: 0, len }], ops: 1, chars: len }
    }

    /// Adds the next op.
    pub(super) fn push(&mut self, len: u32) {
        self.push_many(TextOps { count: 1, len });
    }

    /// Adds the next ops; neither number is 0.
    pub(super) fn push_many(&mut self, ops: TextOps) {
        if self.groups.last().is_none_or(|last| last.len != ops.len) {
            self.groups.push(Group { op: self.ops, offset: self.chars, len: ops.len });
        }
        self.ops += ops.count;
        self.chars += ops.count * ops.len;
    }

    /// How many characters.
    pub(super) const fn chars(&self) -> u32 {
        self.chars
    }

    /// The lengths of its ops.
    pub(super) fn lens(&self) -> Vec<TextOps> {
        let ends = self.groups.iter().skip(1).map(|next| next.op).chain([self.ops]);
        self.groups.iter().zip(ends).map(|(group, end)| TextOps { count: end - group.op, len: group.len }).collect()
    }

    /// Where op number `op` of the chain begins, and its length.
    fn op(&self, op: u32) -> (u32, u32) {
        let group = self.groups[self.groups.partition_point(|group| group.op <= op) - 1];
        (group.offset + (op - group.op) * group.len, group.len)
    }

    /// The name of a character, for the chain whose first op is `first`.
    pub(super) fn name(&self, first: OpId, offset: u32) -> CharId {
        let group = self.groups[self.groups.partition_point(|group| group.offset <= offset) - 1];
        let within = offset - group.offset;
        let op = OpId { counter: first.counter + u64::from(group.op + within / group.len), ..first };
        CharId { op, index: within % group.len }
    }

    /// The op of the character that follows number `offset` in the chain.
    pub(super) fn next_op(&self, first: OpId, offset: u32) -> Option<OpId> {
        (offset + 1 < self.chars).then(|| self.name(first, offset + 1).op)
    }
}

/// Characters of one chain: `start` to before `end`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Range {
    pub(super) chain: OpId,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Sorts ranges and joins those that touch.
pub(super) fn join(ranges: &mut Vec<Range>) {
    ranges.sort_unstable();
    ranges.dedup_by(|next, last| {
        let touches = next.chain == last.chain && next.start <= last.end;
        if touches {
            last.end = last.end.max(next.end);
        }
        touches
    });
}

impl super::Text {
    /// The chain an op is in: the chain's first op, the chain, and the op's number in it.
    pub(super) fn chain_of(&self, op: OpId) -> Option<(OpId, &Chain, u32)> {
        let (first, chain) = self.chains.range(..=op).next_back()?;
        let number = op.counter.checked_sub(first.counter).filter(|number| *number < u64::from(chain.ops))?;
        (first.actor == op.actor).then_some((*first, chain, number as u32))
    }

    /// The chain that a known spot is in.
    pub(super) fn chain(&self, first: OpId) -> &Chain {
        self.chains.get(&first).expect("spots are only made for chains that are there, and none is ever removed")
    }

    /// Finds a character by its name.
    pub(super) fn spot(&self, name: CharId) -> Result<Spot, TextError> {
        let (first, chain, number) = self.chain_of(name.op).ok_or(TextError::UnknownOp { op: name.op })?;
        let (offset, len) = chain.op(number);
        if name.index >= len {
            return Err(TextError::OutOfRange { op: name.op, index: u64::from(name.index), len });
        }
        Ok(Spot { chain: first, offset: offset + name.index })
    }

    /// Whether op `id`, right of `parent`, goes on with the parent's chain.
    pub(super) fn goes_on(&self, parent: Spot, id: OpId) -> bool {
        let chain = self.chain(parent.chain);
        let next = parent.chain.counter.checked_add(u64::from(chain.ops));
        parent.offset + 1 == chain.chars && parent.chain.actor == id.actor && next == Some(id.counter)
    }

    /// Finds the characters of spans: sorted, joined where they touch.
    pub(super) fn ranges(&self, spans: &[super::Span]) -> Result<Vec<Range>, TextError> {
        if spans.is_empty() {
            return Err(TextError::Empty);
        }
        let mut ranges = Vec::with_capacity(spans.len());
        for span in spans {
            if span.len == 0 {
                return Err(TextError::Empty);
            }
            let first = self.spot(CharId { op: span.op, index: span.start })?;
            let left = self.chain(first.chain).chars - first.offset;
            if span.len > left {
                let index = u64::from(span.start) + u64::from(span.len) - 1;
                return Err(TextError::OutOfRange { op: span.op, index, len: span.start + left });
            }
            ranges.push(Range { chain: first.chain, start: first.offset, end: first.offset + span.len });
        }
        join(&mut ranges);
        Ok(ranges)
    }

    /// Names the characters of a range.
    pub(super) fn span(&self, range: Range) -> super::Span {
        let CharId { op, index } = self.chain(range.chain).name(range.chain, range.start);
        super::Span { op, start: index, len: range.end - range.start }
    }
}
