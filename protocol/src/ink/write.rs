//! Points that have been checked into one chunk. The layout is in the head of the module.

use super::Point;
use super::bits::BitWriter;
use super::state::{InkState, Scale, zigzag};

/// Appends one chunk; `points` has 1 to `CHUNK_POINTS_MAX` checked points.
pub(super) fn chunk(state: &mut InkState, points: &[Point], out: &mut Vec<u8>) {
    let mut bits = BitWriter::new(out);
    // The caller splits at CHUNK_POINTS_MAX, so the cast keeps the value.
    let count = points.len() as u32;
    let time_off = expected_run(*state, points, off_time) < count;
    let pressure_off = expected_run(*state, points, off_pressure) < count;
    bits.gamma(count);
    bits.bits(u32::from(time_off), 1);
    bits.bits(u32::from(pressure_off), 1);
    // The runs in progress: how many more values are as expected before one that is off. The one that is
    // off is never off by 0, so its number is written less one.
    let mut time_run = None;
    let mut pressure_run = None;
    for (index, &point) in points.iter().enumerate() {
        if time_off {
            let run = *time_run.get_or_insert_with(|| start_run(&mut bits, *state, &points[index..], off_time));
            time_run = if run == 0 {
                let value = off_time(state, point);
                number(&mut bits, &mut state.scale_time, zigzag(value) - 1);
                None
            } else {
                Some(run - 1)
            };
        }
        if pressure_off {
            let run = *pressure_run.get_or_insert_with(|| start_run(&mut bits, *state, &points[index..], off_pressure));
            pressure_run = if run == 0 {
                let value = off_pressure(state, point);
                number(&mut bits, &mut state.scale_pressure, zigzag(value) - 1);
                None
            } else {
                Some(run - 1)
            };
        }
        let expected = state.expected();
        let off_x = zigzag(i64::from(point.x) - expected.x);
        let off_y = zigzag(i64::from(point.y) - expected.y);
        if state.is_first() {
            bits.long(off_x);
            bits.long(off_y);
        } else {
            number(&mut bits, &mut state.scale_x, off_x);
            number(&mut bits, &mut state.scale_y, off_y);
        }
        state.advance(point);
    }
    bits.finish();
}

fn off_time(state: &InkState, point: Point) -> i64 {
    i64::from(point.time_ms) - state.expected().time_ms
}

fn off_pressure(state: &InkState, point: Point) -> i64 {
    i64::from(point.pressure) - state.expected().pressure
}

/// How many points from the first on are as expected in one column.
fn expected_run(mut state: InkState, points: &[Point], off: fn(&InkState, Point) -> i64) -> u32 {
    let mut run = 0;
    for &point in points {
        if off(&state, point) != 0 {
            break;
        }
        state.advance(point);
        run += 1;
    }
    run
}

fn start_run(bits: &mut BitWriter<'_>, state: InkState, points: &[Point], off: fn(&InkState, Point) -> i64) -> u32 {
    let run = expected_run(state, points, off);
    bits.gamma(run + 1);
    run
}

fn number<const FIRST: u16>(bits: &mut BitWriter<'_>, scale: &mut Scale<FIRST>, number: u32) {
    bits.rice(number, scale.k());
    scale.learn(number);
}
