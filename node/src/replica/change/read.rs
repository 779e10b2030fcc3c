//! Numbers and byte strings at the front of a slice; strict, and never beyond its end.
//!
//! Source: <https://automerge.org/automerge-binary-format-spec/>, "Basic Data Layout", uLEB and LEB.
//! Only the shortest form of a number is read: Automerge refuses longer ones in headers and values,
//! and writes shortest ones everywhere, so a longer one would change the hash of a change that a
//! saved document is read back into.

/// Bytes that are read from the front.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// What was not read yet.
    pub(super) const fn rest(self) -> &'a [u8] {
        self.0
    }

    /// The next `count` bytes.
    pub(super) fn take(&mut self, count: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    /// An unsigned number (uLEB), in its shortest form.
    #[inline]
    pub(super) fn unsigned(&mut self) -> Option<u64> {
        let (first, rest) = self.0.split_first()?;
        if *first < 0x80 {
            self.0 = rest;
            return Some(u64::from(*first));
        }
        self.long_unsigned()
    }

    fn long_unsigned(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for (place, byte) in self.0.iter().enumerate().take(10) {
            if place == 9 && *byte > 1 {
                return None;
            }
            value |= u64::from(byte & 0x7F) << (7 * place);
            if byte & 0x80 == 0 {
                if *byte == 0 && place > 0 {
                    return None;
                }
                self.0 = self.0.get(place + 1..)?;
                return Some(value);
            }
        }
        None
    }

    /// A signed number (LEB), in its shortest form.
    #[inline]
    pub(super) fn signed(&mut self) -> Option<i64> {
        let (first, rest) = self.0.split_first()?;
        if *first < 0x80 {
            self.0 = rest;
            // The sixth bit is the sign: move it to the top and back.
            return Some(i64::from((*first << 1).cast_signed() >> 1));
        }
        self.long_signed()
    }

    fn long_signed(&mut self) -> Option<i64> {
        let mut value = 0i64;
        let mut before = 0u8;
        for (place, byte) in self.0.iter().enumerate().take(10) {
            let shift = 7 * place;
            // The tenth byte holds one bit, which must be the sign.
            if place == 9 && *byte != 0 && *byte != 0x7F {
                return None;
            }
            value |= i64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                let says_nothing =
                    (*byte == 0 && before & 0x40 == 0) || (*byte == 0x7F && before & 0x40 != 0);
                if place > 0 && says_nothing {
                    return None;
                }
                if byte & 0x40 != 0 && shift + 7 < 64 {
                    value |= -1 << (shift + 7);
                }
                self.0 = self.0.get(place + 1..)?;
                return Some(value);
            }
            before = *byte;
        }
        None
    }

    /// A byte string behind its length.
    pub(super) fn prefixed(&mut self) -> Option<&'a [u8]> {
        let length = self.unsigned()?;
        self.take(length)
    }

    /// Text behind its length.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.prefixed()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unsigned(bytes: &[u8]) -> Option<u64> {
        let mut bytes = Bytes::new(bytes);
        bytes.unsigned().filter(|_| bytes.is_empty())
    }

    fn signed(bytes: &[u8]) -> Option<i64> {
        let mut bytes = Bytes::new(bytes);
        bytes.signed().filter(|_| bytes.is_empty())
    }

    #[test]
    fn numbers_of_the_specification_are_read() {
        assert_eq!(unsigned(&[0x7F]), Some(127));
        assert_eq!(unsigned(&[0x80, 0x01]), Some(128));
        assert_eq!(signed(&[0x3F]), Some(63));
        assert_eq!(signed(&[0x40]), Some(-64));
        assert_eq!(signed(&[0x7F]), Some(-1));
        assert_eq!(signed(&[0x80, 0x40]), Some(-8192));
        let most = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0];
        assert_eq!(signed(&most), Some(i64::MAX));
        let least = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7F];
        assert_eq!(signed(&least), Some(i64::MIN));
    }

    #[test]
    fn longer_forms_and_numbers_beyond_64_bits_are_refused() {
        assert_eq!(unsigned(&[0x80, 0]), None);
        assert_eq!(unsigned(&[0x80]), None);
        assert_eq!(signed(&[0x80, 0]), None);
        assert_eq!(signed(&[0xFF, 0x7F]), None);
        let beyond = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2];
        assert_eq!(unsigned(&beyond), None);
        assert_eq!(signed(&beyond), None);
    }

    proptest! {
        #[test]
        fn whatever_is_read_has_one_form(bytes in prop::collection::vec(any::<u8>(), 0..12)) {
            use crate::replica::change::encode::{push_signed, push_unsigned};
            let mut rest = Bytes::new(&bytes);
            if let Some(value) = rest.unsigned() {
                let mut again = Vec::new();
                push_unsigned(&mut again, value);
                prop_assert_eq!(&again[..], &bytes[..bytes.len() - rest.rest().len()]);
            }
            let mut rest = Bytes::new(&bytes);
            if let Some(value) = rest.signed() {
                let mut again = Vec::new();
                push_signed(&mut again, value);
                prop_assert_eq!(&again[..], &bytes[..bytes.len() - rest.rest().len()]);
            }
        }

        #[test]
        fn every_number_is_read_back(one: u64, other: i64) {
            use crate::replica::change::encode::{push_signed, push_unsigned};
            let mut bytes = Vec::new();
            push_unsigned(&mut bytes, one);
            prop_assert_eq!(unsigned(&bytes), Some(one));
            let mut bytes = Vec::new();
            push_signed(&mut bytes, other);
            prop_assert_eq!(signed(&bytes), Some(other));
        }
    }
}
