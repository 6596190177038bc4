//! From sockets to requests: HTTP/1.1, with deadlines for heads. Who comes by the same port with TURN, plain or
//! within TLS, is told by the first byte and goes to the calls.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::time::timeout;
use tower_service::Service;

use super::client::Peer;
use crate::hub::drain::Guard;
use crate::media::Calls;
use crate::tls::{PortListener, PortStream};

/// How long the head of a request may take, also between two requests of one connection.
const HEAD_DEADLINE: Duration = Duration::from_secs(10);
/// Bytes of a request's head; ours have some hundred.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// How long requests under way may take to end when the server stops.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// Serves connections until the server stops. Requests under way are waited for by the guards
/// that are cloned from `guard`.
pub async fn listen(mut port: PortListener, router: Router, calls: Calls, mut guard: Guard) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_DEADLINE).max_buf_size(HEAD_BYTES_MAX).keep_alive(true);
    let builder = Arc::new(builder);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = port.accept() => accepted,
            () = guard.stopped() => return,
        };
        tokio::spawn(tell_apart(Arc::clone(&builder), stream, peer, router.clone(), calls.clone(), guard.clone()));
    }
}

async fn tell_apart(
    builder: Arc<http1::Builder>,
    mut stream: PortStream,
    peer: SocketAddr,
    router: Router,
    calls: Calls,
    mut guard: Guard,
) {
    let first = tokio::select! {
        first = timeout(HEAD_DEADLINE, stream.first_byte()) => first,
        () = guard.stopped() => return,
    };
    match first {
        // A message of STUN; requests begin with a letter.
        Ok(Ok(Some(0..=3))) => tokio::select! {
            () = calls.turn(stream, peer) => {}
            () = guard.stopped() => {}
        },
        Ok(Ok(Some(_))) => serve(builder, stream, peer, router, guard).await,
        _ => {}
    }
}

async fn serve(builder: Arc<http1::Builder>, stream: PortStream, peer: SocketAddr, router: Router, mut guard: Guard) {
    let service = tower::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(Peer(peer.ip()));
        router.clone().call(request)
    });
    let connection = builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).with_upgrades();
    let mut connection = pin!(connection);
    let result = tokio::select! {
        result = &mut connection => result,
        () = guard.stopped() => {
            connection.as_mut().graceful_shutdown();
            match timeout(LAST_REQUESTS, connection).await {
                Ok(result) => result,
                Err(_) => return,
            }
        }
    };
    if let Err(error) = result {
        // A peer that went away, or spoke something else: no matter of ours.
        tracing::trace!(%peer, %error, "a connection has ended");
    }
}
