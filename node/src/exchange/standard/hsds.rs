//! Open Referral HSDS 3.0, coming in: an organization or a service with what hangs on it.
//!
//! Our own exports carry what HSDS has no member for as attributes whose `link_type` begins with
//! [`PREFIX`]; those are read back exactly.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::landing::{Landed, cut, objects, required, text};
use crate::exchange::row_error::RowProblem;
use crate::registry::Collection;

/// What the `link_type` of an attribute of ours begins with; the field's JSON name follows.
pub(crate) const PREFIX: &str = "capactif:";

/// Where descriptions of what we know as zones begin.
const ZONES: [&str; 3] = ["insee:", "epci:", "dept:"];

/// Characters of a description that the conditions of a support offer take.
const CONDITIONS_CHARACTERS: usize = 3_000;

/// How a foreign record names where it came from, where no `--source` does.
const SOURCE: &str = "hsds";

pub(super) fn land(
    collection: &Collection,
    object: &Map<String, Json>,
) -> Result<Landed, RowProblem> {
    let id = required(object, "id")?;
    let name = required(object, "name")?;
    let is_service = [
        "organization",
        "organization_id",
        "service_at_locations",
        "status",
    ]
    .iter()
    .any(|name| object.contains_key(*name));
    if is_service == (collection.name == "structure") {
        let found = if is_service {
            "service"
        } else {
            "organization"
        };
        return Err(RowProblem::OtherCollection {
            found: found.to_owned(),
            expected: collection.name.to_owned(),
        });
    }
    let mut landed = Landed {
        id: Some(id.to_owned()),
        only_foreign: vec!["source", "source_id"],
        ..Landed::default()
    };
    landed.put("name", "name", name.into());
    landed.put("source", "id", SOURCE.into());
    landed.put("source_id", "id", id.into());
    attributes(&mut landed, collection, object);
    landed.member(object, "email", "email");
    let phone = objects(object, "phones").next();
    if let Some((_, phone)) = phone {
        landed.put("phone", "phones/0/number", member(phone, "number"));
    }
    match collection.name {
        "structure" => {
            landed.member(object, "website", "website");
            for (index, identifier) in objects(object, "organization_identifiers") {
                let kind = text(identifier, "identifier_type").unwrap_or_default();
                if kind.eq_ignore_ascii_case("siret") {
                    let at = format!("organization_identifiers/{index}/identifier");
                    landed.put("siret", &at, member(identifier, "identifier"));
                }
            }
            if let Some((_, location)) = objects(object, "locations").next() {
                place(&mut landed, location, "locations/0");
            }
            landed.guess("kind", "id", "other");
        }
        "local_service" => {
            landed.member(object, "url", "website");
            landed.member(object, "assured_date", "last_verified_on");
            if let Some((_, at_location)) = objects(object, "service_at_locations").next()
                && let Some(location) = at_location.get("location").and_then(Json::as_object)
            {
                place(&mut landed, location, "service_at_locations/0/location");
            }
            hours(&mut landed, object, "schedules");
        }
        _ => support_offer(&mut landed, object),
    }
    Ok(landed)
}

fn support_offer(landed: &mut Landed, object: &Map<String, Json>) {
    let structure = object
        .get("organization")
        .and_then(Json::as_object)
        .and_then(|organization| text(organization, "id"))
        .or_else(|| text(object, "organization_id"));
    landed.put(
        "structure",
        "organization_id",
        structure.unwrap_or_default().into(),
    );
    landed.only_foreign.push("structure");
    if let Some(conditions) = text(object, "eligibility_description") {
        landed.put("conditions", "eligibility_description", conditions.into());
    } else if let Some(description) = text(object, "description") {
        let description = cut(description, CONDITIONS_CHARACTERS);
        landed.put("conditions", "description", description.into());
        landed.only_foreign.push("conditions");
    }
    let zones: Vec<Json> = objects(object, "service_areas")
        .filter_map(|(_, area)| text(area, "extent"))
        .filter(|extent| ZONES.iter().any(|zone| extent.starts_with(zone)))
        .map(Json::from)
        .collect();
    landed.put("service_area", "service_areas", zones.into());
}

/// What our own exports hung on an object, field by field.
fn attributes(landed: &mut Landed, collection: &Collection, object: &Map<String, Json>) {
    let mut values: BTreeMap<&str, (usize, Vec<Json>)> = BTreeMap::new();
    for (index, attribute) in objects(object, "attributes") {
        let link = text(attribute, "link_type").and_then(|link| link.strip_prefix(PREFIX));
        let Some(name) = link else { continue };
        let known = collection
            .fields
            .iter()
            .any(|field| field.json_name() == name && field.is_writable());
        if known {
            let (_, held) = values.entry(name).or_insert((index, Vec::new()));
            held.push(member(attribute, "value"));
        }
    }
    for (name, (index, mut held)) in values {
        let value = if held.len() == 1 {
            held.remove(0)
        } else {
            held.into()
        };
        landed.put(name, &format!("attributes/{index}/value"), value);
    }
}

fn place(landed: &mut Landed, location: &Map<String, Json>, at: &str) {
    let kind = text(location, "external_identifier_type").unwrap_or_default();
    if kind.eq_ignore_ascii_case("insee") {
        landed.put(
            "insee_code",
            &format!("{at}/external_identifier"),
            member(location, "external_identifier"),
        );
    }
    if let Some((_, address)) = objects(location, "addresses").next() {
        let at = format!("{at}/addresses/0");
        landed.put("insee_code", &format!("{at}/city"), member(address, "city"));
        landed.put(
            "address",
            &format!("{at}/address_1"),
            member(address, "address_1"),
        );
    }
    if kind.eq_ignore_ascii_case("insee") {
        // An address whose postal code nobody knows does not fit an address of HSDS.
        let told = member(location, "description");
        landed.put("address", &format!("{at}/description"), told);
    }
    hours(landed, location, &format!("{at}/schedules"));
}

fn hours(landed: &mut Landed, object: &Map<String, Json>, at: &str) {
    if let Some((_, schedule)) = objects(object, "schedules").next() {
        landed.put(
            "opening_hours",
            &format!("{at}/0/description"),
            member(schedule, "description"),
        );
    }
}

fn member(object: &Map<String, Json>, name: &str) -> Json {
    object.get(name).cloned().unwrap_or_default()
}
