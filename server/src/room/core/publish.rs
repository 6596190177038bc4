//! From a durable row to what its readers are sent.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use kakehashi_protocol::board::Board;
use kakehashi_protocol::codec::{ActorNames, ActorRefs};
use kakehashi_protocol::ids::{ActorId, DocumentId, LogId, Seq};
use kakehashi_protocol::wire::frame::part_frame;
use kakehashi_protocol::wire::part::PartWriter;
use kakehashi_protocol::wire::row::{Row, Verdict};

use crate::room::actors::Actors;
use crate::room::feed::{Feed, FeedRow};

use super::PublishedRow;

/// Where a board is read from: all there is in the log.
pub struct Loaded {
    pub(in crate::room) log: LogId,
    pub(in crate::room) end: Seq,
    pub(in crate::room) board: Board,
    pub(in crate::room) actors: Actors,
    pub(in crate::room) feed: Feed,
    pub(in crate::room) announced: BTreeMap<DocumentId, BTreeSet<u64>>,
    pub(in crate::room) changed: BTreeMap<DocumentId, Seq>,
    pub(in crate::room) checkpoint: Seq,
}

impl Loaded {
    /// Takes a durable row into the feed and gives it to be published.
    pub(in crate::room) fn publish(&mut self, seq: Seq, row: &Row) -> Option<PublishedRow> {
        self.end = seq;
        let mut documents: BTreeSet<DocumentId> = BTreeSet::new();
        for entry in &row.entries {
            if let Verdict::Accepted(change) = &entry.verdict {
                documents.extend(change.ops.iter().map(|op| op.document));
            }
        }
        let parts: Vec<(DocumentId, Bytes)> = documents.into_iter().map(|document| (document, self.part(document, seq, row))).collect();
        for (document, _) in &parts {
            self.changed.insert(*document, seq);
        }
        self.feed.push(FeedRow { seq, parts: parts.clone() });
        Some(PublishedRow { seq, parts })
    }

    fn part(&mut self, document: DocumentId, seq: Seq, row: &Row) -> Bytes {
        let mut used = Used { actors: &self.actors, numbers: BTreeSet::new() };
        let mut writer = PartWriter::new(document, seq, &mut used);
        for entry in &row.entries {
            if let Verdict::Accepted(change) = &entry.verdict {
                writer.add(change, document, &mut used);
            }
        }
        let announced = self.announced.entry(document).or_default();
        for number in used.numbers {
            if announced.insert(number)
                && let Ok(actor) = self.actors.name(number)
            {
                writer.introduce(number, actor);
            }
        }
        part_frame(&writer.finish()).into()
    }
}

/// Notes which actors a part names.
struct Used<'a> {
    actors: &'a Actors,
    numbers: BTreeSet<u64>,
}

impl ActorRefs for Used<'_> {
    fn number(&mut self, actor: ActorId) -> u64 {
        let number = (&mut &*self.actors).number(actor);
        if number > 0 {
            self.numbers.insert(number);
        }
        number
    }
}
