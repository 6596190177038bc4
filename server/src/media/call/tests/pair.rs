//! Two who are alone: when they are told so, and what they may pass to each other (SPEC PAIR-1).

use kakehashi_protocol::call::{CANDIDATE_BYTES_MAX, CANDIDATES_MAX, PAIR_DESCRIPTIONS_MAX, PAIR_WORDS_MAX, Word};

use super::super::pair::{ALONE, PARTING};
use super::super::plan::FEELING;
use super::*;
use crate::media::ladder::PATIENCE_MAX;
use crate::media::line::{FIRST, LOSSES, PASSED_AFTER};

/// A line that holds all, bits a second.
const WIDE: u64 = 5_000_000;

impl Stage {
    fn estimate(&mut self, who: MemberId, bits: u64) {
        self.call.events.push_back((who, Event::Estimate(bits)));
        // Half of it passed in each of the last milliseconds, and a thin one is full.
        let lost = (bits < FIRST).then_some(0.2);
        for sent in (0..=LOSSES as u64).map(|look| bits / 16_000 * look) {
            self.call.events.push_back((who, Event::Seen(Seen { sent, round_trip: None, lost })));
        }
        // So long ago that a sign would have come.
        self.call.handle_events(self.now.get() - PASSED_AFTER - Duration::from_millis(100), &mut Nowhere);
    }

    /// Nothing comes to pass but the time, and all lines hold all.
    fn wait(&mut self, time: Duration) {
        self.call.members.keys().copied().collect::<Vec<_>>().into_iter().for_each(|who| self.estimate(who, WIDE));
        self.idle(time);
    }

    /// Nothing comes to pass but the time.
    fn idle(&mut self, time: Duration) {
        let until = self.now.get() + time;
        while self.now.get() < until {
            self.pass(PLAN_EVERY);
        }
    }

    fn say(&mut self, who: u32, pair: u32, word: Word) -> Option<Why> {
        let page = Reader::default();
        self.ask(who, &page, Ask::Direct { pair, word });
        page.refusal()
    }
}

/// Each pair that a page was told of, with whom, and the polite one's part in it.
fn pairs(page: &Reader) -> Vec<(u32, Option<MemberId>, bool)> {
    let told = page.0.lock();
    let pair = |tell: &Tell| if let Tell::Pair { pair, with, polite } = tell { Some((*pair, *with, *polite)) } else { None };
    told.iter().filter_map(pair).collect()
}

fn words(page: &Reader) -> Vec<(MemberId, Word)> {
    let told = page.0.lock();
    told.iter().filter_map(|tell| if let Tell::Direct { from, word, .. } = tell { Some((*from, word.clone())) } else { None }).collect()
}

fn offer(sdp: &str) -> Word {
    Word::Offer { sdp: sdp.into(), tracks: tracks() }
}

#[test]
fn two_who_stay_alone_are_a_pair_until_a_third_comes() {
    let mut stage = Stage::new();
    let (one, two) = (stage.enter(1), stage.enter(2));
    stage.wait(ALONE / 2);
    assert_eq!(pairs(&one), [], "who comes next may be here soon");
    stage.wait(ALONE);
    assert_eq!((pairs(&one), pairs(&two)), (vec![(1, Some(2), false)], vec![(1, Some(1), true)]));
    let three = Reader::default();
    stage.ask(3, &three, Ask::Join {});
    assert_eq!(pairs(&one)[1..], [(1, None, false)], "at once, before the third has media");
    assert_eq!(pairs(&two)[1..], [(1, None, false)]);
    assert_eq!(pairs(&three), []);
    stage.ask(3, &three, Ask::Leave {});
    stage.wait(ALONE * 2);
    assert_eq!(pairs(&one)[2..], [(2, Some(2), false)], "alone again");
}

