//! The board's call passes through: what it says is for the app, which has the media.

use kakehashi_protocol::limits;

use crate::client::Client;
use crate::output::FRAME_HEAD;

impl Client {
    /// Asks something of the board's call: JSON as [`kakehashi_protocol::call::Ask`] has it. Says whether it
    /// goes out: not without a connection, since a call is of the moment and nothing is kept of it, and not if
    /// it is longer than [`limits::MESSAGE_BYTES_MAX`] allows.
    pub fn ask_call(&mut self, ask: String) -> bool {
        let goes = self.call_hears() && ask.len() + FRAME_HEAD <= limits::MESSAGE_BYTES_MAX;
        if goes {
            self.call_asks.push(ask);
        }
        goes
    }

    /// Whether asks go out now.
    pub(crate) fn call_hears(&self) -> bool {
        self.connection.live() && !self.waits()
    }

    /// What the call told next, past all other events: a call waits for no app that reads late.
    #[cfg(feature = "native")]
    pub(crate) fn take_tell(&mut self) -> Option<String> {
        self.events.take_tell()
    }
}
