//! Webhooks to a real receiver over HTTP: what is told, signed how, tried again when, and that neither a
//! crash nor a receiver that misbehaves loses an event or tells it under two ids.

#![allow(clippy::unwrap_used, reason = "these are tests, though not all marked as such")]

mod common;
#[path = "common/receiver.rs"]
mod receiver;

use std::sync::Arc;
use std::time::Duration;

use common::{Answer, Client, PATIENCE, Process, Server, hello_of, now_ms, request};
use kakehashi_protocol::ids::{BoardId, DocumentId};
use kakehashi_protocol::op::{Op, OpBody, Property};
use kakehashi_protocol::rights::MEETING;
use kakehashi_protocol::schema::{Key, Value as Held};
use kakehashi_protocol::wire::frame::{ClientFrame, Hello, ServerFrame};
use kakehashi_server::directory::Directory;
use kakehashi_server::directory::accounts::NewAccount;
use kakehashi_server::webhooks::pace::Pace;
use receiver::{Received, Receiver, Reply};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

const ALL: [&str; 3] = ["session.started", "session.ended", "board.exported"];

/// Tries follow each other quickly, so that tests do.
fn quick() -> Pace {
    Pace { attempt: Duration::from_millis(400), retries: [50, 100, 150].map(Duration::from_millis).into() }
}

/// An administrator's browser at a server.
struct Admin {
    address: String,
    cookie: String,
}

