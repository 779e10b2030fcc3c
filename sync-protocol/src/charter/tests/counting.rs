//! Whether an entry counts, against the sentence of the design, taken literally:
//!
//! *An entry counts if the version it cites grants the right, and every later version either still
//! grants it or has the entry at or below its head.*

use super::heads::{store, tip};
use super::*;

/// A history that members voted honestly, and the head of each journal that a version narrowed.
struct History {
    charter: Charter,
    /// The charter as it was after each entry, from the first on.
    stages: Vec<Charter>,
    versions: Vec<Version>,
    heads: Vec<BTreeMap<NodeId, u64>>,
    nodes: Vec<(NodeId, StructureId)>,
}

/// Takes a mandate or a member away, gives one, closes a node.
fn changed(
    random: &mut fastrand::Rng,
    before: &Version,
    written: u64,
    second: &[NodeId],
) -> Version {
    above(before, written, |version, terms| {
        let roll: Vec<Member> = version.members.clone();
        let one = random.choice(&roll).unwrap();
        let create = Mandate::new("project", Right::Create, Holder::Structure(one.structure));
        let theme = ["land", "farm"][random.usize(0..2)];
        match random.u8(0..6) {
            0 if roll.len() > 2 => {
                let left = one.structure;
                version.members.retain(|it| it.structure != left);
                let successor = version.members[0].structure;
                succeed(terms, left, successor);
                let gone = Holder::Structure(left);
                terms.mandates.retain(|it| it.holder != gone);
            }
            1 => terms.mandates.push(create.on(&[theme])),
            2 => terms.mandates.push(create),
            3 => {
                terms.mandates.pop();
            }
            4 => {
                let node = *random.choice(second).unwrap();
                if !terms.closes(&node) {
                    let structure = one.structure;
                    terms.closed.push(Closed { node, structure });
                    terms.closed.sort();
                }
            }
            _ => {}
        }
        terms.mandates.sort();
        terms.mandates.dedup();
        let voters: Vec<NodeId> = version.members.iter().map(|it| it.voting_node).collect();
        terms.proposer = *before
            .members
            .iter()
            .map(|it| it.voting_node)
            .find(|it| voters.contains(it))
            .as_ref()
            .unwrap();
    })
}

fn history(random: &mut fastrand::Rng) -> History {
    let (network, first, mut partners) = founders(5);
    let mut entries: Vec<Entry> = partners.iter_mut().map(|it| it.certify(network)).collect();
    let mut nodes: Vec<(NodeId, StructureId)> = partners
        .iter()
        .map(|it| (it.node, it.structure()))
        .collect();
    let mut second = Vec::new();
    for (place, partner) in partners.iter().enumerate() {
        let node = node(200 + u8::try_from(place).unwrap());
        let certificate = Certificate::issue(network, partner.structure(), &partner.root, node);
        entries.push(entry(
            network,
            node,
            1,
            Kind::CERTIFICATE,
            certificate.encode(),
        ));
        nodes.push((node, partner.structure()));
        second.push(node);
    }
    let mut charter = show(network, &first, &entries);
    let mut stages = vec![charter.clone()];
    let mut versions = vec![first];
    let mut heads = vec![BTreeMap::new()];
    for step in 1..=7u64 {
        let before = versions.last().unwrap();
        let next = changed(random, before, step, &second);
        let proposer = next.terms.as_ref().unwrap().proposer;
        let by = partners.iter().position(|it| it.node == proposer).unwrap();
        charter.observe(&partners[by].propose(network, &next));
        let mut head: BTreeMap<NodeId, u64> = BTreeMap::new();
        for partner in &mut partners {
            if before.member(&partner.structure()).is_none() {
                continue;
            }
            // Journals are known further with each version.
            let held = step * 8 - random.u64(0..8);
            let approval = charter
                .approval_of(&next.id(), |node| tip(*node, held))
                .unwrap();
            for (node, tip) in &approval.tips {
                let reached = head.entry(*node).or_default();
                *reached = tip.seq.max(*reached);
            }
            charter.observe(&partner.say(network, Kind::APPROVE, approval.encode()));
            stages.push(charter.clone());
        }
        assert_eq!(charter.current().0, next.id());
        if let Some(due) = charter.certificate_due(&proposer) {
            charter.observe(&partners[by].say(network, Kind::CERTIFY, due.encode()));
            stages.push(charter.clone());
        }
        versions.push(next);
        heads.push(head);
    }
    History {
        charter,
        stages,
        versions,
        heads,
        nodes,
    }
}

