//! The event loop: what is due happens, engines answer, and their outputs make more due.

use std::sync::Arc;
use std::time::Instant;

use sha2::{Digest, Sha256};
use sync_protocol::admission::{JoinAnswer, Refusal};
use sync_protocol::charter::Version;
use sync_protocol::engine::{Engine, Event, Input, Output};
use sync_protocol::frame::ByeReason;
use sync_protocol::run::VerifiedRun;

use super::forks::naming;
use super::schedule::Flaw;
use super::store::{Origin, Outcome};
use super::{Amendment, Due, Observer, World, end_of};

impl<O: Observer> World<O> {
    pub(super) fn happen(&mut self, due: Due) {
        match due {
            Due::Act(index) => self.act(index),
            Due::Dial(link) => self.dial(link),
            Due::Connected { connection, end } => self.connected(connection, end),
            Due::Deliver { connection, end } => self.deliver(connection, end),
            Due::Lost { connection, end } => self.lost(connection, end),
            Due::Leave { connection } => self.leave(connection),
            Due::Commit { node, start } => self.committed(node, start),
            Due::Answer {
                node,
                start,
                output,
            } => self.answer(node, start, *output),
            Due::Drain { node } => self.drain(node),
            Due::Wake { node } => {
                self.wakes.remove(&node);
                self.tell(node, Input::Tick);
            }
            Due::Chores { node } => self.chores(node),
            Due::Start { node } => {
                if self.nodes[node].engine.is_none() && self.nodes[node].pinned.is_some() {
                    self.start(node);
                }
            }
            Due::Restart { node, start } => {
                if self.nodes[node].starts == start && self.nodes[node].read_only {
                    self.crash(node, false);
                    self.start(node);
                }
            }
            Due::Attack { connection, end } => self.attack(connection, end),
        }
    }

    // Nodes.

    pub(super) fn start(&mut self, node: usize) {
        self.note(|_| format!("node {node} starts"));
        self.observer.started(node);
        let first = self.nodes[node].start(self.network, self.now);
        if let Some(run) = first {
            self.append(node, Arc::new(run), Origin::Local);
        }
        self.replay_outbox(node);
        for hash in self.nodes[node].wants.clone() {
            self.tell(node, Input::WantBlob { hash });
        }
        self.after(300, Due::Chores { node });
    }

    /// What a node's people do now and then: vote, and at the coordinator propose.
    fn chores(&mut self, node: usize) {
        if self.nodes[node].engine.is_none() {
            return;
        }
        let (network, now) = (self.network, self.now);
        let mut runs = self.nodes[node].vote(network, now, &self.agreed);
        if node == 0
            && let Some(amendment) = self.amendments.front().copied()
        {
            if self.is_done(amendment) {
                self.amendments.pop_front();
            } else {
                let agreed = &mut self.agreed;
                let proposal = match amendment {
                    Amendment::Admit(newcomer) => {
                        let member = self.nodes[newcomer].keys.member();
                        self.nodes[0].propose(network, now, agreed, |roll, written| {
                            roll.admitting(member, written)
                        })
                    }
                    Amendment::Decide(node, tip) => {
                        let structure = self.nodes[0].keys.structure();
                        let me = self.nodes[0].id;
                        self.nodes[0].propose(network, now, agreed, |roll, written| {
                            naming(roll.amended(me, written), node, tip, structure)
                        })
                    }
                    Amendment::Rename(number) => {
                        self.nodes[0].propose(network, now, agreed, |roll, written| Version {
                            number: roll.number + 1,
                            previous: roll.id(),
                            name: format!("renamed {number}"),
                            written,
                            ..roll.clone()
                        })
                    }
                };
                runs.extend(proposal);
            }
        }
        for run in runs {
            self.append(node, run, Origin::Local);
        }
        self.after(300, Due::Chores { node });
    }

    /// Whether the charter at node 0 says so already.
    fn is_done(&self, amendment: Amendment) -> bool {
        let Some(charter) = self.nodes[0].engine.as_ref().map(Engine::charter) else {
            return false;
        };
        match amendment {
            Amendment::Admit(newcomer) => {
                let structure = self.nodes[newcomer].keys.structure();
                charter.member(&structure).is_some()
            }
            Amendment::Decide(node, tip) => charter.branch_of(&node) == Some(tip),
            Amendment::Rename(number) => charter.current().1.name == format!("renamed {number}"),
        }
    }

