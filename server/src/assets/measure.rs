//! What a picture says of its size, from its structure alone: nothing is decoded. A picture of some
//! bytes may say that it is a terapixel wide, have a million frames, or say one size in front and
//! another further in; decoders differ in what they believe, so the greatest counts.
//!
//! Each walk ends at the end of the picture or of the bytes, whichever is first: browsers show what
//! there is of a picture that was cut off.

use super::AssetKind;

/// What a picture says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Measure {
    /// Pixels across: the greatest that is said.
    pub width: u64,
    /// Pixels down: the greatest that is said.
    pub height: u64,
    /// Pictures in it that are shown one after the other; 1 if it stands still.
    pub frames: u64,
    /// Times the whole picture is refined while it is decoded; 1 if it is not.
    pub scans: u64,
    /// Bytes up to its end; what follows is no part of it.
    pub bytes: usize,
}

impl Measure {
    fn see(&mut self, width: impl Into<u64>, height: impl Into<u64>) {
        self.width = self.width.max(width.into());
        self.height = self.height.max(height.into());
    }
}

/// Measures a picture of a kind; `None` if it does not even say its size.
#[must_use]
pub fn measure(kind: AssetKind, bytes: &[u8]) -> Option<Measure> {
    let measure = match kind {
        AssetKind::Png => png(bytes),
        AssetKind::Jpeg => jpeg(bytes),
        AssetKind::Webp => webp(bytes),
        AssetKind::Gif => gif(bytes),
    }?;
    let whole = Measure { frames: measure.frames.max(1), scans: measure.scans.max(1), ..measure };
    (whole.width > 0 && whole.height > 0).then_some(whole)
}

/// Bytes that are read from the front; a read beyond the end gives nothing.
struct Bytes<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Bytes<'a> {
    const fn new(all: &'a [u8], at: usize) -> Self {
        Self { all, at }
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.all.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    /// Passes over bytes; at the end of all it stays there.
    fn skip(&mut self, count: u64) {
        self.at = usize::try_from((self.at as u64).saturating_add(count)).unwrap_or(usize::MAX).min(self.all.len());
    }
}

/// PNG (W3C, third edition): chunks of length, type, data and checksum.
fn png(bytes: &[u8]) -> Option<Measure> {
    let mut measure = Measure::default();
    let mut frames = 0;
    let mut read = Bytes::new(bytes, 8);
    while let Some(length) = read.array().map(u32::from_be_bytes) {
        let Some(kind) = read.array::<4>() else { break };
        let mut data = Bytes::new(bytes, read.at);
        read.skip(u64::from(length) + 4);
        let mut number = || data.array().map(u32::from_be_bytes);
        match &kind {
            b"IHDR" => measure.see(number()?, number()?),
            // Animation: how many frames there will be, and each of them.
            b"acTL" => measure.frames = measure.frames.max(number().unwrap_or_default().into()),
            b"fcTL" => {
                frames += 1;
                if let (Some(_), Some(width), Some(height)) = (number(), number(), number()) {
                    measure.see(width, height);
                }
            }
            b"IEND" => break,
            _ => {}
        }
    }
    Some(Measure { frames: measure.frames.max(frames), bytes: read.at, ..measure })
}

/// JPEG (ITU-T T.81, annex B): segments behind markers, and coded data in which 0xff is followed by 0.
/// What follows its end stays: phones put a second picture there, for bright screens.
fn jpeg(bytes: &[u8]) -> Option<Measure> {
    let mut measure = Measure { bytes: bytes.len(), ..Measure::default() };
    let mut read = Bytes::new(bytes, 2);
    while let Some(byte) = read.byte() {
        if byte != 0xff {
            continue;
        }
        // Any number of 0xff may stand before a marker.
        let Some(marker) = std::iter::from_fn(|| read.byte()).find(|byte| *byte != 0xff) else { break };
        match marker {
            // A 0xff in coded data, restarts, and what stands alone.
            0x00 | 0x01 | 0xd0..=0xd8 => continue,
            0xd9 => break,
            _ => {}
        }
        let Some(length) = read.array().map(u16::from_be_bytes) else { break };
        let mut segment = Bytes::new(bytes, read.at);
        read.skip(u64::from(length.saturating_sub(2)));
        match marker {
            0xda => measure.scans += 1,
            // Frame headers; 0xc4, 0xc8 and 0xcc are tables.
            0xc0..=0xcf if ![0xc4, 0xc8, 0xcc].contains(&marker) => {
                if let Some([_, height_high, height_low, width_high, width_low]) = segment.array() {
                    measure.see(u16::from_be_bytes([width_high, width_low]), u16::from_be_bytes([height_high, height_low]));
                }
            }
            _ => {}
        }
    }
    Some(measure)
}

