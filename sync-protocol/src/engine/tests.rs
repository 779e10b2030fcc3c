use std::collections::BTreeMap;
use std::sync::Arc;

use ed25519_dalek::SigningKey;

use super::*;
use crate::authority::SignedEntry;
use crate::charter::{Certificate, Member, Version, quorum};
use crate::entry::Kind;
use crate::fork::Fork;
use crate::frame::{Hello, NEWEST_VERSION, OLDEST_VERSION};
use crate::id::{EntryId, NetworkId, Prefix, RootKey, StructureId, VersionId};
use crate::run::{Statement, VerifiedRun, recompose, sign};

mod adversity;
mod bodies;
mod bounds;
mod forks;
mod removal;

/// A node: engine, keys and an in-memory store that is durable at once.
struct Peer {
    engine: Engine,
    key: SigningKey,
    runs: BTreeMap<NodeId, Vec<Arc<VerifiedRun>>>,
    events: Vec<Event>,
    founding: Version,
    proofs: Vec<Fork>,
    aside: Vec<Arc<VerifiedRun>>,
}

fn keys(seed: u8) -> (SigningKey, SigningKey) {
    (
        SigningKey::from_bytes(&[seed; 32]),
        SigningKey::from_bytes(&[seed + 100; 32]),
    )
}

fn id_of(key: &SigningKey) -> NodeId {
    NodeId(key.verifying_key().to_bytes())
}

fn member(seed: u8) -> Member {
    let (root, node) = keys(seed);
    let root = RootKey(root.verifying_key().to_bytes());
    Member {
        structure: StructureId::derive(&root),
        root,
        voting_node: id_of(&node),
        name: format!("structure {seed}"),
        kind: "other".into(),
    }
}

fn founding(members: u8) -> Version {
    Version {
        number: 0,
        previous: VersionId::ZERO,
        name: "test".into(),
        minimum_protocol: 1,
        written: Timestamp(0),
        members: (1..=members).map(member).collect(),
        terms: None,
    }
}

impl Peer {
    fn new(seed: u8, version: &Version) -> Self {
        let (root, key) = keys(seed);
        let network = version.network();
        let certificate = Certificate::issue(network, member(seed).structure, &root, id_of(&key));
        let charter = Charter::pinned(network, version.clone());
        let engine = Engine::new(
            id_of(&key),
            certificate.encode(),
            charter,
            Frontier::default(),
            u64::from(seed),
        );
        let mut peer = Self {
            engine,
            key,
            runs: BTreeMap::new(),
            events: Vec::new(),
            founding: version.clone(),
            proofs: Vec::new(),
            aside: Vec::new(),
        };
        peer.say(Kind::CERTIFICATE, certificate.encode());
        peer
    }

    fn network(&self) -> NetworkId {
        self.engine.charter().network()
    }

    fn say(&mut self, kind: Kind, body: Vec<u8>) {
        self.say_all(vec![(kind, body)]);
    }

    fn say_all(&mut self, statements: Vec<(Kind, Vec<u8>)>) {
        let statements = statements
            .into_iter()
            .map(|(kind, body)| Statement {
                charter: self.engine.charter().current().0,
                kind,
                subject: None,
                time: Timestamp(0),
                body,
            })
            .collect();
        let tip = self.engine.frontier().tip(&id_of(&self.key));
        for run in sign(self.network(), &self.key, tip, statements) {
            self.store(Arc::new(run));
        }
    }

    fn store(&mut self, run: Arc<VerifiedRun>) {
        self.runs
            .entry(run.author())
            .or_default()
            .push(Arc::clone(&run));
        self.engine.handle(Timestamp(0), Input::Stored { run });
    }
}

/// Nodes and the frames between them; sessions are numbered by the two ends.
struct Mesh {
    peers: Vec<Peer>,
    links: Vec<(usize, usize)>,
    /// Those that leave bodies out of what they send, and give none away.
    withholding: Vec<usize>,
    now: Timestamp,
}

impl Mesh {
    fn new(members: u8) -> Self {
        let version = founding(members);
        let peers = (1..=members)
            .map(|seed| Peer::new(seed, &version))
            .collect();
        Self {
            peers,
            links: Vec::new(),
            withholding: Vec::new(),
            now: Timestamp(0),
        }
    }

