use std::fs;

use clap::{CommandFactory, Parser};

use super::*;

fn args(flags: &[&str]) -> ServeArgs {
    match Cli::try_parse_from(["kakehashi", "serve"].iter().chain(flags)).unwrap().command {
        Command::Serve(args) => args,
        other => panic!("{other:?}"),
    }
}

pub(super) fn load(flags: &[&str], environment: &[(&str, &str)]) -> Result<Settings, ConfigError> {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Settings::load_with(&args(flags), environment)
}

fn toml(text: &str) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("kakehashi.toml");
    fs::write(&file, text).unwrap();
    let name = file.to_str().unwrap().to_owned();
    (dir, name)
}

#[test]
fn it_runs_with_nothing_set() {
    Cli::command().debug_assert();
    let expected = Settings {
        listen: "127.0.0.1:8080".parse().unwrap(),
        data: PathBuf::from("./data"),
        tls: TlsMode::Off,
        log_format: LogFormat::Text,
        log_filter: "info".to_owned(),
        idle_room: Duration::from_secs(60),
        public_url: None,
        media: MediaMode::Beside,
        media_addresses: Vec::new(),
        media_direct: true,
        turn: None,
        oidc: None,
        app: None,
        sync_delay: Duration::ZERO,
    };
    assert_eq!(load(&[], &[]), Ok(expected.clone()));
    // Other programs' variables, and empty ones, change nothing.
    assert_eq!(load(&[], &[("LISTEN", "x"), ("KAKEHASHI_LISTEN", ""), ("KAKEHASHI_OTHER", "y")]), Ok(expected));
}

#[test]
fn flags_come_before_the_environment_before_the_file() {
    let (_dir, file) = toml("listen = '0.0.0.0:1'\ndata = '/file'\nidle_room_s = 5\nlog_format = 'json'\n");
    let environment = [("KAKEHASHI_LISTEN", "0.0.0.0:2"), ("KAKEHASHI_DATA", "/environment"), ("KAKEHASHI_CONFIG", &*file)];
    let settings = load(&["--listen", "0.0.0.0:3"], &environment).unwrap();
    assert_eq!(settings.listen.port(), 3);
    assert_eq!(settings.data, PathBuf::from("/environment"));
    assert_eq!(settings.idle_room, Duration::from_secs(5));
    assert_eq!(settings.log_format, LogFormat::Json);
    assert_eq!(settings.log_filter, "info");
    let settings = load(&["--config", &file], &[]).unwrap();
    assert_eq!((settings.listen.port(), settings.data), (1, PathBuf::from("/file")));
    // A file named by a flag comes before one named by the environment.
    let settings = load(&["--config", &file], &[("KAKEHASHI_CONFIG", "/nowhere.toml")]).unwrap();
    assert_eq!(settings.listen.port(), 1);
}

#[test]
fn every_key_can_be_set_everywhere() {
    let values = [
        ("listen", "[::1]:9"),
        ("data", "/d"),
        ("tls", "files"),
        ("tls_cert", "/c"),
        ("tls_key", "/k"),
        ("log_format", "json"),
        ("log_filter", "warn,kakehashi_server=debug"),
        ("idle_room_s", "7"),
        ("public_url", "https://Board.school.example:443/"),
        ("media", "[::1]:10"),
        ("media_addresses", "203.0.113.7, 2001:db8::7"),
        ("media_direct", "off"),
        ("app", "client-sdk/app/dist"),
        ("sync_delay_ms", "30"),
    ];
    assert_eq!(values.map(|(key, _)| key), KEYS.map(|key| key.name));
    let expected = Settings {
        listen: "[::1]:9".parse().unwrap(),
        data: PathBuf::from("/d"),
        tls: TlsMode::Files { cert: PathBuf::from("/c"), key: PathBuf::from("/k") },
        log_format: LogFormat::Json,
        log_filter: "warn,kakehashi_server=debug".to_owned(),
        idle_room: Duration::from_secs(7),
        public_url: Some("https://board.school.example".to_owned()),
        media: MediaMode::At("[::1]:10".parse().unwrap()),
        media_addresses: vec!["203.0.113.7".parse().unwrap(), "2001:db8::7".parse().unwrap()],
        media_direct: false,
        turn: None,
        oidc: None,
        app: Some("client-sdk/app/dist".into()),
        sync_delay: Duration::from_millis(30),
    };
    let flags: Vec<String> = values.iter().flat_map(|(key, value)| [format!("--{}", key.replace('_', "-")), (*value).to_owned()]).collect();
    assert_eq!(load(&flags.iter().map(|flag| &**flag).collect::<Vec<_>>(), &[]), Ok(expected.clone()));
    let environment = values.map(|(key, value)| (format!("KAKEHASHI_{}", key.to_uppercase()), value.to_owned()));
    assert_eq!(Settings::load_with(&args(&[]), environment), Ok(expected.clone()));
    let (_dir, file) = toml(&values.map(|(key, value)| format!("{key} = {value:?}\n")).concat());
    assert_eq!(load(&["--config", &file], &[]), Ok(expected));
}

#[test]
fn a_bad_value_is_named_with_what_is_allowed() {
    let bad = [
        ("listen", "8080"),
        ("listen", "localhost"),
        ("data", ""),
        ("tls", "yes"),
        ("log_format", "xml"),
        ("log_filter", "a=b=c"),
        ("idle_room_s", "0"),
        ("idle_room_s", "1.5"),
        ("sync_delay_ms", "-1"),
        ("sync_delay_ms", "10001"),
        ("media", "yes"),
        ("media", "203.0.113.7"),
        ("media_addresses", "board.school.example"),
        ("media_direct", "yes"),
        ("public_url", "board.school.example"),
        ("public_url", "https://board.school.example/path"),
        ("public_url", "ftp://board.school.example"),
    ];
    for (name, bad) in bad {
        let flag = format!("--{}={bad}", name.replace('_', "-"));
        let error = load(&[&flag], &[]).unwrap_err();
        assert!(matches!(&error, ConfigError::Value { key, value, .. } if *key == name && value == bad), "{error:?}");
        let said = error.to_string();
        let allowed = KEYS.iter().find(|key| key.name == name).unwrap().allowed;
        assert!(said.starts_with("--") && said.contains(bad) && said.contains(allowed), "{said}");
    }
    let said = load(&[], &[("KAKEHASHI_TLS", "yes")]).unwrap_err().to_string();
    assert_eq!(said, "KAKEHASHI_TLS: \"yes\" is not allowed; allowed is off, self or files");
    let (_dir, file) = toml("tls = [1]");
    let error = load(&[], &[("KAKEHASHI_CONFIG", &file)]).unwrap_err();
    assert!(matches!(&error, ConfigError::Value { origin: Origin::File("tls", _), .. }), "{error:?}");
    let error = load(&["--tls", "files", "--tls-cert", "/c"], &[]).unwrap_err();
    assert_eq!(error, ConfigError::Missing { by: "tls = files", key: "tls_key", allowed: TLS_KEY.allowed });
}

#[test]
fn a_bad_file_is_named() {
    let said = load(&["--config", "/nowhere.toml"], &[]).unwrap_err().to_string();
    assert!(said.contains("nowhere.toml"), "{said}");
    let (_dir, file) = toml("lisen = '0.0.0.0:1'");
    let error = load(&["--config", &file], &[]).unwrap_err();
    assert!(matches!(&error, ConfigError::UnknownKey { key, .. } if key == "lisen"), "{error:?}");
    let (_dir, file) = toml("listen = ");
    assert!(matches!(load(&["--config", &file], &[]), Err(ConfigError::File(_))));
}
