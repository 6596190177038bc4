//! Faults of a disk, made on purpose by tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the disk below a log refuses to do. Clones steer the same disk.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Flags>);

#[derive(Debug, Default)]
struct Flags {
    full: AtomicBool,
    sync_fails: AtomicBool,
}

impl Faults {
    /// Whether the log's file can grow no more.
    pub fn set_full(&self, full: bool) {
        self.0.full.store(full, Ordering::SeqCst);
    }

    /// Whether the next commits fail in their sync.
    pub fn set_sync_fails(&self, fails: bool) {
        self.0.sync_fails.store(fails, Ordering::SeqCst);
    }

    pub(super) fn full(&self) -> bool {
        self.0.full.load(Ordering::SeqCst)
    }

    pub(super) fn sync_fails(&self) -> bool {
        self.0.sync_fails.load(Ordering::SeqCst)
    }
}
