//! What earlier versions wrote, kept to be read from now on: `tests/fixtures/v2` and its like.
//!
//! A folder is named for the protocol version that wrote it, is made once (`cargo run -p
//! capactif-tests --bin fixtures`), and never again under that name: `MANIFEST` has the SHA-256 of each
//! file, and `tests/tests/upgrade.rs` has that of the manifest. Homes are zip files, because the mode of
//! keys and the holes in a store's files do not survive version control.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

pub mod make;
pub mod session;

/// The name of the list of files.
pub const MANIFEST: &str = "MANIFEST";

/// The folder of what protocol `version` wrote.
#[must_use]
pub fn folder(version: u16) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/v{version}"))
}

fn hash(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The manifest that fits the files of a folder: hash, two spaces, name, in the order of names.
///
/// # Errors
/// Whatever the file system says.
pub fn manifest(folder: &Path) -> io::Result<String> {
    let mut lines = BTreeMap::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name != MANIFEST {
            lines.insert(name.to_string(), hash(&fs::read(&path)?));
        }
    }
    let lines = lines.iter().map(|(name, hash)| format!("{hash}  {name}\n"));
    Ok(lines.collect())
}

/// The hash of a folder's manifest as it is kept.
///
/// # Errors
/// Whatever the file system says.
pub fn manifest_hash(folder: &Path) -> io::Result<String> {
    Ok(hash(&fs::read(folder.join(MANIFEST))?))
}

/// Of a home, what is not made anew at each start.
const KEPT: [&str; 7] = [
    "config.json",
    "credentials.json",
    "invitations.json",
    "keys",
    "network.json",
    "outbox",
    "store",
];

/// Packs what a home keeps, its sidecar included.
///
/// # Errors
/// Whatever the file system says.
pub fn pack(home: &Path, archive: &Path) -> io::Result<()> {
    let mut writer = ZipWriter::new(File::create(archive)?);
    let mut names: Vec<PathBuf> = KEPT.iter().map(PathBuf::from).collect();
    names.push("store.json".into());
    while let Some(name) = names.pop() {
        let path = home.join(&name);
        if path.is_dir() {
            for file in fs::read_dir(&path)? {
                names.push(name.join(file?.file_name()));
            }
        } else if path.is_file() {
            let name = name.to_string_lossy().replace('\\', "/");
            writer.start_file(name, SimpleFileOptions::default())?;
            writer.write_all(&fs::read(&path)?)?;
        }
    }
    writer.finish()?;
    Ok(())
}

/// Unpacks a home into a folder, for its owner alone.
///
/// # Errors
/// Whatever the file system says.
pub fn unpack(archive: &Path, home: &Path) -> io::Result<()> {
    let mut archive = ZipArchive::new(File::open(archive)?)?;
    for place in 0..archive.len() {
        let mut file = archive.by_index(place)?;
        let name = file.enclosed_name().ok_or(io::ErrorKind::InvalidData)?;
        let path = home.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        fs::write(&path, bytes)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}
