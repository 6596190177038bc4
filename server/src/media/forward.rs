//! What a place of a page is sent: one stream without gaps or jumps, whoever fills it.
//!
//! A place takes over another's packets at a whole picture, or at once if it is for sound; numbers,
//! clock and picture numbers go on from where the place was. Packets that come late or again keep
//! the number they would have had, so the page sees the same losses and repairs as we do.

use std::time::{Duration, Instant};

use str0m::format::{detect_h264_keyframe, detect_vp8_keyframe};

use super::leg::{Codec, Layer, Packet};
use kakehashi_protocol::call::{MemberId, Source};

/// Where packets come from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Origin {
    /// Whose.
    pub member: MemberId,
    /// What of theirs.
    pub source: Source,
    /// In which size.
    pub layer: Layer,
}

/// The first number of a place: large enough that late packets of before the first have one.
const FIRST_SEQUENCE: u64 = 1_000;
/// At most this many packets after the last is what an honest stream skips.
const SKIP_MAX: u64 = 5_000;

/// What is added to an origin's numbers, wrapping.
#[derive(Clone, Copy, Debug)]
struct Shift {
    origin: Origin,
    /// The origin's first packet that was taken.
    first: u64,
    sequence: u64,
    timestamp: u32,
    picture: u16,
    base: u8,
}

/// The stream of one place.
#[derive(Debug, Default)]
pub struct Stream {
    shift: Option<Shift>,
    /// Which origin is to fill it; its packets are waited for.
    next: Option<Origin>,
    last: Option<Last>,
}

/// What the place was sent last.
#[derive(Clone, Copy, Debug)]
struct Last {
    sequence: u64,
    timestamp: u32,
    picture: u16,
    base: u8,
    sent: Instant,
}

impl Stream {
    /// Who fills it from now on, or from their next whole picture on.
    pub fn turn_to(&mut self, origin: Option<Origin>) {
        if self.current() == origin {
            self.next = None;
            return;
        }
        if origin.is_none() {
            self.shift = None;
        }
        // Another person's picture must not stay under this one's name; another size of the same may.
        if let (Some(origin), Some(current)) = (origin, self.current())
            && (origin.member, origin.source) != (current.member, current.source)
        {
            self.shift = None;
        }
        self.next = origin;
    }

    /// What it would have been sent is lost: it goes on with the next whole picture.
    pub fn begin_again(&mut self) {
        self.next = self.target();
        self.shift = None;
    }

    /// Who fills it.
    #[must_use]
    pub fn current(&self) -> Option<Origin> {
        self.shift.map(|shift| shift.origin)
    }

    /// Whose whole picture is waited for.
    #[must_use]
    pub const fn awaited(&self) -> Option<Origin> {
        self.next
    }

    /// Who fills it or is to.
    #[must_use]
    pub fn target(&self) -> Option<Origin> {
        self.next.or_else(|| self.current())
    }

    /// A packet of some origin, as the place is sent it; `None`: not by this place.
    pub fn forward(&mut self, origin: Origin, packet: &Packet) -> Option<Packet> {
        let numbers = Numbers::of(packet);
        if self.next == Some(origin) && begins(packet) {
            self.next = None;
            self.shift = Some(self.shift(origin, packet, numbers));
        }
        let shift = self.shift.filter(|shift| shift.origin == origin && packet.sequence >= shift.first)?;
        let last = self.last;
        let sequence = packet.sequence.wrapping_add(shift.sequence);
        if last.is_some_and(|last| sequence > last.sequence + SKIP_MAX) {
            // A stream that jumps has begun anew: it is taken up like another one.
            self.shift = None;
            self.next = Some(origin);
            return None;
        }
        let timestamp = packet.timestamp.wrapping_add(shift.timestamp);
        let picture = numbers.map(|numbers| (numbers.picture.wrapping_add(shift.picture) & 0x7fff, numbers.base.wrapping_add(shift.base)));
        if last.is_none_or(|last| sequence > last.sequence) {
            let (picture, base) = picture.or(last.map(|last| (last.picture, last.base))).unwrap_or_default();
            self.last = Some(Last { sequence, timestamp, picture, base, sent: packet.arrived });
        }
        Some(Packet { sequence, timestamp, picture, ..packet.clone() })
    }

    fn shift(&self, origin: Origin, packet: &Packet, numbers: Option<Numbers>) -> Shift {
        let numbers = numbers.unwrap_or_default();
        let (sequence, timestamp, picture, base) = match self.last {
            None => (FIRST_SEQUENCE, packet.timestamp, numbers.picture, numbers.base),
            Some(last) => {
                let passed = packet.arrived.saturating_duration_since(last.sent).max(Duration::from_millis(1));
                let ticks = passed.as_micros() as u64 * packet.codec.clock_rate() / 1_000_000;
                (last.sequence + 1, last.timestamp.wrapping_add(ticks as u32), last.picture.wrapping_add(1), last.base.wrapping_add(1))
            }
        };
        Shift {
            origin,
            first: packet.sequence,
            sequence: sequence.wrapping_sub(packet.sequence),
            timestamp: timestamp.wrapping_sub(packet.timestamp),
            picture: picture.wrapping_sub(numbers.picture),
            base: base.wrapping_sub(numbers.base),
        }
    }
}

