//! `doctor --repair`: a home whose store is damaged, gone, or came back with less.
//!
//! It opens no node, since none would open. In steps that a crash may interrupt anywhere:
//!
//! 1. a copy of the store is read out in a process of its own, and what is sound of each journal
//!    goes into a fresh store beside the damaged one ([`crate::store::salvage`]);
//! 2. own entries come back from the outbox;
//! 3. what this node may write next is decided ([`OwnJournal`]);
//! 4. the fresh store takes the damaged one's place, which is kept with all that stood beside it
//!    ([`exchange`]);
//! 5. the node is opened, which builds the read model, and examined.
//!
//! Until step 4 nothing that was there is changed; moving the kept folder back undoes the rest. What
//! peers hold comes back by the next synchronisation or from a bundle.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use sync_protocol::charter::Certificate;
use sync_protocol::entry::Kind;
use sync_protocol::id::{NodeId, StructureId};

use crate::api::{ApiError, Detail, ExitKind};
use crate::home::keys::{HeldRoot, KeyName, SecretSeed};
use crate::home::lock::LockedHome;
use crate::home::membership::Membership;
use crate::home::{Home, HomeError};
use crate::store::{
    Inspection, Journals, OpenOptions, Outbox, Reader, Salvaged, remove_scratch, salvage, sidecar,
};
use crate::territory::Territory;

use super::genesis::open_journal;
use super::identities::{note_uncertain, root_in_force};
use super::member::Member;
use super::member::opening::replay;
use super::{Outcome, Progress};

mod exchange;

use exchange::Exchange;
pub(super) use exchange::refuse_unfinished_repair;

/// Where the fresh store is made.
const FRESH: &str = "store.mended";
/// Where the copy lies that is read out.
const SCRATCH: &str = "store.scratch";
/// Room that the rest of a repair takes at most: keys, outbox, sidecars.
const ROOM_BESIDE_BYTES: u64 = 4 * 1024 * 1024;

/// How a home is repaired.
#[derive(Clone, Debug)]
pub struct RepairOptions {
    /// The program that reads out the damaged store.
    pub reader: Reader,
    /// Goes on under a new node key even if the old one could still be used: own entries that
    /// nobody holds any more are then no longer waited for.
    pub new_key: bool,
}

/// What this node may do with its own journal after a repair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OwnJournal {
    /// All of it is here.
    Whole,
    /// Numbers up to this one are used, and the journal here is shorter: nothing is written until
    /// a peer or a bundle gives back the rest.
    Incomplete { used: u64 },
    /// Nobody knows which numbers are used: a new key, certified by the structure's root.
    NewKey,
    /// The same, and the root key is not here: this node writes no more.
    Closed,
}

impl OwnJournal {
    const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Incomplete { .. } => "incomplete",
            Self::NewKey => "renewed",
            Self::Closed => "closed",
        }
    }

    const fn used(self) -> Option<u64> {
        match self {
            Self::Incomplete { used } => Some(used),
            _ => None,
        }
    }
}

/// What was known of the journals before, from whatever could still be read.
struct Before {
    me: NodeId,
    outbox: Inspection,
    /// How far the read model had followed.
    followed: BTreeMap<NodeId, u64>,
    sidecar: Result<Option<sidecar::Sidecar>, String>,
}

impl Before {
    fn read(home: &Home, me: NodeId) -> Result<Self, ApiError> {
        Ok(Self {
            me,
            outbox: Outbox::inspect(&home.outbox())?,
            followed: crate::view::positions_noted(&home.view()),
            sidecar: sidecar::read(&home.store()).map_err(|error| error.to_string()),
        })
    }

    fn authors(&self) -> BTreeSet<NodeId> {
        let waiting = self.outbox.runs.iter().map(|run| run.author);
        let used = self.outbox.used.keys().copied();
        let followed = self.followed.keys().copied();
        waiting
            .chain(used)
            .chain(followed)
            .chain([self.me])
            .collect()
    }

