//! A disk of its own for a test: ext4 in an image file on a loop device, whose power can be cut.
//!
//! Cutting the power is the `SHUTDOWN` ioctl without a flush of the journal: from then on nothing
//! reaches the image that had not been written to it before, as if the machine had stopped. The
//! device is then detached and attached again, so that what is read afterwards comes from the
//! image and from no cache of the old mount. What a drive itself promised and forgot is not
//! simulated: the image keeps every block that was submitted to it.
//!
//! The ioctl is made by `perl`, which every Debian and Ubuntu has: Rust has no safe call for it, and
//! this workspace forbids unsafe code. Needs Linux and root; [`LoopDisk::new`] says what is missing.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// `EXT4_IOC_SHUTDOWN`, `_IOR('X', 125, __u32)`; XFS has the same.
const SHUTDOWN: &str = "0x8004587d";
/// `EXT4_GOING_FLAGS_NOLOGFLUSH`: the journal is not written out first.
const NO_LOG_FLUSH: &str = "2";

/// A mounted disk; unmounted and gone with this value.
#[derive(Debug)]
pub struct LoopDisk {
    folder: TempDir,
    device: Option<String>,
}

impl LoopDisk {
    /// A new disk of so many MiB, mounted.
    ///
    /// # Errors
    /// Why this machine cannot have one, in a sentence to be printed where a test is left out.
    ///
    /// # Panics
    /// If no temporary folder can be made.
    pub fn new(mebibytes: u64) -> Result<Self, String> {
        if !cfg!(target_os = "linux") {
            return Err("loop devices are Linux's".to_owned());
        }
        let folder = tempfile::tempdir().expect("a folder for tests");
        let mut disk = Self {
            folder,
            device: None,
        };
        let image = disk.image();
        let made = std::fs::File::create(&image).and_then(|file| file.set_len(mebibytes << 20));
        made.map_err(|error| format!("no image: {error}"))?;
        std::fs::create_dir(disk.path()).map_err(|error| error.to_string())?;
        // Blocks of 4 KiB, as on any disk of some size. Small disks get smaller ones, and there
        // SQLite's shared memory, a mapped file with room for one byte a page, ends the process by
        // SIGBUS once the disk is full.
        run("mkfs.ext4", &["-q", "-m", "0", "-b", "4096", text(&image)])?;
        run("perl", &["-e", "1"])?;
        disk.attach()?;
        Ok(disk)
    }

    /// Where it is mounted.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// Cuts the power: what was not written out is lost, and every later write fails.
    ///
    /// # Panics
    /// If the kernel refuses.
    pub fn cut(&self) {
        let script = format!(
            "open(my $disk, '<', $ARGV[0]) or die $!; my $flags = pack('L', {NO_LOG_FLUSH}); \
             ioctl($disk, {SHUTDOWN}, $flags) or die $!;"
        );
        must(run("perl", &["-e", &script, text(&self.path())]));
    }

    /// Mounts what the image holds; nothing may have a file of the old mount open.
    ///
    /// # Panics
    /// If it cannot be mounted.
    pub fn power_on(&mut self) {
        must(self.detach());
        must(self.attach());
    }

    /// Makes the mounted disk read-only, or writable again.
    ///
    /// # Panics
    /// If a file is open for writing.
    pub fn set_read_only(&self, read_only: bool) {
        let mode = if read_only {
            "remount,ro"
        } else {
            "remount,rw"
        };
        must(run("mount", &["-o", mode, text(&self.path())]));
    }

    /// Makes the disk read-only under whoever writes to it, as the kernel does after an error.
    ///
    /// # Panics
    /// If the kernel refuses.
    pub fn fail(&self) {
        must(run("mount", &["-o", "remount,abort", text(&self.path())]));
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join("image")
    }

    fn attach(&mut self) -> Result<(), String> {
        let device = run("losetup", &["--find", "--show", text(&self.image())])?;
        let device = device.trim().to_owned();
        self.device = Some(device.clone());
        run("mount", &[&device, text(&self.path())]).map(drop)
    }

    fn detach(&mut self) -> Result<(), String> {
        let Some(device) = self.device.take() else {
            return Ok(());
        };
        let mut attempts = 100;
        // A process that was killed a moment ago may still be letting go of its files.
        while let Err(error) = run("umount", &[text(&self.path())]) {
            attempts -= 1;
            if attempts == 0 || error.contains("not mounted") {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        run("losetup", &["--detach", &device]).map(drop)
    }
}

impl Drop for LoopDisk {
    fn drop(&mut self) {
        if let Err(error) = self.detach() {
            eprintln!("a loop device is left: {error}");
        }
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}

fn must<T>(result: Result<T, String>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

/// Runs a program of the system; what it printed, or why it failed.
fn run(program: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .output();
    let output = output.map_err(|error| format!("{program} cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} failed: {}", said.trim()))
}
