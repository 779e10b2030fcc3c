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
use super::guard::unguard;
use super::mapping::Mapping;
use super::notice::Notice;
use super::records::Fault;
use super::report::{ImportedRow, Options, Report, shown};
use super::row_error::{CellError, RowError, RowProblem};
use super::schema::Schema;
use super::source::{self, Body, Detected, Format, Row};
use super::standard::Standard;
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
        standard: None,
        references: HashMap::new(),
        sink,
    };
    let outcome = source::read(reader, file_name, &options.limits, &mut |detected, row| {
        let known = &driver.report.detected;
        if (known.encoding, &known.version) != (detected.encoding, &detected.version)
            || driver.rows == 0
        {
            driver.report.detected = Detected {
                header_row: known.header_row,
                standard: known.standard,
                ..detected.clone()
            };
        }
        driver.take(row)
    });
    // A short file may end while the header row is still looked for.
    let outcome = outcome.and_then(|detected| driver.end_of_file(detected));
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

/// Checks a mapping before it is kept.
///
/// # Errors
/// It names a field that is none, or a default that is no value of its field.
pub fn check_mapping(schema: &Schema<'_>, mapping: &Mapping) -> Result<(), FileError> {
    Columns::new(schema, mapping)?;
    let options = Options {
        mapping: mapping.clone(),
        ..Options::default()
    };
    defaults(schema, &options).map(|_| ())
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
    /// Cells of a published form, by its column names.
    Foreign {
        standard: Standard,
        headers: Vec<String>,
    },
}

