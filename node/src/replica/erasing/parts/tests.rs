//! What is erased in part comes to the same in whatever order entries come, and whoever would undo it.

use std::sync::{Arc, Mutex};

use sync_protocol::id::{EntryId, NodeId, RootKey, VersionId};
use sync_protocol::seal::Random;
use sync_protocol::seal::erase::{EraseReason, ErasedBodies};
use sync_protocol::seal::key::{Generation, SealingSecret};
use sync_protocol::seal::part::PartContext;
use sync_protocol::seal::wrap::Recipient;

use super::super::{Counting, ErasureRuling};
use super::*;
use crate::replica::testing::{NETWORK, TestNode, fields, structure_of, text};

/// Who holds what was said so far: all of it counts but what this node says, once it is stolen.
#[derive(Default)]
struct Store {
    held: Mutex<BTreeMap<Place, Entry>>,
    stolen: Option<NodeId>,
}

impl ErasureJudge for Store {
    fn structure_of(&self, node: &NodeId) -> Option<StructureId> {
        structure_of(node)
    }

    fn owner_of(&self, creator: StructureId) -> StructureId {
        creator
    }

    fn counts(&self, at: &Place, _: &VersionId, _: &StructureId) -> Counting {
        match self.stolen == Some(at.author) {
            true => Counting::No,
            false => Counting::Yes,
        }
    }

    fn is_root_of(&self, _: &StructureId, _: &RootKey) -> bool {
        false
    }

    fn entry_at(&self, place: &Place) -> Option<Entry> {
        self.held.lock().unwrap().get(place).cloned()
    }

    fn is_vouched_for(&self, author: &NodeId, seq: u64, _: &EntryId) -> bool {
        // The owner's second node is vouched for from its third entry on.
        *author == NodeId([4; 32]) && seq >= 3
    }
}

/// A node, and what it has been given.
struct Reader {
    node: TestNode,
    store: Store,
    ruling: ErasureRuling,
}

impl Reader {
    fn new(number: u8) -> Self {
        Self {
            node: TestNode::new(number),
            store: Store::default(),
            ruling: ErasureRuling::default(),
        }
    }

    fn hear(&mut self, entries: &[Entry]) {
        let mut held = self.store.held.lock().unwrap();
        held.extend(entries.iter().map(|it| (it.place(), it.clone())));
        drop(held);
        let applied = self.node.replica.apply(entries, &mut |_| {}).unwrap();
        if applied.erasures {
            self.ruling = self.node.replica.follow_erasures(&self.store).unwrap();
        }
    }

    /// The seals and grants that are left in the read model.
    fn sealing(&self) -> Vec<Place> {
        let left = self.node.replica.reader().sealing(None).unwrap();
        let mut left: Vec<Place> = left.iter().map(|it| it.entry.place()).collect();
        left.sort_unstable();
        left
    }
}

fn name(part: &str) -> PartName {
    part.parse().unwrap()
}

fn seal(node: &mut TestNode, record: RecordId, creation: Place, part: &str, seed: u8) -> Entry {
    let part = name(part);
    let context = PartContext {
        network: NETWORK,
        record,
        author: NodeId([seed; 32]),
        part: &part,
        number: 1,
        parents: &[],
        grants: &[],
    };
    let secret = SealingSecret::generate(Random::new([seed; 32]));
    let to = Recipient {
        structure: StructureId([seed; 32]),
        generation: Generation::FIRST,
        public: secret.public(),
    };
    let mut drawn = seed;
    let draw = &mut || {
        drawn = drawn.wrapping_add(1);
        Random::new([drawn; 32])
    };
    let (seal, _) = Seal::make(&context, b"Jeanne", &[to], draw).unwrap();
    node.push(Kind::SEAL, Some(creation), seal.encode())
}

fn erase(
    node: &mut TestNode,
    (record, creation): (RecordId, Place),
    target: EraseTarget,
    named: Vec<Place>,
) -> Entry {
    let erase = Erase::new(record, target, named, EraseReason::ASKED);
    node.push(Kind::ERASE, Some(creation), erase.encode())
}

fn title(title: &str) -> crate::registry::Fields {
    fields([("title", text(title))])
}

const PHOTO: BlobHash = BlobHash([6; 32]);
const DETAIL: BlobHash = BlobHash([7; 32]);

