//! Five real nodes that are edited without a pause while their network comes apart again and again,
//! for as long as there is time.
//!
//! Each node is edited through its door at an even pace; relays cut off two nodes from each other,
//! one from all, or some from the rest; three of the nodes are stopped and started now and then. In
//! the end the network is whole again, and all must come to hold and show the same, with every
//! acknowledged edit; `doctor` must find nothing; and no node may have grown in memory and file
//! handles, of which the two that are never restarted tell the most.

mod editing;
mod members;
mod report;
mod resources;
mod troubles;
mod watch;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;

use crate::pair::agree;

use editing::{Editor, Live, Worked};
use troubles::Troubles;
use watch::Watch;

pub use report::Report;
pub use resources::Resources;

/// How many nodes there are.
pub const NODES: usize = 5;
/// So many of them, the first, are never restarted.
const NEVER_RESTARTED: usize = 2;
/// Who lost its line tries again after five minutes at the latest, and a call takes ten seconds.
const PATIENCE: Duration = Duration::from_secs(6 * 60);

/// What to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where edits and troubles come from.
    pub seed: u64,
    /// For how long.
    pub length: Duration,
    /// Records changed each second, at all nodes together.
    pub edits_per_second: f64,
    /// Records of each node that are edited one at a time: enough that none gets a longer history
    /// than records have.
    pub records: usize,
    /// Engines of the journals, which the nodes take in turns.
    pub engines: Vec<String>,
}

/// Carries out a plan; says each minute how it stands.
///
/// # Panics
/// When an acknowledged edit is lost or half there, a node refuses or ends, or the nodes do not come
/// to agree.
#[must_use]
pub fn run(plan: &Plan) -> Report {
    let mut rng = Rng::with_seed(plan.seed);
    let folder = tempfile::tempdir().expect("a folder for tests");
    let (mut sides, relays) = members::found(folder.path(), &plan.engines, plan.records);
    let troubles = Troubles::draw(&mut rng, NODES, plan.length);
    let live: Vec<Live> = sides.iter().map(Live::of).collect();
    let mut watch = Watch::new(&sides, &live, plan.length);
    let over = AtomicBool::new(false);
    let worked = thread::scope(|scope| {
        let mut editors = Vec::new();
        for (node, side) in sides.iter_mut().enumerate() {
            let mut editor = Editor {
                interval: Duration::from_secs_f64(NODES as f64 / plan.edits_per_second),
                restarts: troubles.restarts(node),
                live: &live[node],
                rng: rng.fork(),
            };
            let over = &over;
            editors.push(scope.spawn(move || editor.attend(side, over)));
        }
        while watch.elapsed() < plan.length && !editors.iter().any(|it| it.is_finished()) {
            let cuts = troubles.cuts(watch.elapsed());
            relays.cut(&cuts);
            watch.look(&cuts);
            thread::sleep(Duration::from_millis(50));
        }
        over.store(true, Ordering::SeqCst);
        let join = |editor: thread::ScopedJoinHandle<'_, Worked>| {
            let worked = editor.join();
            worked.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        editors.into_iter().map(join).collect::<Vec<_>>()
    });
    let edited_for = watch.elapsed();
    relays.cut(&BTreeSet::new());
    let whole = Instant::now();
    agree(&sides, PATIENCE);
    let agreed_after = whole.elapsed();
    sides.iter_mut().for_each(|side| side.partner.stop());
    for side in &mut sides {
        side.check_at_rest();
    }
    Report {
        changed: sides.iter().map(|side| side.ledger.changed).sum(),
        edited_for,
        waited: Worked::waited(&worked),
        skipped: worked.iter().map(|it| it.skipped).sum(),
        cuts: troubles.partitions(),
        datagrams: relays.datagrams(),
        restarts: worked.iter().map(|it| it.restarts).sum(),
        agreed_after,
        resources: watch.resources(|node| {
            let engine = &plan.engines[node % plan.engines.len()];
            let restarted = if node < NEVER_RESTARTED {
                ""
            } else {
                ", restarted"
            };
            format!("{node} ({engine}{restarted})")
        }),
    }
}
