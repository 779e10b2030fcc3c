//! How a home comes to belong to a network: by founding one, or by joining one.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::admission::{JoinAnswer, Refusal, check_pinned};
use sync_protocol::charter::{Certificate, MAX_NAME_BYTES, Member as Structure, Version};
use sync_protocol::entry::Kind;
use sync_protocol::frame::NEWEST_VERSION;
use sync_protocol::frontier::Tip;
use sync_protocol::id::{NetworkId, NodeId, RootKey, Salt, StructureId, VersionId};
use sync_protocol::invitation::{Purpose, Ticket};
use sync_protocol::run::{self, Statement};

use crate::api::{ApiError, ExitKind};
use crate::home::config::PeerAddress;
use crate::home::keys::{KeyName, SealingName, SecretSeed};
use crate::home::membership::Membership;
use crate::registry::{Context, Fields, collection, prepare_new};
use crate::store::{EngineKind, Journals, OpenOptions, set_aside};
use crate::sync::ask_to_join;

use super::errors::{of_fields, read};
use super::member::{Member, PINNED};
use super::{Node, Outcome, clock};

#[derive(Deserialize)]
struct Found {
    name: String,
    structure: String,
    kind: String,
    insee_code: Option<String>,
    store: Option<EngineKind>,
}

#[derive(Deserialize)]
struct Join {
    ticket: String,
    store: Option<EngineKind>,
}

impl Node {
    /// `network.found`: a new network with this node in it.
    pub(super) fn found(&self, input: Value) -> Outcome {
        let Found {
            name,
            structure,
            kind,
            insee_code,
            store,
        } = read(input)?;
        self.require_no_network()?;
        let name = checked_name("name", &name)?;
        let structure_name = checked_name("structure", &structure)?;
        let kind = checked_kind(&kind)?;
        // Before anything is written: a wrong commune must not leave half a network behind.
        let description = self.describe_structure(&structure_name, &kind, insee_code.as_deref())?;
        let node_seed = self.seed(KeyName::Node)?;
        let root_seed = self.seed(KeyName::Root)?;
        let (key, root) = (node_seed.signing_key(), root_seed.signing_key());
        let me = node_seed.node_id();
        let structure = StructureId::derive(&root_seed.root_key());
        let version = Version {
            number: 0,
            previous: VersionId::ZERO,
            name: name.clone(),
            minimum_protocol: NEWEST_VERSION,
            written: clock::now(),
            members: vec![Structure {
                structure,
                root: root_seed.root_key(),
                voting_node: me,
                name: structure_name.clone(),
                kind: kind.clone(),
            }],
            terms: None,
        };
        let network = version.network();
        let certificate = Certificate::issue(network, structure, &root, me);
        self.choose_engine(store)?;
        let journals = self.fresh_store()?;
        let statements = vec![
            (Kind::CERTIFICATE, certificate.encode()),
            (Kind::PROPOSE, version.encode()),
        ];
        open_journal(&journals, network, &key, version.id(), statements)?;
        let membership = Membership {
            network,
            name,
            structure,
            structure_name: structure_name.clone(),
            charter: version.id(),
            charter_number: 0,
        };
        let member = self.enter(&membership, journals)?;
        member.add_own_structure(description)?;
        Ok(json!({ "network": network.to_string(), "node": me.to_string(), "ticket": null }))
    }

