//! From a client's bytes to typed commands. This is the border: what passes it is well formed.

use std::collections::VecDeque;

use kakehashi_protocol::call::Ask;
use kakehashi_protocol::codec::DecodeError;
use kakehashi_protocol::op::Change;
use kakehashi_protocol::wire::frame::{ClientFrame, Failure, FailureCode, Hello, read_message};

use crate::room::command::Command;
use crate::room::core::ConnectionId;

/// Something in a message that ends the connection.
pub fn failure(code: FailureCode, detail: impl Into<String>) -> Failure {
    Failure { code, detail: detail.into() }
}

fn of_decode(error: &DecodeError) -> Failure {
    let code = if matches!(error, DecodeError::TooLarge { .. }) { FailureCode::TooLarge } else { FailureCode::Malformed };
    failure(code, error.to_string())
}

/// Reads the first message of a connection: a hello, and what may follow it.
///
/// # Errors
/// What ends the connection.
pub fn read_first(bytes: &[u8]) -> Result<(Box<Hello>, Vec<ClientFrame>), Failure> {
    let mut frames = read_message::<ClientFrame>(bytes).map_err(|error| of_decode(&error))?.into_iter();
    match frames.next() {
        Some(ClientFrame::Hello(hello)) => Ok((Box::new(hello), frames.collect())),
        Some(_) => Err(failure(FailureCode::Order, "the first frame must be a hello")),
        None => Err(failure(FailureCode::Malformed, "a message must hold at least one frame")),
    }
}

/// Reads a later message.
///
/// # Errors
/// What ends the connection; the frames before it do not count either.
pub fn read_next(bytes: &[u8], connection: ConnectionId, into: &mut VecDeque<Command>) -> Result<(), Failure> {
    let frames = read_message::<ClientFrame>(bytes).map_err(|error| of_decode(&error))?;
    commands(frames, connection, into)
}

/// Makes commands of frames.
///
/// # Errors
/// As [`read_next`].
pub fn commands(frames: Vec<ClientFrame>, connection: ConnectionId, into: &mut VecDeque<Command>) -> Result<(), Failure> {
    let before = into.len();
    for frame in frames {
        let command = match frame {
            ClientFrame::Hello(_) => Err(failure(FailureCode::Order, "a connection says hello once")),
            ClientFrame::Claim { actor, key } => Ok(Command::Claim(connection, actor, key)),
            ClientFrame::Change(bytes) => match Change::from_bytes(&bytes) {
                Ok(change) => Ok(Command::Change(connection, Box::new(change))),
                Err(error) => Err(of_decode(&error)),
            },
            ClientFrame::Subscribe(subscription) => Ok(Command::Subscribe(connection, subscription)),
            ClientFrame::Unsubscribe(document) => Ok(Command::Unsubscribe(connection, document)),
            ClientFrame::Presence(presence) => Ok(Command::Presence(connection, Box::new(presence))),
            ClientFrame::Report(report) => Ok(Command::Report(connection, report)),
            ClientFrame::Ping(nonce) => Ok(Command::Ping(connection, nonce)),
            ClientFrame::Call(json) => Ok(Command::Call(connection, read_ask(&json).map(Box::new))),
        };
        match command {
            Ok(command) => into.push_back(command),
            Err(failure) => {
                into.truncate(before);
                return Err(failure);
            }
        }
    }
    Ok(())
}

/// What a connection asks of the call, or in English why that is nothing it can ask.
fn read_ask(json: &str) -> Result<Ask, String> {
    serde_json::from_str(json).map_err(|error| format!("an ask of a call is an object as WIRE section 12 lays it out: {error}"))
}

#[cfg(test)]
mod tests {
    use kakehashi_protocol::ids::{ActorId, DocumentId};
    use kakehashi_protocol::wire::frame::{message, write_frame};

    use super::*;

    fn hello() -> ClientFrame {
        let hello = Hello { protocol: 1, credential: Vec::new(), actor: ActorId(7), key: [1; 16], subscriptions: Vec::new() };
        ClientFrame::Hello(hello)
    }

    #[test]
    fn a_connection_begins_with_hello_and_says_it_once() {
        let code = |bytes: &[u8]| read_first(bytes).map(|_| ()).map_err(|failure| failure.code);
        assert_eq!(code(&message(&hello())), Ok(()));
        assert_eq!(code(&message(&ClientFrame::Ping(1))), Err(FailureCode::Order));
        assert_eq!(code(&[]), Err(FailureCode::Malformed));
        assert_eq!(code(&[0xee; 9]), Err(FailureCode::Malformed));
        let again = read_next(&message(&hello()), 1, &mut VecDeque::new()).map_err(|failure| failure.code);
        assert_eq!(again, Err(FailureCode::Order));
    }

    #[test]
    fn a_message_counts_as_a_whole() {
        let mut bytes = message(&ClientFrame::Unsubscribe(DocumentId::COVER));
        write_frame(&mut bytes, &ClientFrame::Change(vec![0xff; 3]));
        let mut commands = VecDeque::from([Command::Ping(1, 1)]);
        let failed = read_next(&bytes, 1, &mut commands).map_err(|failure| failure.code);
        assert_eq!(failed, Err(FailureCode::Malformed));
        assert_eq!(commands.len(), 1);
    }

    #[test]
    fn what_is_no_ask_of_a_call_is_said_and_ends_nothing() {
        let asked = |json: &str| {
            let mut commands = VecDeque::new();
            read_next(&message(&ClientFrame::Call(json.into())), 1, &mut commands).expect("the connection lives on");
            match commands.pop_front() {
                Some(Command::Call(1, ask)) => ask.map(|ask| *ask),
                _ => panic!("a call is asked"),
            }
        };
        assert_eq!(asked(r#"{"type":"join"}"#), Ok(Ask::Join {}));
        assert_eq!(asked(r#"{"type":"hush","member":7}"#), Ok(Ask::Hush { member: Some(7) }));
        for wrong in
            ["", "[]", r#"{"type":"dance"}"#, r#"{"type":"join","loudly":true}"#, r#"{"type":"mute","source":"nose","muted":true}"#]
        {
            assert!(asked(wrong).is_err_and(|said| said.contains("WIRE section 12")), "{wrong}");
        }
    }
}
