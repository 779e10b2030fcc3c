//! Mandates as people write them, and as they read them.
//!
//! The charter knows codes alone; here they are looked up in the registry and the territory, and
//! what is not known is refused with the nearest name or with all of them.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::charter::{Holder, Mandate, Right, Version, defaults};

use crate::api::{ApiError, ExitKind};
use crate::language::Language;
use crate::node::member::Member;
use crate::registry::labels::code_label;
use crate::registry::{COLLECTIONS, Field, collection, find_collection, nearest};
use crate::territory::{FindError, Territory};
use crate::text::fold;

/// A mandate as a person gives it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Given {
    collection: String,
    right: String,
    /// Everyone, the coordinator, a kind or a member; none where all mandates of a collection and
    /// right are meant.
    holder: Option<String>,
    territory: Vec<String>,
    themes: Vec<String>,
}

/// The rights, each with its code and what people may write for it.
const RIGHTS: [(Right, &str, &[&str]); 3] = [
    (Right::Create, "create", &["créer", "création"]),
    (
        Right::EditOwn,
        "edit_own",
        &["edit own", "modifier ses fiches", "modifier les siennes"],
    ),
    (
        Right::EditAny,
        "edit_any",
        &["edit any", "modifier toutes", "modifier toute fiche"],
    ),
];

const EVERYONE: [&str; 5] = ["everyone", "all", "tous", "tout membre", "chaque membre"];
const COORDINATOR: [&str; 3] = ["coordinator", "coordonnateur", "le coordonnateur"];

/// The code of a right.
pub(super) const fn right_code(right: Right) -> &'static str {
    let [(_, create, _), (_, edit_own, _), (_, edit_any, _)] = RIGHTS;
    match right {
        Right::Create => create,
        Right::EditOwn => edit_own,
        Right::EditAny => edit_any,
    }
}

impl Given {
    /// The collection and right.
    pub(super) fn subject(&self) -> Result<(&'static str, Right), ApiError> {
        let declared = find_collection(&self.collection).map_err(|fault| {
            let known: Vec<&str> = COLLECTIONS.iter().map(|it| it.name).collect();
            let (value, known) = (&self.collection, known.join(", "));
            let near = fault.args.iter().find(|(name, _)| *name == "nearest");
            let said = format!("{value} is not a collection: {known}");
            match near {
                Some((_, near)) => {
                    ApiError::new("mandate_misspelt_collection", ExitKind::Usage, said)
                        .with("value", value)
                        .with("nearest", near)
                        .with("allowed", known)
                }
                None => ApiError::new("mandate_unknown_collection", ExitKind::Usage, said)
                    .with("value", value)
                    .with("allowed", known),
            }
        })?;
        let wanted = fold(&self.right).replace('_', " ");
        let meant = RIGHTS.iter().find(|(_, code, words)| {
            code.replace('_', " ") == wanted || words.iter().any(|word| fold(word) == wanted)
        });
        match meant {
            Some((right, ..)) => Ok((declared.name, *right)),
            None => {
                let codes: Vec<&str> = RIGHTS.iter().map(|(_, code, _)| *code).collect();
                let said = format!("{} is not a right", self.right);
                Err(
                    ApiError::new("mandate_unknown_right", ExitKind::Usage, said)
                        .with("value", &self.right)
                        .with("allowed", codes.join(", ")),
                )
            }
        }
    }

    /// Whether all mandates of the collection and right are meant.
    pub(super) const fn names_all(&self) -> bool {
        self.holder.is_none() && self.territory.is_empty() && self.themes.is_empty()
    }

    /// The mandate, every code of it known.
    pub(super) fn checked(&self, member: &Member) -> Result<Mandate, ApiError> {
        let (name, right) = self.subject()?;
        let Some(holder) = &self.holder else {
            let said = "a mandate says who holds it";
            return Err(
                ApiError::new("mandate_without_holder", ExitKind::Usage, said)
                    .with("collection", name),
            );
        };
        let holder = find_holder(member, holder)?;
        let themes = self.themes.iter().map(|text| find_theme(name, text));
        let themes: Vec<String> = themes.collect::<Result<_, _>>()?;
        let mut territory: Vec<String> = Vec::new();
        for text in &self.territory {
            territory.extend(find_places(member.territory, text)?);
        }
        let themes: Vec<&str> = themes.iter().map(String::as_str).collect();
        let territory: Vec<&str> = territory.iter().map(String::as_str).collect();
        Ok(Mandate::new(name, right, holder)
            .on(&themes)
            .within(&territory))
    }
}

