use std::fs;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use axum::serve::Listener;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::*;

const LOCAL: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// A client that trusts the certificate in this folder and nothing else.
fn connector(data: &Path) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(data.join("tls/cert.pem")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

async fn ask(mut stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin) -> String {
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// Serves the peer's address at `/`.
fn serve(listener: PortListener) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let address = listener.local_addr().unwrap();
    let app = Router::new().route("/", get(|ConnectInfo(peer): ConnectInfo<Peer>| async move { peer.0.to_string() }));
    let app = app.into_make_service_with_connect_info::<Peer>();
    (address, tokio::spawn(async move { axum::serve(listener, app).await.unwrap() }))
}

#[tokio::test]
async fn a_self_made_certificate_serves_every_local_name_and_stays() {
    let data = tempfile::tempdir().unwrap();
    let config = server_config(&TlsMode::SelfMade, data.path()).unwrap();
    let before = fs::read(data.path().join("tls/cert.pem")).unwrap();
    let connector = connector(data.path());
    let (address, _) = serve(PortListener::bind(LOCAL, config).await.unwrap());
    for name in ["localhost", "127.0.0.1"] {
        let tcp = TcpStream::connect(address).await.unwrap();
        let local = tcp.local_addr().unwrap().to_string();
        let stream = connector.connect(ServerName::try_from(name).unwrap(), tcp).await.unwrap();
        assert!(ask(stream).await.ends_with(&local));
    }
    let tcp = TcpStream::connect(address).await.unwrap();
    assert!(connector.connect(ServerName::try_from("elsewhere.example").unwrap(), tcp).await.is_err());

    server_config(&TlsMode::SelfMade, data.path()).unwrap();
    assert_eq!(fs::read(data.path().join("tls/cert.pem")).unwrap(), before);
}

#[tokio::test]
async fn a_slow_client_holds_up_nobody() {
    let data = tempfile::tempdir().unwrap();
    let config = server_config(&TlsMode::SelfMade, data.path()).unwrap();
    let connector = connector(data.path());
    let listener = PortListener::bind(LOCAL, config).await.unwrap().with_handshake_time_max(Duration::from_secs(1));
    let (address, _) = serve(listener);
    let mut silent = TcpStream::connect(address).await.unwrap();
    let mut rude = TcpStream::connect(address).await.unwrap();
    rude.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let started = std::time::Instant::now();
    let tcp = TcpStream::connect(address).await.unwrap();
    let stream = connector.connect(ServerName::try_from("localhost").unwrap(), tcp).await.unwrap();
    assert!(ask(stream).await.starts_with("HTTP/1.1 200"));
    assert!(started.elapsed() < Duration::from_millis(900));
    // The silent one is let go after its time.
    let read = tokio::time::timeout(Duration::from_secs(5), silent.read(&mut [0; 16])).await.unwrap();
    assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
    assert!(started.elapsed() >= Duration::from_millis(900));
}

#[tokio::test]
async fn small_writes_are_not_held_back() {
    let data = tempfile::tempdir().unwrap();
    for mode in [TlsMode::Off, TlsMode::SelfMade] {
        let config = server_config(&mode, data.path()).unwrap();
        assert_eq!(config.is_none(), mode == TlsMode::Off);
        let encrypted = config.is_some();
        let mut listener = PortListener::bind(LOCAL, config).await.unwrap();
        let address = listener.local_addr().unwrap();
        let client = async {
            let tcp = TcpStream::connect(address).await.unwrap();
            if encrypted {
                let name = ServerName::try_from("localhost").unwrap();
                connector(data.path()).connect(name, tcp).await.unwrap();
            }
        };
        let ((stream, _), ()) = tokio::join!(listener.accept(), client);
        assert!(stream.tcp().nodelay().unwrap());
        assert_eq!(matches!(stream, PortStream::Tls(_)), encrypted);
    }
}

#[test]
fn bad_files_are_named() {
    let dir = tempfile::tempdir().unwrap();
    server_config(&TlsMode::SelfMade, dir.path()).unwrap();
    let (cert, key) = (dir.path().join("tls/cert.pem"), dir.path().join("tls/key.pem"));
    let files = |cert: &Path, key: &Path| TlsMode::Files { cert: cert.into(), key: key.into() };
    assert!(server_config(&files(&cert, &key), dir.path()).unwrap().is_some());

    let missing = dir.path().join("missing.pem");
    for (mode, bad) in
        [(files(&missing, &key), &missing), (files(&cert, &missing), &missing), (files(&key, &key), &key), (files(&cert, &cert), &cert)]
    {
        let error = server_config(&mode, dir.path()).unwrap_err();
        assert!(matches!(&error, TlsError::File { file, .. } if file == bad), "{error:?}");
    }
    let other = tempfile::tempdir().unwrap();
    server_config(&TlsMode::SelfMade, other.path()).unwrap();
    let error = server_config(&files(&cert, &other.path().join("tls/key.pem")), dir.path()).unwrap_err();
    assert!(matches!(error, TlsError::Pair { .. }), "{error:?}");
}
