//! One record as an Automerge document, for what only Automerge can do: edit a text, tell what
//! a text says that several wrote, look back. How fields are laid out: [`super::content`].

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{
    ActorId as Actor, Automerge, Change, ChangeHash, ObjId, ObjType, ROOT, ReadDoc, ScalarValue,
    ScalarValueRef, ValueRef,
};
use sync_protocol::id::ActorId;

use super::chunk::Hash;
use super::content::{Content, Gathering, Given, MEMBER, REMOVED, same};
use super::draft::Edits;
use crate::registry::{Collection, FieldKind, Value};

/// What failed inside Automerge, in its words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct DocumentError(pub(crate) String);

/// A record's document.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    automerge: Automerge,
}

/// Runs what may panic inside Automerge on bytes from elsewhere.
pub(crate) fn contained<T>(
    run: impl FnOnce() -> Result<T, DocumentError>,
) -> Result<T, DocumentError> {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let words = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        Err(DocumentError(format!(
            "panicked: {}",
            words.unwrap_or("without words")
        )))
    })
}

fn failed(error: impl std::fmt::Display) -> DocumentError {
    DocumentError(error.to_string())
}

impl Document {
    /// A document without any change.
    pub(crate) fn empty() -> Self {
        Self {
            automerge: Automerge::new(),
        }
    }

    /// The document that these changes make, given in whole chunks.
    pub(crate) fn of<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> Result<Self, DocumentError> {
        contained(|| {
            let changes = chunks.map(|chunk| Change::try_from(chunk).map_err(failed));
            let changes: Vec<Change> = changes.collect::<Result<_, _>>()?;
            let mut document = Self::empty();
            document.automerge.apply_changes(changes).map_err(failed)?;
            Ok(document)
        })
    }

    /// The document's bytes, as any Automerge opens them; not canonical.
    pub(crate) fn save(&self) -> Vec<u8> {
        // Uncompressed: four times faster to write, and most columns are too short to deflate.
        self.automerge.save_nocompress()
    }

    /// Writes values and edits as one change of `actor`, given in a whole chunk; `None` when nothing
    /// changes.
    pub(crate) fn edit(
        &mut self,
        collection: Option<&Collection>,
        edits: &Edits,
        actor: ActorId,
    ) -> Result<Option<Vec<u8>>, DocumentError> {
        contained(|| {
            // A loaded document has a random actor.
            self.automerge.set_actor(Actor::from(actor.0));
            let mut transaction = self.automerge.transaction();
            match write(&mut transaction, collection, edits) {
                Ok(()) => {}
                Err(error) => {
                    transaction.rollback();
                    return Err(error);
                }
            }
            // The entry has a time of its own; zero is the shortest.
            let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(0));
            let Some(hash) = hash else { return Ok(None) };
            let change = self
                .automerge
                .get_change_by_hash(&hash)
                .ok_or_else(|| failed("a committed change is not in the document"))?;
            Ok(Some(change.raw_bytes().to_vec()))
        })
    }

    /// The values as they stand.
    pub(crate) fn read(&self) -> Result<Content, DocumentError> {
        contained(|| Ok(self.content(None)))
    }

    /// The values as of these changes.
    pub(crate) fn read_at(&self, heads: &[Hash]) -> Result<Content, DocumentError> {
        let heads: Vec<ChangeHash> = heads.iter().map(|hash| ChangeHash(*hash)).collect();
        contained(|| Ok(self.content(Some(&heads))))
    }

    /// Every change held, with what it follows, ancestors first.
    pub(crate) fn changes(&self) -> Vec<(Hash, Vec<Hash>)> {
        let metas = self.automerge.get_changes_meta(&[]);
        metas
            .into_iter()
            .map(|meta| (meta.hash.0, meta.deps.iter().map(|hash| hash.0).collect()))
            .collect()
    }

    fn content(&self, heads: Option<&[ChangeHash]>) -> Content {
        let mut gathering = Gathering::default();
        let items = match heads {
            None => self.automerge.map_range(ROOT, ..),
            Some(heads) => self.automerge.map_range_at(ROOT, .., heads),
        };
        for item in items {
            let value = match &item.value {
                ValueRef::Object(ObjType::Text) => self.text(&item.id(), heads).map(Value::Text),
                ValueRef::Object(_) => None,
                ValueRef::Scalar(scalar) => scalar_value(scalar),
            };
            let Some(value) = value else { continue };
            let key: &str = &item.key;
            let several = item.conflict && heads.is_none();
            gathering.add(key, value, several.then_some(|| self.all_values(key)));
        }
        gathering.finish()
    }

    fn text(&self, object: &ObjId, heads: Option<&[ChangeHash]>) -> Option<String> {
        match heads {
            None => self.automerge.text(object).ok(),
            Some(heads) => self.automerge.text_at(object, heads).ok(),
        }
    }

    /// The values of a key, the greatest first.
    fn all_values(&self, key: &str) -> Vec<Given> {
        // Automerge lists the winner last.
        let values = self.automerge.get_all(ROOT, key).unwrap_or_default();
        let given = values.into_iter().rev().filter_map(|(value, id)| {
            let value = match &value {
                automerge::Value::Object(ObjType::Text) => self.text(&id, None).map(Value::Text),
                automerge::Value::Object(_) => None,
                automerge::Value::Scalar(scalar) => owned_scalar_value(scalar),
            };
            Some((value?, self.change_of(&id)))
        });
        given.collect()
    }

    fn change_of(&self, operation: &ObjId) -> Option<Hash> {
        Some(self.automerge.hash_for_opid(operation)?.0)
    }
}

