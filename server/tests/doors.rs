//! Accounts and doors over HTTP and the WebSocket: who signs in, who may start a board, who may enter
//! one, and that whoever is removed is gone at once (SPEC MEET-9).

#![allow(clippy::unwrap_used, reason = "these are tests, though not all marked as such")]

mod common;

use std::collections::BTreeSet;
use std::time::Instant;

use common::{Answer, Client, PATIENCE, Server, get, hello_of, request};
use futures_util::{StreamExt, stream};
use kakehashi_protocol::ids::{BoardId, DocumentId};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::wire::frame::{ClientFrame, FailureCode, Hello, ServerFrame};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

const JSON: (&str, &str) = ("content-type", "application/json");
const PASSWORD: &str = "correct horse";

/// A browser: it keeps its session's cookie.
struct Browser<'a> {
    server: &'a Server,
    cookie: Option<String>,
}

impl<'a> Browser<'a> {
    const fn new(server: &'a Server) -> Self {
        Self { server, cookie: None }
    }

    async fn ask(&mut self, method: &str, path: &str, body: Value) -> Answer {
        let cookie = self.cookie.clone().unwrap_or_default();
        let answer = request(&self.server.address, method, path, &[JSON, ("cookie", &cookie)], body.to_string().as_bytes()).await;
        if let Some(set) = answer.header("set-cookie").filter(|set| set.starts_with("kakehashi=")) {
            self.cookie = set.split(';').next().map(str::to_owned);
        }
        answer
    }

    /// Sets the server up, signed in as its administrator from then on.
    async fn set_up(server: &'a Server) -> Self {
        let mut browser = Self::new(server);
        let secret = server.hub.services.directory.setup_secret().unwrap();
        let body = json!({ "secret": secret, "login": "ada", "name": "Ada", "password": PASSWORD });
        assert_eq!(browser.ask("POST", "/api/v1/setup", body).await.status, 201);
        browser
    }
}

async fn enter(server: &Server, board: BoardId, entry: Value) -> Answer {
    request(&server.address, "POST", &format!("/api/v1/boards/{board}/enter"), &[JSON], entry.to_string().as_bytes()).await
}

/// Asks for something of a board with a credential.
async fn with(server: &Server, credential: &str, method: &str, path: &str, body: Value) -> Answer {
    let bearer = format!("Bearer {credential}");
    request(&server.address, method, path, &[JSON, ("authorization", &bearer)], body.to_string().as_bytes()).await
}

fn text(answer: &Answer, key: &str) -> String {
    answer.json()[key].as_str().unwrap_or_else(|| panic!("{key} in {}", answer.json())).to_owned()
}

async fn hello(server: &Server, board: BoardId, credential: &str) -> Result<Client, FailureCode> {
    let mut client = Client::silent(&server.address, board).await;
    let hello = Hello { credential: credential.as_bytes().to_vec(), ..hello_of(client.actor) };
    client.send(&ClientFrame::Hello(hello)).await;
    match client.next().await {
        ServerFrame::Welcome(welcome) => {
            client.welcome = Some(welcome);
            Ok(client)
        }
        ServerFrame::Failed(failure) => Err(failure.code),
        other => panic!("not {other:?}"),
    }
}

/// Why a connection is ended, whatever it is told before.
async fn cut_off(client: &mut Client) -> FailureCode {
    loop {
        if let ServerFrame::Failed(failure) = client.next().await {
            return failure.code;
        }
    }
}

#[tokio::test]
async fn a_fresh_server_asks_nobody_who_they_are() {
    let server = Server::start().await;
    let me = get(&server.address, "/api/v1/me").await.json();
    let nobody = json!({ "account": null, "set_up": false, "starts": "anyone", "provider": null, "ways": null });
    assert_eq!(me, nobody);
    let board = server.new_board().await;
    assert!(hello(&server, board, "").await.is_ok());
    for path in ["", "/export"] {
        assert_eq!(get(&server.address, &format!("/api/v1/boards/{board}{path}")).await.status, 200);
    }
}

