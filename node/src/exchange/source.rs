//! Finds out what a file is and yields its rows.

use std::io::{Cursor, Read};
use std::ops::ControlFlow;

use serde::Serialize;

use super::encoding::{CellEncoding, Mark, Utf16Reader};
use super::error::FileError;
use super::limits::Limits;
use super::records::{Fault, Records};
use super::standard::Standard;
use super::{delimiter, json_items, json_lines, workbook};

/// What was found out about a file; stated back to the person who brought it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Detected {
    /// How rows are kept.
    pub format: Format,
    /// How letters are kept; absent for workbooks.
    pub encoding: Option<Encoding>,
    /// Whether a byte order mark said so.
    pub byte_order_mark: bool,
    /// What parts the cells of a line.
    pub delimiter: Option<char>,
    /// Line of the header row, from 1.
    pub header_row: Option<u64>,
    /// The sheet that was read.
    pub sheet: Option<String>,
    /// The visible sheets that were not.
    pub other_sheets: Vec<String>,
    /// The published form of its records, where it is one.
    pub standard: Option<Standard>,
    /// The version that the file names.
    pub version: Option<String>,
}

/// How rows are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Delimited text.
    #[default]
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// JSON objects in a list, or one alone.
    Json,
    /// An Excel workbook.
    Xlsx,
}

/// How letters are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Encoding {
    /// Nothing but ASCII.
    #[serde(rename = "ascii")]
    Ascii,
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, either byte order.
    #[serde(rename = "utf-16")]
    Utf16,
    /// Windows-1252, which holds ISO 8859-1.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl From<CellEncoding> for Option<Encoding> {
    fn from(encoding: CellEncoding) -> Self {
        Some(match encoding {
            CellEncoding::Undecided => Encoding::Ascii,
            CellEncoding::Utf8 => Encoding::Utf8,
            CellEncoding::Utf16 => Encoding::Utf16,
            CellEncoding::Windows1252 => Encoding::Windows1252,
        })
    }
}

/// One row of a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    /// Line as an editor shows it, or row of the sheet; from 1.
    pub(crate) line: u64,
    pub(crate) body: Body,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    /// Cells by position.
    Cells(Vec<String>),
    /// Values by key.
    Object(serde_json::Map<String, serde_json::Value>),
}

/// Takes rows as they are read; breaking ends the reading.
pub(crate) type Sink<'a> =
    dyn FnMut(&Detected, Result<Row, Fault>) -> Result<ControlFlow<()>, FileError> + 'a;

/// Reads all rows of a file.
///
/// The name decides nothing but that `.json`, `.jsonl`, `.ndjson` and `.geojson` are JSON.
pub(crate) fn read(
    mut reader: impl Read,
    file_name: &str,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<Detected, FileError> {
    let mut detected = Detected::default();
    let head = sample(&mut reader, limits.sample_bytes)?;
    if head.is_empty() {
        return Err(FileError::Empty);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        detected.format = Format::Xlsx;
        let mut bytes = head;
        reader
            .take(limits.workbook_bytes as u64 + 1)
            .read_to_end(&mut bytes)?;
        workbook::read(&bytes, limits, &mut detected, sink)?;
        return Ok(detected);
    }
    if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(FileError::OldWorkbook);
    }
    let mark = Mark::of(&head);
    detected.byte_order_mark = mark.is_some();
    let skipped = mark.map_or(0, |(_, length)| length);
    let mut whole = Cursor::new(head);
    whole.set_position(skipped as u64);
    let whole = whole.chain(reader);
    match mark {
        Some((mark @ (Mark::Utf16BigEndian | Mark::Utf16LittleEndian), _)) => {
            let reader = Utf16Reader::new(whole, mark);
            read_text(
                reader,
                Some(CellEncoding::Utf16),
                file_name,
                limits,
                detected,
                sink,
            )
        }
        Some((Mark::Utf8, _)) => read_text(
            whole,
            Some(CellEncoding::Utf8),
            file_name,
            limits,
            detected,
            sink,
        ),
        None => read_text(whole, None, file_name, limits, detected, sink),
    }
}

fn read_text(
    mut reader: impl Read,
    encoding: Option<CellEncoding>,
    file_name: &str,
    limits: &Limits,
    mut detected: Detected,
    sink: &mut Sink<'_>,
) -> Result<Detected, FileError> {
    let head = sample(&mut reader, limits.sample_bytes)?;
    if head.iter().all(u8::is_ascii_whitespace) {
        return Err(FileError::Empty);
    }
    if head.contains(&0) {
        return Err(FileError::NotText);
    }
    let is_whole = head.len() < limits.sample_bytes;
    let mut encoding = encoding.unwrap_or_else(|| {
        // The last letter of a sample may be half a letter.
        let end = if is_whole {
            None
        } else {
            head.iter().rposition(|byte| byte.is_ascii())
        };
        CellEncoding::judge(head.get(..end.unwrap_or(head.len())).unwrap_or(&head))
    });
    detected.encoding = encoding.into();
    match head.trim_ascii_start().first() {
        Some(b'{') if json_lines::begins(&head) => {
            detected.format = Format::JsonLines;
            let whole = Cursor::new(head).chain(reader);
            json_lines::read(whole, encoding, limits, &mut detected, sink)?;
            return Ok(detected);
        }
        Some(b'{' | b'[') => {
            detected.format = Format::Json;
            if let Some(row) = is_whole.then(|| json_items::alone(&head)).flatten() {
                let _: ControlFlow<()> = sink(&detected, Ok(row))?;
                return Ok(detected);
            }
            let whole = Cursor::new(head).chain(reader);
            json_items::read(whole, encoding, limits, &mut detected, sink)?;
            return Ok(detected);
        }
        _ if is_json(file_name) => return Err(FileError::NotJsonLines),
        _ => {}
    }
    let (delimiter, first_line, start) = match delimiter::stated(&head) {
        Some((delimiter, length)) => (delimiter, 2, length),
        None => (delimiter::judge(&head, is_whole, *limits), 1, 0),
    };
    detected.delimiter = Some(char::from(delimiter));
    let mut whole = Cursor::new(head);
    whole.set_position(start as u64);
    let mut records = Records::new(whole.chain(reader), delimiter, first_line, *limits);
    while let Some(record) = records.next()? {
        let row = record.and_then(|record| {
            let mut cells = Vec::with_capacity(record.cells.len());
            for (index, cell) in record.cells.into_iter().enumerate() {
                cells.push(encoding.decode(cell).map_err(|problem| Fault {
                    line: record.line,
                    column: Some(index + 1),
                    problem,
                })?);
            }
            Ok(Row {
                line: record.line,
                body: Body::Cells(cells),
            })
        });
        detected.encoding = encoding.into();
        if sink(&detected, row)?.is_break() {
            break;
        }
    }
    Ok(detected)
}

fn is_json(file_name: &str) -> bool {
    let name = file_name.to_lowercase();
    [".json", ".jsonl", ".ndjson", ".geojson"]
        .iter()
        .any(|extension| name.ends_with(extension))
}

/// The first bytes of a reader, so many at most.
fn sample(reader: &mut impl Read, limit: usize) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    reader.take(limit as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}