struct Driver<'a> {
    schema: &'a Schema<'a>,
    options: &'a Options,
    columns: Columns<'a>,
    defaults: Fields,
    phase: Phase,
    report: Report,
    rows: u64,
    /// The published form of the objects, once the first was seen.
    standard: Option<Option<Standard>>,
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
            return Err(schema.unknown_mapping_field(&name));
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
            Phase::Table { headers, .. } | Phase::Foreign { headers, .. } => fault
                .column
                .and_then(|column| headers.get(column - 1))
                .cloned(),
            Phase::Header { .. } | Phase::Objects { .. } => None,
        };
        self.report.bad_rows += 1;
        self.report.nameless_rows += 1;
        self.tell(fault.line, (fault.column, header), &fault.problem.into());
        Ok(ControlFlow::Continue(()))
    }

    fn take_cells(&mut self, line: u64, cells: Vec<String>) -> Result<ControlFlow<()>, FileError> {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(ControlFlow::Continue(()));
        }
        let Phase::Header { held, held_bytes } = &mut self.phase else {
            return self.table_row(line, &cells);
        };
        let is_foreign =
            self.options.mapping.columns.is_empty() && Standard::of_headers(&cells).is_some();
        let known = cells
            .iter()
            .filter(|cell| self.columns.knows(cell.trim()))
            .count();
        let filled = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        *held_bytes += cells.iter().map(String::len).sum::<usize>();
        held.push((line, cells));
        let is_header = is_foreign || known * 2 >= filled.max(1);
        if is_header || held.len() >= HEADER_ROWS || *held_bytes >= HEADER_BYTES {
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
        if self.options.mapping.columns.is_empty() {
            let foreign = held.iter().enumerate().find_map(|(index, (_, cells))| {
                Standard::of_headers(cells).map(|standard| (index, standard))
            });
            if let Some((index, standard)) = foreign {
                return self.begin_foreign(standard, held.into_iter().skip(index));
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
            if self.table_row(line, &cells)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Goes on with a table of a published form, whose header row comes first.
    fn begin_foreign(
        &mut self,
        standard: Standard,
        mut rows: impl Iterator<Item = (u64, Vec<String>)>,
    ) -> Result<ControlFlow<()>, FileError> {
        let Some((line, headers)) = rows.next() else {
            return Err(FileError::Empty);
        };
        standard.check(self.schema.collection(), None)?;
        self.report.detected.header_row = Some(line);
        self.report.detected.standard = Some(standard);
        let headers = headers.into_iter().map(|it| it.trim().to_owned()).collect();
        self.phase = Phase::Foreign { standard, headers };
        for (line, cells) in rows {
            if self.table_row(line, &cells)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn table_row(&mut self, line: u64, cells: &[String]) -> Result<ControlFlow<()>, FileError> {
        let (uses, headers) = match &self.phase {
            Phase::Table { uses, headers } => (uses.as_slice(), headers),
            Phase::Foreign { headers, .. } => (&[][..], headers),
            Phase::Header { .. } | Phase::Objects { .. } => {
                return Ok(ControlFlow::Continue(()));
            }
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
            self.report.nameless_rows += 1;
            let problem = RowProblem::ColumnCount { expected, found };
            self.tell(line, (None, None), &problem.into());
            return Ok(ControlFlow::Continue(()));
        }
        if let Phase::Foreign { standard, headers } = &self.phase {
            let filled = headers.iter().zip(cells);
            let object = filled
                .map(|(header, cell)| (header.clone(), unguard(cell).into()))
                .collect();
            return self.take_landed(line, *standard, &object);
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
        Ok(self.complete(row))
    }

    /// A record of a published form.
    fn take_landed(
        &mut self,
        line: u64,
        standard: Standard,
        object: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<ControlFlow<()>, FileError> {
        let collection = self.schema.collection();
        let landed = match standard.land(collection, object) {
            Ok(landed) => landed,
            Err(problem) => {
                self.report.bad_rows += 1;
                self.report.nameless_rows += 1;
                let place = match &problem {
                    RowProblem::MissingValue { field } => (None, Some(field.clone())),
                    _ => (None, None),
                };
                self.tell(line, place, &problem.into());
                return Ok(ControlFlow::Continue(()));
            }
        };
        let reader = CellReader::new(self.schema);
        let mut row = Building::new(line);
        row.is_landed = true;
        row.row.id = landed.id;
        row.row.only_new = landed.only_new;
        row.row.only_foreign = landed.only_foreign;
        for cell in landed.cells {
            let place = (None, Some(cell.at.clone()));
            let using = if standard == Standard::GeoJson {
                // Properties are whatever their author named them.
                match self.columns_of_objects(&cell.field)? {
                    Some(using) => using,
                    None => continue,
                }
            } else {
                let Some(target) = self.schema.target(&cell.field) else {
                    continue;
                };
                let member = cell.at.split('/').next().unwrap_or_default();
                self.columns.landed(member, target);
                Use::Field(target)
            };
            let text = cell.value.as_str().unwrap_or_default();
            row.add(using, place, text, collection.name, |target| {
                reader.json(target, &cell.value)
            });
        }
        Ok(self.complete(row))
    }

    /// What a key of an object feeds; `None` for one too many or too long to be remembered.
    fn columns_of_objects(&mut self, key: &str) -> Result<Option<Use>, FileError> {
        let Phase::Objects { uses } = &mut self.phase else {
            return Ok(None);
        };
        if let Some(using) = uses.get(key) {
            return Ok(Some(*using));
        }
        if key.len() > MAX_KEY_BYTES || uses.len() >= self.options.limits.columns {
            return Ok(None);
        }
        let using = self.columns.add(None, key)?;
        uses.insert(key.to_owned(), using);
        Ok(Some(using))
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
        let standard = match self.standard {
            Some(standard) => standard,
            None => {
                let standard = Standard::of_object(&object);
                if let Some(standard) = standard {
                    let version = self.report.detected.version.as_deref();
                    standard.check(self.schema.collection(), version)?;
                }
                self.report.detected.standard = standard;
                self.standard = Some(standard);
                standard
            }
        };
        if let Some(standard) = standard {
            return self.take_landed(line, standard, &object);
        }
        let collection = self.schema.collection().name;
        let reader = CellReader::new(self.schema);
        let mut row = Building::new(line);
        for (key, value) in object.iter().take(self.options.limits.columns) {
            let using = self.columns_of_objects(key)?.unwrap_or(Use::Nothing);
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
        // What a published form lacks, the record it is about may have.
        if !self.options.partial && !building.is_landed {
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
        match reference_of(&building.row.fields) {
            Some(reference) => {
                self.report.references.insert(reference);
            }
            None => self.report.nameless_rows += 1,
        }
        for (place, fault) in building.errors {
            self.tell(building.row.line, place, &fault);
        }
        ControlFlow::Continue(())
    }

    fn check_reference(&mut self, building: &mut Building) {
        let Some(reference) = reference_of(&building.row.fields) else {
            return;
        };
        let source_id = reference.1.clone();
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

    fn end_of_file(&mut self, detected: Detected) -> Result<(), FileError> {
        // A page may say of which version it is after its records.
        if let Some(Some(standard)) = self.standard {
            standard.check(self.schema.collection(), detected.version.as_deref())?;
        }
        self.report.detected.version = detected.version;
        if let Phase::Header { held, .. } = &self.phase {
            let is_json = matches!(
                self.report.detected.format,
                Format::Json | Format::JsonLines
            );
            if held.is_empty() && is_json && self.rows > 0 {
                // Every row was bad, and told.
                return Ok(());
            }
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
        let good = std::mem::take(&mut self.references).into_keys();
        self.report.references.extend(good);
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
        let is_foreign = self.report.detected.standard.is_some();
        if has_reference && !has_id && !is_foreign && !self.columns.feeds("source_id") {
            notices.push(Notice::NoReference);
        }
        self.report.notices = notices;
        Ok(self.report)
    }
}

/// The texts of `source` and `source_id`, if the latter is there.
fn reference_of(fields: &Fields) -> Option<(String, String)> {
    let text = |field: &str| match fields.get(field) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let source_id = text("source_id")?;
    Some((text("source").unwrap_or_default(), source_id))
}
