//! Replicas of one board and what is under way between them.

use std::collections::BTreeMap;

use kakehashi_protocol::board::{Board, Version};
use kakehashi_protocol::ids::{ActorId, DocumentId, OpId, RecordId, Stamp};
use kakehashi_protocol::op::{Change, Op, OpBody};
use kakehashi_protocol::record::Record;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::undo::{Origin, UndoStacks};
use kakehashi_protocol::wire::snapshot::digest;
use proptest::prelude::*;

use super::Dice;
use super::draft::{Draft, Habits};

/// One step of a run. Numbers are taken modulo what there is.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub who: u8,
    pub what: u8,
    pub dice: u64,
}

pub fn steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    let step = (any::<u8>(), any::<u8>(), any::<u64>()).prop_map(|(who, what, dice)| Step { who, what, dice });
    proptest::collection::vec(step, 1..most)
}

/// A change and what its author had seen.
#[derive(Clone, Debug)]
pub struct Sent {
    pub change: Change,
    pub after: Version,
}

pub struct Replica {
    pub actor: ActorId,
    pub board: Board,
    pub version: Version,
    pub stacks: UndoStacks,
    gestures: BTreeMap<u8, u32>,
    /// How far its wall clock is off, milliseconds.
    ahead_ms: u64,
}

impl Replica {
    pub fn new(actor: u64, ahead_ms: u64) -> Self {
        Self {
            actor: ActorId(actor),
            board: Board::default(),
            version: Version::new(),
            stacks: UndoStacks::default(),
            gestures: BTreeMap::new(),
            ahead_ms,
        }
    }

    fn next(&self) -> u64 {
        self.version.get(&self.actor).copied().unwrap_or(1)
    }

    /// Whether all that a change was written upon is here, and it is not.
    pub fn can_take(&self, sent: &Sent) -> bool {
        let have = |actor: ActorId| self.version.get(&actor).copied().unwrap_or(1);
        have(sent.change.actor) == sent.change.first && sent.after.iter().all(|(actor, next)| have(*actor) >= *next)
    }

    /// Takes a change in; one that is here already is passed over.
    pub fn take(&mut self, change: &Change) {
        if self.version.get(&change.actor).copied().unwrap_or(1) > change.first {
            return;
        }
        self.board.merge(change).expect("a causally closed delivery merges");
        self.version.insert(change.actor, change.end());
    }

    pub fn record(&self, document: DocumentId, id: RecordId) -> Option<&Record> {
        self.board.document(document)?.records().find(|record| record.id() == id)
    }
}

pub struct World {
    pub replicas: Vec<Replica>,
    pub sent: Vec<Sent>,
    pub habits: Habits,
    /// Which replica's hand wrote a stamp; an op's name has the hand of its stamp.
    pub hands: BTreeMap<Stamp, (ActorId, u8)>,
    pub names: BTreeMap<OpId, (ActorId, u8)>,
    wall_ms: u64,
}

/// The names are not in the order of the replicas, and one clock is an hour ahead.
const ACTORS: [(u64, u64); 4] = [(0x9000_0000_0000_0001, 0), (3, 3_600_000), (u64::MAX, 5), (0x50, 0)];

impl World {
    pub fn new(replicas: usize, habits: Habits) -> Self {
        let replicas = ACTORS[..replicas].iter().map(|(actor, ahead_ms)| Replica::new(*actor, *ahead_ms)).collect();
        Self { replicas, sent: Vec::new(), habits, hands: BTreeMap::new(), names: BTreeMap::new(), wall_ms: 1_700_000_000_000 }
    }

    pub fn ops(&self) -> usize {
        self.sent.iter().map(|sent| sent.change.ops.len()).sum()
    }

    fn empty_change(&mut self, who: usize, hand: u8, gesture: u32) -> Change {
        self.wall_ms += 7;
        let replica = &self.replicas[who];
        let clock = (replica.board.clock() + 1).max(self.wall_ms + replica.ahead_ms);
        Change { actor: replica.actor, first: replica.next(), clock, hand, gesture, ops: Vec::new() }
    }

