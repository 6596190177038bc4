//! Coming and going of connections, clocks, presence.

mod support;

use kakehashi_client::{DEAD_MS, Event, NoticeCode, OFFLINE_MS, PING_MS, Request, Status};
use kakehashi_protocol::document::Store;
use kakehashi_protocol::presence::{Place, Presence};
use kakehashi_protocol::schema::{Key, Kind, Value};
use kakehashi_protocol::wire::frame::{ClientFrame, Failure, FailureCode, ServerFrame};
use support::*;

#[test]
fn it_tries_again_by_itself_and_says_when_it_is_offline() {
    let (mut world, page) = World::with_page(1);
    world.go_offline(0);
    assert_eq!(world.peers[0].client.status(), Status::Connecting);
    world.stroke(0, page, 0, 3);
    world.pass(OFFLINE_MS + 100);
    assert_eq!(world.peers[0].client.status(), Status::Offline);
    let before = world.peers[0].connects;
    world.pass(60_000);
    let tries = world.peers[0].connects - before;
    assert!((4..60).contains(&tries), "{tries} attempts a minute");
    world.up = true;
    let now = world.now;
    world.peers[0].client.network_changed(now);
    world.pump();
    assert_eq!(world.peers[0].client.status(), Status::Live, "at once, when the network is back");
    world.settle();
    world.assert_in_step(page);
    let told: Vec<Status> =
        world.peers[0].events.iter().filter_map(|event| if let Event::Status(status) = event { Some(*status) } else { None }).collect();
    assert_eq!(told, [Status::Live, Status::Connecting, Status::Offline, Status::Live]);
}

#[test]
fn silence_is_asked_about_and_a_dead_connection_given_up() {
    let mut world = World::new(1);
    let pings = |world: &World| {
        world.server.received.iter().flat_map(|(_, frames)| frames).filter(|frame| matches!(frame, ClientFrame::Ping(_))).count()
    };
    world.pass(PING_MS - 100);
    assert_eq!(pings(&world), 0);
    world.pass(200);
    assert_eq!(pings(&world), 1);
    assert_eq!(world.peers[0].connects, 1, "it was answered");
    // From now on the server's answers get lost.
    let connection = world.peers[0].connection.take().unwrap();
    let silent_from = world.now;
    while world.peers[0].connects == 1 {
        world.now += 50;
        let now = world.now;
        let client = &mut world.peers[0].client;
        client.handle_timeout(now);
        client.poll_transmit(now);
        world.pump();
        assert!(world.now < silent_from + DEAD_MS + 1_000, "it notices");
    }
    assert!(world.now >= silent_from + DEAD_MS - PING_MS);
    world.server.readers.remove(&connection);
    world.settle();
    assert_eq!(world.peers[0].client.status(), Status::Live);
}

#[test]
fn a_timeout_is_always_named_and_polling_before_it_gives_nothing() {
    let (mut world, page) = World::with_page(1);
    world.settle();
    world.stroke(0, page, 0, 1);
    world.stroke(0, page, 0, 1);
    world.pump();
    world.stroke(0, page, 0, 1);
    let now = world.now;
    let client = &mut world.peers[0].client;
    assert_eq!(client.poll_transmit(now), None, "paced");
    let at = client.poll_timeout().expect("there is something to do");
    assert!(at > now && at <= now + 16);
    assert_eq!(client.poll_transmit(at - 1), None);
    assert!(client.poll_transmit(at).is_some());
}

#[test]
fn what_cannot_be_had_is_not_tried_for_ever() {
    for code in [FailureCode::UnknownBoard, FailureCode::Version, FailureCode::Credential] {
        let mut world = World::new(1);
        let connection = world.peers[0].connection.unwrap();
        world.server.send(connection, &ServerFrame::Failed(Failure { code, detail: "no".into() }));
        world.pass(120_000);
        assert_eq!(world.peers[0].connects, 1);
        assert_eq!(world.peers[0].client.status(), Status::Offline);
        assert!(world.peers[0].events.contains(&Event::Stopped(code)));
        assert_eq!(world.peers[0].client.poll_timeout(), None);
    }
}

#[test]
fn bytes_that_are_no_message_end_the_connection_and_not_the_client() {
    let (mut world, page) = World::with_page(1);
    let now = world.now;
    world.peers[0].client.handle_message(now, &[250, 255, 1]);
    assert_eq!(world.peers[0].client.poll_request(), Some(Request::Disconnect));
    world.peers[0].connection = None;
    world.pass(5_000);
    let protocol = |event: &Event| matches!(event, Event::Notice { code: NoticeCode::Protocol, .. });
    assert!(world.peers[0].events.iter().any(protocol));
    world.stroke(0, page, 0, 2);
    world.settle();
    world.assert_in_step(page);
}

// SPEC CLOCK-3.
#[test]
fn what_was_never_sent_moves_with_the_error_of_the_devices_clock() {
    let (mut world, page) = World::with_page(2);
    let shape = world.create(0, page, Kind::Rectangle);
    world.settle();
    // A tablet whose clock is a day fast edits without a connection, after having seen the board
    // through another client's eyes: it starts from what the log holds.
    let tablet = world.add();
    world.peers[tablet].ahead_ms = 20 * 60 * 60 * 1_000;
    let now = world.device_now(tablet);
    world.peers[tablet].client.connect(now);
    world.peers[tablet].client.open(page);
    world.pass(1_000);
    assert!((-1_000..1_000).contains(&(world.peers[tablet].client.clock_offset_ms() + world.peers[tablet].ahead_ms)));
    world.cut(tablet);
    world.up = false;
    // Its clock is set right by hand while it is away: the old offset is now wrong by a day.
    world.peers[tablet].ahead_ms = 0;
    world.set(tablet, page, shape, Key::X, Value::Int(8));
    let early = world.now;
    world.pass(2_000);
    // Somebody else moves the shape later. It is later, and must win.
    world.set(0, page, shape, Key::X, Value::Int(16));
    world.pass(100);
    world.come_back();
    let stamp = world.peers[0].client.record(page, shape).unwrap().stamp_of(Key::X.number());
    assert_eq!(world.peers[0].client.record(page, shape).unwrap().int(Key::X), 16);
    assert!(stamp.clock.abs_diff(early + 2_000) < 1_500);
    world.assert_in_step(page);
}

