//! The client core for browsers: bindings to JavaScript, nothing more. What they mean is described
//! in `src-ts/api.ts`, and the driver in `src-ts/client.ts` is their only caller.

mod canvas;
mod json;
mod meeting;
mod numbers;
mod shape;

use js_sys::{Array, Float32Array, Float64Array, Uint8Array};
use kakehashi_client::{Client, Config, Edit, Event, FetchError, NoticeCode, Reorder, Request, Status};
use kakehashi_protocol::ids::{ActorId, DocumentId, RecordId};
use kakehashi_protocol::ink::Point;
use kakehashi_protocol::presence::{Area, Place, Presence, Preview};
use kakehashi_protocol::schema::{Key, Value};
use kakehashi_protocol::text::CharId;
use kakehashi_protocol::verdict::Reason;
use kakehashi_protocol::wire::frame::{ActorKey, FailureCode};
use wasm_bindgen::prelude::*;

use json::Json;
use numbers::{eighths, properties, transform};
use shape::{kind_of, write_names, write_page, write_person, write_presence, write_shape};

/// A board's client. Documents and records are named by their texts; times are milliseconds since
/// 1970; errors are thrown as strings that say what is allowed.
#[wasm_bindgen]
pub struct Core {
    client: Client,
    edit: Option<(u8, u32, Edit)>,
}

/// Something the driver is to do.
#[wasm_bindgen]
pub struct CoreRequest(Request);

fn thrown(error: impl std::fmt::Display) -> JsValue {
    JsValue::from_str(&error.to_string())
}

/// The reason by its name, a space, and what was wrong: `edit.ts` takes them apart.
fn thrown_edit(error: kakehashi_client::EditError) -> JsValue {
    let reason = match &error {
        kakehashi_client::EditError::Refused(reason) => reason_name(*reason),
        kakehashi_client::EditError::TooLarge { .. } => "limit",
        _ => "value",
    };
    JsValue::from_str(&[reason, &error.to_string()].join(" "))
}

fn document(name: &str) -> Result<DocumentId, JsValue> {
    name.parse().map_err(thrown)
}

fn record(name: &str) -> Result<RecordId, JsValue> {
    name.parse().map_err(thrown)
}

fn key_of(bytes: &[u8]) -> Result<ActorKey, JsValue> {
    bytes.try_into().map_err(|_| thrown("a key has 16 bytes"))
}

fn place(numbers: Option<Vec<f64>>) -> Option<Place> {
    match numbers.as_deref() {
        Some([x, y]) => Some(Place { x: eighths(*x), y: eighths(*y) }),
        _ => None,
    }
}

/// The name under which the server keeps a picture: BLAKE3 of its file, in hexadecimal digits.
#[wasm_bindgen]
pub fn asset_name(file: &[u8]) -> String {
    let mut json = Json::default();
    json.hash(blake3::hash(file).as_bytes());
    json.into_string().trim_matches('"').into()
}

#[wasm_bindgen]
impl Core {
    /// A client that has not connected yet. `actor` is 16 hexadecimal digits, `key` 16 bytes, all random.
    #[wasm_bindgen(constructor)]
    pub fn new(actor: &str, key: &[u8], seed: u64) -> Result<Self, JsValue> {
        let actor: ActorId = actor.parse().map_err(thrown)?;
        let client = Client::new(Config { actor, key: key_of(key)?, seed, credential: Vec::new() });
        Ok(Self { client, edit: None })
    }

    /// What the next connection shows: the credential that entering the board has given.
    pub fn set_credential(&mut self, credential: &str) {
        self.client.set_credential(credential.as_bytes().to_vec());
    }

    /// Begins to connect.
    pub fn start(&mut self, now: f64) {
        self.client.connect(now as u64);
    }

    /// A connection was opened.
    pub fn handle_connected(&mut self, now: f64) {
        self.client.handle_connected(now as u64);
    }

    /// It ended.
    pub fn handle_disconnected(&mut self, now: f64) {
        self.client.handle_disconnected(now as u64);
    }

    /// A message came.
    pub fn handle_message(&mut self, now: f64, bytes: &[u8]) {
        self.client.handle_message(now as u64, bytes);
    }

