//! Numbers from JavaScript, in the page's units, as properties; and what holds where nothing is set.

use kakehashi_protocol::limits::{TRANSFORM_MOVE_MAX, TRANSFORM_SCALE_MAX};
use kakehashi_protocol::presence::Transform;
use kakehashi_protocol::schema::{Key, Value};

/// Colour of ink and letters that were given none.
pub const INK: [u8; 4] = [0x1f, 0x23, 0x28, 0xff];
/// Thickness of a line that was given none: four units.
pub const LINE_EIGHTHS: i64 = 4 * 8;
/// Height of letters that were given none: 32 units.
pub const LETTERS_EIGHTHS: i64 = 32 * 8;
/// Ways to align text, by number.
pub const ALIGNMENTS: [&str; 3] = ["start", "center", "end"];
/// Ways to rule a page, by number.
pub const BACKGROUNDS: [&str; 7] = ["plain", "grid", "dots", "ruled", "kanji", "staves", "graph"];

/// What a place in the list of numbers that `edit.ts` hands over is.
#[derive(Clone, Copy)]
enum Unit {
    Eighths,
    Hundredths,
    Thousandths,
    Whole,
    Flag,
    Color,
}

/// The list, in order.
const PLACES: [(Key, Unit); 14] = [
    (Key::X, Unit::Eighths),
    (Key::Y, Unit::Eighths),
    (Key::Width, Unit::Eighths),
    (Key::Height, Unit::Eighths),
    (Key::Rotation, Unit::Hundredths),
    (Key::ScaleX, Unit::Thousandths),
    (Key::ScaleY, Unit::Thousandths),
    (Key::StrokeWidth, Unit::Eighths),
    (Key::FontSize, Unit::Eighths),
    (Key::Align, Unit::Whole),
    (Key::Locked, Unit::Flag),
    (Key::Color, Unit::Color),
    (Key::Fill, Unit::Color),
    (Key::Tool, Unit::Whole),
];

/// Properties of a patch: `NaN` leaves one as it is, a colour of -1 unsets it.
pub fn properties(numbers: &[f64], path: Option<&[f64]>) -> Vec<(Key, Option<Value>)> {
    let mut list = Vec::new();
    for ((key, unit), number) in PLACES.iter().zip(numbers) {
        if number.is_nan() {
            continue;
        }
        let scaled = |by: f64| Some(Value::Int((number * by).round() as i64));
        let value = match unit {
            Unit::Eighths => scaled(8.0),
            // Angles come as any number of turns.
            Unit::Hundredths => Some(Value::Int(((number * 100.0).round() as i64).rem_euclid(36_000))),
            Unit::Thousandths => scaled(1_000.0),
            Unit::Whole => scaled(1.0),
            Unit::Flag => Some(Value::Bool(*number != 0.0)),
            Unit::Color if *number < 0.0 => None,
            Unit::Color => Some(Value::Color((*number as u32).to_be_bytes())),
        };
        list.push((*key, value));
    }
    if let Some(path) = path {
        let corners = path.chunks_exact(2).map(|corner| (eighths(corner[0]), eighths(corner[1]))).collect();
        list.push((Key::Path, Some(Value::Path(corners))));
    }
    list
}

/// An affine map as a canvas takes it, in fixed point: what is beyond the bounds stays at them, what
/// is no number is 0.
pub fn transform(map: &[f64]) -> Transform {
    let fixed = |place: usize, one: f64, max: u32| {
        let value = map.get(place).copied().unwrap_or(0.0) * one;
        value.round().clamp(-f64::from(max), f64::from(max)) as i32
    };
    let factor = |place| fixed(place, f64::from(Transform::ONE), TRANSFORM_SCALE_MAX * Transform::ONE.unsigned_abs());
    let moved = |place| fixed(place, 8.0, TRANSFORM_MOVE_MAX);
    Transform { a: factor(0), b: factor(1), c: factor(2), d: factor(3), e: moved(4), f: moved(5) }
}

/// Page units as eighths; what is no number is 0, what is too far stays within 32 bits.
pub fn eighths(units: f64) -> i32 {
    (units * 8.0).round() as i32
}
