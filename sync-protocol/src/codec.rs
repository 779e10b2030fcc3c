//! Reading and writing the wire's few primitives, with bounds.
//!
//! Fixed-width integers are big-endian. A variable-length integer (*varint*) is little-endian base
//! 128, at most 10 bytes, and must be the shortest form. Byte strings carry their length as a
//! varint. Spec: docs/protocol.md, section 2.

/// Why bytes could not be decoded, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at byte {offset}: {reason}")]
pub struct DecodeError {
    /// Offset of the value that could not be read.
    pub offset: usize,
    /// What was wrong with it.
    pub reason: DecodeReason,
}

/// What was wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeReason {
    /// The bytes ended inside a value.
    #[error("{needed} bytes needed, {had} left")]
    Truncated {
        /// Bytes the value takes.
        needed: usize,
        /// Bytes that were left.
        had: usize,
    },
    /// A varint was longer than its value needs, or than 64 bits.
    #[error("malformed variable-length integer")]
    Varint,
    /// A count or length exceeds its bound.
    #[error("{actual} exceeds the limit of {limit}")]
    TooLarge {
        /// The count or length stated.
        actual: u64,
        /// The most allowed there.
        limit: u64,
    },
    /// A tag, version or enumeration value is not known here.
    #[error("unknown value {0}")]
    Unknown(u64),
    /// Text is not UTF-8.
    #[error("text is not UTF-8")]
    Utf8,
    /// Bytes were left after the last value.
    #[error("{0} bytes left over")]
    Trailing(usize),
    /// Compressed bytes do not decompress to what they declare.
    #[error("compressed data is damaged")]
    Compression,
    /// The value breaks a rule of its format.
    #[error("{0}")]
    Invalid(&'static str),
}

/// A cursor over bytes that came from elsewhere.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// Starts at the first of `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            offset: 0,
        }
    }

    /// How many bytes were read.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// How many bytes are left.
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// An error at the current offset.
    #[must_use]
    pub const fn error(&self, reason: DecodeReason) -> DecodeError {
        DecodeError {
            offset: self.offset,
            reason,
        }
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// [`DecodeReason::Truncated`] if fewer are left.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let Some((head, tail)) = self.rest.split_at_checked(count) else {
            let had = self.rest.len();
            return Err(self.error(DecodeReason::Truncated { needed: count, had }));
        };
        self.rest = tail;
        self.offset += count;
        Ok(head)
    }

    /// The next `N` bytes as an array.
    ///
    /// # Errors
    /// [`DecodeReason::Truncated`] if fewer are left.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let Some((array, tail)) = self.rest.split_first_chunk() else {
            let had = self.rest.len();
            return Err(self.error(DecodeReason::Truncated { needed: N, had }));
        };
        self.rest = tail;
        self.offset += N;
        Ok(*array)
    }

    /// One byte.
    ///
    /// # Errors
    /// [`DecodeReason::Truncated`] at the end.
    pub fn u8(&mut self) -> Result<u8, DecodeError> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// The format byte that a layout begins with.
    ///
    /// # Errors
    /// [`DecodeReason::Unknown`] for another format, [`DecodeReason::Truncated`] at the end.
    pub fn format(&mut self, known: u8) -> Result<(), DecodeError> {
        let at = self.clone();
        let format = self.u8()?;
        if format == known {
            Ok(())
        } else {
            Err(at.error(DecodeReason::Unknown(u64::from(format))))
        }
    }

    /// A 16-bit integer.
    ///
    /// # Errors
    /// [`DecodeReason::Truncated`] at the end.
    pub fn u16(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_be_bytes)
    }

    /// A 32-bit integer.
    ///
    /// # Errors
    /// [`DecodeReason::Truncated`] at the end.
    pub fn u32(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_be_bytes)
    }

    /// A 64-bit integer.
    ///
    /// # Errors
    /// [`DecodeReason::Truncated`] at the end.
    pub fn u64(&mut self) -> Result<u64, DecodeError> {
        self.array().map(u64::from_be_bytes)
    }

    /// A varint.
    ///
    /// # Errors
    /// [`DecodeReason::Varint`] when it is not the shortest form or exceeds 64 bits.
    pub fn varint(&mut self) -> Result<u64, DecodeError> {
        let offset = self.offset;
        let malformed = || DecodeError {
            offset,
            reason: DecodeReason::Varint,
        };
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            let bits = u64::from(byte & 0x7F);
            if shift == 63 && bits > 1 {
                return Err(malformed());
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                let padded = byte == 0 && shift > 0;
                return if padded { Err(malformed()) } else { Ok(value) };
            }
        }
        Err(malformed())
    }

    /// A signed integer as a zigzag varint.
    ///
    /// # Errors
    /// As [`Reader::varint`].
    pub fn signed_varint(&mut self) -> Result<i64, DecodeError> {
        let raw = self.varint()?;
        Ok((raw >> 1).cast_signed() ^ -(raw & 1).cast_signed())
    }

    /// A count or length of at most `limit`.
    ///
    /// # Errors
    /// [`DecodeReason::TooLarge`] beyond the limit.
    pub fn length(&mut self, limit: usize) -> Result<usize, DecodeError> {
        let at = self.clone();
        let stated = self.varint()?;
        usize::try_from(stated)
            .ok()
            .filter(|length| *length <= limit)
            .ok_or_else(|| {
                at.error(DecodeReason::TooLarge {
                    actual: stated,
                    limit: limit as u64,
                })
            })
    }

    /// A byte string of at most `limit` bytes.
    ///
    /// # Errors
    /// [`DecodeReason::TooLarge`] beyond the limit, [`DecodeReason::Truncated`] at the end.
    pub fn bytes(&mut self, limit: usize) -> Result<&'a [u8], DecodeError> {
        let length = self.length(limit)?;
        self.take(length)
    }

    /// UTF-8 text of at most `limit` bytes.
    ///
    /// # Errors
    /// As [`Reader::bytes`], and [`DecodeReason::Utf8`].
    pub fn text(&mut self, limit: usize) -> Result<&'a str, DecodeError> {
        let at = self.error(DecodeReason::Utf8);
        std::str::from_utf8(self.bytes(limit)?).map_err(|_| at)
    }

    /// Checks that nothing is left.
    ///
    /// # Errors
    /// [`DecodeReason::Trailing`] otherwise.
    pub const fn finish(self) -> Result<(), DecodeError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(DecodeError {
                offset: self.offset,
                reason: DecodeReason::Trailing(self.rest.len()),
            })
        }
    }
}

