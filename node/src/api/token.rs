//! The bearer token of a running node, in a file that its owner alone reads.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use crate::home::atomic::{self, Access};

/// The token's random bytes.
const TOKEN_BYTES: usize = 32;

/// What is read of a token file at most.
const MAX_FILE_BYTES: u64 = 1024;

/// Makes a new token, puts it in the file at `path` and returns it: each run has its own, so that
/// one that leaked is worth nothing after a restart.
///
/// # Errors
/// Whatever the file system says, or the system's source of randomness.
pub fn renew(path: &Path) -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new([0; TOKEN_BYTES]);
    getrandom::fill(bytes.as_mut()).map_err(io::Error::other)?;
    let token = Zeroizing::new(HEXLOWER.encode(bytes.as_ref()));
    atomic::write(path, token.as_bytes(), Access::Owner)?;
    Ok(token)
}

/// The token in the file at `path`.
///
/// # Errors
/// Whatever the file system says.
pub fn read(path: &Path) -> io::Result<Zeroizing<String>> {
    let mut token = Zeroizing::new(String::new());
    File::open(path)?
        .take(MAX_FILE_BYTES)
        .read_to_string(&mut token)?;
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_written_and_new_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("api.token");
        let first = renew(&path).unwrap();
        assert_eq!(read(&path).unwrap(), first);
        assert_eq!(first.len(), 2 * TOKEN_BYTES);
        assert_ne!(renew(&path).unwrap(), first);
        assert!(crate::home::keys::is_private(&path).unwrap());
    }
}