    /// The answer to a `fetch`; nothing if it failed.
    pub fn handle_snapshot(&mut self, now: f64, name: &str, bytes: Option<Vec<u8>>) -> Result<(), JsValue> {
        self.client.handle_snapshot(now as u64, document(name)?, bytes.as_deref().ok_or(FetchError));
        Ok(())
    }

    /// The driver keeps documents: it is asked for them by `recall`. Before `start`.
    pub fn recall_documents(&mut self) {
        self.client.recall_documents();
    }

    /// The answer to a `recall`; nothing if nothing is kept.
    pub fn handle_recalled(&mut self, name: &str, bytes: Option<Vec<u8>>) -> Result<(), JsValue> {
        self.client.handle_recalled(document(name)?, bytes.as_deref());
        Ok(())
    }

    /// What is to be kept of a document.
    pub fn kept(&self, name: &str) -> Result<Option<Vec<u8>>, JsValue> {
        Ok(self.client.kept(document(name)?))
    }

    /// Where that stands: the log, the row, and how many accepted ops it holds besides, with spaces between.
    pub fn kept_at(&self, name: &str) -> Result<Option<String>, JsValue> {
        let at = self.client.kept_at(document(name)?);
        Ok(at.map(|(cursor, accepted)| [cursor.log.to_string(), cursor.seq.0.to_string(), accepted.to_string()].join(" ")))
    }

    /// The time of `poll_timeout` has come.
    pub fn handle_timeout(&mut self, now: f64) {
        self.client.handle_timeout(now as u64);
    }

    /// The network is another, or the page is seen again.
    pub fn wake(&mut self, now: f64) {
        self.client.network_changed(now as u64);
    }

    /// Takes over changes of a page load that is gone.
    pub fn adopt(&mut self, actor: &str, key: &[u8], changes: &Array) -> Result<(), JsValue> {
        let changes: Vec<Vec<u8>> = changes.iter().map(|change| Uint8Array::new(&change).to_vec()).collect();
        self.client.adopt(actor.parse().map_err(thrown)?, key_of(key)?, &changes);
        Ok(())
    }

    /// The next thing to do.
    pub fn poll_request(&mut self) -> Option<CoreRequest> {
        self.client.poll_request().map(CoreRequest)
    }

    /// The next message to send.
    pub fn poll_transmit(&mut self, now: f64) -> Option<Vec<u8>> {
        self.client.poll_transmit(now as u64)
    }

    /// When to call `handle_timeout`.
    pub fn poll_timeout(&self) -> Option<f64> {
        self.client.poll_timeout().map(|at| at as f64)
    }

    /// What happened, as a JSON list.
    pub fn poll_events(&mut self) -> Option<String> {
        let mut json = Json::default();
        while let Some(event) = self.client.poll_event() {
            json.raw(if json.is_empty() { "[" } else { "," });
            write_event(&mut json, &event);
        }
        (!json.is_empty()).then(|| {
            json.raw("]");
            json.into_string()
        })
    }

    /// `live`, `connecting` or `offline`.
    pub fn status(&self) -> String {
        match self.client.status() {
            Status::Live => "live",
            Status::Connecting => "connecting",
            Status::Offline => "offline",
        }
        .into()
    }

    /// Ops without a verdict.
    pub fn unsaved(&self) -> usize {
        self.client.unsaved()
    }

    /// The pages in order, those at desks after the others, as JSON.
    pub fn pages(&self) -> String {
        let mut json = Json::default();
        json.raw("[");
        let listed = self.client.pages().into_iter().map(|page| (DocumentId::COVER, page));
        for (listing, page) in listed.chain(self.client.desk_pages()) {
            write_page(json.next(), listing, page);
        }
        json.raw("]");
        json.into_string()
    }

    /// Reads a document and keeps it in step; false if too many are open.
    pub fn open(&mut self, name: &str) -> Result<bool, JsValue> {
        Ok(self.client.open(document(name)?))
    }

    /// No longer reads a document.
    pub fn close(&mut self, name: &str) -> Result<(), JsValue> {
        self.client.close(document(name)?);
        Ok(())
    }

    /// Whether a document's state is here.
    pub fn ready(&self, name: &str) -> Result<bool, JsValue> {
        Ok(self.client.is_ready(document(name)?))
    }

    /// A page's shapes in order, as JSON.
    pub fn records(&self, name: &str) -> Result<String, JsValue> {
        let page = document(name)?;
        let mut json = Json::default();
        json.raw("[");
        for shape in self.client.records(page) {
            write_shape(json.next(), &self.client, page, shape);
        }
        json.raw("]");
        Ok(json.into_string())
    }

