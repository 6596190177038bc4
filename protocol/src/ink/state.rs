//! What writer and reader both remember of the points so far, and what they expect of the next one.

use super::Point;

/// Time steps remembered. Three, because a 60 Hz pen steps 17, 17, 16 ms and a 120 Hz pen 8, 8, 9 ms,
/// so the step three points ago is the next one.
const STEPS: usize = 3;
/// A step that is off by more than this is another sampling rate, not the rounding to milliseconds.
const STEP_ROUNDING_MS: i64 = 2;
/// Steps expected before the first is known: a 60 Hz pen.
const STEPS_FIRST_MS: [u16; STEPS] = [17, 16, 17];

/// The codec's state after the last point of a stroke: what the next appended chunk builds on.
///
/// Equal points in equal chunks give equal states on every machine. The default is the state before the
/// first point. It takes 44 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct InkState {
    points: u32,
    last: Point,
    dx: i32,
    dy: i32,
    steps: Steps,
    pub(super) scale_x: Scale<12>,
    pub(super) scale_y: Scale<12>,
    pub(super) scale_time: Scale<2>,
    pub(super) scale_pressure: Scale<4>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Steps([u16; STEPS]);

impl Default for Steps {
    fn default() -> Self {
        Self(STEPS_FIRST_MS)
    }
}

/// What is expected of the next point; what is written is how far the point is off.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expected {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) time_ms: i64,
    pub(super) pressure: i64,
}

impl InkState {
    /// Number of points so far.
    pub fn points(&self) -> u32 {
        self.points
    }

    /// The last point, if there is one.
    pub fn last(&self) -> Option<Point> {
        (self.points > 0).then_some(self.last)
    }

    /// The same state with another last point, to reach the edges.
    #[cfg(test)]
    pub(super) fn with_last(self, last: Point) -> Self {
        Self { last, ..self }
    }

    pub(super) fn is_first(&self) -> bool {
        self.points == 0
    }

    /// The earliest time the next point may have.
    pub(super) fn time_ms_min(&self) -> u32 {
        self.last.time_ms
    }

    pub(super) fn expected(&self) -> Expected {
        let step = if self.is_first() { 0 } else { self.steps.0[0] };
        Expected {
            x: i64::from(self.last.x) + i64::from(self.dx),
            y: i64::from(self.last.y) + i64::from(self.dy),
            time_ms: i64::from(self.last.time_ms) + i64::from(step),
            pressure: i64::from(self.last.pressure),
        }
    }

    /// Takes in a point that has been checked: in range, and not earlier than the last.
    pub(super) fn advance(&mut self, point: Point) {
        if !self.is_first() {
            self.dx = point.x - self.last.x;
            self.dy = point.y - self.last.y;
            let step = u16::try_from(point.time_ms - self.last.time_ms).unwrap_or(u16::MAX);
            let off_ms = i64::from(step) - i64::from(self.steps.0[0]);
            self.steps.0 = if off_ms.abs() > STEP_ROUNDING_MS { [step; STEPS] } else { [self.steps.0[1], self.steps.0[2], step] };
        }
        self.last = point;
        self.points = self.points.saturating_add(1);
    }
}

/// The usual size of one column's numbers, as a running mean: it chooses the Rice parameter.
/// `FIRST` is the mean taken before the first number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Scale<const FIRST: u16> {
    /// The mean times `MEAN_ONE`.
    mean: u16,
}

/// The weight of one number in the running mean is one in this many; also the unit of the mean.
const MEAN_ONE: u16 = 4;
/// Numbers above this count as this, so that the mean fits 16 bits.
const NUMBER_COUNTED_MAX: u32 = 8_000;

impl<const FIRST: u16> Default for Scale<FIRST> {
    fn default() -> Self {
        Self { mean: FIRST * MEAN_ONE }
    }
}

impl<const FIRST: u16> Scale<FIRST> {
    /// The Rice parameter: how many bits 9/16 of the mean has. The factor was found by trial on handwriting.
    pub(super) fn k(self) -> u32 {
        let part = u32::from(self.mean) * 9 / 16 / u32::from(MEAN_ONE);
        u32::BITS - part.leading_zeros()
    }

    pub(super) fn learn(&mut self, number: u32) {
        // At most 8,000, so the cast keeps the value; the mean stays at or below 8,000 * 4 < 65,536.
        let number = number.min(NUMBER_COUNTED_MAX) as u16;
        self.mean = self.mean - self.mean / MEAN_ONE + number;
    }
}

/// Signed to unsigned, small magnitudes first: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4.
pub(super) fn zigzag(value: i64) -> u32 {
    debug_assert!(value.unsigned_abs() < 1 << 31);
    // Differences of valid points stay below 2^26, so the cast keeps the value.
    ((value << 1) ^ (value >> 63)) as u32
}

/// The inverse of [`zigzag`], for any number.
pub(super) fn unzigzag(number: u32) -> i64 {
    i64::from(number >> 1) ^ -i64::from(number & 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_is_small() {
        assert_eq!(size_of::<InkState>(), 44);
    }

    #[test]
    fn zigzag_and_back() {
        for value in [0, -1, 1, -2, 2, 63, -64, 48_000_000, -48_000_000] {
            assert_eq!(unzigzag(zigzag(value)), value);
        }
        assert_eq!([0, -1, 1, -2].map(zigzag), [0, 1, 2, 3]);
        assert_eq!(unzigzag(u32::MAX), -(1 << 31));
    }

    #[test]
    fn the_mean_never_overflows() {
        let mut scale = Scale::<12>::default();
        for _ in 0..1_000 {
            scale.learn(u32::MAX);
        }
        assert!(scale.k() >= 12);
        for _ in 0..1_000 {
            scale.learn(0);
        }
        assert_eq!(scale.k(), 0);
    }

    #[test]
    fn steps_of_common_rates_are_foreseen() {
        for rate_hz in [60u32, 100, 120] {
            let mut state = InkState::default();
            let mut missed = 0;
            for index in 0..100u32 {
                let time_ms = (index * 2_000 / rate_hz).div_ceil(2);
                missed += u32::from(state.expected().time_ms != i64::from(time_ms));
                state.advance(Point { time_ms, ..Point::default() });
            }
            assert!(missed <= 3, "{rate_hz} Hz: {missed} of 100 steps not foreseen");
        }
    }
}
