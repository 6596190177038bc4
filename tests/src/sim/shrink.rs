//! From a script that fails to a short one that still does.

use std::panic::catch_unwind;

use super::script::Script;
use super::world;

/// Whether a run of the script fails.
#[must_use]
pub fn fails(script: &Script) -> bool {
    catch_unwind(|| world::run(script)).is_err()
}

/// Leaves out what can be left out while it still `fails` (Zeller and Hildebrandt's delta debugging: halves first,
/// then ever smaller pieces).
#[must_use]
pub fn shrink(script: &Script, fails: impl Fn(&Script) -> bool) -> Script {
    let mut best = script.clone();
    let mut size = best.steps.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        let mut shorter = false;
        while at < best.steps.len() {
            let mut tried = best.clone();
            tried.steps.drain(at..(at + size).min(tried.steps.len()));
            if fails(&tried) {
                best = tried;
                shorter = true;
            } else {
                at += size;
            }
        }
        if size == 1 && !shorter {
            return best;
        }
        size = (size / 2).max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::person::Act;
    use crate::sim::script::{Profile, What};

    #[test]
    fn what_matters_is_left() {
        let undo_after_stroke = |script: &Script| {
            let place = |wanted| script.steps.iter().position(|step| matches!(step.what, What::Act(2, act) if act == wanted));
            place(Act::Stroke).zip(place(Act::Undo)).is_some_and(|(stroke, undo)| stroke < undo)
        };
        let script = (0..).map(|seed| Script::new(Profile::Simulation, seed, 5, 400)).find(undo_after_stroke).expect("a script with both");
        let short = shrink(&script, undo_after_stroke);
        assert_eq!(short.steps.len(), 2);
        assert!(undo_after_stroke(&short));
    }
}