    /// The names of a page's shapes in order, as JSON.
    pub fn order(&self, name: &str) -> Result<String, JsValue> {
        let shapes = self.client.records(document(name)?);
        let names: Vec<RecordId> = shapes.iter().map(|shape| shape.id()).collect();
        let mut json = Json::default();
        write_names(&mut json, names.iter());
        Ok(json.into_string())
    }

    /// A shape that is shown, as JSON.
    pub fn record(&self, name: &str, id: &str) -> Result<Option<String>, JsValue> {
        let page = document(name)?;
        Ok(self.client.record(page, record(id)?).filter(|shape| self.client.is_shown(shape)).map(|shape| {
            let mut json = Json::default();
            write_shape(&mut json, &self.client, page, shape);
            json.into_string()
        }))
    }

    /// A stroke's points: x, y, pressure, milliseconds.
    pub fn ink(&self, name: &str, id: &str) -> Result<Float32Array, JsValue> {
        let mut points = Vec::new();
        if let Some(ink) = self.client.ink(document(name)?, record(id)?) {
            points.reserve(ink.points() as usize * 4);
            for point in ink {
                let pressure = point.pressure_unit().unwrap_or(0.0);
                points.extend([point.x_units() as f32, point.y_units() as f32, pressure as f32, point.time_ms as f32]);
            }
        }
        Ok(Float32Array::from(points.as_slice()))
    }

    /// A hash of all merged state of a document.
    pub fn digest(&self, name: &str) -> Result<String, JsValue> {
        let digest = self.client.digest(document(name)?);
        let mut json = Json::default();
        digest.iter().for_each(|digest| {
            json.hash(digest);
        });
        Ok(json.into_string().trim_matches('"').into())
    }

    /// What others show in a document, as JSON.
    pub fn presence(&self, name: &str) -> Result<String, JsValue> {
        let mut json = Json::default();
        json.raw("[");
        for (_, actor, presence) in self.client.presences(document(name)?) {
            write_presence(json.next(), actor, presence);
        }
        json.raw("]");
        Ok(json.into_string())
    }

    /// All others on the board, as JSON.
    pub fn people(&self) -> String {
        let mut json = Json::default();
        json.raw("[");
        for (actor, whereabouts) in self.client.people() {
            write_person(json.next(), actor, whereabouts);
        }
        json.raw("]");
        json.into_string()
    }

    /// Who an actor is or was, as JSON.
    pub fn author(&self, actor: &str) -> Result<Option<String>, JsValue> {
        Ok(self.client.author(actor.parse().map_err(thrown)?).map(|author| {
            let mut json = Json::default();
            json.raw("{").key("name").text(&author.name).key("color").color(author.color).raw("}");
            json.into_string()
        }))
    }

    /// A place in a text that moves with it.
    pub fn anchor(&self, name: &str, id: &str, position: usize) -> Result<String, JsValue> {
        let anchor = self.client.anchor(document(name)?, record(id)?, position);
        Ok(anchor.map(|CharId { op, index }| [op.to_string(), index.to_string()].join("/")).unwrap_or_default())
    }

    /// Where that place is now.
    pub fn position(&self, name: &str, id: &str, anchor: &str) -> Result<usize, JsValue> {
        let parsed = anchor.split_once('/').and_then(|(op, index)| Some(CharId { op: op.parse().ok()?, index: index.parse().ok()? }));
        Ok(self.client.position(document(name)?, record(id)?, parsed))
    }

    /// The number of a new gesture.
    pub fn gesture(&mut self) -> u32 {
        self.client.new_gesture()
    }

    /// Begins a change.
    pub fn begin(&mut self, hand: u8, gesture: u32) {
        self.edit = Some((hand, gesture, self.client.draft()));
    }

    /// Forgets the change that was begun.
    pub fn abort(&mut self) {
        self.edit = None;
    }

    /// Writes the change that was begun; an empty one is nothing.
    pub fn commit(&mut self, now: f64) -> Result<(), JsValue> {
        match self.edit.take() {
            Some((hand, gesture, edit)) if !edit.is_empty() => {
                self.client.commit(now as u64, hand, gesture, edit).map(drop).map_err(thrown_edit)
            }
            _ => Ok(()),
        }
    }

