//! Invitations made here, newcomers judged here, and the votes of this structure.

use std::time::Duration;

use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::address::MAX_ADDRESSES;
use sync_protocol::admission::{
    Exporter, Invitation as Made, JoinAnswer, JoinRequest, Newcomer, Refusal,
};
use sync_protocol::charter::{Certificate, MAX_MEMBERS, Member as Structure};
use sync_protocol::entry::Kind;
use sync_protocol::id::{NodeId, StructureId, VersionId};
use sync_protocol::invitation::{Purpose as TicketPurpose, Secret, Ticket};
use sync_protocol::time::Timestamp;

use crate::api::{ApiError, ExitKind};
use crate::home::invitations::{Invitation, Purpose, UsedBy};
use crate::home::keys::{KeyName, SecretSeed};
use crate::network::reachable;

use super::errors::read;
use super::genesis::{checked_kind, checked_name};
use super::member::Member;
use super::{Outcome, clock};

/// How long an invitation lasts unless told otherwise.
const DEFAULT_HOURS: u64 = 7 * 24;
/// The longest an invitation may last.
const MAX_HOURS: u64 = 90 * 24;

#[derive(Deserialize)]
struct Invite {
    structure: Option<String>,
    kind: Option<String>,
    #[serde(default)]
    device: bool,
    expires_in_hours: Option<u64>,
}

#[derive(Deserialize)]
struct Approve {
    version: String,
}

impl Member {
    /// `network.invite`: a ticket for a structure, or for a further node of ours.
    pub(super) fn invite(&self, input: Value) -> Outcome {
        let Invite {
            structure,
            kind,
            device,
            expires_in_hours,
        } = read(input)?;
        let hours = expires_in_hours.unwrap_or(DEFAULT_HOURS);
        if hours == 0 || hours > MAX_HOURS {
            let text = format!("an invitation lasts between 1 and {MAX_HOURS} hours");
            return Err(ApiError::new("bad_expiry", ExitKind::Usage, text).with("limit", MAX_HOURS));
        }
        let (purpose, ticket_purpose, name, code) = if device {
            self.root_key()?;
            let name = self.structure_name().to_owned();
            (Purpose::Device, TicketPurpose::Node, name, String::new())
        } else {
            let missing = |field: &str| {
                ApiError::new(
                    "missing_argument",
                    ExitKind::Usage,
                    format!("{field} is needed"),
                )
                .with("argument", field)
            };
            let name = structure.ok_or_else(|| missing("structure"))?;
            let name = checked_name("structure", &name)?;
            let kind = checked_kind(&kind.ok_or_else(|| missing("kind"))?)?;
            let purpose = Purpose::Structure {
                structure: name.clone(),
                kind: kind.clone(),
            };
            (purpose, TicketPurpose::Structure, name, kind)
        };
        let addresses = self.own_addresses()?;
        if addresses.is_empty() {
            let text = "nobody could reach this node: start it with `capactif run` first, or \
                        set public_addresses in config.json";
            return Err(ApiError::new("no_own_address", ExitKind::Usage, text));
        }
        let secret = Secret::new(clock::random()?);
        let charter = self.charter().current().0;
        let now = clock::now();
        let expires = now + Duration::from_secs(hours * 3600);
        let invitation = Invitation {
            secret: HEXLOWER.encode(secret.as_bytes()),
            purpose,
            charter,
            created: now.0,
            expires: expires.0,
            used_by: None,
        };
        self.home.add_invitation(invitation, now)?;
        let ticket = Ticket {
            network: self.network,
            charter,
            inviter: self.me,
            addresses,
            secret,
            expires,
            purpose: ticket_purpose,
            structure: name,
            kind: code,
        };
        Ok(json!({
            "network": self.network.to_string(),
            "node": self.me.to_string(),
            "ticket": ticket.to_string(),
            "expires_on": clock::iso(expires),
        }))
    }

