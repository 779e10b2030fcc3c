//! `erase --part`: a sealed part of a record that stays.
//!
//! What is sealed goes at once, on the word of the structure that owns the record, at every node. A
//! structure that merely reads it erases its own copies. Either way the part is dead under its name.

use std::collections::BTreeSet;

use serde_json::json;
use sync_protocol::entry::{Kind, Place};
use sync_protocol::id::{RecordId, StructureId};
use sync_protocol::seal::erase::state::Fate;
use sync_protocol::seal::erase::{Erase, EraseReason, EraseTarget, MAX_NAMED};
use sync_protocol::seal::part::PartName;

use crate::api::{ApiError, ExitKind};
use crate::registry::paper::of_part;
use crate::replica::part_of;
use crate::view::Record;

use super::super::Outcome;
use super::super::member::Member;
use super::asking::{Ask, already_erased, shown};

impl Member {
    /// `erasure.erase` of a part.
    pub(super) fn erase_part(&self, ask: &Ask, part: &str, why: EraseReason) -> Outcome {
        if self.hidden_only(&ask.id)?.is_some() {
            return Err(already_erased(&ask.id, Fate::Hidden));
        }
        let record = self.record_meant(ask)?;
        let said = self.said_of_parts(&record.id)?;
        let name = part.parse::<PartName>().ok();
        let name = name.map(|name| paper_numbered(&said, &name).unwrap_or(name));
        let known = |name: &PartName| said.iter().any(|(_, of)| of == name);
        let dead = |name: &PartName| self.part_fate(&record.id, name) == Fate::Deleted;
        let Some(name) = name.filter(|it| known(it) || dead(it)) else {
            let parts: BTreeSet<&PartName> = said.iter().map(|(_, of)| of).collect();
            let parts: Vec<&str> = parts.into_iter().map(PartName::as_str).collect();
            let text = format!("the record has no sealed part {part}");
            return Err(ApiError::new("unknown_part", ExitKind::NotFound, text)
                .with("part", part)
                .with("count", parts.len())
                .with("parts", parts.join(", ")));
        };
        let owns = self.owns(&record);
        // What was sealed by who had not heard of it is named by a further erasure.
        if dead(&name) && !(owns && known(&name)) {
            let text = "this part is erased already";
            return Err(
                ApiError::new("part_already_erased", ExitKind::Refused, text)
                    .with("part", name.as_str()),
            );
        }
        let of_it = said.into_iter().filter(|(_, of)| *of == name);
        let places: BTreeSet<Place> = of_it.map(|(at, _)| at).collect();
        let nodes = self.nodes_to_tell();
        let mut answer = shown(&record);
        let (nodes, lists) = if owns {
            let places: Vec<Place> = places.into_iter().collect();
            answer["entries"] = json!(places.len());
            let lists = places.chunks(MAX_NAMED).map(<[Place]>::to_vec).collect();
            (nodes, lists)
        } else {
            self.require_reader(&record, &name)?;
            answer["entries"] = json!(0);
            (self.nodes_of(&self.structure, &nodes), vec![Vec::new()])
        };
        answer["target"] = json!("part");
        answer["part"] = json!(name.as_str());
        answer["own_copies"] = json!(!owns);
        answer["owner"] = json!(self.name_of(&self.owner_of_record(&record)));
        answer["nodes"] = json!(nodes.len());
        answer["root"] = json!("unneeded");
        answer["countersigned"] = json!(false);
        answer["confirmed"] = json!(ask.confirmed);
        if !ask.confirmed {
            return Ok(answer);
        }
        let creation = self.reader.creation(&record.id)?;
        for named in lists {
            let target = EraseTarget::Part(name.clone());
            let erase = Erase::new(record.id, target, named, why);
            self.say_of(creation, Kind::ERASE, erase.encode())?;
        }
        self.carry_out_erasures()?;
        answer["standing"] = json!(match (dead(&name), owns) {
            (false, _) => "waits",
            (true, true) => "deletes",
            (true, false) => "own",
        });
        Ok(answer)
    }

