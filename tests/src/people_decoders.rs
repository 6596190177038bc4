//! The decoders of what people send: bodies of the HTTP API, and credentials.

use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
use ed25519_dalek::pkcs8::DecodePrivateKey;
use ed25519_dalek::{Signer, SigningKey};
use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use kakehashi_server::directory::credential::{Credentials, Entrant, ParticipantId, ParticipantKind};
use kakehashi_server::directory::names::{clean_login, clean_name};
use kakehashi_server::http::accounts::{AccountChange, Login, PasswordChange, ServerSettings, SetUp};
use kakehashi_server::http::doors::{Doors, Entry, LinkOrder};
use kakehashi_server::http::invitations::{Acceptance, NewInvitation};
use kakehashi_server::http::keys::KeyOrder;
use kakehashi_server::http::panel::{Beat, PairingAsk, Proof};
use kakehashi_server::http::panels::{Approval, OwnerChange, PanelChange};
use serde_json::{Map, Value};

/// A moment at which all of this happens, milliseconds since 1970.
const NOW_MS: u64 = 1_800_000_000_000;
const BOARD: BoardId = BoardId([7; 16]);
const CLAIMS: [&str; 10] = ["aud", "exp", "iat", "iss", "jti", "kind", "name", "role", "sub", "waits"];

/// A body of JSON, as every operation that takes one; and the names in it.
pub fn http_body(bytes: &[u8]) {
    let read = [
        serde_json::from_slice::<SetUp>(bytes).is_ok(),
        serde_json::from_slice::<Login>(bytes).is_ok(),
        serde_json::from_slice::<PasswordChange>(bytes).is_ok(),
        serde_json::from_slice::<AccountChange>(bytes).is_ok(),
        serde_json::from_slice::<ServerSettings>(bytes).is_ok(),
        serde_json::from_slice::<Entry>(bytes).is_ok(),
        serde_json::from_slice::<Doors>(bytes).is_ok(),
        serde_json::from_slice::<LinkOrder>(bytes).is_ok(),
        serde_json::from_slice::<NewInvitation>(bytes).is_ok(),
        serde_json::from_slice::<Acceptance>(bytes).is_ok(),
        serde_json::from_slice::<KeyOrder>(bytes).is_ok(),
        serde_json::from_slice::<PairingAsk>(bytes).is_ok(),
        serde_json::from_slice::<Proof>(bytes).is_ok(),
        serde_json::from_slice::<Beat>(bytes).is_ok(),
        serde_json::from_slice::<Approval>(bytes).is_ok(),
        serde_json::from_slice::<PanelChange>(bytes).is_ok(),
        serde_json::from_slice::<OwnerChange>(bytes).is_ok(),
    ];
    let object = serde_json::from_slice::<Map<String, Value>>(bytes);
    assert!(object.is_ok() || !read.contains(&true) || bytes.trim_ascii_start().starts_with(b"["), "only JSON is taken");
    for text in object.iter().flat_map(Map::values).filter_map(Value::as_str) {
        if let Ok(name) = clean_name(text) {
            assert_eq!(clean_name(&name).as_ref(), Ok(&name), "a clean name stays as it is");
        }
        if let Ok(login) = clean_login(text) {
            assert_eq!(clean_login(&login).as_ref(), Ok(&login), "a clean login stays as it is");
        }
    }
}

/// One server's credentials, their only header, and the key that signs them.
struct Server {
    credentials: Credentials,
    header: String,
    key: SigningKey,
}

static SERVER: LazyLock<Server> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("credentials.pem");
    let credentials = Credentials::open(&file, "kakehashi".to_owned()).expect("credentials");
    let key = SigningKey::from_pkcs8_pem(&std::fs::read_to_string(&file).expect("the key")).expect("a key");
    let participant = ParticipantId([1; 16]);
    let entrant = Entrant { participant, role: Role::Member, kind: ParticipantKind::Guest, name: String::new(), waits: false };
    let (sample, _) = credentials.issue(BOARD, &entrant, NOW_MS).expect("a sample");
    let header = sample.split('.').next().expect("a header").to_owned();
    Server { credentials, header, key }
});

/// What is shown at a board: as it is, or its claims alone, which are then signed with the server's own key.
pub fn credential(bytes: &[u8]) {
    let Some((signed, shown)) = bytes.split_first() else { return };
    if signed % 2 == 0 {
        return assert!(SERVER.credentials.check(BOARD, shown, NOW_MS).is_err(), "nobody can sign but the server");
    }
    let message = format!("{}.{}", SERVER.header, URL_SAFE_NO_PAD.encode(shown));
    let text = format!("{message}.{}", URL_SAFE_NO_PAD.encode(SERVER.key.sign(message.as_bytes()).to_bytes()));
    let Ok(entrant) = SERVER.credentials.check(BOARD, text.as_bytes(), NOW_MS) else { return };
    let claims: Map<String, Value> = serde_json::from_slice(shown).expect("claims are JSON");
    assert!(claims.keys().map(String::as_str).eq(CLAIMS), "exactly the claims of a credential");
    let (again, _) = SERVER.credentials.issue(BOARD, &entrant, NOW_MS).expect("a credential");
    assert_eq!(SERVER.credentials.check(BOARD, again.as_bytes(), NOW_MS), Ok(entrant));
}
