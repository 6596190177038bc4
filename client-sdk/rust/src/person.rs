//! Who wrote something, also after they left: each actor's person in the cover (SPEC WHO-1, WHO-2).
//!
//! The client keeps its own by itself: the op stands at the end of the first change that is written
//! under a name, so it costs no change of its own, and whoever only looks on leaves no trace. Where it
//! names a participant it follows in a change of its own: should somebody else have to hand it in, it
//! alone is refused (SPEC MAY-15), and nothing that was written.

use kakehashi_protocol::ids::{ActorId, DocumentId};
use kakehashi_protocol::limits;
use kakehashi_protocol::op::{Change, Op, OpBody, Property};
use kakehashi_protocol::record::Record;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::{Key, Kind, Value};

use crate::client::Client;

/// So many persons below the limit no more are made: others may be making theirs at this moment, and
/// what is written must not be refused for a name.
const ROOM: usize = 1_000;

/// Who an actor is or was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Author {
    /// The name, as it was last.
    pub name: String,
    /// Red, green, blue, opacity.
    pub color: [u8; 4],
}

impl Client {
    /// Who an actor is, or was when it left; `None` if it never said.
    #[must_use]
    pub fn author(&self, actor: ActorId) -> Option<Author> {
        if let Some((_, found)) = self.people().find(|(other, _)| *other == actor) {
            return Some(Author { name: found.name.clone(), color: found.color });
        }
        let own = self.presence.own().filter(|own| actor == self.actor && !own.name.is_empty());
        if let Some(own) = own {
            return Some(Author { name: own.name.clone(), color: own.color });
        }
        self.person(actor).map(author_of)
    }

    pub(crate) fn person(&self, actor: ActorId) -> Option<&Record> {
        self.replicas.get(&DocumentId::COVER)?.made_by(actor).find(|record| record.kind() == Some(Kind::Person))
    }

    /// What makes the own person say what the presence says; `None` if it does, or there is no name.
    pub(crate) fn person_op(&self) -> Option<Op> {
        let own = self.presence.own().filter(|own| !own.name.is_empty())?;
        // What a viewer may write, a raised hand or a question, names the participant itself.
        if self.who_writes() == Some(Role::Viewer) {
            return None;
        }
        let known = self.person(self.actor);
        let participant = self.who().participant;
        let tells = |known: &Record| {
            let author = author_of(known);
            let named = participant.is_none_or(|participant| known.get(Key::Participant) == Some(Value::Record(participant)));
            author.name == own.name && author.color == own.color && named
        };
        if known.is_some_and(tells) {
            return None;
        }
        let set = |key: Key, value: Value| Property { key: key.number(), value: value.encode() };
        let mut properties = vec![set(Key::Color, Value::Color(own.color)), set(Key::Name, Value::Text(own.name.clone()))];
        properties.extend(participant.map(|participant| set(Key::Participant, Value::Record(participant))));
        let body = match known {
            Some(known) => OpBody::Set { record: known.id(), properties },
            None if self.full_of_people() => return None,
            None => OpBody::Create { kind: Kind::Person.number(), properties },
        };
        Some(Op { document: DocumentId::COVER, body })
    }

    fn full_of_people(&self) -> bool {
        let cover = self.replicas.get(&DocumentId::COVER).into_iter().flat_map(|cover| cover.records());
        cover.filter(|record| record.kind() == Some(Kind::Person)).count() + ROOM > limits::PEOPLE_MAX
    }

    /// The own name was changed: what was written before bears the new one.
    pub(crate) fn rename_person(&mut self) {
        if self.person(self.actor).is_some() {
            self.introduce(self.wall);
        }
    }

    /// Writes who one is in a change of its own, if that is not known.
    pub(crate) fn introduce(&mut self, now: u64) {
        let Some(op) = self.person_op() else { return };
        let gesture = self.new_gesture();
        // A viewer by now keeps the name it wrote under.
        let _ = self.write(now, 0, gesture, vec![op]);
    }
}

/// Whether a change says who somebody is, and nothing else.
pub(crate) fn introduces(change: &Change) -> bool {
    change.ops.iter().all(|op| match &op.body {
        OpBody::Create { properties, .. } | OpBody::Set { properties, .. } => {
            op.document == DocumentId::COVER && properties.iter().any(|property| property.key == Key::Participant.number())
        }
        _ => false,
    })
}

fn author_of(person: &Record) -> Author {
    let name = match person.get(Key::Name) {
        Some(Value::Text(name)) => name,
        _ => String::new(),
    };
    let color = match person.get(Key::Color) {
        Some(Value::Color(color)) => color,
        _ => [0, 0, 0, 255],
    };
    Author { name, color }
}
