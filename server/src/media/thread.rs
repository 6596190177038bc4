//! The thread of all calls: what comes by the sockets and from the rooms goes to the call it is for.
//!
//! Whose a datagram is, is known by the address it came from, and an address is known once a check of
//! ICE has come from it that was made with the page's own password. All else from an unknown
//! address is dropped unread, so that nobody who was not let in costs more than a look.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use kakehashi_protocol::call::{Ask, IceServer, MemberId, Tell};
use kakehashi_protocol::ids::{ActorId, BoardId};
use tokio::sync::mpsc::WeakSender;
use tokio::sync::{Semaphore, mpsc};

use super::call::member::Page;
use super::call::{Call, Engines};
use super::leg::engine::Engine;
use super::leg::guarded::Guarded;
use super::leg::{Leg, LegError, Transport};
use super::port::{DATAGRAM_BYTES_MAX, Heard, Sockets};
use super::reach::Reach;
use super::turn::credential::Secret;
use super::turn::door::{Door, now_s};
use super::turn::told::Told;
use super::turn::wire::{Message, attribute};
use super::turn::{Client, Done, is_for};
use super::{Asker, COMMANDS_MAX, Calls, Command, TURN_STREAMS_MAX};
use crate::connection::line::Line;
use crate::hub::meters::Meters;
use crate::room::command;
use crate::room::core::{ConnectionId, call_message};

/// Datagrams read before what came is sent on and others have a turn.
const DATAGRAMS_AT_ONCE: usize = 32;
/// Commands obeyed before others have a turn.
const COMMANDS_AT_ONCE: usize = 64;
/// Addresses of one member: a page has a few networks, each by UDP and TCP.
const ADDRESSES_MAX: usize = 16;
/// From so many packets a second on, what comes within [`GATHERED`] goes out together: a leg's turn costs as much as its packet.
const GATHERS_FROM: u64 = 2_000;
/// A fifth of the time between two packets of a voice.
const GATHERED: Duration = Duration::from_millis(4);
/// How often numbers are shown.
const METERS_EVERY: Duration = Duration::from_secs(1);

impl Calls {
    /// Starts the thread of all calls. It ends with the process. Two who are alone in a call may send directly, if `direct`.
    ///
    /// # Errors
    /// Those of the operating system: no port, no thread.
    pub fn start(reach: Reach, direct: bool, meters: Meters) -> io::Result<Self> {
        let (commands, queue) = mpsc::channel(COMMANDS_MAX);
        let (opened, opens) = std::sync::mpsc::channel();
        let secret = Secret::draw()?;
        std::thread::Builder::new().name("calls".into()).spawn(move || {
            let opened = |result| {
                // An error means that the server was given up while it started.
                let _ = opened.send(result);
            };
            let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => return opened(Err(error)),
            };
            runtime.block_on(async {
                let open = Sockets::open(reach.listen).and_then(|(sockets, heard)| Ok((sockets.hosts(&reach.addresses)?, sockets, heard)));
                match open {
                    Ok((hosts, mut sockets, heard)) => {
                        opened(Ok((hosts.clone(), sockets.heard())));
                        let by_udp = hosts.iter().filter(|(transport, _)| *transport == Transport::Udp).map(|(_, host)| *host);
                        sockets.turn = Some(Door::new(by_udp.collect(), secret.clone()));
                        let told = Told::new(&hosts, reach.web.as_ref(), reach.outside, secret);
                        Thread::new(sockets, hosts, told, direct, meters).run(queue, heard).await;
                    }
                    Err(error) => opened(Err(error)),
                }
            });
        })?;
        let (hosts, heard) = opens.recv().map_err(|_| io::Error::other("the thread of calls has ended as it started"))??;
        tracing::info!(hosts = ?hosts, "calls are reached here");
        Ok(Self { commands: Some(commands), streams: Some((heard, Arc::new(Semaphore::new(TURN_STREAMS_MAX)))) })
    }
}

