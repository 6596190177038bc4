//! What records are made of: their kinds, their properties, and the type and range of each.
//!
//! Numbers are append-only. A kind or key this version does not know is kept, forwarded and stored,
//! never interpreted (SPEC REC-3). An empty value means "unset": the default holds (SPEC REC-4).

use crate::codec::{DecodeError, Reader, put, put_signed};
use crate::ids::OpId;
use crate::limits;

macro_rules! numbers {
    ($(#[$outer:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $number:literal),+ $(,)? }) => {
        $(#[$outer])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u16)]
        pub enum $name { $($(#[$doc])* $variant = $number),+ }
        impl $name {
            /// All that this version knows.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The one with this number, if this version knows it.
            #[must_use]
            pub const fn of(number: u16) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)+ _ => None }
            }
            /// Its number on the wire.
            #[must_use]
            pub const fn number(self) -> u16 { self as u16 }
        }
    };
}

numbers! {
    /// What a record is.
    Kind {
        /// In the cover: a page of the board. Its op names the page's document.
        Page = 1,
        /// Ink of one pointer from down to up.
        Stroke = 2,
        /// A box.
        Rectangle = 3,
        /// The ellipse within a box.
        Ellipse = 4,
        /// A line through its path.
        Line = 5,
        /// A line with a head at its end.
        Arrow = 6,
        /// A closed path.
        Polygon = 7,
        /// Writing by keyboard.
        Text = 8,
        /// Writing on a coloured card.
        Note = 9,
        /// A picture.
        Image = 10,
        /// In the cover, under the name actor zero, counter 1: the meeting's state.
        Meeting = 11,
        /// In the cover: who an actor is, also after they left.
        Person = 12,
        /// In the cover: somebody in the meeting, however often they reconnect; the server makes it. In the
        /// lobby: somebody who waits to be let in.
        Participant = 13,
        /// In the talk and at desks: what somebody said.
        Message = 14,
        /// In the attendance: one participant in one session.
        Attendance = 15,
    }
}

impl Kind {
    /// Whether records of this kind hold ink.
    #[must_use]
    pub const fn has_ink(self) -> bool {
        matches!(self, Self::Stroke)
    }

    /// Whether records of this kind hold text.
    #[must_use]
    pub const fn has_text(self) -> bool {
        matches!(self, Self::Text | Self::Note)
    }

    /// Whether it stands on a page (the others stand in the cover, and in the documents of the meeting).
    #[must_use]
    pub const fn is_shape(self) -> bool {
        !matches!(self, Self::Page | Self::Meeting | Self::Person | Self::Participant | Self::Message | Self::Attendance)
    }
}

numbers! {
    /// A property of a record. Lengths are in eighths of a page unit.
    Key {
        /// Bool: hidden by an eraser or a deletion.
        Deleted = 1,
        /// Order key: where it stands among its siblings.
        Order = 2,
        /// Length: left edge, or for ink and paths how far all points are moved.
        X = 3,
        /// Length: top edge, or for ink and paths how far all points are moved.
        Y = 4,
        /// Length, not negative.
        Width = 5,
        /// Length, not negative.
        Height = 6,
        /// Hundredths of a degree clockwise, 0 to 35,999.
        Rotation = 7,
        /// Colour of the line or the letters: red, green, blue, opacity.
        Color = 8,
        /// Colour inside; unset: none.
        Fill = 9,
        /// Length, not negative: thickness of the line.
        StrokeWidth = 10,
        /// 0 pen, 1 highlighter.
        Tool = 11,
        /// Length: height of the letters.
        FontSize = 12,
        /// 0 start, 1 centre, 2 end.
        Align = 13,
        /// Corners of a path relative to X and Y.
        Path = 14,
        /// BLAKE3 of a picture's file.
        Asset = 15,
        /// Bool: may not be changed until unlocked.
        Locked = 16,
        /// Record: what a fragment or copy was made from.
        From = 17,
        /// Text.
        Title = 18,
        /// Bool: a page that is not shown.
        Hidden = 19,
        /// 0 plain, 1 grid, 2 dots, 3 ruled, 4 kanji squares, 5 music staves, 6 graph axes.
        Background = 20,
        /// Thousandths: resized by this factor, about the first point.
        ScaleX = 21,
        /// Thousandths: resized by this factor, about the first point.
        ScaleY = 22,
        /// Text: a person's name.
        Name = 23,
        /// Number, 0 to 2^53: of the meeting's record, the session that is on, unless it has ended; of an
        /// attendance, its session.
        Session = 24,
        /// 0 viewer, 1 member, 2 assistant, 3 host: a participant's.
        Role = 25,
        /// 16 bytes: the hash of a participant's id, which identifies accounts and so is not told.
        Holder = 26,
        /// 0 account, 1 guest, 2 panel: what a participant came as.
        Entrance = 27,
        /// In a session: a participant's hand, by the moment it was raised; milliseconds since 1970.
        Hand = 28,
        /// Record: the participant that a person, a message or an attendance is of.
        Participant = 29,
        /// In a session: who writes; 0 all members, 1 only assistants and hosts.
        Writing = 30,
        /// In a session: when the timer ends, milliseconds since 1970.
        Timer = 31,
        /// Milliseconds: what the timer was set to.
        TimerLength = 32,
        /// In a session: the actor to whose view all are taken, its 64 bits as a signed number.
        Spotlight = 33,
        /// Number, 0 to 2^53: of the meeting's record, the session that ended last.
        Ended = 34,
        /// Bool: an assistant who leads while no host is here.
        Acting = 35,
        /// Bool: of one who waits in the lobby: may come in.
        Admitted = 36,
        /// Clock: what a participant made up to it is not shown.
        Erased = 37,
        /// Text: what was said.
        Words = 38,
        /// Milliseconds since 1970: when a participant was first here.
        FirstSeen = 39,
        /// Milliseconds since 1970: when a participant was last here.
        LastSeen = 40,
        /// How many connections a participant had.
        Connections = 41,
        /// How often a participant was away and came back.
        Outages = 42,
        /// Milliseconds that a participant was away between.
        Away = 43,
    }
}

/// A property's typed value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Red, green, blue, opacity.
    Color([u8; 4]),
    /// A fractional order key ([`crate::order`]).
    Order(Vec<u8>),
    /// Corners: x, y.
    Path(Vec<(i32, i32)>),
    /// A hash.
    Hash([u8; 32]),
    /// A record.
    Record(OpId),
    /// Text.
    Text(String),
    /// Sixteen bytes.
    Token([u8; 16]),
    /// A number that holds while a session is on, and never after it.
    InSession {
        /// The session's number.
        session: i64,
        /// The number.
        value: i64,
    },
}

/// The type of a property, with its range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Type {
    Bool,
    Int { min: i64, max: i64 },
    Color,
    Order,
    Path,
    Hash,
    Record,
    Text { chars_max: usize },
    Token,
    InSession { min: i64, max: i64 },
}

