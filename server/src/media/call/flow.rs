//! Packets: from one page's leg into the places of the others.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use kakehashi_protocol::call::MemberId;

use super::plan::ESTIMATE_FIRST;
use super::{Call, Port};
use crate::media::forward::Origin;
use crate::media::leg::{Event, Layer, LegError, Output, Packet, Transport};
use crate::media::pace::Passed;
use crate::room::core::ConnectionId;

/// A whole picture is asked for again so seldom: each costs a sender's line as much as ten others.
const ASK_EVERY: Duration = Duration::from_millis(500);
/// A leg that wants time to pass again and again has so many turns at a time.
const TURNS_MAX: usize = 64;
/// What is due so soon is done at once: the engine sends its next packet a microsecond after the one before.
const AT_ONCE: Duration = Duration::from_micros(100);
/// A line that holds less has its hands full with voices and with what goes by the board's own connection: a lane says it
/// all three times more. Bits a second.
pub(super) const LANE_FROM: u64 = 150_000;

impl Call {
    /// A datagram came that is known to be a member's.
    pub fn handle_datagram(
        &mut self,
        now: Instant,
        id: MemberId,
        (transport, source, destination): (Transport, SocketAddr, SocketAddr),
        datagram: &[u8],
        port: &mut dyn Port,
    ) {
        let Some(leg) = self.members.get_mut(&id).and_then(|member| member.leg.as_mut()) else { return };
        match leg.receive(now, transport, source, destination, datagram) {
            Ok(()) => self.drain(now, id, port, false),
            Err(error) => self.end_leg(now, id, &error),
        }
        self.handle_events(now, port);
    }

    /// Does what a member's leg wants done. Time passes for it first if `late`, or if it wants that.
    pub(super) fn drain(&mut self, now: Instant, id: MemberId, port: &mut dyn Port, late: bool) {
        let Some(member) = self.members.get_mut(&id) else { return };
        let Some(leg) = member.leg.as_mut() else { return };
        let mut elapsed = if late { leg.elapse(now) } else { Ok(()) };
        for _ in 0..TURNS_MAX * 64 {
            if elapsed.is_err() {
                break;
            }
            match leg.poll() {
                Ok(Output::Send { transport, source, destination, bytes }) => port.send(transport, source, destination, &bytes),
                Ok(Output::Event(Event::Closed)) => {
                    self.events.push_back((id, Event::Closed));
                    member.due = None;
                    return;
                }
                Ok(Output::Event(event)) => self.events.push_back((id, event)),
                Ok(Output::Idle(until)) if until <= now + AT_ONCE => elapsed = leg.elapse(until.max(now)),
                Ok(Output::Idle(until)) => {
                    member.due = Some(until);
                    return;
                }
                Err(error) => elapsed = Err(error),
            }
        }
        match elapsed {
            Ok(()) => member.due = Some(now + Duration::from_millis(1)),
            Err(error) => self.end_leg(now, id, &error),
        }
    }

    /// Sends what was given to legs, each leg's all at once: what came together goes on together.
    pub fn settle(&mut self, now: Instant, port: &mut dyn Port) {
        while let Some(id) = self.stirred.pop_first() {
            self.drain(now, id, port, true);
            self.handle_events(now, port);
        }
    }

    /// Whether something was given to a leg that it has not sent.
    #[must_use]
    pub fn is_stirred(&self) -> bool {
        !self.stirred.is_empty()
    }

    /// Handles what legs have told, until they tell no more.
    pub(super) fn handle_events(&mut self, now: Instant, port: &mut dyn Port) {
        while let Some((id, event)) = self.events.pop_front() {
            match event {
                Event::Packet(mid, layer, packet) => self.forward(now, id, &mid, layer, &packet),
                Event::PictureLost(mid) => self.picture_lost(now, id, &mid, port),
                Event::Estimate(bits) => {
                    if let Some(member) = self.members.get_mut(&id) {
                        member.line.estimated(bits);
                    }
                }
                Event::Seen(seen) => {
                    tracing::trace!(member = id, sent = seen.sent, round_trip = ?seen.round_trip, lost = seen.lost, "a look at a line");
                    if let Some(member) = self.members.get_mut(&id) {
                        member.line.see(seen, now);
                    }
                }
                Event::Glimpse(bytes) => self.glimpse(now, id, bytes),
                Event::Connected => self.set_connected(now, id, true),
                Event::Disconnected => self.set_connected(now, id, false),
                Event::Closed => {
                    if let Some(member) = self.members.get_mut(&id) {
                        (member.leg, member.due) = (None, None);
                    }
                    self.set_connected(now, id, false);
                }
            }
        }
    }

    /// A page shows something by its lane: who may see it is the room's to say.
    fn glimpse(&mut self, now: Instant, id: MemberId, bytes: Vec<u8>) {
        let Some(member) = self.members.get_mut(&id) else { return };
        let Some(connection) = member.connection.filter(|_| member.lane.admits(now)) else { return };
        member.page.glimpse(connection, bytes);
    }

    /// What somebody shows goes to those of these connections that have a lane.
    pub fn handle_show(&mut self, now: Instant, readers: &[ConnectionId], message: &[u8]) {
        for id in self.members.keys().copied().collect::<Vec<_>>() {
            let Some(member) = self.members.get_mut(&id) else { continue };
            let reads = member.connection.is_some_and(|connection| readers.binary_search(&connection).is_ok());
            if reads && member.connected && member.line.holds(now).is_none_or(|bits| bits >= LANE_FROM) {
                member.lane.gather(message);
                self.show_gathered(now, id);
            }
        }
    }

