//! Running plans, and cutting a failing one down to what still fails.

use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::schedule::{Action, Plan, Topology};
use super::{Cost, World};

/// How many runs a failing plan may cost while it is shortened.
const MOST_RUNS: usize = 600;
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

/// A plan that is being made smaller.
struct Shrinker {
    best: Plan,
    wanted: String,
    runs: usize,
}

impl Shrinker {
    /// Keeps a smaller plan if it fails in the same way; returns whether it does.
    fn accept(&mut self, plan: Plan) -> bool {
        if plan == self.best || self.runs >= MOST_RUNS {
            return false;
        }
        self.runs += 1;
        let fails = run(&plan).err().map(|it| kind(&it)).as_ref() == Some(&self.wanted);
        if fails {
            self.best = plan;
        }
        fails
    }

    fn try_with(&mut self, change: impl FnOnce(&mut Plan)) -> bool {
        let mut plan = self.best.clone();
        change(&mut plan);
        self.accept(plan)
    }

    /// Leaves out actions: halves, quarters, … single ones.
    fn drop_actions(&mut self) {
        let mut size = self.best.actions.len().div_ceil(2);
        while size > 0 {
            let mut start = 0;
            while start < self.best.actions.len() {
                let end = (start + size).min(self.best.actions.len());
                let dropped = self.try_with(|plan| drop(plan.actions.drain(start..end)));
                if !dropped {
                    start += size;
                }
            }
            size /= 2;
        }
    }

    fn drop_participants(&mut self) {
        while self.best.hostile_members > 0 && self.try_with(|plan| plan.hostile_members -= 1) {}
        while self.best.hostile_strangers > 0 && self.try_with(|plan| plan.hostile_strangers -= 1) {
        }
        for nodes in 1..self.best.nodes {
            let fewer = self.try_with(|plan| {
                plan.nodes = nodes;
                plan.founders = plan.founders.min(nodes);
            });
            if fewer {
                break;
            }
        }
        let all = self.best.nodes;
        self.try_with(|plan| plan.founders = all);
    }

    fn simplify(&mut self) {
        for topology in [Topology::Line, Topology::Star] {
            if self.best.topology != topology && self.try_with(|plan| plan.topology = topology) {
                break;
            }
        }
        self.try_with(|plan| plan.loss_percent = 0);
        self.try_with(|plan| plan.max_latency_millis = plan.max_latency_millis.min(3));
        for index in 0..self.best.actions.len() {
            for simpler in simpler(self.best.actions[index].1) {
                self.try_with(|plan| plan.actions[index].1 = simpler);
            }
        }
        // Round times are easier to read, and what happens sooner is over sooner.
        for round in [1_000, 100] {
            for index in 0..self.best.actions.len() {
                self.try_with(|plan| {
                    let earlier = index.checked_sub(1).map_or(0, |it| plan.actions[it].0);
                    let at = &mut plan.actions[index].0;
                    *at = (*at / round * round).max(earlier);
                });
            }
        }
    }
}

/// Simpler forms of an action, the simplest first.
fn simpler(action: Action) -> Vec<Action> {
    let mut forms = Vec::new();
    match action {
        Action::Write {
            node,
            entries,
            bytes,
        } => {
            for (entries, bytes) in [(1, 0), (1, bytes), (entries, 0), (entries.div_ceil(2), 20)] {
                forms.push(Action::Write {
                    node,
                    entries,
                    bytes,
                });
            }
        }
        Action::Crash { node, synced, .. } => forms.push(Action::Crash {
            node,
            millis: 1,
            synced,
        }),
        Action::Block { link, millis } => {
            forms.push(Action::Cut { link });
            forms.push(Action::Block {
                link,
                millis: millis / 2,
            });
        }
        Action::Blob { holder, wanter, .. } => forms.push(Action::Blob {
            holder,
            wanter,
            bytes: 10,
        }),
        Action::Carry {
            from,
            to,
            damaged: true,
        } => forms.push(Action::Carry {
            from,
            to,
            damaged: false,
        }),
        Action::Restore { node, percent } => {
            forms.push(Action::Damage { node, percent: 0 });
            forms.push(Action::Damage { node, percent });
        }
        _ => {}
    }
    forms
}

/// Makes a failing plan smaller while it fails in the same way: fewer actions, participants and
/// bytes, simpler networks, rounder times. A plan that does not fail stays as it is.
#[must_use]
pub fn shrink(plan: &Plan) -> Plan {
    let Err(failures) = run(plan) else {
        return plan.clone();
    };
    let mut shrinker = Shrinker {
        best: plan.clone(),
        wanted: kind(&failures),
        runs: 0,
    };
    loop {
        let before = shrinker.best.clone();
        shrinker.drop_actions();
        shrinker.drop_participants();
        shrinker.simplify();
        if shrinker.best == before || shrinker.runs >= MOST_RUNS {
            return shrinker.best;
        }
    }
}

/// What is known of a failing plan: the seed, the least plan that still fails as Rust, its trace.
#[must_use]
pub fn report(plan: &Plan, failures: &[String]) -> String {
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
    let trace = world.trace();
    let skipped = trace.len().saturating_sub(SHOWN_LINES);
    let _ = writeln!(
        text,
        "trace of the least plan that still fails, without the first {skipped} lines:"
    );
    for line in &trace[skipped..] {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(text, "which ends so: {again:?}");
    let _ = writeln!(
        text,
        "for tests/tests/simulated_traces.rs:\n\n#[test]\nfn seed_{}() {{\n    holds(&{least});\n}}",
        plan.seed
    );
    text
}
