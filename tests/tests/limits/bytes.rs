//! Limits of what is read: messages, changes and values.

use kakehashi_protocol::limits::*;
use kakehashi_protocol::op::{Change, OpBody, Property};
use kakehashi_protocol::order::between;
use kakehashi_protocol::presence::{Presence, Preview, Transform};
use kakehashi_protocol::schema::{Key, Kind, Value, check_value};
use kakehashi_protocol::wire::frame::{ClientFrame, read_message, write_frame};

use super::Trial;
use super::shared::{PAGE, change, unknown};

pub const TRIALS: &[Trial] = &[
    ("MESSAGE_BYTES_MAX", message_bytes),
    ("MESSAGE_FRAMES_MAX", message_frames),
    ("CHANGE_BYTES_MAX", change_bytes),
    ("CHANGE_OPS_MAX", change_ops),
    ("VALUE_BYTES_MAX", value_bytes),
    ("UNKNOWN_OP_BYTES_MAX", unknown_op_bytes),
    ("PATH_POINTS_MAX", path_points),
    ("ORDER_KEY_BYTES_MAX", order_key_bytes),
    ("TITLE_CHARS_MAX", title_chars),
    ("NAME_CHARS_MAX", name_chars),
    ("WORDS_CHARS_MAX", words_chars),
    ("TIMER_MS_MAX", timer),
    ("COORDINATE_MAX", coordinate),
    ("PRESENCE_RECORDS_MAX", presence_records),
    ("TRANSFORM_SCALE_MAX", transform_scale),
    ("TRANSFORM_MOVE_MAX", transform_move),
];

fn message_bytes() {
    let reads = |bytes: usize| {
        let mut message = Vec::new();
        write_frame(&mut message, &ClientFrame::Change(vec![0; bytes / 2]));
        let head = bytes - message.len();
        // The head of a frame of this length takes six bytes.
        write_frame(&mut message, &ClientFrame::Change(vec![0; head - 6]));
        assert_eq!(message.len(), bytes);
        read_message::<ClientFrame>(&message).is_ok()
    };
    assert!(reads(MESSAGE_BYTES_MAX));
    assert!(!reads(MESSAGE_BYTES_MAX + 1));
}

fn message_frames() {
    let reads = |frames: usize| {
        let mut message = Vec::new();
        (0..frames).for_each(|_| write_frame(&mut message, &ClientFrame::Ping(0)));
        read_message::<ClientFrame>(&message).is_ok()
    };
    assert!(reads(MESSAGE_FRAMES_MAX));
    assert!(!reads(MESSAGE_FRAMES_MAX + 1));
}

fn change_bytes() {
    let reads = |bytes: usize| {
        let of = |last: usize| change(1, PAGE, vec![unknown(UNKNOWN_OP_BYTES_MAX), unknown(last)]).to_bytes();
        let room = bytes - of(60_000).len();
        let change = of(60_000 + room);
        assert_eq!(change.len(), bytes);
        Change::from_bytes(&change).is_ok()
    };
    assert!(reads(CHANGE_BYTES_MAX));
    assert!(!reads(CHANGE_BYTES_MAX + 1));
}

fn change_ops() {
    let reads = |ops: usize| Change::from_bytes(&change(1, PAGE, vec![unknown(0); ops]).to_bytes()).is_ok();
    assert!(reads(CHANGE_OPS_MAX));
    assert!(!reads(CHANGE_OPS_MAX + 1));
}

fn value_bytes() {
    let reads = |bytes: usize| {
        let properties = vec![Property { key: 40_000, value: vec![7; bytes] }];
        let body = OpBody::Create { kind: Kind::Rectangle.number(), properties };
        Change::from_bytes(&change(1, PAGE, vec![body]).to_bytes()).is_ok()
    };
    assert!(reads(VALUE_BYTES_MAX));
    assert!(!reads(VALUE_BYTES_MAX + 1));
}

fn unknown_op_bytes() {
    let reads = |bytes: usize| Change::from_bytes(&change(1, PAGE, vec![unknown(bytes)]).to_bytes()).is_ok();
    assert!(reads(UNKNOWN_OP_BYTES_MAX));
    assert!(!reads(UNKNOWN_OP_BYTES_MAX + 1));
}

fn may_be(key: Key, value: Value) -> bool {
    check_value(key.number(), &value.encode()).is_ok()
}

