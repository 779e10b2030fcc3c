//! Under which conditions figures are taken: the machine, its load, the day. What Linux tells is
//! unknown elsewhere.

use std::fs;

use serde_json::{Value, json};

/// The conditions at this moment.
#[must_use]
pub fn now() -> Value {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    json!({
        "date": jiff::Zoned::now().date().to_string(),
        "cores": cores,
        "processor": processor(),
        "system": system(),
        "compiler": if cfg!(debug_assertions) { "unoptimised build" } else { "release build" },
        "load": load(),
    })
}

fn processor() -> String {
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = told
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let name = line.and_then(|line| line.split_once(':'));
    name.map_or(std::env::consts::ARCH, |(_, name)| name.trim())
        .to_owned()
}

fn system() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let version: Vec<&str> = release.trim().split('.').take(2).collect();
    format!("{} {}", std::env::consts::OS, version.join("."))
        .trim()
        .to_owned()
}

/// The mean number of tasks that ran or wanted to, over the last minute.
fn load() -> Option<f64> {
    let told = fs::read_to_string("/proc/loadavg").ok()?;
    told.split_whitespace().next()?.parse().ok()
}
