//! The sockets of all calls: one of UDP, and a listener of TCP for pages whose network lets no UDP
//! through (RFC 6544), where each datagram follows its length (RFC 4571). Both also take those who come by
//! TURN, and what a call sends to one of these goes back that way.
//!
//! Nothing here waits for a page: what a socket does not take at once is lost, as the network loses
//! things. Whom a datagram is from is said by the thread; here it has only an address.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

use super::call::Port;
use super::leg::Transport;
use super::turn::door::Door;
use super::turn::{Client, stream};

/// Bytes that the system keeps for us in each direction: a burst of twenty whole pictures. It may give less.
const BUFFER_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of the largest datagram there is.
pub const DATAGRAM_BYTES_MAX: usize = 2_048;
/// Pages that come by TCP at a time; some 40 KiB each.
const STREAMS_MAX: usize = 512;
/// Datagrams that may wait for one of them: a quarter of a second of a large picture.
const WAITING_MAX: usize = 64;
/// Datagrams from all of them that may wait for the thread.
const HEARD_MAX: usize = 1_024;
/// How long one of them may be silent; a page checks every few seconds.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// A datagram that came by TCP, or the end of the stream it came by.
pub enum Heard {
    /// A datagram.
    Datagram(SocketAddr, Bytes),
    /// A page has come by a stream; what is sent to it goes here.
    Opened(SocketAddr, mpsc::Sender<Bytes>),
    /// It is gone.
    Closed(SocketAddr),
    /// A message of TURN.
    Turn(Client, Bytes),
    /// A stream of TURN has come; what is sent by it goes here.
    TurnOpened(Client, mpsc::Sender<Bytes>),
    /// It is gone.
    TurnClosed(Client),
}

/// The sockets.
pub struct Sockets {
    /// The one of UDP.
    pub udp: UdpSocket,
    tcp: Option<TcpListener>,
    streams: HashMap<SocketAddr, mpsc::Sender<Bytes>>,
    open: Arc<Semaphore>,
    heard: mpsc::Sender<Heard>,
    /// Those who come by TURN.
    pub turn: Option<Door>,
    lost: u64,
}

