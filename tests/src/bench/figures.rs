//! The figures that are kept: JSON lines, one a row and size, the newest of each.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use super::Outcome;

/// Kept figures, by size and row.
#[derive(Clone, Debug, Default)]
pub struct Figures(BTreeMap<(u64, String), Value>);

impl Figures {
    /// Reads JSON lines; later ones replace earlier ones of the same row and size.
    ///
    /// # Errors
    /// A line that is not one of ours.
    pub fn parse(text: &str) -> Outcome<Self> {
        let mut figures = Self::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            figures.add(serde_json::from_str(line)?)?;
        }
        Ok(figures)
    }

    /// Reads a file of them; a missing one has none.
    ///
    /// # Errors
    /// What the file system says, or a line that is not one of ours.
    pub fn read(path: &Path) -> Outcome<Self> {
        if path.exists() {
            Self::parse(&std::fs::read_to_string(path)?)
        } else {
            Ok(Self::default())
        }
    }

    /// Adds one, in the place of an older one of its row and size.
    ///
    /// # Errors
    /// Not a row.
    pub fn add(&mut self, line: Value) -> Outcome<()> {
        let name = line["row"].as_str().ok_or("a line without row")?.to_owned();
        let records = line["records"].as_u64().ok_or("a line without size")?;
        self.0.insert((records, name), line);
        Ok(())
    }

    /// The lines, by size, then row.
    #[must_use]
    pub fn to_lines(&self) -> String {
        let mut lines = String::new();
        for line in self.0.values() {
            let _ = writeln!(lines, "{line}");
        }
        lines
    }

    /// All lines.
    pub fn iter(&self) -> impl Iterator<Item = &Value> {
        self.0.values()
    }

    /// The sizes at which a row was measured.
    #[must_use]
    pub fn sizes(&self, row: &str) -> Vec<u64> {
        let of_row = self.0.keys().filter(|(_, name)| name == row);
        of_row.map(|(records, _)| *records).collect()
    }

    /// What a row says at `path`, such as `figures/durable_s`.
    #[must_use]
    pub fn get(&self, row: &str, records: u64, path: &str) -> Option<&Value> {
        let line = self.0.get(&(records, row.to_owned()))?;
        path.split('/')
            .try_fold(line, |value, name| value.get(name))
    }

    /// Its middle: the number itself, a median, or the 50th percentile; a sum of several paths
    /// joined by `+`.
    #[must_use]
    pub fn middle(&self, row: &str, records: u64, path: &str) -> Option<f64> {
        path.split('+')
            .map(|path| {
                let value = self.get(row, records, path)?;
                let middle = value.get("median").or_else(|| value.get("p50"));
                middle.unwrap_or(value).as_f64()
            })
            .sum()
    }
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
    /// A ratio.
    Ratio,
    /// Things.
    Count,
}

impl Unit {
    /// A number as people read it.
    #[must_use]
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Seconds if value < 0.9995 => format!("{} ms", digits(value * 1e3)),
            Self::Seconds => format!("{} s", digits(value)),
            Self::Bytes if value >= 999_500.0 => format!("{} MB", digits(value / 1e6)),
            Self::Bytes if value >= 100_000.0 => format!("{} kB", digits(value / 1e3)),
            Self::Bytes => format!("{} B", grouped(value)),
            Self::Ratio => digits(value),
            Self::Count if value.fract() == 0.0 => grouped(value),
            Self::Count => digits(value),
        }
    }
}

/// Three digits, or all before the point.
fn digits(value: f64) -> String {
    let decimals = match value.abs() {
        value if value >= 99.95 => return grouped(value),
        value if value >= 9.995 => 1,
        value if value >= 0.0995 => 2,
        0.0 => 0,
        _ => 3,
    };
    format!("{value:.decimals$}")
}

/// A whole number with commas between thousands.
#[must_use]
pub fn grouped(value: f64) -> String {
    let plain = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (place, digit) in plain.chars().enumerate() {
        if place > 0 && (plain.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_people_read_them() {
        assert_eq!(Unit::Seconds.show(0.000_083), "0.083 ms");
        assert_eq!(Unit::Seconds.show(0.024_3), "24.3 ms");
        assert_eq!(Unit::Seconds.show(2.75), "2.75 s");
        assert_eq!(Unit::Bytes.show(7_842.0), "7,842 B");
        assert_eq!(Unit::Bytes.show(7_550_000.0), "7.55 MB");
        assert_eq!(Unit::Bytes.show(155e6), "155 MB");
        assert_eq!(Unit::Ratio.show(2.186), "2.19");
        assert_eq!(Unit::Count.show(60_015.0), "60,015");
    }

    #[test]
    fn newer_lines_replace_older_ones_of_their_row_and_size() {
        let text = concat!(
            r#"{"row":"a","records":10,"figures":{"x":{"median":1}}}"#,
            "\n",
            r#"{"row":"a","records":10,"figures":{"x":{"median":2},"y":{"p50":3}}}"#,
        );
        let figures = Figures::parse(text).unwrap();
        assert_eq!(figures.iter().count(), 1);
        assert_eq!(figures.middle("a", 10, "figures/x"), Some(2.0));
        assert_eq!(figures.middle("a", 10, "figures/x+figures/y"), Some(5.0));
        assert_eq!(figures.middle("a", 20, "figures/x"), None);
        assert_eq!(
            Figures::parse(&figures.to_lines()).unwrap().sizes("a"),
            [10]
        );
    }
}
