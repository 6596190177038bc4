//! Session descriptions on thin lines. One of 8,500 bytes takes a geostationary link up a quarter of a second and seven packets of
//! which each may be lost; packed it is two. A description begins with `v=`, a packed one with
//! [`SDP_PACKED`], and one that came packed is answered so.

use std::borrow::Cow;
use std::io::{Read, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use kakehashi_protocol::call::{SDP_BYTES_MAX, SDP_PACKED, Why};

use super::asks::{Refusal, limit};

/// Whether a description came packed.
pub(super) fn is_packed(sdp: &str) -> bool {
    sdp.starts_with(SDP_PACKED)
}

/// Whether it is short enough to be read.
///
/// # Errors
/// It is longer than [`SDP_BYTES_MAX`].
pub(super) fn check_length(sdp: &str) -> Result<(), Refusal> {
    if sdp.len() > SDP_BYTES_MAX {
        return limit(format!("a session description has at most {SDP_BYTES_MAX} bytes, this one has {}", sdp.len()));
    }
    Ok(())
}

/// The description itself, however it came.
///
/// # Errors
/// It is longer than [`SDP_BYTES_MAX`], packed or not, or what follows the mark is not base64 of a zlib stream of text.
pub(super) fn unpack(sdp: &str) -> Result<Cow<'_, str>, Refusal> {
    check_length(sdp)?;
    let Some(packed) = sdp.strip_prefix(SDP_PACKED) else { return Ok(Cow::Borrowed(sdp)) };
    let malformed = |error: String| (Why::Description, format!("a packed session description is base64 of a zlib stream: {error}"));
    let packed = STANDARD.decode(packed).map_err(|error| malformed(error.to_string()))?;
    let mut text = String::new();
    let most = SDP_BYTES_MAX as u64 + 1;
    ZlibDecoder::new(&*packed).take(most).read_to_string(&mut text).map_err(|error| malformed(error.to_string()))?;
    if text.len() > SDP_BYTES_MAX {
        return limit(format!("a session description has at most {SDP_BYTES_MAX} bytes, this one has more when it is unpacked"));
    }
    Ok(Cow::Owned(text))
}

/// A description, packed.
pub(super) fn pack(sdp: &str) -> String {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let packed = encoder.write_all(sdp.as_bytes()).and_then(|()| encoder.finish());
    // Writing to memory does not fail.
    packed.map_or_else(|_| sdp.to_owned(), |packed| format!("{SDP_PACKED}{}", STANDARD.encode(packed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_read_however_it_came() {
        let sdp = "v=0\r\n".repeat(1_000);
        let packed = pack(&sdp);
        assert!(is_packed(&packed) && !is_packed(&sdp) && packed.len() < sdp.len() / 10);
        assert_eq!(unpack(&packed).as_deref(), Ok(&*sdp));
        assert_eq!(unpack(&sdp).as_deref(), Ok(&*sdp));
    }

    #[test]
    fn what_is_no_description_or_too_long_is_refused_by_name() {
        let whys = |sdp: &str| unpack(sdp).map(|_| ()).map_err(|(why, _)| why);
        let zeros = |bytes: usize| pack(&"0".repeat(bytes));
        assert_eq!(whys(&zeros(SDP_BYTES_MAX)), Ok(()));
        assert_eq!(whys(&zeros(SDP_BYTES_MAX + 1)), Err(Why::Limit));
        assert_eq!(whys(&zeros(1_000_000_000 / 16)), Err(Why::Limit), "a bomb");
        assert_eq!(whys(&"v".repeat(SDP_BYTES_MAX + 1)), Err(Why::Limit));
        let cut = |packed: &str, bytes: usize| packed[..packed.len() - bytes].to_owned();
        for bad in [SDP_PACKED.to_owned(), format!("{SDP_PACKED}~"), format!("{SDP_PACKED}AAAA"), cut(&zeros(1_000), 4)] {
            assert_eq!(whys(&bad), Err(Why::Description), "{bad}");
        }
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&[0xff, 0xfe]).expect("memory");
        let bytes = format!("{SDP_PACKED}{}", STANDARD.encode(encoder.finish().expect("memory")));
        assert_eq!(whys(&bytes), Err(Why::Description), "no text");
    }
}
