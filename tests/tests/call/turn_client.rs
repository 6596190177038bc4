//! Somebody who comes by TURN, by UDP or in a stream: what they ask, and what they are answered.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use kakehashi_protocol::call::{Ask, Tell};
use kakehashi_server::media::turn::credential::{REALM, key};
use kakehashi_server::media::turn::wire::{Class, Message, Writer, attribute, error_code, method, read_channel, write_channel};

use super::asks::{Asker, json};
use super::hall::Hall;
use super::stranger::Line;

/// How long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// When a datagram is taken for lost.
const AGAIN: Duration = Duration::from_millis(500);
/// How long one look for something that has come takes.
const LOOK: Duration = Duration::from_millis(2);
/// The channel to the calls.
pub const CHANNEL: u16 = 0x4000;

/// A user name and its password.
#[derive(Clone)]
pub struct Credential {
    pub username: String,
    pub password: String,
    /// All that was told beside it.
    pub urls: Vec<String>,
}

impl Credential {
    /// The one that a page is told who joins.
    pub async fn of(hall: &Hall) -> Self {
        let mut asker = Asker::enter(hall).await;
        let joined = asker.ask([json(&Ask::Join {})], 1).await;
        let [Tell::Joined { ice, .. }] = joined.as_slice() else { panic!("{joined:?}") };
        let urls = ice.iter().flat_map(|server| server.urls.clone()).collect();
        let turn = ice.iter().find(|server| server.username.is_some()).expect("there is TURN");
        let (username, password) = (turn.username.clone().expect("a name"), turn.credential.clone().expect("a password"));
        Self { username, password, urls }
    }
}

enum Way {
    Udp(UdpSocket),
    Stream(TcpStream),
}

/// Somebody who comes by TURN.
pub struct TurnClient {
    way: Way,
    /// What has come of a stream and is no whole message yet.
    read: Vec<u8>,
    waiting: VecDeque<Vec<u8>>,
    pub credential: Credential,
    pub nonce: String,
    requests: u32,
    /// Where others see them.
    pub address: Option<SocketAddr>,
    host: SocketAddr,
}

