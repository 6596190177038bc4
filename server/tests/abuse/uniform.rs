//! Whatever is wrong with a code or link, the answer is the same: status, head and body. The times are printed, side by side.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kakehashi_protocol::rights::Role;
use kakehashi_server::directory::links::NewLink;
use kakehashi_server::log::JoinCode;
use serde_json::json;

use super::common::people::{Hosted, enter, start_board};
use super::common::{Answer, JSON, Server, now_ms, request_from};

/// How often each is tried: all together stay below what makes the server turn guesses away.
const TRIES: usize = 12;

/// A link or code that was worth something once.
async fn lapsed(server: &Server, hosted: &Hosted, code: bool, how: &str) -> String {
    let directory = &server.hub.services.directory;
    let code = code.then(|| JoinCode::random().unwrap());
    let new = NewLink { code, role: Role::Member, valid_ms: 60_000, uses: (how == "used up").then_some(1), waits: false };
    let made_ms = if how == "expired" { now_ms() - 120_000 } else { now_ms() };
    let (link, token) = directory.make_link(hosted.board, new, "host".into(), made_ms).await.unwrap();
    let shown = token.unwrap_or_else(|| code.unwrap().to_string());
    match how {
        "revoked" => directory.revoke_link(hosted.board, link.link, "host".into(), now_ms()).await.unwrap(),
        "used up" => {
            let key = if code.is_some() { "code" } else { "link" };
            assert_eq!(enter(server, hosted.board, json!({ key: shown })).await.status, 200);
        }
        _ => {}
    }
    shown
}

/// An answer without its date, and without what was asked for.
fn alike(answer: &Answer, asked: &str) -> (String, String) {
    let head = answer.head.lines().filter(|line| !line.to_lowercase().starts_with("date:")).collect::<Vec<_>>().join("\n");
    let digits = asked.replace('-', "");
    (head, String::from_utf8_lossy(&answer.body).replace(asked, "…").replace(&digits, "…"))
}

#[tokio::test]
async fn whatever_is_wrong_with_a_code_or_link_the_answer_is_the_same() {
    let server = Server::start().await;
    let (hosted, other) = (start_board(&server).await, start_board(&server).await);
    hosted.close(&server).await;
    let path = hosted.path("/enter");
    let mut asked: Vec<(&str, &str, String)> = Vec::new();
    for how in ["expired", "revoked", "used up"] {
        asked.push(("GET code", how, lapsed(&server, &hosted, true, how).await));
        asked.push(("enter by code", how, lapsed(&server, &hosted, true, how).await));
        asked.push(("enter by link", how, lapsed(&server, &hosted, false, how).await));
    }
    let unknown = || JoinCode::random().unwrap().to_string();
    asked.push(("GET code", "unknown", unknown()));
    asked.push(("GET code", "of a closed board", hosted.code.clone()));
    asked.push(("enter by code", "unknown", unknown()));
    asked.push(("enter by code", "of another board", lapsed(&server, &other, true, "").await));
    asked.push(("enter by link", "unknown", "0".repeat(64)));
    asked.push(("enter by link", "of another board", lapsed(&server, &other, false, "").await));
    asked.push(("enter by link", "no token at all", "x".into()));

    let mut answers: BTreeMap<&str, (u16, (String, String))> = BTreeMap::new();
    let mut times: BTreeMap<(&str, &str), Vec<Duration>> = BTreeMap::new();
    for number in 0..TRIES {
        for (way, what, shown) in &asked {
            let began = Instant::now();
            let from = u8::try_from(number).unwrap();
            let answer = match *way {
                "GET code" => request_from(from, &server.address, "GET", &format!("/api/v1/codes/{shown}"), &[], &[]).await,
                _ => {
                    let key = if *way == "enter by code" { "code" } else { "link" };
                    let body = json!({ "name": "Mallory", key: shown }).to_string();
                    request_from(from, &server.address, "POST", &path, &[JSON], body.as_bytes()).await
                }
            };
            times.entry((*way, *what)).or_default().push(began.elapsed());
            let told = (answer.status, alike(&answer, shown));
            let expected = answers.entry(*way).or_insert_with(|| told.clone());
            assert_eq!(told, *expected, "{way}, {what}");
        }
    }
    assert_eq!(
        answers.iter().map(|(way, (status, _))| (*way, *status)).collect::<Vec<_>>(),
        [("GET code", 404), ("enter by code", 403), ("enter by link", 403)]
    );
    println!(
        "{} wrong codes and links, each answered like the others of its kind; microseconds, least, median and most:",
        TRIES * asked.len()
    );
    for ((way, what), mut took) in times {
        took.sort_unstable();
        println!("  {way}, {what}: {} {} {}", took[0].as_micros(), took[took.len() / 2].as_micros(), took[took.len() - 1].as_micros());
    }
}
