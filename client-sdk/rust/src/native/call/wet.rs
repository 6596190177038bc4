//! Ink for the lane: each point stands in so many glimpses, one after the other, that a lost one is no gap.

use std::collections::VecDeque;

use kakehashi_protocol::ids::DocumentId;
use kakehashi_protocol::lane::{Glimpse, POINTS_MAX, REPEATS, WetPoint, WetStroke};

/// One stroke that is being drawn.
#[derive(Clone, Debug)]
pub struct Wet {
    document: DocumentId,
    stroke: WetStroke,
    /// Points so far.
    count: u32,
    /// The points of the last glimpses, oldest first.
    last: VecDeque<Vec<WetPoint>>,
}

impl Wet {
    /// A stroke on a page of the board; of `stroke` the points and their place do not count.
    #[must_use]
    pub const fn new(document: DocumentId, stroke: WetStroke) -> Self {
        Self { document, stroke, count: 0, last: VecDeque::new() }
    }

    /// The glimpse to be shown now, with the points that are new since the last one, as they lie on the page.
    /// Call it at most once in [`kakehashi_protocol::lane::EVERY_MS`], and [`REPEATS`] - 1 times more without
    /// points when the stroke ends. Of more points than a glimpse holds the last ones are shown.
    #[must_use]
    pub fn glimpse(&mut self, points: Vec<WetPoint>) -> Glimpse {
        self.count += u32::try_from(points.len()).unwrap_or(u32::MAX);
        self.last.push_back(points);
        while self.last.len() > REPEATS {
            self.last.pop_front();
        }
        let all: Vec<WetPoint> = self.last.iter().flatten().copied().collect();
        let shown = &all[all.len().saturating_sub(POINTS_MAX)..];
        let first = self.count - u32::try_from(shown.len()).unwrap_or(0);
        let stroke = WetStroke { first, ..self.stroke.clone() }.tell(shown);
        Glimpse { document: self.document, strokes: vec![stroke], ..Glimpse::default() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn point(n: u32) -> WetPoint {
        WetPoint { x: n as i32 * 10, y: -(n as i32), pressure: 100, ms: n * 8 }
    }

    #[test]
    fn of_three_glimpses_any_one_brings_all_points() {
        let mut wet = Wet::new(DocumentId::COVER, WetStroke { counter: 4, ..WetStroke::default() });
        let mut seen = BTreeSet::new();
        for turn in 0..32 {
            let points = if turn < 30 { vec![point(turn * 2), point(turn * 2 + 1)] } else { Vec::new() };
            let glimpse = wet.glimpse(points);
            if turn % 3 == 1 {
                let stroke = &glimpse.strokes[0];
                seen.extend(stroke.absolute().zip(stroke.first..).map(|(point, at)| (at, point.x)));
            }
        }
        assert_eq!(seen, (0..60).map(|n| (n, n as i32 * 10)).collect());
    }

    #[test]
    fn a_glimpse_is_never_larger_than_it_may_be() {
        let mut wet = Wet::new(DocumentId::COVER, WetStroke::default());
        let glimpse = wet.glimpse((0..1_000).map(point).collect());
        assert_eq!((glimpse.strokes[0].first, glimpse.strokes[0].points.len()), (1_000 - POINTS_MAX as u32, POINTS_MAX));
        assert!(Glimpse::from_bytes(&glimpse.to_bytes()).is_ok());
    }
}
