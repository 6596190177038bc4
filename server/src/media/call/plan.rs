//! What fills the places of each page: which voices, which pictures, in which size.

use std::time::{Duration, Instant};

use kakehashi_protocol::call::{self, MemberId, Rung, Source, Tell};

use super::Call;
use super::member::{Member, RATE_FIRST};
use crate::media::forward::Origin;
use crate::media::ladder::Wanted;
use crate::media::leg::Layer;
use crate::media::speakers::Sound;

/// What a page that has not said what it shows is taken to show: a thumbnail, device pixels.
const HEIGHT: u16 = 180;
/// Up to this height the quarter of a camera's picture is of use, and half of it up to the next.
const QUARTER_UP_TO: u16 = 220;
const HALF_UP_TO: u16 = 440;
/// What a line is thought to hold before the first estimate.
pub(super) const ESTIMATE_FIRST: u64 = crate::media::line::FIRST;
/// How fast pictures go out until something is known of a line, bits a second: the first ones are waited for.
const PACE_FIRST: u64 = 2 * ESTIMATE_FIRST;
/// How often a page hears of its line while the rung stays.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// For so long after it was made a connection is still being felt for what it holds, and nothing is said of it that would
/// be untrue a moment later.
pub(super) const FEELING: Duration = Duration::from_secs(6);

/// A picture that a page wants.
struct Picture {
    member: MemberId,
    source: Source,
    height: u16,
}

impl Call {
    /// Fills all places anew.
    pub(super) fn plan(&mut self, now: Instant) {
        self.planned = Some(now);
        self.pair_up(now);
        let sounds = self.tracks(|source| source.is_sound());
        let pictures = self.tracks(|source| !source.is_sound());
        self.routes.clear();
        for id in self.members.keys().copied().collect::<Vec<_>>() {
            let wanted = self.wanted_by(id, &pictures);
            let sizes: Vec<Wanted> = wanted.iter().map(|picture| self.sizes_of(id, picture, now)).collect();
            let Some(member) = self.members.get_mut(&id) else { continue };
            member.hear(&sounds.iter().copied().filter(|(other, _)| *other != id).collect::<Vec<_>>(), &self.speakers, now);
            member.see(id, &wanted, &sizes, now);
            member.tell_places();
            for (at, place) in member.places.iter().enumerate() {
                if let Some(filled) = place.filled {
                    self.routes.entry(filled).or_default().push((id, at));
                }
            }
        }
        self.tell_demands(now);
    }

    /// All that is sent and not muted, of some sources.
    fn tracks(&self, of: impl Fn(Source) -> bool) -> Vec<Sound> {
        let sends = |member: &&Member| member.speaks && member.connected;
        let members = self.members.iter().filter(|(_, member)| sends(member));
        let tracks = members.flat_map(|(id, member)| member.tracks.iter().map(|(source, track)| (*id, *source, track.muted)));
        tracks.filter(|(_, source, muted)| !muted && of(*source)).map(|(id, source, _)| (id, source)).collect()
    }

    /// Which pictures a page wants of those there are, the most wanted first.
    fn wanted_by(&self, id: MemberId, pictures: &[Sound]) -> Vec<Picture> {
        let Some(member) = self.members.get(&id) else { return Vec::new() };
        let places = member.places.iter().filter(|place| !place.sound).count();
        let others = pictures.iter().filter(|(other, _)| *other != id);
        let mut wanted: Vec<Picture> = match &member.wishes {
            Some(wishes) => {
                let there = |wish: &&call::Wish| others.clone().any(|picture| *picture == (wish.member, wish.source));
                wishes.iter().filter(there).map(|wish| Picture { member: wish.member, source: wish.source, height: wish.height }).collect()
            }
            None => {
                let mut all: Vec<Picture> =
                    others.map(|(member, source)| Picture { member: *member, source: *source, height: HEIGHT }).collect();
                all.sort_by_key(|picture| picture.source != Source::Screen);
                all
            }
        };
        let mut seen = Vec::new();
        wanted.retain(|picture| {
            let new = !seen.contains(&(picture.member, picture.source));
            seen.push((picture.member, picture.source));
            new
        });
        wanted.truncate(places);
        wanted
    }