/// Everyone, the coordinator, a kind or a member; `kind=` and `structure=` say which is meant
/// where a member is called like a kind.
fn find_holder(member: &Member, text: &str) -> Result<Holder, ApiError> {
    let wanted = fold(text);
    if EVERYONE.iter().any(|word| fold(word) == wanted) {
        return Ok(Holder::Everyone);
    }
    if COORDINATOR.iter().any(|word| fold(word) == wanted) {
        return Ok(Holder::Coordinator);
    }
    if let Some(kind) = text.strip_prefix("kind=") {
        return find_kind(kind)
            .map(Holder::Kind)
            .ok_or_else(|| unknown_holder(member, kind));
    }
    if let Some(name) = text.strip_prefix("structure=") {
        return Ok(Holder::Structure(member.find_member(name)?));
    }
    match (find_kind(text), member.find_member(text)) {
        (Some(_), Ok(_)) => {
            let said = format!("{text} is a kind and a member");
            Err(
                ApiError::new("mandate_ambiguous_holder", ExitKind::Usage, said)
                    .with("value", text),
            )
        }
        (Some(kind), Err(_)) => Ok(Holder::Kind(kind)),
        (None, Ok(structure)) => Ok(Holder::Structure(structure)),
        (None, Err(_)) => Err(unknown_holder(member, text)),
    }
}

fn unknown_holder(member: &Member, text: &str) -> ApiError {
    let charter = member.charter();
    let members = charter
        .current()
        .1
        .members
        .iter()
        .map(|it| it.name.as_str());
    let kinds = kinds()
        .into_iter()
        .flat_map(|field| field.kind.codes().iter().copied());
    let known: Vec<&str> = ["everyone", "coordinator"]
        .into_iter()
        .chain(kinds)
        .chain(members)
        .collect();
    let said = format!("{text} is neither a kind of structure nor a member");
    match nearest(text, known.iter().copied()) {
        Some(near) => ApiError::new("mandate_misspelt_holder", ExitKind::Usage, said)
            .with("value", text)
            .with("nearest", near),
        None => ApiError::new("mandate_unknown_holder", ExitKind::Usage, said)
            .with("value", text)
            .with("allowed", known.join(", ")),
    }
}

fn kinds() -> Option<&'static Field> {
    collection("structure")?.field("kind")
}

fn find_kind(text: &str) -> Option<String> {
    find_code(kinds()?, text)
}

/// The code that a person means by the code itself or by its label.
fn find_code(field: &'static Field, text: &str) -> Option<String> {
    let wanted = fold(text);
    let labelled =
        |code: &str| Language::ALL.map(|language| fold(&code_label(language, field, code)));
    let mut codes = field.kind.codes().iter();
    let found = codes.find(|code| fold(code) == wanted || labelled(code).contains(&wanted));
    found.map(|code| (*code).to_owned())
}

fn find_theme(name: &'static str, text: &str) -> Result<String, ApiError> {
    let Some(field) = collection(name).and_then(|it| it.theme()) else {
        let said = format!("records of {name} have no theme");
        return Err(
            ApiError::new("mandate_no_themes", ExitKind::Usage, said).with("collection", name)
        );
    };
    find_code(field, text).ok_or_else(|| {
        let codes = || field.kind.codes().iter().copied();
        let said = format!("{text} is not a theme of {name}");
        match nearest(text, codes()) {
            Some(near) => ApiError::new("mandate_misspelt_theme", ExitKind::Usage, said)
                .with("value", text)
                .with("collection", name)
                .with("nearest", near),
            None => ApiError::new("mandate_unknown_theme", ExitKind::Usage, said)
                .with("value", text)
                .with("collection", name)
                .with("allowed", codes().collect::<Vec<_>>().join(", ")),
        }
    })
}

/// The codes of a commune, of all communes of a community of communes, or of a department.
///
/// A record says no more than its commune, so that every node reads the same out of it: whoever
/// gives a mandate for a community of communes gives it for its communes of today.
fn find_places(territory: &Territory, text: &str) -> Result<Vec<String>, ApiError> {
    let trimmed = text.trim();
    if territory
        .communes()
        .iter()
        .any(|it| it.department == trimmed)
    {
        return Ok(vec![trimmed.to_owned()]);
    }
    match territory.find(trimmed) {
        Ok(commune) => Ok(vec![commune.code.clone()]),
        Err(error) => match territory.find_epci(trimmed) {
            Some(epci) => Ok((territory.communes().iter())
                .filter(|commune| commune.epci == epci.siren)
                .map(|commune| commune.code.clone())
                .collect()),
            None => Err(place_unknown(trimmed, &error)),
        },
    }
}

