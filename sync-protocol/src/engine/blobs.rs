//! Blobs, fetched by their hash beside the journals.

use sha2::{Digest, Sha256};

use crate::frame::{ByeReason, Chunk, Frame, MAX_BLOB_BYTES, MAX_CHUNK_BYTES};

use super::{Engine, Output, SessionId};

/// The most blobs that are fetched at once.
const MAX_WANTED: usize = 64;

impl Engine {
    pub(super) fn want_blob(&mut self, hash: [u8; 32]) {
        if self.wanted_blobs.len() < MAX_WANTED {
            self.wanted_blobs.entry(hash).or_default();
        }
        let ready: Vec<SessionId> = self
            .sessions
            .iter()
            .filter(|(_, it)| it.syncing())
            .map(|(id, _)| *id)
            .collect();
        for id in ready {
            self.send(id, &Frame::Want(vec![hash]));
        }
    }

    pub(super) fn ask_for_blobs(&mut self, id: SessionId) {
        let hashes: Vec<[u8; 32]> = self.wanted_blobs.keys().copied().collect();
        if !hashes.is_empty() {
            self.send(id, &Frame::Want(hashes));
        }
    }

    pub(super) fn wanted(&mut self, id: SessionId, hashes: &[[u8; 32]]) {
        for hash in hashes {
            self.outputs.push_back(Output::LoadBlob {
                session: id,
                hash: *hash,
            });
        }
    }

    pub(super) fn send_blob(&mut self, id: SessionId, hash: [u8; 32], bytes: &[u8]) {
        let total = bytes.len() as u64;
        if total > MAX_BLOB_BYTES {
            return;
        }
        let mut offset = 0;
        for piece in bytes.chunks(MAX_CHUNK_BYTES) {
            let chunk = Chunk {
                hash,
                total,
                offset,
                bytes: piece.to_vec(),
            };
            offset += piece.len() as u64;
            self.send(id, &Frame::Blob(chunk));
        }
    }

    pub(super) fn blob_chunk(&mut self, id: SessionId, chunk: Chunk) {
        let Some(gathered) = self.wanted_blobs.get_mut(&chunk.hash) else {
            return;
        };
        // Pieces come in order; those of a second peer, or of a restart, begin at zero again.
        if chunk.offset == 0 {
            gathered.clear();
        }
        if chunk.offset != gathered.len() as u64 {
            return;
        }
        gathered.extend_from_slice(&chunk.bytes);
        if (gathered.len() as u64) < chunk.total {
            return;
        }
        let bytes = std::mem::take(gathered);
        if <[u8; 32]>::from(Sha256::digest(&bytes)) == chunk.hash {
            self.wanted_blobs.remove(&chunk.hash);
            self.outputs.push_back(Output::Blob {
                hash: chunk.hash,
                bytes,
            });
        } else {
            self.close(
                id,
                ByeReason::Misbehaved,
                "a blob that hashes otherwise".into(),
            );
        }
    }
}
