//! Reading a request's body within its limits of size and time.

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use super::Site;
use super::client::{Peer, network};
use super::problem::Problem;
use crate::directory::limits::{Limits, TooOften};

/// How long a body may stand still. A thin link takes minutes for a picture, but never so long for
/// its next piece.
const STILL: Duration = Duration::from_secs(20);
/// How long it may take in all: the largest picture over 300 kbit/s.
const IN_ALL: Duration = Duration::from_secs(300);

/// Reads a body of at most `bytes_max` bytes.
///
/// # Errors
/// 413 beyond the limit, as early as the sender admits it; 408 if nothing comes; 400 if it breaks off.
pub async fn read_body(headers: &HeaderMap, body: Body, bytes_max: usize) -> Result<Bytes, Problem> {
    let mut pieces = Pieces::new(headers, body, bytes_max as u64, IN_ALL, "asset_too_large")?;
    // What is only announced takes no memory.
    let mut read = BytesMut::new();
    while let Some(data) = pieces.next().await? {
        read.extend_from_slice(&data);
    }
    Ok(read.freeze())
}

/// Bytes of a body of JSON; ours have some hundred.
const JSON_BYTES_MAX: usize = 8 * 1024;

/// Reads a body that is JSON of this form.
///
/// # Errors
/// 415 for another type, 413 beyond the limit, 400 for what is not of the form.
pub async fn read_json<T: DeserializeOwned>(headers: &HeaderMap, body: Body) -> Result<T, Problem> {
    let declared = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    // A form of another site's page cannot send this type without being asked first.
    if !declared.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type", "the body is application/json"));
    }
    let mut pieces = Pieces::new(headers, body, JSON_BYTES_MAX as u64, STILL, "body_too_large")?;
    let mut read = BytesMut::new();
    while let Some(data) = pieces.next().await? {
        read.extend_from_slice(&data);
    }
    serde_json::from_slice(&read).map_err(|error| Problem::malformed(format!("the body is not as it should be: {error}")))
}

/// The same, of somebody who is not known yet: their address is counted first, so that who tries too often is not listened to.
///
/// # Errors
/// 429 for an address that tries too often; then those of [`read_json`].
pub(super) async fn read_counted<T: DeserializeOwned>(
    site: &Site,
    Peer(address): Peer,
    count: fn(&Limits, IpAddr) -> Result<(), TooOften>,
    headers: &HeaderMap,
    body: Body,
) -> Result<T, Problem> {
    count(&site.hub.services.directory.limits, network(address))?;
    read_json(headers, body).await
}

/// A body that is taken in piece by piece.
pub struct Pieces {
    body: Body,
    left: u64,
    bytes_max: u64,
    in_all: Duration,
    end: Instant,
    code: &'static str,
}

impl Pieces {
    /// A body of at most `bytes_max` bytes that takes at most `in_all`. `code`: of the problem if it is larger.
    ///
    /// # Errors
    /// 413 if the sender says that it is larger.
    pub fn new(headers: &HeaderMap, body: Body, bytes_max: u64, in_all: Duration, code: &'static str) -> Result<Self, Problem> {
        let said = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
        let pieces = Self { body, left: bytes_max, bytes_max, in_all, end: Instant::now() + in_all, code };
        if said.is_some_and(|said| said > bytes_max) { Err(pieces.too_large()) } else { Ok(pieces) }
    }

    /// The next piece, or `None` at the end.
    ///
    /// # Errors
    /// 413 beyond the limit; 408 if nothing comes; 400 if it breaks off.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        loop {
            let frame = match timeout_at(self.end.min(Instant::now() + STILL), self.body.frame()).await {
                Err(_) => {
                    let detail =
                        format!("nothing of the body came for {} s, or not all of it in {} s", STILL.as_secs(), self.in_all.as_secs());
                    return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "timeout", detail));
                }
                Ok(None) => return Ok(None),
                Ok(Some(Err(error))) => return Err(Problem::malformed(format!("the body broke off: {error}"))),
                Ok(Some(Ok(frame))) => frame,
            };
            if let Ok(data) = frame.into_data() {
                self.left = self.left.checked_sub(data.len() as u64).ok_or_else(|| self.too_large())?;
                return Ok(Some(data));
            }
        }
    }

    fn too_large(&self) -> Problem {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, self.code, format!("the body may have {} bytes", self.bytes_max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_beyond_its_limit_is_refused_however_it_comes() {
        let status = |result: Result<Bytes, Problem>| result.map(|bytes| bytes.len()).map_err(|problem| problem.status);
        let none = HeaderMap::new();
        assert_eq!(status(read_body(&none, Body::from(vec![0; 10]), 10).await), Ok(10));
        assert_eq!(status(read_body(&none, Body::from(vec![0; 11]), 10).await), Err(413));
        let mut said = HeaderMap::new();
        said.insert(header::CONTENT_LENGTH, 11.into());
        assert_eq!(status(read_body(&said, Body::empty(), 10).await), Err(413));
    }
}
