//! Longer histories: at random, and with more branches than an honest one has.

use super::*;

/// What a hostile reader can leave behind is joined in a few steps, each a body that can be read.
#[test]
fn more_branches_than_a_seal_may_name_are_joined_one_after_another() {
    let mut log = PartLog::default();
    let observe = |(id, fact): Fact, log: &mut PartLog| assert!(log.observe(id, fact));
    observe(seal(1, A, 1, &[], &[], &[A, B]), &mut log);
    for entry in 2..42 {
        observe(seal(entry, B, 2, &[1], &[], &[A, B]), &mut log);
        observe(grant(entry + 100, B, entry, None, &[C]), &mut log);
    }
    assert_eq!(log.state().heads.len(), 40);
    for entry in 200..203 {
        let state = log.state();
        assert!(state.next_parents.len() <= 16 && state.refused.is_empty());
        let short = |ids: &[EntryId]| ids.iter().map(|id| id.0[0]).collect::<Vec<u8>>();
        let (parents, grants) = (short(&state.next_parents), short(&state.next_grants));
        assert_eq!(state.next_readers, set(&[A, B, C]));
        let next = seal(entry, A, state.next_number, &parents, &grants, &[A, B, C]);
        observe(next, &mut log);
    }
    let state = log.state();
    assert_eq!((state.heads.len(), state.next_grants.len()), (1, 0));
    assert!(state.refused.is_empty() && state.waiting.is_empty());
}

/// Random histories of members who know different entries: each order comes to one state, and the
/// next seal is made to nobody whom neither a standing seal nor a grant names.
#[test]
fn random_histories_come_to_one_state_in_any_order() {
    let mut conflicts = 0;
    for seed in 0..300 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut facts: Vec<Fact> = vec![seal(1, A, 1, &[], &[], &[A, B])];
        for entry in 2..14 {
            // What its author has received: what some entries follow, and those.
            let held: Vec<EntryId> = facts
                .iter()
                .map(|(id, _)| *id)
                .filter(|_| random.u8(..3) > 0)
                .collect();
            let all = facts.iter().cloned().collect();
            let mut log = PartLog::default();
            for id in reach(&all, &held) {
                log.observe(id, all[&id].clone());
            }
            let state = log.state();
            assert!(
                state.waiting.is_empty() && state.refused.is_empty(),
                "seed {seed}"
            );
            let readers: BTreeSet<u8> =
                state.readers.values().flatten().map(|it| it.0[0]).collect();
            let by = random.choice(&readers).copied().unwrap_or(A);
            let Some(head) = state.heads.first() else {
                continue;
            };
            let reads_all = state.readers.values().all(|it| it.contains(&structure(by)));
            let mut to: BTreeSet<u8> = state.next_readers.iter().map(|it| it.0[0]).collect();
            if random.bool() {
                to.insert(random.u8(A..=D));
            } else if to.len() > 1 {
                to.remove(&random.u8(B..=D));
            }
            let to: Vec<u8> = to.into_iter().collect();
            let short = |ids: &[EntryId]| ids.iter().map(|id| id.0[0]).collect::<Vec<u8>>();
            let wrapped = all[head].said.recipients().any(|it| it == structure(by));
            if random.bool() && wrapped {
                facts.push(grant(entry, by, head.0[0], None, &[random.u8(A..=D)]));
            } else if (reads_all || by == A) && !to.is_empty() {
                let (parents, grants) = (short(&state.next_parents), short(&state.next_grants));
                facts.push(seal(entry, by, state.next_number, &parents, &grants, &to));
            }
        }
        let state_of = |facts: &[Fact]| {
            let mut log = PartLog::default();
            for (id, fact) in facts {
                log.observe(*id, fact.clone());
            }
            log.state()
        };
        let expected = state_of(&facts);
        assert!(
            expected.refused.is_empty() && expected.waiting.is_empty(),
            "seed {seed}"
        );
        let said = |id: &EntryId| &facts.iter().find(|(it, _)| it == id).unwrap().1.said;
        let of_head = |id: &EntryId| said(id).recipients().collect::<BTreeSet<_>>();
        let heads: Vec<BTreeSet<StructureId>> = expected.heads.iter().map(of_head).collect();
        let granted = facts
            .iter()
            .filter(|(_, fact)| fact.said.as_grant().is_some());
        let granted: BTreeSet<StructureId> = granted
            .flat_map(|(_, fact)| fact.said.recipients())
            .collect();
        for reader in set(&[A, B, C, D]) {
            let next = expected.next_readers.contains(&reader);
            if heads.iter().all(|head| head.contains(&reader)) {
                assert!(next, "seed {seed}: {reader} reads all that stands");
            } else if !granted.contains(&reader) {
                assert!(!next, "seed {seed}: {reader} is not common, nor granted");
            }
        }
        if expected.heads.len() == 1 && expected.next_grants.is_empty() {
            assert_eq!(expected.next_readers, heads[0], "seed {seed}");
        }
        conflicts += usize::from(expected.is_conflict());
        for _ in 0..20 {
            random.shuffle(&mut facts);
            assert_eq!(state_of(&facts), expected, "seed {seed}");
        }
    }
    assert!(
        (50..250).contains(&conflicts),
        "{conflicts} of 300 end in a conflict"
    );
}
