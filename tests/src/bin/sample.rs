//! Writes the sample registry: `sample [FOLDER]`, by default `cli/sample`.

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(|| PathBuf::from("cli/sample"), PathBuf::from);
    if let Err(error) = std::fs::create_dir_all(folder.join("life")) {
        eprintln!("failed: {}: {error}", folder.display());
        return ExitCode::FAILURE;
    }
    for file in capactif_tests::sample::files() {
        let path = folder.join(&file.name);
        if let Err(error) = std::fs::write(&path, &file.text) {
            eprintln!("failed: {}: {error}", path.display());
            return ExitCode::FAILURE;
        }
        println!(
            "{}: {} rows, {} bytes",
            path.display(),
            file.text.lines().count() - 1,
            file.text.len()
        );
    }
    ExitCode::SUCCESS
}
