//! A real node that edits and syncs while its disk loses power, again and again, at moments drawn
//! from a seed.
//!
//! Its home lies on a [`LoopDisk`]; the node that it syncs with lies elsewhere and never loses
//! anything, so it also tells if the node had sent what it then lost. After each cut every
//! acknowledged edit is there, none by half, the outbox continues the store, and `doctor` finds
//! nothing. After half of the cuts the outbox is taken away first: then the store alone must hold
//! it all.
//!
//! Beside the home lies a control: a file written and synced, which must survive, and one written
//! and not synced, which a cut takes. Were it not for that one, a disk that loses nothing would
//! pass.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use capactif_node::store::{Journals, Outbox};
use fastrand::Rng;

use crate::ledger::Told;
use crate::loop_disk::LoopDisk;
use crate::pair::{Pair, Side};

/// Cuts after which a network is founded anew, on a new disk.
const CUTS_A_NETWORK: usize = 25;
/// The latest that the power is cut after the edits began.
const LATEST: Duration = Duration::from_millis(900);
const DISK_MEBIBYTES: u64 = 96;

/// What to do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where moments come from.
    pub seed: u64,
    /// How many cuts.
    pub cuts: usize,
    /// The engine of the journals, by its name.
    pub engine: String,
}

/// What was done.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Cuts.
    pub cuts: usize,
    /// Edits that were acknowledged at the node that lost power, all found again.
    pub acknowledged: u64,
    /// Edits cut off before their acknowledgement that were there whole all the same.
    pub kept_unacknowledged: u64,
    /// Cuts after which the store was read without its outbox.
    pub without_outbox: usize,
    /// Cuts after which the outbox held entries that the store had not got.
    pub outbox_ahead: usize,
    /// Cuts that left a part of the outbox's last piece that is not its beginning.
    pub outbox_torn: usize,
    /// Cuts that took the file that was not synced.
    pub control_lost: usize,
}

/// Carries out a plan.
///
/// # Errors
/// Why this machine cannot, for a message where the test is left out.
///
/// # Panics
/// When anything that was acknowledged is lost or half there, or the cuts lose nothing at all.
pub fn run(plan: &Plan) -> Result<Report, String> {
    let mut rng = Rng::with_seed(plan.seed);
    let mut report = Report::default();
    while report.cuts < plan.cuts {
        let mut disk = LoopDisk::new(DISK_MEBIBYTES)?;
        let elsewhere = tempfile::tempdir().expect("a folder for tests");
        let mut pair = Pair::found(&disk.path(), elsewhere.path(), &plan.engine);
        let last = plan.cuts.min(report.cuts + CUTS_A_NETWORK);
        while report.cuts < last {
            let alone = rng.bool();
            if alone {
                // What nobody else holds stays in the outbox.
                pair.sides[1].partner.kill();
            }
            let control = Control::write(&disk.path(), report.cuts);
            edit_until_cut(&mut pair.sides[0], &disk, &mut rng);
            disk.power_on();
            report.cuts += 1;
            report.control_lost += usize::from(control.lost());
            let home = pair.sides[0].partner.home();
            let (ahead, torn) = hold_outbox_against_store(home);
            report.outbox_ahead += usize::from(ahead);
            report.outbox_torn += usize::from(torn);
            if rng.bool() {
                fs::remove_dir_all(home.join("outbox")).expect("it is there");
                report.without_outbox += 1;
            }
            pair.sides[0].check_at_rest();
            pair.sides[0].partner.start();
            if alone {
                pair.sides[1].partner.start();
            }
            pair.agree();
        }
        report.acknowledged += pair.sides[0].ledger.acknowledged;
        report.kept_unacknowledged += pair.sides[0].ledger.kept_unacknowledged;
        drop(pair);
    }
    assert!(
        report.control_lost * 2 > report.cuts,
        "these cuts lose nothing, so they prove nothing: {report:?}"
    );
    Ok(report)
}

/// Edits while the power goes; then the node goes too.
fn edit_until_cut(side: &mut Side, disk: &LoopDisk, rng: &mut Rng) {
    let after = Duration::from_millis(rng.u64(..LATEST.as_millis() as u64));
    let door = side.door().expect("its node runs");
    let Side {
        partner, ledger, ..
    } = side;
    let over = AtomicBool::new(false);
    let mut rng = rng.fork();
    thread::scope(|scope| {
        let over = &over;
        // Refused or not answered: what the disk then holds is settled after the cut.
        scope.spawn(move || {
            while !over.load(Ordering::SeqCst) && ledger.edit(&door, &mut rng) == Told::Acknowledged
            {
            }
        });
        thread::sleep(after);
        disk.cut();
        // A machine without power does not think on; the node may for a moment, in vain.
        partner.kill();
        over.store(true, Ordering::SeqCst);
    });
}

/// Whether the outbox holds entries that the store has not, and whether its last piece had to be
/// taken out; panics if the two do not fit together.
fn hold_outbox_against_store(home: &Path) -> (bool, bool) {
    let outbox = Outbox::open(&home.join("outbox")).expect("the outbox opens");
    // Of an append that was cut off any part may have reached the disk, in any order.
    assert!(outbox.damaged() <= 1, "{} pieces", outbox.damaged());
    let journals = Journals::open(&home.join("store")).expect("the store opens");
    let mut ahead = false;
    let mut tips: BTreeMap<_, _> = journals
        .frontier()
        .iter()
        .map(|it| (*it.0, it.1.seq))
        .collect();
    for run in outbox.runs() {
        let held = tips.entry(run.author).or_default();
        if run.last_seq > *held {
            assert_eq!(run.first_seq, *held + 1, "the outbox continues the store");
            *held = run.last_seq;
            ahead = true;
        }
    }
    (ahead, outbox.damaged() > 0)
}

/// Two files beside the home.
struct Control {
    folder: PathBuf,
}

const CONTENT: &[u8] = b"written before the cut";

impl Control {
    fn write(disk: &Path, number: usize) -> Self {
        let folder = disk.join(format!("control-{number}"));
        fs::create_dir(&folder).expect("the disk can be written");
        let write = |name: &str| {
            let mut file = File::create(folder.join(name)).expect("the disk can be written");
            file.write_all(CONTENT).expect("the disk can be written");
            file
        };
        write("synced").sync_all().expect("the disk can be synced");
        for folder in [&folder, disk] {
            let folder = File::open(folder).expect("it was just made");
            folder.sync_all().expect("the disk can be synced");
        }
        drop(write("not-synced"));
        Self { folder }
    }

    /// Whether the file that was not synced is gone or empty; panics if the synced one is.
    fn lost(&self) -> bool {
        let content = |name| fs::read(self.folder.join(name)).unwrap_or_default();
        assert_eq!(content("synced"), CONTENT, "what is synced survives");
        content("not-synced") != CONTENT
    }
}
