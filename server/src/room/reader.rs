//! A reader: one connection's cursors, and the next message for it. No I/O.
//!
//! The driver asks for a message whenever the connection can take one; what the reader has not asked
//! for yet costs nothing. Before it asks, it hands over what the room sent directly; the room
//! publishes a row before it acknowledges it, so a part always stands before its verdict.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use kakehashi_protocol::ids::{DocumentId, Seq};
use kakehashi_protocol::limits;
use kakehashi_protocol::wire::frame::{ServerFrame, message};

use super::feed::Feed;

/// What the room tells one connection, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Direct {
    /// Frames.
    Message(Bytes),
    /// Read this document after this row.
    Attach(DocumentId, Seq),
    /// Read it no longer.
    Detach(DocumentId),
    /// End, after what came before.
    Close,
}

/// One connection's position.
#[derive(Clone, Debug)]
pub struct Reader {
    connection: u32,
    /// The last row seen of each document, and the last presence.
    documents: BTreeMap<DocumentId, Position>,
    direct: VecDeque<Direct>,
    closed: bool,
}

#[derive(Clone, Copy, Debug)]
struct Position {
    seq: Seq,
    presence: u64,
}

/// Frames for one message. One alone, which is what most messages hold, takes no memory of its own.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    first: Option<Bytes>,
    rest: Vec<Bytes>,
    size: usize,
}

impl Gathered {
    fn fits(&self, size: usize) -> bool {
        self.first.is_none() || self.size + size <= limits::MESSAGE_BYTES_MAX
    }

    fn push(&mut self, frame: Bytes) {
        self.size += frame.len();
        match self.first {
            None => self.first = Some(frame),
            Some(_) => self.rest.push(frame),
        }
    }

    /// The message; a single frame is shared, not copied.
    #[must_use]
    pub fn into_message(self) -> Option<Bytes> {
        let first = self.first?;
        if self.rest.is_empty() {
            return Some(first);
        }
        let mut message = Vec::with_capacity(self.size);
        message.extend_from_slice(&first);
        self.rest.iter().for_each(|frame| message.extend_from_slice(frame));
        Some(message.into())
    }
}

impl Reader {
    /// A reader of nothing yet.
    #[must_use]
    pub const fn new(connection: u32) -> Self {
        Self { connection, documents: BTreeMap::new(), direct: VecDeque::new(), closed: false }
    }

    /// Takes what the room sent to this connection.
    pub fn push(&mut self, direct: Direct) {
        // At once: of what it may no longer see a reader is not sent another byte, however far it lags.
        match &direct {
            Direct::Detach(document) => {
                self.documents.remove(document);
                return self.direct.retain(|waiting| !matches!(waiting, Direct::Attach(attached, _) if attached == document));
            }
            Direct::Close => {
                self.documents.clear();
                self.direct.retain(|waiting| !matches!(waiting, Direct::Attach(..)));
            }
            Direct::Message(_) | Direct::Attach(..) => {}
        }
        self.direct.push_back(direct);
    }

    /// Whether the connection is to be ended: everything before that has been gathered.
    #[must_use]
    pub const fn closed(&self) -> bool {
        self.closed
    }

    /// The next message: parts, presence, and what was sent directly. `None` if there is nothing.
    pub fn gather(&mut self, feed: &Feed) -> Option<Bytes> {
        let mut gathered = Gathered::default();
        while !self.closed {
            if !self.gather_feed(feed, &mut gathered) || !self.gather_direct(&mut gathered) {
                break;
            }
        }
        gathered.into_message()
    }

    /// Adds what the feed holds for the reader; false if the message is full.
    fn gather_feed(&mut self, feed: &Feed, gathered: &mut Gathered) -> bool {
        let Some(from) = self.documents.values().map(|position| position.seq).min() else { return true };
        if from < feed.end() {
            match feed.after(from) {
                Err(_) => {
                    self.fall_behind(feed);
                    // The other documents' parts still stand before any verdict.
                    return self.gather_feed(feed, gathered);
                }
                Ok(rows) => {
                    for row in rows {
                        let unseen = |document| self.documents.get(document).is_some_and(|position: &Position| position.seq < row.seq);
                        let parts = || row.parts.iter().filter(|(document, _)| unseen(document)).map(|(_, part)| part);
                        // A row is one unit for its reader, so its parts stand in one message.
                        if !gathered.fits(parts().map(Bytes::len).sum()) {
                            return false;
                        }
                        parts().for_each(|part| gathered.push(part.clone()));
                        for (document, _) in &row.parts {
                            if let Some(position) = self.documents.get_mut(document) {
                                position.seq = position.seq.max(row.seq);
                            }
                        }
                    }
                    self.documents.values_mut().for_each(|position| position.seq = feed.end());
                }
            }
        }
        let version = feed.presence_version();
        for (document, position) in self.documents.iter_mut().filter(|(_, position)| position.presence < version) {
            for (shown, frame) in feed.shown(*document, position.presence, self.connection) {
                if !gathered.fits(frame.len()) {
                    return false;
                }
                gathered.push(frame.clone());
                position.presence = shown;
            }
            position.presence = version;
        }
        true
    }

