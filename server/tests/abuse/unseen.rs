//! Somebody who tries to read what they may not, at a real server: by connection and by request, by guessing names of documents, after a
//! demotion and after a page was hidden. Every byte they receive is searched for words and names that stand nowhere else, and what
//! they are told of a document that is there is what they are told of one that is not (SPEC SEE-1, SEE-2, PRES-2).

use std::time::Duration;

use kakehashi_protocol::ids::{ActorId, DocumentId, OpId};
use kakehashi_protocol::op::{Op, OpBody, Property};
use kakehashi_protocol::people::{ATTENDANCE, LOBBY, TALK};
use kakehashi_protocol::presence::Presence;
use kakehashi_protocol::rights::MEETING;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::wire::frame::{ClientFrame, ServerFrame, Subscription};
use serde_json::json;
use tokio::time::sleep;

use super::common::people::{Hosted, enter, hello, participant, reads, set, start_board, text};
use super::common::{Client, Server, request};

const COVER: DocumentId = DocumentId::COVER;
/// A document that nobody has made.
const NOTHING: DocumentId = DocumentId(OpId::new(0x7777_7777_7777_7777, 7));
/// Stands, with a number added, in what the host shows of themselves where not everybody may see it.
const SIGN: u64 = 0x0123_4567_89ab_cd00;

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Who is watched, and what they must not have received so far.
struct Watched<'a> {
    server: &'a Server,
    hosted: &'a Hosted,
    credential: String,
    client: Client,
    /// What was answered to requests.
    answers: Vec<u8>,
    withdrawn: Vec<DocumentId>,
    whereabouts: Vec<DocumentId>,
    asked: usize,
}

impl Watched<'_> {
    /// Takes all that there is for them.
    async fn listen(&mut self) {
        // Longer than presence is gathered.
        sleep(Duration::from_millis(80)).await;
        self.client.send(&ClientFrame::Ping(9)).await;
        loop {
            let frame = self.client.next().await;
            if matches!(frame, ServerFrame::Pong { nonce: 9, .. }) {
                return;
            }
            self.note(frame);
        }
    }

    fn note(&mut self, frame: ServerFrame) {
        match frame {
            ServerFrame::Withdrawn(document) => self.withdrawn.push(document),
            ServerFrame::People(people) => {
                self.whereabouts.extend(people.into_iter().filter_map(|person| person.whereabouts?.document));
            }
            _ => {}
        }
    }

    fn has(&self, part: &[u8]) -> bool {
        contains(&self.client.heard, part) || contains(&self.answers, part)
    }

    async fn ask(&mut self, method: &str, rest: &str) -> (u16, String) {
        let bearer = format!("Bearer {}", self.credential);
        let answer = request(&self.server.address, method, &self.hosted.path(rest), &[("authorization", &bearer)], &[]).await;
        self.answers.extend_from_slice(answer.head.as_bytes());
        self.answers.extend_from_slice(&answer.body);
        self.asked += 1;
        (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
    }

    /// What they are told when they try to read a document and to write in it, without its name.
    async fn tries(&mut self, document: DocumentId) -> Vec<String> {
        let ticket = self.client.welcome.as_ref().unwrap().ticket.clone();
        let (status, body) = self.ask("GET", &format!("/documents/{document}/snapshot?ticket={ticket}")).await;
        let mut told = vec![format!("{status} {body}")];
        let presence = Presence { name: "Mallory".into(), document: Some(document), ..Presence::default() };
        self.client.send_all(&[ClientFrame::Subscribe(Subscription { document, cursor: None }), ClientFrame::Presence(presence)]).await;
        let body = OpBody::Create { kind: 700, properties: vec![] };
        self.client.offer(vec![Op { document, body }]).await;
        self.asked += 3;
        while told.len() < 3 {
            match self.client.next().await {
                ServerFrame::Failed(failure) => told.push(format!("{:?} {}", failure.code, failure.detail)),
                ServerFrame::Refused { refusal, .. } => told.push(format!("{:?}", refusal.reason)),
                ServerFrame::Subscribed(subscribed) => panic!("{} is read", subscribed.document),
                frame => self.note(frame),
            }
        }
        told.sort();
        told.into_iter().map(|told| told.replace(&document.to_string(), "…")).collect()
    }
}

/// Writes in each secret document as the host, and shows something of themselves there: what is searched for.
async fn write(host: &mut Client, secrets: &[(DocumentId, Kind)], number: &mut u64) -> Vec<Vec<u8>> {
    let mut marks = Vec::new();
    for (document, kind) in secrets {
        *number += 1;
        let said = format!("<<what not everybody may see, number {number:03}>>");
        let properties = vec![Property { key: Key::Words.number(), value: Value::Text(said.clone()).encode() }];
        host.write(vec![Op { document: *document, body: OpBody::Create { kind: kind.number(), properties } }]).await;
        let sign = SIGN + *number;
        let selection = vec![OpId { actor: ActorId(sign), counter: 1 }];
        let presence = Presence { name: "先生".into(), document: Some(*document), selection, ..Presence::default() };
        host.send(&ClientFrame::Presence(presence)).await;
        sleep(Duration::from_millis(50)).await;
        marks.extend([said.into_bytes(), sign.to_le_bytes().to_vec()]);
    }
    marks
}