#[tokio::test]
async fn signing_in_gives_a_new_cookie_that_no_script_reads() {
    let server = Server::start().await;
    let mut ada = Browser::set_up(&server).await;
    assert_eq!(ada.ask("GET", "/api/v1/me", Value::Null).await.json()["account"]["login"], "ada");
    // A cookie that somebody has put there is neither taken up nor kept.
    let mut victim = Browser { server: &server, cookie: Some(format!("kakehashi={}", "a".repeat(64))) };
    let fixed = victim.cookie.clone();
    let answer = victim.ask("POST", "/api/v1/sign-in", json!({ "login": "Ada", "password": PASSWORD })).await;
    assert_eq!(answer.status, 200);
    assert_ne!(victim.cookie, fixed);
    let set = answer.header("set-cookie").unwrap();
    for attribute in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(set.contains(attribute), "{set}");
    }
    assert!(!set.contains("Secure") && !set.contains("Domain"), "{set}");
    // Behind a proxy with TLS the browser is told that it is for TLS, and for this host alone.
    let behind = [JSON, ("x-forwarded-proto", "https")];
    let login = json!({ "login": "ada", "password": PASSWORD }).to_string();
    let secure = request(&server.address, "POST", "/api/v1/sign-in", &behind, login.as_bytes()).await;
    let set = secure.header("set-cookie").unwrap();
    assert!(set.starts_with("__Host-kakehashi=") && set.ends_with("; Secure"), "{set}");

    let before = victim.cookie.clone();
    assert_eq!(victim.ask("POST", "/api/v1/sign-out", Value::Null).await.status, 204);
    victim.cookie = before;
    assert_eq!(
        victim.ask("GET", "/api/v1/me", Value::Null).await.json()["account"],
        Value::Null,
        "the session is over, not only forgotten"
    );
    assert!(ada.ask("GET", "/api/v1/me", Value::Null).await.json()["account"].is_object());
}

#[tokio::test]
async fn wrong_logins_and_wrong_passwords_answer_alike() {
    let server = Server::start().await;
    Browser::set_up(&server).await;
    let mut answers = Vec::new();
    for (login, password) in [("ada", "wrong password"), ("nobody", "wrong password"), ("", ""), ("\u{202e}ada", PASSWORD)] {
        let began = Instant::now();
        let answer = Browser::new(&server).ask("POST", "/api/v1/sign-in", json!({ "login": login, "password": password })).await;
        assert_eq!(answer.problem(), (401, "sign_in".into()));
        answers.push((answer.body, began.elapsed()));
    }
    assert!(answers.iter().all(|(body, _)| *body == answers[0].0));
    println!("signing in wrongly: {:?}", answers.iter().map(|(_, took)| took).collect::<Vec<_>>());
    let mut often = 0;
    for _ in 0..40 {
        let answer = Browser::new(&server).ask("POST", "/api/v1/sign-in", json!({ "login": "eve", "password": "x" })).await;
        often += usize::from(answer.problem() == (429, "too_often".into()));
    }
    assert!(often >= 28, "{often}");
}

#[tokio::test]
async fn pages_of_other_sites_change_nothing_and_open_no_socket() {
    let server = Server::start().await;
    let ada = Browser::set_up(&server).await;
    let cookie = ada.cookie.unwrap();
    let board = server.new_board().await;
    let body = json!({ "starts": "accounts" }).to_string();
    for origin in ["https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1.evil.example"] {
        let headers = [JSON, ("cookie", &*cookie), ("origin", origin)];
        for (method, path) in [("PUT", "/api/v1/settings"), ("POST", "/api/v1/sign-out"), ("POST", "/api/v1/invitations")] {
            assert_eq!(request(&server.address, method, path, &headers, body.as_bytes()).await.problem(), (403, "foreign_origin".into()));
        }
        let mut open = format!("ws://{}/api/v1/boards/{board}/socket", server.address).into_client_request().unwrap();
        open.headers_mut().insert("origin", origin.parse().unwrap());
        let refused = tokio_tungstenite::connect_async(open).await.unwrap_err().to_string();
        assert!(refused.contains("403"), "{refused}");
    }
    // What a form can send without being asked is no JSON.
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        let headers = [("content-type", media_type), ("cookie", &*cookie)];
        assert_eq!(request(&server.address, "PUT", "/api/v1/settings", &headers, body.as_bytes()).await.problem().0, 415);
    }
}

