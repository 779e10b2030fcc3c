//! What structures' roots say, and what it does to their nodes: the same in all orders.

use crate::id::StatementId;
use crate::seal::key::SealingSecret;
use crate::seal::root::{RootAct, RootStatement};

use super::heads::{claim, store, tip, verdict};
use super::orders::check_all_orders;
use super::*;

/// A structure's statements, each after the last.
pub(super) struct Statements {
    network: NetworkId,
    structure: StructureId,
    number: u32,
    tip: StatementId,
}

impl Statements {
    pub(super) fn of(network: NetworkId, partner: &Partner) -> Self {
        Self {
            network,
            structure: partner.structure(),
            number: 0,
            tip: StatementId::ZERO,
        }
    }

    /// The next one, signed by `signer`, in the journal of `by`.
    pub(super) fn say(&mut self, by: &mut Partner, signer: &SigningKey, act: RootAct) -> Entry {
        self.number += 1;
        let (network, structure) = (self.network, self.structure);
        let statement =
            RootStatement::issue(network, structure, self.number, self.tip, act, signer);
        self.tip = statement.id(network);
        by.say(network, Kind::ROOT, statement.encode())
    }
}

pub(super) fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn root(seed: u8) -> RootKey {
    RootKey(key(seed).verifying_key().to_bytes())
}

pub(super) fn certify(node: NodeId) -> RootAct {
    let sealing = SealingSecret::from_bytes(node.0).public();
    RootAct::Certify { node, sealing }
}

/// The opening of a further node's journal, under the root key of `signer`.
pub(super) fn opens(
    network: NetworkId,
    partner: &Partner,
    signer: &SigningKey,
    node: NodeId,
) -> Entry {
    let certificate = Certificate::issue(network, partner.structure(), signer, node);
    entry(network, node, 1, Kind::CERTIFICATE, certificate.encode())
}

#[test]
fn what_a_revoked_node_wrote_beyond_its_last_entry_never_counts() {
    let (network, first, mut partners) = founders(3);
    let laptop = node(200);
    let root = partners[1].root.clone();
    let mut statements = Statements::of(network, &partners[1]);
    let mut entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    entries.push(opens(network, &partners[1], &root, laptop));
    let by = &mut partners[1];
    let itself = by.node;
    entries.push(statements.say(by, &root, certify(itself)));
    entries.push(statements.say(by, &root, certify(laptop)));
    let before = show(network, &first, &entries);
    assert_eq!(verdict(&before, laptop, 50, &first), Verdict::Accepted);
    assert!(before.takes_part(&laptop));

    let last = tip(laptop, 7);
    let revoke = RootAct::Revoke { node: laptop, last };
    entries.push(statements.say(&mut partners[1], &root, revoke));
    let next = above(&first, 2, |_, _| {});
    entries.push(partners[0].propose(network, &next));
    entries.extend(partners.iter_mut().map(|it| it.approve(network, &next)));
    let ground = Charter::pinned(network, first.clone());
    check_all_orders(&ground, &entries);

    let charter = show(network, &first, &entries);
    for (seq, expected) in [
        (1, Verdict::Accepted),
        (7, Verdict::Accepted),
        (8, Verdict::Refused(Refused::Revoked(laptop))),
        (60, Verdict::Refused(Refused::Revoked(laptop))),
    ] {
        for cited in [&first, &next] {
            assert_eq!(verdict(&charter, laptop, seq, cited), expected, "{seq}");
        }
    }
    assert!(!charter.takes_part(&laptop));
    assert_eq!(charter.structure_of(&laptop), Some(partners[1].structure()));
    // The structure's other node, and others' roots, are not touched.
    assert_eq!(verdict(&charter, itself, 60, &first), Verdict::Accepted);
    assert!(charter.takes_part(&itself));

    // Held shorter than the last that counts, or as another branch.
    let short = |place: &Place| store(place).filter(|_| place.seq < 5);
    let waits = charter.verdict(&claim(laptop, 4, &first), &short);
    assert_eq!(waits, Verdict::Pending(Pending::Revocation));
    let forked = |_: &Place| Some(EntryId([9; 32]));
    let other = charter.verdict(&claim(laptop, 4, &first), &forked);
    assert_eq!(other, Verdict::Refused(Refused::Revoked(laptop)));
}

#[test]
fn a_root_revokes_no_node_of_another_structure() {
    let (network, first, mut partners) = founders(2);
    let mut entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    let (root, victim) = (partners[1].root.clone(), partners[0].node);
    let revoke = RootAct::Revoke {
        node: victim,
        last: Tip::EMPTY,
    };
    let mut statements = Statements::of(network, &partners[1]);
    entries.push(statements.say(&mut partners[1], &root, revoke));
    let charter = show(network, &first, &entries);
    assert!(charter.takes_part(&victim));
    assert_eq!(verdict(&charter, victim, 9, &first), Verdict::Accepted);
}