    /// Takes back the hand's last gesture.
    pub fn undo(&mut self, hand: u8, now: f64) -> Result<bool, JsValue> {
        self.client.undo(now as u64, hand).map_err(thrown_edit)
    }

    /// Brings back what the hand undid last.
    pub fn redo(&mut self, hand: u8, now: f64) -> Result<bool, JsValue> {
        self.client.redo(now as u64, hand).map_err(thrown_edit)
    }

    /// Whether the hand has something to take back.
    pub fn can_undo(&self, hand: u8) -> bool {
        self.client.can_undo(hand)
    }

    /// Whether the hand has something to bring back.
    pub fn can_redo(&self, hand: u8) -> bool {
        self.client.can_redo(hand)
    }

    /// In the change: makes a shape on top of the page.
    pub fn create(
        &mut self,
        name: &str,
        kind: &str,
        numbers: &[f64],
        path: Option<Vec<f64>>,
        asset: Option<String>,
        from: Option<String>,
    ) -> Result<String, JsValue> {
        let kind = kind_of(kind).ok_or_else(|| thrown("there is no such kind of shape"))?;
        let mut list: Vec<(Key, Value)> =
            properties(numbers, path.as_deref()).into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        if let Some(asset) = asset {
            list.push((Key::Asset, Value::Hash(hash_of(&asset).ok_or_else(|| thrown("a picture is named by 64 hexadecimal digits"))?)));
        }
        let page = document(name)?;
        if let Some(from) = from {
            let from = record(&from)?;
            list.push((Key::From, Value::Record(from)));
            // What is left of a stroke stands among the others where the stroke stood.
            let order = self.client.record(page, from).map(|whole| whole.order().to_vec()).filter(|order| !order.is_empty());
            list.extend(order.map(|order| (Key::Order, Value::Order(order))));
        }
        self.with(|edit, client| edit.create(client, page, kind, &list)).map(|id| id.to_string())
    }

    /// In the change: adds points to a stroke; x, y, pressure, milliseconds.
    pub fn append_ink(&mut self, name: &str, id: &str, samples: &Float64Array) -> Result<(), JsValue> {
        let mut last = 0;
        let points: Vec<Point> = samples
            .to_vec()
            .chunks_exact(4)
            .map(|sample| {
                // A pen's clock may tremble; a stroke's does not go back.
                last = (sample[3].round() as u32).max(last);
                Point::from_units(sample[0], sample[1], sample[2], last)
            })
            .collect();
        let (page, stroke) = (document(name)?, record(id)?);
        self.with(|edit, client| edit.append_ink(client, page, stroke, &points))
    }

    /// In the change: sets properties.
    pub fn set(&mut self, name: &str, id: &str, numbers: &[f64], path: Option<Vec<f64>>) -> Result<(), JsValue> {
        let list = properties(numbers, path.as_deref());
        let (page, id) = (document(name)?, record(id)?);
        if list.is_empty() {
            return Ok(());
        }
        self.with(|edit, client| edit.set(client, page, id, &list))
    }

    /// In the change: hides a shape.
    pub fn remove(&mut self, name: &str, id: &str) -> Result<(), JsValue> {
        let (page, id) = (document(name)?, record(id)?);
        self.with(|edit, client| edit.remove(client, page, &[id]))
    }

    /// In the change: `front`, `back`, `forward` or `backward`.
    pub fn reorder(&mut self, name: &str, id: &str, to: &str) -> Result<(), JsValue> {
        let to = match to {
            "front" => Reorder::Front,
            "back" => Reorder::Back,
            "forward" => Reorder::Forward,
            _ => Reorder::Backward,
        };
        let (page, id) = (document(name)?, record(id)?);
        self.with(|edit, client| edit.reorder(client, page, id, to))
    }

    /// In the change: types.
    pub fn insert_text(&mut self, name: &str, id: &str, at: usize, text: &str) -> Result<(), JsValue> {
        let (page, id) = (document(name)?, record(id)?);
        self.with(|edit, client| edit.insert_text(client, page, id, at, text))
    }

    /// In the change: deletes characters.
    pub fn delete_text(&mut self, name: &str, id: &str, at: usize, length: usize) -> Result<(), JsValue> {
        let (page, id) = (document(name)?, record(id)?);
        self.with(|edit, client| edit.delete_text(client, page, id, at, length))
    }

