//! Files as offices make and break them, through the whole import.

use std::io::{self, Read};
use std::ops::ControlFlow;

use proptest::prelude::*;

use super::fixture::schema;
use super::*;
use crate::registry::Value;

mod catalogues;

fn windows(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1252.encode(text).0.into_owned()
}

fn utf16(text: &str) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

fn read_with(bytes: &[u8], options: &Options) -> Result<(Vec<ImportedRow>, Report), FileError> {
    preview(bytes, "fichier.csv", &schema(), options, usize::MAX)
}

fn read(bytes: &[u8]) -> (Vec<ImportedRow>, Report) {
    read_with(bytes, &Options::default()).unwrap()
}

fn failure(bytes: &[u8]) -> &'static str {
    read_with(bytes, &Options::default()).unwrap_err().code()
}

fn titles(rows: &[ImportedRow]) -> Vec<(u64, &str)> {
    rows.iter()
        .map(|row| match &row.fields["title"] {
            Value::Text(title) => (row.line, title.as_str()),
            other => panic!("{other:?}"),
        })
        .collect()
}

fn errors(report: &Report) -> Vec<(u64, Option<usize>, &'static str)> {
    report
        .errors
        .iter()
        .map(|error| (error.line, error.column, error.code))
        .collect()
}

#[test]
fn windows_1252_with_semicolons_and_french_labels() {
    let text = "Intitulé;Commune;Prix maximum;Agriculture biologique\r\n\
                Épicerie à céder;63003;90000,50;oui\r\nFerme d’estive;63003;;non\r\n";
    let (rows, report) = read(&windows(text));
    assert_eq!(report.detected.encoding, Some(Encoding::Windows1252));
    assert_eq!(report.detected.delimiter, Some(';'));
    assert_eq!(report.detected.header_row, Some(1));
    assert_eq!(
        titles(&rows),
        [(2, "Épicerie à céder"), (3, "Ferme d’estive")]
    );
    assert_eq!(rows[0].fields["price_max"], Value::Integer(9_000_050));
    assert_eq!(rows[1].emptied, ["price_max"]);
    assert_eq!(report.errors, []);
}

#[test]
fn utf8_with_mark_and_tabs() {
    let (rows, report) = read("\u{FEFF}title\tprice_max_cents\nMoulin à eau\t123\n".as_bytes());
    assert_eq!(report.detected.encoding, Some(Encoding::Utf8));
    assert!(report.detected.byte_order_mark);
    assert_eq!(report.detected.delimiter, Some('\t'));
    assert_eq!(rows[0].fields["price_max"], Value::Integer(123));
}

#[test]
fn utf16_as_excel_saves_unicode_text() {
    let (rows, report) = read(&utf16("Intitulé\tNature\r\nÉtang\tland\r\n"));
    assert_eq!(report.detected.encoding, Some(Encoding::Utf16));
    assert_eq!(titles(&rows), [(2, "Étang")]);
}

#[test]
fn stated_delimiter_is_taken_at_its_word() {
    let (rows, report) = read(b"sep=,\r\ntitle,kind\r\nA;B,land\r\n");
    assert_eq!(report.detected.delimiter, Some(','));
    assert_eq!(report.detected.header_row, Some(2));
    assert_eq!(titles(&rows), [(3, "A;B")]);
}

#[test]
fn lines_above_the_header_are_left_out() {
    let (rows, report) =
        read("Offres du canton;;\n;;\nIntitulé;Nature;Commune\nA;land;63003\n".as_bytes());
    assert_eq!(report.detected.header_row, Some(3));
    assert_eq!(titles(&rows), [(4, "A")]);
    assert!(
        report
            .notices
            .contains(&Notice::LinesAboveHeader { line: 3 })
    );
}

