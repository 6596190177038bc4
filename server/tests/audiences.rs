//! Whoever may not see a document receives no byte of it. Every byte of every connection is read, over
//! many random schedules of writes, hiding, roles, removals, lagging readers and failing rows, and
//! searched for what was written where it may not be seen: marker words, and the names of records by
//! actors that write nowhere else (SPEC SEE-1, SEE-2, PRES-2).
//!
//! Who may see what is reckoned here anew from the cover's bare properties, row by row.
#![allow(clippy::unwrap_used, reason = "these are tests, though not all marked as such")]

#[path = "../../protocol/tests/common/scenes.rs"]
#[allow(dead_code)]
mod scenes;
#[path = "common/stage.rs"]
mod stage;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kakehashi_protocol::ids::{ActorId, DocumentId, OpId};
use kakehashi_protocol::people::{ATTENDANCE, LOBBY, TALK};
use kakehashi_protocol::presence::Presence;
use kakehashi_protocol::rights::{MEETING, Role, Sight};
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_server::room::core::{ConnectionId, RoomCore};
use kakehashi_server::room::load::load;
use scenes::{create, set, sets};
use stage::{Stage, guest};

const COVER: DocumentId = DocumentId::COVER;

/// Small seeded numbers (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, max: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % max as u64) as usize
    }
}

/// A document with an audience, who writes there and nowhere else, and what was written.
struct Secret {
    document: DocumentId,
    writer: ConnectionId,
    actor: ActorId,
    kind: Kind,
    /// Words, and the row that holds them; `None` until one does.
    words: Vec<(String, Option<u64>)>,
}

/// A connection that is watched, and how far its bytes were searched.
struct Watched {
    connection: ConnectionId,
    participant: Option<OpId>,
    role: Role,
    searched: usize,
    /// Per secret, up to which row what is written there may have been seen.
    may_have: Vec<u64>,
}

#[derive(Default)]
struct Figures {
    bytes: usize,
    markers: usize,
    received: usize,
    withdrawn: usize,
}

struct Play {
    stage: Stage,
    dice: Dice,
    secrets: Vec<Secret>,
    watched: Vec<Watched>,
    host: ConnectionId,
    figures: Figures,
    sessions: i64,
    written: usize,
}

impl Play {
    fn new(seed: u64) -> Self {
        let mut stage = Stage::new();
        let host = stage.join(guest(1, Role::Host), &[COVER]);
        let pupils = [stage.join(guest(2, Role::Member), &[COVER, TALK]), stage.join(guest(3, Role::Member), &[COVER, TALK])];
        let records = pupils.map(|pupil| stage.record(pupil));
        let bare = stage.join(Role::Member, &[COVER, TALK]);
        let hidden = DocumentId(stage.write(host, vec![create(COVER, Kind::Page, vec![])]).unwrap());
        let mut secrets = Vec::new();
        for (document, kind) in [
            (DocumentId(records[0]), Kind::Message),
            (DocumentId(records[1]), Kind::Message),
            (hidden, Kind::Rectangle),
            (LOBBY, Kind::Participant),
            (ATTENDANCE, Kind::Attendance),
        ] {
            let (writer, actor) = secret_writer(&mut stage);
            secrets.push(Secret { document, writer, actor, kind, words: Vec::new() });
        }
        // A page whose entry stands at the first pupil's desk; its writer made the entry too.
        let (writer, actor) = secret_writer(&mut stage);
        let entry = stage.write(writer, vec![create(DocumentId(records[0]), Kind::Page, vec![])]).unwrap();
        secrets.push(Secret { document: DocumentId(entry), writer, actor, kind: Kind::Rectangle, words: Vec::new() });
        let who = |connection, participant, role| Watched { connection, participant, role, searched: 0, may_have: vec![0; 6] };
        let watched = vec![
            who(pupils[0], Some(records[0]), Role::Member),
            who(pupils[1], Some(records[1]), Role::Member),
            who(bare, None, Role::Member),
        ];
        stage.quick = false;
        let mut play = Self { stage, dice: Dice(seed), secrets, watched, host, figures: Figures::default(), sessions: 0, written: 0 };
        play.note();
        play
    }

