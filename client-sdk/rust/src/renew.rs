//! When a server has forgotten what it had confirmed (it was restored from a backup), counters are
//! missing that nobody can fill any more. What is pending is then written again under a new actor
//! (SPEC ACT-4).

use kakehashi_protocol::ids::{ActorId, DocumentId, OpId, RecordId, Stamp};
use kakehashi_protocol::ink::{self, InkState, Point};
use kakehashi_protocol::op::{Change, Op, OpBody, Property};
use kakehashi_protocol::schema::{Key, Value};
use kakehashi_protocol::sorted::SortedMap;

use crate::client::Client;
use crate::event::{Event, Request};
use crate::pending::{Held, Queue};

/// From old names to new ones, and what is needed to find them.
#[derive(Default)]
struct Names {
    ids: SortedMap<OpId, OpId>,
    clocks: SortedMap<u64, u64>,
    /// Strokes that were begun anew because their beginning is the old actor's: by the old name, how
    /// many points the new one has, and the codec's state after them.
    strokes: SortedMap<RecordId, (u32, InkState)>,
}

impl Client {
    pub(crate) fn renew(&mut self, now: u64, before: ActorId) {
        let Some(old) = self.pending.0.remove(&before) else { return };
        let own = before == self.actor;
        let actor = ActorId(self.rng.next().max(1));
        let mut key = [0; 16];
        key[..8].copy_from_slice(&self.rng.next().to_le_bytes());
        key[8..].copy_from_slice(&self.rng.next().to_le_bytes());
        self.requests.push_back(Request::Keep { actor, key });

        let mut names = Names::default();
        let mut queue = Queue::new(key, 1);
        let mut clock = 0;
        for held in &old.changes {
            let mut change = Change {
                actor,
                first: queue.end(),
                clock: held.change.clock.max(clock),
                ops: Vec::with_capacity(held.change.ops.len()),
                ..held.change
            };
            for (id, stamp, op) in held.change.iter() {
                let body = self.rewrite(&mut names, &mut change, before, op);
                names.ids.insert(id, change.id(change.ops.len()));
                names.clocks.insert(stamp.clock, change.stamp(change.ops.len()).clock);
                change.ops.push(Op { document: DocumentId(names.of(op.document.0)), body });
            }
            clock = change.clock + change.ops.len() as u64;
            let bytes = change.to_bytes();
            self.requests.push_back(Request::Persist { actor, first: change.first, bytes: bytes.clone() });
            queue.push(Held { change, bytes, sent: false, written: held.written, heard: held.heard });
        }
        self.clock.wrote(clock);
        self.pending.0.insert(actor, queue);
        self.ours.insert(actor, ());
        self.requests.push_back(Request::Release(before));
        if own {
            self.actor = actor;
            self.events.push(Event::Renewed { before, now: actor });
        }
        self.rename_all(&names, before, actor);
        if own && self.connection.open() {
            self.drop_connection(now);
        }
    }

    /// An op's body under the new names. An append to a stroke of the old actor's that is not pending
    /// itself first begins a new stroke like it, since only its author may go on with a stroke.
    fn rewrite(&self, names: &mut Names, change: &mut Change, before: ActorId, op: &Op) -> OpBody {
        if let OpBody::Set { record, .. } = &op.body
            && self.person(before).is_some_and(|person| person.id() == *record)
            && !names.ids.contains_key(record)
            && let Some(create) = self.like(op.document, *record)
        {
            // Only its own actor sets a person: the new one makes its own.
            names.ids.insert(*record, change.id(change.ops.len()));
            return create;
        }
        let OpBody::AppendInk { record, offset, points, .. } = &op.body else { return names.body(&op.body) };
        if record.actor == before && !names.ids.contains_key(record) {
            let Some(create) = self.like(op.document, *record) else { return names.body(&op.body) };
            names.ids.insert(*record, change.id(change.ops.len()));
            names.strokes.insert(*record, (0, InkState::default()));
            change.ops.push(Op { document: DocumentId(names.of(op.document.0)), body: create });
        }
        let Some((have, state)) = names.strokes.get_mut(record) else { return names.body(&op.body) };
        let stroke = self.replicas.get(&op.document).and_then(|replica| replica.record(*record)?.ink());
        let samples: Vec<Point> = stroke.into_iter().flat_map(|ink| ink.iter().skip(*offset as usize).take(*points as usize)).collect();
        let mut chunk = Vec::new();
        if ink::encode(state, &samples, &mut chunk).is_err() || chunk.is_empty() {
            return names.body(&op.body);
        }
        let body = OpBody::AppendInk { record: *record, offset: *have, points: samples.len() as u32, ink: chunk };
        *have += samples.len() as u32;
        names.body(&body)
    }

