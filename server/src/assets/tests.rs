use std::fs;

use super::*;

const ONE: BoardId = BoardId([1; 16]);
const TWO: BoardId = BoardId([2; 16]);

/// The head of a PNG of this size; enough to read the size from.
fn png(width: u32, height: u32) -> Bytes {
    let mut out = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    out.extend(width.to_be_bytes());
    out.extend(height.to_be_bytes());
    out.extend([8, 6, 0, 0, 0, 1, 2, 3, 4]);
    out.into()
}

fn gif() -> Vec<u8> {
    b"GIF89a\x05\0\x07\0\0\0\0;".to_vec()
}

fn jpeg() -> Vec<u8> {
    let mut out = vec![0xff, 0xd8, 0xff, 0xe0, 0, 16];
    out.extend(b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    out.extend([0xff, 0xc0, 0, 11, 8, 0, 30, 0, 40, 1, 1, 0x11, 0, 0xff, 0xd9]);
    out
}

fn webp() -> Vec<u8> {
    // VP8X: canvas of 24-bit width - 1 and height - 1.
    let mut out = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
    out.extend([9, 0, 0, 19, 0, 0]);
    out
}

#[test]
fn a_pictures_type_and_size_are_read_from_its_bytes() {
    let cases = [
        ("image/png", png(3, 4).to_vec(), AssetKind::Png, (3, 4)),
        ("image/gif", gif(), AssetKind::Gif, (5, 7)),
        ("Image/JPEG; charset=binary", jpeg(), AssetKind::Jpeg, (40, 30)),
        ("image/webp", webp(), AssetKind::Webp, (10, 20)),
    ];
    for (declared, bytes, kind, (width, height)) in cases {
        assert_eq!(inspect(declared, &bytes), Ok(Asset { id: AssetId::of(&bytes), kind, width, height, bytes: bytes.len() }), "{declared}");
        assert!(matches!(inspect(declared, &bytes[..9]), Err(AssetError::NotWhole { .. } | AssetError::WrongType { .. })));
    }
}

#[test]
fn what_is_not_kept_is_named() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg'/>";
    let error = inspect("image/svg+xml", svg.as_bytes()).unwrap_err();
    let said = error.to_string();
    assert!(said.contains("image/svg+xml") && said.contains("image/png"), "{said}");

    let error = inspect("image/png", &gif()).unwrap_err();
    assert_eq!(error, AssetError::WrongType { declared: AssetKind::Png, found: Some(AssetKind::Gif) });
    let said = error.to_string();
    assert!(said.contains("image/png") && said.contains("image/gif"), "{said}");
    let error = inspect("image/png", svg.as_bytes()).unwrap_err();
    assert_eq!(error, AssetError::WrongType { declared: AssetKind::Png, found: None });

    assert_eq!(inspect("image/png", &png(0, 5)), Err(AssetError::NotWhole { kind: AssetKind::Png }));
    assert!(inspect("image/png", &png(10_000, 4_000)).is_ok());
    let error = inspect("image/png", &png(10_000, 4_001)).unwrap_err();
    assert_eq!(error, AssetError::TooManyPixels { width: 10_000, height: 4_001 });
    let error = inspect("image/png", &png(u32::MAX, u32::MAX)).unwrap_err();
    assert!(matches!(error, AssetError::TooManyPixels { .. } | AssetError::NotWhole { .. }), "{error:?}");

    let mut large = png(1, 1).to_vec();
    large.resize(ASSET_BYTES_MAX, 0);
    assert!(inspect("image/png", &large).is_ok());
    large.push(0);
    assert_eq!(inspect("image/png", &large), Err(AssetError::TooLarge { bytes: ASSET_BYTES_MAX + 1 }));
}

