//! data·inclusion schema v1, going out: one JSON list of structures or of services.
//!
//! The list is what the schema describes item by item and what data·inclusion takes from producers.
//! Only public fields go out. Persons do not: `contact_nom_prenom` stays empty.

use std::io::Write;

use serde_json::{Value as Json, json};

use super::json_list::{JsonList, filled};
use super::publisher::{Publisher, Town, Written, day, day_of, labels, members, text};
use super::services::{description, networks, obstacle, provider};
use super::{Audience, ExportedRecord};
use crate::exchange::error::ExportError;
use crate::exchange::standard::themes::{self, FINANCIAL, NEEDS, SERVICES};
use crate::registry::{Collection, Fields};

/// Longest web address that the schema takes.
const MAX_URL_BYTES: usize = 2_083;

/// Writes structures, support offers or local services.
///
/// # Errors
/// The writer fails, or the records cannot be read.
pub fn write_data_inclusion(
    out: impl Write,
    collection: &Collection,
    records: impl IntoIterator<Item = ExportedRecord>,
    publisher: &Publisher<'_>,
) -> Result<Written, ExportError> {
    let mut list = JsonList::begin(out, "[")?;
    let mut written = Written::default();
    let source = publisher.slug();
    for record in records {
        let record = ExportedRecord {
            fields: Audience::Public.visible(collection, &record.fields),
            ..record
        };
        if let Some(why) = obstacle(&record, publisher) {
            written.leave_out(why);
            continue;
        }
        let town = publisher.town_of(&record.fields);
        let item = match collection.name {
            "structure" => structure(collection, &record, &source, town.as_ref()),
            _ => {
                let provider = provider(&record, publisher).record;
                service(collection, &record, &source, town.as_ref(), &provider)
            }
        };
        list.push(&filled(item))?;
        written.count += 1;
    }
    list.end("]")?;
    Ok(written)
}

fn structure(
    collection: &Collection,
    record: &ExportedRecord,
    source: &str,
    town: Option<&Town>,
) -> Json {
    let fields = &record.fields;
    json!({
        "source": source,
        "id": format!("{source}--{}", record.id),
        "nom": text(fields, "name"),
        "date_maj": day(record.changed),
        "siret": text(fields, "siret"),
        "description": Some(description(collection, record)).filter(|it| it.chars().count() >= 5),
        "commune": town.map(|it| &it.name),
        "code_insee": town.map(|it| &it.code),
        "code_postal": postal_code(fields, town),
        "adresse": text(fields, "address"),
        "telephone": text(fields, "phone"),
        "courriel": text(fields, "email"),
        "site_web": web(fields),
        "horaires_accueil": text(fields, "opening_hours"),
        "reseaux_porteurs": networks(record),
    })
}

fn service(
    collection: &Collection,
    record: &ExportedRecord,
    source: &str,
    town: Option<&Town>,
    provider: &str,
) -> Json {
    let fields = &record.fields;
    let is_local = collection.name == "local_service";
    let mut says = description(collection, record);
    if is_local {
        let place = town.map_or("", |it| it.name.as_str());
        says = format!(
            "{says} : {}, {place}",
            text(fields, "name").unwrap_or_default()
        );
    }
    let (table, ours): (_, Vec<&str>) = if is_local {
        (SERVICES, text(fields, "theme").into_iter().collect())
    } else {
        (NEEDS, members(fields, "themes").collect())
    };
    let mut theirs: Vec<&str> = ours
        .iter()
        .filter_map(|code| themes::theirs(table, code))
        .collect();
    theirs.sort_unstable();
    theirs.dedup();
    let kind = match ours.as_slice() {
        _ if is_local => None,
        ours if ours.iter().any(|code| FINANCIAL.contains(code)) => Some("aide-financiere"),
        ["training"] => Some("formation"),
        _ => Some("accompagnement"),
    };
    let audience = labels(collection, fields, "audience").join(", ");
    json!({
        "source": source,
        "structure_id": format!("{source}--{provider}"),
        "id": format!("{source}--{}", record.id),
        "nom": text(fields, "name"),
        "description": says,
        "date_maj": day_of(record),
        "thematiques": theirs,
        "type": kind,
        "publics_precisions": Some(audience).filter(|it| !it.is_empty()),
        "conditions_acces": text(fields, "conditions"),
        "zone_eligibilite": members(fields, "service_area")
            .filter_map(|zone| zone.split_once(':').map(|(_, code)| code))
            .collect::<Vec<_>>(),
        "commune": town.map(|it| &it.name),
        "code_insee": town.map(|it| &it.code),
        "code_postal": postal_code(fields, town),
        "adresse": text(fields, "address"),
        "telephone": text(fields, "phone"),
        "courriel": text(fields, "email"),
        "lien_mobilisation": web(fields),
        "horaires_accueil": text(fields, "opening_hours"),
        "modes_accueil": text(fields, "address").map(|_| ["en-presentiel"]),
    })
}

/// The postal code of an address: the one it names, or the commune's where it has but one.
pub(super) fn postal_code(fields: &Fields, town: Option<&Town>) -> Option<String> {
    let codes = &town?.postal_codes;
    let address = text(fields, "address").unwrap_or_default();
    let named = codes.iter().find(|code| address.contains(code.as_str()));
    match (named, codes.as_slice()) {
        (Some(code), _) | (None, [code]) => Some(code.clone()),
        _ => None,
    }
}

fn web(fields: &Fields) -> Option<&str> {
    text(fields, "website").filter(|url| url.len() <= MAX_URL_BYTES)
}
