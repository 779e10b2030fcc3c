//! Delimited text that French Excel opens at a double click and that we read back without loss.
//!
//! UTF-8 with a byte order mark (Excel takes anything else for Windows-1252), semicolons, decimal
//! comma, euros, `oui` and `non`, codes for choices, `a|b` for lists. A text that a spreadsheet
//! could run as a formula gets an apostrophe, see [`guard`](crate::exchange::guard).

use std::io::Write;

use super::{Audience, ExportedRecord};
use crate::exchange::cells::euros;
use crate::exchange::error::ExportError;
use crate::exchange::guard::guard;
use crate::registry::{Collection, Field, FieldKind, Value};

/// How a file of delimited text is written.
#[derive(Clone, Copy)]
pub struct CsvStyle<'a> {
    /// What parts the cells.
    pub delimiter: u8,
    /// Whether a byte order mark goes first.
    pub byte_order_mark: bool,
    /// `,` or `.`.
    pub decimal_mark: char,
    /// Yes and no.
    pub flags: (&'a str, &'a str),
    /// The header of a field's column; its name if absent.
    pub label: Option<&'a dyn Fn(&Field) -> String>,
}

impl CsvStyle<'_> {
    /// For French offices.
    pub const FRENCH: CsvStyle<'static> = CsvStyle {
        delimiter: b';',
        byte_order_mark: true,
        decimal_mark: ',',
        flags: ("oui", "non"),
        label: None,
    };

    /// For programs: commas, decimal point, `true` and `false`, no byte order mark.
    pub const PLAIN: CsvStyle<'static> = CsvStyle {
        delimiter: b',',
        byte_order_mark: false,
        decimal_mark: '.',
        flags: ("true", "false"),
        label: None,
    };
}

impl std::fmt::Debug for CsvStyle<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("CsvStyle")
            .field("delimiter", &char::from(self.delimiter))
            .field("byte_order_mark", &self.byte_order_mark)
            .field("decimal_mark", &self.decimal_mark)
            .field("flags", &self.flags)
            .finish_non_exhaustive()
    }
}

/// Writes records of one collection, a line each, and returns how many.
///
/// # Errors
/// The writer fails.
pub fn write_csv(
    mut out: impl Write,
    collection: &Collection,
    records: impl IntoIterator<Item = ExportedRecord>,
    audience: Audience,
    style: &CsvStyle<'_>,
) -> Result<u64, ExportError> {
    if style.byte_order_mark {
        out.write_all(b"\xEF\xBB\xBF")?;
    }
    let columns: Vec<&Field> = collection
        .fields
        .iter()
        .filter(|field| field.kind != FieldKind::Derived && audience.sees(field))
        .collect();
    let mut writer = csv::WriterBuilder::new()
        .delimiter(style.delimiter)
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    let header = |field: &&Field| {
        style
            .label
            .map_or_else(|| field.name.to_owned(), |f| f(field))
    };
    let headers = ["id".to_owned(), "owner".to_owned()];
    writer
        .write_record(headers.into_iter().chain(columns.iter().map(header)))
        .map_err(failed)?;
    let mut count = 0;
    for record in records {
        let fields = audience.visible(collection, &record.fields);
        let cell = |field: &&Field| match fields.get(field.name) {
            Some(value) => text(field, value, style),
            None => String::new(),
        };
        let cells = columns.iter().map(cell);
        writer
            .write_record([record.id, record.owner].into_iter().chain(cells))
            .map_err(failed)?;
        count += 1;
    }
    writer.flush()?;
    Ok(count)
}

fn text(field: &Field, value: &Value, style: &CsvStyle<'_>) -> String {
    match value {
        Value::Text(text) => guard(text).into_owned(),
        Value::Integer(cents) if field.kind == FieldKind::Cents => {
            euros(*cents, style.decimal_mark)
        }
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => number
            .to_string()
            .replace('.', style.decimal_mark.encode_utf8(&mut [0; 4])),
        Value::Flag(yes) => if *yes { style.flags.0 } else { style.flags.1 }.to_owned(),
        Value::Set(items) => {
            let joined = items
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join("|");
            guard(&joined).into_owned()
        }
    }
}

pub(super) fn failed(error: csv::Error) -> ExportError {
    let text = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) => ExportError::Write(error),
        _ => ExportError::Write(std::io::Error::other(text)),
    }
}
