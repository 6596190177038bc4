//! Where pages reach the calls, as it was set and as this machine is.

use std::io;
use std::net::{IpAddr, SocketAddr};

use super::turn::credential::Secret;
use super::turn::told::{Outside, Web};
use crate::config::{TlsMode, TurnSettings};

/// Where pages reach the calls.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Where the sockets are opened.
    pub listen: SocketAddr,
    /// The addresses that pages are told.
    pub addresses: Vec<IpAddr>,
    /// The server's own port, where it is reached at these addresses too.
    pub web: Option<Web>,
    /// Another TURN server, to be told in place of this one.
    pub outside: Option<Outside>,
}

impl Reach {
    /// The sockets at an address, and the addresses that pages are told: those that were given, or that one, or, if
    /// it stands for all, those of this machine.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn new(listen: SocketAddr, given: &[IpAddr]) -> io::Result<Self> {
        let addresses = match given {
            [] if listen.ip().is_unspecified() => {
                let all: Vec<IpAddr> = if_addrs::get_if_addrs()?.iter().map(if_addrs::Interface::ip).collect();
                // Those of one link say nothing without the link's name; one socket speaks one family.
                let told = |address: &IpAddr| match address {
                    IpAddr::V4(address) => listen.is_ipv4() && !address.is_loopback() && !address.is_link_local(),
                    IpAddr::V6(address) => listen.is_ipv6() && !address.is_loopback() && !address.is_unicast_link_local(),
                };
                let told: Vec<IpAddr> = all.iter().copied().filter(told).collect();
                // A machine without a network is reached from itself.
                if told.is_empty() { all } else { told }
            }
            [] => vec![listen.ip()],
            given => given.to_vec(),
        };
        Ok(Self { listen, addresses, web: None, outside: None })
    }

    /// The same, with what pages are told of TURN: the server's own port `web`, where it is reached at the addresses of calls
    /// too and by a name that its certificate holds, or another server.
    #[must_use]
    pub fn beside(mut self, web: SocketAddr, tls: &TlsMode, public_url: Option<&str>, outside: Option<TurnSettings>) -> Self {
        let public = public_url.and_then(|url| url::Url::parse(url).ok()).filter(|url| url.scheme() == "https");
        let public = public.and_then(|url| Some((url.host_str()?.to_owned(), url.port_or_known_default()?)));
        let reached = web.ip().is_unspecified() || self.addresses.contains(&web.ip());
        self.web = match (tls, public) {
            (TlsMode::Off, _) => reached.then_some(Web { name: None, port: web.port(), encrypted: false }),
            (_, Some((name, port))) => Some(Web { name: Some(name), port, encrypted: true }),
            // A certificate of our own holds this machine's addresses.
            (TlsMode::SelfMade, None) => reached.then_some(Web { name: None, port: web.port(), encrypted: true }),
            // Which name another certificate holds is not known.
            (TlsMode::Files { .. }, None) => None,
        };
        self.outside = outside.map(|turn| Outside { urls: turn.urls, secret: Secret::shared(&turn.secret.0) });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    fn web(listen: &str, addresses: &[&str], tls: &TlsMode, public_url: Option<&str>) -> Option<Web> {
        let given: Vec<IpAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
        let listen: SocketAddr = listen.parse().unwrap();
        Reach::new(listen, &given).unwrap().beside(listen, tls, public_url, None).web
    }

    #[test]
    fn the_servers_own_port_is_told_where_it_is_reached() {
        let plain = |port| Some(Web { name: None, port, encrypted: false });
        let encrypted = |name: Option<&str>, port| Some(Web { name: name.map(str::to_owned), port, encrypted: true });
        let files = TlsMode::Files { cert: "/c".into(), key: "/k".into() };
        assert_eq!(web("127.0.0.1:8080", &[], &TlsMode::Off, None), plain(8080));
        assert_eq!(web("0.0.0.0:8080", &["203.0.113.7"], &TlsMode::Off, None), plain(8080));
        // Behind a proxy, the port is the proxy's.
        assert_eq!(web("127.0.0.1:8080", &["203.0.113.7"], &TlsMode::Off, Some("https://board.example")), None);
        assert_eq!(web("0.0.0.0:8443", &["203.0.113.7"], &TlsMode::SelfMade, None), encrypted(None, 8443));
        assert_eq!(web("0.0.0.0:8443", &["203.0.113.7"], &files, Some("https://board.example")), encrypted(Some("board.example"), 443));
        assert_eq!(
            web("0.0.0.0:8443", &["203.0.113.7"], &files, Some("https://[2001:db8::7]:8443")),
            encrypted(Some("[2001:db8::7]"), 8443)
        );
        assert_eq!(web("0.0.0.0:8443", &["203.0.113.7"], &files, None), None);
    }

    #[test]
    fn another_turn_server_is_told_as_it_was_set() {
        let here = "127.0.0.1:8080".parse().unwrap();
        let settings = TurnSettings { urls: vec!["turns:turn.example".into()], secret: config::Secret("north".into()) };
        let reach = Reach::new(here, &[]).unwrap().beside(here, &TlsMode::Off, None, Some(settings));
        assert_eq!(reach.outside, Some(Outside { urls: vec!["turns:turn.example".into()], secret: Secret::shared("north") }));
    }
}
