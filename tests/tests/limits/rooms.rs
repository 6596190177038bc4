//! Limits of connections and of what a room remembers.

use kakehashi_client::{Client, Config, Request};
use kakehashi_protocol::ids::{ActorId, DocumentId, LogId, Seq};
use kakehashi_protocol::limits::*;
use kakehashi_protocol::op::{Change, Op};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::schema::Kind;
use kakehashi_protocol::verdict::{Reason, Refusal};
use kakehashi_protocol::wire::frame::{ClientFrame, FailureCode, Hello, PROTOCOL_VERSION, ServerFrame, Subscription, read_message};
use kakehashi_protocol::wire::row::{Introduction, LogActors, Verdict};
use kakehashi_server::room::actors::{Actors, Offer, hash_change};
use kakehashi_server::room::core::{Now, Output, RoomCore};
use kakehashi_server::room::load::{first_row, load};
use kakehashi_tests::sim::node::{Effect, Node};

use super::Trial;
use super::shared::{AUTHOR, NOW_MS, PAGE, change, create, unknown};

pub const TRIALS: &[Trial] = &[
    ("SUBSCRIPTIONS_MAX", subscriptions),
    ("CLAIMS_MAX", claims),
    ("ACTORS_MAX", actors),
    ("IN_FLIGHT_CHANGES_MAX", in_flight_changes),
    ("REMEMBERED_CHANGES", remembered_changes),
    ("REMEMBERED_REFUSALS", remembered_refusals),
];

const NOW: Now = Now { wall_ms: NOW_MS, mono_us: 1_000_000 };

fn room() -> RoomCore {
    let row = first_row(ActorId(1), &[9; 16], NOW_MS);
    RoomCore::new(load(LogId([1; 16]), None, &[(Seq(1), row)]).expect("the first row loads"))
}

fn join(room: &mut RoomCore, connection: u32, actor: u64) {
    let hello =
        Hello { protocol: PROTOCOL_VERSION, credential: Vec::new(), actor: ActorId(actor), key: [3; 16], subscriptions: Vec::new() };
    room.handle_join(NOW, connection, Role::Member, &hello, String::new());
}

/// The failures among what a room says.
fn failures(room: &mut RoomCore) -> Vec<FailureCode> {
    let mut failures = Vec::new();
    while let Some(output) = room.poll_output() {
        match output {
            Output::Send { message, .. } => {
                for frame in read_message::<ServerFrame>(&message).expect("a server's message is readable") {
                    if let ServerFrame::Failed(failure) = frame {
                        failures.push(failure.code);
                    }
                }
            }
            Output::Append { expected_end, .. } => room.handle_committed(NOW, expected_end.next()),
            _ => {}
        }
    }
    failures
}

fn subscriptions() {
    let mut room = room();
    join(&mut room, 1, AUTHOR.0);
    let pages = change(1, DocumentId::COVER, vec![create(Kind::Page); SUBSCRIPTIONS_MAX]);
    room.handle_change(NOW, 1, pages.clone());
    assert_eq!(failures(&mut room), []);
    let documents = std::iter::once(DocumentId::COVER).chain((0..SUBSCRIPTIONS_MAX).map(|page| DocumentId(pages.id(page))));
    let mut answers = documents.map(|document| {
        room.handle_subscribe(1, Subscription { document, cursor: None });
        failures(&mut room)
    });
    assert!(answers.by_ref().take(SUBSCRIPTIONS_MAX).all(|failures| failures.is_empty()));
    assert_eq!(answers.next(), Some(vec![FailureCode::Limit]));
}

fn claims() {
    let mut room = room();
    join(&mut room, 1, AUTHOR.0);
    for actor in 1..CLAIMS_MAX as u64 {
        room.handle_claim(1, ActorId(100 + actor), &[4; 16]);
        assert_eq!(failures(&mut room), []);
    }
    room.handle_claim(1, ActorId(99), &[4; 16]);
    assert_eq!(failures(&mut room), [FailureCode::Limit]);
}

fn actors() {
    let mut room = room();
    // The one who made the board is one of them.
    for actor in 1..ACTORS_MAX as u64 {
        join(&mut room, 1, 100 + actor);
        room.handle_leave(1);
        while room.poll_output().is_some() {}
    }
    join(&mut room, 1, 100 + 5);
    assert_eq!(failures(&mut room), [], "who was here may come again");
    join(&mut room, 2, 99);
    assert_eq!(failures(&mut room), [FailureCode::Limit]);
}

