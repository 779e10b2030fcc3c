//! What simulation and attacks on the design found.

use super::*;

fn outputs(engine: &mut Engine) -> Vec<Output> {
    std::iter::from_fn(|| engine.poll_output()).collect()
}

/// The frames among `outputs` that go to `session`.
fn frames(outputs: &[Output], session: SessionId) -> Vec<Frame> {
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
fn a_peer_that_has_not_stated_its_frontier_gets_no_acknowledgement() {
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
