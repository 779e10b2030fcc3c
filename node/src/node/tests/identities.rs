//! Sealing keys and root statements of nodes over temporary homes.

use std::fs;

use sync_protocol::id::NodeId;
use sync_protocol::seal::key::Generation;

use crate::home::keys::SealingName;
use crate::node::Member;

use super::*;

fn further(inviter: &Node, folder: &Path) -> Node {
    let ticket = ticket(inviter, json!({"device": true}));
    let node = open(folder);
    call(&node, "network.join", json!({"ticket": ticket}));
    node
}

fn own_nodes(member: &Member) -> Vec<NodeId> {
    let state = member.root_state(&member.structure);
    state.nodes().map(|(node, _)| *node).collect()
}

#[test]
fn a_founder_publishes_a_sealing_key_and_says_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let member = node.member().unwrap();
    let (generation, public) = member.sealing_key_of(&member.structure).unwrap();
    assert_eq!(generation, Generation::FIRST);
    let secret = member.sealing_secret(generation).unwrap();
    assert_eq!(secret.public(), public);
    assert_eq!(own_nodes(&member), [member.node()]);
    let file = node
        .home()
        .home()
        .sealing_file(SealingName::Structure(generation));
    assert!(crate::home::keys::is_private(&file).unwrap());
    let tip = member.journals.tip(&member.me);
    drop((member, node));

    let node = open(folder.path());
    let member = node.member().unwrap();
    assert_eq!(member.journals.tip(&member.me), tip, "idempotent");
    assert_eq!(
        member.sealing_key_of(&member.structure),
        Some((generation, public))
    );
    assert!(member.sealing_secret(generation).is_some());
    drop((member, node));

    // The secret comes back out of the node's own lockbox.
    fs::remove_file(&file).unwrap();
    let node = open(folder.path());
    let secret = node.member().unwrap().sealing_secret(generation).unwrap();
    assert_eq!(secret.public(), public);
    assert!(file.exists());
}

#[test]
fn a_secret_made_before_an_interruption_is_the_one_that_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::create(folder.path()).unwrap();
    let name = SealingName::Structure(Generation::FIRST);
    let made = home.make_sealing_secret(name).unwrap().public();
    let member = found(folder.path()).member().unwrap();
    let published = member.sealing_key_of(&member.structure);
    assert_eq!(published, Some((Generation::FIRST, made)));
}

#[test]
fn partners_see_the_key_and_a_further_node_is_handed_the_secret() {
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let hub = found(folders[0].path());
    serve(&hub);
    let park = hub.member().unwrap();
    let (partner, _) = join(&hub, folders[1].path(), "Chambre", "chamber_agriculture");
    let second = further(&hub, folders[2].path());
    sync(&partner);
    sync(&second);
    let published = park.sealing_key_of(&park.structure).unwrap();
    let chamber = partner.member().unwrap();
    let laptop = second.member().unwrap();
    assert_eq!(chamber.sealing_key_of(&park.structure), Some(published));
    assert_eq!(laptop.sealing_key_of(&park.structure), Some(published));
    let its = chamber.sealing_key_of(&chamber.structure).unwrap();
    eventually("the hub sees the chamber's key", || {
        park.sealing_key_of(&chamber.structure) == Some(its)
    });
    assert_ne!(its.1, published.1);
    let mut nodes = vec![park.node(), laptop.node()];
    nodes.sort_unstable();
    assert_eq!(own_nodes(&laptop), nodes);
    let secret = laptop.sealing_secret(published.0).unwrap();
    assert_eq!(secret.public(), published.1);
    // The chamber was handed its own secret, and nothing of the park's.
    assert_eq!(
        chamber.sealing_secret(its.0).unwrap().public(),
        its.1,
        "its own"
    );
    assert_eq!(chamber.sealing_secrets().len(), 1);
}

#[test]
fn a_restored_home_says_nothing_of_its_root_until_it_is_in_sync() {
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let hub = found(folders[0].path());
    serve(&hub);
    let (partner, _) = join(&hub, folders[1].path(), "Chambre", "chamber_agriculture");
    sync(&partner);
    let backup = folders[1].path().join("copie.zip");
    let path = json!({"path": backup.display().to_string()});
    call(&partner, "backup", path.clone());
    let before = partner.member().unwrap();
    let published = before.sealing_key_of(&before.structure).unwrap();
    drop((before, partner));

    let restored = open(folders[2].path());
    call(&restored, "restore", path);
    let member = restored.member().unwrap();
    assert_eq!(member.sealing_key_of(&member.structure), Some(published));
    assert!(
        member.sealing_secret(published.0).is_some(),
        "of the backup"
    );
    assert!(!own_nodes(&member).contains(&member.node()));
    sync(&restored);
    eventually("the new node is certified", || {
        own_nodes(&member).contains(&member.node())
    });
    let state = member.root_state(&member.structure);
    assert_eq!((state.number, state.forks.len()), (3, 0));
}
