#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "tests look for one kind of output"
)]
//! What a member that means harm can make a node hold, send or load.

use super::adversity::{frames, outputs};
use super::*;
use crate::frame::NOT_NOW;
use crate::run::MAX_WIRE_BYTES;

/// Bodies of 200 kB that do not compress.
fn long_bodies(count: usize) -> Vec<(Kind, Vec<u8>)> {
    let mut rng = fastrand::Rng::with_seed(3);
    let body = |_| {
        let mut body = vec![0; 200_000];
        rng.fill(&mut body);
        (Kind::CHANGE, body)
    };
    (0..count).map(body).collect()
}

/// Node 0 with a long journal, and node 1 that it trusts and that knows where it stands.
fn with_a_long_journal() -> (Mesh, SessionId, NodeId) {
    let mut mesh = Mesh::new(2);
    mesh.connect(0, 1);
    mesh.settle();
    mesh.cut(0, 1);
    mesh.peers[0].say_all(long_bodies(50));
    mesh.connect(0, 1);
    // Greetings and frontiers arrive, and nothing else.
    for _ in 0..9 {
        for from in [0, 1] {
            for output in outputs(&mut mesh.peers[from].engine) {
                let run = matches!(&output, Output::Send { bytes, .. } if bytes[0] > 2);
                if !run {
                    mesh.perform(from, output);
                }
            }
        }
    }
    let (session, author) = (mesh.session(0, 1), id_of(&mesh.peers[0].key));
    (mesh, session, author)
}

fn hear(mesh: &mut Mesh, session: SessionId, frame: &Frame) {
    let bytes = frame.encode();
    let input = Input::Received { session, bytes };
    mesh.peers[0].engine.handle(mesh.now, input);
}

/// Does all that node 0 asks for, but its transport takes nothing.
fn answer_loads(mesh: &mut Mesh) -> usize {
    let mut sent = 0;
    while let Some(output) = mesh.peers[0].engine.poll_output() {
        match output {
            Output::Send { bytes, .. } => sent += bytes.len(),
            other => mesh.perform(0, other),
        }
    }
    sent
}

#[test]
fn whoever_does_not_read_is_not_queued_more_for_asking_again() {
    let (mut mesh, session, author) = with_a_long_journal();
    for round in 0..200 {
        let tip = mesh.peers[0].engine.frontier().tip(&author);
        let row = crate::frontier::Row::new(&author, &tip);
        for frame in [Frame::Resume { author, after: 1 }, Frame::Ack(vec![row])] {
            hear(&mut mesh, session, &frame);
            answer_loads(&mut mesh);
        }
        if round % 20 == 0 {
            mesh.now = mesh.now + Duration::from_secs(61);
            mesh.peers[0].engine.handle(mesh.now, Input::Tick);
        }
    }
    let queued = mesh.peers[0].engine.load(session).unwrap().unsent_bytes;
    let most = SEND_BUDGET_BYTES + 2 * MAX_WIRE_BYTES;
    assert!((SEND_BUDGET_BYTES..most).contains(&queued), "{queued}");
    // What the transport takes makes room for more.
    hear(&mut mesh, session, &Frame::Resume { author, after: 1 });
    let bytes = queued;
    let sent = Input::Sent { session, bytes };
    mesh.peers[0].engine.handle(mesh.now, sent);
    assert!(answer_loads(&mut mesh) > SEND_BUDGET_BYTES / 2);
}

#[test]
fn whoever_does_not_read_is_not_read_from_in_the_end() {
    let (mut mesh, session, author) = with_a_long_journal();
    // A run that is held already asks for an acknowledgement, however often it comes.
    let wire = Arc::clone(mesh.peers[0].runs[&author][0].wire());
    let run = Frame::Run { spread: 1, wire };
    let mut heard = 0;
    while mesh.peers[0].engine.wants_input(session) && heard < 1_000_000 {
        hear(&mut mesh, session, &run);
        answer_loads(&mut mesh);
        heard += 1;
    }
    assert!(heard < 1_000_000);
    let load = mesh.peers[0].engine.load(session).unwrap();
    assert!(load.unsent_bytes < UNSENT_LIMIT_BYTES + MAX_WIRE_BYTES);
}

