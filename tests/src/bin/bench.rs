//! Runs the benchmarks: `bench [--records N] [--repeat N] [--keep DIR] [--program FILE] [ROW…]`.
//!
//! Results are JSON lines on standard output, one a row; what is going on is told on standard
//! error. Without rows, all are measured. `--keep` names a folder where the network of each n is
//! left for the next run. docs/performance.md names the command behind each of its figures.

use std::path::PathBuf;
use std::process::ExitCode;

use capactif_tests::bench::{Bench, Measure, Options, Outcome, ROWS, child};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.split_first() {
        Some((first, rest)) if first == child::PART => {
            child::play(rest).map(|answer| println!("{answer}"))
        }
        _ => run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("failed: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome<()> {
    let (options, rows) = read(arguments)?;
    let bench = Bench::new(options)?;
    for (name, what, measure) in rows {
        bench.say(&format!("{name}: {what}"));
        for row in measure(&bench).map_err(|error| format!("{name}: {error}"))? {
            println!("{}", row.to_json());
        }
    }
    Ok(())
}

fn read(arguments: &[String]) -> Outcome<(Options, Vec<Measure>)> {
    let program = std::env::current_exe()?
        .with_file_name(format!("capactif{}", std::env::consts::EXE_SUFFIX));
    let mut options = Options {
        records: 10_000,
        repeat: 3,
        keep: None,
        program,
    };
    let mut rows = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .ok_or_else(|| format!("{argument} needs a value"))
        };
        match argument.as_str() {
            "--records" => options.records = value()?.parse()?,
            "--repeat" => options.repeat = value()?.parse()?,
            "--keep" => options.keep = Some(PathBuf::from(value()?)),
            "--program" => options.program = PathBuf::from(value()?),
            name => {
                let known = ROWS.into_iter().find(|(row, ..)| *row == name);
                rows.push(known.ok_or_else(|| unknown(name))?);
            }
        }
    }
    if rows.is_empty() {
        rows.extend(ROWS);
    }
    Ok((options, rows))
}

fn unknown(name: &str) -> String {
    let rows: Vec<String> = ROWS
        .iter()
        .map(|(row, what, _)| format!("  {row}: {what}"))
        .collect();
    format!(
        "{name} is neither an option nor a row; rows are\n{}",
        rows.join("\n")
    )
}
