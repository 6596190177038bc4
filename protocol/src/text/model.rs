//! The same tree as the paper has it, with one node for each character: what [`Text`] is tried
//! against.

use super::{CharId, Insert, Mark, Side};
use crate::ids::{OpId, Stamp};

struct Node {
    /// `None` is the root.
    id: Option<CharId>,
    letter: char,
    stamp: Option<Stamp>,
    visible: bool,
    left: Vec<usize>,
    right: Vec<usize>,
}

pub(super) struct Model {
    nodes: Vec<Node>,
}

impl Model {
    pub(super) fn new() -> Self {
        Self { nodes: vec![Self::node(None, '\0')] }
    }

    fn node(id: Option<CharId>, letter: char) -> Node {
        Node { id, letter, stamp: None, visible: id.is_some(), left: Vec::new(), right: Vec::new() }
    }

    fn find(&self, id: Option<CharId>) -> usize {
        self.nodes.iter().position(|node| node.id == id).unwrap()
    }

    fn op(&self, node: usize) -> OpId {
        self.nodes[node].id.unwrap().op
    }

    pub(super) fn insert(&mut self, insert: Insert<'_>) {
        let (mut parent, mut side) = (self.find(insert.parent), insert.side);
        for (index, letter) in (0..).zip(insert.text.chars()) {
            let new = self.nodes.len();
            self.nodes.push(Self::node(Some(CharId { op: insert.id, index }), letter));
            let siblings = if side == Side::Left { &self.nodes[parent].left } else { &self.nodes[parent].right };
            let place = siblings.iter().filter(|sibling| self.op(**sibling) < insert.id).count();
            let siblings = if side == Side::Left { &mut self.nodes[parent].left } else { &mut self.nodes[parent].right };
            siblings.insert(place, new);
            (parent, side) = (new, Side::Right);
        }
    }

    /// For spans that stay within their op.
    pub(super) fn mark(&mut self, mark: Mark<'_>) {
        for span in mark.spans {
            for index in span.start..span.start + span.len {
                let node = self.find(Some(CharId { op: span.op, index }));
                let node = &mut self.nodes[node];
                if node.stamp < Some(mark.stamp) {
                    node.stamp = Some(mark.stamp);
                    node.visible = mark.visible;
                }
            }
        }
    }

    fn walk(&self, node: usize, out: &mut Vec<usize>) {
        self.nodes[node].left.iter().for_each(|child| self.walk(*child, out));
        out.push(node);
        self.nodes[node].right.iter().for_each(|child| self.walk(*child, out));
    }

    /// All nodes in order, the root among them.
    fn order(&self) -> Vec<usize> {
        let mut out = Vec::new();
        self.walk(0, &mut out);
        out
    }

    /// Each character in order: name, letter, last change, visibility.
    pub(super) fn letters(&self) -> Vec<(CharId, char, Option<Stamp>, bool)> {
        let order = self.order();
        let nodes = order.iter().map(|node| &self.nodes[*node]);
        nodes.filter_map(|node| Some((node.id?, node.letter, node.stamp, node.visible))).collect()
    }

    /// The paper's rule for a local insert.
    pub(super) fn place(&self, position: usize) -> (Option<CharId>, Side) {
        let order = self.order();
        let mut shown = order.iter().enumerate().filter(|(_, node)| self.nodes[**node].visible);
        let left = position.checked_sub(1).map_or(0, |before| shown.nth(before).unwrap().0);
        // The root is first in the order: it has no left children.
        let origin = &self.nodes[order[left]];
        if origin.right.is_empty() { (origin.id, Side::Right) } else { (self.nodes[order[left + 1]].id, Side::Left) }
    }
}
