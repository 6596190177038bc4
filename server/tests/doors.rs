//! Accounts and doors over HTTP and the WebSocket: who signs in, who may start a board, who may enter
//! one, and as what (SPEC MEET-9). Those who try what they may not are in `abuse/`.

#![allow(clippy::unwrap_used, reason = "these are tests, though not all marked as such")]

mod common;

use std::time::{Duration, Instant};

use common::people::{Browser, PASSWORD, cut_off, enter, hello, participant, set, start_board, text, with};
use common::{Client, JSON, PATIENCE, Server, get, request};
use kakehashi_protocol::ids::{BoardId, DocumentId, OpId};
use kakehashi_protocol::people::LOBBY;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::{Key, Value as Property};
use kakehashi_protocol::wire::frame::{ClientFrame, FailureCode, ServerFrame, Subscription};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

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
async fn only_administrators_administrate() {
    let server = Server::start().await;
    let mut ada = Browser::set_up(&server).await;
    let (mut bob, _) = ada.invite("bob").await;
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
    assert_eq!((text(&entered, "role"), text(&entered, "kind"), text(&entered, "name")), ("host".into(), "account".into(), "bob".into()));
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
async fn who_loses_their_account_is_gone_from_all_boards_and_stays_so() {
    let server = Server::start().await;
    let mut ada = Browser::set_up(&server).await;
    let (mut ken, ken_account) = ada.invite("ken").await;
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

/// Who waits in the lobby, as one who leads sees it.
async fn waiting(host: &Client) -> OpId {
    let found = async {
        loop {
            let lobby = host.snapshot(LOBBY).await;
            if let Some(record) = lobby.document.records().find(|record| record.visible()) {
                return record.id();
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, found).await.expect("somebody waits")
}

// SPEC MEET-5: a link or code may say that who comes by it waits until they are let in.
#[tokio::test]
async fn who_comes_by_a_link_with_a_lobby_waits_until_they_are_let_in() {
    let server = Server::start().await;
    let hosted = start_board(&server).await;
    hosted.close(&server).await;
    let mut host = hello(&server, hosted.board, &hosted.host).await.unwrap();
    host.send(&ClientFrame::Subscribe(Subscription { document: LOBBY, cursor: None })).await;
    for kind in ["link", "code"] {
        let order = json!({ "role": "member", "valid_s": 3600, "code": kind == "code", "waits": true });
        let (_, shown) = hosted.link(&server, order).await;
        let entered = enter(&server, hosted.board, json!({ "name": "Kim", kind: shown })).await;
        assert_eq!((&entered.json()["waits"], &entered.json()["role"]), (&json!(true), &json!("member")));
        let credential = text(&entered, "credential");
        let mut kim = hello(&server, hosted.board, &credential).await.unwrap();
        assert_eq!(kim.welcome.as_ref().unwrap().role, Role::Viewer);
        kim.send_all(&[ClientFrame::Subscribe(Subscription { document: DocumentId::COVER, cursor: None }), ClientFrame::Ping(7)]).await;
        loop {
            match kim.next().await {
                ServerFrame::Pong { nonce: 7, .. } => break,
                ServerFrame::You(own) => assert!(own.waits && own.participant.is_none()),
                other => panic!("nothing is told in the lobby, not {other:?}"),
            }
        }
        for (method, rest) in [("GET", ""), ("GET", "/export"), ("GET", "/doors"), ("PUT", "/doors")] {
            let told = with(&server, &credential, method, &hosted.path(rest), json!({ "bare": null })).await;
            assert_eq!(told.problem(), (403, "lobby".into()), "{method} {rest}");
        }
        let waits = waiting(&host).await;
        host.offer(vec![set(LOBBY, waits, Key::Admitted, &Property::Bool(true))]).await;
        participant(&mut kim).await;
        kim.subscribed().await;
        assert_eq!(with(&server, &credential, "GET", &hosted.path(""), Value::Null).await.status, 200);
        // Once let in, one waits no more, on whatever connection.
        let again = enter(&server, hosted.board, json!({ "pass": text(&entered, "pass") })).await;
        let again = hello(&server, hosted.board, &text(&again, "credential")).await.unwrap();
        assert_eq!(again.welcome.unwrap().role, Role::Member);
    }
}

// SPEC MEET-2: what the board's record says counts for requests too.
#[tokio::test]
async fn who_loses_a_role_on_the_board_loses_what_requests_it_gave() {
    let server = Server::start().await;
    let mut ada = Browser::set_up(&server).await;
    let board: BoardId = text(&ada.ask("POST", "/api/v1/boards", Value::Null).await, "board").parse().unwrap();
    let path = |rest: &str| format!("/api/v1/boards/{board}{rest}");
    let owner = text(&ada.ask("POST", &path("/enter"), json!({})).await, "credential");
    let mut host = hello(&server, board, &owner).await.unwrap();
    let ada_record = participant(&mut host).await;
    let guest = text(&enter(&server, board, json!({ "name": "Kim" })).await, "credential");
    let mut kim = hello(&server, board, &guest).await.unwrap();
    let record = participant(&mut kim).await;
    let ask = async |rest: &str| with(&server, &guest, "GET", &path(rest), Value::Null).await;
    let role = |of, role| set(DocumentId::COVER, of, Key::Role, &Property::Int(role));
    let refused = |answer: common::Answer| if answer.status == 200 { "allowed".to_owned() } else { answer.problem().1 };
    let all = async || {
        let gif = [("content-type", "image/gif"), ("authorization", &*format!("Bearer {guest}"))];
        let brought = request(&server.address, "POST", &path("/assets"), &gif, b"GIF89a").await.problem().1;
        [refused(ask("").await), refused(ask("/export").await), refused(ask("/links").await), brought]
    };
    assert_eq!(all().await, ["allowed", "ticket", "role", "asset_type"], "a member");
    host.write(vec![role(record, 3)]).await;
    assert_eq!(all().await, ["allowed", "allowed", "allowed", "asset_type"], "a host");
    kim.write(vec![role(ada_record, 0)]).await;
    let led = with(&server, &owner, "GET", &path("/links"), Value::Null).await;
    assert_eq!(led.status, 200, "who owns a board leads its doors, whoever leads the meeting");
    kim.write(vec![role(ada_record, 3)]).await;
    host.write(vec![role(record, 0)]).await;
    assert_eq!(all().await, ["allowed", "ticket", "role", "role"], "a viewer");
    host.write(vec![set(DocumentId::COVER, record, Key::Deleted, &Property::Bool(true))]).await;
    assert_eq!(all().await, ["removed", "removed", "removed", "removed"]);
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_a_link_and_nobody_else_learns_it() {
    const NEW: &str = "another horse";
    let server = Server::start().await;
    let mut ada = Browser::set_up(&server).await;
    let (mut bob, account) = ada.invite("bob").await;
    let reset = format!("/api/v1/accounts/{account}/reset");
    assert_eq!(bob.ask("POST", "/api/v1/accounts/1/reset", Value::Null).await.problem(), (403, "administrator".into()));
    assert_eq!(ada.ask("POST", "/api/v1/accounts/1/reset", Value::Null).await.problem(), (409, "own_account".into()));
    assert_eq!(ada.ask("POST", "/api/v1/accounts/99/reset", Value::Null).await.problem(), (404, "unknown_account".into()));
    let first = text(&ada.ask("POST", &reset, Value::Null).await, "token");
    let revoked = ada.ask("POST", &reset, Value::Null).await.json();
    let place = format!("/api/v1/invitations/{}", revoked["invitation"]);
    assert_eq!(ada.ask("DELETE", &place, Value::Null).await.status, 204, "it can be taken back");
    let made = ada.ask("POST", &reset, Value::Null).await;
    let token = text(&made, "token");
    assert_eq!((made.status, &made.json()["resets"]), (201, &json!("bob")));
    assert!(bob.ask("GET", "/api/v1/me", Value::Null).await.json()["account"].is_object(), "until it is used all stays");
    let mut anew = Browser::new(&server);
    let use_up = |token: &str, password: &str| json!({ "token": token, "password": password });
    let place = "/api/v1/invitations/reset";
    assert_eq!(anew.ask("POST", place, use_up(&token, "short")).await.problem(), (422, "password".into()));
    let as_account = json!({ "token": token, "login": "eve", "name": "Eve", "password": NEW });
    let mut answers = vec![anew.ask("POST", "/api/v1/invitations/accept", as_account).await];
    for worthless in [first, revoked["token"].as_str().unwrap().to_owned(), String::new()] {
        answers.push(anew.ask("POST", place, use_up(&worthless, NEW)).await);
    }
    assert_eq!(anew.ask("POST", place, use_up(&token, NEW)).await.status, 200);
    answers.push(anew.ask("POST", place, use_up(&token, NEW)).await);
    assert!(answers.iter().all(|answer| answer.problem() == (404, "invitation".into()) && answer.body == answers[0].body));
    assert_eq!(anew.ask("GET", "/api/v1/me", Value::Null).await.json()["account"]["login"], "bob");
    assert_eq!(bob.ask("GET", "/api/v1/me", Value::Null).await.json()["account"], Value::Null, "the other browsers are signed out");
    for (password, status) in [(PASSWORD, 401), (NEW, 200)] {
        let answer = Browser::new(&server).ask("POST", "/api/v1/sign-in", json!({ "login": "bob", "password": password })).await;
        assert_eq!(answer.status, status);
    }
    let acts = ada.ask("GET", "/api/v1/audit", Value::Null).await.json();
    let said: Vec<_> =
        acts.as_array().unwrap().iter().map(|entry| format!("{} {} {}", entry["who"], entry["act"], entry["what"])).collect();
    assert!(said.contains(&r#""ada" "reset" "bob""#.to_owned()) && said.contains(&r#""bob" "password" "link""#.to_owned()), "{said:?}");
}
