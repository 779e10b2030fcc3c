//! A new version, composed from what a person wants to change in the one in force.
//!
//! What cannot be part of any charter is refused here, before anything is written, in the words of
//! whoever asked; whether the members may vote it is the charter's own business.

use std::str::FromStr;

use serde::Deserialize;
use sync_protocol::charter::{
    Closed, FixedHead, MAX_COMMITTEE, MAX_MANDATES, MAX_NODES, Mandate, Person, Subject, Successor,
    Terms, Version,
};
use sync_protocol::entry::MAX_BODY_BYTES;
use sync_protocol::frame::NEWEST_VERSION;
use sync_protocol::frontier::Tip;
use sync_protocol::id::{NodeId, PersonKey, StructureId};

use crate::api::{ApiError, ExitKind};
use crate::node::clock;
use crate::node::genesis::checked_name;
use crate::node::member::Member;

use super::mandates::Given;

/// What a person wants to change.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    coordinator: Option<String>,
    no_coordinator: bool,
    admissions: Option<u16>,
    mandates: Vec<Given>,
    no_mandates: Vec<Given>,
    remove: Vec<Removal>,
    dormant: Vec<String>,
    awake: Vec<String>,
    close: Vec<String>,
    voters: Vec<Voter>,
    committee: Vec<Seat>,
    ratify: Option<u8>,
    no_committee: bool,
    lift: Vec<String>,
    heads: Vec<Head>,
    minimum_protocol: Option<u16>,
}

/// A structure that leaves, and who takes over what it owns.
#[derive(Debug, Deserialize)]
struct Removal {
    structure: String,
    successor: Option<String>,
}

/// The node that shall vote for a structure.
#[derive(Debug, Deserialize)]
struct Voter {
    structure: String,
    node: String,
}

/// A person of the committee.
#[derive(Debug, Deserialize)]
struct Seat {
    name: String,
    key: String,
}

/// How far a journal counts, by the number of its last entry.
#[derive(Debug, Deserialize)]
struct Head {
    node: String,
    seq: u64,
    /// The number of the version that narrowed; this one's where none is given.
    version: Option<u32>,
}

impl Wanted {
    /// The version above the one in force that says what is wanted.
    pub(super) fn amend(&self, member: &Member) -> Result<Version, ApiError> {
        let mut draft = member.charter().draft(member.me, clock::now());
        let mut terms = draft.terms.take().unwrap_or_else(|| Terms::new(member.me));
        self.remove(member, &mut draft, &mut terms)?;
        self.vote(member, &mut draft, &mut terms)?;
        self.coordinate(member, &draft, &mut terms)?;
        self.mandate(member, &draft, &mut terms)?;
        self.seat(&mut terms)?;
        self.close(member, &draft, &mut terms)?;
        self.lift(member, &mut terms)?;
        self.fix_heads(member, &draft, &mut terms)?;
        if let Some(wanted) = self.minimum_protocol {
            if wanted > NEWEST_VERSION {
                let text = format!("this node speaks protocol version {NEWEST_VERSION} at most");
                return Err(ApiError::new("protocol_too_new", ExitKind::Usage, text)
                    .with("version", NEWEST_VERSION));
            }
            draft.minimum_protocol = wanted;
        }
        draft.terms = Some(terms);
        checked(draft)
    }