/// The greatest number that JavaScript holds exactly, nearly: of sessions, counts and moments.
const NUMBER_MAX: i64 = 1 << 53;

impl Key {
    const fn value_type(self) -> Type {
        match self {
            Self::Deleted | Self::Locked | Self::Hidden | Self::Acting | Self::Admitted => Type::Bool,
            Self::Order => Type::Order,
            Self::X | Self::Y => Type::Int { min: -limits::COORDINATE_MAX, max: limits::COORDINATE_MAX },
            Self::Width | Self::Height => Type::Int { min: 0, max: limits::COORDINATE_MAX },
            Self::Rotation => Type::Int { min: 0, max: 35_999 },
            Self::Color | Self::Fill => Type::Color,
            Self::StrokeWidth => Type::Int { min: 0, max: 1_000 * 8 },
            Self::Tool => Type::Int { min: 0, max: 1 },
            Self::FontSize => Type::Int { min: 8, max: 1_000 * 8 },
            Self::Align => Type::Int { min: 0, max: 2 },
            Self::Path => Type::Path,
            Self::Asset => Type::Hash,
            Self::From | Self::Participant => Type::Record,
            Self::Title => Type::Text { chars_max: limits::TITLE_CHARS_MAX },
            Self::Name => Type::Text { chars_max: limits::NAME_CHARS_MAX },
            Self::Background => Type::Int { min: 0, max: 6 },
            Self::Session
            | Self::Ended
            | Self::Erased
            | Self::FirstSeen
            | Self::LastSeen
            | Self::Connections
            | Self::Outages
            | Self::Away => Type::Int { min: 0, max: NUMBER_MAX },
            Self::Role => Type::Int { min: 0, max: 3 },
            Self::Holder => Type::Token,
            Self::Entrance => Type::Int { min: 0, max: 2 },
            Self::Hand | Self::Timer => Type::InSession { min: 0, max: NUMBER_MAX },
            Self::Writing => Type::InSession { min: 0, max: 1 },
            Self::TimerLength => Type::Int { min: 0, max: limits::TIMER_MS_MAX },
            Self::Spotlight => Type::InSession { min: i64::MIN, max: i64::MAX },
            Self::Words => Type::Text { chars_max: limits::WORDS_CHARS_MAX },
            Self::ScaleX | Self::ScaleY => Type::Int { min: -1_000_000, max: 1_000_000 },
        }
    }
}