#[test]
fn whoever_wants_many_blobs_gets_one_after_the_other() {
    let (mut mesh, session, author) = with_a_long_journal();
    let after = NOT_NOW;
    hear(&mut mesh, session, &Frame::Resume { author, after });
    let bytes = usize::MAX;
    let input = Input::Sent { session, bytes };
    mesh.peers[0].engine.handle(mesh.now, input);
    let mut queued = 0;
    let mut most_loads = 0;
    for round in 0..100u8 {
        let hashes = (0..=255).map(|n| [n ^ round; 32]).collect();
        hear(&mut mesh, session, &Frame::Want(hashes));
        let all = outputs(&mut mesh.peers[0].engine);
        let blob = |it: &&Output| matches!(it, Output::LoadBlob { .. });
        most_loads = most_loads.max(all.iter().filter(blob).count());
        for output in all {
            match output {
                Output::Send { bytes, .. } => queued += bytes.len(),
                Output::LoadBlob { session, hash, .. } => {
                    let input = Input::BlobLoaded {
                        session,
                        hash,
                        total: crate::frame::MAX_BLOB_BYTES,
                        bytes: vec![0; 512 * 1024],
                    };
                    mesh.peers[0].engine.handle(mesh.now, input);
                }
                _ => {}
            }
        }
    }
    assert_eq!(most_loads, 1);
    assert!(queued < SEND_BUDGET_BYTES + MAX_WIRE_BYTES, "{queued}");
}

#[test]
fn a_blob_that_one_peer_lacks_or_never_sends_comes_from_another() {
    let mut mesh = Mesh::new(4);
    for other in [1, 2, 3] {
        mesh.connect(0, other);
    }
    mesh.settle();
    use sha2::Digest;
    let blob = b"a photograph".repeat(100_000);
    let hash: [u8; 32] = sha2::Sha256::digest(&blob).into();
    mesh.peers[0]
        .engine
        .handle(mesh.now, Input::WantBlob { hash });
    let mut asked = Vec::new();
    let mut got = false;
    for _ in 0..300 {
        for from in [0, 1, 2, 3] {
            for output in outputs(&mut mesh.peers[from].engine) {
                match (&output, from) {
                    (Output::Send { session, bytes }, 0) if bytes[0] == 7 => {
                        asked.push(session.0 % 100);
                    }
                    // The first never answers, the second does not hold it.
                    (Output::LoadBlob { .. }, 1) => continue,
                    (Output::LoadBlob { session, hash, .. }, 2) => {
                        let input = Input::BlobLoaded {
                            session: *session,
                            hash: *hash,
                            total: 0,
                            bytes: Vec::new(),
                        };
                        mesh.peers[2].engine.handle(mesh.now, input);
                        continue;
                    }
                    (Output::Blob { .. }, 0) => got = true,
                    _ => {}
                }
                mesh.perform(from, output);
            }
        }
        mesh.now = mesh.now + Duration::from_secs(1);
        mesh.peers[0].engine.handle(mesh.now, Input::Tick);
    }
    assert!(got);
    assert_eq!(asked, [1, 2, 3]);
}

#[test]
fn many_small_blobs_do_not_cost_a_round_trip_each() {
    let mut mesh = Mesh::new(2);
    mesh.connect(0, 1);
    mesh.settle();
    use sha2::Digest;
    let blobs: BTreeMap<[u8; 32], Vec<u8>> = (0..100u8)
        .map(|number| {
            let blob = vec![number; 2_000];
            (sha2::Sha256::digest(&blob).into(), blob)
        })
        .collect();
    let hashes = blobs.keys().copied().collect();
    mesh.peers[0]
        .engine
        .handle(mesh.now, Input::WantBlobs { hashes });
    let (mut questions, mut got) = (0, 0);
    for _ in 0..500 {
        for from in [0, 1] {
            for output in outputs(&mut mesh.peers[from].engine) {
                match &output {
                    Output::Send { bytes, .. } if from == 0 && bytes[0] == 7 => questions += 1,
                    Output::LoadBlob { session, hash, .. } => {
                        let bytes = blobs[hash].clone();
                        let input = Input::BlobLoaded {
                            session: *session,
                            hash: *hash,
                            total: bytes.len() as u64,
                            bytes,
                        };
                        mesh.peers[from].engine.handle(mesh.now, input);
                        continue;
                    }
                    Output::Blob { .. } => got += 1,
                    _ => {}
                }
                mesh.perform(from, output);
            }
        }
    }
    assert_eq!((questions, got), (4, 100));
}

