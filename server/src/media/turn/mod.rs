//! TURN (RFC 8656) for networks that let no UDP through, or nothing but one port: it leads to this
//! server's own calls and nowhere else.
//!
//! A relayed address is virtual: no socket is opened for it. What a client sends to one of our own
//! media addresses goes to the calls as a datagram that came from there, and what a call sends to it goes back through
//! the client's connection. So there is nothing by which anybody could reach another address, and a peer that is not one of ours is
//! refused however it is spelt.
//!
//! # Layout
//! - [`Turn`]: the state machine, here; `requests`: what it answers. It does no I/O and reads no clock.
//! - [`wire`]: messages. [`credential`]: who may. [`door`]: its way to the sockets. [`stream`]: TCP and TLS. [`told`]: what pages are told.

pub mod credential;
pub mod door;
mod requests;
pub mod stream;
pub mod told;
pub mod wire;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use self::credential::Secret;
use self::wire::{Class, Message, Writer, attribute, method, read_channel, write_channel};

/// How long a client may hear a peer without asking again.
const PERMISSION: Duration = Duration::from_secs(300);
/// Answers in a second to datagrams that prove nothing; some hundred bytes each.
const ANSWERS_TO_ANYBODY_MAX: u32 = 1_000;
/// Where the ports of virtual addresses begin.
const PORT_FIRST: u16 = 49_152;
/// Virtual addresses, of each family: 256 with some 16,000 ports each.
const VIRTUAL: u32 = 256 * (65_536 - PORT_FIRST as u32);

/// A client, by the way it comes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Client {
    /// By datagrams from here.
    Udp(SocketAddr),
    /// By the stream of this number, from here.
    Stream(u64, SocketAddr),
}

impl Client {
    /// Where it comes from.
    #[must_use]
    pub const fn address(self) -> SocketAddr {
        match self {
            Self::Udp(address) | Self::Stream(_, address) => address,
        }
    }
}

/// What comes of a message.
#[derive(PartialEq, Eq, Debug)]
pub enum Done<'a> {
    /// The client gets this answer.
    Answer(Vec<u8>),
    /// A datagram came for the calls.
    Came {
        /// From this virtual address.
        source: SocketAddr,
        /// To this address of ours.
        host: SocketAddr,
        /// What.
        datagram: &'a [u8],
    },
    /// Nothing.
    Nothing,
}

struct Channel {
    number: u16,
    host: SocketAddr,
    until: Instant,
}

struct Allocation {
    username: String,
    /// The request that made it, which may come twice.
    transaction: [u8; 12],
    address: SocketAddr,
    until: Instant,
    /// Which of our addresses it hears; no more than there are.
    permissions: Vec<(IpAddr, Instant)>,
    /// No more than one for each of our addresses.
    channels: Vec<Channel>,
}

impl Allocation {
    fn hears(&self, host: IpAddr, now: Instant) -> bool {
        self.permissions.iter().any(|(permitted, until)| *permitted == host && *until > now)
    }

    fn permit(&mut self, host: IpAddr, now: Instant) {
        self.permissions.retain(|(permitted, _)| *permitted != host);
        self.permissions.push((host, now + PERMISSION));
    }
}

/// What was counted, since last asked.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Requests that were refused, but for those without a proof, by which each client begins.
    pub refused: u64,
    /// Datagrams in either direction.
    pub datagrams: u64,
}

/// All allocations.
pub struct Turn {
    /// The peers there are.
    hosts: Vec<SocketAddr>,
    secret: Secret,
    allocations: HashMap<Client, Allocation>,
    clients: HashMap<SocketAddr, Client>,
    last: u32,
    counts: Counts,
    /// Since when answers to those without a proof are counted, and how many there were.
    counted: Option<Instant>,
    answered: u32,
}

impl Turn {
    /// None yet; they will reach these addresses of ours by UDP.
    #[must_use]
    pub fn new(hosts: Vec<SocketAddr>, secret: Secret) -> Self {
        Self {
            hosts,
            secret,
            allocations: HashMap::new(),
            clients: HashMap::new(),
            last: 0,
            counts: Counts::default(),
            counted: None,
            answered: 0,
        }
    }

    /// How many there are.
    #[must_use]
    pub fn size(&self) -> usize {
        self.allocations.len()
    }

    /// Whether a client has one.
    #[must_use]
    pub fn has(&self, client: Client) -> bool {
        self.allocations.contains_key(&client)
    }

    /// What was counted since this was asked last.
    pub fn take_counts(&mut self) -> Counts {
        std::mem::take(&mut self.counts)
    }

    /// A client is gone.
    pub fn end(&mut self, client: Client) {
        if let Some(allocation) = self.allocations.remove(&client) {
            self.clients.remove(&allocation.address);
        }
    }

    /// Lets go of those whose time is over.
    pub fn tidy(&mut self, now: Instant) {
        let over: Vec<Client> = self.allocations.iter().filter(|(_, one)| one.until <= now).map(|(client, _)| *client).collect();
        over.into_iter().for_each(|client| self.end(client));
    }

