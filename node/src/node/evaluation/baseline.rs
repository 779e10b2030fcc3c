//! Jobs and farms of the territory, as statistics tell them: a table that people edit.
//!
//! `baseline.csv` in the home, one line a community of communes and year, with a header:
//! `epci;year;jobs;active_farms`. The community is named by its SIREN or its name. Without the file
//! nothing is compared. Sources: docs/indicators.md.

use std::fs;
use std::io::Read;

use crate::api::{ApiError, ExitKind};
use crate::home::Home;
use crate::indicators::facts::Baseline;
use crate::node::errors::of_file;
use crate::territory::Territory;

const FILE: &str = "baseline.csv";
/// A line a community and year: far more than any territory has.
const MOST_BYTES: u64 = 1 << 20;

/// The table of this home; empty where there is none.
pub(super) fn read(home: &Home, territory: &Territory) -> Result<Vec<Baseline>, ApiError> {
    let path = home.file(FILE);
    let file = match fs::File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(of_file(&path, &error)),
    };
    let mut text = String::new();
    let mut bounded = file.take(MOST_BYTES);
    bounded
        .read_to_string(&mut text)
        .map_err(|error| of_file(&path, &error))?;
    table(&text, territory).map_err(|line| {
        let text = format!("line {line} of {} is not understood", path.display());
        ApiError::new("baseline_line", ExitKind::Usage, text)
            .with("path", path.display())
            .with("line", line)
    })
}

/// The rows; else the number of the line that is wrong.
fn table(text: &str, territory: &Territory) -> Result<Vec<Baseline>, usize> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text
        .lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line));
    let mut rows = Vec::new();
    for (number, line) in lines.skip(1).filter(|(_, line)| !line.trim().is_empty()) {
        rows.push(row(line, territory).ok_or(number)?);
    }
    Ok(rows)
}

fn row(line: &str, territory: &Territory) -> Option<Baseline> {
    let mut cells = line.split([';', '\t']).map(str::trim);
    let epci = cells.next()?;
    let epci = territory.epci(epci).or_else(|| territory.find_epci(epci))?;
    let year = cells
        .next()?
        .parse()
        .ok()
        .filter(|it| (1900..=2200).contains(it))?;
    let mut number = || {
        let text = cells
            .next()?
            .replace([' ', '\u{a0}', '\u{202f}'], "")
            .replace(',', ".");
        if text.is_empty() {
            return Some(0.0);
        }
        text.parse()
            .ok()
            .filter(|it: &f64| it.is_finite() && *it >= 0.0)
    };
    let (jobs, farms) = (number()?, number()?);
    Some(Baseline {
        epci: epci.siren.clone(),
        year,
        jobs,
        farms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_as_offices_write_it_and_a_wrong_line_is_named() {
        let territory = Territory::embedded();
        let epci = territory.epci("200070761").unwrap();
        let text = format!(
            "\u{feff}epci;year;jobs;active_farms\n200070761;2023;9 812;612\n\n{};2022;9700,5;\n",
            epci.name
        );
        let rows = table(&text, territory).unwrap();
        assert_eq!(
            (rows[0].jobs, rows[0].farms, rows[0].year),
            (9812.0, 612.0, 2023)
        );
        assert_eq!(
            (rows[1].epci.as_str(), rows[1].jobs, rows[1].farms),
            ("200070761", 9700.5, 0.0)
        );
        assert_eq!(table("epci;year\n200070761;2023;-1;4", territory), Err(2));
        assert_eq!(table("epci;year\n\nAtlantide;2023;1;4", territory), Err(3));
        assert_eq!(table("", territory), Ok(Vec::new()));
    }
}
