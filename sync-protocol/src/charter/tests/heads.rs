//! What a removed or narrowed member wrote in good time stays, and nothing else does.

use super::*;

pub(super) const CREATE: Action<'_> = Action {
    collection: "project",
    act: Act::Create,
    territory: &[],
    theme: None,
};

/// The identity of an entry of a journal that exists as far as it is asked for.
pub(super) fn written(author: NodeId, seq: u64) -> EntryId {
    let mut id = author.0;
    id[24..].copy_from_slice(&seq.to_be_bytes());
    EntryId(id)
}

pub(super) fn tip(author: NodeId, seq: u64) -> Tip {
    Tip {
        seq,
        id: written(author, seq),
    }
}

/// A store that holds every journal up to entry 60.
pub(super) fn store(place: &Place) -> Option<EntryId> {
    (place.seq <= 60).then(|| written(place.author, place.seq))
}

pub(super) fn claim(author: NodeId, seq: u64, cited: &Version) -> Claim<'static> {
    Claim {
        place: Place { author, seq },
        cited: cited.id(),
        action: CREATE,
    }
}

pub(super) fn verdict(charter: &Charter, author: NodeId, seq: u64, cited: &Version) -> Verdict {
    charter.verdict(&claim(author, seq, cited), &store)
}

/// The approval of a partner who holds the journal of `of` up to entry `seq`.
pub(super) fn approve_at(
    network: NetworkId,
    partner: &mut Partner,
    version: &Version,
    of: NodeId,
    seq: u64,
) -> Entry {
    let approval = Approval {
        version: version.id(),
        tips: vec![(of, tip(of, seq))],
    };
    partner.say(network, Kind::APPROVE, approval.encode())
}

pub(super) fn list(
    network: NetworkId,
    by: &mut Partner,
    version: &Version,
    approvals: &[&Entry],
) -> Entry {
    let ids: BTreeSet<EntryId> = approvals.iter().map(|it| it.id).collect();
    let certified = Certified {
        version: version.id(),
        approvals: ids.into_iter().collect(),
    };
    by.say(network, Kind::CERTIFY, certified.encode())
}

/// Four structures remove the last of them; the others hold its journal up to 8, 10 and 5.
struct Removal {
    network: NetworkId,
    first: Version,
    partners: Vec<Partner>,
    gone: NodeId,
    removal: Version,
    /// Opening certificates and the proposal.
    ground: Vec<Entry>,
    approvals: Vec<Entry>,
}

fn removal() -> Removal {
    let (network, first, mut partners) = founders(4);
    let gone = partners[3].node;
    let removal = above(&first, 2, |version, terms| {
        remove(version, terms, &partners[3], &partners[0]);
    });
    let mut ground: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    ground.push(partners[0].propose(network, &removal));
    let approvals = [(0, 8), (1, 10), (2, 5)]
        .map(|(who, seq)| approve_at(network, &mut partners[who], &removal, gone, seq))
        .to_vec();
    Removal {
        network,
        first,
        partners,
        gone,
        removal,
        ground,
        approvals,
    }
}

impl Removal {
    fn charter(&self, further: &[Entry]) -> Charter {
        let entries = [&self.ground[..], &self.approvals, further].concat();
        show(self.network, &self.first, &entries)
    }

    /// The first entry that does not count, if all before count and none after.
    fn counted(&self, charter: &Charter, cited: &Version) -> u64 {
        let verdicts: Vec<Verdict> = (1..=60)
            .map(|seq| verdict(charter, self.gone, seq, cited))
            .collect();
        let count = verdicts
            .iter()
            .take_while(|it| **it == Verdict::Accepted)
            .count();
        assert!(verdicts[count..].iter().all(|it| *it != Verdict::Accepted));
        count as u64
    }
}

#[test]
fn what_a_removed_member_wrote_in_good_time_stays_and_late_entries_are_refused() {
    let mut it = removal();
    let approvals: Vec<&Entry> = it.approvals.iter().collect();
    let certificate = list(it.network, &mut it.partners[0], &it.removal, &approvals);
    let charter = it.charter(&[certificate]);
    assert_eq!(charter.current().0, it.removal.id());
    for seq in 1..=10 {
        assert_eq!(
            verdict(&charter, it.gone, seq, &it.first),
            Verdict::Accepted
        );
    }
    let beyond = Verdict::Refused(Refused::BeyondHead(it.removal.id()));
    for seq in 11..=60 {
        assert_eq!(verdict(&charter, it.gone, seq, &it.first), beyond);
    }
    let gone = Verdict::Refused(Refused::Gone(it.removal.id()));
    assert_eq!(verdict(&charter, it.gone, 5, &it.removal), gone);
    assert!(!charter.takes_part(&it.gone));
    assert_eq!(
        charter.structure_of(&it.gone),
        Some(it.partners[3].structure())
    );
    assert_eq!(
        charter.heir_of(it.partners[3].structure()),
        it.partners[0].structure()
    );
    // Nobody else is touched.
    let stays = it.partners[1].node;
    assert!(charter.takes_part(&stays));
    assert_eq!(verdict(&charter, stays, 40, &it.first), Verdict::Accepted);
}

#[test]
fn before_the_certificate_what_any_would_reach_counts_and_the_rest_waits() {
    let it = removal();
    let charter = it.charter(&[]);
    assert_eq!(charter.current().0, it.removal.id());
    // Of four, three approve: whichever three they are, one of two is among them.
    assert_eq!(it.counted(&charter, &it.first), 8);
    let waits = Verdict::Pending(Pending::Head(it.removal.id()));
    for seq in 9..=60 {
        assert_eq!(verdict(&charter, it.gone, seq, &it.first), waits);
    }
}

