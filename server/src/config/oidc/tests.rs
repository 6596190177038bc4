use std::fs;

use clap::Parser;

use super::*;
use crate::config::{Cli, Command, Origin, Settings};

const NEEDED: [&str; 6] = [
    "--oidc-issuer",
    "https://login.school.example/realms/all",
    "--oidc-client",
    "kakehashi",
    "--public-url",
    "https://board.school.example",
];

fn load(flags: &[&str], environment: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let Command::Serve(args) = Cli::try_parse_from(["kakehashi", "serve"].iter().chain(flags)).unwrap().command else {
        panic!("it serves");
    };
    Settings::load_with(&args, environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn oidc(more: &[&str], environment: &[(&str, &str)]) -> Result<OidcSettings, ConfigError> {
    load(&[&NEEDED, more].concat(), environment).map(|settings| settings.oidc.unwrap())
}

#[test]
fn a_provider_needs_three_settings_and_is_careful_with_the_rest() {
    let expected = OidcSettings {
        issuer: NEEDED[1].to_owned(),
        client: "kakehashi".to_owned(),
        secret: None,
        scopes: vec!["profile".to_owned(), "email".to_owned()],
        label: "login.school.example".to_owned(),
        domains: Vec::new(),
        groups: Vec::new(),
        groups_claim: "groups".to_owned(),
        create: true,
        administrators: Vec::new(),
        public_url: "https://board.school.example".to_owned(),
    };
    assert_eq!(oidc(&[], &[]), Ok(expected));
    let named = |left: usize| load(&NEEDED[..left], &[]).unwrap_err().to_string();
    assert!(named(2).starts_with("oidc_issuer needs oidc_client: "), "{}", named(2));
    assert!(named(4).starts_with("oidc_issuer needs public_url: "), "{}", named(4));
    assert!(load(&["--oidc-client", "x"], &[]).unwrap_err().to_string().starts_with("oidc_client needs oidc_issuer: "));
}

#[test]
fn lists_are_read_by_their_separators() {
    let more = ["--oidc-domains", " School.example  town.example", "--oidc-groups", "Teaching staff, office,", "--oidc-label", " 学校 "];
    let read = oidc(&more, &[("KAKEHASHI_OIDC_CREATE", "false"), ("KAKEHASHI_OIDC_ADMINISTRATORS", "a-1 b-2")]).unwrap();
    assert_eq!(read.domains, ["school.example", "town.example"]);
    assert_eq!(read.groups, ["Teaching staff", "office"]);
    assert_eq!((read.label.as_str(), read.create), ("学校", false));
    assert_eq!(read.administrators, ["a-1", "b-2"]);
}

#[test]
fn a_secret_comes_from_the_environment_or_a_file_and_is_not_shown() {
    let given = oidc(&[], &[("KAKEHASHI_OIDC_SECRET", "hidden")]).unwrap();
    assert_eq!(given.secret, Some(Secret("hidden".to_owned())));
    assert!(!format!("{given:?}").contains("hidden"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    fs::write(&file, "of the file\n").unwrap();
    let named = file.to_str().unwrap();
    assert_eq!(oidc(&["--oidc-secret-file", named], &[]).unwrap().secret, Some(Secret("of the file".to_owned())));
    fs::write(&file, "\n").unwrap();
    let error = oidc(&["--oidc-secret-file", named], &[]).unwrap_err();
    assert!(matches!(error, ConfigError::Value { key: "oidc_secret_file", origin: Origin::Flag(_), .. }), "{error}");
}

#[test]
fn a_provider_elsewhere_is_asked_over_https_alone() {
    for allowed in ["https://login.example", "http://localhost:9", "http://127.0.0.1:9", "http://[::1]:9/a"] {
        assert_eq!(
            load(&[&NEEDED[2..], &["--oidc-issuer", allowed]].concat(), &[]).map(|read| read.oidc.unwrap().issuer).as_deref(),
            Ok(allowed)
        );
    }
    for refused in ["http://login.example", "login.example", "https://login.example/?a", "http://localhost.example", "file:///x"] {
        let error = load(&[&NEEDED[2..], &["--oidc-issuer", refused]].concat(), &[]).unwrap_err();
        assert!(matches!(error, ConfigError::Value { key: "oidc_issuer", .. }), "{refused}");
    }
    for (key, bad) in [("--oidc-create", "yes"), ("--oidc-domains", "@school.example"), ("--oidc-domains", "*"), ("--oidc-label", " ")] {
        assert!(matches!(oidc(&[key, bad], &[]), Err(ConfigError::Value { .. })), "{key} {bad}");
    }
}
