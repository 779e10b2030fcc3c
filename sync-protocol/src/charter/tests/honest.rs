//! Honest voters who each know a part of what was said: nothing that came into force is ever
//! replaced, no rivals come up, and something does come into force in the end.

use super::*;

/// Voters with what each has heard of so far.
struct Country {
    network: NetworkId,
    first: Version,
    voters: Vec<Partner>,
    views: Vec<Charter>,
    said: Vec<Entry>,
    proposed: Vec<Version>,
}

impl Country {
    fn new(count: u8) -> Self {
        let (network, first, mut voters) = founders(count);
        // They vote once they are admitted.
        voters.extend((11..14).map(Partner::new));
        let view = Charter::pinned(network, first.clone());
        Self {
            network,
            views: vec![view; voters.len()],
            first,
            voters,
            said: Vec::new(),
            proposed: Vec::new(),
        }
    }

    /// Somebody says something, and knows it at once.
    fn say(&mut self, who: usize, entry: Entry) {
        self.views[who].observe(&entry);
        self.said.push(entry);
    }

    /// A new version as one voter sees the charter: a name, a newcomer, a member removed.
    fn propose(&mut self, random: &mut fastrand::Rng, who: usize, written: u64) {
        let me = self.voters[who].node;
        let view = &self.views[who];
        // Most look first whether something may still come of what others proposed.
        let waits = view.proposals().iter().any(|it| it.can_pass) && random.u8(0..3) > 0;
        if waits
            || view
                .current()
                .1
                .members
                .iter()
                .all(|it| it.voting_node != me)
        {
            return;
        }
        let mut draft = self.views[who].draft(me, Timestamp(written));
        let terms = draft.terms.as_mut().unwrap();
        match random.u8(0..3) {
            0 => draft.name = format!("name {written}"),
            1 => {
                let newcomer = random.choice(&self.voters).unwrap().member();
                let newcomer = &newcomer;
                terms.successors.retain(|it| it.left != newcomer.structure);
                if draft.member(&newcomer.structure).is_none() {
                    draft.members.push(newcomer.clone());
                }
            }
            _ if draft.members.len() > 1 => {
                let place = random.usize(0..draft.members.len());
                if draft.members[place].voting_node == me {
                    return;
                }
                let left = draft.members.remove(place).structure;
                let successor = draft.members[0].structure;
                succeed(terms, left, successor);
            }
            _ => {}
        }
        let entry = self.voters[who].propose(self.network, &draft);
        self.say(who, entry);
        self.proposed.push(draft);
    }

    /// One voter approves what it may, if it may approve anything.
    fn vote(&mut self, random: &mut fastrand::Rng, who: usize) {
        let me = self.voters[who].node;
        let mut choices: Vec<VersionId> = self.views[who]
            .proposals()
            .iter()
            .filter(|it| self.views[who].may_approve(&me, &it.id).is_ok())
            .map(|it| it.id)
            .collect();
        random.shuffle(&mut choices);
        if let Some(id) = choices.first() {
            let approval = self.views[who].approval_of(id, |_| Tip::EMPTY).unwrap();
            let entry = self.voters[who].say(self.network, Kind::APPROVE, approval.encode());
            self.say(who, entry);
        }
    }

    fn deliver(&mut self, random: &mut fastrand::Rng, who: usize) {
        let heard = self.said.iter().filter(|_| random.u8(0..4) == 0);
        self.views[who].observe_all(heard);
    }
}

/// The versions in force, without the one that all began with.
fn risen(charter: &Charter) -> Vec<VersionId> {
    charter.effective().skip(1).map(|(id, _)| id).collect()
}

#[test]
fn honest_voters_never_replace_what_came_into_force_and_get_somewhere() {
    let (mut heights, mut later_rounds) = (0, 0);
    for seed in 0..140u64 {
        let mut random = fastrand::Rng::with_seed(seed);
        let count = u8::try_from(seed % 7 + 1).unwrap();
        let mut country = Country::new(count);
        let mut all = Charter::pinned(country.network, country.first.clone());
        let mut told = 0;
        let mut before: Vec<VersionId> = Vec::new();
        for step in 0..300u64 {
            let who = random.usize(0..country.voters.len());
            match random.u8(0..10) {
                0..=1 => country.propose(&mut random, who, step),
                2..=4 => country.vote(&mut random, who),
                _ => country.deliver(&mut random, who),
            }
            all.observe_all(&country.said[told..]);
            told = country.said.len();
            let now = risen(&all);
            assert_eq!(all.rivals(), None, "seed {seed}, step {step}");
            assert!(all.double_votes().is_empty(), "seed {seed}, step {step}");
            assert!(now.starts_with(&before), "seed {seed}, step {step}");
            for view in &country.views {
                assert!(now.starts_with(&risen(view)), "seed {seed}, step {step}");
            }
            before = now;
        }
        heights += before.len();
        later_rounds += all.effective().filter(|(_, it)| it.round() > 0).count();
        // Once everyone hears everything, one height more is always possible, whatever was split.
        let reached = before.len();
        for round in 0..40u64 {
            for who in 0..country.voters.len() {
                let said = country.said.clone();
                country.views[who].observe_all(&said);
                country.vote(&mut random, who);
            }
            all.observe_all(&country.said);
            if risen(&all).len() > reached {
                break;
            }
            assert!(round < 39, "seed {seed} is stuck");
            let voter = all.current().1.members[0].voting_node;
            let mut voters = country.voters.iter();
            let first = voters.position(|it| it.node == voter).unwrap();
            country.propose(&mut random, first, 1_000 + round);
        }
    }
    assert!(
        heights > 150 && later_rounds > 25,
        "{heights} {later_rounds}"
    );
}
