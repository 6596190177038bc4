//! `handwriting --text 架け橋 --seed 1 --rate 60 --size 200 [--x 100] [--y 100] [--pressure]`: ink as JSON on
//! standard output, `[{"start_ms":0,"points":[[x,y,pressure,time_ms],...]},...]`, for the browser tests.

use kakehashi_handwriting::Hand;
use std::io::Write;
use std::process::ExitCode;

const USAGE: &str = "usage: handwriting --text TEXT [--seed N] [--rate HZ] [--size UNITS] [--x UNITS] [--y UNITS] [--pressure]";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let mut hand = Hand { seed: 1, rate_hz: 60, size: 200.0, pressure: false };
    let mut origin = (100.0, 100.0);
    let mut text = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        if name == "--pressure" {
            hand.pressure = true;
            continue;
        }
        let value = arguments.next().ok_or(USAGE)?;
        match name.as_str() {
            "--text" => text = Some(value),
            "--seed" => hand.seed = number(&name, &value)?,
            "--rate" => hand.rate_hz = number(&name, &value)?,
            "--size" => hand.size = number(&name, &value)?,
            "--x" => origin.0 = number(&name, &value)?,
            "--y" => origin.1 = number(&name, &value)?,
            _ => return Err(USAGE.into()),
        }
    }
    if !(1..=1_000).contains(&hand.rate_hz) || !(1.0..=10_000.0).contains(&hand.size) {
        return Err("--rate is 1 to 1000 a second, --size 1 to 10000 units".into());
    }
    let strokes = hand.write(&text.ok_or(USAGE)?, origin);
    let json: Vec<String> = strokes
        .iter()
        .map(|stroke| {
            let points: Vec<String> =
                stroke.points.iter().map(|(x, y, pressure, time_ms)| format!("[{x:.3},{y:.3},{pressure:.4},{time_ms}]")).collect();
            format!("{{\"start_ms\":{},\"points\":[{}]}}", stroke.start_ms, points.join(","))
        })
        .collect();
    writeln!(std::io::stdout(), "[{}]", json.join(",\n")).map_err(|error| error.to_string())
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{name}: {value} is not a number it can take\n{USAGE}"))
}