impl TurnClient {
    pub fn by_udp(hall: &Hall, credential: Credential) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        socket.connect(hall.media).expect("it can be");
        socket.set_read_timeout(Some(LOOK)).expect("it can be");
        Self::by(Way::Udp(socket), hall, credential)
    }

    pub fn by_stream(to: &str, hall: &Hall, credential: Credential) -> Self {
        let stream = TcpStream::connect(to).expect("it is let in");
        stream.set_read_timeout(Some(LOOK)).expect("it can be");
        stream.set_nodelay(true).expect("it can be");
        Self::by(Way::Stream(stream), hall, credential)
    }

    fn by(way: Way, hall: &Hall, credential: Credential) -> Self {
        let (read, waiting, nonce) = (Vec::new(), VecDeque::new(), String::new());
        Self { way, read, waiting, credential, nonce, requests: 0, address: None, host: hall.media }
    }

    pub fn write(&mut self, message: &[u8]) {
        match &mut self.way {
            Way::Udp(socket) => drop(UdpSocket::send(socket, message).expect("it is sent")),
            Way::Stream(stream) => stream.write_all(message).expect("it is sent"),
        }
    }

    /// The next message, if one comes soon.
    pub fn look(&mut self) -> Option<Vec<u8>> {
        let mut bytes = [0; 4_096];
        let read = match &mut self.way {
            Way::Udp(socket) => return socket.recv(&mut bytes).ok().map(|length| bytes[..length].to_vec()),
            Way::Stream(stream) => stream.read(&mut bytes),
        };
        match read {
            Ok(0) => panic!("the stream has ended"),
            Ok(length) => self.read.extend_from_slice(&bytes[..length]),
            Err(error) => assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}"),
        }
        let head = self.read.get(..4)?;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let length = if head[0] < 4 { 20 + length } else { 4 + length.next_multiple_of(4) };
        (self.read.len() >= length).then(|| self.read.drain(..length).collect())
    }

    /// A request with its proof.
    pub fn request(&mut self, method: u16, with: impl FnOnce(Writer) -> Writer) -> Vec<u8> {
        self.requests += 1;
        let mut transaction = [0; 12];
        transaction[..4].copy_from_slice(&self.requests.to_be_bytes());
        let request = with(Writer::new(Class::Request, method, transaction));
        if self.nonce.is_empty() {
            return request.finish(None, false);
        }
        let request = request
            .attribute(attribute::USERNAME, self.credential.username.as_bytes())
            .attribute(attribute::REALM, REALM.as_bytes())
            .attribute(attribute::NONCE, self.nonce.as_bytes());
        request.finish(Some(&key(&self.credential.username, &self.credential.password)), true)
    }

    /// Asks, and gives the answer or the number of the error.
    pub fn ask(&mut self, method: u16, with: impl FnOnce(Writer) -> Writer) -> Result<Vec<u8>, u16> {
        let request = self.request(method, with);
        self.write(&request);
        let (began, mut sent) = (Instant::now(), Instant::now());
        loop {
            assert!(began.elapsed() < PATIENCE, "there is no answer");
            if matches!(self.way, Way::Udp(_)) && sent.elapsed() > AGAIN {
                self.write(&request);
                sent = Instant::now();
            }
            let Some(message) = self.look() else { continue };
            match Message::parse(&message) {
                Some(answer) if answer.transaction == request[8..20] => {
                    if let Some(nonce) = answer.text(attribute::NONCE) {
                        nonce.clone_into(&mut self.nonce);
                    }
                    return error_code(&answer).map_or(Ok(message), Err);
                }
                _ => self.waiting.push_back(message),
            }
        }
    }

    /// Asks for an address, first without a proof, as everybody does.
    pub fn allocate(&mut self) -> Result<SocketAddr, u16> {
        let udp = |request: Writer| request.attribute(attribute::REQUESTED_TRANSPORT, &[17, 0, 0, 0]);
        if self.nonce.is_empty() {
            assert_eq!(self.ask(method::ALLOCATE, udp), Err(401));
        }
        let answer = self.ask(method::ALLOCATE, udp)?;
        self.address = Message::parse(&answer).and_then(|answer| answer.address(attribute::XOR_RELAYED_ADDRESS));
        Ok(self.address.expect("an address"))
    }

    pub fn permit(&mut self, peer: SocketAddr) -> Result<Vec<u8>, u16> {
        self.ask(method::CREATE_PERMISSION, |request| request.address(attribute::XOR_PEER_ADDRESS, peer))
    }

    pub fn bind(&mut self, number: u16, peer: SocketAddr) -> Result<Vec<u8>, u16> {
        let number = [number.to_be_bytes(), [0, 0]].concat();
        self.ask(method::CHANNEL_BIND, |request| {
            request.attribute(attribute::CHANNEL_NUMBER, &number).address(attribute::XOR_PEER_ADDRESS, peer)
        })
    }

    /// Sends without a channel, and is answered nothing.
    pub fn indicate(&mut self, peer: SocketAddr, data: &[u8]) {
        let indication = Writer::new(Class::Indication, method::SEND, [9; 12]).address(attribute::XOR_PEER_ADDRESS, peer);
        self.write(&indication.attribute(attribute::DATA, data).finish(None, false));
    }

    pub fn channel(&mut self, number: u16, data: &[u8]) {
        let stream = matches!(self.way, Way::Stream(_));
        self.write(&write_channel(number, data, stream));
    }
}

impl Line for TurnClient {
    fn local(&self) -> SocketAddr {
        self.address.expect("it has one")
    }

    fn send(&mut self, _: SocketAddr, datagram: &[u8]) {
        self.channel(CHANNEL, datagram);
    }

    fn receive(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        let message = self.waiting.pop_front().or_else(|| self.look())?;
        let (number, datagram) = read_channel(&message)?;
        assert_eq!(number, CHANNEL, "nothing else comes");
        Some((self.host, datagram.to_vec()))
    }
}