    /// Up to where a journal was held, by the best witness.
    fn held(&self, author: &NodeId, salvaged: &Salvaged) -> u64 {
        let stated = salvaged.stated.get(author).map_or(0, |tip| tip.seq);
        let followed = self.followed.get(author).copied().unwrap_or(0);
        let used = self.outbox.used.get(author).copied().unwrap_or(0);
        // A closed journal's number is none.
        let used = if used == u64::MAX { 0 } else { used };
        stated.max(followed).max(used)
    }

    /// What is wrong, in words of the store; empty if nothing is.
    fn flaws(&self, store: &Path, salvaged: &Salvaged, fresh: &Journals) -> Vec<String> {
        let mut flaws = salvaged.flaws.clone();
        if let (Ok(Some(known)), Some((database, commits))) = (&self.sidecar, salvaged.identity) {
            let checked = known.check(store, database, commits);
            flaws.extend(checked.err().map(|error| error.to_string()));
        }
        match &self.sidecar {
            Err(error) => flaws.push(error.clone()),
            Ok(Some(known)) if known.entries > fresh.frontier().entries() => flaws.push(format!(
                "{} entries of at least {}",
                fresh.frontier().entries(),
                known.entries
            )),
            Ok(_) => {}
        }
        flaws
    }

    /// Whether the outbox says already what was decided on the own journal.
    fn notes(&self, own: OwnJournal) -> bool {
        let noted = self.outbox.used.get(&self.me).copied();
        match own {
            OwnJournal::Whole => true,
            OwnJournal::Incomplete { used } => noted >= Some(used),
            OwnJournal::Closed => noted == Some(u64::MAX),
            OwnJournal::NewKey => false,
        }
    }

    /// Decides what this node may write. A number that another entry may have is never used
    /// again: the journal would fork, for good.
    fn own_journal(
        &self,
        salvaged: &Salvaged,
        fresh: &Journals,
        has_root: bool,
        new_key: bool,
    ) -> OwnJournal {
        let sound = fresh.tip(&self.me).seq;
        let held = self.held(&self.me, salvaged);
        let used = self.outbox.used.get(&self.me).copied();
        let renew = if has_root {
            OwnJournal::NewKey
        } else {
            OwnJournal::Closed
        };
        if new_key || used == Some(u64::MAX) {
            return renew;
        }
        // Every own entry is noted in the outbox before anybody hears of it. Where the outbox is
        // damaged too, the store's own statement counts if the read model says the same: they are
        // different files, written one after the other.
        let stated = salvaged.stated.get(&self.me).map_or(0, |tip| tip.seq);
        let followed = self.followed.get(&self.me).copied();
        let agreed = stated > 0 && stated == sound && followed == Some(stated);
        if !self.outbox.proves(&self.me) && !agreed {
            return renew;
        }
        if sound > 0 && sound >= held {
            OwnJournal::Whole
        } else {
            OwnJournal::Incomplete { used: held.max(1) }
        }
    }
}

/// Mends the home that `locked` holds, telling each step; returns what was recovered.
///
/// # Errors
/// The home belongs to no network, its key is gone, the disk is full. Nothing that was there is
/// changed then.
pub fn repair(locked: &LockedHome, options: &RepairOptions, progress: Progress<'_>) -> Outcome {
    let home = locked.home();
    let membership = home.membership()?.ok_or_else(|| {
        let text = "this home belongs to no network yet: found one or join one";
        ApiError::new("no_network", ExitKind::Usage, text)
    })?;
    let report = match Exchange::pending(home)? {
        // All that follows was decided before the interruption.
        Some(exchange) => exchange.carry_out(home)?,
        None => mend(home, &membership, options, progress)?,
    };
    examine(home, &membership, report, progress)
}

