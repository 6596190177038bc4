//! A benchmark's table, on the screen and as JSON.

use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::Error;

/// One row: names and values, in the table's order.
pub type Row = Vec<(&'static str, Value)>;

/// A table that grows row by row.
pub struct Report {
    name: &'static str,
    machine: Value,
    rows: Vec<Row>,
}

impl Report {
    /// Begins a benchmark's table and prints its machine.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        let machine = machine();
        println!("{name}: {machine}");
        Self { name, machine, rows: Vec::new() }
    }

    /// Adds a row, and prints it under its head.
    pub fn add(&mut self, row: Row) {
        let names = |row: &Row| row.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        if self.rows.last().is_none_or(|last| names(last) != names(&row)) {
            println!();
            println!("{}", line(row.iter().map(|(name, _)| ((*name).to_owned(), width(name)))));
        }
        println!("{}", line(row.iter().map(|(name, value)| (shown(value), width(name)))));
        self.rows.push(row);
    }

    /// Writes `target/bench/NAME.json`.
    ///
    /// # Errors
    /// Those of the disk.
    pub fn finish(self) -> Result<(), Error> {
        let folder = folder()?;
        let rows: Vec<Value> = self
            .rows
            .into_iter()
            .map(|row| Value::Object(row.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>()))
            .collect();
        let all = json!({ "machine": self.machine, "load_average_after": load_average(), "rows": rows });
        let file = folder.join(format!("{}.json", self.name));
        fs::write(&file, serde_json::to_string_pretty(&all)?)?;
        println!("\nload average at the end: {}; written to {}", load_average(), file.display());
        Ok(())
    }
}

/// `target/bench`, where files and boards of benchmarks go.
///
/// # Errors
/// Those of the disk.
pub fn folder() -> Result<PathBuf, Error> {
    let folder = PathBuf::from("target/bench");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Rounded to three significant digits, so that a table can be read; null for what is none, as where nothing was measured.
#[must_use]
pub fn number(value: f64) -> Value {
    if !value.is_finite() {
        return Value::Null;
    }
    if value == 0.0 {
        return json!(0);
    }
    let places = (2 - value.abs().log10().floor() as i32).clamp(0, 6);
    let scale = 10f64.powi(places);
    json!((value * scale).round() / scale)
}

fn width(name: &str) -> usize {
    name.len().max(10)
}

fn line(cells: impl Iterator<Item = (String, usize)>) -> String {
    cells.enumerate().fold(String::new(), |line, (index, (cell, width))| match index {
        // The first column holds names, the others hold numbers.
        0 => format!("{cell:28}"),
        _ => format!("{line}  {cell:>width$}"),
    })
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "-".into(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// What the figures were measured on. The load average says what else was going on.
fn machine() -> Value {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let field = |name: &str| {
        cpuinfo.lines().find(|line| line.starts_with(name)).and_then(|line| line.split(':').nth(1)).unwrap_or("").trim().to_owned()
    };
    let memory_kib = read("/proc/meminfo").split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0);
    json!({
        "cpu": field("model name"),
        "mhz": field("cpu MHz"),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "memory_gib": memory_kib / (1024 * 1024),
        "kernel": read("/proc/sys/kernel/osrelease").trim(),
        "load_average_before": load_average(),
    })
}

fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_three_digits() {
        assert_eq!([0.0, 1234.56, 12.345, 0.012_345].map(number), [json!(0), json!(1235.0), json!(12.3), json!(0.0123)]);
    }
}
