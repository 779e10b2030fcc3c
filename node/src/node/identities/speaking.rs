//! What a person asks of a node about the structure's keys: to show them, to draft a statement for
//! the root key to sign, to write one that was signed.
//!
//! No passphrase and no secret comes here: whoever holds the root key signs in a process of their
//! own, with [`super::desk`].

use std::collections::BTreeSet;

use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::entry::Kind;
use sync_protocol::frontier::Tip;
use sync_protocol::id::{NodeId, RootKey, StructureId};
use sync_protocol::seal::key::Generation;
use sync_protocol::seal::root::log::{RootLog, RootState};
use sync_protocol::seal::root::{RootAct, RootStatement};

use crate::api::{ApiError, ExitKind};
use crate::home::keys::{HeldRoot, KeyName, SealingName};
use crate::node::Outcome;
use crate::node::errors::read;
use crate::node::member::{Member, lock};

/// What the holder of a key wants to have said.
#[derive(Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
enum Asked {
    Rotate {
        key: String,
    },
    Recovery {
        key: String,
    },
    Revoke {
        node: String,
        last: Option<u64>,
    },
    Sealing,
    /// A node that waits to be admitted, or else this very one.
    Certify {
        node: Option<String>,
    },
}

#[derive(Deserialize)]
struct DraftInput {
    #[serde(flatten)]
    asked: Asked,
    /// The recovery key that will sign in the root's place.
    recovery: Option<String>,
}

#[derive(Deserialize)]
struct SayInput {
    statement: String,
}

impl Member {
    /// `key.show`: which keys there are, where they lie, which nodes speak for the structure.
    pub(in crate::node) fn show_keys(&self) -> Outcome {
        let state = self.root_state(&self.structure);
        let held = self.home.held_root()?;
        let root = self.own_root_key();
        let place = match &held {
            None => "elsewhere",
            Some(held) if root.is_some_and(|root| held.public() != root) => "other",
            Some(held) if held.is_locked() => "locked",
            Some(_) => "open",
        };
        let generation = state.current_sealing().map(|(generation, _)| generation);
        let secrets = self.sealing_secrets();
        Ok(json!({
            "network": self.network.to_string(),
            "network_name": self.network_name(),
            "structure": self.structure.to_string(),
            "structure_name": self.structure_name(),
            "node": self.me.to_string(),
            "root": {
                "key": root.map(|key| key.to_string()),
                "path": self.home.key_file(KeyName::Root).display().to_string(),
                "held": place,
            },
            "recovery": state.recovery.map(|key| key.to_string()),
            "statements": state.number,
            "stopped": state.is_stopped(),
            "forks": state.forks.len(),
            "uncertain": !self.may_state()?,
            "sealing": {
                "generation": generation.map(|it| it.0),
                "held": generation.is_some_and(|it| secrets.contains_key(&it)),
                "due": state.sealing_is_due,
            },
            "nodes": self.own_nodes(&state),
        }))
    }

    /// The nodes of the own structure, those that were revoked among them.
    fn own_nodes(&self, state: &RootState) -> Vec<Value> {
        let charter = self.charter();
        let voting = charter.member(&self.structure).map(|it| it.voting_node);
        self.all_own_nodes(state)
            .into_iter()
            .map(|node| {
                let revoked = state.revoked.get(&node);
                json!({
                    "node": node.to_string(),
                    "me": node == self.me,
                    "votes": voting == Some(node),
                    "certified": state.certified.contains_key(&node),
                    "revoked": revoked.is_some(),
                    "last": revoked.map(|last| last.seq),
                    "entries": self.journals.tip(&node).seq,
                })
            })
            .collect()
    }

    fn all_own_nodes(&self, state: &RootState) -> BTreeSet<NodeId> {
        let charter = self.charter();
        let of_charter = charter.nodes();
        let of_charter = of_charter.filter(|(_, structure)| **structure == self.structure);
        let mut nodes: BTreeSet<NodeId> = of_charter.map(|(node, _)| *node).collect();
        nodes.extend(state.certified.keys().chain(state.revoked.keys()));
        nodes.insert(self.me);
        nodes
    }

