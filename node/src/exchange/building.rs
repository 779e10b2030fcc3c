//! One row of an import while its cells are read.

use std::collections::BTreeMap;

use super::cells::{CellFault, Given};
use super::columns::Use;
use super::report::ImportedRow;
use super::row_error::RowProblem;
use super::schema::ColumnTarget;

/// Column number and header of a cell.
pub(crate) type Place = (Option<usize>, Option<String>);

/// A row and what is wrong with it so far.
pub(crate) struct Building {
    pub(crate) row: ImportedRow,
    pub(crate) errors: Vec<(Place, CellFault)>,
    places: BTreeMap<&'static str, Place>,
    failed: Vec<&'static str>,
    /// Whether it comes from a published form.
    pub(crate) is_landed: bool,
}

impl Building {
    pub(crate) fn new(line: u64) -> Self {
        Self {
            row: ImportedRow {
                line,
                ..ImportedRow::default()
            },
            errors: Vec::new(),
            places: BTreeMap::new(),
            failed: Vec::new(),
            is_landed: false,
        }
    }

    /// Reads one cell; `text` is its text where it has one.
    pub(crate) fn add(
        &mut self,
        using: Use,
        place: Place,
        text: &str,
        collection: &str,
        read: impl FnOnce(ColumnTarget) -> Result<Given, CellFault>,
    ) {
        let text = text.trim();
        match using {
            Use::Field(target) => self.add_value(target, place, read(target)),
            Use::RecordId if !text.is_empty() => self.row.id = Some(text.to_owned()),
            Use::Collection if !text.is_empty() && text != collection => {
                let (found, expected) = (text.to_owned(), collection.to_owned());
                self.fail(place, RowProblem::OtherCollection { found, expected });
            }
            Use::RecordId | Use::Collection | Use::Nothing => {}
        }
    }

    fn add_value(&mut self, target: ColumnTarget, place: Place, given: Result<Given, CellFault>) {
        let field = target.field.name;
        match given {
            Ok(Given::Value(value)) => {
                if self.row.fields.insert(field.to_owned(), value).is_some() {
                    let field = field.to_owned();
                    self.errors
                        .push((place.clone(), RowProblem::FieldTwice { field }.into()));
                }
            }
            Ok(Given::Nothing) => self.row.emptied.push(field),
            Err(fault) => {
                self.failed.push(field);
                self.errors.push((place.clone(), fault));
            }
        }
        self.places.insert(field, place);
    }

    pub(crate) fn fail(&mut self, place: Place, problem: RowProblem) {
        self.errors.push((place, problem.into()));
    }

    /// Where a field stood, or would have stood.
    pub(crate) fn place_of(&self, field: &str) -> Place {
        self.places
            .get(field)
            .cloned()
            .unwrap_or_else(|| (None, Some(field.to_owned())))
    }

    /// Whether the row says nothing of a field, not even something wrong.
    pub(crate) fn lacks(&self, field: &str) -> bool {
        !self.row.fields.contains_key(field) && !self.failed.contains(&field)
    }
}
