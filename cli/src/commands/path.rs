//! Paths that people give, as a node that runs elsewhere understands them.

use std::path::{Path, PathBuf};

use capactif_node::api::{ApiError, ExitKind};
use capactif_node::error::is_out_of_files;

/// The path from the root: the node that reads it may run in another directory.
pub(crate) fn absolute(path: &str) -> Result<String, ApiError> {
    let path = std::path::absolute(Path::new(path)).map_err(|error| unreadable(path, &error))?;
    Ok(path.to_string_lossy().into_owned())
}

/// The whole file, if it is no larger than `limit_bytes`.
pub(crate) fn read_bounded(path: &str, limit_bytes: u64) -> Result<Option<Vec<u8>>, ApiError> {
    let metadata = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if metadata.len() > limit_bytes {
        return Ok(None);
    }
    std::fs::read(path)
        .map(Some)
        .map_err(|error| unreadable(path, &error))
}

/// Writes a file that a person asked for, never over another one.
pub(crate) fn write_new(path: &str, bytes: &[u8]) -> Result<(), ApiError> {
    use std::io::Write;
    let write = || {
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(|error: std::io::Error| {
        let code = match error.kind() {
            std::io::ErrorKind::AlreadyExists => "file_exists",
            _ if is_out_of_files(&error) => "file_too_many_open",
            _ => "file_unwritable",
        };
        ApiError::new(code, ExitKind::Failed, format!("{path}: {error}"))
            .with("path", path)
            .with("reason", error)
    })
}

/// The file's name without its directories.
pub(crate) fn file_name(path: &str) -> String {
    let name = PathBuf::from(path);
    name.file_name().map_or_else(
        || path.to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn unreadable(path: &str, error: &std::io::Error) -> ApiError {
    let (code, exit) = match error.kind() {
        std::io::ErrorKind::NotFound => ("file_not_found", ExitKind::NotFound),
        _ if is_out_of_files(error) => ("file_too_many_open", ExitKind::Failed),
        _ => ("file_unreadable", ExitKind::Failed),
    };
    ApiError::new(code, exit, format!("{path}: {error}"))
        .with("path", path)
        .with("reason", error)
}

#[cfg(test)]
mod tests {
    use std::io::Error;

    use super::*;

    #[test]
    fn a_process_out_of_file_handles_says_so() {
        let out = Error::from_raw_os_error(if cfg!(windows) { 4 } else { 24 });
        assert_eq!(unreadable("rows.csv", &out).code, "file_too_many_open");
        let gone = Error::from(std::io::ErrorKind::NotFound);
        assert_eq!(unreadable("rows.csv", &gone).code, "file_not_found");
    }
}
