//! The scan of a paper that people signed, as the text of a sealed part; pure.
//!
//! A line of JSON that says what the file is, then the file. A part whose seal is of the smallest
//! size holds none: that is how a paper is taken back, and how everybody sees that it was, readers
//! or not. So the line of a paper is filled up with spaces where a file is that small.
//! Source: docs/protocol.md, section 14.

use serde::{Deserialize, Serialize};
use sync_protocol::seal::part::{MAX_PART_BYTES, PartName};
use zeroize::Zeroizing;

use super::attachment::{media_type, tidy};
use super::sealed::BadSealed;

/// The collections whose records take signed papers.
pub const WITH_PAPERS: [&str; 2] = ["evaluation", "meeting"];
/// The kinds of files that are taken, as people know them.
pub const ACCEPTED: &str = "PDF, JPEG, PNG";
/// The most bytes that a file may have.
pub const MAX_PAPER_BYTES: u64 = 4_000_000;
const _: () = assert!(
    MAX_PAPER_BYTES + MAX_LINE_BYTES as u64 <= MAX_PART_BYTES as u64,
    "a paper and its line are sealed at once"
);
/// The most papers that a record may have at once.
pub const MAX_PAPERS: usize = 20;

const MEDIA: [&str; 3] = ["application/pdf", "image/jpeg", "image/png"];
const PREFIX: &str = "paper/";
const VERSION: u64 = 1;
const MAX_LINE_BYTES: usize = 1_024;
/// What a text is padded to has at most so many bytes of it in the smallest blob.
const SMALLEST_TEXT_BYTES: usize = 1_020;
/// Bytes of a blob whose text is not longer than that.
const SMALLEST_BLOB_BYTES: u32 = 1_065;
/// Digits of the figures' hash in the name of a part: so many are printed beside it as well.
const HASH_DIGITS: usize = 16;

/// A scan, as its part holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// What the file was called.
    pub name: String,
    /// What it is: `application/pdf`.
    pub media: &'static str,
    /// The hash of the frozen figures that were signed, of an evaluation's.
    pub figures: Option<String>,
    /// The file.
    pub file: Zeroizing<Vec<u8>>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    version: u64,
    #[serde(default)]
    name: String,
    #[serde(default)]
    figures: Option<String>,
}

impl Paper {
    /// The paper in a file; none where that is of another kind.
    #[must_use]
    pub fn of(name: &str, figures: Option<String>, file: Vec<u8>) -> Option<Self> {
        let media = media_type(&file)?;
        MEDIA.contains(&media).then(|| Self {
            name: tidy(name),
            media,
            figures,
            file: Zeroizing::new(file),
        })
    }

    /// The text to seal.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let line = Line {
            version: VERSION,
            name: self.name.clone(),
            figures: self.figures.clone(),
        };
        let mut text = serde_json::to_vec(&line).expect("texts and numbers are JSON");
        let least = (SMALLEST_TEXT_BYTES + 1).saturating_sub(self.file.len() + 1);
        text.resize(text.len().max(least), b' ');
        // Room for all of it at once: what a vector grows out of is not wiped.
        let mut whole = Zeroizing::new(Vec::with_capacity(text.len() + 1 + self.file.len()));
        whole.extend_from_slice(&text);
        whole.push(b'\n');
        whole.extend_from_slice(&self.file);
        whole
    }

    /// Reads the text of a part.
    ///
    /// # Errors
    /// See [`BadSealed`]; a file of a kind that is not taken is malformed.
    pub fn decode(text: &[u8]) -> Result<Self, BadSealed> {
        let head = text.get(..text.len().min(MAX_LINE_BYTES));
        let end = head.and_then(|it| it.iter().position(|byte| *byte == b'\n'));
        let (line, file) = text.split_at(end.ok_or(BadSealed::Malformed)?);
        let line: Line = serde_json::from_slice(line).map_err(|_| BadSealed::Malformed)?;
        match line.version {
            VERSION => {}
            0 => return Err(BadSealed::Malformed),
            newer => return Err(BadSealed::Newer(newer)),
        }
        let file = file.get(1..).unwrap_or_default().to_vec();
        Self::of(&line.name, line.figures, file).ok_or(BadSealed::Malformed)
    }
}

/// The text that takes a paper back.
#[must_use]
pub fn taken_back() -> Vec<u8> {
    format!("{{\"version\":{VERSION}}}\n").into_bytes()
}

