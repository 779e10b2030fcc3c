//! Blobs, fetched by their hash beside the journals.
//!
//! Both ways one at a time: what a peer can make this node hold, load or queue has its bound, and
//! whoever holds a blob is not asked for it while another peer sends it.

use std::collections::{BTreeSet, VecDeque};

use sha2::{Digest, Sha256};

use crate::frame::{ByeReason, Chunk, Frame, MAX_BLOB_BYTES, MAX_CHUNK_BYTES};
use crate::time::{Duration, Timestamp};

use super::{Engine, Event, Output, SessionId};

/// The most blobs that wait to be fetched.
const MAX_WANTED: usize = 1_024;
/// The most blobs that wait to be sent to one peer.
const MAX_ASKED: usize = 64;
/// How many blobs one peer is asked for at once, so that small ones do not cost a round trip each.
const ASKED_AT_ONCE: usize = 32;
/// How often one peer is asked for one blob.
const MAX_ATTEMPTS: u8 = 3;
/// After how long a peer that did not hold a blob is asked for it again, at first: the entry that
/// names a blob travels faster than the blob, so a relay mostly holds it a moment later.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// How often that time is doubled at most: to about a quarter of an hour.
const MAX_DOUBLINGS: u8 = 10;
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
    /// What the same peer was asked for at the same time, and sends afterwards.
    ahead: VecDeque<[u8; 32]>,
}

