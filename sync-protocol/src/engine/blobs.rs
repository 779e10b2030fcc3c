//! Blobs, fetched by their hash beside the journals.
//!
//! Both ways one at a time: what a peer can make this node hold, load or queue has its bound, and
//! whoever holds a blob is not asked for it while another peer sends it.

use std::collections::{BTreeSet, VecDeque};

use sha2::{Digest, Sha256};

use crate::frame::{ByeReason, Chunk, Frame, MAX_BLOB_BYTES, MAX_CHUNK_BYTES};
use crate::time::{Duration, Timestamp};

use super::{Engine, Output, SessionId};

/// The most blobs that wait to be fetched.
const MAX_WANTED: usize = 1_024;
/// The most blobs that wait to be sent to one peer.
const MAX_ASKED: usize = 64;
/// How often one peer is asked for one blob.
const MAX_ATTEMPTS: u8 = 3;
/// How long a peer may take between pieces: other frames may be on their way before them.
const PATIENCE: Duration = Duration::from_secs(120);
/// About how many bytes are loaded at a time.
const LOAD_BYTES: usize = 512 * 1024;

/// What this node fetches.
#[derive(Debug, Default)]
pub(super) struct Fetching {
    wanted: BTreeSet<[u8; 32]>,
    current: Option<Current>,
}

/// The blob that is being fetched.
#[derive(Debug)]
struct Current {
    hash: [u8; 32],
    from: SessionId,
    bytes: Vec<u8>,
    heard_at: Timestamp,
}

/// What one peer fetches here.
#[derive(Debug, Default)]
pub(super) struct Serving {
    asked: VecDeque<[u8; 32]>,
    /// Up to where the first of them was sent.
    offset: u64,
    loading: bool,
}

impl Engine {
    pub(super) fn want_blob(&mut self, hash: [u8; 32]) {
        if self.fetching.wanted.len() < MAX_WANTED {
            self.fetching.wanted.insert(hash);
        }
        self.fetch_next_blob();
    }

    /// When the peer that sends a blob has had its time.
    pub(super) fn blob_deadline(&self) -> Option<Timestamp> {
        let current = self.fetching.current.as_ref()?;
        Some(current.heard_at + PATIENCE)
    }

    /// Turns to another peer where the one that was asked is gone or silent.
    pub(super) fn review_fetching(&mut self) {
        let Some(current) = &self.fetching.current else {
            return;
        };
        let there = self
            .sessions
            .get(&current.from)
            .is_some_and(super::Session::syncing);
        if !there || self.now >= current.heard_at + PATIENCE {
            self.fetching.current = None;
            self.fetch_next_blob();
        }
    }

    /// Asks one peer for one blob, unless one is on its way.
    pub(super) fn fetch_next_blob(&mut self) {
        if self.fetching.current.is_some() {
            return;
        }
        let next = self.fetching.wanted.iter().find_map(|hash| {
            let attempts = |session: &super::Session| {
                let attempts = session.asked_blobs.get(hash).copied().unwrap_or(0);
                // A peer that has not stated its frontier may not trust us yet.
                (session.ready() && attempts < MAX_ATTEMPTS).then_some(attempts)
            };
            self.sessions
                .iter()
                .filter_map(|(id, session)| Some((attempts(session)?, *id)))
                .min()
                .map(|(_, id)| (*hash, id))
        });
        let Some((hash, from)) = next else { return };
        let Some(session) = self.sessions.get_mut(&from) else {
            return;
        };
        let attempts = session.asked_blobs.entry(hash).or_default();
        *attempts = attempts.saturating_add(1);
        self.fetching.current = Some(Current {
            hash,
            from,
            bytes: Vec::new(),
            heard_at: self.now,
        });
        self.wake_by(self.now + PATIENCE);
        self.send(from, &Frame::Want(vec![hash]));
    }

    pub(super) fn blob_chunk(&mut self, id: SessionId, chunk: &Chunk) {
        let now = self.now;
        let current = self.fetching.current.as_mut();
        let Some(current) = current.filter(|it| it.from == id && it.hash == chunk.hash) else {
            return;
        };
        let held = current.bytes.len() as u64;
        if chunk.total == 0 && held == 0 && !is(&chunk.hash, &[]) {
            // The peer does not have it; it would not have it a minute later.
            self.fetching.current = None;
            if let Some(session) = self.sessions.get_mut(&id) {
                session.asked_blobs.insert(chunk.hash, MAX_ATTEMPTS);
            }
            return self.fetch_next_blob();
        }
        if chunk.offset != held {
            return;
        }
        current.heard_at = now;
        current.bytes.extend_from_slice(&chunk.bytes);
        if (current.bytes.len() as u64) < chunk.total && !chunk.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut current.bytes);
        self.fetching.current = None;
        if is(&chunk.hash, &bytes) {
            self.fetching.wanted.remove(&chunk.hash);
            self.outputs.push_back(Output::Blob {
                hash: chunk.hash,
                bytes,
            });
        } else {
            let detail = "a blob that hashes otherwise".into();
            self.close(id, ByeReason::Misbehaved, detail);
        }
        self.fetch_next_blob();
    }

    pub(super) fn wanted(&mut self, id: SessionId, hashes: &[[u8; 32]]) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let asked = &mut session.serving.asked;
        for hash in hashes {
            if asked.len() < MAX_ASKED && !asked.contains(hash) {
                asked.push_back(*hash);
            }
        }
        self.serve_blobs(id);
    }

    /// Loads the next piece of what a peer asked for, as far as there is room.
    pub(super) fn serve_blobs(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let room = session.syncing() && session.has_room();
        let serving = &mut session.serving;
        if serving.loading || !room {
            return;
        }
        let Some(hash) = serving.asked.front().copied() else {
            return;
        };
        serving.loading = true;
        self.outputs.push_back(Output::LoadBlob {
            session: id,
            hash,
            offset: serving.offset,
            max_bytes: LOAD_BYTES,
        });
    }

    pub(super) fn blob_loaded(&mut self, id: SessionId, hash: [u8; 32], total: u64, bytes: &[u8]) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let serving = &mut session.serving;
        serving.loading = false;
        if serving.asked.front() != Some(&hash) {
            return;
        }
        let mut offset = serving.offset;
        let end = offset.saturating_add(bytes.len() as u64);
        let held = total <= MAX_BLOB_BYTES && end <= total && (!bytes.is_empty() || offset == 0);
        if !held || end >= total {
            serving.asked.pop_front();
            serving.offset = 0;
        } else {
            serving.offset = end;
        }
        if !held || bytes.is_empty() {
            let chunk = Chunk {
                hash,
                total: 0,
                offset: 0,
                bytes: Vec::new(),
            };
            self.send(id, &Frame::Blob(chunk));
        } else {
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
        self.serve_blobs(id);
    }
}

fn is(hash: &[u8; 32], bytes: &[u8]) -> bool {
    <[u8; 32]>::from(Sha256::digest(bytes)) == *hash
}
