//! What readers read: the latest rows as parts, each encoded once, and what everybody shows.
//!
//! A reader is a cursor: it asks for what lies behind its position whenever it can write, so a slow
//! one costs its cursor and nothing else (SPEC READ-1 to READ-3). The room keeps one feed
//! to decide from, and the same rows stand in the one its connections share.

use std::collections::{BTreeMap, HashMap, VecDeque};

use bytes::Bytes;
use kakehashi_protocol::ids::{DocumentId, Seq};

/// Bytes of parts a room keeps for readers that lag or come back. A minute of a busy lesson is some
/// 200 KiB; who is further behind takes a snapshot.
pub const FEED_BYTES_MAX: usize = 512 * 1024;
/// Rows a room keeps, for the same reason. 64 bytes each besides their parts.
pub const FEED_ROWS_MAX: usize = 4_096;
/// How many participants that left a document keeps in memory, so that slow readers learn of it.
const GONE_MAX: usize = 256;

/// What one row did, by document: each a whole frame.
#[derive(Clone, Debug)]
pub struct FeedRow {
    /// The row.
    pub seq: Seq,
    /// A frame for each document it touched.
    pub parts: Vec<(DocumentId, Bytes)>,
}

/// The rows after `start`, without a gap, and the presence of all documents.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    rows: VecDeque<FeedRow>,
    start: Seq,
    end: Seq,
    bytes: usize,
    presence: HashMap<DocumentId, Presences>,
    presence_version: u64,
}

/// What a connection shows: of each there is one latest value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Shows {
    /// Its presence, to those who read the document it looks at.
    Presence,
    /// Who and where it is, to all who read the cover.
    Whereabouts,
    /// Who it is in the meeting and how it is doing, to all who read the talk.
    Stay,
}

/// The latest values of one document, by the version that set them.
#[derive(Clone, Debug, Default)]
struct Presences {
    frames: BTreeMap<u64, (u32, Bytes)>,
    versions: HashMap<(u32, Shows), u64>,
    gone: VecDeque<(u32, Shows)>,
}

/// The reader's position lies before what is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Behind;

impl Feed {
    /// A feed whose first row will be the one after `end`.
    #[must_use]
    pub fn new(end: Seq) -> Self {
        Self { start: end, end, ..Self::default() }
    }

    /// The last row.
    #[must_use]
    pub const fn end(&self) -> Seq {
        self.end
    }

    /// Whether all rows after `seq` are here.
    #[must_use]
    pub fn reaches(&self, seq: Seq) -> bool {
        self.start <= seq && seq <= self.end
    }

    /// Adds the next row; the oldest are forgotten beyond the limits.
    pub fn push(&mut self, row: FeedRow) {
        assert_eq!(row.seq, self.end.next(), "rows follow without a gap");
        self.end = row.seq;
        self.bytes += size(&row);
        self.rows.push_back(row);
        while self.bytes > FEED_BYTES_MAX || self.rows.len() > FEED_ROWS_MAX {
            let Some(oldest) = self.rows.pop_front() else { break };
            self.bytes -= size(&oldest);
            self.start = oldest.seq;
        }
    }

    /// The rows after `seq`.
    ///
    /// # Errors
    /// [`Behind`] if some are no longer here.
    pub fn after(&self, seq: Seq) -> Result<impl Iterator<Item = &FeedRow>, Behind> {
        if seq < self.start {
            return Err(Behind);
        }
        let skip = (seq.0 - self.start.0) as usize;
        Ok(self.rows.iter().skip(skip))
    }

    /// The version of the last presence that was shown.
    #[must_use]
    pub const fn presence_version(&self) -> u64 {
        self.presence_version
    }

    /// Replaces what a connection shows in a document; `gone`: nothing any more.
    pub fn show(&mut self, document: DocumentId, connection: u32, shows: Shows, frame: Bytes, gone: bool) {
        self.presence_version += 1;
        let presences = self.presence.entry(document).or_default();
        let value = (connection, shows);
        if let Some(old) = presences.versions.insert(value, self.presence_version) {
            presences.frames.remove(&old);
        }
        presences.frames.insert(self.presence_version, (connection, frame));
        presences.gone.retain(|left| *left != value);
        if gone {
            presences.gone.push_back(value);
            if presences.gone.len() > GONE_MAX
                && let Some(oldest) = presences.gone.pop_front()
                && let Some(version) = presences.versions.remove(&oldest)
            {
                presences.frames.remove(&version);
            }
        }
    }

    /// What was shown in a document after version `seen`, by others than `reader`, in the order of
    /// the versions that it is given with.
    pub fn shown(&self, document: DocumentId, seen: u64, reader: u32) -> impl Iterator<Item = (u64, &Bytes)> {
        let frames = self.presence.get(&document).map(|presences| presences.frames.range(seen + 1..));
        let others = frames.into_iter().flatten().filter(move |(_, (connection, _))| *connection != reader);
        others.map(|(version, (_, frame))| (*version, frame))
    }
}

fn size(row: &FeedRow) -> usize {
    row.parts.iter().map(|(_, part)| part.len() + 64).sum::<usize>() + 64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: u64, size: usize) -> FeedRow {
        FeedRow { seq: Seq(seq), parts: vec![(DocumentId::COVER, Bytes::from(vec![0; size]))] }
    }

    #[test]
    fn who_lags_further_than_the_feed_is_told() {
        let mut feed = Feed::new(Seq(10));
        for seq in 11..=20 {
            feed.push(row(seq, FEED_BYTES_MAX / 8));
        }
        assert!(feed.after(Seq(9)).is_err());
        assert!(feed.after(Seq(12)).is_err());
        let seqs: Vec<u64> = feed.after(Seq(15)).expect("kept").map(|row| row.seq.0).collect();
        assert_eq!(seqs, [16, 17, 18, 19, 20]);
        assert_eq!(feed.after(Seq(20)).expect("kept").count(), 0);
    }

    #[test]
    fn presence_is_the_latest_value_for_those_who_have_not_seen_it() {
        let mut feed = Feed::default();
        let page = DocumentId::COVER;
        let mut show = |connection, frame| feed.show(page, connection, Shows::Presence, Bytes::from_static(frame), false);
        show(1, b"a");
        show(2, b"b");
        show(1, b"c");
        let frames = |seen, reader| feed.shown(page, seen, reader).map(|(_, frame)| frame.clone()).collect::<Vec<_>>();
        assert_eq!(frames(0, 9), ["b", "c"]);
        assert_eq!(frames(2, 9), ["c"]);
        assert_eq!(frames(0, 2), ["c"]);
        assert_eq!(feed.shown(page, 3, 9).count(), 0);
    }

    #[test]
    fn whereabouts_stand_beside_the_presence_of_those_who_look_at_no_page() {
        let mut feed = Feed::default();
        let cover = DocumentId::COVER;
        feed.show(cover, 1, Shows::Presence, Bytes::from_static(b"a"), false);
        feed.show(cover, 1, Shows::Whereabouts, Bytes::from_static(b"b"), false);
        feed.show(cover, 1, Shows::Presence, Bytes::from_static(b"c"), true);
        let frames = feed.shown(cover, 0, 9).map(|(_, frame)| frame.clone()).collect::<Vec<_>>();
        assert_eq!(frames, ["b", "c"]);
        for connection in 2..2_000 {
            feed.show(cover, connection, Shows::Whereabouts, Bytes::from_static(b"gone"), true);
        }
        assert!(feed.shown(cover, 0, 9).count() <= GONE_MAX + 1, "those who left are forgotten");
    }
}