    /// `network.join`: asks the inviter to be admitted.
    pub(super) fn join(&self, input: Value) -> Outcome {
        let Join {
            ticket: text,
            store,
        } = read(input)?;
        let ticket: Ticket = text.parse()?;
        self.require_no_network()?;
        if clock::now() > ticket.expires {
            let text = "the invitation has expired: ask for a new one";
            return Err(ApiError::new("invitation_expired", ExitKind::Refused, text)
                .with("expired_on", clock::iso(ticket.expires)));
        }
        let description = match ticket.purpose {
            Purpose::Structure => {
                Some(self.describe_structure(&ticket.structure, &ticket.kind, None)?)
            }
            Purpose::Node => None,
        };
        let node_seed = self.seed(KeyName::Node)?;
        let me = node_seed.node_id();
        let (root, certificate) = self.credentials(&ticket, me)?;
        let offered = match &certificate {
            Some(certificate) => certificate.encode(),
            // A further node is certified by the inviter, and handed secrets under this key.
            None => {
                let own = self.home().home().make_sealing_secret(SealingName::Node)?;
                own.public().0.to_vec()
            }
        };
        let key = node_seed.signing_key();
        let answer = ask_to_join(&ticket, &key, root, offered)?;
        let (pinned, given, missing) = match answer {
            JoinAnswer::Refused(refusal) => return Err(refused(refusal)),
            JoinAnswer::Admitted {
                pinned,
                certificate,
            } => (pinned, certificate, 0),
            JoinAnswer::Pending { pinned, missing } => (pinned, Vec::new(), missing),
        };
        let version = check_pinned(&pinned, ticket.charter).map_err(|error| {
            let text = "the inviting node told another charter than the ticket's: do not trust it";
            ApiError::new("charter_differs", ExitKind::Refused, text).with("reason", error)
        })?;
        let certificate = match certificate {
            Some(own) => own,
            None => received_certificate(&ticket, me, &given, &version)?,
        };
        self.choose_engine(store)?;
        let journals = self.fresh_store()?;
        journals.put_meta(PINNED, Some(&pinned))?;
        let statements = vec![(Kind::CERTIFICATE, certificate.encode())];
        open_journal(&journals, ticket.network, &key, version.id(), statements)?;
        let own = version
            .members
            .iter()
            .find(|it| it.structure == certificate.structure);
        let membership = Membership {
            network: ticket.network,
            name: version.name.clone(),
            structure: certificate.structure,
            structure_name: own.map_or_else(|| ticket.structure.clone(), |it| it.name.clone()),
            charter: version.id(),
            charter_number: u64::from(version.number),
        };
        self.remember_inviter(&ticket)?;
        let member = self.enter(&membership, journals)?;
        if let Some(description) = description {
            member.add_own_structure(description)?;
        }
        Ok(json!({
            "network": ticket.network.to_string(),
            "node": me.to_string(),
            "ticket": null,
            "name": membership.name,
            "structure": membership.structure_name,
            "admitted": missing == 0,
            "missing_approvals": missing,
        }))
    }

    /// Root key and certificate of a newcomer, as the ticket's purpose asks.
    fn credentials(
        &self,
        ticket: &Ticket,
        me: NodeId,
    ) -> Result<(RootKey, Option<Certificate>), ApiError> {
        match ticket.purpose {
            Purpose::Node => Ok((RootKey::ZERO, None)),
            Purpose::Structure => {
                let seed = self.seed(KeyName::Root)?;
                let structure = StructureId::derive(&seed.root_key());
                let root = seed.signing_key();
                let certificate = Certificate::issue(ticket.network, structure, &root, me);
                Ok((seed.root_key(), Some(certificate)))
            }
        }
    }

    /// A key of this home; made and kept where there is none, so that another attempt after a
    /// broken line comes with the same keys.
    fn seed(&self, name: KeyName) -> Result<SecretSeed, ApiError> {
        let home = self.home().home();
        if let Some(seed) = home.key(name)? {
            return Ok(seed);
        }
        let seed = SecretSeed::generate()?;
        home.store_key(name, &seed)?;
        Ok(seed)
    }

    /// An empty store; what an attempt that broke off left is set aside.
    pub(super) fn fresh_store(&self) -> Result<Journals, ApiError> {
        let path = self.home().home().store();
        if path.exists() {
            set_aside(&path)?;
        }
        let options = OpenOptions {
            kind: self.home().home().config()?.store,
            ..OpenOptions::default()
        };
        Ok(Journals::open_with(&path, &options)?)
    }

