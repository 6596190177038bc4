//! A certificate the server makes for itself. Nobody vouches for it: each device has to be told once
//! to trust it.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};

use super::{TlsError, file_error};
use crate::disk::{self, Access};

/// How long a certificate is good for. Apple's devices take none that is good for more than 825 days.
const VALID: Duration = Duration::from_hours(820 * 24);
/// A certificate older than this is made anew at the next start.
const RENEW_AFTER: Duration = Duration::from_hours(790 * 24);
/// Good from this long ago, for devices whose clock is behind.
const BEFORE: Duration = Duration::from_hours(24);

/// Where certificate and key are.
pub(super) struct Files {
    pub cert: PathBuf,
    pub key: PathBuf,
    /// The names the certificate is good for, one a line.
    names: PathBuf,
}

/// The certificate in this folder; makes one if there is none or it is about to end.
pub(super) fn ensure(dir: &Path) -> Result<Files, TlsError> {
    let files = Files { cert: dir.join("cert.pem"), key: dir.join("key.pem"), names: dir.join("names.txt") };
    let names = names();
    if is_good(&files) {
        warn_of_missing(&files, &names);
    } else {
        make(dir, &files, &names)?;
    }
    Ok(files)
}

fn is_good(files: &Files) -> bool {
    // The certificate is written last. Its file's age says when it was made.
    let made = fs::metadata(&files.cert).and_then(|file| file.modified());
    let fresh = made.is_ok_and(|made| made.elapsed().is_ok_and(|age| age < RENEW_AFTER));
    fresh && files.key.exists()
}

/// A new address is no reason for a new certificate, which every device would have to be told about.
fn warn_of_missing(files: &Files, names: &[String]) {
    let known = fs::read_to_string(&files.names).unwrap_or_default();
    let missing: Vec<&str> = names.iter().map(String::as_str).filter(|name| !known.lines().any(|line| line == *name)).collect();
    if !missing.is_empty() {
        let file = files.cert.display();
        tracing::warn!(?missing, %file, "the certificate does not hold these names; remove it to have a new one made");
    }
}

fn make(dir: &Path, files: &Files, names: &[String]) -> Result<(), TlsError> {
    let made = |error: rcgen::Error| TlsError::Make(error.to_string());
    let key = KeyPair::generate().map_err(made)?;
    let mut params = CertificateParams::new(names).map_err(made)?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, "Kakehashi");
    subject.push(DnType::CommonName, names.first().map_or("localhost", String::as_str));
    params.distinguished_name = subject;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let now = std::time::UNIX_EPOCH.elapsed().map_err(|error| TlsError::Make(error.to_string()))?;
    let at = |since_1970: Duration| rcgen::date_time_ymd(1970, 1, 1) + since_1970;
    params.not_before = at(now.saturating_sub(BEFORE));
    params.not_after = at(now + VALID - BEFORE);
    let cert = params.self_signed(&key).map_err(made)?;

    disk::create_dir(dir).map_err(|error| file_error(dir, error))?;
    let write = |file: &Path, access, text: &str| {
        let temporary = file.with_extension("temporary");
        disk::write_whole(file, &temporary, access, text.as_bytes()).map_err(|error| file_error(file, error))
    };
    write(&files.key, Access::OwnerOnly, &key.serialize_pem())?;
    write(&files.names, Access::Usual, &(names.join("\n") + "\n"))?;
    write(&files.cert, Access::Usual, &cert.pem())?;
    tracing::info!(?names, file = %files.cert.display(), "made a certificate");
    Ok(())
}

/// The names this machine may be reached by.
fn names() -> Vec<String> {
    let host = hostname::get().ok().and_then(|name| name.into_string().ok()).unwrap_or_default().to_lowercase();
    let addresses = if_addrs::get_if_addrs().unwrap_or_default().into_iter().map(|interface| interface.ip());
    names_of(&host, addresses)
}

fn names_of(host: &str, addresses: impl Iterator<Item = IpAddr>) -> Vec<String> {
    let mut names = Vec::new();
    // A host name may hold what a certificate's may not.
    if !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte)) {
        names.push(host.to_owned());
        if !host.contains('.') {
            names.push(format!("{host}.local"));
        }
    }
    names.push("localhost".to_owned());
    let always = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    // A link-local address of IPv6 means nothing without its interface.
    let linked = |address: &IpAddr| matches!(address, IpAddr::V6(address) if address.is_unicast_link_local());
    names.extend(always.into_iter().chain(addresses.filter(|address| !linked(address))).map(|address| address.to_string()));
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usable_name_is_held_once() {
        let addresses = ["127.0.0.1", "192.168.1.7", "fe80::1", "2001:db8::7"].map(|text| text.parse().unwrap());
        let names = names_of("board-1", addresses.into_iter());
        assert_eq!(names, ["board-1", "board-1.local", "localhost", "127.0.0.1", "::1", "192.168.1.7", "2001:db8::7"]);
        assert_eq!(names_of("教室", [].into_iter()), ["localhost", "127.0.0.1", "::1"]);
        assert_eq!(names_of("a.example", [].into_iter())[..2], ["a.example", "localhost"]);
    }

    #[test]
    fn an_old_certificate_is_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        let files = ensure(dir.path()).unwrap();
        let first = fs::read(&files.cert).unwrap();
        ensure(dir.path()).unwrap();
        assert_eq!(fs::read(&files.cert).unwrap(), first);
        let old = std::time::SystemTime::now() - RENEW_AFTER;
        fs::File::options().write(true).open(&files.cert).unwrap().set_modified(old).unwrap();
        ensure(dir.path()).unwrap();
        assert_ne!(fs::read(&files.cert).unwrap(), first);
    }
}
