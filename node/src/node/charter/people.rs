//! Members, nodes and proposals as people name them, and back.

use serde_json::{Value, json};
use sync_protocol::charter::{Charter, Subject};
use sync_protocol::id::{NodeId, StructureId, VersionId};

use crate::api::{ApiError, ExitKind};
use crate::node::member::Member;
use crate::registry::nearest;
use crate::text::fold;

/// The least digits by which an identity is told.
const LEAST_DIGITS: usize = 4;

/// What a structure was called last, whether it is a member still or not.
pub(super) fn name_in(charter: &Charter, structure: &StructureId) -> String {
    let known = charter.effective().rev();
    let named = known.filter_map(|(_, version)| version.member(structure));
    let named = named.map(|member| member.name.clone()).next();
    named.unwrap_or_else(|| structure.short())
}

/// A node by its structure's name and the beginning of its identity.
pub(in crate::node) fn node_name(charter: &Charter, node: &NodeId) -> String {
    let structure = charter.structure_of(node).or_else(|| {
        let members = charter
            .effective()
            .flat_map(|(_, version)| &version.members);
        let mut voting = members.filter(|member| member.voting_node == *node);
        voting.next().map(|member| member.structure)
    });
    structure.map_or_else(
        || node.short(),
        |it| format!("{} ({})", name_in(charter, &it), node.short()),
    )
}

/// Whom a suspension concerns, as JSON.
pub(super) fn subject_json(charter: &Charter, subject: &Subject) -> Value {
    match subject {
        Subject::Structure(structure) => json!({
            "type": "structure",
            "id": structure.to_string(),
            "name": name_in(charter, structure),
        }),
        Subject::Node(node) => json!({
            "type": "node",
            "id": node.to_string(),
            "name": node_name(charter, node),
        }),
    }
}

/// The one of several identities that begins with what a person typed.
fn by_digits<T: Copy + ToString>(text: &str, all: impl Iterator<Item = T>) -> Vec<T> {
    let wanted = text.trim().to_lowercase();
    let is_long = wanted.len() >= LEAST_DIGITS;
    all.filter(|id| is_long && id.to_string().starts_with(&wanted))
        .collect()
}

impl Member {
    /// The member that a person means: by its name, or by the beginning of its identity.
    pub(in crate::node) fn find_member(&self, text: &str) -> Result<StructureId, ApiError> {
        let charter = self.charter();
        let members = &charter.current().1.members;
        let wanted = fold(text);
        let mut found: Vec<StructureId> = members
            .iter()
            .filter(|member| fold(&member.name) == wanted)
            .map(|member| member.structure)
            .collect();
        if found.is_empty() {
            found = by_digits(text, members.iter().map(|member| member.structure));
        }
        match found.as_slice() {
            [only] => Ok(*only),
            [] => {
                let names = || members.iter().map(|member| member.name.as_str());
                let text = text.trim();
                if let Some(near) = nearest(text, names()) {
                    let said = format!("no member is called {text}; the nearest is {near}");
                    return Err(ApiError::new("misspelt_member", ExitKind::NotFound, said)
                        .with("value", text)
                        .with("nearest", near));
                }
                let said = format!("no member is called {text}");
                Err(ApiError::new("unknown_member", ExitKind::NotFound, said)
                    .with("value", text)
                    .with("allowed", names().collect::<Vec<_>>().join(", ")))
            }
            several => {
                let said = format!("{} members are called {text}", several.len());
                Err(ApiError::new("ambiguous_member", ExitKind::Usage, said)
                    .with("value", text.trim())
                    .with("count", several.len()))
            }
        }
    }

    /// The node that a person means: by the beginning of its identity, or by the name of a
    /// structure that has one only.
    pub(super) fn find_node(&self, text: &str) -> Result<(NodeId, StructureId), ApiError> {
        let charter = self.charter();
        let wanted = fold(text);
        let digits = by_digits(text, charter.nodes().map(|(node, _)| *node));
        let found: Vec<NodeId> = if digits.is_empty() {
            let named = |structure: &StructureId| fold(&name_in(&charter, structure)) == wanted;
            let nodes = charter.nodes().filter(|(_, structure)| named(structure));
            nodes.map(|(node, _)| *node).collect()
        } else {
            digits
        };
        match found.as_slice() {
            [only] => {
                let structure = charter.structure_of(only);
                Ok((*only, structure.unwrap_or(StructureId::ZERO)))
            }
            [] => {
                let said = format!("no node of the network is called {text}");
                Err(ApiError::new("unknown_node", ExitKind::NotFound, said)
                    .with("value", text.trim()))
            }
            several => {
                let said = format!("{} nodes are called {text}", several.len());
                let names: Vec<String> = several.iter().map(NodeId::short).collect();
                Err(ApiError::new("ambiguous_node", ExitKind::Usage, said)
                    .with("value", text.trim())
                    .with("count", several.len())
                    .with("names", names.join(", ")))
            }
        }
    }

    /// The structure or node that a person means: a name is a structure's.
    pub(super) fn find_subject(&self, text: &str) -> Result<Subject, ApiError> {
        match self.find_member(text) {
            Ok(structure) => Ok(Subject::Structure(structure)),
            Err(error) => match self.find_node(text) {
                Ok((node, _)) => Ok(Subject::Node(node)),
                Err(_) => Err(error),
            },
        }
    }

    /// The version among these that begins with what a person typed.
    pub(super) fn find_version(
        &self,
        text: &str,
        among: impl Iterator<Item = VersionId>,
    ) -> Result<VersionId, ApiError> {
        let wanted = text.trim().to_lowercase();
        let found: Vec<VersionId> = among
            .filter(|id| !wanted.is_empty() && id.to_string().starts_with(&wanted))
            .collect();
        match found.as_slice() {
            [only] => Ok(*only),
            [] => Err(self.no_such_proposal(text)),
            several => {
                let said = format!("{} proposals begin with {text}", several.len());
                Err(ApiError::new("ambiguous_proposal", ExitKind::Usage, said)
                    .with("version", text.trim())
                    .with("count", several.len()))
            }
        }
    }

    /// No proposal on the version in force begins so: one that was overtaken is told as such.
    fn no_such_proposal(&self, text: &str) -> ApiError {
        let wanted = text.trim().to_lowercase();
        let charter = self.charter();
        let current = charter.current().1.number;
        let known = self.authority_entries().unwrap_or_default();
        let overtaken = known
            .iter()
            .filter_map(|held| {
                sync_protocol::charter::Version::decode(held.entry.body.as_deref()?).ok()
            })
            .any(|version| !wanted.is_empty() && version.id().to_string().starts_with(&wanted));
        if overtaken {
            let said = "this version does not stand above the one in force";
            return ApiError::new("stale_version", ExitKind::Refused, said).with("number", current);
        }
        let said = format!("no proposal begins with {text}");
        ApiError::new("unknown_proposal", ExitKind::NotFound, said).with("version", text.trim())
    }
}
