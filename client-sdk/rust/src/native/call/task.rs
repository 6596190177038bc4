//! The call's task: one socket, the news of the board, and what the app asks.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::mem::discriminant;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use kakehashi_protocol::call::{Ask, Source};
use kakehashi_protocol::lane::Shown;
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::super::to_call::CallNews;
use super::super::{Act, Command as BoardCommand};
use super::media::{Outgoing, Packet, Publish};
use super::session::{Keyframes, Output, Session};
use super::socket::Local;
use super::{CallError, CallEvent};

/// Datagrams that are read before anything else is looked at.
const READS_MAX: usize = 64;
/// The longest datagram there is on an Ethernet, and more.
const DATAGRAM_BYTES_MAX: usize = 2_048;

/// How long the server's name may take to be looked up where the network has changed.
const BIND_MAX: Duration = Duration::from_secs(5);

/// Reads or changes the session.
pub(super) type SessionAct = Box<dyn FnOnce(&mut Session, Instant) + Send>;
type Published = oneshot::Sender<Result<Keyframes, CallError>>;

/// What the app asks of the task.
pub(super) enum Command {
    /// Something is read or changed.
    Act(SessionAct),
    /// A packet is to be sent.
    Write(Source, Outgoing),
    /// A track is to be sent; who asks hears when the server has taken it.
    Publish(Publish, Published),
}

pub(super) struct Task {
    pub session: Session,
    pub socket: UdpSocket,
    pub local: Local,
    pub board: mpsc::WeakSender<BoardCommand>,
    pub packets: mpsc::Sender<Packet>,
    pub glimpses: mpsc::Sender<Shown>,
    pub events: mpsc::Sender<CallEvent>,
    /// Told once: media flows, or why it never will.
    pub joined: Option<oneshot::Sender<Result<(), CallError>>>,
    /// Events the app has no room for yet, one of a kind.
    pub waiting: VecDeque<CallEvent>,
    pub publishing: Vec<(Source, Keyframes, Published)>,
}

