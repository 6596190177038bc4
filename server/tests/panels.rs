//! Panels as devices over HTTP and the WebSocket: from the pairing code to the board that gets an owner, and what
//! wrong keys, old challenges, guessed codes and revoked panels are given.

#![allow(clippy::unwrap_used, reason = "these are tests, though not all marked as such")]

mod common;

use std::time::{Duration, Instant};

use common::Server;
use common::people::{hello, text};
use common::staff::{Device, Person, ask, told};
use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::wire::frame::{ClientFrame, FailureCode, ServerFrame};
use kakehashi_server::directory::limits::{PAIRING_TRIES_PER_MINUTE, PANEL_ASKS_PER_MINUTE};
use kakehashi_server::directory::pairing::PAIRINGS_OF_ADDRESS_MAX;
use kakehashi_server::directory::panels::{ONLINE_MS, TOKEN_MS};
use serde_json::{Value, json};

// SPEC MEET-10
#[tokio::test]
async fn a_panel_is_approved_starts_boards_as_itself_and_what_was_begun_gets_an_owner() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let ken = ada.teacher("ken").await;
    ada.ask("PUT", "settings", json!({ "starts": "accounts" })).await;
    let mut device = Device::new(&server);
    let shown = device.pair().await;
    let code = text(&shown, "code");
    assert_eq!((shown.status, code.len()), (201, 9), "{code}");
    assert_eq!(device.prove().await.problem(), (404, "unknown_panel".into()), "it waits");
    let seen = ken.ask("GET", &format!("panels/pairings/{code}"), Value::Null).await.json();
    assert_eq!((&seen["browser"], &seen["version"]), (&json!("Chromium 88, Android"), &json!("a1b2c3")));
    let number = ken.approve(&code.replace('-', " ")).await;
    assert_eq!(ken.ask("GET", &format!("panels/pairings/{code}"), Value::Null).await.problem(), (404, "pairing".into()), "used up");
    let proved = device.prove().await;
    assert_eq!(
        (text(&proved, "name"), text(&proved, "site"), text(&proved, "room")),
        ("Panel 3-2".into(), "Katsumoto School".into(), "3-2".into())
    );
    let left_ms = proved.json()["ends_ms"].as_u64().unwrap() - common::now_ms();
    assert!(left_ms <= TOKEN_MS && left_ms > TOKEN_MS / 2, "{left_ms}");

    // Only accounts start boards here, and panels that one of them has approved.
    assert_eq!(ask(&server, &[], "POST", "boards", Value::Null).await.problem(), (403, "accounts_only".into()));
    let (board, ready) = (device.start().await, device.start().await);
    let entered = device.enter(board).await;
    assert_eq!(
        (text(&entered, "kind"), text(&entered, "name"), text(&entered, "role")),
        ("panel".into(), "Panel 3-2".into(), "host".into())
    );
    assert_eq!(text(&device.enter(board).await, "participant"), text(&entered, "participant"), "the same each time");
    let elsewhere: BoardId = text(&ken.ask("POST", "boards", Value::Null).await, "board").parse().unwrap();
    assert_eq!(text(&device.enter(elsewhere).await, "role"), "member", "on others' boards it is what the link gives");
    // Ken looks on from his laptop before the board is his.
    let looks_on = ken.ask("POST", &format!("boards/{board}/enter"), json!({})).await;
    let mut at_panel = hello(&server, board, &text(&entered, "credential")).await.unwrap();
    let mut at_laptop = hello(&server, board, &text(&looks_on, "credential")).await.unwrap();
    told(&mut at_panel, Role::Host).await;
    told(&mut at_laptop, Role::Member).await;

    let boards = async |by: &Person<'_>| by.ask("GET", &format!("panels/{number}/boards"), Value::Null).await.json();
    assert_eq!(boards(&ken).await, json!([]), "nobody has written yet");
    assert_eq!(device.beat(&[board, elsewhere]).await.status, 200);
    let begun = boards(&ken).await;
    assert_eq!(
        (begun.as_array().unwrap().len(), &begun[0]["board"]),
        (1, &json!(board.to_string())),
        "its own, and not the one that waits"
    );
    assert_eq!(begun[0]["code"].as_str().unwrap().len(), 11);

    let owner = |board: BoardId| format!("boards/{board}/owner");
    assert_eq!(ken.ask("PUT", &owner(elsewhere), json!({})).await.problem(), (404, "not_of_panel".into()));
    assert_eq!(ken.ask("PUT", &owner(board), json!({ "login": "ada" })).await.problem(), (403, "administrator".into()));
    assert_eq!(ada.ask("PUT", &owner(board), json!({ "login": "eve" })).await.problem(), (404, "unknown_account".into()));
    assert_eq!(ada.ask("PUT", &owner(board), json!({ "login": "Ken" })).await.status, 204);
    assert_eq!(ken.ask("PUT", &owner(board), json!({})).await.status, 204, "said twice");
    // At once, where they are.
    told(&mut at_laptop, Role::Host).await;
    told(&mut at_panel, Role::Member).await;
    assert_eq!(ada.ask("PUT", &owner(board), json!({})).await.problem(), (409, "owned".into()));
    assert_eq!(text(&ken.ask("POST", &format!("boards/{board}/enter"), json!({})).await, "role"), "host");
    assert_eq!(text(&device.enter(board).await, "role"), "member", "it leads no longer");
    assert_eq!(text(&device.enter(ready).await, "role"), "host");
    assert_eq!(boards(&ada).await, json!([]), "what is somebody's is shown to nobody else");
    let acts: Vec<_> =
        ada.ask("GET", "audit", Value::Null).await.json().as_array().unwrap().iter().map(|entry| entry["act"].clone()).collect();
    assert_eq!(acts[..2], ["given", "panel-approved"]);
}

