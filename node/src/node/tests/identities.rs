//! Sealing keys and root statements of nodes over temporary homes.

use std::fs;

use sync_protocol::id::NodeId;
use sync_protocol::seal::key::Generation;
use sync_protocol::seal::key_file::Cost;

use crate::home::keys::{Passphrase, RootFile, SealingName};
use crate::node::{Asking, Desk, Member};

use super::*;

pub(super) fn further(inviter: &Node, folder: &Path) -> Node {
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

pub(super) const CHEAP: Cost = Cost {
    memory_kib: 64,
    passes: 1,
    lanes: 1,
};

pub(super) const PHRASE: &str = "quatre châtaignes au four";

/// Sits at the desk of a node, with the root key in its home; `typed` answers who asks.
pub(super) fn at_desk<T>(
    node: &Node,
    typed: &str,
    act: impl FnOnce(&mut Desk<'_>) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let file = node.home().home().root_file();
    at_desk_with(node, file, typed, act)
}

pub(super) fn at_desk_with<T>(
    node: &Node,
    file: RootFile,
    typed: &str,
    act: impl FnOnce(&mut Desk<'_>) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let mut call = |operation: &str, input| try_call(node, operation, input);
    let mut ask = |_: Asking<'_>| Ok(Passphrase::new(typed));
    act(&mut Desk::new(file, &mut call, &mut ask).with_cost(CHEAP))
}

#[test]
fn a_root_under_a_passphrase_signs_only_for_who_types_it() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let short = at_desk(&node, "court", |desk| desk.set_passphrase()).unwrap_err();
    assert_eq!(short.code, "passphrase_short");
    at_desk(&node, PHRASE, |desk| desk.set_passphrase()).unwrap();
    assert_eq!(call(&node, "key.show", json!({}))["root"]["held"], "locked");
    let wrong = at_desk(&node, "autre chose ici", |desk| desk.rotate_sealing()).unwrap_err();
    assert_eq!(wrong.code, "passphrase_wrong");
    assert_eq!(
        at_desk(&node, PHRASE, |desk| desk.rotate_sealing()).unwrap(),
        2
    );
    let member = node.member().unwrap();
    let (generation, public) = member.sealing_key_of(&member.structure).unwrap();
    assert_eq!(generation, Generation(2));
    let secret = member.sealing_secret(generation).unwrap();
    assert_eq!(secret.public(), public);
    assert!(
        member.sealing_secret(Generation::FIRST).is_some(),
        "what is sealed stays readable"
    );
    drop((member, node));
    // A node opens without the passphrase, and says nothing new.
    let node = open(folder.path());
    let shown = call(&node, "key.show", json!({}));
    assert_eq!(shown["statements"], 3);
    at_desk(&node, PHRASE, |desk| desk.remove_passphrase()).unwrap();
    assert_eq!(call(&node, "key.show", json!({}))["root"]["held"], "open");
}

#[test]
fn a_sheet_replaces_a_lost_root_and_the_old_one_signs_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let kept = std::cell::RefCell::new(String::new());
    let sheet = at_desk(&node, "", |desk| {
        desk.sheet(&mut |sheet| {
            kept.borrow_mut().push_str(&sheet.code);
            Ok(())
        })
    })
    .unwrap();
    assert_eq!(sheet.structure_name, "Parc");
    assert!(!format!("{sheet:?}").contains(&kept.borrow()[..4]));
    let code = kept.into_inner();
    let member = node.member().unwrap();
    assert_eq!(
        member.root_state(&member.structure).recovery,
        Some(sheet.public)
    );

    let file = node.home().home().root_file();
    let stolen = RootFile::at(folder.path().join("stolen.key"));
    stolen.rewrite(&file.read().unwrap().unwrap()).unwrap();
    fs::remove_file(file.path()).unwrap();
    let mistyped = code.replacen('A', "B", 1);
    let refused = at_desk(&node, "", |desk| desk.recover(&mistyped)).unwrap_err();
    assert_eq!(refused.code, "recovery_mistyped");
    let rotated = at_desk(&node, "", |desk| desk.recover(&code)).unwrap();
    assert_eq!(member.own_root_key(), Some(rotated.root));
    assert_eq!(file.read().unwrap().unwrap().public(), rotated.root);
    at_desk(&node, "", |desk| desk.rotate_sealing()).unwrap();
    let old = at_desk_with(&node, stolen, "", |desk| desk.rotate_sealing()).unwrap_err();
    assert_eq!(old.code, "root_key_other");
}

#[test]
fn a_root_is_rotated_and_an_interrupted_rotation_is_finished() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    at_desk(&node, PHRASE, |desk| desk.set_passphrase()).unwrap();
    let file = node.home().home().root_file();
    let before = file.read().unwrap().unwrap();
    let rotated = at_desk(&node, PHRASE, |desk| desk.rotate_root()).unwrap();
    assert!(rotated.locked, "the passphrase stays");
    let after = file.read().unwrap().unwrap();
    assert_eq!(after.public(), rotated.root);
    // As if the process had died before the new key took its place.
    file.rewrite(&before).unwrap();
    file.store_next(&after).unwrap();
    assert_eq!(
        at_desk(&node, PHRASE, |desk| desk.rotate_sealing()).unwrap(),
        2
    );
    assert_eq!(file.read().unwrap().unwrap().public(), rotated.root);
    assert!(file.read_next().unwrap().is_none());
    // Nor does an opened node mistake the old key for the root.
    drop(node);
    let node = open(folder.path());
    assert_eq!(call(&node, "key.show", json!({}))["root"]["held"], "locked");
}

