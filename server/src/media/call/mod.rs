//! The call of one board: who is in it, what each sends and is sent. It does no I/O but by the
//! [`Port`] it is given, and reads no clock.
//!
//! # Layout
//! - [`member`]: somebody in it. `asks`: what pages ask. `flow`: packets. `plan`: what fills the places.
//!   `pair`: two who are alone. `demand`: what senders are told of it. `packed`: descriptions in two packets.

mod asks;
mod demand;
mod flow;
pub mod member;
mod packed;
mod pair;
mod plan;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use kakehashi_protocol::call::{IceServer, MemberId, Over, Source, Tell};
use kakehashi_protocol::ids::ActorId;

use self::asks::Allowance;
use self::member::{Member, Page};
use self::pair::Pairs;
use super::leg::{Event, Leg, LegError, Transport};
use super::speakers::Speakers;
use crate::room::core::ConnectionId;

/// For how long a page whose connection is gone stays in the call: until it is back.
const DEAF: Duration = Duration::from_secs(30);
/// For how long a page from which no media comes stays in the call while its connection lives.
const SILENT: Duration = Duration::from_secs(60);
/// For how long one stays of which nothing at all is left.
const GONE: Duration = Duration::from_secs(5);
/// How often the places are filled anew and speakers told.
pub const PLAN_EVERY: Duration = Duration::from_millis(100);

/// Where datagrams go out.
pub trait Port {
    /// Sends one; what the socket does not take is lost.
    fn send(&mut self, transport: Transport, source: SocketAddr, destination: SocketAddr, bytes: &[u8]);
}

/// Makes legs.
pub trait Engines: Send {
    /// A leg that is reached at this server's addresses.
    ///
    /// # Errors
    /// [`LegError`].
    fn leg(&self, now: Instant) -> Result<Box<dyn Leg>, LegError>;

    /// What a page is told of servers that help it to reach the call.
    fn ice(&self, actor: ActorId) -> Vec<IceServer>;
}

/// A place of a member, by its index.
type PlaceOf = (MemberId, usize);

/// The call of one board.
pub struct Call {
    members: BTreeMap<MemberId, Member>,
    watchers: HashMap<ConnectionId, Box<dyn Page>>,
    last: MemberId,
    speakers: Speakers,
    told_speakers: Vec<MemberId>,
    /// Which places each track fills.
    routes: BTreeMap<(MemberId, Source), Vec<PlaceOf>>,
    /// What legs told while another was written to.
    events: VecDeque<(MemberId, Event)>,
    planned: Option<Instant>,
    /// Legs that were given something and have not sent it.
    stirred: BTreeSet<MemberId>,
    pairs: Pairs,
    /// How much each page may ask still.
    asks: HashMap<ActorId, Allowance>,
    /// Packets that went out, since last asked.
    forwarded: u64,
}

impl Call {
    /// A call with nobody in it. Numbers begin after `last`, so that no later call of the board gives one again.
    /// Two who are alone in it may send directly, if `direct`.
    #[must_use]
    pub fn new(last: MemberId, direct: bool) -> Self {
        Self {
            members: BTreeMap::new(),
            watchers: HashMap::new(),
            last,
            speakers: Speakers::default(),
            told_speakers: Vec::new(),
            routes: BTreeMap::new(),
            events: VecDeque::new(),
            planned: None,
            stirred: BTreeSet::new(),
            pairs: Pairs::new(direct),
            asks: HashMap::new(),
            forwarded: 0,
        }
    }

    /// The call that comes after this one, which is broken: those who watch go on, and those who were in it are told to join anew.
    #[must_use]
    pub fn begin_again(self, direct: bool) -> Self {
        let next = Self { watchers: self.watchers, ..Self::new(self.last, direct) };
        next.tell_all(&Tell::Call { members: Vec::new() });
        self.members.values().for_each(|member| member.page.tell(&Tell::Over { why: Over::Restart }));
        next
    }

