//! Open Referral HSDS 3.0, going out: a page of organizations or of services, as its API serves them.
//!
//! The profile is plain HSDS 3.0: nested objects, no member of our own. What HSDS has no place for
//! hangs on the object as an attribute, `link_type` naming the field, so that nothing public is
//! lost on the way and back. Only public fields go out, and no contact that is a person.

use std::io::Write;

use serde_json::{Value as Json, json};

use super::data_inclusion::postal_code;
use super::json_list::{JsonList, filled};
use super::publisher::{Publisher, Written, instant, members, text, uuid_of, uuid_of_part};
use super::services::{description, obstacle, provider};
use super::{Audience, ExportedRecord};
use crate::exchange::error::ExportError;
use crate::exchange::standard::HSDS_PREFIX;
use crate::language::Language;
use crate::registry::labels::code_label;
use crate::registry::{Collection, Value, to_json};

/// Public fields that HSDS has members for; all others become attributes.
const PLACED: [&str; 12] = [
    "name",
    "siret",
    "insee_code",
    "address",
    "phone",
    "email",
    "website",
    "opening_hours",
    "conditions",
    "structure",
    "last_verified_on",
    "contact",
];

/// Writes structures, support offers or local services.
///
/// # Errors
/// The writer fails, or the records cannot be read.
pub fn write_hsds(
    out: impl Write,
    collection: &Collection,
    records: impl IntoIterator<Item = ExportedRecord>,
    publisher: &Publisher<'_>,
) -> Result<Written, ExportError> {
    let mut list = JsonList::begin(out, "{\"version\":\"3.0\",\"contents\":[")?;
    let mut written = Written::default();
    for record in records {
        let record = ExportedRecord {
            fields: Audience::Public.visible(collection, &record.fields),
            ..record
        };
        match obstacle(&record, publisher) {
            // HSDS has a word for an offer that is over.
            None | Some("no_longer_valid") => {}
            Some(why) => {
                written.leave_out(why);
                continue;
            }
        }
        let item = match collection.name {
            "structure" => organization(collection, &record, publisher),
            _ => service(collection, &record, publisher),
        };
        list.push(&filled(item))?;
        written.count += 1;
    }
    let count = written.count;
    list.end(&format!(
        "],\"total_items\":{count},\"total_pages\":1,\"page_number\":1,\"size\":{count},\
         \"first_page\":true,\"last_page\":true,\"empty\":{}}}",
        count == 0
    ))?;
    Ok(written)
}

fn organization(
    collection: &Collection,
    record: &ExportedRecord,
    publisher: &Publisher<'_>,
) -> Json {
    let fields = &record.fields;
    let id = uuid_of(&record.id);
    let siret = text(fields, "siret").map(|siret| {
        json!({
            "id": uuid_of_part(&record.id, "siret"),
            "organization_id": id,
            "identifier_scheme": "FR-SIRET",
            "identifier_type": "SIRET",
            "identifier": siret,
        })
    });
    json!({
        "id": id,
        "name": text(fields, "name"),
        "description": description(collection, record),
        "email": text(fields, "email"),
        "website": text(fields, "website"),
        "phones": phones(record, "organization_id", &id),
        "locations": location(collection, record, publisher).into_iter().collect::<Vec<_>>(),
        "organization_identifiers": siret.into_iter().collect::<Vec<_>>(),
        "attributes": attributes(collection, record, "organization", &id),
    })
}

fn service(collection: &Collection, record: &ExportedRecord, publisher: &Publisher<'_>) -> Json {
    let fields = &record.fields;
    let id = uuid_of(&record.id);
    let provider = provider(record, publisher);
    let provider_id = uuid_of(&provider.record);
    let status = match obstacle(record, publisher) {
        None => "active",
        Some(_) => "inactive",
    };
    let schedule = text(fields, "opening_hours").map(|hours| {
        json!({
            "id": uuid_of_part(&record.id, "hours"),
            "service_id": id,
            "description": hours,
        })
    });
    let place = location(collection, record, publisher).map(|location| {
        json!({
            "id": uuid_of_part(&record.id, "at"),
            "service_id": id,
            "location_id": location["id"],
            "location": location,
        })
    });
    json!({
        "id": id,
        "organization_id": provider_id,
        "name": text(fields, "name"),
        "description": description(collection, record),
        "url": text(fields, "website"),
        "email": text(fields, "email"),
        "status": status,
        "eligibility_description": text(fields, "conditions"),
        "assured_date": text(fields, "last_verified_on"),
        "last_modified": instant(record.changed).to_string(),
        "phones": phones(record, "service_id", &id),
        "schedules": schedule.into_iter().collect::<Vec<_>>(),
        "service_areas": areas(record, &id, publisher),
        "service_at_locations": place.into_iter().collect::<Vec<_>>(),
        "organization": {
            "id": provider_id,
            "name": provider.name,
            "description": provider.name,
        },
        "attributes": attributes(collection, record, "service", &id),
    })
}