#[test]
fn a_revoked_node_is_handed_no_further_secret() {
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let hub = found(folders[0].path());
    serve(&hub);
    let laptop = further(&hub, folders[1].path());
    sync(&laptop);
    let thief = laptop.member().unwrap();
    add(&laptop, "Écrit à temps");
    sync(&laptop);
    let name = thief.node().to_string();
    let unknown = at_desk(&hub, "", |desk| desk.revoke("zz", None)).unwrap_err();
    assert_eq!(unknown.code, "unknown_own_node");
    let own = hub.member().unwrap().node().to_string();
    let itself = at_desk(&hub, "", |desk| desk.revoke(&own, None)).unwrap_err();
    assert_eq!(itself.code, "revokes_itself");
    let held = hub.member().unwrap().journals.tip(&thief.node()).seq;
    let beyond = at_desk(&hub, "", |desk| desk.revoke(&name, Some(held + 1))).unwrap_err();
    assert_eq!(beyond.code, "entry_not_held");
    let revoked = at_desk(&hub, "", |desk| desk.revoke(&name[..12], None)).unwrap();
    assert_eq!(revoked["last"], held);
    assert_eq!(revoked["generation"], 2);
    // It is not spoken with any more, and what it writes reaches nobody.
    add(&laptop, "Trop tard");
    let refused = try_call(&laptop, "sync", json!({})).unwrap_err();
    assert_eq!(refused.code, "not_admitted_yet");
    let there = hub.member().unwrap().journals.tip(&thief.node()).seq;
    assert_eq!(there, held);
    // Nor would it be told the new secret, had it the entries from elsewhere.
    let bundle = folders[1]
        .path()
        .join("tout.capactif")
        .display()
        .to_string();
    call(&hub, "bundle.write", json!({"path": bundle}));
    call(&laptop, "bundle.read", json!({"path": bundle}));
    assert_eq!(
        thief.sealing_key_of(&thief.structure).unwrap().0,
        Generation(2)
    );
    assert!(thief.sealing_secret(Generation(2)).is_none());
    assert!(thief.sealing_secret(Generation::FIRST).is_some());
    let shown = call(&hub, "key.show", json!({}));
    let nodes = shown["nodes"].as_array().unwrap();
    let row = nodes.iter().find(|it| it["node"] == name).unwrap();
    assert_eq!(
        (&row["revoked"], &row["last"]),
        (&json!(true), &json!(held))
    );
}

#[test]
fn a_backup_keeps_the_passphrase_and_the_recovered_root() {
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let node = found(folders[0].path());
    at_desk(&node, PHRASE, |desk| desk.set_passphrase()).unwrap();
    let rotated = at_desk(&node, PHRASE, |desk| desk.rotate_root()).unwrap();
    let backup = folders[0].path().join("copie.zip").display().to_string();
    let written = call(&node, "backup", json!({"path": backup}));
    assert_eq!(written["root_key"], true);
    let restored = open(folders[1].path());
    let locked = try_call(&restored, "restore", json!({"path": backup})).unwrap_err();
    assert_eq!(locked.code, "key_locked");
    let wrong = json!({"path": backup, "passphrase": "pas la bonne phrase"});
    assert_eq!(
        try_call(&restored, "restore", wrong).unwrap_err().code,
        "passphrase_wrong"
    );
    call(
        &restored,
        "restore",
        json!({"path": backup, "passphrase": PHRASE}),
    );
    let member = restored.member().unwrap();
    assert_eq!(member.own_root_key(), Some(rotated.root));
    let shown = call(&restored, "key.show", json!({}));
    assert_eq!(shown["root"]["held"], "locked");
}