    fn session(&self, from: usize, to: usize) -> SessionId {
        SessionId((from * 100 + to) as u64)
    }

    fn connect(&mut self, one: usize, other: usize) {
        self.links.push((one, other));
        for (from, to) in [(one, other), (other, one)] {
            let peer = id_of(&self.peers[to].key);
            let session = self.session(from, to);
            let input = Input::Connected {
                session,
                peer,
                exporter: [0; 32],
            };
            self.peers[from].engine.handle(self.now, input);
        }
    }

    fn cut(&mut self, one: usize, other: usize) {
        self.links
            .retain(|link| *link != (one, other) && *link != (other, one));
        for (from, to) in [(one, other), (other, one)] {
            let session = self.session(from, to);
            self.peers[from]
                .engine
                .handle(self.now, Input::Disconnected { session });
        }
    }

    /// Runs until nobody has anything to do, letting time pass where somebody waits.
    fn settle(&mut self) {
        for _ in 0..200 {
            while self.step() {}
            self.now = self.now + Duration::from_millis(50);
            for peer in &mut self.peers {
                peer.engine.handle(self.now, Input::Tick);
            }
        }
    }

    fn step(&mut self) -> bool {
        let mut busy = false;
        for from in 0..self.peers.len() {
            while let Some(output) = self.peers[from].engine.poll_output() {
                busy = true;
                self.perform(from, output);
            }
        }
        busy
    }

    fn perform(&mut self, from: usize, output: Output) {
        let network = self.peers[from].network();
        let withholds = self.withholding.contains(&from);
        let peer = &mut self.peers[from];
        match output {
            Output::Send { session, mut bytes } => {
                let taken = bytes.len();
                let input = Input::Sent {
                    session,
                    bytes: taken,
                };
                peer.engine.handle(self.now, input);
                if withholds {
                    bytes = bodies::stripped(bytes);
                }
                let to = (session.0 % 100) as usize;
                if self.links.contains(&(from, to)) || self.links.contains(&(to, from)) {
                    let session = self.session(to, from);
                    let input = Input::Received { session, bytes };
                    self.peers[to].engine.handle(self.now, input);
                }
            }
            Output::Store { run } => peer.store(run),
            Output::Load {
                session,
                author,
                after,
                max_bytes,
            } => {
                let stored: Vec<_> = peer.runs[&author]
                    .iter()
                    .map(|run| Arc::clone(run.wire()))
                    .collect();
                let mut bytes = 0;
                let mut runs = recompose(network, after, &stored).unwrap();
                runs.retain(|run| {
                    let room = bytes < max_bytes;
                    bytes += run.len();
                    room
                });
                peer.engine.handle(
                    self.now,
                    Input::Loaded {
                        session,
                        author,
                        runs,
                    },
                );
            }
            Output::LoadAuthority { session } => {
                let entries = peer
                    .runs
                    .values()
                    .flatten()
                    .filter_map(|run| SignedEntry::of(run))
                    .collect();
                peer.engine
                    .handle(self.now, Input::AuthorityLoaded { session, entries });
            }
            Output::Identify {
                session,
                author,
                seq,
            } => {
                let id = peer.id_at(&author, seq);
                peer.engine.handle(
                    self.now,
                    Input::Identified {
                        session,
                        author,
                        seq,
                        id,
                    },
                );
            }
            Output::Parted { after, run } => peer.keep_proof(after, &run),
            Output::Replace {
                session,
                author,
                after,
            } => {
                let outcome = peer.put_aside(author, after);
                let outcome = outcome.map(|(tip, charter)| (tip, Box::new(charter)));
                peer.engine.handle(
                    self.now,
                    Input::Replaced {
                        session,
                        author,
                        outcome,
                    },
                );
            }
            Output::Event(event) => peer.events.push(event),
            Output::LoadBlob {
                session,
                hash,
                offset,
                max_bytes,
            } => {
                let blob = b"a photograph".repeat(100_000);
                let start = usize::try_from(offset).unwrap();
                let end = (start + max_bytes).min(blob.len());
                let bytes = blob[start..end].to_vec();
                let total = blob.len() as u64;
                peer.engine.handle(
                    self.now,
                    Input::BlobLoaded {
                        session,
                        hash,
                        total,
                        bytes,
                    },
                );
            }
            Output::LoadBody { session, place } => {
                let body = peer.body(&place).filter(|_| !withholds);
                let input = Input::BodyLoaded {
                    session,
                    place,
                    body,
                };
                peer.engine.handle(self.now, input);
            }
            Output::StoreBody { place, body } => {
                peer.put_back(&place, &body);
                peer.engine.handle(self.now, Input::BodyStored { place });
            }
            Output::Blob { .. } | Output::Join { .. } | Output::Close { .. } => {}
        }
    }

