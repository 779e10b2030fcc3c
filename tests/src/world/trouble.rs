//! What is planned happens: edits, cuts, crashes, damage, and in the end everything heals.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use sync_protocol::engine::{Engine, Input};
use sync_protocol::entry::{Entry, Kind};
use sync_protocol::id::NodeId;
use sync_protocol::run::{VerifiedRun, recompose, verify};

use super::schedule::{Action, Flaw};
use super::store::Origin;
use super::{Amendment, Due, Observer, World, stream};

impl<O: Observer> World<O> {
    /// Does one planned thing.
    pub(super) fn act(&mut self, index: usize) {
        let (at, action) = self.plan.actions[index];
        self.note(|_| format!("{action:?}"));
        let (links, nodes) = (self.links.len().max(1), self.nodes.len());
        let on_a_link = matches!(
            action,
            Action::Cut { .. } | Action::Block { .. } | Action::DialTwice { .. }
        );
        // A plan that was shrunk to one node has none.
        if on_a_link && self.links.is_empty() {
            return;
        }
        match action {
            Action::Write {
                node,
                entries,
                bytes,
            } => self.write(node % nodes, entries, bytes, at),
            Action::Cut { link } => self.cut_link(link % links),
            Action::Block { link, millis } => self.block(link % links, millis),
            Action::Partition { groups, millis } => {
                let side = |end: usize| groups >> (end % 16) & 1;
                let across: Vec<usize> = (0..self.links.len())
                    .filter(|link| {
                        let [one, other] = self.links[*link].ends;
                        side(one) != side(other)
                    })
                    .collect();
                for link in across {
                    self.block(link, millis);
                }
            }
            Action::Crash {
                node,
                millis,
                synced,
            } => {
                let node = node % nodes;
                self.crash(node, synced);
                self.at(self.now + millis, Due::Start { node });
            }
            Action::FailStore {
                node,
                millis,
                synced,
            } => self.fail_store(node % nodes, millis, synced),
            Action::Damage { node, percent } => self.damage(node % nodes, percent),
            Action::Restore { node, percent } => {
                let node = node % nodes;
                if self.nodes[node].votes {
                    self.damage(node, percent);
                } else {
                    self.restore(node, percent);
                }
            }
            Action::DialTwice { link } => {
                let link = link % links;
                let [one, other] = self.links[link].ends;
                let ends = if self.rng.bool() {
                    [one, other]
                } else {
                    [other, one]
                };
                self.connect(link, ends);
            }
            Action::Carry { from, to, damaged } => self.carry(from % nodes, to % nodes, damaged),
            Action::Admit => {
                let next = self.nodes.iter().position(|node| node.pinned.is_none());
                if let Some(node) = next {
                    self.invite(node);
                }
            }
            Action::Rename => self.amendments.push_back(Amendment::Rename(at)),
            Action::SlowStore { node, millis } => self.nodes[node % nodes].commit_millis = millis,
            Action::SlowLink {
                link,
                bytes_per_milli,
            } => self.links[link % links].bytes_per_milli = bytes_per_milli,
            Action::StopReading { node, millis } => {
                let until = self.now + millis;
                let node = &mut self.nodes[node % nodes];
                node.deaf_until = node.deaf_until.max(until);
            }
            Action::SetClock { node, days } => {
                let clock = &mut self.nodes[node % nodes].clock;
                *clock = clock.saturating_add_signed(i64::from(days) * 86_400_000);
            }
            Action::Blob {
                holder,
                wanter,
                bytes,
            } => self.want(holder % nodes, wanter % nodes, bytes, at),
        }
    }

    pub(super) fn write(&mut self, node: usize, entries: usize, bytes: usize, at: u64) {
        if !self.nodes[node].may_write() {
            return;
        }
        let mut luck = stream(self.plan.seed, 5, at ^ (node as u64) << 32);
        let said = (0..entries)
            .map(|_| (Kind::CHANGE, random_bytes(&mut luck, bytes)))
            .collect();
        for run in self.nodes[node].sign(self.network, self.now, said) {
            self.append(node, Arc::new(run), Origin::Local);
        }
    }

    fn want(&mut self, holder: usize, wanter: usize, bytes: usize, at: u64) {
        let mut luck = stream(self.plan.seed, 6, at);
        let blob = random_bytes(&mut luck, bytes);
        let hash: [u8; 32] = Sha256::digest(&blob).into();
        self.nodes[holder].blobs.insert(hash, blob.into());
        if holder != wanter && !self.nodes[wanter].blobs.contains_key(&hash) {
            self.nodes[wanter].wants.insert(hash);
            self.tell(wanter, Input::WantBlob { hash });
        }
    }

