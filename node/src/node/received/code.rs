//! The code by which a visitor comes back: drawn here, kept by the visitor alone.

use sha2::{Digest, Sha256};
use sync_protocol::id::Salt;
use zeroize::Zeroize;

use crate::api::ApiError;
use crate::node::clock;
use crate::node::holders::ALPHABET;

/// Letters of a code: 100 bits.
const LETTERS: usize = 20;

/// Letters between two hyphens.
const GROUP: usize = 4;

/// A code, `7K3F-Q9XZ-…`; never shown by `Debug`, wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Code([u8; LETTERS]);

impl Code {
    /// A new one.
    pub(crate) fn draw() -> Result<Self, ApiError> {
        let mut drawn = clock::random::<LETTERS>()?;
        for byte in &mut drawn {
            *byte = ALPHABET[usize::from(*byte & 31)];
        }
        Ok(Self(drawn))
    }

    /// The code that a person typed, whatever hyphens, spaces and case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut letters = [0; LETTERS];
        let mut typed = text
            .chars()
            .filter(|it| !it.is_whitespace() && !matches!(it, '-' | '‐' | '‑' | '–' | '.'));
        for letter in &mut letters {
            let upper = u8::try_from(typed.next()?).ok()?.to_ascii_uppercase();
            *letter = ALPHABET.contains(&upper).then_some(upper)?;
        }
        typed.next().is_none().then_some(Self(letters))
    }

    /// As people read it.
    pub(crate) fn shown(&self) -> String {
        let letters: Vec<char> = self.0.iter().map(|it| char::from(*it)).collect();
        let groups = letters
            .chunks(GROUP)
            .map(|it| it.iter().collect::<String>());
        groups.collect::<Vec<_>>().join("-")
    }

    /// The salt of the record of a collection that this code leads to. It says nothing of the code:
    /// nobody tries 2¹⁰⁰ of them.
    pub(super) fn salt(&self, collection: &str) -> Salt {
        let mut hasher = Sha256::new();
        hasher.update(b"capactif-received-1\0");
        hasher.update(collection.as_bytes());
        hasher.update([0]);
        hasher.update(self.0);
        Salt(hasher.finalize().into())
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(…)")
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it_and_as_nothing_else() {
        let code = Code::draw().unwrap();
        let shown = code.shown();
        assert_eq!((shown.len(), shown.matches('-').count()), (24, 4));
        for typed in [
            shown.clone(),
            shown.to_lowercase(),
            shown.replace('-', " "),
            format!("  {} ", shown.replace('-', "")),
        ] {
            assert!(Code::parse(&typed) == Some(code.clone()), "{typed}");
        }
        for wrong in [
            "",
            "7K3F",
            &shown[..23],
            &format!("{shown}2"),
            "0000-0000-0000-0000-0000",
            "é7K3-F7K3-F7K3-F7K3-F7K3",
            "<script>alert(1)</script>",
        ] {
            assert!(Code::parse(wrong).is_none(), "{wrong}");
        }
        assert!(Code::draw().unwrap() != code);
        assert!(!format!("{code:?}").contains(&shown[..4]));
    }

    #[test]
    fn what_is_kept_of_a_code_differs_by_collection() {
        let code = Code::parse("2222-3333-4444-5555-6666").unwrap();
        assert_eq!(code.salt("holder"), code.salt("holder"));
        assert_ne!(code.salt("holder"), code.salt("project"));
    }
}
