//! What the sender of a picture is told that others want of it, so that a thin line up does not carry what nobody sees.
//!
//! More is told at once, less after a while: who looks elsewhere often looks back, and a size that begins again costs a
//! whole picture. A size that is not sent because of this still counts as one that can be had.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kakehashi_protocol::call::{MemberId, Source, Tell, VideoCodec};

use super::Call;
use super::member::Member;
use crate::media::leg::Layer;

/// For so long nobody must want a size until its sender is told so.
const LESS_AFTER: Duration = Duration::from_secs(10);
/// A size that is wanted again has so long to come: the way there and back, and a whole picture.
const COMES_WITHIN: Duration = Duration::from_secs(4);

/// What is wanted of a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Wanted {
    largest: Option<Layer>,
    codec: VideoCodec,
}

/// What the sender of a picture knows of what is wanted.
#[derive(Debug)]
pub struct Demand {
    told: Wanted,
    /// It may have missed that, or have been told something else of a track before.
    again: bool,
    /// Since when less is wanted.
    less: Option<Instant>,
    /// When more was told last.
    more: Option<Instant>,
}

impl Default for Demand {
    fn default() -> Self {
        Self { told: Wanted { largest: Some(Layer::Full), codec: VideoCodec::Vp8 }, again: true, less: None, more: None }
    }
}

impl Demand {
    /// The sender has a new connection, and may have missed what it was told.
    pub const fn tell_again(&mut self) {
        self.again = true;
    }

    /// Whether a size can be had that does not come, if any of the others does, `comes`.
    #[must_use]
    pub fn can_have(&self, layer: Layer, comes: bool, now: Instant) -> bool {
        let Some(largest) = self.told.largest else { return true };
        let soon = self.more.is_some_and(|at| now.saturating_duration_since(at) < COMES_WITHIN);
        if layer > largest { comes } else { soon }
    }

    /// What the sender is to be told, now that so much is wanted; `None`: nothing new. A picture of which nothing comes is
    /// not told that less is wanted of it.
    fn next(&mut self, wanted: Wanted, comes: bool, now: Instant) -> Option<Wanted> {
        let again = std::mem::take(&mut self.again);
        let more = wanted.largest > self.told.largest;
        if wanted.largest < self.told.largest && comes {
            self.less.get_or_insert(now);
        } else {
            self.less = None;
        }
        let less = self.less.is_some_and(|since| now.saturating_duration_since(since) >= LESS_AFTER);
        let largest = if more || less { wanted.largest } else { self.told.largest };
        let tells = Wanted { largest, codec: wanted.codec };
        if tells == self.told && !again {
            return None;
        }
        if more {
            self.more = Some(now);
        }
        (self.told, self.less) = (tells, None);
        Some(tells)
    }
}

impl Call {
    /// Tells those who send pictures what is wanted of them, where that has changed.
    pub(super) fn tell_demands(&mut self, now: Instant) {
        let mut largest: BTreeMap<(MemberId, Source), Layer> = BTreeMap::new();
        for origin in self.members.values().flat_map(|member| &member.places).filter_map(|place| place.stream.target()) {
            let known = largest.entry((origin.member, origin.source)).or_insert(origin.layer);
            *known = origin.layer.max(*known);
        }
        // All places of a page take the same.
        let takes = |member: &Member| member.places.iter().find(|place| !place.sound).map(|place| place.codecs.clone());
        let takers: BTreeMap<MemberId, BTreeMap<usize, VideoCodec>> =
            self.members.iter().filter_map(|(id, member)| Some((*id, takes(member)?))).collect();
        for (id, member) in &mut self.members {
            for (source, track) in member.tracks.iter_mut().filter(|(source, track)| !source.is_sound() && !track.muted) {
                let others = || takers.iter().filter(|(taker, _)| *taker != id).map(|(_, codecs)| codecs);
                let codec = codec_for(&track.codecs, others);
                let largest = largest.get(&(*id, *source)).copied();
                // What a screen takes is known only while it comes, and no bound of its size says it.
                let wanted = Wanted { largest: if *source == Source::Screen { Some(Layer::Full) } else { largest }, codec };
                let comes = track.comes(now);
                if let Some(Wanted { largest, codec }) = track.demand.next(wanted, comes, now) {
                    tracing::debug!(member = id, ?source, ?largest, ?codec, "what others want");
                    member.page.tell(&Tell::Demand { source: *source, largest: largest.map(Layer::size), codec });
                }
            }
        }
    }
}

/// H.264 if somebody would rather have it and all others take it.
fn codec_for<'a, I: Iterator<Item = &'a BTreeMap<usize, VideoCodec>>>(
    sender: &BTreeMap<usize, VideoCodec>,
    others: impl Fn() -> I,
) -> VideoCodec {
    let takes = |codecs: &BTreeMap<usize, VideoCodec>| codecs.values().any(|codec| *codec == VideoCodec::H264);
    let rather = |codecs: &BTreeMap<usize, VideoCodec>| codecs.values().next() == Some(&VideoCodec::H264);
    if takes(sender) && others().any(rather) && others().all(takes) { VideoCodec::H264 } else { VideoCodec::Vp8 }
}