#[test]
fn broken_quotes_cost_their_row_only() {
    let (rows, report) = read(b"title;kind\nA;land\nB;\"land\nC;land\nD;\"land\"\nE;land\n");
    assert_eq!(titles(&rows), [(2, "A"), (4, "C"), (5, "D"), (6, "E")]);
    assert_eq!(errors(&report), [(3, Some(2), "text_after_quote")]);
    assert_eq!(report.errors[0].header.as_deref(), Some("kind"));
}

#[test]
fn wrong_column_count_costs_its_row_only() {
    let (rows, report) = read(b"title;kind\nA\nB;land;x\nC;land;;;\nD;land\n");
    assert_eq!(titles(&rows), [(4, "C"), (5, "D")]);
    assert_eq!(
        errors(&report),
        [(2, None, "column_count"), (3, None, "column_count")]
    );
    assert_eq!(report.bad_rows, 2);
}

#[test]
fn mixed_encodings_cost_their_row_only() {
    let mut bytes = "title;summary\nA;été à côté\n".as_bytes().to_vec();
    bytes.extend(windows("B;été\n"));
    bytes.extend("C;hiver\n".as_bytes());
    let (rows, report) = read(&bytes);
    assert_eq!(titles(&rows), [(2, "A"), (4, "C")]);
    assert_eq!(errors(&report), [(3, Some(2), "wrong_encoding")]);

    let mut bytes = windows("title;summary\nA;été à côté\n");
    bytes.extend("B;thé\n".as_bytes());
    let (rows, report) = read(&bytes);
    assert_eq!(titles(&rows), [(2, "A")]);
    assert_eq!(errors(&report), [(3, Some(2), "mixed_encoding")]);
}

#[test]
fn every_error_of_a_row_is_told_with_its_column() {
    let (rows, report) = read(b"Source;title;kind;organic;price_max_cents\nx;;sky;peut-etre;1,5\n");
    assert_eq!(rows, []);
    assert_eq!(
        errors(&report),
        [
            (2, Some(3), "unknown_value"),
            (2, Some(4), "flag_form"),
            (2, Some(5), "not_cents"),
            (2, Some(2), "missing_value"),
        ]
    );
    assert_eq!((report.bad_rows, report.error_count), (1, 4));
}

#[test]
fn files_that_are_no_table_are_refused() {
    assert_eq!(failure(b""), "file_empty");
    assert_eq!(failure(b"\xEF\xBB\xBF"), "file_empty");
    assert_eq!(failure(b"\r\n\r\n"), "file_empty");
    assert_eq!(failure(b";;;\n;;;\n"), "file_empty");
    assert_eq!(failure(b"\x7FELF\0\0\0"), "file_not_text");
    assert_eq!(failure(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "old_workbook");
    assert_eq!(failure(b"nom;prenom\nA;B\n"), "header_not_recognised");
    assert_eq!(failure(b"kind;organic\nland;oui\n"), "missing_columns");
    assert_eq!(failure(b"title;kind;Title\nA;land;B\n"), "duplicate_column");
    assert_eq!(
        failure(b"title;price_max;price_max_cents\nA;1;1\n"),
        "duplicate_column"
    );
    assert_eq!(
        failure(&windows("\"title;kind\nA;land\n")),
        "unreadable_header"
    );
    assert_eq!(failure(b"{\n  \"title\": \"A\"\n"), "broken_json");
    assert_eq!(failure(b"{\"x\": [1],\n\"y\": {}"), "broken_json");
    assert_eq!(failure(b"[]"), "file_empty");
    assert_eq!(
        failure(b"{\"type\":\"FeatureCollection\",\"features\":[]}"),
        "file_empty"
    );
}

#[test]
fn header_alone_is_an_import_of_nothing() {
    let (rows, report) = read(b"title;kind\n");
    assert_eq!((rows.len(), report.good_rows, report.bad_rows), (0, 0, 0));
    assert_eq!(report.detected.header_row, Some(1));
}

#[test]
fn mapping_goes_before_what_headers_say() {
    let mapping = br#"{"columns": {"Loyer": "price_max", "NOTES": null, "Absente": "kind"},
                       "defaults": {"kind": "premises"}, "source": "agence"}"#;
    let mapping = Mapping::from_json(mapping).unwrap();
    let options = Options {
        mapping,
        ..Options::default()
    };
    let text = "title;loyer;notes;autre;source_id\nA;12;x;y;r1\n";
    let (rows, report) = read_with(text.as_bytes(), &options).unwrap();
    assert_eq!(rows[0].fields["price_max"], Value::Integer(1200));
    assert_eq!(rows[0].fields["kind"], Value::Text("premises".to_owned()));
    assert_eq!(
        rows[0].reference,
        Some(("agence".to_owned(), "r1".to_owned()))
    );
    assert_eq!(
        report.notices,
        [
            Notice::UnknownColumn {
                header: "autre".to_owned()
            },
            Notice::UnusedMapping {
                header: "Absente".to_owned()
            },
        ]
    );
    let stated: Vec<_> = report
        .columns
        .iter()
        .map(|column| column.field.as_deref())
        .collect();
    assert_eq!(
        stated,
        [
            Some("title"),
            Some("price_max"),
            None,
            None,
            Some("source_id")
        ]
    );

    let options = Options {
        source: Some("notaire".to_owned()),
        ..options
    };
    let (rows, _) = read_with(text.as_bytes(), &options).unwrap();
    assert_eq!(
        rows[0].reference,
        Some(("notaire".to_owned(), "r1".to_owned()))
    );
}