impl Sockets {
    /// Opens them at an address: UDP at its port if that is free, TCP at the next one.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn open(address: SocketAddr) -> io::Result<(Self, mpsc::Receiver<Heard>)> {
        let udp = udp(address).or_else(|_| udp(SocketAddr::new(address.ip(), 0)))?;
        let beside = udp.local_addr()?.port().checked_add(1).unwrap_or_default();
        let tcp = tcp(SocketAddr::new(address.ip(), beside)).or_else(|_| tcp(SocketAddr::new(address.ip(), 0)));
        let (heard, hears) = mpsc::channel(HEARD_MAX);
        let open = Arc::new(Semaphore::new(STREAMS_MAX));
        Ok((Self { udp, tcp: tcp.ok(), streams: HashMap::new(), open, heard, turn: None, lost: 0 }, hears))
    }

    /// Where pages reach them, at these addresses.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn hosts(&self, addresses: &[IpAddr]) -> io::Result<Vec<(Transport, SocketAddr)>> {
        let udp = self.udp.local_addr()?.port();
        let tcp = self.tcp.as_ref().map(TcpListener::local_addr).transpose()?.map(|address| address.port());
        let by_udp = addresses.iter().map(|address| (Transport::Udp, SocketAddr::new(*address, udp)));
        let by_tcp = addresses.iter().flat_map(|address| tcp.map(|port| (Transport::Tcp, SocketAddr::new(*address, port))));
        Ok(by_udp.chain(by_tcp).collect())
    }

    /// Datagrams that no socket took, since this was asked last.
    pub fn take_lost(&mut self) -> u64 {
        std::mem::take(&mut self.lost)
    }

    /// Waits for a page that comes by TCP, and lets it in. Cancel safe.
    pub async fn accept(&self) {
        let Some(tcp) = &self.tcp else { return std::future::pending().await };
        match tcp.accept().await {
            Ok((stream, peer)) => {
                if let Ok(place) = Arc::clone(&self.open).try_acquire_owned() {
                    let heard = self.heard.clone();
                    tokio::spawn(async move {
                        serve(stream, peer, heard).await;
                        drop(place);
                    });
                }
            }
            // Too many open files, or a page that went as it came.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }

    /// Answers somebody who comes by TURN.
    pub fn answer(&mut self, client: Client, bytes: &[u8]) {
        let taken = self.turn.as_ref().is_some_and(|turn| turn.answer(&self.udp, client, bytes));
        self.lost += u64::from(!taken);
    }

    /// The way by which streams of TURN that came elsewhere are heard.
    pub fn heard(&self) -> mpsc::Sender<Heard> {
        self.heard.clone()
    }

    /// Notes a stream that was opened or has ended.
    pub fn note(&mut self, peer: SocketAddr, stream: Option<mpsc::Sender<Bytes>>) {
        match stream {
            Some(stream) => self.streams.insert(peer, stream),
            None => self.streams.remove(&peer),
        };
    }
}

impl Port for Sockets {
    fn send(&mut self, transport: Transport, source: SocketAddr, destination: SocketAddr, bytes: &[u8]) {
        let taken = match transport {
            Transport::Udp => match &mut self.turn {
                Some(turn) if turn.relays(destination) => turn.send(&self.udp, source, destination, bytes),
                _ => self.udp.try_send_to(bytes, destination).is_ok(),
            },
            Transport::Tcp => self.streams.get(&destination).is_some_and(|stream| stream.try_send(Bytes::copy_from_slice(bytes)).is_ok()),
        };
        self.lost += u64::from(!taken);
    }
}

fn udp(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
    // The system may have a lower limit, which is no reason to have no calls.
    let _ = socket.set_recv_buffer_size(BUFFER_BYTES);
    let _ = socket.set_send_buffer_size(BUFFER_BYTES);
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    UdpSocket::from_std(socket.into())
}

fn tcp(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

/// Brings datagrams of one stream to the thread, and those to it onto the stream.
async fn serve(stream: TcpStream, peer: SocketAddr, heard: mpsc::Sender<Heard>) {
    // Small packets must not wait for each other.
    let _ = stream.set_nodelay(true);
    let (mut read, mut write) = stream.into_split();
    let mut first = [0; stream::FIRST_BYTES];
    let Ok(Ok(_)) = timeout(SILENCE_MAX, read.read_exact(&mut first)).await else { return };
    let read = io::Cursor::new(first).chain(read);
    if stream::is_turn(&first) {
        return stream::serve(read, write, peer, heard).await;
    }
    let (sends, mut sent) = mpsc::channel::<Bytes>(WAITING_MAX);
    if heard.send(Heard::Opened(peer, sends)).await.is_err() {
        return;
    }
    let reads = async {
        let mut read = BufReader::new(read);
        let mut datagram = [0; DATAGRAM_BYTES_MAX];
        loop {
            let Ok(Ok(length)) = timeout(SILENCE_MAX, read.read_u16()).await else { return };
            // A longer one is none of WebRTC's.
            let Some(datagram) = datagram.get_mut(..usize::from(length)) else { return };
            let Ok(Ok(_)) = timeout(SILENCE_MAX, read.read_exact(datagram)).await else { return };
            if heard.send(Heard::Datagram(peer, Bytes::copy_from_slice(datagram))).await.is_err() {
                return;
            }
        }
    };
    let writes = async {
        while let Some(bytes) = sent.recv().await {
            let Ok(length) = u16::try_from(bytes.len()) else { continue };
            let framed = [&length.to_be_bytes()[..], &bytes].concat();
            if !matches!(timeout(SILENCE_MAX, write.write_all(&framed)).await, Ok(Ok(()))) {
                return;
            }
        }
    };
    tokio::select! {
        () = reads => {}
        () = writes => {}
    }
    // An error means that the thread has ended.
    let _ = heard.send(Heard::Closed(peer)).await;
}
