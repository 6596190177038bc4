//! How a hand draws one line: its path, its speed, what the sensor adds, and when it samples.

use crate::random::Random;
use crate::{Hand, Stroke};

/// The sampling rates of the boards and tablets that ink is tested for, in samples a second.
pub const RATES_HZ: [u32; 2] = [60, 120];

/// A turn with a cosine below this (more than about 50 degrees) is a corner, where the pen nearly stops.
const CORNER_COSINE: f32 = 0.64;
/// The part of its way that a hand goes at even speed; the rest follows the bell. A pen touches down and lifts off moving.
const EVEN_PART: f32 = 0.15;
/// The deviation of the sensor's noise in units: 0.3 on each axis, however large the writing.
const JITTER_UNITS: f32 = 0.3;
/// The deviation of the hand's drift from the line, in character sizes.
const DRIFT_SIZES: f32 = 0.006;
/// How long the drift remembers, in seconds.
const DRIFT_SECONDS: f32 = 0.12;
/// One in so many samples comes a millisecond or two late; one in so many is lost.
const LATE_ONE_IN: u32 = 40;
const LOST_ONE_IN: u32 = 120;

type Xy = (f32, f32);

/// Draws `line`, in page units, from the first sample at or after `clock_ms`.
pub(crate) fn draw(line: &[Xy], hand: &Hand, random: &mut Random, clock_ms: u32) -> Stroke {
    let rate_hz = hand.rate_hz.clamp(1, 1_000);
    let bows = bows(line, hand.size, random);
    let seconds: f32 = bows.iter().map(|bow| bow.seconds).sum();
    let interval = 1.0 / rate_hz as f32;
    let tick_first = clock_ms as u64 * u64::from(rate_hz) / 1_000 + 1;
    let tick_ms = |tick: u64| (tick * 1_000 / u64::from(rate_hz)) as u32;
    let start_ms = tick_ms(tick_first);
    let pressure_top = 0.45 + 0.3 * random.unit();
    let mut drift = (Drift::default(), Drift::default());
    let mut stroke = Stroke { start_ms, points: Vec::new() };
    let ticks = ((seconds / interval) as u32).max(4);
    let mut last_ms = 0;
    for tick in 0..=ticks {
        let part = tick as f32 / ticks as f32;
        let (x, y) = at(&bows, part * seconds);
        let amplitude = DRIFT_SIZES * hand.size;
        let x = x + drift.0.next(random, interval) * amplitude + JITTER_UNITS * random.normal();
        let y = y + drift.1.next(random, interval) * amplitude + JITTER_UNITS * random.normal();
        let pressure = if hand.pressure { pressure(part, pressure_top, random) } else { 0.0 };
        let late_ms = if random.below(LATE_ONE_IN) == 0 { 1 + random.below(2) } else { 0 };
        let inner = tick > 0 && tick < ticks;
        if inner && random.below(LOST_ONE_IN) == 0 {
            continue;
        }
        let time_ms = tick_ms(tick_first + u64::from(tick)) - start_ms;
        last_ms = if inner { time_ms + late_ms } else { time_ms }.max(last_ms);
        stroke.points.push((x, y, pressure, last_ms));
    }
    stroke
}

/// A piece of the way between two corners.
struct Bow {
    /// Points and how far along the bow each is.
    path: Vec<(Xy, f32)>,
    seconds: f32,
}

/// Rounds the line as a hand does and cuts it at its corners.
fn bows(line: &[Xy], size: f32, random: &mut Random) -> Vec<Bow> {
    let mut pieces = vec![Vec::new()];
    for (index, &point) in line.iter().enumerate() {
        pieces.last_mut().expect("there is always a piece").push(point);
        if index > 0 && index + 1 < line.len() && is_corner(line[index - 1], point, line[index + 1]) {
            pieces.push(vec![point]);
        }
    }
    pieces
        .into_iter()
        .map(|piece| {
            let mut length = 0.0;
            let mut last: Option<Xy> = None;
            let path: Vec<(Xy, f32)> = round(&round(&piece))
                .into_iter()
                .map(|point| {
                    length += last.map_or(0.0, |last| distance(last, point));
                    last = Some(point);
                    (point, length)
                })
                .collect();
            // Hands write large characters faster, but not as much faster as they are larger: the time
            // goes with the root of the length, so a full stroke takes 0.3 s at 100 units and 0.6 s at 400.
            let pace = 0.85 + 0.3 * random.unit();
            let seconds = (0.05 + 0.23 * (length / 80.0).sqrt() * (size / 400.0).sqrt().max(0.9)) * pace;
            Bow { path, seconds }
        })
        .collect()
}

