//! The page that the limits are sized for: 20,000 strokes of 120 points. It is legal, it is sent in
//! several changes, read by another, copied to another page, and undone as one gesture.

mod support;

use std::time::Instant;

use kakehashi_client::EditError;
use kakehashi_protocol::ids::{DocumentId, RecordId};
use kakehashi_protocol::ink::Point;
use kakehashi_protocol::schema::{Key, Kind, Value};
use support::*;

const STROKES: usize = 20_000;
const POINTS: usize = 120;
/// Strokes of one change: some 100 KiB.
const AT_ONCE: usize = 300;

/// Ink that curves and presses, so that it takes the bytes of handwriting.
fn points(stroke: usize) -> Vec<Point> {
    let place = |i: usize| ((i * i * 31 + stroke * 17) % 23) as i32;
    (0..POINTS)
        .map(|i| Point {
            x: (stroke % 200 * 75) as i32 + i as i32 * 3 + place(i) / 4,
            y: (stroke / 200 * 80) as i32 + place(i + 5),
            pressure: 120 + (i % 60) as u8,
            time_ms: i as u32 * 8,
        })
        .collect()
}

fn write(world: &mut World, page: DocumentId, gesture: u32, strokes: &[Vec<Point>]) -> Result<Vec<RecordId>, EditError> {
    let now = world.device_now(0);
    let client = &mut world.peers[0].client;
    let mut edit = client.draft();
    let mut made = Vec::new();
    for points in strokes {
        let properties = [(Key::Color, Value::Color([31, 35, 40, 255])), (Key::StrokeWidth, Value::Int(32))];
        let stroke = edit.create(client, page, Kind::Stroke, &properties)?;
        edit.append_ink(client, page, stroke, points)?;
        made.push(stroke);
    }
    client.commit(now, 0, gesture, edit)?;
    world.settle();
    Ok(made)
}

// SPEC LIM-1.
#[test]
fn a_full_page_is_legal_sent_read_copied_and_undone() {
    let (mut world, page) = World::with_page(2);
    let began = Instant::now();
    let strokes: Vec<Vec<Point>> = (0..STROKES).map(points).collect();
    let gesture = world.peers[0].client.new_gesture();
    for strokes in strokes.chunks(AT_ONCE) {
        write(&mut world, page, gesture, strokes).expect("it fits");
    }
    world.assert_in_step(page);
    let snapshot = world.server.snapshot(page).len();
    println!("{STROKES} strokes of {POINTS} points: {snapshot} bytes, written and read in {:?}", began.elapsed());

    // Duplicated within the board: what was read is written on another page, as one gesture.
    let began = Instant::now();
    let copy = world.add_page(0);
    world.settle();
    let gesture = world.peers[0].client.new_gesture();
    let ink: Vec<Vec<Point>> =
        world.peers[0].client.records(page).iter().map(|record| record.ink().expect("a stroke").iter().collect()).collect();
    let mut order = Vec::new();
    for strokes in ink.chunks(AT_ONCE) {
        order.extend(write(&mut world, copy, gesture, strokes).expect("it fits"));
    }
    let shown: Vec<RecordId> = world.peers[0].client.records(copy).iter().map(|record| record.id()).collect();
    assert!(shown == order, "they lie upon each other as on the page they come from");
    assert_eq!(world.peers[0].client.digest(copy), Some(world.server.digest(copy)));
    println!("copied in {:?}", began.elapsed());
    let began = Instant::now();
    let now = world.device_now(0);
    assert_eq!(world.peers[0].client.undo(now, 0), Ok(true));
    world.settle();
    world.pass(1_000);
    assert_eq!(world.peers[0].client.records(copy).len(), 0);
    assert_eq!(world.peers[0].client.unsaved(), 0);
    assert_eq!(world.peers[0].client.digest(copy), Some(world.server.digest(copy)));
    println!("undone in {:?}", began.elapsed());
}

// SPEC LIM-1: what is too much for one change is said so, and nothing of it is written.
#[test]
fn a_change_beyond_its_bytes_is_refused_whole() {
    let (mut world, page) = World::with_page(1);
    let strokes: Vec<Vec<Point>> = (0..2_000).map(points).collect();
    let gesture = world.peers[0].client.new_gesture();
    assert!(matches!(write(&mut world, page, gesture, &strokes), Err(EditError::TooLarge { what: "bytes", .. })));
    assert!(world.peers[0].client.records(page).is_empty());
    assert!(write(&mut world, page, gesture, &strokes[..AT_ONCE]).is_ok());
}
