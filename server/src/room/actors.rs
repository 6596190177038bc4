//! The actors of one log: their numbers, their keys' hashes, and how far each has been heard.

use std::collections::{HashMap, VecDeque};

use kakehashi_protocol::codec::{ActorNames, ActorRefs, DecodeError, Reader, put};
use kakehashi_protocol::ids::ActorId;
use kakehashi_protocol::limits;
use kakehashi_protocol::op::Change;
use kakehashi_protocol::verdict::{Reason, Refusal};
use kakehashi_protocol::wire::row::{Introduction, KeyHash, LogActors, Verdict};

/// One actor's place in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Its name.
    pub id: ActorId,
    /// The hash of its key.
    pub key: KeyHash,
    /// The counter the log expects next, the batch being written included.
    pub next: u64,
    /// The latest refusals, at most [`limits::REMEMBERED_REFUSALS`].
    pub refused: VecDeque<Refusal>,
    /// First counters and hashes of the latest changes, at most [`limits::REMEMBERED_CHANGES`]: tells a
    /// resend from other bytes under the same name.
    changes: VecDeque<(u64, u64)>,
}

/// How an offered change stands to what the actor has written before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Offer {
    /// It is the next.
    New,
    /// It was decided before.
    Resent,
    /// Its name was used for other bytes.
    Conflict,
    /// Counters are missing before it.
    Gap {
        /// The next counter.
        expected: u64,
    },
}

/// Numbers count from 1 in the order of introduction; 0 is actor zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actors {
    list: Vec<Actor>,
    numbers: HashMap<ActorId, u64>,
}

impl Actors {
    /// An actor that the log knows.
    #[must_use]
    pub fn get(&self, id: ActorId) -> Option<&Actor> {
        self.list.get(self.place(id)?)
    }

    fn place(&self, id: ActorId) -> Option<usize> {
        self.numbers.get(&id).map(|number| *number as usize - 1)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether nobody has written yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// All of them, by number.
    pub fn iter(&self) -> impl Iterator<Item = &Actor> {
        self.list.iter()
    }

    /// The counter the log expects next from an actor; 1 from one it does not know.
    #[must_use]
    pub fn next(&self, id: ActorId) -> u64 {
        self.get(id).map_or(1, |actor| actor.next)
    }

    /// How `change` stands to what its actor wrote before.
    #[must_use]
    pub fn offer(&self, change: &Change) -> Offer {
        let expected = self.next(change.actor);
        if change.first > expected {
            return Offer::Gap { expected };
        }
        if change.first == expected {
            return Offer::New;
        }
        let remembered = self.get(change.actor).map(|actor| &actor.changes);
        let oldest = remembered.and_then(|changes| changes.front()).map_or(expected, |(first, _)| *first);
        if change.end() <= expected && change.first < oldest {
            // Older than what is remembered: its verdict is known, its bytes are not.
            return Offer::Resent;
        }
        let known = remembered.and_then(|changes| changes.iter().rev().find(|(first, _)| *first == change.first));
        match known {
            // The log does not hold the bytes of what was refused, so after a restart those are not compared.
            Some((_, hash)) if *hash == UNKNOWN_HASH || *hash == hash_change(change) => Offer::Resent,
            _ => Offer::Conflict,
        }
    }

    /// Notes a verdict that goes into the log. The actor must have been introduced.
    pub fn decided(&mut self, verdict: &Verdict, hash: u64) {
        let Some(place) = self.place(verdict.actor()) else { return };
        let actor = &mut self.list[place];
        actor.next = verdict.end();
        if actor.changes.len() == limits::REMEMBERED_CHANGES {
            actor.changes.pop_front();
        }
        actor.changes.push_back((verdict.first(), hash));
        if let Verdict::Refused { refusal, .. } = verdict {
            if actor.refused.len() == limits::REMEMBERED_REFUSALS {
                actor.refused.pop_front();
            }
            actor.refused.push_back(*refusal);
        }
    }

    /// Writes the table for a checkpoint. Of the hashes the latest [`limits::IN_FLIGHT_CHANGES_MAX`]
    /// are kept: no honest client resends more.
    pub fn write(&self, out: &mut Vec<u8>) {
        put(out, self.list.len() as u64);
        for actor in &self.list {
            out.extend_from_slice(&actor.id.0.to_le_bytes());
            out.extend_from_slice(&actor.key);
            put(out, actor.next);
            put(out, actor.refused.len() as u64);
            for refusal in &actor.refused {
                put(out, refusal.first);
                put(out, refusal.count);
                put(out, u64::from(refusal.reason.number()));
            }
            let skipped = actor.changes.len().saturating_sub(limits::IN_FLIGHT_CHANGES_MAX);
            put(out, (actor.changes.len() - skipped) as u64);
            for (first, hash) in actor.changes.iter().skip(skipped) {
                put(out, *first);
                out.extend_from_slice(&hash.to_le_bytes());
            }
        }
    }

    /// Reads what [`Self::write`] wrote.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut actors = Self::default();
        for _ in 0..reader.count("the actors of a log", limits::ACTORS_MAX)? {
            let introduction = Introduction { actor: reader.actor("an actor")?, key: reader.array("the hash of a key")? };
            let next = reader.number("a counter")?;
            actors.introduce(introduction);
            let Some(actor) = actors.list.last_mut() else { continue };
            actor.next = next;
            for _ in 0..reader.count("the refusals of an actor", limits::REMEMBERED_REFUSALS)? {
                let (first, count) = (reader.number("a counter")?, reader.number("a count of ops")?);
                let reason = Reason::of(reader.number_to("a reason", u64::from(u16::MAX))? as u16);
                actor.refused.push_back(Refusal { first, count, reason });
            }
            for _ in 0..reader.count("the changes of an actor", limits::REMEMBERED_CHANGES)? {
                let first = reader.number("a counter")?;
                actor.changes.push_back((first, u64::from_le_bytes(reader.array("a hash")?)));
            }
        }
        Ok(actors)
    }
}

/// The hash of a change whose bytes are not at hand.
pub const UNKNOWN_HASH: u64 = 0;

/// The first 64 bits of the BLAKE3 of a change's own bytes.
#[must_use]
pub fn hash_change(change: &Change) -> u64 {
    let mut hash = [0; 8];
    hash.copy_from_slice(&blake3::hash(&change.to_bytes()).as_bytes()[..8]);
    u64::from_le_bytes(hash)
}

impl LogActors for Actors {
    fn introduce(&mut self, introduction: Introduction) {
        if self.numbers.contains_key(&introduction.actor) {
            return;
        }
        self.list.push(Actor {
            id: introduction.actor,
            key: introduction.key,
            next: 1,
            refused: VecDeque::new(),
            changes: VecDeque::new(),
        });
        self.numbers.insert(introduction.actor, self.list.len() as u64);
    }
}

impl ActorNames for Actors {
    fn name(&self, number: u64) -> Result<ActorId, DecodeError> {
        match number.checked_sub(1) {
            None => Ok(ActorId(0)),
            Some(place) => self.list.get(place as usize).map(|actor| actor.id).ok_or(DecodeError::UnknownActor(number)),
        }
    }
}

/// Numbers are looked up while an accepted change is written. All it names has been introduced, for
/// the log is causally closed: a name it does not know would have been refused as missing.
impl ActorRefs for &Actors {
    fn number(&mut self, actor: ActorId) -> u64 {
        self.numbers.get(&actor).copied().unwrap_or(0)
    }
}
