//! Five structures of one network, each behind its relay, with records to edit.

use std::path::Path;

use serde_json::{Value, json};

use crate::ledger::Size;
use crate::pair::{Side, agree};
use crate::partner::{PATIENCE, Partner, until};
use crate::relays::Relays;

use super::NODES;

/// Records that an import changes together.
const IMPORTED: usize = 20;
/// Mostly single edits, as people make them.
const IMPORT_EVERY: usize = 100;

/// Founds the network at the first node, admits the others by the votes of those before them, and
/// gives each its records, of which so many are edited one at a time. All run and agree.
pub(super) fn found(folder: &Path, engines: &[String], edited: usize) -> (Vec<Side>, Relays) {
    let size = Size {
        edited,
        imported: IMPORTED,
        import_every: IMPORT_EVERY,
    };
    let name = |node: usize| format!("n{node}");
    let homes: Vec<Partner> = (0..NODES)
        .map(|node| {
            let engine = &engines[node % engines.len()];
            Partner::new(folder, &name(node))
                .on_engine(engine)
                .on_a_port()
        })
        .collect();
    let addresses: Vec<_> = homes.iter().map(Partner::address).collect();
    let relays = Relays::before(&addresses);
    let mut partners: Vec<Partner> = Vec::new();
    for (node, home) in homes.into_iter().enumerate() {
        let mut partner = home.reached_at(relays.front(node));
        if node == 0 {
            partner.found();
        } else {
            admit(&partner, &partners, &name(node));
        }
        partner.start();
        until("it is admitted", || {
            let status = partner.ask(&["status"]);
            (status["member"] == json!(true)).then_some(())
        });
        partners.push(partner);
    }
    let sides = partners.into_iter().enumerate();
    let sides: Vec<Side> = sides
        .map(|(node, partner)| Side::new(partner, &name(node), size))
        .collect();
    agree(&sides, PATIENCE);
    (sides, relays)
}

/// Lets the first invite a newcomer, and as many others vote as it takes.
fn admit(newcomer: &Partner, members: &[Partner], structure: &str) {
    let purpose = ["--structure", structure, "--kind", "chamber_agriculture"];
    let joined = newcomer.join(&members[0], &purpose);
    let mut missing = joined["missing_approvals"].as_u64().unwrap_or(0);
    for member in &members[1..] {
        if missing == 0 {
            break;
        }
        let version = until("the proposal arrives", || {
            let charter = member.ask(&["charter", "show"]);
            let proposals = charter["proposals"].as_array()?.clone();
            let admits = |proposal: &&Value| proposal["summary"] == json!(structure);
            let found = proposals.iter().find(admits)?;
            Some(found["id"].as_str()?.to_owned())
        });
        let approved = member.ask(&["charter", "approve", &version]);
        missing = approved["missing"].as_u64().unwrap_or(0);
    }
}
