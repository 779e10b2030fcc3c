//! `erase`, and how far erasures are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::entry::{Kind, Place};
use sync_protocol::id::{NodeId, RecordId};
use sync_protocol::seal::erase::state::{EraseFact, EraseLog, Fate};
use sync_protocol::seal::erase::{Erase, EraseReason, EraseTarget, Erased, MAX_NAMED};

use crate::api::{ApiError, ExitKind};
use crate::home::HomeError;
use crate::home::keys::HeldRoot;
use crate::registry::{Value as FieldValue, collection, find_collection};
use crate::replica::ErasureJudge;
use crate::view::{Effect, Erasure, ViewError};

use super::super::errors::read;
use super::super::member::Member;
use super::super::{Outcome, clock};

#[derive(Deserialize)]
struct Ask {
    collection: Option<String>,
    id: String,
    why: String,
    #[serde(default)]
    confirmed: bool,
    /// Whoever asks has the structure's root key: what is drafted is for them to sign.
    #[serde(default)]
    root_at_hand: bool,
    /// Only hide it, though the root key is there.
    #[serde(default)]
    hide: bool,
    /// The body of the entry, countersigned, as it was drafted before.
    signed: Option<String>,
}

/// Where the structure's root key is.
#[derive(Clone, Debug)]
enum Root {
    /// On this node, for whoever reads its file.
    Open(ed25519_dalek::SigningKey),
    /// On this node, under a passphrase.
    Locked(PathBuf),
    /// Not on this node.
    Elsewhere,
}

impl Root {
    const fn name(&self) -> &'static str {
        match self {
            Self::Open(_) => "open",
            Self::Locked(_) => "locked",
            Self::Elsewhere => "elsewhere",
        }
    }
}

#[derive(Deserialize)]
struct Which {
    id: Option<String>,
}

/// The reasons that people give, by name.
const REASONS: [(&str, EraseReason); 3] = [
    ("mistake", EraseReason::MISTAKE),
    ("asked", EraseReason::ASKED),
    ("retention", EraseReason::RETENTION),
];

/// What is to be erased.
struct Named {
    record: RecordId,
    /// The creation that the entry is about, then the others.
    creations: Vec<Place>,
    shown: Value,
}

impl Member {
    /// `erasure.erase`: a record, for ever; without `confirmed` it tells what that would be, with
    /// the entry's body for a root key to sign that this node cannot use by itself.
    pub(in crate::node) fn erase(&self, input: Value) -> Outcome {
        let ask: Ask = read(input)?;
        let Some((_, why)) = REASONS.into_iter().find(|(name, _)| *name == ask.why) else {
            let text = "the reason is one of: mistake, asked, retention";
            return Err(
                ApiError::new("unknown_erasure_reason", ExitKind::Usage, text)
                    .with("reason", &ask.why),
            );
        };
        let root = match ask.hide {
            true => Root::Elsewhere,
            false => self.root_for_erasing()?,
        };
        let signs = ask.root_at_hand || ask.signed.is_some();
        if let (Root::Locked(path), false, true) = (&root, signs, ask.confirmed) {
            let path = path.clone();
            return Err(HomeError::KeyLocked { path }.into());
        }
        let agrees = signs || !matches!(root, Root::Elsewhere);
        let Named {
            record,
            creations,
            mut shown,
        } = match self.hidden_only(&ask.id)? {
            Some(hidden) if agrees => hidden,
            Some(_) => return Err(already_erased(&ask.id, Fate::Hidden)),
            None => self.named(&ask)?,
        };
        shown["nodes"] = json!(self.nodes_to_tell().len());
        shown["countersigned"] = json!(agrees);
        shown["root"] = json!(root.name());
        shown["confirmed"] = json!(ask.confirmed);
        let Some((subject, others)) = creations.split_first() else {
            return Err(unknown(&ask.id));
        };
        let mut others = others.to_vec();
        others.sort_unstable();
        others.truncate(MAX_NAMED);
        let mut erase = Erase::new(record, EraseTarget::Record, others, why);
        if !ask.confirmed {
            if ask.root_at_hand {
                shown["draft"] = json!({
                    "network": self.network.to_string(),
                    "author": subject.author.to_string(),
                    "seq": subject.seq,
                    "body": HEXLOWER.encode(&erase.encode()),
                });
            }
            return Ok(shown);
        }
        if let Some(signed) = &ask.signed {
            erase = self.as_signed(signed, erase, subject)?;
        } else if let Root::Open(root) = root {
            erase = erase.countersigned(self.network, subject, &root);
        }
        self.say_of(Some(*subject), Kind::ERASE, erase.encode())?;
        self.carry_out_erasures()?;
        let fate = self.reader.fate(&record)?;
        shown["standing"] = json!(match fate {
            Fate::Deleted => "deletes",
            Fate::Hidden => "hides",
            Fate::Kept => "waits",
        });
        Ok(shown)
    }

