//! The table of the territory's communes: embedded, or brought by a file.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::commune::{Commune, Epci, Point};
use super::distance::distance_km;
use super::france::France;
use super::name::{fold_place, without_article};

pub mod error;

pub use error::TerritoryError;

/// The table shipped with the program; see docs/data.md.
const EMBEDDED: &str = include_str!("../../data/territory.csv");

/// Columns a table must have, in any order.
pub const COLUMNS: [&str; 9] = [
    "insee_code",
    "name",
    "department",
    "postal_codes",
    "population",
    "epci_siren",
    "epci_name",
    "latitude",
    "longitude",
];

/// More rows than any territory has: a wrong file is refused before it is swallowed.
const MAX_COMMUNES: usize = 40_000;

/// The communes of a territory.
#[derive(Clone, Debug)]
pub struct Territory {
    /// Sorted by code.
    communes: Vec<Commune>,
    /// Sorted by name.
    epcis: Vec<Epci>,
    /// Folded names, with and without article, sorted, each with its commune's position.
    names: Vec<(String, usize)>,
    /// Postal codes, sorted, each with its commune's position.
    postal_codes: Vec<(String, usize)>,
}

impl Territory {
    /// The table shipped with the program, read once, at its first use.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static TABLE: OnceLock<Territory> = OnceLock::new();
        TABLE.get_or_init(|| Self::from_csv(EMBEDDED).expect("the shipped table is well formed"))
    }

    /// Reads a table: UTF-8, `;` or `,`, a header with [`COLUMNS`], postal codes as `a|b`.
    ///
    /// # Errors
    /// [`TerritoryError`], naming the first line that is wrong.
    pub fn from_csv(text: &str) -> Result<Self, TerritoryError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let header = text.lines().next().unwrap_or_default();
        let delimiter = if header.contains(';') { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let headers = reader
            .headers()
            .map_err(|error| unreadable(&error, 1))?
            .clone();
        let mut positions = [0; COLUMNS.len()];
        for (position, column) in positions.iter_mut().zip(COLUMNS) {
            *position = headers
                .iter()
                .position(|name| name.trim() == column)
                .ok_or(TerritoryError::MissingColumn { column })?;
        }

        let mut communes: BTreeMap<String, Commune> = BTreeMap::new();
        let mut epci_names: BTreeMap<String, String> = BTreeMap::new();
        let mut record = csv::StringRecord::new();
        loop {
            let line = reader.position().line();
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => return Err(unreadable(&error, line)),
            }
            if communes.len() == MAX_COMMUNES {
                return Err(TerritoryError::TooLarge {
                    limit: MAX_COMMUNES,
                });
            }
            let line = record.position().map_or(line, csv::Position::line);
            let row = Row {
                record: &record,
                positions: &positions,
                line,
            };
            let (commune, epci_name) = row.commune()?;
            epci_names.entry(commune.epci.clone()).or_insert(epci_name);
            let code = commune.code.clone();
            if communes.insert(code.clone(), commune).is_some() {
                return Err(TerritoryError::Repeated { line, code });
            }
        }
        if communes.is_empty() {
            return Err(TerritoryError::Empty);
        }
        Ok(Self::indexed(communes.into_values().collect(), epci_names))
    }

    fn indexed(communes: Vec<Commune>, epci_names: BTreeMap<String, String>) -> Self {
        let mut names = Vec::with_capacity(communes.len() * 2);
        let mut postal_codes = Vec::with_capacity(communes.len());
        for (position, commune) in communes.iter().enumerate() {
            let folded = fold_place(&commune.name);
            let short = without_article(&folded);
            if short.len() < folded.len() {
                names.push((short.to_owned(), position));
            }
            names.push((folded, position));
            postal_codes.extend(
                commune
                    .postal_codes
                    .iter()
                    .map(|code| (code.clone(), position)),
            );
        }
        names.sort();
        postal_codes.sort();
        let mut epcis: Vec<Epci> = epci_names
            .into_iter()
            .map(|(siren, name)| {
                let members = || communes.iter().filter(|commune| commune.epci == siren);
                let (communes, population) = (
                    members().count(),
                    members().map(|commune| commune.population).sum(),
                );
                Epci {
                    communes,
                    population,
                    name,
                    siren,
                }
            })
            .collect();
        epcis.sort_by(|a, b| a.name.cmp(&b.name));
        Self {
            communes,
            epcis,
            names,
            postal_codes,
        }
    }

    /// All communes, by code.
    #[must_use]
    pub fn communes(&self) -> &[Commune] {
        &self.communes
    }

    /// All intercommunalities, by name.
    #[must_use]
    pub fn epcis(&self) -> &[Epci] {
        &self.epcis
    }

    /// The intercommunality of this SIREN.
    #[must_use]
    pub fn epci(&self, siren: &str) -> Option<&Epci> {
        self.epcis.iter().find(|epci| epci.siren == siren)
    }

    /// The commune of this code, exactly; see [`Self::current`] for codes that changed.
    #[must_use]
    pub fn commune(&self, code: &str) -> Option<&Commune> {
        let position = self
            .communes
            .binary_search_by(|commune| commune.code.as_str().cmp(code))
            .ok()?;
        self.communes.get(position)
    }

    /// The commune that has this code today: 42114 (Jeansagnière) leads to 42039.
    #[must_use]
    pub fn current(&self, code: &str) -> Option<&Commune> {
        self.commune(code)
            .or_else(|| self.commune(France::embedded().successor(code)?))
    }

    /// Whether the territory holds this code, today's or a former one.
    #[must_use]
    pub fn contains(&self, code: &str) -> bool {
        self.current(code).is_some()
    }

    /// The communes that have this postal code, by code.
    pub fn with_postal_code(&self, postal_code: &str) -> impl Iterator<Item = &Commune> {
        let start = self
            .postal_codes
            .partition_point(|(code, _)| code.as_str() < postal_code);
        self.postal_codes[start..]
            .iter()
            .take_while(move |(code, _)| code == postal_code)
            .filter_map(|(_, position)| self.communes.get(*position))
    }

    /// The communes whose folded name, with or without article, is this; an exact name first.
    pub(super) fn with_folded_name(&self, folded: &str) -> impl Iterator<Item = &Commune> {
        let start = self
            .names
            .partition_point(|(name, _)| name.as_str() < folded);
        self.names[start..]
            .iter()
            .take_while(move |(name, _)| name == folded)
            .filter_map(|(_, position)| self.communes.get(*position))
    }

    /// Every folded name with its commune.
    pub(super) fn folded_names(&self) -> impl Iterator<Item = (&str, &Commune)> {
        self.names
            .iter()
            .filter_map(|(name, position)| Some((name.as_str(), self.communes.get(*position)?)))
    }

    /// Great-circle distance between the centroids of two communes, in kilometres; `None` if the
    /// territory lacks one of them.
    #[must_use]
    pub fn distance_km(&self, a: &str, b: &str) -> Option<f64> {
        Some(distance_km(
            self.current(a)?.centroid,
            self.current(b)?.centroid,
        ))
    }

    /// The communes whose centroid lies within `km` of that of `code`, nearest first (itself
    /// included), each with its distance in kilometres; none if the territory lacks `code`.
    #[must_use]
    pub fn within(&self, code: &str, km: f64) -> Vec<(&Commune, f64)> {
        self.current(code)
            .map(|commune| self.around(commune.centroid, km))
            .unwrap_or_default()
    }

    /// The communes whose centroid lies within `km` of a point, nearest first.
    #[must_use]
    pub fn around(&self, centre: Point, km: f64) -> Vec<(&Commune, f64)> {
        let mut near: Vec<_> = self
            .communes
            .iter()
            .map(|commune| (commune, distance_km(centre, commune.centroid)))
            .filter(|(_, distance)| *distance <= km)
            .collect();
        near.sort_by(|a, b| a.1.total_cmp(&b.1).then_with(|| a.0.code.cmp(&b.0.code)));
        near
    }
}

