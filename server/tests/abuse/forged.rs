//! Credentials that are none: each is refused with a typed failure over the WebSocket and over HTTP,
//! on a board that is closed to its bare link, and nobody is let in (SPEC MEET-9).

use super::common::{self, Client, Server, hello_of, request};
use ed25519_dalek::pkcs8::DecodePrivateKey;
use ed25519_dalek::{Signer, SigningKey};
use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::wire::frame::{ClientFrame, FailureCode, Hello, ServerFrame};
use kakehashi_server::directory::enter::Visitor;
use serde_json::{Map, Value, json};

/// What an attacker has: a credential of their own, and here even the server's key, to sign what the
/// server never would.
struct Forge {
    key: SigningKey,
    header: Value,
    /// The header as it is written, for what has another fault.
    header_text: String,
    claims: Map<String, Value>,
    board: BoardId,
    real: String,
}

#[tokio::test]
async fn two_hundred_forged_credentials_let_nobody_in() {
    let server = Server::start().await;
    let forge = Forge::new(&server).await;
    let forged = forge.all();
    assert!(forged.len() >= 200, "{}", forged.len());
    let (mut over_socket, mut over_http) = (0, 0);
    for (what, credential) in &forged {
        assert_eq!(refusal(&server, forge.board, credential).await, FailureCode::Credential, "{what}");
        over_socket += 1;
        // What cannot stand in a header is not sent there.
        if credential.iter().all(|byte| (0x21..0x7f).contains(byte)) && credential.len() < 8_000 {
            let header = format!("Bearer {}", String::from_utf8_lossy(credential));
            let path = format!("/api/v1/boards/{}", forge.board);
            let (status, code) = request(&server.address, "GET", &path, &[("authorization", &header)], &[]).await.problem();
            assert!((status, &*code) == (401, "credential") || (status, &*code) == (403, "closed"), "{what}: {status} {code}");
            assert!(code == "credential" || credential.is_empty(), "{what}");
            over_http += 1;
        }
    }
    println!("forged credentials refused: {over_socket} over the WebSocket, {over_http} over HTTP; accepted: 0");

    // What they were made from does let in, so that it is not the door that was stuck.
    let mut client = Client::silent(&server.address, forge.board).await;
    client.send(&ClientFrame::Hello(Hello { credential: forge.real.clone().into_bytes(), ..hello_of(client.actor) })).await;
    assert!(matches!(client.next().await, ServerFrame::Welcome(_)));
    let resigned = forge.claiming(forge.claims.clone());
    let mut client = Client::silent(&server.address, forge.board).await;
    client.send(&ClientFrame::Hello(Hello { credential: resigned, ..hello_of(client.actor) })).await;
    assert!(matches!(client.next().await, ServerFrame::Welcome(_)), "and the forge signs as the server does");
}

async fn refusal(server: &Server, board: BoardId, credential: &[u8]) -> FailureCode {
    let mut client = Client::silent(&server.address, board).await;
    client.send(&ClientFrame::Hello(Hello { credential: credential.to_vec(), ..hello_of(client.actor) })).await;
    client.end().await
}

impl Forge {
    async fn new(server: &Server) -> Self {
        let directory = &server.hub.services.directory;
        let board = server.new_board().await;
        let entered = directory.enter(board, Visitor::default(), common::now_ms()).await.unwrap();
        // The guest was let in before it was closed.
        directory.set_bare(board, None, "test".to_owned(), common::now_ms()).await.unwrap();
        let pem = std::fs::read_to_string(server.folder.path().join("entry-key.pem")).unwrap();
        let key = SigningKey::from_pkcs8_pem(&pem).unwrap();
        let part = |place: usize| String::from_utf8(base64url_read(entered.credential.split('.').nth(place).unwrap())).unwrap();
        let header_text = part(0);
        let claims: Map<String, Value> = serde_json::from_str(&part(1)).unwrap();
        assert_eq!(claims["role"], Role::Member as u8);
        Self { key, header: serde_json::from_str(&header_text).unwrap(), header_text, claims, board, real: entered.credential }
    }

