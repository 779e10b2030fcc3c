//! Bundles: what a session would have sent, in a file.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::authority::SignedEntry;
use sync_protocol::bundle::{Decoder, Encoder, Item};
use sync_protocol::charter::{Certificate, Charter};
use sync_protocol::frame::{Chunk, MAX_CHUNK_BYTES};
use sync_protocol::id::{BlobHash, NodeId};
use sync_protocol::run::{self, Preamble, RunError, VerifiedRun, recompose};

use crate::api::{ApiError, ExitKind};
use crate::blobs::BlobError;
use crate::home::atomic::sync_parent;

use super::errors::{of_file, partial_beside, read};
use super::member::Member;
use super::{Outcome, Progress};

/// Bytes of a journal read at a time.
const STEP_BYTES: usize = 1024 * 1024;
/// Bytes of a file read at a time.
const PIECE_BYTES: usize = 256 * 1024;
/// Runs stored in one commit.
const RUNS_A_COMMIT: usize = 32;

#[derive(Deserialize)]
struct Output {
    path: String,
    #[serde(rename = "for")]
    recipient: Option<String>,
}

#[derive(Deserialize)]
struct Input {
    path: String,
}

/// What a bundle held.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) runs: u64,
    pub(super) entries: u64,
    pub(super) authors: BTreeSet<NodeId>,
    blobs: u64,
    held_already: u64,
    waiting: u64,
}

/// Blobs put together from the pieces of a bundle, as far as they are wanted.
#[derive(Default)]
struct Blobs {
    wanted: BTreeSet<BlobHash>,
    hash: BlobHash,
    bytes: Vec<u8>,
}

impl Blobs {
    /// Takes a piece; returns the blob that it completes.
    fn whole(&mut self, chunk: Chunk) -> Option<(BlobHash, Vec<u8>)> {
        let hash = BlobHash(chunk.hash);
        if chunk.offset == 0 {
            self.hash = hash;
            self.bytes.clear();
        }
        let goes_on = self.hash == hash && chunk.offset == self.bytes.len() as u64;
        if !goes_on || !self.wanted.contains(&hash) {
            return None;
        }
        self.bytes.extend_from_slice(&chunk.bytes);
        (self.bytes.len() as u64 == chunk.total).then(|| (hash, std::mem::take(&mut self.bytes)))
    }
}

impl Member {
    /// `bundle.write`: everything, or what a node lacked when it was last heard of.
    pub(super) fn write_bundle(&self, input: Value, progress: Progress<'_>) -> Outcome {
        let Output { path, recipient } = read(input)?;
        let peer = recipient
            .as_deref()
            .map(|text| self.find_peer(text))
            .transpose()?;
        let path = Path::new(&path);
        // Written beside and renamed, so that a full stick leaves no half file of that name.
        let partial = partial_beside(path)?;
        let file = File::create(&partial).map_err(|error| of_file(&partial, &error))?;
        let mut out = BufWriter::new(file);
        let blobs = self.blobs_for(peer.as_ref());
        let written = blobs.and_then(|blobs| {
            let counts = self.write_bundle_to(&mut out, peer.as_ref(), &blobs, progress)?;
            Ok((counts, blobs.len()))
        });
        let finished = written.and_then(|counts| {
            let file = out
                .into_inner()
                .map_err(|error| of_file(&partial, error.error()))?;
            file.sync_all().map_err(|error| of_file(&partial, &error))?;
            std::fs::rename(&partial, path).map_err(|error| of_file(path, &error))?;
            let _ = sync_parent(path);
            Ok(counts)
        });
        let ((runs, entries), blobs) = finished.inspect_err(|_| {
            let _ = std::fs::remove_file(&partial);
        })?;
        let bytes = std::fs::metadata(path).map_or(0, |facts| facts.len());
        Ok(json!({
            "path": path.display().to_string(),
            "runs": runs,
            "entries": entries,
            "blobs": blobs,
            "bytes": bytes,
            "for": peer.map(|node| node.to_string()),
        }))
    }

