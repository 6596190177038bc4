//! From the board's connection to whoever has the media of its call: what the call tells, and whether
//! it hears. Both go past the app's events, which an app may read late.

use tokio::sync::mpsc;

use crate::client::Client;

/// News that may wait for the call; more are gathered in the core.
pub(super) const NEWS_MAX: usize = 256;

/// What the board has for its call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CallNews {
    /// From now on asks reach the call. After a [`Self::Deaf`] it is another connection.
    Hears,
    /// Asks do not reach it: the connection is lost, or the participant waits in the lobby.
    Deaf,
    /// JSON as [`kakehashi_protocol::call::Tell`] has it.
    Tell(String),
}

/// The listener, if there is one, and what it was told of the connection.
#[derive(Default)]
pub(super) struct ToCall {
    news: Option<mpsc::Sender<CallNews>>,
    /// The connection that it knows to hear.
    hears: Option<u64>,
    /// There was one: what the call tells further is for nobody.
    gone: bool,
}

impl ToCall {
    pub fn new(news: mpsc::Sender<CallNews>) -> Self {
        Self { news: Some(news), hears: None, gone: false }
    }

    /// Passes on what there is, and says whether something waits for room. `link` is the number of the
    /// client's connection.
    pub fn tell(&mut self, client: &mut Client, link: u64) -> bool {
        if self.news.as_ref().is_some_and(mpsc::Sender::is_closed) {
            *self = Self { gone: true, ..Self::default() };
        }
        let Some(news) = &self.news else {
            while self.gone && client.take_tell().is_some() {}
            return false;
        };
        let hears = client.call_hears().then_some(link);
        while let Ok(permit) = news.try_reserve() {
            // A connection's last words come before its end, and a new one's first after its beginning.
            if self.hears.is_none() && hears.is_some() {
                self.hears = hears;
                permit.send(CallNews::Hears);
            } else if let Some(tell) = client.take_tell() {
                permit.send(CallNews::Tell(tell));
            } else if self.hears != hears {
                self.hears = None;
                permit.send(CallNews::Deaf);
            } else {
                return false;
            }
        }
        true
    }

    /// Waits until the listener has room again, or is gone.
    pub async fn roomy(&self) {
        if let Some(news) = &self.news {
            drop(news.reserve().await);
        }
    }
}