#[tokio::test]
async fn who_may_not_see_a_document_receives_no_byte_of_it_by_whatever_way() {
    let server = Server::start().await;
    let hosted = start_board(&server).await;
    let (_, lobby_link) = hosted.link(&server, json!({ "role": "member", "valid_s": 600, "waits": true })).await;
    let mut host = hello(&server, hosted.board, &hosted.host).await.unwrap();
    reads(&mut host, &[COVER, TALK, LOBBY, ATTENDANCE]).await;
    host.write(vec![set(COVER, MEETING, Key::Session, &Value::Int(1))]).await;
    let other = text(&enter(&server, hosted.board, json!({ "name": "Kim" })).await, "credential");
    let mut other = hello(&server, hosted.board, &other).await.unwrap();
    let desk = DocumentId(participant(&mut other).await);
    let page = |document, properties| vec![Op { document, body: OpBody::Create { kind: Kind::Page.number(), properties } }];
    let at_desk = DocumentId(host.write(page(desk, vec![])).await.id(0));
    let veil = Property { key: Key::Hidden.number(), value: Value::Bool(true).encode() };
    let hidden = DocumentId(host.write(page(COVER, vec![veil])).await.id(0));
    reads(&mut host, &[desk, at_desk, hidden]).await;
    let secrets = [(desk, Kind::Message), (at_desk, Kind::Rectangle), (hidden, Kind::Rectangle)];
    // Who waits in the lobby is told to those who lead, and stands there for as long as they wait.
    let waiting = "<<somebody who waits>>";
    let comes = text(&enter(&server, hosted.board, json!({ "name": waiting, "link": lobby_link })).await, "credential");
    let _waits = hello(&server, hosted.board, &comes).await.unwrap();
    let picture = [0x5a; 32];
    let asset =
        OpBody::Create { kind: Kind::Image.number(), properties: vec![Property { key: Key::Asset.number(), value: picture.to_vec() }] };
    host.write(vec![Op { document: hidden, body: asset }]).await;

    let credential = text(&enter(&server, hosted.board, json!({ "name": "Mallory" })).await, "credential");
    let mut client = hello(&server, hosted.board, &credential).await.unwrap();
    let record = participant(&mut client).await;
    reads(&mut client, &[COVER, TALK]).await;
    let (answers, withdrawn, whereabouts) = (Vec::new(), Vec::new(), Vec::new());
    let mut watched = Watched { server: &server, hosted: &hosted, credential, client, answers, withdrawn, whereabouts, asked: 0 };
    let all = [desk, at_desk, hidden, LOBBY, ATTENDANCE];
    let mut number = 0_u64;

    // They read along, guess, and take all of it.
    let unseen = write(&mut host, &secrets, &mut number).await;
    let nothing = watched.tries(NOTHING).await;
    for document in all {
        let told = watched.tries(document).await;
        assert_eq!(told, nothing, "{document} is told apart from one that is not there");
    }
    let ticket = watched.client.welcome.as_ref().unwrap().ticket.clone();
    for rest in ["/export".to_owned(), format!("/export?ticket={ticket}"), format!("/export?ticket={}", "0".repeat(32))] {
        for method in ["GET", "HEAD"] {
            assert_eq!(watched.ask(method, &rest).await.0, 403, "{rest}");
        }
    }
    for guess in ["5a".repeat(32), "0".repeat(64)] {
        assert_eq!(watched.ask("GET", &format!("/assets/{guess}")).await.0, 404);
    }
    watched.listen().await;
    let unreceived = |watched: &Watched<'_>, unseen: &[Vec<u8>], when: &str| {
        for mark in unseen {
            assert!(!watched.has(mark), "{:?} was received, {when}", String::from_utf8_lossy(mark));
        }
        let shown = watched.whereabouts.iter().find(|document| all.contains(document));
        assert_eq!(shown, None, "that somebody is there, {when}");
    };
    unreceived(&watched, &unseen, "as a member");
    assert!(!watched.has(waiting.as_bytes()) && !watched.has(&picture));
    assert!(watched.has("先生".as_bytes()), "what all may know is received");

    // As an assistant they see all of it, which shows that it would have been found.
    host.write(vec![set(COVER, record, Key::Role, &Value::Int(2))]).await;
    reads(&mut watched.client, &all).await;
    let shown = write(&mut host, &secrets, &mut number).await;
    watched.listen().await;
    assert!(shown.iter().all(|mark| watched.has(mark)));
    let snapshot = watched.client.snapshot(LOBBY).await;
    assert_eq!(snapshot.document.records().filter(|record| record.visible()).count(), 1);

    // Demoted, they lose all of it with that row.
    host.write(vec![set(COVER, record, Key::Role, &Value::Int(1))]).await;
    let unseen = write(&mut host, &secrets, &mut number).await;
    watched.listen().await;
    watched.withdrawn.sort();
    let mut lost = all;
    lost.sort();
    assert_eq!(watched.withdrawn, lost);
    for document in all {
        assert_eq!(watched.tries(document).await, nothing);
    }
    watched.listen().await;
    unreceived(&watched, &unseen, "after they were demoted");

    // A page that is shown, and hidden again.
    watched.withdrawn.clear();
    host.write(vec![set(COVER, hidden.0, Key::Hidden, &Value::Bool(false))]).await;
    watched.listen().await;
    reads(&mut watched.client, &[hidden]).await;
    let shown = write(&mut host, &[secrets[2]], &mut number).await;
    watched.listen().await;
    assert!(shown.iter().all(|mark| watched.has(mark)) && watched.whereabouts.contains(&hidden));
    watched.whereabouts.clear();
    host.write(vec![set(COVER, hidden.0, Key::Hidden, &Value::Bool(true))]).await;
    let unseen = write(&mut host, &secrets, &mut number).await;
    watched.listen().await;
    assert_eq!(watched.withdrawn, [hidden]);
    assert_eq!(watched.tries(hidden).await, nothing);
    unreceived(&watched, &unseen, "after it was hidden");

    let bytes = watched.client.heard.len() + watched.answers.len();
    println!(
        "unseen: {number} words in {} documents and {} tries to read them, {bytes} bytes searched, none received",
        all.len(),
        watched.asked
    );
}
