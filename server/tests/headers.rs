//! What browsers may do with answers: every kind of answer says so itself.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use common::{Answer, Client, Server, get, request};
use kakehashi_protocol::ids::DocumentId;
use kakehashi_server::app_files::AppFiles;

/// One transparent pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\0\0\0\x21\xf9\x04\x01\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

/// A server with an app of these files.
async fn server() -> Server {
    let app = tempfile::tempdir().unwrap();
    fs::create_dir(app.path().join("assets")).unwrap();
    for (place, content) in [
        ("index.html", "<!doctype html><title>Kakehashi</title>"),
        ("sw.js", "self.onfetch = () => {};"),
        ("manifest.webmanifest", "{}"),
        ("icon.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("assets/app-1a2b.js", "0;"),
        ("assets/app-1a2b.css", "p {}"),
        ("assets/core-1a2b.wasm", "\0asm"),
    ] {
        fs::write(app.path().join(place), content).unwrap();
    }
    let files = AppFiles::read(app.path()).unwrap();
    Server::start_with(Arc::new(tempfile::tempdir().unwrap()), Duration::from_secs(60), files).await
}

/// What holds for every answer.
fn is_guarded(what: &str, answer: &Answer) {
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{what}");
    assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{what}");
    assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"), "{what}");
    assert_eq!(answer.head.to_lowercase().matches("\ncontent-security-policy:").count(), 1, "{what}");
    assert_eq!(answer.header("access-control-allow-origin"), None, "{what}");
}

/// An answer that could do nothing if it were shown as a page.
fn is_inert(what: &str, answer: &Answer) {
    is_guarded(what, answer);
    assert_eq!(answer.header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'; sandbox"), "{what}");
}

/// A page or script of the app.
fn is_app(what: &str, answer: &Answer) {
    is_guarded(what, answer);
    assert_eq!(answer.status, 200, "{what}");
    let policy = answer.header("content-security-policy").expect("a policy");
    for part in [
        "default-src 'self';",
        "script-src 'self' 'wasm-unsafe-eval';",
        "media-src 'self' blob:;",
        "manifest-src 'self';",
        "worker-src 'self';",
        "object-src 'none';",
        "base-uri 'none';",
        "frame-ancestors 'self'",
    ] {
        assert!(policy.contains(part), "{what}: {part} in {policy}");
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains('*'), "{what}: {policy}");
    assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"), "{what}");
    let device = answer.header("permissions-policy").expect("a policy");
    for part in ["camera=(self)", "microphone=(self)", "display-capture=(self)", "geolocation=()"] {
        assert!(device.contains(part), "{what}: {part} in {device}");
    }
}

#[tokio::test]
async fn the_apps_pages_and_scripts_may_do_what_the_app_needs_and_nothing_else() {
    let server = server().await;
    for path in ["/", "/index.html", "/kiosk", "/b/2gv4mzt6ksc8w5rjq9h3xbnpde", "/?lang=ja"] {
        let page = get(&server.address, path).await;
        is_app(path, &page);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        assert_eq!(page.header("cache-control"), Some("no-cache"), "{path}");
        assert!(page.header("content-security-policy").unwrap().contains(&format!("ws://{}", server.address)));
    }
    let worker = get(&server.address, "/sw.js").await;
    is_app("/sw.js", &worker);
    assert_eq!(worker.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(worker.header("cache-control"), Some("no-cache"));
    let script = get(&server.address, "/assets/app-1a2b.js").await;
    is_app("script", &script);
    assert_eq!(script.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let old = [("user-agent", "Mozilla/5.0 Chrome/88.0.4298.0 Safari/537.36")];
    let page = request(&server.address, "GET", "/", &old, &[]).await;
    assert!(page.header("content-security-policy").unwrap().contains("script-src 'self' 'unsafe-eval';"));
    let vary = page.head.lines().filter(|line| line.starts_with("vary:")).collect::<String>();
    assert!(vary.contains("user-agent") && vary.contains("accept-encoding"), "{vary}");
}

#[tokio::test]
async fn whatever_else_is_answered_can_do_nothing_if_it_is_shown_as_a_page() {
    let server = server().await;
    let address = &server.address;
    let board = server.new_board().await;
    let boards = format!("/api/v1/boards/{board}");
    let made = request(address, "POST", "/api/v1/boards", &[], &[]).await;
    let code = made.json()["code"].as_str().unwrap().to_owned();
    let kept = request(address, "POST", &format!("{boards}/assets"), &[("content-type", "image/gif")], GIF).await;
    let asset = format!("{boards}/assets/{}", kept.json()["asset"].as_str().unwrap());
    let reader = Client::join(address, board, &[DocumentId::COVER]).await;
    let foreign = [("origin", "https://evil.example")];
    let answers = [
        ("made", 201, made),
        ("kept", 201, kept),
        ("board", 200, get(address, &boards).await),
        ("code", 200, get(address, &format!("/api/v1/codes/{code}")).await),
        ("snapshot", 200, get(address, &reader.snapshot_path(DocumentId::COVER)).await),
        ("picture", 200, get(address, &asset).await),
        ("head of a picture", 200, request(address, "HEAD", &asset, &[], &[]).await),
        ("file", 200, get(address, &format!("{boards}/export")).await),
        ("no file", 415, request(address, "POST", "/api/v1/boards/import", &[], b"x").await),
        ("description", 200, get(address, "/api/openapi.json").await),
        ("health", 200, get(address, "/healthz").await),
        ("readiness", 200, get(address, "/readyz").await),
        ("metrics", 200, get(address, "/metrics").await),
        ("manifest", 200, get(address, "/manifest.webmanifest").await),
        ("icon", 200, get(address, "/icon.svg").await),
        ("styles", 200, get(address, "/assets/app-1a2b.css").await),
        ("WebAssembly", 200, get(address, "/assets/core-1a2b.wasm").await),
        ("malformed", 400, get(address, "/api/v1/boards/x").await),
        ("foreign", 403, request(address, "POST", "/api/v1/boards", &foreign, &[]).await),
        ("ticket", 403, get(address, &format!("{boards}/documents/{}/snapshot", DocumentId::COVER)).await),
        ("not found", 404, get(address, "/nothing").await),
        ("method", 405, request(address, "DELETE", "/api/v1/boards", &[], &[]).await),
        ("method of a page", 405, request(address, "PUT", "/", &[], &[]).await),
        ("no picture", 415, request(address, "POST", &format!("{boards}/assets"), &[("content-type", "image/svg+xml")], b"<svg/>").await),
        ("no upgrade", 426, get(address, &format!("{boards}/socket")).await),
    ];
    for (what, status, answer) in &answers {
        assert_eq!(answer.status, *status, "{what}");
        is_inert(what, answer);
    }
    let header = |what: &str, name: &str| {
        let answer = answers.iter().find(|(found, ..)| *found == what).expect("it was asked for");
        answer.2.header(name).map(str::to_owned).unwrap_or_default()
    };
    assert_eq!(header("manifest", "content-type"), "application/manifest+json");
    assert_eq!(header("manifest", "cache-control"), "no-cache");
    assert_eq!(header("picture", "content-type"), "image/gif");
    let disposition = header("picture", "content-disposition");
    assert!(disposition.starts_with("inline; filename=\"") && disposition.ends_with(".gif\""), "{disposition}");
    assert_eq!(header("picture", "cache-control"), "private, no-store");
}

/// What could pass for something else: it is refused, or kept and shown as the picture that it is.
#[tokio::test]
async fn nothing_that_is_uploaded_is_ever_a_page_or_a_script() {
    let server = server().await;
    let assets = format!("/api/v1/boards/{}/assets", server.new_board().await);
    let put = async |media_type: &str, body: &[u8]| request(&server.address, "POST", &assets, &[("content-type", media_type)], body).await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    for (media_type, body) in [
        ("image/svg+xml", &svg[..]),
        ("image/svg+xml", GIF),
        ("text/html", b"<script>alert(1)</script>"),
        ("application/xhtml+xml", GIF),
        ("", GIF),
        // Renamed, or said to be another type than it is.
        ("image/png", svg),
        ("image/gif", svg),
        ("image/gif", b"<!doctype html><script>alert(1)</script>"),
        ("image/png", GIF),
        ("image/jpeg", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        ("image/webp", b"RIFF\0\0\0\0WAVEfmt "),
        ("image/bmp", b"BM*/=1;alert(1)"),
    ] {
        assert_eq!(put(media_type, body).await.problem(), (415, "asset_type".into()), "{media_type}: {}", String::from_utf8_lossy(body));
    }
    let script = b"GIF89a/*\x01\0\0\0\0*/=1;alert(1)//";
    let mut commented = GIF[..GIF.len() - 1].to_vec();
    commented.extend(b"\x21\xfe\x19<script>alert(1)</script>\0;");
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\0IEND\xae\x42\x60\x82".to_vec();
    png.extend(b"<html><script>alert(1)</script></html>");
    for (media_type, body) in [("image/gif", &script[..]), ("image/gif; x=text/html", &commented), ("image/png", &png)] {
        let kept = put(media_type, body).await;
        assert_eq!(kept.status, 201, "{media_type}");
        let shown = get(&server.address, &format!("{assets}/{}", kept.json()["asset"].as_str().unwrap())).await;
        is_inert(media_type, &shown);
        assert_eq!(shown.header("content-type"), media_type.split(';').next());
        assert!(shown.body.len() <= body.len() && body.starts_with(&shown.body));
        if media_type != "image/gif; x=text/html" {
            assert!(!shown.body.windows(5).any(|five| five == b"alert"), "what follows the picture is not kept");
        }
    }
}
