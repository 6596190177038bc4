//! What happens to pictures that are larger than a line takes at once.

use super::*;

/// Packets of a screen's whole picture.
const LARGE: u64 = 100;

impl Stage {
    /// A whole picture from member 1 and what follows it, all at once.
    fn shows_large(&mut self, packets: u64) {
        for sequence in 1..=packets {
            let mut packet = self.picture(sequence, sequence == 1);
            let mut payload = packet.payload.to_vec();
            payload.resize(1_200, 0);
            packet.payload = payload.into();
            self.packet(1, "1", Layer::Quarter, packet);
        }
    }

    fn sent_by(&self, member: usize, mid: &str) -> Vec<u64> {
        self.sent(member).into_iter().filter(|(by, _)| by == mid).map(|(_, sequence)| sequence).collect()
    }

    /// Time passes whenever the call wants that.
    fn passes_finely(&mut self, time: Duration) {
        let end = self.now.get() + time;
        while let Some(due) = self.call.poll_timeout().filter(|due| *due <= end) {
            self.now.set(due.max(self.now.get()));
            self.call.handle_timeout(self.now.get(), &mut Nowhere);
            self.call.settle(self.now.get(), &mut Nowhere);
        }
        self.now.set(end);
    }
}

#[test]
fn a_large_picture_goes_as_fast_as_the_line_takes_it_and_a_voice_passes_it() {
    let mut stage = Stage::new();
    let _pages = (stage.enter(1), stage.enter(2));
    stage.passes_finely(PLAN_EVERY);
    stage.shows_large(LARGE);
    let at_once = stage.sent_by(2, "3").len();
    assert!((1..=5).contains(&at_once), "{at_once}");
    let voice = stage.voice(7);
    stage.packet(1, "0", Layer::Quarter, voice);
    assert_eq!(stage.sent_by(2, "2").len(), 1);
    stage.passes_finely(Duration::from_millis(500));
    let later = stage.sent_by(2, "3").len();
    assert!((20..60).contains(&later), "{later} of {LARGE}, at 750 kbit/s");
    stage.passes_finely(Duration::from_millis(1_000));
    let sent = stage.sent_by(2, "3");
    let first = sent[0];
    assert_eq!(sent, (first..first + LARGE).collect::<Vec<_>>());
}

#[test]
fn what_waits_is_not_sent_to_who_no_longer_wants_it() {
    let mut stage = Stage::new();
    let (_one, two) = (stage.enter(1), stage.enter(2));
    stage.passes_finely(PLAN_EVERY);
    stage.shows_large(LARGE);
    stage.ask(2, &two, Ask::Want { pictures: Vec::new() });
    stage.passes_finely(PLAN_EVERY);
    let sent = stage.sent_by(2, "3").len();
    stage.passes_finely(Duration::from_secs(2));
    assert_eq!(stage.sent_by(2, "3").len(), sent);
    assert!(sent < LARGE as usize / 2);
}

#[test]
fn what_would_wait_too_long_is_dropped_and_a_whole_picture_is_asked_for() {
    let mut stage = Stage::new();
    let _pages = (stage.enter(1), stage.enter(2));
    stage.passes_finely(2 * PLAN_EVERY);
    let wanted = |stage: &Stage| stage.stands.0.lock()[0].lock().wanted.len();
    let before = wanted(&stage);
    stage.shows_large(5 * LARGE);
    stage.passes_finely(Duration::from_secs(1));
    assert!(wanted(&stage) > before);
    let sent = stage.sent_by(2, "3").len();
    let half = stage.picture(1_000, false);
    stage.packet(1, "1", Layer::Quarter, half);
    stage.passes_finely(Duration::from_secs(1));
    assert_eq!(stage.sent_by(2, "3").len(), sent, "half a picture is of no use");
    let whole = stage.picture(1_001, true);
    stage.packet(1, "1", Layer::Quarter, whole);
    stage.passes_finely(PLAN_EVERY);
    assert_eq!(stage.sent_by(2, "3").len(), sent + 1);
}

#[test]
fn who_was_away_goes_on_with_whole_pictures_and_hears_nothing_old() {
    let mut stage = Stage::new();
    let _pages = (stage.enter(1), stage.enter(2));
    stage.call.events.push_back((2, Event::Estimate(900_000)));
    stage.passes_finely(2 * PLAN_EVERY);
    let whole = stage.picture(1, true);
    stage.packet(1, "1", Layer::Quarter, whole);
    let seen = stage.sent(2).len();
    assert_eq!(stage.sent_by(2, "3").len(), 1);
    stage.call.events.push_back((2, Event::Disconnected));
    stage.passes_finely(2 * PLAN_EVERY);
    for sequence in 2..20 {
        let (voice, picture) = (stage.voice(sequence), stage.picture(sequence, false));
        stage.packet(1, "0", Layer::Quarter, voice);
        stage.packet(1, "1", Layer::Quarter, picture);
    }
    let asked = |stage: &Stage| stage.stands.0.lock()[0].lock().wanted.len();
    let before = asked(&stage);
    stage.passes_finely(Duration::from_secs(2));
    assert_eq!((stage.sent(2).len(), asked(&stage)), (seen, before), "nobody's picture is asked for in vain");
    stage.call.events.push_back((2, Event::Connected));
    stage.passes_finely(2 * PLAN_EVERY);
    assert!(asked(&stage) > before);
    let half = stage.picture(20, false);
    stage.packet(1, "1", Layer::Quarter, half);
    assert_eq!(stage.sent(2).len(), seen);
    let (voice, whole) = (stage.voice(21), stage.picture(21, true));
    stage.packet(1, "0", Layer::Quarter, voice);
    stage.packet(1, "1", Layer::Quarter, whole);
    assert_eq!(stage.sent(2).len(), seen + 2);
}
