//! The timetable over HTTP and the WebSocket: who may see and change what, what is refused, what it gives to the panels of
//! a room and when it takes that back, and calendars.

#![allow(clippy::unwrap_used, reason = "these are tests, though not all marked as such")]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::people::{hello, set, text};
use common::staff::{Device, Person, ask, told};
use common::{Answer, PATIENCE, Server, hello_of, now_ms};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use kakehashi_protocol::ids::{ActorId, BoardId, DocumentId};
use kakehashi_protocol::people::Entrance;
use kakehashi_protocol::rights::{MEETING, Role};
use kakehashi_protocol::schema::{Key, Value as Said};
use kakehashi_protocol::wire::frame::{FailureCode, ServerFrame};
use kakehashi_server::directory::accounts::Account;
use kakehashi_server::directory::credential::ParticipantId;
use kakehashi_server::directory::timetable::calendar::write;
use kakehashi_server::directory::timetable::plan::{Exception, Exceptions, Plan};
use kakehashi_server::directory::timetable::{EARLY_MS, LATE_MS, ROOMS_MAX, Room, SESSIONS_MAX, Scheduled};
use kakehashi_server::hub::assistants::dismiss_lapsed;
use kakehashi_server::room::command::Command;
use kakehashi_server::room::core::{Entry, Recorded};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::time::timeout;

const SITE: &str = "Katsumoto School";
const MINUTE_MS: u64 = 60_000;

fn room(room: &str) -> Value {
    json!([{ "site": SITE, "room": room }])
}

/// Local date and time in Iki, so many minutes from now.
fn local(minutes: i64) -> (String, String) {
    let now = Timestamp::now().to_zoned_datetime(TimeZone::get("Asia/Tokyo").unwrap()).datetime();
    let then = now.checked_add(Span::new().minutes(minutes)).unwrap();
    (then.date().to_string(), then.strftime("%H:%M").to_string())
}

fn order(minutes_from_now: i64, minutes: u32, rooms: Value) -> Value {
    let (date, start) = local(minutes_from_now);
    json!({ "title": "English with Omura", "date": date, "start": start, "minutes": minutes, "zone": "Asia/Tokyo", "rooms": rooms })
}

async fn schedule(by: &Person<'_>, order: Value) -> (i64, BoardId) {
    let made = by.ask("POST", "timetable", order).await;
    assert_eq!(made.status, 201, "{}", made.json());
    (made.json()["session"].as_i64().unwrap(), text(&made, "board").parse().unwrap())
}

/// What takes place in the next two months.
fn next() -> String {
    let now = now_ms();
    format!("timetable?from_ms={}&to_ms={}", now - 86_400_000, now + 60 * 86_400_000)
}

