//! Reading and writing of the compact layouts (WIRE section 2): whole numbers as little-endian
//! base 128, seven bits a byte, the high bit says that more follows. Only the shortest form of a
//! number is read, so that equal values have equal bytes.

use crate::ids::{ActorId, OpId};

/// Outside bytes that are not what they should be.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DecodeError {
    /// The bytes end within something.
    #[error("the bytes end within {0}")]
    Truncated(&'static str),
    /// Bytes follow where nothing should.
    #[error("{0} bytes follow after the end")]
    Trailing(usize),
    /// A number or length is greater than it may be.
    #[error("{what} is {value}, at most {max} is allowed")]
    TooLarge {
        /// What was read.
        what: &'static str,
        /// What it was.
        value: u64,
        /// What is allowed.
        max: u64,
    },
    /// A value has no meaning.
    #[error("{what} must be {allowed}")]
    Invalid {
        /// What was read.
        what: &'static str,
        /// What is allowed.
        allowed: &'static str,
    },
    /// An actor's number that the table does not hold.
    #[error("actor number {0} is not in the table")]
    UnknownActor(u64),
}

/// Numbers for actors: zero stands for actor zero, others for places in a table.
pub trait ActorRefs {
    /// The number of `actor`; tables that can grow take it in.
    fn number(&mut self, actor: ActorId) -> u64;
}

/// Actors by number.
pub trait ActorNames {
    /// The actor with this number.
    ///
    /// # Errors
    /// [`DecodeError::UnknownActor`] if there is none.
    fn name(&self, number: u64) -> Result<ActorId, DecodeError>;
}

/// A table in order of first use; number 0 is actor zero and not in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActorTable(pub Vec<ActorId>);

impl ActorRefs for ActorTable {
    fn number(&mut self, actor: ActorId) -> u64 {
        if actor.0 == 0 {
            return 0;
        }
        let place = self.0.iter().position(|&known| known == actor).unwrap_or_else(|| {
            self.0.push(actor);
            self.0.len() - 1
        });
        place as u64 + 1
    }
}

impl ActorNames for ActorTable {
    fn name(&self, number: u64) -> Result<ActorId, DecodeError> {
        if number == 0 {
            return Ok(ActorId(0));
        }
        let place = usize::try_from(number - 1).map_err(|_| DecodeError::UnknownActor(number))?;
        self.0.get(place).copied().ok_or(DecodeError::UnknownActor(number))
    }
}

/// Writes a number.
pub fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Writes a signed number: zigzag, then as [`put`].
pub fn put_signed(out: &mut Vec<u8>, value: i64) {
    put(out, ((value << 1) ^ (value >> 63)) as u64);
}

/// Writes a length and the bytes.
pub fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Writes an op's name by the actor's number.
pub fn put_op_id(out: &mut Vec<u8>, id: OpId, actors: &mut impl ActorRefs) {
    put(out, actors.number(id.actor));
    put(out, id.counter);
}

