//! The values of one column of a change, one after another, without ever unfolding them.
//!
//! Source: <https://automerge.org/automerge-binary-format-spec/>, "Columnar Storage Format": run
//! length, delta and boolean encoding. A column has one shortest form and only that is read: what
//! repeats is a run, what does not is one literal run, nulls are one null run, and a column of
//! nulls only is left out. Automerge writes that form, and writes it again when it makes changes
//! out of a saved document; a change in another form would come back under another hash, and the
//! document would not load.

use super::read::Bytes;

/// What is wrong with a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// A run, a number or a text breaks off or is malformed.
    #[error("is malformed")]
    Malformed,
    /// There is a shorter way to say the same.
    #[error("is not in its shortest form")]
    NotShortest,
    /// The column ends before the operations do.
    #[error("ends early")]
    Short,
    /// The column goes on behind the last operation.
    #[error("has more values than operations")]
    Long,
    /// A number that is out of its range.
    #[error("holds a number out of range")]
    Range,
    /// No value where there has to be one.
    #[error("lacks a value")]
    Null,
}

/// What a run-length column holds.
pub(super) trait Item<'a>: Copy + PartialEq {
    fn read(bytes: &mut Bytes<'a>) -> Option<Self>;
}

impl<'a> Item<'a> for u64 {
    #[inline]
    fn read(bytes: &mut Bytes<'a>) -> Option<Self> {
        bytes.unsigned()
    }
}

impl<'a> Item<'a> for i64 {
    #[inline]
    fn read(bytes: &mut Bytes<'a>) -> Option<Self> {
        bytes.signed()
    }
}

impl<'a> Item<'a> for &'a str {
    #[inline]
    fn read(bytes: &mut Bytes<'a>) -> Option<Self> {
        bytes.text()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    /// Before the first run.
    Start,
    Null,
    Repeat,
    Literal,
}

/// A run-length column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Runs<'a, T> {
    rest: Bytes<'a>,
    run: Run,
    /// Values that the current run still has.
    left: u64,
    /// The value before, unless it was null.
    value: Option<T>,
    /// Whether any value was not null.
    holds_any: bool,
}

impl<'a, T: Item<'a>> Runs<'a, T> {
    /// The values of a column; one that was left out is empty here and has nulls for ever.
    pub(super) const fn new(column: &'a [u8]) -> Self {
        Self {
            rest: Bytes::new(column),
            run: Run::Start,
            left: 0,
            value: None,
            holds_any: false,
        }
    }

    /// Whether all values were read.
    pub(super) const fn is_done(&self) -> bool {
        self.left == 0 && self.rest.is_empty()
    }

    /// The next value, or null.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<T>, Fault> {
        if self.left == 0 {
            if self.rest.is_empty() {
                return match self.run {
                    Run::Start => Ok(None),
                    Run::Null | Run::Repeat | Run::Literal => Err(Fault::Short),
                };
            }
            self.open()?;
        }
        self.left -= 1;
        match self.run {
            Run::Repeat => Ok(self.value),
            Run::Literal => {
                let value = T::read(&mut self.rest).ok_or(Fault::Malformed)?;
                if self.value == Some(value) {
                    return Err(Fault::NotShortest);
                }
                self.value = Some(value);
                Ok(Some(value))
            }
            Run::Null | Run::Start => Ok(None),
        }
    }

    /// The next value of a column that has no nulls.
    #[inline]
    pub(super) fn value(&mut self) -> Result<T, Fault> {
        self.next()?.ok_or(Fault::Null)
    }

    // Kept out of `next`, which is then short enough to stand where it is called.
    #[inline(never)]
    fn open(&mut self) -> Result<(), Fault> {
        let count = self.rest.signed().ok_or(Fault::Malformed)?;
        match count {
            0 => {
                let nulls = self.rest.unsigned().ok_or(Fault::Malformed)?;
                if nulls == 0 || self.run == Run::Null {
                    return Err(Fault::NotShortest);
                }
                self.run = Run::Null;
                self.left = nulls;
                self.value = None;
            }
            1 => return Err(Fault::NotShortest),
            2.. => {
                let value = T::read(&mut self.rest).ok_or(Fault::Malformed)?;
                if self.value == Some(value) {
                    return Err(Fault::NotShortest);
                }
                self.run = Run::Repeat;
                self.left = count.unsigned_abs();
                self.value = Some(value);
                self.holds_any = true;
            }
            _ => {
                if self.run == Run::Literal {
                    return Err(Fault::NotShortest);
                }
                self.run = Run::Literal;
                self.left = count.unsigned_abs();
                self.holds_any = true;
            }
        }
        Ok(())
    }

    /// That the column ends here.
    pub(super) fn finish(&self) -> Result<(), Fault> {
        if !self.is_done() {
            Err(Fault::Long)
        } else if self.run == Run::Null && !self.holds_any {
            Err(Fault::NotShortest)
        } else {
            Ok(())
        }
    }
}

/// A column of differences, each to the last value that was not null.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deltas<'a> {
    runs: Runs<'a, i64>,
    value: i64,
}

impl<'a> Deltas<'a> {
    pub(super) const fn new(column: &'a [u8]) -> Self {
        Self {
            runs: Runs::new(column),
            value: 0,
        }
    }