/// A page by its connection's line.
struct LinePage {
    line: Weak<Line>,
    room: WeakSender<command::Command>,
}

impl Page for LinePage {
    fn tell(&self, tell: &Tell) {
        if let Some(line) = self.line.upgrade() {
            line.say(call_message(tell).into());
        }
    }

    fn is_here(&self) -> bool {
        self.line.strong_count() > 0
    }

    fn glimpse(&self, connection: ConnectionId, bytes: Vec<u8>) {
        if let Some(room) = self.room.upgrade() {
            // A room with much to do lets it go.
            let _ = room.try_send(command::Command::Glimpse(connection, bytes.into()));
        }
    }
}

#[derive(Clone)]
struct EngineMaker(Vec<(Transport, SocketAddr)>, Arc<Told>);

impl Engines for EngineMaker {
    fn leg(&self, now: Instant) -> Result<Box<dyn Leg>, LegError> {
        Ok(Box::new(Guarded::new(Engine::new(now, &self.0)?)))
    }

    fn ice(&self, actor: ActorId) -> Vec<IceServer> {
        self.1.servers(&actor.to_string(), now_s())
    }
}

struct Thread {
    sockets: Sockets,
    hosts: Vec<(Transport, SocketAddr)>,
    engines: EngineMaker,
    calls: HashMap<BoardId, Call>,
    addresses: HashMap<(Transport, SocketAddr), (BoardId, MemberId)>,
    /// Whom a check is for that begins with this.
    ufrags: HashMap<String, (BoardId, MemberId)>,
    direct: bool,
    meters: Meters,
    metered: Instant,
    /// When legs last sent what they were given.
    settled: Instant,
    /// Packets that went out in the second before.
    rate: u64,
    /// The last number that any call gave; a call that is forgotten and begins again gives others.
    last: MemberId,
}

impl Thread {
    fn new(sockets: Sockets, hosts: Vec<(Transport, SocketAddr)>, told: Told, direct: bool, meters: Meters) -> Self {
        let engines = EngineMaker(hosts.clone(), Arc::new(told));
        Self {
            sockets,
            hosts,
            engines,
            calls: HashMap::new(),
            addresses: HashMap::new(),
            ufrags: HashMap::new(),
            direct,
            meters,
            metered: Instant::now(),
            settled: Instant::now(),
            rate: 0,
            last: 0,
        }
    }

    async fn run(mut self, mut commands: mpsc::Receiver<Command>, mut heard: mpsc::Receiver<Heard>) {
        let mut obeyed = Vec::with_capacity(COMMANDS_AT_ONCE);
        loop {
            let due = self.calls.values().filter_map(Call::poll_timeout).min();
            let due = due.unwrap_or_else(|| Instant::now() + METERS_EVERY).min(self.metered + METERS_EVERY);
            let due = if self.calls.values().any(Call::is_stirred) { due.min(self.settled + self.gathers()) } else { due };
            tokio::select! {
                readable = self.sockets.udp.readable() => if readable.is_ok() { self.read() },
                count = commands.recv_many(&mut obeyed, COMMANDS_AT_ONCE) => {
                    if count == 0 {
                        return;
                    }
                    obeyed.drain(..).for_each(|command| self.obey(command));
                }
                heard = heard.recv() => if let Some(heard) = heard { self.hear(heard) },
                () = self.sockets.accept() => {}
                () = tokio::time::sleep_until(due.into()) => {}
            }
            self.pass(Instant::now());
        }
    }