    fn assert_equal(&self) {
        let digest = self.peers[0].engine.frontier().digest();
        for (index, peer) in self.peers.iter().enumerate() {
            assert_eq!(peer.engine.frontier().digest(), digest, "node {index}");
            for (session, view) in peer.engine.sessions() {
                assert!(view.in_sync, "node {index}, {session:?}: {view:?}");
            }
        }
    }
}

#[test]
fn two_nodes_exchange_what_each_lacks() {
    let mut mesh = Mesh::new(2);
    mesh.peers[0].say_all(vec![(Kind::CHANGE, vec![1; 300]); 1_000]);
    mesh.peers[1].say_all(vec![(Kind::CHANGE, vec![2; 300]); 10]);
    mesh.connect(0, 1);
    mesh.settle();
    mesh.assert_equal();
    assert_eq!(mesh.peers[1].engine.frontier().entries(), 1_012);
    let holder = id_of(&mesh.peers[1].key).prefix();
    let held = Event::Holds {
        holder,
        seq: 1_001,
        relayed: false,
    };
    assert!(mesh.peers[0].events.contains(&held));
}

#[test]
fn a_newcomer_is_in_sync_only_once_it_holds_all_that_was_stated() {
    let mut mesh = Mesh::new(3);
    mesh.connect(0, 1);
    mesh.settle();
    mesh.cut(0, 1);
    mesh.peers[2].say_all(vec![(Kind::CHANGE, vec![1; 30]); 1_000]);
    mesh.connect(1, 2);
    mesh.settle();
    mesh.connect(0, 1);
    let session = mesh.session(0, 1);
    // Each run is stored before the next arrives.
    let mut busy = true;
    while busy {
        busy = false;
        for from in [0, 1] {
            if let Some(output) = mesh.peers[from].engine.poll_output() {
                busy = true;
                mesh.perform(from, output);
            }
            let newcomer = &mesh.peers[0].engine;
            let entries = newcomer.frontier().entries();
            let view = newcomer.session(session).unwrap();
            assert!(!view.in_sync || entries == 1_003, "{entries}");
        }
    }
    mesh.settle();
    mesh.assert_equal();
}

#[test]
fn nothing_new_costs_one_exchange_under_three_hundred_bytes() {
    for entries in [10, 5_000] {
        let mut mesh = Mesh::new(2);
        mesh.peers[0].say_all(vec![(Kind::CHANGE, vec![1; 30]); entries]);
        mesh.connect(0, 1);
        mesh.settle();
        mesh.cut(0, 1);
        mesh.peers[0].events.clear();
        mesh.connect(0, 1);
        mesh.settle();
        mesh.assert_equal();
        let session = mesh.session(0, 1);
        // Equal digests acknowledge what the last session could not any more.
        let held = Event::Holds {
            holder: id_of(&mesh.peers[1].key).prefix(),
            seq: mesh.peers[0]
                .engine
                .frontier()
                .tip(&id_of(&mesh.peers[0].key))
                .seq,
            relayed: false,
        };
        assert!(mesh.peers[0].events.contains(&held));
        let traffic = mesh.peers[0].engine.session(session).unwrap().traffic;
        assert!(
            traffic.bytes_sent <= 300 && traffic.bytes_received <= 300,
            "{traffic:?}"
        );
        assert_eq!(traffic.round_trips, 1);
    }
}

#[test]
fn an_edit_goes_through_a_hub_and_its_author_learns_who_holds_it() {
    let mut mesh = Mesh::new(4);
    for leaf in 1..4 {
        mesh.connect(0, leaf);
    }
    mesh.settle();
    mesh.peers[1].say(Kind::CHANGE, vec![7]);
    mesh.settle();
    mesh.assert_equal();
    let far = id_of(&mesh.peers[3].key).prefix();
    assert!(mesh.peers[1].events.contains(&Event::Holds {
        holder: far,
        seq: 2,
        relayed: true
    }));
}

