//! Creating a store so that a crash in the middle leaves no store rather than half of one.
//!
//! The store is built in a folder of another name, closed, opened once more, synced file by file
//! and renamed. A store killed while sled first creates it may never open again; here it is then
//! still under the other name, holds nothing that was acknowledged, and is built anew.
//!
//! A store that is written anew ([`replace`]) is built there too. For a moment then neither lies at
//! its place: a crash right there is healed by [`clean_interrupted`], which every opening begins with.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::{StoreError, sidecar};
use crate::fuse::step;
use crate::home::atomic;

fn building_site(path: &Path) -> PathBuf {
    sidecar::with_suffix(path, ".new")
}

/// Where a store lies from when it made way until the one written anew stands.
fn replaced_site(path: &Path) -> PathBuf {
    sidecar::with_suffix(path, ".replaced")
}

/// Whether there is a store at `path`; an empty folder (a fresh mount, say) is none.
pub(crate) fn exists(path: &Path) -> Result<bool, StoreError> {
    match fs::read_dir(path) {
        Ok(mut items) => Ok(items.next().is_some()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(StoreError::file("open", path, error)),
    }
}

/// Removes what an interrupted creation left, and puts back what an interrupted replacement moved.
pub(crate) fn clean_interrupted(path: &Path) -> Result<(), StoreError> {
    let replaced = replaced_site(path);
    if replaced.exists() {
        if exists(path)? {
            remove(replaced)?;
        } else {
            let _ = fs::remove_dir(path);
            rename(&replaced, path).map_err(|error| StoreError::file("rename", path, error))?;
            atomic::sync_parent(path).map_err(|error| StoreError::file("sync", path, error))?;
        }
    }
    remove(building_site(path))
}

fn remove(folder: PathBuf) -> Result<(), StoreError> {
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::file("remove", folder, error))
        }
        _ => Ok(()),
    }
}

/// Has `build` write the store at `path` anew in another folder, `release` let go of the files of
/// the old one, and puts the new one in its place, durably; the old one is removed.
///
/// After a failure the store at `path` is whole, the old or the new one.
pub(crate) fn replace(
    path: &Path,
    build: impl FnOnce(&Path) -> Result<(), StoreError>,
    release: impl FnOnce(),
) -> Result<(), StoreError> {
    let (site, replaced) = (building_site(path), replaced_site(path));
    remove(site.clone())?;
    remove(replaced.clone())?;
    fs::create_dir_all(&site).map_err(|error| StoreError::file("create", &site, error))?;
    build(&site)?;
    atomic::sync_tree(&site).map_err(|error| StoreError::file("sync", &site, error))?;
    release();
    let failed = |error| StoreError::file("rename", path, error);
    step("the old store steps aside");
    rename(path, &replaced).map_err(failed)?;
    step("the store written anew takes its place");
    if let Err(error) = rename(&site, path) {
        rename(&replaced, path).map_err(failed)?;
        return Err(failed(error));
    }
    atomic::sync_parent(path).map_err(|error| StoreError::file("sync", path, error))?;
    step("the old store goes");
    remove(replaced)?;
    atomic::sync_parent(path).map_err(|error| StoreError::file("sync", path, error))
}

/// Has `build` make a store in a folder, then puts that folder at `path`, durably.
pub(crate) fn create(
    path: &Path,
    build: impl FnOnce(&Path) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    clean_interrupted(path)?;
    let site = building_site(path);
    fs::create_dir_all(&site).map_err(|error| StoreError::file("create", &site, error))?;
    build(&site)?;
    atomic::sync_tree(&site).map_err(|error| StoreError::file("sync", &site, error))?;
    // Only an empty folder can be in the way, and this removes nothing else.
    let _ = fs::remove_dir(path);
    rename(&site, path).map_err(|error| StoreError::file("create", path, error))?;
    atomic::sync_parent(path).map_err(|error| StoreError::file("sync", path, error))
}

/// Renames a folder; on Windows an engine's files may stay open for a moment after it is closed.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let mut attempts = if cfg!(windows) { 100 } else { 1 };
    loop {
        attempts -= 1;
        match fs::rename(from, to) {
            Err(_) if attempts > 0 => thread::sleep(Duration::from_millis(50)),
            result => return result,
        }
    }
}
