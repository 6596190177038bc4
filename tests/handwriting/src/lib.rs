//! Handwriting from a seed: the one source of ink for tests and benchmarks.
//!
//! The centre lines of real characters get what a hand and a board add: a speed that rises and falls between
//! corners, a slow drift off the line, the sensor's jitter (0.3 unit and more), the rate of its samples, now
//! and then a late or a lost one. Equal seeds give equal ink on every machine: only additions, multiplications,
//! divisions and square roots are used, which IEEE 754 defines to the bit.
//!
//! Units are page units, `y` downwards. It knows nothing of the ink codec.

mod glyphs;
mod pen;
mod random;

pub use glyphs::has_own_lines;
pub use pen::RATES_HZ;

use glyphs::Line;
use random::Random;

/// Page width in page units, where [`Hand::write`] starts a new line.
const PAGE_WIDTH: f32 = 1920.0;
/// Page height in page units, over which [`page`] spreads its strokes.
const PAGE_HEIGHT: f32 = 1080.0;
/// From one character to the next and from one line to the next, in character sizes.
const ADVANCE: f32 = 1.1;

/// What was written between pen-down and pen-up.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Stroke {
    /// When the pen went down, in milliseconds since the hand began to write.
    pub start_ms: u32,
    /// The samples: x and y in page units, pressure from 0 (none reported) to 1, and milliseconds since the
    /// stroke's first sample, which never go back.
    pub points: Vec<(f32, f32, f32, u32)>,
}

/// A hand at a board.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Hand {
    /// Equal seeds write equally. Each call of [`Hand::write`] moves it on.
    pub seed: u64,
    /// Samples a second, 1 to 1,000; boards and tablets give 60 and 120.
    pub rate_hz: u32,
    /// The side of a character's box in page units; 40 to 400 in a lesson.
    pub size: f32,
    /// Whether the pen reports pressure.
    pub pressure: bool,
}

impl Hand {
    /// Writes `text` from `origin`, the upper left corner of the first character, to the right and, at a line
    /// feed or the page's right edge, on the next line. Blanks leave a gap. For a character whose lines are not
    /// in the data, another is written in its place, always the same.
    pub fn write(&mut self, text: &str, origin: (f32, f32)) -> Vec<Stroke> {
        let mut random = Random::new(self.seed);
        self.seed = random.next_seed();
        let mut clock_ms = 0;
        let mut strokes = Vec::new();
        let (mut x, mut y) = origin;
        for character in text.chars() {
            if character == '\n' || x + self.size > PAGE_WIDTH.max(origin.0 + self.size) {
                x = origin.0;
                y += self.size * ADVANCE;
            }
            if character == '\n' {
                continue;
            }
            if !character.is_whitespace() {
                for line in glyphs::lines(character) {
                    let line = place(line, (x, y), self.size);
                    let stroke = pen::draw(&line, self, &mut random, clock_ms);
                    let last_ms = stroke.points.last().map_or(0, |point| point.3);
                    // A hand takes a tenth of a second and more to the next stroke.
                    clock_ms = stroke.start_ms + last_ms + 100 + random.below(150);
                    strokes.push(stroke);
                }
            }
            x += self.size * ADVANCE;
        }
        strokes
    }
}

/// A page for benchmarks: exactly `strokes` strokes of exactly `points_per_stroke` points each, written at 120 Hz
/// without pressure, 60 to 160 units high, spread over the page from the upper left. Where a stroke of a character
/// is too short for the points, the pen stays down and writes on.
pub fn page(seed: u64, strokes: usize, points_per_stroke: usize) -> Vec<Stroke> {
    let mut random = Random::new(seed);
    let mut clock_ms = 0;
    (0..strokes)
        .map(|index| {
            let size = 60.0 + random.unit() * 100.0;
            let hand = Hand { seed, rate_hz: 120, size, pressure: false };
            let column = (index % 16) as f32 * (PAGE_WIDTH - 160.0) / 16.0;
            let row = (index / 16 % 9) as f32 * (PAGE_HEIGHT - 160.0) / 9.0;
            let origin = (column + random.unit() * 40.0, row + random.unit() * 40.0);
            let mut line = Vec::new();
            let mut stroke = Stroke::default();
            while stroke.points.len() < points_per_stroke {
                line.extend(place(glyphs::any_line(&mut random), origin, size));
                stroke = pen::draw(&line, &hand, &mut random, clock_ms);
            }
            stroke.points.truncate(points_per_stroke);
            let last_ms = stroke.points.last().map_or(0, |point| point.3);
            clock_ms = stroke.start_ms + last_ms + 100 + random.below(150);
            stroke
        })
        .collect()
}

