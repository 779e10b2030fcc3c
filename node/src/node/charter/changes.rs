//! What one version changes against the one before, as statements that people can be told.
//!
//! Each statement is a code with facts; the words are the command line's. Found by comparing the
//! two texts, so that a version says the same of itself whoever wrote it.

use serde_json::{Value, json};
use sync_protocol::charter::{Charter, Mandate, Subject, Terms, Version};
use sync_protocol::id::StructureId;

use crate::node::member::Member;

use super::mandates::{mandate_json, pairs, right_code};
use super::people::{name_in, node_name, subject_json};

/// The terms of a version, as far as it has any.
fn terms(version: &Version) -> Terms {
    let none = || Terms {
        coordinator: version.coordinator(),
        ..Terms::new(sync_protocol::id::NodeId::ZERO)
    };
    version.terms.clone().unwrap_or_else(none)
}

/// What `next` changes against `before`, in the order in which a charter is read.
pub(super) fn changes(
    member: &Member,
    charter: &Charter,
    before: &Version,
    next: &Version,
) -> Vec<Value> {
    let mut told = Vec::new();
    let (old, new) = (terms(before), terms(next));
    let name = |structure: &StructureId| {
        let named = next.member(structure).or_else(|| before.member(structure));
        named.map_or_else(|| name_in(charter, structure), |it| it.name.clone())
    };
    if before.name != next.name {
        told.push(json!({ "code": "renamed", "name": next.name }));
    }
    for it in next
        .members
        .iter()
        .filter(|it| before.member(&it.structure).is_none())
    {
        told.push(json!({ "code": "admits", "name": it.name, "kind": it.kind }));
    }
    for it in before
        .members
        .iter()
        .filter(|it| next.member(&it.structure).is_none())
    {
        let heir = new.successors.iter().find(|heir| heir.left == it.structure);
        told.push(json!({
            "code": "removes",
            "name": it.name,
            "successor": heir.map(|heir| name(&heir.successor)),
        }));
    }
    for now in &next.members {
        let Some(was) = before.member(&now.structure) else {
            continue;
        };
        if was.voting_node != now.voting_node {
            let node = node_name(charter, &now.voting_node);
            told.push(json!({ "code": "voting_node", "name": now.name, "node": node }));
        }
        if was.root != now.root {
            told.push(json!({ "code": "root", "name": now.name }));
        }
        if was.name != now.name {
            told.push(json!({ "code": "member_renamed", "before": was.name, "name": now.name }));
        }
        if was.kind != now.kind {
            told.push(json!({ "code": "member_kind", "name": now.name, "kind": now.kind }));
        }
    }
    for heir in &new.successors {
        let was = old.successors.iter().find(|it| it.left == heir.left);
        if was.is_some_and(|was| was.successor != heir.successor) {
            let (left, successor) = (name(&heir.left), name(&heir.successor));
            told.push(json!({ "code": "successor", "name": left, "successor": successor }));
        }
    }
    match (before.coordinator(), next.coordinator()) {
        (was, now) if was == now => {}
        (_, Some(now)) => told.push(json!({ "code": "coordinator", "name": name(&now) })),
        (_, None) => told.push(json!({ "code": "no_coordinator" })),
    }
    if old.admissions != new.admissions {
        told.push(json!({ "code": "admissions", "count": new.admissions }));
    }
    told.extend(changed_mandates(member, before, next));
    if old.committee != new.committee || old.committee_quorum != new.committee_quorum {
        let mut names: Vec<&str> = new.committee.iter().map(|it| it.name.as_str()).collect();
        names.sort_unstable();
        told.push(json!({
            "code": if names.is_empty() { "no_committee" } else { "committee" },
            "count": new.committee_quorum,
            "names": names.join(", "),
        }));
    }
    for it in new.dormant.iter().filter(|it| !old.dormant.contains(it)) {
        told.push(json!({ "code": "dormant", "name": name(it) }));
    }
    for it in old.dormant.iter().filter(|it| !new.dormant.contains(it)) {
        if next.member(it).is_some() {
            told.push(json!({ "code": "awake", "name": name(it) }));
        }
    }
    for it in new.closed.iter().filter(|it| !old.closes(&it.node)) {
        told.push(json!({ "code": "closes", "node": node_name(charter, &it.node) }));
    }
    for it in old.closed.iter().filter(|it| !new.closes(&it.node)) {
        told.push(json!({ "code": "reopens", "node": node_name(charter, &it.node) }));
    }
    for head in &new.heads {
        told.push(json!({
            "code": "head",
            "node": node_name(charter, &head.node),
            "seq": head.tip.seq,
            "entry": head.tip.id.short(),
            "number": head.version,
        }));
    }
    for subject in &new.lifted {
        let named = subject_json(charter, subject);
        let kind = match subject {
            Subject::Structure(_) => "structure",
            Subject::Node(_) => "node",
        };
        told.push(json!({ "code": "lifts", "subject": kind, "name": named["name"] }));
    }
    if before.minimum_protocol != next.minimum_protocol {
        told.push(json!({ "code": "minimum_protocol", "count": next.minimum_protocol }));
    }
    told
}

/// Mandates that hold and did not, then those that held and do not, wherever they are declared: a
/// default that is written out changes nothing.
fn changed_mandates(member: &Member, before: &Version, next: &Version) -> Vec<Value> {
    let (mut given, mut taken) = (Vec::new(), Vec::new());
    for (collection, right) in pairs(&[before, next]) {
        let (was, now) = (
            before.in_force(&collection, right),
            next.in_force(&collection, right),
        );
        let told = |code: &str, version: &Version, mandate: &Mandate| json!({ "code": code, "mandate": mandate_json(member, version, mandate) });
        let news = now.iter().filter(|it| !was.contains(it));
        given.extend(news.map(|it| told("mandate", next, it)));
        let gone = was.iter().filter(|it| !now.contains(it));
        taken.extend(gone.map(|it| told("no_mandate", before, it)));
        if now.is_empty() && !was.is_empty() {
            taken.push(json!({
                "code": "nobody",
                "collection": collection,
                "right": right_code(right),
            }));
        }
    }
    given.extend(taken);
    given
}

/// What a founding version says.
pub(super) fn founding(version: &Version) -> Vec<Value> {
    let members = version.members.iter();
    members
        .map(|it| json!({ "code": "founds", "name": it.name, "kind": it.kind }))
        .collect()
}
