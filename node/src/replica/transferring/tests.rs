//! Transfers in whatever order: whose a record is, and what of it counts.

use std::sync::Arc;

use fastrand::Rng;
use sync_protocol::id::{NodeId, RootKey, VersionId};

use super::*;
use crate::replica::testing::{Anyone, TestNode, fields, structure_of, text};
use crate::replica::{Authority, Deed, Edits, NotPermitted, Ruling, What};
use crate::view::Standing;

/// Lets everybody create, and edit what is theirs.
#[derive(Debug)]
struct Owners;

impl Authority for Owners {
    fn structure_of(&self, node: &NodeId) -> Option<StructureId> {
        structure_of(node)
    }

    fn rule(&self, entry: &Entry, deeds: &[Deed]) -> Ruling {
        let by = structure_of(&entry.header.author).unwrap();
        let theirs = |deed: &Deed| match deed.what {
            What::Edit { owner } | What::Turn { owner } => owner == by,
            _ => true,
        };
        match deeds.iter().all(theirs) {
            true => Ruling::Counts,
            false => Ruling::Refused("not_granted"),
        }
    }

    fn permit(&self, _: &StructureId, _: &[Deed]) -> Result<(), Box<NotPermitted>> {
        Ok(())
    }

    fn standing(&self, node: &NodeId) -> Standing {
        Anyone::default().standing(node)
    }

    fn falls_back(&self, _: &VersionId, _: &VersionId) -> bool {
        false
    }
}

struct Everybody;

impl ErasureJudge for Everybody {
    fn structure_of(&self, node: &NodeId) -> Option<StructureId> {
        structure_of(node)
    }

    fn owner_of(&self, creator: StructureId) -> StructureId {
        creator
    }

    fn counts(&self, _: &Place, _: &VersionId, _: &StructureId) -> Counting {
        Counting::Yes
    }

    fn is_root_of(&self, _: &StructureId, _: &RootKey) -> bool {
        false
    }

    fn entry_at(&self, _: &Place) -> Option<Entry> {
        None
    }

    fn is_vouched_for(&self, _: &NodeId, _: u64, _: &EntryId) -> bool {
        false
    }
}

fn node(number: u8) -> TestNode {
    let mut node = TestNode::new(number);
    node.replica.govern(Arc::new(Owners));
    node
}

fn structure(number: u8) -> StructureId {
    structure_of(&NodeId([number; 32])).unwrap()
}

/// Applies entries and looks at transfers, out of all that was applied so far.
fn follow(node: &mut TestNode, held: &mut Vec<Entry>, entries: &[Entry]) -> Transfers {
    node.apply(entries);
    held.extend_from_slice(entries);
    let read = |places: &[Place]| {
        let found = held.iter().filter(|it| places.contains(&it.place()));
        Ok::<_, ReplicaError>(found.cloned().collect())
    };
    node.replica.follow_transfers(&Everybody, &read).unwrap().0
}

fn say(node: &mut TestNode, creation: Place, record: RecordId, said: Said) -> EntryId {
    let body = Transfer { record, said }.encode();
    node.push(Kind::TRANSFER, Some(creation), body).id
}

fn titled(title: &str) -> Edits {
    Edits::set(fields([("title", text(title))]))
}

/// Edits on top of what a node has, whoever may.
fn edit(node: &mut TestNode, record: RecordId, title: &str) {
    let author = node.author();
    let draft = node.replica.draft_change(&author, record, titled(title));
    let entry = node.record(draft.unwrap().unwrap());
    node.replica.discard_drafts();
    node.apply(&[entry]);
}

