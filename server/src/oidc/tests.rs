//! A provider of the tests' own, with keys of its own: it can lie. What a real one does is in the browser tests.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Redirect;
use axum::routing::{get, post};
use axum::{Json, Router};
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use openidconnect::core::CoreEdDsaPrivateSigningKey;
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::attempt::Purpose;
use super::*;
use crate::config::Secret;
use crate::hub::clock::wall_ms;

const CLIENT: &str = "kakehashi";
const SECRET: &str = "the client's secret";

/// What the provider of a test says and was asked.
#[derive(Default)]
struct Liar {
    issuer: Mutex<String>,
    keys: Mutex<Vec<Value>>,
    token: Mutex<String>,
    user_info: Mutex<Value>,
    keys_asked: AtomicU32,
    asked: Mutex<(HeaderMap, String)>,
}

impl Liar {
    async fn start() -> (Arc<Self>, OidcSettings) {
        let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", port.local_addr().unwrap());
        let liar = Arc::new(Self::default());
        liar.issuer.lock().clone_from(&issuer);
        *liar.keys.lock() = vec![jwk(1, "one")];
        let app = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/moved/.well-known/openid-configuration", get(|| async { Redirect::to("/.well-known/openid-configuration") }))
            .route("/large/.well-known/openid-configuration", get(|| async { Json(json!({ "issuer": "a".repeat(600 * 1024) })) }))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(user_info))
            .with_state(Arc::clone(&liar));
        tokio::spawn(async move { axum::serve(port, app).await });
        let settings = OidcSettings {
            issuer,
            client: CLIENT.to_owned(),
            secret: Some(Secret(SECRET.to_owned())),
            scopes: vec!["profile".to_owned()],
            label: "School".to_owned(),
            domains: Vec::new(),
            groups: Vec::new(),
            groups_claim: "groups".to_owned(),
            create: true,
            administrators: Vec::new(),
            public_url: "https://board.example".to_owned(),
        };
        (liar, settings)
    }

    /// What a right token says for this attempt.
    fn claims(&self, attempt: &Attempt) -> Value {
        let now_s = wall_ms() / 1000;
        let (issuer, nonce) = (self.issuer.lock().clone(), attempt.nonce());
        json!({ "iss": issuer, "sub": "sato", "aud": CLIENT, "exp": now_s + 300, "iat": now_s, "nonce": nonce, "name": "Sato Hana" })
    }
}

async fn configuration(State(liar): State<Arc<Liar>>) -> Json<Value> {
    let issuer = liar.issuer.lock().clone();
    Json(json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"), "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"), "userinfo_endpoint": format!("{issuer}/userinfo"), "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        // What it signs with is not for it to say alone: with "none" and HS256 anybody would be the provider.
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
    }))
}

async fn keys(State(liar): State<Arc<Liar>>) -> Json<Value> {
    liar.keys_asked.fetch_add(1, Ordering::Relaxed);
    Json(json!({ "keys": *liar.keys.lock() }))
}

async fn token(State(liar): State<Arc<Liar>>, headers: HeaderMap, form: String) -> Json<Value> {
    *liar.asked.lock() = (headers, form);
    Json(json!({ "access_token": "access", "token_type": "Bearer", "id_token": *liar.token.lock() }))
}

async fn user_info(State(liar): State<Arc<Liar>>) -> Json<Value> {
    Json(liar.user_info.lock().clone())
}

fn pem(seed: u8) -> String {
    SigningKey::from_bytes(&[seed; 32]).to_pkcs8_pem(LineEnding::LF).unwrap().to_string()
}

fn jwk(seed: u8, name: &str) -> Value {
    let key = CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem(seed), Some(JsonWebKeyId::new(name.to_owned()))).unwrap();
    serde_json::to_value(key.as_verification_key()).unwrap()
}

fn signed(claims: &Value, seed: u8, name: &str) -> String {
    let key = SigningKey::from_bytes(&[seed; 32]).to_pkcs8_der().unwrap();
    let header = Header { kid: Some(name.to_owned()), ..Header::new(Algorithm::EdDSA) };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_ed_der(key.as_bytes())).unwrap()
}

fn attempt() -> Attempt {
    Attempt::new(Purpose::SignIn).unwrap()
}

/// The same claims, but one.
fn but(claims: &Value, claim: &str, value: Value) -> Value {
    let mut changed = claims.clone();
    changed[claim] = value;
    changed
}