fn place_unknown(text: &str, error: &FindError) -> ApiError {
    let near = match error {
        FindError::Ambiguous { candidates, .. } => candidates.as_slice(),
        FindError::Unknown { suggestions, .. } => suggestions.as_slice(),
        FindError::Outside { .. } => &[],
    };
    let said = format!("{text} is no commune, community of communes or department here");
    let names: Vec<String> = near
        .iter()
        .map(|it| format!("{} ({})", it.name, it.code))
        .collect();
    if names.is_empty() {
        return ApiError::new("mandate_unknown_place", ExitKind::Usage, said).with("value", text);
    }
    ApiError::new("mandate_misspelt_place", ExitKind::Usage, said)
        .with("value", text)
        .with("nearest", names.join(", "))
}

/// Codes of places with their names, those of all communes of a community of communes as one.
fn places_json(territory: &Territory, codes: &[String]) -> Vec<Value> {
    let mut codes: BTreeSet<&str> = codes.iter().map(String::as_str).collect();
    let mut places = Vec::new();
    for epci in territory.epcis() {
        let of_epci = territory.communes().iter();
        let of_epci = of_epci.filter(|commune| commune.epci == epci.siren);
        let communes: Vec<&str> = of_epci.map(|commune| commune.code.as_str()).collect();
        if communes.len() > 1 && communes.iter().all(|code| codes.contains(code)) {
            codes.retain(|code| !communes.contains(code));
            places.push(json!({ "code": epci.siren, "name": epci.name }));
        }
    }
    places.extend(codes.into_iter().map(|code| {
        let commune = territory.commune(code).map(|it| it.name.as_str());
        json!({ "code": code, "name": commune.unwrap_or(code) })
    }));
    places
}

/// A mandate of `version` as JSON: codes, and names for people.
pub(super) fn mandate_json(member: &Member, version: &Version, mandate: &Mandate) -> Value {
    let named = |structure| {
        let found = version.member(structure).map(|it| it.name.clone());
        found.unwrap_or_else(|| structure.short())
    };
    let holder = match &mandate.holder {
        Holder::Everyone => json!({ "type": "everyone" }),
        Holder::Coordinator => json!({
            "type": "coordinator",
            "name": version.coordinator().as_ref().map(&named),
        }),
        Holder::Kind(kind) => json!({ "type": "kind", "kind": kind }),
        Holder::Structure(structure) => json!({
            "type": "structure",
            "structure": structure.to_string(),
            "name": named(structure),
        }),
    };
    let by: Vec<&str> = version
        .members
        .iter()
        .filter(|it| match &mandate.holder {
            Holder::Everyone => true,
            Holder::Coordinator => version.coordinator() == Some(it.structure),
            Holder::Kind(kind) => it.kind == *kind,
            Holder::Structure(structure) => it.structure == *structure,
        })
        .map(|it| it.name.as_str())
        .collect();
    json!({
        "collection": mandate.collection,
        "right": right_code(mandate.right),
        "holder": holder,
        "by": by,
        "territory": places_json(member.territory, &mandate.territory),
        "themes": mandate.themes,
    })
}

/// Every collection and right that a version or the defaults speak of, and all the registry's.
pub(super) fn pairs(versions: &[&Version]) -> Vec<(String, Right)> {
    let named = versions.iter().flat_map(|version| version.mandates());
    let named = named
        .chain(defaults())
        .map(|it| (it.collection.clone(), it.right));
    let known = COLLECTIONS
        .iter()
        .flat_map(|it| RIGHTS.map(|(right, ..)| (it.name.to_owned(), right)));
    let mut pairs: Vec<(String, Right)> = named.chain(known).collect();
    pairs.sort();
    pairs.dedup();
    pairs
}

/// All that a version grants, in the order of the registry; each with where it comes from.
pub(super) fn in_force_json(member: &Member, version: &Version) -> Vec<Value> {
    let mut all = Vec::new();
    for (collection, right) in pairs(&[version]) {
        let declares = |list: &[Mandate]| {
            let mut named = list.iter();
            named.any(|it| it.collection == collection && it.right == right)
        };
        let source = if declares(version.mandates()) {
            "charter"
        } else if declares(defaults()) {
            "default"
        } else {
            "open"
        };
        for mandate in version.in_force(&collection, right) {
            let mut shown = mandate_json(member, version, &mandate);
            shown["source"] = json!(source);
            all.push(shown);
        }
    }
    all
}
