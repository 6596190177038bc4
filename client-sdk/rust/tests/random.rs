//! Several clients do anything at random on a link that breaks at random; in the end all hold the same.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use kakehashi_client::{Edit, EditError};
use kakehashi_protocol::ids::{DocumentId, RecordId};
use kakehashi_protocol::ink::Point;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::wire::frame::ServerFrame;
use support::*;

/// How many runs; each takes some 50 milliseconds without optimisation. A soak does fifty times as many.
const SEEDS: u64 = 60;
const STEPS: usize = 160;

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }
}

fn any_record(world: &World, dice: &mut Dice, peer: usize, page: DocumentId) -> Option<RecordId> {
    let records = world.peers[peer].client.records(page);
    (!records.is_empty()).then(|| records[dice.roll(records.len())].id())
}

fn fill(edit: &mut Edit, world: &World, dice: &mut Dice, peer: usize, page: DocumentId) -> Result<(), EditError> {
    let client = &world.peers[peer].client;
    let record = any_record(world, dice, peer, page);
    match (dice.roll(9), record) {
        (0, _) | (_, None) => {
            let stroke = edit.create(client, page, Kind::Stroke, &[])?;
            edit.append_ink(client, page, stroke, &[Point { x: 8, y: 8, pressure: 9, time_ms: 0 }])
        }
        (1, _) => edit.create(client, page, Kind::Note, &[(Key::X, Value::Int(80))]).map(drop),
        (2, Some(record)) if record.actor == client.actor() => {
            let at = client.ink(page, record).map_or(0, |ink| ink.points());
            let points: Vec<Point> =
                (at..at + 1 + dice.roll(5) as u32).map(|i| Point { x: i as i32 * 7, y: 3, pressure: 0, time_ms: i * 16 }).collect();
            edit.append_ink(client, page, record, &points)
        }
        (3, Some(record)) => edit.set(client, page, record, &[(Key::X, Some(Value::Int(dice.roll(1000) as i64))), (Key::Y, None)]),
        (4, Some(record)) => edit.remove(client, page, &[record]),
        (5, Some(record)) => edit.insert_text(client, page, record, dice.roll(9), ["橋", "わたる", "ok"][dice.roll(3)]),
        (6, Some(record)) => edit.delete_text(client, page, record, dice.roll(5), 1 + dice.roll(3)),
        (7, Some(record)) => {
            edit.set(client, page, record, &[(Key::Rotation, Some(Value::Int(dice.roll(36_000) as i64)))])?;
            edit.create(client, page, Kind::Rectangle, &[(Key::From, Value::Record(record))]).map(drop)
        }
        (_, Some(record)) => edit.set(client, page, record, &[(Key::Color, Some(Value::Color([dice.roll(256) as u8; 4])))]),
    }
}

fn act(world: &mut World, dice: &mut Dice, pages: &mut Vec<DocumentId>) {
    let peer = dice.roll(world.peers.len());
    let page = pages[dice.roll(pages.len())];
    let (now, hand) = (world.device_now(peer), dice.roll(3) as u8);
    match dice.roll(40) {
        0 => world.cut(peer),
        1 => world.up = !world.up,
        2 => world.server.role = if dice.roll(3) == 0 { Role::Viewer } else { Role::Host },
        3 => world.server.forgetful = !world.server.forgetful,
        4 => {
            // What was on its way is lost, with the connection.
            world.server.mute = true;
            world.pass(40);
            world.server.mute = false;
            (0..world.peers.len()).for_each(|peer| world.cut(peer));
        }
        5 => {
            if let Some(connection) = world.peers[peer].connection {
                world.server.readers.get_mut(&connection).unwrap().documents.remove(&page);
                world.server.send(connection, &ServerFrame::Behind(page));
            }
        }
        6 => world.peers[peer].client.close(page),
        7..=8 => drop(world.peers[peer].client.open(page)),
        9 if world.peers[peer].client.is_ready(COVER) && pages.len() < 4 && world.peers[peer].client.role() == Some(Role::Host) => {
            pages.push(world.add_page(peer))
        }
        10..=12 => drop(world.peers[peer].client.undo(now, hand)),
        13 => drop(world.peers[peer].client.redo(now, hand)),
        14..=18 => world.pass(dice.roll(60) as u64),
        19 => world.pass(3_000),
        20 => world.peers[peer].ahead_ms = dice.roll(20_000) as i64 - 10_000,
        21 => {
            let held = dice.roll(2) == 0;
            world.peers[peer].snapshots_held = held;
        }
        _ => {
            let client = &world.peers[peer].client;
            let mut edit = client.draft();
            for _ in 0..=dice.roll(3) {
                // Much of it is nonsense, which must be refused without a trace.
                let _ = fill(&mut edit, world, dice, peer, page);
            }
            let client = &mut world.peers[peer].client;
            let gesture = if dice.roll(2) == 0 { client.new_gesture() } else { 1 };
            let _ = client.commit(now, hand, gesture, edit);
        }
    }
}

// SPEC MERGE-2, VER-1, VER-2, READ-1.
#[test]
fn all_are_in_step_in_the_end_whatever_happened() {
    let (mut rows, mut refusals) = (0, 0);
    let seeds = if std::env::var_os("KAKEHASHI_SOAK").is_some() { SEEDS * 50 } else { SEEDS };
    for seed in 1..=seeds {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let (mut world, page) = World::with_page(3);
        let mut pages = vec![page];
        for _ in 0..STEPS {
            act(&mut world, &mut dice, &mut pages);
        }
        world.server.role = Role::Host;
        world.server.forgetful = false;
        for peer in &mut world.peers {
            peer.snapshots_held = false;
        }
        world.come_back();
        let known: Vec<DocumentId> = pages.into_iter().filter(|page| world.server.board.document(*page).is_some()).collect();
        for page in &known {
            (0..3).for_each(|peer| assert!(world.peers[peer].client.open(*page)));
        }
        world.pass(20_000);
        for document in known.into_iter().chain([COVER]) {
            for (place, peer) in world.peers.iter().enumerate() {
                assert_eq!(peer.client.unsaved(), 0, "seed {seed}, client {place}");
                assert_eq!(
                    peer.client.digest(document),
                    Some(world.server.digest(document)),
                    "seed {seed}, client {place}, document {document}"
                );
                let unsaved = peer.client.records(document).iter().filter(|record| peer.client.is_unsaved(document, record.id())).count();
                assert_eq!((unsaved, peer.device.len()), (0, 0), "seed {seed}, client {place}");
            }
        }
        rows += world.server.seq;
        refusals += world.server.known.values().map(|known| known.refused.len()).sum::<usize>();
    }
    println!("{seeds} runs, {rows} rows, {refusals} refusals");
    assert!(rows > seeds * 30 && refusals > 50, "the runs did something: {rows} rows, {refusals} refusals");
}