// SPEC CLOCK-3: and sent ones never.
#[test]
fn a_slow_clock_is_put_right_before_anything_is_sent_and_undo_still_finds_it() {
    let (mut world, page) = World::with_page(1);
    world.go_offline(0);
    world.peers[0].ahead_ms = -3_600_000;
    let shape = world.create(0, page, Kind::Rectangle);
    let kept = world.peers[0].client.record(page, shape).unwrap().created();
    world.come_back();
    let sent = world.server.board.document(page).unwrap().records().find(|record| record.id() == shape).unwrap().created();
    assert!(sent.clock > kept.clock, "the clock was an hour slow");
    assert!(sent.clock.abs_diff(world.now) < 60_000);
    world.assert_in_step(page);
    let now = world.device_now(0);
    assert_eq!(world.peers[0].client.undo(now, 0), Ok(true));
    assert!(!world.peers[0].client.record(page, shape).unwrap().visible());
}

// SPEC CLOCK-3: as far off as before is not as if it had never leapt.
#[test]
fn a_clock_that_leapt_forth_and_back_while_away_costs_nothing() {
    let (mut world, page) = World::with_page(1);
    world.go_offline(0);
    world.peers[0].ahead_ms = 50 * 365 * 24 * 60 * 60 * 1_000;
    let shape = world.create(0, page, Kind::Rectangle);
    world.peers[0].ahead_ms = 0;
    world.come_back();
    let made = world.server.board.document(page).unwrap().record(shape).map(|record| record.created().clock);
    assert!(made.is_some_and(|clock| clock.abs_diff(world.now) < 60_000), "made at {made:?}");
    world.assert_in_step(page);
}

// SPEC PRES-1.
#[test]
fn presence_is_the_latest_value_and_gone_with_the_connection() {
    let (mut world, page) = World::with_page(2);
    world.pass(200);
    let before = world.server.received.len();
    for x in 0..100 {
        let presence = Presence { name: "海".into(), document: Some(page), cursor: Some(Place { x, y: 0 }), ..Presence::default() };
        world.peers[0].client.set_presence(presence).unwrap();
        world.pass(4);
    }
    world.pass(100);
    let sent = world.server.received[before..]
        .iter()
        .flat_map(|(_, frames)| frames)
        .filter(|frame| matches!(frame, ClientFrame::Presence(_)))
        .count();
    assert!((10..=15).contains(&sent), "400 ms at 30 a second, not {sent}");
    let seen: Vec<_> = world.peers[1].client.presences(page).map(|(_, actor, presence)| (actor, presence.cursor)).collect();
    assert_eq!(seen, [(world.peers[0].client.actor(), Some(Place { x: 99, y: 0 }))]);
    assert_eq!(world.peers[0].client.presences(page).count(), 0, "not oneself");
    assert!(world.peers[1].events.contains(&Event::Presence { document: page }));
    world.go_offline(1);
    assert_eq!(world.peers[1].client.presences(page).count(), 0);
    let long = Presence { name: "x".repeat(65), ..Presence::default() };
    assert!(world.peers[0].client.set_presence(long).is_err());
}

// SPEC PRES-2.
#[test]
fn people_are_all_others_on_the_board_each_once() {
    let (mut world, page) = World::with_page(3);
    let show = |world: &mut World, peer: usize, name: &str, document, following| {
        let presence = Presence { name: name.into(), document, following, ..Presence::default() };
        world.peers[peer].client.set_presence(presence).unwrap();
        world.pass(100);
    };
    let first = world.peers[0].client.actor();
    show(&mut world, 0, "海", None, None);
    show(&mut world, 1, "空", Some(page), Some(first));
    let people = |world: &World, peer: usize| {
        let people = world.peers[peer].client.people();
        people.map(|(actor, found)| (actor, found.name.clone(), found.document, found.following)).collect::<Vec<_>>()
    };
    let second = world.peers[1].client.actor();
    assert_eq!(people(&world, 2), [(first, "海".into(), None, None), (second, "空".into(), Some(page), Some(first))]);
    assert_eq!(people(&world, 0).len(), 1, "not oneself");
    assert!(world.peers[2].events.contains(&Event::People));
    // It came back before the server gave its old connection up.
    world.go_offline(0);
    world.peers[0].client.network_changed(world.now);
    world.come_back();
    show(&mut world, 0, "海", Some(page), None);
    assert_eq!(people(&world, 2).iter().map(|(actor, ..)| *actor).collect::<Vec<_>>(), [second, first]);
    assert_eq!(people(&world, 2)[1].2, Some(page));
    assert!(people(&world, 0).iter().all(|(actor, ..)| *actor != first), "its own old connection is not another's");
    // Where there is no connection nobody is known to be there.
    world.peers[2].events.clear();
    world.go_offline(2);
    world.pump();
    assert_eq!(people(&world, 2), []);
    assert!(world.peers[2].events.contains(&Event::People));
}
