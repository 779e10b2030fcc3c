//! Which encoding a text file is in, and its cells as text.
//!
//! A byte order mark decides. Without one a file is UTF-8 or Windows-1252, whichever most of its
//! non-ASCII bytes speak for. Files glued together from both exist: then the cells of the minority
//! are errors of their rows and all other rows are kept. Both encodings hold ASCII unchanged, so
//! rows and cells are cut apart before they are decoded; UTF-16 is turned into UTF-8 beforehand.

use std::io::{self, Read};

use super::row_error::RowProblem;

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,
}

impl Mark {
    /// The byte order mark at the head of these bytes, and its length.
    pub(crate) fn of(bytes: &[u8]) -> Option<(Self, usize)> {
        match bytes {
            [0xEF, 0xBB, 0xBF, ..] => Some((Self::Utf8, 3)),
            [0xFF, 0xFE, ..] => Some((Self::Utf16LittleEndian, 2)),
            [0xFE, 0xFF, ..] => Some((Self::Utf16BigEndian, 2)),
            _ => None,
        }
    }
}

/// The encoding of a file's cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellEncoding {
    /// Only ASCII so far; the first other cell decides.
    Undecided,
    Utf8,
    Windows1252,
    /// UTF-16 that was turned into UTF-8 on the way.
    Utf16,
}

impl CellEncoding {
    /// Judges a file without byte order mark by its first bytes.
    pub(crate) fn judge(sample: &[u8]) -> Self {
        let (mut utf8, mut foreign) = (0_usize, 0_usize);
        let mut any_utf8 = false;
        for chunk in sample.utf8_chunks() {
            for character in chunk
                .valid()
                .chars()
                .filter(|character| !character.is_ascii())
            {
                any_utf8 = true;
                utf8 += usize::from(is_usual(character));
            }
            foreign += chunk.invalid().len();
        }
        match foreign {
            0 if any_utf8 => Self::Utf8,
            0 => Self::Undecided,
            _ if utf8 >= foreign => Self::Utf8,
            _ => Self::Windows1252,
        }
    }

    /// One cell as text.
    ///
    /// # Errors
    /// The cell is in the other encoding, or has lost letters.
    pub(crate) fn decode(&mut self, cell: Vec<u8>) -> Result<String, RowProblem> {
        if cell.is_ascii() {
            return String::from_utf8(cell)
                .map_err(|_| RowProblem::WrongEncoding { encoding: "ascii" });
        }
        if *self == Self::Undecided {
            *self = Self::judge(&cell);
        }
        let text = if *self == Self::Windows1252 {
            if holds_usual_utf8(&cell) {
                return Err(RowProblem::MixedEncoding);
            }
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&cell);
            text.into_owned()
        } else {
            let encoding = if *self == Self::Utf16 {
                "utf-16"
            } else {
                "utf-8"
            };
            String::from_utf8(cell).map_err(|_| RowProblem::WrongEncoding { encoding })?
        };
        if text.contains(char::REPLACEMENT_CHARACTER) {
            return Err(RowProblem::LostLetters);
        }
        Ok(text)
    }
}

/// Whether French offices write this character: Latin letters with accents, typographic signs.
///
/// Two letters of Windows-1252 can form valid UTF-8 by chance (`É»` in `«CAFÉ»`), but then of a
/// character outside this set.
fn is_usual(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{17F}' | '\u{2000}'..='\u{206F}' | '€')
}

fn holds_usual_utf8(cell: &[u8]) -> bool {
    cell.utf8_chunks()
        .any(|chunk| chunk.valid().chars().any(|c| !c.is_ascii() && is_usual(c)))
}

/// UTF-16 in, UTF-8 out. A broken pair comes out as a byte that is no UTF-8, so that the cell it
/// stands in is reported and not silently mended.
pub(crate) struct Utf16Reader<R> {
    reader: R,
    decoder: encoding_rs::Decoder,
    read: Vec<u8>,
    read_from: usize,
    out: Vec<u8>,
    out_from: usize,
    ended: bool,
}

const CHUNK_BYTES: usize = 16 * 1024;

