#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "tests look for one kind of output"
)]
//! What simulation and attacks on the design found.

use super::*;

pub(super) fn outputs(engine: &mut Engine) -> Vec<Output> {
    std::iter::from_fn(|| engine.poll_output()).collect()
}

/// The frames among `outputs` that go to `session`.
pub(super) fn frames(outputs: &[Output], session: SessionId) -> Vec<Frame> {
    outputs
        .iter()
        .filter_map(|output| match output {
            Output::Send { session: to, bytes } if *to == session => {
                Some(Frame::decode(bytes).unwrap())
            }
            _ => None,
        })
        .collect()
}

#[test]
fn a_peer_that_has_not_stated_its_frontier_gets_no_acknowledgement_and_no_question() {
    let mut mesh = Mesh::new(4);
    mesh.connect(0, 1);
    mesh.connect(1, 3);
    mesh.settle();
    // Node 2 has greeted but does not trust us yet: its charter may be older.
    let (session, peer) = (mesh.session(0, 2), id_of(&mesh.peers[2].key));
    let exporter = [0; 32];
    for (at, session, peer) in [
        (0, session, peer),
        (2, SessionId(1), id_of(&mesh.peers[0].key)),
    ] {
        let input = Input::Connected {
            session,
            peer,
            exporter,
        };
        mesh.peers[at].engine.handle(mesh.now, input);
    }
    let Some(Output::Send { bytes, .. }) = mesh.peers[2].engine.poll_output() else {
        panic!("a Hello");
    };
    let input = Input::Received { session, bytes };
    mesh.peers[0].engine.handle(mesh.now, input);
    let hash = [3; 32];
    mesh.peers[0]
        .engine
        .handle(mesh.now, Input::WantBlob { hash });
    mesh.peers[1].say(Kind::CHANGE, vec![7]);
    let mut said = Vec::new();
    for _ in 0..9 {
        for node in [1, 3, 0] {
            let all = outputs(&mut mesh.peers[node].engine);
            if node == 0 {
                said.extend(frames(&all, session));
            }
            for output in all {
                mesh.perform(node, output);
            }
        }
    }
    assert!(
        matches!(said.as_slice(), [Frame::Hello(_), Frame::Frontier(_)]),
        "{said:?}"
    );
}

#[test]
fn nothing_follows_bye() {
    let mut mesh = Mesh::new(2);
    let session = mesh.session(0, 1);
    mesh.peers[0].say_all(vec![(Kind::CHANGE, vec![1; 30]); 10]);
    mesh.connect(0, 1);
    let mut load = None;
    for _ in 0..20 {
        for output in outputs(&mut mesh.peers[0].engine) {
            match output {
                Output::Load { .. } => load = Some(output),
                other => mesh.perform(0, other),
            }
        }
        for output in outputs(&mut mesh.peers[1].engine) {
            mesh.perform(1, output);
        }
    }
    let engine = &mut mesh.peers[0].engine;
    engine.handle(mesh.now, Input::Leave { session });
    outputs(engine);
    // The store answers late, and there is news.
    mesh.perform(0, load.expect("the peer lacks entries"));
    mesh.peers[0].say(Kind::CHANGE, vec![2]);
    mesh.now = mesh.now + Duration::from_secs(90);
    let engine = &mut mesh.peers[0].engine;
    engine.handle(mesh.now, Input::Tick);
    let said = frames(&outputs(engine), session);
    assert!(said.is_empty(), "{said:?}");
}

#[test]
fn a_session_that_ended_is_not_trusted_when_the_charter_grows() {
    let first = founding(1);
    let second = first.admitting(member(2), Timestamp(0));
    let mut mesh = Mesh::new(1);
    mesh.peers.push(Peer::new(2, &second));
    mesh.peers[1].engine.charter = Charter::pinned(first.network(), second.clone());
    mesh.peers[1].engine.certificate = Certificate::issue(
        first.network(),
        member(2).structure,
        &keys(2).0,
        id_of(&keys(2).1),
    )
    .encode();
    mesh.connect(0, 1);
    mesh.step();
    mesh.now = mesh.now + Duration::from_secs(11);
    mesh.peers[0].engine.handle(mesh.now, Input::Tick);
    mesh.peers[0].events.clear();
    mesh.peers[0].say(Kind::PROPOSE, second.encode());
    mesh.peers[0].say(Kind::APPROVE, second.id().0.to_vec());
    mesh.step();
    let events = &mesh.peers[0].events;
    assert!(events.contains(&Event::CharterGrew), "{events:?}");
    assert!(
        !events.iter().any(|it| matches!(it, Event::Trusted { .. })),
        "{events:?}"
    );
}

