//! The fast lane of a board's call: what is drawn and pointed at right now, over a data channel that
//! does not wait for what was lost (SPEC LANE-1 to LANE-5; WIRE section 13).
//!
//! Nothing here is an op. What the lane shows is drawn as unsaved until the log's own row is there, and
//! a page that has no lane, or loses all of it, misses nothing but time. So that a lost message is no
//! gap, new points stand in [`REPEATS`] messages, one after the other.

use bincode::config;
use serde::{Deserialize, Serialize};

use crate::codec::DecodeError;
use crate::ids::{ActorId, DocumentId, OpId, RecordId};
use crate::limits::COORDINATE_MAX;
use crate::presence::Place;

/// The name of the data channel: unordered, never sent again.
pub const LABEL: &str = "lane";
/// In how many messages a point stands.
pub const REPEATS: usize = 3;
/// Milliseconds between two messages of a page, at least.
pub const EVERY_MS: u64 = 16;
/// Bytes of a message, so that one fits into a datagram.
pub const MESSAGE_BYTES_MAX: usize = 1_000;
/// Strokes in one message: as many as a wall panel has hands.
pub const STROKES_MAX: usize = 16;
/// Points in one message.
pub const POINTS_MAX: usize = 192;

/// What a page shows of itself right now.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Glimpse {
    /// Rises by one with each message of a page's connection of media: pointers of an older one are old.
    pub sequence: u32,
    /// The page of the board that it is on.
    pub document: DocumentId,
    /// Where it points, if the pointer is on the board; the laser likewise.
    pub cursor: Option<Place>,
    /// The laser pointer.
    pub laser: Option<Place>,
    /// Strokes that are being drawn.
    pub strokes: Vec<WetStroke>,
}

/// The end of a stroke that is being drawn.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct WetStroke {
    /// The counter of its record, whose actor is the page's own.
    pub counter: u64,
    /// Whether it is a highlighter's.
    pub highlighter: bool,
    /// Red, green, blue, opacity.
    pub color: [u8; 4],
    /// Width, eighths of a page unit.
    pub width: u16,
    /// How many points of the stroke come before these.
    pub first: u32,
    /// The points; each but the first is told from the one before.
    pub points: Vec<WetPoint>,
}

/// A point of a stroke.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct WetPoint {
    /// Eighths of a page unit, from the left; or from the point before.
    pub x: i32,
    /// From the top, likewise.
    pub y: i32,
    /// 1 to 255, as ink has it, or 0: not measured.
    pub pressure: u8,
    /// Milliseconds since the stroke began; or since the point before.
    pub ms: u32,
}

/// What others are told: whose it is, and what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Shown {
    /// The page that shows it.
    pub actor: ActorId,
    /// What.
    pub glimpse: Glimpse,
}

impl WetStroke {
    /// The record that it becomes.
    #[must_use]
    pub const fn record(&self, actor: ActorId) -> RecordId {
        OpId { actor, counter: self.counter }
    }

    /// Its points as they lie on the page: x and y in eighths, pressure, milliseconds.
    pub fn absolute(&self) -> impl Iterator<Item = WetPoint> + '_ {
        self.points.iter().scan(WetPoint::default(), |at, point| {
            *at = WetPoint {
                x: at.x.saturating_add(point.x),
                y: at.y.saturating_add(point.y),
                pressure: point.pressure,
                ms: at.ms.saturating_add(point.ms),
            };
            Some(*at)
        })
    }

    /// The end of a stroke from points as they lie on the page.
    #[must_use]
    pub fn tell(mut self, points: &[WetPoint]) -> Self {
        let mut before = WetPoint::default();
        self.points = points
            .iter()
            .map(|point| {
                let told = WetPoint { x: point.x - before.x, y: point.y - before.y, ms: point.ms.saturating_sub(before.ms), ..*point };
                before = *point;
                told
            })
            .collect();
        self
    }
}

impl Glimpse {
    /// Its bytes.
    ///
    /// # Panics
    /// Never: numbers and lists are always encoded.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let bytes = bincode::serde::encode_to_vec(self, config::standard());
        assert!(bytes.is_ok(), "a glimpse is always encoded: {bytes:?}");
        bytes.unwrap_or_default()
    }

    /// Reads a message, which ends with it.
    ///
    /// # Errors
    /// What is wrong with the bytes, or which limit they go beyond.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        at_most("bytes of a glimpse", bytes.len(), MESSAGE_BYTES_MAX)?;
        let (glimpse, read) = decode::<Self>(bytes)?;
        if read < bytes.len() {
            return Err(DecodeError::Trailing(bytes.len() - read));
        }
        glimpse.check()?;
        Ok(glimpse)
    }

    fn check(&self) -> Result<(), DecodeError> {
        at_most("strokes of a glimpse", self.strokes.len(), STROKES_MAX)?;
        at_most("points of a glimpse", self.strokes.iter().map(|stroke| stroke.points.len()).sum(), POINTS_MAX)?;
        let within = |x: i32, y: i32| [x, y].iter().all(|at| i64::from(*at).abs() <= COORDINATE_MAX);
        let points = self.strokes.iter().flat_map(WetStroke::absolute).map(|point| (point.x, point.y));
        let pointers = [self.cursor, self.laser].into_iter().flatten().map(|place| (place.x, place.y));
        if points.chain(pointers).all(|(x, y)| within(x, y)) {
            return Ok(());
        }
        Err(DecodeError::Invalid { what: "a place of a glimpse", allowed: "within 131,072 units of the page's corner either way" })
    }
}

