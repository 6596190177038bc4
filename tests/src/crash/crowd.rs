//! A board with writers on it, and the question whether everybody has everything that was written.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kakehashi_client::Event;
use kakehashi_client::native::{Board, Options};
use kakehashi_protocol::ids::{ActorId, BoardId, DocumentId};
use parking_lot::Mutex;
use tokio::task::JoinHandle;

use super::hand::Hand;
use super::server::Server;

/// How long clients may take until they are in step again.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often they are asked.
const ASK: Duration = Duration::from_millis(5);

/// Everybody on one board.
pub struct Crowd {
    link: String,
    pages: Vec<DocumentId>,
    writers: Vec<Writer>,
    resting: Arc<AtomicBool>,
}

struct Writer {
    board: Arc<Board>,
    hand: Arc<Mutex<Hand>>,
    /// The name it is to keep.
    actor: Option<ActorId>,
    /// What no client should be told here.
    bad: Arc<Mutex<Vec<Event>>>,
    tasks: [JoinHandle<()>; 2],
}

impl Crowd {
    /// A new board of a server that runs, with so many writers and two pages. They rest.
    ///
    /// # Panics
    /// If the board cannot be had.
    pub async fn gather(server: &Server, writers: u64, seed: u64) -> Self {
        let (link, _) = Board::start(&format!("http://{}", server.address()), &Options::default()).await.expect("a board");
        let (first, _events) = Board::open(&link, Options::default()).expect("a link");
        until(&first, |client| client.is_live(DocumentId::COVER)).await;
        let pages = first
            .with(|client, now| {
                let mut edit = client.draft();
                edit.add_page(client, None).expect("there is room");
                let gesture = client.new_gesture();
                client.commit(now, 0, gesture, edit).expect("anybody may add a page");
                client.pages().iter().map(|page| DocumentId(page.id())).collect::<Vec<_>>()
            })
            .await
            .expect("it is open");
        until(&first, |client| client.unsaved() == 0).await;
        first.close().await;
        let mut crowd = Self { link, pages, writers: Vec::new(), resting: Arc::new(AtomicBool::new(true)) };
        for number in 0..writers {
            let writer = crowd.writer(seed.wrapping_mul(31).wrapping_add(number)).await;
            crowd.writers.push(writer);
        }
        crowd
    }

