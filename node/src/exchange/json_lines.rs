//! One JSON object a line: reading our own export and what other programs write.

use std::io::Read;
use std::ops::ControlFlow;

use super::encoding::CellEncoding;
use super::error::FileError;
use super::limits::Limits;
use super::lines::Lines;
use super::records::Fault;
use super::row_error::RowProblem;
use super::source::{Body, Detected, Row, Sink};

pub(crate) fn read(
    reader: impl Read,
    mut encoding: CellEncoding,
    limits: &Limits,
    detected: &mut Detected,
    sink: &mut Sink<'_>,
) -> Result<(), FileError> {
    let mut lines = Lines::new(reader, *limits);
    let mut first = true;
    while let Some(line) = lines.next()? {
        let row = line.and_then(|(line, bytes)| parse(line, bytes, &mut encoding));
        detected.encoding = encoding.into();
        let Some(row) = row.transpose() else { continue };
        if first {
            first = false;
            // A pretty-printed file or a GeoJSON collection would be an error on every line.
            if row.as_ref().map_or_else(is_json_fault, is_collection) {
                return Err(FileError::NotJsonLines);
            }
        }
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

fn is_json_fault(fault: &Fault) -> bool {
    matches!(fault.problem, RowProblem::NotJson { .. })
}

fn is_collection(row: &Row) -> bool {
    matches!(&row.body, Body::Object(object)
        if object.get("type").and_then(|kind| kind.as_str()) == Some("FeatureCollection"))
}
