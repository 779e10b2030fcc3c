//! Refuses workbooks that would exhaust memory, before any library believes what they say.
//!
//! A workbook is a zip file, so a small one can unpack to gigabytes, and the sizes it declares may
//! lie. Every part is therefore unpacked once into nothing, counting. The same pass looks for the
//! number of shared strings that the file announces: calamine reserves room for them all at once,
//! and a file of 400 bytes can announce 10^12.

use std::io::{Cursor, Read};

use super::{bad, contained};
use crate::exchange::error::FileError;
use crate::exchange::limits::Limits;

const MAX_PARTS: u64 = 4_096;
const MAX_SHARED_STRINGS: u64 = 4_000_000;

/// Unpacks every part into nothing and refuses what could exhaust memory later.
pub(super) fn inspect(bytes: &[u8], limits: &Limits) -> Result<(), FileError> {
    let too_large = |what, limit| FileError::WorkbookTooLarge { what, limit };
    if bytes.len() > limits.workbook_bytes {
        return Err(too_large("bytes", limits.workbook_bytes as u64));
    }
    let headers = bytes
        .windows(4)
        .filter(|window| *window == b"PK\x01\x02")
        .count();
    if headers as u64 > MAX_PARTS {
        return Err(too_large("parts", MAX_PARTS));
    }
    let mut archive = contained(|| zip::ZipArchive::new(Cursor::new(bytes)))?;
    let mut unpacked = 0_u64;
    let mut chunk = vec![0_u8; 64 * 1024];
    for index in 0..archive.len() {
        let mut part = contained(|| archive.by_index(index))?;
        let name = contained(|| part.name().map(|name| name.to_lowercase()))?;
        if name == "mimetype" {
            return Err(FileError::OpenDocument);
        }
        // Trusted only to refuse early; the count below is what holds.
        if part.size() > limits.unpacked_bytes {
            return Err(too_large("unpacked_bytes", limits.unpacked_bytes));
        }
        let mut announced = Announced::default();
        loop {
            let count = contained(|| part.read(&mut chunk))?;
            if count == 0 {
                break;
            }
            unpacked += count as u64;
            if unpacked > limits.unpacked_bytes {
                return Err(too_large("unpacked_bytes", limits.unpacked_bytes));
            }
            if name.ends_with(".xml") {
                for byte in chunk.get(..count).unwrap_or_default() {
                    if !announced.take(*byte) {
                        return Err(bad("it holds control characters"));
                    }
                }
            }
        }
        announced.close();
        if announced.greatest > MAX_SHARED_STRINGS {
            return Err(too_large("strings", MAX_SHARED_STRINGS));
        }
    }
    Ok(())
}

/// Finds the number of shared strings that a part announces in `uniqueCount="…"`.
#[derive(Default)]
struct Announced {
    matched: usize,
    number: Option<u64>,
    greatest: u64,
}

impl Announced {
    const NAME: &'static [u8] = b"uniqueCount";

    /// False for control characters, which XML forbids and which could hide the attribute from us
    /// in an encoding that calamine decodes (UTF-16, ISO-2022-JP).
    fn take(&mut self, byte: u8) -> bool {
        if let Some(number) = &mut self.number {
            match byte {
                b'0'..=b'9' => {
                    *number = number
                        .saturating_mul(10)
                        .saturating_add(u64::from(byte - b'0'));
                }
                b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'"' | b'\'' | b'+' if *number == 0 => {}
                _ => self.close(),
            }
        } else if Self::NAME.get(self.matched) == Some(&byte) {
            self.matched += 1;
            if self.matched == Self::NAME.len() {
                self.number = Some(0);
                self.matched = 0;
            }
        } else {
            self.matched = usize::from(byte == b'u');
        }
        byte >= b' ' || matches!(byte, b'\t' | b'\r' | b'\n')
    }

    fn close(&mut self) {
        if let Some(number) = self.number.take() {
            self.greatest = self.greatest.max(number);
        }
    }
}