impl Value {
    /// The bytes of the value (WIRE section 4).
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Bool(value) => out.push(u8::from(*value)),
            Self::Int(value) => put_signed(&mut out, *value),
            Self::Color(value) => out.extend_from_slice(value),
            Self::Order(value) => out.extend_from_slice(value),
            Self::Path(points) => {
                let (mut x, mut y) = (0, 0);
                put(&mut out, points.len() as u64);
                for &(next_x, next_y) in points {
                    put_signed(&mut out, i64::from(next_x) - x);
                    put_signed(&mut out, i64::from(next_y) - y);
                    (x, y) = (i64::from(next_x), i64::from(next_y));
                }
            }
            Self::Hash(value) => out.extend_from_slice(value),
            Self::Record(id) => {
                // In full: values are never re-written with another table of actors.
                out.extend_from_slice(&id.actor.0.to_le_bytes());
                put(&mut out, id.counter);
            }
            Self::Text(value) => out.extend_from_slice(value.as_bytes()),
            Self::Token(value) => out.extend_from_slice(value),
            Self::InSession { session, value } => {
                put_signed(&mut out, *session);
                put_signed(&mut out, *value);
            }
        }
        out
    }

    /// The value of property `key` in `bytes`; `None` for unset.
    ///
    /// # Errors
    /// If the bytes are not a value of the key's type and range.
    pub fn decode(key: Key, bytes: &[u8]) -> Result<Option<Self>, DecodeError> {
        if bytes.is_empty() {
            return Ok(None);
        }
        let mut reader = Reader::new(bytes);
        let value = match key.value_type() {
            Type::Bool => match reader.byte("a yes or no")? {
                0 => Self::Bool(false),
                1 => Self::Bool(true),
                _ => return Err(DecodeError::Invalid { what: "a yes or no", allowed: "0 or 1" }),
            },
            Type::Int { min, max } => Self::Int(int(&mut reader, min, max)?),
            Type::InSession { min, max } => {
                Self::InSession { session: int(&mut reader, 0, NUMBER_MAX)?, value: int(&mut reader, min, max)? }
            }
            Type::Token => Self::Token(reader.array("a token")?),
            Type::Color => Self::Color(reader.array("a colour")?),
            Type::Order => {
                let key = reader.take("an order key", reader.left())?;
                if !crate::order::is_valid(key) {
                    return Err(DecodeError::Invalid { what: "an order key", allowed: crate::order::FORM });
                }
                Self::Order(key.to_vec())
            }
            Type::Path => decode_path(&mut reader)?,
            Type::Hash => Self::Hash(reader.array("a hash")?),
            Type::Record => {
                let actor = reader.actor("a record")?;
                Self::Record(OpId { actor, counter: reader.number("a record")? })
            }
            Type::Text { chars_max } => {
                let bytes = reader.take("a text", reader.left())?;
                let text = std::str::from_utf8(bytes).map_err(|_| DecodeError::Invalid { what: "a text", allowed: "UTF-8" })?;
                let chars = text.chars().count();
                if chars > chars_max {
                    return Err(DecodeError::TooLarge { what: "the length of a text", value: chars as u64, max: chars_max as u64 });
                }
                Self::Text(text.to_owned())
            }
        };
        reader.end()?;
        Ok(Some(value))
    }
}