fn path_points() {
    let path = |points: usize| may_be(Key::Path, Value::Path((0..points).map(|x| (x as i32, 3)).collect()));
    assert!(path(PATH_POINTS_MAX));
    assert!(!path(PATH_POINTS_MAX + 1));
}

fn order_key_bytes() {
    let order = |bytes: usize| may_be(Key::Order, Value::Order(vec![9; bytes]));
    assert!(order(ORDER_KEY_BYTES_MAX));
    assert!(!order(ORDER_KEY_BYTES_MAX + 1));
    // Ten megabytes are refused as one byte too many is, and finding a key beside them ends.
    assert!(!order(10 * 1024 * 1024));
    let long = vec![9; 10 * 1024 * 1024];
    let longer = [&long[..], &[1][..]].concat();
    assert_eq!(between(Some(&long[..]), Some(&longer[..])), None);
}

fn title_chars() {
    let title = |chars: usize| may_be(Key::Title, Value::Text("橋".repeat(chars)));
    assert!(title(TITLE_CHARS_MAX));
    assert!(!title(TITLE_CHARS_MAX + 1));
}

fn name_chars() {
    let shown = |chars: usize| Presence { name: "橋".repeat(chars), ..Presence::default() }.check().is_ok();
    let written = |chars: usize| may_be(Key::Name, Value::Text("橋".repeat(chars)));
    assert!(shown(NAME_CHARS_MAX) && written(NAME_CHARS_MAX));
    assert!(!shown(NAME_CHARS_MAX + 1) && !written(NAME_CHARS_MAX + 1));
}

fn words_chars() {
    let words = |chars: usize| may_be(Key::Words, Value::Text("橋".repeat(chars)));
    assert!(words(WORDS_CHARS_MAX));
    assert!(!words(WORDS_CHARS_MAX + 1));
}

fn timer() {
    assert!(may_be(Key::TimerLength, Value::Int(TIMER_MS_MAX)));
    assert!(!may_be(Key::TimerLength, Value::Int(TIMER_MS_MAX + 1)));
    assert!(!may_be(Key::TimerLength, Value::Int(-1)));
}

fn coordinate() {
    for sign in [-1, 1] {
        assert!(may_be(Key::X, Value::Int(sign * COORDINATE_MAX)));
        assert!(!may_be(Key::X, Value::Int(sign * (COORDINATE_MAX + 1))));
    }
    // Numbers that are none do not exist on the wire; a pen that reports one writes zero.
    let point = kakehashi_protocol::ink::Point::from_units(f64::NAN, f64::INFINITY, f64::NAN, u32::MAX);
    assert_eq!((point.x, point.y, point.pressure), (0, kakehashi_protocol::ink::COORDINATE_MAX, 0));
}

fn presence_records() {
    let records = |count: usize| vec![PAGE.0; count];
    let selected = |count: usize| Presence { selection: records(count), ..Presence::default() }.check().is_ok();
    let moved = |count: usize| {
        let preview = Some(Preview { records: records(count), transform: Transform::moving(1, 1) });
        Presence { preview, ..Presence::default() }.check().is_ok()
    };
    assert!(selected(PRESENCE_RECORDS_MAX) && moved(PRESENCE_RECORDS_MAX));
    assert!(!selected(PRESENCE_RECORDS_MAX + 1) && !moved(PRESENCE_RECORDS_MAX + 1));
}

fn may_show(transform: Transform) -> bool {
    let preview = Some(Preview { records: vec![PAGE.0], transform });
    Presence { preview, ..Presence::default() }.check().is_ok()
}

fn transform_scale() {
    let most = TRANSFORM_SCALE_MAX as i32 * Transform::ONE;
    for a in [most, -most] {
        assert!(may_show(Transform { a, ..Transform::moving(0, 0) }));
        assert!(!may_show(Transform { a: a + a.signum(), ..Transform::moving(0, 0) }));
    }
    assert!(!may_show(Transform { a: i32::MIN, ..Transform::moving(0, 0) }));
}

fn transform_move() {
    let most = TRANSFORM_MOVE_MAX as i32;
    for e in [most, -most] {
        assert!(may_show(Transform::moving(e, 0)));
        assert!(!may_show(Transform::moving(e + e.signum(), 0)));
    }
    assert!(!may_show(Transform::moving(i32::MIN, 0)));
}