    pub(super) fn append(&mut self, node: usize, run: Arc<VerifiedRun>, origin: Origin) {
        if self.nodes[node].read_only {
            return;
        }
        if self.plan.flaw == Some(Flaw::SpeaksBeforeSync) && origin == Origin::Local {
            let run = Arc::clone(&run);
            self.tell_later(node, Input::Stored { run });
        }
        self.nodes[node].store.append(run, origin);
        self.begin_commit(node);
    }

    fn begin_commit(&mut self, node: usize) {
        if self.nodes[node].store.begin_commit() {
            let start = self.nodes[node].starts;
            let most = self.nodes[node].commit_millis;
            self.after(most, Due::Commit { node, start });
        }
    }

    fn committed(&mut self, node: usize, start: u32) {
        if self.nodes[node].starts != start || self.nodes[node].engine.is_none() {
            return;
        }
        let outcomes = self.nodes[node].store.finish_commit();
        for Outcome { run, origin, taken } in outcomes {
            if taken {
                self.observer.stored(node, &run);
                if origin == Origin::Local {
                    let author = run.author();
                    self.acknowledged.extend(
                        run.entries()
                            .iter()
                            .map(|it| (author, it.header.seq, it.id)),
                    );
                }
                self.handle(node, Input::Stored { run });
            } else if origin == Origin::Engine {
                let author = run.author();
                let tip = self.nodes[node].store.tip(&author);
                self.note(|_| format!("node {node} could not store {}", author.short()));
                self.handle(node, Input::NotStored { author, tip });
            } else if origin == Origin::Local {
                self.fail(format!("node {node} could not store its own entries"));
            }
        }
        if self.nodes[node].mute_until > 0 {
            self.nodes[node].find_own_end();
            self.replay_outbox(node);
        }
        self.drain(node);
        self.begin_commit(node);
    }

    // Engines.

    pub(super) fn handle(&mut self, node: usize, input: Input) {
        let time = self.nodes[node].time(self.now);
        let measured = self.hub_time.filter(|_| node == 0);
        let Some(engine) = &mut self.nodes[node].engine else {
            return;
        };
        let Some(before) = measured else {
            return engine.handle(time, input);
        };
        let start = Instant::now();
        engine.handle(time, input);
        self.hub_time = Some(before + start.elapsed());
    }

    pub(super) fn tell(&mut self, node: usize, input: Input) {
        self.handle(node, input);
        self.drain(node);
    }

    /// Tells an engine something whose answers can wait until its outputs are looked at next, which
    /// is now at the latest.
    pub(super) fn tell_later(&mut self, node: usize, input: Input) {
        self.handle(node, input);
        if self.draining != Some(node) {
            self.at(self.now, Due::Drain { node });
        }
    }

    fn next_output(&mut self, node: usize) -> Option<Output> {
        let engine = self.nodes[node].engine.as_mut()?;
        let Some(before) = self.hub_time.filter(|_| node == 0) else {
            return engine.poll_output();
        };
        let start = Instant::now();
        let output = engine.poll_output();
        self.hub_time = Some(before + start.elapsed());
        output
    }

    pub(super) fn drain(&mut self, node: usize) {
        let mut outputs = 0;
        let before = self.draining.replace(node);
        while let Some(output) = self.next_output(node) {
            outputs += 1;
            if outputs > 100_000 {
                return self.fail(format!("node {node} has no end of outputs"));
            }
            self.perform(node, output);
        }
        self.draining = before;
        let started_at = self.nodes[node].started_at;
        let wake = self.nodes[node].engine.as_ref().and_then(Engine::next_wake);
        if let Some(wake) = wake {
            let at = (started_at + wake.0).max(self.now + 1);
            if self.wakes.get(&node).is_none_or(|before| at < *before) {
                self.wakes.insert(node, at);
                self.at(at, Due::Wake { node });
            }
        }
    }

