//! The centre lines of characters, from the text files in `data` (its README says whose they are).

use crate::random::Random;
use std::collections::HashMap;
use std::sync::OnceLock;

/// A stroke's centre line in a box of 1 by 1, y downwards.
pub(crate) type Line = Vec<(f32, f32)>;

const FILES: [&str; 2] = [include_str!("../data/medians.txt"), include_str!("../data/own.txt")];

/// The box of the files: its side, and the height of its upper edge over the base line.
const BOX_SIDE: f32 = 1024.0;
const BOX_TOP: f32 = 900.0;

struct Glyphs {
    /// In the files' order, so that a number names the same character everywhere.
    lines: Vec<Vec<Line>>,
    index: HashMap<char, usize>,
}

fn glyphs() -> &'static Glyphs {
    static GLYPHS: OnceLock<Glyphs> = OnceLock::new();
    GLYPHS.get_or_init(|| {
        let mut glyphs = Glyphs { lines: Vec::new(), index: HashMap::new() };
        let rows = FILES.iter().flat_map(|file| file.lines());
        for row in rows.filter(|row| !row.starts_with('#')) {
            let mut parts = row.splitn(2, ' ');
            let character = parts.next().and_then(|part| part.chars().next());
            let lines = parts.next().map(|strokes| strokes.split('/').map(line).collect());
            if let (Some(character), Some(lines)) = (character, lines) {
                glyphs.index.insert(character, glyphs.lines.len());
                glyphs.lines.push(lines);
            }
        }
        glyphs
    })
}

fn line(points: &str) -> Line {
    points
        .split(' ')
        .map(|point| {
            let (x, y) = point.split_once(',').expect("the files are part of this crate, and tested");
            let number = |text: &str| -> f32 { text.parse().expect("the files are part of this crate, and tested") };
            (number(x) / BOX_SIDE, (BOX_TOP - number(y)) / BOX_SIDE)
        })
        .collect()
}

/// Whether `character` is written as itself, not by another in its place.
pub fn has_own_lines(character: char) -> bool {
    glyphs().index.contains_key(&character)
}

/// The strokes of `character`, or of the one that stands in for it.
pub(crate) fn lines(character: char) -> &'static [Line] {
    let glyphs = glyphs();
    let stand_in = character as usize % glyphs.lines.len();
    &glyphs.lines[*glyphs.index.get(&character).unwrap_or(&stand_in)]
}

/// A random stroke of a random character.
pub(crate) fn any_line(random: &mut Random) -> &'static Line {
    let glyphs = glyphs();
    let strokes = &glyphs.lines[random.below(glyphs.lines.len() as u32) as usize];
    &strokes[random.below(strokes.len() as u32) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_files_is_in_its_box() {
        assert_eq!(glyphs().lines.len(), 196 + 18);
        for (character, &index) in &glyphs().index {
            for line in &glyphs().lines[index] {
                assert!(line.len() >= 2, "{character}");
                for point in line {
                    let inside = |part: f32| (-0.05..=1.05).contains(&part);
                    assert!(inside(point.0) && inside(point.1), "{character}: {point:?}");
                }
            }
        }
    }

    #[test]
    fn the_island_and_the_bridge_are_written_as_themselves() {
        for character in "壱岐島の学校海空山川花春夏秋冬架け橋".chars() {
            assert!(has_own_lines(character), "{character}");
        }
        assert!(!has_own_lines('鬱'));
        assert_eq!(lines('鬱'), lines('鬱'));
    }
}
