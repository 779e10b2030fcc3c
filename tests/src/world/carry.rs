//! Bundles carried by hand from one node to another.

use std::collections::BTreeMap;
use std::sync::Arc;

use sync_protocol::bundle::{Decoder, Encoder, Item};
use sync_protocol::charter::Certificate;
use sync_protocol::engine::Engine;
use sync_protocol::frontier::Tip;
use sync_protocol::id::NodeId;
use sync_protocol::run::{Preamble, VerifiedRun, recompose, verify};

use super::store::Origin;
use super::{Observer, World};

impl<O: Observer> World<O> {
    /// Writes all that one node holds into a bundle, and reads it at another.
    pub(super) fn carry(&mut self, from: usize, to: usize, damaged: bool) {
        let up = |node: usize| self.nodes[node].engine.is_some();
        if from == to || !up(from) || !up(to) {
            return;
        }
        let mut file = self.write_bundle(from);
        if damaged {
            let at = self.rng.usize(..file.len());
            file[at] ^= 1 << self.rng.u8(..8);
        }
        let mut decoder = Decoder::new(self.network);
        let mut items = Vec::new();
        let piece = self.rng.usize(1..5_000);
        for piece in file.chunks(piece) {
            match decoder.push(piece) {
                Ok(more) => items.extend(more),
                Err(_) => break,
            }
        }
        let mut tips: BTreeMap<NodeId, Tip> = BTreeMap::new();
        // A newcomer's journal may stand before the votes that admit it.
        let mut waiting: Vec<Arc<[u8]>> = items
            .into_iter()
            .filter_map(|item| match item {
                Item::Run(wire) => Some(wire),
                Item::Authority(_) | Item::Blob(_) => None,
            })
            .collect();
        loop {
            let before = waiting.len();
            waiting.retain(|wire| !self.read_run(to, wire, &mut tips));
            if waiting.len() == before || waiting.is_empty() {
                break;
            }
        }
    }

    fn write_bundle(&self, from: usize) -> Vec<u8> {
        let (mut encoder, mut file) = Encoder::start(self.network);
        for run in self.nodes[from].store.runs() {
            file.extend(encoder.item(&Item::Run(Arc::clone(run.wire()))));
        }
        file.extend(encoder.finish());
        file
    }

    /// Takes a run that continues what is held; `false` while it does not.
    fn read_run(&mut self, to: usize, wire: &Arc<[u8]>, tips: &mut BTreeMap<NodeId, Tip>) -> bool {
        let Ok(preamble) = Preamble::decode(wire) else {
            return true;
        };
        let node = &self.nodes[to];
        let author = preamble.author;
        let tip = *tips
            .entry(author)
            .or_insert_with(|| node.store.tip(&author));
        if preamble.last_seq() <= tip.seq {
            return true;
        }
        if preamble.first_seq > tip.seq + 1 {
            return false;
        }
        let Ok(cut) = recompose(self.network, tip.seq, std::slice::from_ref(wire)) else {
            return true;
        };
        let Some(run) = cut
            .first()
            .and_then(|it| verify(self.network, tip, it).ok())
        else {
            return true;
        };
        if tip.seq == 0 && !self.certified(to, &run) {
            return false;
        }
        tips.insert(author, run.last());
        self.append(to, Arc::new(run), Origin::Bundle);
        true
    }

    fn certified(&self, node: usize, run: &VerifiedRun) -> bool {
        let charter = self.nodes[node].engine.as_ref().map(Engine::charter);
        Certificate::opening(self.network, run)
            .ok()
            .zip(charter)
            .is_some_and(|(certificate, charter)| charter.vouches_for(&certificate).is_some())
    }
}
