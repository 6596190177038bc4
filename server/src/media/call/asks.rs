//! What pages ask of their call. The room has judged by role before; here it is judged by what the
//! call is, and every refusal says what is allowed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kakehashi_protocol::call::{
    Ask, CANDIDATE_BYTES_MAX, CANDIDATES_MAX, CAPTION_CHARS_MAX, CAPTIONS_MAX, MEMBERS_MAX, MID_BYTES_MAX, MemberId, Over, PICTURES_MAX,
    Sent, Source, TRACKS_MAX, Tell, VOICES_MAX, Why, Wish,
};

use kakehashi_protocol::schema::is_plain;

use super::member::{Member, Page, Place, Track};
use super::packed::{is_packed, pack, unpack};
use super::{Call, Engines, Port};
use crate::media::Asker;
use crate::media::forward::Stream;
use crate::media::leg::{LegError, Section, fingerprint, sections};
use crate::room::core::ConnectionId;

/// So many offers of a page may come within [`OFFERS_WITHIN`]: to read one takes a millisecond.
const OFFERS_MAX: usize = 20;
const OFFERS_WITHIN: Duration = Duration::from_secs(10);
/// So many asks of a page may come at once, and so many a second after that: each may be told to all who watch. A page makes
/// some 70 as it joins, and then a few as somebody comes or its window changes.
const ASKS_MAX: u32 = 300;
const ASKS_PER_S: u32 = 50;
/// Sections of an offer: all that a page may send and receive, its lane, and what it has sent once and no longer does.
const SECTIONS_MAX: usize = 64;
/// Lines of an offer that name a stream; a browser has up to eight for each source.
const STREAM_LINES_MAX: usize = 256;
/// Pages that watch one call.
const WATCHERS_MAX: usize = 2_000;

/// Why an ask is not done.
pub(super) type Refusal = (Why, String);

pub(super) fn limit<T>(detail: String) -> Result<T, Refusal> {
    Err((Why::Limit, detail))
}

/// How much a page may ask still.
pub(super) struct Allowance {
    left: u32,
    /// Up to when it was given more.
    at: Instant,
}

impl Allowance {
    const fn new(now: Instant) -> Self {
        Self { left: ASKS_MAX, at: now }
    }

    /// Takes one, if there is one.
    fn take(&mut self, now: Instant) -> bool {
        let each = Duration::from_secs(1) / ASKS_PER_S;
        let more = now.saturating_duration_since(self.at).as_micros() / each.as_micros();
        let more = u32::try_from(more).unwrap_or(ASKS_MAX).min(ASKS_MAX);
        self.left = (self.left + more).min(ASKS_MAX);
        // What is left of the time counts with the next.
        self.at = if self.left == ASKS_MAX { now } else { self.at + each * more };
        self.left.checked_sub(1).map(|left| self.left = left).is_some()
    }

    /// Whether it is as if nothing had been asked.
    pub(super) fn is_whole(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.at).as_secs() >= u64::from(ASKS_MAX / ASKS_PER_S)
    }
}

impl Call {
    /// A page asks something.
    pub fn handle_ask(
        &mut self,
        now: Instant,
        Asker { connection, actor, speaks }: Asker,
        page: Box<dyn Page>,
        ask: Ask,
        engines: &dyn Engines,
        port: &mut dyn Port,
    ) {
        if !self.asks.entry(actor).or_insert_with(|| Allowance::new(now)).take(now) {
            let detail = format!("a page asks at most {ASKS_MAX} things at once, and {ASKS_PER_S} a second after that");
            return page.tell(&Tell::Refused { ask: Some(ask.asked()), why: Why::Limit, detail });
        }
        if let Some(id) = self.members.iter().find(|(_, member)| member.actor == actor).map(|(id, _)| *id) {
            // The connection may be a new one, and the role another than it had.
            self.let_speak(now, id, speaks);
        }
        let asked = ask.asked();
        let done = match ask {
            Ask::Watch {} => self.watch(connection, page),
            Ask::Join {} => self.join(now, Asker { connection, actor, speaks }, page, engines),
            ask => match self.members.iter().find(|(_, member)| member.actor == actor).map(|(id, _)| *id) {
                None => Err((page, (Why::Order, "the page is not in the call: it joins first".into()))),
                Some(id) => self.act(now, id, ask, engines, port).map_err(|refusal| (page, refusal)),
            },
        };
        if let Err((page, (why, detail))) = done {
            page.tell(&Tell::Refused { ask: Some(asked), why, detail });
        }
    }

