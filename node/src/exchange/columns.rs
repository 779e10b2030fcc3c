//! Which column of a file feeds which field.

use std::collections::BTreeMap;

use serde::Serialize;

use super::error::FileError;
use super::mapping::Mapping;
use super::notice::Notice;
use super::schema::{ColumnTarget, Schema, normalise};
use crate::registry::{FieldKind, Visibility};

/// One column of a file and the field it feeds; stated back to the person who brought the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its number, from 1; absent in JSON lines.
    pub number: Option<usize>,
    /// Its header or key.
    pub header: String,
    /// The field, `<field>_cents` where cents are read; absent if the column is left out.
    pub field: Option<String>,
}

/// What is done with the cells of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Read as values of a field.
    Field(ColumnTarget),
    /// Kept as the identity of the record, as our own exports write it.
    RecordId,
    /// Compared with the collection that is filled.
    Collection,
    /// Not read.
    Nothing,
}

/// Says what each header means, and remembers it.
pub(crate) struct Columns<'a> {
    schema: &'a Schema<'a>,
    mapping: &'a Mapping,
    /// By field, in its two forms at once, the header that feeds it.
    fed: BTreeMap<&'static str, String>,
    used_entries: Vec<&'a str>,
    pub(crate) stated: Vec<Column>,
    pub(crate) notices: Vec<Notice>,
}

impl<'a> Columns<'a> {
    /// Checks the mapping itself.
    ///
    /// # Errors
    /// The mapping names a field that cannot be written.
    pub(crate) fn new(schema: &'a Schema<'a>, mapping: &'a Mapping) -> Result<Self, FileError> {
        if let Some(found) = &mapping.collection
            && *found != schema.collection().name
        {
            return Err(FileError::MappingOfOther {
                found: found.clone(),
                expected: schema.collection().name.to_owned(),
            });
        }
        let named = mapping
            .columns
            .values()
            .flatten()
            .chain(mapping.defaults.keys());
        for name in named {
            let target = schema.target(name).filter(|target| is_writable(*target));
            if target.is_none() {
                return Err(schema.unknown_mapping_field(name));
            }
        }
        Ok(Self {
            schema,
            mapping,
            fed: BTreeMap::new(),
            used_entries: Vec::new(),
            stated: Vec::new(),
            notices: Vec::new(),
        })
    }

    /// Whether a header is one that this import knows what to do with.
    pub(crate) fn knows(&self, header: &str) -> bool {
        self.mapping.column(header).is_some()
            || self.schema.target(header).is_some()
            || reserved(header).is_some()
    }

    /// Decides on one column.
    ///
    /// # Errors
    /// Another column feeds the same field.
    pub(crate) fn add(&mut self, number: Option<usize>, header: &str) -> Result<Use, FileError> {
        let header = header.trim();
        let decided = match self.mapping.column(header) {
            Some((entry, field)) => {
                self.used_entries.push(entry);
                match field.and_then(|name| self.schema.target(name)) {
                    Some(target) => Use::Field(target),
                    None => Use::Nothing,
                }
            }
            None => self.recognise(header),
        };
        if let Use::Field(target) = decided {
            let label = match number {
                Some(number) => format!("{number} ({header})"),
                None => header.to_owned(),
            };
            // Keys of JSON lines may differ from line to line; each row is checked by itself.
            if let (Some(first), Some(_)) = (self.fed.get(target.field.name), number) {
                return Err(FileError::DuplicateColumn {
                    field: target.field.name.to_owned(),
                    first: first.clone(),
                    second: label,
                });
            }
            self.fed.insert(target.field.name, label);
        }
        self.stated.push(Column {
            number,
            header: header.to_owned(),
            field: match decided {
                Use::Field(target) => Some(name_of(target)),
                Use::RecordId => Some("id".to_owned()),
                Use::Collection | Use::Nothing => None,
            },
        });
        Ok(decided)
    }

    /// What a member of a published form feeds, stated once for each.
    pub(crate) fn landed(&mut self, member: &str, target: ColumnTarget) {
        let (header, field) = (member.to_owned(), Some(name_of(target)));
        let stated = Column {
            number: None,
            header,
            field,
        };
        if !self.stated.contains(&stated) {
            self.stated.push(stated);
        }
        self.fed
            .entry(target.field.name)
            .or_insert_with(|| member.to_owned());
    }

    fn recognise(&mut self, header: &str) -> Use {
        let header_text = || header.to_owned();
        match self.schema.target(header) {
            Some(target) if target.field.kind == FieldKind::Derived => {
                self.notices.push(Notice::DerivedColumn {
                    header: header_text(),
                });
                Use::Nothing
            }
            Some(target) if target.field.visibility == Visibility::Sealed => {
                self.notices.push(Notice::SealedColumn {
                    header: header_text(),
                });
                Use::Nothing
            }
            Some(target) => Use::Field(target),
            None => reserved(header).unwrap_or_else(|| {
                if !header.is_empty() {
                    self.notices.push(Notice::UnknownColumn {
                        header: header_text(),
                    });
                }
                Use::Nothing
            }),
        }
    }

    /// Field names of the required fields that neither a column nor a default feeds.
    pub(crate) fn missing(&self, has_default: &dyn Fn(&str) -> bool) -> Vec<&'static str> {
        let is_missing = |name: &&str| !self.fed.contains_key(*name) && !has_default(name);
        self.schema
            .required()
            .iter()
            .map(|field| field.name)
            .filter(is_missing)
            .collect()
    }

    /// Whether a column feeds this field.
    pub(crate) fn feeds(&self, field: &str) -> bool {
        self.fed.contains_key(field)
    }

    /// Entries of the mapping that met no column.
    pub(crate) fn unused_entries(&self) -> impl Iterator<Item = Notice> {
        let is_unused = |name: &&String| !self.used_entries.contains(&name.as_str());
        self.mapping
            .columns
            .keys()
            .filter(is_unused)
            .map(|name| Notice::UnusedMapping {
                header: name.clone(),
            })
    }
}

fn name_of(target: ColumnTarget) -> String {
    let suffix = if target.in_cents { "_cents" } else { "" };
    format!("{}{suffix}", target.field.name)
}

fn is_writable(target: ColumnTarget) -> bool {
    target.field.kind != FieldKind::Derived && target.field.visibility != Visibility::Sealed
}

/// Columns that our own exports add to the fields; keys with a leading `_` are what reads add.
fn reserved(header: &str) -> Option<Use> {
    if header.starts_with('_') {
        return Some(Use::Nothing);
    }
    match normalise(header).as_str() {
        "id" => Some(Use::RecordId),
        "collection" => Some(Use::Collection),
        "owner" => Some(Use::Nothing),
        _ => None,
    }
}