#[test]
fn a_pair_is_of_two_who_may_both_send_and_both_have_media() {
    let mut stage = Stage::new();
    let one = stage.enter(1);
    let two = Reader::default();
    stage.ask(2, &two, Ask::Join {});
    stage.wait(ALONE * 2);
    assert_eq!(pairs(&one), [], "the second has no media yet");
    stage.ask(2, &two, Ask::Offer { sdp: OFFER.into(), tracks: tracks() });
    stage.wait(ALONE * 2);
    assert_eq!(pairs(&one), [(1, Some(2), false)]);
    stage.call.handle_may_speak(stage.now.get(), 2, false);
    assert_eq!(pairs(&one)[1..], [(1, None, false)], "at once");
    stage.wait(ALONE * 2);
    assert_eq!(pairs(&one).len(), 2);
    stage.call.handle_may_speak(stage.now.get(), 2, true);
    stage.wait(ALONE * 2);
    assert_eq!(pairs(&two).last(), Some(&(2, Some(1), true)));
    stage.call.handle_end(stage.now.get(), 2, &mut Nowhere);
    assert_eq!(pairs(&one).last(), Some(&(2, None, false)));
}

#[test]
fn where_a_line_does_not_hold_all_it_is_for_the_server_to_say_what_comes() {
    let mut stage = Stage::new();
    let (one, _two) = (stage.enter(1), stage.enter(2));
    stage.estimate(1, WIDE);
    stage.estimate(2, 100_000);
    stage.idle(FEELING + ALONE * 2);
    assert_eq!(pairs(&one), []);
    stage.estimate(2, WIDE);
    stage.idle(PATIENCE_MAX + ALONE * 2);
    assert_eq!(pairs(&one), [(1, Some(2), false)]);
}

#[test]
fn a_line_that_rested_is_what_it_was() {
    let mut stage = Stage::new();
    let (one, _two) = (stage.enter(1), stage.enter(2));
    stage.wait(ALONE * 2);
    assert_eq!(pairs(&one), [(1, Some(2), false)]);
    let line = |stage: &Stage| stage.call.members[&1].line.holds(stage.now.get());
    stage.estimate(1, WIDE - 1);
    assert_eq!(line(&stage), Some(WIDE - 1));
    assert_eq!(stage.say(1, 1, Word::Flows { flows: true }), None);
    stage.estimate(1, 40_000);
    assert_eq!(line(&stage), Some(WIDE - 1), "nothing goes by it");
    assert_eq!(stage.say(1, 1, Word::Flows { flows: false }), None);
    stage.estimate(1, WIDE - 2);
    assert_eq!(line(&stage), Some(WIDE - 2));
    assert_eq!(stage.say(1, 1, Word::Flows { flows: true }), None);
    stage.estimate(1, 40_000);
    assert_eq!(stage.say(1, 1, Word::Over {}), None);
    stage.estimate(1, WIDE - 2);
    assert_eq!(line(&stage), Some(WIDE - 2), "it goes on by the server alone");
    assert_eq!(stage.say(1, 1, Word::Flows { flows: true }), None);
    stage.estimate(1, 40_000);
    stage.ask(3, &Reader::default(), Ask::Join {});
    stage.estimate(1, WIDE - 3);
    assert_eq!(line(&stage), Some(WIDE - 3), "a third has come");
}

#[test]
fn a_server_may_have_no_pairs() {
    let mut stage = Stage::new();
    stage.call = Call::new(0, false);
    let (one, _two) = (stage.enter(1), stage.enter(2));
    stage.wait(ALONE * 2);
    assert_eq!(pairs(&one), []);
    assert_eq!(stage.say(1, 1, offer("x")), Some(Why::Pair));
}

#[test]
fn a_pair_passes_words_to_each_other_and_is_told_again_when_one_is_back() {
    let mut stage = Stage::new();
    let (one, two) = (stage.enter(1), stage.enter(2));
    stage.wait(ALONE * 2);
    let candidate = Word::Candidate { candidate: "candidate:1 1 udp 1 192.0.2.1 1 typ host".into(), mid: "0".into() };
    for word in [offer("x"), candidate.clone(), Word::Flows { flows: true }] {
        assert_eq!(stage.say(1, 1, word), None);
    }
    assert_eq!(words(&two), [(1, offer("x")), (1, candidate), (1, Word::Flows { flows: true })]);
    assert_eq!(words(&one), []);
    let back = Reader::default();
    stage.ask(2, &back, Ask::Join {});
    assert_eq!(pairs(&back), [(1, Some(1), true)]);
    assert_eq!(pairs(&one)[1..], [(1, Some(2), false)]);
    assert_eq!(stage.say(1, 1, Word::Over {}), None);
    assert_eq!(words(&back), [(1, Word::Over {})]);
}