fn in_flight_changes() {
    let mut node = Node::new(LogId([1; 16]));
    node.disk.commit(first_row(ActorId(1), &[9; 16], NOW_MS));
    node.start();
    let mut client = Client::new(Config { actor: AUTHOR, key: [3; 16], seed: 1, credential: Vec::new() });
    let mut now = NOW_MS;
    client.connect(now);
    node.open(1);
    let mut sent = Vec::new();
    for _ in 0..20 {
        now += 100;
        let at = (now - NOW_MS) * 1_000;
        client.handle_timeout(now);
        let mut effects = Vec::new();
        while let Some(request) = client.poll_request() {
            match request {
                Request::Connect => client.handle_connected(now),
                Request::FetchSnapshot { document, ticket } => effects.extend(node.snapshot(at, 1, ticket, document)),
                _ => {}
            }
        }
        while let Some(message) = client.poll_transmit(now) {
            let frames = read_message::<ClientFrame>(&message).expect("a client's message is readable");
            sent.extend(frames.into_iter().filter(|frame| matches!(frame, ClientFrame::Change(_))));
            // Changes reach nobody: none is answered.
            if sent.is_empty() {
                effects.extend(node.message(at, 1, &message, Role::Member.into(), || "ticket".into()));
            }
        }
        for effect in effects {
            match effect {
                Effect::Message(_, message) => client.handle_message(now, &message),
                Effect::Snapshot(_, Some(snapshot)) => client.handle_snapshot(now, DocumentId::COVER, Ok(&snapshot[..])),
                _ => {}
            }
        }
        if client.is_ready(DocumentId::COVER) && client.unsaved() == 0 {
            for gesture in 0..IN_FLIGHT_CHANGES_MAX as u32 + 40 {
                let op = Op { document: DocumentId::COVER, body: unknown(1) };
                client.edit(now, 0, gesture, vec![op]).expect("it may be written");
            }
        }
    }
    assert_eq!(sent.len(), IN_FLIGHT_CHANGES_MAX);
    assert!(client.unsaved() > IN_FLIGHT_CHANGES_MAX);
}

fn written(count: u64, verdict: impl Fn(u64) -> Verdict) -> Actors {
    let mut actors = Actors::default();
    actors.introduce(Introduction { actor: AUTHOR, key: [0; 16] });
    for counter in 1..=count {
        let verdict = verdict(counter);
        let hash = if let Verdict::Accepted(change) = &verdict { hash_change(change) } else { 0 };
        actors.decided(&verdict, hash);
    }
    actors
}

fn remembered_changes() {
    let count = REMEMBERED_CHANGES as u64 + 10;
    let of = |counter| change(counter, PAGE, vec![unknown(1)]);
    let actors = written(count, |counter| Verdict::Accepted(of(counter)));
    let other_bytes = |counter| Change { gesture: 5, ..of(counter) };
    let oldest = count - REMEMBERED_CHANGES as u64 + 1;
    assert_eq!(actors.offer(&of(oldest)), Offer::Resent);
    assert_eq!(actors.offer(&other_bytes(oldest)), Offer::Conflict);
    assert_eq!(actors.offer(&other_bytes(oldest - 1)), Offer::Resent, "its bytes are no longer known");
    // Counters that jump are not judged.
    assert_eq!(actors.offer(&of(count + 1)), Offer::New);
    assert_eq!(actors.offer(&of(count + 2)), Offer::Gap { expected: count + 1 });
    assert_eq!(actors.offer(&of(u64::MAX >> 16)), Offer::Gap { expected: count + 1 });
}

fn remembered_refusals() {
    let refused = |first| Verdict::Refused { actor: AUTHOR, refusal: Refusal { first, count: 1, reason: Reason::Missing } };
    for (count, kept) in [(REMEMBERED_REFUSALS, REMEMBERED_REFUSALS), (REMEMBERED_REFUSALS + 1, REMEMBERED_REFUSALS)] {
        let actors = written(count as u64, refused);
        let known = actors.get(AUTHOR).expect("it was introduced");
        assert_eq!(known.refused.len(), kept);
        assert_eq!(known.refused.back().map(|refusal| refusal.first), Some(count as u64));
    }
}