    /// Where a newcomer can reach this node: configured addresses, those of the running node,
    /// those it announced before.
    fn own_addresses(&self) -> Result<Vec<String>, ApiError> {
        let mut addresses = self.home.config()?.public_addresses;
        addresses.extend(self.addresses().remove(&self.me).unwrap_or_default());
        if addresses.is_empty() {
            // Not run yet: where it will listen once it runs.
            let listen: Vec<_> = self
                .home
                .config()?
                .listen
                .into_iter()
                .filter(|it| it.port() != 0)
                .collect();
            addresses.extend(reachable(&listen).iter().map(ToString::to_string));
        }
        let mut seen = Vec::new();
        addresses.retain(|address| {
            let news = !seen.contains(address);
            seen.push(address.clone());
            news
        });
        addresses.truncate(MAX_ADDRESSES);
        Ok(addresses)
    }

    /// The structure's root key, if it is on this node. A key of another structure may lie here
    /// from an attempt to join with another ticket.
    pub(super) fn own_root(&self) -> Result<Option<SecretSeed>, ApiError> {
        let held = self.home.key(KeyName::Root)?;
        Ok(held.filter(|seed| StructureId::derive(&seed.root_key()) == self.structure))
    }

    fn root_key(&self) -> Result<ed25519_dalek::SigningKey, ApiError> {
        self.own_root()?
            .map(|seed| seed.signing_key())
            .ok_or_else(|| {
                let text = "the structure's root key is not on this node: invite from the node \
                            that founded or joined for the structure";
                ApiError::new("no_root_key", ExitKind::Refused, text)
            })
    }

    /// Decides on a newcomer; admits it, or proposes it to the members.
    pub(super) fn decide_on(
        &self,
        peer: NodeId,
        exporter: &Exporter,
        request: &JoinRequest,
    ) -> JoinAnswer {
        match self.try_admit(peer, exporter, request) {
            Ok(answer) => answer,
            Err(AdmissionError::Refused(refusal)) => JoinAnswer::Refused(refusal),
            Err(AdmissionError::Failed(error)) => {
                tracing::error!(%error, "a newcomer could not be admitted");
                JoinAnswer::Refused(Refusal::NotNow)
            }
        }
    }

    fn try_admit(
        &self,
        peer: NodeId,
        exporter: &Exporter,
        request: &JoinRequest,
    ) -> Result<JoinAnswer, AdmissionError> {
        let invitations = self.home.invitations()?;
        let (held, secret) = invitations
            .iter()
            .find_map(|held| {
                let bytes = HEXLOWER.decode(held.secret.as_bytes()).ok()?;
                let secret = Secret::new(bytes.try_into().ok()?);
                (secret.handle() == request.invitation).then_some((held, secret))
            })
            .ok_or(Refusal::Unknown)?;
        let made = Made {
            secret: &secret,
            purpose: match held.purpose {
                Purpose::Structure { .. } => TicketPurpose::Structure,
                Purpose::Device => TicketPurpose::Node,
            },
            expires: Timestamp(held.expires),
            used_by: held.used_by.map(|UsedBy(node)| node),
        };
        let newcomer = request.check(&made, self.network, exporter, peer, clock::now())?;
        let pinned = self
            .charter()
            .version(&held.charter)
            .map(sync_protocol::charter::Version::encode);
        let pinned = pinned.ok_or(Refusal::Unknown)?;
        match (newcomer, &held.purpose) {
            (Newcomer::Node { node, sealing }, _) => {
                self.home.use_invitation(&held.secret, peer)?;
                let root = self.root_key()?;
                let certificate = Certificate::issue(self.network, self.structure, &root, node);
                if let Some(sealing) = sealing {
                    self.welcome(&root, node, sealing)?;
                }
                Ok(JoinAnswer::Admitted {
                    pinned,
                    certificate: certificate.encode(),
                })
            }
            (Newcomer::Structure(certificate), Purpose::Structure { structure, kind }) => {
                self.home.use_invitation(&held.secret, peer)?;
                let member = Structure {
                    structure: certificate.structure,
                    root: certificate.root,
                    voting_node: peer,
                    name: structure.clone(),
                    kind: kind.clone(),
                };
                let missing = self.propose(member)?;
                if missing == 0 {
                    Ok(JoinAnswer::Admitted {
                        pinned,
                        certificate: Vec::new(),
                    })
                } else {
                    let missing = u16::try_from(missing).unwrap_or(u16::MAX);
                    Ok(JoinAnswer::Pending { pinned, missing })
                }
            }
            (Newcomer::Structure(_), Purpose::Device) => Err(Refusal::Unknown.into()),
        }
    }

