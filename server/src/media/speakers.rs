//! Who speaks: from how loud each packet says it is (RFC 6464), without decoding any.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kakehashi_protocol::call::{MemberId, Source};

/// How quiet silence is, dB below the loudest.
const SILENCE: f32 = -127.0;
/// Louder than this is a voice, not a room.
const VOICE: f32 = -50.0;
/// How much of what was heard before stays with each packet of 20 ms: a word is louder than a cough for a third of a second.
const INERTIA: f32 = 0.85;
/// How long somebody counts as speaking after the last voice: a breath.
const BREATH: Duration = Duration::from_millis(800);
/// By how much somebody has to be louder than who has a place, to take it, dB.
const LEAD: f32 = 6.0;
/// How long a place that was given stays with whom it was given to.
const STAY: Duration = Duration::from_millis(500);

/// Something to be heard: a voice, or the sound of a screen.
pub type Sound = (MemberId, Source);

#[derive(Debug)]
struct Voice {
    level: f32,
    spoke: Option<Instant>,
}

/// How loud everybody is.
#[derive(Debug, Default)]
pub struct Speakers {
    voices: BTreeMap<Sound, Voice>,
}

impl Speakers {
    /// A packet says how loud it is.
    pub fn hear(&mut self, sound: Sound, level: i8, now: Instant) {
        let voice = self.voices.entry(sound).or_insert(Voice { level: SILENCE, spoke: None });
        voice.level = voice.level * INERTIA + f32::from(level) * (1.0 - INERTIA);
        if voice.level > VOICE {
            voice.spoke = Some(now);
        }
    }

    /// It is gone, or silent.
    pub fn forget(&mut self, sound: Sound) {
        self.voices.remove(&sound);
    }

    fn speaks(voice: &Voice, now: Instant) -> bool {
        voice.spoke.is_some_and(|spoke| now.saturating_duration_since(spoke) < BREATH)
    }

    fn level(&self, sound: Sound, now: Instant) -> f32 {
        self.voices.get(&sound).filter(|voice| Self::speaks(voice, now)).map_or(SILENCE, |voice| voice.level)
    }

    /// Who speaks now, the loudest first.
    #[must_use]
    pub fn speaking(&self, now: Instant) -> Vec<MemberId> {
        let speaks = |((_, source), voice): &(&Sound, &Voice)| *source == Source::Microphone && Self::speaks(voice, now);
        let mut speaking: Vec<(&Sound, &Voice)> = self.voices.iter().filter(speaks).collect();
        speaking.sort_by(|one, other| other.1.level.total_cmp(&one.1.level));
        speaking.into_iter().map(|((member, _), _)| *member).collect()
    }
}

/// What a page hears, by place.
#[derive(Debug, Default)]
pub struct Ears {
    places: Vec<Option<(Sound, Instant)>>,
}

impl Ears {
    /// The page has so many places now.
    pub fn resize(&mut self, places: usize) {
        self.places.resize(places, None);
    }

    /// What fills each place, of what may be heard. Nothing loses a place without need: as long as
    /// there are as many places as sounds, each keeps the one it was given first.
    pub fn listen(&mut self, heard: &[Sound], speakers: &Speakers, now: Instant) -> Vec<Option<Sound>> {
        for place in &mut self.places {
            if place.is_some_and(|(sound, _)| !heard.contains(&sound)) {
                *place = None;
            }
        }
        let mut waiting: Vec<Sound> =
            heard.iter().copied().filter(|sound| !self.places.iter().flatten().any(|(placed, _)| placed == sound)).collect();
        waiting.sort_by(|one, other| speakers.level(*other, now).total_cmp(&speakers.level(*one, now)));
        for sound in waiting {
            if let Some(free) = self.places.iter_mut().find(|place| place.is_none()) {
                *free = Some((sound, now));
                continue;
            }
            let level = |place: &Option<(Sound, Instant)>| place.map_or(SILENCE, |(placed, _)| speakers.level(placed, now));
            let settled =
                |place: &&mut Option<(Sound, Instant)>| place.is_some_and(|(_, since)| now.saturating_duration_since(since) >= STAY);
            let quietest = self.places.iter_mut().filter(settled).min_by(|one, other| level(one).total_cmp(&level(other)));
            if let Some(place) = quietest
                && speakers.level(sound, now) > level(place) + LEAD
            {
                *place = Some((sound, now));
            }
        }
        self.places.iter().map(|place| place.map(|(sound, _)| sound)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voices(members: &[MemberId]) -> Vec<Sound> {
        members.iter().map(|member| (*member, Source::Microphone)).collect()
    }

    fn listen(ears: &mut Ears, members: &[MemberId], speakers: &Speakers, now: Instant) -> Vec<Option<MemberId>> {
        ears.listen(&voices(members), speakers, now).into_iter().map(|sound| sound.map(|(member, _)| member)).collect()
    }

    fn speak(speakers: &mut Speakers, member: MemberId, level: i8, from: Instant) -> Instant {
        for packet in 0..25 {
            speakers.hear((member, Source::Microphone), level, from + Duration::from_millis(packet * 20));
        }
        from + Duration::from_millis(500)
    }

    #[test]
    fn a_voice_is_told_from_a_room_and_ends_after_a_breath() {
        let mut speakers = Speakers::default();
        let start = Instant::now();
        speak(&mut speakers, 1, -25, start);
        let now = speak(&mut speakers, 2, -70, start);
        speak(&mut speakers, 3, -15, start);
        assert_eq!(speakers.speaking(now), [3, 1]);
        assert_eq!(speakers.speaking(now + BREATH), [] as [MemberId; 0]);
    }

    #[test]
    fn places_stay_while_there_are_enough() {
        let mut speakers = Speakers::default();
        let mut ears = Ears::default();
        ears.resize(3);
        let start = Instant::now();
        assert_eq!(listen(&mut ears, &[1, 2], &speakers, start), [Some(1), Some(2), None]);
        let now = speak(&mut speakers, 2, -20, start);
        assert_eq!(listen(&mut ears, &[1, 2, 3], &speakers, now), [Some(1), Some(2), Some(3)]);
        assert_eq!(listen(&mut ears, &[2, 3], &speakers, now), [None, Some(2), Some(3)]);
    }

    #[test]
    fn who_speaks_takes_the_place_of_who_does_not() {
        let mut speakers = Speakers::default();
        let mut ears = Ears::default();
        ears.resize(2);
        let start = Instant::now();
        let all = [1, 2, 3];
        assert_eq!(listen(&mut ears, &all, &speakers, start), [Some(1), Some(2)]);
        speak(&mut speakers, 1, -20, start);
        let now = speak(&mut speakers, 3, -20, start);
        assert_eq!(listen(&mut ears, &all, &speakers, now), [Some(1), Some(3)]);
        let louder = speak(&mut speakers, 2, -17, now);
        speak(&mut speakers, 1, -20, now);
        speak(&mut speakers, 3, -20, now);
        assert_eq!(listen(&mut ears, &all, &speakers, louder), [Some(1), Some(3)], "three dB more are no reason");
    }
}
