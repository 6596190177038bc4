//! A record: an id, a kind, properties that merge one by one, and ink or text where its kind has it.

use crate::ids::{OpId, RecordId, Stamp};
use crate::ink::Ink;
use crate::op::Property;
use crate::schema::{Key, Kind, Value};
use crate::text::Text;

/// A property with who set it when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// A number of [`Key`], or one this version does not know.
    pub key: u16,
    /// The winner's stamp.
    pub stamp: Stamp,
    /// Empty: unset.
    pub value: Box<[u8]>,
}

/// One record of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    id: RecordId,
    kind: u16,
    /// The creating op's clock; its actor is the id's.
    created: u64,
    /// Ascending by key.
    entries: Vec<Entry>,
    ink: Option<Box<Ink>>,
    text: Option<Box<Text>>,
    purged: bool,
}

impl Record {
    /// A record as its creating op makes it.
    #[must_use]
    pub fn new(id: RecordId, kind: u16, created: Stamp, properties: &[Property]) -> Self {
        let mut record =
            Self { id, kind, created: created.clock, entries: Vec::with_capacity(properties.len()), ink: None, text: None, purged: false };
        for property in properties {
            record.set(created, property);
        }
        record
    }

    /// Its name, which is its creating op's.
    #[must_use]
    pub const fn id(&self) -> RecordId {
        self.id
    }

    /// Its kind's number.
    #[must_use]
    pub const fn kind_number(&self) -> u16 {
        self.kind
    }

    /// Its kind, if this version knows it.
    #[must_use]
    pub const fn kind(&self) -> Option<Kind> {
        Kind::of(self.kind)
    }

    /// The creating op's stamp.
    #[must_use]
    pub const fn created(&self) -> Stamp {
        Stamp { clock: self.created, actor: self.id.actor }
    }

    /// Whether its content was purged for good.
    #[must_use]
    pub const fn purged(&self) -> bool {
        self.purged
    }

    /// All properties that were ever set, ascending by key.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// A property's entry.
    #[must_use]
    pub fn entry(&self, key: u16) -> Option<&Entry> {
        self.entries.binary_search_by_key(&key, |entry| entry.key).ok().map(|place| &self.entries[place])
    }

    /// The stamp a property bears: its own, or the creation's if it was never set. Undo compares it.
    #[must_use]
    pub fn stamp_of(&self, key: u16) -> Stamp {
        self.entry(key).map_or(self.created(), |entry| entry.stamp)
    }

    /// A property's value; `None` if it is unset or not readable.
    #[must_use]
    pub fn get(&self, key: Key) -> Option<Value> {
        self.entry(key.number()).and_then(|entry| Value::decode(key, &entry.value).ok().flatten())
    }

    /// A number; 0 if unset.
    #[must_use]
    pub fn int(&self, key: Key) -> i64 {
        match self.get(key) {
            Some(Value::Int(value)) => value,
            _ => 0,
        }
    }

    /// Yes or no; no if unset.
    #[must_use]
    pub fn is(&self, key: Key) -> bool {
        self.get(key) == Some(Value::Bool(true))
    }

    /// Whether it is shown: neither deleted nor purged.
    #[must_use]
    pub fn visible(&self) -> bool {
        !self.purged && !self.is(Key::Deleted)
    }

    /// Its order key; empty if unset.
    #[must_use]
    pub fn order(&self) -> &[u8] {
        self.entry(Key::Order.number()).map_or(&[], |entry| &entry.value)
    }

    /// Its ink.
    #[must_use]
    pub fn ink(&self) -> Option<&Ink> {
        self.ink.as_deref()
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> Option<&Text> {
        self.text.as_deref()
    }

    /// Whether ink may be appended: by kind, or the kind is unknown.
    #[must_use]
    pub const fn takes_ink(&self) -> bool {
        match self.kind() {
            Some(kind) => kind.has_ink(),
            None => true,
        }
    }

    /// Whether text may be inserted: by kind, or the kind is unknown.
    #[must_use]
    pub const fn takes_text(&self) -> bool {
        match self.kind() {
            Some(kind) => kind.has_text(),
            None => true,
        }
    }

    /// Sets a property if `stamp` is greater than the present one's (SPEC MERGE-1). Gives what
    /// stood there before if it was set.
    pub(crate) fn set(&mut self, stamp: Stamp, property: &Property) -> Option<Replaced> {
        let value = || property.value.clone().into_boxed_slice();
        match self.entries.binary_search_by_key(&property.key, |entry| entry.key) {
            Ok(place) => {
                let entry = &mut self.entries[place];
                if stamp <= entry.stamp {
                    return None;
                }
                let replaced = Replaced { stamp: entry.stamp, value: std::mem::replace(&mut entry.value, value()).into_vec() };
                entry.stamp = stamp;
                Some(replaced)
            }
            Err(place) => {
                self.entries.insert(place, Entry { key: property.key, stamp, value: value() });
                Some(Replaced { stamp: self.created(), value: Vec::new() })
            }
        }
    }

    pub(crate) fn ink_mut(&mut self) -> &mut Ink {
        self.ink.get_or_insert_default()
    }

    pub(crate) fn text_mut(&mut self) -> &mut Text {
        self.text.get_or_insert_with(|| Box::new(Text::new()))
    }

    pub(crate) fn purge(&mut self) {
        self.entries = Vec::new();
        self.ink = None;
        self.text = None;
        self.purged = true;
    }

    /// Puts a record together again from a snapshot's parts.
    pub(crate) fn restore(
        id: OpId,
        kind: u16,
        created: u64,
        entries: Vec<Entry>,
        ink: Option<Box<Ink>>,
        text: Option<Box<Text>>,
        purged: bool,
    ) -> Self {
        Self { id, kind, created, entries, ink, text, purged }
    }
}

/// What a property was before it was set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Replaced {
    pub stamp: Stamp,
    pub value: Vec<u8>,
}
