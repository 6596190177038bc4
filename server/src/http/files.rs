//! Boards as files: all of a board to keep or to carry elsewhere, and a board made of such a file.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use serde::Deserialize;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::Site;
use super::boards::{NewBoard, made, may_start, no_store, random};
use super::body::Pieces;
use super::problem::Problem;
use super::snapshots::ask_room;
use super::who::{Starter, admitted, author, called};
use crate::board_file::{self, FILE_BYTES_MAX, FileError, Store, Wanted, bring_in, check};
use crate::hub::clock::wall_ms;
use crate::room::command::Command;

/// The media type of a board's file: a ZIP of a form of our own (RFC 6838, section 4.2.8).
const MEDIA_TYPE: &str = "application/vnd.kakehashi.board+zip";
/// How long a file may take to arrive: a term of lessons over a thin link.
const RECEIVING: Duration = Duration::from_secs(2 * 60 * 60);
/// Bytes of a file that are read from the disk and sent at once.
const PIECE_BYTES: usize = 128 * 1024;
/// Pieces that may wait for the disk while a file arrives.
const PIECES_WAITING: usize = 16;

/// What opens a board's file.
#[derive(Deserialize)]
pub struct Opening {
    /// From the welcome of somebody who leads; not needed while a board has no participants.
    #[serde(default)]
    ticket: String,
}

/// A board as a file: its pages, its pictures and its history, as of one moment. It holds what not
/// everybody sees, so on a board with participants it is for those who lead.
///
/// # Errors
/// 403 for others; 404 without the board, 413 if it is larger than a file may be, 503 if too many ask.
#[utoipa::path(get, path = "/api/v1/boards/{board}/export", tag = "boards",
    params(("board" = String, Path, description = "The board's name"),
        ("ticket" = Option<String>, Query, description = "From the welcome of an assistant or host; needed once the board has participants")), responses(
    (status = 200, description = "A `.kakehashi` file (protocol/KAKEHASHI-FILE.md)", body = Vec<u8>, content_type = "application/vnd.kakehashi.board+zip"),
    (status = 403, description = "`ticket`, `closed`, `removed`", body = Problem, content_type = "application/problem+json"),
    (status = 404, description = "`unknown_board`", body = Problem, content_type = "application/problem+json"),
    (status = 413, description = "`file_too_large`", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "`file_busy`", body = Problem, content_type = "application/problem+json"),
    (status = 507, description = "The disk is full", body = Problem, content_type = "application/problem+json"),
))]
pub async fn export(
    State(site): State<Arc<Site>>,
    method: Method,
    Path(board): Path<String>,
    opening: Result<Query<Opening>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let board: BoardId = board.parse()?;
    site.hub.services.log.code_of(board).await?;
    let asking = admitted(&site, board, &headers, Role::Viewer).await?;
    let ticket = opening.map(|Query(opening)| opening.ticket).unwrap_or_default();
    if asking.role() < Role::Host && !ask_room(&site, board, |answer| Command::MayExport { ticket, answer }).await? {
        let detail = "this board has participants: only an assistant or host of the meeting may take all of it";
        return Err(Problem::new(StatusCode::FORBIDDEN, "ticket", detail));
    }
    if method == Method::HEAD {
        // Its size is known only when it is made.
        return Ok(answer(Body::empty(), wall_ms(), None));
    }
    site.hub.services.webhooks.exported(wall_ms(), called(&asking), author(&asking), board).await?;
    let turn = site.transfers.work().await.ok_or_else(busy)?;
    let (wanted, asker) = Wanted::new(site.hub.services.drain.guard());
    let (store, transfers, now_ms) = (store(&site), Arc::clone(&site.transfers), wall_ms());
    let work = move || {
        let exported = board_file::export(&store, board, transfers.file()?, now_ms, &wanted);
        drop(turn);
        exported
    };
    let exported = finished(spawn_blocking(work).await)?;
    drop(asker);
    let history = &exported.manifest.history;
    tracing::info!(%board, bytes = exported.bytes, ops = history.ops, pictures = exported.manifest.pictures.len(), "a board was written to a file");
    Ok(answer(Body::from_stream(pieces_of(exported.file)), now_ms, Some(exported.bytes)))
}

