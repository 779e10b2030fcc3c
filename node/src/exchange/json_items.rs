//! JSON that is no JSON lines: a list of objects, or an object that holds one, read item by item.
//!
//! Published data come as one array, as a page around an array (`contents` in HSDS, `features` in
//! GeoJSON), or as one object. The text is cut at the brackets without being parsed, so that memory
//! holds one item, whatever the file; what stands around the list is looked at for its version and
//! thrown away.

use std::io::Read;
use std::ops::ControlFlow;

use super::encoding::CellEncoding;
use super::error::FileError;
use super::limits::Limits;
use super::records::{Fault, Next};
use super::row_error::RowProblem;
use super::source::{Body, Detected, Row, Sink};
use super::window::Window;

/// Members under which a page keeps its records, by the standards and services that do so.
const LISTS: [&str; 8] = [
    "contents",
    "features",
    "items",
    "data",
    "results",
    "services",
    "structures",
    "organizations",
];

/// Members that say of which version a file is.
const VERSIONS: [&str; 2] = ["version", "schema_version"];

/// Longest key or version looked at, in bytes.
const MAX_WORD_BYTES: usize = 200;

/// Whether an object is a page around records rather than a record.
pub(crate) fn is_page(object: &serde_json::Map<String, serde_json::Value>) -> bool {
    LISTS
        .iter()
        .any(|name| object.get(*name).is_some_and(serde_json::Value::is_array))
}

/// The one record that a whole file is, if it is one.
pub(crate) fn alone(text: &[u8]) -> Option<Row> {
    let object = serde_json::from_slice(text).ok()?;
    let line = 1 + text
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .filter(|byte| **byte == b'\n')
        .count() as u64;
    (!is_page(&object)).then_some(Row {
        line,
        body: Body::Object(object),
    })
}

/// Reads all items of a file.
pub(crate) fn read(
    reader: impl Read,
    mut encoding: CellEncoding,
    limits: &Limits,
    detected: &mut Detected,
    sink: &mut Sink<'_>,
) -> Result<(), FileError> {
    let mut items = Items::new(reader, *limits);
    let mut any = false;
    while let Some(item) = items.next()? {
        let row = item.and_then(|(line, bytes)| parse(line, bytes, &mut encoding));
        detected.encoding = encoding.into();
        detected.version.clone_from(&items.version);
        any = true;
        if let ControlFlow::Break(()) = sink(detected, row)? {
            return Ok(());
        }
    }
    detected.version.clone_from(&items.version);
    if any || items.found_list {
        Ok(())
    } else {
        Err(FileError::NotJsonLines)
    }
}

fn parse(line: u64, bytes: Vec<u8>, encoding: &mut CellEncoding) -> Result<Row, Fault> {
    let fault = |line, problem| Fault {
        line,
        column: None,
        problem,
    };
    let text = encoding
        .decode(bytes)
        .map_err(|problem| fault(line, problem))?;
    match serde_json::from_str(&text) {
        Ok(object) => Ok(Row {
            line,
            body: Body::Object(object),
        }),
        Err(error) => {
            // The reader counts from the start of the item; people count from that of the file.
            let further = u64::try_from(error.line().saturating_sub(1)).unwrap_or(0);
            let reason = error.to_string();
            let reason = reason
                .split(" at line ")
                .next()
                .unwrap_or_default()
                .to_owned();
            Err(fault(line + further, RowProblem::NotJson { reason }))
        }
    }
}

enum State {
    /// Before the first bracket.
    Start,
    /// Among the members of the object around the list.
    Around,
    /// In the list; whether an object is around it.
    InList {
        within_object: bool,
    },
    Ended,
}

struct Items<R> {
    window: Window<R>,
    line: u64,
    column: u64,
    limits: Limits,
    state: State,
    found_list: bool,
    version: Option<String>,
}

impl<R: Read> Items<R> {
    fn new(reader: R, limits: Limits) -> Self {
        Self {
            window: Window::new(reader),
            line: 1,
            column: 1,
            limits,
            state: State::Start,
            found_list: false,
            version: None,
        }
    }