    async fn writer(&self, seed: u64) -> Writer {
        let (board, mut events) = Board::open(&self.link, Options::default()).expect("a link");
        let board = Arc::new(board);
        let pages = self.pages.clone();
        let actor = board
            .with(move |client, _| {
                pages.iter().for_each(|page| assert!(client.open(*page)));
                client.actor()
            })
            .await
            .expect("it is open");
        let (hand, bad) = (Arc::new(Mutex::new(Hand::new(seed))), Arc::new(Mutex::new(Vec::new())));
        let (told, writing) = (Arc::clone(&bad), self.writing(&board, &hand));
        let listening = tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                if matches!(event, Event::Refused { .. } | Event::Renewed { .. } | Event::Withdrawn(_) | Event::Stopped(_)) {
                    told.lock().push(event);
                }
            }
        });
        Writer { board, hand, actor: Some(actor), bad, tasks: [tokio::spawn(writing), listening] }
    }

    fn writing(&self, board: &Arc<Board>, hand: &Arc<Mutex<Hand>>) -> impl Future<Output = ()> + use<> {
        let (board, hand, resting, pages) = (Arc::clone(board), Arc::clone(hand), Arc::clone(&self.resting), self.pages.clone());
        async move {
            loop {
                let pause = hand.lock().pause_us();
                tokio::time::sleep(Duration::from_micros(pause)).await;
                if resting.load(Ordering::SeqCst) {
                    continue;
                }
                let (hand, resting, pages) = (Arc::clone(&hand), Arc::clone(&resting), pages.clone());
                let act = board.with(move |client, now| {
                    if !resting.load(Ordering::SeqCst) {
                        hand.lock().act(client, now, &pages);
                    }
                });
                if act.await.is_err() {
                    return;
                }
            }
        }
    }

    /// Lets them write, until they are to rest.
    pub fn write(&self) {
        self.resting.store(false, Ordering::SeqCst);
    }

    /// Has them rest; what they wrote is on its way.
    pub fn rest(&self) {
        self.resting.store(true, Ordering::SeqCst);
    }

    /// Ops that were written so far.
    #[must_use]
    pub fn ops(&self) -> u64 {
        self.writers.iter().map(|writer| writer.hand.lock().ops).sum()
    }

    /// Ops without a verdict at this moment, of all writers.
    ///
    /// # Panics
    /// If a client has ended.
    pub async fn unsaved(&self) -> usize {
        let mut sum = 0;
        for writer in &self.writers {
            sum += writer.board.with(|client, _| client.unsaved()).await.expect("it is open");
        }
        sum
    }

    /// Tells the clients that they may find a server again, as a device's network does.
    ///
    /// # Panics
    /// If a client has ended.
    pub async fn wake(&self) {
        for writer in &self.writers {
            writer.board.with(|client, now| client.network_changed(now)).await.expect("it is open");
        }
    }

    /// Lets everybody rest and come in step, and says what is wrong then: writers that were refused or
    /// renamed, digests that differ, records that are missing for one who joins only now.
    ///
    /// # Panics
    /// If a client has ended.
    pub async fn faults(&self) -> Vec<String> {
        self.rest();
        let mut faults = Vec::new();
        let late = self.late().await;
        let began = Instant::now();
        let mut equal = false;
        while !equal && began.elapsed() < PATIENCE && self.writers.iter().all(|writer| writer.bad.lock().is_empty()) {
            tokio::time::sleep(ASK).await;
            equal = self.equal(&late).await;
        }
        for (number, writer) in self.writers.iter().enumerate() {
            let hand = Arc::clone(&writer.hand);
            let missing = late.with(move |client, _| hand.lock().missing(client)).await.expect("it is open");
            faults.extend(missing.into_iter().map(|what| format!("writer {number}: {what}")));
            let actor = writer.board.with(|client, _| client.actor()).await.expect("it is open");
            if writer.actor.is_some_and(|kept| kept != actor) {
                faults.push(format!("writer {number} had to take another name"));
            }
            faults.extend(writer.bad.lock().drain(..).map(|event| format!("writer {number} was told: {event:?}")));
        }
        if !equal {
            let unsaved = self.unsaved().await;
            faults.push(format!("not everybody has the same after {:?}; {unsaved} ops without a verdict", began.elapsed()));
        }
        late.close().await;
        faults
    }

    /// Somebody who joins only now.
    async fn late(&self) -> Board {
        let (late, _events) = Board::open(&self.link, Options::default()).expect("a link");
        let pages = self.pages.clone();
        late.with(move |client, _| pages.iter().for_each(|page| assert!(client.open(*page)))).await.expect("it is open");
        late
    }

    async fn equal(&self, late: &Board) -> bool {
        let Some(digests) = digests(late, &self.pages).await else { return false };
        for writer in &self.writers {
            if self::digests(&writer.board, &self.pages).await.as_ref() != Some(&digests) {
                return false;
            }
        }
        true
    }

    /// The board's name.
    ///
    /// # Panics
    /// If the link is none.
    #[must_use]
    pub fn board(&self) -> BoardId {
        let name = self.link.rsplit('/').next().expect("a link has slashes");
        name.parse().expect("a link ends with a name")
    }

    /// The digests that all have, of cover and pages; `None` while they are not in step.
    pub async fn digests(&self) -> Option<Vec<(DocumentId, [u8; 16])>> {
        let digests = digests(&self.writers.first()?.board, &self.pages).await?;
        Some([DocumentId::COVER].iter().chain(&self.pages).copied().zip(digests).collect())
    }

    /// Lets everybody rest until all have the same, whatever that is.
    ///
    /// # Panics
    /// If it does not come to pass.
    pub async fn rest_until_equal(&self) {
        self.rest();
        let late = self.late().await;
        let began = Instant::now();
        while !self.equal(&late).await {
            assert!(began.elapsed() < PATIENCE, "they do not come in step");
            tokio::time::sleep(ASK).await;
        }
        late.close().await;
    }

    /// Forgets what was written and under which names: what follows is judged by itself.
    pub fn forget(&mut self) {
        for writer in &mut self.writers {
            writer.hand.lock().forget();
            writer.bad.lock().clear();
            writer.actor = None;
        }
    }

    /// Ends all clients.
    pub async fn leave(self) {
        for writer in self.writers {
            writer.tasks.iter().for_each(JoinHandle::abort);
        }
    }
}

/// The digests of cover and pages; `None` while they are not all in step, or something waits.
async fn digests(board: &Board, pages: &[DocumentId]) -> Option<Vec<[u8; 16]>> {
    let documents: Vec<DocumentId> = [DocumentId::COVER].iter().chain(pages).copied().collect();
    let ask = move |client: &mut kakehashi_client::Client, _: u64| {
        let still = client.unsaved() == 0 && documents.iter().all(|document| client.is_live(*document));
        if still { documents.iter().map(|document| client.digest(*document)).collect() } else { None }
    };
    board.with(ask).await.expect("it is open")
}

async fn until(board: &Board, done: impl Fn(&kakehashi_client::Client) -> bool + Clone + Send + 'static) {
    let began = Instant::now();
    loop {
        let ask = done.clone();
        if board.with(move |client, _| ask(client)).await.expect("it is open") {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "it never came to pass");
        tokio::time::sleep(ASK).await;
    }
}
