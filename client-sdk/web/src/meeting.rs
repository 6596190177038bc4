//! The meeting as `api.ts` describes it, and what may be done to it.

use kakehashi_client::Client;
use kakehashi_protocol::ids::{ActorId, DocumentId, RecordId};
use kakehashi_protocol::people::{self, LOBBY, TALK};
use kakehashi_protocol::presence::Stay;
use kakehashi_protocol::record::Record;
use kakehashi_protocol::rights::{MEETING, Role};
use kakehashi_protocol::schema::{Key, Value};
use wasm_bindgen::prelude::*;

use crate::json::Json;
use crate::{Core, document, record, thrown, thrown_edit};

const ROLES: [&str; 5] = ["viewer", "member", "assistant", "host", "server"];
const ENTRANCES: [&str; 3] = ["account", "guest", "panel"];

fn role(role: Role) -> &'static str {
    ROLES[role as usize]
}

fn text(record: &Record, key: Key) -> String {
    match record.get(key) {
        Some(Value::Text(text)) => text,
        _ => String::new(),
    }
}

fn optional(json: &mut Json, key: &str, value: Option<i64>) {
    json.key(key);
    match value {
        Some(value) => json.int(value),
        None => json.raw("null"),
    };
}

fn named(json: &mut Json, key: &str, name: Option<String>) {
    json.key(key);
    match name {
        Some(name) => json.text(&name),
        None => json.raw("null"),
    };
}

fn owner(record: &Record) -> Option<String> {
    match record.get(Key::Participant) {
        Some(Value::Record(participant)) => Some(participant.to_string()),
        _ => None,
    }
}

/// Who somebody is; the object is left open.
fn write_somebody(json: &mut Json, record: &Record) {
    json.raw("{").key("id").text(&record.id().to_string()).key("name").text(&text(record, Key::Name));
    json.key("role").text(role(people::role_of(record)));
    json.key("entrance").text(ENTRANCES[(record.int(Key::Entrance) as usize).min(ENTRANCES.len() - 1)]);
}

fn write_link(json: &mut Json, actor: ActorId, stay: &Stay) {
    json.raw("{").key("actor").text(&actor.to_string());
    json.key("reaction");
    match stay.report.reaction {
        Some(reaction) => json.raw("{").key("sign").int(i64::from(reaction.sign)).key("at").int(reaction.at_ms as i64).raw("}"),
        None => json.raw("null"),
    };
    optional(json, "painted", stay.report.painted.map(|row| row.0 as i64));
    optional(json, "roundTrip", stay.report.round_trip_ms.map(i64::from));
    json.raw("}");
}

fn write_attendee(json: &mut Json, client: &Client, record: &Record) {
    write_somebody(json, record);
    optional(json, "hand", client.in_session(record.id(), Key::Hand));
    json.key("held").bool(record.is(Key::Locked)).key("acting").bool(record.is(Key::Acting) && client.session().is_some());
    json.key("setAside").bool(record.int(Key::Erased) > 0).key("removed").bool(!record.visible());
    json.key("links").raw("[");
    for (actor, stay) in client.stays().filter(|(_, stay)| stay.participant == Some(record.id())) {
        write_link(json.next(), actor, &stay);
    }
    json.raw("]}");
}

#[wasm_bindgen]
impl Core {
    /// What opens the board's file while this connection lives.
    pub fn ticket(&self) -> String {
        self.client.ticket().into()
    }

    /// Reads the documents of the meeting that the own role sees.
    pub fn open_meeting(&mut self) {
        self.client.open_meeting();
    }

    /// The session, what holds in it, and who takes part, as JSON.
    pub fn meeting(&self) -> String {
        let client = &self.client;
        let mut json = Json::default();
        json.raw("{").key("me");
        match client.me() {
            Some(own) => {
                named(json.raw("{"), "participant", own.participant.map(|record| record.to_string()));
                json.key("role").text(role(client.who_writes().unwrap_or(own.role))).key("waiting").bool(own.waits).raw("}")
            }
            None => json.raw("null"),
        };
        json.key("clockOffset").int(client.clock_offset_ms());
        let held = |key| client.in_session(MEETING, key);
        optional(&mut json, "session", client.session());
        json.key("writingHeld").bool(held(Key::Writing) == Some(1));
        optional(&mut json, "timer", held(Key::Timer));
        let length = client.record(DocumentId::COVER, MEETING).map_or(0, |meeting| meeting.int(Key::TimerLength));
        json.key("timerLength").int(length);
        named(&mut json, "spotlight", held(Key::Spotlight).map(|actor| ActorId(actor as u64).to_string()));
        json.key("participants").raw("[");
        for participant in client.participants().into_iter().chain(client.removed()) {
            write_attendee(json.next(), client, participant);
        }
        json.raw("]").key("lobby").raw("[");
        for waiting in client.lobby() {
            write_somebody(json.next(), waiting);
            json.raw("}");
        }
        json.raw("]}");
        json.into_string()
    }

