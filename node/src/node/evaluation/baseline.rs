//! Jobs and farms of the territory, as statistics tell them: a table that people keep.
//!
//! `baseline.csv` in the home, under a header one line a community of communes and year:
//! `epci;year;jobs;active_farms;source`. The community is named by its SIREN or its name; an empty
//! figure is one that is not known, and a line without a year one that nobody filled in yet. What
//! begins with `#` is a note. Without the file nothing is compared: the program ships no figures,
//! since it could not say where they stand tomorrow. Sources: docs/indicators.md.

use std::fs;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::{ApiError, ExitKind};
use crate::home::Home;
use crate::home::atomic::{self, Access};
use crate::indicators::facts::Baseline;
use crate::node::Outcome;
use crate::node::errors::{of_file, read as read_input};
use crate::node::member::Member;
use crate::territory::Territory;

const FILE: &str = "baseline.csv";
/// A line a community and year: far more than any territory has.
const MOST_BYTES: u64 = 1 << 20;
/// The years of which there are such statistics.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

#[derive(Deserialize)]
struct Load {
    path: String,
}

/// A line of the table.
#[derive(Debug, PartialEq)]
struct Row {
    figures: Baseline,
    source: String,
}

impl Member {
    /// `baseline.load`: takes a table in place of the one before, once it is understood whole.
    pub(in crate::node) fn load_baseline(&self, input: Value) -> Outcome {
        let Load { path } = read_input(input)?;
        let path = Path::new(&path);
        let Some(text) = text_of(path)? else {
            return Err(of_file(path, &std::io::ErrorKind::NotFound.into()));
        };
        let rows = understood(path, &text, self.territory)?;
        let kept = self.home.file(FILE);
        atomic::write(&kept, text.as_bytes(), Access::Default)
            .map_err(|error| of_file(&kept, &error))?;
        Ok(self.baseline_told(&rows))
    }

    /// `baseline.show`: the table, and which communities of the territory it has nothing about.
    pub(in crate::node) fn show_baseline(&self) -> Outcome {
        let path = self.home.file(FILE);
        let rows = match text_of(&path)? {
            Some(text) => understood(&path, &text, self.territory)?,
            None => Vec::new(),
        };
        Ok(self.baseline_told(&rows))
    }

    fn baseline_told(&self, rows: &[Row]) -> Value {
        let name = |siren: &str| self.territory.epci(siren).map(|it| it.name.clone());
        let missing = self.territory.epcis().iter();
        let missing = missing.filter(|it| rows.iter().all(|row| row.figures.epci != it.siren));
        let rows = rows.iter().map(|row| {
            json!({
                "epci": row.figures.epci,
                "name": name(&row.figures.epci),
                "year": row.figures.year,
                "jobs": row.figures.jobs,
                "active_farms": row.figures.farms,
                "source": row.source,
            })
        });
        json!({
            "path": self.home.file(FILE).display().to_string(),
            "rows": rows.collect::<Vec<_>>(),
            "missing": missing
                .map(|it| json!({ "epci": it.siren, "name": it.name }))
                .collect::<Vec<_>>(),
        })
    }
}

/// The table of this home; empty where there is none.
pub(super) fn read(home: &Home, territory: &Territory) -> Result<Vec<Baseline>, ApiError> {
    let path = home.file(FILE);
    let Some(text) = text_of(&path)? else {
        return Ok(Vec::new());
    };
    let rows = understood(&path, &text, territory)?;
    Ok(rows.into_iter().map(|row| row.figures).collect())
}

/// What a file says; nothing where there is none.
fn text_of(path: &Path) -> Result<Option<String>, ApiError> {
    let failed = |error: std::io::Error| of_file(path, &error);
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut bytes = Vec::new();
    let mut bounded = file.take(MOST_BYTES);
    bounded.read_to_end(&mut bytes).map_err(failed)?;
    // Figures and SIRENs are ASCII; of a file of an older office its accents are ISO 8859-1.
    let text = String::from_utf8(bytes);
    let text =
        text.unwrap_or_else(|it| it.as_bytes().iter().map(|byte| char::from(*byte)).collect());
    Ok(Some(text))
}

