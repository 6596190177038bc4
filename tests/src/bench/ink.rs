//! `bench ink`: bytes of a point in the ink codec, beside plain numbers and JSON. No server.

use kakehashi_protocol::ink::Ink;
use serde_json::json;

use super::board::{points, strokes_with_pressure};
use super::report::{Report, number};
use super::{Error, Options};

/// Runs it.
///
/// # Errors
/// Those of the disk.
pub fn run(options: &Options) -> Result<(), Error> {
    let strokes = strokes_with_pressure(1, if options.quick { 100 } else { 1_000 }, 120);
    let count = strokes.iter().map(|stroke| stroke.points.len()).sum::<usize>();
    let mut report = Report::new("ink");
    let mut add = |peer: String, bytes: usize| {
        report.add(vec![
            ("peer", json!(peer)),
            ("points", json!(count)),
            ("bytes", json!(bytes)),
            ("bytes_per_point", number(bytes as f64 / count as f64)),
        ]);
    };
    for chunk in [1, 2, 4, 120] {
        let mut bytes = 0;
        for stroke in &strokes {
            let mut ink = Ink::default();
            for some in points(stroke).chunks(chunk) {
                bytes += ink.write(some)?.len();
            }
        }
        add(format!("kakehashi, {chunk} a chunk"), bytes);
    }
    add("x, y, pressure, time as f32".into(), count * 16);
    add("x, y as i16, pressure as u8".into(), count * 5);
    let json = |keep: fn(&(f32, f32, f32, u32)) -> serde_json::Value| -> usize {
        strokes.iter().map(|stroke| json!(stroke.points.iter().map(keep).collect::<Vec<_>>()).to_string().len()).sum()
    };
    add(
        "JSON arrays, one decimal".into(),
        json(|(x, y, pressure, time)| json!([decimals(*x, 10.0), decimals(*y, 10.0), decimals(*pressure, 100.0), time])),
    );
    add(
        "JSON objects, one decimal".into(),
        json(|(x, y, pressure, _)| json!({ "x": decimals(*x, 10.0), "y": decimals(*y, 10.0), "z": decimals(*pressure, 100.0) })),
    );
    report.finish()
}

fn decimals(value: f32, scale: f64) -> f64 {
    (f64::from(value) * scale).round() / scale
}
