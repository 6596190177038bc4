//! Requests of TURN: who is it, may they, and what they get.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::credential::REALM;
use super::wire::{Class, Key, Message, Writer, attribute, method};
use super::{Allocation, Channel, Client, Turn, VIRTUAL, virtual_address};

/// Allocations at a time; some 300 bytes each. Four for each of a thousand pages.
pub(super) const ALLOCATIONS_MAX: usize = 4_096;
/// Of one page, by whatever credentials: three ways of each of a few networks, twice while it connects anew.
pub(super) const ALLOCATIONS_OF_PAGE_MAX: usize = 32;
/// From one address: a school of 200 pages behind one.
pub(super) const ALLOCATIONS_OF_ADDRESS_MAX: usize = 1_024;
/// How long an allocation lives without being asked for again, at least and at most.
pub(super) const LIFETIME_S: (u64, u64) = (600, 3_600);
/// How long a channel lives without being asked for again.
const CHANNEL: Duration = Duration::from_secs(600);
/// The numbers that channels may have.
const CHANNELS: std::ops::RangeInclusive<u16> = 0x4000..=0x4fff;

/// Why a request is not done, as STUN numbers it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Refusal {
    Malformed,
    Unauthorized,
    Forbidden,
    Unknown,
    Mismatch,
    StaleNonce,
    Family,
    WrongCredentials,
    Transport,
    PeerFamily,
    Quota,
    Capacity,
}

impl Refusal {
    /// Its number and what it is. What goes to whoever has shown no proof is short: they may not be who they say.
    const fn code(self) -> (u16, &'static str) {
        match self {
            Self::Malformed => (400, "Bad Request"),
            Self::Unauthorized => (401, ""),
            Self::Forbidden => (403, "Forbidden"),
            Self::Unknown => (420, "Unknown Attribute"),
            Self::Mismatch => (437, "Allocation Mismatch"),
            Self::StaleNonce => (438, ""),
            Self::Family => (440, "Address Family not Supported"),
            Self::WrongCredentials => (441, "Wrong Credentials"),
            Self::Transport => (442, "Unsupported Transport Protocol"),
            Self::PeerFamily => (443, "Peer Address Family Mismatch"),
            Self::Quota => (486, "Allocation Quota Reached"),
            Self::Capacity => (508, "Insufficient Capacity"),
        }
    }
}

/// Who has proved to be whom.
struct Known<'a> {
    username: &'a str,
    /// When what they have proved it with ends, seconds after 1970.
    until_s: u64,
}

impl Turn {
    /// The answer to a request; `None`: too many are answered who have shown no proof.
    pub(super) fn answer(&mut self, now: Instant, now_s: u64, client: Client, message: &Message<'_>) -> Option<Vec<u8>> {
        let fingerprint = message.has_fingerprint();
        let error = |refusal: Refusal| {
            let (code, reason) = refusal.code();
            Writer::new(Class::Error, message.method, message.transaction).error(code, reason)
        };
        let (known, key) = match self.prove(now_s, client, message) {
            Ok(proved) => proved,
            Err(_) if !self.may_answer_anybody(now, client) => return None,
            Err(refusal) => {
                let challenges = matches!(refusal, Refusal::Unauthorized | Refusal::StaleNonce);
                let begins = !message.has_integrity();
                self.counts.refused += u64::from(!begins);
                let mut error = error(refusal);
                if challenges {
                    let nonce = self.secret.nonce(client.address(), now_s);
                    error = error.attribute(attribute::REALM, REALM.as_bytes()).attribute(attribute::NONCE, nonce.as_bytes());
                }
                return Some(error.finish(None, fingerprint));
            }
        };
        let success = Writer::new(Class::Success, message.method, message.transaction);
        let done = match (message.unknown().as_slice(), message.method) {
            ([], method::ALLOCATE) => self.allocate(now, now_s, client, message, &known, success),
            ([], method::REFRESH) => self.refresh(now, now_s, client, message, &known, success),
            ([], method::CREATE_PERMISSION) => self.permit(now, client, message, &known, success),
            ([], method::CHANNEL_BIND) => self.bind(now, client, message, &known, success),
            ([], _) => Err(Refusal::Malformed),
            _ => Err(Refusal::Unknown),
        };
        let answer = done.unwrap_or_else(|refusal| {
            self.counts.refused += 1;
            let unknown: Vec<u8> = message.unknown().into_iter().flat_map(u16::to_be_bytes).collect();
            let error = error(refusal);
            if refusal == Refusal::Unknown { error.attribute(attribute::UNKNOWN_ATTRIBUTES, &unknown) } else { error }
        });
        Some(answer.finish(Some(&key), fingerprint))
    }

