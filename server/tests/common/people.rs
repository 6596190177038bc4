//! People at a server's doors: browsers with their cookie, guests who enter, and connections that show a credential.

use kakehashi_protocol::ids::{BoardId, DocumentId, OpId};
use kakehashi_protocol::op::{Op, OpBody, Property};
use kakehashi_protocol::schema::{Key, Value as Said};
use kakehashi_protocol::wire::frame::{ClientFrame, FailureCode, Hello, ServerFrame, Subscription};
use serde_json::{Value, json};

use super::{Answer, Client, JSON, Server, hello_of, request};

pub const PASSWORD: &str = "correct horse";

/// A browser: it keeps its session's cookie.
pub struct Browser<'a> {
    pub server: &'a Server,
    pub cookie: Option<String>,
}

impl<'a> Browser<'a> {
    pub const fn new(server: &'a Server) -> Self {
        Self { server, cookie: None }
    }

    pub async fn ask(&mut self, method: &str, path: &str, body: Value) -> Answer {
        let cookie = self.cookie.clone().unwrap_or_default();
        let answer = request(&self.server.address, method, path, &[JSON, ("cookie", &cookie)], body.to_string().as_bytes()).await;
        if let Some(set) = answer.header("set-cookie").filter(|set| set.starts_with("kakehashi=")) {
            self.cookie = set.split(';').next().map(str::to_owned);
        }
        answer
    }

    /// Sets the server up, signed in as its administrator from then on.
    pub async fn set_up(server: &'a Server) -> Self {
        let mut browser = Self::new(server);
        let secret = server.hub.services.directory.setup_secret().unwrap();
        let body = json!({ "secret": secret, "login": "ada", "name": "Ada", "password": PASSWORD });
        assert_eq!(browser.ask("POST", "/api/v1/setup", body).await.status, 201);
        browser
    }

    /// Invites somebody, who takes it; the number of their account.
    pub async fn invite(&mut self, login: &str) -> (Browser<'a>, i64) {
        let token = text(&self.ask("POST", "/api/v1/invitations", json!({ "administrator": false })).await, "token");
        let mut invited = Browser::new(self.server);
        let account = json!({ "token": token, "login": login, "name": login, "password": PASSWORD });
        let taken = invited.ask("POST", "/api/v1/invitations/accept", account).await;
        assert_eq!(taken.status, 201, "{}", taken.json());
        (invited, taken.json()["account"].as_i64().unwrap())
    }
}

/// A board that a guest has started, and its host's credential.
pub struct Hosted {
    pub board: BoardId,
    pub code: String,
    pub pass: String,
    pub host: String,
}

pub async fn start_board(server: &Server) -> Hosted {
    let made = request(&server.address, "POST", "/api/v1/boards", &[], &[]).await;
    let (board, pass): (BoardId, _) = (text(&made, "board").parse().unwrap(), text(&made, "pass"));
    let entered = enter(server, board, json!({ "name": "Host", "pass": pass })).await;
    assert_eq!(text(&entered, "role"), "host");
    Hosted { board, code: text(&made, "code"), pass, host: text(&entered, "credential") }
}

impl Hosted {
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/boards/{}{rest}", self.board)
    }

    /// Asks as the host.
    pub async fn ask(&self, server: &Server, method: &str, rest: &str, body: Value) -> Answer {
        with(server, &self.host, method, &self.path(rest), body).await
    }

    /// Closes the board to its bare link.
    pub async fn close(&self, server: &Server) {
        assert_eq!(self.ask(server, "PUT", "/doors", json!({ "bare": null })).await.status, 204);
    }

    /// Makes a link: its number, and its token.
    pub async fn link(&self, server: &Server, order: Value) -> (i64, String) {
        let made = self.ask(server, "POST", "/links", order).await;
        assert_eq!(made.status, 201, "{}", made.json());
        let shown = made.json()["token"].as_str().or(made.json()["code"].as_str()).unwrap().to_owned();
        (made.json()["link"].as_i64().unwrap(), shown)
    }
}

pub async fn enter(server: &Server, board: BoardId, entry: Value) -> Answer {
    request(&server.address, "POST", &format!("/api/v1/boards/{board}/enter"), &[JSON], entry.to_string().as_bytes()).await
}

/// Asks for something of a board with a credential.
pub async fn with(server: &Server, credential: &str, method: &str, path: &str, body: Value) -> Answer {
    let bearer = format!("Bearer {credential}");
    request(&server.address, method, path, &[JSON, ("authorization", &bearer)], body.to_string().as_bytes()).await
}

pub fn text(answer: &Answer, key: &str) -> String {
    answer.json()[key].as_str().unwrap_or_else(|| panic!("{key} in {}", answer.json())).to_owned()
}

pub async fn hello(server: &Server, board: BoardId, credential: &str) -> Result<Client, FailureCode> {
    let mut client = Client::silent(&server.address, board).await;
    let hello = Hello { credential: credential.as_bytes().to_vec(), ..hello_of(client.actor) };
    client.send(&ClientFrame::Hello(hello)).await;
    match client.next().await {
        ServerFrame::Welcome(welcome) => {
            client.next = welcome.standing.next;
            client.welcome = Some(welcome);
            Ok(client)
        }
        ServerFrame::Failed(failure) => Err(failure.code),
        other => panic!("not {other:?}"),
    }
}

/// Why a connection is ended, whatever it is told before.
pub async fn cut_off(client: &mut Client) -> FailureCode {
    loop {
        if let ServerFrame::Failed(failure) = client.next().await {
            return failure.code;
        }
    }
}

/// The record of the participant that a connection is, once it is there.
pub async fn participant(client: &mut Client) -> OpId {
    loop {
        if let ServerFrame::You(own) = client.next().await
            && let Some(participant) = own.participant
        {
            return participant;
        }
    }
}

/// Reads these documents from now on.
pub async fn reads(client: &mut Client, documents: &[DocumentId]) {
    for document in documents {
        client.send(&ClientFrame::Subscribe(Subscription { document: *document, cursor: None })).await;
        assert_eq!(client.subscribed().await.document, *document);
    }
}

/// Sets one property.
pub fn set(document: DocumentId, record: OpId, key: Key, value: &Said) -> Op {
    Op { document, body: OpBody::Set { record, properties: vec![Property { key: key.number(), value: value.encode() }] } }
}
