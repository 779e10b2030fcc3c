//! Running seeds, and cutting a failing plan down to what still fails.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::schedule::Plan;
use super::{Cost, World};

/// How many runs a failing plan may cost while it is shortened.
const MOST_RUNS: usize = 150;
/// How many lines of the trace are shown.
const SHOWN_LINES: usize = 120;

/// Runs one plan; a panic is a failure like any other.
///
/// # Errors
/// What did not hold.
pub fn run(plan: &Plan) -> Result<Cost, Vec<String>> {
    catch_unwind(AssertUnwindSafe(|| World::new(plan.clone(), ()).run()))
        .unwrap_or_else(|panic| Err(vec![panic_text(panic.as_ref())]))
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
    format!("panic: {}", text.unwrap_or_default())
}

/// Runs a seed.
///
/// # Errors
/// A report with the seed, how to replay it, the least plan that still fails and its trace.
pub fn run_seed(seed: u64) -> Result<Cost, String> {
    let plan = Plan::draw(seed);
    run(&plan).map_err(|failures| report(&plan, &failures))
}

/// What a failure is about, without its numbers and names.
fn kind(failures: &[String]) -> String {
    let text = failures.first().map_or("", String::as_str);
    let text = text.split_once(": ").map_or(text, |(_, after)| after);
    text.chars()
        .filter(|it| !it.is_ascii_digit())
        .take(25)
        .collect()
}

/// Takes actions away while the plan still fails.
#[must_use]
pub fn shrink(plan: &Plan) -> Plan {
    let wanted = run(plan).err().map(|failures| kind(&failures));
    let fails = |plan: &Plan| run(plan).err().map(|failures| kind(&failures)) == wanted;
    let mut best = plan.clone();
    let mut runs = 0;
    for keep in [(0, 0), (1, 0), (0, 1)] {
        let mut fewer = best.clone();
        (fewer.hostile_members, fewer.hostile_strangers) = (
            keep.0.min(best.hostile_members),
            keep.1.min(best.hostile_strangers),
        );
        if fails(&fewer) {
            best = fewer;
            break;
        }
    }
    let mut size = best.actions.len().div_ceil(2);
    while size > 0 {
        let mut start = 0;
        while start < best.actions.len() && runs < MOST_RUNS {
            let mut fewer = best.clone();
            let end = (start + size).min(fewer.actions.len());
            fewer.actions.drain(start..end);
            runs += 1;
            if fails(&fewer) {
                best = fewer;
            } else {
                start += size;
            }
        }
        size /= 2;
    }
    best
}

fn report(plan: &Plan, failures: &[String]) -> String {
    let least = shrink(plan);
    let mut world = World::new(least.clone(), ());
    world.keep_trace();
    let again = catch_unwind(AssertUnwindSafe(|| world.run()))
        .unwrap_or_else(|panic| Err(vec![panic_text(panic.as_ref())]));
    let mut text = format!(
        "seed {} fails; replay it with\n  SIMULATION_SEED={} cargo test -p capactif-tests --test simulation one_seed -- --nocapture\n",
        plan.seed, plan.seed
    );
    for failure in failures {
        let _ = writeln!(text, "- {failure}");
    }
    let _ = writeln!(text, "shortest plan that still fails: {least:#?}");
    let _ = writeln!(text, "which ends so: {again:?}");
    let trace = world.trace();
    let skipped = trace.len().saturating_sub(SHOWN_LINES);
    let _ = writeln!(text, "its trace, without the first {skipped} lines:");
    for line in &trace[skipped..] {
        let _ = writeln!(text, "{line}");
    }
    text
}
