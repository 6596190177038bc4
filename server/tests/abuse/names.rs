//! Names that are too long, or would deceive: everywhere one enters, it is cleaned or refused.

use serde_json::json;

use super::common::Server;
use super::common::people::{enter, text};

#[tokio::test]
async fn names_that_would_deceive_are_cleaned_or_refused() {
    let server = Server::start().await;
    let board = server.new_board().await;
    let name = async |name: &str| enter(&server, board, json!({ "name": name })).await;
    assert_eq!(text(&name("\u{202e}nimda\u{2066}\u{0}\u{1b}").await, "name"), "nimda");
    assert_eq!(text(&name(" 山田\u{3000}太郎\u{200b} ").await, "name"), "山田 太郎");
    for wrong in ["\u{202e}", "\u{3164}", &"a".repeat(61), &"\u{301}".repeat(500)] {
        assert_eq!(name(wrong).await.problem(), (422, "name".into()), "{wrong:?}");
    }
    assert_eq!(name(&"a".repeat(9_000)).await.problem(), (413, "body_too_large".into()));
}