    /// The key that agrees to erasures, where it is on this node and is the structure's.
    fn root_for_erasing(&self) -> Result<Root, ApiError> {
        let held = self.home.held_root()?;
        let own = held.filter(|held| self.is_root_of(&self.structure, &held.public()));
        Ok(match own {
            Some(HeldRoot::Open(seed)) => Root::Open(seed.signing_key()),
            Some(HeldRoot::Locked(_)) => Root::Locked(self.home.root_file().path().to_owned()),
            None => Root::Elsewhere,
        })
    }

    /// What was drafted here, as the root signed it elsewhere.
    fn as_signed(&self, signed: &str, drafted: Erase, subject: &Place) -> Result<Erase, ApiError> {
        let bytes = HEXLOWER.decode(signed.as_bytes()).unwrap_or_default();
        let signed = Erase::decode(&bytes).ok();
        let signed = signed.filter(|it| it.is_of(&drafted));
        let signed = signed.ok_or_else(|| {
            let text = "what was signed is not what this node would erase now: ask again";
            ApiError::new("erasure_differs", ExitKind::Refused, text)
        })?;
        let root = signed.agreed_by(self.network, subject);
        if root.is_some_and(|root| self.is_root_of(&self.structure, &root)) {
            return Ok(signed);
        }
        let text = "the key that signed is not the root of this structure";
        Err(ApiError::new(
            "erasure_not_by_root",
            ExitKind::Refused,
            text,
        ))
    }

    /// A record that this structure has erased and to which its root has not agreed yet.
    fn hidden_only(&self, id: &str) -> Result<Option<Named>, ApiError> {
        let erasures = self.reader.erasures()?;
        let mut about = erasures.iter().filter(|it| {
            let record = it.erase.record.to_string();
            it.erase.target == EraseTarget::Record && record.starts_with(&id.to_lowercase())
        });
        let Some(first) = about.next() else {
            return Ok(None);
        };
        let record = first.erase.record;
        if about.any(|other| other.erase.record != record) {
            return Ok(None);
        }
        match self.reader.fate(&record)? {
            Fate::Kept => Ok(None),
            Fate::Deleted => Err(already_erased(id, Fate::Deleted)),
            Fate::Hidden
                if ErasureJudge::structure_of(self, &first.author) == Some(self.structure) =>
            {
                let named = first.erase.entries.iter().copied();
                Ok(Some(Named {
                    record,
                    creations: [first.subject].into_iter().chain(named).collect(),
                    shown: json!({ "id": record.to_string() }),
                }))
            }
            Fate::Hidden => Err(already_erased(id, Fate::Hidden)),
        }
    }

