//! Two who are alone in a call may send to each other directly. The server says so, passes what they say to
//! each other, and goes on being what they send by before and after; it reads none of their descriptions (SPEC PAIR-1).

use std::time::{Duration, Instant};

use kakehashi_protocol::call::{
    CANDIDATE_BYTES_MAX, MID_BYTES_MAX, MemberId, PAIR_DESCRIPTIONS_MAX, PAIR_WORDS_MAX, Sent, TRACKS_MAX, Tell, Why, Word,
};

use super::Call;
use super::asks::{Refusal, limit};
use super::packed::check_length;

/// For so long two have to be alone before they are told: who comes and goes makes nobody connect in vain.
pub(super) const ALONE: Duration = Duration::from_secs(2);
/// For so long after the end of a pair the two may still say that they need each other no more.
pub(super) const PARTING: Duration = Duration::from_secs(5);
/// The time in which words are counted.
const WITHIN: Duration = Duration::from_secs(10);

/// The pair of a call, and the number of the next.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    off: bool,
    last: u32,
    alone: Option<([MemberId; 2], Instant)>,
    pair: Option<Pair>,
}

#[derive(Debug)]
struct Pair {
    number: u32,
    members: [MemberId; 2],
    ended: Option<Instant>,
    said: [Said; 2],
}

/// How much one of a pair has said lately.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    since: Option<Instant>,
    words: u32,
    descriptions: u32,
}

impl Pairs {
    /// Of a server that lets nobody send directly if `direct` is false.
    pub(super) fn new(direct: bool) -> Self {
        Self { off: !direct, ..Self::default() }
    }
}

impl Said {
    fn count(&mut self, word: &Word, now: Instant) -> Result<(), Refusal> {
        if self.since.is_none_or(|since| now.saturating_duration_since(since) >= WITHIN) {
            *self = Self { since: Some(now), ..Self::default() };
        }
        self.words += 1;
        self.descriptions += u32::from(matches!(word, Word::Offer { .. } | Word::Answer { .. }));
        if self.words > PAIR_WORDS_MAX || self.descriptions > PAIR_DESCRIPTIONS_MAX {
            return limit(format!(
                "one of a pair says at most {PAIR_WORDS_MAX} words in {} s, {PAIR_DESCRIPTIONS_MAX} of them descriptions",
                WITHIN.as_secs()
            ));
        }
        Ok(())
    }
}

impl Call {
    /// Two may have become alone, or are no longer. Where a line does not hold all that is wanted it is for the server to say what
    /// comes by it, and who sends directly sends all.
    pub(super) fn pair_up(&mut self, now: Instant) {
        let mut members = self.members.iter();
        let two = match (members.next(), members.next(), members.next()) {
            (Some((one, a)), Some((other, b)), None) if a.speaks && b.speaks && !self.pairs.off => Some([*one, *other]),
            _ => None,
        };
        if let Some(pair) = self.pairs.pair.as_mut().filter(|pair| pair.ended.is_none()) {
            if two == Some(pair.members) {
                return;
            }
            pair.ended = Some(now);
            let told = Tell::Pair { pair: pair.number, with: None, polite: false };
            for id in pair.members {
                if let Some(member) = self.members.get_mut(&id) {
                    member.page.tell(&told);
                    member.rest(false, now);
                }
            }
        }
        // What they go back to has to be there first.
        let holds_all =
            |id: &MemberId| self.members.get(id).is_some_and(|member| member.connected && member.holds_all() && member.line.is_sure(now));
        let Some(two) = two.filter(|two| two.iter().all(holds_all)) else {
            self.pairs.alone = None;
            return;
        };
        match self.pairs.alone {
            Some((alone, since)) if alone == two => {
                if now.saturating_duration_since(since) >= ALONE {
                    self.pairs.alone = None;
                    self.pairs.last += 1;
                    self.pairs.pair = Some(Pair { number: self.pairs.last, members: two, ended: None, said: [Said::default(); 2] });
                    self.tell_pair();
                }
            }
            _ => self.pairs.alone = Some((two, now)),
        }
    }

    /// One who is back may have missed what the other said: both are told of their pair again.
    pub(super) fn pair_again(&self, id: MemberId) {
        if self.pairs.pair.as_ref().is_some_and(|pair| pair.ended.is_none() && pair.members.contains(&id)) {
            self.tell_pair();
        }
    }

    fn tell_pair(&self) {
        let Some(Pair { number, members: [one, other], .. }) = self.pairs.pair else { return };
        for (id, with, polite) in [(one, other, false), (other, one, true)] {
            if let Some(member) = self.members.get(&id) {
                member.page.tell(&Tell::Pair { pair: number, with: Some(with), polite });
            }
        }
    }

    /// Passes a word to the other of a pair.
    pub(super) fn direct(&mut self, now: Instant, id: MemberId, number: u32, word: Word) -> Result<(), Refusal> {
        let none = || (Why::Pair, "the page is of no such pair: two who are alone in a call are told the number of theirs".to_owned());
        let pair = self.pairs.pair.as_mut().filter(|pair| pair.number == number).ok_or_else(none)?;
        let at = pair.members.iter().position(|member| *member == id).ok_or_else(none)?;
        let parts = matches!(word, Word::Over {});
        if pair.ended.is_some_and(|ended| !parts || now.saturating_duration_since(ended) >= PARTING) {
            return Err(none());
        }
        if word.connects() && !self.members.get(&id).is_some_and(|member| member.speaks) {
            return Err((Why::Rights, "whoever may not send does not send directly either".into()));
        }
        pair.said[at].count(&word, now)?;
        check(&word)?;
        let lives = pair.ended.is_none();
        if let (Some(member), true) = (self.members.get_mut(&id), lives) {
            match word {
                Word::Flows { flows } => member.rest(flows, now),
                Word::Over {} => member.rest(false, now),
                _ => {}
            }
        }
        // Who has just gone needs nothing any more.
        if let Some(other) = self.members.get(&pair.members[1 - at]) {
            other.page.tell(&Tell::Direct { pair: number, from: id, word });
        }
        Ok(())
    }
}

fn check(word: &Word) -> Result<(), Refusal> {
    let mid_max = || limit(format!("the id of a section has at most {MID_BYTES_MAX} bytes"));
    if let Word::Offer { sdp, .. } | Word::Answer { sdp, .. } = word {
        check_length(sdp)?;
    }
    match word {
        Word::Offer { tracks, .. } | Word::Answer { tracks, .. } if tracks.len() > TRACKS_MAX => {
            limit(format!("a page sends at most {TRACKS_MAX} tracks"))
        }
        Word::Offer { tracks, .. } | Word::Answer { tracks, .. } if tracks.iter().any(|Sent { mid, .. }| mid.len() > MID_BYTES_MAX) => {
            mid_max()
        }
        Word::Candidate { candidate, .. } if candidate.len() > CANDIDATE_BYTES_MAX => {
            limit(format!("a candidate has at most {CANDIDATE_BYTES_MAX} bytes"))
        }
        Word::Candidate { mid, .. } if mid.len() > MID_BYTES_MAX => mid_max(),
        _ => Ok(()),
    }
}
