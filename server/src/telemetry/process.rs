//! What the system says of this process, where it is Linux.

use std::fs;

use metrics::{Unit, gauge};

/// Parts of a second that Linux counts processor time in, the same on every architecture we run on.
const TICKS_PER_SECOND: f64 = 100.0;

pub(super) fn describe() {
    metrics::describe_gauge!("process_resident_memory_bytes", Unit::Bytes, "Memory of this process");
    metrics::describe_gauge!("process_threads", "Threads of this process");
    metrics::describe_gauge!("process_open_fds", "Open files and connections of this process");
    metrics::describe_gauge!("process_cpu_seconds_total", Unit::Seconds, "Processor time of this process since it began");
}

/// Takes the present values; those that the system does not tell are left out.
pub(super) fn record() {
    if let Ok(status) = fs::read_to_string("/proc/self/status") {
        if let Some(kib) = status_value(&status, "VmRSS:") {
            gauge!("process_resident_memory_bytes").set(kib * 1024.0);
        }
        if let Some(threads) = status_value(&status, "Threads:") {
            gauge!("process_threads").set(threads);
        }
    }
    if let Ok(entries) = fs::read_dir("/proc/self/fd") {
        // Fewer than 2^32 in any case.
        gauge!("process_open_fds").set(entries.count() as f64);
    }
    if let Some(ticks) = fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(cpu_ticks) {
        gauge!("process_cpu_seconds_total").set(ticks / TICKS_PER_SECOND);
    }
}

fn status_value(status: &str, name: &str) -> Option<f64> {
    status.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

/// Time in user and system mode: fields 14 and 15 of proc(5)'s `stat`.
fn cpu_ticks(stat: &str) -> Option<f64> {
    // The second field is the program's name in brackets, which may hold spaces.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let (user, system) = (fields.next()?.parse::<f64>().ok()?, fields.next()?.parse::<f64>().ok()?);
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_behind_any_name() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 1 0 1 1 1";
        assert_eq!(cpu_ticks(stat), Some(300.0));
        assert_eq!(cpu_ticks("nothing"), None);
        assert_eq!(status_value("Name:\tx\nVmRSS:\t  2048 kB\n", "VmRSS:"), Some(2048.0));
    }
}
