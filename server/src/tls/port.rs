//! Listening on the one port.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use rustls::ServerConfig;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a handshake may take. On the worst link we serve it takes four round trips of 0.7 s.
const HANDSHAKE_TIME_MAX: Duration = Duration::from_secs(10);
/// Handshakes under way at a time, about 20 KiB each; more wait in the system's queue. A whole
/// school that comes back after a power cut fits.
const HANDSHAKES_MAX: usize = 1_024;

/// A listener for [`axum::serve`](axum::serve::serve()), plain or encrypted. Handshakes run beside each other, so that
/// a slow client holds up nobody.
pub struct PortListener {
    tcp: TcpListener,
    tls: Option<TlsAcceptor>,
    handshakes: JoinSet<Option<(PortStream, SocketAddr)>>,
    handshake_time_max: Duration,
}

impl PortListener {
    /// Binds the port; encrypted if `tls` is given.
    ///
    /// # Errors
    /// Those of the operating system: the address is in use, or not ours.
    pub async fn bind(address: SocketAddr, tls: Option<Arc<ServerConfig>>) -> io::Result<Self> {
        Ok(Self {
            tcp: TcpListener::bind(address).await?,
            tls: tls.map(TlsAcceptor::from),
            handshakes: JoinSet::new(),
            handshake_time_max: HANDSHAKE_TIME_MAX,
        })
    }

    #[cfg(test)]
    pub(super) fn with_handshake_time_max(mut self, time: Duration) -> Self {
        self.handshake_time_max = time;
        self
    }

    fn begin_handshake(&mut self, acceptor: &TlsAcceptor, tcp: TcpStream, peer: SocketAddr) {
        let handshake = tokio::time::timeout(self.handshake_time_max, acceptor.accept(tcp));
        self.handshakes.spawn(async move {
            let failed = match handshake.await {
                Ok(Ok(stream)) => return Some((PortStream::Tls(Box::new(stream)), peer)),
                Ok(Err(error)) => error.to_string(),
                Err(_) => "it took too long".to_owned(),
            };
            metrics::counter!("kakehashi_tls_handshake_failures").increment(1);
            tracing::debug!(%peer, failed, "a TLS handshake failed");
            None
        });
    }
}

impl Listener for PortListener {
    type Io = PortStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (PortStream, SocketAddr) {
        loop {
            // Both branches lose nothing when the other one wins or nobody waits any more.
            tokio::select! {
                Some(done) = self.handshakes.join_next() => {
                    if let Ok(Some(connection)) = done {
                        return connection;
                    }
                }
                (tcp, peer) = Listener::accept(&mut self.tcp), if self.handshakes.len() < HANDSHAKES_MAX => {
                    // What is written is gathered by us; the system must not wait for more. Only a
                    // connection that is already broken refuses this.
                    let _ = tcp.set_nodelay(true);
                    match self.tls.clone() {
                        None => return (PortStream::Plain(tcp), peer),
                        Some(acceptor) => self.begin_handshake(&acceptor, tcp, peer),
                    }
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

/// Who is at the other end, as axum's `ConnectInfo`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peer(pub SocketAddr);

impl Connected<IncomingStream<'_, PortListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, PortListener>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// A connection, plain or encrypted.
#[derive(Debug)]
pub enum PortStream {
    /// Plain.
    Plain(TcpStream),
    /// Encrypted.
    Tls(Box<TlsStream<TcpStream>>),
}

impl PortStream {
    /// The connection below.
    #[must_use]
    pub fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(tls) => tls.get_ref().0,
        }
    }

    /// The first byte that comes, which is read again afterwards; `None`: nothing comes any more.
    ///
    /// # Errors
    /// Those of the connection.
    pub async fn first_byte(&mut self) -> io::Result<Option<u8>> {
        match self {
            Self::Plain(tcp) => {
                let mut byte = [0];
                Ok((tcp.peek(&mut byte).await? > 0).then_some(byte[0]))
            }
            Self::Tls(tls) => Ok(tls.fill_buf().await?.first().copied()),
        }
    }
}

impl AsyncRead for PortStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Self::Tls(tls) => Pin::new(tls).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for PortStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(cx, buf),
            Self::Tls(tls) => Pin::new(tls).poll_write(cx, buf),
        }
    }

    fn poll_write_vectored(self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write_vectored(cx, bufs),
            Self::Tls(tls) => Pin::new(tls).poll_write_vectored(cx, bufs),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(tcp) => tcp.is_write_vectored(),
            Self::Tls(tls) => tls.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}
