//! Keys for programs: each acts as its account, for what its scopes name and for nothing else, until
//! it is revoked, ends, or the account is closed.

#![allow(clippy::unwrap_used, reason = "these are tests, though not all marked as such")]

mod common;

use common::{Answer, Server, request};
use kakehashi_protocol::ids::BoardId;
use kakehashi_server::directory::accounts::{Account, NewAccount};
use kakehashi_server::directory::keys::{KEY_MS_MAX, KEYS_MAX, NewKey, Scope};
use kakehashi_server::directory::timetable::Order;
use kakehashi_server::directory::timetable::plan::Plan;
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");
const PASSWORD: &str = "correct horse";

/// A server with an administrator who has a browser.
struct Staffed {
    server: Server,
    account: Account,
    cookie: String,
}

impl Staffed {
    async fn start() -> Self {
        let server = Server::start().await;
        let directory = &server.hub.services.directory;
        let new = NewAccount { login: "ada".into(), name: "Ada".into(), password: PASSWORD.into() };
        let secret = directory.setup_secret().unwrap();
        let signed = directory.set_up(&secret, new, common::now_ms()).await.unwrap();
        let cookie = format!("kakehashi={}", signed.token);
        Self { account: signed.account, cookie, server }
    }

    async fn by_cookie(&self, method: &str, path: &str, body: Value) -> Answer {
        request(&self.server.address, method, path, &[JSON, ("cookie", &self.cookie)], body.to_string().as_bytes()).await
    }

    async fn by_key(&self, key: &str, method: &str, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {key}");
        request(&self.server.address, method, path, &[JSON, ("authorization", &bearer)], body.to_string().as_bytes()).await
    }

    async fn key(&self, scopes: &[Scope]) -> String {
        let new = NewKey { name: "timetable".into(), scopes: scopes.to_vec(), valid_ms: 60_000 };
        self.server.hub.services.directory.make_key(&self.account, new, common::now_ms()).await.unwrap().1
    }

    /// A board that the administrator has started, and closed to its bare link.
    async fn own_board(&self) -> BoardId {
        let made = self.by_cookie("POST", "/api/v1/boards", Value::Null).await;
        let board: BoardId = made.json()["board"].as_str().unwrap().parse().unwrap();
        self.server.hub.services.directory.set_bare(board, None, "test".into(), common::now_ms()).await.unwrap();
        board
    }
}

/// What a key may be used for: the request, the scope it needs, and the status with it.
fn uses(board: BoardId) -> Vec<(&'static str, String, Value, Scope, u16)> {
    let of = |path: &str| format!("/api/v1/boards/{board}{path}");
    vec![
        ("POST", "/api/v1/boards".into(), Value::Null, Scope::Start, 201),
        ("POST", of("/enter"), json!({}), Scope::Enter, 200),
        ("GET", of(""), Value::Null, Scope::Read, 200),
        ("GET", of("/export"), Value::Null, Scope::Read, 200),
        ("GET", of("/doors"), Value::Null, Scope::Lead, 200),
        ("PUT", of("/doors"), json!({ "bare": null }), Scope::Lead, 204),
        ("GET", of("/links"), Value::Null, Scope::Lead, 200),
        ("POST", of("/links"), json!({ "role": "viewer", "valid_s": 60 }), Scope::Lead, 201),
        ("DELETE", of("/participants/00000000000000000000000000000000"), Value::Null, Scope::Lead, 404),
        ("GET", "/api/v1/me/boards".into(), Value::Null, Scope::Read, 200),
        ("GET", "/api/v1/timetable?from_ms=0&to_ms=1".into(), Value::Null, Scope::Read, 200),
        ("GET", "/api/v1/timetable/1/calendar.ics".into(), Value::Null, Scope::Read, 404),
        ("DELETE", "/api/v1/timetable/1".into(), Value::Null, Scope::Lead, 404),
        ("DELETE", "/api/v1/timetable/1/dates/2027-04-08".into(), Value::Null, Scope::Lead, 404),
        ("GET", "/api/v1/accounts".into(), Value::Null, Scope::ServerRead, 200),
        ("GET", "/api/v1/invitations".into(), Value::Null, Scope::ServerRead, 200),
        ("GET", "/api/v1/audit".into(), Value::Null, Scope::ServerRead, 200),
        ("POST", "/api/v1/invitations".into(), json!({ "administrator": false }), Scope::ServerChange, 201),
        ("PUT", "/api/v1/settings".into(), json!({ "starts": "accounts" }), Scope::ServerChange, 204),
        ("PATCH", "/api/v1/accounts/1".into(), json!({ "closed": true }), Scope::ServerChange, 409),
        ("GET", "/api/v1/webhooks".into(), Value::Null, Scope::ServerRead, 200),
        ("GET", "/api/v1/webhooks/1/deliveries".into(), Value::Null, Scope::ServerRead, 404),
        ("POST", "/api/v1/webhooks".into(), json!({ "url": "https://a.example/", "events": ["board.exported"] }), Scope::ServerChange, 201),
        ("PATCH", "/api/v1/webhooks/9".into(), json!({}), Scope::ServerChange, 404),
        ("DELETE", "/api/v1/webhooks/9".into(), Value::Null, Scope::ServerChange, 404),
        ("POST", "/api/v1/webhooks/9/secret".into(), Value::Null, Scope::ServerChange, 404),
        ("POST", "/api/v1/webhooks/9/ping".into(), Value::Null, Scope::ServerChange, 404),
        ("POST", "/api/v1/webhooks/9/deliveries/1/send".into(), Value::Null, Scope::ServerChange, 404),
        ("GET", "/api/v1/panels".into(), Value::Null, Scope::ServerRead, 200),
        ("GET", "/api/v1/panels/1/boards".into(), Value::Null, Scope::ServerRead, 404),
        ("POST", "/api/v1/panels".into(), json!({ "code": "0000-0000", "name": "a", "site": "b", "room": "c" }), Scope::ServerChange, 404),
        ("PATCH", "/api/v1/panels/1".into(), json!({}), Scope::ServerChange, 404),
        ("DELETE", "/api/v1/panels/1".into(), Value::Null, Scope::ServerChange, 404),
        ("PUT", of("/owner"), json!({}), Scope::ServerChange, 404),
    ]
}