    /// The next value, or null.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<i64>, Fault> {
        let Some(delta) = self.runs.next()? else {
            return Ok(None);
        };
        self.value = self.value.checked_add(delta).ok_or(Fault::Range)?;
        Ok(Some(self.value))
    }

    /// That the column ends here.
    pub(super) fn finish(&self) -> Result<(), Fault> {
        self.runs.finish()
    }
}

/// A column of booleans: how many are false, how many true, how many false again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flags<'a> {
    rest: Bytes<'a>,
    left: u64,
    value: bool,
    is_first: bool,
}

impl<'a> Flags<'a> {
    pub(super) const fn new(column: &'a [u8]) -> Self {
        Self {
            rest: Bytes::new(column),
            left: 0,
            value: true,
            is_first: true,
        }
    }

    /// The next value.
    #[inline]
    pub(super) fn next(&mut self) -> Result<bool, Fault> {
        while self.left == 0 {
            if self.rest.is_empty() {
                return Err(Fault::Short);
            }
            self.left = self.rest.unsigned().ok_or(Fault::Malformed)?;
            // Only a column that begins with true says how many are none.
            if self.left == 0 && !self.is_first {
                return Err(Fault::NotShortest);
            }
            self.is_first = false;
            self.value = !self.value;
        }
        self.left -= 1;
        Ok(self.value)
    }

    /// That the column ends here.
    pub(super) fn finish(&self) -> Result<(), Fault> {
        if self.left == 0 && self.rest.is_empty() {
            Ok(())
        } else {
            Err(Fault::Long)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::replica::change::encode::{encode_deltas, encode_flags, encode_runs, push_unsigned};

    fn read(column: &[u8], count: usize) -> Result<Vec<Option<u64>>, Fault> {
        let mut runs = Runs::<u64>::new(column);
        let values: Result<Vec<_>, _> = (0..count).map(|_| runs.next()).collect();
        let values = values?;
        runs.finish()?;
        Ok(values)
    }

    #[test]
    fn runs_literals_and_nulls_are_read() {
        let column = [0x02, 7, 0x00, 3, 0x7E, 7, 8];
        let values = [Some(7), Some(7), None, None, None, Some(7), Some(8)];
        assert_eq!(read(&column, 7).unwrap(), values);
        assert_eq!(read(&column, 6), Err(Fault::Long));
        assert_eq!(read(&column, 8), Err(Fault::Short));
        assert_eq!(read(&[], 2).unwrap(), [None, None]);
    }

    #[test]
    fn other_forms_of_the_same_values_are_refused() {
        for (column, count) in [
            (&[0x01, 7][..], 1),
            (&[0x7E, 7, 7], 2),
            (&[0x7F, 7, 0x7F, 8], 2),
            (&[0x02, 7, 0x02, 7], 4),
            (&[0x02, 7, 0x7F, 7], 3),
            (&[0x7F, 7, 0x02, 7], 3),
            (&[0x00, 3], 3),
            (&[0x00, 1, 0x00, 1, 0x7F, 7], 3),
            (&[0x00, 0, 0x7F, 7], 1),
        ] {
            assert_eq!(read(column, count), Err(Fault::NotShortest), "{column:?}");
        }
    }

    #[test]
    fn a_run_of_billions_costs_nothing_and_is_too_long() {
        let column = [0x80, 0x80, 0x80, 0x80, 0x10, 1];
        assert_eq!(read(&column, 3), Err(Fault::Long));
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_the_same(column in prop::collection::vec(0..9u8, 0..24)) {
            let mut runs = Runs::<u64>::new(&column);
            let mut values = Vec::new();
            while !runs.is_done() && values.len() < 1000 {
                let Ok(value) = runs.next() else { return Ok(()) };
                values.push(value);
            }
            if runs.finish().is_ok() {
                prop_assert_eq!(encode_runs(&values, push_unsigned), column);
            }
        }

        #[test]
        fn values_are_read_back(
            values in prop::collection::vec(prop::option::of(0..3u64), 0..30),
            flags in prop::collection::vec(any::<bool>(), 0..30),
        ) {
            let column = encode_runs(&values, push_unsigned);
            prop_assert_eq!(read(&column, values.len()).unwrap(), values.clone());
            let numbers: Vec<Option<i64>> =
                values.iter().map(|value| value.map(u64::cast_signed)).collect();
            let column = encode_deltas(&numbers);
            let mut deltas = Deltas::new(&column);
            for number in numbers {
                prop_assert_eq!(deltas.next().unwrap(), number);
            }
            deltas.finish().unwrap();
            let column = encode_flags(&flags);
            let mut read = Flags::new(&column);
            for flag in flags {
                prop_assert_eq!(read.next().unwrap(), flag);
            }
            read.finish().unwrap();
        }

        #[test]
        fn arbitrary_bytes_never_panic(column: Vec<u8>) {
            let mut runs = Runs::<&str>::new(&column);
            let mut deltas = Deltas::new(&column);
            let mut flags = Flags::new(&column);
            for _ in 0..100 {
                let _ = (runs.next(), deltas.next(), flags.next());
            }
            let _ = (runs.finish(), deltas.finish(), flags.finish());
        }
    }
}