impl<R: Read> Utf16Reader<R> {
    /// Reads text after its byte order mark.
    pub(crate) fn new(reader: R, mark: Mark) -> Self {
        let encoding = match mark {
            Mark::Utf16BigEndian => encoding_rs::UTF_16BE,
            Mark::Utf16LittleEndian | Mark::Utf8 => encoding_rs::UTF_16LE,
        };
        Self {
            reader,
            decoder: encoding.new_decoder_without_bom_handling(),
            read: Vec::new(),
            read_from: 0,
            out: Vec::new(),
            out_from: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        if self.read_from == self.read.len() {
            self.read.resize(CHUNK_BYTES, 0);
            let count = loop {
                match self.reader.read(&mut self.read) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            self.read.truncate(count);
            self.read_from = 0;
            self.ended = count == 0;
        }
        let pending = self.read.get(self.read_from..).unwrap_or_default();
        let room = self
            .decoder
            .max_utf8_buffer_length_without_replacement(pending.len())
            .unwrap_or(4 * CHUNK_BYTES);
        self.out.resize(room, 0);
        let (result, taken, given) =
            self.decoder
                .decode_to_utf8_without_replacement(pending, &mut self.out, self.ended);
        self.read_from += taken;
        self.out.truncate(given);
        self.out_from = 0;
        if let encoding_rs::DecoderResult::Malformed(..) = result {
            self.out.push(0xFF);
            // A decoder that has reported the end must not be asked again.
            if self.ended {
                self.read_from = self.read.len();
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.out_from == self.out.len() {
            if self.ended {
                return Ok(0);
            }
            self.refill()?;
        }
        let ready = self.out.get(self.out_from..).unwrap_or_default();
        let count = ready.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(ready) {
            *to = *from;
        }
        self.out_from += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn windows(text: &str) -> Vec<u8> {
        encoding_rs::WINDOWS_1252.encode(text).0.into_owned()
    }

    #[test]
    fn majority_of_non_ascii_bytes_decides() {
        assert_eq!(CellEncoding::judge(b"abc"), CellEncoding::Undecided);
        assert_eq!(CellEncoding::judge("é".as_bytes()), CellEncoding::Utf8);
        assert_eq!(
            CellEncoding::judge(&windows("Café à vendre")),
            CellEncoding::Windows1252
        );
        assert_eq!(
            CellEncoding::judge(&windows("«CAFÉ» é")),
            CellEncoding::Windows1252
        );
        let mut mixed = "été à côté".as_bytes().to_vec();
        mixed.extend(windows("é"));
        assert_eq!(CellEncoding::judge(&mixed), CellEncoding::Utf8);
    }

    #[test]
    fn cell_of_the_other_encoding_is_an_error() {
        let mut windows_file = CellEncoding::Windows1252;
        assert_eq!(
            windows_file.decode("é".as_bytes().to_vec()),
            Err(RowProblem::MixedEncoding)
        );
        assert_eq!(windows_file.decode(windows("«CAFÉ»")).unwrap(), "«CAFÉ»");
        let mut utf8_file = CellEncoding::Utf8;
        assert_eq!(
            utf8_file.decode(windows("é")),
            Err(RowProblem::WrongEncoding { encoding: "utf-8" })
        );
        assert_eq!(
            utf8_file.decode("caf\u{FFFD}".as_bytes().to_vec()),
            Err(RowProblem::LostLetters)
        );
    }

    #[test]
    fn first_non_ascii_cell_decides_late() {
        let mut encoding = CellEncoding::Undecided;
        assert_eq!(encoding.decode(b"abc".to_vec()).unwrap(), "abc");
        assert_eq!(encoding.decode(windows("thé")).unwrap(), "thé");
        assert_eq!(encoding, CellEncoding::Windows1252);
    }

    #[test]
    fn broken_pair_of_utf16_stays_visible() {
        let bytes = [b'a', 0, 0x00, 0xD8, b'b', 0];
        let mut out = Vec::new();
        Utf16Reader::new(&bytes[..], Mark::Utf16LittleEndian)
            .read_to_end(&mut out)
            .unwrap();
        assert_eq!(out, [b'a', 0xFF, b'b']);
        let odd = [b'a', 0, b'b'];
        let mut out = Vec::new();
        Utf16Reader::new(&odd[..], Mark::Utf16LittleEndian)
            .read_to_end(&mut out)
            .unwrap();
        assert_eq!(out, [b'a', 0xFF]);
    }

    proptest! {
        #[test]
        fn utf16_comes_out_as_it_went_in(text in any::<String>()) {
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let mut out = Vec::new();
            Utf16Reader::new(&little[..], Mark::Utf16LittleEndian).read_to_end(&mut out).unwrap();
            prop_assert_eq!(out.as_slice(), text.as_bytes());
            let mut out = Vec::new();
            Utf16Reader::new(&big[..], Mark::Utf16BigEndian).read_to_end(&mut out).unwrap();
            prop_assert_eq!(out.as_slice(), text.as_bytes());
        }

        #[test]
        fn any_bytes_decode_or_fail(bytes in any::<Vec<u8>>()) {
            let mut out = Vec::new();
            Utf16Reader::new(&bytes[..], Mark::Utf16LittleEndian).read_to_end(&mut out).unwrap();
            prop_assert!(out.len() <= 2 * bytes.len() + 1);
            let mut encoding = CellEncoding::judge(&bytes);
            let _ = encoding.decode(bytes);
        }
    }
}
