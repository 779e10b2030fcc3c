//! How many operations a change holds, told from its bytes before anything unfolds them.
//!
//! Columns are run-length encoded: a hundred bytes can state billions of operations, and Automerge
//! unfolds what they state. Here runs are only added up.
//! Source: <https://automerge.org/automerge-binary-format-spec/#_change_chunks>.

use super::chunk::leb128;

/// The most values one column of a change may state.
pub(crate) const MAX_VALUES: u64 = 300_000;

/// The types of columns that change how their values are counted.
const RAW_VALUE: u64 = 7;
const BOOLEAN: u64 = 4;
const STRING: u64 = 5;
const COMPRESSED: u64 = 8;

/// Whether no column of a change states more than [`MAX_VALUES`] values, and none is compressed.
///
/// `body` is a change chunk behind its header: dependencies, actor, and so on.
pub(crate) fn within_bounds(body: &[u8]) -> bool {
    columns_within_bounds(body) == Some(true)
}

fn columns_within_bounds(body: &[u8]) -> Option<bool> {
    let (dependencies, rest) = leb128(body)?;
    let rest = rest.get(usize::try_from(dependencies).ok()?.checked_mul(32)?..)?;
    let rest = skip_bytes(rest)?; // actor
    let (_seq, rest) = leb128(rest)?;
    let (_start_op, rest) = leb128(rest)?;
    let rest = skip_leb128(rest)?; // time, signed
    let rest = skip_bytes(rest)?; // message
    let (others, mut rest) = leb128(rest)?;
    if others > 4_096 {
        return Some(false);
    }
    for _ in 0..others {
        rest = skip_bytes(rest)?;
    }
    let (count, mut rest) = leb128(rest)?;
    if count > 64 {
        return Some(false);
    }
    let mut columns = Vec::new();
    for _ in 0..count {
        let (specification, after) = leb128(rest)?;
        let (length, after) = leb128(after)?;
        columns.push((specification, usize::try_from(length).ok()?));
        rest = after;
    }
    for (specification, length) in columns {
        let (column, after) = rest.split_at_checked(length)?;
        rest = after;
        if specification & COMPRESSED != 0 {
            return Some(false);
        }
        let values = match specification & 7 {
            RAW_VALUE => 0,
            BOOLEAN => sum_of_booleans(column)?,
            STRING => sum_of_runs(column, skip_bytes)?,
            _ => sum_of_runs(column, skip_leb128)?,
        };
        if values > MAX_VALUES {
            return Some(false);
        }
    }
    Some(true)
}

/// Adds up runs: `n > 0` repeats one value, `n < 0` lists values, `0` repeats nothing.
fn sum_of_runs(mut column: &[u8], skip: fn(&[u8]) -> Option<&[u8]>) -> Option<u64> {
    let mut sum = 0u64;
    while !column.is_empty() {
        let (run, after) = signed_leb128(column)?;
        column = after;
        match run {
            0 => {
                let (nulls, after) = leb128(column)?;
                sum = sum.checked_add(nulls)?;
                column = after;
            }
            1.. => {
                sum = sum.checked_add(run.unsigned_abs())?;
                column = skip(column)?;
            }
            _ => {
                for _ in 0..run.unsigned_abs() {
                    column = skip(column)?;
                    sum += 1;
                }
            }
        }
    }
    Some(sum)
}

fn sum_of_booleans(mut column: &[u8]) -> Option<u64> {
    let mut sum = 0u64;
    while !column.is_empty() {
        let (run, after) = leb128(column)?;
        sum = sum.checked_add(run)?;
        column = after;
    }
    Some(sum)
}

fn skip_leb128(bytes: &[u8]) -> Option<&[u8]> {
    let end = bytes.iter().take(10).position(|byte| byte & 0x80 == 0)?;
    bytes.get(end + 1..)
}

fn skip_bytes(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = leb128(bytes)?;
    rest.get(usize::try_from(length).ok()?..)
}

fn signed_leb128(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let mut value = 0i64;
    for (place, byte) in bytes.iter().enumerate().take(10) {
        let shift = 7 * place;
        if shift < 64 {
            value |= i64::from(byte & 0x7F) << shift;
        }
        if byte & 0x80 == 0 {
            if byte & 0x40 != 0 && shift + 7 < 64 {
                value |= -1 << (shift + 7);
            }
            return Some((value, bytes.get(place + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A change without dependencies, with one column.
    fn change(specification: u8, column: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0, 1, 9, 1, 1, 0, 0, 0, 1, specification, column.len() as u8];
        bytes.extend_from_slice(column);
        bytes
    }

    #[test]
    fn a_run_that_states_billions_is_out_of_bounds() {
        let billions = [0x80, 0x80, 0x80, 0x80, 0x10, 1];
        assert!(!within_bounds(&change(0x42, &billions)));
        assert!(!within_bounds(&change(0x34, &billions[..5])));
        assert!(within_bounds(&change(0x42, &[5, 1])));
        assert!(within_bounds(&change(0x42, &[0x7D, 1, 2, 3])));
    }

    #[test]
    fn a_compressed_column_is_out_of_bounds() {
        assert!(!within_bounds(&change(0x4A, &[5, 1])));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let _ = within_bounds(&bytes);
        }
    }
}