    fn remove(
        &self,
        member: &Member,
        draft: &mut Version,
        terms: &mut Terms,
    ) -> Result<(), ApiError> {
        for removal in &self.remove {
            let leaves = member.find_member(&removal.structure)?;
            let name = member.name_of(&leaves);
            if draft.members.len() == 1 {
                let text = "a network has at least one member";
                return Err(
                    ApiError::new("last_structure", ExitKind::Refused, text).with("name", name)
                );
            }
            if leaves == member.structure {
                // Once out, this node could not tell the others which approvals made the quorum.
                let text = "another member proposes that your structure leave, and you approve it";
                return Err(ApiError::new("self_removal", ExitKind::Refused, text));
            }
            let Some(successor) = &removal.successor else {
                let text = format!("nobody is named to take over what {name} owns");
                return Err(ApiError::new("no_successor", ExitKind::Usage, text).with("name", name));
            };
            let successor = member.find_member(successor)?;
            let stays = draft.member(&successor).is_some() && successor != leaves;
            if !stays {
                let text = "the successor is not a member, or leaves too";
                return Err(ApiError::new("successor_leaves", ExitKind::Usage, text)
                    .with("name", name)
                    .with("successor", member.name_of(&successor)));
            }
            draft.members.retain(|it| it.structure != leaves);
            // Whoever left before to the one who leaves now has the same successor.
            for earlier in &mut terms.successors {
                if earlier.successor == leaves {
                    earlier.successor = successor;
                }
            }
            terms.successors.push(Successor {
                left: leaves,
                successor,
            });
            let gone = sync_protocol::charter::Holder::Structure(leaves);
            terms.mandates.retain(|mandate| mandate.holder != gone);
            terms.dormant.retain(|it| *it != leaves);
            if terms.coordinator == Some(leaves) {
                terms.coordinator = None;
            }
        }
        terms.successors.sort_unstable();
        Ok(())
    }

    fn vote(
        &self,
        member: &Member,
        draft: &mut Version,
        terms: &mut Terms,
    ) -> Result<(), ApiError> {
        for text in &self.dormant {
            let structure = on_roll(member, draft, text)?;
            if !terms.dormant.contains(&structure) {
                terms.dormant.push(structure);
            }
        }
        for text in &self.awake {
            let structure = on_roll(member, draft, text)?;
            terms.dormant.retain(|it| *it != structure);
        }
        terms.dormant.sort_unstable();
        if terms.dormant.len() >= draft.members.len() {
            let text = "somebody has to vote";
            return Err(ApiError::new("nobody_awake", ExitKind::Usage, text));
        }
        for voter in &self.voters {
            let structure = on_roll(member, draft, &voter.structure)?;
            let (node, owner) = member.find_node(&voter.node)?;
            if owner != structure || terms.closes(&node) {
                let text = "a structure votes from an open node of its own";
                return Err(ApiError::new("voter_of_another", ExitKind::Usage, text)
                    .with("node", node.short())
                    .with("name", member.name_of(&structure)));
            }
            for it in &mut draft.members {
                if it.structure == structure {
                    it.voting_node = node;
                }
            }
        }
        Ok(())
    }

    fn coordinate(
        &self,
        member: &Member,
        draft: &Version,
        terms: &mut Terms,
    ) -> Result<(), ApiError> {
        if self.no_coordinator {
            terms.coordinator = None;
        }
        if let Some(text) = &self.coordinator {
            terms.coordinator = Some(on_roll(member, draft, text)?);
        }
        let most = draft.members.len() / 2;
        if let Some(wanted) = self.admissions {
            if terms.coordinator.is_none() && wanted > 0 {
                let text = "admissions are delegated to the coordinator, and nobody is";
                return Err(ApiError::new("admissions_to_nobody", ExitKind::Usage, text));
            }
            if usize::from(wanted) > most {
                let text = format!("at most {most} admissions are delegated, half the roll");
                return Err(
                    ApiError::new("too_many_admissions", ExitKind::Usage, text).with("limit", most)
                );
            }
            terms.admissions = wanted;
        }
        let most = u16::try_from(most).unwrap_or(u16::MAX);
        terms.admissions = match terms.coordinator {
            Some(_) => terms.admissions.min(most),
            None => 0,
        };
        Ok(())
    }

