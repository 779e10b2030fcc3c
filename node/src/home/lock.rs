//! One process a home: the lock, and who holds it.
//!
//! The lock is the system's, on the file `lock`, so it ends with the process however that ends.
//! Who holds it stands in a second file, `owner.json`: on Windows nobody else can read a locked
//! file. What that file says counts only while the lock is held.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::atomic::Access;
use super::{Home, HomeError, json_file};

/// How long a command waits for another to finish.
pub const LOCK_WAIT: Duration = Duration::from_secs(5);

/// The process that has a home open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Its process number.
    pub pid: u32,
    /// Where its local API listens, if it serves one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<SocketAddr>,
    /// The file with the API's bearer token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
}

/// A home that this process alone has open, until this is dropped.
#[derive(Debug)]
pub struct LockedHome {
    home: Home,
    /// Holds the lock by being open.
    _lock: File,
}

impl Home {
    /// Takes the home for this process, waiting up to `wait` for another to let go.
    ///
    /// # Errors
    /// [`HomeError::InUse`] with what is known of the other, or whatever the file system says.
    pub fn lock(&self, wait: Duration) -> Result<LockedHome, HomeError> {
        let deadline = Instant::now() + wait;
        loop {
            match self.try_lock() {
                Err(HomeError::InUse { owner, .. }) if owner_serves(owner.as_ref()) => {
                    // It will not let go: others talk to it instead.
                    return Err(HomeError::InUse {
                        path: self.directory().to_owned(),
                        owner,
                    });
                }
                Err(HomeError::InUse { .. }) if Instant::now() < deadline => {
                    thread::sleep(Duration::from_millis(25));
                }
                result => return result,
            }
        }
    }

    /// Takes the home for this process if nobody has it.
    ///
    /// # Errors
    /// As [`Home::lock`].
    pub fn try_lock(&self) -> Result<LockedHome, HomeError> {
        let path = self.file("lock");
        let failed = |action| {
            let path = path.clone();
            move |error| HomeError::file(action, path, error)
        };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let lock = options.open(&path).map_err(failed("open"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let (path, owner) = (self.directory().to_owned(), self.stated_owner());
                return Err(HomeError::InUse { path, owner });
            }
            Err(TryLockError::Error(error)) => return Err(failed("lock")(error)),
        }
        let locked = LockedHome {
            home: self.clone(),
            _lock: lock,
        };
        locked.announce(None)?;
        Ok(locked)
    }

    /// The process that has the home open, if one has and serves its API: whom to talk to.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn serving_owner(&self) -> Result<Option<Owner>, HomeError> {
        let path = self.file("lock");
        // To look needs no right to write: a node goes on answering on a disk gone read-only.
        let lock = match File::open(&path) {
            Ok(lock) => lock,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(HomeError::file("open", path, error)),
        };
        // A shared lock: two that only look do not take each other for an owner.
        match lock.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(self
                .stated_owner()
                .filter(|owner| owner_serves(Some(owner)))),
            Err(TryLockError::Error(error)) => Err(HomeError::file("lock", path, error)),
        }
    }

    /// What the owner said of itself; nothing if it has not yet, or cannot be understood.
    fn stated_owner(&self) -> Option<Owner> {
        json_file::read(&self.file("owner.json")).ok().flatten()
    }
}

fn owner_serves(owner: Option<&Owner>) -> bool {
    owner.is_some_and(|owner| owner.api.is_some())
}

impl LockedHome {
    /// The home.
    #[must_use]
    pub const fn home(&self) -> &Home {
        &self.home
    }

    /// States who holds the lock and, once it serves, where its API is.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn announce(&self, api: Option<SocketAddr>) -> Result<(), HomeError> {
        let token_file = api.map(|_| self.home.api_token());
        let owner = Owner {
            pid: std::process::id(),
            api,
            token_file,
        };
        json_file::write(&self.home.file("owner.json"), &owner, Access::Default)
    }
}

impl Drop for LockedHome {
    fn drop(&mut self) {
        // Only tidiness: without the lock the file counts for nothing.
        let _ = fs::remove_file(self.home.file("owner.json"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_process_learns_who_has_the_home() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        assert_eq!(home.serving_owner().unwrap(), None);
        let locked = home.lock(Duration::ZERO).unwrap();
        let error = home.lock(Duration::from_millis(60)).unwrap_err();
        assert!(
            matches!(&error, HomeError::InUse { owner: Some(owner), .. } if owner.pid == std::process::id()),
            "{error}"
        );
        assert_eq!(home.serving_owner().unwrap(), None, "it serves nothing yet");
        let api: SocketAddr = "127.0.0.1:7000".parse().unwrap();
        locked.announce(Some(api)).unwrap();
        let owner = home.serving_owner().unwrap().unwrap();
        assert_eq!(
            (owner.api, owner.token_file),
            (Some(api), Some(home.api_token()))
        );
        let at_once = Instant::now();
        let error = home.lock(LOCK_WAIT).unwrap_err();
        assert!(
            at_once.elapsed() < LOCK_WAIT,
            "one that serves is not waited for"
        );
        assert!(error.to_string().contains("127.0.0.1:7000"), "{error}");
        drop(locked);
        assert_eq!(home.serving_owner().unwrap(), None);
        home.lock(Duration::ZERO).unwrap();
    }

    #[test]
    fn what_a_dead_process_left_counts_for_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        fs::write(home.file("lock"), b"").unwrap();
        fs::write(
            home.file("owner.json"),
            br#"{"pid":1,"api":"127.0.0.1:7000"}"#,
        )
        .unwrap();
        assert_eq!(home.serving_owner().unwrap(), None);
        home.lock(Duration::ZERO).unwrap();
    }

    #[test]
    fn a_short_command_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        let locked = home.lock(Duration::ZERO).unwrap();
        let other = home.clone();
        let waiting = thread::spawn(move || other.lock(Duration::from_secs(30)).map(drop));
        drop(locked);
        waiting.join().unwrap().unwrap();
    }
}
