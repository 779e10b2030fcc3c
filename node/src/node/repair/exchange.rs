//! The fresh store takes the damaged one's place: decided in one write, then carried out step by
//! step, each of which may be done twice.
//!
//! `repair.json` is the decision. While it stands no node opens over the home, and the next repair
//! begins by carrying out what it says. What is replaced goes into the folder `kept-1` (or the next
//! free number) under the names it had; moving it back undoes the repair.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sync_protocol::id::NodeId;

use crate::api::{ApiError, ExitKind};
use crate::home::Home;
use crate::home::atomic::{Access, sync_directory, sync_parent, sync_tree};
use crate::home::{atomic, keys::KeyName};
use crate::node::Outcome;
use crate::node::errors::of_file;
use crate::store::{Outbox, copy_folder, sidecar};

use super::FRESH;

const DECISION: &str = "repair.json";

/// A repair that was decided.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Exchange {
    /// The folder that what is replaced goes to.
    kept: String,
    /// The node whose numbers up to this one are used.
    used: Option<(NodeText, u64)>,
    /// What the repair came to.
    report: Value,
}

/// A node's key as text.
type NodeText = String;

/// Says that a repair was interrupted, so that nobody opens half of one.
///
/// # Errors
/// `repair_unfinished`.
pub(in crate::node) fn refuse_unfinished_repair(home: &Home) -> Result<(), ApiError> {
    if !home.file(DECISION).exists() {
        return Ok(());
    }
    let text = "a repair of this home was interrupted: run it again";
    Err(ApiError::new("repair_unfinished", ExitKind::Failed, text)
        .with("path", home.directory().display()))
}

/// Removes what an interrupted repair that decided nothing left.
pub(super) fn forget(home: &Home, fresh: &Path) -> Result<(), ApiError> {
    home.forget_next_key()?;
    for path in [fresh.to_owned(), sidecar::with_suffix(fresh, ".new")] {
        removed(fs::remove_dir_all(&path), &path)?;
    }
    let beside = sidecar::path_of(fresh);
    removed(fs::remove_file(&beside), &beside)
}

fn removed(result: io::Result<()>, path: &Path) -> Result<(), ApiError> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(of_file(path, &error)),
        _ => Ok(()),
    }
}

/// Moves the read model out of the way; it is built again.
pub(super) fn set_view_aside(home: &Home) -> Result<(), ApiError> {
    let (name, path) = free_name(home);
    fs::create_dir_all(&path).map_err(|error| of_file(&path, &error))?;
    let view = view_folder(home);
    tracing::info!(kept = name, "the read model is set aside");
    moved(&view, &path.join("view"))
}

fn view_folder(home: &Home) -> PathBuf {
    home.file("view")
}

fn free_name(home: &Home) -> (String, PathBuf) {
    let mut number = 1u32;
    loop {
        let name = format!("kept-{number}");
        let path = home.file(&name);
        if !path.exists() {
            return (name, path);
        }
        number += 1;
    }
}

/// Renames what is there; what is not there was moved before, or never was.
fn moved(from: &Path, to: &Path) -> Result<(), ApiError> {
    if !from.exists() || to.exists() {
        return Ok(());
    }
    fs::rename(from, to)
        .and_then(|()| sync_parent(from))
        .map_err(|error| of_file(from, &error))
}

