//! The one port of the server: plain or encrypted, by files or by a certificate it makes itself.

mod port;
mod self_made;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::TlsMode;
pub use port::{Peer, PortListener, PortStream};

/// Why connections cannot be encrypted as asked for.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TlsError {
    /// A file that cannot be read or written, or does not hold what it should.
    #[error("{}: {what}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// Certificate and key cannot be used together.
    #[error("{} with {}: {what}", cert.display(), key.display())]
    Pair {
        /// The file of the certificate chain.
        cert: PathBuf,
        /// The file of the private key.
        key: PathBuf,
        /// What is wrong with them.
        what: String,
    },
    /// No certificate could be made.
    #[error("no certificate could be made: {0}")]
    Make(String),
}

/// How connections are encrypted, or `None` if they are not. A certificate of our own is kept in
/// `data/tls`, so that it stays the same when the server is started again. Blocks the thread.
///
/// # Errors
/// [`TlsError`].
pub fn server_config(mode: &TlsMode, data: &Path) -> Result<Option<Arc<ServerConfig>>, TlsError> {
    match mode {
        TlsMode::Off => Ok(None),
        TlsMode::Files { cert, key } => from_files(cert, key).map(Some),
        TlsMode::SelfMade => {
            let files = self_made::ensure(&data.join("tls"))?;
            from_files(&files.cert, &files.key).map(Some)
        }
    }
}

fn from_files(cert: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let chain =
        CertificateDer::pem_file_iter(cert).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(|error| file_error(cert, error))?;
    if chain.is_empty() {
        return Err(file_error(cert, "there is no certificate in it"));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| file_error(key, error))?;
    let pair = |error: rustls::Error| TlsError::Pair { cert: cert.into(), key: key.into(), what: error.to_string() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private))
        .map_err(pair)?;
    // A WebSocket begins as an HTTP/1.1 request; those who come by TURN may say so (RFC 7443).
    config.alpn_protocols = vec![b"http/1.1".to_vec(), b"stun.turn".to_vec()];
    Ok(Arc::new(config))
}

fn file_error(file: &Path, what: impl ToString) -> TlsError {
    TlsError::File { file: file.to_owned(), what: what.to_string() }
}

#[cfg(test)]
mod tests;