    /// A record that is there, and that this structure may erase.
    fn named(&self, ask: &Ask) -> Result<Named, ApiError> {
        let declared = ask.collection.as_deref().map(find_collection).transpose()?;
        let record = match declared {
            Some(declared) => self.find_record(declared, &ask.id)?,
            None => {
                let found = self.reader.resolve(&ask.id, None);
                let found = found.map_err(|error| match error {
                    ViewError::UnknownRecord { .. } => unknown(&ask.id),
                    other => other.into(),
                })?;
                let record = self.reader.get(&found)?;
                record.ok_or_else(|| unknown(&ask.id))?
            }
        };
        if !self.owns(&record) {
            let text = "only the structure that owns a record erases it";
            return Err(
                ApiError::new("only_the_owner_erases", ExitKind::Refused, text)
                    .with("owner", self.name_of(&self.owner_of_record(&record))),
            );
        }
        let entries = self.reader.entries(&record.id)?;
        let creations = entries.iter().filter(|entry| entry.kind == Kind::CREATE);
        let creations = creations.map(|entry| Place {
            author: entry.node,
            seq: entry.seq,
        });
        let declared = collection(&record.collection);
        let title = declared.and_then(|it| match record.fields.get(it.title) {
            Some(FieldValue::Text(title)) => Some(title.as_str()),
            _ => None,
        });
        Ok(Named {
            creations: creations.collect(),
            shown: json!({
                "id": record.id.to_string(),
                "collection": record.collection,
                "title": title,
                "entries": entries.len(),
            }),
            record: record.id,
        })
    }

    /// `erasure.status`: each erased record, on which nodes it is deleted, and for whom one waits.
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
        let mut rows = Vec::with_capacity(records.len());
        for erasures in records.values() {
            let mut log = EraseLog::default();
            for erasure in erasures {
                let counts = matches!(erasure.standing, Effect::Hides | Effect::Deletes);
                let Some(structure) = ErasureJudge::structure_of(self, &erasure.author) else {
                    continue;
                };
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
            rows.push(self.erasure_row(erasures, &log, &nodes));
        }
        rows.sort_by_key(|row| row["time"].as_str().unwrap_or_default().to_owned());
        Ok(json!({ "erasures": rows }))
    }

    fn erasure_row(&self, erasures: &[Erasure], log: &EraseLog, nodes: &BTreeSet<NodeId>) -> Value {
        // The one that goes furthest says why, and when.
        let leading = erasures.iter().max_by_key(|it| {
            let rank = match it.standing {
                Effect::Deletes => 3,
                Effect::Hides => 2,
                Effect::Waits => 1,
                Effect::Refused(_) => 0,
            };
            (rank, std::cmp::Reverse((it.time, it.id)))
        });
        let Some(erasure) = leading else {
            return Value::Null;
        };
        let progress = log.progress(&erasure.erase.target, nodes);
        let why = REASONS.iter().find(|(_, why)| *why == erasure.erase.why);
        let (standing, refused) = match erasure.standing {
            Effect::Waits => ("waits", None),
            Effect::Hides => ("hides", None),
            Effect::Deletes => ("deletes", None),
            Effect::Refused(code) => ("refused", Some(code)),
        };
        let by = ErasureJudge::structure_of(self, &erasure.author);
        json!({
            "id": erasure.erase.record.to_string(),
            "standing": standing,
            "refused": refused,
            "why": why.map(|(name, _)| *name),
            "by": by.map(|it| self.name_of(&it)),
            "time": clock::iso(erasure.time),
            "nodes": nodes.len(),
            "done": self.named_nodes(&progress.done),
            "waiting": self.named_nodes(&progress.waiting),
        })
    }

    /// The nodes that are to delete what is erased: all that take part.
    fn nodes_to_tell(&self) -> BTreeSet<NodeId> {
        let charter = self.charter();
        let taking_part = charter.nodes().filter(|(node, _)| charter.takes_part(node));
        let mut nodes: BTreeSet<NodeId> = taking_part.map(|(node, _)| *node).collect();
        nodes.insert(self.me);
        nodes
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

fn unknown(id: &str) -> ApiError {
    ApiError::new(
        "unknown_record",
        ExitKind::NotFound,
        format!("no record {id}"),
    )
    .with("id", id)
}

fn already_erased(id: &str, fate: Fate) -> ApiError {
    if fate == Fate::Deleted {
        let text = "this record is erased already";
        return ApiError::new("already_erased", ExitKind::Refused, text).with("id", id);
    }
    let text = "this record is erased already; its bytes go once the owner's root key agrees";
    ApiError::new("already_hidden", ExitKind::Refused, text).with("id", id)
}