/// Reads the compact layouts from outside bytes.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from the beginning of `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// How many bytes are left.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.bytes.len()
    }

    /// What is left.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// One byte.
    ///
    /// # Errors
    /// At the end of the bytes.
    pub fn byte(&mut self, what: &'static str) -> Result<u8, DecodeError> {
        let (&first, rest) = self.bytes.split_first().ok_or(DecodeError::Truncated(what))?;
        self.bytes = rest;
        Ok(first)
    }

    /// A number.
    ///
    /// # Errors
    /// At the end of the bytes, past 64 bits, or if a shorter form exists.
    pub fn number(&mut self, what: &'static str) -> Result<u64, DecodeError> {
        let mut value = 0u64;
        for place in 0..10 {
            let byte = self.byte(what)?;
            let bits = u64::from(byte & 0x7f);
            if place == 9 && bits > 1 {
                return Err(DecodeError::Invalid { what, allowed: "a number of 64 bits" });
            }
            value |= bits << (place * 7);
            if byte & 0x80 == 0 {
                if bits == 0 && place > 0 {
                    return Err(DecodeError::Invalid { what, allowed: "in its shortest form" });
                }
                return Ok(value);
            }
        }
        Err(DecodeError::Invalid { what, allowed: "a number of 64 bits" })
    }

    /// A number of at most `max`.
    ///
    /// # Errors
    /// As [`Self::number`], and beyond `max`.
    pub fn number_to(&mut self, what: &'static str, max: u64) -> Result<u64, DecodeError> {
        let value = self.number(what)?;
        if value > max { Err(DecodeError::TooLarge { what, value, max }) } else { Ok(value) }
    }

    /// A signed number.
    ///
    /// # Errors
    /// As [`Self::number`].
    pub fn signed(&mut self, what: &'static str) -> Result<i64, DecodeError> {
        let value = self.number(what)?;
        Ok(((value >> 1) as i64) ^ -((value & 1) as i64))
    }

    /// A count of things of which each takes at least one byte, so a lying count cannot make the
    /// reader allocate more than the bytes it was given.
    ///
    /// # Errors
    /// Beyond `max`, or more than there are bytes left.
    pub fn count(&mut self, what: &'static str, max: usize) -> Result<usize, DecodeError> {
        let count = self.number_to(what, max as u64)? as usize;
        if count > self.left() { Err(DecodeError::Truncated(what)) } else { Ok(count) }
    }

    /// So many bytes.
    ///
    /// # Errors
    /// At the end of the bytes.
    pub fn take(&mut self, what: &'static str, length: usize) -> Result<&'a [u8], DecodeError> {
        if length > self.bytes.len() {
            return Err(DecodeError::Truncated(what));
        }
        let (taken, rest) = self.bytes.split_at(length);
        self.bytes = rest;
        Ok(taken)
    }

    /// A length of at most `max`, and the bytes.
    ///
    /// # Errors
    /// Beyond `max`, or at the end of the bytes.
    pub fn bytes(&mut self, what: &'static str, max: usize) -> Result<&'a [u8], DecodeError> {
        let length = self.number_to(what, max as u64)? as usize;
        self.take(what, length)
    }

    /// A text of at most `max` bytes.
    ///
    /// # Errors
    /// As [`Self::bytes`], and if it is not UTF-8.
    pub fn text(&mut self, what: &'static str, max: usize) -> Result<&'a str, DecodeError> {
        let bytes = self.bytes(what, max)?;
        std::str::from_utf8(bytes).map_err(|_| DecodeError::Invalid { what, allowed: "UTF-8" })
    }

    /// A fixed number of bytes.
    ///
    /// # Errors
    /// At the end of the bytes.
    pub fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], DecodeError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(what, N)?);
        Ok(array)
    }

    /// An op's name.
    ///
    /// # Errors
    /// If the actor's number is unknown, or at the end of the bytes.
    pub fn op_id(&mut self, what: &'static str, actors: &impl ActorNames) -> Result<OpId, DecodeError> {
        let actor = actors.name(self.number(what)?)?;
        Ok(OpId { actor, counter: self.number(what)? })
    }

    /// An actor in full, eight bytes little-endian.
    ///
    /// # Errors
    /// At the end of the bytes.
    pub fn actor(&mut self, what: &'static str) -> Result<ActorId, DecodeError> {
        Ok(ActorId(u64::from_le_bytes(self.array(what)?)))
    }

    /// Makes sure that nothing follows.
    ///
    /// # Errors
    /// If something does.
    pub const fn end(&self) -> Result<(), DecodeError> {
        if self.bytes.is_empty() { Ok(()) } else { Err(DecodeError::Trailing(self.bytes.len())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_read_back(value: u64, signed: i64) {
            let mut out = Vec::new();
            put(&mut out, value);
            put_signed(&mut out, signed);
            let mut reader = Reader::new(&out);
            prop_assert_eq!(reader.number("n"), Ok(value));
            prop_assert_eq!(reader.signed("n"), Ok(signed));
            prop_assert_eq!(reader.end(), Ok(()));
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            while reader.number("n").is_ok() {}
            let _ = Reader::new(&bytes).text("t", 10);
        }
    }

    #[test]
    fn only_the_shortest_form_is_read() {
        assert!(Reader::new(&[0x80, 0x00]).number("n").is_err());
        assert!(Reader::new(&[0xff; 11]).number("n").is_err());
        assert_eq!(Reader::new(&[0x80, 0x01]).number("n"), Ok(128));
    }
}
