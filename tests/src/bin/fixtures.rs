//! Makes the fixtures of today's protocol version, once: `cargo run -p capactif-tests --bin fixtures`.
//!
//! What is there is never made again: a format that changes is a new version, in a new folder.

use std::process::ExitCode;

use capactif_tests::fixtures;
use sync_protocol::frame::NEWEST_VERSION;

fn main() -> ExitCode {
    let folder = fixtures::folder(NEWEST_VERSION);
    if folder.exists() {
        eprintln!(
            "{} is there: what a version wrote is kept as it is",
            folder.display()
        );
        return ExitCode::FAILURE;
    }
    match fixtures::make::all(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("failed: {error}");
            ExitCode::FAILURE
        }
    }
}