#[test]
fn of_a_pair_that_is_over_only_the_end_is_passed_on_and_soon_nothing() {
    let mut stage = Stage::new();
    let (_one, two) = (stage.enter(1), stage.enter(2));
    stage.wait(ALONE * 2);
    let three = stage.enter(3);
    assert_eq!(stage.say(1, 1, offer("x")), Some(Why::Pair));
    assert_eq!(stage.say(1, 1, Word::Flows { flows: true }), Some(Why::Pair));
    assert_eq!(stage.say(3, 1, Word::Over {}), Some(Why::Pair), "the third is not of it");
    assert_eq!(stage.say(1, 1, Word::Over {}), None);
    stage.wait(PARTING);
    assert_eq!(stage.say(1, 1, Word::Over {}), Some(Why::Pair));
    assert_eq!((words(&two), words(&three)), (vec![(1, Word::Over {})], vec![]));
}

#[test]
fn bad_words_are_refused_by_name_and_not_passed_on() {
    let mut stage = Stage::new();
    let (_one, two) = (stage.enter(1), stage.enter(2));
    stage.wait(ALONE * 2);
    let answer = |tracks: Vec<Sent>| Word::Answer { sdp: "x".into(), tracks };
    let sent = Sent { mid: "0".into(), source: Source::Camera, muted: false };
    let candidate = |bytes: usize, mid: &str| Word::Candidate { candidate: "x".repeat(bytes), mid: mid.into() };
    let cases = [
        (1, offer(&"x".repeat(1_000_000)), Why::Limit),
        (1, answer(vec![sent.clone(); 5]), Why::Limit),
        (1, answer(vec![Sent { mid: "1".repeat(17), ..sent }]), Why::Limit),
        (1, candidate(CANDIDATE_BYTES_MAX + 1, "0"), Why::Limit),
        (1, candidate(1, &"1".repeat(17)), Why::Limit),
        (0, offer("x"), Why::Pair),
        (2, offer("x"), Why::Pair),
    ];
    for (pair, word, why) in cases {
        let said = format!("{word:?}");
        assert_eq!(stage.say(1, pair, word), Some(why), "{}", &said[..said.len().min(200)]);
    }
    assert_eq!(words(&two), []);
    let stranger = Reader::default();
    stage.ask(5, &stranger, Ask::Direct { pair: 1, word: offer("x") });
    assert_eq!(stranger.refusal(), Some(Why::Order));
}

#[test]
fn so_many_words_are_passed_on_in_so_short_a_time() {
    let mut stage = Stage::new();
    let (_one, two) = (stage.enter(1), stage.enter(2));
    stage.wait(ALONE * 2);
    let candidate = || Word::Candidate { candidate: "candidate:1 1 udp 1 192.0.2.1 1 typ host".into(), mid: "0".into() };
    for said in 0..10_000 {
        assert_eq!(stage.say(1, 1, candidate()).is_some(), said >= PAIR_WORDS_MAX, "{said}");
    }
    assert_eq!(words(&two).len(), PAIR_WORDS_MAX as usize);
    assert!(PAIR_WORDS_MAX as usize > 2 * CANDIDATES_MAX);
    for said in 0..100 {
        assert_eq!(stage.say(2, 1, offer("x")).is_some(), said >= PAIR_DESCRIPTIONS_MAX, "each has a limit of their own: {said}");
    }
    stage.wait(Duration::from_secs(10));
    assert_eq!(stage.say(1, 1, offer("x")), None, "and a while later more");
}
