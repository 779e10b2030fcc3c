//! Rows of an xlsx workbook; the only module that names calamine.
//!
//! Before calamine sees a file, [`inspection`] has unpacked it once and refused what could exhaust
//! memory; panics of the reading libraries are contained.

use std::io::Cursor;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};

use super::cells::decimal_text;
use super::error::FileError;
use super::limits::Limits;
use super::records::Fault;
use super::row_error::RowProblem;
use super::source::{Body, Detected, Row, Sink};

mod inspection;

/// Reads the first visible sheet that has anything in it.
pub(crate) fn read(
    bytes: &[u8],
    limits: &Limits,
    detected: &mut Detected,
    sink: &mut Sink<'_>,
) -> Result<(), FileError> {
    inspection::inspect(bytes, limits)?;
    let mut workbook: Xlsx<_> = contained(|| Xlsx::new(Cursor::new(bytes)))?;
    let sheets: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    for name in &sheets {
        detected.sheet = Some(name.clone());
        detected.other_sheets = sheets
            .iter()
            .filter(|other| *other != name)
            .cloned()
            .collect();
        if read_sheet(&mut workbook, name, limits, detected, sink)? {
            return Ok(());
        }
    }
    detected.sheet = None;
    Err(FileError::Empty)
}

/// Whether the sheet had any cell with something in it.
fn read_sheet(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    limits: &Limits,
    detected: &Detected,
    sink: &mut Sink<'_>,
) -> Result<bool, FileError> {
    let mut reader = contained(|| workbook.worksheet_cells_reader(name))?;
    let mut row: Option<SheetRow> = None;
    while let Some(cell) = contained(|| reader.next_cell())? {
        let (index, column) = cell.get_position();
        let text = match text_of(cell.get_value()) {
            Ok(text) if text.is_empty() => continue,
            other => other,
        };
        let line = u64::from(index) + 1;
        if row.as_ref().is_none_or(|row| row.line != line) {
            if let Some(done) = row.take() {
                if line < done.line {
                    return Err(bad("its rows are out of order"));
                }
                if sink(detected, done.finish())?.is_break() {
                    return Ok(true);
                }
            }
            row = Some(SheetRow {
                line,
                cells: Vec::new(),
                fault: None,
            });
        }
        if let Some(row) = &mut row {
            row.put(usize::try_from(column).unwrap_or(usize::MAX), text, limits);
        }
    }
    let Some(last) = row else { return Ok(false) };
    let _: ControlFlow<()> = sink(detected, last.finish())?;
    Ok(true)
}

struct SheetRow {
    line: u64,
    cells: Vec<String>,
    fault: Option<Fault>,
}

impl SheetRow {
    fn put(&mut self, index: usize, text: Result<String, RowProblem>, limits: &Limits) {
        let (column, text) = match text {
            _ if index >= limits.columns => (
                None,
                Err(RowProblem::TooManyColumns {
                    limit: limits.columns,
                }),
            ),
            Ok(text) if text.len() > limits.field_bytes => (
                Some(index + 1),
                Err(RowProblem::CellTooLarge {
                    limit: limits.field_bytes,
                }),
            ),
            other => (Some(index + 1), other),
        };
        match text {
            Ok(text) => {
                if self.cells.len() <= index {
                    self.cells.resize(index + 1, String::new());
                }
                if let Some(cell) = self.cells.get_mut(index) {
                    *cell = text;
                }
            }
            Err(problem) => {
                let line = self.line;
                self.fault.get_or_insert(Fault {
                    line,
                    column,
                    problem,
                });
            }
        }
    }

    fn finish(self) -> Result<Row, Fault> {
        match self.fault {
            Some(fault) => Err(fault),
            None => Ok(Row {
                line: self.line,
                body: Body::Cells(self.cells),
            }),
        }
    }
}

/// A cell as a person would type it, without the formatting of its sheet.
fn text_of(value: &DataRef<'_>) -> Result<String, RowProblem> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.trim().to_owned()
        }
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(yes) => if *yes { "true" } else { "false" }.to_owned(),
        DataRef::DateTime(moment) => moment_text(moment),
        DataRef::Error(error) => {
            return Err(RowProblem::FailedFormula {
                value: error.to_string(),
            });
        }
    })
}

