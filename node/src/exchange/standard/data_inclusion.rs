//! data·inclusion schema v1, coming in: a structure or a service as fields of ours.
//!
//! What it has no member for is guessed where a record cannot do without: the kind of a structure
//! from the network that carries it, the theme of a service from its `thematiques`. A guess never
//! changes a record that exists.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::landing::{Landed, cut, required, text};
use super::themes::{self, NEEDS, NETWORKS, SERVICES, SERVICES_BY_FAMILY};
use crate::exchange::row_error::RowProblem;
use crate::registry::Collection;
use crate::text::fold;

/// Characters of a description that the conditions of a support offer take.
const CONDITIONS_CHARACTERS: usize = 3_000;

pub(super) fn land(
    collection: &Collection,
    object: &Map<String, Json>,
) -> Result<Landed, RowProblem> {
    let id = required(object, "id")?;
    let name = required(object, "nom")?;
    let is_service = object.contains_key("structure_id");
    if is_service == (collection.name == "structure") {
        let found = if is_service { "service" } else { "structure" };
        return Err(RowProblem::OtherCollection {
            found: found.to_owned(),
            expected: collection.name.to_owned(),
        });
    }
    let own = own_part(id).unwrap_or(id);
    let mut landed = Landed {
        id: Some(own.to_owned()),
        only_foreign: vec!["source", "source_id", "last_verified_on"],
        ..Landed::default()
    };
    landed.put("name", "nom", name.into());
    landed.member(object, "source", "source");
    landed.put("source_id", "id", own.into());
    match collection.name {
        "structure" => {
            landed.member(object, "siret", "siret");
            contact(&mut landed, object, &["site_web"]);
            networks(&mut landed, object, &fold(name));
        }
        "local_service" => {
            contact(&mut landed, object, &["lien_mobilisation", "lien_source"]);
            landed.member(object, "date_maj", "last_verified_on");
            if let Some(theme) = theirs(object).find_map(theme_of_service) {
                landed.guess("theme", "thematiques", theme);
            }
        }
        _ => support_offer(&mut landed, object),
    }
    Ok(landed)
}

/// What stands after the producer's name, which is the source: `dora--42` is 42.
fn own_part(id: &str) -> Option<&str> {
    id.split_once("--").map(|(_, own)| own)
}

fn contact(landed: &mut Landed, object: &Map<String, Json>, sites: &[&str]) {
    landed.member(object, "code_insee", "insee_code");
    landed.member(object, "commune", "insee_code");
    landed.member(object, "adresse", "address");
    landed.member(object, "telephone", "phone");
    landed.member(object, "courriel", "email");
    for site in sites {
        landed.member(object, site, "website");
    }
    landed.member(object, "horaires_accueil", "opening_hours");
}

fn networks(landed: &mut Landed, object: &Map<String, Json>, folded_name: &str) {
    let codes: Vec<&str> = codes(object, "reseaux_porteurs").collect();
    let names: Vec<Json> = NETWORKS
        .iter()
        .filter(|(code, ..)| codes.contains(code))
        .map(|(_, name, _)| Json::from(*name))
        .collect();
    landed.put("networks", "reseaux_porteurs", names.into());
    landed.only_foreign.push("networks");
    let kind = codes
        .iter()
        .find_map(|code| themes::kind_of_network(code, folded_name));
    landed.guess("kind", "reseaux_porteurs", kind.unwrap_or("other"));
}

fn support_offer(landed: &mut Landed, object: &Map<String, Json>) {
    let structure = text(object, "structure_id").unwrap_or_default();
    landed.put("structure", "structure_id", structure.into());
    let ours: BTreeSet<&str> = theirs(object)
        .filter_map(|code| themes::ours(NEEDS, code))
        .collect();
    let ours: Vec<Json> = ours.into_iter().map(Json::from).collect();
    landed.put("themes", "thematiques", ours.into());
    landed.only_new.push("themes");
    landed.member(object, "zone_eligibilite", "service_area");
    if let Some(conditions) = text(object, "conditions_acces") {
        landed.put("conditions", "conditions_acces", conditions.into());
    } else if let Some(description) = text(object, "description") {
        let description = cut(description, CONDITIONS_CHARACTERS);
        landed.put("conditions", "description", description.into());
        landed.only_foreign.push("conditions");
    }
    landed.only_foreign.push("structure");
}

fn theirs(object: &Map<String, Json>) -> impl Iterator<Item = &str> {
    codes(object, "thematiques")
}

fn codes<'a>(object: &'a Map<String, Json>, name: &str) -> impl Iterator<Item = &'a str> {
    let list = object.get(name).and_then(Json::as_array);
    list.into_iter().flatten().filter_map(Json::as_str)
}

fn theme_of_service(code: &str) -> Option<&'static str> {
    let family = code.split("--").next().unwrap_or_default();
    themes::ours(SERVICES, code).or_else(|| {
        SERVICES_BY_FAMILY
            .iter()
            .find(|(name, _)| *name == family)
            .map(|(_, theme)| *theme)
    })
}