#[tokio::test]
async fn how_panels_are_is_known_and_a_new_name_is_told() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let (device, number) = Device::approved(&server, &ada).await;
    let list = async || ada.ask("GET", "panels", Value::Null).await.json();
    let row = list().await[0].clone();
    assert_eq!((&row["online"], &row["seen_ms"], &row["paired_by"]), (&json!(false), &Value::Null, &json!("ada")));
    assert_eq!(device.beat(&[]).await.json()["again_ms"], 30_000);
    let row = list().await[0].clone();
    assert_eq!(
        (&row["online"], &row["round_trip_ms"], &row["unsent"], &row["version"]),
        (&json!(true), &json!(41), &json!(2), &json!("a1b2c4"))
    );
    let later = server.hub.services.directory.panels(common::now_ms() + ONLINE_MS).await.unwrap();
    assert!(!later[0].online && later[0].seen_ms.is_some());
    let change = json!({ "name": "Iki\u{202e} 1", "room": "music" });
    assert_eq!(ada.ask("PATCH", &format!("panels/{number}"), change).await.status, 204);
    let told = device.beat(&[]).await;
    assert_eq!(
        (text(&told, "name"), text(&told, "site"), text(&told, "room")),
        ("Iki 1".into(), "Katsumoto School".into(), "music".into())
    );
    for wrong in [json!({ "name": "" }), json!({ "site": "\u{202e}" }), json!({ "room": "a".repeat(61) })] {
        assert_eq!(ada.ask("PATCH", &format!("panels/{number}"), wrong).await.problem(), (422, "name".into()));
    }
    let many: Vec<_> = (0..21_u8).map(|number| BoardId([number; 16])).collect();
    assert_eq!(device.beat(&many).await.problem(), (400, "malformed".into()));
}

#[tokio::test]
async fn a_panel_is_revoked_by_who_approved_it_and_by_administrators() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let (bob, eve) = (ada.teacher("bob").await, ada.teacher("eve").await);
    for by in [&bob, &ada] {
        let number = bob.approve(&text(&Device::new(&server).pair().await, "code")).await;
        let place = format!("panels/{number}");
        assert_eq!(eve.ask("DELETE", &place, Value::Null).await.problem(), (403, "approver".into()));
        let seen = eve.ask("GET", "panels", Value::Null).await.json();
        assert_eq!(seen[0]["paired_by"], "bob", "all staff see which there are");
        assert_eq!(by.ask("DELETE", &place, Value::Null).await.status, 204);
    }
}

