//! Redundant audio (RFC 2198): a packet that holds itself and earlier ones, so that a lost packet comes
//! again with the next. Only its headers are read.

use std::sync::Arc;

/// Bytes of the header of an earlier block: a type, how far back, how long.
const EARLIER: usize = 4;
/// The bit that says that another block follows.
const MORE: u8 = 0x80;

/// Where the headers of the earlier blocks are, and where the one of the last is.
fn headers(payload: &[u8]) -> Option<(Vec<usize>, usize)> {
    let (mut earlier, mut at) = (Vec::new(), 0);
    while payload.get(at)? & MORE != 0 {
        earlier.push(at);
        at += EARLIER;
    }
    Some((earlier, at))
}

/// The last block alone: what the packet is without redundancy. `None`: it is malformed.
#[must_use]
pub fn primary(payload: &[u8]) -> Option<&[u8]> {
    let (earlier, last) = headers(payload)?;
    let lengths = earlier.iter().map(|at| Some((usize::from(payload.get(at + 2)? & 3) << 8) | usize::from(*payload.get(at + 3)?)));
    let before: usize = lengths.sum::<Option<usize>>()?;
    payload.get(last + 1 + before..)
}

/// The same packet with its blocks of another payload type: each page numbers its types itself.
#[must_use]
pub fn renamed(payload: &Arc<[u8]>, pt: u8) -> Option<Arc<[u8]>> {
    let (earlier, last) = headers(payload)?;
    let named = |at: usize| payload[at] & !MORE == pt;
    if earlier.iter().all(|at| named(*at)) && named(last) {
        return Some(Arc::clone(payload));
    }
    let mut renamed = payload.to_vec();
    for at in earlier.into_iter().chain([last]) {
        *renamed.get_mut(at)? = (payload[at] & MORE) | pt;
    }
    Some(renamed.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two blocks of type 111: two bytes from 960 ticks back, and three now.
    const TWO: [u8; 10] = [0x80 | 111, 0x0f, 0x00, 0x02, 111, 1, 2, 3, 4, 5];

    #[test]
    fn the_last_block_is_the_packet() {
        assert_eq!(primary(&TWO), Some(&[3, 4, 5][..]));
        assert_eq!(primary(&[111, 9]), Some(&[9][..]));
        for cut in 0..5 {
            assert_eq!(primary(&TWO[..cut]), None, "{cut}");
        }
        assert_eq!(primary(&[0x80 | 111, 0, 3, 0xff, 111, 1]), None, "a block longer than the packet");
    }

    #[test]
    fn blocks_get_the_readers_type() {
        let given: Arc<[u8]> = TWO.into();
        let renamed = renamed(&given, 96).expect("well formed");
        assert_eq!(*renamed, [0x80 | 96, 0x0f, 0x00, 0x02, 96, 1, 2, 3, 4, 5]);
        assert_eq!(primary(&renamed), Some(&[3, 4, 5][..]));
        assert_eq!(super::renamed(&Arc::from([0x80_u8]), 96), None);
    }
}
