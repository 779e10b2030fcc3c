//! Rows and the CSV files they make: dictionary field names as header, `;` between cells, UTF-8.

use std::collections::BTreeMap;

/// One record: text by field name, as an import file has it.
#[derive(Clone, Debug, Default)]
pub(super) struct Row(BTreeMap<&'static str, String>);

impl Row {
    /// Sets a field; an empty value leaves it out.
    pub(super) fn set(&mut self, field: &'static str, value: impl ToString) {
        let value = value.to_string();
        if !value.is_empty() {
            self.0.insert(field, value);
        }
    }

    /// A field's text.
    pub(super) fn get(&self, field: &str) -> Option<&str> {
        self.0.get(field).map(String::as_str)
    }
}

/// Writes rows under these columns; columns that no row fills are left out.
///
/// # Panics
/// If a row has a field that is not among the columns.
pub(super) fn csv(columns: &[&'static str], rows: &[Row]) -> String {
    for field in rows.iter().flat_map(|row| row.0.keys()) {
        assert!(columns.contains(field), "no column for {field}");
    }
    let used: Vec<_> = columns
        .iter()
        .filter(|column| rows.iter().any(|row| row.get(column).is_some()))
        .collect();
    let mut text = String::new();
    let header: Vec<_> = used.iter().map(ToString::to_string).collect();
    push_line(&mut text, &header);
    for row in rows {
        let cells: Vec<_> = used
            .iter()
            .map(|column| quoted(row.get(column).unwrap_or_default()))
            .collect();
        push_line(&mut text, &cells);
    }
    text
}

fn push_line(text: &mut String, cells: &[String]) {
    text.push_str(&cells.join(";"));
    text.push('\n');
}

fn quoted(cell: &str) -> String {
    if cell.contains([';', '"', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

/// The opportunity's columns, in the dictionary's order; sealed, derived and reference fields have
/// no place in a file to import.
pub(super) const OPPORTUNITY: &[&str] = &[
    "kind",
    "status",
    "title",
    "summary",
    "insee_code",
    "address",
    "latitude",
    "longitude",
    "location_precision",
    "naf_code",
    "naf_version",
    "sector",
    "transfer_mode",
    "price_min",
    "price_max",
    "rent_monthly",
    "turnover_band",
    "headcount",
    "surface_m2",
    "surface_ha",
    "farm_production",
    "organic",
    "with_housing",
    "with_walls",
    "equipment_included",
    "accessible",
    "available_from",
    "telecom",
    "siret",
    "source",
    "source_id",
    "last_verified_on",
    "review_every_days",
];

/// The local service's columns.
pub(super) const LOCAL_SERVICE: &[&str] = &[
    "theme",
    "name",
    "insee_code",
    "address",
    "phone",
    "email",
    "website",
    "opening_hours",
    "bpe_code",
    "bpe_vintage",
    "last_verified_on",
    "source",
    "source_id",
];

/// The structure's columns.
pub(super) const STRUCTURE: &[&str] = &[
    "name",
    "kind",
    "networks",
    "siret",
    "insee_code",
    "address",
    "phone",
    "email",
    "website",
    "opening_hours",
    "service_area",
    "competences",
    "accepts_naf",
    "excludes_naf",
    "accepts_stages",
    "capacity",
];

/// The agent's columns; an agent belongs to the structure whose node imports the file.
pub(super) const AGENT: &[&str] = &["name", "roles", "phone", "email", "themes", "active"];

/// The project's columns.
pub(super) const PROJECT: &[&str] = &[
    "pseudonym",
    "title",
    "type",
    "stage",
    "naf_code",
    "sector",
    "target_zones",
    "budget_max",
    "surface_min",
    "production",
    "target_date",
    "arrival_on",
];
