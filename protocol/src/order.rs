//! Fractional order keys: where a record stands among its siblings, as a property that merges by
//! itself (SPEC ORD-1). A key is a base-256 fraction that does not end in zero; between any two
//! there is a third. Equal keys are ordered by record.
//!
//! Keys at either end count in their first three bytes, so that millions of strokes laid one upon
//! the other have keys of three bytes; only insertion between two neighbours makes keys longer, by
//! a byte for some seven insertions at the same place.

use crate::limits::ORDER_KEY_BYTES_MAX;

/// How a key may look.
pub const FORM: &str = "1 to 128 bytes, of which the last is not zero";

/// Whether `key` may be used.
#[must_use]
pub fn is_valid(key: &[u8]) -> bool {
    (1..=ORDER_KEY_BYTES_MAX).contains(&key.len()) && key.last() != Some(&0)
}

/// A key between two others; `None` means before all or after all. `None` comes back when there is
/// no room left within the length limit, or `after` is not below `before`.
#[must_use]
pub fn between(after: Option<&[u8]>, before: Option<&[u8]>) -> Option<Vec<u8>> {
    let counted = match (after, before) {
        (None, None) => Some(0x80_0080),
        (Some(after), None) => head(after).checked_add(1).map(|next| if next & 0xff == 0 { next + 1 } else { next }),
        (None, Some(before)) => {
            head(before).checked_sub(1).and_then(|next| if next & 0xff == 0 { next.checked_sub(1) } else { Some(next) })
        }
        (Some(_), Some(_)) => None,
    };
    match counted {
        Some(counted) if counted <= 0xff_ffff => Some(counted.to_be_bytes()[1..].to_vec()),
        _ => halfway(after.unwrap_or(&[]), before),
    }
}

/// The first three bytes as a number.
fn head(key: &[u8]) -> u32 {
    (0..3).fold(0, |value, place| (value << 8) | u32::from(key.get(place).copied().unwrap_or(0)))
}

fn halfway(low: &[u8], before: Option<&[u8]>) -> Option<Vec<u8>> {
    if before.is_some_and(|high| low >= high) {
        return None;
    }
    let mut key = Vec::with_capacity(low.len() + 1);
    let mut high = before;
    for place in 0..ORDER_KEY_BYTES_MAX {
        let floor = u16::from(low.get(place).copied().unwrap_or(0));
        let ceiling = high.map_or(256, |high| u16::from(high.get(place).copied().unwrap_or(0)));
        if ceiling > floor + 1 {
            key.push(((floor + ceiling) / 2) as u8);
            return Some(key);
        }
        key.push(floor as u8);
        if ceiling > floor {
            // The digits differ by one: from here on anything above `low` is below `before`.
            high = None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        // SPEC ORD-1.
        #[test]
        fn a_key_fits_between_any_two(places in proptest::collection::vec(0usize..1000, 1..300)) {
            let mut keys: Vec<Vec<u8>> = Vec::new();
            for place in places {
                let place = place % (keys.len() + 1);
                let after = place.checked_sub(1).map(|i| keys[i].as_slice());
                let before = keys.get(place).map(Vec::as_slice);
                let key = between(after, before).expect("room");
                prop_assert!(is_valid(&key));
                prop_assert!(after.is_none_or(|a| a < key.as_slice()));
                prop_assert!(before.is_none_or(|b| key.as_slice() < b));
                keys.insert(place, key);
            }
        }
    }

    #[test]
    fn keys_at_the_ends_stay_short() {
        let (mut last, mut first): (Option<Vec<u8>>, Option<Vec<u8>>) = (None, None);
        for _ in 0..100_000 {
            let next = between(last.as_deref(), None).expect("room");
            assert!(last.as_ref().is_none_or(|l| l < &next) && next.len() == 3);
            last = Some(next);
            let next = between(None, first.as_deref()).expect("room");
            assert!(first.as_ref().is_none_or(|f| f > &next) && next.len() == 3);
            first = Some(next);
        }
    }

    #[test]
    fn equal_or_swapped_neighbours_leave_no_room() {
        assert_eq!(between(Some(&[5]), Some(&[5])), None);
        assert_eq!(between(Some(&[6]), Some(&[5])), None);
    }
}
