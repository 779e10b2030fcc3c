//! `erase`: a record, or something of one.

use std::path::PathBuf;

use data_encoding::HEXLOWER;
use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::entry::{Kind, Place};
use sync_protocol::id::RecordId;
use sync_protocol::seal::erase::state::Fate;
use sync_protocol::seal::erase::{Erase, EraseReason, EraseTarget, MAX_NAMED};

use crate::api::{ApiError, ExitKind};
use crate::home::HomeError;
use crate::home::keys::HeldRoot;
use crate::registry::{COLLECTIONS, Value as FieldValue, collection, find_collection};
use crate::replica::ErasureJudge;
use crate::view::{Record, ViewError};

use super::super::Outcome;
use super::super::errors::read;
use super::super::member::Member;
use super::files::Attached;

#[derive(Deserialize)]
pub(super) struct Ask {
    collection: Option<String>,
    pub(super) id: String,
    why: String,
    /// Only this sealed part of it.
    part: Option<String>,
    /// Only this attachment of it: the file's name, or the beginning of its hash.
    attachment: Option<String>,
    #[serde(default)]
    pub(super) confirmed: bool,
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

/// The reasons that people give, by name.
pub(super) const REASONS: [(&str, EraseReason); 3] = [
    ("mistake", EraseReason::MISTAKE),
    ("asked", EraseReason::ASKED),
    ("retention", EraseReason::RETENTION),
];

/// What is to be erased, once its owner's root agrees.
pub(super) struct Named {
    pub(super) record: RecordId,
    /// The creation that the entry is about, then the others.
    pub(super) creations: Vec<Place>,
    /// The one file of the record that is meant.
    pub(super) file: Option<Attached>,
    pub(super) shown: Value,
}

impl Member {
    /// `erasure.erase`: a record, a sealed part or an attachment of one, for ever; without `confirmed`
    /// it tells what that would be, with the entry's body for a root key to sign that this node
    /// cannot use by itself.
    pub(in crate::node) fn erase(&self, input: Value) -> Outcome {
        let ask: Ask = read(input)?;
        let Some((_, why)) = REASONS.into_iter().find(|(name, _)| *name == ask.why) else {
            let text = "the reason is one of: mistake, asked, retention";
            return Err(
                ApiError::new("unknown_erasure_reason", ExitKind::Usage, text)
                    .with("reason", &ask.why),
            );
        };
        let signs = ask.root_at_hand || ask.signed.is_some();
        if let Some(part) = &ask.part {
            if ask.attachment.is_some() || ask.hide || signs {
                let text = "a sealed part goes by itself and at once, without a root key";
                return Err(ApiError::new("part_goes_at_once", ExitKind::Usage, text));
            }
            return self.erase_part(&ask, part, why);
        }
        let root = match ask.hide {
            true => Root::Elsewhere,
            false => self.root_for_erasing()?,
        };
        if let (Root::Locked(path), false, true) = (&root, signs, ask.confirmed) {
            let path = path.clone();
            return Err(HomeError::KeyLocked { path }.into());
        }
        let agrees = signs || !matches!(root, Root::Elsewhere);
        let Named {
            record,
            creations,
            file,
            mut shown,
        } = match (&ask.attachment, self.hidden_only(&ask.id)?) {
            (Some(name), None) => self.named_file(&ask, name, agrees)?,
            (None, Some(hidden)) if agrees => hidden,
            (_, Some(_)) => return Err(already_erased(&ask.id, Fate::Hidden)),
            (None, None) => self.named(&ask)?,
        };
        shown["nodes"] = json!(self.nodes_to_tell().len());
        shown["countersigned"] = json!(agrees);
        shown["root"] = json!(root.name());
        shown["confirmed"] = json!(ask.confirmed);
        let Some((subject, others)) = creations.split_first() else {
            return Err(unknown(&ask.id));
        };
        let (target, mut others) = match &file {
            Some(file) => (EraseTarget::Blob(file.attachment.blob), Vec::new()),
            None => (EraseTarget::Record, others.to_vec()),
        };
        others.sort_unstable();
        others.truncate(MAX_NAMED);
        let mut erase = Erase::new(record, target, others, why);
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
        let fate = match &file {
            Some(file) => self.partly_erased().blob(&record, file.attachment.blob),
            None => self.reader.fate(&record)?,
        };
        if let Some(file) = &file {
            self.detach_erased(record, file);
        }
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
    pub(super) fn hidden_only(&self, id: &str) -> Result<Option<Named>, ApiError> {
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
                    file: None,
                    shown: json!({ "id": record.to_string() }),
                }))
            }
            Fate::Hidden => Err(already_erased(id, Fate::Hidden)),
        }
    }

    /// A record that is there, and that this structure may erase.
    fn named(&self, ask: &Ask) -> Result<Named, ApiError> {
        let record = self.record_meant(ask)?;
        self.require_owner(&record)?;
        let entries = self.reader.entries(&record.id)?;
        let creations = entries.iter().filter(|entry| entry.kind == Kind::CREATE);
        let creations = creations.map(|entry| Place {
            author: entry.node,
            seq: entry.seq,
        });
        let mut shown = shown(&record);
        shown["entries"] = json!(entries.len());
        Ok(Named {
            creations: creations.collect(),
            file: None,
            shown,
            record: record.id,
        })
    }

    /// The record that people mean: by the beginning of its identity, or by its name.
    pub(super) fn record_meant(&self, ask: &Ask) -> Result<Record, ApiError> {
        let declared = ask.collection.as_deref().map(find_collection).transpose()?;
        if let Some(declared) = declared {
            return self.find_record(declared, &ask.id);
        }
        let found = match self.reader.resolve(&ask.id, None) {
            Ok(found) => found,
            Err(ViewError::UnknownRecord { .. } | ViewError::MalformedPrefix { .. }) => {
                match self.called(COLLECTIONS.iter().copied(), &ask.id).as_slice() {
                    [] => return Err(unknown(&ask.id)),
                    [only] => *only,
                    several => {
                        let prefix = ask.id.clone();
                        let candidates = several.iter().map(RecordId::short).collect();
                        return Err(ViewError::AmbiguousPrefix { prefix, candidates }.into());
                    }
                }
            }
            Err(other) => return Err(other.into()),
        };
        let record = self.reader.get(&found)?;
        record.ok_or_else(|| unknown(&ask.id))
    }

    /// Refuses where the record is another structure's.
    pub(super) fn require_owner(&self, record: &Record) -> Result<(), ApiError> {
        if self.owns(record) {
            return Ok(());
        }
        let text = "only the structure that owns a record erases it";
        Err(
            ApiError::new("only_the_owner_erases", ExitKind::Refused, text)
                .with("owner", self.name_of(&self.owner_of_record(record))),
        )
    }
}

/// A record as people are told of it.
pub(super) fn shown(record: &Record) -> Value {
    let declared = collection(&record.collection);
    let title = declared.and_then(|it| match record.fields.get(it.title) {
        Some(FieldValue::Text(title)) => Some(title.as_str()),
        _ => None,
    });
    json!({
        "id": record.id.to_string(),
        "collection": record.collection,
        "title": title,
    })
}

fn unknown(id: &str) -> ApiError {
    ApiError::new(
        "unknown_record",
        ExitKind::NotFound,
        format!("no record {id}"),
    )
    .with("id", id)
}

pub(super) fn already_erased(id: &str, fate: Fate) -> ApiError {
    if fate == Fate::Deleted {
        let text = "this record is erased already";
        return ApiError::new("already_erased", ExitKind::Refused, text).with("id", id);
    }
    let text = "this record is erased already; its bytes go once the owner's root key agrees";
    ApiError::new("already_hidden", ExitKind::Refused, text).with("id", id)
}