    fn like(&self, document: DocumentId, record: RecordId) -> Option<OpBody> {
        let record = self.replicas.get(&document)?.record(record)?;
        let properties = record.entries().iter().map(|entry| Property { key: entry.key, value: entry.value.to_vec() });
        Some(OpBody::Create { kind: record.kind_number(), properties: properties.collect() })
    }

    fn rename_all(&mut self, names: &Names, before: ActorId, actor: ActorId) {
        for new in self.renamed.values_mut() {
            *new = names.of(*new);
        }
        self.renamed.extend(names.ids.iter().map(|(old, new)| (*old, *new)));
        self.stacks.rename(&mut |id| names.of(id), &mut |stamp| match names.clocks.get(&stamp.clock) {
            Some(clock) if stamp.actor == before => Stamp { clock: *clock, actor },
            _ => stamp,
        });
        for (writer, queue) in self.pending.0.iter_mut() {
            // What was sent is fixed; if it builds on what was forgotten, it will be refused.
            for held in queue.changes.iter_mut().filter(|held| *writer != actor && !held.sent) {
                for op in &mut held.change.ops {
                    *op = Op { document: DocumentId(names.of(op.document.0)), body: names.body(&op.body) };
                }
                let bytes = held.change.to_bytes();
                if bytes != held.bytes {
                    self.requests.push_back(Request::Persist { actor: *writer, first: held.change.first, bytes: bytes.clone() });
                    held.bytes = bytes;
                }
            }
        }
        let replicas = std::mem::take(&mut self.replicas);
        self.replicas = replicas.into_iter().map(|(id, replica)| (DocumentId(names.of(id.0)), replica)).collect();
        for (id, replica) in self.replicas.iter_mut() {
            replica.reload(*id, &self.pending);
            self.events.touch_all(*id);
        }
    }
}

impl Names {
    fn of(&self, id: OpId) -> OpId {
        self.ids.get(&id).copied().unwrap_or(id)
    }

    fn body(&self, body: &OpBody) -> OpBody {
        rename(body, &|id| self.of(id))
    }
}

/// The same op with other names.
pub(crate) fn rename(body: &OpBody, of: &impl Fn(OpId) -> OpId) -> OpBody {
    let mut body = body.clone();
    match &mut body {
        OpBody::Create { properties, .. } => rename_values(properties, of),
        OpBody::Set { record, properties } => {
            *record = of(*record);
            rename_values(properties, of);
        }
        OpBody::AppendInk { record, .. } | OpBody::Purge { record } => *record = of(*record),
        OpBody::InsertText { record, parent, .. } => {
            *record = of(*record);
            if let Some(parent) = parent {
                parent.op = of(parent.op);
            }
        }
        OpBody::MarkText { record, spans, .. } => {
            *record = of(*record);
            spans.iter_mut().for_each(|span| span.op = of(span.op));
        }
        OpBody::Unknown { .. } => {}
    }
    body
}

fn rename_values(properties: &mut [Property], of: &impl Fn(OpId) -> OpId) {
    for property in properties.iter_mut().filter(|property| property.key == Key::From.number()) {
        if let Ok(Some(Value::Record(id))) = Value::decode(Key::From, &property.value) {
            property.value = Value::Record(of(id)).encode();
        }
    }
}