#[tokio::test]
async fn everybody_has_their_own_and_administrators_all() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let (ken, eve) = (ada.teacher("ken").await, ada.teacher("eve").await);
    let (here, _) = Device::approved_in(&server, &ada, "3-2").await;
    let (elsewhere, _) = Device::approved_in(&server, &ada, "music").await;
    let (session, _) = schedule(&ken, order(24 * 60, 50, room("3-2"))).await;
    let (date, _) = local(24 * 60);
    let of = |path: &str| format!("timetable/{session}{path}");
    let day = of(&format!("/dates/{date}"));
    // What is asked, and what nobody, a panel, another teacher, an administrator and the owner get.
    let table: [(&str, String, Value, [u16; 5]); 9] = [
        ("GET", of(""), Value::Null, [401, 401, 404, 200, 200]),
        ("GET", of("/calendar.ics"), Value::Null, [401, 401, 404, 200, 200]),
        ("GET", next(), Value::Null, [401, 401, 200, 200, 200]),
        ("GET", format!("{}&all=true", next()), Value::Null, [401, 401, 403, 200, 403]),
        ("PUT", day.clone(), json!({}), [401, 401, 404, 200, 200]),
        ("DELETE", day, Value::Null, [401, 401, 404, 200, 200]),
        ("PUT", of(""), order(24 * 60, 45, room("3-2")), [401, 401, 404, 200, 200]),
        ("GET", "panel/timetable".into(), Value::Null, [401, 200, 401, 401, 401]),
        ("DELETE", of(""), Value::Null, [401, 401, 404, 0, 204]),
    ];
    let mut asked = 0;
    for (method, path, body, expected) in &table {
        for (who, status) in expected.iter().enumerate().filter(|(_, status)| **status != 0) {
            let answer = match who {
                0 => ask(&server, &[], method, path, body.clone()).await,
                1 => here.ask(method, path, body.clone()).await,
                2 => eve.ask(method, path, body.clone()).await,
                3 => ada.ask(method, path, body.clone()).await,
                _ => ken.ask(method, path, body.clone()).await,
            };
            assert_eq!(answer.status, *status, "{method} {path} by {who}");
            asked += 1;
        }
    }
    println!("{asked} cells of the rights table hold");
    // Nobody else's is in one's list, and a panel sees those of its room.
    schedule(&ken, order(60, 50, room("3-2"))).await;
    let count = async |answer: Answer| answer.json().as_array().unwrap().len();
    assert_eq!(count(eve.ask("GET", &next(), Value::Null).await).await, 0);
    assert_eq!(count(ada.ask("GET", &next(), Value::Null).await).await, 0);
    assert_eq!(count(ada.ask("GET", &format!("{}&all=true", next()), Value::Null).await).await, 1);
    assert_eq!(count(here.ask("GET", "panel/timetable", Value::Null).await).await, 1);
    assert_eq!(count(elsewhere.ask("GET", "panel/timetable", Value::Null).await).await, 0);
    let acts: Vec<_> =
        ada.ask("GET", "audit", Value::Null).await.json().as_array().unwrap().iter().map(|entry| entry["act"].clone()).collect();
    assert_eq!(acts[..2], ["scheduled", "unscheduled"]);
}

#[tokio::test]
async fn what_is_no_session_is_refused_and_says_why() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let ken = ada.teacher("ken").await;
    let good = order(60, 50, json!([]));
    let with = |key: &str, value: Value| {
        let mut wrong = good.clone();
        wrong[key] = value;
        wrong
    };
    let theirs = text(&ada.ask("POST", "boards", Value::Null).await, "board");
    let nobodys = text(&ask(&server, &[], "POST", "boards", Value::Null).await, "board");
    let many: Vec<_> = (0..=ROOMS_MAX).map(|number| json!({ "site": SITE, "room": number.to_string() })).collect();
    let wrong = [
        (with("title", json!("\u{202e}")), 422, "name"),
        (with("title", json!("a".repeat(61))), 422, "name"),
        (with("date", json!("2027-02-29")), 422, "plan"),
        (with("date", json!("1999-01-01")), 422, "plan"),
        (with("date", json!("9999-12-31")), 422, "plan"),
        (with("start", json!("24:00")), 422, "plan"),
        (with("minutes", json!(4)), 422, "plan"),
        (with("minutes", json!(721)), 422, "plan"),
        (with("minutes", json!(-1)), 400, "malformed"),
        (with("zone", json!("Asia/Iki")), 422, "plan"),
        (with("until", json!("2026-01-01")), 422, "plan"),
        (with("rooms", room("nowhere")), 404, "unknown_room"),
        (with("rooms", json!(many)), 422, "too_many_rooms"),
        (with("rooms", json!([{ "site": "", "room": "1" }])), 422, "name"),
        (with("board", json!(theirs)), 403, "not_yours"),
        (with("board", json!(nobodys)), 403, "not_yours"),
        (with("board", json!("nothing")), 400, "malformed"),
        (with("colour", json!("red")), 400, "malformed"),
        (json!([]), 400, "malformed"),
    ];
    for (body, status, code) in wrong {
        assert_eq!(ken.ask("POST", "timetable", body.clone()).await.problem(), (status, code.to_owned()), "{body}");
    }
    assert_eq!(ken.ask("GET", "me/boards", Value::Null).await.json(), json!([]), "no board is made for what is refused");
    let (session, board) = schedule(&ken, good.clone()).await;
    let own = ken.ask("GET", "me/boards", Value::Null).await.json();
    assert_eq!((own.as_array().unwrap().len(), &own[0]["board"]), (1, &json!(board.to_string())));
    let (again, same) = schedule(&ken, with("board", json!(board.to_string()))).await;
    assert_eq!((same, again == session), (board, false), "two sessions on one board");
    let of = |path: &str| format!("timetable/{session}{path}");
    let (date, _) = local(60);
    let wrong = [
        ("PUT", of(""), with("board", json!(board.to_string())), 400, "malformed"),
        ("PUT", of(&format!("/dates/{date}")), json!({ "date": date }), 400, "malformed"),
        ("PUT", of(&format!("/dates/{date}")), json!({ "date": "9999-01-01", "start": "09:00" }), 422, "plan"),
        ("PUT", of("/dates/2000-01-01"), json!({}), 422, "plan"),
        ("PUT", of("/dates/tomorrow"), json!({}), 422, "plan"),
        ("GET", "timetable/none".into(), Value::Null, 400, "malformed"),
        ("GET", "timetable/99".into(), Value::Null, 404, "unknown_session"),
        ("GET", "timetable".into(), Value::Null, 400, "malformed"),
        ("GET", "timetable?from_ms=9&to_ms=8".into(), Value::Null, 400, "malformed"),
        ("GET", "timetable?from_ms=0&to_ms=9999999999999".into(), Value::Null, 400, "malformed"),
    ];
    for (method, path, body, status, code) in wrong {
        assert_eq!(ken.ask(method, &path, body).await.problem(), (status, code.to_owned()), "{method} {path}");
    }
    // Those that are over count too: they can be moved to where they are not.
    let (of, past) = (account(&server, "ken").await, parsed(&order(-3 * 24 * 60, 50, json!([]))));
    for _ in 2..SESSIONS_MAX {
        let made = server.hub.services.directory.schedule(&of, board, past.clone(), now_ms()).await;
        assert!(made.is_ok());
    }
    assert_eq!(ken.ask("POST", "timetable", with("board", json!(board.to_string()))).await.problem(), (409, "too_many_sessions".into()));
}

