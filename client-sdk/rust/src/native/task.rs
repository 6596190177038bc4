//! The board's task: brings time, messages and snapshots to the core, and does what it asks.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kakehashi_protocol::ids::DocumentId;
use tokio::sync::mpsc;
use tokio_rustls::TlsConnector;

use super::link::{Link, NEWS_MAX, News};
use super::store::Store;
use super::to_call::ToCall;
use super::{Address, Command, http};
use crate::client::Client;
use crate::event::{Event, NoticeCode, Request};
use crate::input::FetchError;

/// The longest the task sleeps without looking at the clock, which somebody may set.
const SLEEP_MAX: Duration = Duration::from_secs(10);
/// How long leaving waits for what is still to be sent.
const LEAVE_MAX: Duration = Duration::from_secs(2);

struct Fetched {
    link: u64,
    document: DocumentId,
    bytes: Option<Vec<u8>>,
}

pub(super) struct Task {
    client: Client,
    address: Address,
    tls: TlsConnector,
    store: Option<Store>,
    events: mpsc::Sender<Event>,
    /// Events the app has no room for yet.
    held: Option<Event>,
    to_call: ToCall,
    link: Option<Link>,
    links: u64,
    news: (mpsc::Sender<News>, mpsc::Receiver<News>),
    fetched: (mpsc::Sender<Fetched>, mpsc::Receiver<Fetched>),
}

/// The device's clock, milliseconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

impl Task {
    pub fn new(client: Client, address: Address, tls: TlsConnector, store: Option<Store>, events: mpsc::Sender<Event>) -> Self {
        Self {
            client,
            address,
            tls,
            store,
            events,
            held: None,
            to_call: ToCall::default(),
            link: None,
            links: 0,
            news: mpsc::channel(NEWS_MAX),
            fetched: mpsc::channel(4),
        }
    }

    pub async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        self.client.connect(now());
        loop {
            self.client.handle_timeout(now());
            self.carry_out();
            self.transmit();
            let call_waits = self.to_call.tell(&mut self.client, self.links);
            self.tell();
            let sleep = self.client.poll_timeout().map_or(SLEEP_MAX, |at| Duration::from_millis(at.saturating_sub(now())).min(SLEEP_MAX));
            let full = self.link.as_ref().filter(|link| link.outbox.capacity() == 0).map(|link| link.outbox.clone());
            tokio::select! {
                // What comes in first, so that what goes out builds on it; then what the app does.
                biased;
                Some(news) = self.news.1.recv() => self.take(news),
                Some(fetched) = self.fetched.1.recv() => {
                    if self.link.as_ref().is_some_and(|link| link.number == fetched.link) {
                        self.client.handle_snapshot(now(), fetched.document, fetched.bytes.as_deref().ok_or(FetchError));
                    }
                }
                command = commands.recv() => match command {
                    Some(Command::Act(act)) => act(&mut self.client, now()),
                    Some(Command::HearCall(news)) => self.to_call = ToCall::new(news),
                    None => break,
                },
                // With room again, what waits is sent.
                Some(_) = room(full.as_ref()) => {}
                // The app took an event: there is room for the next.
                Ok(()) = roomy(&self.events, self.held.is_some()) => {}
                () = self.to_call.roomy(), if call_waits => {}
                () = tokio::time::sleep(sleep.max(Duration::from_millis(1))) => {}
            }
        }
        self.leave().await;
    }

    fn take(&mut self, news: News) {
        let number = self.link.as_ref().map(|link| link.number);
        match news {
            News::Opened(of) if Some(of) == number => self.client.handle_connected(now()),
            News::Message(of, message) if Some(of) == number => self.client.handle_message(now(), &message),
            News::Closed(of) if Some(of) == number => {
                self.link = None;
                self.client.handle_disconnected(now());
            }
            _ => {}
        }
    }

    fn carry_out(&mut self) {
        let mut failed = None;
        while let Some(request) = self.client.poll_request() {
            let stored = match (request, &mut self.store) {
                (Request::Connect, _) => {
                    self.links += 1;
                    self.link = Some(Link::open(self.links, self.address.clone(), self.tls.clone(), self.news.0.clone()));
                    Ok(())
                }
                (Request::Disconnect, _) => {
                    self.link = None;
                    Ok(())
                }
                (Request::FetchSnapshot { document, ticket }, _) => {
                    self.fetch(document, ticket);
                    Ok(())
                }
                (Request::Recall { document }, _) => {
                    // Only pending changes are kept here.
                    self.client.handle_recalled(document, None);
                    Ok(())
                }
                (_, None) => Ok(()),
                (Request::Persist { actor, first, bytes }, Some(store)) => store.persist(actor, first, bytes),
                (Request::Forget { actor, below }, Some(store)) => store.forget(actor, below),
                (Request::Keep { actor, key }, Some(store)) => store.keep(actor, key),
                (Request::Release(actor), Some(store)) => store.release(actor),
            };
            failed = failed.or(stored.err());
        }
        if let Some(store) = &mut self.store {
            failed = failed.or(store.sync().err());
        }
        if let (Some(error), None) = (failed, &self.held) {
            // What cannot be kept here is sent all the same; the person is told.
            self.held = Some(Event::Notice { code: NoticeCode::Storage, detail: error.to_string() });
        }
    }

    fn fetch(&self, document: DocumentId, ticket: String) {
        let Some(link) = self.link.as_ref().map(|link| link.number) else { return };
        let (address, tls, fetched) = (self.address.clone(), self.tls.clone(), self.fetched.0.clone());
        tokio::spawn(async move {
            let bytes = http::snapshot(&address, &tls, document, &ticket).await.ok();
            // The board may have been left meanwhile.
            let _ = fetched.send(Fetched { link, document, bytes }).await;
        });
    }

    fn transmit(&mut self) {
        let Some(link) = &self.link else { return };
        while let Ok(permit) = link.outbox.try_reserve() {
            match self.client.poll_transmit(now()) {
                Some(message) => permit.send(message),
                None => return,
            }
        }
    }

    fn tell(&mut self) {
        while let Ok(permit) = self.events.try_reserve() {
            match self.held.take().or_else(|| self.client.poll_event()) {
                Some(event) => permit.send(event),
                None => return,
            }
        }
        // Without a receiver nobody is told, and events are of no use.
        if self.events.is_closed() {
            while self.client.poll_event().is_some() {}
            self.held = None;
        } else if self.held.is_none() {
            self.held = self.client.poll_event();
        }
    }

    /// Sends what can be sent at once, and lets go.
    async fn leave(mut self) {
        let end = tokio::time::Instant::now() + LEAVE_MAX;
        while self.link.is_some()
            && self.client.unsaved() > 0
            && self.client.status() == crate::Status::Live
            && tokio::time::Instant::now() < end
        {
            self.transmit();
            tokio::select! {
                Some(news) = self.news.1.recv() => self.take(news),
                () = tokio::time::sleep(Duration::from_millis(5)) => {}
            }
            self.client.handle_timeout(now());
            self.carry_out();
        }
        self.client.disconnect();
        self.carry_out();
        if let Some(store) = self.store {
            // There is nobody left to tell.
            let _ = store.close();
        }
    }
}

async fn room(full: Option<&mpsc::Sender<Vec<u8>>>) -> Option<()> {
    full?.reserve().await.ok().map(drop)
}

async fn roomy(events: &mpsc::Sender<Event>, waits: bool) -> Result<(), ()> {
    if !waits {
        return Err(());
    }
    events.reserve().await.map(drop).map_err(|_| ())
}
