//! What reconciliations cost, added up over repetitions.

use serde_json::Value;

use super::calls::number;
use super::report::{Row, Samples};
use super::{Outcome, process};

/// What happened in this process so far, to be subtracted from what will have happened.
#[derive(Clone, Copy, Debug)]
pub struct Before {
    cpu_seconds: f64,
    syncs: f64,
}

impl Before {
    /// Looks at what this process used so far.
    #[must_use]
    pub fn now() -> Self {
        Self {
            cpu_seconds: process::own().cpu_seconds,
            syncs: capactif_node::home::syncs::count() as f64,
        }
    }

    /// Seconds of processor since.
    #[must_use]
    pub fn cpu_seconds(&self) -> f64 {
        Self::now().cpu_seconds - self.cpu_seconds
    }

    /// Syncs to disk since.
    #[must_use]
    pub fn syncs(&self) -> f64 {
        Self::now().syncs - self.syncs
    }
}

/// The costs of one kind of reconciliation, as the side that calls sees them.
#[derive(Debug, Default)]
pub struct Costs {
    /// Protocol bytes sent.
    pub sent: Samples,
    /// Protocol bytes received.
    pub received: Samples,
    /// From being connected until both hold the same, durably.
    pub seconds: Samples,
    udp_sent: Samples,
    udp_received: Samples,
    round_trips: Samples,
    cpu: Samples,
    syncs: Samples,
}

impl Costs {
    /// Adds what `sync` answered about a peer; `before` was taken before it was called.
    ///
    /// # Errors
    /// A number that is not there.
    pub fn add(&mut self, summary: &Value, before: Before) -> Outcome<()> {
        self.cpu.add(before.cpu_seconds());
        self.syncs.add(before.syncs());
        self.sent.add(number(summary, "bytes_sent")?);
        self.received.add(number(summary, "bytes_received")?);
        self.udp_sent.add(number(summary, "udp_bytes_sent")?);
        self.udp_received
            .add(number(summary, "udp_bytes_received")?);
        self.round_trips.add(number(summary, "round_trips")?);
        self.seconds.add(number(summary, "seconds")?);
        Ok(())
    }

    /// Tells them; both nodes ran in this process.
    pub fn tell(&self, row: &mut Row) {
        row.figure("bytes_sent", &self.sent);
        row.figure("bytes_received", &self.received);
        row.figure("udp_bytes_sent", &self.udp_sent);
        row.figure("udp_bytes_received", &self.udp_received);
        row.figure("round_trips", &self.round_trips);
        row.figure("seconds", &self.seconds);
        row.figure("cpu_both_s", &self.cpu);
        row.figure("syncs_both", &self.syncs);
    }
}
