//! All that can go wrong.

/// What a fault is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    /// Servers, their disks and their clocks.
    Servers,
    /// The network, devices and people: servers stay up.
    Network,
    /// Comes of others that a script names, and is counted when it does.
    Others,
}

/// The one list of faults, with what each is of. A seed means the same script as long as the order stays.
macro_rules! faults {
    ($($(#[$says:meta])+ $name:ident: $of:ident,)+) => {
        /// What went wrong.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Fault {
            $($(#[$says])+ $name,)+
        }

        const FAULTS: &[(Fault, Of)] = &[$((Fault::$name, Of::$of),)+];
    };
}

faults! {
    /// A server loses everything but its disk.
    Crash: Servers,
    /// A server stops between any two of the things it was about to do.
    Halfway: Servers,
    /// A crash with a row under way that never reaches the disk.
    LostRow: Others,
    /// A crash with a row under way that does, unacknowledged.
    UnseenRow: Others,
    /// A crash with a row under way of which a part reaches the disk.
    TornRow: Others,
    /// A disk says that rows are safe and loses them in the next crash.
    LostSync: Servers,
    /// A server is set back to a backup, under a new name of its log.
    Restore: Servers,
    /// A disk has no more room.
    DiskFull: Servers,
    /// A checkpoint is saved. It troubles nobody, so it happens in every run.
    Checkpoint: Network,
    /// A checkpoint cannot be read any more.
    DamagedCheckpoint: Servers,
    /// A server's wall clock jumps.
    ClockJump: Servers,
    /// A device's clock jumps.
    DeviceClock: Network,
    /// A connection breaks.
    Break: Network,
    /// A connection carries nothing any more, and nobody is told.
    Dead: Network,
    /// A reader stops reading for a while.
    Stall: Network,
    /// A reader was left behind by what the room keeps, and takes a snapshot: after a stall.
    Behind: Others,
    /// Snapshots do not arrive for a while.
    LostSnapshot: Network,
    /// The sites are apart.
    Partition: Network,
    /// The link brings what it has brought before.
    Duplicate: Network,
    /// The link brings what is later first.
    Reordered: Network,
    /// A page load ends, and another takes over what it left.
    Closed: Network,
    /// A tab is opened twice: both send what was unsent.
    Twin: Network,
    /// A client comes that speaks a version the server does not, and is updated.
    OldClient: Network,
    /// Who was a member is a viewer the next time.
    Demoted: Network,
}

/// The faults of some kinds.
pub fn faults(of: &[Of]) -> Vec<Fault> {
    FAULTS.iter().filter(|(_, kind)| of.contains(kind)).map(|(fault, _)| *fault).collect()
}
