//! Text cut into whole lines, for formats of one object a line.

use std::io::Read;

use super::error::FileError;
use super::limits::Limits;
use super::records::{Fault, Next};
use super::row_error::RowProblem;
use super::window::Window;

/// Yields whole lines.
pub(crate) struct Lines<R> {
    window: Window<R>,
    line: u64,
    limits: Limits,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(reader: R, limits: Limits) -> Self {
        Self {
            window: Window::new(reader),
            line: 1,
            limits,
        }
    }

    /// The next line with its number; `None` at the end.
    ///
    /// # Errors
    /// The reader fails, or a line has no end within reach.
    pub(crate) fn next(&mut self) -> Next<(u64, Vec<u8>)> {
        if self.window.peek(0)?.is_none() {
            return Ok(None);
        }
        let line = self.line;
        self.line += 1;
        let mut bytes = Vec::new();
        while let Some(byte) = self.window.peek(bytes.len())? {
            if byte == b'\n' || byte == b'\r' {
                break;
            }
            bytes.push(byte);
            if bytes.len() > self.limits.record_bytes {
                self.window.consume(bytes.len());
                if !self.window.consume_line(self.limits.skip_bytes)? {
                    let limit = self.limits.skip_bytes;
                    return Err(FileError::EndlessLine {
                        line,
                        column: 1,
                        limit,
                    });
                }
                let problem = RowProblem::RowTooLarge {
                    limit: self.limits.record_bytes,
                };
                return Ok(Some(Err(Fault {
                    line,
                    column: None,
                    problem,
                })));
            }
        }
        self.window.consume(bytes.len());
        self.window.consume_line(self.limits.skip_bytes)?;
        Ok(Some(Ok((line, bytes))))
    }
}
