//! What pages are told of STUN and TURN servers: this one, as it is reached from outside, or another
//! that shares a secret with it.

use std::net::SocketAddr;

use kakehashi_protocol::call::IceServer;

use super::credential::{Secret, VALID_S};
use crate::media::leg::Transport;

/// Where the server's own port is reached, by which TURN passes where nothing else does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Web {
    /// Its name, where one is known.
    pub name: Option<String>,
    /// Its port.
    pub port: u16,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

/// Another TURN server, which is told in place of this one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outside {
    /// Its addresses, such as `turns:turn.school.example:443?transport=tcp`.
    pub urls: Vec<String>,
    /// What it makes passwords from.
    pub secret: Secret,
}

/// What pages are told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    stun: Vec<String>,
    turn: Vec<String>,
    secret: Secret,
}

impl Told {
    /// What is told of a server that is reached at these addresses.
    #[must_use]
    pub fn new(hosts: &[(Transport, SocketAddr)], web: Option<&Web>, outside: Option<Outside>, secret: Secret) -> Self {
        // One of each family: each address more is one more that every browser tries.
        let firsts = |transport: Transport| {
            let by = |ipv4: bool| hosts.iter().find(|(by, host)| *by == transport && host.is_ipv4() == ipv4);
            [by(true), by(false)].into_iter().flatten().map(|(_, host)| *host).collect::<Vec<_>>()
        };
        let udp = firsts(Transport::Udp);
        let stun = udp.iter().map(|host| format!("stun:{host}")).collect();
        if let Some(Outside { urls, secret }) = outside {
            return Self { stun, turn: urls, secret };
        }
        // Not by the calls' own UDP port: where that is reached calls reach it too, and Chromium gives all that comes from a
        // server of STUN or TURN to what asked it, so that nothing of the call itself arrives from there.
        let turn = match web {
            Some(Web { name, port, encrypted }) => {
                let scheme = if *encrypted { "turns" } else { "turn" };
                let names = match name {
                    Some(name) => vec![format!("{name}:{port}")],
                    None => udp.iter().map(|host| SocketAddr::new(host.ip(), *port).to_string()).collect(),
                };
                names.iter().map(|name| format!("{scheme}:{name}?transport=tcp")).collect()
            }
            None => firsts(Transport::Tcp).iter().map(|host| format!("turn:{host}?transport=tcp")).collect(),
        };
        Self { stun, turn, secret }
    }

    /// What somebody is told who comes now.
    #[must_use]
    pub fn servers(&self, whom: &str, now_s: u64) -> Vec<IceServer> {
        let (username, credential) = self.secret.credential(whom, now_s.saturating_add(VALID_S));
        let stun = IceServer { urls: self.stun.clone(), username: None, credential: None };
        let turn = IceServer { urls: self.turn.clone(), username: Some(username), credential: Some(credential) };
        // Browsers refuse a server without addresses.
        [stun, turn].into_iter().filter(|server| !server.urls.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Vec<(Transport, SocketAddr)> {
        let at = |text: &str| text.parse().unwrap();
        vec![
            (Transport::Udp, at("203.0.113.7:8080")),
            (Transport::Udp, at("203.0.113.8:8080")),
            (Transport::Udp, at("[2001:db8::7]:8080")),
            (Transport::Tcp, at("203.0.113.7:8081")),
        ]
    }

    fn told(web: Option<&Web>, outside: Option<Outside>) -> Vec<IceServer> {
        Told::new(&hosts(), web, outside, Secret::shared("here")).servers("a", 1_000)
    }

    #[test]
    fn one_address_of_each_family_is_told_and_the_servers_own_port() {
        let web = Web { name: Some("board.school.example".into()), port: 443, encrypted: true };
        let servers = told(Some(&web), None);
        assert_eq!(servers[0].urls, ["stun:203.0.113.7:8080", "stun:[2001:db8::7]:8080"]);
        assert_eq!((&servers[0].username, &servers[0].credential), (&None, &None));
        assert_eq!(servers[1].urls, ["turns:board.school.example:443?transport=tcp"]);
        assert_eq!(servers[1].username.as_deref(), Some("22600:a"));
        let nameless = told(Some(&Web { name: None, port: 80, encrypted: false }), None);
        assert_eq!(nameless[1].urls, ["turn:203.0.113.7:80?transport=tcp", "turn:[2001:db8::7]:80?transport=tcp"]);
        // A port that is not reached from outside is not told.
        assert_eq!(told(None, None)[1].urls, ["turn:203.0.113.7:8081?transport=tcp"]);
    }

    #[test]
    fn another_server_is_told_in_place_of_this_one() {
        let outside = Outside { urls: vec!["turns:turn.example:443".into()], secret: Secret::shared("there") };
        let servers = told(None, Some(outside));
        assert_eq!(servers[1].urls, ["turns:turn.example:443"]);
        let (username, password) = Secret::shared("there").credential("a", 22_600);
        assert_eq!((servers[1].username.clone(), servers[1].credential.clone()), (Some(username), Some(password)));
    }
}
