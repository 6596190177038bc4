//! Chunks back into points, one at a time, each checked before it is handed on.

use super::bits::BitReader;
use super::state::{InkState, Scale, unzigzag};
use super::{Axis, CHUNK_POINTS_MAX, COORDINATE_MAX, InkError, Point, TIME_MS_MAX};

/// Reads the points of whole chunks in order. After an error it ends.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    bits: BitReader<'a>,
    pub(super) state: InkState,
    /// Points of the present chunk not yet read.
    chunk_left: u32,
    time: Column,
    pressure: Column,
}

/// Where one run-length column stands.
#[derive(Clone, Copy, Debug)]
enum Column {
    /// The next thing to read is the length of a run of expected values.
    RunComes,
    /// So many expected values, then one that is off.
    Run(u32),
    /// Every value of this chunk is as expected.
    Whole,
}

impl<'a> Reader<'a> {
    pub(super) fn new(state: InkState, bytes: &'a [u8]) -> Self {
        Self { bits: BitReader::new(bytes), state, chunk_left: 0, time: Column::Whole, pressure: Column::Whole }
    }

    /// The next point, or nothing at the end of the last chunk.
    pub(super) fn next_point(&mut self) -> Result<Option<Point>, InkError> {
        if self.chunk_left == 0 {
            if self.bits.left() == 0 {
                return Ok(None);
            }
            self.chunk_head()?;
        }
        let point = self.point()?;
        self.state.advance(point);
        self.chunk_left -= 1;
        if self.chunk_left == 0 {
            self.bits.align()?;
        }
        Ok(Some(point))
    }

    fn chunk_head(&mut self) -> Result<(), InkError> {
        self.chunk_left = self.bits.gamma(CHUNK_POINTS_MAX.ilog2())?;
        let column = |off| {
            if off == 0 { Column::Whole } else { Column::RunComes }
        };
        self.time = column(self.bits.bits(1)?);
        self.pressure = column(self.bits.bits(1)?);
        Ok(())
    }

    fn point(&mut self) -> Result<Point, InkError> {
        let expected = self.state.expected();
        let left = self.chunk_left;
        let time_ms = expected.time_ms + self.time.off(&mut self.bits, &mut self.state.scale_time, left)?;
        let pressure = expected.pressure + self.pressure.off(&mut self.bits, &mut self.state.scale_pressure, left)?;
        let (off_x, off_y) = if self.state.is_first() {
            (self.bits.long()?, self.bits.long()?)
        } else {
            (number(&mut self.bits, &mut self.state.scale_x)?, number(&mut self.bits, &mut self.state.scale_y)?)
        };
        Ok(Point {
            x: coordinate(Axis::X, expected.x + unzigzag(off_x))?,
            y: coordinate(Axis::Y, expected.y + unzigzag(off_y))?,
            pressure: u8::try_from(pressure).map_err(|_| InkError::Pressure { value: pressure })?,
            time_ms: time(time_ms, self.state.time_ms_min())?,
        })
    }
}

impl Column {
    /// How far the next value is off; `left` points of the chunk remain, this one included.
    fn off<const FIRST: u16>(&mut self, bits: &mut BitReader<'_>, scale: &mut Scale<FIRST>, left: u32) -> Result<i64, InkError> {
        if let Self::RunComes = self {
            let run = bits.gamma(CHUNK_POINTS_MAX.ilog2())? - 1;
            if run > left {
                return Err(InkError::RunTooLong { run, left });
            }
            *self = Self::Run(run);
        }
        match self {
            Self::Run(0) => {
                *self = Self::RunComes;
                // The number is never 0, so it is written less one.
                Ok(unzigzag(number(bits, scale)?.saturating_add(1)))
            }
            Self::Run(run) => {
                *run -= 1;
                Ok(0)
            }
            Self::Whole | Self::RunComes => Ok(0),
        }
    }
}

fn number<const FIRST: u16>(bits: &mut BitReader<'_>, scale: &mut Scale<FIRST>) -> Result<u32, InkError> {
    let number = bits.rice(scale.k())?;
    scale.learn(number);
    Ok(number)
}

fn coordinate(axis: Axis, value: i64) -> Result<i32, InkError> {
    match i32::try_from(value) {
        Ok(inside) if (-COORDINATE_MAX..=COORDINATE_MAX).contains(&inside) => Ok(inside),
        _ => Err(InkError::Coordinate { axis, value }),
    }
}

fn time(time_ms: i64, last_ms: u32) -> Result<u32, InkError> {
    if time_ms < i64::from(last_ms) {
        return Err(InkError::TimeBackwards { time_ms, last_ms });
    }
    match u32::try_from(time_ms) {
        Ok(inside) if inside <= TIME_MS_MAX => Ok(inside),
        _ => Err(InkError::TimeTooLong { time_ms }),
    }
}