    /// The root key in force: as the statements say, else as the charter does, else the key that
    /// lies here, if the structure is named after it.
    pub(in crate::node) fn own_root_key(&self) -> Option<RootKey> {
        let stated = self.root_state(&self.structure).root;
        stated
            .or_else(|| self.charter().member(&self.structure).map(|it| it.root))
            .or_else(|| {
                let held = self.home.held_root().ok().flatten()?.public();
                (StructureId::derive(&held) == self.structure).then_some(held)
            })
    }

    /// The structure's root key, under a passphrase or not, if it is on this node.
    pub(in crate::node) fn held_own_root(&self) -> Result<Option<HeldRoot>, ApiError> {
        let held = self.home.held_root()?;
        let in_force = self.own_root_key();
        Ok(held.filter(|held| in_force == Some(held.public())))
    }

    /// `key.draft`: the next statement, for its signer to sign.
    pub(in crate::node) fn draft_statement(&self, input: Value) -> Outcome {
        let DraftInput { asked, recovery } = read(input)?;
        self.require_certain()?;
        let state = match &recovery {
            None => self.root_state(&self.structure),
            Some(key) => self.state_under(&key_of(key)?)?,
        };
        if state.is_stopped() {
            return Err(forked());
        }
        let act = self.act_of(&asked, &state)?;
        let node = match &act {
            RootAct::Revoke { node, last } => json!({ "node": node.to_string(), "last": last.seq }),
            _ => Value::Null,
        };
        Ok(json!({
            "network": self.network.to_string(),
            "structure": self.structure.to_string(),
            "number": state.number.saturating_add(1),
            "previous": state.tip.to_string(),
            "act": HEXLOWER.encode(&act.encode()),
            "revokes": node,
        }))
    }

    /// Where a recovery key can speak: now, if it is the one named; else where it last was.
    fn state_under(&self, recovery: &RootKey) -> Result<RootState, ApiError> {
        let mut now = self.root_state(&self.structure);
        if now.recovery == Some(*recovery) {
            // It is for the recovery key to decide between rivals.
            now.forks.clear();
            return Ok(now);
        }
        let before = {
            let charter = self.charter();
            let log = charter.root_log(&self.structure);
            log.and_then(|log| log.last_under(recovery))
        };
        before.ok_or_else(|| {
            let text = "this recovery key was never named by the structure's root";
            ApiError::new("recovery_unknown", ExitKind::Refused, text)
                .with("structure", self.structure_name())
        })
    }

    fn act_of(&self, asked: &Asked, state: &RootState) -> Result<RootAct, ApiError> {
        Ok(match asked {
            Asked::Rotate { key } => RootAct::Rotate { root: key_of(key)? },
            Asked::Recovery { key } => RootAct::Recovery { key: key_of(key)? },
            Asked::Revoke { node, last } => {
                let node = self.find_own_node(node, state)?;
                let last = self.tip_to_revoke_at(&node, *last)?;
                RootAct::Revoke { node, last }
            }
            Asked::Certify { node: None } => RootAct::Certify {
                node: self.me,
                sealing: self.identities().node_key.public(),
            },
            Asked::Certify { node: Some(node) } => {
                let node = node_of(node)?;
                let sealing = self.sealing_of_waiting(&node)?;
                RootAct::Certify { node, sealing }
            }
            Asked::Sealing => {
                let last = state.current_sealing().map(|(last, _)| last);
                let next = last.map_or(Some(Generation::FIRST), Generation::next);
                let generation = next.unwrap_or(Generation::FIRST);
                let name = SealingName::Structure(generation);
                let public = self.home.make_sealing_secret(name)?.public();
                RootAct::Sealing { generation, public }
            }
        })
    }

