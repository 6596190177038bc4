//! Which pictures are kept, and how their bytes begin.

use std::fmt;

/// A type of picture that is kept: what every browser shows and none runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AssetKind {
    /// PNG (RFC 2083).
    Png,
    /// JPEG (ISO/IEC 10918).
    Jpeg,
    /// WebP (RFC 9649).
    Webp,
    /// GIF 87a and 89a.
    Gif,
}

impl AssetKind {
    /// The media types that are kept, for people to read.
    pub const ALLOWED: &'static str = "image/png, image/jpeg, image/webp, image/gif";

    /// The media type of this kind.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
        }
    }

    /// How names of its files end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Gif => "gif",
        }
    }

    /// The kind whose files' names end like this.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        [Self::Png, Self::Jpeg, Self::Webp, Self::Gif].into_iter().find(|kind| kind.extension() == extension)
    }

    /// The kind of a media type, its parameters left aside; none if it is not kept.
    #[must_use]
    pub fn of_media_type(text: &str) -> Option<Self> {
        let essence = text.split(';').next().unwrap_or_default().trim();
        [Self::Png, Self::Jpeg, Self::Webp, Self::Gif].into_iter().find(|kind| essence.eq_ignore_ascii_case(kind.media_type()))
    }

    /// The kind that these bytes begin as; none if it is not kept.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            _ => None,
        }
    }
}

impl fmt::Display for AssetKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.media_type())
    }
}
