//! Names that are too long, or would deceive: everywhere one enters, over HTTP and on a board, it is cleaned or refused.

use kakehashi_protocol::ids::DocumentId;
use kakehashi_protocol::op::{Op, OpBody, Property};
use kakehashi_protocol::presence::Presence;
use kakehashi_protocol::rights::MEETING;
use kakehashi_protocol::schema::{Key, Kind, Value as Said};
use kakehashi_protocol::verdict::Reason;
use kakehashi_protocol::wire::frame::{ClientFrame, FailureCode, ServerFrame};
use serde_json::{Value, json};

use super::common::people::{Browser, PASSWORD, enter, hello, participant, set, start_board, text};
use super::common::{Client, Server};

const COVER: DocumentId = DocumentId::COVER;

/// What deceives, and what is left of it where names are cleaned; `None`: nothing that is a name.
const TRICKS: [(&str, Option<&str>); 12] = [
    ("\u{202e}nimda", Some("nimda")),
    ("Ada\u{202d}", Some("Ada")),
    ("\u{2066}host\u{2069}", Some("host")),
    ("\u{2067}Ada\u{2068}", Some("Ada")),
    ("a\u{0}b", Some("ab")),
    ("a\u{1b}[31mb", Some("a[31mb")),
    ("a\u{7f}\u{85}b", Some("a b")),
    ("a\nb\r\tc", Some("a b c")),
    ("a\u{2028}b\u{2029}c", Some("a b c")),
    ("\u{202e}", None),
    ("\u{0}", None),
    ("\u{3164}", None),
];

/// Takes a name over HTTP: what it is then called, or nothing if it is refused.
async fn by_request(browser: &mut Browser<'_>, board: &str, place: &str, name: &str, number: usize) -> Option<String> {
    let key = json!({ "name": name, "scopes": ["boards.read"], "valid_s": 60 });
    let (told, at) = match place {
        "a guest" => (browser.ask("POST", &format!("/api/v1/boards/{board}/enter"), json!({ "name": name })).await, "name"),
        "a key" => (browser.ask("POST", "/api/v1/me/keys", key).await, "name"),
        _ => {
            let token = text(&browser.ask("POST", "/api/v1/invitations", json!({ "administrator": false })).await, "token");
            let account = json!({ "token": token, "login": format!("n{number}"), "name": name, "password": PASSWORD });
            (Browser::new(browser.server).ask("POST", "/api/v1/invitations/accept", account).await, "name")
        }
    };
    if matches!(told.status, 200 | 201) {
        return Some(text(&told, at));
    }
    assert_eq!(told.problem(), (422, "name".into()), "{place}: {name:?}");
    None
}

#[tokio::test]
async fn names_that_would_deceive_are_cleaned_or_refused_at_every_door() {
    let server = Server::start().await;
    let board = server.new_board().await;
    let mut guest = Browser::new(&server);
    let mut ada = Browser::set_up(&server).await;
    let (mut cleaned, mut refused) = (0, 0);
    let long = "a".repeat(61);
    let tall = "\u{301}".repeat(500);
    let mut all: Vec<(&str, Option<&str>)> = TRICKS.to_vec();
    all.extend([(&*long, None), (&*tall, None), (" 山田\u{3000}太郎\u{200b} ", Some("山田 太郎"))]);
    for (number, (name, expected)) in all.into_iter().enumerate() {
        for place in ["a guest", "a key", "an account"] {
            // Hashing a password costs, so accounts are tried with some.
            if place == "an account" && number % 3 > 0 {
                continue;
            }
            let browser = if place == "a guest" { &mut guest } else { &mut ada };
            let called = by_request(browser, &board.to_string(), place, name, number).await;
            assert_eq!(called.as_deref(), expected, "{place}: {name:?}");
            (cleaned, refused) = (cleaned + usize::from(called.is_some()), refused + usize::from(called.is_none()));
        }
    }
    let endless = enter(&server, board, json!({ "name": "a".repeat(9_000) })).await;
    assert_eq!(endless.problem(), (413, "body_too_large".into()));
    for login in ["\u{202e}nimda", "a\u{0}", "ada\u{200b}", "а\u{301}da", &"a".repeat(65)] {
        let token = text(&ada.ask("POST", "/api/v1/invitations", json!({ "administrator": false })).await, "token");
        let account = json!({ "token": token, "login": login, "name": "Eve", "password": PASSWORD });
        assert_eq!(Browser::new(&server).ask("POST", "/api/v1/invitations/accept", account).await.problem(), (422, "login".into()));
        refused += 1;
    }
    assert_eq!(ada.ask("GET", "/api/v1/me", Value::Null).await.json()["account"]["name"], "Ada");
    println!("names over HTTP: {cleaned} cleaned, {refused} refused, none taken as it was sent");
}

/// The reason for which a change of one op is refused.
async fn refusal(client: &mut Client, op: Op) -> Option<Reason> {
    let end = client.offer(vec![op]).await.end();
    let mut reason = None;
    loop {
        match client.next().await {
            ServerFrame::Refused { refusal, .. } => reason = Some(refusal.reason),
            ServerFrame::Accepted { next, .. } if next >= end => return reason,
            _ => {}
        }
    }
}

// SPEC LIM-4
#[tokio::test]
async fn names_that_would_deceive_do_not_come_onto_a_board() {
    let server = Server::start().await;
    let hosted = start_board(&server).await;
    let mut host = hello(&server, hosted.board, &hosted.host).await.unwrap();
    let own = participant(&mut host).await;
    let kim = text(&enter(&server, hosted.board, json!({ "name": "Kim" })).await, "credential");
    let mut kim = hello(&server, hosted.board, &kim).await.unwrap();
    let other = participant(&mut kim).await;
    let create = |kind: Kind, key: Key, name: &str| {
        let properties = vec![Property { key: key.number(), value: Said::Text(name.into()).encode() }];
        Op { document: COVER, body: OpBody::Create { kind: kind.number(), properties } }
    };
    let called = |record, key, name: &str| set(COVER, record, key, &Said::Text(name.into()));
    let mut refused = 0;
    let long = "a".repeat(201);
    // A letter that is nothing to be seen deceives nobody beside other words.
    let mut tricks: Vec<&str> = TRICKS.iter().map(|(name, _)| *name).filter(|name| *name != "\u{3164}").collect();
    tricks.push(&long);
    for name in tricks {
        let ops = [
            called(own, Key::Name, name),
            called(other, Key::Name, name),
            create(Kind::Person, Key::Name, name),
            create(Kind::Page, Key::Title, name),
            called(MEETING, Key::Title, name),
        ];
        for op in ops {
            assert_eq!(refusal(&mut host, op).await, Some(Reason::Value), "{name:?}");
            refused += 1;
        }
        host.send(&ClientFrame::Presence(Presence { name: name.into(), ..Presence::default() })).await;
        assert_eq!(told(&mut host).await, FailureCode::Limit, "{name:?}");
        refused += 1;
    }
    for name in ["山田 太郎", "محمد علي", "👩\u{200d}🏫 Zoë", "הלוח של עדה"] {
        assert_eq!(refusal(&mut host, called(own, Key::Name, name)).await, None, "{name}");
        assert_eq!(refusal(&mut host, create(Kind::Page, Key::Title, name)).await, None, "{name}");
    }
    println!("names on a board: {refused} refused, of persons, participants, pages, the meeting and in presence");
}

/// What was wrong with what was shown.
async fn told(client: &mut Client) -> FailureCode {
    loop {
        if let ServerFrame::Failed(failure) = client.next().await {
            return failure.code;
        }
    }
}