    fn mandate(&self, member: &Member, draft: &Version, terms: &mut Terms) -> Result<(), ApiError> {
        let before = member.charter().current().1.clone();
        // What a collection and right come to so far: naming one mandate sets the defaults for it
        // aside, so those that shall go on are written out beside it.
        let wanted: Vec<_> = self.mandates.iter().map(|it| (it, true)).collect();
        let unwanted = self.no_mandates.iter().map(|it| (it, false));
        for (given, _) in unwanted.clone().chain(wanted.iter().copied()) {
            let (collection, right) = given.subject()?;
            let named = |it: &Mandate| it.collection == collection && it.right == right;
            if !terms.mandates.iter().any(named) {
                let implied = before.in_force(collection, right);
                let of_everyone = |it: &Mandate| {
                    it.holder == sync_protocol::charter::Holder::Everyone
                        && it.territory.is_empty()
                        && it.themes.is_empty()
                };
                // What was open to all is not written out: a mandate beside it would mean nothing.
                if !before.mandates().iter().any(named) && !implied.iter().any(of_everyone) {
                    terms.mandates.extend(implied);
                }
            }
        }
        for (given, _) in unwanted {
            let (collection, right) = given.subject()?;
            let before = terms.mandates.len();
            if given.names_all() {
                terms
                    .mandates
                    .retain(|it| it.collection != collection || it.right != right);
            } else {
                let unwanted = given.checked(member)?;
                terms.mandates.retain(|it| *it != unwanted);
            }
            if terms.mandates.len() == before {
                let text = "there is no such mandate to take back";
                return Err(ApiError::new("mandate_not_there", ExitKind::NotFound, text)
                    .with("collection", collection));
            }
        }
        for (given, _) in wanted {
            let mandate = given.checked(member)?;
            if let sync_protocol::charter::Holder::Structure(structure) = &mandate.holder
                && draft.member(structure).is_none()
            {
                return Err(leaves(member, structure));
            }
            if !terms.mandates.contains(&mandate) {
                terms.mandates.push(mandate);
            }
        }
        terms.mandates.sort();
        if terms.mandates.len() > MAX_MANDATES {
            let text = format!("a charter has at most {MAX_MANDATES} mandates");
            return Err(ApiError::new("too_many_mandates", ExitKind::Usage, text)
                .with("limit", MAX_MANDATES));
        }
        Ok(())
    }

    fn seat(&self, terms: &mut Terms) -> Result<(), ApiError> {
        if self.no_committee {
            terms.committee.clear();
            terms.committee_quorum = 0;
        }
        if !self.committee.is_empty() {
            terms.committee.clear();
        }
        for seat in &self.committee {
            let name = checked_name("committee", &seat.name)?;
            let key = PersonKey::from_str(&seat.key.trim().to_lowercase());
            let known = key
                .ok()
                .filter(|key| ed25519_dalek::VerifyingKey::from_bytes(&key.0).is_ok());
            let Some(key) = known else {
                let text = format!("the key of {name} is not a person's key");
                return Err(
                    ApiError::new("bad_person_key", ExitKind::Usage, text).with("name", name)
                );
            };
            if terms.committee.iter().any(|it| it.key == key) {
                let text = format!("{name} sits on the committee twice");
                return Err(
                    ApiError::new("person_sits_twice", ExitKind::Usage, text).with("name", name)
                );
            }
            terms.committee.push(Person { key, name });
        }
        terms.committee.sort();
        if let Some(wanted) = self.ratify {
            terms.committee_quorum = wanted;
        }
        let (seats, needed) = (terms.committee.len(), usize::from(terms.committee_quorum));
        if seats > MAX_COMMITTEE {
            let text = format!("a committee has at most {MAX_COMMITTEE} persons");
            return Err(
                ApiError::new("committee_full", ExitKind::Usage, text).with("limit", MAX_COMMITTEE)
            );
        }
        if needed > seats || (needed == 0) != (seats == 0) {
            let text = format!("{needed} of {seats} persons can never ratify");
            return Err(
                ApiError::new("committee_never_ratifies", ExitKind::Usage, text)
                    .with("needed", needed)
                    .with("count", seats),
            );
        }
        Ok(())
    }

    fn close(&self, member: &Member, draft: &Version, terms: &mut Terms) -> Result<(), ApiError> {
        for text in &self.close {
            let (node, structure) = member.find_node(text)?;
            if draft.members.iter().any(|it| it.voting_node == node) {
                let text = "this node votes for its structure: another one has to, first";
                return Err(ApiError::new("closes_voting_node", ExitKind::Usage, text)
                    .with("node", node.short())
                    .with("name", member.name_of(&structure)));
            }
            if !terms.closes(&node) {
                terms.closed.push(Closed { node, structure });
                terms.closed.sort_unstable();
            }
        }
        if terms.closed.len() > MAX_NODES {
            let text = format!("a charter closes at most {MAX_NODES} nodes");
            return Err(
                ApiError::new("too_many_closed", ExitKind::Usage, text).with("limit", MAX_NODES)
            );
        }
        Ok(())
    }

