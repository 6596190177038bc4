//! What a store knows of its own state, for those who run it.

use std::collections::BTreeMap;
use std::sync::Arc;

use kakehashi_protocol::ids::BoardId;
use parking_lot::Mutex;

use super::LogError;

/// How a store is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Health {
    /// Why nothing is written any more until it is opened again.
    pub poisoned: Option<String>,
    /// How many boards were found damaged since it was opened. They are not served; others are.
    pub damaged: usize,
}

/// Gathers what is found out. Clones are the same store's.
#[derive(Clone, Debug, Default)]
pub(super) struct Watch(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    poisoned: Option<String>,
    damaged: BTreeMap<BoardId, String>,
}

impl Watch {
    /// Nothing is written any more.
    pub(super) fn poison(&self, reason: &str) {
        metrics::gauge!("kakehashi_log_poisoned").set(1.0);
        tracing::error!(reason, "nothing is written any more; the server must be started again");
        self.0.lock().poisoned = Some(reason.to_owned());
    }

    /// Passes an answer on, and remembers it if it says that the board is damaged.
    pub(super) fn note<T>(&self, board: BoardId, answer: Result<T, LogError>) -> Result<T, LogError> {
        if let Err(error @ LogError::Damaged { .. }) = &answer {
            let mut known = self.0.lock();
            let error = error.to_string();
            if known.damaged.get(&board) != Some(&error) {
                tracing::error!(%board, error, "a board is damaged and is not served");
                known.damaged.insert(board, error);
            }
            metrics::gauge!("kakehashi_log_damaged_boards").set(known.damaged.len() as f64);
        }
        answer
    }

    /// A board is gone.
    pub(super) fn forget(&self, board: BoardId) {
        let mut known = self.0.lock();
        known.damaged.remove(&board);
        metrics::gauge!("kakehashi_log_damaged_boards").set(known.damaged.len() as f64);
    }

    pub(super) fn health(&self) -> Health {
        let known = self.0.lock();
        Health { poisoned: known.poisoned.clone(), damaged: known.damaged.len() }
    }
}
