//! Every code has its text in both languages, and each text uses the arguments of its code.

use std::io;

use super::*;

/// Keys of a catalogue, and the arguments that each text names.
fn catalogue(text: &str) -> std::collections::BTreeMap<&str, Vec<&str>> {
    text.lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(key, pattern)| {
            let names = pattern
                .split("{ $")
                .skip(1)
                .filter_map(|rest| rest.split(" }").next());
            (key, names.collect())
        })
        .collect()
}

#[test]
fn every_code_has_its_text_in_both_languages() {
    let text = String::new;
    let files = [
        FileError::Empty,
        FileError::NotText,
        FileError::Read(io::Error::other("x")),
        FileError::OldWorkbook,
        FileError::OpenDocument,
        FileError::BadWorkbook { reason: text() },
        FileError::WorkbookTooLarge {
            what: "bytes",
            limit: 1,
        },
        FileError::NotJsonLines,
        FileError::BrokenJson {
            line: 1,
            column: 1,
            reason: text(),
        },
        FileError::StandardElsewhere {
            standard: "HSDS 3.0",
            collection: "offer",
            allowed: text(),
        },
        FileError::NewerStandard {
            standard: "HSDS 3.0",
            version: text(),
        },
        FileError::MisspeltMappingField {
            field: text(),
            nearest: text(),
        },
        FileError::MappingOfOther {
            found: text(),
            expected: text(),
        },
        FileError::UnreadableHeader {
            line: 1,
            problem: RowProblem::NestedJson,
        },
        FileError::HeaderNotRecognised {
            found: text(),
            expected: text(),
        },
        FileError::MissingColumns { fields: text() },
        FileError::DuplicateColumn {
            field: text(),
            first: text(),
            second: text(),
        },
        FileError::BadMapping { reason: text() },
        FileError::UnknownMappingField { field: text() },
        FileError::BadDefault {
            field: text(),
            error: CellError {
                code: "date_form",
                args: Args::new(),
                message: text(),
            },
        },
        FileError::EndlessLine {
            line: 1,
            column: 1,
            limit: 1,
        },
        FileError::TooManyRows { limit: 1 },
    ];
    let rows = [
        RowProblem::QuoteNotClosed,
        RowProblem::TextAfterQuote,
        RowProblem::CellTooLarge { limit: 1 },
        RowProblem::RowTooLarge { limit: 1 },
        RowProblem::TooManyColumns { limit: 1 },
        RowProblem::WrongEncoding { encoding: "utf-8" },
        RowProblem::MixedEncoding,
        RowProblem::LostLetters,
        RowProblem::ColumnCount {
            expected: 1,
            found: 2,
        },
        RowProblem::NotJson { reason: text() },
        RowProblem::NestedJson,
        RowProblem::NotAList,
        RowProblem::FieldTwice { field: text() },
        RowProblem::FailedFormula { value: text() },
        RowProblem::NotCents { text: text() },
        RowProblem::MissingValue { field: text() },
        RowProblem::DuplicateReference {
            source_id: text(),
            first_line: 1,
        },
        RowProblem::OtherCollection {
            found: text(),
            expected: text(),
        },
    ];
    let notices = [
        Notice::UnknownColumn { header: text() },
        Notice::DerivedColumn { header: text() },
        Notice::SealedColumn { header: text() },
        Notice::UnusedMapping { header: text() },
        Notice::LinesAboveHeader { line: 1 },
        Notice::OtherSheets {
            sheet: text(),
            others: text(),
        },
        Notice::NoReference,
    ];
    let export = ExportError::Write(io::Error::other("x"));
    let named = |prefix: &str, code: &str, args: Args| (format!("{prefix}-{code}"), args);
    let all: Vec<(String, Args)> = files
        .iter()
        .map(|error| named("error", error.code(), error.args()))
        .chain(
            rows.iter()
                .map(|problem| named("row", problem.code(), problem.args())),
        )
        .chain(
            notices
                .iter()
                .map(|notice| named("notice", notice.code(), notice.args())),
        )
        .chain([named("error", export.code(), export.args())])
        .chain(
            export::LEFT_OUT
                .iter()
                .map(|code| named("notice", code, vec![("count", text())])),
        )
        .collect();
    for source in [
        include_str!("../../../locales/fr/exchange.ftl"),
        include_str!("../../../locales/en/exchange.ftl"),
    ] {
        let catalogue = catalogue(source);
        assert_eq!(catalogue.len(), all.len(), "texts without a code");
        for (key, args) in &all {
            let used = catalogue
                .get(key.as_str())
                .unwrap_or_else(|| panic!("{key} has no text"));
            let mut names: Vec<&str> = args.iter().map(|(name, _)| *name).collect();
            let mut used = used.clone();
            names.sort_unstable();
            used.sort_unstable();
            assert_eq!(used, names, "{key}");
        }
    }
}
