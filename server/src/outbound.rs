//! Requests that the server makes itself, to servers that whoever runs it has named. They follow no
//! redirects, have an end, and their answers a size. What is asked and what an answer means is not decided here.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response};

/// How long it may take to be connected: a link by satellite needs some two seconds.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a request may take in all.
const IN_ALL: Duration = Duration::from_secs(15);

/// Why a request was not answered.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// It cannot be sent, or its answer does not come.
    #[error("{}", told(.0))]
    Request(#[from] reqwest::Error),
    /// An answer that is larger than it may be.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
}

/// An error with all its causes; the first of them seldom says what was wrong.
fn told(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// What sends requests, to be fitted out: it follows no redirects, and certificates are those that the system
/// trusts, or of `SSL_CERT_FILE`.
pub fn builder() -> ClientBuilder {
    // The whole process has one; that it is there already is no error.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().user_agent(concat!("kakehashi/", env!("CARGO_PKG_VERSION"))).redirect(Policy::none())
}

/// What sends requests. A proxy is taken from `HTTPS_PROXY` and its like. `encrypted`: whether nothing else
/// than `https` is asked.
///
/// # Errors
/// [`OutboundError::Request`] where the system trusts no certificate at all.
pub fn client(encrypted: bool) -> Result<Client, OutboundError> {
    Ok(builder().https_only(encrypted).connect_timeout(CONNECT).timeout(IN_ALL).build()?)
}

/// Reads an answer of at most `bytes_max` bytes.
///
/// # Errors
/// [`OutboundError`].
pub async fn read(mut response: Response, bytes_max: usize) -> Result<Vec<u8>, OutboundError> {
    let mut read = Vec::new();
    while let Some(piece) = response.chunk().await? {
        if read.len() + piece.len() > bytes_max {
            return Err(OutboundError::TooLarge(bytes_max));
        }
        read.extend_from_slice(&piece);
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::response::Redirect;
    use axum::routing::get;

    use super::*;

    #[tokio::test]
    async fn redirects_are_not_followed_and_answers_have_a_size() {
        let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", port.local_addr().unwrap());
        let app = Router::new().route("/ten", get(|| async { "ten bytes." })).route("/away", get(|| async { Redirect::to("/ten") }));
        tokio::spawn(async move { axum::serve(port, app).await });

        let ask = |path| client(false).unwrap().get(format!("{address}/{path}")).send();
        assert_eq!(read(ask("ten").await.unwrap(), 10).await.unwrap(), b"ten bytes.");
        assert!(matches!(read(ask("ten").await.unwrap(), 9).await, Err(OutboundError::TooLarge(9))));
        assert_eq!(ask("away").await.unwrap().status(), 303);
        assert!(client(true).unwrap().get(format!("{address}/ten")).send().await.is_err(), "nothing but https");
    }
}