/// The numbers of a VP8 picture.
#[derive(Clone, Copy, Debug, Default)]
struct Numbers {
    picture: u16,
    base: u8,
}

impl Numbers {
    fn of(packet: &Packet) -> Option<Self> {
        if packet.codec != Codec::Vp8 {
            return None;
        }
        let payload = &packet.payload;
        // RFC 7741, section 4.2: the descriptor's first octets.
        let (first, extension) = (*payload.first()?, *payload.get(1)?);
        if first & 0x80 == 0 || extension & 0x80 == 0 {
            return None;
        }
        let (high, mut at) = (*payload.get(2)?, 3);
        let mut picture = u16::from(high & 0x7f);
        if high & 0x80 != 0 {
            picture = (picture << 8) | u16::from(*payload.get(3)?);
            at = 4;
        }
        let base = if extension & 0x40 == 0 { 0 } else { *payload.get(at)? };
        Some(Self { picture, base })
    }
}

/// Whether a page can begin with this packet.
#[must_use]
pub fn begins(packet: &Packet) -> bool {
    match packet.codec {
        Codec::Opus | Codec::Red => true,
        Codec::Vp8 => detect_vp8_keyframe(&packet.payload),
        // A sequence parameter set comes before each whole picture.
        Codec::H264 => detect_h264_keyframe(&packet.payload),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const FACE: Origin = Origin { member: 1, source: Source::Camera, layer: Layer::Quarter };
    const LARGER: Origin = Origin { member: 1, source: Source::Camera, layer: Layer::Full };
    const OTHER: Origin = Origin { member: 2, source: Source::Camera, layer: Layer::Quarter };

    /// A packet of one picture, with a picture number of 15 bits and one of the base layer.
    fn picture(sequence: u64, timestamp: u32, number: u16, whole: bool, arrived: Instant) -> Packet {
        let [high, low] = number.to_be_bytes();
        let payload: Arc<[u8]> = vec![0x90, 0xe0, high | 0x80, low, number as u8, 0, u8::from(!whole), 0, 0].into();
        Packet { codec: Codec::Vp8, sequence, timestamp, marker: true, payload, level: None, picture: None, arrived }
    }

    #[test]
    fn a_place_begins_with_a_whole_picture_and_has_no_gap() {
        let start = Instant::now();
        let mut stream = Stream::default();
        stream.turn_to(Some(FACE));
        assert!(stream.forward(FACE, &picture(7, 0, 40, false, start)).is_none(), "half a picture is of no use");
        let first = stream.forward(FACE, &picture(8, 3_000, 41, true, start)).expect("whole");
        let second = stream.forward(FACE, &picture(9, 6_000, 42, false, start)).expect("goes on");
        assert_eq!((second.sequence, second.timestamp), (first.sequence + 1, first.timestamp + 3_000));
        let late = stream.forward(FACE, &picture(8, 3_000, 41, true, start)).expect("again");
        assert_eq!((late.sequence, late.picture), (first.sequence, first.picture), "what comes again keeps its number");
        assert!(stream.forward(FACE, &picture(7, 0, 40, false, start)).is_none(), "what was before is not sent");
    }

    #[test]
    fn another_size_takes_over_at_its_whole_picture() {
        let start = Instant::now();
        let mut stream = Stream::default();
        stream.turn_to(Some(FACE));
        let before = stream.forward(FACE, &picture(100, 90_000, 0x7fff, true, start)).expect("whole");
        stream.turn_to(Some(LARGER));
        let small = stream.forward(FACE, &picture(101, 93_000, 0, false, start)).expect("the small one goes on meanwhile");
        assert_eq!(
            small.picture.map(|(number, _)| number),
            before.picture.map(|(number, _)| (number + 1) & 0x7fff),
            "over the end of 15 bits"
        );
        let later = start + Duration::from_millis(100);
        let large = stream.forward(LARGER, &picture(5_000, 7, 900, true, later)).expect("whole");
        assert_eq!(large.sequence, small.sequence + 1);
        assert_eq!(large.timestamp.wrapping_sub(small.timestamp), 9_000, "a tenth of a second at 90 kHz");
        assert_eq!(large.picture.map(|(number, _)| number), small.picture.map(|(number, _)| (number + 1) & 0x7fff));
        assert!(stream.forward(FACE, &picture(102, 96_000, 1, false, later)).is_none(), "the small one has ended");
    }

    #[test]
    fn anothers_picture_does_not_stay_under_a_new_name() {
        let start = Instant::now();
        let mut stream = Stream::default();
        stream.turn_to(Some(FACE));
        stream.forward(FACE, &picture(1, 0, 1, true, start)).expect("whole");
        stream.turn_to(Some(OTHER));
        assert!(stream.forward(FACE, &picture(2, 3_000, 2, false, start)).is_none());
        assert_eq!(stream.awaited(), Some(OTHER));
        stream.forward(OTHER, &picture(9, 0, 1, true, start)).expect("theirs");
        stream.turn_to(None);
        assert!(stream.forward(OTHER, &picture(10, 3_000, 2, true, start)).is_none(), "nobody's");
    }
}
