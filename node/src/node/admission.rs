//! Invitations made here, and newcomers judged here.

use std::time::Duration;

use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::address::MAX_ADDRESSES;
use sync_protocol::admission::{
    Exporter, Invitation as Made, JoinAnswer, JoinRequest, Newcomer, Refusal,
};
use sync_protocol::charter::{MAX_MEMBERS, MayNot, Member as Structure};
use sync_protocol::entry::Kind;
use sync_protocol::id::{NodeId, StructureId, VersionId};
use sync_protocol::invitation::{Purpose as TicketPurpose, Secret, Ticket};
use sync_protocol::time::Timestamp;

use crate::api::{ApiError, ExitKind};
use crate::home::invitations::{Invitation, Purpose, UsedBy};
use crate::network::reachable;

use super::charter::words;
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
        let mut locked = false;
        let (purpose, ticket_purpose, name, code) = if device {
            locked = self.root_is_locked()?;
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
            waiting: None,
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
            "locked": locked,
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
                let certificate = self.certificate_for(held, node, sealing)?;
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
        // One voice a round: spent on a newcomer, it would be missing where others have voted.
        let under_way = {
            let charter = self.charter();
            let open = charter.open_round();
            charter
                .proposals()
                .iter()
                .any(|it| it.version.round() == open && it.can_pass && !it.approved_by.is_empty())
        };
        if under_way {
            let text = "another proposal is being voted: a newcomer waits until it is decided";
            return Err(ApiError::new("vote_under_way", ExitKind::Refused, text));
        }
        // Who approved another version of this place waits for what becomes of that one; a node
        // that votes for nobody proposes all the same.
        let may = self.charter().may_propose(&self.me, &version);
        let votes = match may {
            Ok(()) => true,
            Err(MayNot::NoVote | MayNot::Dormant) => false,
            Err(why) => return Err(words::may_not(self, why)),
        };
        self.say(Kind::PROPOSE, version.encode())?;
        if votes {
            self.vote_for(&version.id())?;
        }
        Ok(self.missing_for(&version.id()))
    }

    fn missing_for(&self, version: &VersionId) -> usize {
        let charter = self.charter();
        let proposed = charter.proposals().into_iter().find(|it| it.id == *version);
        proposed.map_or(0, |it| it.missing)
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

/// Why a newcomer is not admitted.
pub(super) enum AdmissionError {
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
