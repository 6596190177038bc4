//! Ink: the points of a stroke as bytes. About 2 bytes a point, with its pressure and time.
//!
//! A stroke is the concatenation of the chunks appended to it, and the state of the codec runs on across
//! them: a chunk of two points, one animation frame, needs no preamble of its own. The bytes of a stroke are
//! kept and sent as they came; nobody encodes them again.
//!
//! # Layout
//!
//! **Units.** `x` and `y` are counted in eighths of a page unit, -8,000,000 to 8,000,000. Pressure is 0
//! where the pen reports none, else 1 (lightest) to 255. Time is in milliseconds since the stroke began, 0 to
//! 600,000, and never goes back.
//!
//! **Codes.** Bits are written most significant first. Signed values are zigzagged: 0, -1, 1, -2, 2 are
//! written as 0, 1, 2, 3, 4.
//!
//! | code | of | bits |
//! |---|---|---|
//! | gamma | n >= 1 | L zeros, then the L + 1 bits of n; L = floor(log2 n) |
//! | long | n >= 0 | 5 bits L, then the L low bits of n + 1; L = floor(log2(n + 1)) |
//! | rice k | n >= 0 | q = n >> k; if q < 8: q ones, a zero, the k low bits of n; else 8 ones, then n as *long* |
//!
//! **Scale.** Each of the four columns time, pressure, x and y chooses its k by the running mean of its own
//! numbers. It keeps `mean`, 16 bits, 4 times the running mean of the numbers n it has written; at first 4 * 2 (time),
//! 4 * 4 (pressure), 4 * 12 (x and y). k is the number of bits of `mean * 9 / 16 / 4` (0 for 0; divisions
//! round down). After each rice code of the column, `mean = mean - mean / 4 + min(n, 8000)`.
//!
//! **Chunk.**
//!
//! | field | code | meaning |
//! |---|---|---|
//! | count | gamma | points in this chunk, 1 to 4,096 |
//! | time off | 1 bit | 0: every time of this chunk is as expected |
//! | pressure off | 1 bit | 0: every pressure of this chunk is as expected |
//! | points | | count times: time, pressure, x, y, as below |
//! | padding | 0 to 7 bits | zeros up to the byte |
//!
//! **Time and pressure** are run-length coded, each by itself, and take no bits where their flag is 0. Else:
//! gamma of r + 1, where r is how many values from this point on are as expected; then nothing for those r
//! points; then, if points are left, rice of zigzag(value - expected) - 1 for the next, and after it
//! a new r. A run ends with its chunk.
//!
//! **x and y** take, for the first point of the stroke, *long* of zigzag(value); for each other, rice of
//! zigzag(value - expected).
//!
//! **Expected.** Before the first point, the last values are all 0. Of x and y: the last value plus its last
//! difference (0 up to the second point), so what is written is the difference of differences. Of pressure: the
//! last value. Of time: 0 for the first point, then the last time plus s1, where (s1, s2, s3) are the last three
//! steps, oldest first; at first (17, 16, 17). After each point but the first with the step s (65,535 at most): if s differs
//! from s1 by more than 2, all three become s, else (s1, s2, s3) become (s2, s3, s).

mod bits;
mod read;
mod state;
mod stroke;
#[cfg(test)]
mod tests;
mod write;

pub use state::InkState;
pub use stroke::{Bounds, Ink, Points};

/// Eighths of a page unit in one page unit.
pub const EIGHTHS_PER_UNIT: i32 = 8;
/// The farthest a point may lie from the page's origin along an axis, in page units: some 500 pages.
pub const COORDINATE_UNITS_MAX: i32 = 1_000_000;
/// [`COORDINATE_UNITS_MAX`] in eighths of a unit.
pub const COORDINATE_MAX: i32 = COORDINATE_UNITS_MAX * EIGHTHS_PER_UNIT;
/// The longest time from a stroke's first point to its last, in milliseconds: ten minutes. A finger
/// that rests on a wall longer begins a new stroke.
pub const TIME_MS_MAX: u32 = 600_000;
/// Points in one chunk. More are written as several chunks; the limit bounds what one head can promise.
pub const CHUNK_POINTS_MAX: u32 = 4_096;

/// One sample of a pen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Point {
    /// Eighths of a page unit, within plus and minus [`COORDINATE_MAX`].
    pub x: i32,
    /// Eighths of a page unit, within plus and minus [`COORDINATE_MAX`].
    pub y: i32,
    /// 0 where the pen reports none; else 1 (lightest) to 255 (strongest).
    pub pressure: u8,
    /// Milliseconds since the stroke began, [`TIME_MS_MAX`] at most, never less than the point before.
    pub time_ms: u32,
}

impl Point {
    /// The nearest point to `x`, `y` in page units: each at most 1/16 unit off. `pressure` is 0.0 for none, else
    /// up to 1.0. What lies outside a range goes to its end, and what is not a number to 0.
    pub fn from_units(x: f64, y: f64, pressure: f64, time_ms: u32) -> Self {
        let eighths = |units: f64| {
            let max = f64::from(COORDINATE_MAX);
            (units * f64::from(EIGHTHS_PER_UNIT)).round().clamp(-max, max) as i32
        };
        let pressure = if pressure > 0.0 { 1 + (pressure.min(1.0) * 254.0).round() as u8 } else { 0 };
        Self { x: eighths(x), y: eighths(y), pressure, time_ms: time_ms.min(TIME_MS_MAX) }
    }

    /// `x` in page units.
    pub fn x_units(self) -> f64 {
        f64::from(self.x) / f64::from(EIGHTHS_PER_UNIT)
    }

