//! Following the charter: verdicts judged anew when it grows, and what is written again since.
//!
//! An honest edit may stand on one that is refused later, and is refused with it, everywhere. Its
//! author then writes it again, on what is left. What another structure wrote too late, any
//! structure may write again in its own name.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::entry::{Entry, Place};
use sync_protocol::id::{NodeId, RecordId, Salt};

use crate::api::{ApiError, ExitKind};
use crate::node::errors::read;
use crate::node::{Outcome, clock};
use crate::registry::Fields;
use crate::replica::{Act, Authority, Meant, Replica, meant};
use crate::view::RefusedEntry;

use super::governance::Governance;
use super::{Member, lock};

/// Name of the store's value that lists own entries to write again.
const ORPHANED: &str = "reissue/own";

/// How many refused entries are listed unless told otherwise.
const LISTED: usize = 100;

#[derive(Deserialize)]
struct ListRefused {
    limit: Option<usize>,
}

#[derive(Deserialize)]
struct Reissue {
    node: String,
    seq: u64,
}

impl Member {
    /// Lets the replica obey the charter as it is now, and judges anew what it says something
    /// else of; returns what it obeys.
    pub(in crate::node) fn obey(&self, replica: &mut Replica) -> Result<Arc<Governance>, ApiError> {
        let authority = self.authority();
        let mut obeyed = lock(&self.obeyed);
        let is_same = |it: &Arc<Governance>| Arc::ptr_eq(it, &authority);
        if obeyed.as_ref().is_some_and(is_same) {
            return Ok(authority);
        }
        replica.govern(Arc::clone(&authority) as Arc<dyn Authority>);
        let rejudged = replica.rejudge(&|places| self.entries_at(places))?;
        self.note_orphaned(&rejudged.orphaned)?;
        *obeyed = Some(Arc::clone(&authority));
        Ok(authority)
    }

    /// Remembers own entries that count no longer, through no fault of theirs.
    pub(in crate::node) fn note_orphaned(&self, more: &[u64]) -> Result<(), ApiError> {
        if more.is_empty() {
            return Ok(());
        }
        let mut orphaned = self.orphaned()?;
        orphaned.extend(more);
        self.set_orphaned(&orphaned)
    }

    /// The stored entries at these places; those that are not held are left out.
    pub(in crate::node) fn entries_at(&self, places: &[Place]) -> Result<Vec<Entry>, ApiError> {
        let mut wanted: BTreeMap<NodeId, Vec<u64>> = BTreeMap::new();
        for place in places {
            wanted.entry(place.author).or_default().push(place.seq);
        }
        let mut found = Vec::with_capacity(places.len());
        for (author, mut seqs) in wanted {
            seqs.sort_unstable();
            let mut seqs = seqs.into_iter().peekable();
            while let Some(seq) = seqs.peek().copied() {
                let Some(run) = self.journals.run_containing(&author, seq)? else {
                    seqs.next();
                    continue;
                };
                let read = run.entries(self.network).map_err(|error| {
                    let text = format!("a stored run cannot be read: {error}");
                    ApiError::new("stored_run_unreadable", ExitKind::Failed, text)
                        .with("reason", error)
                })?;
                for entry in read {
                    while seqs.next_if(|seq| *seq < entry.header.seq).is_some() {}
                    if seqs.next_if_eq(&entry.header.seq).is_some() {
                        found.push(entry);
                    }
                }
                // Whatever the run holds, this one is dealt with.
                while seqs.next_if_eq(&seq).is_some() {}
            }
        }
        Ok(found)
    }

    fn orphaned(&self) -> Result<Vec<u64>, ApiError> {
        let stored = self.journals.get_meta(ORPHANED)?.unwrap_or_default();
        let seqs = stored.chunks_exact(8);
        Ok(seqs
            .filter_map(|bytes| bytes.try_into().ok().map(u64::from_be_bytes))
            .collect())
    }

    fn set_orphaned(&self, seqs: &[u64]) -> Result<(), ApiError> {
        let bytes: Vec<u8> = seqs.iter().flat_map(|seq| seq.to_be_bytes()).collect();
        let value = (!bytes.is_empty()).then_some(bytes.as_slice());
        Ok(self.journals.put_meta(ORPHANED, value)?)
    }

    /// Writes own edits again that were refused because of what they followed.
    pub(in crate::node) fn reissue_orphaned(&self) -> Result<(), ApiError> {
        let orphaned = self.orphaned()?;
        if orphaned.is_empty() {
            return Ok(());
        }
        let author = self.me;
        let places = orphaned.iter().map(|seq| Place { author, seq: *seq });
        let places: Vec<Place> = places.collect();
        for entry in self.entries_at(&places)? {
            let record = self.subject_of(&entry)?;
            let again = match record {
                Some(record) => self.write_again(&entry, record),
                None => Ok(None),
            };
            match again {
                Ok(Some(_)) => {}
                // What cannot be written again is listed as refused, for a person to decide.
                Ok(None) => tracing::warn!(
                    seq = entry.header.seq,
                    "an edit was refused with what it followed"
                ),
                Err(error) => {
                    tracing::warn!(seq = entry.header.seq, code = %error.code, "an edit could not be written again");
                }
            }
        }
        self.set_orphaned(&[])
    }

