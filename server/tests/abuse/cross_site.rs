//! Pages of other sites: they change nothing and open no socket, whatever cookie the browser sends along, and no
//! cookie is one that they could be sent with.

use kakehashi_protocol::ids::BoardId;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;

use super::common::people::{Browser, PASSWORD, enter};
use super::common::{JSON, Server, request};

/// Opens a socket as a page of this origin does; `None`: as a program.
async fn opens(server: &Server, board: BoardId, headers: &[(&'static str, &str)]) -> Result<(), String> {
    let mut open = format!("ws://{}/api/v1/boards/{board}/socket", server.address).into_client_request().unwrap();
    for (name, value) in headers {
        open.headers_mut().append(*name, HeaderValue::from_str(value).unwrap());
    }
    tokio_tungstenite::connect_async(open).await.map(drop).map_err(|error| error.to_string())
}

#[tokio::test]
async fn pages_of_other_sites_change_nothing_and_open_no_socket() {
    let server = Server::start().await;
    let cookie = Browser::set_up(&server).await.cookie.unwrap();
    let board = server.new_board().await;
    let (own, port) = (format!("http://{}", server.address), server.address.rsplit(':').next().unwrap());
    let foreign = [
        ("another site", "https://evil.example".to_owned()),
        ("no site at all", "null".to_owned()),
        ("nothing", String::new()),
        ("no port", "http://127.0.0.1".to_owned()),
        ("another port", "http://127.0.0.1:1".to_owned()),
        ("another name of this machine", format!("http://localhost:{port}")),
        ("a name that begins alike", format!("{own}.evil.example")),
        ("a name that ends alike", format!("http://evil{}", server.address)),
        ("a path behind it", format!("https://evil.example/{}", server.address)),
        ("a user before it", format!("http://{}@evil.example", server.address)),
        ("its name alone", server.address.clone()),
        ("a scheme of another kind", format!("ftp://{}", server.address)),
        ("a page of an extension", format!("chrome-extension://{}", server.address)),
        ("two", format!("{own}, https://evil.example")),
    ];
    let changes = [
        ("PUT", "/api/v1/settings"),
        ("POST", "/api/v1/sign-out"),
        ("POST", "/api/v1/sign-in"),
        ("POST", "/api/v1/invitations"),
        ("POST", "/api/v1/accounts/1/reset"),
        ("PATCH", "/api/v1/accounts/1"),
        ("POST", "/api/v1/boards"),
        ("POST", &format!("/api/v1/boards/{board}/enter")),
        ("PUT", &format!("/api/v1/boards/{board}/doors")),
        ("DELETE", &format!("/api/v1/boards/{board}/links/1")),
    ];
    let body = json!({ "starts": "accounts" }).to_string();
    let (mut requests, mut sockets) = (0, 0);
    for (what, origin) in &foreign {
        for (method, path) in changes {
            let headers = [JSON, ("cookie", &*cookie), ("origin", origin)];
            let told = request(&server.address, method, path, &headers, body.as_bytes()).await;
            assert_eq!(told.problem(), (403, "foreign_origin".into()), "{method} {path} from {what}");
            requests += 1;
        }
        let refused = opens(&server, board, &[("cookie", &cookie), ("origin", origin)]).await.unwrap_err();
        assert!(refused.contains("403"), "{what}: {refused}");
        sockets += 1;
    }
    // One that is there twice is none, whichever of them is read.
    for pair in [[&*own, "https://evil.example"], ["https://evil.example", &own]] {
        assert!(opens(&server, board, &pair.map(|origin| ("origin", origin))).await.unwrap_err().contains("403"));
        sockets += 1;
    }
    // Where the server is reached by TLS, an unencrypted page of the same name may be anybody's.
    let tls = [("x-forwarded-proto", "https"), ("origin", &*own)];
    assert!(opens(&server, board, &tls).await.unwrap_err().contains("403"));
    let headers = [JSON, ("x-forwarded-proto", "https"), ("cookie", &*format!("__Host-{cookie}")), ("origin", &*own)];
    assert_eq!(request(&server.address, "PUT", "/api/v1/settings", &headers, body.as_bytes()).await.problem().1, "foreign_origin");
    println!("pages of other sites: {} requests and {} sockets refused", requests + 1, sockets + 1);

    // Own pages, also behind a proxy with TLS, and programs, which send none.
    let encrypted = own.replace("http:", "https:");
    for headers in [&[("origin", &*own)][..], &[("x-forwarded-proto", "https"), ("origin", &encrypted)], &[]] {
        assert_eq!(opens(&server, board, headers).await, Ok(()), "{headers:?}");
    }
    // What a form can send without being asked is no JSON.
    for media_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        let headers = [("content-type", media_type), ("cookie", &*cookie)];
        assert_eq!(request(&server.address, "PUT", "/api/v1/settings", &headers, body.as_bytes()).await.problem().0, 415);
    }
    let me = request(&server.address, "GET", "/api/v1/me", &[("cookie", &cookie)], &[]).await.json();
    assert_eq!((&me["account"]["login"], &me["starts"]), (&json!("ada"), &json!("anyone")), "nothing was changed");
}

#[tokio::test]
async fn no_script_reads_a_cookie_and_no_other_site_sends_one_along() {
    let server = Server::start().await;
    let mut browser = Browser::set_up(&server).await;
    let board = server.new_board().await;
    let login = json!({ "login": "ada", "password": PASSWORD }).to_string();
    for secure in [false, true] {
        let proto = if secure { "https" } else { "http" };
        let signed = request(&server.address, "POST", "/api/v1/sign-in", &[JSON, ("x-forwarded-proto", proto)], login.as_bytes()).await;
        let path = format!("/api/v1/boards/{board}");
        let entered = request(&server.address, "POST", &format!("{path}/enter"), &[JSON, ("x-forwarded-proto", proto)], b"{}").await;
        let (session, entry) = if secure { ("__Host-kakehashi=", "__Secure-kakehashi-entry=") } else { ("kakehashi=", "kakehashi-entry=") };
        for (answer, name, place, same_site) in [(signed, session, "/", "Lax"), (entered, entry, &path, "Strict")] {
            let set = answer.header("set-cookie").unwrap();
            assert!(set.starts_with(name), "{set}");
            let attributes: Vec<_> = set.split("; ").skip(1).filter(|attribute| !attribute.starts_with("Max-Age=")).collect();
            let mut expected = vec![format!("Path={place}"), "HttpOnly".into(), format!("SameSite={same_site}")];
            expected.extend(secure.then(|| "Secure".into()));
            assert_eq!(attributes, expected, "no Domain, so that it is of this host alone");
        }
    }
    // Signing out takes it away in the browser too.
    let left = browser.ask("POST", "/api/v1/sign-out", Value::Null).await;
    assert!(left.header("set-cookie").unwrap().contains("; Max-Age=0; HttpOnly"));
    assert_eq!(enter(&server, board, json!({})).await.header("set-cookie").unwrap().matches("kakehashi").count(), 1);
}