#[test]
fn wrong_mappings_are_refused_before_any_row() {
    let code = |mapping: &str| {
        let mapping = Mapping::from_json(mapping.as_bytes());
        let read = |mapping| {
            read_with(
                b"title\nA\n",
                &Options {
                    mapping,
                    ..Options::default()
                },
            )
            .map(|_| ())
        };
        mapping.and_then(read).unwrap_err().code()
    };
    assert_eq!(code("{\"columns\": 1}"), "bad_mapping");
    assert_eq!(code("{\"colums\": {}}"), "bad_mapping");
    assert_eq!(
        code("{\"columns\": {\"a\": \"titel\"}}"),
        "misspelt_mapping_field"
    );
    assert_eq!(
        code("{\"columns\": {\"a\": \"zzzzzz\"}}"),
        "unknown_mapping_field"
    );
    assert_eq!(code("{\"collection\": \"structure\"}"), "mapping_of_other");
    assert_eq!(
        code("{\"columns\": {\"a\": \"seller_name\"}}"),
        "unknown_mapping_field"
    );
    assert_eq!(
        code("{\"defaults\": {\"expired\": \"oui\"}}"),
        "unknown_mapping_field"
    );
    assert_eq!(code("{\"defaults\": {\"kind\": \"sky\"}}"), "bad_default");
}

#[test]
fn sealed_and_computed_columns_are_not_read() {
    let (rows, report) = read(b"title;seller_name;expired;owner\nA;Jeanne;oui;ab\n");
    assert_eq!(rows[0].fields.len(), 1);
    assert_eq!(
        report.notices,
        [
            Notice::SealedColumn {
                header: "seller_name".to_owned()
            },
            Notice::DerivedColumn {
                header: "expired".to_owned()
            },
            Notice::NoReference,
        ]
    );
}

#[test]
fn reference_may_stand_once() {
    let (rows, report) = read(b"title;source;source_id\nA;x;1\nB;y;1\nC;x;1\nD;x;2\n;x;3\nE;x;3\n");
    assert_eq!(titles(&rows), [(2, "A"), (3, "B"), (5, "D"), (7, "E")]);
    assert_eq!(
        errors(&report),
        [
            (4, Some(3), "duplicate_reference"),
            (6, Some(1), "missing_value")
        ]
    );
    assert!(report.errors[0].message.contains("line 2"));
}

