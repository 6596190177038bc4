//! The way between [`Turn`] and the sockets: which stream a client has, and what time it is.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use tokio::sync::mpsc;

use super::credential::Secret;
use super::{Client, Counts, Done, Turn};
use crate::media::port::Udp;

/// How long a stream may be open without an allocation.
const IDLE_MAX: Duration = Duration::from_secs(30);

struct Stream {
    sends: mpsc::Sender<Bytes>,
    since: Instant,
}

/// TURN as the thread of calls has it.
pub struct Door {
    turn: Turn,
    streams: HashMap<Client, Stream>,
}

impl Door {
    /// A door to these addresses of ours.
    #[must_use]
    pub fn new(hosts: Vec<SocketAddr>, secret: Secret) -> Self {
        Self { turn: Turn::new(hosts, secret), streams: HashMap::new() }
    }

    /// Notes a stream that was opened or has ended.
    pub fn note(&mut self, client: Client, stream: Option<mpsc::Sender<Bytes>>) {
        match stream {
            Some(sends) => drop(self.streams.insert(client, Stream { sends, since: Instant::now() })),
            None => {
                self.streams.remove(&client);
                self.turn.end(client);
            }
        }
    }

    /// Takes a message of a client.
    pub fn take<'a>(&mut self, client: Client, bytes: &'a [u8]) -> Done<'a> {
        self.turn.take(Instant::now(), now_s(), client, bytes)
    }

    /// Whether an address is that of an allocation.
    pub fn relays(&self, address: SocketAddr) -> bool {
        self.turn.relays(address)
    }

    /// Sends an answer; says whether it was taken.
    pub fn answer(&self, udp: &Udp, client: Client, bytes: &[u8]) -> bool {
        match client {
            Client::Udp(address) => udp.send(bytes, address),
            Client::Stream(..) => {
                self.streams.get(&client).is_some_and(|stream| stream.sends.try_send(Bytes::copy_from_slice(bytes)).is_ok())
            }
        }
    }

    /// Sends what a call sends to a virtual address; says whether it was taken.
    pub fn send(&mut self, udp: &Udp, host: SocketAddr, address: SocketAddr, datagram: &[u8]) -> bool {
        let wrapped = self.turn.outgoing(Instant::now(), host, address, datagram);
        wrapped.is_some_and(|(client, bytes)| self.answer(udp, client, &bytes))
    }

    /// Lets go of allocations whose time is over, and of streams that have none.
    pub fn tidy(&mut self, now: Instant) {
        self.turn.tidy(now);
        let turn = &self.turn;
        self.streams.retain(|client, stream| turn.has(*client) || now.saturating_duration_since(stream.since) < IDLE_MAX);
    }

    /// How many allocations there are, and what was counted since this was asked last.
    pub fn take_counts(&mut self) -> (usize, Counts) {
        (self.turn.size(), self.turn.take_counts())
    }
}

/// Seconds after 1970. A clock before that makes no credential good.
#[must_use]
pub fn now_s() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(u64::MAX, |passed| passed.as_secs())
}

#[cfg(test)]
mod tests {
    use super::super::method;
    use super::super::wire::{Class, Writer};
    use super::*;

    #[test]
    fn a_stream_by_which_nobody_proves_anything_is_let_go() {
        let mut door = Door::new(Vec::new(), Secret::shared("here"));
        let client = Client::Stream(1, "198.51.100.1:50000".parse().unwrap());
        let (sends, mut sent) = mpsc::channel(1);
        door.note(client, Some(sends));
        // It asks without a credential, again and again.
        for _ in 0..3 {
            let request = Writer::new(Class::Request, method::ALLOCATE, [7; 12]).finish(None, false);
            assert!(matches!(door.take(client, &request), Done::Answer(_)), "it is told how to");
        }
        door.tidy(Instant::now());
        assert!(matches!(sent.try_recv(), Err(mpsc::error::TryRecvError::Empty)), "there is time");
        door.tidy(Instant::now() + IDLE_MAX);
        assert!(matches!(sent.try_recv(), Err(mpsc::error::TryRecvError::Disconnected)), "its end is the stream's");
    }
}
