//! What a process has used: time of processor, memory. Linux tells; elsewhere nothing is known.

use std::fs;

/// Clock ticks a second, as Linux shows them to every program.
const TICKS_A_SECOND: f64 = 100.0;

/// What a process used so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Seconds of processor time, its own and the system's for it.
    pub cpu_seconds: f64,
    /// Seconds of processor time of children that have ended and were waited for.
    pub children_cpu_seconds: f64,
    /// Bytes of memory at the most.
    pub peak_bytes: f64,
    /// Bytes of memory now.
    pub resident_bytes: f64,
    /// Bytes of it that belong to the process alone: no mapped files.
    pub private_bytes: f64,
}

/// What this process used so far.
#[must_use]
pub fn own() -> Usage {
    of("self").unwrap_or_default()
}

/// What a process used so far.
#[must_use]
pub fn of(process: &str) -> Option<Usage> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, in brackets, may hold anything.
    let fields: Vec<f64> = stat
        .rsplit_once(')')?
        .1
        .split_whitespace()
        .map(|field| field.parse().unwrap_or(0.0))
        .collect();
    let ticks = |first: usize| Some((fields.get(first)? + fields.get(first + 1)?) / TICKS_A_SECOND);
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let kilobytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse::<f64>().ok()
    };
    let bytes = |name: &str| kilobytes(name).unwrap_or(0.0) * 1024.0;
    Some(Usage {
        cpu_seconds: ticks(11)?,
        children_cpu_seconds: ticks(13)?,
        peak_bytes: bytes("VmHWM:"),
        resident_bytes: bytes("VmRSS:"),
        private_bytes: bytes("RssAnon:"),
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_uses_some_memory() {
        let usage = own();
        assert!(usage.resident_bytes > 1e6 && usage.peak_bytes >= usage.resident_bytes);
        assert!(of("no such process").is_none());
    }
}