async fn account(server: &Server, login: &str) -> Account {
    let accounts = server.hub.services.directory.accounts().await.unwrap();
    accounts.into_iter().find(|row| row.account.login == login).unwrap().account
}

fn parsed(order: &Value) -> kakehashi_server::directory::timetable::Order {
    let of = |key: &str| order[key].as_str().unwrap();
    let plan = Plan::of(of("date"), of("start"), 50, of("zone"), None).unwrap();
    kakehashi_server::directory::timetable::Order { title: of("title").to_owned(), plan, rooms: Vec::new() }
}

#[tokio::test]
async fn a_series_has_single_dates_that_are_cancelled_moved_and_restored() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let (first, start) = local(3 * 24 * 60);
    let day = |weeks: i64| first.parse::<Date>().unwrap().checked_add(Span::new().weeks(weeks)).unwrap().to_string();
    let mut weekly = order(3 * 24 * 60, 50, json!([]));
    weekly["until"] = json!(day(3));
    let (session, _) = schedule(&ada, weekly.clone()).await;
    let dates = async || {
        let list = ada.ask("GET", &next(), Value::Null).await.json();
        let of = |one: &Value| (one["date"].as_str().unwrap().to_owned(), one["cancelled"] == true, one["moved"] == true);
        list.as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    let planned: Vec<_> = (0..4).map(|weeks| (day(weeks), false, false)).collect();
    assert_eq!(dates().await, planned);
    let on = |date: &str| format!("timetable/{session}/dates/{date}");
    assert_eq!(ada.ask("PUT", &on(&day(1)), json!({})).await.status, 200);
    // Moved from its week to the day after the last.
    let later = day(3).parse::<Date>().unwrap().tomorrow().unwrap().to_string();
    let moved = ada.ask("PUT", &on(&day(2)), json!({ "date": later, "start": "16:05" })).await;
    assert_eq!(
        moved.json()["changes"],
        json!([
            { "date": day(1), "change": { "date": null, "start": null } },
            { "date": day(2), "change": { "date": later, "start": "16:05" } },
        ])
    );
    assert_eq!(dates().await, [(day(0), false, false), (day(1), true, false), (day(3), false, false), (day(2), false, true)]);
    let list = ada.ask("GET", &next(), Value::Null).await.json();
    let at: DateTime = format!("{later}T16:05").parse().unwrap();
    let at = at.to_zoned_datetime(TimeZone::get("Asia/Tokyo").unwrap()).unwrap().timestamp().as_millisecond() as u64;
    let last = &list[3];
    assert_eq!((&last["zone"], &last["local_date"], &last["local_start"]), (&json!("Asia/Tokyo"), &json!(later), &json!("16:05")));
    assert_eq!((&last["starts_ms"], &last["ends_ms"]), (&json!(at), &json!(at + 50 * MINUTE_MS)));
    assert_eq!((&last["opens_ms"], &last["closes_ms"]), (&json!(at - EARLY_MS), &json!(at + 50 * MINUTE_MS + LATE_MS)));
    // A shorter series has the dates that are left as they were.
    weekly["until"] = json!(day(1));
    assert_eq!(ada.ask("PUT", &format!("timetable/{session}"), weekly).await.json()["changes"].as_array().unwrap().len(), 1);
    assert_eq!(ada.ask("DELETE", &on(&day(1)), Value::Null).await.json()["changes"], json!([]));
    assert_eq!(dates().await, [(day(0), false, false), (day(1), false, false)]);
    let told = ada.ask("GET", &format!("timetable/{session}"), Value::Null).await.json();
    assert_eq!((&told["date"], &told["start"], &told["until"]), (&json!(first), &json!(start), &json!(day(1))));
}

