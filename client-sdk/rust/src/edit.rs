//! From what a person does to ops: a shape on top of all others, letters at a place, a page after
//! another. An [`Edit`] gathers the ops of one change; each sees what those before it did.

use kakehashi_protocol::codec::DecodeError;
use kakehashi_protocol::ids::{DocumentId, OpId, RecordId, Stamp};
use kakehashi_protocol::ink::{self, InkState, Point};
use kakehashi_protocol::limits;
use kakehashi_protocol::op::{Op, OpBody, Property};
use kakehashi_protocol::order;
use kakehashi_protocol::record::Record;
use kakehashi_protocol::rights::Sight;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::sorted::SortedMap;
use kakehashi_protocol::text::{INSERT_CHARS_MAX, Side, Text};
use kakehashi_protocol::verdict::Reason;

use crate::client::Client;
use crate::write::{EditError, Staged};

/// Where a record goes among its siblings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reorder {
    /// Above all others.
    Front,
    /// Below all others.
    Back,
    /// Above the next higher one that is shown.
    Forward,
    /// Below the next lower one that is shown.
    Backward,
}

/// The ops of one change in the making: for [`Client::commit`], before anything else is written. It
/// borrows nothing, so each method is given the client it was begun with.
#[derive(Clone, Debug)]
pub struct Edit {
    first: OpId,
    clock: u64,
    ops: Vec<Op>,
    staged: Staged,
    /// Strokes under way: how many points they have, and the codec's state.
    inks: SortedMap<(DocumentId, RecordId), InkState>,
    tops: SortedMap<DocumentId, Vec<u8>>,
}

impl Client {
    /// Begins an edit.
    #[must_use]
    pub fn draft(&self) -> Edit {
        Edit {
            first: self.next_id(0),
            clock: self.clock.ahead(),
            ops: Vec::new(),
            staged: Staged::default(),
            inks: SortedMap::new(),
            tops: SortedMap::new(),
        }
    }
}

impl Edit {
    /// The name of its first op.
    #[must_use]
    pub const fn first(&self) -> OpId {
        self.first
    }

    /// What was gathered.
    #[must_use]
    pub fn into_ops(self) -> Vec<Op> {
        self.ops
    }