#[test]
fn a_full_mesh_does_not_flood() {
    let mut mesh = Mesh::new(5);
    for one in 0..5 {
        for other in one + 1..5 {
            mesh.connect(one, other);
        }
    }
    mesh.settle();
    mesh.assert_equal();
    let before: u64 = entries_sent(&mesh);
    mesh.peers[2].say(Kind::CHANGE, vec![7]);
    mesh.settle();
    mesh.assert_equal();
    assert_eq!(
        entries_sent(&mesh) - before,
        4,
        "the author tells each of four once"
    );
}

fn entries_sent(mesh: &Mesh) -> u64 {
    mesh.peers
        .iter()
        .flat_map(|peer| peer.engine.sessions())
        .map(|(_, view)| view.traffic.entries_sent)
        .sum()
}

#[test]
fn a_member_convinces_a_veteran_that_missed_the_vote() {
    let mut mesh = Mesh::new(1);
    let version = founding(1);
    let next = version.admitting(member(2), Timestamp(0));
    let third = next.admitting(member(3), Timestamp(0));
    mesh.peers[0].say(Kind::PROPOSE, next.encode());
    mesh.peers[0].say(Kind::APPROVE, next.id().0.to_vec());
    mesh.peers[0].say(Kind::PROPOSE, third.encode());
    mesh.peers[0].say(Kind::APPROVE, third.id().0.to_vec());
    assert_eq!(quorum(2), 2);
    assert_eq!(
        mesh.peers[0].engine.charter().current().0,
        next.id(),
        "one vote of two is missing"
    );
    mesh.peers.push(Peer::new(2, &version));
    mesh.peers.push(Peer::new(3, &version));
    mesh.connect(0, 1);
    mesh.settle();
    mesh.cut(0, 1);
    mesh.peers[1].say(Kind::APPROVE, third.id().0.to_vec());
    mesh.connect(1, 2);
    mesh.settle();
    mesh.cut(1, 2);
    assert_eq!(mesh.peers[2].engine.charter().current().0, third.id());
    assert_eq!(mesh.peers[0].engine.charter().current().0, next.id());
    // The founder has never heard of the third structure, whose node brings the proof.
    mesh.connect(0, 2);
    mesh.settle();
    assert_eq!(mesh.peers[0].engine.charter().current().0, third.id());
    mesh.connect(0, 1);
    mesh.settle();
    mesh.assert_equal();
}

#[test]
fn a_stranger_gets_no_further_than_hello() {
    let mut mesh = Mesh::new(2);
    let mut stranger = Peer::new(9, &founding(2));
    stranger.say(Kind::CHANGE, vec![1]);
    mesh.peers.push(stranger);
    mesh.connect(0, 2);
    mesh.settle();
    assert_eq!(mesh.peers[0].engine.frontier().len(), 1);
    assert_eq!(mesh.peers[2].engine.frontier().len(), 1);
    let refused = |event: &Event| matches!(event, Event::Ended { bye, .. } if bye.reason == ByeReason::NotAdmitted);
    assert!(mesh.peers[0].events.iter().any(refused));
}

#[test]
fn another_network_and_a_newer_protocol_are_told_apart() {
    for (change, reason) in [(0, ByeReason::OtherNetwork), (1, ByeReason::Version)] {
        let mut mesh = Mesh::new(2);
        let session = SessionId(1);
        let peer = id_of(&mesh.peers[1].key);
        let engine = &mut mesh.peers[0].engine;
        engine.handle(
            Timestamp(0),
            Input::Connected {
                session,
                peer,
                exporter: [0; 32],
            },
        );
        let (charter, version) = engine.charter().current();
        let mut hello = Hello {
            oldest: OLDEST_VERSION,
            newest: NEWEST_VERSION,
            network: engine.charter().network(),
            charter_number: version.number,
            charter,
            digest: engine.frontier().digest(),
            certificate: vec![],
        };
        if change == 0 {
            hello.network = NetworkId([9; 32]);
        } else {
            (hello.oldest, hello.newest) = (7, 9);
        }
        let bytes = Frame::Hello(hello).encode();
        engine.handle(Timestamp(0), Input::Received { session, bytes });
        let ended = std::iter::from_fn(|| engine.poll_output())
            .any(|output| matches!(output, Output::Close { bye, .. } if bye.reason == reason));
        assert!(ended, "{reason:?}");
    }
}