    fn watch(&mut self, connection: ConnectionId, page: Box<dyn Page>) -> Result<(), (Box<dyn Page>, Refusal)> {
        if self.watchers.len() >= WATCHERS_MAX {
            return Err((page, (Why::Full, format!("a call is watched by at most {WATCHERS_MAX}"))));
        }
        page.tell(&Tell::Call { members: self.members.iter().map(|(id, member)| member.shown(*id)).collect() });
        page.tell(&Tell::Speakers { members: self.told_speakers.clone() });
        self.watchers.insert(connection, page);
        Ok(())
    }

    fn join(
        &mut self,
        now: Instant,
        Asker { connection, actor, speaks }: Asker,
        page: Box<dyn Page>,
        engines: &dyn Engines,
    ) -> Result<(), (Box<dyn Page>, Refusal)> {
        let known = self.members.iter().find(|(_, member)| member.actor == actor).map(|(id, _)| *id);
        if known.is_none() && self.members.len() >= MEMBERS_MAX {
            return Err((page, (Why::Full, format!("a call has at most {MEMBERS_MAX} members"))));
        }
        let id = known.unwrap_or_else(|| {
            self.last += 1;
            self.last
        });
        let joined = |back: bool| Tell::Joined { member: id, back, ice: engines.ice(actor), voices: VOICES_MAX, pictures: PICTURES_MAX };
        // A room that was read anew counts its connections from one again.
        for member in self.members.values_mut().filter(|member| member.connection == Some(connection)) {
            member.connection = None;
        }
        match self.members.get_mut(&id) {
            Some(member) => {
                (member.connection, member.page, member.deaf_since) = (Some(connection), page, None);
                member.page.tell(&joined(member.leg.is_some()));
                // What it was told last it may have missed.
                (member.told_places, member.told_line) = (Vec::new(), None);
                member.tracks.values_mut().for_each(|track| track.demand.tell_again());
            }
            None => {
                let member = Member::new(actor, connection, page, speaks, now);
                member.page.tell(&joined(false));
                self.members.insert(id, member);
            }
        }
        self.show(id);
        self.pair_again(id);
        self.plan(now);
        Ok(())
    }

    fn act(&mut self, now: Instant, id: MemberId, ask: Ask, engines: &dyn Engines, port: &mut dyn Port) -> Result<(), Refusal> {
        match ask {
            Ask::Watch {} | Ask::Join {} => Ok(()),
            Ask::Offer { sdp, tracks } => self.offer(now, id, &sdp, tracks, engines, port),
            Ask::Candidate { candidate } => self.candidate(id, &candidate),
            Ask::Mute { source, muted } => self.mute(now, id, source, muted),
            Ask::Want { pictures } => self.want(now, id, pictures),
            Ask::Hush { member } => self.hush(now, id, member),
            Ask::Direct { pair, word } => self.direct(now, id, pair, word),
            Ask::Caption { text } => self.caption(now, id, text),
            Ask::Leave {} => {
                self.remove(now, id, Over::Left, port);
                Ok(())
            }
        }
    }

