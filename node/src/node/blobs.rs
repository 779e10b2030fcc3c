//! Blobs as the node's other work meets them: in backups, and (by `sync`) between nodes.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use sync_protocol::frame::MAX_BLOB_BYTES;
use sync_protocol::id::BlobHash;
use zip::write::SimpleFileOptions;

use crate::api::ApiError;
use crate::blobs::BlobError;

use super::errors::of_file;
use super::member::Member;

/// Where a backup keeps them.
const FOLDER: &str = "blobs/";

impl Member {
    /// Writes every blob into a backup. A damaged one is left out, and people hear of it.
    pub(super) fn back_up_blobs(
        &self,
        archive: &mut zip::ZipWriter<impl Write + std::io::Seek>,
        path: &Path,
    ) -> Result<(), ApiError> {
        // Sealed parts and photographs do not compress.
        let stored =
            SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (hash, _) in self.blobs.all() {
            let bytes = match self.blobs.read(&hash) {
                Ok(bytes) => bytes,
                Err(error @ BlobError::File(_)) => return Err(error.into()),
                Err(error) => {
                    tracing::error!(%error, "a blob is not in the backup");
                    self.alarm(error.into());
                    continue;
                }
            };
            archive
                .start_file(format!("{FOLDER}{hash}"), stored)
                .map_err(|error| of_file(path, &error.into()))?;
            archive
                .write_all(&bytes)
                .map_err(|error| of_file(path, &error))?;
        }
        Ok(())
    }

    /// Takes the blobs of a backup, as far as they are what they are named by.
    pub(super) fn restore_blobs(
        &self,
        archive: &mut zip::ZipArchive<File>,
        path: &Path,
    ) -> Result<(), ApiError> {
        for at in 0..archive.len() {
            let part = archive
                .by_index(at)
                .map_err(|error| of_file(path, &error.into()))?;
            let name = part.name().map_err(|error| of_file(path, &error.into()))?;
            let hash = name.strip_prefix(FOLDER).map(str::parse::<BlobHash>);
            let Some(Ok(hash)) = hash else { continue };
            let mut bytes = Vec::new();
            part.take(MAX_BLOB_BYTES + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| of_file(path, &error))?;
            match self.blobs.take(&hash, &bytes) {
                Ok(()) => {}
                Err(error @ BlobError::File(_)) => return Err(error.into()),
                // A partner that holds it is asked for it.
                Err(error) => tracing::warn!(%error, "a blob of the backup was not taken"),
            }
        }
        Ok(())
    }
}
