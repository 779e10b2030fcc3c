//! Partners whose nodes run and sync, each with a ledger of what was edited there, mostly two: what
//! the fault programs do something to.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::door::Door;
use crate::ledger::{Ledger, Size, UnderWay};
use crate::partner::{PATIENCE, Partner, until_within};

/// One of them.
#[derive(Debug)]
pub struct Side {
    /// The partner.
    pub partner: Partner,
    /// What was edited at it.
    pub ledger: Ledger,
    node: String,
}

/// Two partners of one network.
#[derive(Debug)]
pub struct Pair {
    /// The founder, then the one who joined.
    pub sides: [Side; 2],
}

impl Pair {
    /// Founds a network in one folder and joins it from another; both nodes run and agree.
    ///
    /// # Panics
    /// If that fails.
    #[must_use]
    pub fn found(one: &Path, other: &Path, engine: &str) -> Self {
        let new = |folder, name| Partner::new(folder, name).on_engine(engine).on_a_port();
        let (mut one, mut other) = (new(one, "one"), new(other, "other"));
        one.found();
        one.start();
        let chamber = ["--structure", "Chambre", "--kind", "chamber_agriculture"];
        let joined = other.join(&one, &chamber);
        assert_eq!(joined["admitted"], json!(true), "{joined}");
        other.start();
        let pair = Self {
            sides: [
                Side::new(one, "one", Size::default()),
                Side::new(other, "other", Size::default()),
            ],
        };
        pair.agree();
        pair
    }

    /// Waits until both hold and show the same, and holds that against both ledgers.
    ///
    /// # Panics
    /// If they never do, show something else, or know of a second branch of a journal.
    pub fn agree(&self) {
        agree(&self.sides, PATIENCE);
    }
}

/// Waits until all hold and show the same, and holds that against all ledgers.
///
/// # Panics
/// If they never do, show something else, or know of a second branch of a journal.
pub fn agree(sides: &[Side], patience: Duration) {
    let digests = |side: &Side| -> Option<[Value; 2]> {
        let status = status(&side.door()?);
        Some(["frontier_digest", "view_digest"].map(|name| status[name].clone()))
    };
    until_within(patience, "all nodes agree", || {
        let all: Option<Vec<_>> = sides.iter().map(digests).collect();
        let all = all?;
        all.windows(2).all(|two| two[0] == two[1]).then_some(())
    });
    for side in sides {
        side.check_warnings();
        for Side { ledger, .. } in sides {
            ledger.check(&side.partner);
        }
    }
}

impl Side {
    /// A partner that belongs to a network, with records to edit.
    ///
    /// # Panics
    /// If the records cannot be made.
    #[must_use]
    pub fn new(partner: Partner, mark: &str, size: Size) -> Self {
        Self {
            ledger: Ledger::new(&partner, mark, size),
            node: partner.node(),
            partner,
        }
    }

    /// The door of its node, while one runs.
    #[must_use]
    pub fn door(&self) -> Option<Door> {
        Door::of(self.partner.home())
    }

    /// Its running node knows of no second branch of a journal, and of no entries of its own that
    /// it lacks.
    ///
    /// # Panics
    /// If it does.
    pub fn check_warnings(&self) {
        let status = status(&self.door().expect("its node runs"));
        let warnings = status["warnings"].as_array().expect("status lists them");
        for warning in warnings {
            let code = warning["code"].as_str().unwrap_or_default();
            assert!(
                !code.contains("forked") && code != "own_journal_ahead",
                "{warning}"
            );
        }
    }

    /// Checks the home while no node runs on it: `doctor`, the ledger, who writes here. Returns
    /// what was under way when the node went.
    ///
    /// # Panics
    /// If anything that was acknowledged is gone or half there.
    pub fn check_at_rest(&mut self) -> UnderWay {
        let sound = self.partner.run(&["doctor"]);
        assert!(
            sound.status.success(),
            "doctor: {}{}",
            String::from_utf8_lossy(&sound.stdout),
            String::from_utf8_lossy(&sound.stderr)
        );
        let under_way = self.ledger.settle(&self.partner);
        assert_eq!(self.partner.node(), self.node, "it writes its own journal");
        under_way
    }
}

fn status(door: &Door) -> Value {
    door.call("status", &json!({}))
        .unwrap_or_else(|error| panic!("no status: {error:?}"))
}
