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
use std::time::{Duration, Instant};

use bytes::Bytes;
use parking_lot::Mutex;
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
/// Of these from one address: a school behind one.
const STREAMS_OF_ONE_MAX: usize = 128;
/// How long one may be open without a check of ICE that a page made with its own password.
const UNKNOWN_MAX: Duration = Duration::from_secs(30);
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
    pub udp: Udp,
    tcp: Option<TcpListener>,
    /// Where what is sent to each goes, and since when it is open.
    streams: HashMap<SocketAddr, (mpsc::Sender<Bytes>, Instant)>,
    /// How many are open from each address, those among them of which nothing has come yet.
    from: Arc<Mutex<HashMap<IpAddr, usize>>>,
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
        let udp = Udp::bind(address).or_else(|_| Udp::bind(SocketAddr::new(address.ip(), 0)))?;
        let beside = udp.socket.local_addr()?.port().checked_add(1).unwrap_or_default();
        let tcp = tcp(SocketAddr::new(address.ip(), beside)).or_else(|_| tcp(SocketAddr::new(address.ip(), 0)));
        let (heard, hears) = mpsc::channel(HEARD_MAX);
        let open = Arc::new(Semaphore::new(STREAMS_MAX));
        let from = Arc::default();
        Ok((Self { udp, tcp: tcp.ok(), streams: HashMap::new(), from, open, heard, turn: None, lost: 0 }, hears))
    }

    /// Where pages reach them, at these addresses.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn hosts(&self, addresses: &[IpAddr]) -> io::Result<Vec<(Transport, SocketAddr)>> {
        let udp = self.udp.socket.local_addr()?.port();
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
                let peer = plain(peer);
                let (Ok(place), Some(one)) = (Arc::clone(&self.open).try_acquire_owned(), OneOf::count(&self.from, peer.ip())) else {
                    return;
                };
                let heard = self.heard.clone();
                tokio::spawn(async move {
                    serve(stream, peer, heard).await;
                    drop((place, one));
                });
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
            Some(stream) => self.streams.insert(peer, (stream, Instant::now())),
            None => self.streams.remove(&peer),
        };
    }

    /// Lets go of streams by which nobody has come who is known.
    pub fn tidy(&mut self, now: Instant, known: impl Fn(SocketAddr) -> bool) {
        self.streams.retain(|peer, (_, since)| now.saturating_duration_since(*since) < UNKNOWN_MAX || known(*peer));
    }
}

/// One of the streams from an address; no longer when it is dropped.
struct OneOf(Arc<Mutex<HashMap<IpAddr, usize>>>, IpAddr);

impl OneOf {
    /// `None`: there are as many as there may be.
    fn count(from: &Arc<Mutex<HashMap<IpAddr, usize>>>, address: IpAddr) -> Option<Self> {
        let mut counts = from.lock();
        let count = counts.entry(address).or_default();
        if *count >= STREAMS_OF_ONE_MAX {
            return None;
        }
        *count += 1;
        drop(counts);
        Some(Self(Arc::clone(from), address))
    }
}

impl Drop for OneOf {
    fn drop(&mut self) {
        let mut counts = self.0.lock();
        if let Some(count) = counts.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.1);
            }
        }
    }
}

impl Port for Sockets {
    fn send(&mut self, transport: Transport, source: SocketAddr, destination: SocketAddr, bytes: &[u8]) {
        let taken = match transport {
            Transport::Udp => match &mut self.turn {
                Some(turn) if turn.relays(destination) => turn.send(&self.udp, source, destination, bytes),
                _ => self.udp.send(bytes, destination),
            },
            Transport::Tcp => {
                self.streams.get(&destination).is_some_and(|(stream, _)| stream.try_send(Bytes::copy_from_slice(bytes)).is_ok())
            }
        };
        self.lost += u64::from(!taken);
    }
}

/// The socket of UDP. One of IPv6 takes IPv4 too, by addresses that stand for those (RFC 4291, 2.5.5.2); outside of it they
/// are what they stand for.
pub struct Udp {
    socket: UdpSocket,
    six: bool,
}