impl Task {
    pub async fn run(mut self, mut news: mpsc::Receiver<CallNews>, mut commands: mpsc::Receiver<Command>) {
        let mut datagram = [0; DATAGRAM_BYTES_MAX];
        while self.carry_out().await {
            let timeout = self.session.poll_timeout(Instant::now());
            tokio::select! {
                readable = self.socket.readable() => match readable {
                    Ok(()) => self.read(&mut datagram),
                    Err(error) => return self.over(CallError::Network(error.to_string())),
                },
                news = news.recv() => match news {
                    Some(CallNews::Hears) => self.session.handle_hears(true),
                    Some(CallNews::Deaf) => self.session.handle_hears(false),
                    Some(CallNews::Tell(json)) => match serde_json::from_str(&json) {
                        Ok(tell) => self.session.handle_tell(Instant::now(), tell),
                        Err(error) => self.note(CallEvent::Refused(CallError::Tell(error.to_string()))),
                    },
                    None => return self.over(CallError::Closed),
                },
                command = commands.recv() => match command {
                    Some(command) => self.command(command),
                    None => break,
                },
                () = roomy(&self.events), if !self.waiting.is_empty() => self.pass_on(),
                () = tokio::time::sleep_until(timeout.into()) => self.session.handle_timeout(Instant::now()),
            }
        }
        self.session.leave(Instant::now());
        // The last words; whatever else there is nobody wants any more.
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::Ask(ask) => self.ask(ask).await,
                Output::Datagram(to, bytes) => self.send(to, &bytes),
                _ => {}
            }
        }
    }

    fn command(&mut self, command: Command) {
        let now = Instant::now();
        match command {
            Command::Act(act) => {
                act(&mut self.session, now);
                self.session.negotiate();
            }
            Command::Write(source, packet) => self.session.write(now, source, packet),
            Command::Publish(publish, published) => match self.session.publish(publish) {
                Ok(keyframes) => {
                    self.publishing.push((publish.source, keyframes, published));
                    self.session.negotiate();
                }
                // Nobody may wait for it any more.
                Err(error) => drop(published.send(Err(error))),
            },
        }
    }

    fn read(&mut self, datagram: &mut [u8]) {
        for _ in 0..READS_MAX {
            match self.socket.try_recv_from(datagram) {
                Ok((length, from)) => self.session.handle_datagram(Instant::now(), from, &datagram[..length]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                // A port that nobody listens at is told on the next read; ICE finds out by itself.
                Err(_) => {}
            }
        }
    }

    /// Does what the session wants; says whether the call goes on.
    async fn carry_out(&mut self) -> bool {
        while let Some(output) = self.session.poll_output() {
            match output {
                Output::Ask(ask) => self.ask(ask).await,
                Output::Datagram(to, bytes) => self.send(to, &bytes),
                Output::Event(event) => self.note(event),
                Output::Packet(packet) => {
                    if self.packets.try_send(packet).is_err() {
                        self.session.stats.unread += 1;
                    }
                }
                Output::Shown(shown) => {
                    // Whoever does not keep up misses what is old by then.
                    let _ = self.glimpses.try_send(shown);
                }
                Output::Published(source, result) => {
                    if let Some(at) = self.publishing.iter().position(|(of, _, _)| *of == source) {
                        let (_, keyframes, published) = self.publishing.swap_remove(at);
                        // Nobody may wait for it any more.
                        drop(published.send(result.map(|()| keyframes)));
                    }
                }
                Output::Rebind => match timeout(BIND_MAX, self.local.bind()).await.unwrap_or_else(|late| Err(late.into())) {
                    Ok(socket) => match socket.local_addr() {
                        Ok(local) => {
                            self.socket = socket;
                            self.session.handle_rebound(Instant::now(), local);
                        }
                        Err(error) => self.over(CallError::Network(error.to_string())),
                    },
                    // There is no network now; the next interruption tries again.
                    Err(error) => self.note(CallEvent::Refused(CallError::Network(error.to_string()))),
                },
                Output::Over(why) => {
                    self.over(why);
                    return false;
                }
            }
        }
        true
    }

    fn note(&mut self, event: CallEvent) {
        if event == CallEvent::Connected
            && let Some(joined) = self.joined.take()
        {
            // Whoever joined may have given up.
            drop(joined.send(Ok(())));
        }
        self.waiting.retain(|other| discriminant(other) != discriminant(&event));
        self.waiting.push_back(event);
        self.pass_on();
    }

    fn pass_on(&mut self) {
        if self.events.is_closed() {
            self.waiting.clear();
        }
        while let Ok(permit) = self.events.try_reserve() {
            match self.waiting.pop_front() {
                Some(event) => permit.send(event),
                None => return,
            }
        }
    }

    fn over(&mut self, why: CallError) {
        match self.joined.take() {
            Some(joined) => drop(joined.send(Err(why))),
            None => self.note(CallEvent::Over(why)),
        }
    }

    fn send(&mut self, to: SocketAddr, bytes: &[u8]) {
        if let Err(error) = self.socket.try_send_to(bytes, to) {
            self.session.stats.unsent += u64::from(error.kind() == ErrorKind::WouldBlock);
        }
    }

    async fn ask(&self, ask: Ask) {
        let (Some(board), Ok(json)) = (self.board.upgrade(), serde_json::to_string(&ask)) else { return };
        let act: Act = Box::new(move |client, _| {
            // What does not go out is asked anew when the connection is there again.
            client.ask_call(json);
        });
        // A board that is closed ends its news too.
        drop(board.send(BoardCommand::Act(act)).await);
    }
}

/// Waits for room, or for the end of whoever reads.
async fn roomy(events: &mpsc::Sender<CallEvent>) {
    drop(events.reserve().await);
}