    fn perform(&mut self, node: usize, output: Output) {
        let start = self.nodes[node].starts;
        match output {
            Output::Send { session, bytes } => {
                self.check_claims(node, &bytes);
                self.transmit(session, bytes);
            }
            Output::Store { run } => self.append(node, run, Origin::Engine),
            Output::Parted { after, run } => {
                self.note(|_| format!("node {node} sees a fork after {after:?}"));
                let network = self.network;
                self.nodes[node].store.keep_fork(network, after, &run);
            }
            Output::Replace {
                session,
                author,
                after,
            } => self.put_aside(node, session, author, after),
            output @ (Output::Load { .. }
            | Output::Identify { .. }
            | Output::LoadAuthority { .. }
            | Output::LoadBlob { .. }
            | Output::LoadBody { .. }) => {
                let most = if self.rng.u8(..10) == 0 { 300 } else { 3 };
                let output = Box::new(output);
                let answer = Due::Answer {
                    node,
                    start,
                    output,
                };
                self.after(most, answer);
            }
            Output::Join { session, .. } => {
                let answer = JoinAnswer::Refused(Refusal::NotNow);
                self.handle(node, Input::JoinAnswered { session, answer });
            }
            Output::Close { session, bye } => {
                self.note(|_| format!("node {node} closes {session:?}: {bye:?}"));
                let (connection, end) = end_of(session);
                self.after(1_000, Due::Lost { connection, end });
                let other = 1 - end;
                let arrival = self
                    .connections
                    .get(&connection)
                    .map_or(self.now, |it| it.pipes[other].last_arrival);
                let lost = Due::Lost {
                    connection,
                    end: other,
                };
                self.at(arrival + 1, lost);
            }
            Output::Event(event) => self.noticed(node, event),
            Output::StoreBody { place, body } => {
                self.nodes[node].store.put_back(self.network, &place, &body);
                self.handle(node, Input::BodyStored { place });
            }
            Output::Blob { hash, bytes } => {
                if <[u8; 32]>::from(Sha256::digest(&bytes)) != hash {
                    self.fail(format!(
                        "node {node} got a blob that is not what it asked for"
                    ));
                }
                self.nodes[node].wants.remove(&hash);
                self.nodes[node].blobs.insert(hash, bytes.into());
            }
        }
    }

    fn answer(&mut self, node: usize, start: u32, output: Output) {
        if self.nodes[node].starts != start {
            return;
        }
        let store = &self.nodes[node].store;
        let input = match output {
            Output::Load {
                session,
                author,
                after,
                max_bytes,
            } => Input::Loaded {
                session,
                author,
                runs: store.load(self.network, &author, after, max_bytes),
            },
            Output::Identify {
                session,
                author,
                seq,
            } => Input::Identified {
                session,
                author,
                seq,
                id: store.id_at(&author, seq),
            },
            Output::LoadAuthority { session } => Input::AuthorityLoaded {
                session,
                entries: store.authority(),
            },
            Output::LoadBlob {
                session,
                hash,
                offset,
                max_bytes,
            } => {
                let blob = self.nodes[node].blobs.get(&hash);
                let blob = blob.map_or(&[][..], |it| it);
                let start = usize::try_from(offset)
                    .unwrap_or(usize::MAX)
                    .min(blob.len());
                let end = (start + max_bytes).min(blob.len());
                Input::BlobLoaded {
                    session,
                    hash,
                    total: blob.len() as u64,
                    bytes: blob[start..end].to_vec(),
                }
            }
            Output::LoadBody { session, place } => Input::BodyLoaded {
                session,
                place,
                body: store.body(&place),
            },
            _ => return,
        };
        self.tell(node, input);
    }

    fn noticed(&mut self, node: usize, event: Event) {
        let honest = |world: &Self, peer| world.nodes.iter().any(|it| it.id == peer);
        self.note(|_| format!("node {node}: {event:?}"));
        match event {
            Event::Ended {
                peer,
                by_peer: false,
                bye,
                ..
            } if bye.reason == ByeReason::Misbehaved
                // A connection that breaks before any greeting is nobody's fault.
                && bye.detail != "no greeting in time"
                && honest(self, peer) =>
            {
                self.fail(format!("node {node} blames an honest peer: {}", bye.detail));
            }
            Event::Forked { author, peer }
                if honest(self, peer) && !self.forkers.contains(&author) =>
            {
                self.fail(format!("node {node} sees a fork of {author:?}"));
            }
            Event::OwnJournalAhead { peer, seq }
                if honest(self, peer) && !self.nodes[node].damaged =>
            {
                self.fail(format!("node {node} hears of its own entry {seq} first"));
            }
            Event::Holds { seq, holder, .. } => self.check_holder(node, holder, seq),
            Event::InSync { session } => self.check_in_sync(node, session),
            _ => {}
        }
    }
}