    /// The record that an entry is about, as long as it is there.
    fn subject_of(&self, entry: &Entry) -> Result<Option<RecordId>, ApiError> {
        let place = entry.header.subject.unwrap_or_else(|| entry.place());
        let record = self.replica().record_at(&place)?;
        Ok(match record {
            Some(record) if self.reader.get(&record)?.is_some() => Some(record),
            _ => None,
        })
    }

    /// Writes what an entry meant into a record; `None` if that cannot be told or is so already.
    fn write_again(&self, entry: &Entry, record: RecordId) -> Result<Option<Meant>, ApiError> {
        let Some(meant) = meant(entry) else {
            return Ok(None);
        };
        let edits = meant.edits.clone();
        let changed = self.change(record, edits)?;
        Ok(changed.then_some(meant))
    }

    /// `entry.refused`: entries that do not count, and why.
    pub(in crate::node) fn list_refused(&self, input: Value) -> Outcome {
        let ListRefused { limit } = read(input)?;
        let refused = self.reader.refused(limit.unwrap_or(LISTED))?;
        let mut entries = Vec::with_capacity(refused.len());
        for refused in &refused {
            entries.push(self.tell_refused(refused)?);
        }
        Ok(json!({ "entries": entries, "total": self.reader.counts()?.refused }))
    }

    fn tell_refused(&self, refused: &RefusedEntry) -> Result<Value, ApiError> {
        let place = Place {
            author: refused.node,
            seq: refused.seq,
        };
        let entry = self.entries_at(&[place])?.pop();
        let meant = entry.as_ref().and_then(meant);
        let title = meant.as_ref().and_then(|meant| {
            let titles = ["title", "name"].iter();
            titles
                .filter_map(|name| meant.edits.set.get(*name)?.as_ref())
                .map(crate::registry::to_json)
                .next()
        });
        let fields = meant.as_ref().map(|meant| {
            let names = meant.edits.set.keys().chain(meant.edits.add.keys());
            names.chain(meant.edits.remove.keys()).collect::<Vec<_>>()
        });
        let structure = self.structure_of(&refused.node);
        Ok(json!({
            "node": refused.node.to_string(),
            "structure": structure.map(|it| self.name_of(&it)),
            "seq": refused.seq,
            "record": refused.record.map(|it| it.to_string()),
            "collection": meant.as_ref().and_then(|it| it.creates.clone()),
            "title": title,
            "fields": fields,
            "written_at": entry.map(|it| clock::iso(it.header.time)),
            "code": refused.code,
        }))
    }

    /// `entry.reissue`: what a refused entry meant, written again in our own name.
    pub(in crate::node) fn reissue(&self, input: Value) -> Outcome {
        let Reissue { node, seq } = read(input)?;
        let refused = self.find_refused(&node, seq)?;
        let place = Place {
            author: refused.node,
            seq,
        };
        let entry = self.entries_at(&[place])?.pop();
        let told = entry
            .as_ref()
            .and_then(|entry| Some((entry, meant(entry)?)));
        let Some((entry, meant)) = told else {
            let text = "nothing can be told of what this entry meant to write";
            return Err(ApiError::new("reissue_unreadable", ExitKind::Refused, text)
                .with("node", refused.node.short())
                .with("seq", seq));
        };
        let is_partial = meant.is_partial;
        if let Some(record) = self.subject_of(entry)? {
            let changed = self.change(record, meant.edits)?;
            return Ok(json!({
                "id": record.to_string(), "created": false, "changed": changed,
                "is_partial": is_partial,
            }));
        }
        let Some(collection) = meant.creates else {
            let text = "the record of this entry is not there: write its creation again first";
            return Err(ApiError::new("reissue_no_record", ExitKind::Refused, text)
                .with("node", refused.node.short())
                .with("seq", seq));
        };
        let mut fields: Fields = meant
            .edits
            .set
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        for (name, members) in meant.edits.add {
            fields.insert(name, crate::registry::Value::Set(members));
        }
        let salt = Salt(clock::random()?);
        let id = RecordId::derive(&self.network, &self.structure, &collection, &salt);
        self.write(|replica, author| {
            let act = Act::Create {
                collection,
                salt,
                fields,
            };
            Ok(replica.draft(author, vec![act])?)
        })?;
        Ok(json!({
            "id": id.to_string(), "created": true, "changed": true, "is_partial": is_partial,
        }))
    }

    fn find_refused(&self, node: &str, seq: u64) -> Result<RefusedEntry, ApiError> {
        let unknown = || {
            ApiError::new(
                "unknown_refused_entry",
                ExitKind::NotFound,
                format!("no refused entry {seq} of {node}"),
            )
            .with("node", node)
            .with("seq", seq)
        };
        let found = self.reader.refused_at(seq)?.into_iter();
        let mut found = found.filter(|it| it.node.to_string().starts_with(node));
        let first = found.next().ok_or_else(unknown)?;
        if found.next().is_some() {
            return Err(unknown());
        }
        Ok(first)
    }
}
