//! Whoever writes without end is kept in memory up to a quota, takes nothing away from what counts,
//! and leaves the same charter in every order.

use super::heads::tip;
use super::orders::check_all_orders;
use super::*;
use crate::charter::ledger::{Quota, quota};

/// A ground on which a few entries of a kind fill the quota of their author.
fn tight(network: NetworkId, first: &Version, entries: usize, bytes: usize) -> Charter {
    let mut charter = Charter::pinned(network, first.clone());
    charter.ledger.tight = Some(Quota { entries, bytes });
    charter
}

fn person(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

/// What one who floods says, again and again.
fn flood(network: NetworkId, first: &Version, by: &mut Partner, times: u8) -> Vec<Entry> {
    let mut said = Vec::new();
    for time in 1..=times {
        let version = above(first, u64::from(time) + 50, |_, _| {});
        said.push(by.propose(network, &version));
        said.push(by.approve(network, &version));
    }
    said
}

/// The same of the other kinds.
fn further_flood(network: NetworkId, first: &Version, by: &mut Partner, times: u8) -> Vec<Entry> {
    let mut said = Vec::new();
    for time in 1..=times {
        let suspend = Suspend {
            version: first.id(),
            subject: Subject::Node(node(time)),
            tips: vec![(node(time), tip(node(time), 3))],
        };
        said.push(by.say(network, Kind::SUSPEND, suspend.encode()));
        let list = Certified {
            version: first.id(),
            approvals: vec![EntryId([time; 32])],
        };
        said.push(by.say(network, Kind::CERTIFY, list.encode()));
        let record = Place {
            author: by.node,
            seq: u64::from(time),
        };
        let ratify = Ratify::sign(network, record, [time; 32], first.id(), &person(time));
        said.push(by.say(network, Kind::RATIFY, ratify.encode()));
    }
    said
}

/// Two honest voters and one who floods, whose vote is needed: all orders, with quotas of one entry,
/// of two, and of few bytes.
#[test]
fn what_lies_behind_a_quota_counts_for_nothing_in_all_orders() {
    let (network, first, mut partners) = founders(3);
    let next = above(&first, 2, |version, _| version.name.push('!'));
    let mut votes = vec![
        partners[0].propose(network, &next),
        partners[1].approve(network, &next),
        partners[0].approve(network, &next),
        partners[2].approve(network, &next),
    ];
    let hostile = &mut partners[2];
    votes.extend(flood(network, &first, hostile, 3));
    let further = further_flood(network, &first, hostile, 3);
    for (entries, (most, bytes)) in [
        (&votes, (1, 10_000)),
        (&votes, (3, 1_200)),
        (&further, (1, 10_000)),
        (&further, (2, 300)),
    ] {
        let mut charter = tight(network, &first, most, bytes);
        assert_eq!(check_all_orders(&charter, entries), 1 << entries.len());
        charter.observe_all(entries);
        if entries == &votes {
            assert_eq!(charter.current().0, next.id());
        }
        for kind in (Kind::CERTIFICATE.0..=Kind::ROOT.0).map(Kind) {
            let (kept, kept_bytes) = charter.ledger.kept(partners[2].node, kind);
            assert!(kept <= most && kept_bytes <= bytes);
        }
    }
}

/// One that is too large by itself takes away what stands behind it, and is not kept either.
#[test]
fn a_large_entry_between_small_ones_ends_what_counts_in_all_orders() {
    let (network, first, mut partners) = founders(3);
    let mut entries = Vec::new();
    for at in 1..=5u64 {
        let version = above(&first, at, |version, _| {
            let length = if at == 3 { 190 } else { 1 };
            version.name = "n".repeat(length);
        });
        entries.push(partners[0].propose(network, &version));
        entries.push(partners[1].propose(network, &version));
    }
    let small = entries[0].header.body_bytes as usize;
    let ground = tight(network, &first, 100, 3 * small);
    check_all_orders(&ground, &entries);
    let mut charter = ground;
    charter.observe_all(&entries);
    assert_eq!(
        charter.ledger.kept(partners[0].node, Kind::PROPOSE),
        (2, 2 * small)
    );
    assert_eq!(charter.versions.len(), 3);
}

/// A version that two propose stays as long as one of them is heard; so does what several carry.
#[test]
fn what_several_say_stays_until_none_of_them_is_heard_in_all_orders() {
    let (network, first, mut partners) = founders(3);
    let [one, two, three] = [11, 12, 13].map(|at| above(&first, at, |_, _| {}));
    let upon = above(&two, 14, |_, _| {});
    let record = Place {
        author: partners[0].node,
        seq: 1,
    };
    let ratify = Ratify::sign(network, record, [1; 32], first.id(), &person(7)).encode();
    let mut entries = Vec::new();
    for version in [&one, &two, &three] {
        entries.push(partners[0].propose(network, version));
    }
    for version in [&upon, &three, &two] {
        entries.push(partners[1].propose(network, version));
    }
    for body in [vec![1], ratify.clone(), ratify.clone(), ratify] {
        entries.push(partners[0].say(network, Kind::RATIFY, body));
    }
    let ground = tight(network, &first, 2, 10_000);
    check_all_orders(&ground, &entries);
    let mut charter = ground;
    charter.observe_all(&entries);
    let known = [&one, &two, &upon, &three].map(|it| charter.version(&it.id()).is_some());
    assert_eq!(known, [true; 4]);
    assert_eq!(charter.versions.len(), 5);
}

#[test]
fn a_flood_is_kept_up_to_its_quota_and_undoes_no_vote() {
    let (network, first, mut partners) = founders(3);
    let next = above(&first, 2, |version, _| version.name.push('!'));
    let mut charter = Charter::pinned(network, first.clone());
    let openings: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    charter.observe_all(&openings);
    charter.observe(&partners[0].propose(network, &next));
    // The hostile one's vote is one of the three that are needed.
    for partner in &mut partners {
        charter.observe(&partner.approve(network, &next));
    }
    assert_eq!(charter.current().0, next.id());
    let hostile = &mut partners[2];
    let most = quota(Kind::APPROVE).entries;
    let votes: Vec<Entry> = (0..most + 500)
        .map(|at| {
            let mut version = [0; 32];
            version[..8].copy_from_slice(&at.to_be_bytes());
            hostile.say(network, Kind::APPROVE, version.to_vec())
        })
        .collect();
    charter.observe_all(&votes);
    assert_eq!(charter.ledger.kept(hostile.node, Kind::APPROVE).0, most);
    assert_eq!(charter.approvals.len(), most);

    // Versions of some size, and statements with tips of the thousand.
    let tips: Vec<(NodeId, Tip)> = (0..1_000u32)
        .map(|at| {
            let mut id = [0; 32];
            id[..4].copy_from_slice(&at.to_be_bytes());
            (NodeId(id), tip(NodeId(id), 1))
        })
        .collect();
    let mut large = first.clone();
    while large.members.len() < 300 {
        let mut member = partners[0].member();
        let at = u16::try_from(large.members.len()).unwrap().to_be_bytes();
        let mut id = [0; 32];
        id[..2].copy_from_slice(&at);
        member.structure = StructureId(id);
        member.root = RootKey(id);
        member.voting_node = NodeId(id);
        member.name = "n".repeat(190);
        large.members.push(member);
    }
    let hostile = &mut partners[2];
    for at in 0..240u64 {
        large.number = 1;
        large.previous = first.id();
        large.written = Timestamp(at);
        charter.observe(&hostile.propose(network, &large));
        let mut version = [9; 32];
        version[..8].copy_from_slice(&at.to_be_bytes());
        let approval = Approval {
            version: VersionId(version),
            tips: tips.clone(),
        };
        charter.observe(&hostile.say(network, Kind::APPROVE, approval.encode()));
        let suspend = Suspend {
            version: VersionId(version),
            subject: Subject::Node(node(1)),
            tips: tips.clone(),
        };
        charter.observe(&hostile.say(network, Kind::SUSPEND, suspend.encode()));
    }
    for (kind, least) in [(Kind::PROPOSE, 100), (Kind::SUSPEND, 50)] {
        let (kept, bytes) = charter.ledger.kept(hostile.node, kind);
        assert!((least..240).contains(&kept), "{kept}");
        assert!(bytes <= quota(kind).bytes, "{bytes}");
    }
    let (_, suspensions) = charter.ledger.kept(hostile.node, Kind::SUSPEND);
    assert!(suspensions > quota(Kind::SUSPEND).bytes / 2);
    assert_eq!(charter.suspends.len(), 4 * 1024 * 1024 / 72_100);
    assert_eq!(charter.current().0, next.id());
    // Others are heard as before.
    let last = above(&next, 5, |version, _| version.name.push('?'));
    charter.observe(&partners[0].propose(network, &last));
    for partner in &mut partners[..2] {
        charter.observe(&partner.approve(network, &last));
    }
    assert_eq!(charter.proposals()[0].missing, 1);
}

/// Who forks its journal can make up entries below those that count, and show them to others.
#[test]
fn what_is_shown_without_its_journal_takes_nothing_from_what_is_held() {
    let (network, first, mut partners) = founders(3);
    let next = above(&first, 2, |version, _| version.name.push('!'));
    let ground = tight(network, &first, 2, 10_000);
    let mut charter = ground.clone();
    let mut entries = vec![partners[0].propose(network, &next)];
    partners[2].seq = 40;
    entries.extend(partners.iter_mut().map(|it| it.approve(network, &next)));
    charter.observe_all(&entries);
    assert_eq!(charter.current().0, next.id());

    let mut forked = Partner {
        seq: 1,
        ..partners[2].clone()
    };
    let flood = flood(network, &first, &mut forked, 9);
    let before = charter.clone();
    assert!(charter.believe(&flood).is_empty());
    assert!(charter == before, "nothing is left of it");

    // Shown to whoever has yet to be convinced: only what counts stays, whatever comes with it.
    let mut shown = ground.clone();
    assert!(shown.believe(&flood).is_empty());
    assert!(shown == ground);
    let both = [&flood[..], &entries[..]].concat();
    let believed = shown.believe(&both);
    assert_eq!(shown.current().0, next.id());
    assert_eq!(believed, entries.iter().map(|it| it.id).collect());
    assert_eq!(shown.versions.len(), 2);
    assert!(shown.believe(&flood).is_empty());
    assert_eq!(shown.current().0, next.id());
    // Its journal comes, of the branch that floods: what was shown stays.
    shown.observe_all(&flood);
    assert_eq!(shown.current().0, next.id());
    // A vote more for what is in force raises nothing, and is not kept.
    let again = partners[0].approve(network, &next);
    assert!(shown.believe([&again]).is_empty());
}

#[test]
fn two_that_are_shown_for_one_height_alarm() {
    let (network, first, mut partners) = founders(3);
    let one = above(&first, 2, |version, _| version.name.push('!'));
    let other = above(&first, 3, |version, _| version.name.push('?'));
    let mut entries = Vec::new();
    for version in [&one, &other] {
        entries.push(partners[0].propose(network, version));
        entries.extend(partners.iter_mut().map(|it| it.approve(network, version)));
    }
    let mut charter = Charter::pinned(network, first);
    assert_eq!(charter.believe(&entries[..4]).len(), 4);
    assert_eq!(charter.believe(&entries[4..]).len(), 4);
    assert!(charter.rivals().is_some());
    let mut together = Charter::pinned(network, charter.effective().next().unwrap().1.clone());
    assert_eq!(together.believe(&entries).len(), 8);
    assert!(together == charter);
}

/// Each would be a journal that everybody has to hold.
#[test]
fn of_a_thousand_nodes_of_one_structure_few_are_known() {
    use crate::charter::chain::MAX_UNSTATED;
    use crate::seal::key::SealingSecret;
    use crate::seal::root::{RootAct, RootStatement};

    let (network, first, mut partners) = founders(2);
    let mut openings: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    let hostile = &mut partners[1];
    let certificate_of = |at: u16| {
        let mut id = [60; 32];
        id[..2].copy_from_slice(&at.to_be_bytes());
        Certificate::issue(network, hostile.structure(), &hostile.root, NodeId(id))
    };
    let certificates: Vec<Certificate> = (0..1_000).map(certificate_of).collect();
    openings.extend(
        certificates
            .iter()
            .map(|it| entry(network, it.node, 1, Kind::CERTIFICATE, it.encode())),
    );
    let mut random = fastrand::Rng::with_seed(7);
    let mut charters = (0..3).map(|_| {
        random.shuffle(&mut openings);
        let mut charter = Charter::pinned(network, first.clone());
        charter.observe_all(&openings);
        charter
    });
    let mut charter = charters.next().unwrap();
    assert!(charters.all(|other| other == charter));
    // The two voting nodes, and as many as may be known by their certificates alone.
    assert_eq!(charter.nodes().len(), 2 + MAX_UNSTATED);
    let known = |charter: &Charter, it: &Certificate| {
        let vouched = charter.vouches_for(it).is_some();
        assert_eq!(vouched, charter.structure_of(&it.node).is_some());
        vouched
    };
    let of_all = certificates.iter().map(|it| known(&charter, it));
    let expected = (0..1_000).map(|at| at < MAX_UNSTATED);
    assert!(of_all.eq(expected));
    // One that its root states counts beside them, and so does the one after the last.
    let stated = &certificates[500];
    let act = RootAct::Certify {
        node: stated.node,
        sealing: SealingSecret::from_bytes([3; 32]).public(),
    };
    let structure = hostile.structure();
    let statement =
        RootStatement::issue(network, structure, 1, StatementId::ZERO, act, &hostile.root);
    charter.observe(&hostile.say(network, Kind::ROOT, statement.encode()));
    assert!(known(&charter, stated));
    assert_eq!(charter.nodes().len(), 3 + MAX_UNSTATED);
}
