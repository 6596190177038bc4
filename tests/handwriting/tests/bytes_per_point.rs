//! What a point of handwriting weighs: x, y, pressure and time, over sizes, rates, pens and chunk sizes.
//! The limits are those of protocol/WIRE.md: 4 bytes a point or less at an error under 0.1 unit.

use kakehashi_handwriting::{Hand, RATES_HZ, Stroke};
use kakehashi_protocol::ink::{Ink, Point};

const TEXT: &str = "壱岐島の学校\n海空山川花\n春夏秋冬\n架け橋";
const SIZES: [f32; 4] = [40.0, 100.0, 200.0, 400.0];
/// Points a chunk; 0 stands for the whole stroke at once.
const CHUNKS: [usize; 4] = [1, 2, 4, 0];
const BYTES_PER_POINT_MAX: f64 = 4.0;
const ERROR_UNITS_MAX: f64 = 0.1;

/// Encodes a stroke in chunks, decodes it, and gives its bytes and its points' largest error in units.
fn encode(stroke: &Stroke, chunk: usize) -> (usize, f64) {
    let points: Vec<Point> = stroke
        .points
        .iter()
        .map(|&(x, y, pressure, time_ms)| Point::from_units(f64::from(x), f64::from(y), f64::from(pressure), time_ms))
        .collect();
    let mut ink = Ink::default();
    for part in points.chunks(if chunk == 0 { points.len() } else { chunk }) {
        ink.write(part).expect("handwriting is in range");
    }
    let read = Ink::from_bytes(ink.bytes(), ink.points()).expect("what was written is read");
    assert_eq!(read.iter().len(), stroke.points.len());
    let error = read.iter().zip(&stroke.points).fold(0.0f64, |error, (read, written)| {
        assert_eq!(read.time_ms, written.3);
        let pressure = read.pressure_unit().unwrap_or(0.0);
        assert!((pressure - f64::from(written.2)).abs() < 0.003);
        let x = (read.x_units() - f64::from(written.0)).abs();
        let y = (read.y_units() - f64::from(written.1)).abs();
        error.max(x).max(y)
    });
    (ink.bytes().len(), error)
}

#[test]
fn a_point_weighs_four_bytes_or_less() {
    println!("bytes per point     chunks of   1     2     4  whole");
    let mut totals = [(0usize, 0usize); CHUNKS.len()];
    for pressure in [false, true] {
        for rate_hz in RATES_HZ {
            for size in SIZES {
                let mut hand = Hand { seed: 1, rate_hz, size, pressure };
                let ink = hand.write(TEXT, (100.0, 50.0));
                let points: usize = ink.iter().map(|stroke| stroke.points.len()).sum();
                print!("{rate_hz:3} Hz {size:3} units {:8}", if pressure { "pressure" } else { "" });
                for (chunk, total) in CHUNKS.iter().zip(&mut totals) {
                    let mut bytes = 0;
                    for stroke in &ink {
                        let (stroke_bytes, error) = encode(stroke, *chunk);
                        assert!(error < ERROR_UNITS_MAX, "{error} units off");
                        bytes += stroke_bytes;
                    }
                    print!("  {:.2}", bytes as f64 / points as f64);
                    *total = (total.0 + bytes, total.1 + points);
                }
                println!("  ({points} points)");
            }
        }
    }
    let averages = totals.map(|(bytes, points)| bytes as f64 / points as f64);
    println!("average {averages:.2?}");
    for (chunk, average) in CHUNKS.iter().zip(averages) {
        assert!(average <= BYTES_PER_POINT_MAX, "chunks of {chunk}: {average} bytes a point");
    }
}