#[tokio::test]
async fn only_administrators_administrate() {
    let server = Server::start().await;
    let mut ada = Browser::set_up(&server).await;
    let invitation = ada.ask("POST", "/api/v1/invitations", json!({ "administrator": false })).await;
    assert_eq!(invitation.status, 201);
    let mut bob = Browser::new(&server);
    let token = text(&invitation, "token");
    let taken =
        bob.ask("POST", "/api/v1/invitations/accept", json!({ "token": token, "login": "bob", "name": "Bob", "password": PASSWORD })).await;
    assert_eq!(taken.status, 201, "{}", taken.json());
    let all = [
        ("GET", "/api/v1/accounts", Value::Null),
        ("PATCH", "/api/v1/accounts/1", json!({ "closed": true })),
        ("PUT", "/api/v1/settings", json!({ "starts": "anyone" })),
        ("GET", "/api/v1/invitations", Value::Null),
        ("POST", "/api/v1/invitations", json!({ "administrator": true })),
        ("DELETE", "/api/v1/invitations/1", Value::Null),
        ("GET", "/api/v1/audit", Value::Null),
    ];
    for (method, path, body) in all {
        assert_eq!(bob.ask(method, path, body.clone()).await.problem(), (403, "administrator".into()), "{method} {path}");
        assert_eq!(Browser::new(&server).ask(method, path, body).await.problem(), (401, "signed_out".into()), "{method} {path}");
    }
    assert_eq!(ada.ask("PUT", "/api/v1/settings", json!({ "starts": "accounts" })).await.status, 204);
    let nobody = request(&server.address, "POST", "/api/v1/boards", &[], &[]).await;
    assert_eq!(nobody.problem(), (403, "accounts_only".into()));
    let board = bob.ask("POST", "/api/v1/boards", Value::Null).await;
    assert_eq!((board.status, &board.json()["pass"]), (201, &Value::Null));
    let entered = bob.ask("POST", &format!("/api/v1/boards/{}/enter", text(&board, "board")), json!({})).await;
    assert_eq!((text(&entered, "role"), text(&entered, "kind"), text(&entered, "name")), ("host".into(), "account".into(), "Bob".into()));
    let acts: Vec<_> =
        ada.ask("GET", "/api/v1/audit", Value::Null).await.json().as_array().unwrap().iter().map(|entry| entry["act"].clone()).collect();
    assert_eq!(acts, ["starts", "joined", "invited", "set-up"]);
}

