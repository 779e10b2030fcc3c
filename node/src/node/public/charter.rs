//! The charter in force, as anyone may read it: who is a member, who may do what, how it is decided.
//!
//! Of the committee only how many sign; keys, nodes, suspensions and proposals stay with the members.

use serde_json::Value;
use sync_protocol::id::{RecordId, StructureId};

use crate::node::member::Member;

/// The charter in force.
#[derive(Clone, Debug, Default)]
pub(crate) struct PublicCharter {
    /// Its version, 0 for the founding one.
    pub(crate) number: u64,
    /// When it was written: `2026-03-01`.
    pub(crate) written_on: String,
    /// When the network was founded, if that is known here.
    pub(crate) founded_on: Option<String>,
    /// The roll, in the order of admission.
    pub(crate) members: Vec<PublicMember>,
    /// The name of the member that coordinates.
    pub(crate) coordinator: Option<String>,
    /// What is granted, in the order of the registry.
    pub(crate) mandates: Vec<PublicMandate>,
    /// How many members vote, and how many of them have to agree.
    pub(crate) votes: (u64, u64),
    /// How many persons sit on the committee, and how many of them sign.
    pub(crate) committee: (usize, u64),
}

/// A member of the network.
#[derive(Clone, Debug)]
pub(crate) struct PublicMember {
    /// The record that describes it.
    pub(crate) record: RecordId,
    /// Its name in the charter.
    pub(crate) name: String,
    /// Its kind, as a code.
    pub(crate) kind: String,
    /// Since when it has been one: `2026-03-01`.
    pub(crate) since_on: Option<String>,
    /// Whether the charter calls it dormant.
    pub(crate) is_dormant: bool,
}

/// Who may do what.
#[derive(Clone, Debug)]
pub(crate) struct PublicMandate {
    /// With which records.
    pub(crate) collection: String,
    /// `create`, `edit_own` or `edit_any`.
    pub(crate) right: String,
    /// Who holds it.
    pub(crate) holder: PublicHolder,
    /// The names of the members that hold it today.
    pub(crate) by: Vec<String>,
    /// The names of the places that it is limited to.
    pub(crate) places: Vec<String>,
    /// The codes of the themes that it is limited to.
    pub(crate) themes: Vec<String>,
    /// Whether every member has it because nothing limits it.
    pub(crate) is_open: bool,
}

/// Who holds a mandate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PublicHolder {
    /// Every member.
    Everyone,
    /// The member that coordinates.
    Coordinator,
    /// Members of a kind, by its code.
    Kind(String),
    /// The member of this name.
    Structure(String),
}

impl Member {
    /// The charter in force.
    pub(crate) fn public_charter(&self) -> PublicCharter {
        let shown = self.show_charter();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let day = |value: &Value| {
            value
                .as_str()
                .and_then(|it| it.get(..10))
                .map(str::to_owned)
        };
        let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let members = items(&shown["members"]).into_iter().filter_map(|it| {
            let structure: StructureId = it["structure"].as_str()?.parse().ok()?;
            Some(PublicMember {
                record: self.structure_record(&structure),
                name: text(&it["name"]),
                kind: text(&it["kind"]),
                since_on: day(&it["since_on"]),
                is_dormant: it["dormant"] == true,
            })
        });
        let mandates = items(&shown["mandates"])
            .into_iter()
            .map(|it| PublicMandate {
                collection: text(&it["collection"]),
                right: text(&it["right"]),
                holder: match it["holder"]["type"].as_str() {
                    Some("everyone") => PublicHolder::Everyone,
                    Some("coordinator") => PublicHolder::Coordinator,
                    Some("kind") => PublicHolder::Kind(text(&it["holder"]["kind"])),
                    _ => PublicHolder::Structure(text(&it["holder"]["name"])),
                },
                by: items(&it["by"]).iter().map(text).collect(),
                places: items(&it["territory"])
                    .iter()
                    .map(|it| text(&it["name"]))
                    .collect(),
                themes: items(&it["themes"]).iter().map(text).collect(),
                is_open: it["source"] == "open",
            });
        let number = |value: &Value| value.as_u64().unwrap_or(0);
        let (quorums, committee) = (&shown["quorums"], &shown["committee"]);
        PublicCharter {
            number: number(&shown["number"]),
            written_on: day(&shown["written_on"]).unwrap_or_default(),
            founded_on: day(&shown["founded_on"]),
            members: members.collect(),
            coordinator: shown["coordinator"]["name"].as_str().map(str::to_owned),
            mandates: mandates.collect(),
            votes: (number(&quorums["voting"]), number(&quorums["vote"])),
            committee: (
                items(&committee["persons"]).len(),
                number(&committee["quorum"]),
            ),
        }
    }

    /// The record of the structure whose node this is: who publishes what it serves.
    pub(crate) fn public_editor(&self) -> RecordId {
        self.structure_record(&self.structure)
    }
}