    /// A row is durable: whoever sees a document after it may have what was written up to it.
    fn note(&mut self) {
        // The room may have judged the next row already: what counts is what is durable.
        let durable = RoomCore::new(load(stage::LOG, None, &self.stage.rows).unwrap());
        let board = durable.board();
        let row = self.stage.rows.len() as u64;
        let (_, body) = &self.stage.rows[row as usize - 1];
        for (words, held) in self.secrets.iter_mut().flat_map(|secret| &mut secret.words) {
            if held.is_none() && contains(body, words.as_bytes()) {
                *held = Some(row);
            }
        }
        let meeting = board.cover(MEETING).unwrap();
        let number = |key| match meeting.get(key) {
            Some(Value::Int(number)) => number,
            _ => -1,
        };
        let on = number(Key::Session) > number(Key::Ended);
        for watched in &mut self.watched {
            let record = watched.participant.and_then(|participant| board.cover(participant));
            let removed = record.is_some_and(|record| record.is(Key::Deleted));
            let leads = record.map_or(watched.role as i64, |record| record.int(Key::Role)) >= 2;
            for (secret, may_have) in self.secrets.iter().zip(&mut watched.may_have) {
                let hidden = board.cover(secret.document.0).is_some_and(|entry| entry.is(Key::Hidden)) && on;
                let own_desk = watched.participant == Some(secret.document.0);
                let at_own_desk = watched.participant.is_some() && watched.participant == board.desk(secret.document.0);
                let sees = match secret.kind {
                    Kind::Rectangle if board.desk(secret.document.0).is_none() => leads || !hidden,
                    Kind::Message | Kind::Rectangle => leads || own_desk || at_own_desk,
                    _ => leads,
                };
                if sees && !removed {
                    *may_have = row;
                }
            }
        }
    }

    fn commit(&mut self) {
        if self.stage.commit() {
            self.note();
        }
    }

    fn act(&mut self) {
        self.stage.take(self.host);
        (0..self.secrets.len()).for_each(|secret| self.stage.take(self.secrets[secret].writer));
        let (which, watched) = (self.dice.below(self.secrets.len()), self.dice.below(self.watched.len()));
        let connection = self.watched[watched].connection;
        let document = self.secrets[which].document;
        let here = self.stage.peers.contains_key(&connection);
        match self.dice.below(16) {
            0..=3 => self.write_secret(which),
            4 => {
                let hidden = self.dice.below(2) == 0;
                let page = self.secrets[2].document.0;
                self.stage.offer(self.host, vec![sets(COVER, page, vec![set(Key::Hidden, &Value::Bool(hidden))])]);
            }
            5 => {
                let key = if self.dice.below(2) == 0 { Key::Session } else { Key::Ended };
                self.sessions += i64::from(key == Key::Session);
                self.stage.offer(self.host, vec![sets(COVER, MEETING, vec![set(key, &Value::Int(self.sessions))])]);
            }
            6 => {
                let role = self.dice.below(3) as i64;
                if let Some(participant) = self.watched[watched].participant {
                    self.stage.offer(self.host, vec![sets(COVER, participant, vec![set(Key::Role, &Value::Int(role))])]);
                }
            }
            7 if self.dice.below(4) == 0 => {
                if let Some(participant) = self.watched[watched].participant {
                    let removed = self.dice.below(2) == 0;
                    self.stage.offer(self.host, vec![sets(COVER, participant, vec![set(Key::Deleted, &Value::Bool(removed))])]);
                }
            }
            8 | 9 if here => self.stage.subscribe(connection, document),
            10 if here => self.stage.snapshot(connection, document),
            11 if here && self.dice.below(3) == 0 => self.stage.room.handle_unsubscribe(connection, document),
            12 => {
                let from = if self.dice.below(2) == 0 { self.host } else { connection };
                let presence = Presence { name: "海".into(), document: Some(document), ..Presence::default() };
                self.stage.room.handle_presence(from, presence);
            }
            13 if self.dice.below(6) == 0 => {
                self.stage.fail();
            }
            14 => self.come_back(watched),
            _ => self.commit(),
        }
        self.stage.pass_us(20_000);
        if self.dice.below(3) == 0 {
            self.search(watched);
        }
    }