#[test]
fn many_frames_are_too_many_by_their_pixels() {
    let moving = |width: u32, frames: u32| {
        let mut out = png(width, 1_000).to_vec();
        out.extend(b"\0\0\0\x08acTL");
        out.extend(frames.to_be_bytes());
        out.extend([0; 8]);
        out
    };
    assert!(inspect("image/png", &moving(1_000, 800)).is_ok());
    let error = inspect("image/png", &moving(1_000, 801)).unwrap_err();
    assert_eq!(error, AssetError::TooManyFrames { width: 1_000, height: 1_000, frames: 801 });
    assert!(inspect("image/png", &moving(10, u32::MAX)).is_err());
    // A picture that is sharpened without end.
    let mut sharpened = jpeg();
    sharpened[25..29].copy_from_slice(&[0x0f, 0xa0, 0x0f, 0xa0]);
    assert_eq!(inspect("image/jpeg", &sharpened).map(|asset| (asset.width, asset.height)), Ok((4_000, 4_000)));
    sharpened.truncate(sharpened.len() - 2);
    (0..51).for_each(|_| sharpened.extend([0xff, 0xda, 0, 2, 7]));
    assert!(matches!(inspect("image/jpeg", &sharpened), Err(AssetError::TooManyFrames { frames: 51, .. })));
}

#[test]
fn a_name_has_one_spelling() {
    let id = AssetId::of(b"x");
    assert_eq!(id.to_string().parse(), Ok(id));
    let upper = id.to_string().to_uppercase();
    for text in [&*upper, "", "../../etc/passwd", &id.to_string()[1..]] {
        assert_eq!(text.parse::<AssetId>(), Err(ParseAssetIdError), "{text}");
    }
}

#[tokio::test]
async fn a_board_gets_what_it_put_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let store = AssetStore::open(&dir.path().join("assets")).unwrap();
    let asset = store.put(ONE, "image/png", png(3, 4)).await.unwrap();
    assert_eq!(store.get(ONE, asset.id).await, Ok((AssetKind::Png, png(3, 4))));
    assert_eq!(store.get(TWO, asset.id).await, Err(AssetError::Unknown(asset.id)));
    let other = AssetId::of(b"never put");
    assert_eq!(store.get(ONE, other).await, Err(AssetError::Unknown(other)));

    let store = AssetStore::open(&dir.path().join("assets")).unwrap();
    assert_eq!(store.get(ONE, asset.id).await, Ok((AssetKind::Png, png(3, 4))));
    assert_eq!(store.put(TWO, "image/png", png(3, 4)).await, Ok(asset));
    assert_eq!(store.get(TWO, asset.id).await, Ok((AssetKind::Png, png(3, 4))));
}

#[tokio::test]
async fn what_follows_a_picture_is_not_kept() {
    let dir = tempfile::tempdir().unwrap();
    let store = AssetStore::open(dir.path()).unwrap();
    let mut picture = png(3, 4).to_vec();
    picture.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
    let with_more = [&picture[..], b"<html><script>alert(1)</script>"].concat();
    let kept = store.put(ONE, "image/png", with_more.into()).await.unwrap();
    assert_eq!((kept.id, kept.bytes), (AssetId::of(&picture), picture.len()));
    assert_eq!(store.get(ONE, kept.id).await, Ok((AssetKind::Png, picture.into())));
}

#[tokio::test]
async fn damage_is_told_and_healed() {
    let dir = tempfile::tempdir().unwrap();
    let store = AssetStore::open(dir.path()).unwrap();
    let id = store.put(ONE, "image/png", png(3, 4)).await.unwrap().id;
    let file = dir.path().join(&id.to_string()[..2]).join(id.to_string());
    fs::write(&file, png(3, 5)).unwrap();
    assert_eq!(store.get(ONE, id).await, Err(AssetError::Damaged(id)));
    fs::remove_file(&file).unwrap();
    assert_eq!(store.get(ONE, id).await, Err(AssetError::Damaged(id)));
    store.put(ONE, "image/png", png(3, 4)).await.unwrap();
    assert_eq!(store.get(ONE, id).await, Ok((AssetKind::Png, png(3, 4))));
}

#[tokio::test]
async fn what_a_crash_left_is_cleared_away() {
    let dir = tempfile::tempdir().unwrap();
    let left = dir.path().join("temporary/0");
    fs::create_dir(dir.path().join("temporary")).unwrap();
    fs::write(&left, "half").unwrap();
    AssetStore::open(dir.path()).unwrap();
    assert!(!left.exists());
}
