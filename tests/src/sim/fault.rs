//! All that can go wrong.

/// What went wrong. Most are in the script; some come of others, and are counted when they do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Fault {
    /// A server loses everything but its disk.
    Crash,
    /// A server stops between any two of the things it was about to do.
    Halfway,
    /// A crash with a row under way that never reaches the disk. Comes of a crash.
    LostRow,
    /// A crash with a row under way that does, unacknowledged. Comes of a crash.
    UnseenRow,
    /// A crash with a row under way of which a part reaches the disk. Comes of a crash.
    TornRow,
    /// A disk says that rows are safe and loses them in the next crash.
    LostSync,
    /// A server is set back to a backup, under a new name of its log.
    Restore,
    /// A disk has no more room.
    DiskFull,
    /// A checkpoint is saved.
    Checkpoint,
    /// A checkpoint cannot be read any more.
    DamagedCheckpoint,
    /// A server's wall clock jumps.
    ClockJump,
    /// A device's clock jumps.
    DeviceClock,
    /// A connection breaks.
    Break,
    /// A connection carries nothing any more, and nobody is told.
    Dead,
    /// A reader stops reading for a while.
    Stall,
    /// A reader was left behind by what the room keeps, and takes a snapshot. Comes of a stall.
    Behind,
    /// Snapshots do not arrive for a while.
    LostSnapshot,
    /// The sites are apart.
    Partition,
    /// The link brings what it has brought before.
    Duplicate,
    /// The link brings what is later first.
    Reordered,
    /// A page load ends, and another takes over what it left.
    Closed,
    /// A tab is opened twice: both send what was unsent.
    Twin,
    /// A client comes that speaks a version the server does not, and is updated.
    OldClient,
    /// Who was a member is a viewer the next time.
    Demoted,
}

use Fault::{
    Behind, Break, Checkpoint, ClockJump, Closed, Crash, DamagedCheckpoint, Dead, Demoted, DeviceClock, DiskFull, Duplicate, Halfway,
    LostRow, LostSnapshot, LostSync, OldClient, Partition, Reordered, Restore, Stall, TornRow, Twin, UnseenRow,
};

/// Faults of the network and of devices: servers stay up.
pub const NETWORK: [Fault; 13] =
    [DeviceClock, Break, Dead, Stall, LostSnapshot, Partition, Duplicate, Reordered, Closed, Twin, OldClient, Demoted, Checkpoint];

/// All faults that a script can name.
pub const SCRIPTED: [Fault; 20] = [
    Crash,
    Halfway,
    LostSync,
    Restore,
    DiskFull,
    Checkpoint,
    DamagedCheckpoint,
    ClockJump,
    DeviceClock,
    Break,
    Dead,
    Stall,
    LostSnapshot,
    Partition,
    Duplicate,
    Reordered,
    Closed,
    Twin,
    OldClient,
    Demoted,
];

/// Faults that come of others.
pub const CONSEQUENCES: [Fault; 4] = [LostRow, UnseenRow, TornRow, Behind];