fn understood(path: &Path, text: &str, territory: &Territory) -> Result<Vec<Row>, ApiError> {
    table(text, territory).map_err(|line| {
        let text = format!("line {line} of {} is not understood", path.display());
        ApiError::new("baseline_line", ExitKind::Usage, text)
            .with("path", path.display())
            .with("line", line)
    })
}

/// The rows; else the number of the line that is wrong.
fn table(text: &str, territory: &Territory) -> Result<Vec<Row>, usize> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().enumerate();
    let lines = lines.map(|(number, line)| (number + 1, line.trim()));
    let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    // The header.
    lines.next();
    let mut rows = Vec::new();
    for (number, line) in lines {
        rows.extend(row(line, territory).ok_or(number)?);
    }
    Ok(rows)
}

/// A line that says something; `None` for one that is not understood.
fn row(line: &str, territory: &Territory) -> Option<Option<Row>> {
    let mut cells = line.split([';', '\t']).map(str::trim);
    let epci = cells.next()?;
    let epci = territory.epci(epci).or_else(|| territory.find_epci(epci))?;
    let year = cells.next().unwrap_or_default();
    let mut number = || {
        let text = cells.next().unwrap_or_default();
        let text = text
            .replace([' ', '\u{a0}', '\u{202f}'], "")
            .replace(',', ".");
        if text.is_empty() {
            return Some(None);
        }
        let number: f64 = text.parse().ok()?;
        (number.is_finite() && number >= 0.0).then_some(Some(number))
    };
    let (jobs, farms) = (number()?, number()?);
    if year.is_empty() && jobs.is_none() && farms.is_none() {
        return Some(None);
    }
    let year = year.parse().ok().filter(|it| YEARS.contains(it))?;
    Some(Some(Row {
        figures: Baseline {
            epci: epci.siren.clone(),
            year,
            jobs,
            farms,
        },
        source: cells.next().unwrap_or_default().to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_as_offices_write_it_and_a_wrong_line_is_named() {
        let territory = Territory::embedded();
        let epci = territory.epci("200070761").unwrap();
        let text = format!(
            "\u{feff}epci;year;jobs;active_farms\n200070761;2023;9 812;612;Somewhere, 2023\n\n\
             # a note\n{};2022;9700,5;\n200070761;;;;\n",
            epci.name
        );
        let rows = table(&text, territory).unwrap();
        let figures: Vec<_> = rows.iter().map(|it| &it.figures).collect();
        assert_eq!(
            (figures[0].jobs, figures[0].farms, figures[0].year),
            (Some(9812.0), Some(612.0), 2023)
        );
        assert_eq!(rows[0].source, "Somewhere, 2023");
        assert_eq!(
            (figures[1].epci.as_str(), figures[1].jobs, figures[1].farms),
            ("200070761", Some(9700.5), None)
        );
        assert_eq!(
            rows.len(),
            2,
            "a line that nobody filled in yet says nothing"
        );
        assert_eq!(table("epci;year\n200070761;2023;-1;4", territory), Err(2));
        assert_eq!(table("epci;year\n\nAtlantide;2023;1;4", territory), Err(3));
        assert_eq!(table("epci;year\n200070761;;12;4", territory), Err(2));
        assert_eq!(table("epci;year\n200070761;2023;NaN;4", territory), Err(2));
        assert_eq!(table("", territory), Ok(Vec::new()));
    }

    #[test]
    fn the_table_to_fill_in_that_is_shipped_has_each_community_once_and_no_figure() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/modeles/baseline.csv");
        let text = fs::read_to_string(path).unwrap();
        let territory = Territory::embedded();
        assert_eq!(table(&text, territory), Ok(Vec::new()));
        let lines = text
            .lines()
            .filter(|it| it.starts_with(|c: char| c.is_ascii_digit()));
        let mut sirens: Vec<&str> = lines.map(|it| it.split(';').next().unwrap()).collect();
        sirens.sort_unstable();
        let mut all: Vec<&str> = territory
            .epcis()
            .iter()
            .map(|it| it.siren.as_str())
            .collect();
        all.sort_unstable();
        assert_eq!(sirens, all);
    }
}
