//! Two nodes that were connected before connect again with nothing new.

use std::time::Instant;

use super::costs::{Before, Costs};
use super::pair::{Pair, entries};
use super::report::{Row, Samples};
use super::{Bench, Outcome, calls};

/// Bytes each way that nothing new may cost.
const GOAL_BYTES: f64 = 300.0;

/// The row.
///
/// # Errors
/// What the nodes say.
pub fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let pair = Pair::of(bench)?;
    let mut row = Row::new("reconnection", bench.options.records);
    let mut costs = Costs::default();
    let mut whole = Samples::default();
    for _ in 0..bench.options.repeat.max(5) {
        let before = Before::now();
        let start = Instant::now();
        let summary = calls::sync(&pair.other, &pair.peer)?;
        whole.add(start.elapsed().as_secs_f64());
        if entries(&summary)? != 0.0 {
            return Err(format!("something was new: {summary}").into());
        }
        costs.add(&summary, before)?;
    }
    costs.tell(&mut row);
    row.figure("whole_call_s", &whole);
    row.fact("digests_equal", pair.same()?);
    row.ratio("bytes_sent_to_goal", costs.sent.median(), GOAL_BYTES);
    row.ratio(
        "bytes_received_to_goal",
        costs.received.median(),
        GOAL_BYTES,
    );
    pair.running.stop();
    Ok(vec![row])
}