fn is_true(value: &ValueRef<'_>) -> bool {
    matches!(value, ValueRef::Scalar(ScalarValueRef::Boolean(true)))
}

fn scalar_value(scalar: &ScalarValueRef<'_>) -> Option<Value> {
    match scalar {
        ScalarValueRef::Str(text) => Some(Value::Text(text.clone().into_owned())),
        ScalarValueRef::Int(number)
        | ScalarValueRef::Counter(number)
        | ScalarValueRef::Timestamp(number) => Some(Value::Integer(*number)),
        ScalarValueRef::Uint(number) => i64::try_from(*number).ok().map(Value::Integer),
        ScalarValueRef::F64(number) => Some(Value::Decimal(*number)),
        ScalarValueRef::Boolean(flag) => Some(Value::Flag(*flag)),
        ScalarValueRef::Bytes(_) | ScalarValueRef::Unknown { .. } | ScalarValueRef::Null => None,
    }
}

fn owned_scalar_value(scalar: &ScalarValue) -> Option<Value> {
    match scalar {
        ScalarValue::Str(text) => Some(Value::Text(text.to_string())),
        ScalarValue::Int(number) | ScalarValue::Timestamp(number) => Some(Value::Integer(*number)),
        ScalarValue::Counter(counter) => Some(Value::Integer(i64::from(counter))),
        ScalarValue::Uint(number) => i64::try_from(*number).ok().map(Value::Integer),
        ScalarValue::F64(number) => Some(Value::Decimal(*number)),
        ScalarValue::Boolean(flag) => Some(Value::Flag(*flag)),
        ScalarValue::Bytes(_) | ScalarValue::Unknown { .. } | ScalarValue::Null => None,
    }
}

