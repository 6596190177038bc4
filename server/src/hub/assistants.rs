//! Panels that are assistants on a board because the timetable says so: the board's record of one says it from when it
//! enters, and no longer once its time is over or it was assigned elsewhere.

use std::sync::Arc;
use std::time::Duration;

use kakehashi_protocol::ids::BoardId;
use kakehashi_protocol::rights::Role;

use super::Hub;
use super::clock::wall_ms;
use crate::directory::DirectoryError;
use crate::directory::credential::ParticipantId;
use crate::directory::token::{hex, random};
use crate::room::command::Command;

/// How often it is looked whether anybody's time is over. One row of a table for each panel that assists.
pub const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Looks until the server stops.
pub async fn look_after(hub: Arc<Hub>) {
    let mut guard = hub.services.drain.guard();
    loop {
        tokio::select! {
            () = guard.stopped() => return,
            () = tokio::time::sleep(LOOK_EVERY) => dismiss_lapsed(&hub).await,
        }
    }
}

/// Takes back what the timetable gives no longer. What fails is tried again with the next look.
pub async fn dismiss_lapsed(hub: &Arc<Hub>) {
    if let Err(error) = try_dismiss(hub).await {
        tracing::error!(%error, "panels whose time as assistants is over cannot be looked up");
    }
}

async fn try_dismiss(hub: &Arc<Hub>) -> Result<(), DirectoryError> {
    let directory = &hub.services.directory;
    for lapsed in directory.lapsed_assistants(wall_ms()).await? {
        let left = lapsed.left.unwrap_or(Role::Viewer);
        if appoint(hub, lapsed.board, lapsed.participant, left, Role::Assistant).await? {
            directory.dismiss(lapsed).await?;
        }
    }
    Ok(())
}

/// Has a board's record of a panel say another role, if it says `only`. False if the board cannot be told now.
///
/// # Errors
/// Those of the system's randomness.
pub async fn appoint(hub: &Arc<Hub>, board: BoardId, panel: ParticipantId, role: Role, only: Role) -> Result<bool, DirectoryError> {
    let ticket = hex(&random::<16>()?);
    match hub.room(board).await {
        Ok(room) => {
            let told = Command::Appoint { participant: panel.0, role, only: Some(only), ticket };
            Ok(room.commands.send(told).await.is_ok())
        }
        Err(error) => {
            tracing::warn!(%board, %error, "a board cannot be told of a panel's role");
            Ok(false)
        }
    }
}