    /// Whether nobody is in it and nobody watches it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && self.watchers.is_empty()
    }

    /// The last number it gave.
    #[must_use]
    pub const fn last(&self) -> MemberId {
        self.last
    }

    /// How many are in it.
    #[must_use]
    pub fn size(&self) -> usize {
        self.members.len()
    }

    /// Packets that went out since this was asked last.
    pub fn take_forwarded(&mut self) -> u64 {
        std::mem::take(&mut self.forwarded)
    }

    /// What checks for a member begin with.
    #[must_use]
    pub fn ufrag(&self, member: MemberId) -> Option<&String> {
        self.members.get(&member).map(|member| &member.ufrag)
    }

    /// The member whose page this is, and what checks for them begin with.
    #[must_use]
    pub fn ufrag_of(&self, actor: ActorId) -> Option<(MemberId, &str)> {
        self.members.iter().find(|(_, member)| member.actor == actor).map(|(id, member)| (*id, &*member.ufrag))
    }

    /// Where a member's datagrams come from.
    pub fn addresses(&mut self, member: MemberId) -> Option<&mut Vec<(Transport, SocketAddr)>> {
        self.members.get_mut(&member).map(|member| &mut member.addresses)
    }

    /// The leg of a member.
    #[must_use]
    pub fn leg(&self, member: MemberId) -> Option<&dyn Leg> {
        self.members.get(&member)?.leg.as_deref()
    }

    /// A connection may speak, or no longer.
    pub fn handle_may_speak(&mut self, now: Instant, connection: ConnectionId, speaks: bool) {
        if let Some(id) = self.member_of(connection) {
            self.let_speak(now, id, speaks);
        }
    }

    fn let_speak(&mut self, now: Instant, id: MemberId, speaks: bool) {
        let Some(member) = self.members.get_mut(&id).filter(|member| member.speaks != speaks) else { return };
        member.speaks = speaks;
        self.show(id);
        self.plan(now);
    }

    /// A connection may no longer be on the board.
    pub fn handle_end(&mut self, now: Instant, connection: ConnectionId, port: &mut dyn Port) {
        self.watchers.remove(&connection);
        if let Some(id) = self.member_of(connection) {
            self.remove(now, id, Over::Removed, port);
        }
    }

    /// The server ends.
    pub fn handle_stop(&mut self, now: Instant, port: &mut dyn Port) {
        for id in self.members.keys().copied().collect::<Vec<_>>() {
            self.remove(now, id, Over::Restart, port);
        }
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Instant, port: &mut dyn Port) {
        for id in self.members.iter().filter(|(_, member)| member.due.is_some_and(|due| due <= now)).map(|(id, _)| *id).collect::<Vec<_>>()
        {
            self.drain(now, id, port, true);
        }
        for id in
            self.members.iter().filter(|(_, member)| member.lane.due().is_some_and(|due| due <= now)).map(|(id, _)| *id).collect::<Vec<_>>()
        {
            self.show_gathered(now, id);
        }
        for id in
            self.members.iter().filter(|(_, member)| member.pace.due().is_some_and(|due| due <= now)).map(|(id, _)| *id).collect::<Vec<_>>()
        {
            self.send_paced(now, id);
        }
        self.handle_events(now, port);
        if self.planned.is_none_or(|planned| now.saturating_duration_since(planned) >= PLAN_EVERY) {
            self.tidy(now, port);
            self.plan(now);
            self.ask_pictures(now, port);
            self.tell_speakers(now);
        }
    }

    /// When time has to pass.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let due = self.members.values().flat_map(|member| [member.due, member.lane.due(), member.pace.due()]).flatten().min();
        let plan = (!self.is_empty()).then(|| self.planned.map_or_else(Instant::now, |planned| planned + PLAN_EVERY));
        due.into_iter().chain(plan).min()
    }

    fn member_of(&self, connection: ConnectionId) -> Option<MemberId> {
        self.members.iter().find(|(_, member)| member.connection == Some(connection)).map(|(id, _)| *id)
    }

    /// Tells everybody who watches what somebody sends now.
    fn show(&self, id: MemberId) {
        if let Some(member) = self.members.get(&id) {
            self.tell_all(&Tell::Member(member.shown(id)));
        }
    }

    fn tell_all(&self, tell: &Tell) {
        self.watchers.values().for_each(|page| page.tell(tell));
    }

    fn remove(&mut self, now: Instant, id: MemberId, why: Over, port: &mut dyn Port) {
        if let Some(leg) = self.members.get_mut(&id).and_then(|member| member.leg.as_mut()) {
            leg.close();
            self.drain(now, id, port, true);
        }
        let Some(member) = self.members.remove(&id) else { return };
        member.page.tell(&Tell::Over { why });
        for source in member.tracks.keys() {
            self.speakers.forget((id, *source));
        }
        self.tell_all(&Tell::Gone { member: id });
        self.plan(now);
    }

    /// Lets go of those who are gone.
    fn tidy(&mut self, now: Instant, port: &mut dyn Port) {
        self.watchers.retain(|_, page| page.is_here());
        self.asks.retain(|_, allowance| !allowance.is_whole(now));
        let mut gone = Vec::new();
        for (id, member) in &mut self.members {
            if member.page.is_here() {
                member.deaf_since = None;
            } else {
                member.deaf_since.get_or_insert(now);
            }
            let since = |since: Instant| now.saturating_duration_since(since);
            let silent = (!member.connected).then(|| since(member.turned_at));
            let deaf = member.deaf_since.map(since);
            let both = silent.zip(deaf).is_some_and(|(silent, deaf)| silent.min(deaf) >= GONE);
            if both || deaf.is_some_and(|deaf| deaf >= DEAF) || silent.is_some_and(|silent| silent >= SILENT) {
                gone.push(*id);
            }
        }
        for id in gone {
            self.remove(now, id, Over::Lost, port);
        }
    }

    fn tell_speakers(&mut self, now: Instant) {
        let speaking = self.speakers.speaking(now);
        if speaking != self.told_speakers {
            self.tell_all(&Tell::Speakers { members: speaking.clone() });
            self.told_speakers = speaking;
        }
    }
}
