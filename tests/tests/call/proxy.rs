//! A way to the server that can be cut.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Passes on connections while it is whole.
pub struct Proxy {
    pub address: SocketAddr,
    whole: watch::Sender<bool>,
}

impl Proxy {
    pub async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it has an address");
        let (whole, is_whole) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let (mut is_whole, server) = (is_whole.clone(), server.clone());
                tokio::spawn(async move {
                    let passed = async {
                        let Ok(mut far) = TcpStream::connect(server).await else { return };
                        // Whichever end goes, the other is told by the end of this task.
                        let _ = copy_bidirectional(&mut near, &mut far).await;
                    };
                    tokio::select! {
                        () = passed => {}
                        _ = is_whole.wait_for(|whole| !whole) => {}
                    }
                });
            }
        });
        Self { address, whole }
    }

    pub fn set_whole(&self, whole: bool) {
        self.whole.send_replace(whole);
    }
}