#[tokio::test]
async fn a_browser_is_sent_with_all_that_binds_its_sign_in_and_the_code_is_changed_with_a_proof() {
    let (liar, settings) = Liar::start().await;
    let oidc = Oidc::new(settings).unwrap();
    assert_eq!(oidc.end(), None);
    let attempt = attempt();
    let place = oidc.begin(&attempt).await.unwrap();
    assert!(place.as_str().starts_with(&format!("{}/authorize?", liar.issuer.lock())));
    let asked: HashMap<_, _> = place.query_pairs().into_owned().collect();
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(attempt.verifier()));
    let expected = [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", "https://board.example/api/v1/oidc/callback"),
        ("scope", "openid profile"),
        ("state", &attempt.state()),
        ("nonce", &attempt.nonce()),
        ("code_challenge_method", "S256"),
        ("code_challenge", challenge.as_str()),
    ];
    assert_eq!(asked, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());

    *liar.token.lock() = signed(&liar.claims(&attempt), 1, "one");
    let person = oidc.finish(&attempt, "the code".to_owned()).await.unwrap();
    assert_eq!((person.identity.subject.as_str(), person.identity.name.as_str()), ("sato", "Sato Hana"));
    let (headers, form) = liar.asked.lock().clone();
    assert!(headers["authorization"].to_str().unwrap().starts_with("Basic "));
    assert!(form.contains(&format!("code_verifier={}", attempt.verifier())) && form.contains("code=the+code"), "{form}");
}

#[tokio::test]
async fn no_token_is_believed_that_the_provider_did_not_sign_for_this_server_and_this_browser() {
    let (liar, settings) = Liar::start().await;
    let oidc = Oidc::new(settings).unwrap();
    let attempt = attempt();
    oidc.begin(&attempt).await.unwrap();
    let right = liar.claims(&attempt);
    let now_s = wall_ms() / 1000;
    let hmac = |secret: &str| {
        let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::HS256) };
        jsonwebtoken::encode(&header, &right, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
    };
    let parts = signed(&right, 1, "one");
    let (head, rest) = parts.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    let other_body = signed(&but(&right, "sub", json!("principal")), 1, "one").split('.').nth(1).unwrap().to_owned();
    let forged = [
        ("another issuer", signed(&but(&right, "iss", json!("https://evil.example")), 1, "one")),
        ("another audience", signed(&but(&right, "aud", json!("another server")), 1, "one")),
        ("a further audience", signed(&but(&right, "aud", json!([CLIENT, "another server"])), 1, "one")),
        ("no audience", signed(&but(&right, "aud", json!([])), 1, "one")),
        ("another authorised party", signed(&but(&right, "azp", json!("another server")), 1, "one")),
        ("over", signed(&but(&right, "exp", json!(now_s - 1)), 1, "one")),
        ("another nonce", signed(&but(&right, "nonce", json!(Attempt::new(Purpose::SignIn).unwrap().nonce())), 1, "one")),
        ("no nonce", signed(&but(&right, "nonce", Value::Null), 1, "one")),
        ("no subject", signed(&but(&right, "sub", Value::Null), 1, "one")),
        ("another key by this name", signed(&right, 2, "one")),
        ("a name of no key", signed(&right, 2, "two")),
        ("the client's secret as key", hmac(SECRET)),
        ("the public key as secret", hmac(jwk(1, "one")["x"].as_str().unwrap())),
        // {"alg":"none"}
        ("no signature", format!("eyJhbGciOiJub25lIn0.{body}.")),
        ("an empty signature", format!("{head}.{body}.")),
        ("another body", format!("{head}.{other_body}.{signature}")),
        ("no token", "x".to_owned()),
    ];
    let mut believed = Vec::new();
    for (what, token) in forged {
        *liar.token.lock() = token;
        if !matches!(oidc.finish(&attempt, "code".to_owned()).await, Err(OidcError::NoProof(_))) {
            believed.push(what);
        }
    }
    assert_eq!(believed, [""; 0]);
    let right = but(&right, "azp", json!(CLIENT));
    *liar.token.lock() = signed(&right, 1, "one");
    assert!(oidc.finish(&attempt, "code".to_owned()).await.is_ok());
    let other = Attempt::new(Purpose::SignIn).unwrap();
    assert!(oidc.finish(&other, "code".to_owned()).await.is_err(), "it is of one browser");
}

