//! Two real nodes that edit, import and sync live, killed again and again at moments drawn from a
//! seed: while they write, take in what the other wrote, write their views, or start.
//!
//! After each kill the home is read without its node: every acknowledged edit is there, none is
//! there by half, `doctor` finds nothing. Then the node is started again, and in the end, and often
//! before, both agree on what they hold and show, and neither knows of a second branch of a
//! journal. The network is founded anew from time to time, so that checking it all stays quick.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use fastrand::Rng;

use crate::ledger::UnderWay;
use crate::pair::{Pair, Side};

/// Kills after which a network is founded anew.
const KILLS_A_NETWORK: usize = 50;
/// The latest that a node is killed after the edits began.
const LATEST: Duration = Duration::from_millis(500);
/// The latest that a node is killed after its process began: about what starting takes.
const LATEST_AT_START: Duration = Duration::from_millis(250);

/// What to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where moments and victims come from.
    pub seed: u64,
    /// How many kills.
    pub kills: usize,
    /// The engine of the journals, by its name.
    pub engine: String,
}

/// What was done.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Kills, by what was under way at the killed node.
    pub kills: BTreeMap<&'static str, usize>,
    /// Edits that were acknowledged, all found again.
    pub acknowledged: u64,
    /// Edits cut off before their acknowledgement that were there whole all the same.
    pub kept_unacknowledged: u64,
    /// How often both nodes were found to agree.
    pub agreements: usize,
}

/// Carries out a plan.
///
/// # Panics
/// When anything that was acknowledged is lost, half there, or the nodes do not agree.
#[must_use]
pub fn run(plan: &Plan) -> Report {
    let mut rng = Rng::with_seed(plan.seed);
    let mut report = Report::default();
    let mut left = plan.kills;
    while left > 0 {
        let kills = left.min(KILLS_A_NETWORK);
        left -= kills;
        let folder = tempfile::tempdir().expect("a folder for tests");
        let mut pair = Pair::found(folder.path(), folder.path(), &plan.engine);
        let mut done = 0;
        while done < kills {
            done += round(&mut pair, &mut rng, &mut report);
            if rng.usize(..4) == 0 || done >= kills {
                pair.agree();
                report.agreements += 1;
            }
        }
        for side in &pair.sides {
            report.acknowledged += side.ledger.acknowledged;
            report.kept_unacknowledged += side.ledger.kept_unacknowledged;
        }
    }
    report
}

/// Edits at both, until one or both are killed; returns how many were.
fn round(pair: &mut Pair, rng: &mut Rng, report: &mut Report) -> usize {
    let victims = match rng.usize(..10) {
        0..=5 => vec![0],
        6..=8 => vec![1],
        _ => vec![0, 1],
    };
    let after = rng.u64(..LATEST.as_millis() as u64);
    edit_until_killed(pair, rng, &victims, Duration::from_millis(after));
    for victim in &victims {
        let under_way = pair.sides[*victim].check_at_rest();
        let name = match under_way {
            UnderWay::Nothing => "while it only received",
            UnderWay::Edit => "in an edit",
            UnderWay::Import => "in an import",
        };
        *report.kills.entry(name).or_default() += 1;
    }
    let mut kills = victims.len();
    for victim in victims {
        let side = &mut pair.sides[victim];
        if rng.usize(..4) == 0 {
            side.partner.start_without_waiting();
            let after = rng.u64(..LATEST_AT_START.as_millis() as u64);
            thread::sleep(Duration::from_millis(after));
            side.partner.kill();
            side.check_at_rest();
            *report.kills.entry("while it started").or_default() += 1;
            kills += 1;
        }
        side.partner.start();
    }
    kills
}

fn edit_until_killed(pair: &mut Pair, rng: &mut Rng, victims: &[usize], after: Duration) {
    let over = AtomicBool::new(false);
    // A victim that makes no edits of its own is killed while it takes in the other's.
    let quiet = rng.usize(..6) == 0;
    let mut processes = Vec::new();
    thread::scope(|scope| {
        for (index, side) in pair.sides.iter_mut().enumerate() {
            side.check_warnings();
            let door = side.door().expect("its node runs");
            let Side {
                partner, ledger, ..
            } = side;
            let mut rng = rng.fork();
            let over = &over;
            if !(quiet && victims.contains(&index)) {
                scope.spawn(move || ledger.edit_until(over, &door, &mut rng));
            }
            if victims.contains(&index) {
                processes.push(partner);
            }
        }
        thread::sleep(after);
        for partner in processes {
            partner.kill();
        }
        over.store(true, Ordering::SeqCst);
    });
}
