//! The address from which a call's media go: that by which the server is reached.

use std::io::{Error, ErrorKind, Result};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::{UdpSocket, lookup_host};

/// How the local address is found, now and after the network changed.
pub(super) struct Local {
    /// The server's name or number, and a port of it.
    pub server: (String, u16),
    /// The address that the app has chosen.
    pub chosen: Option<IpAddr>,
}

impl Local {
    /// Binds a port of it.
    pub async fn bind(&self) -> Result<UdpSocket> {
        if let Some(address) = self.chosen {
            return UdpSocket::bind((address, 0)).await;
        }
        let mut failed = Error::new(ErrorKind::NotFound, format!("{} has no address", self.server.0));
        for server in lookup_host((self.server.0.as_str(), self.server.1)).await? {
            match towards(server).await {
                Ok(local) => return UdpSocket::bind((local, 0)).await,
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }
}

/// The own address towards another. Nothing is sent for it.
async fn towards(server: SocketAddr) -> Result<IpAddr> {
    let any: IpAddr = if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).await?;
    socket.connect(server).await?;
    Ok(socket.local_addr()?.ip())
}
