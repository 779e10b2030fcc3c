//! What a node's process takes of its machine: resident memory, file handles, disk.

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Soaks shorter than this are not held against the rule: caches are still filling.
const LONG: Duration = Duration::from_secs(600);
/// Memory may be so much more in the last third than in the first: its median, by a factor and some
/// bytes. The page caches (16 MiB of the journals' engine, 32 MiB of the view's writer, 8 MiB of each
/// of its readers) fill while the home grows to their size, which takes some hundred thousand
/// entries; a long soak may begin with half of them empty.
const GROWTH: f64 = 1.3;
const GROWTH_BYTES: u64 = 32 << 20;
/// File handles may be so many more: connections to the door that happen to stand.
const MORE_HANDLES: u64 = 16;

/// What was seen at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    at: Duration,
    memory: u64,
    handles: u64,
    disk: u64,
}

impl Sample {
    /// Looks at a process and its home; `None` where the system does not tell, or it just ended.
    pub(super) fn take(at: Duration, process: u32, home: &Path) -> Option<Self> {
        Some(Self {
            at,
            memory: memory(process)?,
            handles: handles(process)?,
            disk: size(home),
        })
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            memory,
            handles,
            disk,
            ..
        } = self;
        write!(
            f,
            "{} MB {handles} handles {} MB on disk",
            mega(*memory),
            mega(*disk)
        )
    }
}

/// What a node took over the whole soak.
#[derive(Clone, Debug)]
pub struct Resources {
    name: String,
    /// The least, the median and the most of each third.
    memory: [[u64; 3]; 3],
    handles: [[u64; 3]; 3],
    /// At the end of each third.
    disk: [u64; 3],
}

impl Resources {
    /// `None` if a third has no sample.
    pub(super) fn of(name: String, samples: &[Sample], length: Duration) -> Option<Self> {
        let third = |number: u32| -> Vec<Sample> {
            let (from, until) = (length / 3 * number, length / 3 * (number + 1));
            let within = samples.iter().filter(|it| from <= it.at && it.at < until);
            within.copied().collect()
        };
        let thirds = [third(0), third(1), third(2)];
        if thirds.iter().any(Vec::is_empty) {
            return None;
        }
        let spread = |figure: fn(&Sample) -> u64| {
            thirds.each_ref().map(|samples| {
                let mut all: Vec<u64> = samples.iter().map(figure).collect();
                all.sort_unstable();
                [all[0], all[all.len() / 2], all[all.len() - 1]]
            })
        };
        Some(Self {
            name,
            memory: spread(|it| it.memory),
            handles: spread(|it| it.handles),
            disk: thirds.each_ref().map(|it| it[it.len() - 1].disk),
        })
    }

    /// Holds a soak of this length, if it was a long one, against the rule.
    ///
    /// # Panics
    /// If the node grew.
    pub fn check(&self, length: Duration) {
        if length < LONG {
            return;
        }
        let ([[_, memory, _], _, [_, memory_then, _]], [[_, handles, _], _, [_, handles_then, _]]) =
            (self.memory, self.handles);
        let allowed = (memory as f64 * GROWTH) as u64 + GROWTH_BYTES;
        assert!(memory_then <= allowed, "memory grew: {self}");
        assert!(
            handles_then <= handles + MORE_HANDLES,
            "handles grew: {self}"
        );
    }
}

impl fmt::Display for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spread = |thirds: [[u64; 3]; 3], unit: fn(u64) -> u64| {
            let each = thirds.map(|third| third.map(|it| unit(it).to_string()).join("/"));
            each.join("  ")
        };
        write!(
            f,
            "node {}: memory {} MB; handles {}; disk {} MB",
            self.name,
            spread(self.memory, mega),
            spread(self.handles, |it| it),
            self.disk.map(|it| mega(it).to_string()).join("  ")
        )
    }
}

const fn mega(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

/// Resident memory in bytes.
fn memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

fn handles(process: u32) -> Option<u64> {
    let open = fs::read_dir(format!("/proc/{process}/fd")).ok()?;
    Some(open.count() as u64)
}

/// The bytes of all files in a folder; what goes away meanwhile counts nothing.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(found) if found.is_dir() => size(&entry.path()),
        Ok(found) => found.len(),
        Err(_) => 0,
    });
    sizes.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(memory: impl Fn(u64) -> u64) -> Vec<Sample> {
        let at = |second: u64| Sample {
            at: Duration::from_secs(second),
            memory: memory(second),
            handles: 40,
            disk: second,
        };
        (0..900).map(at).collect()
    }

    #[test]
    fn the_thirds_are_told_apart() {
        let length = Duration::from_secs(900);
        let steps = samples(|second| (second / 300 + 1) * 1_000_000);
        let resources = Resources::of("1".into(), &steps, length).unwrap();
        assert_eq!(
            resources.to_string(),
            "node 1: memory 1/1/1  2/2/2  3/3/3 MB; handles 40/40/40  40/40/40  40/40/40; disk 1  1  1 MB"
        );
        assert!(Resources::of("1".into(), &steps[..500], length).is_none());
    }

    #[test]
    fn growth_is_refused_in_a_long_soak_only() {
        let long = Duration::from_secs(900);
        let flat = samples(|second| 60_000_000 + second % 7);
        Resources::of("1".into(), &flat, long).unwrap().check(long);
        let growing = samples(|second| 60_000_000 + second * 200_000);
        let growing = Resources::of("1".into(), &growing, long).unwrap();
        growing.check(Duration::from_secs(599));
        assert!(std::panic::catch_unwind(|| growing.check(long)).is_err());
    }

    #[test]
    fn this_process_is_seen_where_the_system_tells() {
        let here = Sample::take(Duration::ZERO, std::process::id(), Path::new("."));
        assert_eq!(here.is_some(), cfg!(target_os = "linux"));
        assert!(here.is_none_or(|it| it.memory > 1_000_000 && it.handles > 2 && it.disk > 0));
    }
}
