//! A map for few entries, or for entries that mostly come in order: a sorted list. It behaves as the
//! standard library's ordered map, of which every pair of types adds kilobytes to the WebAssembly
//! core. Inserting and removing move all entries behind the place, so it is not for what may be
//! both large and out of order, such as a page's records.

use std::ops::Index;

/// Values by key, in the order of their keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SortedMap<K, V>(Vec<(K, V)>);

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, V> SortedMap<K, V> {
    /// One without entries.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many entries there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Removes all entries.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// All entries.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> + ExactSizeIterator + Clone {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// All entries, the values to be changed.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&K, &mut V)> + ExactSizeIterator {
        self.0.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// All keys.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.0.iter().map(|(key, _)| key)
    }

    /// All values.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.0.iter().map(|(_, value)| value)
    }

    /// All values, to be changed.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut V> + ExactSizeIterator {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// The entry with the greatest key.
    #[must_use]
    pub fn last_key_value(&self) -> Option<(&K, &V)> {
        self.0.last().map(|(key, value)| (key, value))
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    /// Where the key is, or where it would be.
    fn place(&self, key: &K) -> Result<usize, usize> {
        // Most keys are new, and greater than all others.
        match self.0.last() {
            Some((last, _)) if last < key => Err(self.0.len()),
            _ => self.0.binary_search_by(|(known, _)| known.cmp(key)),
        }
    }

    /// A key's value.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.place(key).ok().map(|place| &self.0[place].1)
    }

    /// A key's value, to be changed.
    #[must_use]
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.place(key).ok().map(|place| &mut self.0[place].1)
    }

    /// Whether the key has a value.
    #[must_use]
    pub fn contains_key(&self, key: &K) -> bool {
        self.place(key).is_ok()
    }

    /// Sets a key's value, and gives the one it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(place) => Some(std::mem::replace(&mut self.0[place].1, value)),
            Err(place) => {
                self.0.insert(place, (key, value));
                None
            }
        }
    }

    /// A key's value, which is the default one if it had none.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let place = self.place(&key).unwrap_or_else(|place| {
            self.0.insert(place, (key, V::default()));
            place
        });
        &mut self.0[place].1
    }

    /// Takes a key's value out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.place(key).ok().map(|place| self.0.remove(place).1)
    }

    /// Takes the entry with the least key out.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        (!self.0.is_empty()).then(|| self.0.remove(0))
    }

    /// The entries from a key on.
    pub fn from_key<'a>(&'a self, key: &K) -> impl Iterator<Item = (&'a K, &'a V)> + use<'a, K, V> {
        let (Ok(place) | Err(place)) = self.place(key);
        self.0[place..].iter().map(|(key, value)| (key, value))
    }
}

impl<K: Ord, V> Index<&K> for SortedMap<K, V> {
    type Output = V;

    /// # Panics
    /// If the key has no value.
    fn index(&self, key: &K) -> &V {
        self.get(key).expect("the caller knows that the key has a value")
    }
}

impl<K: Ord, V> Extend<(K, V)> for SortedMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

/// Of entries with the same key the last counts.
impl<K: Ord, V> FromIterator<(K, V)> for SortedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut list: Vec<(K, V)> = entries.into_iter().collect();
        list.sort_by(|(a, _), (b, _)| a.cmp(b));
        // Of two neighbours with one key the second is dropped, so it first gives its value away.
        list.dedup_by(|(key, value), (kept, first)| {
            let same = key == kept;
            if same {
                std::mem::swap(value, first);
            }
            same
        });
        Self(list)
    }
}

impl<K: Ord, V, const N: usize> From<[(K, V); N]> for SortedMap<K, V> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<K, V> IntoIterator for SortedMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Action {
        Insert(u8, u16),
        Add(u8),
        Remove(u8),
        PopFirst,
    }

    fn action() -> impl Strategy<Value = Action> {
        prop_oneof![
            4 => (0..40_u8, any::<u16>()).prop_map(|(key, value)| Action::Insert(key, value)),
            2 => (0..40_u8).prop_map(Action::Add),
            2 => (0..40_u8).prop_map(Action::Remove),
            1 => Just(Action::PopFirst),
        ]
    }

    proptest! {
        #[test]
        fn it_is_as_the_ordered_map(start in prop::collection::vec((0..40_u8, any::<u16>()), 0..30), actions in prop::collection::vec(action(), 0..60)) {
            let mut map: SortedMap<u8, u16> = start.iter().copied().collect();
            let mut model: BTreeMap<u8, u16> = start.into_iter().collect();
            for action in actions {
                match action {
                    Action::Insert(key, value) => prop_assert_eq!(map.insert(key, value), model.insert(key, value)),
                    Action::Add(key) => {
                        let (value, wanted) = (map.or_default(key), model.entry(key).or_default());
                        *value = value.wrapping_add(1);
                        *wanted = wanted.wrapping_add(1);
                    }
                    Action::Remove(key) => prop_assert_eq!(map.remove(&key), model.remove(&key)),
                    Action::PopFirst => prop_assert_eq!(map.pop_first(), model.pop_first()),
                }
                prop_assert!(map.iter().eq(model.iter()));
                prop_assert!(map.from_key(&20).eq(model.range(20..)));
                prop_assert_eq!(map.last_key_value(), model.last_key_value());
                prop_assert!((0..41).all(|key| map.get(&key) == model.get(&key)));
            }
        }
    }
}
