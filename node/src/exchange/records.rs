//! Delimited text cut into rows and cells, with true line numbers and bounded memory.
//!
//! RFC 4180 as people break it: any line ending, blanks after a closing quote, quotes in the
//! middle of an unquoted cell taken as they are. A quote that is never closed, or closed before
//! more text, is an error at the line where it was opened; reading goes on at the next line, so
//! one stray quote does not swallow the good rows after it. The bytes of one row are held until it
//! is whole, never more than the limits allow.

use std::io::{self, Read};

use super::error::FileError;
use super::limits::Limits;
use super::row_error::RowProblem;
use super::window::Window;

/// One row of raw cells.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// Line of its first byte.
    pub(crate) line: u64,
    /// Its cells without their quotes.
    pub(crate) cells: Vec<Vec<u8>>,
}

/// A row that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Where.
    pub(crate) line: u64,
    /// Which cell, from 1.
    pub(crate) column: Option<usize>,
    /// Why.
    pub(crate) problem: RowProblem,
}

/// The next of something, or what is wrong with it; `None` at the end of the file.
pub(crate) type Next<T> = Result<Option<Result<T, Fault>>, FileError>;

/// Yields the rows of delimited text.
pub(crate) struct Records<R> {
    window: Window<R>,
    delimiter: u8,
    line: u64,
    limits: Limits,
}

enum Cell {
    Whole { bytes: Vec<u8>, end: End },
    Bad { fault: Fault, resume: Resume },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Delimiter,
    Row,
}

/// Where to go on after a bad cell.
enum Resume {
    /// At the line after this offset, which belongs to this line.
    AfterLineOf { offset: usize, line: u64 },
    /// After the end of the line that is being read, wherever that is.
    AfterThisLine { offset: usize, line: u64 },
}

/// Where the reader stands within the row.
struct Place {
    offset: usize,
    line: u64,
}

impl<R: Read> Records<R> {
    pub(crate) fn new(reader: R, delimiter: u8, first_line: u64, limits: Limits) -> Self {
        Self {
            window: Window::new(reader),
            delimiter,
            line: first_line,
            limits,
        }
    }

    /// The next row, or why it could not be read; `None` at the end.
    ///
    /// # Errors
    /// The reader fails, or a line has no end within reach.
    pub(crate) fn next(&mut self) -> Next<Record> {
        if self.window.peek(0)?.is_none() {
            return Ok(None);
        }
        let mut place = Place {
            offset: 0,
            line: self.line,
        };
        let mut cells = Vec::new();
        loop {
            let column = cells.len() + 1;
            if column > self.limits.columns {
                let problem = RowProblem::TooManyColumns {
                    limit: self.limits.columns,
                };
                let fault = Fault {
                    line: self.line,
                    column: None,
                    problem,
                };
                let resume = Resume::AfterThisLine {
                    offset: place.offset,
                    line: place.line,
                };
                return self.skip(fault, resume, column).map(Some);
            }
            match self.cell(&mut place, column)? {
                Cell::Bad { fault, resume } => return self.skip(fault, resume, column).map(Some),
                Cell::Whole { bytes, end } => {
                    cells.push(bytes);
                    if end == End::Row {
                        let record = Record {
                            line: self.line,
                            cells,
                        };
                        self.window.consume(place.offset);
                        self.line = place.line;
                        return Ok(Some(Ok(record)));
                    }
                }
            }
        }
    }

    fn cell(&mut self, place: &mut Place, column: usize) -> io::Result<Cell> {
        if self.window.peek(place.offset)? == Some(b'"') {
            self.quoted_cell(place, column)
        } else {
            self.plain_cell(place, column)
        }
    }

    fn plain_cell(&mut self, place: &mut Place, column: usize) -> io::Result<Cell> {
        let mut bytes = Vec::new();
        loop {
            if let Some(end) = self.end(place)? {
                return Ok(Cell::Whole { bytes, end });
            }
            if let Some(byte) = self.window.peek(place.offset)? {
                bytes.push(byte);
                place.offset += 1;
            }
            if let Some(problem) = self.excess(bytes.len(), place.offset) {
                let fault = Fault {
                    line: place.line,
                    column: Some(column),
                    problem,
                };
                let resume = Resume::AfterThisLine {
                    offset: place.offset,
                    line: place.line,
                };
                return Ok(Cell::Bad { fault, resume });
            }
        }
    }

