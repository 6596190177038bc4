//! Where webhooks may go. Only administrators say where, and a school's own receivers are on inner
//! addresses, so those are allowed. Two kinds never are: addresses of one link, where clouds tell machines
//! their secrets, and the address on which this server listens. They are refused in whatever spelling, and
//! after a name was resolved, each time anew.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;
use url::Host;

/// Bytes of an address. Receivers that are known by their address have some 200.
pub const URL_BYTES_MAX: usize = 2_000;

/// Where clouds tell machines their secrets besides 169.254.0.0/16: Amazon, Google and Alibaba.
const METADATA: [IpAddr; 3] = [
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
];

/// An address that is not taken, or where nothing is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AddressError {
    /// No address at all, or not of the web.
    #[error("a webhook's address begins with https:// or http:// and names a host; this is none")]
    Form,
    /// It is too long.
    #[error("a webhook's address has at most {URL_BYTES_MAX} bytes")]
    TooLong,
    /// It has a name or password before the host, or a part behind `#`.
    #[error("a webhook's address has no name and password before the host, and no # part: neither is sent")]
    Parts,
    /// An address of one link, of nobody or of many, or of a cloud's metadata.
    #[error(
        "{0} is refused: addresses of one link (169.254.0.0/16, fe80::/10), of clouds' metadata, of no host and of many hosts get no webhooks"
    )]
    Link(IpAddr),
    /// This server.
    #[error("this is the address on which this server itself listens")]
    Own,
}

/// An address, if webhooks may go there as far as it says itself.
///
/// # Errors
/// [`AddressError`].
pub fn parse(text: &str, own: Option<SocketAddr>) -> Result<Url, AddressError> {
    if text.len() > URL_BYTES_MAX {
        return Err(AddressError::TooLong);
    }
    let url = Url::parse(text).map_err(|_| AddressError::Form)?;
    if !matches!(url.scheme(), "https" | "http") || url.host().is_none() {
        return Err(AddressError::Form);
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(AddressError::Parts);
    }
    check_host(&url, own)?;
    Ok(url)
}

/// Checks an address that names no name, for which nobody is asked.
pub(super) fn check_host(url: &Url, own: Option<SocketAddr>) -> Result<(), AddressError> {
    let ip = match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
        _ => return Ok(()),
    };
    check(ip, own.filter(|own| url.port_or_known_default() == Some(own.port())))
}

/// Whether something may be sent to an address. `own`: where this server listens, if at the port in question.
fn check(ip: IpAddr, own: Option<SocketAddr>) -> Result<(), AddressError> {
    let ip = plain(ip);
    let refused = match ip {
        IpAddr::V4(ip) => ip.octets()[0] == 0 || ip.is_link_local() || ip.is_multicast() || ip.is_broadcast(),
        IpAddr::V6(ip) => ip.is_unspecified() || ip.is_unicast_link_local() || ip.is_multicast(),
    };
    if refused || METADATA.contains(&ip) {
        return Err(AddressError::Link(ip));
    }
    let is_own = |own: SocketAddr| if own.ip().is_unspecified() { ip.is_loopback() || is_here(ip) } else { plain(own.ip()) == ip };
    if own.is_some_and(is_own) { Err(AddressError::Own) } else { Ok(()) }
}

/// Whether an address is one of this machine's.
fn is_here(ip: IpAddr) -> bool {
    if_addrs::get_if_addrs().unwrap_or_default().into_iter().any(|interface| plain(interface.ip()) == ip)
}

/// An address without the spellings of IPv6 for addresses of IPv4: mapped and compatible (RFC 4291),
/// translated (RFC 6052), and 6to4 (RFC 3056).
fn plain(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = ip else { return ip };
    let [.., c, d] = six.segments();
    let last = Ipv4Addr::from(u32::from(c) << 16 | u32::from(d));
    match six.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => IpAddr::V4(last),
        [0, 0, 0, 0, 0, 0, ..] if c != 0 => IpAddr::V4(last),
        [0x2002, a, b, ..] => IpAddr::V4(Ipv4Addr::from(u32::from(a) << 16 | u32::from(b))),
        _ => ip,
    }
}