    fn block(&mut self, link: usize, millis: u64) {
        let until = self.now + millis;
        let link_state = &mut self.links[link];
        link_state.blocked_until = link_state.blocked_until.max(until);
        self.cut_link(link);
    }

    pub(super) fn crash(&mut self, node: usize, synced: bool) {
        if self.nodes[node].engine.take().is_none() {
            return;
        }
        for run in self.nodes[node].store.crash(synced) {
            self.observer.stored(node, &run);
        }
        if self.plan.flaw == Some(Flaw::ForgetsOnCrash) {
            let me = self.nodes[node].id;
            let kept = self.nodes[node].store.tip(&me).seq.saturating_sub(1);
            self.nodes[node].store.truncate(&me, kept.max(1));
        }
        let ids: Vec<u64> = self.connections.keys().copied().collect();
        for id in ids {
            if self.connections[&id].ends.contains(&node) {
                self.break_connection(id);
            }
        }
    }

    fn fail_store(&mut self, node: usize, millis: u64, synced: bool) {
        if self.nodes[node].engine.is_none() || self.nodes[node].read_only {
            return;
        }
        self.nodes[node].read_only = true;
        for run in self.nodes[node].store.fail(synced) {
            self.observer.stored(node, &run);
        }
        let start = self.nodes[node].starts;
        self.at(self.now + millis, Due::Restart { node, start });
        self.tell(node, Input::StoreFailed);
    }

    /// Cuts a store down to `percent` of each journal, but leaves what nobody else holds.
    fn truncate(&mut self, node: usize, percent: u8) {
        let me = self.nodes[node].id;
        let authors: Vec<NodeId> = self.nodes[node].store.authors().copied().collect();
        for author in authors {
            let held = self.nodes[node].store.tip(&author).seq;
            let kept = held * u64::from(percent) / 100;
            let elsewhere = self.held_elsewhere(node, &author);
            if author != me && elsewhere < held {
                continue;
            }
            if author == me {
                let own = self.nodes[node].store.runs().filter(|it| it.author() == me);
                let own: Vec<Arc<VerifiedRun>> = own.map(Arc::clone).collect();
                let waits = |run: &&Arc<VerifiedRun>| run.last().seq > elsewhere;
                let carries = |it: &Entry| it.header.kind.carries_authority();
                let authority_waits = own
                    .iter()
                    .filter(waits)
                    .any(|run| run.entries().iter().any(carries));
                // What stands before an entry of authority is kept until that is safe elsewhere.
                let kept = own.iter().filter(|run| authority_waits || waits(run));
                self.nodes[node].outbox = kept.cloned().collect();
            }
            self.nodes[node].store.truncate(&author, kept);
        }
    }

    /// Up to where others hold a journal who were members from the start: a newcomer that waits for
    /// admission may hold what a bundle brought, but acknowledges nothing and gives nothing back.
    fn held_elsewhere(&self, node: usize, author: &NodeId) -> u64 {
        let founders = self.plan.founders;
        let others = self
            .nodes
            .iter()
            .enumerate()
            .filter(|(index, it)| *index != node && (*index < founders || !it.votes));
        others
            .map(|(_, it)| it.store.tip(author).seq)
            .max()
            .unwrap_or(0)
    }

    fn damage(&mut self, node: usize, percent: u8) {
        let me = self.nodes[node].id;
        // Damage upon damage: what was missing is missing still.
        let whole = self.nodes[node].store.tip(&me).seq;
        let pinned = self.nodes[node].pinned.is_some();
        if !pinned || whole == 0 || self.nodes[node].mute_until > 0 {
            return;
        }
        self.crash(node, false);
        let whole = self.nodes[node].store.tip(&me).seq;
        self.truncate(node, percent);
        let it = &mut self.nodes[node];
        it.damaged = true;
        it.mute_until = whole;
        self.start(node);
    }