// SPEC MEET-9
#[tokio::test]
async fn a_revoked_panel_is_cut_off_at_once_and_stays_so() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let (mut device, number) = Device::approved(&server, &ada).await;
    let (other, _) = Device::approved(&server, &ada).await;
    let mut inside = Vec::new();
    for _ in 0..2 {
        let board = device.start().await;
        let credential = text(&device.enter(board).await, "credential");
        inside.push((board, hello(&server, board, &credential).await.unwrap(), credential));
    }
    let mut stays = hello(&server, inside[0].0, &text(&other.enter(inside[0].0).await, "credential")).await.unwrap();
    let began = Instant::now();
    assert_eq!(ada.ask("DELETE", &format!("panels/{number}"), Value::Null).await.status, 204);
    for (board, client, credential) in &mut inside {
        let cut_off =
            async { while !matches!(client.next().await, ServerFrame::Failed(failure) if failure.code == FailureCode::Credential) {} };
        tokio::time::timeout(Duration::from_secs(10), cut_off).await.expect("cut off at once");
        assert_eq!(hello(&server, *board, credential).await.err(), Some(FailureCode::Credential));
    }
    println!("revoked, cut off from two boards and refused there again after {:?}", began.elapsed());
    let revoked = (403, "panel_revoked".to_owned());
    assert_eq!(device.beat(&[]).await.problem(), revoked);
    assert_eq!(device.enter(inside[0].0).await.problem(), revoked);
    assert_eq!(device.ask("POST", "boards", Value::Null).await.problem(), revoked);
    assert_eq!(device.prove().await.problem(), revoked);
    assert_eq!(device.pair().await.problem(), (409, "panel_paired".into()), "its key is worth nothing for ever");
    assert_eq!(ada.ask("DELETE", &format!("panels/{number}"), Value::Null).await.problem(), (404, "unknown_panel".into()));
    assert_eq!(ada.ask("GET", "panels", Value::Null).await.json().as_array().unwrap().len(), 1);
    stays.send(&ClientFrame::Ping(7)).await;
    while !matches!(stays.next().await, ServerFrame::Pong { nonce: 7, .. }) {}
    // With another key it is a new panel.
    Device::approved(&server, &ada).await;
}

#[tokio::test]
async fn wrong_keys_and_old_challenges_prove_nothing_and_answer_alike() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let (device, _) = Device::approved(&server, &ada).await;
    let thief = Device::new(&server);
    let elsewhere = Server::start().await;
    let foreign = Device::new(&elsewhere).challenge().await;
    let challenge = device.challenge().await;
    let (right, stolen) = (device.sign(&challenge), thief.sign(&challenge));
    let cut = &challenge[..challenge.len() - 2];
    let mut answers = Vec::new();
    for (challenge, signature) in [
        (&*challenge, &*stolen),
        (&foreign, &device.sign(&foreign)),
        (&challenge.replacen(|digit: char| digit != 'a', "a", 1), &right),
        (cut, &device.sign(cut)),
        (&challenge, &device.sign("")),
        (&challenge, &right.to_uppercase()),
        (&challenge, &"0".repeat(128)),
        (&challenge, ""),
        ("", &device.sign("")),
    ] {
        let answer = device.show(challenge, signature).await;
        assert_eq!(answer.problem(), (401, "panel_proof".into()), "{challenge} {signature}");
        answers.push(answer.body);
    }
    assert_eq!(device.show(&challenge, &right).await.status, 200, "nothing of that has used it up");
    let replayed = device.show(&challenge, &right).await;
    assert_eq!(replayed.problem(), (401, "panel_proof".into()));
    answers.push(replayed.body);
    assert!(answers.iter().all(|body| *body == answers[0]));
    // Who listens has the public key, and may ask for as many challenges as they like.
    for wrong in ["", "04", &"f".repeat(130), &device.key().to_uppercase()] {
        let body = json!({ "key": wrong, "challenge": challenge, "signature": right });
        assert_eq!(ask(&server, &[], "POST", "panel/session", body).await.problem(), (400, "malformed".into()), "{wrong}");
    }
    for token in ["kp_", &format!("kp_{}", "0".repeat(64)), &format!("{}0", device.token), &device.token.replacen("kp_", "kk_", 1)] {
        let bearer = format!("Bearer {token}");
        let answer = ask(&server, &[("authorization", &bearer)], "PUT", "panel/heartbeat", json!({})).await;
        assert_eq!(answer.problem(), (401, "panel_token".into()), "{token}");
    }
    // A panel is nobody's account, and no credential of a board.
    for path in ["panels", "accounts", "me/keys"] {
        assert_eq!(device.ask("GET", path, Value::Null).await.problem(), (401, "signed_out".into()), "{path}");
    }
    let board = device.start().await;
    assert_eq!(device.ask("GET", &format!("boards/{board}"), Value::Null).await.problem().0, 401);
}