// SPEC MEET-9, MEET-11
#[tokio::test]
async fn a_panel_assists_on_the_boards_of_its_room_in_their_time_and_no_longer() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let (here, number) = Device::approved_in(&server, &ada, "3-2").await;
    let (elsewhere, _) = Device::approved_in(&server, &ada, "music").await;
    let (session, board) = schedule(&ada, order(-10, 30, room("3-2"))).await;
    let role = async |device: &Device<'_>, board| text(&device.enter(board).await, "role");
    let shown = here.ask("GET", "panel/timetable", Value::Null).await.json();
    assert_eq!((&shown[0]["board"], &shown[0]["owner"]), (&json!(board.to_string()), &json!("Ada")));
    assert_eq!((role(&here, board).await, role(&elsewhere, board).await), ("assistant".into(), "member".into()));
    let mut inside = hello(&server, board, &text(&here.enter(board).await, "credential")).await.unwrap();
    told(&mut inside, Role::Assistant).await;
    // Before its time and after, and on the same day elsewhere.
    for minutes in [16, -46] {
        let (_, other) = schedule(&ada, order(minutes, 30, room("3-2"))).await;
        assert_eq!(role(&here, other).await, "member", "{minutes} minutes");
    }
    let (_, soon) = schedule(&ada, order(14, 30, room("3-2"))).await;
    assert_eq!(role(&here, soon).await, "assistant", "a break before");
    // A date that is cancelled takes it back where it is, at once; planned again it has it again.
    let (date, _) = local(-10);
    let day = format!("timetable/{session}/dates/{date}");
    assert_eq!(ada.ask("PUT", &day, json!({})).await.status, 200);
    told(&mut inside, Role::Member).await;
    assert_eq!(role(&here, board).await, "member");
    assert_eq!(here.ask("GET", "panel/timetable", Value::Null).await.json().as_array().unwrap().len(), 2);
    assert_eq!(ada.ask("DELETE", &day, Value::Null).await.status, 200);
    assert_eq!(role(&here, board).await, "assistant");
    told(&mut inside, Role::Assistant).await;
    // So does a panel that is moved to another room, and one that comes there has it.
    assert_eq!(ada.ask("PATCH", &format!("panels/{number}"), json!({ "room": "art" })).await.status, 204);
    told(&mut inside, Role::Member).await;
    let (new, new_number) = Device::approved_in(&server, &ada, "3-2").await;
    let credential = text(&new.enter(board).await, "credential");
    let mut fresh = hello(&server, board, &credential).await.unwrap();
    told(&mut fresh, Role::Assistant).await;
    // A revoked one is cut off, whatever the timetable says.
    assert_eq!(ada.ask("DELETE", &format!("panels/{new_number}"), Value::Null).await.status, 204);
    while !matches!(fresh.next().await, ServerFrame::Failed(failure) if failure.code == FailureCode::Credential) {}
    assert_eq!(hello(&server, board, &credential).await.err(), Some(FailureCode::Credential));
    assert_eq!(new.ask("GET", "panel/timetable", Value::Null).await.problem(), (403, "panel_revoked".into()));
}

