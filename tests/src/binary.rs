//! The real `capactif` binary, for tests that run it as a person does.
//!
//! Cargo tells a crate's tests where that crate's own binaries are, but not another crate's, so it
//! is built here, once a test process, in the profile of the running test.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Names a binary to test instead of building one.
const OVERRIDE: &str = "CAPACTIF_TEST_BINARY";

/// Where the `capactif` binary is; builds it first.
///
/// # Panics
/// If it cannot be built.
pub fn capactif() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| std::env::var_os(OVERRIDE).map_or_else(build, PathBuf::from))
}

/// A command that runs `capactif` with nothing of this process's own settings.
pub fn command() -> Command {
    with_own_settings(Command::new(capactif()))
}

/// The same, with at most so many files open at once.
#[cfg(unix)]
pub fn command_with_files(limit: u32) -> Command {
    let mut command = with_own_settings(Command::new("sh"));
    command.args(["-c", "ulimit -n \"$0\"; exec \"$@\"", &limit.to_string()]);
    command.arg(capactif());
    command
}

fn with_own_settings(mut command: Command) -> Command {
    for (name, _) in std::env::vars_os() {
        let shown = name.to_string_lossy();
        if shown.starts_with("CAPACTIF_") || shown.starts_with("LC_") || shown == "LANGUAGE" {
            command.env_remove(&name);
        }
    }
    command.env("LANG", "en_GB.UTF-8").stdin(Stdio::null());
    command
}

fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--package", "capactif-cli"])
        .args([
            "--bin",
            "capactif",
            "--message-format",
            "json-render-diagnostics",
        ])
        .args(["--profile", &profile()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo is there: it runs this test");
    assert!(output.status.success(), "capactif could not be built");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "capactif")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("cargo names the executable that it built")
}

/// The profile of the running test, from where it lies: `target/<profile>/deps/<test>`.
fn profile() -> String {
    let test = std::env::current_exe().expect("this process runs from a file");
    let folder = test.ancestors().nth(2).and_then(Path::file_name);
    match folder.map(|name| name.to_string_lossy().into_owned()) {
        None => "dev".to_owned(),
        Some(name) if name == "debug" => "dev".to_owned(),
        Some(name) => name,
    }
}