fn unreadable(error: &csv::Error, line: u64) -> TerritoryError {
    let line = error.position().map_or(line, csv::Position::line);
    TerritoryError::Unreadable {
        line,
        reason: error.to_string(),
    }
}

/// One line under reading.
struct Row<'a> {
    record: &'a csv::StringRecord,
    positions: &'a [usize; COLUMNS.len()],
    line: u64,
}

impl Row<'_> {
    fn commune(&self) -> Result<(Commune, String), TerritoryError> {
        let code = self.checked(0, "an INSEE commune code", is_commune_code)?;
        let name = self.checked(1, "a name", |name| !name.is_empty() && name.len() <= 150)?;
        let department = self.checked(2, "the department the code begins with", |it| {
            code.starts_with(it)
        })?;
        let postal_codes = self
            .checked(3, "postal codes", |codes| {
                codes.split('|').all(is_postal_code)
            })?
            .split('|')
            .map(str::to_owned)
            .collect();
        let population = self.number(4, "a number of inhabitants", 0.0, 10_000_000.0)?;
        let epci = self.checked(5, "a SIREN", |siren| is_digits(siren, 9))?;
        let epci_name = self.checked(6, "a name", |name| !name.is_empty())?;
        let latitude = self.number(7, "a latitude", -90.0, 90.0)?;
        let longitude = self.number(8, "a longitude", -180.0, 180.0)?;
        let commune = Commune {
            code: code.to_owned(),
            name: name.to_owned(),
            department: department.to_owned(),
            postal_codes,
            population: population.round() as u32,
            epci: epci.to_owned(),
            centroid: Point {
                latitude,
                longitude,
            },
        };
        Ok((commune, epci_name.to_owned()))
    }

    fn checked(
        &self,
        column: usize,
        expected: &'static str,
        holds: impl Fn(&str) -> bool,
    ) -> Result<&str, TerritoryError> {
        let value = self
            .record
            .get(self.positions[column])
            .unwrap_or_default()
            .trim();
        if holds(value) {
            Ok(value)
        } else {
            Err(self.bad(column, value, expected))
        }
    }

    fn number(
        &self,
        column: usize,
        expected: &'static str,
        least: f64,
        most: f64,
    ) -> Result<f64, TerritoryError> {
        let text = self.checked(column, expected, |_| true)?;
        text.replace(',', ".")
            .parse::<f64>()
            .ok()
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| self.bad(column, text, expected))
    }

    fn bad(&self, column: usize, value: &str, expected: &'static str) -> TerritoryError {
        TerritoryError::BadCell {
            line: self.line,
            column: COLUMNS[column],
            value: value.chars().take(60).collect(),
            expected,
        }
    }
}

