//! How much of a file is read before it is refused.

/// Bounds on what one imported file may make us hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes at the head of a text file that encoding and delimiter are judged by.
    pub sample_bytes: usize,
    /// Bytes of one cell.
    pub field_bytes: usize,
    /// Bytes of one row.
    pub record_bytes: usize,
    /// Bytes thrown away in search of the end of an overlong line before the rest is given up.
    pub skip_bytes: usize,
    /// Columns of one row.
    pub columns: usize,
    /// Rows of one file.
    pub rows: u64,
    /// Bytes of a workbook as it lies on the disk.
    pub workbook_bytes: usize,
    /// Bytes of a workbook once unpacked, all parts together.
    pub unpacked_bytes: u64,
    /// Row errors kept in full; the rest is only counted.
    pub errors_kept: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sample_bytes: 1 << 20,
            field_bytes: 1 << 20,
            record_bytes: 4 << 20,
            skip_bytes: 8 << 20,
            columns: 500,
            rows: 1_000_000,
            workbook_bytes: 32 << 20,
            unpacked_bytes: 128 << 20,
            errors_kept: 1_000,
        }
    }
}