    fn lift(&self, member: &Member, terms: &mut Terms) -> Result<(), ApiError> {
        for text in &self.lift {
            let suspended = member.charter().suspensions();
            let subject = member.find_subject(text)?;
            let asked = |subject: Subject| suspended.iter().any(|it| it.subject == subject);
            if !asked(subject) {
                let name = super::words::subject_name(member, &subject);
                let text = format!("nobody asks for the suspension of {name}");
                return Err(
                    ApiError::new("not_suspended", ExitKind::Usage, text).with("name", name)
                );
            }
            if !terms.lifted.contains(&subject) {
                terms.lifted.push(subject);
            }
        }
        terms.lifted.sort_unstable();
        Ok(())
    }

    fn fix_heads(
        &self,
        member: &Member,
        draft: &Version,
        terms: &mut Terms,
    ) -> Result<(), ApiError> {
        for head in &self.heads {
            let (node, structure) = member.find_node(&head.node)?;
            let version = head.version.unwrap_or(draft.number);
            if version > draft.number {
                let text = "a head is fixed for this version or an earlier one";
                return Err(
                    ApiError::new("head_of_later_version", ExitKind::Usage, text)
                        .with("number", draft.number),
                );
            }
            let tip = tip_at(member, &node, head.seq)?;
            let twice = |it: &FixedHead| it.node == node && it.version == version;
            if terms.heads.iter().any(twice) {
                let text = "one journal has one head";
                return Err(
                    ApiError::new("two_heads", ExitKind::Usage, text).with("node", node.short())
                );
            }
            terms.heads.push(FixedHead {
                version,
                node,
                tip,
                structure,
            });
        }
        terms.heads.sort_unstable();
        Ok(())
    }
}

/// The entry of a journal as it is held here.
fn tip_at(member: &Member, node: &NodeId, seq: u64) -> Result<Tip, ApiError> {
    if seq == 0 {
        return Ok(Tip::EMPTY);
    }
    let id = member.journals.entry_id(member.network, node, seq)?;
    match id {
        Some(id) => Ok(Tip { seq, id }),
        None => {
            let held = member.journals.tip(node).seq;
            let text = format!("entry {seq} of this journal is not held here, {held} are");
            Err(ApiError::new("head_not_held", ExitKind::NotFound, text)
                .with("node", node.short())
                .with("seq", seq)
                .with("held", held))
        }
    }
}

/// A member that a person names, and that the new version still has.
fn on_roll(member: &Member, draft: &Version, text: &str) -> Result<StructureId, ApiError> {
    let structure = member.find_member(text)?;
    match draft.member(&structure) {
        Some(_) => Ok(structure),
        None => Err(leaves(member, &structure)),
    }
}

fn leaves(member: &Member, structure: &StructureId) -> ApiError {
    let text = "this structure leaves by the same version";
    ApiError::new("structure_leaves", ExitKind::Usage, text).with("name", member.name_of(structure))
}

/// A version that others can read: its own bytes come back as it is.
pub(super) fn checked(draft: Version) -> Result<Version, ApiError> {
    let bytes = draft.encode();
    if bytes.len() > MAX_BODY_BYTES {
        let text = format!("a charter of {} bytes is too long", bytes.len());
        return Err(
            ApiError::new("charter_too_long", ExitKind::Usage, text).with("limit", MAX_BODY_BYTES)
        );
    }
    match Version::decode(&bytes) {
        Ok(read) if read == draft => Ok(draft),
        Ok(_) => Err(unsound("it would not be read as it was written")),
        Err(error) => Err(unsound(&error.to_string())),
    }
}

fn unsound(reason: &str) -> ApiError {
    let text = format!("this is not a charter: {reason}");
    ApiError::new("charter_unsound", ExitKind::Usage, text).with("reason", reason)
}