#[test]
fn a_relay_that_lacks_a_blob_yet_is_asked_again_until_it_is_not_wanted() {
    let mut mesh = Mesh::new(2);
    mesh.connect(0, 1);
    mesh.settle();
    use sha2::Digest;
    let blob = b"sealed".to_vec();
    let hash: [u8; 32] = sha2::Sha256::digest(&blob).into();
    let missing = [9; 32];
    let hashes = vec![hash, missing];
    mesh.peers[0]
        .engine
        .handle(mesh.now, Input::WantBlobs { hashes });
    assert!(mesh.peers[0].engine.fetches_blobs());
    let (mut asked, mut got) = (BTreeMap::new(), None);
    for second in 0..100 {
        for _ in 0..6 {
            for from in [0, 1] {
                for output in outputs(&mut mesh.peers[from].engine) {
                    match &output {
                        Output::LoadBlob {
                            session,
                            hash: wanted,
                            ..
                        } => {
                            *asked.entry(*wanted).or_insert(0) += 1;
                            // It arrives there after four seconds.
                            let bytes = match *wanted == hash && second > 4 {
                                true => blob.clone(),
                                false => Vec::new(),
                            };
                            let input = Input::BlobLoaded {
                                session: *session,
                                hash: *wanted,
                                total: bytes.len() as u64,
                                bytes,
                            };
                            mesh.peers[from].engine.handle(mesh.now, input);
                            continue;
                        }
                        Output::Blob { .. } => got = Some(second),
                        _ => {}
                    }
                    mesh.perform(from, output);
                }
            }
        }
        mesh.now = mesh.now + Duration::from_secs(1);
        mesh.peers[0].engine.handle(mesh.now, Input::Tick);
    }
    // After 1, 2, 4, 8, 16 and 32 seconds.
    assert_eq!(got, Some(7));
    assert_eq!(asked[&missing], 7);
    let hashes = Vec::new();
    let engine = &mut mesh.peers[0].engine;
    engine.handle(mesh.now, Input::WantBlobs { hashes });
    assert!(!engine.fetches_blobs());
    assert_eq!(engine.blob_deadline(), None);
}

#[test]
fn whoever_connects_anew_does_not_get_a_new_budget() {
    let (mut mesh, session, _) = with_a_long_journal();
    let (_, key) = keys(2);
    let (me, network) = (id_of(&key), mesh.peers[0].network());
    let body = long_bodies(1).remove(0).1;
    let mut tip = mesh.peers[0].engine.frontier().tip(&me);
    let mut fill = |mesh: &mut Mesh, session| {
        let mut taken = 0;
        while mesh.peers[0].engine.wants_input(session) {
            let statement = Statement {
                charter: VersionId::ZERO,
                kind: Kind::CHANGE,
                subject: None,
                time: Timestamp(0),
                body: body.clone(),
            };
            let run = sign(network, &key, tip, vec![statement]).remove(0);
            tip = run.last();
            let wire = Arc::clone(run.wire());
            taken += wire.len();
            // Its store is slow: what it is asked to store stays there.
            hear(mesh, session, &Frame::Run { spread: 1, wire });
            outputs(&mut mesh.peers[0].engine);
        }
        taken
    };
    let first = fill(&mut mesh, session);
    assert!(first < RECEIVE_BUDGET_BYTES + MAX_WIRE_BYTES, "{first}");
    mesh.peers[0]
        .engine
        .handle(mesh.now, Input::Disconnected { session });
    mesh.connect(0, 1);
    assert_eq!(fill(&mut mesh, session), 0);
}