impl Exchange {
    /// The repair of `home` that was decided and not yet carried out.
    pub(super) fn pending(home: &Home) -> Result<Option<Self>, ApiError> {
        let path = home.file(DECISION);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(of_file(&path, &error)),
        };
        let decided = serde_json::from_slice(&bytes);
        decided.map(Some).map_err(|error| {
            let text = format!("{}: {error}", path.display());
            ApiError::new("home_file_malformed", ExitKind::Failed, text)
                .with("path", path.display())
                .with("detail", error)
        })
    }

    /// Keeps a copy of what changes in place, makes the fresh store durable and decides.
    pub(super) fn prepare(
        home: &Home,
        used: Option<(NodeId, u64)>,
        mut report: Value,
    ) -> Result<Self, ApiError> {
        let fresh = home.file(FRESH);
        sync_tree(&fresh).map_err(|error| of_file(&fresh, &error))?;
        let (kept, path) = free_name(home);
        fs::create_dir_all(&path).map_err(|error| of_file(&path, &error))?;
        if home.outbox().is_dir() {
            copy_folder(&home.outbox(), &path.join("outbox"), &|_| true)?;
        }
        let synced = sync_tree(&path).and_then(|()| sync_directory(home.directory()));
        synced.map_err(|error| of_file(&path, &error))?;
        report["kept"] = path.display().to_string().into();
        let exchange = Self {
            kept,
            used: used.map(|(node, used)| (node.to_string(), used)),
            report,
        };
        let bytes = serde_json::to_vec_pretty(&exchange).expect("it is plain data");
        let decision = home.file(DECISION);
        atomic::write(&decision, &bytes, Access::Default)
            .map_err(|error| of_file(&decision, &error))?;
        Ok(exchange)
    }

    /// Does what was decided; returns what the repair came to.
    pub(super) fn carry_out(self, home: &Home) -> Outcome {
        let kept = home.file(&self.kept);
        fs::create_dir_all(&kept).map_err(|error| of_file(&kept, &error))?;
        let (store, fresh) = (home.store(), home.file(FRESH));
        if fresh.exists() {
            // In this order, so that what is at the target was always moved there by us.
            moved(&view_folder(home), &kept.join("view"))?;
            moved(&store, &kept.join("store"))?;
            let beside = sidecar::path_of(&fresh);
            if beside.exists() {
                let of_store = sidecar::path_of(&store);
                moved(&of_store, &sidecar::path_of(&kept.join("store")))?;
                moved(&beside, &of_store)?;
            }
            moved(&fresh, &store)?;
        }
        if home.key_file(KeyName::NextNode).exists() {
            home.promote_next_key()?;
        }
        if let Some((node, used)) = &self.used
            && let Ok(node) = node.parse()
        {
            Outbox::open(&home.outbox())?.raise_used(&node, *used)?;
        }
        let decision = home.file(DECISION);
        fs::remove_file(&decision)
            .and_then(|()| sync_parent(&decision))
            .map_err(|error| of_file(&decision, &error))?;
        Ok(self.report)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home::keys::SecretSeed;
    use serde_json::json;

    fn write(path: PathBuf, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(path: PathBuf) -> String {
        fs::read_to_string(path).unwrap()
    }

    /// A home with something of everything, and a repair that was decided.
    fn decided(folder: &Path) -> Home {
        let home = Home::create(folder).unwrap();
        home.store_key(KeyName::Node, &SecretSeed::from_bytes([1; 32]))
            .unwrap();
        home.store_key(KeyName::NextNode, &SecretSeed::from_bytes([2; 32]))
            .unwrap();
        write(home.file("store/db"), "old");
        write(home.file("store.json"), "old");
        write(home.file("view/registry.sqlite"), "old");
        Outbox::open(&home.outbox()).unwrap();
        write(home.file("store.mended/db"), "new");
        write(home.file("store.mended.json"), "new");
        let used = Some((NodeId([9; 32]), 7));
        Exchange::prepare(&home, used, json!({"own": "new_key"})).unwrap();
        home
    }

    /// The names that the steps move, in their order.
    const MOVES: [(&str, &str); 5] = [
        ("view", "kept-1/view"),
        ("store", "kept-1/store"),
        ("store.json", "kept-1/store.json"),
        ("store.mended.json", "store.json"),
        ("store.mended", "store"),
    ];

    #[test]
    fn a_repair_goes_on_wherever_it_was_interrupted() {
        for moves in 0..=MOVES.len() {
            for promoted in [false, true] {
                let folder = tempfile::tempdir().unwrap();
                let home = decided(folder.path());
                for (from, to) in &MOVES[..moves] {
                    fs::rename(home.file(from), home.file(to)).unwrap();
                }
                if promoted && moves == MOVES.len() {
                    home.promote_next_key().unwrap();
                }
                assert_eq!(
                    refuse_unfinished_repair(&home).unwrap_err().code,
                    "repair_unfinished"
                );
                let exchange = Exchange::pending(&home).unwrap().unwrap();
                let report = exchange.carry_out(&home).unwrap();
                assert_eq!(report["own"], json!("new_key"));
                for (old, new) in [
                    ("kept-1/store/db", "store/db"),
                    ("kept-1/store.json", "store.json"),
                ] {
                    assert_eq!(read(home.file(old)), "old", "after {moves} moves");
                    assert_eq!(read(home.file(new)), "new", "after {moves} moves");
                }
                assert_eq!(read(home.file("kept-1/view/registry.sqlite")), "old");
                let key = home.key(KeyName::Node).unwrap().unwrap();
                assert_eq!(key, SecretSeed::from_bytes([2; 32]));
                let outbox = Outbox::inspect(&home.outbox()).unwrap();
                assert_eq!(outbox.used[&NodeId([9; 32])], 7);
                assert!(Exchange::pending(&home).unwrap().is_none());
                refuse_unfinished_repair(&home).unwrap();
            }
        }
    }

    #[test]
    fn what_was_begun_and_not_decided_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let home = decided(folder.path());
        fs::remove_file(home.file(DECISION)).unwrap();
        forget(&home, &home.file(FRESH)).unwrap();
        assert_eq!(read(home.file("store/db")), "old");
        assert_eq!(
            home.key(KeyName::Node).unwrap(),
            Some(SecretSeed::from_bytes([1; 32]))
        );
        assert!(!home.file("store.mended").exists() && !home.file("store.mended.json").exists());
    }
}