fn write(
    transaction: &mut Transaction<'_>,
    collection: Option<&Collection>,
    edits: &Edits,
) -> Result<(), DocumentError> {
    for (name, value) in &edits.set {
        let kind = collection
            .and_then(|collection| collection.field(name))
            .map(|field| field.kind);
        match value {
            None => clear(transaction, name)?,
            Some(Value::Set(members)) => {
                let held = members_of(transaction, name);
                for member in held.difference(members) {
                    transaction
                        .delete(ROOT, key_of(name, member))
                        .map_err(failed)?;
                }
                add(transaction, name, members)?;
            }
            Some(Value::Text(text)) if matches!(kind, Some(FieldKind::Prose(_))) => {
                write_prose(transaction, name, text)?;
            }
            Some(value) => write_scalar(transaction, name, value)?,
        }
    }
    for (name, members) in &edits.add {
        add(transaction, name, members)?;
    }
    for (name, members) in &edits.remove {
        let held = members_of(transaction, name);
        for member in members.intersection(&held) {
            transaction
                .delete(ROOT, key_of(name, member))
                .map_err(failed)?;
        }
    }
    match edits.removed {
        Some(true) => write_scalar(transaction, REMOVED, &Value::Flag(true))?,
        Some(false) => clear(transaction, REMOVED)?,
        None => {}
    }
    Ok(())
}

fn key_of(name: &str, member: &str) -> String {
    format!("{name}{MEMBER}{member}")
}

fn members_of(transaction: &Transaction<'_>, name: &str) -> BTreeSet<String> {
    // The keys of one list stand between `name/` and `name0`, the character behind `/`.
    let range = format!("{name}/")..format!("{name}0");
    let items = transaction.map_range(ROOT, range);
    items
        .filter(|item| is_true(&item.value))
        .filter_map(|item| Some(item.key.split_once(MEMBER)?.1.to_owned()))
        .collect()
}

fn add(
    transaction: &mut Transaction<'_>,
    name: &str,
    members: &BTreeSet<String>,
) -> Result<(), DocumentError> {
    for member in members {
        let key = key_of(name, member);
        let held = transaction.get(ROOT, key.as_str()).map_err(failed)?;
        let is_held = held.is_some_and(|(value, _)| value.as_bool() == Some(true));
        if !is_held {
            transaction.put(ROOT, key, true).map_err(failed)?;
        }
    }
    Ok(())
}

fn clear(transaction: &mut Transaction<'_>, name: &str) -> Result<(), DocumentError> {
    for member in members_of(transaction, name) {
        transaction
            .delete(ROOT, key_of(name, &member))
            .map_err(failed)?;
    }
    if transaction.get(ROOT, name).map_err(failed)?.is_some() {
        transaction.delete(ROOT, name).map_err(failed)?;
    }
    Ok(())
}

fn write_scalar(
    transaction: &mut Transaction<'_>,
    name: &str,
    value: &Value,
) -> Result<(), DocumentError> {
    let standing = transaction.get_all(ROOT, name).map_err(failed)?;
    if let [(automerge::Value::Scalar(scalar), _)] = standing.as_slice()
        && owned_scalar_value(scalar).is_some_and(|standing| same(&standing, value))
    {
        return Ok(());
    }
    let scalar = match value {
        Value::Text(text) => ScalarValue::Str(text.as_str().into()),
        Value::Integer(number) => ScalarValue::Int(*number),
        Value::Decimal(number) => ScalarValue::F64(*number),
        Value::Flag(flag) => ScalarValue::Boolean(*flag),
        Value::Set(_) => return Err(failed("a list is not a scalar")),
    };
    if standing.len() > 1 {
        // Automerge writes nothing for a value equal to the winner, and would leave the conflict.
        transaction.delete(ROOT, name).map_err(failed)?;
    }
    transaction.put(ROOT, name, scalar).map_err(failed)
}

fn write_prose(
    transaction: &mut Transaction<'_>,
    name: &str,
    text: &str,
) -> Result<(), DocumentError> {
    let standing = transaction.get_all(ROOT, name).map_err(failed)?;
    if let [(automerge::Value::Object(ObjType::Text), object)] = standing.as_slice() {
        let object = object.clone();
        drop(standing);
        if transaction.text(&object).map_err(failed)? != text {
            transaction.update_text(&object, text).map_err(failed)?;
        }
        return Ok(());
    }
    drop(standing);
    let object = transaction
        .put_object(ROOT, name, ObjType::Text)
        .map_err(failed)?;
    transaction.splice_text(&object, 0, 0, text).map_err(failed)
}
