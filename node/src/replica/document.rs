//! One record as an Automerge document: how fields are laid out in it, written and read.
//!
//! Every value is a scalar at the root under its field's name. A list is a set: one key
//! `field/item` per member, so that two people adding at once both succeed. Long prose alone is a
//! Text object. A removed record has the key `_removed`. Other keys that begin with `_` are kept
//! for versions to come and not shown.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{
    ActorId as Actor, Automerge, Change, ChangeHash, ObjId, ObjType, ROOT, ReadDoc, ScalarValue,
    ScalarValueRef, ValueRef,
};
use sync_protocol::id::ActorId;

use super::chunk::Hash;
use super::draft::Edits;
use crate::registry::{Collection, FieldKind, Fields, Value};

/// The key of a removed record.
const REMOVED: &str = "_removed";
/// What parts a list's name from its member in a key.
const MEMBER: char = '/';

/// What failed inside Automerge, in its words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct DocumentError(pub(crate) String);

/// A record's document with what admission asks of its history.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    automerge: Automerge,
    /// The last operation number of each change held.
    last_operations: HashMap<Hash, u64>,
    /// How many changes of each actor are held.
    sequences: HashMap<ActorId, u64>,
}

/// A document's values.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Content {
    /// The values that stand.
    pub(crate) fields: Fields,
    /// Whether the record is removed.
    pub(crate) removed: bool,
    /// Fields with several values, each with the change that set it, the standing one first.
    pub(crate) conflicts: Vec<(String, Vec<Given>)>,
}

/// A value with the change that gave it, when it can be told.
pub(crate) type Given = (Value, Option<Hash>);

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
            last_operations: HashMap::new(),
            sequences: HashMap::new(),
        }
    }

    /// The document that [`Document::save`] wrote.
    pub(crate) fn load(saved: &[u8]) -> Result<Self, DocumentError> {
        contained(|| {
            let automerge = Automerge::load(saved).map_err(failed)?;
            let mut document = Self {
                automerge,
                ..Self::empty()
            };
            for meta in document.automerge.get_changes_meta(&[]) {
                document.last_operations.insert(meta.hash.0, meta.max_op);
                if let Some(actor) = protocol_actor(&meta.actor) {
                    *document.sequences.entry(actor).or_default() += 1;
                }
            }
            Ok(document)
        })
    }

    /// The document's bytes for this node's own use; not canonical.
    pub(crate) fn save(&self) -> Vec<u8> {
        // Uncompressed: four times faster to write, and most columns are too short to deflate.
        self.automerge.save_nocompress()
    }

    /// The last operation number of a change held.
    pub(crate) fn last_operation(&self, hash: &Hash) -> Option<u64> {
        self.last_operations.get(hash).copied()
    }

    /// How many changes of an actor are held.
    pub(crate) fn sequence(&self, actor: &ActorId) -> u64 {
        self.sequences.get(actor).copied().unwrap_or(0)
    }

    /// Notes a change as held before [`Document::merge`] takes it with others.
    pub(crate) fn note(&mut self, actor: ActorId, change: &Change) {
        self.last_operations
            .insert(change.hash().0, last_operation(change));
        *self.sequences.entry(actor).or_default() += 1;
    }

    /// Applies changes that were noted.
    pub(crate) fn merge(&mut self, changes: Vec<Change>) -> Result<(), DocumentError> {
        contained(|| self.automerge.apply_changes(changes).map_err(failed))
    }

    /// Applies changes that this node made itself and has not stored yet.
    pub(crate) fn merge_own<'a>(
        &mut self,
        changes: impl Iterator<Item = &'a [u8]>,
    ) -> Result<(), DocumentError> {
        let mut own = Vec::new();
        for bytes in changes {
            let change = Change::try_from(bytes).map_err(failed)?;
            let actor = protocol_actor(change.actor_id()).ok_or_else(|| failed("foreign actor"))?;
            self.note(actor, &change);
            own.push(change);
        }
        self.merge(own)
    }

    /// Writes values and edits as one change of `actor`; `None` when nothing changes.
    pub(crate) fn edit(
        &mut self,
        collection: Option<&Collection>,
        edits: &Edits,
        actor: ActorId,
    ) -> Result<Option<Change>, DocumentError> {
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
            self.note(actor, &change);
            Ok(Some(change))
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
        let mut content = Content::default();
        let mut sets: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let items = match heads {
            None => self.automerge.map_range(ROOT, ..),
            Some(heads) => self.automerge.map_range_at(ROOT, .., heads),
        };
        for item in items {
            let key: &str = &item.key;
            if key.starts_with('_') {
                content.removed |= key == REMOVED && is_true(&item.value);
                continue;
            }
            if let Some((name, member)) = key.split_once(MEMBER) {
                if is_true(&item.value) {
                    sets.entry(name.to_owned())
                        .or_default()
                        .insert(member.to_owned());
                }
                continue;
            }
            let value = match &item.value {
                ValueRef::Object(ObjType::Text) => self.text(&item.id(), heads).map(Value::Text),
                ValueRef::Object(_) => None,
                ValueRef::Scalar(scalar) => scalar_value(scalar),
            };
            let Some(value) = value else { continue };
            if item.conflict && heads.is_none() {
                let values = self.all_values(key, &value);
                if values.len() > 1 {
                    content.conflicts.push((key.to_owned(), values));
                }
            }
            content.fields.insert(key.to_owned(), value);
        }
        for (name, members) in sets {
            content.conflicts.retain(|(field, _)| *field != name);
            content.fields.insert(name, Value::Set(members));
        }
        content
    }

    fn text(&self, object: &ObjId, heads: Option<&[ChangeHash]>) -> Option<String> {
        match heads {
            None => self.automerge.text(object).ok(),
            Some(heads) => self.automerge.text_at(object, heads).ok(),
        }
    }

    /// The different values of a key, the standing one first.
    fn all_values(&self, key: &str, standing: &Value) -> Vec<Given> {
        let mut values: Vec<Given> = Vec::new();
        // Automerge lists the winner last.
        for (value, id) in self
            .automerge
            .get_all(ROOT, key)
            .unwrap_or_default()
            .into_iter()
            .rev()
        {
            let value = match &value {
                automerge::Value::Object(ObjType::Text) => self.text(&id, None).map(Value::Text),
                automerge::Value::Object(_) => None,
                automerge::Value::Scalar(scalar) => owned_scalar_value(scalar),
            };
            let Some(value) = value else { continue };
            if values.iter().all(|(other, _)| !same(other, &value)) {
                values.push((value, self.change_of(&id)));
            }
        }
        values.sort_by_key(|(value, _)| !same(value, standing));
        values
    }

    fn change_of(&self, operation: &ObjId) -> Option<Hash> {
        Some(self.automerge.hash_for_opid(operation)?.0)
    }
}

/// The last operation number of a change; that of its ancestors when it has none of its own.
pub(crate) fn last_operation(change: &Change) -> u64 {
    (change.start_op().get() + change.len() as u64).saturating_sub(1)
}

fn protocol_actor(actor: &Actor) -> Option<ActorId> {
    actor.to_bytes().try_into().ok().map(ActorId)
}

/// Equality under which a decimal that is not a number equals itself.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Decimal(one), Value::Decimal(other)) => one.to_bits() == other.to_bits(),
        _ => one == other,
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
