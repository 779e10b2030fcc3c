//! The event loop: what is due happens, engines answer, and their outputs make more due.

use std::sync::Arc;

use sync_protocol::admission::{JoinAnswer, Refusal};
use sync_protocol::engine::{Engine, Event, Input, Output, SessionId};
use sync_protocol::entry::Kind;
use sync_protocol::frame::ByeReason;
use sync_protocol::run::VerifiedRun;

use super::network::Connection;
use super::store::{Origin, Outcome};
use super::{Due, Observer, World, end_of, session};

impl<O: Observer> World<O> {
    pub(super) fn happen(&mut self, due: Due) {
        match due {
            Due::Act(index) => self.act(self.plan.actions[index].1),
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
            Due::Attack { connection, end } => self.attack(connection, end),
        }
    }

    // Nodes.

    pub(super) fn start(&mut self, node: usize) {
        self.note(|_| format!("node {node} starts"));
        self.observer.started(node);
        let first = self.nodes[node].start(self.network);
        if let Some(run) = first {
            self.append(node, Arc::new(run), Origin::Local);
        }
        self.after(300, Due::Chores { node });
    }

    pub(super) fn crash(&mut self, node: usize, synced: bool) {
        if self.nodes[node].engine.take().is_none() {
            return;
        }
        for run in self.nodes[node].store.crash(synced) {
            self.observer.stored(node, &run);
        }
        let ids: Vec<u64> = self.connections.keys().copied().collect();
        for id in ids {
            if self.connections[&id].ends.contains(&node) {
                self.break_connection(id);
            }
        }
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
            self.admissions.push_back(node);
        }
        self.start(node);
    }

    /// What a node's people do now and then: vote, and at the coordinator propose.
    fn chores(&mut self, node: usize) {
        if self.nodes[node].engine.is_none() {
            return;
        }
        let (network, now) = (self.network, self.now);
        let mut runs = self.nodes[node].vote(network, now);
        if node == 0
            && let Some(newcomer) = self.admissions.front().copied()
        {
            let member = self.nodes[newcomer].keys.member();
            let charter = self.nodes[0].engine.as_ref().map(Engine::charter);
            if charter.is_some_and(|charter| charter.member(&member.structure).is_some()) {
                self.admissions.pop_front();
            } else {
                runs.extend(self.nodes[0].propose(network, now, member));
            }
        }
        for run in runs {
            self.append(node, run, Origin::Local);
        }
        self.after(300, Due::Chores { node });
    }

    pub(super) fn write(&mut self, node: usize, entries: usize, bytes: usize) {
        if self.nodes[node].engine.is_none() {
            return;
        }
        let said = (0..entries)
            .map(|_| {
                let body = (0..bytes).map(|_| self.rng.u8(..)).collect();
                (Kind::CHANGE, body)
            })
            .collect();
        for run in self.nodes[node].sign(self.network, self.now, said) {
            self.append(node, Arc::new(run), Origin::Local);
        }
    }

    pub(super) fn append(&mut self, node: usize, run: Arc<VerifiedRun>, origin: Origin) {
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
        self.drain(node);
        self.begin_commit(node);
    }

    // Engines.

    fn handle(&mut self, node: usize, input: Input) {
        let time = self.nodes[node].time(self.now);
        if let Some(engine) = &mut self.nodes[node].engine {
            engine.handle(time, input);
        }
    }

    pub(super) fn tell(&mut self, node: usize, input: Input) {
        self.handle(node, input);
        self.drain(node);
    }

    fn drain(&mut self, node: usize) {
        let mut outputs = 0;
        while let Some(output) = self.nodes[node]
            .engine
            .as_mut()
            .and_then(Engine::poll_output)
        {
            outputs += 1;
            if outputs > 100_000 {
                return self.fail(format!("node {node} has no end of outputs"));
            }
            self.perform(node, output);
        }
        let clock = self.nodes[node].clock;
        let wake = self.nodes[node].engine.as_ref().and_then(Engine::next_wake);
        if let Some(wake) = wake {
            let at = wake.0.saturating_sub(clock).max(self.now + 1);
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
            output @ (Output::Load { .. } | Output::LoadAuthority { .. }) => {
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
            Output::LoadBlob { .. } | Output::Blob { .. } => {}
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
            Output::LoadAuthority { session } => Input::AuthorityLoaded {
                session,
                entries: store.authority(),
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
            Event::Forked { author, peer } if honest(self, peer) => {
                self.fail(format!("node {node} sees a fork of {author:?}"));
            }
            Event::OwnJournalAhead { peer, seq } if honest(self, peer) => {
                self.fail(format!("node {node} hears of its own entry {seq} first"));
            }
            Event::Holds { seq, holder, .. } => self.check_holder(node, holder, seq),
            _ => {}
        }
    }

    // Connections.

    fn dial(&mut self, link: usize) {
        self.after(1_200, Due::Dial(link));
        let state = &self.links[link];
        let blocked = state.blocked_until > self.now;
        if blocked || !state.ends.iter().all(|end| self.is_up(*end)) {
            return;
        }
        let [one, other] = state.ends;
        let connected = |end: usize| {
            self.connections.values().any(|it| {
                let side = usize::from(it.ends[1] == end);
                it.link == link && it.open[side]
            })
        };
        let (first, second) = (connected(one), connected(other));
        // Who notices first dials again, while the other may still believe in the old connection.
        match (first, second) {
            (true, true) => {}
            (false, true) => self.connect(link, [one, other]),
            (true, false) => self.connect(link, [other, one]),
            (false, false) => {
                self.connect(link, [one, other]);
                if self.rng.u8(..5) == 0 {
                    self.connect(link, [other, one]);
                }
            }
        }
    }

    pub(super) fn connect(&mut self, link: usize, ends: [usize; 2]) {
        let blocked = self.links[link].blocked_until > self.now;
        if blocked || !ends.iter().all(|end| self.is_up(*end)) {
            return;
        }
        let connection = self.next_connection;
        self.next_connection += 1;
        let twin = self
            .connections
            .iter()
            .find(|(_, it)| it.link == link && it.alive)
            .map(|(id, _)| *id);
        if let Some(twin) = twin {
            // Of two connections one is given up after a while, whichever.
            let given_up = if self.rng.bool() { twin } else { connection };
            self.after(
                3_000,
                Due::Leave {
                    connection: given_up,
                },
            );
        }
        self.note(|_| format!("{} connects to {} as {connection}", ends[0], ends[1]));
        let latency = self.links[link].latency;
        let mut state = Connection::new(link, ends);
        state.pipes[0].last_arrival = self.now + 2 * latency;
        state.pipes[1].last_arrival = self.now + 2 * latency;
        self.connections.insert(connection, state);
        for end in [0, 1] {
            self.at(
                self.now + latency * (1 + end as u64),
                Due::Connected { connection, end },
            );
        }
    }

    fn connected(&mut self, connection: u64, end: usize) {
        let Some(state) = self.connections.get_mut(&connection) else {
            return;
        };
        let [me, peer] = [state.ends[end], state.ends[1 - end]];
        if !state.alive || !self.is_up(me) {
            return self.lost(connection, end);
        }
        if let Some(state) = self.connections.get_mut(&connection) {
            state.open[end] = true;
        }
        let session = session(connection, end);
        if self.is_honest(me) {
            let exporter = [connection as u8; 32];
            let peer = self.id_of(peer);
            let input = Input::Connected {
                session,
                peer,
                exporter,
            };
            return self.tell(me, input);
        }
        let network = self.network;
        let hello = self.hostiles[me - self.nodes.len()].greet(network);
        if self.rng.u8(..10) > 0 {
            self.transmit(session, hello);
        }
        self.after(200, Due::Attack { connection, end });
    }

    fn attack(&mut self, connection: u64, end: usize) {
        let Some(state) = self.connections.get(&connection) else {
            return;
        };
        if !state.open[end] {
            return;
        }
        let me = state.ends[end] - self.nodes.len();
        let network = self.network;
        let frame = self.hostiles[me].attack(network);
        self.note(|_| format!("hostile {me} says {:?}…", &frame[..frame.len().min(8)]));
        self.transmit(session(connection, end), frame);
        self.after(400, Due::Attack { connection, end });
    }

    fn transmit(&mut self, from: SessionId, bytes: Vec<u8>) {
        let (connection, end) = end_of(from);
        let Some(state) = self.connections.get_mut(&connection) else {
            return;
        };
        if !state.alive {
            return;
        }
        let honest = state.ends.iter().all(|it| *it < self.nodes.len());
        let pipe = &mut state.pipes[1 - end];
        let run = bytes.first() == Some(&3);
        if honest && run {
            // Its entry count stands behind type, spread, format, author and first number.
            let count = bytes.get(43..45).map_or([0, 0], |it| [it[0], it[1]]);
            self.cost.entries_sent += u64::from(u16::from_be_bytes(count));
        }
        self.cost.frames_sent += u64::from(honest);
        let arrival = pipe.push(self.now, &self.links[state.link], bytes);
        self.cost.most_bytes_under_way = self.cost.most_bytes_under_way.max(pipe.bytes);
        let end = 1 - end;
        self.at(arrival, Due::Deliver { connection, end });
    }

    fn deliver(&mut self, connection: u64, end: usize) {
        let Some(state) = self.connections.get_mut(&connection) else {
            return;
        };
        if !state.open[end] {
            return;
        }
        let me = state.ends[end];
        let session = session(connection, end);
        if let Some(node) = self.nodes.get(me) {
            let Some(engine) = &node.engine else { return };
            let known = engine.session(session).is_some();
            if known && !engine.wants_input(session) {
                return self.at(self.now + 5, Due::Deliver { connection, end });
            }
        }
        let Some(bytes) = state.pipes[end].pop() else {
            return;
        };
        if self.is_honest(me) {
            self.tell(me, Input::Received { session, bytes });
        } else {
            self.hostiles[me - self.nodes.len()].overhear(bytes);
        }
    }

    /// One end notices that the connection is gone.
    fn lost(&mut self, connection: u64, end: usize) {
        let Some(state) = self.connections.get_mut(&connection) else {
            return;
        };
        state.alive = false;
        let was_open = std::mem::take(&mut state.open[end]);
        let me = state.ends[end];
        let over = state.open == [false; 2];
        if over {
            self.connections.remove(&connection);
        }
        if was_open && self.is_honest(me) {
            let session = session(connection, end);
            self.tell(me, Input::Disconnected { session });
        }
    }

    /// Both ends keep what arrived before the cut, and notice when they notice.
    pub(super) fn break_connection(&mut self, connection: u64) {
        let Some(state) = self.connections.get_mut(&connection) else {
            return;
        };
        state.alive = false;
        for pipe in &mut state.pipes {
            pipe.cut(&mut self.rng);
        }
        let ends = state.ends;
        for (end, participant) in ends.into_iter().enumerate() {
            if self.is_up(participant) {
                self.after(3_000, Due::Lost { connection, end });
            } else {
                self.lost(connection, end);
            }
        }
    }

    pub(super) fn cut_link(&mut self, link: usize) {
        let ids: Vec<u64> = self
            .connections
            .iter()
            .filter(|(_, it)| it.link == link)
            .map(|(id, _)| *id)
            .collect();
        for id in ids {
            self.break_connection(id);
        }
    }

    fn leave(&mut self, connection: u64) {
        let Some(state) = self.connections.get(&connection) else {
            return;
        };
        let end = self.rng.usize(..2);
        let me = state.ends[end];
        if self.is_honest(me) {
            let session = session(connection, end);
            self.tell(me, Input::Leave { session });
        }
    }
}
