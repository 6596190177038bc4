//! Every cell of the table of rights, asked of a real room by whole connections: what is refused, and
//! with what it is let through (SPEC MAY-13).
#![allow(clippy::unwrap_used, reason = "these are tests, though not all marked as such")]

#[path = "../../protocol/tests/common/scenes.rs"]
mod scenes;
#[path = "common/stage.rs"]
mod stage;

use kakehashi_protocol::ids::DocumentId;
use kakehashi_protocol::people::TALK;
use kakehashi_protocol::rights::{Act, RIGHTS, Role, State, least};
use kakehashi_protocol::schema::Kind;
use scenes::{Names, attempts, create, preparation};
use stage::{Stage, guest};

const ROLES: [Role; 4] = [Role::Viewer, Role::Member, Role::Assistant, Role::Host];
const STATES: [State; 4] = [State::Free, State::Session, State::Held, State::Locked];

fn allowed(act: Act, state: State, role: Role) -> bool {
    let on = if state == State::Free { State::Free } else { State::Session };
    [on, state].into_iter().all(|state| least(act, state).is_some_and(|least| role >= least))
}

/// A board brought to a state, and who asks.
fn scene(role: Role, state: State) -> (Stage, u32, Names) {
    let mut stage = Stage::new();
    let asks = stage.join(guest(1, role), &[DocumentId::COVER]);
    let other = stage.join(guest(2, Role::Viewer), &[DocumentId::COVER]);
    let server = stage.join(Role::Server, &[DocumentId::COVER]);
    let writer = stage.join(Role::Member, &[DocumentId::COVER]);
    let page = DocumentId(stage.write(writer, vec![create(DocumentId::COVER, Kind::Page, vec![])]).unwrap());
    let shape = stage.write(writer, vec![create(page, Kind::Rectangle, vec![])]).unwrap();
    let message = stage.write(writer, vec![create(TALK, Kind::Message, vec![])]).unwrap();
    let names = Names { own: stage.record(asks), other: stage.record(other), page, shape, message };
    let ops = preparation(state, &names);
    if !ops.is_empty() {
        stage.write(server, ops).unwrap();
    }
    (stage, asks, names)
}

#[test]
fn no_cell_allows_more_on_the_wire_than_in_the_table() {
    let (mut questions, mut allows, mut unexpected) = (0, 0, 0);
    for (act, _) in RIGHTS {
        for state in STATES {
            for role in ROLES {
                let (_, _, names) = scene(role, state);
                for number in 0..attempts(act, state, &names).len() {
                    // Each asks on a board of its own: what one was allowed changes the next.
                    let (mut stage, asks, names) = scene(role, state);
                    let (what, op) = attempts(act, state, &names).swap_remove(number);
                    let told = stage.write(asks, vec![op]);
                    let expected = allowed(act, state, role);
                    questions += 1;
                    allows += u32::from(told.is_ok());
                    unexpected += u32::from(told.is_ok() && !expected);
                    assert_eq!(told.is_ok(), expected, "a {role:?} {what}, {state:?}: {told:?}");
                }
            }
        }
    }
    println!("rights on the wire: {questions} questions to a real room, {allows} allowed, {unexpected} that the table does not allow");
}