    /// Who a request is from (RFC 8489, 9.2.4).
    fn prove<'a>(&self, now_s: u64, client: Client, message: &Message<'a>) -> Result<(Known<'a>, Key), Refusal> {
        if !message.has_integrity() {
            return Err(Refusal::Unauthorized);
        }
        let texts = (message.text(attribute::USERNAME), message.text(attribute::REALM), message.text(attribute::NONCE));
        let (Some(username), Some(realm), Some(nonce)) = texts else { return Err(Refusal::Malformed) };
        if !self.secret.gave(nonce, client.address(), now_s) {
            return Err(Refusal::StaleNonce);
        }
        let (key, until_s) = self.secret.key(username, now_s).filter(|_| realm == REALM).ok_or(Refusal::Unauthorized)?;
        if message.is_made_with(&key) { Ok((Known { username, until_s }, key)) } else { Err(Refusal::Unauthorized) }
    }

    fn allocate(
        &mut self,
        now: Instant,
        now_s: u64,
        client: Client,
        message: &Message<'_>,
        known: &Known<'_>,
        success: Writer,
    ) -> Result<Writer, Refusal> {
        self.tidy(now);
        let told = |allocation: &Allocation| {
            let seconds = allocation.until.saturating_duration_since(now).as_secs() as u32;
            let success = success.clone().address(attribute::XOR_RELAYED_ADDRESS, allocation.address);
            let success = success.attribute(attribute::LIFETIME, &seconds.to_be_bytes());
            success.address(attribute::XOR_MAPPED_ADDRESS, client.address())
        };
        if let Some(allocation) = self.allocations.get(&client) {
            // The answer may have been lost on its way.
            let again = allocation.transaction == message.transaction && allocation.username == known.username;
            return if again { Ok(told(allocation)) } else { Err(Refusal::Mismatch) };
        }
        match message.find(attribute::REQUESTED_TRANSPORT) {
            Some([17, ..]) => {}
            Some([_, ..]) => return Err(Refusal::Transport),
            _ => return Err(Refusal::Malformed),
        }
        let ipv4 = match message.find(attribute::REQUESTED_ADDRESS_FAMILY) {
            // A server that is reached by one family only gives that one.
            None => self.hosts.iter().any(SocketAddr::is_ipv4),
            Some([1, ..]) => true,
            Some([2, ..]) => false,
            Some(_) => return Err(Refusal::Malformed),
        };
        if !self.hosts.iter().any(|host| host.is_ipv4() == ipv4) {
            return Err(Refusal::Family);
        }
        if self.allocations.len() >= ALLOCATIONS_MAX {
            return Err(Refusal::Capacity);
        }
        let ip = client.address().ip();
        let of_page = self.allocations.values().filter(|one| whom(&one.username) == whom(known.username)).count();
        let of_address = self.allocations.keys().filter(|other| other.address().ip() == ip).count();
        if of_page >= ALLOCATIONS_OF_PAGE_MAX || of_address >= ALLOCATIONS_OF_ADDRESS_MAX {
            return Err(Refusal::Quota);
        }
        let allocation = Allocation {
            username: known.username.to_owned(),
            transaction: message.transaction,
            address: self.next_address(ipv4),
            until: now + lifetime(message, now_s, known).ok_or(Refusal::Malformed)?,
            permissions: Vec::new(),
            channels: Vec::new(),
        };
        let told = told(&allocation);
        self.clients.insert(allocation.address, client);
        self.allocations.insert(client, allocation);
        Ok(told)
    }

    /// A virtual address that nobody has, and nobody had lately.
    fn next_address(&mut self, ipv4: bool) -> SocketAddr {
        loop {
            self.last = (self.last + 1) % VIRTUAL;
            let address = virtual_address(self.last, ipv4);
            if !self.clients.contains_key(&address) {
                return address;
            }
        }
    }

    fn refresh(
        &mut self,
        now: Instant,
        now_s: u64,
        client: Client,
        message: &Message<'_>,
        known: &Known<'_>,
        success: Writer,
    ) -> Result<Writer, Refusal> {
        let allocation = self.of(now, client, known)?;
        if let Some(family) = message.find(attribute::REQUESTED_ADDRESS_FAMILY)
            && family.first() != Some(if allocation.address.is_ipv4() { &1 } else { &2 })
        {
            return Err(Refusal::PeerFamily);
        }
        let ends = message.find(attribute::LIFETIME) == Some(&[0; 4][..]);
        let lifetime = if ends { Duration::ZERO } else { lifetime(message, now_s, known).ok_or(Refusal::Malformed)? };
        allocation.until = now + lifetime;
        if ends {
            self.end(client);
        }
        Ok(success.attribute(attribute::LIFETIME, &(lifetime.as_secs() as u32).to_be_bytes()))
    }

    fn permit(
        &mut self,
        now: Instant,
        client: Client,
        message: &Message<'_>,
        known: &Known<'_>,
        success: Writer,
    ) -> Result<Writer, Refusal> {
        self.of(now, client, known)?;
        let peers = message.peers().filter(|peers| !peers.is_empty()).ok_or(Refusal::Malformed)?;
        // A permission is for all ports, so some clients name none.
        let ours = |peer: &SocketAddr| self.hosts.iter().any(|host| host == peer || (host.ip() == peer.ip() && peer.port() == 0));
        if !peers.iter().all(ours) {
            return Err(Refusal::Forbidden);
        }
        let allocation = self.of(now, client, known)?;
        if peers.iter().any(|peer| peer.is_ipv4() != allocation.address.is_ipv4()) {
            return Err(Refusal::PeerFamily);
        }
        peers.iter().for_each(|peer| allocation.permit(peer.ip(), now));
        Ok(success)
    }

    fn bind(&mut self, now: Instant, client: Client, message: &Message<'_>, known: &Known<'_>, success: Writer) -> Result<Writer, Refusal> {
        self.of(now, client, known)?;
        let host = message.address(attribute::XOR_PEER_ADDRESS).ok_or(Refusal::Malformed)?;
        if !self.hosts.contains(&host) {
            return Err(Refusal::Forbidden);
        }
        let number = match message.find(attribute::CHANNEL_NUMBER) {
            Some([high, low, ..]) => u16::from_be_bytes([*high, *low]),
            _ => return Err(Refusal::Malformed),
        };
        let allocation = self.of(now, client, known)?;
        if host.is_ipv4() != allocation.address.is_ipv4() {
            return Err(Refusal::PeerFamily);
        }
        allocation.channels.retain(|channel| channel.until > now);
        let other = |channel: &Channel| (channel.number == number) != (channel.host == host);
        if !CHANNELS.contains(&number) || allocation.channels.iter().any(other) {
            return Err(Refusal::Malformed);
        }
        allocation.channels.retain(|channel| channel.number != number);
        allocation.channels.push(Channel { number, host, until: now + CHANNEL });
        allocation.permit(host.ip(), now);
        Ok(success)
    }

    /// The allocation of a client, if it is theirs.
    fn of(&mut self, now: Instant, client: Client, known: &Known<'_>) -> Result<&mut Allocation, Refusal> {
        let allocation = self.allocations.get_mut(&client).filter(|one| one.until > now).ok_or(Refusal::Mismatch)?;
        if allocation.username == known.username { Ok(allocation) } else { Err(Refusal::WrongCredentials) }
    }
}

/// The page that a user name is of.
fn whom(username: &str) -> &str {
    username.split_once(':').map_or(username, |(_, whom)| whom)
}

/// How long an allocation is to live: never longer than what it was asked for with.
fn lifetime(message: &Message<'_>, now_s: u64, known: &Known<'_>) -> Option<Duration> {
    let wanted = match message.find(attribute::LIFETIME) {
        None => LIFETIME_S.0,
        Some(value) => u64::from(u32::from_be_bytes(value.try_into().ok()?)),
    };
    Some(Duration::from_secs(wanted.clamp(LIFETIME_S.0, LIFETIME_S.1).min(known.until_s.saturating_sub(now_s))))
}