    pub(super) fn write_bundle_to(
        &self,
        out: &mut impl Write,
        peer: Option<&NodeId>,
        blobs: &[BlobHash],
        progress: Progress<'_>,
    ) -> Result<(u64, u64), ApiError> {
        let failed = |error: std::io::Error| of_file(Path::new("bundle"), &error);
        let (mut encoder, first) = Encoder::start(self.network);
        out.write_all(&first).map_err(failed)?;
        for entry in self.journals.authority()? {
            out.write_all(&encoder.item(&Item::Authority(Box::new(entry))))
                .map_err(failed)?;
        }
        let known = peer
            .map(|peer| self.last_known_of(peer))
            .unwrap_or_default();
        let total = self.journals.frontier().entries();
        let (mut runs, mut entries) = (0u64, 0u64);
        for (author, tip) in self.journals.tips() {
            let mut after = known.get(&author).copied().unwrap_or(0).min(tip.seq);
            while after < tip.seq {
                let stored = self.journals.runs_after(&author, after, STEP_BYTES)?;
                let wires = recompose(self.network, after, &stored).map_err(|error| {
                    ApiError::new("stored_run_unreadable", ExitKind::Failed, error.to_string())
                        .with("reason", error)
                })?;
                let before = after;
                for wire in wires {
                    if let Ok(preamble) = Preamble::decode(&wire) {
                        after = preamble.last_seq();
                        entries += u64::from(preamble.count);
                    }
                    runs += 1;
                    out.write_all(&encoder.item(&Item::Run(wire)))
                        .map_err(failed)?;
                }
                progress(json!({ "step": "sending", "done": entries, "total": total }));
                if after == before {
                    break;
                }
            }
        }
        // Behind the entries that name them: a reader takes what it then wants.
        for hash in blobs {
            let bytes = self.blobs.read(hash)?;
            let total = bytes.len() as u64;
            let mut offset = 0;
            for piece in bytes.chunks(MAX_CHUNK_BYTES) {
                let chunk = Chunk {
                    hash: hash.0,
                    total,
                    offset,
                    bytes: piece.to_vec(),
                };
                offset += piece.len() as u64;
                out.write_all(&encoder.item(&Item::Blob(chunk)))
                    .map_err(failed)?;
            }
        }
        out.write_all(&encoder.finish()).map_err(failed)?;
        Ok((runs, entries))
    }

    /// The blobs of a bundle for a node: those held here that its structure should keep. For nobody
    /// in particular, all that somebody should.
    fn blobs_for(&self, peer: Option<&NodeId>) -> Result<Vec<BlobHash>, ApiError> {
        let structure = match peer {
            None => None,
            // Whoever is not known to belong to a structure gets none.
            Some(peer) => match self.structure_of(peer) {
                None => return Ok(Vec::new()),
                structure => structure,
            },
        };
        let mut blobs = self.blobs_to_keep(structure.as_ref())?;
        blobs.retain(|hash, _| self.blobs.holds(hash));
        Ok(blobs.into_keys().collect())
    }

    /// What a node is known to hold: at least its own journal and what it acknowledged of ours.
    fn last_known_of(&self, peer: &NodeId) -> BTreeMap<NodeId, u64> {
        let mut known = BTreeMap::new();
        known.insert(*peer, self.journals.tip(peer).seq);
        if let Some(seq) = self.holders().get(&peer.prefix()) {
            known.insert(self.me, *seq);
        }
        known
    }

    /// `bundle.read`.
    pub(super) fn read_bundle(&self, input: Value, progress: Progress<'_>) -> Outcome {
        let Input { path } = read(input)?;
        let path = Path::new(&path);
        let mut file = File::open(path).map_err(|error| of_file(path, &error))?;
        let mut taken = Taken::default();
        let outcome = self.take_bundle(&mut file, path, &mut taken, progress);
        self.follow(progress)?;
        self.take_back_own()?;
        self.reissue_orphaned()?;
        self.receive_referrals()?;
        self.carry_out_erasures()?;
        self.certify_quietly();
        // What came before the damage was good and stays; the damage is told all the same.
        outcome.map_err(|error| error.with("entries_kept", taken.entries))?;
        Ok(json!({
            "entries": taken.entries,
            "runs": taken.runs,
            "authors": taken.authors.len(),
            "blobs": taken.blobs,
            "held_already": taken.held_already,
            "waiting": taken.waiting,
        }))
    }

    pub(super) fn take_bundle(
        &self,
        file: &mut impl Read,
        path: &Path,
        taken: &mut Taken,
        progress: Progress<'_>,
    ) -> Result<(), ApiError> {
        let mut decoder = Decoder::new(self.network);
        let mut shown = Vec::new();
        let mut held_back = Vec::new();
        let mut batch = Vec::new();
        let mut piece = vec![0; PIECE_BYTES];
        let mut blobs: Option<Blobs> = None;
        let outcome = loop {
            let count = file
                .read(&mut piece)
                .map_err(|error| of_file(path, &error))?;
            if count == 0 {
                break decoder.finish().map(|_| ()).map_err(ApiError::from);
            }
            match decoder.push(piece.get(..count).unwrap_or_default()) {
                Ok(items) => {
                    for item in items {
                        match item {
                            Item::Authority(entry) => shown.push(*entry),
                            Item::Run(wire) => {
                                self.take_run(wire, &mut batch, &mut held_back, &shown, taken)?;
                            }
                            Item::Blob(chunk) => {
                                if blobs.is_none() {
                                    // What is wanted follows from the entries before.
                                    self.take_rest(&mut batch, &mut held_back, &shown, taken)?;
                                    self.follow(progress)?;
                                    let wanted = self.wanted_blobs()?.fetched;
                                    let wanted = wanted.into_iter().collect();
                                    blobs = Some(Blobs {
                                        wanted,
                                        ..Blobs::default()
                                    });
                                }
                                let blobs = blobs.get_or_insert_default();
                                if let Some((hash, bytes)) = blobs.whole(chunk) {
                                    taken.blobs += u64::from(self.take_bundled(&hash, &bytes)?);
                                }
                            }
                        }
                    }
                }
                Err(error) => break Err(error.into()),
            }
            if batch.len() >= RUNS_A_COMMIT {
                self.store_runs(&mut batch)?;
                progress(json!({ "step": "verifying", "done": taken.entries }));
            }
        };
        self.take_rest(&mut batch, &mut held_back, &shown, taken)?;
        taken.waiting = held_back.len() as u64;
        outcome
    }