impl History {
    /// The sentence, as it stands.
    fn counts(&self, claim: &Claim<'_>, structure: &StructureId, cited: usize) -> bool {
        let node = &claim.place.author;
        let granted = |version: &Version| {
            !version.closes(node) && grants(version, structure, &claim.action).is_ok()
        };
        let later = cited + 1..self.versions.len();
        granted(&self.versions[cited])
            && later.into_iter().all(|later| {
                let heads = self.heads[cited + 1..=later].iter().rev();
                let head = heads.filter_map(|heads| heads.get(node)).next();
                granted(&self.versions[later]) || head.is_some_and(|it| claim.place.seq <= *it)
            })
    }
}

#[test]
fn verdicts_are_those_of_the_design_taken_literally() {
    let (mut accepted, mut refused, mut saved_by_heads) = (0, 0, 0);
    for seed in 0..40 {
        let history = history(&mut fastrand::Rng::with_seed(seed));
        for (node, structure) in &history.nodes {
            for (cited, version) in history.versions.iter().enumerate() {
                for theme in ["land", "farm"] {
                    for seq in [1, 7, 9, 14, 17, 23, 30, 39, 47, 55, 60] {
                        let action = Action {
                            collection: "project",
                            act: Act::Create,
                            territory: &[],
                            theme: Some(theme),
                        };
                        let author = *node;
                        let claim = Claim {
                            place: Place { author, seq },
                            cited: version.id(),
                            action,
                        };
                        let verdict = history.charter.verdict(&claim, &store);
                        let expected = history.counts(&claim, structure, cited);
                        assert_eq!(verdict == Verdict::Accepted, expected, "{seed} {claim:?}");
                        assert!(!matches!(verdict, Verdict::Pending(_)));
                        let now = history.charter.current().1;
                        let granted = grants(now, structure, &action).is_ok() && !now.closes(node);
                        accepted += usize::from(expected);
                        refused += usize::from(!expected);
                        saved_by_heads += usize::from(expected && !granted);
                    }
                }
            }
        }
    }
    let enough = accepted > 10_000 && refused > 10_000 && saved_by_heads > 1_000;
    assert!(enough, "{accepted} {refused} {saved_by_heads}");
}

/// A verdict that was given changes only where the limits of its node did, and then beyond what was
/// and is free of them: whoever keeps verdicts need not look at any other.
#[test]
fn verdicts_change_only_beyond_what_limits_leave_free() {
    let holds = |node: &NodeId, seen: &Tip| *seen == tip(*node, seen.seq);
    let (mut kept, mut changed) = (0, 0);
    for seed in 0..20 {
        let history = history(&mut fastrand::Rng::with_seed(seed));
        for (before, after) in history.stages.iter().zip(&history.stages[1..]) {
            for (node, _) in &history.nodes {
                let limits = [before.limits_of(node), after.limits_of(node)];
                let same = limits[0].fingerprint == limits[1].fingerprint;
                let free = limits.map(|it| it.free_up_to(|seen| holds(node, seen)));
                let free = free.into_iter().flatten().min().unwrap_or(u64::MAX);
                for (cited, _) in before.effective() {
                    for seq in [1, 7, 9, 14, 23, 39, 55, 60] {
                        let author = *node;
                        let claim = Claim {
                            place: Place { author, seq },
                            cited,
                            action: Action {
                                collection: "project",
                                act: Act::Create,
                                territory: &[],
                                theme: Some("land"),
                            },
                        };
                        let given = before.verdict(&claim, &store);
                        if matches!(given, Verdict::Pending(_)) {
                            continue;
                        }
                        let now = after.verdict(&claim, &store);
                        if given == now {
                            kept += 1;
                        } else {
                            changed += 1;
                            assert!(!same && seq > free, "{seed} {claim:?} {given:?} {now:?}");
                        }
                    }
                }
            }
        }
    }
    assert!(kept > 10_000 && changed > 100, "{kept} {changed}");
}