fn mend(
    home: &Home,
    membership: &Membership,
    options: &RepairOptions,
    progress: Progress<'_>,
) -> Outcome {
    let seed = home.key(KeyName::Node)?.ok_or_else(|| missing_key(home))?;
    let me = seed.node_id();
    let (fresh_path, scratch) = (home.file(FRESH), home.file(SCRATCH));
    exchange::forget(home, &fresh_path)?;
    remove_scratch(&scratch)?;
    require_room(home)?;
    let before = Before::read(home, me)?;

    let on_its_engine = OpenOptions {
        kind: home.config()?.store,
        ..OpenOptions::default()
    };
    let fresh = Journals::open_with(&fresh_path, &on_its_engine)?;
    let salvaged = if home.store().is_dir() {
        progress(json!({ "step": "salvaging", "done": 0 }));
        let mut told = 0;
        salvage(
            &home.store(),
            &scratch,
            &options.reader,
            membership.network,
            before.authors(),
            &fresh,
            &mut |done, total| {
                if done != told {
                    told = done;
                    progress(json!({ "step": "salvaging", "done": done, "total": total }));
                }
            },
        )?
    } else {
        Salvaged {
            flaws: vec!["the store is gone".to_owned()],
            ..Salvaged::default()
        }
    };
    let taken = replay(&fresh, membership.network, &before.outbox.runs)?;
    let from_outbox: usize = taken.iter().map(|run| run.entries().len()).sum();
    let mut flaws = before.flaws(&home.store(), &salvaged, &fresh);
    flaws.dedup();
    let root = open_root(home, membership, &fresh)?;
    if options.new_key && home.held_root()?.is_some_and(|held| held.is_locked()) {
        let path = home.key_file(KeyName::Root);
        return Err(HomeError::KeyLocked { path }.into());
    }
    if options.new_key && root.is_none() {
        let text = "the structure's root key is not on this node";
        return Err(ApiError::new("no_root_key", ExitKind::Refused, text));
    }
    let own = before.own_journal(&salvaged, &fresh, root.is_some(), options.new_key);
    if flaws.is_empty() && from_outbox == 0 && before.notes(own) {
        fresh.close();
        drop(fresh);
        exchange::forget(home, &fresh_path)?;
        return Ok(json!({ "changed": false, "own": own.name(), "used": own.used() }));
    }

    let journals: Vec<Value> = before
        .authors()
        .into_iter()
        .chain(fresh.tips().into_keys())
        .chain(salvaged.stated.keys().copied())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|author| {
            json!({
                "author": author.to_string(),
                "own": author == me,
                "sound": fresh.tip(&author).seq,
                "held": before.held(&author, &salvaged).max(fresh.tip(&author).seq),
            })
        })
        .collect();
    let mut report = json!({
        "changed": true,
        "flaws": flaws,
        "readers_lost": salvaged.readers_lost,
        "journals": journals,
        "from_outbox": from_outbox,
        "own": own.name(),
        "used": own.used(),
    });
    let mut used = None;
    match own {
        OwnJournal::Whole => {}
        OwnJournal::Incomplete { used: number } => used = Some(number),
        OwnJournal::Closed => used = Some(u64::MAX),
        OwnJournal::NewKey => {
            let root = root.ok_or_else(|| missing_key(home))?;
            let node = begin_new_journal(home, membership, &fresh, &root)?;
            report["new_node"] = json!(node.to_string());
        }
    }
    note_uncertain(&fresh)?;
    fresh.close();
    drop(fresh);
    progress(json!({ "step": "replacing", "done": 0 }));
    Exchange::prepare(home, used.map(|used| (me, used)), report)?.carry_out(home)
}

/// The structure's root key, where it lies here without a passphrase.
fn open_root(
    home: &Home,
    membership: &Membership,
    journals: &Journals,
) -> Result<Option<SecretSeed>, ApiError> {
    let Some(HeldRoot::Open(seed)) = home.held_root()? else {
        return Ok(None);
    };
    let structure = membership.structure;
    let stated = root_in_force(journals, membership.network, structure)?;
    let is_root = match stated {
        Some(root) => root == seed.root_key(),
        None => StructureId::derive(&seed.root_key()) == structure,
    };
    Ok(is_root.then_some(seed))
}

