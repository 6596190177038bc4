//! People and panels for tests: an administrator, teachers whom she has invited, and wall boards with their keys.

use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::wire::frame::ServerFrame;
use kakehashi_server::directory::device_key::SIGNED_FIRST;
use kakehashi_server::directory::token::{hex, random};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

use super::people::{Browser, text};
use super::{Answer, Client, JSON, Server, request};

pub async fn ask(server: &Server, headers: &[(&str, &str)], method: &str, path: &str, body: Value) -> Answer {
    let headers: Vec<_> = std::iter::once(JSON).chain(headers.iter().copied()).collect();
    request(&server.address, method, &format!("/api/v1/{path}"), &headers, body.to_string().as_bytes()).await
}

/// Somebody with an account.
pub struct Person<'a> {
    pub server: &'a Server,
    pub cookie: String,
}

impl<'a> Person<'a> {
    fn of(browser: Browser<'a>) -> Self {
        Self { server: browser.server, cookie: browser.cookie.unwrap() }
    }

    pub async fn administrator(server: &'a Server) -> Self {
        Self::of(Browser::set_up(server).await)
    }

    pub async fn teacher(&self, login: &str) -> Self {
        let mut browser = Browser { server: self.server, cookie: Some(self.cookie.clone()) };
        Self::of(browser.invite(login).await.0)
    }

    pub async fn ask(&self, method: &str, path: &str, body: Value) -> Answer {
        ask(self.server, &[("cookie", &self.cookie)], method, path, body).await
    }

    /// Approves the panel that shows this code.
    pub async fn approve(&self, code: &str) -> i64 {
        self.approve_in(code, "3-2").await
    }

    /// The same, in a room.
    pub async fn approve_in(&self, code: &str, room: &str) -> i64 {
        let place = json!({ "code": code, "name": format!("Panel {room}"), "site": "Katsumoto School", "room": room });
        let made = self.ask("POST", "panels", place).await;
        assert_eq!(made.status, 201, "{}", made.json());
        made.json()["panel"].as_i64().unwrap()
    }
}

/// A panel: it has its key, and a token once it has proved it.
pub struct Device<'a> {
    pub server: &'a Server,
    pub signing: SigningKey,
    pub token: String,
}

impl<'a> Device<'a> {
    pub fn new(server: &'a Server) -> Self {
        Self { server, signing: SigningKey::from_slice(&random::<32>().unwrap()).unwrap(), token: String::new() }
    }

    pub fn key(&self) -> String {
        hex(self.signing.verifying_key().to_encoded_point(false).as_bytes())
    }

    pub fn sign(&self, challenge: &str) -> String {
        let signature: Signature = self.signing.sign(format!("{SIGNED_FIRST}{challenge}").as_bytes());
        hex(&signature.to_bytes())
    }

    pub async fn pair(&self) -> Answer {
        let body = json!({ "key": self.key(), "browser": "Chromium 88, Android", "version": "a1b2c3" });
        ask(self.server, &[], "POST", "panel/pairing", body).await
    }

    pub async fn challenge(&self) -> String {
        text(&ask(self.server, &[], "POST", "panel/challenge", Value::Null).await, "challenge")
    }

    pub async fn show(&self, challenge: &str, signature: &str) -> Answer {
        let body = json!({ "key": self.key(), "challenge": challenge, "signature": signature });
        ask(self.server, &[], "POST", "panel/session", body).await
    }

    pub async fn prove(&mut self) -> Answer {
        let challenge = self.challenge().await;
        let answer = self.show(&challenge, &self.sign(&challenge)).await;
        if answer.status == 200 {
            self.token = text(&answer, "token");
        }
        answer
    }

    /// A panel that somebody has approved, and its number.
    pub async fn approved(server: &'a Server, by: &Person<'_>) -> (Self, i64) {
        Self::approved_in(server, by, "3-2").await
    }

    /// The same, in a room.
    pub async fn approved_in(server: &'a Server, by: &Person<'_>, room: &str) -> (Self, i64) {
        let mut device = Self::new(server);
        let code = text(&device.pair().await, "code");
        let number = by.approve_in(&code, room).await;
        assert_eq!(device.prove().await.status, 200);
        (device, number)
    }

    pub async fn ask(&self, method: &str, path: &str, body: Value) -> Answer {
        ask(self.server, &[("authorization", &format!("Bearer {}", self.token))], method, path, body).await
    }

    pub async fn start(&self) -> BoardId {
        let made = self.ask("POST", "boards", Value::Null).await;
        assert_eq!((made.status, &made.json()["pass"]), (201, &Value::Null));
        text(&made, "board").parse().unwrap()
    }

    pub async fn enter(&self, board: BoardId) -> Answer {
        self.ask("POST", &format!("boards/{board}/enter"), json!({ "name": "somebody else" })).await
    }

    pub async fn beat(&self, begun: &[BoardId]) -> Answer {
        let begun: Vec<_> = begun.iter().map(ToString::to_string).collect();
        let body = json!({ "version": "a1b2c4", "browser": "Chromium 88, Android", "round_trip_ms": 41, "unsent": 2, "begun": begun });
        self.ask("PUT", "panel/heartbeat", body).await
    }
}

/// Returns when a connection is told that it has this role.
pub async fn told(client: &mut Client, role: Role) {
    while !matches!(client.next().await, ServerFrame::You(own) if own.role == role) {}
}