    /// One step: mostly writing, else delivering to one replica. Undo is left to the caller.
    pub fn step(&mut self, step: Step) {
        let who = usize::from(step.who) % self.replicas.len();
        let mut dice = Dice(step.dice);
        if step.what < 150 {
            let hand = step.what % 2;
            let new_gesture = !step.what.is_multiple_of(3);
            self.act(who, hand, new_gesture, &mut dice);
        } else {
            self.deliver(who, 1 + dice.below(6), &mut dice);
        }
    }

    /// A hand writes a change of some acts.
    pub fn act(&mut self, who: usize, hand: u8, new_gesture: bool, dice: &mut Dice) {
        let gesture = self.replicas[who].gestures.entry(hand).or_default();
        *gesture += u32::from(new_gesture);
        let gesture = *gesture;
        let change = self.empty_change(who, hand, gesture);
        let habits = self.habits;
        let acts = 1 + dice.below(3);
        self.write(who, change, Origin::Hand, |draft| {
            for _ in 0..acts {
                draft.act(dice, habits);
            }
        });
    }

    fn write(&mut self, who: usize, change: Change, origin: Origin, ops: impl FnOnce(&mut Draft<'_>)) {
        let replica = &mut self.replicas[who];
        let mut draft = Draft::new(&replica.board, change);
        ops(&mut draft);
        let (change, written) = (draft.change, draft.written);
        if change.ops.is_empty() {
            return;
        }
        let purges = change.ops.iter().any(|op| matches!(op.body, OpBody::Purge { .. }));
        let role = if purges { Role::Server } else { Role::Host };
        assert_eq!(replica.board.judge(role, &change, self.wall_ms), Ok(()), "what is valid where it is written is accepted: {change:?}");
        for (id, stamp, _) in change.iter() {
            self.hands.insert(stamp, (change.actor, change.hand));
            self.names.insert(id, (change.actor, change.hand));
        }
        replica.stacks.wrote(change.hand, change.gesture, origin, written);
        let after = replica.version.clone();
        replica.take(&change);
        self.sent.push(Sent { change, after });
    }

    /// A hand takes its last gesture back, or its last undo. False if there is nothing to take back.
    pub fn undo(&mut self, who: usize, hand: u8, redo: bool) -> bool {
        let replica = &mut self.replicas[who];
        let popped = if redo { replica.stacks.pop_redo(hand) } else { replica.stacks.pop_undo(hand) };
        let Some(gesture) = popped else { return false };
        let replica = &self.replicas[who];
        let ops: Vec<Op> = gesture.invert(|document, id| replica.record(document, id));
        let number = self.replicas[who].gestures.entry(hand).or_default();
        *number += 1;
        let number = *number;
        let change = self.empty_change(who, hand, number);
        let origin = if redo { Origin::Redo } else { Origin::Undo };
        self.write(who, change, origin, |draft| {
            for op in ops {
                draft.push(op.document, op.body).expect("an undo is valid where it is written");
            }
        });
        true
    }

    /// Brings a replica some changes, each with all that it builds on, in any order.
    pub fn deliver(&mut self, who: usize, most: usize, dice: &mut Dice) {
        let Self { replicas, sent, .. } = self;
        for _ in 0..most {
            let ready: Vec<&Sent> = sent.iter().filter(|sent| replicas[who].can_take(sent)).collect();
            let Some(next) = dice.pick(&ready) else { return };
            replicas[who].take(&next.change);
        }
    }

    /// Brings everything to everybody, to each in another order.
    pub fn deliver_all(&mut self, dice: &mut Dice) {
        for who in 0..self.replicas.len() {
            self.deliver(who, self.sent.len(), dice);
        }
    }

    /// Somebody who was not there takes all in, in some order.
    pub fn newcomer(&self, dice: &mut Dice) -> Replica {
        let mut newcomer = Replica::new(0x77, 0);
        loop {
            let ready: Vec<&Sent> = self.sent.iter().filter(|sent| newcomer.can_take(sent)).collect();
            let Some(next) = dice.pick(&ready) else { return newcomer };
            newcomer.take(&next.change);
        }
    }
}

/// The digests of all documents of a board.
pub fn digests(board: &Board) -> BTreeMap<DocumentId, [u8; 16]> {
    board.documents().map(|(id, document)| (id, digest(document))).collect()
}
