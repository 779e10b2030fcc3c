//! Files that are replaced whole or not at all, and survive a power cut once that is done.
//!
//! The one place that writes a home's small files: a temporary file beside the target, synced,
//! renamed over it, then the directory synced, without which the rename itself may be lost. Windows
//! journals renames and offers no sync of a directory, so that last step is nothing there.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::syncs;
use crate::fuse::step;

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// As the system's default says.
    Default,
    /// The owner alone: mode 0600. On Windows the profile folder's access list says so.
    Owner,
}

/// Replaces the file at `path` by `bytes`; durable once it returns.
///
/// # Errors
/// Whatever the file system says; the file then holds what it held before.
pub fn write(path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    let temporary = temporary_beside(path)?;
    let written = write_new(&temporary, bytes, access).and_then(|()| {
        step("a file takes another's place");
        fs::rename(&temporary, path)
    });
    if let Err(error) = written {
        // Best effort: the temporary file holds nothing that anyone needs.
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    sync_parent(path)
}

fn write_new(path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    restrict(&mut options, access);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    syncs::all(&file)
}

#[cfg(unix)]
fn restrict(options: &mut OpenOptions, access: Access) {
    use std::os::unix::fs::OpenOptionsExt;
    if access == Access::Owner {
        options.mode(0o600);
    }
}

#[cfg(not(unix))]
fn restrict(_options: &mut OpenOptions, _access: Access) {}

fn temporary_beside(path: &Path) -> io::Result<PathBuf> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidFilename))?;
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    // The process number: two processes may write one file, each its own temporary.
    Ok(path.with_file_name(format!(".{name}.{}-{number}.new", std::process::id())))
}

/// Removes what writes of other processes, now ended, left in `directory` when they were cut short;
/// returns whether there was any. Nobody else may be writing there.
///
/// # Errors
/// Whatever the file system says.
pub fn remove_cut_short(directory: &Path) -> io::Result<bool> {
    let own = format!(".{}-", std::process::id());
    let mut removed = false;
    for item in fs::read_dir(directory)? {
        let item = item?;
        let name = item.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') && name.ends_with(".new") && !name.contains(&own) {
            fs::remove_file(item.path())?;
            removed = true;
        }
    }
    Ok(removed)
}

/// Makes the names in `directory` durable.
///
/// # Errors
/// Whatever the file system says.
#[cfg(unix)]
pub fn sync_directory(directory: &Path) -> io::Result<()> {
    syncs::all(&fs::File::open(directory)?)
}

/// Makes the names in `directory` durable: on this system a rename already is.
///
/// # Errors
/// None here.
#[cfg(not(unix))]
pub fn sync_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes the name of the file or folder at `path` durable.
///
/// # Errors
/// Whatever the file system says.
pub fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_directory(parent),
        _ => sync_directory(Path::new(".")),
    }
}

/// Makes the content of every file below `directory`, and all their names, durable.
///
/// # Errors
/// Whatever the file system says.
pub fn sync_tree(directory: &Path) -> io::Result<()> {
    for item in fs::read_dir(directory)? {
        let path = item?.path();
        if path.is_dir() {
            sync_tree(&path)?;
        } else {
            // Windows syncs only what is open for writing.
            let file = OpenOptions::new().read(true).write(true).open(&path)?;
            syncs::all(&file)?;
        }
    }
    sync_directory(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.json");
        write(&path, b"one", Access::Default).unwrap();
        write(&path, b"two", Access::Default).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_file_is_the_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        write(&path, b"secret", Access::Owner).unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn a_failed_replacement_leaves_the_old_content() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("folder");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("child"), b"kept").unwrap();
        assert!(write(&path, b"bytes", Access::Default).is_err());
        assert_eq!(fs::read(path.join("child")).unwrap(), b"kept");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