#[tokio::test]
async fn a_date_is_live_in_its_time_while_a_session_is_on_and_somebody_there() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let (here, _) = Device::approved_in(&server, &ada, "3-2").await;
    let (_, board) = schedule(&ada, order(-10, 30, room("3-2"))).await;
    // Tomorrow on the same board, and at the same time on another.
    let mut tomorrow = order(24 * 60, 30, room("3-2"));
    tomorrow["board"] = json!(board.to_string());
    schedule(&ada, tomorrow).await;
    schedule(&ada, order(-10, 30, room("3-2"))).await;
    let live = async || {
        let [list, panel] =
            [ada.ask("GET", &next(), Value::Null).await.json(), here.ask("GET", "panel/timetable", Value::Null).await.json()];
        assert_eq!(list, panel, "a panel sees the same");
        list.as_array().unwrap().iter().map(|one| one["live"] == true).collect::<Vec<_>>()
    };
    assert_eq!(live().await, [false; 3]);
    let credential = text(&ada.ask("POST", &format!("boards/{board}/enter"), json!({})).await, "credential");
    let mut host = hello(&server, board, &credential).await.unwrap();
    told(&mut host, Role::Host).await;
    assert_eq!(live().await, [false; 3], "nobody has begun a session");
    host.write(vec![set(DocumentId::COVER, MEETING, Key::Session, &Said::Int(1))]).await;
    assert_eq!(live().await, [true, false, false]);
    host.write(vec![set(DocumentId::COVER, MEETING, Key::Ended, &Said::Int(1))]).await;
    assert_eq!(live().await, [false; 3]);
    host.write(vec![set(DocumentId::COVER, MEETING, Key::Session, &Said::Int(2))]).await;
    assert_eq!(live().await, [true, false, false]);
    drop(host);
    let gone = async {
        while live().await[0] {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, gone).await.unwrap();
}

#[tokio::test]
async fn what_the_timetable_lends_ends_with_its_time_also_on_a_closed_board() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let (here, _) = Device::approved_in(&server, &ada, "3-2").await;
    let directory = &server.hub.services.directory;
    // Its time as an assistant is over in a minute, its credential in fifteen.
    let (session, board) = schedule(&ada, order(-24, 10, room("3-2"))).await;
    let entered = here.enter(board).await;
    assert_eq!(text(&entered, "role"), "assistant");
    let credential = text(&entered, "credential");
    let at = async |later_ms| directory.admit(board, credential.as_bytes(), now_ms() + later_ms).await.map(|admitted| admitted.role());
    assert_eq!(at(0).await, Ok(Role::Assistant));
    assert_eq!(at(2 * MINUTE_MS).await, Ok(Role::Member));
    assert_eq!(directory.lapsed_assistants(now_ms()).await.unwrap(), []);
    let lapsed = directory.lapsed_assistants(now_ms() + 2 * MINUTE_MS).await.unwrap();
    assert_eq!(lapsed.iter().map(|one| (one.board, one.left)).collect::<Vec<_>>(), [(board, Some(Role::Member))]);
    let mut inside = hello(&server, board, &credential).await.unwrap();
    told(&mut inside, Role::Assistant).await;
    // On a closed board it was let in by the timetable alone, and is shown out.
    directory.set_bare(board, None, "test".into(), now_ms()).await.unwrap();
    assert_eq!(text(&here.enter(board).await, "role"), "assistant");
    assert!(at(2 * MINUTE_MS).await.is_err());
    assert_eq!(ada.ask("DELETE", &format!("timetable/{session}"), Value::Null).await.status, 204);
    while !matches!(inside.next().await, ServerFrame::Failed(failure) if failure.code == FailureCode::Credential) {}
    assert_eq!(here.enter(board).await.problem(), (403, "closed".into()));
    // Nothing is left to be looked after.
    dismiss_lapsed(&server.hub).await;
    assert_eq!(directory.lapsed_assistants(u64::MAX / 4).await.unwrap(), []);
}