fn int(reader: &mut Reader<'_>, min: i64, max: i64) -> Result<i64, DecodeError> {
    let value = reader.signed("a number")?;
    if value > max {
        return Err(DecodeError::TooLarge { what: "a number", value: value as u64, max: max as u64 });
    }
    if value < min {
        return Err(DecodeError::Invalid { what: "a number", allowed: "at least the property's least value" });
    }
    Ok(value)
}

fn decode_path(reader: &mut Reader<'_>) -> Result<Value, DecodeError> {
    let count = reader.count("the corners of a path", limits::PATH_POINTS_MAX)?;
    let mut points = Vec::with_capacity(count);
    let (mut x, mut y) = (0i64, 0i64);
    for _ in 0..count {
        for value in [&mut x, &mut y] {
            *value = value.saturating_add(reader.signed("a corner")?);
            if value.unsigned_abs() > limits::COORDINATE_MAX as u64 {
                return Err(DecodeError::TooLarge { what: "a corner", value: value.unsigned_abs(), max: limits::COORDINATE_MAX as u64 });
            }
        }
        points.push((x as i32, y as i32));
    }
    Ok(Value::Path(points))
}

/// Whether `bytes` may be set as property `key`; unknown keys take any bytes within the limit.
///
/// # Errors
/// What is wrong with them.
pub fn check_value(key: u16, bytes: &[u8]) -> Result<(), DecodeError> {
    if bytes.len() > limits::VALUE_BYTES_MAX {
        return Err(DecodeError::TooLarge {
            what: "the length of a value",
            value: bytes.len() as u64,
            max: limits::VALUE_BYTES_MAX as u64,
        });
    }
    match Key::of(key) {
        Some(key) => Value::decode(key, bytes).map(drop),
        None => Ok(()),
    }
}

/// Whether a name or title can be shown beside and within other words: it ends no line, controls no terminal, and turns nothing around
/// it (Unicode Annex 9). Marks that only say the direction of a letter beside them may stand in it.
#[must_use]
pub fn is_plain(name: &str) -> bool {
    !name.chars().any(|letter| letter.is_control() || matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_back_and_ranges_hold() {
        for (key, value) in [
            (Key::Deleted, Value::Bool(true)),
            (Key::X, Value::Int(-limits::COORDINATE_MAX)),
            (Key::Color, Value::Color([1, 2, 3, 4])),
            (Key::Path, Value::Path(vec![(0, 0), (-8, 800), (5, 5)])),
            (Key::Asset, Value::Hash([7; 32])),
            (Key::From, Value::Record(OpId::new(9, 3))),
            (Key::Title, Value::Text("島の学校".into())),
            (Key::Holder, Value::Token([9; 16])),
            (Key::Hand, Value::InSession { session: 1_700_000_000_000, value: 1_700_000_000_123 }),
            (Key::Spotlight, Value::InSession { session: 0, value: i64::MIN }),
        ] {
            assert_eq!(Value::decode(key, &value.encode()), Ok(Some(value)));
        }
        assert!(check_value(Key::X.number(), &Value::Int(limits::COORDINATE_MAX + 1).encode()).is_err());
        assert!(check_value(Key::Width.number(), &Value::Int(-1).encode()).is_err());
        assert!(check_value(Key::Deleted.number(), &[2]).is_err());
        assert!(check_value(Key::Deleted.number(), &[1, 1]).is_err());
        assert!(check_value(Key::Writing.number(), &Value::InSession { session: -1, value: 0 }.encode()).is_err());
        assert!(check_value(Key::Writing.number(), &Value::InSession { session: 1, value: 2 }.encode()).is_err());
        assert!(check_value(9_999, &[1, 1]).is_ok());
        assert_eq!(Value::decode(Key::Fill, &[]), Ok(None));
    }
}
