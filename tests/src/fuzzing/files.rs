//! Files people bring: delimited text, JSON lines, workbooks, with a mapping.

use std::io::Write;

use capactif_node::exchange::{CellError, Limits, Mapping, Options, Schema, preview};
use capactif_node::language::Language;
use capactif_node::registry::labels::field_label;
use capactif_node::registry::{COLLECTIONS, Context, Field, parse_value};
use capactif_node::territory::Territory;
use jiff::civil::date;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Between the parts of an input.
const BETWEEN: &[u8] = b"\n---\n";

/// Small bounds, so that a fuzzer's small files reach them.
const LIMITS: Limits = Limits {
    sample_bytes: 2_048,
    field_bytes: 1_024,
    record_bytes: 4_096,
    skip_bytes: 8_192,
    columns: 60,
    rows: 200,
    workbook_bytes: 1 << 20,
    unpacked_bytes: 4 << 20,
    errors_kept: 20,
};

/// Reads a file as an import does; whether a row of it is good.
fn import(first: u8, mapping: Mapping, file: &[u8]) -> bool {
    let context = Context {
        today: date(2026, 11, 1),
        communes: Territory::embedded(),
        records: None,
        own_structure: None,
    };
    let collection = COLLECTIONS[usize::from(first >> 4) % COLLECTIONS.len()];
    let labels = |field: &'static Field| {
        Language::ALL
            .map(|it| field_label(it, field).into())
            .to_vec()
    };
    let parse = |field: &'static Field, text: &str| match parse_value(field, text, &context) {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code() == "empty" => Ok(None),
        Err(error) => Err(CellError {
            code: error.code(),
            args: error.args(),
            message: error.to_string(),
        }),
    };
    let schema = Schema::new(collection, &labels, &parse, &[]);
    let options = Options {
        mapping,
        source: (first & 4 != 0).then(|| "agency".to_owned()),
        partial: first & 8 != 0,
        limits: LIMITS,
    };
    let name = ["a.csv", "a.jsonl", "a.xlsx", "a.txt"][usize::from(first & 3)];
    match preview(file, name, &schema, &options, usize::MAX) {
        Ok((rows, report)) => {
            assert_eq!(report.good_rows, rows.len() as u64);
            assert!(report.good_rows + report.bad_rows <= LIMITS.rows + 1);
            assert!(report.errors.len() <= LIMITS.errors_kept);
            assert!(report.error_count >= report.errors.len() as u64);
            let fields = || rows.iter().flat_map(|row| row.fields.keys());
            assert!(fields().all(|name| collection.field(name).is_some()));
            !rows.is_empty()
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            false
        }
    }
}

/// A byte (file name, options, collection), a mapping or nothing, three hyphens, the file.
pub(super) fn table(bytes: &[u8]) -> bool {
    let Some((first, rest)) = bytes.split_first() else {
        return false;
    };
    let (mapping, file) = cut(rest).unwrap_or((&[], rest));
    let mapping = match mapping {
        [] => Mapping::default(),
        text => match Mapping::from_json(text) {
            Ok(mapping) => mapping,
            Err(_) => return false,
        },
    };
    import(*first, mapping, file)
}

fn cut(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.windows(BETWEEN.len()).position(|it| it == BETWEEN)?;
    Some((&bytes[..at], &bytes[at + BETWEEN.len()..]))
}