/// Asks the system for names, and gives only addresses to which something may be sent.
pub(super) struct Guarded {
    /// Where this server listens, if the requests are for its port.
    pub(super) own: Option<SocketAddr>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let own = self.own;
        Box::pin(async move {
            // The port is put in afterwards.
            let found: Vec<SocketAddr> = lookup_host((name.as_str(), 0)).await?.collect();
            // One that is refused shows what somebody is about: then none is taken.
            found.iter().try_for_each(|address| check(address.ip(), own))?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// What resolves names for requests to the server's own port, or to any other.
pub(super) fn guarded(own: Option<SocketAddr>) -> Arc<Guarded> {
    Arc::new(Guarded { own })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_spelling_addresses_of_one_link_are_refused() {
        for refused in [
            "http://169.254.169.254/latest/meta-data/",
            "http://169.254.0.1",
            "http://2852039166/",
            "http://0xa9fea9fe/",
            "http://0251.0376.0251.0376/",
            "http://169.254.43518/",
            "http://[::ffff:169.254.169.254]/",
            "http://[::ffff:a9fe:a9fe]/",
            "http://[::169.254.169.254]/",
            "http://[64:ff9b::169.254.169.254]/",
            "http://[2002:a9fe:a9fe::1]/",
            "http://[fe80::1]/",
            "http://[febf::1]/",
            "http://[fd00:ec2::254]/",
            "http://[fd20:ce::254]/",
            "http://100.100.100.200/",
            "http://0.0.0.0:8080/",
            "http://0.1.2.3/",
            "http://[::]/",
            "http://[::ffff:0.0.0.0]/",
            "http://224.0.0.1/",
            "http://255.255.255.255/",
            "http://[ff02::1]/",
        ] {
            assert!(matches!(parse(refused, None), Err(AddressError::Link(_))), "{refused}: {:?}", parse(refused, None));
        }
    }

    #[test]
    fn a_schools_own_addresses_are_allowed() {
        for allowed in [
            "http://10.0.0.5:8080/hook",
            "http://192.168.1.2/",
            "http://172.16.0.1/",
            "http://127.0.0.1:9999/",
            "http://[::1]:9999/",
            "http://[fd12:3456::1]/",
            "https://timetable.school.example/hooks/kakehashi?for=boards",
            "http://[::ffff:10.0.0.5]/",
        ] {
            assert!(parse(allowed, Some("127.0.0.1:8080".parse().unwrap())).is_ok(), "{allowed}");
        }
    }

    #[test]
    fn the_servers_own_address_is_refused_and_only_at_its_port() {
        for (own, url) in [
            ("127.0.0.1:8080", "http://127.0.0.1:8080/"),
            ("127.0.0.1:8080", "http://[::ffff:127.0.0.1]:8080/"),
            ("0.0.0.0:8080", "http://127.0.0.1:8080/"),
            ("0.0.0.0:8080", "http://127.9.9.9:8080/"),
            ("[::]:8080", "http://[::1]:8080/"),
            ("[::]:80", "http://127.0.0.1/"),
            ("10.0.0.5:443", "https://10.0.0.5/"),
        ] {
            assert_eq!(parse(url, Some(own.parse().unwrap())), Err(AddressError::Own), "{own} {url}");
        }
        for (own, url) in
            [("127.0.0.1:8080", "http://127.0.0.1:8081/"), ("10.0.0.5:443", "https://10.0.0.6/"), ("0.0.0.0:80", "http://203.0.113.9/")]
        {
            assert!(parse(url, Some(own.parse().unwrap())).is_ok(), "{own} {url}");
        }
    }

    #[test]
    fn what_is_no_address_of_the_web_is_named() {
        let long = format!("https://school.example/{}", "a".repeat(URL_BYTES_MAX));
        for (wrong, why) in [
            ("", AddressError::Form),
            ("school.example/hook", AddressError::Form),
            ("ftp://school.example/", AddressError::Form),
            ("file:///etc/passwd", AddressError::Form),
            ("javascript:alert(1)", AddressError::Form),
            ("https://", AddressError::Form),
            ("https://ada:secret@school.example/", AddressError::Parts),
            ("https://school.example/#part", AddressError::Parts),
            (&long, AddressError::TooLong),
        ] {
            assert_eq!(parse(wrong, None), Err(why), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_name_is_refused_by_what_it_resolves_to() {
        let resolve = |own: Option<&str>| guarded(own.map(|own| own.parse().unwrap())).resolve("localhost".parse().unwrap());
        assert!(resolve(None).await.is_ok());
        let error = resolve(Some("0.0.0.0:80")).await.err().map(|error| error.to_string());
        assert_eq!(error, Some(AddressError::Own.to_string()));
    }
}