#[test]
fn a_node_that_speaks_more_versions_meets_one_that_speaks_todays() {
    let mut mesh = Mesh::new(2);
    mesh.peers[1].say(Kind(200), b"of a kind not known yet".to_vec());
    let (later, today) = (1, 0);
    mesh.connect(later, today);
    let session = mesh.session(today, later);
    // The greeting says more than its sender's engine, which is of today, would say.
    let mut greeted = false;
    while let Some(output) = mesh.peers[later].engine.poll_output() {
        let Output::Send { bytes, .. } = &output else {
            mesh.perform(later, output);
            continue;
        };
        if greeted {
            mesh.perform(later, output);
            continue;
        }
        let Ok(Frame::Hello(mut hello)) = Frame::decode(bytes) else {
            panic!("a session begins with Hello");
        };
        hello.newest = NEWEST_VERSION + 1;
        assert_eq!(hello.negotiate(), Some(NEWEST_VERSION));
        let bytes = Frame::Hello(hello).encode();
        let input = Input::Received { session, bytes };
        mesh.peers[today].engine.handle(Timestamp(0), input);
        greeted = true;
    }
    assert!(greeted);
    mesh.settle();
    mesh.assert_equal();
    let author = id_of(&mesh.peers[later].key);
    let held = mesh.peers[today].runs[&author].iter();
    let mut kinds = held
        .flat_map(|run| run.entries())
        .map(|entry| entry.header.kind);
    assert!(kinds.any(|kind| kind == Kind(200) && !kind.is_known()));
}

#[test]
fn an_interrupted_catch_up_resumes_where_it_stopped() {
    let mut mesh = Mesh::new(2);
    // Bytes that do not compress, so that several loads are needed.
    let mut rng = fastrand::Rng::with_seed(1);
    let bodies = (0..3_000).map(|_| (Kind::CHANGE, (0..2_000).map(|_| rng.u8(..)).collect()));
    mesh.peers[0].say_all(bodies.collect());
    mesh.connect(0, 1);
    for _ in 0..4 {
        mesh.step();
    }
    let first = mesh.peers[1].engine.frontier().entries();
    mesh.cut(0, 1);
    mesh.settle();
    mesh.connect(0, 1);
    mesh.settle();
    mesh.assert_equal();
    let view = mesh.peers[1].engine.session(mesh.session(1, 0)).unwrap();
    assert!(view.traffic.entries_received <= 3_003 - first.min(3_000));
}

#[test]
fn a_blob_is_fetched_and_checked() {
    let mut mesh = Mesh::new(2);
    mesh.connect(0, 1);
    mesh.settle();
    use sha2::Digest;
    let blob = b"a photograph".repeat(100_000);
    let hash = sha2::Sha256::digest(&blob).into();
    mesh.peers[1]
        .engine
        .handle(Timestamp(0), Input::WantBlob { hash });
    let mut got = None;
    for _ in 0..20 {
        for from in 0..2 {
            while let Some(output) = mesh.peers[from].engine.poll_output() {
                if let Output::Blob { bytes, .. } = &output {
                    got = Some(bytes.clone());
                }
                mesh.perform(from, output);
            }
        }
    }
    assert_eq!(got, Some(blob));
}

#[test]
fn arbitrary_frames_never_panic_and_never_pass_for_a_member() {
    let mut rng = fastrand::Rng::with_seed(7);
    for _ in 0..300 {
        let mut mesh = Mesh::new(2);
        mesh.connect(0, 1);
        if rng.bool() {
            mesh.settle();
        }
        let before = mesh.peers[0].engine.frontier().digest();
        for _ in 0..20 {
            let mut bytes: Vec<u8> = (0..rng.usize(..200)).map(|_| rng.u8(..)).collect();
            bytes.insert(0, rng.u8(..18));
            let session = mesh.session(0, 1);
            mesh.peers[0]
                .engine
                .handle(Timestamp(0), Input::Received { session, bytes });
            while let Some(output) = mesh.peers[0].engine.poll_output() {
                assert!(!matches!(output, Output::Store { .. }));
            }
        }
        assert_eq!(mesh.peers[0].engine.frontier().digest(), before);
    }
}
