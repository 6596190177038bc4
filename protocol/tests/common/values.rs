//! Random values of each property, and random ink.

use kakehashi_protocol::ids::OpId;
use kakehashi_protocol::ink::{InkState, Point, encode};
use kakehashi_protocol::limits::{COORDINATE_MAX, TIMER_MS_MAX};
use kakehashi_protocol::op::Property;
use kakehashi_protocol::order;
use kakehashi_protocol::schema::{Key, Value};

use super::Dice;

/// A key that no version of this crate knows yet.
pub const UNKNOWN_KEY: u16 = 40_000;
/// A kind of record, likewise.
pub const UNKNOWN_KIND: u16 = 50_000;
/// A kind of op, likewise.
pub const UNKNOWN_OP: u16 = 60_000;

/// A value of a property, within its range.
pub fn value(key: Key, dice: &mut Dice) -> Value {
    let mut int = |min: i64, max: i64| Value::Int(min + (dice.next() % (max - min + 1) as u64) as i64);
    match key {
        Key::Deleted | Key::Locked | Key::Hidden | Key::Acting | Key::Admitted => Value::Bool(dice.one_in(2)),
        Key::Order => Value::Order(
            order::between(None, None)
                .map(|mut key| {
                    key[0] = dice.below(256) as u8;
                    key[1] = dice.below(256) as u8;
                    key
                })
                .expect("there is room in an empty order"),
        ),
        Key::X | Key::Y => int(-COORDINATE_MAX, COORDINATE_MAX),
        Key::Width | Key::Height => int(0, COORDINATE_MAX),
        Key::Rotation => int(0, 35_999),
        Key::Color | Key::Fill => Value::Color((dice.next() as u32).to_le_bytes()),
        Key::StrokeWidth => int(0, 8_000),
        Key::Tool => int(0, 1),
        Key::FontSize => int(8, 8_000),
        Key::Align => int(0, 2),
        Key::Path => {
            Value::Path((0..dice.below(5)).map(|_| (dice.below(9_000) as i32 - 4_500, dice.below(9_000) as i32 - 4_500)).collect())
        }
        Key::Asset => Value::Hash([dice.next() as u8; 32]),
        Key::From | Key::Participant => Value::Record(OpId::new(dice.next(), dice.next() >> 20)),
        Key::Title | Key::Name | Key::Words => Value::Text(["島", "", "lesson 3", "橋を架ける"][dice.below(4)].into()),
        Key::Background => int(0, 6),
        Key::Session | Key::Ended | Key::Erased | Key::FirstSeen | Key::LastSeen | Key::Connections | Key::Outages | Key::Away => {
            int(0, 1 << 53)
        }
        Key::Role => int(0, 3),
        Key::Entrance => int(0, 2),
        Key::TimerLength => int(0, TIMER_MS_MAX),
        Key::Holder => Value::Token([dice.next() as u8; 16]),
        Key::Hand | Key::Timer => in_session(dice, 1 << 53),
        Key::Writing => in_session(dice, 1),
        Key::Spotlight => Value::InSession { session: (dice.next() >> 11) as i64, value: dice.next() as i64 },
        Key::ScaleX | Key::ScaleY => int(-1_000_000, 1_000_000),
    }
}

fn in_session(dice: &mut Dice, max: u64) -> Value {
    Value::InSession { session: (dice.next() >> 11) as i64, value: (dice.next() % (max + 1)) as i64 }
}

/// A property, sometimes unset, sometimes of a key that is not known.
pub fn property(dice: &mut Dice) -> Property {
    if dice.one_in(10) {
        let value = (0..dice.below(6)).map(|_| dice.next() as u8).collect();
        return Property { key: UNKNOWN_KEY + dice.below(3) as u16, value };
    }
    let key = Key::ALL[dice.below(Key::ALL.len())];
    let value = if dice.one_in(8) { Vec::new() } else { value(key, dice).encode() };
    Property { key: key.number(), value }
}

/// Some properties, each key once.
pub fn properties(dice: &mut Dice, most: usize) -> Vec<Property> {
    let mut properties: Vec<Property> = Vec::new();
    for _ in 0..dice.below(most + 1) {
        let new = property(dice);
        if properties.iter().all(|old| old.key != new.key) {
            properties.push(new);
        }
    }
    properties
}

/// So many points that follow a stroke's, and their bytes.
pub fn ink(state: &InkState, points: usize, dice: &mut Dice) -> Vec<u8> {
    let mut last = state.last().unwrap_or_default();
    let points: Vec<Point> = (0..points)
        .map(|_| {
            last.x += dice.below(200) as i32 - 100;
            last.y += dice.below(200) as i32 - 100;
            last.pressure = dice.below(4) as u8 * 60;
            last.time_ms += dice.below(20) as u32;
            last
        })
        .collect();
    let mut bytes = Vec::new();
    encode(&mut state.clone(), &points, &mut bytes).expect("points in range");
    bytes
}