    fn sizes_of(&self, reader: MemberId, picture: &Picture, now: Instant) -> Wanted {
        let track = self.members.get(&picture.member).and_then(|member| member.tracks.get(&picture.source));
        let mut sizes = track.map(|track| track.sizes(now)).unwrap_or_default();
        if sizes.is_empty() {
            // It has not come yet, so it is waited for in the size that comes first.
            sizes.push((Layer::Quarter, RATE_FIRST));
        }
        let largest = [(QUARTER_UP_TO, Layer::Quarter), (HALF_UP_TO, Layer::Half)];
        let largest = largest.into_iter().find(|(height, _)| picture.height <= *height).map_or(Layer::Full, |(_, layer)| layer);
        let filled = Some((picture.member, picture.source));
        let place = self.members.get(&reader).and_then(|reader| reader.places.iter().find(|place| place.filled == filled));
        let before = place.map(|place| place.stream.awaited().or(place.stream.current()).map(|origin| origin.layer));
        Wanted { screen: picture.source == Source::Screen, sizes, largest, before }
    }
}

impl Member {
    /// Fills the places for sound.
    fn hear(&mut self, sounds: &[Sound], speakers: &crate::media::speakers::Speakers, now: Instant) {
        let heard = self.ears.listen(sounds, speakers, now);
        for (place, sound) in self.places.iter_mut().filter(|place| place.sound).zip(heard) {
            place.filled = sound;
            // Sound comes in one size.
            place.stream.turn_to(sound.map(|(member, source)| Origin { member, source, layer: Layer::Quarter }));
        }
    }

    /// Fills the places for pictures: each keeps its place while it is wanted.
    fn see(&mut self, id: MemberId, wanted: &[Picture], sizes: &[Wanted], now: Instant) {
        let voices = self.places.iter().filter(|place| place.sound && place.filled.is_some()).count();
        let known = self.line.holds(now);
        let estimate = known.unwrap_or(ESTIMATE_FIRST);
        let calm = self.line.is_calm(now);
        let chosen = self.ladder.choose(estimate, voices, sizes, now);
        self.rung = known.map(|_| chosen.rung);
        if self.connected {
            tracing::trace!(member = id, rung = ?chosen.rung, estimate, aim = chosen.aim, calm, sizes = ?chosen.sizes, "a line");
        }
        self.pace.set(self.connected.then_some(known.unwrap_or(PACE_FIRST)), now);
        let feels = self.connected && known.is_some() && calm && self.feeler.wants(estimate, chosen.aim, now);
        if let Some(leg) = self.leg.as_mut() {
            leg.pad(chosen.sizes.iter().any(Option::is_some) || (calm && !wanted.is_empty()));
            leg.aim_for(if calm { chosen.aim } else { 0 });
            leg.spare_sound(chosen.spare);
            if feels {
                leg.feel(estimate);
            }
        }
        let of = |picture: &Picture| (picture.member, picture.source);
        for place in self.places.iter_mut().filter(|place| !place.sound) {
            if place.filled.is_some_and(|filled| !wanted.iter().any(|picture| of(picture) == filled)) {
                place.filled = None;
                place.stream.turn_to(None);
                self.pace.forget(&place.mid);
            }
        }
        for (picture, size) in wanted.iter().zip(&chosen.sizes) {
            let places = &mut self.places;
            let known = places.iter().position(|place| place.filled == Some(of(picture)));
            let Some(at) = known.or_else(|| places.iter().position(|place| !place.sound && place.filled.is_none())) else { continue };
            places[at].filled = Some(of(picture));
            if size.is_none() {
                self.pace.forget(&places[at].mid);
            }
            places[at].stream.turn_to(size.map(|layer| Origin { member: picture.member, source: picture.source, layer }));
        }
        self.tell_line(chosen.rung, (estimate / 1_000) as u32, now);
    }

    fn tell_line(&mut self, rung: Rung, kbps: u32, now: Instant) {
        let new = now.saturating_duration_since(self.turned_at) < FEELING;
        if !self.connected || self.rung.is_none() || (new && rung < Rung::Faces) {
            return;
        }
        let news = match self.told_line {
            None => true,
            Some((told, about, at)) => {
                told != rung || (now.saturating_duration_since(at) >= LINE_EVERY && about.abs_diff(kbps) > about / 5)
            }
        };
        if news {
            self.told_line = Some((rung, kbps, now));
            self.page.tell(&Tell::Line { rung, kbps });
        }
    }

    fn tell_places(&mut self) {
        let places: Vec<call::Place> = self
            .places
            .iter()
            .map(|place| call::Place {
                mid: place.mid.to_string(),
                member: place.filled.map(|(member, _)| member),
                source: place.filled.map(|(_, source)| source),
            })
            .collect();
        if places != self.told_places && self.leg.is_some() {
            self.page.tell(&Tell::Places { places: places.clone() });
            self.told_places = places;
        }
    }
}
