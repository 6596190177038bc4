//! STUN messages as far as TURN needs them (RFC 8489, RFC 8656), read from bytes of anybody and written,
//! and the data that travels by channels.
//!
//! What is malformed is `None` and no word in the log: whoever sends it would write there.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hmac::{Hmac, Mac};
use sha1::Sha1;

/// Bytes before a message's attributes.
pub const HEADER_BYTES: usize = 20;
/// What stands in each message at byte 4.
pub const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
/// What FINGERPRINT is mixed with.
const FINGERPRINT_MIX: u32 = 0x5354_554e;
/// Bytes of MESSAGE-INTEGRITY with its head.
const INTEGRITY_BYTES: usize = 24;
/// Bytes before a channel's data.
pub const CHANNEL_HEADER_BYTES: usize = 4;

/// The numbers of methods.
pub mod method {
    #![allow(missing_docs, reason = "the names are the RFC's")]
    pub const BINDING: u16 = 1;
    pub const ALLOCATE: u16 = 3;
    pub const REFRESH: u16 = 4;
    pub const SEND: u16 = 6;
    pub const DATA: u16 = 7;
    pub const CREATE_PERMISSION: u16 = 8;
    pub const CHANNEL_BIND: u16 = 9;
}

/// The numbers of attributes.
pub mod attribute {
    #![allow(missing_docs, reason = "the names are the RFC's")]
    pub const USERNAME: u16 = 0x0006;
    pub const MESSAGE_INTEGRITY: u16 = 0x0008;
    pub const ERROR_CODE: u16 = 0x0009;
    pub const UNKNOWN_ATTRIBUTES: u16 = 0x000a;
    pub const CHANNEL_NUMBER: u16 = 0x000c;
    pub const LIFETIME: u16 = 0x000d;
    pub const XOR_PEER_ADDRESS: u16 = 0x0012;
    pub const DATA: u16 = 0x0013;
    pub const REALM: u16 = 0x0014;
    pub const NONCE: u16 = 0x0015;
    pub const XOR_RELAYED_ADDRESS: u16 = 0x0016;
    pub const REQUESTED_ADDRESS_FAMILY: u16 = 0x0017;
    pub const REQUESTED_TRANSPORT: u16 = 0x0019;
    pub const XOR_MAPPED_ADDRESS: u16 = 0x0020;
    pub const FINGERPRINT: u16 = 0x8028;
}

/// The attributes that must be understood and are.
const UNDERSTOOD: [u16; 11] = [
    attribute::USERNAME,
    attribute::MESSAGE_INTEGRITY,
    attribute::CHANNEL_NUMBER,
    attribute::LIFETIME,
    attribute::XOR_PEER_ADDRESS,
    attribute::DATA,
    attribute::REALM,
    attribute::NONCE,
    attribute::REQUESTED_ADDRESS_FAMILY,
    attribute::REQUESTED_TRANSPORT,
    // ICE's, which says nothing here.
    0x0024,
];

/// The four kinds of message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// Wants an answer.
    Request,
    /// Wants none.
    Indication,
    /// The answer that it was done.
    Success,
    /// The answer that it was not.
    Error,
}

impl Class {
    const fn bits(self) -> u16 {
        match self {
            Self::Request => 0x000,
            Self::Indication => 0x010,
            Self::Success => 0x100,
            Self::Error => 0x110,
        }
    }
}

/// The key of MESSAGE-INTEGRITY with a long-term credential.
pub type Key = [u8; 16];

/// A message, as it came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Message<'a> {
    /// Its kind.
    pub class: Class,
    /// What it is about ([`method`]).
    pub method: u16,
    /// By what its answer is known.
    pub transaction: [u8; 12],
    bytes: &'a [u8],
}

