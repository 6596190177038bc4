//! Limits of pictures.

use flate2::Crc;
use kakehashi_protocol::limits::*;
use kakehashi_server::assets::{AssetError, inspect};

use super::Trial;

pub const TRIALS: &[Trial] = &[("ASSET_BYTES_MAX", bytes), ("ASSET_PIXELS_MAX", pixels), ("ASSET_PAINTED_PIXELS_MAX", painted_pixels)];

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    [&(data.len() as u32).to_be_bytes()[..], kind, data, &crc.sum().to_be_bytes()].concat()
}

/// A PNG that says its size and how many frames it has.
fn png(width: u32, height: u32, frames: u32, padding: usize) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let moves = [frames.to_be_bytes(), [0; 4]].concat();
    let chunks = [chunk(b"IHDR", &head), chunk(b"acTL", &moves), chunk(b"IDAT", &vec![0; padding]), chunk(b"IEND", &[])];
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat()
}

fn bytes() {
    let padded = |bytes: usize| {
        let picture = png(4, 4, 1, bytes - png(4, 4, 1, 0).len());
        assert_eq!(picture.len(), bytes);
        inspect("image/png", &picture)
    };
    assert!(padded(ASSET_BYTES_MAX).is_ok());
    assert!(matches!(padded(ASSET_BYTES_MAX + 1), Err(AssetError::TooLarge { .. })));
}

fn pixels() {
    let height = ASSET_PIXELS_MAX as u32 / 5_000;
    assert!(inspect("image/png", &png(5_000, height, 1, 0)).is_ok());
    assert!(matches!(inspect("image/png", &png(5_000, height + 1, 1, 0)), Err(AssetError::TooManyPixels { .. })));
    assert!(matches!(inspect("image/png", &png(u32::MAX, u32::MAX, 1, 0)), Err(AssetError::TooManyPixels { .. })));
}

fn painted_pixels() {
    let frames = (ASSET_PAINTED_PIXELS_MAX / 1_000_000) as u32;
    assert!(inspect("image/png", &png(1_000, 1_000, frames, 0)).is_ok());
    assert!(matches!(inspect("image/png", &png(1_000, 1_000, frames + 1, 0)), Err(AssetError::TooManyFrames { .. })));
    assert!(matches!(inspect("image/png", &png(1_000, 1_000, u32::MAX, 0)), Err(AssetError::TooManyFrames { .. })));
}
