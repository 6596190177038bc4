//! When a run is over, and what must hold then.

use kakehashi_client::Status;
use kakehashi_protocol::document::{Document, Store};
use kakehashi_protocol::ids::DocumentId;
use kakehashi_protocol::people::TALK;
use kakehashi_protocol::record::Record;
use kakehashi_protocol::wire::snapshot::digest;
use kakehashi_server::room::core::RoomCore;

use super::world::{Event, Seat, World};

impl World {
    /// Whether nothing is on its way, and everybody has read all there is.
    pub(super) fn quiet(&self) -> bool {
        let clients = self.seats.iter().all(|seat| seat.person.client.unsaved() == 0 && seat.person.client.status() == Status::Live);
        // Who has nothing to say notices only after a while that a connection is dead.
        clients
            && !self.connections.values().any(|connection| connection.dead)
            && self.nodes.iter().all(|node| node.room().is_some_and(RoomCore::settled) && !node.stalling(self.at) && !node.shut)
            && (0..2).all(|from| self.carriers[from].done(&self.nodes[from].disk))
            && self.seats.iter().all(|seat| self.has_read_all(seat))
            && !self.events.values().any(is_under_way)
    }

    fn has_read_all(&self, seat: &Seat) -> bool {
        let client = &seat.person.client;
        let end = self.nodes[seat.home].published();
        let read = |document| client.is_live(document) && client.read_to(document).is_some_and(|seq| seq <= end);
        read(DocumentId::COVER) && (client.me().is_none() || read(TALK)) && client.pages().iter().all(|page| read(DocumentId(page.id())))
    }

    pub(super) fn why_not_quiet(&self) -> String {
        let people: Vec<String> = self
            .seats
            .iter()
            .map(|seat| {
                let client = &seat.person.client;
                let open =
                    client.documents().map(|document| format!("{document} {} {:?}", client.is_live(document), client.read_to(document)));
                format!("{:?} unsaved {} open {:?}", client.status(), client.unsaved(), open.collect::<Vec<_>>())
            })
            .collect();
        let nodes = self.nodes.each_ref().map(|node| (node.up(), node.shut, node.room().is_some_and(RoomCore::settled), node.disk.end()));
        format!("{people:?}, servers (up, shut, settled, end) {nodes:?}")
    }

    /// Everyone is equal, and every promise was kept.
    pub(super) fn check(&mut self) {
        let rooms: Vec<&RoomCore> = self.nodes.iter().map(|node| node.room().expect("both servers run")).collect();
        let of = |room: &RoomCore, document| room.board().document(document).map(digest);
        for document in self.documents() {
            assert_eq!(of(rooms[0], document), of(rooms[1], document), "the servers differ in document {document}");
            for (number, node) in self.nodes.iter().enumerate() {
                let again = RoomCore::new(node.disk.load());
                assert_eq!(of(&again, document), of(rooms[number], document), "the disk of server {number} holds {document}");
            }
        }
        for (number, seat) in self.seats.iter().enumerate() {
            let client = &seat.person.client;
            let pages = client.pages().iter().map(|page| DocumentId(page.id())).collect::<Vec<_>>();
            let talk = client.me().map(|_| TALK);
            for document in pages.into_iter().chain([DocumentId::COVER]).chain(talk) {
                let differs = client.digest(document) != of(rooms[seat.home], document);
                let differences = || difference(client.merged(document).as_ref(), rooms[seat.home].board().document(document));
                assert!(!differs, "person {number} differs in document {document}: {}", differences());
            }
            assert!(seat.person.device.values().all(|(_, changes)| changes.is_empty()), "person {number} keeps what has its verdict");
        }
        for (number, promised) in self.promised.iter().enumerate() {
            for (actor, next) in promised {
                let kept = rooms[number].actors().next(*actor);
                assert!(kept >= *next, "server {number} promised {actor} up to {next} and has {kept}");
            }
        }
        self.report.ops = rooms[0].actors().iter().map(|actor| actor.next - 1).sum();
    }
}

/// The first record that two documents have in different ways.
fn difference(one: Option<&Document>, other: Option<&Document>) -> String {
    let (Some(one), Some(other)) = (one, other) else { return "one of them is missing".to_owned() };
    let ids = one.records().chain(other.records()).map(Record::id);
    let differs = ids.into_iter().find(|id| one.record(*id) != other.record(*id));
    differs.map_or_else(|| "in other than records".to_owned(), |id| format!("{:?} and {:?}", one.record(id), other.record(id)))
}

/// Whether an event still changes something.
const fn is_under_way(event: &Event) -> bool {
    matches!(
        event,
        Event::Written { .. }
            | Event::Carried { .. }
            | Event::ToServer { .. }
            | Event::ToClient { .. }
            | Event::Snapshot { .. }
            | Event::Opened { .. }
            | Event::Broken { .. }
            | Event::Updated { .. }
            | Event::Step(_)
    )
}