    fn signed(&self, header: &Value, claims: &Value) -> Vec<u8> {
        self.signed_text(&header.to_string(), &claims.to_string())
    }

    fn claiming(&self, claims: Map<String, Value>) -> Vec<u8> {
        self.signed_text(&self.header_text, &Value::Object(claims).to_string())
    }

    fn signed_text(&self, header: &str, claims: &str) -> Vec<u8> {
        sign(&self.key, header, claims)
    }

    fn all(&self) -> Vec<(String, Vec<u8>)> {
        [self.headers(), self.types(), self.values(), self.forms(), self.bits()].concat()
    }

    /// Other headers, signed with the right key.
    fn headers(&self) -> Vec<(String, Vec<u8>)> {
        let claims = Value::Object(self.claims.clone());
        let mut headers = Vec::new();
        for alg in ["none", "None", "NONE", "nOnE", "", "HS256", "HS512", "RS256", "PS256", "ES256", "ES384", "Ed25519", "eddsa", "EdDSA "]
        {
            headers.push(("alg", json!(alg)));
        }
        headers.extend([("alg", json!(null)), ("alg", json!(["EdDSA"])), ("alg", json!(8))]);
        headers.extend(["JWT", "at+jwt", "", "KAKEHASHI-ENTRY+JWT"].map(|typ| ("typ", json!(typ))));
        headers.extend([json!("0"), json!(null), json!("../../../dev/null"), json!("' OR 1=1 --")].map(|kid| ("kid", kid)));
        let public = base64url(self.key.verifying_key().as_bytes());
        headers.extend([
            ("jwk", json!({ "kty": "OKP", "crv": "Ed25519", "x": public })),
            ("jku", json!("https://evil.example/keys")),
            ("x5u", json!("https://evil.example/key.pem")),
            ("crit", json!(["exp"])),
            ("b64", json!(false)),
            ("zip", json!("DEF")),
            ("cty", json!("JWT")),
        ]);
        let mut all: Vec<_> = headers
            .into_iter()
            .map(|(key, value)| {
                let mut header = self.header.clone();
                header[key] = value.clone();
                (format!("header {key}: {value}"), self.signed(&header, &claims))
            })
            .collect();
        for key in ["typ", "alg", "kid"] {
            let mut header = self.header.clone();
            header.as_object_mut().unwrap().remove(key);
            all.push((format!("no {key}"), self.signed(&header, &claims)));
        }
        let spaced = self.header_text.replace(':', ": ");
        all.push(("a header with spaces".into(), self.signed_text(&spaced, &claims.to_string())));
        let twice = self.header_text.replace('}', ",\"alg\":\"none\"}");
        all.push(("alg twice".into(), self.signed_text(&twice, &claims.to_string())));
        for (what, header) in [("null", "null"), ("a list", "[]"), ("nothing", "{}"), ("no JSON", "{"), ("text", "\"EdDSA\"")] {
            all.push((format!("a header that is {what}"), self.signed_text(header, &claims.to_string())));
        }
        // The public key, which everybody may know, as the secret of another algorithm.
        let mut symmetric = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
        symmetric.kid = self.header["kid"].as_str().map(str::to_owned);
        let secret = jsonwebtoken::EncodingKey::from_secret(self.key.verifying_key().as_bytes());
        all.push(("HS256 with the public key".into(), jsonwebtoken::encode(&symmetric, &claims, &secret).unwrap().into_bytes()));
        all
    }

