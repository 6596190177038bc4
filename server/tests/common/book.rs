//! The numbers of actors that a client was told.

use std::collections::HashMap;

use kakehashi_protocol::codec::{ActorNames, DecodeError};
use kakehashi_protocol::ids::ActorId;
use kakehashi_protocol::wire::part::ActorBook;

#[derive(Default)]
pub struct Book(HashMap<u64, ActorId>);

impl ActorNames for Book {
    fn name(&self, number: u64) -> Result<ActorId, DecodeError> {
        if number == 0 { Ok(ActorId(0)) } else { self.0.get(&number).copied().ok_or(DecodeError::UnknownActor(number)) }
    }
}

impl ActorBook for Book {
    fn introduce(&mut self, number: u64, actor: ActorId) {
        self.0.insert(number, actor);
    }
}