    /// The next item with the line it begins at; `None` at the end.
    fn next(&mut self) -> Next<(u64, Vec<u8>)> {
        loop {
            self.skip_blanks()?;
            match self.state {
                State::Start => match self.take()? {
                    Some(b'[') => {
                        self.found_list = true;
                        self.state = State::InList {
                            within_object: false,
                        };
                    }
                    Some(b'{') => self.state = State::Around,
                    _ => return Err(self.broken("a list or an object is expected")),
                },
                State::Around => self.member()?,
                State::InList { within_object } => match self.window.peek(0)? {
                    Some(b']') => {
                        self.take()?;
                        self.state = if within_object {
                            State::Around
                        } else {
                            State::Ended
                        };
                    }
                    Some(b',') => {
                        self.take()?;
                    }
                    Some(_) => return self.item(),
                    None => return Err(self.broken("the file ends in the middle of a list")),
                },
                State::Ended => return Ok(None),
            }
        }
    }

    /// One member of the object around the list.
    fn member(&mut self) -> Result<(), FileError> {
        match self.window.peek(0)? {
            Some(b'}') => {
                self.take()?;
                self.state = State::Ended;
                return Ok(());
            }
            Some(b',') => {
                self.take()?;
                return Ok(());
            }
            Some(b'"') => {}
            Some(_) => return Err(self.broken("the name of a member is expected")),
            None => return Err(self.broken("the file ends in the middle of an object")),
        }
        let name = self.value(MAX_WORD_BYTES)?;
        self.skip_blanks()?;
        if self.take()? != Some(b':') {
            return Err(self.broken("a colon is expected"));
        }
        self.skip_blanks()?;
        let name: String = serde_json::from_slice(&name.unwrap_or_default()).unwrap_or_default();
        if self.window.peek(0)? == Some(b'[') && LISTS.contains(&name.as_str()) {
            self.take()?;
            self.found_list = true;
            self.state = State::InList {
                within_object: true,
            };
            return Ok(());
        }
        let value = self.value(MAX_WORD_BYTES)?;
        if VERSIONS.contains(&name.as_str())
            && let Some(value) = value
        {
            self.version = match serde_json::from_slice(&value) {
                Ok(serde_json::Value::String(text)) => Some(text),
                Ok(serde_json::Value::Number(number)) => Some(number.to_string()),
                _ => None,
            };
        }
        Ok(())
    }

    fn item(&mut self) -> Next<(u64, Vec<u8>)> {
        let line = self.line;
        let limit = self.limits.record_bytes;
        Ok(Some(match self.value(limit)? {
            Some(bytes) => Ok((line, bytes)),
            None => Err(Fault {
                line,
                column: None,
                problem: RowProblem::RowTooLarge { limit },
            }),
        }))
    }

    /// One value, from its first byte to its last; `None` if it is longer than is kept.
    fn value(&mut self, keep: usize) -> Result<Option<Vec<u8>>, FileError> {
        let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
        let mut bytes = Vec::new();
        let (line, mut length) = (self.line, 0_usize);
        loop {
            let Some(byte) = self.window.peek(0)? else {
                if depth == 0 && !in_string && length > 0 {
                    break;
                }
                return Err(self.broken("the file ends in the middle of a value"));
            };
            if depth == 0 && !in_string && length > 0 && is_end(byte) {
                break;
            }
            self.take()?;
            length += 1;
            if length <= keep {
                bytes.push(byte);
            } else if length > keep.max(self.limits.skip_bytes) && keep > MAX_WORD_BYTES {
                return Err(FileError::EndlessLine {
                    line,
                    column: 1,
                    limit: self.limits.skip_bytes,
                });
            }
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                _ => {}
            }
            if depth == 0 && !in_string && byte == b'"' {
                break;
            }
        }
        Ok((length <= keep).then_some(bytes))
    }

    fn take(&mut self) -> Result<Option<u8>, FileError> {
        let byte = self.window.peek(0)?;
        match byte {
            None => return Ok(None),
            Some(b'\n') => {
                self.line += 1;
                self.column = 1;
            }
            Some(_) => self.column += 1,
        }
        self.window.consume(1);
        Ok(byte)
    }

    fn skip_blanks(&mut self) -> Result<(), FileError> {
        while self
            .window
            .peek(0)?
            .is_some_and(|byte| byte.is_ascii_whitespace())
        {
            self.take()?;
        }
        Ok(())
    }

    fn broken(&self, reason: &str) -> FileError {
        FileError::BrokenJson {
            line: self.line,
            column: self.column,
            reason: reason.to_owned(),
        }
    }
}

