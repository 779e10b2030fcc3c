//! What structures, support offers and local services say to the public, before a published form
//! gives it names.

use super::ExportedRecord;
use super::publisher::{Named, Publisher, label, labels, members, text};
use crate::exchange::standard::themes;
use crate::language::Language;
use crate::registry::Collection;
use crate::text::fold;

/// Fewest characters that a name or a description has in published forms.
const FEWEST_CHARACTERS: usize = 3;

/// Why a record cannot be published as a structure or a service, if it cannot.
pub(super) fn obstacle(record: &ExportedRecord, publisher: &Publisher<'_>) -> Option<&'static str> {
    let name = text(&record.fields, "name").unwrap_or_default();
    if name.chars().count() < FEWEST_CHARACTERS {
        return Some("short_name");
    }
    let until = text(&record.fields, "valid_until");
    let is_over = until
        .and_then(|day| day.parse::<jiff::civil::Date>().ok())
        .is_some_and(|day| day < publisher.today);
    is_over.then_some("no_longer_valid")
}

/// What a structure or a service is, in a sentence: the forms ask for one and we hold none.
pub(super) fn description(collection: &Collection, record: &ExportedRecord) -> String {
    let fields = &record.fields;
    match collection.name {
        "structure" => {
            let kind = label(Language::French, collection, fields, "kind").unwrap_or_default();
            let themes = labels(collection, fields, "competences");
            if themes.is_empty() {
                kind
            } else {
                format!("{kind}. Compétences : {}.", themes.join(", "))
            }
        }
        "local_service" => label(Language::French, collection, fields, "theme").unwrap_or_default(),
        _ => match text(fields, "conditions") {
            Some(conditions) if conditions.chars().count() >= 5 => conditions.to_owned(),
            _ => {
                let themes = labels(collection, fields, "themes");
                let name = text(fields, "name").unwrap_or_default();
                if themes.is_empty() {
                    name.to_owned()
                } else {
                    format!("{name}. Besoins couverts : {}.", themes.join(", "))
                }
            }
        },
    }
}

/// The structure that a service belongs to: the one it names, or the one that answers for its record.
pub(super) fn provider(record: &ExportedRecord, publisher: &Publisher<'_>) -> Named {
    text(&record.fields, "structure")
        .and_then(|id| publisher.around.structure(id))
        .or_else(|| publisher.around.owner(&record.owner))
        .unwrap_or_else(|| Named {
            record: record.owner.clone(),
            name: publisher.network.to_owned(),
        })
}

/// The networks that carry a structure, by the codes of data·inclusion.
pub(super) fn networks(record: &ExportedRecord) -> Vec<&'static str> {
    let mut codes: Vec<&'static str> = text(&record.fields, "kind")
        .and_then(themes::network_of_kind)
        .into_iter()
        .collect();
    for name in members(&record.fields, "networks").map(fold) {
        let known = themes::NETWORKS
            .iter()
            .find(|(_, _, words)| words.contains(&name.as_str()));
        codes.extend(known.map(|(code, ..)| *code));
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}