/// The journals of an owner's two nodes, a reader and another reader, about one record and its
/// neighbour; then that record and the places of the seals of its `identity`.
fn said() -> (Vec<Vec<Entry>>, RecordId, Vec<Place>, TestNode) {
    let (mut one, mut two) = (TestNode::new(2), TestNode::new(4));
    let (mut reader, mut other) = (TestNode::new(3), TestNode::new(5));
    let record = one.create(1, title("Atelier"));
    let neighbour = one.create(2, title("Fournil"));
    let at = one.journal[0].place();
    let next_to_it = one.journal[1].place();
    let first = seal(&mut one, record, at, "identity", 10).place();
    let kept = seal(&mut one, record, at, "notes", 20).place();
    let elsewhere = seal(&mut one, neighbour, next_to_it, "identity", 30).place();
    let second = seal(&mut reader, record, at, "identity", 40).place();
    let late = seal(&mut other, record, at, "identity", 50).place();
    let place = |author: u8, seq| Place {
        author: NodeId([author; 32]),
        seq,
    };
    // What is of another part, another record, or not there, stays as it is.
    let mut named = vec![first, second, kept, elsewhere, at, place(9, 1)];
    named.sort_unstable();
    let about = (record, at);
    erase(&mut two, about, EraseTarget::Part(name("identity")), named);
    erase(&mut two, about, EraseTarget::Blob(DETAIL), vec![]);
    erase(&mut two, about, EraseTarget::Blob(PHOTO), vec![]);
    // Another's word counts for its own copies alone.
    erase(&mut reader, about, EraseTarget::Part(name("notes")), vec![]);
    erase(
        &mut reader,
        about,
        EraseTarget::Part(name("notes")),
        vec![kept],
    );
    erase(
        &mut reader,
        about,
        EraseTarget::Blob(BlobHash([8; 32])),
        vec![],
    );
    let journals = vec![
        one.journal.clone(),
        two.journal,
        reader.journal,
        other.journal,
    ];
    (journals, record, vec![first, second, late], one)
}

#[test]
fn what_is_erased_in_part_is_the_same_in_whatever_order_entries_come() {
    let (journals, record, [first, second, late], _) = {
        let (journals, record, seals, one) = said();
        (
            journals,
            record,
            <[Place; 3]>::try_from(seals).unwrap(),
            one,
        )
    };
    let mut random = fastrand::Rng::with_seed(4);
    let mut outcomes = Vec::new();
    for round in 0..60 {
        let mut reader = Reader::new(7);
        let mut rest: Vec<&[Entry]> = journals.iter().map(Vec::as_slice).collect();
        while rest.iter().any(|it| !it.is_empty()) {
            let at = random.usize(..rest.len());
            // One journal after the other, in every order, and all of them mixed.
            let most = if round < 24 { usize::MAX } else { 1 };
            let (now, then) = rest[at].split_at(most.min(rest[at].len()));
            reader.hear(now);
            rest[at] = then;
        }
        let Reader { node, ruling, .. } = &reader;
        let partly = &ruling.partly;
        for structure in [3, 5, 0xE0, 0x77].map(|it| StructureId([it; 32])) {
            assert_eq!(
                partly.part(&record, &name("identity"), &structure),
                Fate::Deleted
            );
            let own = structure == StructureId([3; 32]);
            let notes = partly.part(&record, &name("notes"), &structure);
            assert_eq!(notes == Fate::Deleted, own);
        }
        assert_eq!(partly.blob(&record, DETAIL), Fate::Hidden);
        assert_eq!(partly.blob(&record, PHOTO), Fate::Deleted);
        assert_eq!(partly.blob(&record, BlobHash([8; 32])), Fate::Kept);
        assert_eq!(partly.deleted_blobs(), BTreeSet::from([PHOTO]));
        let bodies: Vec<Place> = ruling.bodies.sealed().copied().collect();
        let mut expected = vec![first, second];
        expected.sort_unstable();
        assert_eq!(bodies, expected);
        let loose: Vec<Place> = ruling.loose.iter().map(|it| it.at).collect();
        assert!(loose.contains(&late) && !loose.contains(&first));
        let left = reader.sealing();
        assert!(!left.contains(&first) && !left.contains(&second) && left.contains(&late));
        assert!(node.replica.reader().get(&record).unwrap().is_some());
        let refused = node.replica.reader().refused(10).unwrap();
        assert_eq!(refused.len(), 2, "for all and a blob, by who owns nothing");
        outcomes.push((
            Arc::clone(partly),
            ruling.deleting.clone(),
            ruling.own.clone(),
            left,
            node.replica.reader().digest().unwrap(),
        ));
    }
    assert!(outcomes.iter().all(|it| *it == outcomes[0]));
}

