//! Photographs and documents of a record, as one of its lists names them.
//!
//! Each is one member of a list, `hash size media-type name`, and never changes: two people who
//! attach at once both do, who detaches takes away one member, and the same file attached twice
//! under one name is one member. What the file holds lies beside the journals, by its hash.

use std::fmt;
use std::str::FromStr;

use sync_protocol::id::BlobHash;
use unicode_normalization::UnicodeNormalization;

/// The most bytes that one attachment may have: a photograph as telephones take it, a scanned file.
pub const MAX_ATTACHMENT_BYTES: u64 = 16 * 1024 * 1024;
/// The most attachments that a record may have.
pub const MAX_ATTACHMENTS: usize = 40;
/// The most characters of a name.
const MAX_NAME_CHARS: usize = 120;
/// The kinds of files that are taken, as people know them.
pub const ACCEPTED: &str = "JPEG, PNG, WebP, HEIC, PDF, ODT, ODS, DOCX, XLSX, TXT";

/// One photograph or document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its bytes.
    pub blob: BlobHash,
    /// How many they are.
    pub size: u64,
    /// What they are: `image/jpeg`.
    pub media: String,
    /// What the file was called.
    pub name: String,
}

/// Text that names no attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an attachment")]
pub struct BadAttachment;

impl fmt::Display for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            blob,
            size,
            media,
            name,
        } = self;
        write!(f, "{blob} {size} {media} {name}")
    }
}

impl FromStr for Attachment {
    type Err = BadAttachment;

    fn from_str(text: &str) -> Result<Self, BadAttachment> {
        let mut parts = text.splitn(4, ' ');
        let mut part = || parts.next().ok_or(BadAttachment);
        let blob = part()?.parse().map_err(|_| BadAttachment)?;
        let size = part()?.parse().map_err(|_| BadAttachment)?;
        let media = part()?.to_owned();
        let name = part()?;
        let known = MEDIA.iter().any(|(known, _)| *known == media);
        // Whatever another node wrote, a name leads into no other folder.
        if !known || name != tidy(name) || size > MAX_ATTACHMENT_BYTES {
            return Err(BadAttachment);
        }
        Ok(Self {
            blob,
            size,
            media,
            name: name.to_owned(),
        })
    }
}

/// The media types that are taken, each with the ending that its files have.
const MEDIA: [(&str, &str); 10] = [
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/webp", "webp"),
    ("image/heic", "heic"),
    ("application/pdf", "pdf"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xlsx",
    ),
    ("text/plain", "txt"),
];

/// What a file is, told by its bytes and never by its name; none for what is not taken.
#[must_use]
pub fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let has = |at: usize, what: &[u8]| bytes.get(at..at + what.len()) == Some(what);
    let ending = if has(0, b"\xFF\xD8\xFF") {
        "jpg"
    } else if has(0, b"\x89PNG\r\n\x1A\n") {
        "png"
    } else if has(0, b"RIFF") && has(8, b"WEBP") {
        "webp"
    } else if has(4, b"ftypheic") || has(4, b"ftypheix") || has(4, b"ftypmif1") {
        "heic"
    } else if has(0, b"%PDF-") {
        "pdf"
    } else if has(0, b"PK\x03\x04") {
        of_archive(bytes)?
    } else if is_text(bytes) {
        "txt"
    } else {
        return None;
    };
    let known = MEDIA.iter().find(|(_, known)| *known == ending);
    known.map(|(media, _)| *media)
}

/// Which office document an archive is: OpenDocument says so in its first file, Office Open XML by
/// the names of its files, which stand uncompressed.
fn of_archive(bytes: &[u8]) -> Option<&'static str> {
    let head = bytes.get(..bytes.len().min(128))?;
    let holds = |within: &[u8], what: &[u8]| within.windows(what.len()).any(|at| at == what);
    if holds(head, b"application/vnd.oasis.opendocument.text") {
        Some("odt")
    } else if holds(head, b"application/vnd.oasis.opendocument.spreadsheet") {
        Some("ods")
    } else if holds(bytes, b"word/document.xml") {
        Some("docx")
    } else if holds(bytes, b"xl/workbook.xml") {
        Some("xlsx")
    } else {
        None
    }
}

fn is_text(bytes: &[u8]) -> bool {
    let printable = |character: char| !character.is_control() || "\r\n\t".contains(character);
    std::str::from_utf8(bytes).is_ok_and(|text| !text.is_empty() && text.chars().all(printable))
}

/// A file's name as it is kept: one line, without what parts folders or is refused as a name
/// somewhere, and not too long.
#[must_use]
pub fn tidy(name: &str) -> String {
    let spoken = |character: char| {
        let parts = r#"/\:*?"<>|"#.contains(character);
        let hidden = matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if parts || character.is_control() || hidden {
            '_'
        } else {
            character
        }
    };
    let name: String = name.nfc().map(spoken).take(MAX_NAME_CHARS).collect();
    let words: Vec<&str> = name.split_whitespace().collect();
    let name = words.join(" ");
    let name = name.trim_matches(['.', ' ']);
    if name.is_empty() {
        "_".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Attachment {
        Attachment {
            blob: BlobHash([7; 32]),
            size: 48_213,
            media: "image/jpeg".to_owned(),
            name: "Façade côté rue.jpg".to_owned(),
        }
    }

    #[test]
    fn an_attachment_survives_its_text() {
        let text = example().to_string();
        assert_eq!(text.parse(), Ok(example()));
        for other in ["", "x", "07 1 image/jpeg a.jpg"] {
            assert_eq!(other.parse::<Attachment>(), Err(BadAttachment));
        }
    }

    #[test]
    fn a_name_from_elsewhere_leads_into_no_folder() {
        for name in ["../../.ssh/config", "..", "a\\b.jpg", "a\u{202e}gpj.exe"] {
            let hostile = Attachment {
                name: name.to_owned(),
                ..example()
            };
            let text = hostile.to_string();
            assert_eq!(text.parse::<Attachment>(), Err(BadAttachment), "{name}");
            assert_eq!(tidy(&tidy(name)), tidy(name));
            assert!(!tidy(name).contains(['/', '\\']));
        }
        let unknown = Attachment {
            media: "text/html".to_owned(),
            ..example()
        };
        assert_eq!(
            unknown.to_string().parse::<Attachment>(),
            Err(BadAttachment)
        );
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert_eq!(media_type(b"\xFF\xD8\xFF\xE0rest"), Some("image/jpeg"));
        assert_eq!(media_type(b"\x89PNG\r\n\x1A\nrest"), Some("image/png"));
        assert_eq!(media_type(b"%PDF-1.7"), Some("application/pdf"));
        assert_eq!(media_type("Bail\n3 pièces".as_bytes()), Some("text/plain"));
        assert_eq!(media_type(b"MZ\x90\x00\x03"), None);
        assert_eq!(media_type(b"PK\x03\x04 any archive"), None);
        assert_eq!(media_type(b""), None);
        let mut document = b"PK\x03\x04".to_vec();
        document.extend_from_slice(b"........word/document.xml....");
        assert!(
            media_type(&document)
                .unwrap()
                .ends_with("wordprocessingml.document")
        );
    }
}
