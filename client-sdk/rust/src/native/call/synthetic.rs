//! Media made up for load tests: of the sizes, rhythms and headers of the real, with nothing to hear or
//! see. Each payload ends with a [`Mark`], by which who receives it knows whose it was and when it left;
//! forwarding changes nothing there.

use std::sync::Arc;

use super::media::{Layer, Outgoing};

/// Between two packets of a voice, milliseconds.
pub const VOICE_MS: u64 = 20;
/// Bytes of a voice's packet: 32 kbit/s.
pub const VOICE_BYTES: usize = 80;
/// Ticks of a packet of a voice.
const VOICE_TICKS: u32 = 960;
/// Pictures a second.
pub const PICTURES_PER_S: u64 = 30;
/// Ticks of a picture.
const PICTURE_TICKS: u32 = 3_000;
/// Bytes of a packet of a picture at most.
const PACKET_BYTES_MAX: usize = 1_100;
/// How much larger a picture is that builds on none before.
const KEYFRAME_TIMES: usize = 4;
/// The last bytes of a payload that has a mark.
const MAGIC: [u8; 4] = *b"mark";
/// Bytes of a mark.
const MARK_BYTES: usize = 20 + MAGIC.len();

/// Who sent a packet, and when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mark {
    /// Whose: what the sender says.
    pub sender: u32,
    /// How manieth of its layer, from 0: what is missing shows, whatever the sequence numbers say.
    pub count: u64,
    /// When it was made, on the sender's clock, whatever its unit.
    pub stamp: u64,
}

impl Mark {
    /// Reads a payload's; none if it was not made here.
    #[must_use]
    pub fn read(payload: &[u8]) -> Option<Self> {
        let mark = payload.strip_suffix(&MAGIC)?.last_chunk::<{ MARK_BYTES - MAGIC.len() }>()?;
        let (sender, rest) = mark.split_first_chunk::<4>()?;
        let (count, stamp) = rest.split_first_chunk::<8>()?;
        Some(Self {
            sender: u32::from_be_bytes(*sender),
            count: u64::from_be_bytes(*count),
            stamp: u64::from_be_bytes(*stamp.first_chunk()?),
        })
    }

    fn write(self, payload: &mut [u8]) {
        if let Some(room) = payload.last_chunk_mut::<MARK_BYTES>() {
            room[..4].copy_from_slice(&self.sender.to_be_bytes());
            room[4..12].copy_from_slice(&self.count.to_be_bytes());
            room[12..20].copy_from_slice(&self.stamp.to_be_bytes());
            room[20..].copy_from_slice(&MAGIC);
        }
    }
}

/// A voice: a packet each [`VOICE_MS`], of the length of Opus.
#[derive(Clone, Debug)]
pub struct Voice {
    sender: u32,
    /// How loud, decibels below the loudest.
    pub level: u8,
    count: u64,
}

impl Voice {
    /// Of this sender, and as loud.
    #[must_use]
    pub const fn new(sender: u32, level: u8) -> Self {
        Self { sender, level, count: 0 }
    }

    /// The next packet.
    pub fn packet(&mut self, stamp: u64) -> Outgoing {
        let mut payload = [0; VOICE_BYTES];
        // 20 ms of one channel in full band (RFC 6716, section 3.1).
        payload[0] = 31 << 3;
        Mark { sender: self.sender, count: self.count, stamp }.write(&mut payload);
        let timestamp = (self.count as u32).wrapping_mul(VOICE_TICKS);
        let marker = self.count == 0;
        self.count += 1;
        Outgoing { layer: Layer::Full, payload: Arc::new(payload), timestamp, marker, level: Some(self.level) }
    }
}

/// One layer of a camera: frames of VP8 with picture ids, [`PICTURES_PER_S`] of them.
#[derive(Clone, Debug)]
pub struct Picture {
    sender: u32,
    layer: Layer,
    frames: u32,
    packets: u64,
    keyframe: bool,
}

impl Picture {
    /// Of this sender and size: the whole has two packets a frame and 500 kbit/s.
    #[must_use]
    pub const fn new(sender: u32, layer: Layer) -> Self {
        Self { sender, layer, frames: 0, packets: 0, keyframe: true }
    }