const PARTS: [&str; 5] = [
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
];
const PACKAGE: [(&str, &str); 2] = [
    (
        "[Content_Types].xml",
        r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
];
const STRINGS: &str = r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="2" uniqueCount="2"><si><t>Intitulé</t></si><si><r><t>Prix </t></r><r><t>maximum</t></r></si></sst>"#;
const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Offres" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONSHIPS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const SHEET: &str = r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:D3"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>available_from</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>Local à louer</t></is></c><c r="B2"><v>90000.5</v></c><c r="C2" s="1"><v>46000</v></c></row><row r="4"><c r="A4" t="str"><v>Atelier</v></c><c r="B4" t="e"><v>#N/A</v></c><c r="C4" t="b"><v>1</v></c></row></sheetData><mergeCells count="1"><mergeCell ref="A1:A1"/></mergeCells></worksheet>"#;

/// A byte (options, collection; its lowest bit says whether the rest is the file or its parts), the
/// file, or its parts with three hyphens between them.
pub(super) fn workbook(bytes: &[u8]) -> bool {
    let Some((first, rest)) = bytes.split_first() else {
        return false;
    };
    let first_of_import = (first & 0xFC) | 2;
    if first & 1 == 0 {
        return import(first_of_import, Mapping::default(), rest);
    }
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut rest = Some(rest);
    while let Some(bytes) = rest {
        let (part, behind) = match cut(bytes) {
            Some((part, behind)) => (part, Some(behind)),
            None => (bytes, None),
        };
        parts.push(part);
        rest = behind;
    }
    let otherwise = [SHEET, STRINGS, STYLES, WORKBOOK, RELATIONSHIPS];
    let parts = PARTS
        .iter()
        .zip(otherwise)
        .enumerate()
        .map(|(n, (name, otherwise))| {
            let part = parts.get(n).filter(|part| !part.is_empty());
            (*name, part.copied().unwrap_or(otherwise.as_bytes()))
        });
    import(first_of_import, Mapping::default(), &zipped(parts))
}

fn zipped<'a>(parts: impl Iterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let fixed = PACKAGE.map(|(name, text)| (name, text.as_bytes()));
    for (name, content) in fixed.into_iter().chain(parts) {
        let begun = writer.start_file(name, stored);
        begun
            .and_then(|()| Ok(writer.write_all(content)?))
            .expect("it is written to memory");
    }
    writer
        .finish()
        .expect("it is written to memory")
        .into_inner()
}

pub(super) fn workbooks() -> Vec<Vec<u8>> {
    let place = collection_bits("opportunity");
    let parts = [SHEET, STRINGS, STYLES, WORKBOOK, RELATIONSHIPS];
    let together = parts.join("\n---\n");
    let parts = PARTS.into_iter().zip(parts.map(str::as_bytes));
    vec![
        [&[place], zipped(parts).as_slice()].concat(),
        [&[place | 1], together.as_bytes()].concat(),
        [&[place | 1], SHEET.as_bytes()].concat(),
    ]
}

fn collection_of(file: &str) -> &'static str {
    match file.split(['-', '.']).next() {
        Some("opportunities") => "opportunity",
        Some("agents") => "agent",
        Some("structures") => "structure",
        Some("local") => "local_service",
        Some("projects") => "project",
        _ => panic!("which collection is {file} of?"),
    }
}

fn collection_bits(name: &str) -> u8 {
    let place = COLLECTIONS.iter().position(|it| it.name == name);
    (place.expect("it is declared") as u8) << 4
}

pub(super) fn tables() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    // The listings: what the network lived through is in the same form.
    let files = crate::sample::files().into_iter();
    for file in files.filter(|file| !file.name.contains('/')) {
        let head: Vec<&str> = file.text.split_inclusive('\n').take(4).collect();
        let head = head.concat();
        let place = collection_bits(collection_of(&file.name));
        all.push([&[place], BETWEEN, head.as_bytes()].concat());
    }
    let place = collection_bits("opportunity");
    let texts = [
        (
            0,
            "",
            "titre;prix maximum;commune\r\nÉpicerie;90 000 €;Ambert\r\n\"a\"\"b;\nc\";1,5;63003\r\n",
        ),
        (
            0,
            r#"{"columns":{"Objet":"title","Notes":null},"defaults":{"kind":"premises"},"source":"agency"}"#,
            "sep=,\nObjet,Notes,source_id\nAtelier,rien,1\nAtelier,rien,1\n",
        ),
        (
            1,
            "",
            "{\"title\":\"Atelier\",\"price_max\":90000,\"with_housing\":true}\n{\"title\":[1]}\n",
        ),
        (3, "", "title\tkind\nAtelier\tpremises\n"),
    ];
    for (name, mapping, text) in texts {
        all.push(
            [
                &[place | name],
                mapping.as_bytes(),
                BETWEEN,
                text.as_bytes(),
            ]
            .concat(),
        );
    }
    let utf16: Vec<u8> = "title;kind\nAtelier;premises\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    all.push([&[place], BETWEEN, &[0xFF, 0xFE], utf16.as_slice()].concat());
    all
}