/// Who a panel is on a board that it has entered.
fn participant(entered: &Answer) -> ParticipantId {
    text(entered, "participant").parse().unwrap()
}

/// What a board's record of somebody says, durably.
async fn record(server: &Server, board: BoardId, participant: ParticipantId) -> Recorded {
    let room = server.hub.room(board).await.unwrap();
    let (answer, settled) = oneshot::channel();
    assert!(room.commands.send(Command::Settled { participant: participant.0, answer }).await.is_ok());
    timeout(PATIENCE, settled).await.unwrap().unwrap()
}

/// The boards on which a panel is noted as an assistant whose time is over.
async fn lapsed(server: &Server) -> Vec<BoardId> {
    server.hub.services.directory.lapsed_assistants(now_ms()).await.unwrap().iter().map(|one| one.board).collect()
}

#[tokio::test]
async fn a_panel_stays_noted_as_an_assistant_until_its_board_has_taken_that_back_durably() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let (here, _) = Device::approved_in(&server, &ada, "3-2").await;
    let (session, board) = schedule(&ada, order(-10, 30, room("3-2"))).await;
    let entered = here.enter(board).await;
    let _inside = hello(&server, board, &text(&entered, "credential")).await.unwrap();
    let panel = participant(&entered);
    assert_eq!(record(&server, board, panel).await, Recorded::Role(Role::Assistant));
    server.faults.set_sync_fails(true);
    assert_eq!(ada.ask("DELETE", &format!("timetable/{session}"), Value::Null).await.status, 204);
    assert_eq!(lapsed(&server).await, [board], "the disk did not take it");
    let server = Server::start_in(server.stop().await, Duration::from_secs(60)).await;
    dismiss_lapsed(&server.hub).await;
    assert_eq!(record(&server, board, panel).await, Recorded::Role(Role::Member));
    assert_eq!(lapsed(&server).await, []);
}

#[tokio::test]
async fn a_panel_that_was_let_in_just_before_its_time_was_over_stays_no_assistant() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let (here, _) = Device::approved_in(&server, &ada, "3-2").await;
    let (session, board) = schedule(&ada, order(-10, 30, room("3-2"))).await;
    let panel = participant(&here.enter(board).await);
    assert_eq!(ada.ask("DELETE", &format!("timetable/{session}"), Value::Null).await.status, 204);
    assert_eq!(record(&server, board, panel).await, Recorded::Nothing);
    // Its connection was let in before that, and reaches the board only now.
    let room = server.hub.room(board).await.unwrap();
    let entry = Entry { participant: Some(panel.0), entrance: Entrance::Panel, ..Entry::from(Role::Assistant) };
    let (connection, hello) = (room.new_connection(), Box::new(hello_of(ActorId(9))));
    let join = Command::Join { connection, line: Arc::default(), hello, entry, ticket: "a ticket".into() };
    assert!(room.commands.send(join).await.is_ok());
    assert_eq!(record(&server, board, panel).await, Recorded::Role(Role::Assistant));
    dismiss_lapsed(&server.hub).await;
    assert_eq!(record(&server, board, panel).await, Recorded::Role(Role::Member));
    assert_eq!(lapsed(&server).await, []);
}