    /// What was said to all, or at a desk, as JSON.
    pub fn messages(&self, desk: Option<String>) -> Result<String, JsValue> {
        let mut json = Json::default();
        json.raw("[");
        for message in self.client.messages(place(desk)?) {
            json.next().raw("{").key("id").text(&message.id().to_string()).key("author").text(&message.id().actor.to_string());
            named(&mut json, "participant", owner(message));
            json.key("at").int(message.created().clock as i64).key("words").text(&text(message, Key::Words)).raw("}");
        }
        json.raw("]");
        Ok(json.into_string())
    }

    /// Who was here when, as JSON.
    pub fn attendance(&self) -> String {
        let mut json = Json::default();
        json.raw("[");
        for record in self.client.attendance() {
            named(json.next().raw("{"), "participant", owner(record));
            for (name, key) in [
                ("session", Key::Session),
                ("firstSeen", Key::FirstSeen),
                ("lastSeen", Key::LastSeen),
                ("connections", Key::Connections),
                ("outages", Key::Outages),
                ("away", Key::Away),
            ] {
                json.key(name).int(record.int(key));
            }
            json.raw("}");
        }
        json.raw("]");
        json.into_string()
    }

    /// Changes the meeting. `what` says which setting, of a participant, of one who waits or of the
    /// meeting; a number that is no number unsets it.
    pub fn govern(&mut self, now: f64, what: &str, name: Option<String>, number: f64, words: Option<String>) -> Result<(), JsValue> {
        let now = now as u64;
        let target = name.as_deref().map(record).transpose()?.unwrap_or(MEETING);
        let value = (!number.is_nan()).then_some(number as i64);
        let on = value == Some(1);
        let mut set = |document, key, value| self.client.govern(now, document, target, &[(key, Some(value))]);
        let cover = DocumentId::COVER;
        match what {
            "session" => self.client.hold_session(now, on),
            "writing" => self.client.set_in_session(now, target, Key::Writing, value),
            "timer" => self.client.set_timer(now, value),
            "spotlight" => {
                let actor = words.as_deref().map(str::parse::<ActorId>).transpose().map_err(thrown)?;
                self.client.set_in_session(now, target, Key::Spotlight, actor.map(|actor| actor.0 as i64))
            }
            "hand" => {
                let raised = on.then(|| self.client.server_time(now) as i64);
                self.client.set_in_session(now, target, Key::Hand, raised)
            }
            "role" => set(cover, Key::Role, Value::Int(value.unwrap_or_default())),
            "name" => set(cover, Key::Name, Value::Text(words.unwrap_or_default())),
            "held" => set(cover, Key::Locked, Value::Bool(on)),
            "removed" => set(cover, Key::Deleted, Value::Bool(on)),
            "aside" => {
                let until = if on { self.client.server_time(now) as i64 } else { 0 };
                self.client.govern(now, cover, target, &[(Key::Erased, Some(Value::Int(until)))])
            }
            "admitted" if on => set(LOBBY, Key::Admitted, Value::Bool(true)),
            "admitted" => set(LOBBY, Key::Deleted, Value::Bool(true)),
            _ => return Err(thrown("there is no such setting of a meeting")),
        }
        .map_err(thrown_edit)
    }

    /// Says something to all, or at a desk.
    pub fn say(&mut self, now: f64, words: String, desk: Option<String>) -> Result<(), JsValue> {
        self.client.say(now as u64, place(desk)?, words).map_err(thrown_edit)
    }

    /// Takes back what was said.
    pub fn retract(&mut self, now: f64, message: &str, desk: Option<String>) -> Result<(), JsValue> {
        let retracted = [(Key::Deleted, Some(Value::Bool(true)))];
        self.client.govern(now as u64, place(desk)?, record(message)?, &retracted).map_err(thrown_edit)
    }

    /// Gives a sign that all see for some seconds.
    pub fn react(&mut self, now: f64, sign: u8) {
        self.client.react(now as u64, sign);
    }

    /// Asks something of the board's call; says whether it goes out.
    pub fn ask_call(&mut self, ask: String) -> bool {
        self.client.ask_call(ask)
    }

    /// A page is on the screen as it is now.
    pub fn painted(&mut self, page: &str) -> Result<(), JsValue> {
        self.client.painted(document(page)?);
        Ok(())
    }
}

/// A desk is named by its participant; without one, the talk.
fn place(desk: Option<String>) -> Result<DocumentId, JsValue> {
    let desk: Option<RecordId> = desk.as_deref().map(record).transpose()?;
    Ok(desk.map_or(TALK, DocumentId))
}