#[test]
fn json_lines_with_bad_lines_between() {
    let text = concat!(
        r#"{"id":"ab","collection":"offer","title":"A","price_max_cents":1250,"organic":true}"#,
        "\n{broken\n\n",
        r#"{"title":"B","productions":["lait","miel"],"_meta":{"x":1},"surface_m2":1.5,"price_max":12.5}"#,
        "\n",
        r#"{"title":{"fr":"C"}}"#,
        "\n",
        r#"{"title":"D","collection":"structure"}"#,
    );
    let (rows, report) = read(text.as_bytes());
    assert_eq!(report.detected.format, Format::JsonLines);
    assert_eq!(titles(&rows), [(1, "A"), (4, "B")]);
    assert_eq!(rows[0].id.as_deref(), Some("ab"));
    assert_eq!(rows[0].fields["price_max"], Value::Integer(1250));
    assert_eq!(rows[0].fields["organic"], Value::Flag(true));
    assert_eq!(rows[1].fields["price_max"], Value::Integer(1250));
    let list = ["lait", "miel"].map(str::to_owned).into_iter().collect();
    assert_eq!(rows[1].fields["productions"], Value::Set(list));
    assert_eq!(
        errors(&report),
        [
            (2, None, "not_json"),
            (5, None, "nested_json"),
            (6, None, "other_collection")
        ]
    );
}

#[test]
fn workbook_through_the_whole_import() {
    let bytes = workbook::tests::sample();
    let (rows, report) = preview(&bytes[..], "a.xlsx", &schema(), &Options::default(), 9).unwrap();
    assert_eq!(report.detected.format, Format::Xlsx);
    assert_eq!(report.detected.sheet.as_deref(), Some("Offres"));
    assert_eq!(report.detected.header_row, Some(2));
    assert_eq!(titles(&rows), [(5, "Épicerie")]);
    assert_eq!(rows[0].fields["surface_m2"], Value::Decimal(12.3));
    assert_eq!(
        rows[0].fields["insee_code"],
        Value::Text("63003".to_owned())
    );
}

/// A header, a good row, then one cell of a hundred megabytes, then a good row.
struct HugeCell {
    head: io::Cursor<&'static [u8]>,
    left: usize,
    given: usize,
}

impl Read for HugeCell {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.head.read(buffer)?;
        if count > 0 || self.left == 0 {
            return Ok(count);
        }
        let count = buffer.len().min(self.left);
        buffer[..count].fill(b'x');
        self.left -= count;
        self.given += count;
        Ok(count)
    }
}

#[test]
fn hundred_megabyte_cell_stops_early_and_keeps_the_rows_before() {
    for head in [&b"title;kind\nA;land\nB;"[..], b"title;kind\nA;land\nB;\""] {
        let mut reader = HugeCell {
            head: io::Cursor::new(head),
            left: 100_000_000,
            given: 0,
        };
        let (rows, report) =
            preview(&mut reader, "a.csv", &schema(), &Options::default(), 9).unwrap();
        assert_eq!(titles(&rows), [(2, "A")]);
        let stopped = report.stopped.unwrap();
        assert_eq!(stopped.code(), "endless_line");
        assert!(stopped.args().contains(&("line", "3".to_owned())));
        assert!(reader.given < 20_000_000, "{} bytes read", reader.given);
    }
    let mut reader = HugeCell {
        head: io::Cursor::new(b"x"),
        left: 100_000_000,
        given: 0,
    };
    let error = preview(&mut reader, "a.csv", &schema(), &Options::default(), 9).unwrap_err();
    assert_eq!(error.code(), "endless_line");
    let mut reader = HugeCell {
        head: io::Cursor::new(b"{"),
        left: 100_000_000,
        given: 0,
    };
    let error = preview(&mut reader, "a.jsonl", &schema(), &Options::default(), 9).unwrap_err();
    assert_eq!(error.code(), "broken_json");
    let mut reader = HugeCell {
        head: io::Cursor::new(b"[{\"title\": \"A\"}, {\"title\": \""),
        left: 100_000_000,
        given: 0,
    };
    let (rows, report) = preview(&mut reader, "a.json", &schema(), &Options::default(), 9).unwrap();
    assert_eq!(titles(&rows), [(1, "A")]);
    assert_eq!(report.stopped.unwrap().code(), "endless_line");
    assert!(reader.given < 20_000_000, "{} bytes read", reader.given);
}