#[test]
fn after_a_rotation_the_new_root_makes_nodes_and_the_old_one_does_not() {
    let (network, first, mut partners) = founders(3);
    let old = partners[0].root.clone();
    let [known, fresh, thief] = [200, 201, 202].map(node);
    let mut statements = Statements::of(network, &partners[0]);
    let mut entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    for (signer, node) in [(&old, known), (&key(50), fresh), (&old, thief)] {
        entries.push(opens(network, &partners[0], signer, node));
    }
    let itself = partners[0].node;
    for act in [
        certify(itself),
        certify(known),
        RootAct::Rotate { root: root(50) },
    ] {
        entries.push(statements.say(&mut partners[0], &old, act));
    }
    let ground = Charter::pinned(network, first.clone());
    check_all_orders(&ground, &entries);

    let before = show(network, &first, &entries[..entries.len() - 1]);
    let charter = show(network, &first, &entries);
    let structure = Some(partners[0].structure());
    for (charter, expected) in [
        (&before, [structure, structure, None, structure]),
        (&charter, [structure, structure, structure, None]),
    ] {
        let found = [itself, known, fresh, thief].map(|it| charter.structure_of(&it));
        assert_eq!(found, expected);
    }
    let by_thief = verdict(&charter, thief, 2, &first);
    assert_eq!(by_thief, Verdict::Pending(Pending::Structure));
    let shown = |signer: &SigningKey, node| {
        let certificate = Certificate::issue(network, partners[0].structure(), signer, node);
        charter.vouches_for(&certificate)
    };
    assert_eq!(shown(&key(50), node(210)), structure);
    assert_eq!(shown(&old, known), structure);
    assert_eq!(shown(&old, node(210)), None);
    assert_eq!(shown(&key(51), node(210)), None);
}

#[test]
fn the_next_version_takes_up_a_rotated_root_and_certificates_stay() {
    let (network, first, mut partners) = founders(3);
    let old = partners[0].root.clone();
    let mut entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    let mut statements = Statements::of(network, &partners[0]);
    let itself = partners[0].node;
    entries.push(statements.say(&mut partners[0], &old, certify(itself)));
    let rotate = RootAct::Rotate { root: root(50) };
    entries.push(statements.say(&mut partners[0], &old, rotate));
    let mut charter = show(network, &first, &entries);
    let draft = charter.draft(partners[1].node, Timestamp(3));
    assert_eq!(draft.members[0].root, root(50));
    assert_eq!(draft.members[1], first.members[1]);
    charter.observe(&partners[1].propose(network, &draft));
    for partner in &mut partners {
        charter.observe(&partner.approve(network, &draft));
    }
    assert_eq!(charter.current().0, draft.id());
    assert!(charter.takes_part(&itself));
    // Whoever takes another's key for a root does not spoil everybody's drafts.
    let copied = RootAct::Rotate { root: root(3) };
    let mut copier = Statements::of(network, &partners[1]);
    let theirs = partners[1].root.clone();
    charter.observe(&copier.say(&mut partners[1], &theirs, copied));
    let draft = charter.draft(partners[0].node, Timestamp(4));
    assert_eq!(draft.members[1].root, root(2));
    assert_eq!(Version::decode(&draft.encode()), Ok(draft));
}

#[test]
fn a_root_in_two_hands_lets_no_rotation_count_and_every_revocation() {
    let (network, first, mut partners) = founders(3);
    let stolen = partners[0].root.clone();
    let laptop = node(200);
    let mut entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    entries.push(opens(network, &partners[0], &stolen, laptop));
    let mut owner = Statements::of(network, &partners[0]);
    let mut thief = Statements::of(network, &partners[0]);
    let last = tip(laptop, 7);
    for (statements, act) in [
        (&mut owner, RootAct::Revoke { node: laptop, last }),
        (&mut thief, RootAct::Rotate { root: root(66) }),
    ] {
        entries.push(statements.say(&mut partners[0], &stolen, act));
    }
    entries.push(opens(network, &partners[0], &key(66), node(201)));
    let ground = Charter::pinned(network, first.clone());
    check_all_orders(&ground, &entries);
    let charter = show(network, &first, &entries);
    assert_eq!(charter.structure_of(&node(201)), None);
    let refused = Verdict::Refused(Refused::Revoked(laptop));
    assert_eq!(verdict(&charter, laptop, 8, &first), refused);
    assert!(
        charter
            .root_state(&partners[0].structure())
            .unwrap()
            .is_stopped()
    );
}
