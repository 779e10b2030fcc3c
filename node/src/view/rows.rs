//! A record's rows: what some entries made of it, written.

use std::hash::{DefaultHasher, Hash, Hasher};

use rusqlite::params;
use rusqlite::types::{Null, Value as Cell};

use super::analysis::{SearchText, fold};
use super::columns::{self, cell};
use super::error::ViewError;
use super::outcome::{AcceptedChange, Head, Outcome, Refusal, Waiting, Written};
use super::record::State;
use super::write::View;
use crate::registry::Value;

impl View {
    /// Writes what some entries made of one record.
    pub(crate) fn write(&mut self, outcome: &Outcome) -> Result<(), ViewError> {
        if let Some(change) = &outcome.change {
            let number = self.write_record(outcome.head.as_ref(), change)?;
            for (place, accepted) in (outcome.held..).zip(&outcome.accepted) {
                let AcceptedChange { entry, chunk } = accepted;
                let author = self.author_number(&entry.author)?;
                let creation_author = self.author_number(&entry.creation.author)?;
                let mut insert = self.connection.prepare_cached(
                    "INSERT INTO entry_of_record \
                     (record, place, author, seq, epoch, creation_author, creation_seq, kind, time, \
                     \"check\", hash, chunk) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                )?;
                insert.execute(params![
                    number,
                    place,
                    author,
                    entry.seq.cast_signed(),
                    entry.epoch.cast_signed(),
                    creation_author,
                    entry.creation.seq.cast_signed(),
                    entry.kind.0,
                    entry.time.0.cast_signed(),
                    &entry.check.0[..],
                    &entry.hash[..],
                    chunk,
                ])?;
            }
        }
        self.room_changed |= !outcome.settled.is_empty();
        for (author, seq) in &outcome.settled {
            let author = self.author_number(author)?;
            self.connection
                .prepare_cached("DELETE FROM pending WHERE author = ?1 AND seq = ?2")?
                .execute(params![author, seq.cast_signed()])?;
        }
        for waiting in &outcome.waiting {
            self.write_waiting(waiting)?;
        }
        if outcome.waiting.is_empty() && !self.pending.is_empty() {
            for creation in &outcome.creations {
                self.pending.remove(creation);
            }
        }
        for refusal in &outcome.refused {
            self.write_refusal(refusal)?;
        }
        if let Some(reason) = &outcome.quarantined {
            self.quarantined.insert(outcome.record);
            self.connection.execute(
                "INSERT OR REPLACE INTO quarantine (record, reason) VALUES (?1, ?2)",
                params![&outcome.record.0[..], reason],
            )?;
        }
        Ok(())
    }

    /// Notes an entry that waits for another.
    pub(crate) fn write_waiting(&mut self, waiting: &Waiting) -> Result<(), ViewError> {
        let header = &waiting.entry.header;
        let subject = header.subject.unwrap_or_else(|| waiting.entry.place());
        let author = self.author_number(&header.author)?;
        let subject_author = self.author_number(&subject.author)?;
        let mut bytes = header.encode().to_vec();
        bytes.extend_from_slice(waiting.entry.body.as_deref().unwrap_or_default());
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO pending \
                 (author, seq, subject_author, subject_seq, reason, entry) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                author,
                header.seq.cast_signed(),
                subject_author,
                subject.seq.cast_signed(),
                waiting.reason,
                bytes,
            ])?;
        self.pending.insert(subject);
        self.room_changed = true;
        Ok(())
    }

    /// Notes an entry that will not be applied.
    pub(crate) fn write_refusal(&mut self, refusal: &Refusal) -> Result<(), ViewError> {
        let author = self.author_number(&refusal.author)?;
        let creation = self.place_cells(refusal.creation.as_ref())?;
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO refused \
                 (author, seq, record, creation_author, creation_seq, kind, \"check\", code) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                author,
                refusal.seq.cast_signed(),
                refusal.record.map(|record| record.0.to_vec()),
                creation.0,
                creation.1,
                refusal.kind.0,
                &refusal.check.0[..],
                refusal.code,
            ])?;
        self.with_refusals.extend(refusal.record);
        self.room_changed = true;
        Ok(())
    }

    fn write_record(&mut self, head: Option<&Head>, written: &Written) -> Result<i64, ViewError> {
        let Written {
            state,
            digest,
            text,
        } = written;
        let created_by = self.author_number(&state.created.node)?;
        let changed_by = self.author_number(&state.changed.node)?;
        let text_hash = hash_of(text);
        let turn = self.next_turn();
        let mut upsert = self.connection.prepare_cached(
            "INSERT OR REPLACE INTO record (number, id, collection, owner, created_at, created_by, \
             changed_at, changed_by, removed, conflicts, text_hash, digest, turn) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?;
        upsert.execute(params![
            head.map(|head| head.number),
            &state.id.0[..],
            state.collection,
            &state.owner.0[..],
            state.created.time.0.cast_signed(),
            created_by,
            state.changed.time.0.cast_signed(),
            changed_by,
            state.removed,
            state.conflicts.len().cast_signed() as i64,
            text_hash,
            &digest[..],
            turn,
        ])?;
        let number = head.map_or_else(|| self.connection.last_insert_rowid(), |head| head.number);
        self.write_row(number, state)?;
        if head.is_some() {
            self.connection
                .prepare_cached("DELETE FROM conflict WHERE record = ?1")?
                .execute([number])?;
        }
        for (field, values) in &state.conflicts {
            for (place, value) in values.iter().enumerate() {
                self.connection
                    .prepare_cached(
                        "INSERT OR REPLACE INTO conflict (record, field, place, value, node, time) \
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    )?
                    .execute(params![
                        number,
                        field,
                        place.cast_signed() as i64,
                        columns::to_json(&value.value).to_string(),
                        value.node.as_ref().map(|node| &node.0[..]),
                        value.time.0.cast_signed(),
                    ])?;
            }
        }
        let known_hash = head.map(|head| head.text_hash);
        if known_hash.unwrap_or_else(|| hash_of(&SearchText::default())) != text_hash {
            self.write_text(number, head.is_some(), text)?;
        }
        Ok(number)
    }

    fn write_text(&self, number: i64, known: bool, text: &SearchText) -> Result<(), ViewError> {
        if known {
            self.connection
                .prepare_cached("DELETE FROM search_text WHERE rowid = ?1")?
                .execute([number])?;
        }
        if *text != SearchText::default() {
            self.connection
                .prepare_cached("INSERT INTO search_text (rowid, title, body) VALUES (?1, ?2, ?3)")?
                .execute(params![number, text.title, text.body])?;
        }
        Ok(())
    }

    fn write_row(&self, number: i64, state: &State) -> Result<(), ViewError> {
        let Some(table) = self.shape.table(&state.collection) else {
            self.connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO row_other (record, _extra) VALUES (?1, ?2)",
                )?
                .execute(params![number, columns::extra_to_json(state.fields.iter())])?;
            return Ok(());
        };
        let mut upsert = self.connection.prepare_cached(&table.upsert)?;
        upsert.raw_bind_parameter(1, number)?;
        upsert.raw_bind_parameter(2, &state.id.0[..])?;
        upsert.raw_bind_parameter(3, state.removed)?;
        upsert.raw_bind_parameter(4, state.changed.time.0.cast_signed())?;
        let title = match state.fields.get(table.collection.title) {
            Some(Value::Text(title)) => Some(fold(title)),
            _ => None,
        };
        upsert.raw_bind_parameter(5, title)?;
        let mut placed = 0;
        for (place, column) in table.columns.iter().enumerate() {
            let cell = state
                .fields
                .get(column.field.name)
                .and_then(|value| cell(value, column.storage))
                .unwrap_or(Cell::Null);
            placed += usize::from(cell != Cell::Null);
            upsert.raw_bind_parameter(place + 7, cell)?;
        }
        if placed == state.fields.len() {
            upsert.raw_bind_parameter(6, Null)?;
        } else {
            let extra = state.fields.iter().filter(|(name, value)| {
                !table.columns.iter().any(|column| {
                    column.field.name == name.as_str() && cell(value, column.storage).is_some()
                })
            });
            upsert.raw_bind_parameter(6, columns::extra_to_json(extra))?;
        }
        upsert.raw_execute()?;
        Ok(())
    }
}

fn hash_of(text: &SearchText) -> i64 {
    let mut hasher = DefaultHasher::new();
    (&text.title, &text.body).hash(&mut hasher);
    hasher.finish().cast_signed()
}