    /// Whether nothing was gathered.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    fn push(&mut self, client: &Client, document: DocumentId, body: OpBody) -> Result<OpId, EditError> {
        let id = OpId { actor: self.first.actor, counter: self.first.counter + self.ops.len() as u64 };
        // Greater than all that was seen, so that the edit sees its own values.
        let stamp = Stamp { clock: self.clock + self.ops.len() as u64, actor: id.actor };
        // A stroke is not copied for every few points: of its ink only the codec's state matters.
        if !matches!(body, OpBody::AppendInk { .. }) {
            self.staged.apply(&client.replicas, document, id, stamp, &body)?;
        }
        self.ops.push(Op { document, body });
        Ok(id)
    }

    /// A record as the edit leaves it, but for ink.
    pub fn record<'a>(&'a self, client: &'a Client, document: DocumentId, record: RecordId) -> Option<&'a Record> {
        self.staged.record(&client.replicas, client.resolve_document(document), client.resolve(record))
    }

    /// Makes a record on top of all others (unless `properties` say where), and gives its name. A page
    /// entry is made by [`Self::add_page`].
    ///
    /// # Errors
    /// [`EditError::Refused`] with [`Reason::Order`] if there is no room above.
    pub fn create(
        &mut self,
        client: &Client,
        document: DocumentId,
        kind: Kind,
        properties: &[(Key, Value)],
    ) -> Result<RecordId, EditError> {
        let document = client.resolve_document(document);
        let mut list: Vec<Property> = properties.iter().map(|(key, value)| property(*key, Some(value))).collect();
        if properties.iter().all(|(key, _)| *key != Key::Order) {
            let known = self.tops.get(&document).map(Vec::as_slice);
            let top = known.or_else(|| client.replicas.get(&document).map(|replica| replica.top.as_slice())).filter(|top| !top.is_empty());
            let key = order::between(top, None).ok_or(Reason::Order)?;
            list.push(Property { key: Key::Order.number(), value: key.clone() });
            self.tops.insert(document, key);
        }
        self.push(client, document, OpBody::Create { kind: kind.number(), properties: list })
    }

    /// Adds points to a stroke of this client's. Times are milliseconds since the stroke's first
    /// point, and never go back.
    ///
    /// # Errors
    /// [`Reason::Missing`], [`Reason::Kind`], [`Reason::Author`]; [`Reason::Points`] beyond
    /// [`limits::STROKE_POINTS_MAX`]: then a new stroke is begun; [`EditError::Value`] for a point out
    /// of range.
    pub fn append_ink(&mut self, client: &Client, document: DocumentId, stroke: RecordId, points: &[Point]) -> Result<(), EditError> {
        let (document, stroke) = (client.resolve_document(document), client.resolve(stroke));
        if points.is_empty() {
            return Ok(());
        }
        let record = self.staged.record(&client.replicas, document, stroke).ok_or(Reason::Missing)?;
        if !record.takes_ink() {
            return Err(Reason::Kind.into());
        }
        if stroke.actor != self.first.actor {
            return Err(Reason::Author.into());
        }
        let mut state = match self.inks.get(&(document, stroke)) {
            Some(state) => *state,
            None => record.ink().and_then(|ink| ink.state().ok().copied()).unwrap_or_default(),
        };
        for points in points.chunks(ink::CHUNK_POINTS_MAX as usize) {
            let offset = state.points();
            if offset as usize + points.len() > limits::STROKE_POINTS_MAX {
                return Err(Reason::Points.into());
            }
            let mut chunk = Vec::with_capacity(points.len() * 4);
            ink::encode(&mut state, points, &mut chunk).map_err(|_| DecodeError::Invalid {
                what: "a point",
                allowed: "within the page's range, later than the one before, at most ten minutes after the first",
            })?;
            self.push(client, document, OpBody::AppendInk { record: stroke, offset, points: points.len() as u32, ink: chunk })?;
        }
        self.inks.insert((document, stroke), state);
        Ok(())
    }

    /// Sets properties; `None` unsets one.
    ///
    /// # Errors
    /// [`Reason::Missing`].
    pub fn set(
        &mut self,
        client: &Client,
        document: DocumentId,
        record: RecordId,
        properties: &[(Key, Option<Value>)],
    ) -> Result<(), EditError> {
        let (document, record) = (client.resolve_document(document), client.resolve(record));
        let properties = properties.iter().map(|(key, value)| property(*key, value.as_ref())).collect();
        self.push(client, document, OpBody::Set { record, properties }).map(drop)
    }

    /// Hides records; undo brings them back.
    ///
    /// # Errors
    /// [`Reason::Missing`].
    pub fn remove(&mut self, client: &Client, document: DocumentId, records: &[RecordId]) -> Result<(), EditError> {
        records.iter().try_for_each(|record| self.set(client, document, *record, &[(Key::Deleted, Some(Value::Bool(true)))]))
    }

    /// Puts a record elsewhere among its siblings. Nothing happens if it is there already.
    ///
    /// # Errors
    /// [`Reason::Missing`]; [`Reason::Order`] if there is no room.
    pub fn reorder(&mut self, client: &Client, document: DocumentId, record: RecordId, to: Reorder) -> Result<(), EditError> {
        let (document, record) = (client.resolve_document(document), client.resolve(record));
        let Some((after, before)) = self.neighbours(client, document, record, to)? else { return Ok(()) };
        let key = order_between(after.as_deref(), before.as_deref())?;
        self.set(client, document, record, &[(Key::Order, Some(Value::Order(key)))])
    }

    /// Between which keys a record would stand; `None` if it stands there already.
    fn neighbours(&self, client: &Client, document: DocumentId, record: RecordId, to: Reorder) -> Result<Option<Neighbours>, EditError> {
        let own = self.staged.record(&client.replicas, document, record).ok_or(Reason::Missing)?;
        let here = (own.order(), own.id());
        let others = || {
            self.staged
                .records(&client.replicas, document)
                .filter(|other| other.id() != record && other.visible() && shares_order(own, other))
        };
        let places = || others().map(|other| (other.order(), other.id()));
        let above = places().filter(|place| *place > here);
        let below = places().filter(|place| *place < here);
        // The order beside which it comes to stand, and the one beyond it; only these two are copied.
        let (after, before) = match to {
            Reorder::Front => (above.max().map(|(order, _)| order), None),
            Reorder::Back => (None, below.min().map(|(order, _)| order)),
            Reorder::Forward => {
                let next = above.min().map(|(order, _)| order);
                (next, next.and_then(|next| places().map(|(order, _)| order).filter(|order| *order > next).min()))
            }
            Reorder::Backward => {
                let next = below.max().map(|(order, _)| order);
                (next.and_then(|next| places().map(|(order, _)| order).filter(|order| *order < next).max()), next)
            }
        };
        if after.is_none() && before.is_none() {
            return Ok(None);
        }
        Ok(Some((after.map(<[u8]>::to_vec), before.map(<[u8]>::to_vec))))
    }

    /// Inserts characters before the visible character at position `at`, or at the end. Positions
    /// count Unicode scalar values.
    ///
    /// # Errors
    /// [`Reason::Missing`], [`Reason::Kind`].
    pub fn insert_text(&mut self, client: &Client, document: DocumentId, record: RecordId, at: usize, text: &str) -> Result<(), EditError> {
        let (document, record) = (client.resolve_document(document), client.resolve(record));
        let mut at = at.min(self.staged.record(&client.replicas, document, record).and_then(Record::text).map_or(0, Text::len));
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.char_indices().nth(INSERT_CHARS_MAX).map_or(rest.len(), |(byte, _)| byte);
            let (part, left) = rest.split_at(end);
            let target = self.staged.record(&client.replicas, document, record).ok_or(Reason::Missing)?;
            let (parent, side) = target.text().map_or((None, Side::Right), |text| text.place(at));
            self.push(client, document, OpBody::InsertText { record, parent, side, text: part.to_owned() })?;
            at += part.chars().count();
            rest = left;
        }
        Ok(())
    }

    /// Hides `len` visible characters from position `at` on, or as many as there are.
    ///
    /// # Errors
    /// [`Reason::Missing`].
    pub fn delete_text(&mut self, client: &Client, document: DocumentId, record: RecordId, at: usize, len: usize) -> Result<(), EditError> {
        let (document, record) = (client.resolve_document(document), client.resolve(record));
        let target = self.staged.record(&client.replicas, document, record).ok_or(Reason::Missing)?;
        let spans = target.text().map(|text| text.spans(at, len)).unwrap_or_default();
        for spans in spans.chunks(limits::CHANGE_OPS_MAX) {
            self.push(client, document, OpBody::MarkText { record, spans: spans.to_vec(), visible: false })?;
        }
        Ok(())
    }

    /// Adds an empty page after page `after`, or at the end. To write on it, commit and
    /// [`Client::open`] it, or write in the same edit.
    ///
    /// # Errors
    /// [`Reason::Order`] if there is no room.
    pub fn add_page(&mut self, client: &Client, after: Option<DocumentId>) -> Result<DocumentId, EditError> {
        self.add_page_at(client, DocumentId::COVER, after)
    }

    /// Adds an empty page at a desk, which its participant and those who lead see and nobody else
    /// (SPEC SEE-2), after page `after` of that desk, or at its end.
    ///
    /// # Errors
    /// As [`Self::add_page`]; [`Reason::Missing`] if `after` stands elsewhere.
    pub fn add_page_at(&mut self, client: &Client, desk: DocumentId, after: Option<DocumentId>) -> Result<DocumentId, EditError> {
        let key = self.page_key(client, desk, None, after.map(|after| client.resolve(after.0)), after.is_none())?;
        self.create(client, desk, Kind::Page, &[(Key::Order, Value::Order(key))]).map(DocumentId)
    }

    /// Sets properties of a page entry.
    ///
    /// # Errors
    /// [`Reason::Missing`].
    pub fn set_page(&mut self, client: &Client, page: DocumentId, properties: &[(Key, Option<Value>)]) -> Result<(), EditError> {
        let page = client.resolve(page.0);
        self.set(client, self.listing(client, page), page, properties)
    }

    /// Hides a page with all that is on it; undo brings it back.
    ///
    /// # Errors
    /// [`Reason::Missing`].
    pub fn remove_page(&mut self, client: &Client, page: DocumentId) -> Result<(), EditError> {
        self.set_page(client, page, &[(Key::Deleted, Some(Value::Bool(true)))])
    }

    /// Moves a page to stand after page `after`, or first, in the cover or at the desk where it is.
    ///
    /// # Errors
    /// [`Reason::Missing`]; [`Reason::Order`] if there is no room.
    pub fn move_page(&mut self, client: &Client, page: DocumentId, after: Option<DocumentId>) -> Result<(), EditError> {
        let page = client.resolve(page.0);
        let listing = self.listing(client, page);
        let key = self.page_key(client, listing, Some(page), after.map(|after| client.resolve(after.0)), false)?;
        self.set(client, listing, page, &[(Key::Order, Some(Value::Order(key)))])
    }

    /// Where a page's entry stands: at a desk, or in the cover.
    fn listing(&self, client: &Client, page: RecordId) -> DocumentId {
        self.staged.over(&client.replicas, DocumentId::COVER).desk(page).map_or(DocumentId::COVER, DocumentId)
    }

    /// A key after page `after`; without it, before all pages or, if `last`, after them.
    fn page_key(
        &self,
        client: &Client,
        listing: DocumentId,
        moved: Option<RecordId>,
        after: Option<RecordId>,
        last: bool,
    ) -> Result<Vec<u8>, EditError> {
        // Deleted pages count too: undo may bring them back between others.
        let pages = || {
            self.staged.records(&client.replicas, listing).filter(|record| record.kind() == Some(Kind::Page) && Some(record.id()) != moved)
        };
        let after = match after {
            Some(after) => Some(pages().find(|page| page.id() == after).ok_or(Reason::Missing)?.order().to_vec()),
            None if last => pages().map(Record::order).max().map(<[u8]>::to_vec),
            None => None,
        };
        let before = pages().map(Record::order).filter(|order| after.as_deref().is_none_or(|after| *order > after)).min();
        order_between(after.as_deref(), before)
    }
}

/// The keys on either side of a place; `None` is the end.
type Neighbours = (Option<Vec<u8>>, Option<Vec<u8>>);

/// Whether two records are drawn in one order.
fn shares_order(one: &Record, other: &Record) -> bool {
    let is_shape = |record: &Record| record.kind().is_none_or(Kind::is_shape);
    is_shape(one) == is_shape(other)
}

fn property(key: Key, value: Option<&Value>) -> Property {
    Property { key: key.number(), value: value.map(Value::encode).unwrap_or_default() }
}

/// An empty key is that of a record that has none: nothing stands below it.
fn order_between(after: Option<&[u8]>, before: Option<&[u8]>) -> Result<Vec<u8>, EditError> {
    let after = after.filter(|key| !key.is_empty());
    let before = before.filter(|key| !key.is_empty());
    Ok(order::between(after, before).ok_or(Reason::Order)?)
}
