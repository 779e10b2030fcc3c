//! One JSON object a line: reading our own export and what other programs write.

use std::io::Read;
use std::ops::ControlFlow;

use super::encoding::CellEncoding;
use super::error::FileError;
use super::json_items;
use super::limits::Limits;
use super::lines::Lines;
use super::records::Fault;
use super::row_error::RowProblem;
use super::source::{Body, Detected, Row, Sink};

/// Whether a text that begins with `{` holds one object a line: its first line is a whole object
/// that is no page around others.
pub(crate) fn begins(head: &[u8]) -> bool {
    let lines = head.split(|byte| matches!(byte, b'\n' | b'\r'));
    let mut filled = lines.filter(|line| !line.iter().all(u8::is_ascii_whitespace));
    let Some(first) = filled.next() else {
        return false;
    };
    // Not to be read as UTF-8 yet: the shape is looked at, not the letters.
    match serde_json::from_str(&String::from_utf8_lossy(first)) {
        Ok(object) => !json_items::is_page(&object),
        // A broken line among others is an error of its own; a list cut over lines is not.
        Err(error) => error.is_syntax() && filled.next().is_some_and(|line| line.starts_with(b"{")),
    }
}

pub(crate) fn read(
    reader: impl Read,
    mut encoding: CellEncoding,
    limits: &Limits,
    detected: &mut Detected,
    sink: &mut Sink<'_>,
) -> Result<(), FileError> {
    let mut lines = Lines::new(reader, *limits);
    while let Some(line) = lines.next()? {
        let row = line.and_then(|(line, bytes)| parse(line, bytes, &mut encoding));
        detected.encoding = encoding.into();
        let Some(row) = row.transpose() else { continue };
        if let ControlFlow::Break(()) = sink(detected, row)? {
            break;
        }
    }
    Ok(())
}

/// `None` for a blank line.
fn parse(line: u64, bytes: Vec<u8>, encoding: &mut CellEncoding) -> Result<Option<Row>, Fault> {
    let fault = |problem| Fault {
        line,
        column: None,
        problem,
    };
    let text = encoding.decode(bytes).map_err(fault)?;
    if text.trim().is_empty() {
        return Ok(None);
    }
    match serde_json::from_str(&text) {
        Ok(object) => Ok(Some(Row {
            line,
            body: Body::Object(object),
        })),
        Err(error) => Err(fault(RowProblem::NotJson {
            reason: error.to_string(),
        })),
    }
}