    fn offer(
        &mut self,
        now: Instant,
        id: MemberId,
        sdp: &str,
        tracks: Vec<Sent>,
        engines: &dyn Engines,
        port: &mut dyn Port,
    ) -> Result<(), Refusal> {
        let Some(member) = self.members.get_mut(&id) else { return Ok(()) };
        member.offers.retain(|offered| now.saturating_duration_since(*offered) < OFFERS_WITHIN);
        if member.offers.len() >= OFFERS_MAX {
            return limit(format!("a page makes at most {OFFERS_MAX} offers in {} s", OFFERS_WITHIN.as_secs()));
        }
        member.offers.push(now);
        let packed = is_packed(sdp);
        let sdp = &*unpack(sdp)?;
        let sections = check_offer(sdp, &tracks)?;
        let print = fingerprint(sdp).unwrap_or_default();
        let refused = |error: LegError| (Why::Description, error.to_string());
        let answer = match member.leg.as_mut().filter(|_| member.fingerprint == print) {
            Some(leg) => match leg.accept(sdp) {
                Ok(answer) => answer,
                Err(error) => {
                    self.drain(now, id, port, true);
                    return Err(refused(error));
                }
            },
            None => {
                // A page that connects anew: nothing of the leg before goes on, if the new one takes the offer.
                let mut leg = engines.leg(now).map_err(refused)?;
                let answer = leg.accept(sdp).map_err(refused)?;
                member.leg = Some(leg);
                print.clone_into(&mut member.fingerprint);
                (member.connected, member.turned_at) = (false, now);
                member.tracks.clear();
                member.places.clear();
                member.pace.clear();
                answer
            }
        };
        member.ufrag = member.leg.as_mut().map(|leg| leg.ufrag()).unwrap_or_default();
        member.candidates = 0;
        member.place(&sections);
        member.carry(&tracks, &sections);
        member.page.tell(&Tell::Answer { sdp: if packed { pack(&answer) } else { answer } });
        member.told_places = Vec::new();
        self.drain(now, id, port, true);
        self.show(id);
        self.plan(now);
        Ok(())
    }

    /// The server is asked and never asks, so ways to a page are learnt from its checks alone: none is believed.
    fn candidate(&mut self, id: MemberId, candidate: &str) -> Result<(), Refusal> {
        let Some(member) = self.members.get_mut(&id) else { return Ok(()) };
        if candidate.len() > CANDIDATE_BYTES_MAX {
            return limit(format!("a candidate has at most {CANDIDATE_BYTES_MAX} bytes"));
        }
        member.candidates += 1;
        if member.candidates > CANDIDATES_MAX {
            return limit(format!("a page has at most {CANDIDATES_MAX} candidates to an offer"));
        }
        Ok(())
    }

    fn mute(&mut self, now: Instant, id: MemberId, source: Source, muted: bool) -> Result<(), Refusal> {
        let Some(track) = self.members.get_mut(&id).and_then(|member| member.tracks.get_mut(&source)) else {
            return Err((Why::Order, format!("the page sends no {source:?}: it offers one first")));
        };
        track.muted = muted;
        if muted {
            self.speakers.forget((id, source));
        }
        self.show(id);
        self.plan(now);
        Ok(())
    }

    fn want(&mut self, now: Instant, id: MemberId, pictures: Vec<Wish>) -> Result<(), Refusal> {
        if pictures.len() > PICTURES_MAX {
            return limit(format!("a page wants at most {PICTURES_MAX} pictures"));
        }
        if let Some(member) = self.members.get_mut(&id) {
            member.wishes = Some(pictures);
        }
        self.plan(now);
        Ok(())
    }

    /// What somebody says, in writing, goes to all who watch.
    fn caption(&mut self, now: Instant, id: MemberId, text: String) -> Result<(), Refusal> {
        let Some(member) = self.members.get_mut(&id) else { return Ok(()) };
        if !is_plain(&text) || text.chars().count() > CAPTION_CHARS_MAX {
            return limit(format!("a caption is plain text of at most {CAPTION_CHARS_MAX} characters"));
        }
        member.captions.retain(|captioned| now.saturating_duration_since(*captioned) < Duration::from_secs(1));
        if member.captions.len() >= CAPTIONS_MAX {
            return limit(format!("somebody has at most {CAPTIONS_MAX} captions in a second"));
        }
        member.captions.push(now);
        self.tell_all(&Tell::Caption { member: id, text });
        Ok(())
    }