/// Hands `from`'s outputs over until it has none, keeping back what `keep` takes.
fn perform_but(mesh: &mut Mesh, from: usize, keep: impl Fn(&Output) -> bool) -> Vec<Output> {
    let mut kept = Vec::new();
    for output in outputs(&mut mesh.peers[from].engine) {
        if keep(&output) {
            kept.push(output);
        } else {
            mesh.perform(from, output);
        }
    }
    kept
}

#[test]
fn what_the_store_did_not_take_is_asked_for_again() {
    let mut mesh = Mesh::new(2);
    mesh.connect(0, 1);
    mesh.settle();
    let author = id_of(&mesh.peers[0].key);
    mesh.cut(0, 1);
    mesh.peers[0].say(Kind::CHANGE, vec![1]);
    mesh.peers[0].say_all(vec![(Kind::CHANGE, vec![2]); 2]);
    mesh.connect(0, 1);
    // A run of three entries comes while a bundle brings the first of them.
    let mut store = Vec::new();
    for _ in 0..9 {
        perform_but(&mut mesh, 0, |_| false);
        store.extend(perform_but(&mut mesh, 1, |it| {
            matches!(it, Output::Store { .. })
        }));
    }
    assert_eq!(store.len(), 1);
    let first = Arc::clone(&mesh.peers[0].runs[&author][1]);
    let tip = first.last();
    mesh.peers[1].store(first);
    let input = Input::NotStored { author, tip };
    mesh.peers[1].engine.handle(mesh.now, input);
    mesh.settle();
    mesh.assert_equal();
}

#[test]
fn a_run_that_straddles_what_is_held_is_asked_for_once() {
    let mut mesh = Mesh::new(2);
    let author = NodeId([9; 32]);
    mesh.connect(0, 1);
    mesh.settle();
    let session = mesh.session(0, 1);
    for first in [7u64, 8, 9, 10] {
        let mut wire = vec![crate::run::FORMAT];
        wire.extend_from_slice(&author.0);
        wire.extend_from_slice(&first.to_be_bytes());
        wire.extend_from_slice(&[0, 1]);
        wire.extend_from_slice(&[0; 68]);
        let frame = Frame::Run {
            spread: 1,
            wire: wire.into(),
        };
        let bytes = frame.encode();
        let input = Input::Received { session, bytes };
        mesh.peers[0].engine.handle(mesh.now, input);
    }
    let said = frames(&outputs(&mut mesh.peers[0].engine), session);
    assert_eq!(said, [Frame::Resume { author, after: 0 }]);
}

#[test]
fn a_peer_that_never_acknowledges_is_sent_the_rest_in_the_end() {
    let mut mesh = Mesh::new(2);
    let mut rng = fastrand::Rng::with_seed(3);
    let bodies = (0..60).map(|_| (Kind::CHANGE, (0..200_000).map(|_| rng.u8(..)).collect()));
    mesh.peers[0].say_all(bodies.collect());
    mesh.connect(0, 1);
    let mut sent = 0;
    for _ in 0..400 {
        perform_but(&mut mesh, 1, |it| matches!(it, Output::Store { .. }));
        let runs = |it: &Output| matches!(it, Output::Send { bytes, .. } if bytes[0] == 3);
        for output in perform_but(&mut mesh, 0, runs) {
            sent += 1;
            if let Output::Send { session, bytes } = output {
                let bytes = bytes.len();
                let input = Input::Sent { session, bytes };
                mesh.peers[0].engine.handle(mesh.now, input);
            }
        }
        mesh.now = mesh.now + Duration::from_secs(1);
        mesh.peers[0].engine.handle(mesh.now, Input::Tick);
    }
    let author = id_of(&mesh.peers[0].key);
    assert_eq!(sent, mesh.peers[0].runs[&author].len());
}

#[test]
fn a_stream_of_runs_does_not_put_relays_off_for_ever() {
    let mut mesh = Mesh::new(4);
    mesh.connect(0, 1);
    mesh.connect(1, 3);
    mesh.connect(0, 2);
    mesh.settle();
    let author = id_of(&mesh.peers[1].key);
    for _ in 0..100 {
        mesh.peers[1].say(Kind::CHANGE, vec![1]);
        mesh.now = mesh.now + Duration::from_millis(4);
        while mesh.step() {}
    }
    let held = mesh.peers[2].engine.frontier().tip(&author).seq;
    assert!(held > 60, "{held} of 101 entries got through");
}