    /// Does something with a call. One that breaks ends alone: its pages are told, and begin another.
    fn with(&mut self, board: BoardId, act: impl FnOnce(&mut Call, &mut Sockets)) {
        let Some(call) = self.calls.get_mut(&board) else { return };
        let sockets = &mut self.sockets;
        if catch_unwind(AssertUnwindSafe(|| act(call, sockets))).is_err() {
            tracing::error!(%board, members = call.size(), "a call is broken and ends; what was said stands above");
            let Some(broken) = self.calls.remove(&board) else { return };
            let direct = self.direct;
            if let Ok(call) = catch_unwind(AssertUnwindSafe(|| broken.begin_again(direct))) {
                self.calls.insert(board, call);
            }
        }
    }

    /// Time passes for all calls.
    fn pass(&mut self, now: Instant) {
        let due = |call: &Call| call.poll_timeout().is_some_and(|due| due <= now);
        for board in self.calls.iter().filter(|(_, call)| due(call)).map(|(board, _)| *board).collect::<Vec<_>>() {
            self.with(board, |call, sockets| call.handle_timeout(now, sockets));
        }
        if now >= self.settled + self.gathers() {
            for board in self.calls.iter().filter(|(_, call)| call.is_stirred()).map(|(board, _)| *board).collect::<Vec<_>>() {
                self.with(board, |call, sockets| call.settle(now, sockets));
                self.settled = now;
            }
        }
        if now.saturating_duration_since(self.metered) < METERS_EVERY {
            return;
        }
        self.metered = now;
        self.calls.retain(|_, call| !call.is_empty());
        let addresses = &self.addresses;
        self.sockets.tidy(now, |peer| addresses.contains_key(&(Transport::Tcp, peer)));
        let calls = &mut self.calls;
        self.addresses.retain(|address, (board, member)| {
            calls.get_mut(board).and_then(|call| call.addresses(*member)).is_some_and(|addresses| addresses.contains(address))
        });
        self.ufrags.retain(|ufrag, (board, member)| calls.get(board).and_then(|call| call.ufrag(*member)) == Some(ufrag));
        self.meters.call_members.set(self.calls.values().map(Call::size).sum::<usize>() as f64);
        self.rate = self.calls.values_mut().map(Call::take_forwarded).sum();
        self.meters.call_packets.increment(self.rate);
        self.meters.call_lost.increment(self.sockets.take_lost());
        if let Some(turn) = &mut self.sockets.turn {
            turn.tidy(now);
            let (allocations, counts) = turn.take_counts();
            self.meters.turn_allocations.set(allocations as f64);
            self.meters.turn_refused.increment(counts.refused);
            self.meters.turn_datagrams.increment(counts.datagrams);
        }
    }

    /// For how long what is to go out waits for more of it.
    const fn gathers(&self) -> Duration {
        if self.rate < GATHERS_FROM { Duration::ZERO } else { GATHERED }
    }

    fn obey(&mut self, command: Command) {
        let now = Instant::now();
        match command {
            Command::Ask { board, asker, line, room, ask } => self.ask(now, board, asker, LinePage { line, room }, *ask),
            Command::Show(board, readers, message) => self.with(board, |call, _| call.handle_show(now, &readers, &message)),
            Command::MaySpeak(board, connection, speaks) => self.with(board, |call, _| call.handle_may_speak(now, connection, speaks)),
            Command::End(board, connection) => self.with(board, |call, sockets| call.handle_end(now, connection, sockets)),
            Command::Stop => {
                for board in self.calls.keys().copied().collect::<Vec<_>>() {
                    self.with(board, |call, sockets| call.handle_stop(now, sockets));
                }
            }
        }
    }

    fn ask(&mut self, now: Instant, board: BoardId, asker: Asker, page: LinePage, ask: Ask) {
        let (last, direct) = (self.last, self.direct);
        self.calls.entry(board).or_insert_with(|| Call::new(last, direct));
        let engines = self.engines.clone();
        self.with(board, |call, sockets| call.handle_ask(now, asker, Box::new(page), ask, &engines, sockets));
        let Some(call) = self.calls.get(&board) else { return };
        self.last = self.last.max(call.last());
        if let Some((member, ufrag)) = call.ufrag_of(asker.actor) {
            self.ufrags.insert(ufrag.to_owned(), (board, member));
        }
    }

