//! Runs the benchmarks, and makes docs/performance.md of what they said.
//!
//! - `bench [--records N[,N…]] [--repeat N] [--partners N] [--keep DIR] [--program FILE]
//!   [--into FILE] [ROW…]` measures; JSON lines on standard output, one a row, what is going on on
//!   standard error. Without rows, all. `--keep` names a folder where the network of each n is
//!   left for the next run; `--into` a file whose lines of the same rows and sizes are replaced.
//! - `bench --suite small` and `bench --suite full` measure all rows over 1,000 and 10,000 records,
//!   `full` over 100,000 as well, five times each, into docs/performance/figures.jsonl.
//! - `bench report` writes the tables and curves of docs/performance.md from that file;
//!   `bench report --check` only says whether they are up to date.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use capactif_tests::bench::figures::Figures;
use capactif_tests::bench::{Bench, Measure, Options, Outcome, ROWS, child, conditions, render};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.split_first() {
        Some((first, rest)) if first == child::PART => {
            child::play(rest).map(|answer| println!("{answer}"))
        }
        Some((first, rest)) if first == "report" => report(rest == ["--check"]),
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

/// The project's root, where the page and its figures are.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

fn report(only_check: bool) -> Outcome<()> {
    for (path, content) in render::files(&root())? {
        if std::fs::read_to_string(&path).is_ok_and(|held| held == content) {
            continue;
        }
        if only_check {
            return Err(format!("{} is not up to date: run `bench report`", path.display()).into());
        }
        std::fs::write(&path, content)?;
        eprintln!("wrote {}", path.display());
    }
    Ok(())
}

/// What a run was told.
struct Told {
    sizes: Vec<usize>,
    rows: Vec<Measure>,
    options: Options,
    into: Option<PathBuf>,
}

fn run(arguments: &[String]) -> Outcome<()> {
    let Told {
        sizes,
        rows,
        mut options,
        into,
    } = read(arguments)?;
    // Networks are used again by every row, also where nobody wants them afterwards.
    let kept = tempfile::tempdir()?;
    options.keep.get_or_insert_with(|| kept.path().to_owned());
    let mut failed = Vec::new();
    for records in sizes {
        let bench = Bench::new(Options {
            records,
            ..options.clone()
        })?;
        for (name, what, measure) in &rows {
            bench.say(&format!("{name}, {records} records: {what}"));
            match measure(&bench) {
                Ok(measured) => {
                    for row in measured {
                        let mut line = row.to_json();
                        line["taken"] = conditions::now();
                        println!("{line}");
                        if let Some(into) = &into {
                            let mut figures = Figures::read(into)?;
                            figures.add(line)?;
                            std::fs::write(into, figures.to_lines())?;
                        }
                    }
                }
                // Hours of measuring are not lost to one row.
                Err(error) => {
                    bench.say(&format!("{name}, {records} records, failed: {error}"));
                    failed.push(format!("{name} ({records})"));
                }
            }
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join(", ").into())
    }
}

fn read(arguments: &[String]) -> Outcome<Told> {
    let program = std::env::current_exe()?
        .with_file_name(format!("capactif{}", std::env::consts::EXE_SUFFIX));
    let mut told = Told {
        sizes: vec![10_000],
        rows: Vec::new(),
        options: Options {
            records: 0,
            repeat: 3,
            partners: 200,
            keep: None,
            program,
        },
        into: None,
    };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .ok_or_else(|| format!("{argument} needs a value"))
        };
        match argument.as_str() {
            "--records" => told.sizes = sizes(value()?)?,
            "--repeat" => told.options.repeat = value()?.parse()?,
            "--partners" => told.options.partners = value()?.parse()?,
            "--keep" => told.options.keep = Some(PathBuf::from(value()?)),
            "--program" => told.options.program = PathBuf::from(value()?),
            "--into" => told.into = Some(PathBuf::from(value()?)),
            "--suite" => {
                told.sizes = match value()?.as_str() {
                    "small" => vec![1_000, 10_000],
                    "full" => vec![1_000, 10_000, 100_000],
                    other => return Err(format!("no suite {other}: small or full").into()),
                };
                told.options.repeat = 5;
                told.into = Some(root().join(render::KEPT));
            }
            name => {
                let known = ROWS.into_iter().find(|(row, ..)| *row == name);
                told.rows.push(known.ok_or_else(|| unknown(name))?);
            }
        }
    }
    if told.rows.is_empty() {
        told.rows.extend(ROWS);
    }
    Ok(told)
}

fn sizes(text: &str) -> Outcome<Vec<usize>> {
    let sizes = text.split(',').map(|size| size.trim().parse());
    Ok(sizes.collect::<Result<_, _>>()?)
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