    /// The next frame builds on none before.
    pub const fn begin_anew(&mut self) {
        self.keyframe = true;
    }

    /// Bytes of a frame, width and height.
    const fn measures(&self) -> (usize, u16, u16) {
        match self.layer {
            Layer::Quarter => (250, 320, 180),
            Layer::Half => (620, 640, 360),
            Layer::Full => (2_080, 1_280, 720),
        }
    }

    /// The packets of the next frame.
    pub fn frame(&mut self, stamp: u64) -> Vec<Outgoing> {
        let keyframe = std::mem::take(&mut self.keyframe);
        let (bytes, width, height) = self.measures();
        let bytes = if keyframe { bytes * KEYFRAME_TIMES } else { bytes };
        let packets = bytes.div_ceil(PACKET_BYTES_MAX);
        let timestamp = self.frames.wrapping_mul(PICTURE_TICKS);
        let made = (0..packets)
            .map(|index| {
                let mut payload = descriptor(index == 0, self.frames as u16).to_vec();
                if index == 0 {
                    payload.extend_from_slice(&frame_head(keyframe, width, height));
                }
                payload.resize(bytes / packets, 0);
                let count = self.packets + index as u64;
                Mark { sender: self.sender, count, stamp }.write(&mut payload);
                Outgoing { layer: self.layer, payload: payload.into(), timestamp, marker: index + 1 == packets, level: None }
            })
            .collect();
        self.frames = self.frames.wrapping_add(1);
        self.packets += packets as u64;
        made
    }
}

/// The payload descriptor (RFC 7741, section 4.2) with a picture id of 15 bits.
const fn descriptor(first: bool, picture: u16) -> [u8; 4] {
    let [high, low] = picture.to_be_bytes();
    [if first { 0x90 } else { 0x80 }, 0x80, 0x80 | high, low]
}

/// The head of a frame (RFC 6386, section 9.1): shown, and without a first partition.
fn frame_head(keyframe: bool, width: u16, height: u16) -> Vec<u8> {
    let mut head = vec![if keyframe { 0x10 } else { 0x11 }, 0, 0];
    if keyframe {
        head.extend_from_slice(&[0x9d, 0x01, 0x2a]);
        head.extend_from_slice(&width.to_le_bytes());
        head.extend_from_slice(&height.to_le_bytes());
    }
    head
}

/// Whether a payload of VP8 begins a picture that builds on none before.
#[must_use]
pub fn begins_anew(payload: &[u8]) -> bool {
    matches!(payload, [0x90, 0x80, _, _, tag, ..] if tag & 1 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_of_each_has_its_size_and_marks_count_on() {
        let mut voice = Voice::new(7, 30);
        let packets: Vec<_> = (0..50).map(|stamp| voice.packet(stamp)).collect();
        assert_eq!(packets.iter().map(|packet| packet.payload.len()).sum::<usize>() * 8, 32_000);
        assert_eq!(Mark::read(&packets[49].payload), Some(Mark { sender: 7, count: 49, stamp: 49 }));
        for (layer, count, bits) in [(Layer::Quarter, 30, 60_000), (Layer::Half, 30, 148_800), (Layer::Full, 60, 499_200)] {
            let mut picture = Picture::new(7, layer);
            let first = picture.frame(0);
            assert!(begins_anew(&first[0].payload) && first[0].payload.len() <= PACKET_BYTES_MAX);
            let packets: Vec<_> = (0..30).flat_map(|stamp| picture.frame(stamp)).collect();
            assert_eq!((packets.len(), packets.iter().map(|packet| packet.payload.len()).sum::<usize>() * 8), (count, bits));
            assert_eq!(packets.iter().filter(|packet| packet.marker).count(), 30);
            assert!(!packets.iter().any(|packet| begins_anew(&packet.payload)));
            assert_eq!(Mark::read(&packets[0].payload).map(|mark| mark.count), Some(first.len() as u64));
            picture.begin_anew();
            assert!(begins_anew(&picture.frame(0)[0].payload));
        }
        assert_eq!(Mark::read(&[0; 80]), None);
    }
}
