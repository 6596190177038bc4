//! What one shows of oneself, and what others show: the latest value counts (SPEC PRES-1, PRES-2).

use kakehashi_protocol::ids::{ActorId, DocumentId};
use kakehashi_protocol::presence::{Presence, Report, Stay, Whereabouts};
use kakehashi_protocol::sorted::SortedMap;
use kakehashi_protocol::wire::frame::{Participant, Shown, Stayed};

/// Milliseconds between two presences that are sent: half of what the limit allows, so that two page
/// loads of one participant pass too.
pub const PRESENCE_MS: u64 = 33;

#[derive(Default, Debug)]
pub(crate) struct PresenceBook {
    own: Option<Presence>,
    dirty: bool,
    sent_at: Option<u64>,
    others: SortedMap<u32, (ActorId, Presence)>,
    /// All others on the board, by connection.
    people: SortedMap<u32, (ActorId, Whereabouts)>,
    /// All connections of the meeting, the own one included.
    stays: SortedMap<u32, (ActorId, Stay)>,
    /// The own report, and whether it is to be sent.
    report: Report,
    report_dirty: bool,
}

/// Where it is shown; who looks at no page is shown to readers of the cover.
fn place(presence: &Presence) -> DocumentId {
    presence.document.unwrap_or(DocumentId::COVER)
}

impl PresenceBook {
    pub fn set(&mut self, presence: Presence) {
        if self.own.as_ref() != Some(&presence) {
            self.own = Some(presence);
            self.dirty = true;
        }
    }

    pub const fn own(&self) -> Option<&Presence> {
        self.own.as_ref()
    }

    /// When the own presence may be sent, if it has to be.
    pub fn due(&self) -> Option<u64> {
        self.dirty.then(|| self.sent_at.map_or(0, |at| at + PRESENCE_MS))
    }

    pub fn take(&mut self, now: u64) -> Option<Presence> {
        self.dirty = false;
        self.sent_at = Some(now);
        self.own.clone()
    }

    /// Says anew how this page load is doing.
    pub fn report(&mut self, change: impl FnOnce(&mut Report)) {
        let before = self.report;
        change(&mut self.report);
        self.report_dirty |= before != self.report;
    }

    /// The report to be sent, once.
    pub fn take_report(&mut self) -> Option<Report> {
        std::mem::take(&mut self.report_dirty).then_some(self.report)
    }

    /// Takes in how one connection of the meeting is doing.
    pub fn stay(&mut self, stayed: Stayed) {
        match stayed.stay {
            None => drop(self.stays.remove(&stayed.connection)),
            Some(stay) => drop(self.stays.insert(stayed.connection, (stayed.actor, stay))),
        }
    }

    pub fn stays(&self) -> impl Iterator<Item = (ActorId, Stay)> {
        self.stays.values().copied()
    }

    /// A new connection knows nothing.
    pub fn connected(&mut self) {
        self.report_dirty |= self.report != Report::default();
        self.dirty = self.own.is_some();
        self.sent_at = None;
    }

    /// Everybody is out of sight. Gives the documents in which somebody was.
    pub fn clear(&mut self) -> Vec<DocumentId> {
        self.people.clear();
        self.stays.clear();
        std::mem::take(&mut self.others).into_iter().map(|(_, (_, presence))| place(&presence)).collect()
    }

    /// Takes in what one connection shows; gives where something changed.
    pub fn show(&mut self, shown: Shown) -> [Option<DocumentId>; 2] {
        match shown.presence {
            None => [self.others.remove(&shown.connection).map(|(_, gone)| place(&gone)), None],
            Some(presence) => {
                let to = place(&presence);
                let from = self.others.insert(shown.connection, (shown.actor, presence)).map(|(_, before)| place(&before));
                [from, Some(to)]
            }
        }
    }

    /// Takes in who is behind one connection.
    pub fn meet(&mut self, participant: Participant) {
        match participant.whereabouts {
            None => drop(self.people.remove(&participant.connection)),
            Some(whereabouts) => drop(self.people.insert(participant.connection, (participant.actor, whereabouts))),
        }
    }

    pub fn has_people(&self) -> bool {
        !self.people.is_empty()
    }

    /// Each actor once: of one that came back before its old connection was given up, the newer.
    pub fn people(&self) -> impl Iterator<Item = (ActorId, &Whereabouts)> {
        let newer = |connection: u32, actor: ActorId| self.people.from_key(&(connection + 1)).any(|(_, (other, _))| *other == actor);
        self.people
            .iter()
            .filter(move |(connection, (actor, _))| !newer(**connection, *actor))
            .map(|(_, (actor, whereabouts))| (*actor, whereabouts))
    }

    pub fn in_document(&self, document: DocumentId) -> impl Iterator<Item = (u32, ActorId, &Presence)> {
        self.others
            .iter()
            .filter(move |(_, (_, presence))| place(presence) == document)
            .map(|(connection, (actor, presence))| (*connection, *actor, presence))
    }
}