#[tokio::test]
async fn new_keys_are_asked_for_once_a_minute() {
    let (liar, settings) = Liar::start().await;
    let oidc = Oidc::new(settings).unwrap();
    let attempt = attempt();
    let claims = liar.claims(&attempt);
    let come = async |token: String| {
        *liar.token.lock() = token;
        oidc.finish(&attempt, "code".to_owned()).await.is_ok()
    };
    assert!(come(signed(&claims, 1, "one")).await);
    assert_eq!(liar.keys_asked.load(Ordering::Relaxed), 1);
    *liar.keys.lock() = vec![jwk(2, "two")];
    assert!(come(signed(&claims, 2, "two")).await);
    assert_eq!(liar.keys_asked.load(Ordering::Relaxed), 2);
    assert!(!come(signed(&claims, 1, "one")).await, "the one before is not believed any more");
    assert!(!come(signed(&claims, 3, "three")).await);
    assert_eq!(liar.keys_asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_provider_that_is_not_what_was_set_is_none() {
    let (liar, settings) = Liar::start().await;
    for path in ["moved", "large", "missing"] {
        let settings = OidcSettings { issuer: format!("{}/{path}", settings.issuer), ..settings.clone() };
        let end = Oidc::new(settings).unwrap().begin(&attempt()).await;
        assert!(matches!(end, Err(OidcError::Unreachable(_))), "{path}: {end:?}");
    }
    *liar.issuer.lock() = "http://127.0.0.1:1".to_owned();
    let end = Oidc::new(settings.clone()).unwrap().begin(&attempt()).await;
    assert!(matches!(end, Err(OidcError::Unreachable(_))), "it names itself otherwise: {end:?}");
    let gone = OidcSettings { issuer: "http://127.0.0.1:1".to_owned(), ..settings };
    assert!(matches!(Oidc::new(gone).unwrap().begin(&attempt()).await, Err(OidcError::Unreachable(_))));
}

#[tokio::test]
async fn who_is_let_in_is_said_by_verified_addresses_and_by_groups() {
    let (liar, settings) = Liar::start().await;
    let settings = OidcSettings {
        domains: vec!["school.example".to_owned()],
        groups: vec!["Teaching staff".to_owned()],
        administrators: vec!["principal".to_owned()],
        ..settings
    };
    let oidc = Oidc::new(settings).unwrap();
    let attempt = attempt();
    let right = liar.claims(&attempt);
    let come = async |token: &[(&str, Value)], user_info: Value| {
        let claims = token.iter().fold(right.clone(), |claims, (claim, value)| but(&claims, claim, value.clone()));
        *liar.token.lock() = signed(&claims, 1, "one");
        *liar.user_info.lock() = user_info;
        oidc.finish(&attempt, "code".to_owned()).await
    };
    let refused = async |token: &[(&str, Value)], user_info: Value| matches!(come(token, user_info).await, Err(OidcError::NotLetIn(_)));
    let email = |email: &str| ("email", json!(email));
    let verified = |value: Value| ("email_verified", value);
    let nothing = || json!({ "sub": "sato" });

    assert!(come(&[email("hana@School.example"), verified(json!(true))], nothing()).await.is_ok());
    assert!(come(&[email("hana@school.example"), verified(json!("true"))], nothing()).await.is_ok());
    assert!(refused(&[email("hana@school.example")], nothing()).await, "nobody says that it is theirs");
    for value in [json!(false), json!("false"), Value::Null] {
        assert!(refused(&[email("hana@school.example"), verified(value)], nothing()).await, "there, but not true");
    }
    for other in ["hana@school.example.evil", "hana@sub.school.example", "school.example", "hana@school.example@evil.example"] {
        assert!(refused(&[email(other), verified(json!(true))], nothing()).await, "{other}");
    }
    for groups in [json!(["office", "Teaching staff"]), json!("Teaching staff")] {
        assert!(come(&[("groups", groups)], nothing()).await.is_ok());
    }
    for groups in [json!([]), json!(["teaching staff"]), json!({ "Teaching staff": true }), json!(true), json!([["Teaching staff"]])] {
        assert!(refused(&[("groups", groups)], nothing()).await);
    }
    // What the ID token leaves out is asked for; of the same person only, and a word of the token is not taken back.
    assert!(come(&[], json!({ "sub": "sato", "groups": ["Teaching staff"] })).await.is_ok());
    assert!(refused(&[], json!({ "sub": "other", "groups": ["Teaching staff"] })).await);
    let taken_back = [email("hana@elsewhere.example"), verified(json!(false))];
    assert!(refused(&taken_back, json!({ "sub": "sato", "email": "hana@school.example" })).await);
    assert!(refused(&[email("hana@school.example")], json!({ "sub": "sato", "email": "x@y.example", "email_verified": true })).await);
    let same = json!({ "sub": "sato", "email": "hana@school.example", "email_verified": true });
    assert!(come(&[email("hana@school.example")], same.clone()).await.is_ok());
    assert!(refused(&[email("hana@school.example"), verified(json!(false))], same).await);
    let principal = come(&[("sub", json!("principal")), ("groups", json!("Teaching staff"))], json!({ "sub": "principal" })).await.unwrap();
    assert!(principal.administrator);
}

#[tokio::test]
async fn names_are_cleaned_and_there_always_is_one() {
    let (liar, settings) = Liar::start().await;
    let oidc = Oidc::new(settings).unwrap();
    let attempt = attempt();
    let right = liar.claims(&attempt);
    let called = async |claims: &[(&str, &str)]| {
        let claims = claims.iter().fold(but(&right, "name", Value::Null), |all, (claim, value)| but(&all, claim, json!(value)));
        *liar.token.lock() = signed(&claims, 1, "one");
        let identity = oidc.finish(&attempt, "code".to_owned()).await.unwrap().identity;
        (identity.name, identity.shown)
    };
    let pair = |name: &str, shown: &str| (name.to_owned(), shown.to_owned());
    assert_eq!(called(&[("name", "\u{202e}Hana\u{202c}  Sato")]).await, pair("Hana Sato", ""));
    assert_eq!(called(&[("family_name", "佐藤"), ("given_name", "花")]).await, pair("佐藤 花", ""));
    assert_eq!(called(&[("name", "\u{200b}"), ("preferred_username", "h.sato")]).await, pair("h.sato", "h.sato"));
    assert_eq!(called(&[]).await, pair("School", ""));
    assert_eq!(called(&[("name", &"あ".repeat(200))]).await.0.chars().count(), 60);
}
