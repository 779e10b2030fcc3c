//! Drives an import: rows of a file in, fields of records and errors with their place out.
//!
//! A bad row never costs a good one, and all errors of a row are told at once. Within one file a
//! reference (`source`, `source_id`) may stand once: of two rows with one reference nobody can
//! tell which is right, so the later one is an error that names the line of the first.

use std::collections::HashMap;
use std::io::Read;
use std::ops::ControlFlow;

use super::building::{Building, Place};
use super::cells::{CellFault, CellReader, Given};
use super::columns::{Columns, Use};
use super::error::FileError;
use super::notice::Notice;
use super::records::Fault;
use super::report::{ImportedRow, Options, Report, shown};
use super::row_error::{CellError, RowError, RowProblem};
use super::schema::Schema;
use super::source::{self, Body, Detected, Row};
use crate::registry::{Fields, Value};

/// Reads a file and hands out its good rows one by one.
///
/// The sink gets what was detected so far beside each row; breaking ends the import early.
///
/// # Errors
/// The file cannot be read at all: nothing was handed out.
pub fn import(
    reader: impl Read,
    file_name: &str,
    schema: &Schema<'_>,
    options: &Options,
    sink: &mut dyn FnMut(ImportedRow) -> ControlFlow<()>,
) -> Result<Report, FileError> {
    let mut driver = Driver {
        schema,
        options,
        columns: Columns::new(schema, &options.mapping)?,
        defaults: defaults(schema, options)?,
        phase: Phase::Header {
            held: Vec::new(),
            held_bytes: 0,
        },
        report: Report::default(),
        rows: 0,
        references: HashMap::new(),
        sink,
    };
    let outcome = source::read(reader, file_name, &options.limits, &mut |detected, row| {
        let header_row = driver.report.detected.header_row;
        if driver.report.detected.encoding != detected.encoding || driver.rows == 0 {
            driver.report.detected = Detected {
                header_row,
                ..detected.clone()
            };
        }
        driver.take(row)
    });
    // A short file may end while the header row is still looked for.
    let outcome = outcome.and_then(|_| driver.end_of_file());
    driver.finish(outcome)
}

/// Reads a whole file for its report and its first good rows: a dry run.
///
/// # Errors
/// The file cannot be read at all.
pub fn preview(
    reader: impl Read,
    file_name: &str,
    schema: &Schema<'_>,
    options: &Options,
    rows: usize,
) -> Result<(Vec<ImportedRow>, Report), FileError> {
    let mut first = Vec::new();
    let report = import(reader, file_name, schema, options, &mut |row| {
        if first.len() < rows {
            first.push(row);
        }
        ControlFlow::Continue(())
    })?;
    Ok((first, report))
}

/// Rows searched for the header row, and bytes held meanwhile.
const HEADER_ROWS: usize = 20;
const HEADER_BYTES: usize = 1 << 20;

/// Keys of JSON objects beyond this length are no field names and are not remembered.
const MAX_KEY_BYTES: usize = 200;

enum Phase {
    /// No header row yet; the rows seen so far.
    Header {
        held: Vec<(u64, Vec<String>)>,
        held_bytes: usize,
    },
    /// Cells by position.
    Table {
        uses: Vec<Use>,
        headers: Vec<String>,
    },
    /// Values by key, keys being learnt as they come.
    Objects { uses: HashMap<String, Use> },
}

struct Driver<'a> {
    schema: &'a Schema<'a>,
    options: &'a Options,
    columns: Columns<'a>,
    defaults: Fields,
    phase: Phase,
    report: Report,
    rows: u64,
    references: HashMap<(String, String), u64>,
    sink: &'a mut dyn FnMut(ImportedRow) -> ControlFlow<()>,
}

/// Reads the defaults once, so that a wrong one is told before any row.
fn defaults(schema: &Schema<'_>, options: &Options) -> Result<Fields, FileError> {
    let mut fields = Fields::new();
    let source = options.source.as_ref().or(options.mapping.source.as_ref());
    let source = source.map(|text| ("source".to_owned(), text.clone()));
    for (name, text) in options.mapping.defaults.clone().into_iter().chain(source) {
        let Some(target) = schema.target(&name) else {
            return Err(FileError::UnknownMappingField { field: name });
        };
        match CellReader::new(schema).text(target, &text) {
            Ok(Given::Value(value)) => {
                fields.insert(target.field.name.to_owned(), value);
            }
            Ok(Given::Nothing) => {}
            Err(error) => {
                return Err(FileError::BadDefault {
                    field: name,
                    error: CellError {
                        code: error.code(),
                        args: error.args(),
                        message: error.message(),
                    },
                });
            }
        }
    }
    Ok(fields)
}