#[test]
fn the_proposer_is_told_which_list_to_write_and_writes_it_once() {
    let mut it = removal();
    let charter = it.charter(&[]);
    assert_eq!(charter.certificate_due(&it.partners[1].node), None);
    let due = charter.certificate_due(&it.partners[0].node).unwrap();
    let written = it.partners[0].say(it.network, Kind::CERTIFY, due.encode());
    let charter = it.charter(&[written]);
    assert_eq!(charter.certificate_due(&it.partners[0].node), None);
    assert_eq!(it.counted(&charter, &it.first), 10);
}

#[test]
fn an_approval_later_than_the_certificate_changes_nothing() {
    let mut it = removal();
    let late = it.approvals.split_off(1);
    let accomplice = &mut it.partners[3];
    let late_vote = approve_at(it.network, accomplice, &it.removal, it.gone, 60);
    // The accomplice's vote is one too many of a quorum that stands without it.
    let listed = [&it.approvals[0], &late[0], &late[1]];
    let certificate = list(it.network, &mut it.partners[0], &it.removal, &listed);
    let before = it.charter(&[&late[..], std::slice::from_ref(&certificate)].concat());
    let after = it.charter(&[&late[..], &[certificate, late_vote]].concat());
    for charter in [before, after] {
        assert_eq!(it.counted(&charter, &it.first), 10);
    }
}

#[test]
fn lists_of_others_and_lists_short_of_the_quorum_are_passed_over() {
    let mut it = removal();
    let [a, b, c] = [&it.approvals[0], &it.approvals[1], &it.approvals[2]];
    let foreign = list(it.network, &mut it.partners[1], &it.removal, &[a, b, c]);
    let short = list(it.network, &mut it.partners[0], &it.removal, &[a, b]);
    let charter = it.charter(&[foreign.clone(), short.clone()]);
    assert_eq!(it.counted(&charter, &it.first), 8);
    let [a, b, c] = [&it.approvals[0], &it.approvals[1], &it.approvals[2]];
    let full = list(it.network, &mut it.partners[0], &it.removal, &[a, b, c]);
    let charter = it.charter(&[foreign, short, full]);
    assert_eq!(it.counted(&charter, &it.first), 10);
}

#[test]
fn a_tip_that_was_made_up_reaches_nothing_and_hides_nothing() {
    let mut it = removal();
    let made_up = Approval {
        version: it.removal.id(),
        tips: vec![(
            it.gone,
            Tip {
                seq: 50,
                id: EntryId([0xAB; 32]),
            },
        )],
    };
    it.approvals[2] = it.partners[2].say(it.network, Kind::APPROVE, made_up.encode());
    let approvals: Vec<&Entry> = it.approvals.iter().collect();
    let certificate = list(it.network, &mut it.partners[0], &it.removal, &approvals);
    let charter = it.charter(&[certificate]);
    assert_eq!(it.counted(&charter, &it.first), 10);
    // Who does not hold the journal so far cannot tell yet, and refuses nothing.
    let short = |place: &Place| (place.seq <= 20).then(|| written(place.author, place.seq));
    let judged = |seq| charter.verdict(&claim(it.gone, seq, &it.first), &short);
    assert_eq!(judged(10), Verdict::Accepted);
    assert_eq!(
        judged(11),
        Verdict::Pending(Pending::Journal(it.removal.id()))
    );
}

#[test]
fn of_a_forked_journal_the_branch_counts_that_the_head_names() {
    let mut it = removal();
    let approvals: Vec<&Entry> = it.approvals.iter().collect();
    let certificate = list(it.network, &mut it.partners[0], &it.removal, &approvals);
    let charter = it.charter(&[certificate]);
    // The other branch parts after entry 3.
    let other = |place: &Place| match place.seq {
        0..=3 => store(place),
        _ => Some(EntryId([0xCD; 32])),
    };
    let judged = charter.verdict(&claim(it.gone, 4, &it.first), &other);
    assert_eq!(
        judged,
        Verdict::Refused(Refused::BeyondHead(it.removal.id()))
    );
}

#[test]
fn a_later_version_fixes_the_head_that_no_certificate_came_for() {
    let mut it = removal();
    let structure = it.partners[3].structure();
    let fixing = above(&it.removal, 3, |_, terms| {
        terms.heads.push(FixedHead {
            version: 1,
            node: it.gone,
            tip: tip(it.gone, 9),
            structure,
        });
    });
    let mut further = vec![it.partners[1].propose(it.network, &fixing)];
    for partner in &mut it.partners[..3] {
        further.push(partner.approve(it.network, &fixing));
    }
    let charter = it.charter(&further);
    assert_eq!(charter.current().0, fixing.id());
    assert_eq!(it.counted(&charter, &it.first), 9);
    assert_eq!(charter.branch_of(&it.gone), Some(tip(it.gone, 9)));
    // What the vote fixed goes before a certificate that comes after all.
    let approvals: Vec<&Entry> = it.approvals.iter().collect();
    let certificate = list(it.network, &mut it.partners[0], &it.removal, &approvals);
    further.push(certificate);
    assert_eq!(it.counted(&it.charter(&further), &it.first), 9);
}