#[tokio::test]
async fn a_board_that_could_not_be_told_of_an_assistant_is_told_when_the_panel_comes_again() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let (here, _) = Device::approved_in(&server, &ada, "3-2").await;
    let (_, board) = schedule(&ada, order(24 * 60, 30, room("3-2"))).await;
    let entered = here.enter(board).await;
    let _inside = hello(&server, board, &text(&entered, "credential")).await.unwrap();
    let panel = participant(&entered);
    assert_eq!(record(&server, board, panel).await, Recorded::Role(Role::Member));
    let mut today = order(-10, 30, room("3-2"));
    today["board"] = json!(board.to_string());
    schedule(&ada, today).await;
    server.faults.set_sync_fails(true);
    assert_eq!(here.enter(board).await.problem(), (503, "busy".into()));
    let signing = here.signing;
    let server = Server::start_in(server.stop().await, Duration::from_secs(60)).await;
    let mut here = Device { signing, ..Device::new(&server) };
    here.prove().await;
    assert_eq!(record(&server, board, panel).await, Recorded::Role(Role::Member));
    assert_eq!(text(&here.enter(board).await, "role"), "assistant");
    assert_eq!(record(&server, board, panel).await, Recorded::Role(Role::Assistant));
    // What a host makes of it then is not overruled.
    let less = Command::Appoint { participant: panel.0, role: Role::Member, only: None, ticket: "a ticket".into() };
    assert!(server.hub.room(board).await.unwrap().commands.send(less).await.is_ok());
    assert_eq!(here.enter(board).await.status, 200);
    assert_eq!(record(&server, board, panel).await, Recorded::Role(Role::Member));
}

#[tokio::test]
async fn a_calendar_is_read_by_whoever_has_its_link_until_that_is_renewed_or_revoked() {
    let server = Server::start().await;
    let ada = Person::administrator(&server).await;
    let ken = ada.teacher("ken").await;
    let (session, board) = schedule(&ken, order(60, 50, json!([]))).await;
    schedule(&ada, order(60, 50, json!([]))).await;
    assert_eq!(ken.ask("GET", "me/calendar", Value::Null).await.json(), json!({ "made_ms": null }));
    assert_eq!(ken.ask("DELETE", "me/calendar", Value::Null).await.problem(), (404, "unknown_feed".into()));
    let link = async || text(&ken.ask("POST", "me/calendar", Value::Null).await, "path").strip_prefix("/api/v1/").unwrap().to_owned();
    let read = async |path: &str| ask(&server, &[], "GET", path, Value::Null).await;
    let first = link().await;
    let calendar = read(&first).await;
    assert_eq!((calendar.status, calendar.header("content-type")), (200, Some("text/calendar; charset=utf-8")));
    let written = String::from_utf8(calendar.body).unwrap().replace("\r\n ", "");
    assert_eq!(written.matches("BEGIN:VEVENT").count(), 1, "nobody else's: {written}");
    assert!(written.contains(&format!("\r\nURL:http://{}/b/{board}\r\n", server.address)) && written.contains("\r\nSEQUENCE:0\r\n"));
    let alone = ken.ask("GET", &format!("timetable/{session}/calendar.ics"), Value::Null).await;
    assert_eq!(alone.header("content-disposition"), Some(format!("attachment; filename=\"session-{session}.ics\"").as_str()));
    // What is changed has the same name and a higher number.
    let name = |text: &str| text.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned();
    let (date, _) = local(60);
    ken.ask("PUT", &format!("timetable/{session}/dates/{date}"), json!({})).await;
    let changed = String::from_utf8(read(&first).await.body).unwrap();
    assert_eq!(name(&changed), name(&written));
    assert!(changed.contains("\r\nSEQUENCE:1\r\n") && changed.contains("\r\nSTATUS:CANCELLED\r\n"), "{changed}");
    // Renewed and revoked links, wrong ones and none are answered alike.
    let second = link().await;
    assert_eq!(read(&second).await.status, 200);
    let refused = [first, format!("{second}x"), second.replace(".ics", ""), format!("calendars/{}.ics", "0".repeat(64))];
    let mut answers = Vec::new();
    for path in &refused {
        let answer = read(path).await;
        assert_eq!(answer.problem(), (404, "unknown_feed".into()), "{path}");
        answers.push(answer.body);
    }
    assert!(answers.windows(2).all(|two| two[0] == two[1]));
    assert_eq!(ken.ask("DELETE", "me/calendar", Value::Null).await.status, 204);
    assert_eq!(read(&second).await.problem(), (404, "unknown_feed".into()));
    // A closed account has no calendar, and its sessions give nothing to panels.
    let third = link().await;
    let number = account(&server, "ken").await.account;
    ada.ask("PATCH", &format!("accounts/{number}"), json!({ "closed": true })).await;
    assert_eq!(read(&third).await.problem(), (404, "unknown_feed".into()));
}

