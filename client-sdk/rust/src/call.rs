//! The board's call passes through: what it says is for the app, which has the media.

use crate::client::Client;

impl Client {
    /// Asks something of the board's call: JSON as [`kakehashi_protocol::call::Ask`] has it. Says whether it
    /// goes out; without a connection nothing is kept of it, since a call is of the moment.
    pub fn ask_call(&mut self, ask: String) -> bool {
        let hears = self.call_hears();
        if hears {
            self.call_asks.push(ask);
        }
        hears
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