impl Shown {
    /// The bytes that others get of a glimpse: several may stand in one message, one after the other.
    #[must_use]
    pub fn bytes(actor: ActorId, glimpse: &[u8]) -> Vec<u8> {
        let mut bytes = bincode::serde::encode_to_vec(actor, config::standard()).unwrap_or_default();
        bytes.extend_from_slice(glimpse);
        bytes
    }

    /// Reads all of a message.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn all(mut bytes: &[u8]) -> Result<Vec<Self>, DecodeError> {
        let mut all = Vec::new();
        while !bytes.is_empty() {
            let (shown, read) = decode::<Self>(bytes)?;
            all.push(shown);
            bytes = bytes.get(read..).unwrap_or_default();
        }
        Ok(all)
    }
}

fn decode<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<(T, usize), DecodeError> {
    bincode::serde::decode_from_slice(bytes, config::standard().with_limit::<{ 16 * MESSAGE_BYTES_MAX }>())
        .map_err(|_| DecodeError::Truncated("a glimpse"))
}

fn at_most(what: &'static str, value: usize, max: usize) -> Result<(), DecodeError> {
    if value > max { Err(DecodeError::TooLarge { what, value: value as u64, max: max as u64 }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: ActorId = ActorId(0x1122_3344_5566_7788);
    const PAGE: DocumentId = DocumentId(OpId::new(2, 300));

    fn glimpse() -> Glimpse {
        let stroke = WetStroke { counter: 7, color: [255, 0, 0, 255], width: 24, first: 300, ..WetStroke::default() };
        let points = [WetPoint { x: 800, y: -8, pressure: 127, ms: 40 }, WetPoint { x: 803, y: -10, pressure: 0, ms: 48 }];
        Glimpse { sequence: 70_000, document: PAGE, cursor: Some(Place { x: 80, y: -8 }), laser: None, strokes: vec![stroke.tell(&points)] }
    }

    /// The same bytes stand in WIRE and in the browser's tests.
    #[test]
    fn a_glimpse_has_the_bytes_that_are_written_down() {
        let golden = "fc 70 11 01 00 02 fb 2c 01 01 a0 0f 00 01 07 00 ff 00 00 ff 18 fb 2c 01 02 fb 40 06 0f 7f 28 06 03 00 08";
        let bytes: Vec<u8> = golden.split(' ').map(|byte| u8::from_str_radix(byte, 16).expect("hexadecimal")).collect();
        assert_eq!(glimpse().to_bytes(), bytes);
        assert_eq!(Glimpse::from_bytes(&bytes), Ok(glimpse()));
        let told = Shown::bytes(A, &bytes);
        assert_eq!(told[..9], [0xfd, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11]);
        let both = [told.clone(), told].concat();
        assert_eq!(Shown::all(&both).expect("two"), vec![Shown { actor: A, glimpse: glimpse() }; 2]);
    }

    #[test]
    fn points_are_told_one_from_the_other_and_lie_where_they_lay() {
        let points: Vec<WetPoint> = glimpse().strokes[0].absolute().collect();
        assert_eq!(points[1], WetPoint { x: 803, y: -10, pressure: 0, ms: 48 });
    }

    #[test]
    fn what_goes_beyond_a_limit_is_named() {
        let mut many = glimpse();
        many.strokes = vec![WetStroke::default(); STROKES_MAX + 1];
        assert!(matches!(Glimpse::from_bytes(&many.to_bytes()), Err(DecodeError::TooLarge { what: "strokes of a glimpse", .. })));
        let mut far = glimpse();
        far.strokes[0].points = vec![WetPoint { x: 1_000_000, ..WetPoint::default() }; 2];
        assert!(matches!(Glimpse::from_bytes(&far.to_bytes()), Err(DecodeError::Invalid { .. })));
        let mut long = glimpse();
        long.strokes[0].points = vec![WetPoint::default(); POINTS_MAX + 1];
        assert!(matches!(Glimpse::from_bytes(&long.to_bytes()), Err(DecodeError::TooLarge { what: "points of a glimpse", .. })));
        assert!(matches!(Glimpse::from_bytes(&[0; MESSAGE_BYTES_MAX + 1]), Err(DecodeError::TooLarge { .. })));
        let bytes = glimpse().to_bytes();
        for end in 0..bytes.len() {
            assert!(Glimpse::from_bytes(&bytes[..end]).is_err(), "{end} bytes are no glimpse");
        }
        assert_eq!(Glimpse::from_bytes(&[&bytes[..], &[0]].concat()), Err(DecodeError::Trailing(1)));
    }
}