    fn quoted_cell(&mut self, place: &mut Place, column: usize) -> io::Result<Cell> {
        let opened = Place {
            offset: place.offset,
            line: place.line,
        };
        let bad = |problem| Cell::Bad {
            fault: Fault {
                line: opened.line,
                column: Some(column),
                problem,
            },
            resume: Resume::AfterLineOf {
                offset: opened.offset,
                line: opened.line,
            },
        };
        let mut bytes = Vec::new();
        place.offset += 1;
        loop {
            match self.window.peek(place.offset)? {
                None => return Ok(bad(RowProblem::QuoteNotClosed)),
                Some(b'"') if self.window.peek(place.offset + 1)? == Some(b'"') => {
                    bytes.push(b'"');
                    place.offset += 2;
                }
                Some(b'"') => {
                    place.offset += 1;
                    break;
                }
                Some(byte) => {
                    bytes.push(byte);
                    place.offset += 1;
                    let returned = byte == b'\r' && self.window.peek(place.offset)? != Some(b'\n');
                    place.line += u64::from(byte == b'\n' || returned);
                }
            }
            if let Some(problem) = self.excess(bytes.len(), place.offset) {
                if place.line > opened.line {
                    return Ok(bad(RowProblem::QuoteNotClosed));
                }
                let fault = Fault {
                    line: opened.line,
                    column: Some(column),
                    problem,
                };
                return Ok(Cell::Bad {
                    fault,
                    resume: Resume::AfterThisLine {
                        offset: place.offset,
                        line: place.line,
                    },
                });
            }
        }
        while self.window.peek(place.offset)? == Some(b' ') {
            place.offset += 1;
            if self.excess(0, place.offset).is_some() {
                break;
            }
        }
        match self.end(place)? {
            Some(end) => Ok(Cell::Whole { bytes, end }),
            None => Ok(bad(RowProblem::TextAfterQuote)),
        }
    }

    /// Whether a cell ends here; if so, steps over what ends it.
    fn end(&mut self, place: &mut Place) -> io::Result<Option<End>> {
        match self.window.peek(place.offset)? {
            None => Ok(Some(End::Row)),
            Some(byte) if byte == self.delimiter => {
                place.offset += 1;
                Ok(Some(End::Delimiter))
            }
            Some(b'\n') => {
                place.offset += 1;
                place.line += 1;
                Ok(Some(End::Row))
            }
            Some(b'\r') => {
                place.offset += 1;
                if self.window.peek(place.offset)? == Some(b'\n') {
                    place.offset += 1;
                }
                place.line += 1;
                Ok(Some(End::Row))
            }
            Some(_) => Ok(None),
        }
    }

    fn excess(&self, cell_bytes: usize, record_bytes: usize) -> Option<RowProblem> {
        if cell_bytes > self.limits.field_bytes {
            Some(RowProblem::CellTooLarge {
                limit: self.limits.field_bytes,
            })
        } else if record_bytes > self.limits.record_bytes {
            Some(RowProblem::RowTooLarge {
                limit: self.limits.record_bytes,
            })
        } else {
            None
        }
    }