    /// The seals and grants of a record whose bodies are here, whether they count or not, each with
    /// its part.
    fn said_of_parts(&self, record: &RecordId) -> Result<Vec<(Place, PartName)>, ApiError> {
        let said = self.reader.sealing(Some(record))?;
        let named = said.iter().filter_map(|it| {
            let (part, _) = part_of(&it.entry)?;
            Some((it.entry.place(), part))
        });
        Ok(named.collect())
    }

    fn require_reader(&self, record: &Record, name: &PartName) -> Result<(), ApiError> {
        let sealed = self.sealed(&record.id)?;
        let readers = sealed.part(name).map(|it| it.readers()).unwrap_or_default();
        if readers.contains(&self.structure) {
            return Ok(());
        }
        let text = "the owner erases what is sealed, and who reads it their own copies";
        Err(
            ApiError::new("only_owner_or_reader_erases", ExitKind::Refused, text)
                .with("owner", self.name_of(&self.owner_of_record(record))),
        )
    }

    /// What becomes of a part of a record here.
    fn part_fate(&self, record: &RecordId, part: &PartName) -> Fate {
        self.partly_erased().part(record, part, &self.structure)
    }

    /// Whether a part of a record is erased for this structure's nodes: for all, or its own copies.
    pub(in crate::node) fn is_part_erased(&self, record: &RecordId, part: &PartName) -> bool {
        self.part_fate(record, part) == Fate::Deleted
    }

    /// Refuses to seal, grant or take away where a part is erased: it is dead under its name.
    pub(in crate::node) fn require_part_alive(
        &self,
        record: &RecordId,
        part: &PartName,
    ) -> Result<(), ApiError> {
        if !self.is_part_erased(record, part) {
            return Ok(());
        }
        // Who said nothing of it is told what holds for all.
        let for_all = self
            .partly_erased()
            .part(record, part, &StructureId([0; 32]));
        if for_all == Fate::Deleted {
            let text = format!(
                "the part {} of this record is erased for ever",
                part.as_str()
            );
            return Err(
                ApiError::new("part_erased", ExitKind::Refused, text).with("part", part.as_str())
            );
        }
        let text = format!(
            "this structure erased its own copies of the part {}",
            part.as_str()
        );
        Err(ApiError::new("part_erased_here", ExitKind::Refused, text).with("part", part.as_str()))
    }

    /// Refuses to open a part to structures that erased their own copies of it.
    pub(in crate::node) fn require_copies(
        &self,
        record: &RecordId,
        part: &PartName,
        structures: &BTreeSet<StructureId>,
    ) -> Result<(), ApiError> {
        let without = self.without_copies(record, part, structures);
        let Some(name) = without.first().map(|it| self.name_of(it)) else {
            return Ok(());
        };
        let text = format!("{name} erased its own copies of this part");
        Err(
            ApiError::new("recipient_erased_part", ExitKind::Refused, text)
                .with("name", name)
                .with("part", part.as_str()),
        )
    }

    /// Those of some structures that erased their own copies of a part: it is not opened to them again.
    pub(in crate::node) fn without_copies(
        &self,
        record: &RecordId,
        part: &PartName,
        structures: &BTreeSet<StructureId>,
    ) -> BTreeSet<StructureId> {
        let partly = self.partly_erased();
        let erased = |it: &&StructureId| partly.part(record, part, it) == Fate::Deleted;
        structures.iter().filter(erased).copied().collect()
    }
}

/// The one signed paper whose number begins so, if that is meant.
fn paper_numbered(said: &[(Place, PartName)], typed: &PartName) -> Option<PartName> {
    let begins = |name: &&PartName| {
        let number = of_part(name).map(|(number, _)| number);
        number.is_some_and(|number| number.starts_with(typed.as_str()))
    };
    let named: BTreeSet<&PartName> = said.iter().map(|(_, name)| name).filter(begins).collect();
    match (named.first(), named.len()) {
        (Some(only), 1) => Some((*only).clone()),
        _ => None,
    }
}