    /// Proposes the admission of `member` and approves it; returns how many approvals are missing.
    fn propose(&self, member: Structure) -> Result<usize, ApiError> {
        let (known, pending) = {
            let charter = self.charter();
            let known = charter.member(&member.structure).is_some();
            let pending = charter
                .proposals()
                .into_iter()
                .find(|it| {
                    it.version
                        .members
                        .iter()
                        .any(|m| m.structure == member.structure)
                })
                .map(|it| (it.id, it.missing));
            (known, pending)
        };
        if known {
            return Ok(0);
        }
        if let Some((_, missing)) = pending {
            return Ok(missing);
        }
        let version = self.charter().admission(member, self.me, clock::now());
        if version.members.len() > MAX_MEMBERS {
            let text = format!("a network has at most {MAX_MEMBERS} structures");
            return Err(
                ApiError::new("roll_full", ExitKind::Refused, text).with("limit", MAX_MEMBERS)
            );
        }
        self.say(Kind::PROPOSE, version.encode())?;
        self.say(Kind::APPROVE, version.id().0.to_vec())?;
        Ok(self.missing_for(&version.id()))
    }

    fn missing_for(&self, version: &VersionId) -> usize {
        let charter = self.charter();
        let proposed = charter.proposals().into_iter().find(|it| it.id == *version);
        proposed.map_or(0, |it| it.missing)
    }

    /// `charter.approve`: the vote of this structure.
    pub(super) fn approve(&self, input: Value) -> Outcome {
        let Approve { version: prefix } = read(input)?;
        let folded = prefix.trim().to_lowercase();
        let (id, mine, rival) = {
            let charter = self.charter();
            let proposals = charter.proposals();
            let matching: Vec<_> = proposals
                .iter()
                .filter(|it| it.id.to_string().starts_with(&folded))
                .collect();
            let chosen = match matching.as_slice() {
                [only] => only,
                [] => {
                    let text = format!("no proposal begins with {prefix}");
                    return Err(ApiError::new("unknown_proposal", ExitKind::NotFound, text)
                        .with("version", prefix));
                }
                several => {
                    let text = format!("{} proposals begin with {prefix}", several.len());
                    return Err(ApiError::new("ambiguous_proposal", ExitKind::Usage, text)
                        .with("version", prefix)
                        .with("count", several.len()));
                }
            };
            let mine = chosen.approved_by.contains(&self.structure);
            let rival = proposals
                .iter()
                .filter(|it| it.version.round() == chosen.version.round())
                .find(|it| it.id != chosen.id && it.approved_by.contains(&self.structure))
                .map(|it| it.id);
            (chosen.id, mine, rival)
        };
        self.require_vote()?;
        if let Some(rival) = rival {
            let text = "your structure approved another proposal of the same height; a vote for \
                        both would split the network";
            return Err(ApiError::new("rival_approved", ExitKind::Refused, text)
                .with("version", rival.short()));
        }
        if !mine {
            let held = self.journals.tips();
            let tip = |node: &NodeId| held.get(node).copied().unwrap_or_default();
            let approval = self.charter().approval_of(&id, tip);
            let body = approval.map_or_else(|| id.0.to_vec(), |approval| approval.encode());
            self.say(Kind::APPROVE, body)?;
        }
        let missing = self.missing_for(&id);
        let effective = self.charter().is_effective(&id);
        Ok(json!({
            "version": id.to_string(),
            "effective": effective,
            "missing": missing,
            "already": mine,
        }))
    }

    fn require_vote(&self) -> Result<(), ApiError> {
        let voting = self
            .charter()
            .member(&self.structure)
            .map(|it| it.voting_node);
        match voting {
            Some(node) if node == self.me => Ok(()),
            Some(node) => {
                let text = "another node votes for your structure";
                Err(ApiError::new("not_voting_node", ExitKind::Refused, text)
                    .with("node", node.short()))
            }
            None => {
                let text = "your structure is not a member yet";
                Err(ApiError::new("not_a_member", ExitKind::Refused, text))
            }
        }
    }