/// Whether the seal of a paper's part, whose blob has so many bytes, took it back.
#[must_use]
pub const fn is_taken_back(blob_bytes: u32) -> bool {
    blob_bytes <= SMALLEST_BLOB_BYTES
}

/// The name of a new paper's part: a number drawn for it, and which figures it is about.
#[must_use]
pub fn part_name(number: [u8; 4], figures: Option<&str>) -> PartName {
    let number = data_encoding::HEXLOWER.encode(&number);
    let figures = figures.and_then(|it| it.get(..HASH_DIGITS));
    let figures = figures.map_or_else(String::new, |it| format!("/{it}"));
    let name = format!("{PREFIX}{number}{figures}");
    name.parse().expect("digits and slashes name a part")
}

/// The number of a paper and the beginning of the hash of the figures that it is about, told by the
/// name of its part; none of a part that is no paper.
#[must_use]
pub fn of_part(name: &PartName) -> Option<(&str, Option<&str>)> {
    let rest = name.as_str().strip_prefix(PREFIX)?;
    Some(match rest.split_once('/') {
        Some((number, figures)) => (number, Some(figures)),
        None => (rest, None),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PDF: &[u8] = b"%PDF-1.4 signed by two";

    #[test]
    fn a_paper_survives_its_text_however_small_and_never_looks_taken_back() {
        let hash = "ab".repeat(32);
        for size in [0, 1, 700, 1_000, 1_100, 200_000] {
            let mut file = PDF.to_vec();
            file.resize(PDF.len() + size, 7);
            let paper = Paper::of("Procès-verbal signé.pdf", Some(hash.clone()), file).unwrap();
            let text = paper.encode();
            assert!(text.len() > SMALLEST_TEXT_BYTES, "{size}");
            assert_eq!(Paper::decode(&text).unwrap(), paper);
        }
        assert!(taken_back().len() <= SMALLEST_TEXT_BYTES);
        assert_eq!(Paper::decode(&taken_back()), Err(BadSealed::Malformed));
        let longest = "é".repeat(300);
        let paper = Paper::of(&longest, Some(hash), PDF.to_vec()).unwrap();
        let text = paper.encode();
        let line = text.iter().position(|it| *it == b'\n').unwrap();
        assert!(line < MAX_LINE_BYTES);
        assert_eq!(Paper::decode(&text).unwrap(), paper);
    }

    #[test]
    fn texts_from_elsewhere_are_no_papers_unless_they_are() {
        for text in [
            &b""[..],
            b"\n",
            b"{}",
            b"{}\n%PDF-1.4",
            b"{\"version\":1,\"name\":\"a\"}\nMZ\x90\x00",
            b"{\"version\":1,\"name\":\"a\"}\nplain text is no scan",
        ] {
            assert_eq!(Paper::decode(text), Err(BadSealed::Malformed), "{text:?}");
        }
        let newer = b"{\"version\":2}\n%PDF-1.4";
        assert_eq!(Paper::decode(newer), Err(BadSealed::Newer(2)));
        let elsewhere = b"{\"version\":1,\"name\":\"../../up.pdf\"}\n%PDF-1.4";
        assert!(!Paper::decode(elsewhere).unwrap().name.contains('/'));
        assert_eq!(Paper::decode(&vec![b' '; 5_000]), Err(BadSealed::Malformed));
    }

    #[test]
    fn the_name_of_a_part_says_which_figures_were_signed() {
        let name = part_name([1, 2, 3, 255], Some(&"cd".repeat(32)));
        assert_eq!(name.as_str(), "paper/010203ff/cdcdcdcdcdcdcdcd");
        assert_eq!(of_part(&name), Some(("010203ff", Some("cdcdcdcdcdcdcdcd"))));
        let name = part_name([0; 4], None);
        assert_eq!(of_part(&name), Some(("00000000", None)));
        assert_eq!(of_part(&"details".parse().unwrap()), None);
    }

    #[test]
    fn the_smallest_blob_is_what_the_protocol_says() {
        use sync_protocol::seal::part::{MAX_PART_BYTES, MAX_SEALED_BYTES};
        let beside = (MAX_SEALED_BYTES - MAX_PART_BYTES) as u32;
        let padded = SMALLEST_BLOB_BYTES - beside;
        assert_eq!(padded as usize, SMALLEST_TEXT_BYTES);
        assert!(is_taken_back(SMALLEST_BLOB_BYTES) && !is_taken_back(SMALLEST_BLOB_BYTES + 1_024));
    }
}