#[test]
fn after_a_rotation_further_nodes_join_under_the_new_root_and_partners_know_them() {
    let folders = [(); 4].map(|()| tempfile::tempdir().unwrap());
    let hub = found(folders[0].path());
    serve(&hub);
    let (partner, _) = join(&hub, folders[1].path(), "Chambre", "chamber_agriculture");
    let before = further(&hub, folders[2].path());
    let rotated = at_desk(&hub, "", |desk| desk.rotate_root()).unwrap();
    assert!(rotated.left_out.is_empty(), "{rotated:?}");
    let after = further(&hub, folders[3].path());
    let park = hub.member().unwrap();
    for node in [&partner, &before, &after] {
        sync(node);
    }
    add(&after, "Sous la nouvelle racine");
    add(&before, "Sous l’ancienne, certifié");
    sync(&after);
    sync(&before);
    sync(&partner);
    let [chamber, old, new] = [&partner, &before, &after].map(|it| it.member().unwrap());
    for node in [old.node(), new.node(), park.node()] {
        assert_eq!(chamber.structure_of(&node), Some(park.structure));
    }
    eventually("all hold the same", || {
        sync(&partner);
        sync(&before);
        digest(&partner) == digest(&hub) && digest(&before) == digest(&hub)
    });
    let secret = new.sealing_secret(Generation::FIRST).unwrap();
    assert_eq!(
        chamber.sealing_key_of(&park.structure).unwrap().1,
        secret.public()
    );
    // Opened again, each knows the same.
    drop((chamber, partner));
    let partner = open(folders[1].path());
    let chamber = partner.member().unwrap();
    assert_eq!(chamber.structure_of(&new.node()), Some(park.structure));
}

#[test]
fn a_lockbox_that_was_not_taken_notice_of_is_found_at_the_next_opening() {
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let hub = found(folders[0].path());
    serve(&hub);
    let laptop = further(&hub, folders[1].path());
    sync(&laptop);
    let member = laptop.member().unwrap();
    assert!(member.sealing_secret(Generation::FIRST).is_some());
    member
        .journals
        .put_meta("identities/lockboxes", None)
        .unwrap();
    drop((member, laptop));
    let name = SealingName::Structure(Generation::FIRST);
    let home = Home::open(folders[1].path()).unwrap();
    fs::remove_file(home.sealing_file(name)).unwrap();
    let laptop = open(folders[1].path());
    let member = laptop.member().unwrap();
    assert!(member.sealing_secret(Generation::FIRST).is_some());
}

