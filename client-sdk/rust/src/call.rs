//! The board's call passes through: what it says is for the app, which has the media.

use crate::client::Client;

impl Client {
    /// Asks something of the board's call: JSON as [`kakehashi_protocol::call::Ask`] has it. Says whether it
    /// goes out; without a connection nothing is kept of it, since a call is of the moment.
    pub fn ask_call(&mut self, ask: String) -> bool {
        let live = self.connection.live() && !self.waits();
        if live {
            self.call_asks.push(ask);
        }
        live
    }
}