#[test]
fn the_same_owner_and_the_same_edits_stand_in_whatever_order_entries_come() {
    // Two nodes of one structure offer one record to two others at once; both accept and edit, and
    // one of them gives it on.
    let [mut first, mut second] = [node(2), node(4)];
    let [mut three, mut five, mut seven] = [node(3), node(5), node(7)];
    let record = first.create(1, fields([("title", text("Atelier"))]));
    let creation = first.journal[0].place();
    let offer = |to| Said::Offer {
        to: structure(to),
        after: None,
    };
    let created = first.journal.clone();
    for node in [&mut second, &mut three, &mut five, &mut seven] {
        node.apply(&created);
    }
    let to_three = say(&mut first, creation, record, offer(3));
    let to_five = say(&mut second, creation, record, offer(5));
    say(
        &mut three,
        creation,
        record,
        Said::Accept { offer: to_three },
    );
    edit(&mut three, record, "de trois");
    let on = Said::Offer {
        to: structure(7),
        after: Some(to_three),
    };
    let to_seven = say(&mut three, creation, record, on);
    say(&mut five, creation, record, Said::Accept { offer: to_five });
    edit(&mut five, record, "de cinq");
    // What was accepted stays so, taken back before or after.
    let withdrawn = Said::Withdraw { offer: to_five };
    say(&mut second, creation, record, withdrawn);
    say(
        &mut seven,
        creation,
        record,
        Said::Accept { offer: to_seven },
    );
    edit(&mut seven, record, "de sept");
    // Somebody whom nobody offered anything.
    let mut stranger = node(9);
    stranger.apply(&created);
    say(
        &mut stranger,
        creation,
        record,
        Said::Accept { offer: to_five },
    );
    say(&mut stranger, creation, record, offer(9));
    let withdrawn = Said::Withdraw { offer: to_three };
    say(&mut stranger, creation, record, withdrawn);
    edit(&mut stranger, record, "de personne");

    let expected = match to_three < to_five {
        true => vec![structure(2), structure(3), structure(7)],
        false => vec![structure(2), structure(5)],
    };
    let journals = [&first, &second, &three, &five, &seven, &stranger];
    let journals = journals.map(|it| it.journal.clone());
    let mut rng = Rng::with_seed(20);
    let mut outcomes = Vec::new();
    for round in 0..40 {
        let mut reader = node(11);
        let (mut held, mut left) = (Vec::new(), journals.each_ref().map(|it| it.as_slice()));
        let mut transfers = Transfers::new();
        while left.iter().any(|it| !it.is_empty()) {
            let open: Vec<&mut &[Entry]> = left.iter_mut().filter(|it| !it.is_empty()).collect();
            let journal = rng.choice(open).unwrap();
            let (now, rest) = journal.split_at(rng.usize(1..=journal.len()));
            *journal = rest;
            transfers = follow(&mut reader, &mut held, now);
        }
        assert_eq!(transfers[&record].owners, expected, "round {round}");
        let shown = reader.get(&record);
        assert_eq!(Some(&shown.owner), expected.last());
        let counts = reader.replica.reader().counts().unwrap();
        assert_eq!(counts.pending, 0);
        let mut refused: Vec<_> = reader.replica.reader().refused(100).unwrap();
        refused.sort_by_key(|it| (it.node, it.seq));
        let refused: Vec<_> = refused
            .into_iter()
            .map(|it| (it.node, it.seq, it.code))
            .collect();
        outcomes.push((reader.digest(), refused));
    }
    assert!(outcomes.iter().all(|it| *it == outcomes[0]));
    let codes: Vec<&str> = outcomes[0].1.iter().map(|it| it.2.as_str()).collect();
    let count = |code| codes.iter().filter(|it| **it == code).count();
    assert_eq!(count("transfer_by_another"), 3, "{codes:?}");
    // The stranger's edit, and those of whoever lost.
    assert_eq!(count("not_granted"), 4 - (expected.len() - 1), "{codes:?}");
}

#[test]
fn an_offer_of_another_record_counts_for_nothing_and_one_before_its_record_waits() {
    let mut one = node(2);
    let record = one.create(1, fields([("title", text("Atelier"))]));
    let other = one.create(2, fields([("title", text("Boulangerie"))]));
    let creations = [one.journal[0].place(), one.journal[1].place()];
    let offer = Said::Offer {
        to: structure(3),
        after: None,
    };
    say(&mut one, creations[1], record, offer);
    let mut three = node(3);
    let mut second = node(4);
    say(&mut second, creations[0], record, offer);
    let mut held = Vec::new();
    let waits = follow(&mut three, &mut held, &second.journal);
    assert!(waits.is_empty());
    let came = follow(&mut three, &mut held, &one.journal);
    assert_eq!(came[&record].open.len(), 1);
    assert!(!came.contains_key(&other));
    let refused = three.replica.reader().refused(100).unwrap();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].code, "transfer_of_another_record");
    // The same out of the read model as it was left.
    let mut three = three.reopen();
    assert_eq!(follow(&mut three, &mut held, &[]), came);
}
