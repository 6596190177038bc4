//! Somebody who was removed and comes back. What they held lets them in no more, from whatever address; a door that
//! is still open lets them in as somebody new, who has nothing of what they were; once it is closed, they stay out
//! (ARCHITECTURE: persons are removed, links are closed; SPEC MEET-2).

use std::time::Instant;

use kakehashi_protocol::ids::DocumentId;
use kakehashi_protocol::schema::{Key, Value as Property};
use kakehashi_protocol::wire::frame::{ClientFrame, FailureCode, ServerFrame};
use serde_json::{Value, json};

use super::common::people::{Hosted, cut_off, enter, hello, participant, set, start_board, text, with};
use super::common::{Answer, JSON, Server, request_from};

/// How a host removes somebody.
#[derive(Clone, Copy, Debug)]
enum By {
    Request,
    Record,
}

/// Whether somebody is let onto the board with what they show at the door.
async fn is_let_in(server: &Server, hosted: &Hosted, entered: &Answer) -> bool {
    if entered.status != 200 {
        let (status, code) = entered.problem();
        assert!(status == 403 && ["removed", "door", "closed"].contains(&&*code), "{status} {code}");
        return false;
    }
    let credential = text(entered, "credential");
    let connects = hello(server, hosted.board, &credential).await;
    let told = with(server, &credential, "GET", &hosted.path(""), Value::Null).await;
    match connects {
        Ok(_) => assert_eq!(told.status, 200),
        Err(code) => assert_eq!((code, told.problem()), (FailureCode::Credential, (403, "removed".into()))),
    }
    connects.is_ok()
}

#[tokio::test]
async fn who_is_removed_comes_back_only_as_somebody_new_by_a_door_that_is_open() {
    let (mut kept_out, mut anew) = (0, 0);
    for by in [By::Request, By::Record] {
        for closed in [false, true] {
            let server = Server::start().await;
            let hosted = start_board(&server).await;
            let mut host = hello(&server, hosted.board, &hosted.host).await.unwrap();
            let (link, token) = hosted.link(&server, json!({ "role": "member", "valid_s": 3600 })).await;
            if closed {
                hosted.close(&server).await;
            }
            let door = || if closed { json!({ "name": "Mallory", "link": token }) } else { json!({ "name": "Mallory" }) };
            let first = enter(&server, hosted.board, door()).await;
            let (credential, name) = (text(&first, "credential"), text(&first, "participant"));
            let mut inside = hello(&server, hosted.board, &credential).await.unwrap();
            let record = participant(&mut inside).await;
            // They lead a little, which must not come back with them.
            host.write(vec![set(DocumentId::COVER, record, Key::Role, &Property::Int(2))]).await;
            let other = text(&enter(&server, hosted.board, json!({ "name": "Kim", "link": token })).await, "credential");
            let mut stays = hello(&server, hosted.board, &other).await.unwrap();

            let place = hosted.path(&format!("/participants/{name}"));
            assert_eq!(with(&server, &other, "DELETE", &place, Value::Null).await.problem(), (403, "role".into()));
            let began = Instant::now();
            match by {
                By::Request => assert_eq!(with(&server, &hosted.host, "DELETE", &place, Value::Null).await.status, 204),
                By::Record => drop(host.write(vec![set(DocumentId::COVER, record, Key::Deleted, &Property::Bool(true))]).await),
            }
            assert_eq!(cut_off(&mut inside).await, FailureCode::Credential);
            println!("removed by {by:?} and gone after {:?}", began.elapsed());

            assert_eq!(hello(&server, hosted.board, &credential).await.err(), Some(FailureCode::Credential));
            let pass = text(&first, "pass");
            let held = [json!({ "pass": pass }), json!({ "pass": pass, "link": token }), json!({ "pass": pass, "name": "Somebody else" })];
            for shown in &held {
                let path = hosted.path("/enter");
                let elsewhere = request_from(7, &server.address, "POST", &path, &[JSON], shown.to_string().as_bytes()).await;
                for entered in [enter(&server, hosted.board, shown.clone()).await, elsewhere] {
                    assert!(!is_let_in(&server, &hosted, &entered).await, "{by:?}, {shown}");
                    kept_out += 1;
                }
            }
            let new = enter(&server, hosted.board, door()).await;
            assert!(is_let_in(&server, &hosted, &new).await);
            assert_ne!(text(&new, "participant"), name);
            let mut back = hello(&server, hosted.board, &text(&new, "credential")).await.unwrap();
            assert_ne!(participant(&mut back).await, record);
            assert_eq!(text(&new, "role"), "member", "what they led is not theirs any more");
            anew += 1;

            assert_eq!(hosted.ask(&server, "DELETE", &format!("/links/{link}"), Value::Null).await.status, 204);
            hosted.close(&server).await;
            for shown in [door(), json!({ "code": hosted.code }), json!({})].into_iter().chain(held) {
                assert!(!is_let_in(&server, &hosted, &enter(&server, hosted.board, shown).await).await);
                kept_out += 1;
            }
            stays.send(&ClientFrame::Ping(7)).await;
            // Others notice nothing.
            while !matches!(stays.next().await, ServerFrame::Pong { nonce: 7, .. }) {}
        }
    }
    println!(
        "removed guests who came back: {kept_out} times kept out, {anew} times let in anew by a door that was open, never as who they were"
    );
}
