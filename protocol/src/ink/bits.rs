//! Bits in a byte string, most significant first, and the two codes made of them.
//!
//! This file knows numbers, not ink: what a number means is in `state.rs` and `read.rs`.

use super::InkError;

/// Quotients from here on leave the Rice code for the long code. Eight keeps the worst short code
/// (8 bits and the remainder) below the cost of the long one for values near the mean.
const QUOTIENT_END: u32 = 8;

/// Writes bits at the end of a byte string, from a byte border on.
pub(super) struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    /// Bits not yet written, right-aligned; fewer than 8 between calls.
    held: u64,
    held_bits: u32,
}

impl<'a> BitWriter<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, held: 0, held_bits: 0 }
    }

    /// Writes the low `count` bits of `value`; `count` is 32 at most.
    pub(super) fn bits(&mut self, value: u32, count: u32) {
        debug_assert!(count <= 32);
        let mask = (1u64 << count) - 1;
        self.held = (self.held << count) | (u64::from(value) & mask);
        self.held_bits += count;
        while self.held_bits >= 8 {
            self.held_bits -= 8;
            // The cast keeps exactly the eight oldest bits held.
            self.out.push((self.held >> self.held_bits) as u8);
        }
        self.held &= (1u64 << self.held_bits) - 1;
    }

    /// Elias gamma: `value >= 1` as L zeros, then its L + 1 bits.
    pub(super) fn gamma(&mut self, value: u32) {
        let low_bits = value.ilog2();
        self.bits(0, low_bits);
        self.bits(value, low_bits + 1);
    }

    /// The long code: five bits L, then the L bits below the highest one of `value + 1`.
    pub(super) fn long(&mut self, value: u32) {
        let above = value + 1;
        let low_bits = above.ilog2();
        self.bits(low_bits, 5);
        self.bits(above, low_bits);
    }

    /// Rice code with parameter `k`: the quotient in ones, a zero, `k` bits; or eight ones and the long code.
    pub(super) fn rice(&mut self, value: u32, k: u32) {
        let quotient = value >> k;
        if quotient < QUOTIENT_END {
            self.bits(((1 << quotient) - 1) << 1, quotient + 1);
            self.bits(value, k);
        } else {
            self.bits((1 << QUOTIENT_END) - 1, QUOTIENT_END);
            self.long(value);
        }
    }

    /// Fills the last byte with zero bits and writes it.
    pub(super) fn finish(mut self) {
        let rest = self.held_bits % 8;
        if rest != 0 {
            self.bits(0, 8 - rest);
        }
    }
}

/// Reads bits from a byte string; never past its end.
#[derive(Clone, Debug)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    /// The next bit to read, counted from the start of `bytes`.
    position: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    /// Bits not yet read.
    pub(super) fn left(&self) -> usize {
        self.bytes.len() * 8 - self.position
    }

    /// The next 32 bits, with zeros after the end of the bytes.
    fn peek(&self) -> u32 {
        let rest = self.bytes.get(self.position / 8..).unwrap_or(&[]);
        let window = rest.first_chunk().copied().unwrap_or_else(|| {
            let mut last = [0u8; 8];
            last[..rest.len()].copy_from_slice(rest);
            last
        });
        // Of 64 bits, at most 7 lie before the position, so the upper 32 are whole.
        ((u64::from_be_bytes(window) << (self.position % 8)) >> 32) as u32
    }

    fn skip(&mut self, count: u32) -> Result<(), InkError> {
        let count = count as usize;
        if count > self.left() {
            return Err(InkError::Truncated { bytes: self.bytes.len() });
        }
        self.position += count;
        Ok(())
    }

    pub(super) fn bits(&mut self, count: u32) -> Result<u32, InkError> {
        debug_assert!(count <= 32);
        if count == 0 {
            return Ok(0);
        }
        let value = self.peek() >> (32 - count);
        self.skip(count)?;
        Ok(value)
    }

    /// Elias gamma of at most `low_bits_max` bits below the highest.
    pub(super) fn gamma(&mut self, low_bits_max: u32) -> Result<u32, InkError> {
        let zeros = self.peek().leading_zeros();
        if zeros as usize >= self.left() {
            return Err(InkError::Truncated { bytes: self.bytes.len() });
        }
        if zeros > low_bits_max {
            return Err(InkError::CountTooLong { byte: self.position / 8 });
        }
        self.skip(zeros)?;
        self.bits(zeros + 1)
    }

    pub(super) fn long(&mut self) -> Result<u32, InkError> {
        let low_bits = self.bits(5)?;
        let above = (1u32 << low_bits) | self.bits(low_bits)?;
        Ok(above - 1)
    }

    pub(super) fn rice(&mut self, k: u32) -> Result<u32, InkError> {
        // One look is enough: quotient, its end and the remainder take 8 and 14 bits at most.
        debug_assert!(QUOTIENT_END + k <= 32);
        let window = self.peek();
        let quotient = (!window).leading_zeros().min(QUOTIENT_END);
        if quotient == QUOTIENT_END {
            self.skip(quotient)?;
            return self.long();
        }
        self.skip(quotient + 1 + k)?;
        let remainder = (window << (quotient + 1)).checked_shr(32 - k).unwrap_or(0);
        Ok((quotient << k) | remainder)
    }

    /// Goes to the next byte border over bits that must be zero.
    pub(super) fn align(&mut self) -> Result<(), InkError> {
        let byte = self.position / 8;
        let rest = (8 - self.position % 8) % 8;
        // At most seven bits, so the cast keeps the value.
        if self.bits(rest as u32)? == 0 { Ok(()) } else { Err(InkError::Padding { byte }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_gives_back_what_was_written() {
        let mut values: Vec<u32> = (0..300).collect();
        values.extend((8..31).flat_map(|shift| [(1 << shift) - 1, 1 << shift, (1 << shift) + 1]));
        let mut out = Vec::new();
        let mut writer = BitWriter::new(&mut out);
        for &value in &values {
            writer.gamma(value + 1);
            writer.long(value);
            for k in [0, 1, 3, 13] {
                writer.rice(value, k);
            }
        }
        writer.finish();
        let mut reader = BitReader::new(&out);
        for &value in &values {
            assert_eq!(reader.gamma(31), Ok(value + 1));
            assert_eq!(reader.long(), Ok(value));
            for k in [0, 1, 3, 13] {
                assert_eq!(reader.rice(k), Ok(value), "k = {k}");
            }
        }
        assert_eq!(reader.align(), Ok(()));
        assert_eq!(reader.left(), 0);
    }

    #[test]
    fn reading_past_the_end_is_an_error() {
        let mut reader = BitReader::new(&[0xff]);
        assert_eq!(reader.bits(8), Ok(0xff));
        assert_eq!(reader.bits(1), Err(InkError::Truncated { bytes: 1 }));
        assert_eq!(BitReader::new(&[]).rice(3), Err(InkError::Truncated { bytes: 0 }));
        assert_eq!(BitReader::new(&[0]).gamma(12), Err(InkError::Truncated { bytes: 1 }));
        assert_eq!(BitReader::new(&[0, 1]).gamma(12), Err(InkError::CountTooLong { byte: 0 }));
    }
}
