//! A page of one's own, made and written on with the real client: its owner and the host have all of it, and somebody else on the board
//! receives no byte of it, while it is made, named, written on, looked at and deleted, in a session and after it (SPEC MEET-1, SEE-2).

use std::time::Duration;

use kakehashi_client::Client as Core;
use kakehashi_client::native::{Board, Options};
use kakehashi_protocol::ids::{DocumentId, RecordId};
use kakehashi_protocol::people::TALK;
use kakehashi_protocol::presence::Presence;
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::wire::frame::{ClientFrame, ServerFrame};
use serde_json::json;
use tokio::time::sleep;

use super::common::people::{enter, hello, participant, reads, start_board, text};
use super::common::{Client, Server};

const COVER: DocumentId = DocumentId::COVER;

async fn until(board: &Board, done: impl Fn(&mut Core) -> bool + Clone + Send + 'static) {
    for _ in 0..1_000 {
        let ask = done.clone();
        if board.with(move |client, _| ask(client)).await.unwrap() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came to pass");
}

/// Takes part with a credential, and has the documents of the meeting open.
async fn takes_part(server: &Server, board: &str, credential: &str) -> Board {
    let options = Options { credential: credential.as_bytes().to_vec(), ..Options::default() };
    let (open, _) = Board::open(&format!("http://{}/b/{board}", server.address), options).unwrap();
    until(&open, |client| client.is_ready(COVER) && client.me().is_some_and(|own| own.participant.is_some())).await;
    open.with(|client, _| client.open_meeting()).await.unwrap();
    until(&open, |client| client.me().and_then(|own| own.participant).is_some_and(|own| client.is_live(DocumentId(own)))).await;
    open
}

/// Writes words on a page, and waits until the server has them.
async fn writes(board: &Board, page: DocumentId, words: &'static str) {
    let write = move |client: &mut Core, now| {
        let mut edit = client.draft();
        let note = edit.create(client, page, Kind::Text, &[]).unwrap();
        edit.insert_text(client, page, note, 0, words).unwrap();
        let gesture = client.new_gesture();
        client.commit(now, 0, gesture, edit).unwrap();
        let presence = Presence { name: "海".into(), document: Some(page), selection: vec![note], ..Presence::default() };
        client.set_presence(presence).unwrap();
    };
    board.with(write).await.unwrap();
    until(board, |client| client.unsaved() == 0).await;
}

/// All that there is for somebody, and whether anything of it is one of these words.
async fn hears(client: &mut Client, words: &[&str]) -> Vec<bool> {
    // Longer than presence is gathered.
    sleep(Duration::from_millis(80)).await;
    client.send(&ClientFrame::Ping(9)).await;
    while !matches!(client.next().await, ServerFrame::Pong { nonce: 9, .. }) {}
    words.iter().map(|word| client.heard.windows(word.len()).any(|window| window == word.as_bytes())).collect()
}

#[tokio::test]
async fn a_page_of_ones_own_reaches_its_owner_and_the_host_and_nobody_else() {
    let server = Server::start().await;
    let hosted = start_board(&server).await;
    let board = hosted.board.to_string();
    let host = takes_part(&server, &board, &hosted.host).await;
    host.with(|client, now| client.hold_session(now, true).unwrap()).await.unwrap();
    let credential = text(&enter(&server, hosted.board, json!({ "name": "海" })).await, "credential");
    let owner = takes_part(&server, &board, &credential).await;
    let credential = text(&enter(&server, hosted.board, json!({ "name": "Mallory" })).await, "credential");
    let mut other = hello(&server, hosted.board, &credential).await.unwrap();
    let record = participant(&mut other).await;
    reads(&mut other, &[COVER, TALK]).await;

    let made = owner.with(|client, now| {
        let desk = DocumentId(client.me().and_then(|own| own.participant).unwrap());
        let mut edit = client.draft();
        let page = edit.add_page_at(client, desk, None).unwrap();
        edit.set_page(client, page, &[(Key::Title, Some(Value::Text("<<its name>>".into())))]).unwrap();
        let gesture = client.new_gesture();
        client.commit(now, 0, gesture, edit).unwrap();
        assert!(client.open(page));
        (desk, page)
    });
    let (desk, page) = made.await.unwrap();
    writes(&owner, page, "<<what its owner writes>>").await;
    host.with(move |client, _| client.open(desk)).await.unwrap();
    until(&host, move |client| client.desk_pages().any(|(at, entry)| at == desk && DocumentId(entry.id()) == page)).await;
    host.with(move |client, _| client.open(page)).await.unwrap();
    until(&host, move |client| client.is_live(page)).await;
    writes(&host, page, "<<what the host answers>>").await;
    host.with(|client, now| client.hold_session(now, false).unwrap()).await.unwrap();
    until(&owner, |client| client.session().is_none()).await;
    writes(&owner, page, "<<what is written after the session>>").await;
    let texts = move |client: &mut Core| {
        let texts = client.records(page).into_iter().filter_map(|record| record.text().map(ToString::to_string));
        texts.collect::<Vec<_>>() == ["<<what its owner writes>>", "<<what the host answers>>", "<<what is written after the session>>"]
    };
    until(&host, texts).await;
    until(&owner, texts).await;
    let digests = [&host, &owner].map(|board| board.with(move |client, _| client.digest(page)));
    let [hosts, owners] = digests;
    assert_eq!(hosts.await.unwrap(), owners.await.unwrap());
    owner
        .with(move |client, now| {
            let mut edit = client.draft();
            edit.remove_page(client, page).unwrap();
            let gesture = client.new_gesture();
            client.commit(now, 0, gesture, edit).unwrap();
        })
        .await
        .unwrap();
    until(&host, |client| client.desk_pages().next().is_none()).await;

    let words = ["<<its name>>", "<<what its owner writes>>", "<<what the host answers>>", "<<what is written after the session>>"];
    assert_eq!(hears(&mut other, &words).await, [false; 4]);
    let bytes = other.heard.len();

    // One of those who lead would have received it, so it would have been found.
    let promoted: RecordId = record;
    host.with(move |client, now| client.govern(now, COVER, promoted, &[(Key::Role, Some(Value::Int(2)))]).unwrap()).await.unwrap();
    until(&host, |client| client.unsaved() == 0).await;
    reads(&mut other, &[desk, page]).await;
    writes(&host, page, "<<to all who lead>>").await;
    assert_eq!(hears(&mut other, &["<<to all who lead>>", "<<its name>>"]).await, [true, false]);
    println!("own page: {bytes} bytes searched for 4 words, none received");
}
