//! A snapshot shows what is on the disk, and nothing of the row that is being written (SPEC LOG-3, SNAP-1).
#![allow(clippy::unwrap_used, reason = "these are tests, though not all marked as such")]

#[path = "../../protocol/tests/common/scenes.rs"]
#[allow(dead_code)]
mod scenes;
#[path = "common/stage.rs"]
mod stage;

use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::{Key, Kind, Value};
use scenes::{create, set};
use stage::Stage;

const MARKER: &str = "of the row under way";

#[test]
fn a_snapshot_waits_until_the_row_under_way_is_durable() {
    let mut stage = Stage::new();
    let page = stage.page();
    let writer = stage.join(Role::Member, &[page]);
    let reader = stage.join(Role::Member, &[page]);
    stage.quick = false;
    stage.offer(writer, vec![create(page, Kind::Rectangle, vec![set(Key::Title, &Value::Text(MARKER.into()))])]);
    stage.pass_us(100_000);
    let received = |stage: &Stage| {
        let bytes = &stage.peers[&reader].received;
        (bytes.len(), bytes.windows(MARKER.len()).any(|part| part == MARKER.as_bytes()))
    };
    let before = received(&stage);
    stage.snapshot(reader, page);
    assert_eq!(received(&stage), before, "nothing is answered while a row is being written");
    assert!(stage.commit(), "a row was being written");
    assert!(received(&stage).1, "the snapshot that waited has what is durable");
}
