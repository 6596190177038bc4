//! Snapshots that were written lately: a class that opens a page at the same moment costs one.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use kakehashi_protocol::ids::{DocumentId, Seq};
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// How many are kept for one room.
const KEPT_MAX: usize = 8;
/// How many bytes of them, uncompressed.
const KEPT_BYTES_MAX: usize = 16 * 1024 * 1024;
/// How long.
const KEPT_FOR: Duration = Duration::from_secs(30);
/// Below this, compressing gains less than its header and the time cost.
pub const COMPRESS_BYTES_MIN: usize = 1_024;
/// From here on nearly all is ink, of which trying harder takes twice as long and gains a hundredth.
const LARGE_BYTES: usize = 512 * 1024;

/// One snapshot.
pub struct Kept {
    /// As it was written.
    pub bytes: Bytes,
    gzip: OnceCell<Bytes>,
    seq: Seq,
    written: Instant,
}

impl Kept {
    /// Compressed; done once, away from the threads that everybody's messages need. `None` if that
    /// is not smaller.
    pub async fn gzip(&self) -> Option<Bytes> {
        if self.bytes.len() <= COMPRESS_BYTES_MIN {
            return None;
        }
        let bytes = self.bytes.clone();
        let compress = || async { tokio::task::spawn_blocking(move || gzip(&bytes)).await.unwrap_or_default() };
        let compressed = self.gzip.get_or_init(compress).await;
        (!compressed.is_empty() && compressed.len() < self.bytes.len()).then(|| compressed.clone())
    }
}

fn gzip(bytes: &[u8]) -> Bytes {
    let level = if bytes.len() < LARGE_BYTES { Compression::new(5) } else { Compression::fast() };
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len()), level);
    // Writing to memory does not fail; if it did, the bytes would go as they are.
    match encoder.write_all(bytes).and_then(|()| encoder.finish()) {
        Ok(compressed) => compressed.into(),
        Err(_) => Bytes::new(),
    }
}

/// The latest snapshots of one room.
#[derive(Default)]
pub struct Snapshots {
    kept: HashMap<DocumentId, Arc<Kept>>,
}

impl Snapshots {
    /// The snapshot of a document, if one is kept that was taken at row `changed` or later.
    #[must_use]
    pub fn get(&self, document: DocumentId, changed: Seq) -> Option<Arc<Kept>> {
        self.kept.get(&document).filter(|kept| kept.seq >= changed && kept.written.elapsed() < KEPT_FOR).cloned()
    }

    /// Forgets what is old.
    pub fn forget_old(&mut self) {
        self.kept.retain(|_, kept| kept.written.elapsed() < KEPT_FOR);
    }

    /// Keeps a snapshot taken at row `seq`, and forgets what is old.
    pub fn keep(&mut self, document: DocumentId, seq: Seq, bytes: Bytes) -> Arc<Kept> {
        let kept = Arc::new(Kept { bytes, gzip: OnceCell::new(), seq, written: Instant::now() });
        self.kept.insert(document, Arc::clone(&kept));
        self.forget_old();
        while self.kept.len() > KEPT_MAX || self.kept.values().map(|kept| kept.bytes.len()).sum::<usize>() > KEPT_BYTES_MAX {
            let Some(oldest) = self.kept.iter().min_by_key(|(_, kept)| kept.written).map(|(document, _)| *document) else { break };
            self.kept.remove(&oldest);
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_snapshot_is_served_until_its_document_changes_or_it_is_old() {
        let mut snapshots = Snapshots::default();
        snapshots.keep(DocumentId::COVER, Seq(7), Bytes::from(vec![1; 5_000]));
        assert!(snapshots.get(DocumentId::COVER, Seq(8)).is_none());
        let kept = snapshots.get(DocumentId::COVER, Seq(7)).expect("it is kept");
        let compressed = kept.gzip().await.expect("5,000 equal bytes become fewer");
        let mut read = Vec::new();
        flate2::read::GzDecoder::new(&*compressed).read_to_end(&mut read).expect("it is gzip");
        assert_eq!(read, kept.bytes);
        tokio::time::advance(KEPT_FOR).await;
        assert!(snapshots.get(DocumentId::COVER, Seq(7)).is_none());
        snapshots.forget_old();
        assert!(snapshots.kept.is_empty());
    }

    #[tokio::test]
    async fn what_is_kept_is_bounded() {
        let mut snapshots = Snapshots::default();
        for counter in 0..20 {
            let page = DocumentId(kakehashi_protocol::ids::OpId::new(1, counter));
            snapshots.keep(page, Seq(1), Bytes::from(vec![0; 100]));
        }
        assert_eq!(snapshots.kept.len(), KEPT_MAX);
        let page = DocumentId(kakehashi_protocol::ids::OpId::new(1, 19));
        snapshots.keep(DocumentId::COVER, Seq(1), Bytes::from(vec![0; KEPT_BYTES_MAX + 1]));
        assert!(snapshots.get(page, Seq(1)).is_none());
    }
}
