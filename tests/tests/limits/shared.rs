//! What the trials make their boards of.

use kakehashi_protocol::board::Board;
use kakehashi_protocol::ids::{ActorId, DocumentId, OpId, RecordId};
use kakehashi_protocol::op::{Change, Op, OpBody};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::Kind;
use kakehashi_protocol::verdict::Reason;

pub const NOW_MS: u64 = 1_750_000_000_000;
pub const AUTHOR: ActorId = ActorId(7);
/// The page that [`Scene::new`] makes.
pub const PAGE: DocumentId = DocumentId(OpId { actor: AUTHOR, counter: 1 });

/// A board with a page, and its author's next counter.
pub struct Scene {
    pub board: Board,
    pub next: u64,
}

impl Scene {
    pub fn new() -> Self {
        let mut scene = Self { board: Board::default(), next: 1 };
        scene.take(DocumentId::COVER, vec![create(Kind::Page)]);
        scene
    }

    pub fn change(&self, document: DocumentId, bodies: Vec<OpBody>) -> Change {
        change(self.next, document, bodies)
    }

    /// Merges without asking, and gives the name of the first op.
    pub fn take(&mut self, document: DocumentId, bodies: Vec<OpBody>) -> RecordId {
        let change = self.change(document, bodies);
        self.board.merge(&change).expect("it merges");
        self.next = change.end();
        change.id(0)
    }

    pub fn judge(&self, document: DocumentId, bodies: Vec<OpBody>) -> Result<(), Reason> {
        self.board.judge(Role::Member, &self.change(document, bodies), NOW_MS)
    }
}

pub fn change(first: u64, document: DocumentId, bodies: Vec<OpBody>) -> Change {
    let ops = bodies.into_iter().map(|body| Op { document, body }).collect();
    Change { actor: AUTHOR, first, clock: NOW_MS, hand: 0, gesture: 0, ops }
}

pub fn create(kind: Kind) -> OpBody {
    OpBody::Create { kind: kind.number(), properties: Vec::new() }
}

pub fn unknown(bytes: usize) -> OpBody {
    OpBody::Unknown { kind: 60_000, body: vec![7; bytes] }
}
