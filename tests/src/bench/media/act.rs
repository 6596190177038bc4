//! What members send: each a voice of 50 packets a second, those on stage a camera in three sizes too.

use std::time::{Duration, Instant};

use kakehashi_client::native::call::synthetic::{PICTURES_PER_S, Picture, VOICE_MS, Voice};
use kakehashi_client::native::call::{Layer, Outgoing};
use kakehashi_protocol::call::Source;

/// How loud those are who speak, and a room in which nobody does, decibels below the loudest.
const LEVELS: [u8; 2] = [20, 90];

/// A member.
#[derive(Clone, Copy, Debug)]
pub struct Actor {
    /// Which, from 0.
    pub number: usize,
    /// Among so many.
    pub of: usize,
    /// Whether they speak and are seen.
    pub on_stage: bool,
    /// When the clock of all stamps was 0.
    pub clock: Instant,
}

/// Who says of a mark that it is of a picture in full size.
pub const fn is_in_full(sender: u32) -> bool {
    sender % 4 == Layer::Full as u32 + 1
}

/// Whether a mark is of a picture.
pub const fn is_picture(sender: u32) -> bool {
    !sender.is_multiple_of(4)
}

impl Actor {
    /// Nanoseconds on the clock of all.
    fn stamp(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// Sends until it is cancelled.
    pub async fn act(self, mut send: impl FnMut(Source, Outgoing), begins_anew: impl Fn(Layer) -> bool) {
        let sender = self.number as u32 * 4;
        let mut voice = Voice::new(sender, LEVELS[usize::from(!self.on_stage)]);
        let mut pictures = Layer::ALL.map(|layer| (layer, Picture::new(sender + layer as u32 + 1, layer)));
        let [voices, frames] = [Duration::from_millis(VOICE_MS), Duration::from_secs(1) / PICTURES_PER_S as u32];
        // One after the other, as they are when nobody arranges it.
        let begin = Instant::now() + voices * self.number as u32 / self.of as u32;
        let mut due = [begin, begin + frames / 2];
        loop {
            tokio::time::sleep_until(due[0].min(due[1]).into()).await;
            let now = Instant::now();
            if due[0] <= now {
                due[0] += voices;
                send(Source::Microphone, voice.packet(self.stamp()));
            }
            if due[1] <= now {
                due[1] += frames;
                for (layer, picture) in pictures.iter_mut().filter(|_| self.on_stage) {
                    if begins_anew(*layer) {
                        picture.begin_anew();
                    }
                    picture.frame(self.stamp()).into_iter().for_each(|packet| send(Source::Camera, packet));
                }
            }
        }
    }
}