#[tokio::test]
async fn a_calendar_names_the_address_that_was_set_whoever_reads_it() {
    let server = Server::start_at("https://board.example").await;
    let ada = Person::administrator(&server).await;
    let (session, board) = schedule(&ada, order(60, 50, json!([]))).await;
    let path = text(&ada.ask("POST", "me/calendar", Value::Null).await, "path").strip_prefix("/api/v1/").unwrap().to_owned();
    for path in [path, format!("timetable/{session}/calendar.ics")] {
        let written = String::from_utf8(ada.ask("GET", &path, Value::Null).await.body).unwrap().replace("\r\n ", "");
        assert!(written.contains(&format!("\r\nURL:https://board.example/b/{board}\r\n")), "{written}");
    }
}

/// The calendar in `data/timetable.ics`: the app's tests read it with another program (`client-sdk/app/tests/calendar.test.ts`).
#[test]
fn the_calendar_that_others_read_is_what_is_written() {
    let at = |text: &str| text.parse::<DateTime>().unwrap();
    let owner = Account { account: 1, login: "ada".into(), name: "Ada".into(), administrator: true };
    let session = |number: u8, title: &str, plan: Plan, exceptions: Exceptions, rooms: &[(&str, &str)]| Scheduled {
        session: number.into(),
        uid: [number; 16],
        board: BoardId([number; 16]),
        owner: owner.clone(),
        title: title.to_owned(),
        plan,
        exceptions,
        rooms: rooms.iter().map(|(site, room)| Room { site: (*site).to_owned(), room: (*room).to_owned() }).collect(),
        sequence: 2,
        changed_ms: 1_790_000_000_000,
    };
    let weekly = |date, start, zone, until| Plan::of(date, start, 50, zone, Some(until)).unwrap();
    let sessions = [
        session(
            1,
            "壱岐と大村の英語、毎週の合同授業：地球の裏側の学校と話そう; part 1, \\o/",
            weekly("2027-04-08", "09:40", "Asia/Tokyo", "2027-07-15"),
            Exceptions::new(),
            &[("勝本小学校", "3年2組"), ("大村小学校", "理科室")],
        ),
        session(
            2,
            "With Berlin",
            weekly("2027-10-13", "09:40", "Europe/Berlin", "2027-11-10"),
            Exceptions::from([
                ("2027-10-20".parse().unwrap(), Exception::Cancelled),
                ("2027-11-03".parse().unwrap(), Exception::Moved(at("2027-11-05T14:00"))),
            ]),
            &[],
        ),
        session(3, "With Berlin in spring", weekly("2027-03-21", "03:30", "Europe/Berlin", "2027-04-04"), Exceptions::new(), &[]),
        session(4, "Once", Plan::of("2027-11-01", "23:30", 90, "UTC", None).unwrap(), Exceptions::new(), &[]),
        session(
            5,
            "Not at all",
            Plan::of("2027-11-02", "10:00", 50, "America/St_Johns", None).unwrap(),
            Exceptions::from([("2027-11-02".parse().unwrap(), Exception::Cancelled)]),
            &[],
        ),
    ];
    let written = write("Kakehashi: Ada", Some("https://board.example"), &sessions);
    for line in written.split("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line}");
    }
    // To write it anew after a deliberate change: UPDATE=1 cargo test.
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/timetable.ics");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(file, &written).unwrap();
    }
    assert_eq!(written, std::fs::read_to_string(file).unwrap());
}
