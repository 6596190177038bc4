//! What a board's link says.

use kakehashi_protocol::ids::BoardId;

use super::OpenError;

/// A server, and a board on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// Whether the connection is encrypted.
    pub secure: bool,
    /// The server's name or number, without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The board.
    pub board: BoardId,
}

impl Address {
    /// Reads a link such as `https://host:8443/b/BOARD`; what follows after the board is passed over.
    ///
    /// # Errors
    /// [`OpenError::Address`] and [`OpenError::Board`].
    pub fn parse(link: &str) -> Result<Self, OpenError> {
        let mut address = Self::parse_server(link)?;
        let (_, rest) = link.split_once("/b/").ok_or_else(|| OpenError::Address(link.to_owned()))?;
        let name = rest.split(['/', '?', '#']).next().unwrap_or_default();
        address.board = name.parse()?;
        Ok(address)
    }

    /// Reads a server's address such as `http://host:8080`; the board stays empty.
    ///
    /// # Errors
    /// [`OpenError::Address`].
    pub fn parse_server(link: &str) -> Result<Self, OpenError> {
        let wrong = || OpenError::Address(link.to_owned());
        let (scheme, rest) = link.split_once("://").ok_or_else(wrong)?;
        let secure = match scheme {
            "https" | "wss" => true,
            "http" | "ws" => false,
            _ => return Err(wrong()),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = match authority.strip_prefix('[') {
            // An IPv6 address stands in brackets.
            Some(rest) => {
                let (host, port) = rest.split_once(']').ok_or_else(wrong)?;
                (host, port.strip_prefix(':'))
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let port = match port {
            Some(port) => port.parse().map_err(|_| wrong())?,
            None if secure => 443,
            None => 80,
        };
        if host.is_empty() || host.contains(['@', ' ']) {
            return Err(wrong());
        }
        Ok(Self { secure, host: host.to_owned(), port, board: BoardId::default() })
    }

    /// Host and port as an HTTP header names them.
    #[must_use]
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == if self.secure { 443 } else { 80 } { host } else { format!("{host}:{}", self.port) }
    }

    /// The link of a board on this server.
    #[must_use]
    pub fn link(&self, board: BoardId) -> String {
        format!("{}://{}/b/{board}", if self.secure { "https" } else { "http" }, self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_read_back_and_others_are_refused() {
        let board = BoardId([7; 16]);
        for (link, host, port, secure) in [
            (format!("https://bridge.example/b/{board}"), "bridge.example", 443, true),
            (format!("ws://localhost:8080/b/{board}/?x=1#y"), "localhost", 8080, false),
            (format!("http://[::1]:90/b/{board}"), "::1", 90, false),
        ] {
            let address = Address::parse(&link).unwrap();
            assert_eq!((address.host.as_str(), address.port, address.secure, address.board), (host, port, secure, board));
            assert_eq!(Address::parse(&address.link(board)).unwrap(), address);
        }
        for link in [
            "",
            "localhost/b/x",
            "ftp://host/b/x",
            "http://host/b/short",
            "http://host",
            "http://:80/b/x",
            "http://host:99999/b/x",
            "http://user@host/b/x",
        ] {
            assert!(Address::parse(link).is_err(), "{link}");
        }
    }
}