#[tokio::test]
async fn a_closed_board_gives_nothing_to_who_was_not_invited() {
    let server = Server::start().await;
    let made = request(&server.address, "POST", "/api/v1/boards", &[], &[]).await;
    let board: BoardId = text(&made, "board").parse().unwrap();
    let before = text(&enter(&server, board, json!({ "name": "before" })).await, "credential");
    let host = enter(&server, board, json!({ "name": "Host", "pass": text(&made, "pass") })).await;
    assert_eq!(text(&host, "role"), "host");
    let host = text(&host, "credential");
    let path = |rest: &str| format!("/api/v1/boards/{board}{rest}");
    for (method, rest) in [("GET", "/doors"), ("PUT", "/doors"), ("GET", "/links"), ("POST", "/links"), ("DELETE", "/links/1")] {
        let body = json!({ "bare": null });
        assert_eq!(with(&server, &before, method, &path(rest), body).await.problem(), (403, "role".into()), "{method} {rest}");
    }
    assert_eq!(with(&server, &host, "PUT", &path("/doors"), json!({ "bare": null })).await.status, 204);
    for rest in ["", "/export", &format!("/assets/{}", "0".repeat(64))] {
        assert_eq!(get(&server.address, &path(rest)).await.problem(), (403, "closed".into()), "{rest}");
    }
    assert_eq!(enter(&server, board, json!({})).await.problem(), (403, "closed".into()));
    assert_eq!(hello(&server, board, "").await.err(), Some(FailureCode::Credential));
    let code = text(&made, "code");
    assert_eq!(get(&server.address, &format!("/api/v1/codes/{code}")).await.problem(), (404, "unknown_code".into()));

    let order = json!({ "role": "viewer", "valid_s": 3600 });
    let link = text(&with(&server, &host, "POST", &path("/links"), order).await, "token");
    let viewer = enter(&server, board, json!({ "name": "Kim", "link": link })).await;
    assert_eq!(text(&viewer, "role"), "viewer");
    let cookie = viewer.header("set-cookie").unwrap();
    assert!(cookie.contains(&format!("Path=/api/v1/boards/{board};")) && cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(request(&server.address, "GET", &path("/export"), &[("cookie", cookie)], &[]).await.status, 200);
    let gif = [("content-type", "image/gif"), ("cookie", cookie)];
    assert_eq!(request(&server.address, "POST", &path("/assets"), &gif, b"GIF89a").await.problem(), (403, "role".into()));
    let mut looking = hello(&server, board, &text(&viewer, "credential")).await.unwrap();
    looking.next = 1;
    looking.offer(vec![common::create(DocumentId::COVER)]).await;
    // What the board says of who is there may come before.
    while !matches!(looking.next().await, ServerFrame::Refused { .. }) {}

    let order = json!({ "role": "member", "valid_s": 3600, "code": true });
    let code = text(&with(&server, &host, "POST", &path("/links"), order).await, "code");
    assert_eq!(text(&get(&server.address, &format!("/api/v1/codes/{code}")).await, "board"), board.to_string());
    assert_eq!(text(&enter(&server, board, json!({ "code": code })).await, "role"), "member");
    for order in [
        json!({ "role": "host", "valid_s": 3600 }),
        json!({ "role": "member", "valid_s": 1 }),
        json!({ "role": "member", "valid_s": 1_000_000_000 }),
        json!({ "role": "member", "valid_s": 3600, "uses": 0 }),
        json!({ "role": "member", "valid_s": 3600, "admin": true }),
        json!({ "role": 3, "valid_s": 3600 }),
    ] {
        assert_eq!(with(&server, &host, "POST", &path("/links"), order.clone()).await.problem(), (400, "malformed".into()), "{order}");
    }
}

#[tokio::test]
async fn who_is_removed_is_gone_at_once_and_stays_so() {
    let server = Server::start().await;
    let made = request(&server.address, "POST", "/api/v1/boards", &[], &[]).await;
    let board: BoardId = text(&made, "board").parse().unwrap();
    let host = text(&enter(&server, board, json!({ "pass": text(&made, "pass") })).await, "credential");
    let guest = enter(&server, board, json!({ "name": "Mallory" })).await;
    let (credential, participant) = (text(&guest, "credential"), text(&guest, "participant"));
    let mut inside = hello(&server, board, &credential).await.unwrap();
    let other = text(&enter(&server, board, json!({ "name": "Kim" })).await, "credential");
    let mut stays = hello(&server, board, &other).await.unwrap();
    let path = format!("/api/v1/boards/{board}/participants/{participant}");
    assert_eq!(with(&server, &other, "DELETE", &path, Value::Null).await.problem(), (403, "role".into()));
    let began = Instant::now();
    assert_eq!(with(&server, &host, "DELETE", &path, Value::Null).await.status, 204);
    assert_eq!(cut_off(&mut inside).await, FailureCode::Credential);
    println!("removed and gone after {:?}", began.elapsed());
    assert_eq!(hello(&server, board, &credential).await.err(), Some(FailureCode::Credential));
    assert_eq!(enter(&server, board, json!({ "pass": text(&guest, "pass") })).await.problem(), (403, "removed".into()));
    stays.send(&ClientFrame::Ping(7)).await;
    // Others notice nothing.
    while !matches!(stays.next().await, ServerFrame::Pong { nonce: 7, .. }) {}
}

#[tokio::test]
async fn who_loses_their_account_is_gone_from_all_boards_and_stays_so() {
    let server = Server::start().await;
    let mut ada = Browser::set_up(&server).await;
    let token = text(&ada.ask("POST", "/api/v1/invitations", json!({ "administrator": false })).await, "token");
    let mut ken = Browser::new(&server);
    let account = json!({ "token": token, "login": "ken", "name": "Ken", "password": PASSWORD });
    let ken_account = ken.ask("POST", "/api/v1/invitations/accept", account).await.json()["account"].clone();
    let mut inside = Vec::new();
    for _ in 0..2 {
        let board: BoardId = text(&ken.ask("POST", "/api/v1/boards", Value::Null).await, "board").parse().unwrap();
        let credential = text(&ken.ask("POST", &format!("/api/v1/boards/{board}/enter"), json!({})).await, "credential");
        let client = hello(&server, board, &credential).await.unwrap();
        inside.push((board, credential, client));
    }
    let close = |closed: bool| json!({ "closed": closed });
    let path = format!("/api/v1/accounts/{ken_account}");
    assert_eq!(ada.ask("PATCH", &path, close(true)).await.status, 204);
    for (board, credential, client) in &mut inside {
        assert_eq!(cut_off(client).await, FailureCode::Credential);
        assert_eq!(hello(&server, *board, credential).await.err(), Some(FailureCode::Credential));
    }
    assert_eq!(ken.ask("GET", "/api/v1/me", Value::Null).await.json()["account"], Value::Null);
    // Opened again, what was theirs is theirs.
    assert_eq!(ada.ask("PATCH", &path, close(false)).await.status, 204);
    assert_eq!(ken.ask("POST", "/api/v1/sign-in", json!({ "login": "ken", "password": PASSWORD })).await.status, 200);
    let again = ken.ask("POST", &format!("/api/v1/boards/{}/enter", inside[0].0), json!({})).await;
    assert_eq!(text(&again, "role"), "host");
}

#[tokio::test]
async fn names_that_would_deceive_are_cleaned_or_refused() {
    let server = Server::start().await;
    let board = server.new_board().await;
    let name = async |name: &str| enter(&server, board, json!({ "name": name })).await;
    assert_eq!(text(&name("\u{202e}nimda\u{2066}\u{0}\u{1b}").await, "name"), "nimda");
    assert_eq!(text(&name(" 山田\u{3000}太郎\u{200b} ").await, "name"), "山田 太郎");
    for wrong in ["\u{202e}", "\u{3164}", &"a".repeat(61), &"\u{301}".repeat(500)] {
        assert_eq!(name(wrong).await.problem(), (422, "name".into()), "{wrong:?}");
    }
    assert_eq!(name(&"a".repeat(9_000)).await.problem(), (413, "body_too_large".into()));
}

/// From forty addresses at once; an address of its own for each is what an attacker pays for.
#[tokio::test]
async fn guessing_codes_from_many_addresses_is_hopeless() {
    let server = Server::start().await;
    let board = server.new_board().await;
    let (mut looked_up, mut turned_away, mut found) = (0_u32, 0_u32, 0_u32);
    for address in 0..40 {
        for guess in 0..20 {
            let code = format!("{:09}", address * 1_000_003 + guess * 7_919 + 1);
            match status_from(&server, address, &format!("/api/v1/codes/{code}")).await {
                404 => looked_up += 1,
                429 => turned_away += 1,
                200 => found += 1,
                other => panic!("{other}"),
            }
        }
    }
    // A thousand boards among a thousand million codes.
    let hours = 1e9 / 1e3 / f64::from(looked_up) / 60.0;
    println!(
        "800 codes guessed from 40 addresses: {looked_up} looked up, {turned_away} turned away; one of 1,000 boards would take {hours:.0} hours"
    );
    assert_eq!((looked_up, turned_away, found), (300, 500, 0));
    assert!(hello(&server, board, "").await.is_ok(), "links go on opening boards");
}

/// The status of an answer to a client with another address of this machine.
async fn status_from(server: &Server, address: u32, path: &str) -> u16 {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("127.0.1.{}:0", address + 1).parse().unwrap()).unwrap();
    let mut stream = socket.connect(server.address.parse().unwrap()).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.unwrap().unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// How many come, and how many of them stand at the door together.
const COMERS: usize = 500;
const TOGETHER: usize = 100;

#[tokio::test]
async fn five_hundred_who_come_at_once_are_each_let_in_as_themselves() {
    let server = Server::start().await;
    let board = server.new_board().await;
    let began = Instant::now();
    let coming = stream::iter(0..COMERS).map(async |number| {
        let entered = enter(&server, board, json!({ "name": format!("pupil {number}") })).await;
        let client = hello(&server, board, &text(&entered, "credential")).await.unwrap();
        assert_eq!(client.welcome.as_ref().unwrap().role, Role::Member);
        text(&entered, "participant")
    });
    let participants: BTreeSet<_> = coming.buffer_unordered(TOGETHER).collect().await;
    println!("{COMERS} entered and connected in {:?}", began.elapsed());
    assert_eq!(participants.len(), COMERS);
}