    /// Takes a message of a client. `now_s` is the same moment in seconds after 1970.
    pub fn take<'a>(&mut self, now: Instant, now_s: u64, client: Client, bytes: &'a [u8]) -> Done<'a> {
        if bytes.first().is_some_and(|first| *first >= 0x40) {
            return self.take_channel(now, client, bytes);
        }
        let Some(message) = Message::parse(bytes) else { return Done::Nothing };
        match message.class {
            Class::Indication if message.method == method::SEND => self.take_send(now, client, &message),
            Class::Request if message.method != method::BINDING => {
                self.answer(now, now_s, client, &message).map_or(Done::Nothing, Done::Answer)
            }
            Class::Request if self.may_answer_anybody(now, client) => Done::Answer(mapped(client, &message)),
            _ => Done::Nothing,
        }
    }

    /// Whether an address is that of an allocation. Nothing comes from there by a socket that is what it says it is; what is sent
    /// to any other goes by a socket, also where a network is numbered like that.
    #[must_use]
    pub fn relays(&self, address: SocketAddr) -> bool {
        self.clients.contains_key(&address)
    }

    /// What a call sends from `host` to a virtual address: whose it is, and what they get.
    pub fn outgoing(&mut self, now: Instant, host: SocketAddr, address: SocketAddr, datagram: &[u8]) -> Option<(Client, Vec<u8>)> {
        let client = *self.clients.get(&address)?;
        let allocation = self.allocations.get(&client).filter(|one| one.until > now && one.hears(host.ip(), now))?;
        self.counts.datagrams += 1;
        let stream = matches!(client, Client::Stream(..));
        if let Some(channel) = allocation.channels.iter().find(|channel| channel.host == host && channel.until > now) {
            return Some((client, write_channel(channel.number, datagram, stream)));
        }
        let mut transaction = [0; 12];
        // Nobody answers an indication, so that nothing follows from its number.
        transaction[..8].copy_from_slice(&self.counts.datagrams.to_be_bytes());
        let data = Writer::new(Class::Indication, method::DATA, transaction).address(attribute::XOR_PEER_ADDRESS, host);
        Some((client, data.attribute(attribute::DATA, datagram).finish(None, false)))
    }

    /// Whether an answer may go to somebody who has shown no proof: a datagram may say that it comes from whomever, who
    /// would get the answer.
    fn may_answer_anybody(&mut self, now: Instant, client: Client) -> bool {
        if matches!(client, Client::Stream(..)) {
            return true;
        }
        if self.counted.is_none_or(|counted| now.saturating_duration_since(counted) >= Duration::from_secs(1)) {
            (self.counted, self.answered) = (Some(now), 0);
        }
        self.answered += 1;
        self.answered <= ANSWERS_TO_ANYBODY_MAX
    }

    fn take_channel<'a>(&mut self, now: Instant, client: Client, bytes: &'a [u8]) -> Done<'a> {
        let Some((number, datagram)) = read_channel(bytes) else { return Done::Nothing };
        let Some(allocation) = self.allocations.get(&client).filter(|one| one.until > now) else { return Done::Nothing };
        let Some(channel) = allocation.channels.iter().find(|channel| channel.number == number && channel.until > now) else {
            return Done::Nothing;
        };
        self.counts.datagrams += 1;
        Done::Came { source: allocation.address, host: channel.host, datagram }
    }

    fn take_send<'a>(&mut self, now: Instant, client: Client, message: &Message<'a>) -> Done<'a> {
        let Some(allocation) = self.allocations.get(&client).filter(|one| one.until > now) else { return Done::Nothing };
        let peer = message.address(attribute::XOR_PEER_ADDRESS);
        let (Some(host), Some(datagram)) = (peer, message.find(attribute::DATA)) else { return Done::Nothing };
        if !self.hosts.contains(&host) || !allocation.hears(host.ip(), now) || !message.unknown().is_empty() {
            return Done::Nothing;
        }
        self.counts.datagrams += 1;
        Done::Came { source: allocation.address, host, datagram }
    }
}

/// The answer that says where a client comes from, which needs no proof.
fn mapped(client: Client, message: &Message<'_>) -> Vec<u8> {
    let success = Writer::new(Class::Success, method::BINDING, message.transaction);
    success.address(attribute::XOR_MAPPED_ADDRESS, client.address()).finish(None, message.has_fingerprint())
}

/// Whether a datagram is for TURN, or asks for nothing but where it came from, and is not for a call.
#[must_use]
pub fn is_for(datagram: &[u8]) -> bool {
    match datagram.first() {
        Some(0x40..=0x4f) => true,
        Some(0..=0x3f) => Message::parse(datagram).is_some_and(|message| match message.class {
            // A check of ICE names whose it is.
            Class::Request => message.method != method::BINDING || message.find(attribute::USERNAME).is_none(),
            Class::Indication => message.method != method::BINDING,
            Class::Success | Class::Error => false,
        }),
        _ => false,
    }
}

/// Addresses that no network has: TEST-NET-1 (RFC 5737), and those that lead nowhere (RFC 6666).
fn virtual_address(number: u32, ipv4: bool) -> SocketAddr {
    let (at, port) = ((number >> 14) as u8, PORT_FIRST + (number & 0x3fff) as u16);
    let ip = if ipv4 { Ipv4Addr::new(192, 0, 2, at).into() } else { Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, at.into()).into() };
    SocketAddr::new(ip, port)
}