    fn read(&mut self) {
        let mut buffer = [0; DATAGRAM_BYTES_MAX];
        for _ in 0..DATAGRAMS_AT_ONCE {
            let Ok((length, source)) = self.sockets.udp.receive(&mut buffer) else { return };
            let datagram = &buffer[..length];
            match datagram {
                // Nothing comes from there that is what it says it is.
                _ if self.sockets.turn.as_ref().is_some_and(|turn| turn.relays(source)) => {}
                datagram if is_for(datagram) => self.turn(Client::Udp(source), datagram),
                datagram => self.datagram(Transport::Udp, source, datagram),
            }
        }
    }

    /// A message of TURN, or what it carries to a call.
    fn turn(&mut self, client: Client, message: &[u8]) {
        let Some(turn) = &mut self.sockets.turn else { return };
        match turn.take(client, message) {
            Done::Answer(answer) => self.sockets.answer(client, &answer),
            Done::Came { source, host: _, datagram } if !is_for(datagram) => self.datagram(Transport::Udp, source, datagram),
            Done::Came { .. } | Done::Nothing => {}
        }
    }

    fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Datagram(peer, bytes) => self.datagram(Transport::Tcp, peer, &bytes),
            Heard::Turn(client, message) => self.turn(client, &message),
            Heard::TurnOpened(client, stream) => self.note_turn(client, Some(stream)),
            Heard::TurnClosed(client) => self.note_turn(client, None),
            Heard::Opened(peer, stream) => self.sockets.note(peer, Some(stream)),
            Heard::Closed(peer) => {
                self.sockets.note(peer, None);
                self.addresses.remove(&(Transport::Tcp, peer));
            }
        }
    }

    fn note_turn(&mut self, client: Client, stream: Option<mpsc::Sender<bytes::Bytes>>) {
        if let Some(turn) = &mut self.sockets.turn {
            turn.note(client, stream);
        }
    }

    fn datagram(&mut self, transport: Transport, source: SocketAddr, bytes: &[u8]) {
        let now = Instant::now();
        let Some(destination) = self.hosts.iter().find(|(by, host)| *by == transport && host.is_ipv4() == source.is_ipv4()) else { return };
        let way = (transport, source, destination.1);
        let known = self.addresses.get(&(transport, source)).copied();
        // The first two bits of a check are zero, and no other datagram's (RFC 7983).
        let owner = if bytes.first().is_some_and(|first| *first < 4) { self.owner_of_check(now, way, bytes) } else { known };
        let Some((board, member)) = owner else { return };
        self.with(board, |call, sockets| call.handle_datagram(now, member, way, bytes, sockets));
    }

    /// Whose a check is, by the name in it and the password it was made with; its address is theirs then.
    fn owner_of_check(
        &mut self,
        now: Instant,
        (transport, source, destination): (Transport, SocketAddr, SocketAddr),
        check: &[u8],
    ) -> Option<(BoardId, MemberId)> {
        // The engine's own reader writes into the log what it does not understand, of whomever it is.
        let (ufrag, _) = Message::parse(check)?.text(attribute::USERNAME)?.split_once(':')?;
        let owner = *self.ufrags.get(ufrag)?;
        let leg = self.calls.get(&owner.0).and_then(|call| call.leg(owner.1))?;
        if !leg.knows(now, transport, source, destination, check) {
            return None;
        }
        if self.addresses.get(&(transport, source)) == Some(&owner) {
            return Some(owner);
        }
        let addresses = self.calls.get_mut(&owner.0)?.addresses(owner.1)?;
        if addresses.len() >= ADDRESSES_MAX {
            let oldest = addresses.remove(0);
            self.addresses.remove(&oldest);
        }
        addresses.push((transport, source));
        self.addresses.insert((transport, source), owner);
        Some(owner)
    }
}
