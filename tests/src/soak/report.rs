//! What a soak came to.

use std::fmt;
use std::time::Duration;

use super::Resources;

/// What was done, and what it took.
#[derive(Clone, Debug)]
pub struct Report {
    /// Records changed by edits that were acknowledged, all found again at all nodes.
    pub changed: u64,
    /// How long the edits went on.
    pub edited_for: Duration,
    /// How long each edit waited for its acknowledgement, in microseconds, the shortest first.
    pub waited: Vec<u32>,
    /// Edits left out because a node was slower than the pace, or being restarted.
    pub skipped: u64,
    /// How often lines were cut.
    pub cuts: usize,
    /// Datagrams that passed, and that were dropped by cuts.
    pub datagrams: (u64, u64),
    /// Restarts of nodes.
    pub restarts: usize,
    /// From the end of edits and cuts until all agreed.
    pub agreed_after: Duration,
    /// What each node took, where the system tells.
    pub resources: Vec<Resources>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.edited_for.as_secs_f64();
        let wait = |percent: usize| {
            let place = self.waited.len().saturating_sub(1) * percent / 100;
            f64::from(self.waited.get(place).copied().unwrap_or(0)) / 1000.0
        };
        writeln!(
            f,
            "{} records changed in {seconds:.0} s ({:.1} a second, {} left out), {} edits that waited \
             p50 {:.1}, p99 {:.1}, at most {:.1} ms",
            self.changed,
            self.changed as f64 / seconds,
            self.skipped,
            self.waited.len(),
            wait(50),
            wait(99),
            wait(100),
        )?;
        writeln!(
            f,
            "{} partitions ({} datagrams dropped, {} passed), {} restarts; all agreed {:.1} s after",
            self.cuts,
            self.datagrams.1,
            self.datagrams.0,
            self.restarts,
            self.agreed_after.as_secs_f64(),
        )?;
        if self.resources.is_empty() {
            writeln!(
                f,
                "memory, handles and disk left out: this system does not tell"
            )?;
        }
        writeln!(f, "least/median/most of each third:")?;
        for resources in &self.resources {
            writeln!(f, "{resources}")?;
        }
        Ok(())
    }
}