/// Appends the wire's primitives to a byte vector; the mirror of [`Reader`].
pub trait Writer {
    /// Appends a varint.
    fn put_varint(&mut self, value: u64);
    /// Appends a zigzag varint.
    fn put_signed_varint(&mut self, value: i64);
    /// Appends a length and the bytes.
    fn put_bytes(&mut self, bytes: &[u8]);
}

impl Writer for Vec<u8> {
    fn put_varint(&mut self, mut value: u64) {
        loop {
            let [low, ..] = value.to_le_bytes();
            value >>= 7;
            if value == 0 {
                self.push(low & 0x7F);
                return;
            }
            self.push(low | 0x80);
        }
    }

    fn put_signed_varint(&mut self, value: i64) {
        self.put_varint(((value << 1) ^ (value >> 63)).cast_unsigned());
    }

    fn put_bytes(&mut self, bytes: &[u8]) {
        self.put_varint(bytes.len() as u64);
        self.extend_from_slice(bytes);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn varints_round_trip(value: u64) {
            let mut bytes = Vec::new();
            bytes.put_varint(value);
            prop_assert!(bytes.len() <= 10);
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(reader.varint(), Ok(value));
            prop_assert_eq!(reader.finish(), Ok(()));
        }

        #[test]
        fn signed_varints_round_trip(value: i64) {
            let mut bytes = Vec::new();
            bytes.put_signed_varint(value);
            prop_assert_eq!(Reader::new(&bytes).signed_varint(), Ok(value));
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let mut reader = Reader::new(&bytes);
            while reader.remaining() > 0 {
                let mut copy = reader.clone();
                let _ = copy.varint();
                let _ = reader.clone().text(16);
                let _ = reader.u8();
            }
        }
    }

    #[test]
    fn overlong_varints_are_refused() {
        for bytes in [&[0x80, 0x00][..], &[0xFF; 11], &[0x80; 10]] {
            assert!(Reader::new(bytes).varint().is_err(), "{bytes:?}");
        }
        let eleven_bits_too_many = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02];
        assert!(Reader::new(&eleven_bits_too_many).varint().is_err());
    }

    #[test]
    fn a_length_beyond_its_limit_is_refused_before_anything_is_read() {
        let error = Reader::new(&[5, 1, 2]).bytes(4).unwrap_err();
        assert_eq!(
            error.reason,
            DecodeReason::TooLarge {
                actual: 5,
                limit: 4
            }
        );
    }
}