impl Admin {
    /// Sets up a folder of data.
    async fn set_up(folder: &TempDir) -> String {
        let directory = Directory::open(folder.path()).unwrap();
        let new = NewAccount { login: "ada".into(), name: "Ada".into(), password: "correct horse".into() };
        let signed = directory.set_up(&directory.setup_secret().unwrap(), new, now_ms()).await.unwrap();
        format!("kakehashi={}", signed.token)
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> Answer {
        let headers = [("content-type", "application/json"), ("cookie", &*self.cookie)];
        request(&self.address, method, path, &headers, body.to_string().as_bytes()).await
    }

    /// Makes a webhook; gives its path and secret.
    async fn hook(&self, url: &str, events: &[&str]) -> (String, String) {
        let made = self.ask("POST", "/api/v1/webhooks", json!({ "url": url, "events": events })).await;
        assert_eq!(made.status, 201, "{}", made.json());
        let made = made.json();
        (format!("/api/v1/webhooks/{}", made["webhook"]), made["secret"].as_str().unwrap().to_owned())
    }

    async fn webhook(&self, path: &str) -> Value {
        let number: i64 = path.rsplit('/').next().unwrap().parse().unwrap();
        let all = self.ask("GET", "/api/v1/webhooks", Value::Null).await.json();
        all.as_array().unwrap().iter().find(|webhook| webhook["webhook"] == number).expect("the webhook").clone()
    }

    /// The newest delivery, once it is in this state.
    async fn delivery(&self, path: &str, state: &str) -> Value {
        let look = async {
            loop {
                let newest = self.ask("GET", &format!("{path}/deliveries"), Value::Null).await.json()[0].clone();
                if newest["state"] == state {
                    return newest;
                }
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, look).await.expect("the state in time")
    }

    /// A board of the administrator's, and they on it.
    async fn host(&self) -> (BoardId, Client) {
        let made = self.ask("POST", "/api/v1/boards", Value::Null).await;
        let board: BoardId = made.json()["board"].as_str().unwrap().parse().unwrap();
        (board, self.enter(board).await)
    }

    async fn credential(&self, board: BoardId) -> String {
        let entered = self.ask("POST", &format!("/api/v1/boards/{board}/enter"), json!({})).await.json();
        entered["credential"].as_str().unwrap().to_owned()
    }

    async fn enter(&self, board: BoardId) -> Client {
        let mut client = Client::silent(&self.address, board).await;
        let credential = self.credential(board).await.into_bytes();
        client.send(&ClientFrame::Hello(Hello { credential, ..hello_of(client.actor) })).await;
        while !matches!(client.next().await, ServerFrame::You(_)) {}
        client
    }
}

/// A server that tells webhooks, in the test's process.
async fn start(folder: &Arc<TempDir>, cookie: &str) -> (Server, Admin) {
    let (server, admin) = start_mute(folder, cookie).await;
    let address = server.address.parse().unwrap();
    server.hub.services.webhooks.start(&server.hub, address, quick()).await.unwrap();
    (server, admin)
}

/// The same, but nothing that rooms tell is queued: as if it were killed at once whenever one does.
async fn start_mute(folder: &Arc<TempDir>, cookie: &str) -> (Server, Admin) {
    let server = Server::start_in(Arc::clone(folder), Duration::from_secs(60)).await;
    let admin = Admin { address: server.address.clone(), cookie: cookie.to_owned() };
    (server, admin)
}

async fn staffed() -> (Arc<TempDir>, String) {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let cookie = Admin::set_up(&folder).await;
    (folder, cookie)
}

async fn meet(client: &mut Client, key: Key, session: i64) {
    let properties = vec![Property { key: key.number(), value: Held::Int(session).encode() }];
    let op = Op { document: DocumentId::COVER, body: OpBody::Set { record: MEETING, properties } };
    let change = client.offer(vec![op]).await;
    loop {
        match client.next().await {
            ServerFrame::Accepted { next, .. } if next >= change.end() => return,
            ServerFrame::Refused { refusal, .. } => panic!("{refusal:?}"),
            _ => {}
        }
    }
}

fn told(received: &Received) -> (String, Option<i64>) {
    (received.kind(), received.json()["data"]["session"].as_i64())
}

#[tokio::test]
async fn what_happens_is_told_signed_and_with_what_is_written_down() {
    let (folder, cookie) = staffed().await;
    let (_server, ada) = start(&folder, &cookie).await;
    let mut receiver = Receiver::start().await;
    let (hook, secret) = ada.hook(&receiver.url, &ALL).await;
    let (board, mut host) = ada.host().await;
    let began = now_ms();
    meet(&mut host, Key::Session, 7).await;
    let started = receiver.next().await;
    meet(&mut host, Key::Ended, 7).await;
    meet(&mut host, Key::Session, 8).await;
    // Starting another ends the one that is on.
    meet(&mut host, Key::Session, 9).await;
    let bearer = format!("Bearer {}", ada.credential(board).await);
    let exported = request(&ada.address, "GET", &format!("/api/v1/boards/{board}/export"), &[("authorization", &bearer)], &[]).await;
    assert_eq!(exported.status, 200);
    let mut all = vec![started];
    for _ in 0..5 {
        all.push(receiver.next().await);
    }
    let order: Vec<_> = all.iter().map(told).collect();
    let of = |kind: &str, session| (kind.to_owned(), session);
    assert_eq!(
        order,
        [
            of("session.started", Some(7)),
            of("session.ended", Some(7)),
            of("session.started", Some(8)),
            of("session.ended", Some(8)),
            of("session.started", Some(9)),
            of("board.exported", None)
        ]
    );
    let mut ids: Vec<&str> = all.iter().map(Received::id).collect();
    ids.dedup();
    assert_eq!(ids.len(), 6);
    for received in &all {
        assert_eq!(received.signed(&secret), (1, 1));
        assert_eq!(received.header("content-type"), "application/json");
        let at_s: u64 = received.header("webhook-timestamp").parse().unwrap();
        assert!((began / 1_000..=now_ms() / 1_000).contains(&at_s));
        let body = received.json();
        assert_eq!(body["data"]["board"], board.to_string());
        assert_eq!(body["data"]["by"]["name"], "Ada");
        assert_eq!(body["data"]["by"]["participant"].as_str().unwrap().len(), 32);
    }
    assert_eq!(all[1].json()["data"]["started_at"], all[0].json()["timestamp"]);
    assert!(all.iter().all(|received| !String::from_utf8_lossy(&received.body).contains(&secret)));
    // One byte of the body, or another secret, and it is not genuine.
    let mut forged = all[0].clone();
    forged.body[10] ^= 1;
    assert_eq!(forged.signed(&secret), (0, 1));
    let newest = ada.delivery(&hook, "delivered").await;
    assert_eq!((&newest["event"], &newest["attempts"], &newest["status"]), (&json!("board.exported"), &json!(1), &json!(204)));
    assert_eq!(ada.webhook(&hook).await["waiting"], 0);
}

#[tokio::test]
async fn what_fails_is_tried_again_under_one_id_and_holds_nobody_up() {
    let (folder, cookie) = staffed().await;
    let (server, ada) = start(&folder, &cookie).await;
    let (mut one, mut other, elsewhere) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    let (hook, _) = ada.hook(&one.url, &ALL).await;
    ada.hook(&other.url, &ALL).await;
    let (_, mut host) = ada.host().await;
    // An error, an end without an answer, and none at all in time; the fourth try is taken.
    one.replies([Reply::Status(500), Reply::Close, Reply::Hang, Reply::Status(200)]);
    meet(&mut host, Key::Session, 1).await;
    let tries = [one.next().await, one.next().await, one.next().await];
    // The other receiver heard of it while this one was still silent.
    assert_eq!(other.next().await.id(), tries[0].id());
    let last = one.next().await;
    assert!(tries.iter().all(|received| received.id() == last.id() && received.body == last.body), "{tries:?}");
    let taken = ada.delivery(&hook, "delivered").await;
    assert_eq!((&taken["attempts"], &taken["status"], &taken["error"]), (&json!(4), &json!(200), &Value::Null));

    // A redirect is a failure, and not followed.
    let refusals = [Reply::Redirect(elsewhere.url.clone()), Reply::Status(400), Reply::Status(404), Reply::Status(500)];
    one.replies_to("session.ended", refusals);
    meet(&mut host, Key::Ended, 1).await;
    let refused = one.next().await;
    // What is refused for itself does not hold up what comes after it.
    meet(&mut host, Key::Session, 2).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(one.next().await);
    }
    assert_eq!(seen.iter().filter(|received| received.id() == refused.id()).count() + 1, 4, "four tries and no more");
    let after = seen.iter().find(|received| received.id() != refused.id()).expect("the next event");
    assert_eq!(told(after), ("session.started".to_owned(), Some(2)));
    assert!(elsewhere.is_quiet());
    let path = format!("{hook}/deliveries");
    let given_up = async {
        loop {
            let all = ada.ask("GET", &path, Value::Null).await.json();
            if let Some(failed) = all.as_array().unwrap().iter().find(|delivery| delivery["state"] == "failed") {
                return failed.clone();
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    let failed = timeout(PATIENCE, given_up).await.expect("it is given up");
    assert_eq!((&failed["id"], &failed["attempts"], &failed["status"]), (&json!(refused.id()), &json!(4), &json!(500)));

    // Sent again by hand it is the same event.
    assert_eq!(ada.ask("POST", &format!("{path}/{}/send", failed["delivery"]), Value::Null).await.status, 202);
    let again = one.next().await;
    assert_eq!((again.id(), &again.body), (refused.id(), &refused.body));

    // A try that hangs is not waited for when the server stops.
    one.replies([Reply::Hang]);
    meet(&mut host, Key::Ended, 2).await;
    one.next().await;
    drop(host);
    server.stop().await;
}

#[tokio::test]
async fn a_crash_between_the_row_and_the_queue_loses_nothing_and_tells_nothing_twice() {
    let (folder, cookie) = staffed().await;
    let mut receiver = Receiver::start().await;
    let (server, ada) = start_mute(&folder, &cookie).await;
    let (_, secret) = ada.hook(&receiver.url, &ALL).await;
    let (board, mut host) = ada.host().await;
    meet(&mut host, Key::Session, 1).await;
    drop(host);
    // What the room has told is in memory, and goes with the server.
    server.stop().await;
    assert!(receiver.is_quiet());

    // Nobody opens the board: it is told all the same, once.
    let (server, ada) = start(&folder, &cookie).await;
    let started = receiver.next().await;
    assert_eq!((told(&started), started.signed(&secret)), (("session.started".to_owned(), Some(1)), (1, 1)));
    assert_eq!(started.json()["data"]["board"], board.to_string());
    let mut host = ada.enter(board).await;
    meet(&mut host, Key::Ended, 1).await;
    assert_eq!(told(&receiver.next().await), ("session.ended".to_owned(), Some(1)));
    drop(host);
    server.stop().await;

    // Opened again the room tells the same, which is known.
    let (_server, ada) = start(&folder, &cookie).await;
    let mut host = ada.enter(board).await;
    meet(&mut host, Key::Session, 2).await;
    assert_eq!(told(&receiver.next().await), ("session.started".to_owned(), Some(2)));
    assert!(receiver.is_quiet());
}

#[tokio::test]
async fn events_outlive_a_server_that_is_killed() {
    let (folder, cookie) = staffed().await;
    let mut receiver = Receiver::start().await;
    let server = Process::start(folder.path(), &[]).await;
    let ada = Admin { address: server.address.clone(), cookie: cookie.clone() };
    let (hook, secret) = ada.hook(&receiver.url, &ALL).await;
    let (_, mut host) = ada.host().await;
    receiver.replies([Reply::Hang, Reply::Hang]);
    meet(&mut host, Key::Session, 1).await;
    meet(&mut host, Key::Ended, 1).await;
    let first = receiver.next().await;
    server.kill().await;

    // Killed in the middle of a try, and once more in the middle of the next.
    let server = Process::start(folder.path(), &[]).await;
    assert_eq!(receiver.next().await.id(), first.id());
    server.kill().await;

    let server = Process::start(folder.path(), &[]).await;
    let (again, next) = (receiver.next().await, receiver.next().await);
    assert_eq!((again.id(), again.body.clone()), (first.id(), first.body.clone()));
    assert_eq!([told(&again), told(&next)], [("session.started".to_owned(), Some(1)), ("session.ended".to_owned(), Some(1))]);
    assert_eq!([again.signed(&secret), next.signed(&secret)], [(1, 1), (1, 1)], "the secret outlives it too");
    let ada = Admin { address: server.address.clone(), cookie };
    ada.delivery(&hook, "delivered").await;
    server.kill().await;
}

#[tokio::test]
async fn a_webhook_is_tried_rolled_disabled_and_taken_away() {
    let (folder, cookie) = staffed().await;
    let (_server, ada) = start(&folder, &cookie).await;
    let mut receiver = Receiver::start().await;
    let (hook, old) = ada.hook(&receiver.url, &["session.ended"]).await;
    let (_, mut host) = ada.host().await;
    assert_eq!(ada.ask("POST", &format!("{hook}/ping"), Value::Null).await.status, 202);
    let ping = receiver.next().await;
    assert_eq!((ping.kind(), ping.json()["data"]["by"]["name"].as_str()), ("ping".to_owned(), Some("ada")));
    assert_eq!(ping.signed(&old), (1, 1));

    // For a day both secrets sign.
    let rolled = ada.ask("POST", &format!("{hook}/secret"), Value::Null).await.json();
    let new = rolled["secret"].as_str().unwrap().to_owned();
    assert_ne!(new, old);
    ada.ask("POST", &format!("{hook}/ping"), Value::Null).await;
    let ping = receiver.next().await;
    assert_eq!((ping.signed(&old), ping.signed(&new)), ((1, 2), (1, 2)));
    let shown = ada.ask("GET", "/api/v1/webhooks", Value::Null).await;
    assert!(!String::from_utf8(shown.body).unwrap().contains("whsec_"), "it is shown once");

    // It hears of what it was asked to hear of.
    meet(&mut host, Key::Session, 1).await;
    meet(&mut host, Key::Ended, 1).await;
    assert_eq!(told(&receiver.next().await), ("session.ended".to_owned(), Some(1)));

    // Disabled it hears nothing, also not later of what happened meanwhile.
    assert_eq!(ada.ask("PATCH", &hook, json!({ "enabled": false })).await.json()["enabled"], false);
    meet(&mut host, Key::Session, 2).await;
    meet(&mut host, Key::Ended, 2).await;
    assert_eq!(ada.ask("POST", &format!("{hook}/ping"), Value::Null).await.problem(), (409, "webhook_disabled".to_owned()));
    let enabled = json!({ "enabled": true, "events": ["session.started"], "description": " For the timetable " });
    assert_eq!(ada.ask("PATCH", &hook, enabled).await.json()["description"], "For the timetable");
    meet(&mut host, Key::Session, 3).await;
    assert_eq!(told(&receiver.next().await), ("session.started".to_owned(), Some(3)));

    // 410: it wants no more.
    receiver.replies([Reply::Status(410)]);
    ada.ask("POST", &format!("{hook}/ping"), Value::Null).await;
    receiver.next().await;
    assert_eq!(ada.delivery(&hook, "failed").await["status"], 410);
    let gone = ada.webhook(&hook).await;
    assert_eq!((&gone["enabled"], &gone["disabled_by"]), (&json!(false), &json!("gone")));
    let audit = ada.ask("GET", "/api/v1/audit", Value::Null).await.json();
    let acts: Vec<_> =
        audit.as_array().unwrap().iter().filter_map(|entry| entry["act"].as_str()).filter(|act| act.starts_with("web")).collect();
    assert_eq!(acts, ["webhook-disabled", "webhook-changed", "webhook-changed", "webhook-rolled", "webhook-made"]);
    assert!(!audit.to_string().contains("for=tests"), "the audit log knows the host alone");

    assert_eq!(ada.ask("DELETE", &hook, Value::Null).await.status, 204);
    assert_eq!(ada.ask("DELETE", &hook, Value::Null).await.problem(), (404, "unknown_webhook".to_owned()));
    meet(&mut host, Key::Session, 4).await;
    assert!(receiver.is_quiet());
}

#[tokio::test]
async fn what_is_wrong_is_named_and_the_server_does_not_call_itself() {
    let (folder, cookie) = staffed().await;
    let (server, ada) = start(&folder, &cookie).await;
    let order = |url: &str, events: &[&str]| json!({ "url": url, "events": events });
    let own = format!("http://{}/api/v1/boards", server.address);
    for (body, problem) in [
        (order("ftp://school.example/", &ALL), (422, "webhook_address")),
        (order("http://169.254.169.254/latest/", &ALL), (422, "webhook_address")),
        (order("http://[::ffff:169.254.169.254]/", &ALL), (422, "webhook_address")),
        (order("https://ada:secret@school.example/", &ALL), (422, "webhook_address")),
        (order(&own, &ALL), (422, "webhook_address")),
        (order("https://school.example/", &[]), (400, "malformed")),
        (order("https://school.example/", &["ping"]), (400, "malformed")),
        (order("https://school.example/", &["board.burnt"]), (400, "malformed")),
        (json!({ "url": "https://school.example/" }), (400, "malformed")),
        (json!({ "url": "https://school.example/", "events": ALL, "secret": "mine" }), (400, "malformed")),
        (json!({ "url": "https://school.example/", "events": ALL, "description": "a\nb" }), (422, "webhook_text")),
        (json!({ "url": "https://school.example/", "events": ALL, "description": "a".repeat(201) }), (422, "webhook_text")),
    ] {
        let answer = ada.ask("POST", "/api/v1/webhooks", body.clone()).await.problem();
        assert_eq!((answer.0, &*answer.1), problem, "{body}");
    }
    for (method, path) in [
        ("PATCH", "/api/v1/webhooks/99"),
        ("POST", "/api/v1/webhooks/99/secret"),
        ("POST", "/api/v1/webhooks/99/ping"),
        ("GET", "/api/v1/webhooks/99/deliveries"),
        ("POST", "/api/v1/webhooks/99/deliveries/1/send"),
    ] {
        assert_eq!(ada.ask(method, path, json!({})).await.problem(), (404, "unknown_webhook".to_owned()), "{method} {path}");
    }
    let nobody = request(&server.address, "GET", "/api/v1/webhooks", &[], &[]).await;
    assert_eq!(nobody.problem(), (401, "signed_out".to_owned()));

    // A name says only when it is resolved where it leads.
    let port = server.address.rsplit(':').next().unwrap();
    let (hook, _) = ada.hook(&format!("http://localhost:{port}/"), &ALL).await;
    ada.ask("POST", &format!("{hook}/ping"), Value::Null).await;
    let refused = ada.delivery(&hook, "failed").await;
    assert_eq!(refused["status"], Value::Null);
    let error = refused["error"].as_str().unwrap().to_owned();
    assert!(error.starts_with("address: ") && error.contains("itself listens"), "{error}");

    for _ in 1..20 {
        ada.hook("https://school.example/hook", &ALL).await;
    }
    let one_more = ada.ask("POST", "/api/v1/webhooks", order("https://school.example/", &ALL)).await;
    assert_eq!(one_more.problem(), (409, "too_many_webhooks".to_owned()));
    assert_eq!(ada.ask("POST", &format!("{hook}/deliveries/99/send"), Value::Null).await.problem(), (404, "unknown_delivery".to_owned()));
}