/// A journal under a new key, opened in the fresh store; what was said of the old one as one's own
/// is forgotten.
fn begin_new_journal(
    home: &Home,
    membership: &Membership,
    fresh: &Journals,
    root: &SecretSeed,
) -> Result<NodeId, ApiError> {
    home.forget_next_key()?;
    let node = SecretSeed::generate()?;
    home.store_key(KeyName::NextNode, &node)?;
    let (network, structure) = (membership.network, membership.structure);
    let certificate = Certificate::issue(network, structure, &root.signing_key(), node.node_id());
    let statements = vec![(Kind::CERTIFICATE, certificate.encode())];
    let key = node.signing_key();
    open_journal(fresh, network, &key, membership.charter, statements)?;
    fresh.put_meta(super::member::elsewhere::HOLDERS, None)?;
    Ok(node.node_id())
}

/// Opens the mended node, which brings its read model up to date, and looks whether all is well.
fn examine(
    home: &Home,
    membership: &Membership,
    mut report: Value,
    progress: Progress<'_>,
) -> Outcome {
    progress(json!({ "step": "rebuilding", "done": 0 }));
    let territory = Territory::embedded();
    let member = match Member::open(home, membership, territory) {
        Ok(member) => member,
        // The journals are sound: what does not open is derived from them.
        Err(error) if error.code.starts_with("view_") => {
            exchange::set_view_aside(home)?;
            report["changed"] = json!(true);
            Member::open(home, membership, territory)?
        }
        Err(error) => return Err(error),
    };
    let examined = member.doctor(json!({}), progress)?;
    name_journals(&member, &mut report);
    let problems: Vec<Detail> =
        serde_json::from_value(examined["problems"].clone()).unwrap_or_default();
    report["ok"] = json!(problems.is_empty());
    report["problems"] = examined["problems"].clone();
    report["checked"] = examined["checked"].clone();
    let me = member.node();
    let root = home.held_root()?.is_some();
    report["root_key"] = json!(root);
    report["votes"] = json!(
        member
            .charter()
            .current()
            .1
            .members
            .iter()
            .any(|it| it.voting_node == me)
    );
    Ok(report)
}

fn name_journals(member: &Arc<Member>, report: &mut Value) {
    let Some(journals) = report["journals"].as_array_mut() else {
        return;
    };
    for journal in journals {
        let author = journal["author"]
            .as_str()
            .and_then(|text| text.parse().ok());
        let structure = author.and_then(|author: NodeId| member.structure_of(&author));
        journal["name"] = json!(structure.map(|structure| member.name_of(&structure)));
    }
}

fn require_room(home: &Home) -> Result<(), ApiError> {
    let store = folder_bytes(&home.store());
    // The copy that is read out, and the fresh store, which is no larger.
    let needed = store
        .saturating_mul(2)
        .saturating_add(folder_bytes(&home.outbox()))
        .saturating_add(ROOM_BESIDE_BYTES);
    let directory = home.directory();
    let Ok(free) = fs4::available_space(directory) else {
        // Some file systems do not tell; writing will.
        return Ok(());
    };
    if free >= needed {
        return Ok(());
    }
    let text = format!("repairing needs {needed} bytes, {free} are free");
    Err(ApiError::new("repair_needs_room", ExitKind::Failed, text)
        .with("path", directory.display())
        .with("needed", megabytes(needed))
        .with("free", megabytes(free)))
}

/// Rounded up: a person frees whole megabytes.
fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

fn folder_bytes(folder: &Path) -> u64 {
    let items = std::fs::read_dir(folder).into_iter().flatten().flatten();
    items
        .map(|item| {
            let path = item.path();
            if path.is_dir() {
                folder_bytes(&path)
            } else {
                item.metadata().map_or(0, |facts| facts.len())
            }
        })
        .sum()
}

fn missing_key(home: &Home) -> ApiError {
    let path = home.key_file(KeyName::Node);
    let text = "the node's key file is missing";
    ApiError::new("node_key_missing", ExitKind::Failed, text).with("path", path.display())
}