    fn skip(
        &mut self,
        fault: Fault,
        resume: Resume,
        column: usize,
    ) -> Result<Result<Record, Fault>, FileError> {
        let (offset, line) = match resume {
            Resume::AfterLineOf { offset, line } => (offset, line),
            Resume::AfterThisLine { offset, line } => (offset, line),
        };
        self.window.consume(offset);
        if !self.window.consume_line(self.limits.skip_bytes)? {
            return Err(FileError::EndlessLine {
                line,
                column,
                limit: self.limits.skip_bytes,
            });
        }
        self.line = line + 1;
        Ok(Err(fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Row = Result<(u64, Vec<String>), (u64, Option<usize>, &'static str)>;

    fn rows(text: &[u8], limits: Limits) -> Vec<Row> {
        let mut records = Records::new(text, b';', 1, limits);
        let mut rows = Vec::new();
        while let Some(row) = records.next().unwrap() {
            rows.push(match row {
                Ok(record) => Ok((
                    record.line,
                    record
                        .cells
                        .into_iter()
                        .map(|cell| String::from_utf8(cell).unwrap())
                        .collect(),
                )),
                Err(fault) => Err((fault.line, fault.column, fault.problem.code())),
            });
        }
        rows
    }

    fn good(line: u64, cells: &[&str]) -> Row {
        Ok((line, cells.iter().map(ToString::to_string).collect()))
    }

    #[test]
    fn line_numbers_count_lines_inside_quotes_and_every_line_ending() {
        let text = b"a;b\r\n\"one\r\ntwo\nthree\rfour\";x\n\ny;\"z\" \rlast;\"\"";
        assert_eq!(
            rows(text, Limits::default()),
            [
                good(1, &["a", "b"]),
                good(2, &["one\r\ntwo\nthree\rfour", "x"]),
                good(6, &[""]),
                good(7, &["y", "z"]),
                good(8, &["last", ""]),
            ]
        );
    }

    #[test]
    fn stray_quote_costs_one_row_only() {
        let text = b"a;b\nx;\"never closed\ngood;row\n\"also\";fine\nlast;one\n";
        assert_eq!(
            rows(text, Limits::default()),
            [
                good(1, &["a", "b"]),
                Err((2, Some(2), "text_after_quote")),
                good(3, &["good", "row"]),
                good(4, &["also", "fine"]),
                good(5, &["last", "one"]),
            ]
        );
        assert_eq!(
            rows(b"x;\"open\ngood;row\n", Limits::default()),
            [
                Err((1, Some(2), "quote_not_closed")),
                good(2, &["good", "row"])
            ]
        );
    }

    #[test]
    fn quote_inside_an_unquoted_cell_is_text() {
        assert_eq!(
            rows(b"5\" pipe;b", Limits::default()),
            [good(1, &["5\" pipe", "b"])]
        );
    }

    #[test]
    fn overlong_cell_costs_one_row_only() {
        let limits = Limits {
            field_bytes: 8,
            ..Limits::default()
        };
        assert_eq!(
            rows(b"a;123456789\nb;c\n\"123456789\";d\ne;f", limits),
            [
                Err((1, Some(2), "cell_too_large")),
                good(2, &["b", "c"]),
                Err((3, Some(1), "cell_too_large")),
                good(4, &["e", "f"]),
            ]
        );
    }

    #[test]
    fn open_quote_is_found_out_at_the_cell_limit() {
        let limits = Limits {
            field_bytes: 8,
            ..Limits::default()
        };
        assert_eq!(
            rows(b"\"a\nbbb;c\nd;e\nf;g\n", limits),
            [
                Err((1, Some(1), "quote_not_closed")),
                good(2, &["bbb", "c"]),
                good(3, &["d", "e"]),
                good(4, &["f", "g"]),
            ]
        );
    }

    /// Counts what is read from it.
    struct Endless {
        byte: u8,
        given: usize,
    }

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            buffer.fill(self.byte);
            self.given += buffer.len();
            Ok(buffer.len())
        }
    }

    #[test]
    fn endless_cell_stops_early_with_bounded_memory() {
        let limits = Limits::default();
        for byte in [b'x', b'"', b'\0'] {
            let mut endless = Endless { byte, given: 0 };
            let mut records = Records::new(&mut endless, b';', 1, limits);
            let error = records.next().unwrap_err();
            assert_eq!(error.code(), "endless_line");
            assert!(records.window.capacity() < 4 * limits.record_bytes);
            assert!(endless.given < 2 * (limits.skip_bytes + limits.record_bytes));
        }
    }

    #[test]
    fn endless_columns_stop_early() {
        let mut records = Records::new(
            Endless {
                byte: b';',
                given: 0,
            },
            b';',
            1,
            Limits::default(),
        );
        assert_eq!(records.next().unwrap_err().code(), "endless_line");
    }

    proptest! {
        #[test]
        fn any_bytes_end_within_bounds(text in "[a;\"\n\r é]{0,200}") {
            let limits = Limits { field_bytes: 16, record_bytes: 40, columns: 4, ..Limits::default() };
            let lines = 1 + text.matches(['\n', '\r']).count() as u64;
            let mut before = 0;
            for row in rows(text.as_bytes(), limits) {
                let line = match row {
                    Ok((line, _)) | Err((line, ..)) => line,
                };
                prop_assert!(line > before || before == 0 || line >= before);
                prop_assert!(line <= lines);
                before = line;
            }
        }

        #[test]
        fn quoted_cells_come_out_as_they_went_in(
            table in proptest::collection::vec(
                proptest::collection::vec("[a;\"\n\r é]{0,9}", 1..5), 1..6)
        ) {
            let text: Vec<String> = table
                .iter()
                .map(|row| {
                    let quote = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
                    row.iter().map(quote).collect::<Vec<_>>().join(";")
                })
                .collect();
            let read: Vec<_> = rows(text.join("\r\n").as_bytes(), Limits::default())
                .into_iter()
                .map(|row| row.unwrap().1)
                .collect();
            prop_assert_eq!(read, table);
        }
    }
}
