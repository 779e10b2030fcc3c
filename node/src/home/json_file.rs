//! Reading and writing a home's small JSON files, and identities in them as hexadecimal.

use std::fs;
use std::io;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::HomeError;
use super::atomic::{self, Access};

/// The most bytes such a file may have.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;

pub(crate) fn read_bytes(path: &Path) -> Result<Option<Vec<u8>>, HomeError> {
    match fs::metadata(path) {
        Ok(facts) if facts.len() > MAX_FILE_BYTES => {
            let detail = format!("it has {} bytes", facts.len());
            return Err(HomeError::Malformed {
                path: path.to_owned(),
                detail,
            });
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        _ => {}
    }
    fs::read(path)
        .map(Some)
        .map_err(|error| HomeError::file("read", path, error))
}

pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, HomeError> {
    let Some(bytes) = read_bytes(path)? else {
        return Ok(None);
    };
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|error| HomeError::Malformed {
            path: path.to_owned(),
            detail: error.to_string(),
        })
}

pub(crate) fn write<T: Serialize>(path: &Path, value: &T, access: Access) -> Result<(), HomeError> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("plain fields always serialise");
    bytes.push(b'\n');
    atomic::write(path, &bytes, access).map_err(|error| HomeError::file("write", path, error))
}

/// An identity as its hexadecimal text, for `#[serde(with = …)]`.
pub(crate) mod hex_id {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<T: Display, S: Serializer>(
        id: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(id)
    }

    pub(crate) fn deserialize<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