fn is_corner(before: Xy, at: Xy, after: Xy) -> bool {
    let (ax, ay) = (at.0 - before.0, at.1 - before.1);
    let (bx, by) = (after.0 - at.0, after.1 - at.1);
    let lengths = ((ax * ax + ay * ay) * (bx * bx + by * by)).sqrt();
    lengths > 0.0 && (ax * bx + ay * by) / lengths < CORNER_COSINE
}

/// One step of Chaikin's corner cutting; the ends stay.
fn round(line: &[Xy]) -> Vec<Xy> {
    let (Some(&first), Some(&last)) = (line.first(), line.last()) else {
        return Vec::new();
    };
    let mut out = vec![first];
    for pair in line.windows(2) {
        out.push(between(pair[0], pair[1], 0.25));
        out.push(between(pair[0], pair[1], 0.75));
    }
    out.push(last);
    out
}

/// Where the pen is after `seconds`.
fn at(bows: &[Bow], mut seconds: f32) -> Xy {
    let mut place = (0.0, 0.0);
    for bow in bows {
        let Some(&(end, length)) = bow.path.last() else {
            continue;
        };
        place = end;
        if seconds < bow.seconds {
            return along(&bow.path, length * way(seconds / bow.seconds));
        }
        seconds -= bow.seconds;
    }
    place
}

/// The part of the way done after a part of the time. The speed is mostly the bell t^2 (1 - t)^3, which, like the
/// lognormal speed of measured hands (Plamondon 1995), rises faster than it falls.
fn way(t: f32) -> f32 {
    let bell = t * t * t * (20.0 - t * (45.0 - t * (36.0 - t * 10.0)));
    EVEN_PART * t + (1.0 - EVEN_PART) * bell
}

fn along(path: &[(Xy, f32)], length: f32) -> Xy {
    let next = path.partition_point(|&(_, here)| here < length).clamp(1, path.len() - 1);
    let ((a, a_at), (b, b_at)) = (path[next - 1], path[next]);
    if b_at > a_at { between(a, b, (length - a_at) / (b_at - a_at)) } else { b }
}

fn between(a: Xy, b: Xy, part: f32) -> Xy {
    (a.0 + (b.0 - a.0) * part, a.1 + (b.1 - a.1) * part)
}

fn distance(a: Xy, b: Xy) -> f32 {
    ((b.0 - a.0) * (b.0 - a.0) + (b.1 - a.1) * (b.1 - a.1)).sqrt()
}

/// A slow wandering of deviation 1: noise through two low passes.
#[derive(Default)]
struct Drift(f32, f32);

impl Drift {
    fn next(&mut self, random: &mut Random, interval_seconds: f32) -> f32 {
        let keep = 1.0 / (1.0 + interval_seconds / DRIFT_SECONDS);
        let new = 1.0 - keep;
        // The factor brings the first low pass to deviation 1; the second takes a third of it.
        let gain = ((1.0 - keep * keep) / (new * new)).sqrt() * 1.4;
        self.0 = self.0 * keep + random.normal() * new * gain;
        self.1 = self.1 * keep + self.0 * new;
        self.1
    }
}

/// Pressure at a part of the stroke: up in the first sixth, slowly on, off in the last fifth.
fn pressure(part: f32, top: f32, random: &mut Random) -> f32 {
    let rise = (part * 6.0 + 0.25).min(1.0);
    let fall = ((1.0 - part) * 5.0 + 0.15).min(1.0);
    let body = top * (0.85 + 0.3 * part);
    (rise * fall * body + 0.006 * random.normal()).clamp(0.02, 1.0)
}
