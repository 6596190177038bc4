//! The ink of one stroke as a document keeps it: checked bytes, and what is asked of them most.

use std::sync::OnceLock;

use super::read::Reader;
use super::{InkError, InkState, Point, visit};

/// The smallest upright rectangle around some points, edges included. In eighths of a page unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// The left edge.
    pub x_min: i32,
    /// The upper edge.
    pub y_min: i32,
    /// The right edge.
    pub x_max: i32,
    /// The lower edge.
    pub y_max: i32,
}

impl Bounds {
    /// The bounds of one point.
    pub fn of(point: Point) -> Self {
        Self { x_min: point.x, y_min: point.y, x_max: point.x, y_max: point.y }
    }

    /// Grows to hold `point` too.
    pub fn add(&mut self, point: Point) {
        self.x_min = self.x_min.min(point.x);
        self.y_min = self.y_min.min(point.y);
        self.x_max = self.x_max.max(point.x);
        self.y_max = self.y_max.max(point.y);
    }
}

/// What all points of a stroke come to.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    state: InkState,
    bounds: Option<Bounds>,
}

impl Sum {
    /// Takes whole chunks in, and gives the number of their points; after an error it is as it was.
    fn add(&mut self, chunks: &[u8], max_points: usize) -> Result<usize, InkError> {
        let mut bounds = self.bounds;
        let count = visit(&mut self.state, chunks, max_points, |point| {
            bounds.get_or_insert(Bounds::of(point)).add(point);
        })?;
        self.bounds = bounds;
        Ok(count)
    }
}

/// The points of one stroke. Only whole, valid chunks get in, so reading them out cannot fail.
#[derive(Clone, Debug, Default)]
pub struct Ink {
    bytes: Vec<u8>,
    /// Read out of the bytes when it is first asked for, if they were checked before.
    sum: OnceLock<Result<Sum, InkError>>,
}

/// All else follows from the bytes.
impl PartialEq for Ink {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Ink {}

impl Ink {
    /// A stroke from all its chunks, `max` points at most.
    ///
    /// # Errors
    /// As [`super::decode`].
    pub fn from_bytes(bytes: &[u8], max: u32) -> Result<Self, InkError> {
        let mut ink = Self::default();
        ink.append(bytes, 0, max)?;
        Ok(ink)
    }

    /// A stroke from bytes that [`Ink::bytes`] gave, kept since where a change of them would have been noticed:
    /// they are not read before something is asked of their points. Should they not be ink after all, the stroke
    /// has no points, and takes none.
    pub fn from_checked(bytes: Vec<u8>) -> Self {
        Self { bytes, sum: OnceLock::new() }
    }

    /// Appends whole chunks that start at point `expected_offset`; the stroke may have `max` points after it.
    /// Gives the number of points appended.
    ///
    /// # Errors
    /// [`InkError::Offset`] if the stroke does not end at `expected_offset`; [`InkError::TooManyPoints`] with
    /// `max` in it; else as [`super::decode`]. Then the stroke is as it was.
    pub fn append(&mut self, chunk: &[u8], expected_offset: u32, max: u32) -> Result<u32, InkError> {
        let points = self.points();
        if expected_offset != points {
            return Err(InkError::Offset { offset: expected_offset, points });
        }
        let mut sum = *self.sum()?;
        let room = max.saturating_sub(points) as usize;
        let count = sum.add(chunk, room).map_err(|error| match error {
            InkError::TooManyPoints { .. } => InkError::TooManyPoints { points_max: max as usize },
            other => other,
        })?;
        self.sum = Ok(sum).into();
        self.bytes.extend_from_slice(chunk);
        // At most `max - points`, a u32.
        Ok(count as u32)
    }

    /// Encodes `points` at the stroke's end and gives the chunk to send, which `append` would take at the offset
    /// that [`Ink::points`] gave before. For the stroke's author.
    ///
    /// # Errors
    /// As [`super::encode`]. Then the stroke is as it was.
    pub fn write(&mut self, points: &[Point]) -> Result<&[u8], InkError> {
        let start = self.bytes.len();
        let mut sum = *self.sum()?;
        super::encode(&mut sum.state, points, &mut self.bytes)?;
        for &point in points {
            sum.bounds.get_or_insert(Bounds::of(point)).add(point);
        }
        self.sum = Ok(sum).into();
        Ok(&self.bytes[start..])
    }

    fn sum(&self) -> Result<&Sum, InkError> {
        let read = || {
            let mut sum = Sum::default();
            sum.add(&self.bytes, usize::MAX).map(|_| sum)
        };
        self.sum.get_or_init(read).as_ref().map_err(|error| *error)
    }

    /// Number of points.
    pub fn points(&self) -> u32 {
        self.sum().map_or(0, |sum| sum.state.points())
    }

    /// The chunks, one after another.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The codec's state after the last point.
    ///
    /// # Errors
    /// Only of ink [from checked bytes](Self::from_checked) that cannot be read after all.
    pub fn state(&self) -> Result<&InkState, InkError> {
        self.sum().map(|sum| &sum.state)
    }

    /// The bounds of the points (of the centre line, not of its width), if there are any.
    pub fn bounds(&self) -> Option<Bounds> {
        self.sum().ok()?.bounds
    }

    /// The points in order.
    pub fn iter(&self) -> Points<'_> {
        Points { reader: Reader::new(InkState::default(), &self.bytes), left: self.points() }
    }
}

impl<'a> IntoIterator for &'a Ink {
    type Item = Point;
    type IntoIter = Points<'a>;

    fn into_iter(self) -> Points<'a> {
        self.iter()
    }
}

/// The points of an [`Ink`] in order.
#[derive(Clone, Debug)]
pub struct Points<'a> {
    reader: Reader<'a>,
    left: u32,
}

impl Iterator for Points<'_> {
    type Item = Point;

    fn next(&mut self) -> Option<Point> {
        self.left = self.left.checked_sub(1)?;
        // So many points were read before, when the chunks were checked.
        self.reader.next_point().ok().flatten()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl ExactSizeIterator for Points<'_> {}