    /// Own runs that only the outbox has go back into the store as soon as they continue it.
    pub(super) fn replay_outbox(&mut self, node: usize) {
        let me = self.nodes[node].id;
        let tip = self.nodes[node].store.tip(&me);
        let mut outbox = std::mem::take(&mut self.nodes[node].outbox);
        outbox.retain(|run| run.last().seq > tip.seq);
        // What came back from a peer may end in the middle of a run: runs that went over the line
        // are put together anew there.
        let overlaps = outbox.first().filter(|it| it.first_seq() <= tip.seq);
        if let Some(first) = overlaps {
            let cut = recompose(self.network, tip.seq, &[Arc::clone(first.wire())]);
            let wire = cut.expect("it was verified").remove(0);
            let run = verify(self.network, tip, &wire).expect("it is of this very journal");
            outbox[0] = Arc::new(run);
        }
        let fits = outbox
            .first()
            .is_some_and(|first| first.first_seq() == tip.seq + 1);
        if fits {
            for run in &outbox {
                self.append(node, Arc::clone(run), Origin::Bundle);
            }
        }
        // A crash may come before the commit.
        self.nodes[node].outbox = outbox;
    }

    fn restore(&mut self, node: usize, percent: u8) {
        let me = self.nodes[node].id;
        if self.nodes[node].store.tip(&me).seq == 0 || self.nodes[node].mute_until > 0 {
            return;
        }
        // What only this disk held would be lost with it, as the person was told.
        if self.held_elsewhere(node, &me) < self.nodes[node].store.tip(&me).seq {
            return self.damage(node, percent);
        }
        self.crash(node, false);
        self.truncate(node, percent);
        self.restored += 1;
        let it = &mut self.nodes[node];
        it.keys = it.keys.renewed(500 + self.restored);
        it.id = it.keys.id();
        it.outbox.clear();
        self.start(node);
    }

    pub(super) fn invite(&mut self, node: usize) {
        if self.nodes[node].pinned.is_some() {
            return;
        }
        // The ticket pins what the coordinator holds; nobody gives one while it is off.
        let Some(engine) = &self.nodes[0].engine else {
            return;
        };
        self.nodes[node].pinned = Some(engine.charter().current().1.clone());
        if self.nodes[node].votes {
            self.amendments.push_back(Amendment::Admit(node));
        }
        self.start(node);
    }

    /// Ends all trouble that was planned; what goes on afterwards is the protocol's business.
    pub(super) fn heal(&mut self) {
        self.note(|_| "everything heals".into());
        for link in &mut self.links {
            link.blocked_until = 0;
            link.bytes_per_milli = link.bytes_per_milli.max(300);
        }
        for node in 0..self.nodes.len() {
            let it = &mut self.nodes[node];
            it.commit_millis = it.commit_millis.min(20);
            it.deaf_until = 0;
            if it.read_only {
                self.crash(node, false);
                self.start(node);
            } else if it.pinned.is_none() {
                self.invite(node);
            } else if it.engine.is_none() {
                self.start(node);
            }
        }
    }

    /// Lets wanted blobs arrive, however long peers that say nothing delay that.
    pub(super) fn fetch_blobs(&mut self) {
        let patience = self.now + 30 * 60_000;
        while self.failures.is_empty() && self.now < patience && self.blob_missing().is_some() {
            self.run_until(self.now + 1_000);
        }
        if self.failures.is_empty()
            && let Some(problem) = self.blob_missing()
        {
            self.fail(problem);
        }
    }

    /// A blob that a node wants and a neighbour holds.
    fn blob_missing(&self) -> Option<String> {
        self.nodes.iter().enumerate().find_map(|(node, it)| {
            let neighbours = self.links.iter().filter(|link| link.ends.contains(&node));
            let mut holders = neighbours
                .map(|link| link.ends[usize::from(link.ends[0] == node)])
                .filter_map(|other| self.nodes.get(other));
            holders.find_map(|other| {
                let missing = it.wants.iter().find(|hash| other.blobs.contains_key(*hash));
                missing.map(|_| format!("node {node} lacks a blob that a neighbour holds"))
            })
        })
    }

    /// Ends all connections of hostile peers for good.
    pub(super) fn expel_hostiles(&mut self) {
        self.quiet = true;
        let ids: Vec<u64> = self.connections.keys().copied().collect();
        for id in ids {
            let hostile = |end: &usize| !self.is_honest(*end);
            if self.connections[&id].ends.iter().any(hostile) {
                self.break_connection(id);
            }
        }
        self.run_until(self.now + 3_001);
    }

    /// The charter version in force at node 0.
    pub(super) fn current_version(&self) -> Option<sync_protocol::charter::Version> {
        let engine = self.nodes[0].engine.as_ref().map(Engine::charter);
        engine.map(|charter| charter.current().1.clone())
    }
}

fn random_bytes(luck: &mut fastrand::Rng, bytes: usize) -> Vec<u8> {
    let mut filled = vec![0; bytes];
    luck.fill(&mut filled);
    filled
}