/// Whether a byte ends a number or a word.
fn is_end(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b',' | b']' | b'}' | b':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn items(text: &str) -> (Vec<(u64, String)>, Option<String>, Option<FileError>) {
        items_within(text, Limits::default())
    }

    fn items_within(
        text: &str,
        limits: Limits,
    ) -> (Vec<(u64, String)>, Option<String>, Option<FileError>) {
        let mut items = Items::new(text.as_bytes(), limits);
        let mut found = Vec::new();
        loop {
            match items.next() {
                Ok(Some(Ok((line, bytes)))) => {
                    found.push((line, String::from_utf8_lossy(&bytes).into_owned()));
                }
                Ok(Some(Err(fault))) => found.push((fault.line, fault.problem.code().to_owned())),
                Ok(None) => return (found, items.version, None),
                Err(error) => return (found, items.version, Some(error)),
            }
        }
    }

    fn texts(text: &str) -> Vec<String> {
        items(text).0.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn a_list_and_a_page_around_one_yield_their_items() {
        let list = "[ {\"a\": \"]}\\\"\"},\n {\"b\": [1, {}]} , 3 ]";
        assert_eq!(
            items(list).0,
            [
                (1, "{\"a\": \"]}\\\"\"}".to_owned()),
                (2, "{\"b\": [1, {}]}".to_owned()),
                (2, "3".to_owned())
            ]
        );
        let page =
            "{\"version\": \"3.1\", \"x\": [{\"no\": 1}], \"contents\": [{\"a\":1}], \"n\": 2}";
        assert_eq!(texts(page), ["{\"a\":1}"]);
        assert_eq!(items(page).1.as_deref(), Some("3.1"));
        assert_eq!(items("[]").0, []);
    }

    #[test]
    fn what_is_cut_off_says_where() {
        let (found, _, error) = items("[{\"a\":1},\n{\"b\":");
        assert_eq!(found.len(), 1);
        assert!(matches!(error, Some(FileError::BrokenJson { line: 2, .. })));
        let (_, _, error) = items("{\"a\" 1}");
        assert!(matches!(error, Some(FileError::BrokenJson { line: 1, .. })));
    }

    #[test]
    fn an_item_beyond_the_limit_costs_itself_only() {
        let limits = Limits {
            record_bytes: 300,
            ..Limits::default()
        };
        let text = format!("[{{\"a\":\"{}\"}},{{\"b\":1}}]", "x".repeat(400));
        let (found, _, error) = items_within(&text, limits);
        assert_eq!(
            found,
            [(1, "row_too_large".to_owned()), (1, "{\"b\":1}".to_owned())]
        );
        assert!(error.is_none());
        let limits = Limits {
            skip_bytes: 350,
            ..limits
        };
        assert!(matches!(
            items_within(&text, limits).2,
            Some(FileError::EndlessLine { .. })
        ));
    }

    proptest! {
        #[test]
        fn any_text_ends(text in "[\\[{]?[\\[\\]{}\",:a1 \n\\\\]{0,60}") {
            let _ = items(&text);
        }

        #[test]
        fn lists_are_cut_where_a_parser_cuts_them(numbers in proptest::collection::vec((".{0,8}", any::<i32>()), 0..6)) {
            let list: Vec<_> = numbers
                .iter()
                .map(|(text, number)| serde_json::json!({ "t": text, "n": [number, {"x": text}] }))
                .collect();
            let text = serde_json::to_string_pretty(&list).unwrap();
            let found: Vec<serde_json::Value> = texts(&text)
                .iter()
                .map(|item| serde_json::from_str(item).unwrap())
                .collect();
            prop_assert_eq!(found, list);
        }
    }
}