    /// Documents whose next row is no longer kept: the client takes a new snapshot.
    fn fall_behind(&mut self, feed: &Feed) {
        let behind: Vec<DocumentId> =
            self.documents.iter().filter(|(_, position)| !feed.reaches(position.seq)).map(|(document, _)| *document).collect();
        for document in behind {
            self.documents.remove(&document);
            // Before the verdicts of what the client will not see a part of.
            self.direct.push_front(Direct::Message(message(&ServerFrame::Behind(document)).into()));
        }
    }

    /// Adds what was sent directly, up to a change of what is read; false if there is no more.
    fn gather_direct(&mut self, gathered: &mut Gathered) -> bool {
        while let Some(direct) = self.direct.pop_front() {
            match direct {
                Direct::Message(frames) => {
                    if !gathered.fits(frames.len()) {
                        self.direct.push_front(Direct::Message(frames));
                        return false;
                    }
                    gathered.push(frames);
                }
                Direct::Attach(document, seq) => {
                    self.documents.insert(document, Position { seq, presence: 0 });
                    return true;
                }
                // Taken in by `push`.
                Direct::Detach(_) => {}
                Direct::Close => {
                    self.closed = true;
                    return false;
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::feed::{FEED_BYTES_MAX, FeedRow};
    use super::*;

    fn row(seq: u64, part: &'static [u8]) -> FeedRow {
        FeedRow { seq: Seq(seq), parts: vec![(DocumentId::COVER, Bytes::from_static(part))] }
    }

    #[test]
    fn a_part_stands_before_its_verdict_and_an_answer_before_its_parts() {
        let mut feed = Feed::default();
        let mut reader = Reader::new(1);
        reader.push(Direct::Message(Bytes::from_static(b"subscribed ")));
        reader.push(Direct::Attach(DocumentId::COVER, Seq(0)));
        feed.push(row(1, b"row1 "));
        reader.push(Direct::Message(Bytes::from_static(b"accepted")));
        assert_eq!(reader.gather(&feed).expect("a message"), "subscribed row1 accepted");
        assert_eq!(reader.gather(&feed), None);
        feed.push(row(2, b"row2"));
        assert_eq!(reader.gather(&feed).expect("a message"), "row2");
    }

    // SPEC SEE-2.
    #[test]
    fn what_is_withdrawn_or_closed_sends_nothing_that_came_after() {
        let page = DocumentId(kakehashi_protocol::ids::OpId::new(1, 1));
        let mut feed = Feed::default();
        let mut reader = Reader::new(1);
        reader.push(Direct::Attach(page, Seq(0)));
        reader.push(Direct::Attach(DocumentId::COVER, Seq(0)));
        assert_eq!(reader.gather(&feed), None);
        reader.push(Direct::Detach(page));
        let both = vec![(page, Bytes::from_static(b"secret")), (DocumentId::COVER, Bytes::from_static(b"cover"))];
        feed.push(FeedRow { seq: Seq(1), parts: both.clone() });
        assert_eq!(reader.gather(&feed).expect("a message"), "cover");
        reader.push(Direct::Attach(page, Seq(1)));
        reader.push(Direct::Message(Bytes::from_static(b"farewell")));
        reader.push(Direct::Close);
        feed.push(FeedRow { seq: Seq(2), parts: both });
        assert_eq!(reader.gather(&feed).expect("a message"), "farewell");
        assert!(reader.closed());
    }

    #[test]
    fn a_reader_too_far_behind_is_told_and_reads_on_elsewhere() {
        let mut feed = Feed::default();
        let mut reader = Reader::new(1);
        reader.push(Direct::Attach(DocumentId::COVER, Seq(0)));
        assert_eq!(reader.gather(&feed), None);
        for seq in 1..=4 {
            feed.push(FeedRow { seq: Seq(seq), parts: vec![(DocumentId::COVER, Bytes::from(vec![0; FEED_BYTES_MAX / 2]))] });
        }
        assert_eq!(reader.gather(&feed).expect("a message"), message(&ServerFrame::Behind(DocumentId::COVER)));
        assert_eq!(reader.gather(&feed), None);
    }
}