/// The files below a folder, but those of keys, which hold secrets and nothing else.
fn files_beside_keys(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("keys") {
            files_beside_keys(&path, found);
        } else if path.is_file() {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}

#[test]
fn no_secret_leaves_its_file_in_answers_errors_or_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let said = std::cell::RefCell::new(String::new());
    let code = std::cell::RefCell::new(String::new());
    let file = || node.home().home().root_file();
    let at = |typed: &str, act: &dyn Fn(&mut Desk<'_>) -> Result<(), ApiError>| {
        let mut call = |operation: &str, input: Value| {
            said.borrow_mut().push_str(&input.to_string());
            let answer = try_call(&node, operation, input);
            said.borrow_mut().push_str(&format!("{answer:?}"));
            answer
        };
        let mut ask = |_: Asking<'_>| Ok(Passphrase::new(typed));
        let mut desk = Desk::new(file(), &mut call, &mut ask).with_cost(CHEAP);
        let done = act(&mut desk);
        said.borrow_mut().push_str(&format!("{done:?} {desk:?}"));
        done
    };
    let mut secrets: Vec<Vec<u8>> = Vec::new();
    let keep_root = |secrets: &mut Vec<Vec<u8>>| {
        if let Some(crate::home::keys::HeldRoot::Open(seed)) = file().read().unwrap() {
            secrets.push(seed.signing_key().to_bytes().to_vec());
        }
    };
    keep_root(&mut secrets);
    at("", &|desk| {
        desk.sheet(&mut |sheet| {
            code.borrow_mut().push_str(&sheet.code);
            Ok(())
        })
        .map(drop)
    })
    .unwrap();
    at("", &|desk| desk.rotate_root().map(drop)).unwrap();
    keep_root(&mut secrets);
    at(PHRASE, &|desk| desk.set_passphrase()).unwrap();
    at("fausse phrase longue", &|desk| {
        desk.rotate_sealing().map(drop)
    })
    .unwrap_err();
    at(PHRASE, &|desk| desk.rotate_sealing().map(drop)).unwrap();
    at(PHRASE, &|desk| desk.remove_passphrase()).unwrap();
    at("", &|desk| desk.recover(&code.borrow()).map(drop)).unwrap();
    keep_root(&mut secrets);
    let member = node.member().unwrap();
    secrets.extend(
        member
            .sealing_secrets()
            .values()
            .map(|it| it.as_bytes().to_vec()),
    );
    let home = node.home().home();
    let own = home.sealing_secret(SealingName::Node).unwrap().unwrap();
    secrets.push(own.as_bytes().to_vec());
    assert_eq!(secrets.len(), 6);
    said.borrow_mut().push_str(&format!("{member:?} {node:?}"));
    drop(member);

    let said = said.into_inner();
    let code = code.into_inner();
    assert!(said.contains("statement"), "what was said was heard");
    let mut files = Vec::new();
    files_beside_keys(folder.path(), &mut files);
    assert!(files.len() > 3);
    for secret in &secrets {
        let hex = data_encoding::HEXLOWER.encode(secret);
        let decimal = format!("{secret:?}");
        assert!(!said.contains(&hex) && !said.contains(&decimal));
        for (path, bytes) in &files {
            let holds = bytes.windows(32).any(|it| it == secret.as_slice());
            assert!(!holds, "{path} holds a secret");
        }
    }
    let wanted = [
        PHRASE,
        "fausse phrase longue",
        &code,
        &code.replace(' ', ""),
    ];
    for secret in wanted {
        assert!(!said.contains(secret));
        for (path, bytes) in &files {
            let holds = bytes
                .windows(secret.len())
                .any(|it| it == secret.as_bytes());
            assert!(!holds, "{path} holds what was typed");
        }
    }
}

#[test]
fn a_further_node_waits_for_a_root_under_a_passphrase_and_is_then_admitted() {
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let hub = found(folders[0].path());
    serve(&hub);
    at_desk(&hub, PHRASE, |desk| desk.set_passphrase()).unwrap();
    assert!(
        at_desk(&hub, PHRASE, |desk| desk.admit())
            .unwrap()
            .is_empty()
    );
    let invited = call(&hub, "network.invite", json!({"device": true}));
    assert_eq!(invited["locked"], true);
    let laptop = open(folders[1].path());
    let ticket = json!({"ticket": invited["ticket"]});
    let refused = try_call(&laptop, "network.join", ticket.clone()).unwrap_err();
    assert_eq!(refused.code, "inviter_not_now");
    let wrong = at_desk(&hub, "une autre phrase", |desk| desk.admit()).unwrap_err();
    assert_eq!(wrong.code, "passphrase_wrong");
    let admitted = at_desk(&hub, PHRASE, |desk| desk.admit()).unwrap();
    assert!(
        at_desk(&hub, PHRASE, |desk| desk.admit())
            .unwrap()
            .is_empty()
    );
    call(&laptop, "network.join", ticket);
    let member = laptop.member().unwrap();
    assert_eq!(admitted, [member.node()]);
    sync(&laptop);
    assert!(member.sealing_secret(Generation::FIRST).is_some());
    let forged = json!({"node": member.node().to_string(), "certificate": "00"});
    let forged = try_call(&hub, "key.admit", forged).unwrap_err();
    assert_eq!(forged.code, "certificate_refused");
}

#[test]
fn a_lone_founder_that_was_restored_speaks_again_when_a_person_asks() {
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let node = found(folders[0].path());
    let backup = folders[0].path().join("copie.zip").display().to_string();
    call(&node, "backup", json!({"path": backup}));
    drop(node);
    let restored = open(folders[1].path());
    call(&restored, "restore", json!({"path": backup}));
    let member = restored.member().unwrap();
    assert!(
        !own_nodes(&member).contains(&member.node()),
        "the first may live on"
    );
    // A further node that joins meanwhile is certified once the two were in sync.
    serve(&restored);
    let laptop = further(&restored, folders[2].path());
    sync(&laptop);
    let name = laptop.member().unwrap().node();
    eventually("both are certified", || {
        let nodes = own_nodes(&member);
        nodes.contains(&name) && nodes.contains(&member.node())
    });
    assert_eq!(
        at_desk(&restored, "", |desk| desk.rotate_sealing()).unwrap(),
        2
    );
}
