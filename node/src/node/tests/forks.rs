//! A home that was copied and used twice forks its journal; the members say which branch counts.

use sync_protocol::charter::FixedHead;
use sync_protocol::entry::Kind;
use sync_protocol::frontier::Tip;

use super::*;
use crate::node::clock;

fn warns_of(node: &Node, code: &str) -> bool {
    let status = call(node, "status", json!({}));
    let warnings = status["warnings"].as_array().cloned().unwrap_or_default();
    warnings.iter().any(|it| it["code"] == code)
}

#[test]
fn of_a_copied_home_the_branch_counts_that_the_members_name() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let one = found(&place("one"));
    serve(&one);
    let (two, _) = join(&one, &place("two"), "CCI", "cci");
    serve(&two);
    let device = open(&place("device"));
    let invited = ticket(&one, json!({"device": true}));
    call(&device, "network.join", json!({"ticket": invited}));
    let common = add(&device, "Avant la copie");
    sync(&device);
    eventually("the device's entry arrives", || {
        try_show(&two, &common).is_ok()
    });
    let author = device.member().unwrap().node();
    drop(device);
    copy(&place("device"), &place("twin"));
    one.stop();
    two.stop();

    let written = [("device", &one), ("twin", &two)].map(|(home, reader)| {
        let node = open(&place(home));
        let id = add(&node, home);
        let path = place(home).join("branch.bundle");
        let path = path.to_str().unwrap();
        call(&node, "bundle.write", json!({"path": path}));
        call(reader, "bundle.read", json!({"path": path}));
        id
    });
    let tips = [&one, &two].map(|node| node.member().unwrap().journals.tip(&author));
    assert_ne!(tips[0], tips[1]);
    assert_eq!(tips[0].seq, tips[1].seq);

    // On other ports than before, which nobody was told.
    let listen = vec!["127.0.0.1:0".parse().unwrap()];
    let addresses = one.start(&RunOptions {
        listen: listen.clone(),
        peers: Vec::new(),
    });
    let peers = addresses
        .unwrap()
        .into_iter()
        .map(|it| it.to_string().parse());
    two.start(&RunOptions {
        listen,
        peers: peers.collect::<Result<_, _>>().unwrap(),
    })
    .unwrap();
    for node in [&one, &two] {
        eventually("the fork is proven", || warns_of(node, "fork_proven"));
        let forks = node.member().unwrap().journals.forks().unwrap();
        assert_eq!((forks[0].author, forks.len()), (author, 1));
        assert_eq!(forks[0].verify(node.member().unwrap().network), Ok(()));
        assert!(try_show(node, &common).is_ok());
    }

    // The park proposes the branch that the other node holds; both have to agree.
    let (park, cci) = (one.member().unwrap(), two.member().unwrap());
    let mut version = park.charter().draft(park.me, clock::now());
    let number = version.number;
    let terms = version.terms.as_mut().unwrap();
    terms.heads.push(FixedHead {
        version: number,
        node: author,
        tip: tips[1],
        structure: park.structure,
    });
    let id = version.id();
    park.say(Kind::PROPOSE, version.encode()).unwrap();
    park.say(Kind::APPROVE, id.0.to_vec()).unwrap();
    eventually("the proposal arrives", || {
        cci.charter().version(&id).is_some()
    });
    cci.say(Kind::APPROVE, id.0.to_vec()).unwrap();
    eventually("one branch is left", || {
        park.journals.tip(&author) == tips[1] && digest(&one) == digest(&two)
    });
    assert_eq!(park.charter().current().0, id);
    eventually("the other branch is shown", || {
        try_show(&one, &written[1]).is_ok()
    });
    assert!(try_show(&one, &written[0]).is_err());
    assert!(warns_of(&one, "branch_put_aside") && !warns_of(&two, "branch_put_aside"));
    assert!(!warns_of(&one, "fork_proven"));
    let aside = park.journals.aside().unwrap();
    assert_eq!((aside.len(), aside[0].tip), (1, tips[0]));
    // Both go on together, and what was kept aside stays over a restart.
    let later = add(&one, "Après la décision");
    eventually("later edits arrive", || try_show(&two, &later).is_ok());
    one.stop();
    drop(park);
    drop(one);
    let one = open(&place("one"));
    assert!(warns_of(&one, "branch_put_aside"));
    assert_eq!(digest(&one), digest(&two));
    let held: Tip = one.member().unwrap().journals.tip(&author);
    assert_eq!(held, tips[1]);
}