    fn hush(&mut self, now: Instant, by: MemberId, whom: Option<MemberId>) -> Result<(), Refusal> {
        if whom.is_some_and(|whom| !self.members.contains_key(&whom)) {
            return Err((Why::Order, "nobody in the call has this number".into()));
        }
        let actor = self.members.get(&by).map(|member| member.actor.to_string()).unwrap_or_default();
        let mut hushed = Vec::new();
        for (id, member) in &mut self.members {
            let meant = whom.map_or(*id != by, |whom| whom == *id);
            let Some(track) = member.tracks.get_mut(&Source::Microphone).filter(|track| meant && !track.muted) else { continue };
            track.muted = true;
            member.page.tell(&Tell::Hushed { by: actor.clone() });
            hushed.push(*id);
        }
        for id in hushed {
            self.speakers.forget((id, Source::Microphone));
            self.show(id);
        }
        self.plan(now);
        Ok(())
    }
}

impl Member {
    /// Its places are these of its offer now; those that were there keep what fills them.
    fn place(&mut self, sections: &[Section]) {
        let mut before: Vec<Place> = std::mem::take(&mut self.places);
        for section in sections.iter().filter(|section| section.receives) {
            let known = before.iter().position(|place| place.mid == section.mid).map(|at| before.swap_remove(at));
            let new = || Place {
                mid: Arc::clone(&section.mid),
                sound: section.sound,
                stream: Stream::default(),
                filled: None,
                codecs: BTreeMap::new(),
            };
            self.places.push(Place { codecs: section.codecs.clone(), ..known.unwrap_or_else(new) });
        }
        self.ears.resize(self.places.iter().filter(|place| place.sound).count());
    }

    /// It sends these now.
    fn carry(&mut self, tracks: &[Sent], sections: &[Section]) {
        let mut before = std::mem::take(&mut self.tracks);
        for sent in tracks {
            let known = before.remove(&sent.source).filter(|track| *track.mid == *sent.mid);
            let mut track = known.unwrap_or_else(|| Track::new(Arc::from(&*sent.mid), sent.muted));
            track.muted = sent.muted;
            let section = sections.iter().find(|section| *section.mid == *sent.mid);
            track.codecs = section.map(|section| section.codecs.clone()).unwrap_or_default();
            self.tracks.insert(sent.source, track);
        }
    }
}

/// What of an offer is ours to judge; the engine judges the rest.
fn check_offer(sdp: &str, tracks: &[Sent]) -> Result<Vec<Section>, Refusal> {
    if tracks.len() > TRACKS_MAX {
        return limit(format!("a page sends at most {TRACKS_MAX} tracks"));
    }
    let sections = sections(sdp);
    if sections.len() > SECTIONS_MAX {
        return limit(format!("an offer has at most {SECTIONS_MAX} sections, this one has {}", sections.len()));
    }
    let streams = sdp.lines().filter(|line| line.starts_with("a=ssrc")).count();
    if streams > STREAM_LINES_MAX {
        return limit(format!("an offer has at most {STREAM_LINES_MAX} lines that name streams (a=ssrc), this one has {streams}"));
    }
    for (sound, max) in [(true, VOICES_MAX), (false, PICTURES_MAX)] {
        let places = sections.iter().filter(|section| section.receives && section.sound == sound).count();
        if places > max {
            return limit(format!("a page offers at most {VOICES_MAX} places for sound and {PICTURES_MAX} for pictures"));
        }
    }
    if let Some(section) = sections.iter().find(|section| section.mid.len() > MID_BYTES_MAX) {
        return limit(format!("the id of a section has at most {MID_BYTES_MAX} bytes, one has {}", section.mid.len()));
    }
    for (at, sent) in tracks.iter().enumerate() {
        if tracks[..at].iter().any(|earlier| earlier.source == sent.source || earlier.mid == sent.mid) {
            return Err((Why::Description, "a page sends one track of each source, each by a section of its own".into()));
        }
        let carries = |section: &Section| *section.mid == *sent.mid && section.sends && section.sound == sent.source.is_sound();
        if !sections.iter().any(carries) {
            return Err((Why::Description, format!("no section {} of the offer sends {:?}", sent.mid, sent.source)));
        }
    }
    Ok(sections)
}
