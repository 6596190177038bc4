//! The board's call as the room sees it: who may ask what of it. What is in the call is the forwarding
//! server's; the role that decides is the one that the cover says at this moment.

use std::sync::Arc;

use kakehashi_protocol::call::{Ask, Asked, HUSHES, MEMBERS_MAX, SPEAKS, Tell, Why};
use kakehashi_protocol::lane::{Glimpse, Shown};
use kakehashi_protocol::op::OpBody;
use kakehashi_protocol::people::Who;
use kakehashi_protocol::rights::{Role, may};
use kakehashi_protocol::schema::Kind;
use kakehashi_protocol::wire::frame::{ServerFrame, message};

use super::people::Connection;
use super::{ConnectionId, Output, RoomCore};

/// What a page is told of its call, as a message.
///
/// # Panics
/// Never: what a call tells is made of texts, numbers and lists.
#[must_use]
pub fn call_message(tell: &Tell) -> Vec<u8> {
    let json = serde_json::to_string(tell);
    assert!(json.is_ok(), "a tell is always JSON: {json:?}");
    message(&ServerFrame::Call(json.unwrap_or_default()))
}

impl RoomCore {
    /// A connection asks something of the call. An error says why it is nothing that can be asked.
    pub fn handle_call(&mut self, connection: ConnectionId, ask: Result<Box<Ask>, String>) {
        let Some(role) = self.role_in_call(connection) else { return };
        let Some(known) = self.connections.get_mut(&connection) else { return };
        let asked = ask.as_ref().ok().map(|ask| ask.asked());
        let refusal = match &ask {
            Err(detail) => Some((Why::Malformed, detail.clone())),
            Ok(_) if known.waits => Some((Why::Rights, "whoever waits in the lobby is in no call".into())),
            Ok(ask) => match &**ask {
                Ask::Offer { tracks, .. } if !tracks.is_empty() && role < SPEAKS => {
                    Some((Why::Rights, format!("a {role:?} hears and sees; a {SPEAKS:?} and above sends")))
                }
                Ask::Direct { word, .. } if word.connects() && role < SPEAKS => {
                    Some((Why::Rights, format!("a {role:?} sends nothing directly either; a {SPEAKS:?} and above does")))
                }
                Ask::Caption { .. } if role < SPEAKS => {
                    Some((Why::Rights, format!("a {role:?} says nothing in the call; a {SPEAKS:?} and above does")))
                }
                Ask::Hush { .. } if role < HUSHES => {
                    Some((Why::Rights, format!("a {role:?} makes nobody silent; a {HUSHES:?} and above does")))
                }
                _ => None,
            },
        };
        match (ask, refusal) {
            (Ok(ask), None) => {
                let (actor, speaks) = (known.actor, role >= SPEAKS);
                match *ask {
                    // Whoever only watches is not in the call.
                    Ask::Watch {} => {}
                    Ask::Leave {} => known.speaks = None,
                    _ => known.speaks = Some(speaks),
                }
                self.outputs.push_back(Output::Call { connection, actor, speaks, ask });
            }
            (_, Some((why, detail))) => {
                let message = call_message(&Tell::Refused { ask: asked, why, detail }).into();
                self.outputs.push_back(Output::Send { connection, message });
            }
            (Err(_), None) => {}
        }
    }

    /// A connection shows something by its lane: what it may draw, to those who read where it does (SPEC LANE-3).
    pub fn handle_glimpse(&mut self, connection: ConnectionId, bytes: &[u8]) {
        let glimpse = match Glimpse::from_bytes(bytes) {
            Ok(glimpse) => glimpse,
            Err(error) => {
                let refused = Tell::Refused { ask: Some(Asked::Glimpse), why: Why::Malformed, detail: error.to_string() };
                return self.outputs.push_back(Output::Send { connection, message: call_message(&refused).into() });
            }
        };
        let document = glimpse.document;
        let Some(known) = self.connections.get(&connection).filter(|_| self.shows(connection, document)) else { return };
        let drawn = OpBody::Create { kind: Kind::Stroke.number(), properties: Vec::new() };
        // Its ops are refused too, and that is said; a glimpse was only ahead of them.
        if !glimpse.strokes.is_empty() && may(known.writes_as(), known.actor, &self.state.board, document, &drawn).is_err() {
            return;
        }
        let reads = |(reader, other): (&ConnectionId, &Connection)| {
            (*reader != connection && other.documents.contains(&document)).then_some(*reader)
        };
        let readers: Arc<[ConnectionId]> = self.connections.iter().filter_map(reads).collect();
        if !readers.is_empty() {
            let message = Shown::bytes(known.actor, bytes).into();
            self.outputs.push_back(Output::Glimpse { readers, message });
        }
    }

    /// Rights may have changed: the call hears of those who have asked something of it.
    pub(super) fn review_call(&mut self, connection: ConnectionId) {
        let role = self.role_in_call(connection);
        let Some(known) = self.connections.get_mut(&connection) else { return };
        let speaks = role.is_some_and(|role| role >= SPEAKS);
        if known.speaks.is_some_and(|before| before != speaks) {
            known.speaks = Some(speaks);
            self.outputs.push_back(Output::MaySpeak { connection, speaks });
        }
    }

    /// The page of a connection that is gone stays in the call for a while, and so do its rights.
    pub(super) fn stay_in_call(&mut self, connection: ConnectionId, who: Who, speaks: bool) {
        self.away.insert(connection, (who, speaks));
        if self.away.len() > MEMBERS_MAX {
            self.away.pop_first();
        }
    }

    /// Rights may have changed also of those whose connection is gone.
    pub(super) fn review_away(&mut self) {
        let (board, outputs) = (&self.state.board, &mut self.outputs);
        self.away.retain(|connection, (who, speaks)| {
            let role = who.role_on(board);
            let now = role.is_some_and(|role| role >= SPEAKS);
            match role {
                None => outputs.push_back(Output::EndCall { connection: *connection }),
                Some(_) if now != *speaks => outputs.push_back(Output::MaySpeak { connection: *connection, speaks: now }),
                Some(_) => {}
            }
            *speaks = now;
            role.is_some()
        });
    }

    /// A connection may no longer be on the board.
    pub(super) fn end_call(&mut self, connection: ConnectionId) {
        if self.connections.get(&connection).is_some_and(|known| known.speaks.is_some()) {
            self.outputs.push_back(Output::EndCall { connection });
        }
    }

    fn role_in_call(&self, connection: ConnectionId) -> Option<Role> {
        let known = self.connections.get(&connection)?;
        known.writes_as().role_on(&self.state.board)
    }
}