    fn find_own_node(&self, text: &str, state: &RootState) -> Result<NodeId, ApiError> {
        let prefix = text.trim().to_lowercase();
        let all = self.all_own_nodes(state);
        let found: Vec<NodeId> = all
            .into_iter()
            .filter(|node| node.to_string().starts_with(&prefix))
            .collect();
        match found.as_slice() {
            [only] if *only == self.me => {
                let text = "a node does not revoke itself: do it from another of the structure";
                Err(ApiError::new("revokes_itself", ExitKind::Refused, text))
            }
            [only] => Ok(*only),
            [] => {
                let text = format!("no node of this structure begins with {prefix}");
                Err(ApiError::new("unknown_own_node", ExitKind::NotFound, text)
                    .with("node", prefix))
            }
            several => {
                let text = format!("{} nodes begin with {prefix}", several.len());
                Err(ApiError::new("ambiguous_own_node", ExitKind::Usage, text)
                    .with("node", prefix)
                    .with("count", several.len()))
            }
        }
    }

    fn tip_to_revoke_at(&self, node: &NodeId, last: Option<u64>) -> Result<Tip, ApiError> {
        let held = self.journals.tip(node);
        match last {
            None => Ok(held),
            Some(0) => Ok(Tip::EMPTY),
            Some(seq) => match self.journals.entry_id(self.network, node, seq)? {
                Some(id) => Ok(Tip { seq, id }),
                None => {
                    let text = "that entry is not held here: name one that is, or synchronise";
                    Err(ApiError::new("entry_not_held", ExitKind::NotFound, text)
                        .with("seq", seq)
                        .with("held", held.seq))
                }
            },
        }
    }

    /// `key.say`: writes a statement that the root or the recovery key signed.
    pub(in crate::node) fn say_statement(&self, input: Value) -> Outcome {
        let SayInput { statement } = read(input)?;
        let bytes = HEXLOWER.decode(statement.as_bytes()).unwrap_or_default();
        let statement = RootStatement::decode(&bytes).map_err(|error| {
            let text = format!("not a root statement: {error}");
            ApiError::new("bad_statement", ExitKind::Usage, text).with("reason", error)
        })?;
        let _speaking = lock(&self.stating);
        self.require_certain()?;
        let id = statement.id(self.network);
        if !self.would_count(&statement) {
            return Err(refused());
        }
        self.say(Kind::ROOT, bytes)?;
        let state = self.root_state(&self.structure);
        if state.tip != id {
            return Err(refused());
        }
        // A new generation is handed to the nodes that stay.
        self.identities_mut().take_secrets(&self.home, &state)?;
        self.hand_out()?;
        let generation = state.current_sealing().map(|(generation, _)| generation.0);
        Ok(json!({ "number": state.number, "generation": generation }))
    }

    /// Whether a statement would be the own structure's last that counts.
    fn would_count(&self, statement: &RootStatement) -> bool {
        let known = self.charter().root_log(&self.structure).cloned();
        let mut log = known.unwrap_or_else(|| RootLog::new(self.network, self.structure));
        let id = statement.id(self.network);
        log.observe(statement.clone()).is_ok() && log.state(None).tip == id
    }

    fn require_certain(&self) -> Result<(), ApiError> {
        if self.may_state()? {
            return Ok(());
        }
        let text = "this home was restored or mended and has not been in sync since: the root may \
                    have said things that it does not know";
        Err(ApiError::new(
            "statements_uncertain",
            ExitKind::Refused,
            text,
        ))
    }
}

fn node_of(hex: &str) -> Result<NodeId, ApiError> {
    key_of(hex).map(|key| NodeId(key.0))
}

fn key_of(hex: &str) -> Result<RootKey, ApiError> {
    hex.parse().map_err(|_| {
        let text = "a public key is 64 hexadecimal digits";
        ApiError::new("bad_public_key", ExitKind::Usage, text)
    })
}

pub(super) fn forked() -> ApiError {
    let text = "two statements of the structure's root stand under one number: its key is in two \
                hands, and nothing more counts until the recovery key decides";
    ApiError::new("root_forked", ExitKind::Refused, text)
}

pub(super) fn refused() -> ApiError {
    let text = "the statement does not count: the key is not the root any more, or the statement \
                was drafted before another";
    ApiError::new("root_statement_refused", ExitKind::Refused, text)
}