fn phones(record: &ExportedRecord, of: &str, id: &str) -> Vec<Json> {
    let phone = text(&record.fields, "phone").map(|number| {
        json!({ "id": uuid_of_part(&record.id, "phone"), of: id, "number": number, "type": "voice" })
    });
    phone.into_iter().collect()
}

/// Where a record is; its address where HSDS can hold it, which asks for a postal code.
fn location(
    collection: &Collection,
    record: &ExportedRecord,
    publisher: &Publisher<'_>,
) -> Option<Json> {
    let fields = &record.fields;
    let town = publisher.town_of(fields)?;
    let id = uuid_of_part(&record.id, "place");
    let address = text(fields, "address");
    let postal_code = postal_code(fields, Some(&town));
    let whole = address.zip(postal_code).map(|(address, postal_code)| {
        json!({
            "id": uuid_of_part(&record.id, "address"),
            "location_id": id,
            "address_1": address,
            "city": town.name,
            "state_province": town.department,
            "postal_code": postal_code,
            "country": "FR",
            "address_type": "physical",
        })
    });
    // A service says itself when it is open.
    let hours = text(fields, "opening_hours").filter(|_| collection.name == "structure");
    let schedule = hours.map(|hours| {
        json!({
            "id": uuid_of_part(&record.id, "hours"),
            "location_id": id,
            "description": hours,
        })
    });
    Some(filled(json!({
        "id": id,
        "location_type": "physical",
        "name": town.name,
        "description": address.filter(|_| whole.is_none()),
        "external_identifier": town.code,
        "external_identifier_type": "INSEE",
        "addresses": whole.into_iter().collect::<Vec<_>>(),
        "schedules": schedule.into_iter().collect::<Vec<_>>(),
    })))
}

fn areas(record: &ExportedRecord, id: &str, publisher: &Publisher<'_>) -> Vec<Json> {
    members(&record.fields, "service_area")
        .map(|zone| {
            let name = zone
                .strip_prefix("insee:")
                .and_then(|code| publisher.around.town(code))
                .map_or_else(|| zone.to_owned(), |town| town.name);
            json!({
                "id": uuid_of_part(&record.id, zone),
                "service_id": id,
                "name": name,
                "extent": zone,
                "extent_type": "text",
            })
        })
        .collect()
}

/// The public fields that HSDS has no member for, one attribute a value.
fn attributes(
    collection: &Collection,
    record: &ExportedRecord,
    entity: &str,
    id: &str,
) -> Vec<Json> {
    let placed = |name: &str| {
        PLACED.contains(&name) || name == "service_area" && collection.name != "structure"
    };
    let mut attributes = Vec::new();
    for field in collection.fields.iter().filter(|field| !placed(field.name)) {
        let Some(value) = record.fields.get(field.name) else {
            continue;
        };
        let values: Vec<String> = match value {
            Value::Set(set) => set.iter().cloned().collect(),
            Value::Text(text) => vec![text.clone()],
            other => vec![to_json(other).to_string()],
        };
        for value in values {
            let part = format!("{}/{value}", field.name);
            let term = field.kind.codes().contains(&value.as_str()).then(|| {
                let name = code_label(Language::French, field, &value);
                json!({
                    "id": uuid_of_part(&field.vocabulary(), &value),
                    "code": value,
                    "name": name,
                    "description": name,
                    "taxonomy": format!("{HSDS_PREFIX}{}", field.vocabulary()),
                    "language": "fr",
                })
            });
            attributes.push(filled(json!({
                "id": uuid_of_part(&record.id, &part),
                "link_id": id,
                "link_entity": entity,
                "link_type": format!("{HSDS_PREFIX}{}", field.json_name()),
                "value": value,
                "taxonomy_term": term,
            })));
        }
    }
    attributes
}