#[test]
fn who_forks_a_journal_that_an_erasure_names_undoes_nothing() {
    let (journals, record, seals, _) = said();
    let mut reader = Reader::new(7);
    for journal in &journals[..2] {
        reader.hear(journal);
    }
    // The seal by the other's node is yet to come, and comes as something else.
    let mut forked = TestNode::new(3);
    forked.create(9, title("Rien"));
    assert_eq!(forked.journal[0].place(), seals[1]);
    reader.hear(&forked.journal);
    let fate = |ruling: &ErasureRuling| {
        ruling
            .partly
            .part(&record, &name("identity"), &StructureId([0x77; 32]))
    };
    assert_eq!(fate(&reader.ruling), Fate::Deleted);
    assert_eq!(
        reader.ruling.bodies.sealed().collect::<Vec<_>>(),
        [&seals[0]]
    );
}

#[test]
fn a_body_that_comes_late_goes_again_and_one_that_never_came_is_taken_at_its_word() {
    let (journals, record, seals, _) = said();
    let mut reader = Reader::new(7);
    let mut stripped = journals.clone();
    for entry in stripped.iter_mut().flatten() {
        if seals[..2].contains(&entry.place()) {
            entry.body = None;
        }
    }
    for journal in &stripped {
        reader.hear(journal);
    }
    let mut expected = seals[..2].to_vec();
    expected.sort_unstable();
    assert!(reader.ruling.bodies.sealed().eq(&expected));
    assert!(!reader.ruling.late);
    let full = journals.iter().flatten();
    let late: Vec<Entry> = full.filter(|it| it.place() == seals[0]).cloned().collect();
    reader.hear(&late);
    assert!(reader.ruling.late, "it is to be deleted anew");
    assert!(!reader.sealing().contains(&seals[0]));
    let fate = (reader.ruling.partly).part(&record, &name("identity"), &StructureId([9; 32]));
    assert_eq!(fate, Fate::Deleted);
}

#[test]
fn a_part_that_a_stolen_laptop_erased_is_followed_anew_once_it_no_longer_counts() {
    let (journals, record, seals, _) = said();
    let mut reader = Reader::new(7);
    for journal in &journals {
        reader.hear(journal);
    }
    let digest = reader.node.replica.reader().digest().unwrap();
    reader.store.stolen = Some(NodeId([4; 32]));
    let ruling = reader.node.replica.follow_erasures(&reader.store).unwrap();
    assert!(ruling.revived && ruling.deleting.is_empty());
    assert_eq!(ruling.bodies, ErasedBodies::default());
    assert_eq!(ruling.partly.blob(&record, PHOTO), Fate::Kept);
    // The journals have it all that were not cut yet.
    reader.node.replica.rebuild().unwrap();
    for journal in &journals {
        reader.hear(journal);
    }
    assert!(!reader.ruling.revived);
    assert!(seals.iter().all(|it| reader.sealing().contains(it)));
    assert_eq!(reader.node.replica.reader().digest().unwrap(), digest);
}

#[test]
fn a_record_that_is_erased_whole_takes_its_parts_along() {
    let (mut journals, record, _, mut one) = said();
    let creation = one.journal[0].place();
    one.journal.clone_from(&journals[0]);
    erase(&mut one, (record, creation), EraseTarget::Record, vec![]);
    journals[0].clone_from(&one.journal);
    let mut reader = Reader::new(7);
    for journal in journals.iter().rev() {
        reader.hear(journal);
    }
    let any = StructureId([0x77; 32]);
    let fate = |part| reader.ruling.partly.part(&record, &name(part), &any);
    assert_eq!(
        (fate("identity"), fate("notes")),
        (Fate::Deleted, Fate::Deleted)
    );
    assert!(reader.node.replica.reader().get(&record).unwrap().is_none());
    assert_eq!(reader.sealing().len(), 1, "its neighbour's");
}
