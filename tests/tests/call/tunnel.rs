//! A way into a server by TLS: what comes plain goes on encrypted.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Opens one to a server whose own certificate lies in its data.
pub async fn tunnel(server: String, data: &Path) -> SocketAddr {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(data.join("tls/cert.pem")).expect("it made one")).expect("it is one");
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider())).with_safe_default_protocol_versions();
    let config = config.expect("there are versions").with_root_certificates(roots).with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it has an address");
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let (connector, server) = (connector.clone(), server.clone());
            tokio::spawn(async move {
                let tcp = TcpStream::connect(server).await.expect("the server listens");
                let name = ServerName::try_from("localhost").expect("a name");
                let mut far = connector.connect(name, tcp).await.expect("it is the server");
                // Whichever end goes, the other is told by the end of this task.
                let _ = copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    address
}