impl Driver<'_> {
    fn take(&mut self, row: Result<Row, Fault>) -> Result<ControlFlow<()>, FileError> {
        self.rows += 1;
        if self.rows > self.options.limits.rows {
            return Err(FileError::TooManyRows {
                limit: self.options.limits.rows,
            });
        }
        match row {
            Err(fault) => self.take_fault(fault),
            Ok(Row {
                line,
                body: Body::Cells(cells),
            }) => self.take_cells(line, cells),
            Ok(Row {
                line,
                body: Body::Object(object),
            }) => self.take_object(line, object),
        }
    }

    fn take_fault(&mut self, fault: Fault) -> Result<ControlFlow<()>, FileError> {
        let header = match &self.phase {
            Phase::Header { held, .. }
                if held.is_empty() && self.report.detected.delimiter.is_some() =>
            {
                let Fault { line, problem, .. } = fault;
                return Err(FileError::UnreadableHeader { line, problem });
            }
            Phase::Table { headers, .. } => fault
                .column
                .and_then(|column| headers.get(column - 1))
                .cloned(),
            Phase::Header { .. } | Phase::Objects { .. } => None,
        };
        self.report.bad_rows += 1;
        self.tell(fault.line, (fault.column, header), &fault.problem.into());
        Ok(ControlFlow::Continue(()))
    }

    fn take_cells(&mut self, line: u64, cells: Vec<String>) -> Result<ControlFlow<()>, FileError> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(ControlFlow::Continue(()));
        }
        let Phase::Header { held, held_bytes } = &mut self.phase else {
            return Ok(self.table_row(line, &cells));
        };
        let known = cells
            .iter()
            .filter(|cell| self.columns.knows(cell.trim()))
            .count();
        let filled = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        *held_bytes += cells.iter().map(String::len).sum::<usize>();
        held.push((line, cells));
        if known * 2 >= filled.max(1) || held.len() >= HEADER_ROWS || *held_bytes >= HEADER_BYTES {
            return self.choose_header();
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Takes the row with most known headers for the header row, and the rows after it for data.
    fn choose_header(&mut self) -> Result<ControlFlow<()>, FileError> {
        let Phase::Header { held, .. } = &mut self.phase else {
            return Ok(ControlFlow::Continue(()));
        };
        let held = std::mem::take(held);
        let known = |cells: &[String]| {
            cells
                .iter()
                .filter(|cell| self.columns.knows(cell.trim()))
                .count()
        };
        let mut best = (0, 0);
        for (index, (_, cells)) in held.iter().enumerate() {
            let count = known(cells);
            if count > best.1 {
                best = (index, count);
            }
        }
        let mut rows = held.into_iter().skip(best.0);
        let Some((line, mut headers)) = rows.next() else {
            return Err(FileError::Empty);
        };
        while headers
            .last()
            .is_some_and(|header| header.trim().is_empty())
        {
            headers.pop();
        }
        if best.1 == 0 {
            let fields = self.schema.collection().fields;
            return Err(FileError::HeaderNotRecognised {
                found: shown(headers.iter().map(String::as_str)),
                expected: shown(
                    fields
                        .iter()
                        .filter(|field| field.is_writable())
                        .map(|field| field.name),
                ),
            });
        }
        self.report.detected.header_row = Some(line);
        if best.0 > 0 {
            self.columns.notices.push(Notice::LinesAboveHeader { line });
        }
        let mut uses = Vec::with_capacity(headers.len());
        for (index, header) in headers.iter().enumerate() {
            uses.push(self.columns.add(Some(index + 1), header)?);
        }
        let missing = self
            .columns
            .missing(&|field| self.defaults.contains_key(field));
        if !missing.is_empty() && !self.options.partial {
            return Err(FileError::MissingColumns {
                fields: missing.join(", "),
            });
        }
        self.phase = Phase::Table { uses, headers };
        for (line, cells) in rows {
            if self.table_row(line, &cells).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn table_row(&mut self, line: u64, cells: &[String]) -> ControlFlow<()> {
        let Phase::Table { uses, headers } = &self.phase else {
            return ControlFlow::Continue(());
        };
        let found = cells.len()
            - cells
                .iter()
                .rev()
                .take_while(|cell| cell.trim().is_empty())
                .count();
        let expected = headers.len();
        let is_sheet = self.report.detected.delimiter.is_none();
        // A sheet keeps no empty cells at the end of a row; delimited text does.
        if found > expected || (cells.len() < expected && !is_sheet) {
            let found = if found > expected { found } else { cells.len() };
            self.report.bad_rows += 1;
            let problem = RowProblem::ColumnCount { expected, found };
            self.tell(line, (None, None), &problem.into());
            return ControlFlow::Continue(());
        }
        let collection = self.schema.collection().name;
        let reader = CellReader::new(self.schema);
        let mut row = Building::new(line);
        for (index, (using, header)) in uses.iter().zip(headers).enumerate() {
            let text = cells.get(index).map_or("", String::as_str);
            let place = (Some(index + 1), Some(header.trim().to_owned()));
            row.add(*using, place, text, collection, |target| {
                reader.text(target, text)
            });
        }
        self.complete(row)
    }

    fn take_object(
        &mut self,
        line: u64,
        object: serde_json::Map<String, serde_json::Value>,
    ) -> Result<ControlFlow<()>, FileError> {
        if !matches!(self.phase, Phase::Objects { .. }) {
            self.phase = Phase::Objects {
                uses: HashMap::new(),
            };
        }
        let Phase::Objects { uses } = &mut self.phase else {
            return Ok(ControlFlow::Continue(()));
        };
        let collection = self.schema.collection().name;
        let reader = CellReader::new(self.schema);
        let mut row = Building::new(line);
        for (key, value) in object.iter().take(self.options.limits.columns) {
            let using = match uses.get(key) {
                Some(using) => *using,
                None if key.len() > MAX_KEY_BYTES || uses.len() >= self.options.limits.columns => {
                    Use::Nothing
                }
                None => {
                    let using = self.columns.add(None, key)?;
                    uses.insert(key.clone(), using);
                    using
                }
            };
            let text = value.as_str().unwrap_or_default();
            let place = (None, Some(key.clone()));
            row.add(using, place, text, collection, |target| {
                reader.json(target, value)
            });
        }
        Ok(self.complete(row))
    }

    /// Fills in defaults, looks for what is missing, and hands the row out.
    fn complete(&mut self, mut building: Building) -> ControlFlow<()> {
        let Building { row, .. } = &mut building;
        for (name, value) in &self.defaults {
            row.fields
                .entry(name.clone())
                .or_insert_with(|| value.clone());
        }
        row.emptied.retain(|field| !row.fields.contains_key(*field));
        if !self.options.partial {
            for field in self.schema.required() {
                if building.lacks(field.name) {
                    let problem = RowProblem::MissingValue {
                        field: field.name.to_owned(),
                    };
                    building.fail(building.place_of(field.name), problem);
                }
            }
        }
        if building.errors.is_empty() {
            self.check_reference(&mut building);
        }
        if building.errors.is_empty() {
            self.report.good_rows += 1;
            return (self.sink)(building.row);
        }
        self.report.bad_rows += 1;
        for (place, fault) in building.errors {
            self.tell(building.row.line, place, &fault);
        }
        ControlFlow::Continue(())
    }

    fn check_reference(&mut self, building: &mut Building) {
        let text = |field: &str| match building.row.fields.get(field) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let Some(source_id) = text("source_id") else {
            return;
        };
        let reference = (text("source").unwrap_or_default(), source_id.clone());
        if let Some(first_line) = self.references.get(&reference) {
            let problem = RowProblem::DuplicateReference {
                source_id,
                first_line: *first_line,
            };
            building.fail(building.place_of("source_id"), problem);
        } else {
            self.references.insert(reference.clone(), building.row.line);
            building.row.reference = Some(reference);
        }
    }

    fn tell(&mut self, line: u64, (column, header): Place, fault: &CellFault) {
        self.report.error_count += 1;
        if self.report.errors.len() < self.options.limits.errors_kept {
            let (code, args, message) = (fault.code(), fault.args(), fault.message());
            self.report.errors.push(RowError {
                line,
                column,
                header,
                code,
                args,
                message,
            });
        }
    }

    fn end_of_file(&mut self) -> Result<(), FileError> {
        if let Phase::Header { held, .. } = &self.phase {
            if held.is_empty() {
                return Err(FileError::Empty);
            }
            let _: ControlFlow<()> = self.choose_header()?;
        }
        Ok(())
    }

    fn finish(mut self, outcome: Result<(), FileError>) -> Result<Report, FileError> {
        let began = !matches!(self.phase, Phase::Header { .. });
        match outcome {
            Err(error) if !began || self.report.good_rows + self.report.bad_rows == 0 => {
                return Err(error);
            }
            Err(error) => self.report.stopped = Some(error),
            Ok(()) => {}
        }
        let mut notices = std::mem::take(&mut self.columns.notices);
        notices.extend(self.columns.unused_entries());
        let detected = &self.report.detected;
        if let (Some(sheet), [_, ..]) = (&detected.sheet, detected.other_sheets.as_slice()) {
            let others = detected.other_sheets.join(", ");
            notices.push(Notice::OtherSheets {
                sheet: sheet.clone(),
                others,
            });
        }
        let has_reference = self.schema.collection().field("source_id").is_some();
        self.report.columns = std::mem::take(&mut self.columns.stated);
        let has_id = self
            .report
            .columns
            .iter()
            .any(|column| column.field.as_deref() == Some("id"));
        if has_reference && !has_id && !self.columns.feeds("source_id") {
            notices.push(Notice::NoReference);
        }
        self.report.notices = notices;
        Ok(self.report)
    }
}