/// Makes a new board of a file: a copy with a name, a code and a log of its own.
///
/// # Errors
/// 413, 415 and 422 for a file that is not what it should be, and then no board is made; 503 if too
/// many ask; 507 when the disk is full.
#[utoipa::path(post, path = "/api/v1/boards/import", tag = "boards",
    request_body(content = Vec<u8>, content_type = "application/vnd.kakehashi.board+zip", description = "A `.kakehashi` file; of whatever type it is said to be"), responses(
    (status = 201, description = "The board, durable", body = NewBoard),
    (status = 403, description = "`accounts_only`", body = Problem, content_type = "application/problem+json"),
    (status = 413, description = "`file_too_large`: in bytes, entries, unpacked bytes or memory", body = Problem, content_type = "application/problem+json"),
    (status = 415, description = "`file_type`: no file of a board", body = Problem, content_type = "application/problem+json"),
    (status = 422, description = "`file_damaged`: not whole, or not as it was written; `file_refused`: holds what no board may hold; `file_version`: of a newer version", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "`file_busy`", body = Problem, content_type = "application/problem+json"),
    (status = 507, description = "The disk is full", body = Problem, content_type = "application/problem+json"),
))]
pub async fn import(State(site): State<Arc<Site>>, Starter(author): Starter, headers: HeaderMap, body: Body) -> Result<Response, Problem> {
    may_start(&site, &author).await?;
    let receiving = site.transfers.receive().ok_or_else(busy)?;
    let pieces = Pieces::new(&headers, body, FILE_BYTES_MAX, RECEIVING, "file_too_large")?;
    let file = receive(site.transfers.file()?, pieces).await?;
    let turn = site.transfers.work().await.ok_or_else(busy)?;
    let board = BoardId(random()?);
    let now_ms = wall_ms();
    let (wanted, asker) = Wanted::new(site.hub.services.drain.guard());
    let (store, transfers) = (store(&site), Arc::clone(&site.transfers));
    let work = move || {
        let checked = check(file, transfers.file()?, now_ms, &wanted)?;
        let brought = bring_in(&store, &transfers, &checked, board, now_ms, &wanted);
        drop((turn, receiving));
        brought
    };
    let brought = finished(spawn_blocking(work).await);
    drop(asker);
    match brought {
        Ok(brought) => {
            tracing::info!(%board, "a board was made of a file");
            made(&site, brought.board, brought.code, now_ms, &author).await
        }
        Err(problem) => {
            tracing::info!(code = problem.code, detail = problem.detail, "no board was made of a file");
            Err(problem)
        }
    }
}

fn store(site: &Site) -> Store {
    Store { runtime: Handle::current(), log: Arc::clone(&site.hub.services.log), assets: site.assets.clone() }
}

fn busy() -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "file_busy", "too many files are being worked on; try again").retry_after(10)
}

/// What a piece of work gave; one that has struck a broken invariant is told as a failure of the storage.
fn finished<T>(outcome: Result<Result<T, FileError>, tokio::task::JoinError>) -> Result<T, Problem> {
    match outcome {
        Ok(outcome) => outcome.map_err(Problem::from),
        Err(error) => {
            tracing::error!(%error, "working on a board's file has failed");
            Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "storage", "working on the file has failed; the server's log says why"))
        }
    }
}

/// Writes a body to a file as it comes.
async fn receive(mut file: File, mut pieces: Pieces) -> Result<File, Problem> {
    let (sender, mut waiting) = mpsc::channel::<Bytes>(PIECES_WAITING);
    let writing = spawn_blocking(move || {
        while let Some(piece) = waiting.blocking_recv() {
            file.write_all(&piece)?;
        }
        Ok(file)
    });
    while let Some(piece) = pieces.next().await? {
        if sender.send(piece).await.is_err() {
            // The writer has met an error, which it tells below.
            break;
        }
    }
    drop(sender);
    match writing.await {
        Ok(written) => written.map_err(|error: std::io::Error| FileError::io("a file that arrives", &error).into()),
        Err(_) => Err(Problem::busy("the server is shutting down")),
    }
}

fn answer(body: Body, now_ms: u64, bytes: Option<u64>) -> Response {
    let mut response = (no_store(), body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"kakehashi-{}.kakehashi\"", board_file::date(now_ms))) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    if let Some(bytes) = bytes {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes));
    }
    response
}

/// The pieces of a file, read as they are sent. One that cannot be read ends the answer before its
/// length, so that nobody takes it for whole.
fn pieces_of(file: File) -> impl stream::Stream<Item = std::io::Result<Bytes>> {
    stream::try_unfold(file, |mut file| async {
        let read = move || {
            let mut piece = vec![0; PIECE_BYTES];
            let read = loop {
                match file.read(&mut piece) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    read => break read?,
                }
            };
            piece.truncate(read);
            Ok((read > 0).then(|| (Bytes::from(piece), file)))
        };
        spawn_blocking(read).await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
    })
}