#[test]
fn nobody_holds_entries_that_were_never_made() {
    let mut mesh = Mesh::new(2);
    mesh.connect(0, 1);
    mesh.settle();
    mesh.peers[0].events.clear();
    let session = mesh.session(0, 1);
    let me = id_of(&mesh.peers[0].key);
    let tip = Tip {
        seq: u64::MAX,
        id: EntryId::ZERO,
    };
    let row = crate::frontier::Row::new(&me, &tip);
    let holder = Prefix([3; 8]);
    let claim = crate::frame::Claim {
        holder,
        seq: u64::MAX,
    };
    for frame in [
        Frame::Ack(vec![row]),
        Frame::Claims(vec![claim]),
        Frame::Frontier(vec![row]),
    ] {
        let bytes = frame.encode();
        let input = Input::Received { session, bytes };
        mesh.peers[0].engine.handle(mesh.now, input);
    }
    mesh.step();
    let events = &mesh.peers[0].events;
    assert!(
        !events.iter().any(|it| matches!(it, Event::Holds { .. })),
        "{events:?}"
    );
}

#[test]
fn a_member_cannot_make_another_remember_journals_without_end() {
    let mut mesh = Mesh::new(2);
    mesh.connect(0, 1);
    mesh.settle();
    let session = mesh.session(0, 1);
    let mut closed = false;
    for number in 0..20_000u64 {
        let mut author = [0xAA; 32];
        author[..8].copy_from_slice(&number.to_be_bytes());
        let mut wire = vec![crate::run::FORMAT];
        wire.extend_from_slice(&author);
        wire.extend_from_slice(&2u64.to_be_bytes());
        wire.extend_from_slice(&[0, 1]);
        wire.extend_from_slice(&[0; 68]);
        let frame = Frame::Run {
            spread: 1,
            wire: wire.into(),
        };
        let bytes = frame.encode();
        let input = Input::Received { session, bytes };
        let engine = &mut mesh.peers[0].engine;
        engine.handle(mesh.now, input);
        closed |= outputs(engine)
            .iter()
            .any(|it| matches!(it, Output::Close { .. }));
    }
    assert!(closed);
}

#[test]
fn a_journal_that_waits_for_the_charter_is_asked_for_when_it_is_named() {
    let mut mesh = Mesh::new(1);
    let first = founding(1);
    let second = first.admitting(member(2), Timestamp(0));
    let session = SessionId(7);
    let network = first.network();
    for seed in [2, 3] {
        let (root, node) = keys(seed);
        let certificate = Certificate::issue(network, member(seed).structure, &root, id_of(&node));
        let statement = Statement {
            charter: VersionId::ZERO,
            kind: Kind::CERTIFICATE,
            subject: None,
            time: Timestamp(0),
            body: certificate.encode(),
        };
        let run = sign(network, &node, Tip::EMPTY, vec![statement]).remove(0);
        let engine = &mut mesh.peers[0].engine;
        if seed == 2 {
            let peer = id_of(&keys(1).1);
            let exporter = [0; 32];
            let input = Input::Connected {
                session,
                peer,
                exporter,
            };
            engine.handle(Timestamp(0), input);
            engine.sessions.get_mut(&session).unwrap().phase = Phase::Syncing;
        }
        let wire = Arc::clone(run.wire());
        let bytes = Frame::Run { spread: 1, wire }.encode();
        engine.handle(Timestamp(0), Input::Received { session, bytes });
    }
    outputs(&mut mesh.peers[0].engine);
    mesh.peers[0].say(Kind::PROPOSE, second.encode());
    mesh.peers[0].say(Kind::APPROVE, second.id().0.to_vec());
    let said = frames(&outputs(&mut mesh.peers[0].engine), session);
    let asked: Vec<NodeId> = said
        .iter()
        .filter_map(|frame| match frame {
            Frame::Resume { author, .. } => Some(*author),
            _ => None,
        })
        .collect();
    assert_eq!(asked, [id_of(&keys(2).1)]);
}

#[test]
fn a_long_charter_is_shown_so_that_page_after_page_is_understood() {
    let mut mesh = Mesh::new(2);
    let first = founding(2);
    let network = first.network();
    let mut entries = Vec::new();
    let mut current = first;
    let mut voters: Vec<(SigningKey, Tip)> = [1, 2].map(|seed| (keys(seed).1, Tip::EMPTY)).into();
    let mut approve = |voter: &mut (SigningKey, Tip), kind, body| {
        let statement = Statement {
            charter: VersionId::ZERO,
            kind,
            subject: None,
            time: Timestamp(0),
            body,
        };
        let run = sign(network, &voter.0, voter.1, vec![statement]).remove(0);
        voter.1 = run.last();
        entries.push(SignedEntry::of(&run).unwrap());
    };
    for seed in 3..100u8 {
        let next = current.admitting(member(seed), Timestamp(0));
        approve(&mut voters[0], Kind::PROPOSE, next.encode());
        let needed = quorum(current.members.len());
        // The newest members vote, so that each version needs those before.
        for voter in voters.iter_mut().rev().take(needed) {
            approve(voter, Kind::APPROVE, next.id().0.to_vec());
        }
        voters.push((keys(seed).1, Tip::EMPTY));
        current = next;
    }
    entries.sort_by_key(|entry| entry.entry.header.author);
    mesh.connect(0, 1);
    mesh.settle();
    let session = mesh.session(0, 1);
    let observed = entries.iter().map(|entry| &entry.entry);
    mesh.peers[0].engine.charter.observe_all(observed);
    let input = Input::AuthorityLoaded { session, entries };
    mesh.peers[0].engine.handle(mesh.now, input);
    mesh.settle();
    assert_eq!(
        mesh.peers[1].engine.charter().current().1.number,
        current.number
    );
}

