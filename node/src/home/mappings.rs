//! Mappings kept for next time: what the columns of one office's files mean, one file each.
//!
//! A name is its file's name, so it is held to what every file system takes alike.

use std::fs;
use std::io;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::atomic::{self, Access};
use super::{Home, HomeError, create_private, json_file};

/// Longest name, in characters.
const MAX_NAME_CHARACTERS: usize = 40;

/// Most mappings of one home.
pub(crate) const MAX_MAPPINGS: usize = 1_000;

const SUFFIX: &str = ".json";

/// Whether this can be the name of a mapping: small letters without accents, digits, `-` and `_`,
/// beginning with a letter or digit.
#[must_use]
pub fn is_mapping_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=MAX_NAME_CHARACTERS).contains(&name.len())
        && name.bytes().next().is_some_and(is_plain)
        && name
            .bytes()
            .all(|byte| is_plain(byte) || matches!(byte, b'-' | b'_'))
}

impl Home {
    fn mapping_file(&self, name: &str) -> PathBuf {
        self.file("mappings").join(format!("{name}{SUFFIX}"))
    }

    /// The names of the mappings kept here, in order.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn mapping_names(&self) -> Result<Vec<String>, HomeError> {
        let folder = self.file("mappings");
        let failed = |error| HomeError::file("read", folder.clone(), error);
        let items = match fs::read_dir(&folder) {
            Ok(items) => items,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut names = Vec::new();
        for item in items.take(MAX_MAPPINGS) {
            let name = item.map_err(failed)?.file_name();
            let name = name.to_str().and_then(|name| name.strip_suffix(SUFFIX));
            names.extend(name.filter(|name| is_mapping_name(name)).map(str::to_owned));
        }
        names.sort_unstable();
        Ok(names)
    }

    /// The mapping of this name; `None` where there is none.
    ///
    /// # Errors
    /// The file is damaged, or whatever the file system says.
    pub fn mapping<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, HomeError> {
        if !is_mapping_name(name) {
            return Ok(None);
        }
        json_file::read(&self.mapping_file(name))
    }

    /// Keeps a mapping durably, instead of another of its name.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn keep_mapping<T: Serialize>(&self, name: &str, mapping: &T) -> Result<(), HomeError> {
        let folder = self.file("mappings");
        create_private(&folder)
            .map_err(|error| HomeError::file("create", folder.clone(), error))?;
        let path = self.mapping_file(name);
        json_file::write(&path, mapping, Access::Owner)?;
        atomic::sync_parent(&path).map_err(|error| HomeError::file("write", path, error))
    }

    /// Forgets a mapping; whether there was one.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn forget_mapping(&self, name: &str) -> Result<bool, HomeError> {
        if !is_mapping_name(name) {
            return Ok(false);
        }
        let path = self.mapping_file(name);
        let removed = fs::remove_file(&path).and_then(|()| atomic::sync_parent(&path));
        match removed {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(HomeError::file("remove", path, error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_listed_read_and_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::open(folder.path()).unwrap();
        assert_eq!(home.mapping_names().unwrap(), Vec::<String>::new());
        home.keep_mapping("notaires", &["a"]).unwrap();
        home.keep_mapping("agence-2", &["b"]).unwrap();
        home.keep_mapping("agence-2", &["c"]).unwrap();
        assert_eq!(home.mapping_names().unwrap(), ["agence-2", "notaires"]);
        let read: Option<Vec<String>> = home.mapping("agence-2").unwrap();
        assert_eq!(read.unwrap(), ["c"]);
        assert!(home.forget_mapping("agence-2").unwrap());
        assert!(!home.forget_mapping("agence-2").unwrap());
        assert_eq!(home.mapping::<Vec<String>>("agence-2").unwrap(), None);
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for name in ["", "../lock", "a/b", "a.b", "Ä", "A", "-x", "a b", "con\\x"] {
            assert!(!is_mapping_name(name), "{name}");
        }
        assert!(!is_mapping_name(&"a".repeat(41)));
        assert!(is_mapping_name("notaires_63"));
    }
}