    /// Sends what has gathered for a member's lane, if it is time.
    pub(super) fn show_gathered(&mut self, now: Instant, id: MemberId) {
        let Some(member) = self.members.get_mut(&id) else { return };
        let mut shown = false;
        while let Some(message) = member.lane.take(now) {
            if let Some(leg) = member.leg.as_mut() {
                leg.show(&message);
                shown = true;
            }
        }
        if shown {
            self.stirred.insert(id);
        }
    }

    /// Sends what of a member's pictures waited until now.
    pub(super) fn send_paced(&mut self, now: Instant, id: MemberId) {
        let Some(member) = self.members.get_mut(&id) else { return };
        while let Some((mid, packet)) = member.pace.take(now) {
            if let Some(leg) = member.leg.as_mut() {
                leg.send(&mid, &packet);
                self.forwarded += 1;
                self.stirred.insert(id);
            }
        }
    }

    fn set_connected(&mut self, now: Instant, id: MemberId, connected: bool) {
        let Some(member) = self.members.get_mut(&id).filter(|member| member.connected != connected) else { return };
        (member.connected, member.turned_at) = (connected, now);
        // What was lost on a line that was away says nothing of the line that is back.
        if let (true, Some(_), Some(leg)) = (connected, member.line.holds(now), member.leg.as_mut()) {
            leg.feel(ESTIMATE_FIRST);
            // Nor is what came of pictures meanwhile of any use.
            member.pace.clear();
            member.places.iter_mut().filter(|place| !place.sound).for_each(|place| place.stream.begin_again());
        }
        self.show(id);
        self.plan(now);
    }

    /// A leg cannot go on: its page connects anew.
    fn end_leg(&mut self, now: Instant, id: MemberId, error: &LegError) {
        tracing::debug!(member = id, %error, "a leg of a call ends");
        if let Some(member) = self.members.get_mut(&id) {
            (member.leg, member.due) = (None, None);
        }
        self.set_connected(now, id, false);
    }

    fn forward(&mut self, now: Instant, id: MemberId, mid: &str, layer: Layer, packet: &Packet) {
        let Some(member) = self.members.get_mut(&id) else { return };
        // What is sent by a section that carries nothing that was told is nobody's.
        let Some((source, track)) = member.tracks.iter_mut().find(|(_, track)| *track.mid == *mid) else { return };
        let source = *source;
        track.count(layer, packet.payload.len(), now);
        if track.muted || !member.speaks {
            return;
        }
        if let Some(level) = packet.level.filter(|_| source.is_sound()) {
            self.speakers.hear((id, source), level, now);
        }
        let origin = Origin { member: id, source, layer };
        let places = self.routes.get(&(id, source)).cloned().unwrap_or_default();
        for (reader, place) in places {
            let Some(reading) = self.members.get_mut(&reader) else { continue };
            let Some(place) = reading.places.get_mut(place) else { continue };
            // What is said before a page can hear it would be heard late, and all at once. The first pictures wait for it.
            if !reading.connected && (place.sound || reading.rung.is_some()) {
                continue;
            }
            let Some(sent) = place.stream.forward(origin, packet) else { continue };
            let passed = if place.sound { Passed::Now(sent) } else { reading.pace.pass(&place.mid, sent, now) };
            let sent = match passed {
                Passed::Now(sent) => sent,
                Passed::Later => continue,
                Passed::Lost => {
                    place.stream.begin_again();
                    continue;
                }
            };
            if let Some(leg) = reading.leg.as_mut() {
                leg.send(&place.mid, &sent);
                self.forwarded += 1;
                self.stirred.insert(reader);
            }
        }
    }

    /// A page cannot go on with what a place shows: whose picture it is is asked for a whole one.
    fn picture_lost(&mut self, now: Instant, id: MemberId, mid: &str, port: &mut dyn Port) {
        let place = self.members.get(&id).and_then(|member| member.places.iter().find(|place| *place.mid == *mid));
        if let Some(origin) = place.and_then(|place| place.stream.awaited().or(place.stream.current())) {
            self.ask_picture(now, origin, port);
        }
    }

    /// Asks for all whole pictures that places wait for.
    pub(super) fn ask_pictures(&mut self, now: Instant, port: &mut dyn Port) {
        // Of those who are away nothing is forwarded, so nothing that comes would end their waiting.
        let here = self.members.values().filter(|member| member.leg.is_some() && (member.connected || member.rung.is_none()));
        let places = here.flat_map(|member| &member.places).filter(|place| !place.sound);
        let awaited: Vec<Origin> = places.filter_map(|place| place.stream.awaited()).collect();
        for origin in awaited {
            self.ask_picture(now, origin, port);
        }
    }

    fn ask_picture(&mut self, now: Instant, Origin { member: id, source, layer }: Origin, port: &mut dyn Port) {
        if source.is_sound() {
            return;
        }
        let Some(member) = self.members.get_mut(&id) else { return };
        let (Some(track), Some(leg)) = (member.tracks.get_mut(&source), member.leg.as_mut()) else { return };
        if track.asked.get(&layer).is_some_and(|asked| now.saturating_duration_since(*asked) < ASK_EVERY) {
            return;
        }
        track.asked.insert(layer, now);
        leg.want_picture(&track.mid, layer);
        self.drain(now, id, port, true);
    }
}