    /// In the change: adds a page, at a desk or in the cover.
    pub fn add_page(&mut self, after: Option<String>, desk: Option<String>) -> Result<String, JsValue> {
        let [after, desk] = [after, desk].map(|name| name.as_deref().map(document).transpose());
        let (after, desk) = (after?, desk?.unwrap_or(DocumentId::COVER));
        self.with(|edit, client| edit.add_page_at(client, desk, after)).map(|page| page.to_string())
    }

    /// In the change: sets properties of a page's entry; `NaN` leaves a number as it is.
    pub fn set_page(&mut self, name: &str, title: Option<String>, hidden: f64, locked: f64, background: f64) -> Result<(), JsValue> {
        let page = document(name)?;
        let mut list: Vec<(Key, Option<Value>)> = Vec::new();
        list.extend(title.map(|title| (Key::Title, Some(Value::Text(title)))));
        for (key, flag) in [(Key::Hidden, hidden), (Key::Locked, locked)] {
            if !flag.is_nan() {
                list.push((key, Some(Value::Bool(flag != 0.0))));
            }
        }
        if !background.is_nan() {
            list.push((Key::Background, Some(Value::Int(background as i64))));
        }
        if list.is_empty() {
            return Ok(());
        }
        self.with(|edit, client| edit.set_page(client, page, &list))
    }

    /// In the change: hides a page for good, until undone.
    pub fn remove_page(&mut self, name: &str) -> Result<(), JsValue> {
        let page = document(name)?;
        self.with(|edit, client| edit.remove_page(client, page))
    }

    /// In the change: moves a page after another, or to the beginning.
    pub fn move_page(&mut self, name: &str, after: Option<String>) -> Result<(), JsValue> {
        let page = document(name)?;
        let after = after.as_deref().map(document).transpose()?;
        self.with(|edit, client| edit.move_page(client, page, after))
    }

    /// Shows something of oneself. Places are pairs of page units.
    #[allow(clippy::too_many_arguments)]
    pub fn set_presence(
        &mut self,
        name: String,
        color: u32,
        page: Option<String>,
        cursor: Option<Vec<f64>>,
        laser: Option<Vec<f64>>,
        viewport: Option<Vec<f64>>,
        selection: Vec<String>,
        editing: Option<String>,
        preview: Option<Vec<String>>,
        by: &[f64],
        following: Option<String>,
    ) -> Result<(), JsValue> {
        let records = |names: &[String]| names.iter().map(|name| record(name)).collect::<Result<Vec<_>, _>>();
        let viewport = match viewport.as_deref() {
            Some([x, y, width, height]) => Some(Area { x: eighths(*x), y: eighths(*y), width: eighths(*width), height: eighths(*height) }),
            _ => None,
        };
        let preview = match preview {
            Some(names) => Some(Preview { records: records(&names)?, transform: transform(by) }),
            None => None,
        };
        let presence = Presence {
            name,
            color: color.to_be_bytes(),
            document: page.as_deref().map(document).transpose()?,
            cursor: place(cursor),
            laser: place(laser),
            viewport,
            selection: records(&selection)?,
            editing: editing.as_deref().map(record).transpose()?,
            preview,
            following: following.as_deref().map(|actor| actor.parse().map_err(thrown)).transpose()?,
        };
        self.client.set_presence(presence).map_err(thrown)
    }
}

impl Core {
    fn with<T>(&mut self, write: impl FnOnce(&mut Edit, &Client) -> Result<T, kakehashi_client::EditError>) -> Result<T, JsValue> {
        let (_, _, edit) = self.edit.as_mut().ok_or_else(|| thrown("no change was begun"))?;
        write(edit, &self.client).map_err(thrown_edit)
    }
}

#[wasm_bindgen]
impl CoreRequest {
    /// What is to be done.
    #[wasm_bindgen(getter)]
    pub fn kind(&self) -> String {
        match &self.0 {
            Request::Connect => "connect",
            Request::Disconnect => "disconnect",
            Request::FetchSnapshot { .. } => "fetch",
            Request::Recall { .. } => "recall",
            Request::Persist { .. } => "persist",
            Request::Forget { .. } => "forget",
            Request::Keep { .. } => "keep",
            Request::Release(_) => "release",
        }
        .into()
    }

