//! Every cell of the table of rights, asked of a real room by whole connections: what is refused, and
//! with what it is let through (SPEC MAY-13).
#![allow(clippy::unwrap_used, reason = "these are tests, though not all marked as such")]

#[path = "../../protocol/tests/common/scenes.rs"]
mod scenes;
#[path = "common/stage.rs"]
mod stage;

use kakehashi_protocol::ids::DocumentId;
use kakehashi_protocol::people::TALK;
use kakehashi_protocol::rights::{RIGHTS, Role, State};
use kakehashi_protocol::schema::Kind;
use scenes::{Names, allowed, attempts, create, preparations};
use stage::{Stage, guest};

const ROLES: [Role; 5] = [Role::Viewer, Role::Member, Role::Assistant, Role::Host, Role::Server];
const STATES: [State; 4] = [State::Free, State::Session, State::Held, State::Locked];

/// A board brought to a state, by this way to come there, and who asks.
fn scene(way: usize, role: Role, state: State) -> (Stage, u32, Names) {
    let mut stage = Stage::new();
    let asks = stage.join(guest(1, role), &[DocumentId::COVER]);
    let other = stage.join(guest(2, Role::Viewer), &[DocumentId::COVER]);
    let server = stage.join(Role::Server, &[DocumentId::COVER]);
    let writer = stage.join(Role::Member, &[DocumentId::COVER]);
    let page = DocumentId(stage.write(writer, vec![create(DocumentId::COVER, Kind::Page, vec![])]).unwrap());
    let shape = stage.write(writer, vec![create(page, Kind::Rectangle, vec![])]).unwrap();
    let message = stage.write(writer, vec![create(TALK, Kind::Message, vec![])]).unwrap();
    let names = Names { own: stage.record(asks), other: stage.record(other), page, shape, message };
    let ops = preparations(state, &names).swap_remove(way);
    if !ops.is_empty() {
        stage.write(server, ops).unwrap();
    }
    (stage, asks, names)
}

#[test]
fn no_cell_allows_more_on_the_wire_than_in_the_table() {
    let (mut cells, mut questions, mut allows, mut unexpected) = (0, 0, 0, 0);
    for (act, _) in RIGHTS {
        for state in STATES {
            for role in ROLES {
                let (_, _, names) = scene(0, role, state);
                let attempted = attempts(act, state, &names).len();
                cells += usize::from(attempted > 0);
                for (way, number) in (0..preparations(state, &names).len()).flat_map(|way| (0..attempted).map(move |number| (way, number)))
                {
                    // Each asks on a board of its own: what one was allowed changes the next.
                    let (mut stage, asks, names) = scene(way, role, state);
                    let (what, op, met) = attempts(act, state, &names).swap_remove(number);
                    let told = stage.write(asks, vec![op]);
                    let expected = allowed(act, met, role);
                    questions += 1;
                    allows += u32::from(told.is_ok());
                    unexpected += u32::from(told.is_ok() && !expected);
                    assert_eq!(told.is_ok(), expected, "a {role:?} {what}, {state:?}: {told:?}");
                }
            }
        }
    }
    assert_eq!(cells, RIGHTS.len() * STATES.len() * ROLES.len(), "none is left out");
    println!(
        "rights on the wire: {cells} cells, {questions} questions to a real room, {allows} allowed, {unexpected} that the table does not allow"
    );
}