#[test]
fn a_member_that_forks_its_journal_does_not_part_the_others() {
    let mut mesh = Mesh::new(3);
    let (author, key) = (id_of(&mesh.peers[2].key), mesh.peers[2].key.clone());
    mesh.connect(0, 1);
    mesh.connect(0, 2);
    mesh.settle();
    mesh.cut(0, 2);
    mesh.cut(0, 1);
    // One branch for each of the others.
    for (node, length) in [(0, 1), (1, 3)] {
        let statement = Statement {
            charter: VersionId::ZERO,
            kind: Kind::CHANGE,
            subject: None,
            time: Timestamp(node),
            body: vec![7],
        };
        let peer = &mut mesh.peers[usize::try_from(node).unwrap()];
        let tip = peer.engine.frontier().tip(&author);
        for run in sign(peer.network(), &key, tip, vec![statement; length]) {
            peer.store(Arc::new(run));
        }
    }
    mesh.connect(0, 1);
    mesh.settle();
    for node in [0, 1] {
        mesh.peers[node].say(Kind::CHANGE, vec![1]);
    }
    mesh.settle();
    for node in [0, 1] {
        let engine = &mesh.peers[node].engine;
        for other in [0, 1] {
            let tip = engine.frontier().tip(&id_of(&mesh.peers[other].key));
            assert_eq!(tip.seq, 2, "of node {other} at node {node}");
        }
        assert!(engine.sessions().all(|(_, view)| !view.in_sync));
    }
    let peer = id_of(&mesh.peers[1].key);
    let forked = Event::Forked { author, peer };
    assert!(mesh.peers[0].events.contains(&forked));
}

#[test]
fn a_run_that_was_held_already_can_be_the_last_thing_to_agree_on() {
    let mut mesh = Mesh::new(3);
    mesh.connect(0, 1);
    mesh.connect(0, 2);
    mesh.step();
    // Node 1 has an entry of node 2 that node 0 gets from node 2 first.
    let author = id_of(&mesh.peers[2].key);
    mesh.settle();
    let session = mesh.session(0, 1);
    mesh.peers[2].say(Kind::CHANGE, vec![1]);
    let run = Arc::clone(&mesh.peers[2].runs[&author][1]);
    let last = run.last().seq;
    mesh.peers[0].engine.handle(
        mesh.now,
        Input::Stored {
            run: Arc::clone(&run),
        },
    );
    outputs(&mut mesh.peers[0].engine);
    assert!(!mesh.peers[0].engine.session(session).unwrap().in_sync);
    let wire = Arc::clone(run.wire());
    let bytes = Frame::Run { spread: 1, wire }.encode();
    let input = Input::Received { session, bytes };
    mesh.peers[0].engine.handle(mesh.now, input);
    assert_eq!(mesh.peers[0].engine.frontier().tip(&author).seq, last);
    assert!(mesh.peers[0].engine.session(session).unwrap().in_sync);
}

#[test]
fn who_asks_for_the_rest_has_not_stored_what_comes_before() {
    let mut mesh = Mesh::new(2);
    mesh.connect(0, 1);
    mesh.settle();
    // The peer's store is slow.
    mesh.peers[0].say_all(vec![(Kind::CHANGE, vec![1]); 5]);
    let session = mesh.session(0, 1);
    let author = id_of(&mesh.peers[0].key);
    let bytes = Frame::Resume { author, after: 6 }.encode();
    let input = Input::Received { session, bytes };
    mesh.peers[0].engine.handle(mesh.now, input);
    let view = mesh.peers[0].engine.session(session).unwrap();
    assert_eq!((view.missing_there, view.in_sync), (5, false));
    outputs(&mut mesh.peers[0].engine);
    mesh.peers[0].events.clear();
    // Another session asks what is known of the peer.
    let (session, peer) = (SessionId(9), id_of(&mesh.peers[1].key));
    let exporter = [0; 32];
    let engine = &mut mesh.peers[0].engine;
    let connected = Input::Connected {
        session,
        peer,
        exporter,
    };
    engine.handle(mesh.now, connected);
    engine.note_holder(peer);
    let held = outputs(engine).into_iter().find_map(|it| match it {
        Output::Event(Event::Holds { seq, .. }) => Some(seq),
        _ => None,
    });
    assert_eq!(held, Some(1));
}