    /// Stores what was verified, and takes up journals of structures that an earlier part of the
    /// bundle admitted.
    fn take_rest(
        &self,
        batch: &mut Vec<Arc<VerifiedRun>>,
        held_back: &mut Vec<Arc<[u8]>>,
        shown: &[SignedEntry],
        taken: &mut Taken,
    ) -> Result<(), ApiError> {
        self.store_runs(batch)?;
        loop {
            let before = held_back.len();
            for wire in std::mem::take(held_back) {
                self.take_run(wire, batch, held_back, shown, taken)?;
                self.store_runs(batch)?;
            }
            if held_back.is_empty() || held_back.len() == before {
                return Ok(());
            }
        }
    }

    /// Keeps a blob of a bundle; one that is something else than it says is left out.
    fn take_bundled(&self, hash: &BlobHash, bytes: &[u8]) -> Result<bool, ApiError> {
        match self.blobs.take(hash, bytes) {
            Ok(()) => Ok(true),
            Err(error @ BlobError::OtherBlob { .. }) => {
                tracing::warn!(%error, "a blob of a bundle is another one");
                self.alarm(error.into());
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Verifies one run as a session would; keeps back what the charter does not know yet.
    fn take_run(
        &self,
        wire: Arc<[u8]>,
        batch: &mut Vec<Arc<VerifiedRun>>,
        held_back: &mut Vec<Arc<[u8]>>,
        shown: &[SignedEntry],
        taken: &mut Taken,
    ) -> Result<(), ApiError> {
        let preamble = Preamble::decode(&wire).map_err(RunError::from)?;
        let author = preamble.author;
        let in_batch = batch
            .iter()
            .rev()
            .find(|run| run.author() == author)
            .map(|run| run.last());
        let tip = in_batch.unwrap_or_else(|| self.journals.tip(&author));
        if preamble.last_seq() <= tip.seq {
            taken.held_already += u64::from(preamble.count);
            return Ok(());
        }
        if preamble.first_seq > tip.seq + 1 {
            held_back.push(wire);
            return Ok(());
        }
        let wire = if preamble.first_seq <= tip.seq {
            let cut = recompose(self.network, tip.seq, &[wire]).map_err(|error| {
                ApiError::new("bundle_bad_run", ExitKind::Failed, error.to_string())
                    .with("reason", error)
            })?;
            let Some(wire) = cut.into_iter().next() else {
                return Ok(());
            };
            wire
        } else {
            wire
        };
        let run = run::verify(self.network, tip, &wire)?;
        if tip.seq == 0 && !self.opens_with_certificate(&run, shown)? {
            held_back.push(wire);
            return Ok(());
        }
        taken.runs += 1;
        taken.entries += run.entries().len() as u64;
        taken.authors.insert(author);
        batch.push(Arc::new(run));
        Ok(())
    }

    /// Whether a new journal's first entry certifies a node of a structure that the charter names.
    fn opens_with_certificate(
        &self,
        run: &VerifiedRun,
        shown: &[SignedEntry],
    ) -> Result<bool, ApiError> {
        let certificate = Certificate::opening(self.network, run).map_err(|error| {
            ApiError::new("bundle_bad_run", ExitKind::Failed, error.to_string())
                .with("reason", error)
        })?;
        if self.charter().vouches_for(&certificate).is_some() {
            return Ok(true);
        }
        // The bundle may show the charter entries that admit it.
        let mut charter = Charter::clone(&self.charter());
        let holding = shown.iter().filter(|entry| entry.holds(self.network));
        charter.believe(holding.map(|entry| &entry.entry));
        Ok(charter.vouches_for(&certificate).is_some())
    }

    fn store_runs(&self, batch: &mut Vec<Arc<VerifiedRun>>) -> Result<(), ApiError> {
        let runs = std::mem::take(batch);
        if runs.is_empty() {
            return Ok(());
        }
        self.journals.append(runs.clone())?;
        for run in runs {
            self.observe_authority(run.entries());
            self.notify(run);
        }
        Ok(())
    }
}