#[test]
fn a_journal_that_is_put_off_does_not_hold_the_senders_budget() {
    // Node 1 does not know the structure of node 2, whose journal is longer than the budget; what
    // node 0 says itself gets through all the same.
    let mut mesh = Mesh::new(3);
    mesh.connect(0, 2);
    mesh.peers[2].say_all(long_bodies(40));
    mesh.settle();
    let known = Version {
        members: founding(3).members.into_iter().take(2).collect(),
        ..founding(3)
    };
    mesh.peers[1].engine.charter = Charter::pinned(mesh.peers[0].network(), known);
    mesh.connect(0, 1);
    mesh.peers[0].say_all(long_bodies(20));
    for _ in 0..100 {
        mesh.step();
    }
    let author = id_of(&mesh.peers[0].key);
    let (here, there) = (&mesh.peers[0].engine, &mesh.peers[1].engine);
    assert_eq!(there.frontier().tip(&author), here.frontier().tip(&author));
    let load = here.load(mesh.session(0, 1)).unwrap();
    assert_eq!(load.under_way_bytes, 0);
}

#[test]
fn what_a_peer_does_not_want_now_is_sent_when_it_asks() {
    let (mut mesh, session, author) = with_a_long_journal();
    let after = NOT_NOW;
    hear(&mut mesh, session, &Frame::Resume { author, after });
    assert_eq!(answer_loads(&mut mesh), 0);
    mesh.peers[0].say(Kind::CHANGE, vec![1]);
    let said = frames(&outputs(&mut mesh.peers[0].engine), session);
    assert!(said.is_empty(), "{said:?}");
    // Asked for, it comes.
    let input = Input::Sent {
        session,
        bytes: usize::MAX,
    };
    mesh.peers[0].engine.handle(mesh.now, input);
    hear(&mut mesh, session, &Frame::Resume { author, after: 1 });
    assert!(answer_loads(&mut mesh) > 0);
}

#[test]
fn a_journal_that_is_paused_is_read_on_where_it_stopped() {
    let mut mesh = Mesh::new(3);
    mesh.connect(0, 1);
    mesh.connect(1, 2);
    mesh.settle();
    let author = id_of(&mesh.peers[0].key);
    let pause = |mesh: &mut Mesh, authors: &[NodeId]| {
        let authors = authors.iter().copied().collect();
        let input = Input::Pause { authors };
        mesh.peers[1].engine.handle(mesh.now, input);
    };
    let held = |mesh: &Mesh| mesh.peers[1].engine.frontier().tip(&author).seq;
    pause(&mut mesh, &[author]);
    mesh.peers[0].say_all(long_bodies(40));
    mesh.peers[2].say(Kind::CHANGE, vec![1]);
    mesh.settle();
    // Others go on, and nobody takes it for done.
    assert_eq!(held(&mesh), 1);
    let other = id_of(&mesh.peers[2].key);
    assert_eq!(mesh.peers[0].engine.frontier().tip(&other).seq, 2);
    let sessions: Vec<_> = mesh.peers[1].engine.sessions().collect();
    for (session, view) in sessions {
        assert_eq!(view.in_sync, session == mesh.session(1, 2));
    }
    // A new session is told the same.
    mesh.cut(0, 1);
    mesh.connect(0, 1);
    mesh.settle();
    assert_eq!(held(&mesh), 1);
    // What the store takes from elsewhere, a bundle for instance, is not lost.
    let run = Arc::clone(&mesh.peers[0].runs[&author][1]);
    mesh.peers[1].store(run);
    mesh.settle();
    let from_elsewhere = held(&mesh);
    assert!(
        from_elsewhere > 1 && from_elsewhere < 41,
        "{from_elsewhere}"
    );
    pause(&mut mesh, &[]);
    mesh.settle();
    mesh.assert_equal();
}
