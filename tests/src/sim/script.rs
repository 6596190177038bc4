//! What happens in a run besides what follows from it: acts of hands and faults, each at its time. A script is
//! made from a seed, and can be written as text, so that a failing one that was shrunk is kept as a test.

use std::fmt;
use std::str::FromStr;

use super::SECOND;
use super::fault::{Fault, Of, faults};
use super::person::{ACTS, Act};
use super::rng::Rng;

/// One thing that happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// When, microseconds from the start.
    pub at: u64,
    /// What.
    pub what: What,
    /// The seed of what chance decides within it.
    pub choice: u64,
}

/// What happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// A person's hands do something.
    Act(usize, Act),
    /// Something goes wrong.
    Fault(Fault),
}

/// A run as it is planned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Script {
    /// Of the network's delays and of names.
    pub seed: u64,
    /// How many people there are, half of them at each server.
    pub people: usize,
    /// What happens, in order.
    pub steps: Vec<Step>,
}

/// What a run is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Profile {
    /// Servers stay up; replicas come together whatever the network and the devices do.
    Convergence,
    /// Everything.
    Simulation,
}

impl Profile {
    /// The faults that its scripts name.
    #[must_use]
    pub fn faults(self) -> Vec<Fault> {
        match self {
            Self::Convergence => faults(&[Of::Network]),
            Self::Simulation => faults(&[Of::Servers, Of::Network]),
        }
    }
}

impl Script {
    /// The script of a seed: so many things that hands try, and faults among them.
    #[must_use]
    pub fn new(profile: Profile, seed: u64, people: usize, tries: usize) -> Self {
        let mut rng = Rng::new(seed);
        let faults = profile.faults();
        let mut steps = Vec::new();
        let mut at = SECOND / 10;
        let mut next_fault = at + rng.between(200_000, 600_000);
        for _ in 0..tries {
            at += rng.between(2_000, 30_000);
            let person = rng.below(people as u64) as usize;
            // Drawing goes on in rows of appends, as a hand does.
            let act = if rng.once_in(3) { Act::Ink } else { ACTS[rng.below(ACTS.len() as u64) as usize] };
            steps.push(Step { at, what: What::Act(person, act), choice: rng.next() });
            if at >= next_fault {
                let fault = faults[rng.below(faults.len() as u64) as usize];
                steps.push(Step { at, what: What::Fault(fault), choice: rng.next() });
                next_fault = at + rng.between(20_000, 500_000);
            }
        }
        Self { seed, people, steps }
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.seed, self.people)?;
        self.steps.iter().try_for_each(|step| match step.what {
            What::Act(person, act) => write!(f, "; {} {person} {act:?} {:x}", step.at, step.choice),
            What::Fault(fault) => write!(f, "; {} ! {fault:?} {:x}", step.at, step.choice),
        })
    }
}

impl FromStr for Script {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split(';').map(|part| part.split_whitespace().collect::<Vec<_>>());
        let head = parts.next().unwrap_or_default();
        let number = |text: &str| text.parse::<u64>().map_err(|error| format!("{text}: {error}"));
        let [seed, people] = head[..] else { return Err(format!("{head:?} is no seed and a number of people")) };
        let mut script = Self { seed: number(seed)?, people: number(people)? as usize, steps: Vec::new() };
        for part in parts {
            let [at, who, what, choice] = part[..] else { return Err(format!("{part:?} is no step")) };
            let what = if who == "!" {
                let fault = Profile::Simulation.faults().into_iter().find(|fault| format!("{fault:?}") == what);
                What::Fault(fault.ok_or_else(|| format!("{what} is no fault"))?)
            } else {
                let act = ACTS.into_iter().find(|act| format!("{act:?}") == what);
                What::Act(number(who)? as usize, act.ok_or_else(|| format!("{what} is no act"))?)
            };
            let choice = u64::from_str_radix(choice, 16).map_err(|error| format!("{choice}: {error}"))?;
            script.steps.push(Step { at: number(at)?, what, choice });
        }
        Ok(script)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_reads_back_from_its_text() {
        for profile in [Profile::Convergence, Profile::Simulation] {
            let script = Script::new(profile, 9, 5, 300);
            assert_eq!(script.to_string().parse(), Ok(script));
        }
        assert!("1 2; 3 ! Earthquake 4".parse::<Script>().is_err());
    }
}