/// What was asked of one peer for one blob.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked {
    /// How often, without an answer.
    attempts: u8,
    /// How often the answer was that it is not held there.
    lacked: u8,
    /// Not to be asked again before then.
    again_at: Timestamp,
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

    /// All blobs that are wanted here, or as many as are fetched at a time: what was wanted besides
    /// is not any more.
    pub(super) fn want_blobs(&mut self, hashes: Vec<[u8; 32]>) {
        self.fetching.wanted = hashes.into_iter().take(MAX_WANTED).collect();
        let wanted = &self.fetching.wanted;
        for session in self.sessions.values_mut() {
            session.asked_blobs.retain(|hash, _| wanted.contains(hash));
        }
        self.fetch_next_blob();
    }

    /// Whether a blob is on its way here, or could be asked for now.
    #[must_use]
    pub fn fetches_blobs(&self) -> bool {
        self.fetching.current.is_some() || self.next_blob().is_some()
    }

    /// When the peer that sends a blob has had its time, or one may be asked again.
    pub(super) fn blob_deadline(&self) -> Option<Timestamp> {
        match &self.fetching.current {
            Some(current) => Some(current.heard_at + PATIENCE),
            None if self.fetching.wanted.is_empty() => None,
            None => self.next_asking(),
        }
    }

    /// When a peer that lacked a blob may be asked for it again.
    fn next_asking(&self) -> Option<Timestamp> {
        let ready = self.sessions.values().filter(|session| session.ready());
        let asked = ready.flat_map(|session| &session.asked_blobs);
        let again = asked.filter(|(hash, asked)| {
            asked.attempts < MAX_ATTEMPTS && self.fetching.wanted.contains(*hash)
        });
        let later = again.map(|(_, asked)| asked.again_at);
        later.filter(|at| *at > self.now).min()
    }

    /// Turns to another peer where the one that was asked is gone or silent.
    pub(super) fn review_fetching(&mut self) {
        let Some(current) = &self.fetching.current else {
            return self.fetch_next_blob();
        };
        let there = self
            .sessions
            .get(&current.from)
            .is_some_and(super::Session::syncing);
        if there && self.now < current.heard_at + PATIENCE {
            return;
        }
        // What was to come behind it was not refused.
        if let Some(current) = self.fetching.current.take()
            && let Some(session) = self.sessions.get_mut(&current.from)
        {
            for hash in &current.ahead {
                session.asked_blobs.remove(hash);
            }
        }
        self.fetch_next_blob();
    }

    /// Turns to what the same peer sends next, or asks for more.
    fn go_on_fetching(&mut self, done: Option<Current>) {
        if let Some(Current {
            from, mut ahead, ..
        }) = done
        {
            while let Some(hash) = ahead.pop_front() {
                if self.fetching.wanted.contains(&hash) {
                    self.fetching.current = Some(Current {
                        hash,
                        from,
                        bytes: Vec::new(),
                        heard_at: self.now,
                        ahead,
                    });
                    return self.wake_by(self.now + PATIENCE);
                }
            }
        }
        self.fetch_next_blob();
    }

    /// Asks one peer for some blobs, unless some are on their way.
    pub(super) fn fetch_next_blob(&mut self) {
        if self.fetching.current.is_some() {
            return;
        }
        let Some((hash, from)) = self.next_blob() else {
            if let Some(at) = self.next_asking() {
                self.wake_by(at);
            }
            return;
        };
        let now = self.now;
        let Some(session) = self.sessions.get_mut(&from) else {
            return;
        };
        let others = self.fetching.wanted.iter().filter(|it| **it != hash);
        let others = others.filter(|it| session.may_be_asked(it, now).is_some());
        let ahead: VecDeque<[u8; 32]> = others.take(ASKED_AT_ONCE - 1).copied().collect();
        let hashes: Vec<[u8; 32]> = [hash].into_iter().chain(ahead.iter().copied()).collect();
        for hash in &hashes {
            let asked = session.asked_blobs.entry(*hash).or_default();
            asked.attempts = asked.attempts.saturating_add(1);
        }
        self.fetching.current = Some(Current {
            hash,
            from,
            bytes: Vec::new(),
            heard_at: now,
            ahead,
        });
        self.wake_by(now + PATIENCE);
        self.send(from, &Frame::Want(hashes));
    }

    /// The first wanted blob that some peer may be asked for now, and the peer asked least for it.
    fn next_blob(&self) -> Option<([u8; 32], SessionId)> {
        // A peer that has not stated its frontier may not trust us yet.
        let ready = || self.sessions.iter().filter(|(_, session)| session.ready());
        ready().next()?;
        self.fetching.wanted.iter().find_map(|hash| {
            ready()
                .filter_map(|(id, session)| Some((session.may_be_asked(hash, self.now)?, *id)))
                .min()
                .map(|(_, id)| (*hash, id))
        })
    }

    pub(super) fn blob_chunk(&mut self, id: SessionId, chunk: &Chunk) {
        let now = self.now;
        let current = self.fetching.current.as_mut();
        let Some(current) = current.filter(|it| it.from == id && it.hash == chunk.hash) else {
            return;
        };
        let held = current.bytes.len() as u64;
        if chunk.total == 0 && held == 0 && !is(&chunk.hash, &[]) {
            let done = self.fetching.current.take();
            if let Some(session) = self.sessions.get_mut(&id) {
                let asked = session.asked_blobs.entry(chunk.hash).or_default();
                let doublings = asked.lacked.min(MAX_DOUBLINGS);
                let wait = FIRST_WAIT.saturating_mul(1 << doublings);
                *asked = Asked {
                    attempts: 0,
                    lacked: asked.lacked.saturating_add(1),
                    again_at: now + wait,
                };
            }
            return self.go_on_fetching(done);
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
        let done = self.fetching.current.take();
        if is(&chunk.hash, &bytes) {
            self.fetching.wanted.remove(&chunk.hash);
            for session in self.sessions.values_mut() {
                session.asked_blobs.remove(&chunk.hash);
            }
            self.outputs.push_back(Output::Blob {
                hash: chunk.hash,
                bytes,
            });
        } else {
            let detail = "a blob that hashes otherwise".into();
            self.close(id, ByeReason::Misbehaved, detail);
            return self.fetch_next_blob();
        }
        self.go_on_fetching(done);
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
        let whole = held && end >= total && !bytes.is_empty();
        if !held || end >= total {
            serving.asked.pop_front();
            serving.offset = 0;
        } else {
            serving.offset = end;
        }
        let peer = session.peer;
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
        if whole {
            self.event(Event::BlobGiven { peer, hash });
        }
        self.serve_blobs(id);
    }
}

impl super::Session {
    /// How often the peer was asked for a blob and how often it lacked it, if it may be asked now.
    fn may_be_asked(&self, hash: &[u8; 32], now: Timestamp) -> Option<(u8, u8)> {
        let asked = self.asked_blobs.get(hash).copied().unwrap_or_default();
        let may_be = asked.attempts < MAX_ATTEMPTS && asked.again_at <= now;
        may_be.then_some((asked.attempts, asked.lacked))
    }
}

fn is(hash: &[u8; 32], bytes: &[u8]) -> bool {
    <[u8; 32]>::from(Sha256::digest(bytes)) == *hash
}
