//! The tables of docs/performance.md: which figures stand in them, as `tables.txt` says.

use std::fmt::Write as _;

use super::Outcome;
use super::figures::{Figures, Unit, grouped};

/// Sizes that tables show; curves show all.
const SIZES: [u64; 3] = [1_000, 10_000, 100_000];

const SPECIFIED: &str = include_str!("tables.txt");

/// The name of the table of goals.
pub const GOALS: &str = "goals";

/// One line of a table.
#[derive(Debug)]
struct Line<'a> {
    what: &'a str,
    row: &'a str,
    figure: &'a str,
    unit: Unit,
    goal: &'a str,
}

/// A row of the table of goals.
#[derive(Debug)]
struct Goal<'a> {
    line: Line<'a>,
    /// `p99` and the like, where the middle does not count.
    part: Option<&'a str>,
    most: f64,
    /// The size that the goal speaks of; the largest measured where it speaks of none.
    records: Option<u64>,
}

/// The table of this name, as Markdown.
///
/// # Errors
/// No such table, or one that is not understood.
pub fn render(name: &str, figures: &Figures) -> Outcome<String> {
    let lines = lines_of(name)?;
    if name == GOALS {
        let goals: Vec<Goal<'_>> = lines
            .iter()
            .map(|line| goal(line))
            .collect::<Outcome<_>>()?;
        Ok(table_of_goals(&goals, figures))
    } else {
        let lines: Vec<Line<'_>> = lines
            .iter()
            .map(|line| read(line))
            .collect::<Outcome<_>>()?;
        Ok(table(&lines, figures))
    }
}

/// The lines below `[name]`.
fn lines_of(name: &str) -> Outcome<Vec<&'static str>> {
    let heading = format!("[{name}]");
    let mut lines = SPECIFIED.lines().skip_while(|line| *line != heading);
    lines.next().ok_or_else(|| format!("no table {name}"))?;
    Ok(lines
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect())
}

fn unit(name: &str) -> Outcome<Unit> {
    match name {
        "seconds" => Ok(Unit::Seconds),
        "bytes" => Ok(Unit::Bytes),
        "ratio" => Ok(Unit::Ratio),
        "count" => Ok(Unit::Count),
        other => Err(format!("no unit {other}").into()),
    }
}

fn read(line: &str) -> Outcome<Line<'_>> {
    let parts: Vec<&str> = line.split(';').map(str::trim).collect();
    let &[what, row, figure, name, ref goal @ ..] = parts.as_slice() else {
        return Err(format!("not a line of a table: {line}").into());
    };
    Ok(Line {
        what,
        row,
        figure,
        unit: unit(name)?,
        goal: goal.first().copied().unwrap_or_default(),
    })
}

fn goal(line: &str) -> Outcome<Goal<'_>> {
    let parts: Vec<&str> = line.split(';').map(str::trim).collect();
    let [what, goal, row, figure, part, name, most, records] = parts[..] else {
        return Err(format!("not a goal: {line}").into());
    };
    Ok(Goal {
        line: Line {
            what,
            row,
            figure,
            unit: unit(name)?,
            goal,
        },
        part: Some(part).filter(|part| !part.is_empty()),
        most: most.parse()?,
        records: Some(records)
            .filter(|records| !records.is_empty())
            .map(str::parse)
            .transpose()?,
    })
}

fn table(lines: &[Line<'_>], figures: &Figures) -> String {
    let measured = |size: &u64| {
        let mut rows = lines.iter().map(|line| line.row);
        rows.any(|row| figures.sizes(row).contains(size))
    };
    let sizes: Vec<u64> = SIZES.into_iter().filter(measured).collect();
    let mut text = String::from("| what |");
    for size in &sizes {
        let _ = write!(text, " R({}) |", grouped(*size as f64));
    }
    text.push_str(" goal |\n|---|");
    text.push_str(&"---|".repeat(sizes.len() + 1));
    for line in lines {
        let cells: Vec<String> = sizes
            .iter()
            .map(|size| cell(figures, line, *size).unwrap_or_default())
            .collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            let (what, goal) = (line.what, line.goal);
            let _ = write!(text, "\n| {what} | {} | {goal} |", cells.join(" | "));
        }
    }
    text
}

/// A figure with what is known of its spread.
fn cell(figures: &Figures, line: &Line<'_>, records: u64) -> Option<String> {
    let unit = line.unit;
    let middle = figures.middle(line.row, records, line.figure)?;
    let whole = figures.get(line.row, records, line.figure);
    let part = |name: &str| whole?.get(name)?.as_f64();
    if let Some(p99) = part("p99") {
        return Some(format!("{} / {}", unit.show(middle), unit.show(p99)));
    }
    Some(match (part("min"), part("max")) {
        (Some(min), Some(max)) if unit.show(min) != unit.show(max) => {
            let (min, max) = (unit.show(min), unit.show(max));
            format!("{} ({min} to {max})", unit.show(middle))
        }
        _ => unit.show(middle),
    })
}

fn table_of_goals(goals: &[Goal<'_>], figures: &Figures) -> String {
    let mut text = String::from("| what | at most | measured | at | |\n|---|---|---|---|---|");
    for goal in goals {
        let line = &goal.line;
        let sizes = figures.sizes(line.row);
        let size = goal
            .records
            .filter(|records| sizes.contains(records))
            .or_else(|| sizes.last().copied());
        let measured = size.and_then(|size| {
            let value = match goal.part {
                Some(part) => figures
                    .get(line.row, size, line.figure)?
                    .get(part)?
                    .as_f64()?,
                None => figures.middle(line.row, size, line.figure)?,
            };
            Some((size, value))
        });
        let (what, most) = (line.what, line.goal);
        let _ = match measured {
            None => write!(text, "\n| {what} | {most} | | | not measured |"),
            Some((size, value)) => {
                let met = match (value <= goal.most, goal.records) {
                    (false, _) => "**missed**",
                    (true, Some(records)) if records != size => "met at this size",
                    (true, _) => "met",
                };
                let (shown, size) = (line.unit.show(value), grouped(size as f64));
                write!(text, "\n| {what} | {most} | {shown} | R({size}) | {met} |")
            }
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_understood() {
        let names = SPECIFIED
            .lines()
            .filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'));
        let mut count = 0;
        for name in names {
            render(name, &Figures::default()).unwrap();
            count += 1;
        }
        assert_eq!(count, 10);
        assert!(render("unknown", &Figures::default()).is_err());
    }

    #[test]
    fn goals_are_met_or_missed_at_their_size() {
        let goals = ["a; 2 s; row; figures/x;; seconds; 2; 100000"].map(|line| goal(line).unwrap());
        let rendered = |value: f64, records: u64| {
            let line = format!(
                r#"{{"row":"row","records":{records},"figures":{{"x":{{"median":{value}}}}}}}"#
            );
            table_of_goals(&goals, &Figures::parse(&line).unwrap())
        };
        assert!(rendered(1.5, 100_000).ends_with("| 1.50 s | R(100,000) | met |"));
        assert!(rendered(1.5, 1_000).ends_with("| R(1,000) | met at this size |"));
        assert!(rendered(2.5, 1_000).ends_with("**missed** |"));
    }
}