#[tokio::test]
async fn guessing_pairing_codes_is_hopeless() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let ken = ada.teacher("ken").await;
    let device = Device::new(&server);
    let code = text(&device.pair().await, "code");
    let again = text(&device.pair().await, "code");
    for path in [format!("panels/pairings/{again}"), "panels".into(), "panels/1/boards".into()] {
        assert_eq!(ask(&server, &[], "GET", &path, Value::Null).await.problem(), (401, "signed_out".into()), "{path}");
    }
    let place = |code: &str| json!({ "code": code, "name": "a", "site": "b", "room": "c" });
    // One that was right, one that no panel has, and one that is used: nobody can tell them apart.
    ada.approve(&again).await;
    let mut answers = Vec::new();
    for wrong in [&code, "0000-0000", &again] {
        for (method, path, body) in [("GET", format!("panels/pairings/{wrong}"), Value::Null), ("POST", "panels".into(), place(wrong))] {
            let answer = ken.ask(method, &path, body).await;
            assert_eq!(answer.problem(), (404, "pairing".into()));
            answers.push(answer.body);
        }
    }
    assert!(answers.iter().all(|body| *body == answers[0]));
    let mut tried = 0;
    for guess in 0..100 {
        let answer = ken.ask("POST", "panels", place(&format!("{:08}", guess * 7_919))).await;
        match answer.status {
            404 => tried += 1,
            status => assert_eq!((status, answer.problem().1), (429, "too_often".into())),
        }
    }
    assert!(tried <= PAIRING_TRIES_PER_MINUTE.get(), "{tried}");
    println!("100 pairing codes guessed by an account: {} tried", tried + 6);
    for wrong in ["", "1234567", "123456789", "１２３４５６７８", "abcdefgh"] {
        assert_eq!(ada.ask("POST", "panels", place(wrong)).await.problem(), (400, "malformed".into()), "{wrong}");
    }
    // Nobody fills the list of those who wait from one address.
    let mut waiting = 0;
    for _ in 0..PANEL_ASKS_PER_MINUTE.get() + 10 {
        let answer = Device::new(&server).pair().await;
        match answer.status {
            201 => waiting += 1,
            503 => assert_eq!(answer.problem().1, "busy"),
            status => assert_eq!((status, answer.problem().1), (429, "too_often".into())),
        }
    }
    assert_eq!(waiting, PAIRINGS_OF_ADDRESS_MAX);
}

#[tokio::test]
async fn a_panel_comes_back_by_itself_after_the_server_was_away() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let (Device { signing, token, .. }, number) = Device::approved(&server, &ada).await;
    let folder = server.stop().await;
    let server = Server::start_in(folder, Duration::from_secs(60)).await;
    let mut device = Device { server: &server, signing, token };
    assert_eq!(device.beat(&[]).await.problem(), (401, "panel_token".into()));
    assert_eq!(device.prove().await.json()["panel"], number);
    let board = device.start().await;
    let entered = device.enter(board).await;
    assert!(hello(&server, board, &text(&entered, "credential")).await.is_ok());
}