impl Udp {
    fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        // The system may have a lower limit, which is no reason to have no calls.
        let _ = socket.set_recv_buffer_size(BUFFER_BYTES);
        let _ = socket.set_send_buffer_size(BUFFER_BYTES);
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        Ok(Self { socket: UdpSocket::from_std(socket.into())?, six: address.is_ipv6() })
    }

    /// Waits until something has come.
    ///
    /// # Errors
    /// Those of the operating system.
    pub async fn readable(&self) -> io::Result<()> {
        self.socket.readable().await
    }

    /// What has come, if anything has.
    ///
    /// # Errors
    /// Those of the operating system; nothing has come is one.
    pub fn receive(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let (length, source) = self.socket.try_recv_from(buffer)?;
        Ok((length, plain(source)))
    }

    /// Sends; says whether it was taken.
    pub fn send(&self, bytes: &[u8], destination: SocketAddr) -> bool {
        let destination = match destination.ip() {
            IpAddr::V4(address) if self.six => SocketAddr::new(address.to_ipv6_mapped().into(), destination.port()),
            _ => destination,
        };
        self.socket.try_send_to(bytes, destination).is_ok()
    }
}

fn plain(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V6(six) => six.ip().to_ipv4_mapped().map_or(address, |four| SocketAddr::new(four.into(), six.port())),
        SocketAddr::V4(_) => address,
    }
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
            // An empty one and a longer one are none of WebRTC's.
            let Some(datagram) = datagram.get_mut(..usize::from(length)).filter(|datagram| !datagram.is_empty()) else { return };
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> SocketAddr {
        address.parse().unwrap()
    }

    #[tokio::test]
    async fn one_socket_serves_both_families() {
        let Ok(six) = Udp::bind(at("[::]:0")) else { return println!("covered: not by this machine, which has no IPv6") };
        let port = six.socket.local_addr().unwrap().port();
        let page = Udp::bind(at("127.0.0.1:0")).unwrap();
        page.socket.writable().await.unwrap();
        six.socket.writable().await.unwrap();
        assert!(page.send(b"here", SocketAddr::new(at("127.0.0.1:0").ip(), port)));
        six.readable().await.unwrap();
        let mut buffer = [0; 16];
        let (length, source) = six.receive(&mut buffer).unwrap();
        assert_eq!((&buffer[..length], source), (&b"here"[..], page.socket.local_addr().unwrap()));
        assert!(six.send(b"there", source));
        page.readable().await.unwrap();
        assert_eq!(page.receive(&mut buffer).unwrap().0, 5);
    }

    async fn comes(sockets: &Sockets) -> TcpStream {
        let to = sockets.tcp.as_ref().unwrap().local_addr().unwrap();
        let (stream, ()) = tokio::join!(TcpStream::connect(to), sockets.accept());
        stream.unwrap()
    }

    #[tokio::test]
    async fn a_stream_that_says_nothing_is_ended_and_so_is_one_that_nobody_knows() {
        let (mut sockets, mut heard) = Sockets::open(at("127.0.0.1:0")).unwrap();
        let mut empty = comes(&sockets).await;
        empty.write_all(&[0, 6, 22, 1, 2, 3, 4, 5, 0, 0]).await.unwrap();
        let (mut known, mut unknown) = (comes(&sockets).await, comes(&sockets).await);
        for stream in [&mut known, &mut unknown] {
            stream.write_all(&[0, 6, 22, 1, 2, 3, 4, 5]).await.unwrap();
        }
        let address = known.local_addr().unwrap();
        let mut opened = 0;
        let mut closed = Vec::new();
        while opened < 3 || closed.is_empty() {
            match heard.recv().await.unwrap() {
                Heard::Opened(peer, stream) => {
                    opened += 1;
                    sockets.note(peer, Some(stream));
                }
                Heard::Closed(peer) => closed.push(peer),
                _ => {}
            }
        }
        assert_eq!(closed, [empty.local_addr().unwrap()], "nothing is no datagram");
        sockets.tidy(Instant::now(), |peer| peer == address);
        assert_eq!(sockets.streams.len(), 3, "there is time");
        sockets.tidy(Instant::now() + UNKNOWN_MAX, |peer| peer == address);
        let mut buffer = [0; 1];
        assert_eq!(unknown.read(&mut buffer).await.unwrap(), 0, "the end");
        assert!(timeout(Duration::from_millis(50), known.read(&mut buffer)).await.is_err(), "it goes on");
    }

    #[tokio::test]
    async fn one_address_has_a_share_of_the_streams() {
        let from = Arc::default();
        let [one, other] = [at("192.0.2.1:1").ip(), at("192.0.2.2:1").ip()];
        let mut places: Vec<_> = (0..200).filter_map(|_| OneOf::count(&from, one)).collect();
        assert_eq!(places.len(), STREAMS_OF_ONE_MAX);
        assert!(OneOf::count(&from, other).is_some());
        places.pop();
        assert!(OneOf::count(&from, one).is_some());
        drop(places);
        assert!(from.lock().is_empty());
    }
}
