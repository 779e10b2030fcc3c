//! The stretch of a text file that is being looked at, with no more of it in memory.

use std::io::{self, Read};

/// The bytes from the start of the present row on, read as they are asked for.
pub(crate) struct Window<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
}

const CHUNK_BYTES: usize = 64 * 1024;

impl<R: Read> Window<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            start: 0,
            ended: false,
        }
    }

    /// The byte so far after the start, if the text reaches that far.
    pub(crate) fn peek(&mut self, offset: usize) -> io::Result<Option<u8>> {
        loop {
            if let Some(byte) = self.buffer.get(self.start + offset) {
                return Ok(Some(*byte));
            }
            if self.ended {
                return Ok(None);
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let held = self.buffer.len();
        self.buffer.resize(held + CHUNK_BYTES, 0);
        let room = self.buffer.get_mut(held..).unwrap_or_default();
        let outcome = self.reader.read(room);
        self.buffer.truncate(held + *outcome.as_ref().unwrap_or(&0));
        match outcome {
            Ok(count) => self.ended = count == 0,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    pub(crate) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.buffer.len());
    }

    /// Steps over the rest of the line and its end; false if that is more than `budget` away.
    pub(crate) fn consume_line(&mut self, budget: usize) -> io::Result<bool> {
        for _ in 0..=budget {
            match self.peek(0)? {
                None => return Ok(true),
                Some(b'\n') => {
                    self.consume(1);
                    return Ok(true);
                }
                Some(b'\r') => {
                    self.consume(1);
                    if self.peek(0)? == Some(b'\n') {
                        self.consume(1);
                    }
                    return Ok(true);
                }
                Some(_) => self.consume(1),
            }
        }
        Ok(false)
    }

    /// Bytes held, at most.
    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.buffer.capacity()
    }
}
