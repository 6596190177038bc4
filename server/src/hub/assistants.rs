//! Panels that are assistants on a board because the timetable says so: the board's record of one says it from when it
//! enters, and no longer once its time is over or it was assigned elsewhere.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

use super::Hub;
use super::clock::wall_ms;
use crate::directory::DirectoryError;
use crate::directory::credential::ParticipantId;
use crate::directory::timetable::assistants::Raised;
use crate::directory::token::{hex, random};
use crate::room::command::Command;
use crate::room::core::Recorded;

/// How often it is looked whether anybody's time is over. One row of a table for each panel that assists.
pub const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long a board may take to write what it is told.
const SETTLE_DEADLINE: Duration = Duration::from_secs(5);
/// How long a panel without a record is waited for: it may have been let in as an assistant just before its time was over. A
/// connection is given up on long before.
const COMING: Duration = Duration::from_secs(60);

/// Panels whose time is over and of which their board has no record, and since when that is known.
type Coming = HashMap<(BoardId, i64), Instant>;

/// Looks until the server stops.
pub async fn look_after(hub: Arc<Hub>) {
    let mut guard = hub.services.drain.guard();
    let mut coming = Coming::new();
    loop {
        tokio::select! {
            () = guard.stopped() => return,
            () = tokio::time::sleep(LOOK_EVERY) => dismiss(&hub, &mut coming).await,
        }
    }
}

/// Takes back what the timetable gives no longer. What fails is tried again with the next look.
pub async fn dismiss_lapsed(hub: &Arc<Hub>) {
    dismiss(hub, &mut Coming::new()).await;
}

async fn dismiss(hub: &Arc<Hub>, coming: &mut Coming) {
    if let Err(error) = try_dismiss(hub, coming).await {
        tracing::error!(%error, "panels whose time as assistants is over cannot be looked up");
    }
}

async fn try_dismiss(hub: &Arc<Hub>, coming: &mut Coming) -> Result<(), DirectoryError> {
    let directory = &hub.services.directory;
    let lapsed = directory.lapsed_assistants(wall_ms()).await?;
    coming.retain(|place, _| lapsed.iter().any(|one| (one.board, one.panel) == *place));
    let told = lapsed.iter().map(|one| appoint(hub, one.board, one.participant, one.left.unwrap_or(Role::Viewer), Role::Assistant));
    for (one, recorded) in lapsed.iter().zip(join_all(told).await) {
        let over = match recorded? {
            None => false,
            Some(Recorded::Nothing) => coming.entry((one.board, one.panel)).or_insert_with(Instant::now).elapsed() >= COMING,
            Some(Recorded::Role(role)) => role != Role::Assistant || one.left >= Some(Role::Assistant),
            Some(Recorded::Removed) => true,
        };
        if over {
            directory.dismiss(*one).await?;
        }
    }
    Ok(())
}

/// Has a board's record of a panel say that it assists, unless it says something else by now. False if the board cannot be told;
/// it is then to be told when the panel comes again.
///
/// # Errors
/// Those of the storage and of the system's randomness.
pub async fn raise(hub: &Arc<Hub>, board: BoardId, participant: ParticipantId, raised: Raised) -> Result<bool, DirectoryError> {
    let Raised { panel, plain } = raised;
    let recorded = appoint(hub, board, participant, Role::Assistant, plain).await?;
    let told = recorded.is_some_and(|recorded| recorded != Recorded::Role(plain));
    if told {
        hub.services.directory.settle_assistant(board, panel).await?;
    }
    Ok(told)
}

/// Has a board's record of a panel say another role, if it says `only`; gives what it says when that is durable. `None` if the
/// board cannot be told now.
async fn appoint(hub: &Arc<Hub>, board: BoardId, panel: ParticipantId, role: Role, only: Role) -> Result<Option<Recorded>, DirectoryError> {
    let ticket = hex(&random::<16>()?);
    let told = async {
        let room = hub.room(board).await;
        let room = room.inspect_err(|error| tracing::warn!(%board, %error, "a board cannot be told of a panel's role")).ok()?;
        room.commands.send(Command::Appoint { participant: panel.0, role, only: Some(only), ticket }).await.ok()?;
        let (answer, settled) = oneshot::channel();
        room.commands.send(Command::Settled { participant: panel.0, answer }).await.ok()?;
        settled.await.ok()
    };
    Ok(timeout(SETTLE_DEADLINE, told).await.ok().flatten())
}