    fn write_secret(&mut self, which: usize) {
        self.written += 1;
        let words = format!("<<secret {which} number {:05}>>", self.written);
        let secret = &self.secrets[which];
        let property = set(Key::Words, &Value::Text(words.clone()));
        self.stage.offer(secret.writer, vec![create(secret.document, secret.kind, vec![property])]);
        self.secrets[which].words.push((words, None));
        self.figures.markers += 1;
    }

    fn come_back(&mut self, watched: usize) {
        self.search(watched);
        let who = &mut self.watched[watched];
        if let Some(peer) = self.stage.peers.get(&who.connection) {
            self.figures.withdrawn += peer.withdrawn.len();
        }
        self.stage.leave(who.connection);
        let entry = if who.participant.is_some() { guest(watched as u8 + 2, Role::Member) } else { Role::Member.into() };
        let documents: Vec<DocumentId> = self.secrets.iter().map(|secret| secret.document).collect();
        who.connection = self.stage.join(entry, &documents);
        who.searched = 0;
    }

    /// Takes what there is for a connection and searches it.
    fn search(&mut self, watched: usize) {
        let who = &mut self.watched[watched];
        self.stage.take(who.connection);
        let Some(peer) = self.stage.peers.get(&who.connection) else { return };
        // A marker that lies across what was searched before is found too.
        let bytes = &peer.received[who.searched.saturating_sub(64)..];
        who.searched = peer.received.len();
        self.figures.bytes += bytes.len();
        for (secret, may_have) in self.secrets.iter().zip(&who.may_have) {
            for (words, row) in &secret.words {
                let found = contains(bytes, words.as_bytes());
                self.figures.received += usize::from(found);
                assert!(
                    !found || row.is_some_and(|row| row <= *may_have),
                    "{words}, row {row:?}, was received by {:?}, who may have up to row {may_have}",
                    who.participant
                );
            }
            let named = contains(bytes, &secret.actor.0.to_le_bytes());
            assert!(!named || *may_have > 0, "a record's name of {} was received by {:?}", secret.document, who.participant);
        }
    }
}

/// Somebody with all rights whose name is nowhere but in what they write, and who shows nothing of themselves.
fn secret_writer(stage: &mut Stage) -> (ConnectionId, ActorId) {
    let connection = stage.join(Role::Server, &[COVER]);
    (connection, stage.peers[&connection].actor)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn nobody_receives_a_byte_of_what_they_may_not_see() {
    let soak = std::env::var("KAKEHASHI_SOAK").is_ok_and(|soak| soak == "1");
    let seconds = std::env::var("KAKEHASHI_BUDGET_S").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let (schedules, started) = (if soak { 20_000 } else { 400 }, Instant::now());
    let mut total = Figures::default();
    let mut ran = 0;
    for seed in 0..schedules {
        if started.elapsed() > Duration::from_secs(seconds) {
            break;
        }
        let mut play = Play::new(seed);
        for _ in 0..120 {
            play.act();
        }
        while play.stage.commit() {
            play.note();
            play.stage.pass_us(50_000);
        }
        (0..play.watched.len()).for_each(|watched| play.search(watched));
        let withdrawn: usize = play.stage.peers.values().map(|peer| peer.withdrawn.len()).sum();
        total.bytes += play.figures.bytes;
        total.markers += play.figures.markers;
        total.received += play.figures.received;
        total.withdrawn += play.figures.withdrawn + withdrawn;
        ran += 1;
    }
    // What may be seen is seen: a room that sends nothing would pass all else.
    assert!(total.received > 0 && total.withdrawn > 0, "nothing was shown or withdrawn");
    let by: BTreeMap<&str, usize> =
        BTreeMap::from([("markers", total.markers), ("withdrawals", total.withdrawn), ("rightly received", total.received)]);
    println!("audiences: {ran} schedules, {} bytes read, {by:?}, none wrongly received", total.bytes);
}