/// WebP (RFC 9649): a RIFF container of chunks.
fn webp(bytes: &[u8]) -> Option<Measure> {
    let mut read = Bytes::new(bytes, 4);
    let size = u32::from_le_bytes(read.array()?);
    let end = usize::try_from(u64::from(size) + 8).unwrap_or(usize::MAX).min(bytes.len());
    let mut measure = Measure { bytes: end, ..Measure::default() };
    read.skip(4);
    webp_chunks(Bytes::new(&bytes[..end], read.at), true, &mut measure);
    Some(measure)
}

/// The chunks of a picture, or those of one of its frames, which holds no frames itself.
fn webp_chunks(mut read: Bytes<'_>, may_have_frames: bool, measure: &mut Measure) {
    while let (Some(kind), Some(length)) = (read.array::<4>(), read.array().map(u32::from_le_bytes)) {
        let mut data = Bytes::new(read.all, read.at);
        // Chunks are padded to even lengths.
        read.skip(u64::from(length) + u64::from(length % 2));
        match &kind {
            b"VP8X" => {
                data.skip(4);
                webp_size(&mut data, measure);
            }
            b"ANMF" if may_have_frames => {
                measure.frames += 1;
                data.skip(6);
                webp_size(&mut data, measure);
                // The frame's own chunks follow within it.
                data.skip(4);
                webp_chunks(Bytes::new(&read.all[..read.at], data.at), false, measure);
            }
            // Lossy: three bytes of flags, three of a start code, then 14 bits for each side.
            b"VP8 " => {
                data.skip(6);
                if let (Some(width), Some(height)) = (data.array(), data.array()) {
                    measure.see(u16::from_le_bytes(width) & 0x3fff, u16::from_le_bytes(height) & 0x3fff);
                }
            }
            // Lossless: a signature, then 14 bits for each side less one.
            b"VP8L" => {
                data.skip(1);
                if let Some(bits) = data.array().map(u32::from_le_bytes) {
                    measure.see((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
                }
            }
            _ => {}
        }
    }
}

/// Two sides less one, in 24 bits each.
fn webp_size(data: &mut Bytes<'_>, measure: &mut Measure) {
    if let (Some([a, b, c]), Some([d, e, f])) = (data.array(), data.array()) {
        measure.see(u32::from_le_bytes([a, b, c, 0]) + 1, u32::from_le_bytes([d, e, f, 0]) + 1);
    }
}

/// GIF (89a): a screen, and pictures on it, between blocks of other things.
fn gif(bytes: &[u8]) -> Option<Measure> {
    let mut measure = Measure::default();
    let mut read = Bytes::new(bytes, 6);
    let mut size = |read: &mut Bytes<'_>| -> Option<()> {
        let (width, height) = (read.array()?, read.array()?);
        measure.see(u16::from_le_bytes(width), u16::from_le_bytes(height));
        Some(())
    };
    size(&mut read)?;
    let mut frames = 0;
    gif_colours(&mut read, 2);
    while let Some(block) = read.byte() {
        match block {
            // A picture: left and top, its size, its colours, the width of its codes, its data.
            0x2c => {
                frames += 1;
                read.skip(4);
                if size(&mut read).is_none() {
                    break;
                }
                gif_colours(&mut read, 0);
                read.skip(1);
                gif_data(&mut read);
            }
            // An extension: its kind, its data.
            0x21 => {
                read.skip(1);
                gif_data(&mut read);
            }
            // The end, or what no decoder reads beyond.
            _ => break,
        }
    }
    Some(Measure { frames, bytes: read.at, ..measure })
}

/// A byte that says whether a table of colours follows, after `more` bytes, and how long it is.
fn gif_colours(read: &mut Bytes<'_>, more: u64) {
    let flags = read.byte().unwrap_or_default();
    read.skip(more);
    if flags & 0x80 != 0 {
        read.skip(3 << ((flags & 7) + 1));
    }
}

/// Blocks of up to 255 bytes up to an empty one.
fn gif_data(read: &mut Bytes<'_>) {
    while let Some(length) = read.byte().filter(|length| *length > 0) {
        read.skip(length.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        [&(data.len() as u32).to_be_bytes()[..], kind, data, &[0; 4]].concat()
    }

    fn png_of(chunks: &[Vec<u8>]) -> Vec<u8> {
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat()
    }

    fn sides(width: u32, height: u32) -> Vec<u8> {
        [width.to_be_bytes(), height.to_be_bytes()].concat()
    }

    fn of(kind: AssetKind, bytes: &[u8]) -> (u64, u64, u64, u64, usize) {
        let measure = measure(kind, bytes).expect("it says its size");
        (measure.width, measure.height, measure.frames, measure.scans, measure.bytes)
    }

    #[test]
    fn a_png_has_the_greatest_size_and_the_most_frames_it_says() {
        let still = png_of(&[chunk(b"IHDR", &sides(3, 4)), chunk(b"IDAT", &[1; 20]), chunk(b"IEND", &[])]);
        assert_eq!(of(AssetKind::Png, &still), (3, 4, 1, 1, still.len()));
        let with_more = [&still[..], b"<script>alert(1)</script>"].concat();
        assert_eq!(of(AssetKind::Png, &with_more), (3, 4, 1, 1, still.len()));
        let frame = |width, height| chunk(b"fcTL", &[&[0; 4][..], &sides(width, height), &[0; 14]].concat());
        let head = chunk(b"IHDR", &sides(3, 4));
        // It says two frames, has three, and one of them is larger than itself.
        let said = chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
        let moving = png_of(&[head.clone(), said, frame(3, 4), frame(9, 4), frame(1, 1)]);
        assert_eq!(of(AssetKind::Png, &moving), (9, 4, 3, 1, moving.len()));
        let said = chunk(b"acTL", &[0, 1, 0, 0, 0, 0, 0, 0]);
        assert_eq!(of(AssetKind::Png, &png_of(&[head, said])).2, 65_536);
        assert_eq!(measure(AssetKind::Png, &png_of(&[chunk(b"IDAT", &[1; 20])])), None);
    }

    #[test]
    fn a_jpeg_is_walked_through_to_its_end() {
        let frame = |height: u8, width: u8| vec![0xff, 0xc2, 0, 11, 8, 0, height, 0, width, 1, 1, 0x11, 0];
        let scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 0xff, 0, 3, 0xff, 0xd0, 4].to_vec();
        // A small picture within the camera's notes is none of its frames.
        let notes = [&[0xff, 0xe1, 0, 15][..], &frame(200, 200)].concat();
        let bytes = [&[0xff, 0xd8][..], &notes, &frame(30, 40), &scan, &scan, &[0xff, 0xd9], b"more", &frame(90, 90), &scan].concat();
        assert_eq!(of(AssetKind::Jpeg, &bytes), (40, 30, 1, 2, bytes.len()));
        let twice = [&[0xff, 0xd8][..], &frame(30, 40), &frame(90, 20), &[0xff, 0xff, 0xda]].concat();
        assert_eq!(of(AssetKind::Jpeg, &twice), (40, 90, 1, 1, twice.len()));
        assert_eq!(measure(AssetKind::Jpeg, &[0xff, 0xd8, 0xff, 0xd9]), None);
    }

    fn riff(chunks: &[u8]) -> Vec<u8> {
        [b"RIFF", &(chunks.len() as u32 + 4).to_le_bytes()[..], b"WEBP", chunks].concat()
    }

    fn webp_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        [kind, &(data.len() as u32).to_le_bytes()[..], data, &vec![0; data.len() % 2]].concat()
    }

    #[test]
    fn a_webp_that_says_two_sizes_has_the_greater() {
        let outside = webp_chunk(b"VP8X", &[0, 0, 0, 0, 9, 0, 0, 19, 0, 0]);
        let lossless = webp_chunk(b"VP8L", &[0x2f, 0xff, 0xff, 0xff, 0x0f, 0]);
        let lossy = webp_chunk(b"VP8 ", &[0, 0, 0, 0x9d, 1, 0x2a, 30, 0x40, 40, 0]);
        assert_eq!(of(AssetKind::Webp, &riff(&outside)).0, 10);
        assert_eq!(of(AssetKind::Webp, &riff(&lossy)), (30, 40, 1, 1, riff(&lossy).len()));
        let both = riff(&[outside.clone(), lossless.clone()].concat());
        assert_eq!(of(AssetKind::Webp, &both), (16_384, 16_384, 1, 1, both.len()));
        let frame = webp_chunk(b"ANMF", &[&[0; 6][..], &[4, 0, 0, 5, 0, 0], &[0; 4], &lossy].concat());
        let moving = [&riff(&[&outside[..], &frame, &frame].concat())[..], b"<script>"].concat();
        assert_eq!(of(AssetKind::Webp, &moving), (30, 40, 2, 1, moving.len() - 8));
        // Frames within frames, as deep as there is room, take no more than a walk.
        let mut deep = Vec::new();
        for _ in 0..2_000 {
            deep = webp_chunk(b"ANMF", &[&[0; 16][..], &deep].concat());
        }
        assert_eq!(of(AssetKind::Webp, &riff(&deep)).2, 1);
    }

    #[test]
    fn a_gif_is_walked_through_frame_by_frame() {
        let screen = b"GIF89a\x05\0\x07\0\x80\0\0\0\0\0\0\0\0".to_vec();
        let frame = |width: u8, colours: bool| {
            let table: &[u8] = if colours { &[0; 12] } else { &[] };
            [&[0x2c, 0, 0, 0, 0, width, 0, 3, 0, if colours { 0x81 } else { 0 }][..], table, &[2, 2, 0x2c, 0x3b, 0]].concat()
        };
        let comment = [&[0x21, 0xfe, 4][..], b"';,!", &[0]].concat();
        let bytes = [&screen[..], &comment, &frame(5, true), &frame(200, false), &[0x3b]].concat();
        assert_eq!(of(AssetKind::Gif, &bytes), (200, 7, 2, 1, bytes.len()));
        let with_more = [&bytes[..], b"*/=1;alert(1)//"].concat();
        assert_eq!(of(AssetKind::Gif, &with_more).4, bytes.len());
        // What is no block ends it for us, and what is kept ends with it.
        let script = b"GIF89a/*\x01\0\0\0\0*/=1;alert(1)//".to_vec();
        assert_eq!(of(AssetKind::Gif, &script), (10_799, 1, 1, 1, 14));
    }

    #[test]
    fn no_bytes_make_it_fail() {
        for kind in [AssetKind::Png, AssetKind::Jpeg, AssetKind::Webp, AssetKind::Gif] {
            let mut seed = 7_u64;
            for length in 0..2_000 {
                let bytes: Vec<u8> = std::iter::repeat_with(|| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    [0xff, 0xda, 0x2c, 0x21, 0, (seed >> 33) as u8][(seed >> 60) as usize % 6]
                })
                .take(length % 300)
                .collect();
                assert!(measure(kind, &bytes).is_none_or(|measure| measure.bytes <= bytes.len()));
            }
        }
    }
}
