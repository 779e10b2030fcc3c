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

/// The columns of agents of several structures.
pub(super) const AGENT_OF: &[&str] = &[
    "name",
    "structure",
    "roles",
    "phone",
    "email",
    "themes",
    "active",
];

/// The support offer's columns.
pub(super) const SUPPORT_OFFER: &[&str] = &[
    "name",
    "structure",
    "themes",
    "service_area",
    "conditions",
    "amount_max",
    "source",
    "source_id",
];

/// The holder's columns; who they are is sealed, and no import reads it.
pub(super) const HOLDER: &[&str] = &[
    "pseudonym",
    "name",
    "phone",
    "email",
    "household",
    "residence",
    "themes",
    "status",
    "sharing",
    "info_notice_on",
    "info_notice_version",
    "first_contact_on",
    "last_contact_on",
];

/// The columns of a project with a holder and an outcome.
pub(super) const LIVED_PROJECT: &[&str] = &[
    "pseudonym",
    "holder",
    "title",
    "type",
    "stage",
    "naf_code",
    "sector",
    "target_zones",
    "budget_max",
    "production",
    "target_date",
    "arrival_on",
    "outcome",
    "launched_on",
    "settled_in",
    "jobs_created",
    "jobs_kept",
];

/// The referral's columns: its sender tells its past.
pub(super) const REFERRAL: &[&str] = &[
    "project",
    "theme",
    "to_structure",
    "urgency",
    "decline_reason",
    "past",
];

/// The need's columns.
pub(super) const NEED: &[&str] = &["project", "theme", "answer"];

/// The activity's columns.
pub(super) const ACTIVITY: &[&str] = &["project", "kind", "at", "minutes"];

/// The opinion's columns.
pub(super) const OPINION: &[&str] = &["project", "on", "view"];

/// The durability check's columns.
pub(super) const CHECK: &[&str] = &["project", "month", "on", "state", "jobs", "source"];

/// The satisfaction's columns.
pub(super) const SATISFACTION: &[&str] =
    &["project", "on", "contacted", "score", "useful", "outcomes"];

/// The cost's columns.
pub(super) const COST: &[&str] = &["period", "category", "days", "amount"];

/// The meeting's columns.
pub(super) const MEETING: &[&str] = &["kind", "at", "place", "invited", "attendance", "minutes"];

/// The decision's columns.
pub(super) const DECISION: &[&str] = &["meeting", "text", "owner", "due_on", "state"];

/// The improvement's columns.
pub(super) const IMPROVEMENT: &[&str] = &["text", "raised_in", "state"];

/// The action's columns.
pub(super) const ACTION: &[&str] = &["title", "budget", "state"];

/// The training's columns.
pub(super) const TRAINING: &[&str] = &[
    "year",
    "rank",
    "topic",
    "provider",
    "place",
    "at",
    "hours",
    "attendance",
    "score",
];

/// The objective's columns.
pub(super) const OBJECTIVE: &[&str] = &["title", "indicator", "target", "period"];

/// The news' columns.
pub(super) const NEWS: &[&str] = &["title", "text", "on"];
