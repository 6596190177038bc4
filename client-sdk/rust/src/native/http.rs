//! Streams to the server, and the two requests a client makes.

use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING, HOST};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use kakehashi_protocol::ids::{BoardId, DocumentId};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::Address;

/// The longest a request may take: a full page over a link of 1 Mbit/s.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// Bytes of an answer, packed or not: the ink of a full document, and as much again for the rest.
const ANSWER_BYTES_MAX: usize = 2 * kakehashi_protocol::limits::INK_BYTES_MAX;

/// A request did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// No connection.
    #[error("no connection: {0}")]
    Connect(#[from] std::io::Error),
    /// The server's name is none that a certificate could bear.
    #[error("{0} is no name of a server")]
    Name(String),
    /// The connection broke, or the answer is longer than any may be.
    #[error("the answer could not be read: {0}")]
    Answer(String),
    /// The server said no.
    #[error("the server answered {0}")]
    Status(StatusCode),
    /// It took longer than a minute.
    #[error("no answer within a minute")]
    Timeout,
}

/// Anything that bytes flow through.
pub(super) trait Flow: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Flow for T {}

pub(super) fn tls(roots: Arc<RootCertStore>) -> TlsConnector {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring speaks all versions that are safe")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// Opens a stream to the server.
pub(super) async fn connect(address: &Address, tls: &TlsConnector) -> Result<Box<dyn Flow>, HttpError> {
    let stream = TcpStream::connect((address.host.as_str(), address.port)).await?;
    stream.set_nodelay(true)?;
    if !address.secure {
        return Ok(Box::new(stream));
    }
    let name = ServerName::try_from(address.host.clone()).map_err(|_| HttpError::Name(address.host.clone()))?;
    Ok(Box::new(tls.connect(name, stream).await?))
}

/// A board that was made.
pub(super) struct Made {
    pub board: BoardId,
    pub code: String,
}

pub(super) async fn start_board(address: &Address, tls: TlsConnector) -> Result<Made, HttpError> {
    let answer = request(address, &tls, Method::POST, "/api/v1/boards").await?;
    let text = String::from_utf8_lossy(&answer);
    let field = |name: &str| text_field(&text, name).ok_or_else(|| HttpError::Answer(format!("it has no {name}")));
    let board = field("board")?.parse().map_err(|_| HttpError::Answer("its board is no name".into()))?;
    Ok(Made { board, code: field("code")?.to_owned() })
}

/// The value of a text field in a flat JSON object whose values need no escapes: names of boards and
/// codes are letters and digits.
fn text_field<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(&format!("\"{name}\""))?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    rest.split_once('"').map(|(value, _)| value)
}

/// A document's snapshot, unpacked.
pub(super) async fn snapshot(address: &Address, tls: &TlsConnector, document: DocumentId, ticket: &str) -> Result<Vec<u8>, HttpError> {
    let path = format!("/api/v1/boards/{}/documents/{document}/snapshot?ticket={ticket}", address.board);
    request(address, tls, Method::GET, &path).await
}

async fn request(address: &Address, tls: &TlsConnector, method: Method, path: &str) -> Result<Vec<u8>, HttpError> {
    tokio::time::timeout(REQUEST_TIMEOUT, exchange(address, tls, method, path)).await.map_err(|_| HttpError::Timeout)?
}

async fn exchange(address: &Address, tls: &TlsConnector, method: Method, path: &str) -> Result<Vec<u8>, HttpError> {
    let broken = |error: &dyn std::fmt::Display| HttpError::Answer(error.to_string());
    let stream = connect(address, tls).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|error| broken(&error))?;
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, address.authority())
        .header(ACCEPT_ENCODING, "gzip")
        .body(Empty::<Bytes>::new())
        .map_err(|error| broken(&error))?;
    let answered = async move {
        let answer = sender.send_request(request).await.map_err(|error| broken(&error))?;
        if !answer.status().is_success() {
            return Err(HttpError::Status(answer.status()));
        }
        let packed = answer.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip");
        let body =
            Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await.map_err(|error| HttpError::Answer(error.to_string()))?;
        Ok((packed, body.to_bytes()))
    };
    // The connection does its work while the answer is awaited. It may end before the answer's last
    // bytes are taken up; if it ends too early, the answer says so.
    tokio::pin!(answered);
    let (packed, body) = tokio::select! {
        biased;
        answer = &mut answered => answer?,
        _ = connection => answered.await?,
    };
    if !packed {
        return Ok(body.to_vec());
    }
    let mut unpacked = Vec::new();
    let mut reader = flate2::read::GzDecoder::new(body.as_ref()).take(ANSWER_BYTES_MAX as u64 + 1);
    reader.read_to_end(&mut unpacked)?;
    if unpacked.len() > ANSWER_BYTES_MAX {
        return Err(HttpError::Answer("it is longer than any document may be".into()));
    }
    Ok(unpacked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_that_unpacks_to_more_than_any_document_is_refused() {
        use std::io::Write;
        use tokio::io::{AsyncReadExt, AsyncWriteExt};

        let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let zeros = vec![0; 1024 * 1024];
        (0..=ANSWER_BYTES_MAX / zeros.len()).for_each(|_| bomb.write_all(&zeros).expect("memory takes it"));
        let bomb = bomb.finish().expect("memory takes it");
        assert!(bomb.len() < ANSWER_BYTES_MAX / 500, "it is a bomb");

        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = Address::parse(&format!("http://{}/b/{}", listener.local_addr().expect("an address"), BoardId([7; 16])));
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let _ = stream.read(&mut [0; 4096]).await;
            let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", bomb.len());
            stream.write_all(&[head.as_bytes(), &bomb].concat()).await.expect("the answer is sent");
        });
        let roots = Arc::new(RootCertStore::empty());
        let answer = snapshot(&address.expect("a link"), &tls(roots), DocumentId::COVER, "ticket").await;
        assert!(matches!(&answer, Err(HttpError::Answer(words)) if words.contains("longer")), "{:?}", answer.map(|bytes| bytes.len()));
    }

    #[test]
    fn fields_of_a_flat_object_are_found() {
        let json = r#"{ "board" : "0abc", "code":"123456789" }"#;
        assert_eq!(text_field(json, "board"), Some("0abc"));
        assert_eq!(text_field(json, "code"), Some("123456789"));
        assert_eq!(text_field(json, "name"), None);
        assert_eq!(text_field("{\"board\": 5}", "board"), None);
    }
}