/// A number to the 15 significant digits that Excel itself shows.
fn number_text(number: f64) -> String {
    decimal_text(format!("{number:.14e}").parse().unwrap_or(number))
}

fn moment_text(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let serial = moment.as_f64();
    if moment.is_duration() || serial < 1.0 {
        return format!("{hour:02}:{minute:02}:{second:02}");
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        date
    } else {
        format!("{date}T{hour:02}:{minute:02}:{second:02}")
    }
}

fn bad(reason: &str) -> FileError {
    FileError::BadWorkbook {
        reason: reason.to_owned(),
    }
}

/// Runs one step of a reading library; its errors and its panics alike mean a bad workbook.
fn contained<T, E: std::fmt::Display>(step: impl FnOnce() -> Result<T, E>) -> Result<T, FileError> {
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(bad(&error.to_string())),
        Err(_) => Err(bad("its structure is damaged")),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write;

    use super::*;
    use proptest::prelude::*;

    const CONTENT_TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
    const PACKAGE: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Cachée" sheetId="1" state="hidden" r:id="rId1"/><sheet name="Offres" sheetId="2" r:id="rId2"/></sheets></workbook>"#;
    const RELATIONSHIPS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/></Relationships>"#;
    const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
    const STRINGS: &str = r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="1" uniqueCount="1"><si><t>Intitulé</t></si></sst>"#;

    /// A workbook whose visible sheet holds this `sheetData`.
    pub(crate) fn workbook(sheet_data: &str, strings: &str) -> Vec<u8> {
        damaged_workbook(sheet_data, strings, &[])
    }

    /// The same with bytes of its parts changed before they are packed.
    fn damaged_workbook(
        sheet_data: &str,
        strings: &str,
        changes: &[(prop::sample::Index, prop::sample::Index, u8)],
    ) -> Vec<u8> {
        let sheet = format!(
            r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet_data}</sheetData></worksheet>"#
        );
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let mut parts = [
            ("[Content_Types].xml", CONTENT_TYPES.as_bytes().to_vec()),
            ("_rels/.rels", PACKAGE.as_bytes().to_vec()),
            ("xl/workbook.xml", WORKBOOK.as_bytes().to_vec()),
            (
                "xl/_rels/workbook.xml.rels",
                RELATIONSHIPS.as_bytes().to_vec(),
            ),
            ("xl/styles.xml", STYLES.as_bytes().to_vec()),
            ("xl/sharedStrings.xml", strings.as_bytes().to_vec()),
            ("xl/worksheets/sheet1.xml", sheet.as_bytes().to_vec()),
            ("xl/worksheets/sheet2.xml", sheet.as_bytes().to_vec()),
        ];
        for (part, place, byte) in changes {
            let at = part.index(parts.len());
            let text = &mut parts[at].1;
            let at = place.index(text.len());
            text[at] = *byte;
        }
        for (name, text) in parts {
            zip.start_file(name, zip::write::SimpleFileOptions::default())
                .unwrap();
            zip.write_all(&text).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// A sheet of a header and one row with a number, a date, a formula and a flag.
    pub(crate) fn sample() -> Vec<u8> {
        workbook(
            r#"<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="inlineStr"><is><t>Surface (m²)</t></is></c><c r="C2" t="str"><v>Vérifiée le</v></c><c r="D2" t="str"><v>Commune</v></c></row><row r="5"><c r="A5" t="str"><v>Épicerie</v></c><c r="B5"><v>12.300000000000001</v></c><c r="C5" s="1"><v>46022</v></c><c r="D5"><f>63000+3</f><v>63003</v></c></row>"#,
            STRINGS,
        )
    }

    fn rows(bytes: &[u8], limits: &Limits) -> Result<Vec<(u64, Vec<String>)>, FileError> {
        let mut rows = Vec::new();
        read(bytes, limits, &mut Detected::default(), &mut |_, row| {
            if let Ok(Row {
                line,
                body: Body::Cells(cells),
            }) = row
            {
                rows.push((line, cells));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(rows)
    }

    #[test]
    fn numbers_dates_and_formulas_come_as_text_with_their_row() {
        let rows = rows(&sample(), &Limits::default()).unwrap();
        assert_eq!(rows[0].0, 2);
        assert_eq!(
            rows[0].1,
            ["Intitulé", "Surface (m²)", "Vérifiée le", "Commune"]
        );
        assert_eq!(rows[1].0, 5);
        assert_eq!(rows[1].1, ["Épicerie", "12,3", "2025-12-31", "63003"]);
    }

    #[test]
    fn siret_stored_as_a_number_keeps_its_digits() {
        assert_eq!(number_text(35_600_000_000_048.0), "35600000000048");
        assert_eq!(number_text(-3.25), "-3,25");
        assert_eq!(number_text(0.1 + 0.2), "0,3");
    }

    #[test]
    fn bomb_is_refused_by_what_it_unpacks_to() {
        let cell = format!(r#"<c><v>{}</v></c>"#, "1".repeat(10_000));
        let bytes = workbook(&format!("<row>{}</row>", cell.repeat(200)), STRINGS);
        assert!(bytes.len() < 100_000);
        let limits = Limits {
            unpacked_bytes: 1 << 20,
            ..Limits::default()
        };
        let error = rows(&bytes, &limits).unwrap_err();
        assert_eq!(error.code(), "workbook_too_large");
    }

    #[test]
    fn announced_strings_are_bounded() {
        for announced in ["400000000000", "99999999999999999999999", "+400000000000"] {
            let strings = STRINGS.replace(
                r#"uniqueCount="1""#,
                &format!("uniqueCount = '{announced}'"),
            );
            let error = rows(&workbook("", &strings), &Limits::default()).unwrap_err();
            assert_eq!(error.code(), "workbook_too_large");
        }
        let hidden = STRINGS.replace("uniqueCount", "unique\u{1b}(BCount");
        let error = rows(&workbook("", &hidden), &Limits::default()).unwrap_err();
        assert_eq!(error.code(), "bad_workbook");
    }

    #[test]
    fn far_away_cells_cost_nothing() {
        let bytes = workbook(
            r#"<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row>"#,
            STRINGS,
        );
        assert_eq!(rows(&bytes, &Limits::default()).unwrap(), []);
    }

    #[test]
    fn failed_formula_is_told_with_its_column() {
        let bytes = workbook(
            r#"<row r="1"><c r="B1" t="e"><v>#N/A</v></c></row>"#,
            STRINGS,
        );
        let mut faults = Vec::new();
        read(
            &bytes,
            &Limits::default(),
            &mut Detected::default(),
            &mut |_, row| {
                faults.extend(row.err());
                Ok(ControlFlow::Continue(()))
            },
        )
        .unwrap();
        let problem = RowProblem::FailedFormula {
            value: "#N/A".to_owned(),
        };
        assert_eq!(
            faults,
            [Fault {
                line: 1,
                column: Some(2),
                problem
            }]
        );
    }

    #[test]
    fn empty_workbook_and_other_zips_are_refused() {
        assert_eq!(
            rows(&workbook("", STRINGS), &Limits::default())
                .unwrap_err()
                .code(),
            "file_empty"
        );
        assert_eq!(
            rows(b"PK\x03\x04", &Limits::default()).unwrap_err().code(),
            "bad_workbook"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(200), ..Default::default() })]

        #[test]
        fn damaged_workbook_never_panics(
            flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
            kept in any::<prop::sample::Index>(),
            cut in any::<bool>(),
        ) {
            let mut bytes = sample();
            for (index, byte) in flips {
                let at = index.index(bytes.len());
                bytes[at] = byte;
            }
            if cut {
                bytes.truncate(kept.index(bytes.len()));
            }
            let _ = rows(&bytes, &Limits::default());
        }

        #[test]
        fn damaged_parts_never_panic(
            changes in proptest::collection::vec(any::<(prop::sample::Index, prop::sample::Index, u8)>(), 1..6)
        ) {
            let data = r#"<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" s="1"><v>46022</v></c></row>"#;
            let _ = rows(&damaged_workbook(data, STRINGS, &changes), &Limits::default());
        }

        #[test]
        fn odd_sheets_never_panic(
            data in "(<row( r=\"[0-9]{1,12}\")?>|</row>|<c( r=\"[A-Z]{0,9}[0-9]{0,12}\")?( t=\"(s|e|b|n|d|str|inlineStr)\")?( s=\"[0-9]{1,3}\")?>|</c>|<v>|</v>|[0-9#./-]{1,20}|<is><t>a</t></is>){0,20}"
        ) {
            let _ = rows(&workbook(&data, STRINGS), &Limits::default());
        }
    }
}