    /// Each claim missing, and of every type that it is not; signed with the right key.
    fn types(&self) -> Vec<(String, Vec<u8>)> {
        let values = [json!(null), json!(true), json!(1.5), json!(-1), json!("1"), json!([]), json!({}), json!(u64::MAX)];
        let mut all = Vec::new();
        for claim in self.claims.keys() {
            let mut claims = self.claims.clone();
            claims.remove(claim);
            all.push((format!("no {claim}"), self.claiming(claims)));
            for value in &values {
                // A name of one letter is a name, and who waits is somebody too.
                if claim == "name" && value.is_string() || claim == "waits" && value.is_boolean() {
                    continue;
                }
                let mut claims = self.claims.clone();
                claims.insert(claim.clone(), value.clone());
                all.push((format!("{claim}: {value}"), self.claiming(claims)));
            }
            let twice = format!("{{\"{claim}\":{},{}", self.claims[claim], &Value::Object(self.claims.clone()).to_string()[1..]);
            all.push((format!("{claim} twice"), self.signed_text(&self.header_text, &twice)));
        }
        all
    }

    /// Claims of the right type and a wrong value, signed with the right key.
    fn values(&self) -> Vec<(String, Vec<u8>)> {
        let (iat, exp) = (self.claims["iat"].as_u64().unwrap(), self.claims["exp"].as_u64().unwrap());
        let sub = self.claims["sub"].as_str().unwrap();
        let aud = self.claims["aud"].as_str().unwrap();
        let of = |pairs: &[(&str, Value)]| {
            let mut claims = self.claims.clone();
            claims.extend(pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
            (format!("{pairs:?}"), self.claiming(claims))
        };
        let mut all = vec![
            of(&[("aud", json!(BoardId([9; 16]).to_string()))]),
            of(&[("aud", json!([aud]))]),
            of(&[("aud", json!(aud.to_uppercase()))]),
            of(&[("aud", json!(format!("{aud} ")))]),
            of(&[("aud", json!("*"))]),
            of(&[("iss", json!("00000000000000000000000000000000"))]),
            of(&[("iss", json!(""))]),
            of(&[("exp", json!(iat - 1)), ("iat", json!(iat - 2))]),
            of(&[("exp", json!(iat)), ("iat", json!(iat - 900))]),
            of(&[("exp", json!(exp + 1))]),
            of(&[("exp", json!(exp + 1_000_000))]),
            of(&[("exp", json!(0)), ("iat", json!(0))]),
            of(&[("iat", json!(iat + 3_600)), ("exp", json!(exp + 3_600))]),
            of(&[("iat", json!(exp + 1))]),
            of(&[("nbf", json!(iat))]),
            of(&[("admin", json!(true))]),
            of(&[("Role", json!(3))]),
            of(&[("sub", json!(sub.to_uppercase().replace(|letter: char| letter.is_ascii_digit(), "A")))]),
            of(&[("sub", json!(&sub[1..]))]),
            of(&[("sub", json!(format!("{sub}0")))]),
            of(&[("sub", json!(format!("+{}", &sub[1..])))]),
            of(&[("sub", json!("../../../../../../../../../../../"))]),
            of(&[("jti", json!(""))]),
            of(&[("jti", json!("0".repeat(1_000)))]),
        ];
        for role in [json!(4), json!(5), json!(255), json!(256), json!(1.0), json!("host"), json!([3])] {
            all.push(of(&[("role", role)]));
        }
        for kind in ["", "Account", "host", "server", "guest "] {
            all.push(of(&[("kind", json!(kind))]));
        }
        for name in ["\u{202e}nimda", "a\0b", "a\nb", " a", "a  b", "A\u{30a}", "\u{200b}", &"a".repeat(61)] {
            all.push(of(&[("name", json!(name))]));
        }
        all
    }

    /// What is not even of the form.
    fn forms(&self) -> Vec<(String, Vec<u8>)> {
        let real = &self.real;
        let [header, claims, signature] = real.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
        let unsigned = format!("{header}.{claims}.");
        let texts = [
            ("one part", header.to_owned()),
            ("two parts", format!("{header}.{claims}")),
            ("four parts", format!("{real}.{signature}")),
            ("five parts, as if encrypted", format!("{real}.{signature}.{signature}")),
            ("no signature", unsigned.clone()),
            ("no header", format!(".{claims}.{signature}")),
            ("no claims", format!("{header}..{signature}")),
            ("dots", "..".to_owned()),
            ("many dots", ".".repeat(2_000)),
            ("a space before", format!(" {real}")),
            ("a line after", format!("{real}\n")),
            ("a scheme before", format!("Bearer {real}")),
            ("padding", format!("{real}==")),
            ("the other base64", format!("{header}.{claims}.{}", signature.replace('-', "+").replace('_', "/") + "+/")),
            ("a part of a signature", format!("{header}.{claims}.{}", &signature[..43])),
            ("two signatures", format!("{real}{signature}")),
            ("a signature of zeros", format!("{header}.{claims}.{}", base64url(&[0; 64]))),
            ("a signature of ones", format!("{header}.{claims}.{}", base64url(&[255; 64]))),
            ("swapped", format!("{claims}.{header}.{signature}")),
            ("JSON", json!({ "payload": claims, "protected": header, "signature": signature }).to_string()),
            ("a pass", "0123456789abcdef".repeat(4)),
            ("too long", format!("{header}.{}.{signature}", "A".repeat(2_000))),
            ("far too long", "A".repeat(60_000)),
            ("a byte that ends texts", format!("{real}\0")),
            ("letters that look the same", real.replacen('e', "е", 1)),
        ];
        let mut all: Vec<_> = texts.into_iter().map(|(what, text)| (what.to_owned(), text.into_bytes())).collect();
        all.push(("no text".into(), vec![0xff; 100]));
        all.push(("one byte".into(), vec![0]));
        let other = SigningKey::from_bytes(&[7; 32]);
        all.push(("another key".into(), sign(&other, &self.header_text, &Value::Object(self.claims.clone()).to_string())));
        // A signature with the order of the curve added is of the same point, and not canonical (RFC 8032, section 5.1.7).
        let mut moved = base64url_read(signature);
        let order: [u8; 16] = [0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14];
        let mut carry = 0_u16;
        for place in 0..32 {
            let add = match place {
                0..16 => order[place],
                31 => 0x10,
                _ => 0,
            };
            let sum = u16::from(moved[32 + place]) + u16::from(add) + carry;
            (moved[32 + place], carry) = (sum as u8, sum >> 8);
        }
        all.push(("a second form of the signature".into(), format!("{header}.{claims}.{}", base64url(&moved)).into_bytes()));
        for claims in ["", "null", "[]", "{}", "1", "{\"role\":3}"] {
            all.push((format!("claims {claims:?}"), self.signed_text(&self.header_text, claims)));
        }
        all
    }

    /// One letter of the real one changed.
    fn bits(&self) -> Vec<(String, Vec<u8>)> {
        let length = self.real.len();
        (0..40)
            .map(|step| {
                let mut text = self.real.clone().into_bytes();
                let place = step * (length - 1) / 39;
                text[place] = if text[place] == b'A' { b'B' } else { b'A' };
                (format!("letter {place} of {length}"), text)
            })
            .collect()
    }
}

fn sign(key: &SigningKey, header: &str, claims: &str) -> Vec<u8> {
    let message = format!("{}.{}", base64url(header.as_bytes()), base64url(claims.as_bytes()));
    let signature = key.sign(message.as_bytes());
    format!("{message}.{}", base64url(&signature.to_bytes())).into_bytes()
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn base64url(bytes: &[u8]) -> String {
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number = three.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        text.extend((0..=three.len()).map(|place| char::from(LETTERS[(number >> (18 - 6 * place)) as usize & 63])));
    }
    text
}

fn base64url_read(text: &str) -> Vec<u8> {
    let digit = |letter: u8| LETTERS.iter().position(|known| *known == letter).unwrap() as u32;
    let four = |letters: &[u8]| {
        let number = letters.iter().fold(0, |number, letter| number << 6 | digit(*letter)) << (6 * (4 - letters.len()));
        number.to_be_bytes()[1..letters.len()].to_vec()
    };
    text.as_bytes().chunks(4).flat_map(four).collect()
}
