//! Shows lines of text as captions in a board's call: whatever hears a room and writes, a person or a program, can be
//! put before it.
//!
//! ```text
//! my-recogniser | cargo run --release -p kakehashi-client --features call --example captions -- http://localhost:8080/b/BOARD
//! ```
//!
//! Each line takes the place of the one before. The call sees a member who sends neither sound nor picture.

use std::error::Error;

use kakehashi_client::native::call::{Call, Options};
use kakehashi_client::native::{Board, Options as BoardOptions};
use kakehashi_protocol::call::CAPTION_CHARS_MAX;
use tokio::sync::mpsc;

/// Lines that may wait to be shown.
const LINES_MAX: usize = 16;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let link = std::env::args().nth(1).ok_or("the link of a board is missing")?;
    let (board, mut events) = Board::open(&link, BoardOptions::default())?;
    tokio::spawn(async move { while events.recv().await.is_some() {} });
    let joined = Call::join(&board, Options { voices: 0, pictures: 0, ..Options::default() }).await?;
    let (said, mut lines) = mpsc::channel(LINES_MAX);
    std::thread::spawn(move || {
        // Until there are no more, or nobody wants them.
        std::io::stdin().lines().map_while(Result::ok).try_for_each(|line| said.blocking_send(line))
    });
    while let Some(line) = lines.recv().await {
        // Of a long line the end is what is new.
        let over = line.chars().count().saturating_sub(CAPTION_CHARS_MAX);
        joined.call.caption(line.chars().skip(over).collect()).await?;
    }
    joined.call.leave().await;
    board.close().await;
    Ok(())
}