#[tokio::test]
async fn every_request_needs_its_scope_and_no_other() {
    let staffed = Staffed::start().await;
    let board = staffed.own_board().await;
    let mut keys = Vec::new();
    for scope in Scope::ALL {
        keys.push((scope, staffed.key(&[scope]).await));
    }
    let mut refused = 0;
    for (method, path, body, needed, status) in uses(board) {
        for (scope, key) in &keys {
            let answer = staffed.by_key(key, method, &path, &body).await;
            if *scope == needed {
                assert_eq!(answer.status, status, "{method} {path} with {scope:?}");
            } else {
                assert_eq!(answer.problem(), (403, "scope".to_owned()), "{method} {path} with {scope:?}");
                refused += 1;
            }
        }
    }
    assert_eq!(refused, uses(board).len() * (Scope::ALL.len() - 1));
}

#[tokio::test]
async fn an_administrators_key_reaches_others_sessions_only_with_a_scope_of_the_server() {
    let staffed = Staffed::start().await;
    let directory = &staffed.server.hub.services.directory;
    let (_, invited) = directory.invite(&staffed.account, false, common::now_ms()).await.unwrap();
    let new = NewAccount { login: "ken".into(), name: "Ken".into(), password: PASSWORD.into() };
    let ken = directory.accept(&invited, new, common::now_ms()).await.unwrap().account;
    let board = staffed.server.new_board().await;
    directory.own(board, &ken).await.unwrap();
    let today = &jiff::Timestamp::now().to_string()[..10];
    let plan = Plan::of(today, "09:40", 50, "Asia/Tokyo", None).unwrap();
    let order = Order { title: "English".into(), plan, rooms: Vec::new() };
    let session = directory.schedule(&ken, board, order, common::now_ms()).await.unwrap().session;
    let of = format!("/api/v1/timetable/{session}");
    let all = "/api/v1/timetable?from_ms=0&to_ms=1&all=true".to_owned();
    let table = [
        ("GET", all, vec![Scope::Read, Scope::ServerChange], Scope::ServerRead, (403, "scope"), 200),
        ("GET", of.clone(), vec![Scope::Read, Scope::ServerChange], Scope::ServerRead, (404, "unknown_session"), 200),
        ("DELETE", of, vec![Scope::Read, Scope::Lead, Scope::ServerRead], Scope::ServerChange, (404, "unknown_session"), 204),
    ];
    for (method, path, mut scopes, needed, refused, status) in table {
        let without = staffed.by_key(&staffed.key(&scopes).await, method, &path, &Value::Null).await;
        assert_eq!(without.problem(), (refused.0, refused.1.to_owned()), "{method} {path}");
        scopes.push(needed);
        let with = staffed.by_key(&staffed.key(&scopes).await, method, &path, &Value::Null).await;
        assert_eq!(with.status, status, "{method} {path} with {needed:?}");
    }
}

#[tokio::test]
async fn a_key_acts_as_its_account_and_starts_boards_that_are_its_own() {
    let staffed = Staffed::start().await;
    let key = staffed.key(&[Scope::Start, Scope::Enter]).await;
    let made = staffed.by_key(&key, "POST", "/api/v1/boards", &Value::Null).await.json();
    assert_eq!(made["pass"], Value::Null, "an account owns it, so nobody needs a pass");
    let path = format!("/api/v1/boards/{}/enter", made["board"].as_str().unwrap());
    let (program, person) =
        (staffed.by_key(&key, "POST", &path, &json!({})).await.json(), staffed.by_cookie("POST", &path, json!({})).await.json());
    for of in ["role", "participant", "name"] {
        assert_eq!(program[of], person[of]);
    }
    assert_eq!(program["role"], "host");
}

