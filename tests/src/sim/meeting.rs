//! What people do as participants of a meeting, in one run of four: sessions, hands, holds, roles, words, removal.

use kakehashi_client::Client;
use kakehashi_protocol::ids::{DocumentId, RecordId};
use kakehashi_protocol::people::{Entrance, TALK, role_of};
use kakehashi_protocol::rights::{MEETING, Role};
use kakehashi_protocol::schema::{Key, Value};
use kakehashi_server::room::core::Entry;

use super::rng::Rng;

/// What somebody is let in with: a host and others at each server.
pub(super) fn entry(place: usize) -> Entry {
    let role = match place {
        0 | 1 => Role::Host,
        2 => Role::Assistant,
        _ => Role::Member,
    };
    let participant = Some([place as u8 + 1; 16]);
    Entry { participant, role, name: format!("Guest {place}"), entrance: Entrance::Guest, waits: false }
}

/// Does something, if it may; says whether it was done.
pub(super) fn act(client: &mut Client, rng: &mut Rng, now: u64) -> bool {
    let Some(own) = client.me().and_then(|own| own.participant) else { return false };
    // Hosts stay, so that somebody is there who lets others back in.
    let others = client.participants().into_iter().filter(|record| record.id() != own && role_of(record) != Role::Host);
    let others: Vec<RecordId> = others.map(|record| record.id()).collect();
    let Some(other) = rng.pick(&others).copied() else { return false };
    let often = !rng.once_in(3);
    let cover = DocumentId::COVER;
    let done = match rng.below(9) {
        0 => client.hold_session(now, client.session().is_none()),
        1 => client.set_in_session(now, own, Key::Hand, often.then_some(now as i64)),
        2 => client.set_in_session(now, other, Key::Hand, None),
        3 => client.set_in_session(now, MEETING, Key::Writing, often.then_some(1)),
        4 => client.set_timer(now, often.then_some(60_000)),
        5 => client.govern(now, cover, other, &[(Key::Locked, Some(Value::Bool(!often)))]),
        6 => {
            let role = if often { Role::Member } else { Role::Assistant };
            client.govern(now, cover, other, &[(Key::Role, Some(Value::Int(role as i64)))])
        }
        7 => client.govern(now, cover, other, &[(Key::Deleted, Some(Value::Bool(true)))]),
        _ => client.say(now, TALK, "words".to_owned()),
    };
    done.is_ok()
}

/// The run ends: all read the talk, and hosts let those back in who were removed.
pub(super) fn end(client: &mut Client, now: u64) {
    if client.me().is_none() {
        return;
    }
    client.open(TALK);
    let removed: Vec<RecordId> = client.removed().iter().map(|record| record.id()).collect();
    for participant in removed {
        // Only a host may; the others are told so.
        let _ = client.govern(now, DocumentId::COVER, participant, &[(Key::Deleted, Some(Value::Bool(false)))]);
    }
}