impl<'a> Message<'a> {
    /// Reads a message that fills these bytes.
    #[must_use]
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (head, attributes) = bytes.split_first_chunk::<HEADER_BYTES>()?;
        let kind = u16::from_be_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        if kind & 0xc000 != 0 || head[4..8] != COOKIE || length != attributes.len() || length % 4 != 0 {
            return None;
        }
        let class = match kind & 0x110 {
            0x000 => Class::Request,
            0x010 => Class::Indication,
            0x100 => Class::Success,
            _ => Class::Error,
        };
        let method = (kind & 0x000f) | (kind & 0x00e0) >> 1 | (kind & 0x3e00) >> 2;
        let mut transaction = [0; 12];
        transaction.copy_from_slice(&head[8..]);
        let message = Self { class, method, transaction, bytes };
        let read: usize = message.all().map(|(_, value)| 4 + value.len().next_multiple_of(4)).sum();
        (read == length).then_some(message)
    }

    /// All attributes, also those that nobody vouches for.
    fn all(&self) -> impl Iterator<Item = (u16, &'a [u8])> + use<'a> {
        let mut rest = &self.bytes[HEADER_BYTES..];
        std::iter::from_fn(move || {
            let (head, value) = rest.split_first_chunk::<4>()?;
            let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
            let after = value.get(length.next_multiple_of(4)..)?;
            rest = after;
            Some((u16::from_be_bytes([head[0], head[1]]), &value[..length]))
        })
    }

    /// The attributes up to MESSAGE-INTEGRITY; what follows it is ignored.
    pub fn attributes(&self) -> impl Iterator<Item = (u16, &'a [u8])> + use<'a> {
        self.all().take_while(|(kind, _)| *kind != attribute::MESSAGE_INTEGRITY)
    }

    /// The first attribute of a kind.
    #[must_use]
    pub fn find(&self, kind: u16) -> Option<&'a [u8]> {
        self.attributes().find(|(found, _)| *found == kind).map(|(_, value)| value)
    }

    /// The same, as text.
    #[must_use]
    pub fn text(&self, kind: u16) -> Option<&'a str> {
        std::str::from_utf8(self.find(kind)?).ok()
    }

    /// The first attribute of a kind that holds a mixed address.
    #[must_use]
    pub fn address(&self, kind: u16) -> Option<SocketAddr> {
        self.read_address(self.find(kind)?)
    }

    /// All that are called peers' addresses; `None`: one of them is none.
    #[must_use]
    pub fn peers(&self) -> Option<Vec<SocketAddr>> {
        let peers = self.attributes().filter(|(kind, _)| *kind == attribute::XOR_PEER_ADDRESS);
        peers.map(|(_, value)| self.read_address(value)).collect()
    }

    fn read_address(&self, value: &[u8]) -> Option<SocketAddr> {
        let (head, address) = value.split_first_chunk::<4>()?;
        let port = u16::from_be_bytes([head[2] ^ COOKIE[0], head[3] ^ COOKIE[1]]);
        let mix = self.mix();
        let ip = match (head[1], address.len()) {
            (1, 4) => IpAddr::V4(Ipv4Addr::from(mixed::<4>(address, &mix))),
            (2, 16) => IpAddr::V6(Ipv6Addr::from(mixed::<16>(address, &mix))),
            _ => return None,
        };
        Some(SocketAddr::new(ip, port))
    }

    fn mix(&self) -> [u8; 16] {
        mix(&self.transaction)
    }

    /// Attributes that must be understood and are not.
    #[must_use]
    pub fn unknown(&self) -> Vec<u16> {
        self.attributes().map(|(kind, _)| kind).filter(|kind| *kind < 0x8000 && !UNDERSTOOD.contains(kind)).collect()
    }

    /// Whether it has a fingerprint.
    #[must_use]
    pub fn has_fingerprint(&self) -> bool {
        self.all().any(|(kind, _)| kind == attribute::FINGERPRINT)
    }

    /// Whether it has a MESSAGE-INTEGRITY.
    #[must_use]
    pub fn has_integrity(&self) -> bool {
        self.all().any(|(kind, _)| kind == attribute::MESSAGE_INTEGRITY)
    }

    /// Whether its MESSAGE-INTEGRITY was made with this key.
    #[must_use]
    pub fn is_made_with(&self, key: &[u8]) -> bool {
        let at = HEADER_BYTES + self.attributes().map(|(_, value)| 4 + value.len().next_multiple_of(4)).sum::<usize>();
        let Some((_, integrity)) = self.all().find(|(kind, _)| *kind == attribute::MESSAGE_INTEGRITY) else { return false };
        let Ok(length) = u16::try_from(at + INTEGRITY_BYTES - HEADER_BYTES) else { return false };
        let mut mac = mac(key);
        mac.update(&self.bytes[..2]);
        mac.update(&length.to_be_bytes());
        mac.update(&self.bytes[4..at]);
        mac.verify_slice(integrity).is_ok()
    }
}

fn mac(key: &[u8]) -> Hmac<Sha1> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

fn mix(transaction: &[u8; 12]) -> [u8; 16] {
    let mut mix = [0; 16];
    mix[..4].copy_from_slice(&COOKIE);
    mix[4..].copy_from_slice(transaction);
    mix
}

