//! Looks at the nodes while they are edited, and says from time to time how they stand.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::door::Door;
use crate::pair::Side;
use crate::relays::Cut;

use super::editing::Live;
use super::resources::{Resources, Sample};

/// How often to say something, in a long soak.
const SAY_EVERY: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(super) struct Watch<'a> {
    start: Instant,
    length: Duration,
    homes: Vec<PathBuf>,
    live: &'a [Live],
    samples: Vec<Vec<Sample>>,
    next_sample: Duration,
    next_word: Duration,
}

impl<'a> Watch<'a> {
    pub(super) fn new(sides: &[Side], live: &'a [Live], length: Duration) -> Self {
        let homes = sides.iter().map(|side| side.partner.home().to_owned());
        Self {
            start: Instant::now(),
            length,
            homes: homes.collect(),
            live,
            samples: vec![Vec::new(); sides.len()],
            next_sample: Duration::ZERO,
            next_word: Duration::ZERO,
        }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Takes samples and says how all stands, where it is time.
    pub(super) fn look(&mut self, cuts: &BTreeSet<Cut>) {
        let at = self.elapsed();
        if at >= self.next_sample {
            let every = (self.length / 60).clamp(Duration::from_secs(1), Duration::from_secs(10));
            self.next_sample = at + every;
            let nodes = self.samples.iter_mut().zip(self.live).zip(&self.homes);
            for ((samples, live), home) in nodes {
                let process = live.process();
                samples.extend(process.and_then(|process| Sample::take(at, process, home)));
            }
        }
        if at >= self.next_word {
            self.next_word = at + SAY_EVERY.min(self.length / 4);
            self.say(at, cuts);
        }
    }

    fn say(&self, at: Duration, cuts: &BTreeSet<Cut>) {
        let changed: u64 = self.live.iter().map(Live::changed).sum();
        println!(
            "{} s: {changed} records changed; cut {cuts:?}",
            at.as_secs()
        );
        for (home, samples) in self.homes.iter().zip(&self.samples) {
            let status = Door::of(home).and_then(|door| door.call("status", &json!({})).ok());
            let entries = status.map_or_else(
                || "being restarted".to_owned(),
                |status| format!("{} entries", status["entries"]),
            );
            let sample = samples.last().map(ToString::to_string);
            println!("    {entries}, {}", sample.unwrap_or_default());
        }
    }

    /// What each node took, where the system tells.
    pub(super) fn resources(&self, name: impl Fn(usize) -> String) -> Vec<Resources> {
        let nodes = self.samples.iter().enumerate();
        nodes
            .filter_map(|(node, samples)| Resources::of(name(node), samples, self.length))
            .collect()
    }
}