#[test]
fn cell_over_the_limit_costs_its_row_only() {
    let text = format!("title;kind\nA;{}\nB;land\n", "x".repeat((1 << 20) + 1));
    let (rows, report) = read(text.as_bytes());
    assert_eq!(titles(&rows), [(3, "B")]);
    assert_eq!(errors(&report), [(2, Some(2), "cell_too_large")]);
}

#[test]
fn errors_beyond_the_bound_are_counted_only() {
    let limits = Limits {
        errors_kept: 3,
        ..Limits::default()
    };
    let text = format!("title;kind\n{}", "A;sky\n".repeat(10));
    let (_, report) = read_with(
        text.as_bytes(),
        &Options {
            limits,
            ..Options::default()
        },
    )
    .unwrap();
    assert_eq!((report.errors.len(), report.error_count), (3, 10));
}

#[test]
fn more_rows_than_the_limit_stop_the_import() {
    let limits = Limits {
        rows: 3,
        ..Limits::default()
    };
    let (rows, report) = read_with(
        b"title\nA\nB\nC\nD\n",
        &Options {
            limits,
            ..Options::default()
        },
    )
    .unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(report.stopped.unwrap().code(), "too_many_rows");
}

#[test]
fn sink_may_end_the_import() {
    let mut seen = 0;
    let report = import(
        &b"title\nA\nB\nC\n"[..],
        "a.csv",
        &schema(),
        &Options::default(),
        &mut |_| {
            seen += 1;
            ControlFlow::Break(())
        },
    )
    .unwrap();
    assert_eq!((seen, report.good_rows), (1, 1));
}

proptest! {
    #[test]
    fn any_bytes_end_in_a_report_or_an_error(bytes in any::<Vec<u8>>()) {
        let _ = read_with(&bytes, &Options::default());
    }

    #[test]
    fn any_tail_after_a_header_ends_in_a_report(
        tail in proptest::collection::vec(
            prop_oneof![
                Just(b';'), Just(b'"'), Just(b'\n'), Just(b'\r'), Just(0xE9), Just(0xC3),
                Just(0xA9), Just(b'='), Just(b'\''), Just(b'|'), any::<u8>()
            ],
            0..300,
        )
    ) {
        let mut bytes = b"title;kind;price_max;organic;productions;source_id\n".to_vec();
        bytes.extend(tail.iter().filter(|byte| **byte != 0));
        let limits =
            Limits { field_bytes: 20, record_bytes: 60, skip_bytes: 80, ..Limits::default() };
        let options = Options { limits, ..Options::default() };
        if let Ok((rows, report)) = read_with(&bytes, &options) {
            prop_assert_eq!(rows.len() as u64, report.good_rows);
            prop_assert!(rows.iter().all(|row| row.line >= 2));
        }
    }

    #[test]
    fn any_json_line_ends_in_a_report(
        lines in proptest::collection::vec(
            "(\\{\"(title|price_max|price_max_cents|organic|id|x)\":(1|-1\\.5|true|null|\"a\"|\\[\"a\",1\\]|\\{\\}|1e99)\\}|[ -~é\t\r]{0,20})",
            0..6,
        )
    ) {
        let text = format!("{{\"title\":\"A\"}}\n{}", lines.join("\n"));
        let (rows, _) = read(text.as_bytes());
        prop_assert!(!rows.is_empty());
    }
}