    /// The document, for `fetch` and `recall`.
    #[wasm_bindgen(getter)]
    pub fn document(&self) -> String {
        match &self.0 {
            Request::FetchSnapshot { document, .. } | Request::Recall { document } => document.to_string(),
            _ => String::new(),
        }
    }

    /// What opens the snapshot, for `fetch`.
    #[wasm_bindgen(getter)]
    pub fn ticket(&self) -> String {
        match &self.0 {
            Request::FetchSnapshot { ticket, .. } => ticket.clone(),
            _ => String::new(),
        }
    }

    /// Whose changes.
    #[wasm_bindgen(getter)]
    pub fn actor(&self) -> String {
        match &self.0 {
            Request::Persist { actor, .. } | Request::Forget { actor, .. } | Request::Keep { actor, .. } | Request::Release(actor) => {
                actor.to_string()
            }
            _ => String::new(),
        }
    }

    /// The first counter of a change to keep, or the first that is not forgotten.
    #[wasm_bindgen(getter)]
    pub fn counter(&self) -> f64 {
        match &self.0 {
            Request::Persist { first, .. } => *first as f64,
            Request::Forget { below, .. } => *below as f64,
            _ => 0.0,
        }
    }

    /// The change, for `persist`; the key, for `keep`.
    #[wasm_bindgen(getter)]
    pub fn bytes(&self) -> Vec<u8> {
        match &self.0 {
            Request::Persist { bytes, .. } => bytes.clone(),
            Request::Keep { key, .. } => key.to_vec(),
            _ => Vec::new(),
        }
    }
}

fn hash_of(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, place) in hash.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&text[place..place + 2], 16).ok()?;
    }
    Some(hash)
}

fn write_event(json: &mut Json, event: &Event) {
    json.raw("{").key("type");
    match event {
        Event::Status(_) => json.text("status"),
        Event::Unsaved(_) => json.text("unsaved"),
        Event::Pages => json.text("pages"),
        Event::Changed { document, records, all } => {
            json.text("records").key("document").text(&document.to_string()).key("changed");
            write_names(json, records.iter());
            json.key("all").bool(*all)
        }
        Event::Presence { document } => json.text("presence").key("document").text(&document.to_string()),
        Event::People => json.text("people"),
        Event::Meeting => json.text("meeting"),
        Event::Call(tell) => json.text("call").key("tell").text(tell),
        Event::Refused { reason, ops } => json.text("refused").key("reason").text(reason_name(*reason)).key("ops").int(*ops as i64),
        Event::Notice { code, detail } => json.text("notice").key("code").text(notice_name(*code)).key("detail").text(detail),
        Event::Withdrawn(document) => json.text("withdrawn").key("document").text(&document.to_string()),
        Event::Stopped(code) => {
            let name = notice_name(NoticeCode::Failure(*code));
            json.text("stopped").key("code").text(name).key("detail").text(name)
        }
        Event::Renewed { now, .. } => json.text("renewed").key("actor").text(&now.to_string()),
    };
    json.raw("}");
}

const fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::Rights => "rights",
        Reason::Locked => "locked",
        Reason::Records
        | Reason::Pages
        | Reason::Properties
        | Reason::Points
        | Reason::Ink
        | Reason::Characters
        | Reason::Unknown
        | Reason::Order => "limit",
        Reason::Missing => "missing",
        Reason::Value => "value",
        Reason::Kind => "kind",
        Reason::Offset => "offset",
        Reason::Author => "author",
        Reason::Clock => "clock",
        Reason::Duplicate => "duplicate",
        Reason::Session => "session",
    }
}

const fn notice_name(code: NoticeCode) -> &'static str {
    match code {
        NoticeCode::Protocol => "protocol",
        NoticeCode::Storage => "storage",
        NoticeCode::Failure(code) => match code {
            FailureCode::Version => "version",
            FailureCode::UnknownDocument => "refused-missing",
            FailureCode::Conflict => "refused-other",
            FailureCode::Limit => "refused-limit",
            FailureCode::DiskFull => "disk-full",
            FailureCode::Damaged => "damaged",
            FailureCode::Restart => "restart",
            FailureCode::UnknownBoard => "unknown-board",
            FailureCode::Credential => "credential",
            FailureCode::Busy => "busy",
            _ => "protocol",
        },
    }
}