    /// `charter.show`: the roll, and what waits for votes.
    pub(super) fn show_charter(&self) -> Value {
        let charter = self.charter();
        let (id, version) = charter.current();
        let name = |structure: &StructureId| {
            let named = version.members.iter().find(|it| it.structure == *structure);
            named.map_or_else(|| structure.short(), |it| it.name.clone())
        };
        let members: Vec<Value> = version
            .members
            .iter()
            .map(|member| {
                let nodes = charter
                    .nodes()
                    .filter(|(_, it)| **it == member.structure)
                    .count();
                json!({
                    "structure": member.structure.to_string(),
                    "name": member.name,
                    "kind": member.kind,
                    "node_count": nodes,
                    "voting_node": member.voting_node.to_string(),
                    "me": member.structure == self.structure,
                })
            })
            .collect();
        let proposals: Vec<Value> = charter
            .proposals()
            .into_iter()
            .map(|proposal| {
                let newcomers: Vec<Value> = proposal
                    .version
                    .members
                    .iter()
                    .filter(|it| version.members.iter().all(|m| m.structure != it.structure))
                    .map(|it| json!({ "name": it.name, "kind": it.kind }))
                    .collect();
                let summary: Vec<&str> = newcomers
                    .iter()
                    .filter_map(|it| it["name"].as_str())
                    .collect();
                let approvals: Vec<String> = proposal.approved_by.iter().map(&name).collect();
                json!({
                    "id": proposal.id.to_string(),
                    "number": proposal.version.number,
                    "admits": newcomers,
                    "summary": summary.join(", "),
                    "approvals": approvals,
                    "missing": proposal.missing,
                })
            })
            .collect();
        json!({
            "name": version.name,
            "network": self.network.to_string(),
            "version": id.to_string(),
            "number": version.number,
            "written_on": clock::iso(version.written),
            "members": members,
            "proposals": proposals,
            "rivals": charter.rivals().map(|(a, b)| [a.to_string(), b.to_string()]),
        })
    }

    /// A node that a person names: by the beginning of its identity or by its structure's name.
    pub(super) fn find_peer(&self, text: &str) -> Result<NodeId, ApiError> {
        let charter = self.charter();
        let lower = text.trim().to_lowercase();
        let named = |node: &NodeId, structure: &StructureId| {
            let name = charter.member(structure).map(|it| it.name.to_lowercase());
            node.to_string().starts_with(&lower) || name.is_some_and(|name| name == lower)
        };
        let mut found: Vec<NodeId> = charter
            .nodes()
            .filter(|(node, structure)| **node != self.me && named(node, structure))
            .map(|(node, _)| *node)
            .collect();
        // Whoever invited this node is known before the charter's entries have come.
        for peer in self.home.config()?.peers {
            let node = peer.node.and_then(|node| node.parse::<NodeId>().ok());
            let node =
                node.filter(|it| it.to_string().starts_with(&lower) || peer.address == lower);
            found.extend(node.filter(|it| *it != self.me));
        }
        found.sort_unstable();
        found.dedup();
        match found.as_slice() {
            [only] => Ok(*only),
            [] => {
                let text = format!("no other node is called {text}");
                Err(ApiError::new("unknown_peer", ExitKind::NotFound, text).with("peer", lower))
            }
            several => {
                let message = format!("{} nodes are called {text}", several.len());
                Err(ApiError::new("ambiguous_peer", ExitKind::Usage, message)
                    .with("peer", lower)
                    .with("count", several.len()))
            }
        }
    }
}

enum AdmissionError {
    Refused(Refusal),
    Failed(ApiError),
}

impl From<Refusal> for AdmissionError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ApiError> for AdmissionError {
    fn from(error: ApiError) -> Self {
        Self::Failed(error)
    }
}

impl From<crate::home::HomeError> for AdmissionError {
    fn from(error: crate::home::HomeError) -> Self {
        Self::Failed(error.into())
    }
}
