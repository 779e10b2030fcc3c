//! Writes workload R(n) as an import file of opportunities: `workload N [FILE] [SEED]`, by default
//! on standard output.

use std::io::Write as _;
use std::process::ExitCode;

use capactif_tests::workload;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = arguments
        .first()
        .and_then(|text| text.parse::<usize>().ok());
    let seed = arguments
        .get(2)
        .map_or(Some(workload::SEED), |text| text.parse().ok());
    let (Some(n), Some(seed)) = (number, seed) else {
        eprintln!("usage: workload N [FILE] [SEED]");
        return ExitCode::from(2);
    };
    let text = workload::csv(seed, n);
    let written = match arguments.get(1).map(String::as_str) {
        None | Some("-") => std::io::stdout().write_all(text.as_bytes()),
        Some(path) => std::fs::write(path, text),
    };
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("failed: {error}");
            ExitCode::FAILURE
        }
    }
}