/// A line in the unit box to its place on the page.
fn place(line: &[(f32, f32)], origin: (f32, f32), size: f32) -> Line {
    line.iter().map(|&(x, y)| (origin.0 + x * size, origin.1 + y * size)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HAND: Hand = Hand { seed: 7, rate_hz: 60, size: 100.0, pressure: true };

    #[test]
    fn equal_seeds_write_equally_and_others_do_not() {
        let ink = { HAND }.write("架け橋", (10.0, 20.0));
        assert_eq!(ink, { HAND }.write("架け橋", (10.0, 20.0)));
        assert_ne!(ink, Hand { seed: 8, ..HAND }.write("架け橋", (10.0, 20.0)));
        let mut hand = HAND;
        assert_eq!(hand.write("架", (0.0, 0.0)).len(), hand.write("架", (0.0, 0.0)).len());
        assert_ne!(hand, HAND);
    }

    #[test]
    fn the_ink_is_the_same_on_every_machine() {
        // FNV-1a over the bits of every number: it changes when the generator does, and only then.
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        for stroke in { HAND }.write("壱岐島の学校", (10.0, 20.0)) {
            for (x, y, pressure, time_ms) in stroke.points {
                for word in [x.to_bits(), y.to_bits(), pressure.to_bits(), time_ms] {
                    hash = (hash ^ u64::from(word)).wrapping_mul(0x0000_0100_0000_01b3);
                }
            }
        }
        assert_eq!(hash, HASH);
    }

    const HASH: u64 = 7_999_256_417_907_467_026;

    #[test]
    fn strokes_are_as_a_character_has_them() {
        let ink = { HAND }.write("架け橋", (300.0, 200.0));
        assert_eq!(ink.len(), 9 + 3 + 16);
        for stroke in &ink {
            assert!(stroke.points.len() >= 5, "{} points", stroke.points.len());
            assert_eq!(stroke.points[0].3, 0);
            assert!(stroke.points.is_sorted_by_key(|point| point.3));
            for &(x, y, pressure, _) in &stroke.points {
                assert!((280.0..=650.0).contains(&x) && (180.0..=320.0).contains(&y), "{x}, {y}");
                assert!(pressure > 0.0 && pressure <= 1.0);
            }
        }
        assert!(ink.windows(2).all(|pair| { pair[1].start_ms > pair[0].start_ms + pair[0].points.last().unwrap().3 }));
    }

    #[test]
    fn lines_break_at_a_feed_and_at_the_edge() {
        let top = |text: &str| {
            let ink = Hand { size: 400.0, ..HAND }.write(text, (100.0, 0.0));
            ink.last().unwrap().points[0].1
        };
        assert!(top("一") < 400.0);
        assert!(top("一 \n一") > 440.0);
        assert!(top("一一一一") < 400.0);
        assert!(top("一一一一一") > 440.0);
    }

    #[test]
    fn a_page_has_exact_counts() {
        let page = page(3, 40, 60);
        assert_eq!(page.len(), 40);
        for stroke in &page {
            assert_eq!(stroke.points.len(), 60);
            for &(x, y, pressure, _) in &stroke.points {
                assert!((-10.0..=1930.0).contains(&x) && (-10.0..=1090.0).contains(&y), "{x}, {y}");
                assert_eq!(pressure, 0.0);
            }
        }
    }

    #[test]
    fn a_hand_speeds_up_and_slows_down() {
        let ink = Hand { rate_hz: 120, size: 400.0, ..HAND }.write("一", (0.0, 0.0));
        let points = &ink[0].points;
        let speed = |at: usize| {
            let (a, b) = (points[at], points[at + 4]);
            ((b.0 - a.0).powi(2) + (b.1 - a.1).powi(2)).sqrt() / (b.3 - a.3) as f32
        };
        let middle = speed(points.len() * 2 / 5);
        assert!(middle > 2.0 * speed(0) && middle > 2.0 * speed(points.len() - 5));
    }
}