#[tokio::test]
async fn a_key_is_nothing_more_once_it_is_revoked_or_over_or_its_account_closed() {
    let staffed = Staffed::start().await;
    let directory = &staffed.server.hub.services.directory;
    let order = json!({ "name": "timetable", "scopes": ["server.read"], "valid_s": 60 });
    let made = staffed.by_cookie("POST", "/api/v1/me/keys", order).await;
    assert_eq!(made.status, 201);
    let token = made.json()["token"].as_str().unwrap().to_owned();
    let accounts = async || staffed.by_key(&token, "GET", "/api/v1/accounts", &Value::Null).await;
    assert_eq!(accounts().await.status, 200);
    let list = staffed.by_cookie("GET", "/api/v1/me/keys", Value::Null).await.json();
    assert_eq!((&list[0]["name"], &list[0]["token"]), (&json!("timetable"), &Value::Null));
    assert!(list[0]["used_ms"].is_u64(), "{list}");

    let later = common::now_ms() + 60_001;
    assert!(directory.acts_for(&token, Scope::ServerRead, later).await.is_err(), "it ends by itself");
    // Another administrator closes the account, and opens it again.
    let other = Account { account: 99, login: "bo".into(), ..staffed.account.clone() };
    let (invitation, invited) = directory.invite(&staffed.account, true, common::now_ms()).await.unwrap();
    assert!(invitation.administrator);
    directory
        .accept(&invited, NewAccount { login: "bo".into(), name: "Bo".into(), password: PASSWORD.into() }, common::now_ms())
        .await
        .unwrap();
    for (closed, status) in [(true, 401), (false, 200)] {
        directory.change_account(&other, staffed.account.account, None, Some(closed), common::now_ms()).await.unwrap();
        assert_eq!(accounts().await.status, status);
    }
    // Administration is looked at anew each time.
    directory.change_account(&other, staffed.account.account, Some(false), None, common::now_ms()).await.unwrap();
    assert_eq!(accounts().await.problem(), (403, "administrator".to_owned()));
    let number = list[0]["key"].as_i64().unwrap();
    directory.revoke_key(&staffed.account, number, common::now_ms()).await.unwrap();
    assert_eq!(accounts().await.problem(), (401, "key".to_owned()));

    let file = std::fs::read(staffed.server.folder.path().join("directory.sqlite")).unwrap();
    let beside = std::fs::read(staffed.server.folder.path().join("directory.sqlite-wal")).unwrap_or_default();
    let found = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(found(&file, "timetable") || found(&beside, "timetable"), "the files are the right ones");
    assert!(!found(&file, &token) && !found(&beside, &token), "the token itself is kept nowhere");
}

#[tokio::test]
async fn keys_neither_make_keys_nor_sign_in_and_what_is_no_key_says_so() {
    let staffed = Staffed::start().await;
    let all = staffed.key(&Scope::ALL).await;
    for (method, path) in [
        ("GET", "/api/v1/me"),
        ("GET", "/api/v1/me/keys"),
        ("POST", "/api/v1/me/keys"),
        ("DELETE", "/api/v1/me/keys/1"),
        ("POST", "/api/v1/me/password"),
        ("POST", "/api/v1/accounts/1/reset"),
    ] {
        assert_eq!(staffed.by_key(&all, method, path, &json!({})).await.problem(), (403, "key_not_here".to_owned()), "{method} {path}");
    }
    for none in ["kk_", &all[..66], &format!("{all}0"), &all.to_uppercase().replacen("KK_", "kk_", 1), &all.replacen("kk_", "kk_ ", 1)] {
        let answer = staffed.by_key(none, "GET", "/api/v1/accounts", &Value::Null).await;
        assert_eq!(answer.problem(), (401, "key".to_owned()), "{none:?}");
    }
    let order = |scopes: Value, valid_s: u64| json!({ "name": "timetable", "scopes": scopes, "valid_s": valid_s });
    let too_long = KEY_MS_MAX / 1000 + 1;
    for wrong in
        [order(json!([]), 60), order(json!(["everything"]), 60), order(json!(["boards.read"]), 59), order(json!(["boards.read"]), too_long)]
    {
        assert_eq!(staffed.by_cookie("POST", "/api/v1/me/keys", wrong.clone()).await.status, 400, "{wrong}");
    }
    let mut status = 201;
    for _ in 0..KEYS_MAX {
        status = staffed.by_cookie("POST", "/api/v1/me/keys", order(json!(["boards.read"]), 60)).await.status;
    }
    assert_eq!(status, 409, "one was there before");
}