    /// `y` in page units.
    pub fn y_units(self) -> f64 {
        f64::from(self.y) / f64::from(EIGHTHS_PER_UNIT)
    }

    /// Pressure over 0.0 to 1.0, if the pen reported one.
    pub fn pressure_unit(self) -> Option<f64> {
        (self.pressure > 0).then(|| f64::from(self.pressure - 1) / 254.0)
    }
}

/// Which coordinate is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Axis {
    /// From left to right.
    X,
    /// From top to bottom.
    Y,
}

/// Why points could not be written, or bytes are not ink.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InkError {
    /// A coordinate lies too far out.
    #[error("{axis:?} is {value} eighths of a unit; allowed is {min} to {max}", min = -COORDINATE_MAX, max = COORDINATE_MAX)]
    Coordinate {
        /// Which of the two.
        axis: Axis,
        /// In eighths of a unit.
        value: i64,
    },
    /// A pressure that does not fit; only bytes can say so.
    #[error("pressure is {value}; allowed is 0 to 255")]
    Pressure {
        /// What the bytes say.
        value: i64,
    },
    /// A point is earlier than the point before it.
    #[error("a point at {time_ms} ms follows one at {last_ms} ms")]
    TimeBackwards {
        /// The point's time.
        time_ms: i64,
        /// The time of the point before.
        last_ms: u32,
    },
    /// A point is too long after the stroke's beginning.
    #[error("a point at {time_ms} ms; a stroke lasts {max} ms at most", max = TIME_MS_MAX)]
    TimeTooLong {
        /// The point's time.
        time_ms: i64,
    },
    /// More points than the caller allows.
    #[error("more than {points_max} points")]
    TooManyPoints {
        /// How many are allowed.
        points_max: usize,
    },
    /// The bytes end within a chunk.
    #[error("ink ends within a chunk, after {bytes} bytes")]
    Truncated {
        /// How many bytes there are.
        bytes: usize,
    },
    /// A count greater than [`CHUNK_POINTS_MAX`] can have.
    #[error("a count of more than {max} points at byte {byte}", max = CHUNK_POINTS_MAX)]
    CountTooLong {
        /// Where the count begins.
        byte: usize,
    },
    /// A run longer than the rest of its chunk.
    #[error("a run of {run} points where {left} are left in the chunk")]
    RunTooLong {
        /// Its length.
        run: u32,
        /// Points left.
        left: u32,
    },
    /// The bits between a chunk's end and the byte's are not zero.
    #[error("the padding in byte {byte} is not zero")]
    Padding {
        /// The chunk's last byte.
        byte: usize,
    },
    /// A chunk to be appended does not start where the stroke ends.
    #[error("a chunk for offset {offset} of a stroke with {points} points")]
    Offset {
        /// Where the chunk should start, in points.
        offset: u32,
        /// How many points there are.
        points: u32,
    },
}

/// Appends `points` to `out`, as one chunk (several if there are more than [`CHUNK_POINTS_MAX`]; none if there
/// are none), continuing after `state`.
///
/// # Errors
/// A coordinate or time out of range, or a time before the last. Then nothing is written and `state` is as it was.
pub fn encode(state: &mut InkState, points: &[Point], out: &mut Vec<u8>) -> Result<(), InkError> {
    let mut last_ms = state.time_ms_min();
    for point in points {
        for (axis, value) in [(Axis::X, point.x), (Axis::Y, point.y)] {
            if !(-COORDINATE_MAX..=COORDINATE_MAX).contains(&value) {
                return Err(InkError::Coordinate { axis, value: i64::from(value) });
            }
        }
        let time_ms = i64::from(point.time_ms);
        if point.time_ms < last_ms {
            return Err(InkError::TimeBackwards { time_ms, last_ms });
        }
        if point.time_ms > TIME_MS_MAX {
            return Err(InkError::TimeTooLong { time_ms });
        }
        last_ms = point.time_ms;
    }
    for chunk in points.chunks(CHUNK_POINTS_MAX as usize) {
        write::chunk(state, chunk, out);
    }
    Ok(())
}

/// Decodes all of `bytes`, whole chunks that continue after `state`, and appends the points to `out`. Gives their
/// number, `max_points` at most.
///
/// # Errors
/// Whatever [`InkError`] says of bytes. Then `state` and `out` are as they were. Memory is taken for
/// `max_points` points at most.
pub fn decode(state: &mut InkState, bytes: &[u8], max_points: usize, out: &mut Vec<Point>) -> Result<usize, InkError> {
    let start = out.len();
    let result = visit(state, bytes, max_points, |point| {
        if out.len() == out.capacity() {
            let decoded = out.len() - start;
            out.reserve_exact(decoded.clamp(64, 1 << 20).min(max_points - decoded));
        }
        out.push(point);
    });
    if result.is_err() {
        out.truncate(start);
    }
    result
}

/// What [`decode`] would say of `bytes`, without the points.
///
/// # Errors
/// As [`decode`]. Then `state` is as it was.
pub fn check(state: &mut InkState, bytes: &[u8], max_points: usize) -> Result<usize, InkError> {
    visit(state, bytes, max_points, |_| {})
}

fn visit(state: &mut InkState, bytes: &[u8], max_points: usize, mut each: impl FnMut(Point)) -> Result<usize, InkError> {
    let mut reader = read::Reader::new(*state, bytes);
    let mut count = 0;
    while let Some(point) = reader.next_point()? {
        if count == max_points {
            return Err(InkError::TooManyPoints { points_max: max_points });
        }
        count += 1;
        each(point);
    }
    *state = reader.state;
    Ok(count)
}