/// Whether the text has the form of an INSEE commune code; `2A004` and `2B033` are Corsica's.
#[must_use]
pub fn is_commune_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 5
        && bytes[0].is_ascii_digit()
        && (bytes[1].is_ascii_digit() || matches!(&bytes[..2], b"2A" | b"2B"))
        && bytes[2..].iter().all(u8::is_ascii_digit)
}

fn is_postal_code(text: &str) -> bool {
    is_digits(text, 5)
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "insee_code;name;department;postal_codes;population;epci_siren;epci_name;latitude;longitude";
    const AMBERT: &str =
        "63003;Ambert;63;63600;6517;200070761;CC Ambert Livradois Forez;45.55;3.74";

    #[test]
    fn the_shipped_table_has_the_territory() {
        let territory = Territory::embedded();
        assert_eq!(territory.communes().len(), 496);
        assert_eq!(territory.epcis().len(), 11);
        let ambert = territory.commune("63003").unwrap();
        assert_eq!(
            (ambert.name.as_str(), ambert.postal_codes.len()),
            ("Ambert", 1)
        );
        let epci = territory.epci(&ambert.epci).unwrap();
        assert_eq!(
            (epci.name.as_str(), epci.communes),
            ("CC Ambert Livradois Forez", 58)
        );
    }

    #[test]
    fn codes_that_changed_are_followed() {
        let territory = Territory::embedded();
        assert_eq!(territory.current("42114").unwrap().code, "42039");
        assert_eq!(territory.current("63078").unwrap().code, "63448");
        assert!(territory.commune("42114").is_none());
        assert!(!territory.contains("75056"));
    }

    #[test]
    fn neighbours_come_nearest_first_and_begin_with_the_commune_itself() {
        let near = Territory::embedded().within("63003", 12.0);
        assert_eq!(near[0].0.code, "63003");
        assert!(near.len() > 5 && near.is_sorted_by(|a, b| a.1 <= b.1));
        assert!(Territory::embedded().within("99999", 12.0).is_empty());
        let there = Territory::embedded().distance_km("63003", "63430").unwrap();
        assert!((30.0..45.0).contains(&there), "{there}");
    }

    #[test]
    fn a_postal_code_leads_to_all_its_communes() {
        let territory = Territory::embedded();
        assert!(
            territory
                .with_postal_code("63600")
                .any(|commune| commune.code == "63003")
        );
        assert!(territory.with_postal_code("63600").count() > 1);
        assert_eq!(territory.with_postal_code("00000").count(), 0);
    }

    #[test]
    fn a_file_may_have_commas_a_byte_order_mark_and_columns_in_any_order() {
        let text = "\u{feff}name,insee_code,department,postal_codes,population,epci_siren,epci_name,latitude,longitude\r\nAmbert,63003,63,63600|63601,6517,200070761,\"CC, Ambert\",45.55,3.74\r\n";
        let territory = Territory::from_csv(text).unwrap();
        assert_eq!(territory.communes()[0].postal_codes, ["63600", "63601"]);
        assert_eq!(territory.epcis()[0].name, "CC, Ambert");
    }

    #[test]
    fn errors_name_line_column_and_value() {
        let read = |rows: &str| Territory::from_csv(&format!("{HEADER}\n{rows}")).unwrap_err();
        assert_eq!(
            read(&format!("{AMBERT}\n6300;X;63;63600;1;200070761;E;45;3")),
            TerritoryError::BadCell {
                line: 3,
                column: "insee_code",
                value: "6300".into(),
                expected: "an INSEE commune code"
            }
        );
        assert_eq!(
            read(&format!("{AMBERT}\n{AMBERT}")),
            TerritoryError::Repeated {
                line: 3,
                code: "63003".into()
            }
        );
        assert!(matches!(
            read(&AMBERT.replace("45.55", "145")),
            TerritoryError::BadCell {
                line: 2,
                column: "latitude",
                ..
            }
        ));
        assert!(matches!(
            read(&AMBERT.replace("6517", "NaN")),
            TerritoryError::BadCell {
                line: 2,
                column: "population",
                ..
            }
        ));
        assert!(matches!(
            read("63003;Ambert"),
            TerritoryError::Unreadable { line: 2, .. }
        ));
        assert_eq!(read(""), TerritoryError::Empty);
        assert_eq!(
            Territory::from_csv("code;nom\n").unwrap_err(),
            TerritoryError::MissingColumn {
                column: "insee_code"
            }
        );
    }

    #[test]
    fn corsican_codes_have_a_letter() {
        assert!(is_commune_code("2A004") && is_commune_code("63003"));
        assert!(!is_commune_code("2C004") && !is_commune_code("A2004"));
        assert!(!is_commune_code("6é03") && !is_commune_code("630033"));
    }
}