fn mixed<const N: usize>(bytes: &[u8], mix: &[u8; 16]) -> [u8; N] {
    let mut mixed = [0; N];
    for (at, byte) in bytes.iter().take(N).enumerate() {
        mixed[at] = byte ^ mix[at];
    }
    mixed
}

/// A message that is being written.
#[derive(Clone, Debug)]
pub struct Writer {
    transaction: [u8; 12],
    bytes: Vec<u8>,
}

impl Writer {
    /// A message without attributes.
    #[must_use]
    pub fn new(class: Class, method: u16, transaction: [u8; 12]) -> Self {
        let kind = class.bits() | (method & 0x000f) | (method & 0x0070) << 1 | (method & 0x0f80) << 2;
        let bytes = [&kind.to_be_bytes()[..], &[0, 0], &COOKIE, &transaction].concat();
        Self { transaction, bytes }
    }

    /// Adds an attribute; one that is too long for a message is left out.
    #[must_use]
    pub fn attribute(mut self, kind: u16, value: &[u8]) -> Self {
        if let Ok(length) = u16::try_from(value.len()) {
            self.bytes.extend_from_slice(&kind.to_be_bytes());
            self.bytes.extend_from_slice(&length.to_be_bytes());
            self.bytes.extend_from_slice(value);
            self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        }
        self
    }

    /// Adds an address, mixed.
    #[must_use]
    pub fn address(self, kind: u16, address: SocketAddr) -> Self {
        let mix = mix(&self.transaction);
        let [high, low] = address.port().to_be_bytes();
        let port = [high ^ COOKIE[0], low ^ COOKIE[1]];
        let value = match address.ip() {
            IpAddr::V4(ip) => [&[0, 1], &port[..], &mixed::<4>(&ip.octets(), &mix)].concat(),
            IpAddr::V6(ip) => [&[0, 2], &port[..], &mixed::<16>(&ip.octets(), &mix)].concat(),
        };
        self.attribute(kind, &value)
    }

    /// Adds an error and what it is, in English.
    #[must_use]
    pub fn error(self, code: u16, reason: &str) -> Self {
        let head = [0, 0, (code / 100) as u8, (code % 100) as u8];
        self.attribute(attribute::ERROR_CODE, &[&head[..], reason.as_bytes()].concat())
    }

    /// The message, with MESSAGE-INTEGRITY by a key and with FINGERPRINT if asked for.
    #[must_use]
    pub fn finish(mut self, key: Option<&[u8]>, fingerprint: bool) -> Vec<u8> {
        if let Some(key) = key {
            self.set_length(INTEGRITY_BYTES);
            let mut mac = mac(key);
            mac.update(&self.bytes);
            let integrity = mac.finalize().into_bytes();
            self = self.attribute(attribute::MESSAGE_INTEGRITY, &integrity);
        }
        if fingerprint {
            self.set_length(8);
            let sum = crc32fast::hash(&self.bytes) ^ FINGERPRINT_MIX;
            self = self.attribute(attribute::FINGERPRINT, &sum.to_be_bytes());
        }
        self.set_length(0);
        self.bytes
    }

    /// Writes how long it is, with so many bytes more.
    fn set_length(&mut self, more: usize) {
        let length = (self.bytes.len() + more - HEADER_BYTES) as u16;
        self.bytes[2..4].copy_from_slice(&length.to_be_bytes());
    }
}

/// The number and the data of a channel's message.
#[must_use]
pub fn read_channel(bytes: &[u8]) -> Option<(u16, &[u8])> {
    let (head, data) = bytes.split_first_chunk::<CHANNEL_HEADER_BYTES>()?;
    let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
    Some((u16::from_be_bytes([head[0], head[1]]), data.get(..length)?))
}

/// A channel's message; in a stream it is filled up to a multiple of four bytes.
#[must_use]
pub fn write_channel(number: u16, data: &[u8], stream: bool) -> Vec<u8> {
    let length = data.len() as u16;
    let mut bytes = [&number.to_be_bytes()[..], &length.to_be_bytes(), data].concat();
    if stream {
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    bytes
}

/// The number of an error, if this is one.
#[must_use]
pub fn error_code(message: &Message<'_>) -> Option<u16> {
    let value = message.find(attribute::ERROR_CODE).filter(|_| message.class == Class::Error)?;
    Some(u16::from(*value.get(2)? & 7) * 100 + u16::from(*value.get(3)?))
}

#[cfg(test)]
mod tests;
