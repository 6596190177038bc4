//! A room that breaks, one that nobody uses, and a server that stops.

use std::time::Duration;

use kakehashi_protocol::ids::{ActorId, LogId};
use kakehashi_protocol::rights::Role;
use kakehashi_protocol::wire::frame::Hello;

use super::*;
use crate::directory::Directory;
use crate::hub::Services;
use crate::hub::clock::wall_ms;
use crate::log::{JoinCode, Log, MemoryLog, NewBoard};
use crate::room::load::first_row;

const BOARD: BoardId = BoardId([1; 16]);

async fn hub() -> Arc<Hub> {
    let log = MemoryLog::new();
    let first_row = first_row(ActorId(1), &[0; 16], wall_ms());
    let code = JoinCode::new(1).expect("a code");
    log.create(NewBoard { board: BOARD, log: LogId([2; 16]), code, created_ms: wall_ms(), first_row }).await.expect("a board");
    let folder = tempfile::tempdir().expect("a folder");
    let directory = Directory::open(folder.path()).expect("a directory");
    Hub::new(Services::new(Arc::new(log), directory, Duration::from_secs(60)))
}

async fn join(room: &Room) -> Arc<Line> {
    let line = Arc::new(Line::default());
    let hello = Hello { protocol: 1, credential: Vec::new(), actor: ActorId(9), key: [3; 16], subscriptions: Vec::new() };
    let connection = room.new_connection();
    let join =
        Command::Join { connection, line: Arc::clone(&line), hello: Box::new(hello), entry: Role::Member.into(), ticket: String::new() };
    assert!(room.commands.send(join).await.is_ok());
    line.wanted().await;
    line
}

#[tokio::test]
async fn a_broken_room_stops_alone_and_is_read_anew() {
    let hub = hub().await;
    let room = hub.room(BOARD).await.expect("a room");
    join(&room).await;
    assert!(room.commands.send(Command::Panic).await.is_ok());
    // Connections notice by this.
    room.commands.closed().await;
    assert!(!room.is_alive());
    let again = hub.room(BOARD).await.expect("the room again");
    assert!(!Arc::ptr_eq(&room, &again));
    let line = join(&again).await;
    assert!(matches!(line.take().front(), Some(Direct::Message(_))));
}

#[tokio::test(start_paused = true)]
async fn a_room_stays_while_it_is_held_and_leaves_when_nobody_uses_it() {
    let hub = hub().await;
    let room = hub.room(BOARD).await.expect("a room");
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert!(room.is_alive());
    assert!(Arc::ptr_eq(&room, &hub.room(BOARD).await.expect("the same")));
    drop(room);
    tokio::time::sleep(Duration::from_secs(300)).await;
    assert_eq!(hub.rooms(), 0);
    assert!(hub.log_has_checkpoint().await);
}

#[tokio::test]
async fn a_room_that_stops_says_farewell() {
    let hub = hub().await;
    let room = hub.room(BOARD).await.expect("a room");
    let line = join(&room).await;
    line.take();
    drop(room);
    assert!(hub.services.drain.finish(Duration::from_secs(5)).await);
    let last = line.take();
    assert_eq!(last.back(), Some(&Direct::Close));
    assert!(matches!(hub.room(BOARD).await, Err(crate::hub::reading::ReadError::Stopping)));
}

impl Hub {
    async fn log_has_checkpoint(&self) -> bool {
        self.services.log.checkpoint_load(BOARD).await.is_ok_and(|checkpoint| checkpoint.is_some())
    }
}
