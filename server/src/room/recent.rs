//! What a room was told last, so that its last words say what led to them.

use std::collections::VecDeque;
use std::fmt::{self, Write};

use kakehashi_protocol::op::Change;

use super::command::Command;
use super::core::ConnectionId;

/// Inputs that are kept.
const INPUTS_MAX: usize = 32;
/// Ops of all changes that are kept: some kilobytes for as long as people write by hand.
const OPS_MAX: usize = 256;

/// The last inputs, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Recent {
    inputs: VecDeque<Input>,
    ops: usize,
}

#[derive(Debug)]
enum Input {
    /// The bytes of a change are what reproduces its effect.
    Change(ConnectionId, Change),
    Other(String),
}

impl Input {
    const fn ops(&self) -> usize {
        match self {
            Self::Change(_, change) => change.ops.len(),
            Self::Other(_) => 0,
        }
    }
}

impl Recent {
    /// Notes a command before it is obeyed. Pings, reports and presence change nothing that lasts and are left out, and so are
    /// keys and tickets.
    pub fn note(&mut self, command: &Command) {
        let input = match command {
            Command::Change(connection, change) => Input::Change(*connection, Change::clone(change)),
            Command::Join { connection, hello, entry, .. } => {
                Input::Other(format!("{connection} joins as {}, {:?}", hello.actor, entry.role))
            }
            Command::Claim(connection, actor, _) => Input::Other(format!("{connection} claims {actor}")),
            Command::Subscribe(connection, subscription) => Input::Other(format!("{connection} reads {}", subscription.document)),
            Command::Unsubscribe(connection, document) => Input::Other(format!("{connection} no longer reads {document}")),
            Command::Leave(connection) => Input::Other(format!("{connection} leaves")),
            Command::Snapshot { document, .. } => Input::Other(format!("a snapshot of {document} is asked for")),
            Command::Appoint { role, .. } => Input::Other(format!("somebody is to be {role:?}")),
            Command::Presence(..)
            | Command::Report(..)
            | Command::Call(..)
            | Command::Glimpse(..)
            | Command::Ping(..)
            | Command::MayExport { .. }
            | Command::Recorded { .. }
            | Command::Settled { .. }
            | Command::Meets { .. } => return,
            #[cfg(test)]
            Command::Panic => Input::Other("panic".to_owned()),
        };
        self.push(input);
    }

    /// Notes what came of the log.
    pub fn note_answer(&mut self, answer: &impl fmt::Debug) {
        self.push(Input::Other(format!("the log answers {answer:?}")));
    }

    fn push(&mut self, input: Input) {
        self.ops += input.ops();
        self.inputs.push_back(input);
        while self.inputs.len() > INPUTS_MAX || (self.ops > OPS_MAX && self.inputs.len() > 1) {
            self.ops -= self.inputs.pop_front().map_or(0, |oldest| oldest.ops());
        }
    }
}

/// One line an input; changes with their bytes, as `Change::from_bytes` reads them.
impl fmt::Display for Recent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, input) in self.inputs.iter().enumerate() {
            if number > 0 {
                f.write_char('\n')?;
            }
            match input {
                Input::Other(words) => f.write_str(words)?,
                Input::Change(connection, change) => {
                    write!(f, "{connection} writes ops {} to {} of {}: ", change.first, change.end() - 1, change.actor)?;
                    change.to_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use kakehashi_protocol::ids::{ActorId, DocumentId};
    use kakehashi_protocol::op::{Op, OpBody};

    use super::*;

    fn change(first: u64, ops: usize) -> Change {
        let op = Op { document: DocumentId::COVER, body: OpBody::Unknown { kind: 60_000, body: vec![7] } };
        Change { actor: ActorId(5), first, clock: 1, hand: 0, gesture: 0, ops: vec![op; ops] }
    }

    #[test]
    fn the_last_inputs_are_kept_with_the_bytes_of_changes() {
        let mut recent = Recent::default();
        (0..100).for_each(|number| recent.note(&Command::Change(number, Box::new(change(1, 1)))));
        recent.note(&Command::Ping(1, 1));
        recent.note(&Command::Leave(100));
        let words = recent.to_string();
        assert_eq!(words.lines().count(), INPUTS_MAX);
        assert!(words.ends_with("100 leaves"));
        let hex = words.lines().next().and_then(|line| line.rsplit_once(' ')).map_or("", |(_, hex)| hex);
        let bytes: Vec<u8> = (0..hex.len()).step_by(2).filter_map(|at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()).collect();
        assert_eq!(Change::from_bytes(&bytes), Ok(change(1, 1)));
        recent.note(&Command::Change(7, Box::new(change(2, OPS_MAX + 1))));
        assert_eq!(recent.to_string().lines().count(), 1, "the last is kept, however large");
    }
}
