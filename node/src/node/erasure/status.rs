//! How far erasures are: on which nodes each is carried out, and for which one waits.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::{NodeId, RecordId, StructureId};
use sync_protocol::seal::erase::state::{EraseFact, EraseLog, Progress};
use sync_protocol::seal::erase::{EraseTarget, Erased};

use crate::api::{ApiError, ExitKind};
use crate::replica::{ErasureJudge, ErasureRuling};
use crate::view::{Effect, Erasure};

use super::super::errors::read;
use super::super::member::{Member, lock};
use super::super::{Outcome, clock};
use super::asking::REASONS;

#[derive(Deserialize)]
struct Which {
    id: Option<String>,
}

/// What erasures are told of together: what they are about, and whose copies alone.
type About = (EraseTarget, Option<StructureId>);

impl Member {
    /// `erasure.status`: what is erased of each record, on which nodes that is done, and for whom one
    /// waits.
    pub(in crate::node) fn erasure_status(&self, input: Value) -> Outcome {
        let Which { id } = read(input)?;
        let mut records: BTreeMap<RecordId, Vec<Erasure>> = BTreeMap::new();
        for erasure in self.reader.erasures()? {
            records
                .entry(erasure.erase.record)
                .or_default()
                .push(erasure);
        }
        if let Some(id) = &id {
            let wanted = id.to_lowercase();
            records.retain(|record, _| record.to_string().starts_with(&wanted));
            if records.is_empty() {
                let text = "no erasure of a record of this name is known";
                return Err(
                    ApiError::new("unknown_erasure", ExitKind::NotFound, text).with("id", id)
                );
            }
        }
        let said = self.reader.acknowledged()?;
        let nodes = self.nodes_to_tell();
        let ruling = lock(&self.erasing.ruling).clone();
        let mut rows = Vec::with_capacity(records.len());
        for erasures in records.values() {
            let mut log = EraseLog::default();
            let mut together: BTreeMap<About, Vec<&Erasure>> = BTreeMap::new();
            for erasure in erasures {
                let counts = matches!(erasure.standing, Effect::Hides | Effect::Deletes);
                let Some(structure) = ErasureJudge::structure_of(self, &erasure.author) else {
                    continue;
                };
                let whose = erasure.erase.is_of_own_copies().then_some(structure);
                let about = (erasure.erase.target.clone(), whose);
                together.entry(about).or_default().push(erasure);
                let fact = EraseFact {
                    structure,
                    as_owner: counts,
                    agreed: erasure.standing == Effect::Deletes,
                    erase: erasure.erase.clone(),
                };
                log.observe(erasure.id, fact);
                for (node, scope) in said.get(&erasure.id).into_iter().flatten() {
                    let erased = Erased {
                        scope: *scope,
                        erases: vec![erasure.id],
                    };
                    log.acknowledge(*node, &erased);
                }
            }
            for ((target, whose), erasures) in &together {
                let (progress, nodes) = match whose {
                    None => (log.progress(target, &nodes), nodes.len()),
                    Some(structure) => {
                        let own = self.nodes_of(structure, &nodes);
                        let said = erasures.iter().filter_map(|it| said.get(&it.id));
                        let said: BTreeSet<NodeId> =
                            said.flatten().map(|(node, _)| *node).collect();
                        let progress = Progress {
                            done: &own & &said,
                            waiting: &own - &said,
                        };
                        (progress, own.len())
                    }
                };
                rows.extend(self.erasure_row(erasures, &progress, nodes, &ruling)?);
            }
        }
        rows.sort_by_key(|row| row["time"].as_str().unwrap_or_default().to_owned());
        Ok(json!({ "erasures": rows }))
    }

    fn erasure_row(
        &self,
        erasures: &[&Erasure],
        progress: &Progress,
        nodes: usize,
        ruling: &ErasureRuling,
    ) -> Result<Option<Value>, ApiError> {
        // The one that goes furthest says why, and when.
        let leading = erasures.iter().max_by_key(|it| {
            let rank = match it.standing {
                Effect::Deletes | Effect::Own => 3,
                Effect::Hides => 2,
                Effect::Waits => 1,
                Effect::Refused(_) => 0,
            };
            (rank, std::cmp::Reverse((it.time, it.id)))
        });
        let Some(erasure) = leading else {
            return Ok(None);
        };
        let record = erasure.erase.record;
        let why = REASONS.iter().find(|(_, why)| *why == erasure.erase.why);
        let (standing, refused) = match erasure.standing {
            Effect::Waits => ("waits", None),
            Effect::Hides => ("hides", None),
            Effect::Deletes => ("deletes", None),
            Effect::Own => ("own", None),
            Effect::Refused(code) => ("refused", Some(code)),
        };
        let by = ErasureJudge::structure_of(self, &erasure.author);
        let mut row = json!({
            "id": record.to_string(),
            "target": "record",
            "standing": standing,
            "refused": refused,
            "why": why.map(|(name, _)| *name),
            "by": by.map(|it| self.name_of(&it)),
            "time": clock::iso(erasure.time),
            "nodes": nodes,
            "done": self.named_nodes(&progress.done),
            "waiting": self.named_nodes(&progress.waiting),
        });
        match &erasure.erase.target {
            EraseTarget::Record => {}
            EraseTarget::Part(part) => {
                row["target"] = json!("part");
                row["part"] = json!(part.as_str());
                if erasure.standing == Effect::Deletes {
                    // Said of it by who had not heard: without its text, and named by giving the
                    // command again.
                    let of_it =
                        |it: &&crate::replica::Loose| (it.record, &it.part) == (record, part);
                    row["unnamed"] = json!(ruling.loose.iter().filter(of_it).count());
                }
            }
            EraseTarget::Blob(blob) => {
                row["target"] = json!("attachment");
                row["blob"] = json!(blob.to_string());
                let known = self.attachments_ever(&record)?.into_iter();
                let named = known.filter(|it| it.blob == *blob).map(|it| it.name);
                row["name"] = json!(named.min());
            }
        }
        Ok(Some(row))
    }

    /// The nodes that are to delete what is erased: all that take part.
    pub(super) fn nodes_to_tell(&self) -> BTreeSet<NodeId> {
        let charter = self.charter();
        let taking_part = charter.nodes().filter(|(node, _)| charter.takes_part(node));
        let mut nodes: BTreeSet<NodeId> = taking_part.map(|(node, _)| *node).collect();
        nodes.insert(self.me);
        nodes
    }

    /// Those of some nodes that are of a structure.
    pub(super) fn nodes_of(
        &self,
        structure: &StructureId,
        nodes: &BTreeSet<NodeId>,
    ) -> BTreeSet<NodeId> {
        let of_it = |it: &&NodeId| ErasureJudge::structure_of(self, it) == Some(*structure);
        nodes.iter().filter(of_it).copied().collect()
    }

    fn named_nodes(&self, nodes: &BTreeSet<NodeId>) -> Vec<Value> {
        let name = |node: &NodeId| {
            let structure = ErasureJudge::structure_of(self, node);
            structure.map_or_else(|| node.short(), |it| self.name_of(&it))
        };
        nodes
            .iter()
            .map(|node| json!({ "node": node.to_string(), "structure_name": name(node) }))
            .collect()
    }
}