    /// Notes which engine the store is to be on, where that was asked for.
    fn choose_engine(&self, asked: Option<EngineKind>) -> Result<(), ApiError> {
        let home = self.home().home();
        let mut config = home.config()?;
        match asked {
            Some(engine) if engine != config.store => {
                config.store = engine;
                Ok(home.set_config(&config)?)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn enter(
        &self,
        membership: &Membership,
        journals: Journals,
    ) -> Result<Arc<Member>, ApiError> {
        let home = self.home().home();
        let member = Member::over(home, membership, self.territory, journals)?;
        home.set_membership(membership)?;
        member.settle_identities_at_opening();
        self.become_member(Arc::clone(&member));
        Ok(member)
    }

    /// The record that a structure keeps about itself, checked.
    fn describe_structure(
        &self,
        name: &str,
        kind: &str,
        insee_code: Option<&str>,
    ) -> Result<Fields, ApiError> {
        let declared = collection("structure").expect("the registry declares structures");
        let context = Context {
            today: clock::today(),
            communes: self.territory,
            records: None,
            own_structure: None,
        };
        let mut fields = Fields::new();
        let given = [
            ("name", Some(name)),
            ("kind", Some(kind)),
            ("insee_code", insee_code),
        ];
        for (field, text) in given {
            if let Some(text) = text {
                let column = declared.column(field)?;
                fields.insert(field.to_owned(), column.parse(text, &context)?);
            }
        }
        let prepared =
            prepare_new(declared, fields, &context).map_err(|errors| of_fields(&errors))?;
        Ok(prepared.fields)
    }

    fn remember_inviter(&self, ticket: &Ticket) -> Result<(), ApiError> {
        let home = self.home().home();
        let mut config = home.config()?;
        let node = Some(ticket.inviter.to_string());
        for address in &ticket.addresses {
            let peer = PeerAddress {
                address: address.clone(),
                node: node.clone(),
            };
            if !config.peers.contains(&peer) {
                config.peers.push(peer);
            }
        }
        Ok(home.set_config(&config)?)
    }
}

impl Member {
    /// Writes the record that a structure keeps about itself.
    fn add_own_structure(&self, fields: Fields) -> Result<(), ApiError> {
        self.write(|replica, author| {
            let salt = Salt::OWN_STRUCTURE;
            Ok(vec![Some(replica.draft_create(
                author,
                "structure",
                salt,
                fields,
            )?)])
        })?;
        Ok(())
    }
}

/// Writes the first entries of a new journal.
pub(super) fn open_journal(
    journals: &Journals,
    network: NetworkId,
    key: &SigningKey,
    charter: VersionId,
    statements: Vec<(Kind, Vec<u8>)>,
) -> Result<(), ApiError> {
    let time = clock::now();
    let statements = statements
        .into_iter()
        .map(|(kind, body)| Statement {
            charter,
            kind,
            subject: None,
            time,
            body,
        })
        .collect();
    journals.append(run::sign(network, key, Tip::EMPTY, statements))?;
    Ok(())
}

fn received_certificate(
    ticket: &Ticket,
    me: NodeId,
    bytes: &[u8],
    version: &Version,
) -> Result<Certificate, ApiError> {
    let bad = || {
        let text = "the inviting node sent a certificate that does not hold";
        ApiError::new("bad_certificate", ExitKind::Refused, text)
    };
    let certificate = Certificate::decode(me, bytes).map_err(|_| bad())?;
    // Which root key its structure has by now is said by statements, which come with the journals;
    // that this inviter is the one who was meant, the ticket says.
    let named = version.member(&certificate.structure).is_some();
    if named && certificate.verify(ticket.network).is_ok() {
        Ok(certificate)
    } else {
        Err(bad())
    }
}

fn refused(refusal: Refusal) -> ApiError {
    let code = match refusal {
        Refusal::Unknown => "invitation_unknown",
        Refusal::Expired => "invitation_expired",
        Refusal::Used => "invitation_used",
        Refusal::BadCertificate => "bad_certificate",
        Refusal::NotNow => "inviter_not_now",
    };
    ApiError::new(code, ExitKind::Refused, refusal.to_string())
}

pub(super) fn checked_name(field: &str, text: &str) -> Result<String, ApiError> {
    let name = text.trim();
    if name.is_empty() || name.len() > MAX_NAME_BYTES {
        let text = format!("{field} must have between 1 and {MAX_NAME_BYTES} bytes");
        return Err(ApiError::new("bad_name", ExitKind::Usage, text)
            .with("field", field)
            .with("limit", MAX_NAME_BYTES));
    }
    Ok(name.to_owned())
}

/// The code of a structure's kind, from the code or a label.
pub(super) fn checked_kind(text: &str) -> Result<String, ApiError> {
    let declared = collection("structure").expect("the registry declares structures");
    let context = Context {
        today: clock::today(),
        communes: crate::territory::Territory::embedded(),
        records: None,
        own_structure: None,
    };
    match declared.column("kind")?.parse(text, &context)? {
        crate::registry::Value::Text(code) => Ok(code),
        _ => unreachable!("the kind of a structure is one code"),
    }
}
