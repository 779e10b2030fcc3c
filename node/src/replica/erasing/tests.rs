use std::sync::atomic::{AtomicBool, Ordering};

use ed25519_dalek::SigningKey;
use sync_protocol::seal::erase::EraseReason;

use super::*;
use crate::replica::testing::{NETWORK, TestNode, fields, structure_of, text};

fn root() -> SigningKey {
    SigningKey::from_bytes(&[9; 32])
}

/// Every structure has one root; node 4 may be a stolen laptop.
struct Judge {
    stolen: AtomicBool,
}

impl ErasureJudge for Judge {
    fn structure_of(&self, node: &NodeId) -> Option<StructureId> {
        structure_of(node)
    }

    fn owner_of(&self, creator: StructureId) -> StructureId {
        creator
    }

    fn counts(&self, at: &Place, _: &VersionId, _: &StructureId) -> Counting {
        match at.author == NodeId([4; 32]) && self.stolen.load(Ordering::SeqCst) {
            true => Counting::No,
            false => Counting::Yes,
        }
    }

    fn is_root_of(&self, _: &StructureId, key: &RootKey) -> bool {
        key.0 == root().verifying_key().to_bytes()
    }

    fn entry_at(&self, _: &Place) -> Option<Entry> {
        None
    }

    fn is_vouched_for(&self, _: &NodeId, _: u64, _: &EntryId) -> bool {
        false
    }
}

static HONEST: Judge = Judge {
    stolen: AtomicBool::new(false),
};

impl TestNode {
    fn erase(&mut self, record: RecordId, creation: Place, agreed: bool) -> Entry {
        let mut erase = Erase::new(record, EraseTarget::Record, vec![], EraseReason::ASKED);
        if agreed {
            erase = erase.countersigned(NETWORK, &creation, &root());
        }
        self.push(Kind::ERASE, Some(creation), erase.encode())
    }

    fn shows(&self, record: &RecordId) -> bool {
        self.replica.reader().get(record).unwrap().is_some()
    }

    fn follow(&mut self, entries: &[Entry], judge: &Judge) -> ErasureRuling {
        self.apply(entries);
        self.replica.follow_erasures(judge).unwrap()
    }
}

fn creation_of(entries: &[Entry], seq: u64) -> Place {
    entries[usize::try_from(seq).unwrap() - 1].place()
}

fn title(number: u32) -> crate::registry::Fields {
    fields([("title", text(&format!("Atelier {number}")))])
}

#[test]
fn five_thousand_records_that_a_stolen_laptop_hid_are_back_once_it_no_longer_counts() {
    let (mut owner, mut laptop) = (TestNode::new(2), TestNode::new(4));
    let mut records = Vec::new();
    for number in 0..5_000u32 {
        let author = owner.author();
        let mut salt = [0; 32];
        salt[..4].copy_from_slice(&number.to_be_bytes());
        let salt = sync_protocol::id::Salt(salt);
        let draft = owner
            .replica
            .draft_create(&author, "opportunity", salt, title(number))
            .unwrap();
        records.push(draft.record);
        owner.record(draft);
        owner.replica.discard_drafts();
    }
    let created = owner.journal.clone();
    owner.follow(&created, &HONEST);
    let before = owner.replica.reader().digest().unwrap();
    let erased: Vec<Entry> = (records.iter().zip(&created))
        .map(|(record, entry)| laptop.erase(*record, entry.place(), false))
        .collect();
    let ruling = owner.follow(&erased, &HONEST);
    assert_eq!(ruling.hiding.len(), 5_000);
    assert_eq!(owner.replica.reader().counts().unwrap().records, 0);
    assert_eq!(ruling.bodies, {
        let mut bodies = ErasedBodies::default();
        for erasure in owner.replica.reader().erasures().unwrap() {
            bodies.add(erasure.subject, &erasure.erase, false);
        }
        bodies
    });
    let revoked = Judge {
        stolen: AtomicBool::new(true),
    };
    assert!(owner.replica.follow_erasures(&revoked).unwrap().revived);
    // The journals have it all: following from the start brings it back.
    owner.replica.rebuild().unwrap();
    owner.follow(&created, &revoked);
    let ruling = owner.follow(&erased, &revoked);
    assert!(!ruling.revived && ruling.hiding.is_empty());
    assert_eq!(owner.replica.reader().digest().unwrap(), before);
    assert_eq!(owner.replica.reader().counts().unwrap().refused, 5_000);
}

#[test]
fn the_same_is_dead_in_whatever_order_its_entries_come() {
    let (mut one, mut two) = (TestNode::new(2), TestNode::new(4));
    let record = one.create(1, title(1));
    let kept = one.create(2, title(2));
    one.edit(record, crate::replica::Edits::set(title(3)));
    let (journal, creation) = (one.journal.clone(), creation_of(&one.journal, 1));
    two.apply(&journal);
    two.edit(record, crate::replica::Edits::set(title(4)));
    let erase = two.erase(record, creation, true);
    let other = two.journal.clone();
    assert_eq!(other.last(), Some(&erase));
    let mut digests = Vec::new();
    for orders in [[&journal, &other], [&other, &journal]] {
        let mut reader = TestNode::new(7);
        let mut ruling = ErasureRuling::default();
        for part in orders {
            for entry in part {
                ruling = reader.follow(std::slice::from_ref(entry), &HONEST);
            }
        }
        assert!(!reader.shows(&record) && reader.shows(&kept));
        assert_eq!(ruling.deleting.len(), 1);
        assert!(ruling.bodies.name(Kind::CHANGE, &creation, Some(&creation)));
        let counts = reader.replica.reader().counts().unwrap();
        assert_eq!((counts.pending, counts.refused), (0, 0));
        // Reopened, it is as dead; what comes late of it is not looked at, and is to be deleted.
        let mut reader = reader.reopen();
        let late = one.push(Kind::CHANGE, Some(creation), b"whatever".to_vec());
        one.journal.pop();
        assert!(reader.follow(&[late], &HONEST).late);
        assert!(!reader.shows(&record));
        digests.push(reader.replica.reader().digest().unwrap());
    }
    assert_eq!(digests[0], digests[1]);
}

#[test]
fn a_newcomer_to_whom_the_bodies_never_came_takes_the_erasure_at_its_word() {
    let mut one = TestNode::new(2);
    let record = one.create(1, title(1));
    let creation = creation_of(&one.journal, 1);
    one.edit(record, crate::replica::Edits::set(title(3)));
    one.erase(record, creation, true);
    let mut journal = one.journal.clone();
    journal[0].body = None;
    journal[1].body = None;
    let mut newcomer = TestNode::new(7);
    let ruling = newcomer.follow(&journal, &HONEST);
    assert_eq!((ruling.deleting.len(), ruling.late), (1, false));
    // Nobody makes it again under that identity.
    let author = one.author();
    let again = one.replica.draft_create(
        &author,
        "opportunity",
        sync_protocol::id::Salt([1; 32]),
        title(1),
    );
    assert!(matches!(again, Err(ReplicaError::RecordExists { .. })));
    one.replica
        .apply(&one.journal.clone()[2..], &mut |_| {})
        .unwrap();
    one.replica.follow_erasures(&HONEST).unwrap();
    let author = one.author();
    let again = one.replica.draft_create(
        &author,
        "opportunity",
        sync_protocol::id::Salt([1; 32]),
        title(1),
    );
    assert!(matches!(again, Err(ReplicaError::RecordErased { .. })));
}

#[test]
fn a_body_that_comes_later_makes_of_its_entries_what_they_always_were() {
    let mut one = TestNode::new(2);
    let record = one.create(1, title(1));
    one.edit(record, crate::replica::Edits::set(title(3)));
    let mut stripped = one.journal.clone();
    stripped[0].body = None;
    let mut reader = TestNode::new(7);
    reader.apply(&stripped);
    assert!(!reader.shows(&record));
    let mut reader = reader.reopen();
    assert_eq!(reader.replica.without_body().len(), 1);
    reader.apply(&one.journal[..1]);
    assert!(reader.shows(&record) && reader.replica.without_body().is_empty());
    let digests = [&one, &reader].map(|it| it.replica.reader().digest().unwrap());
    assert_eq!(digests[0], digests[1]);
}

#[test]
fn who_erases_what_is_not_theirs_or_names_another_record_convinces_nobody() {
    let (mut one, mut stranger) = (TestNode::new(2), TestNode::new(3));
    let (record, other) = (one.create(1, title(1)), one.create(2, title(2)));
    let creation = creation_of(&one.journal, 1);
    let by_another = stranger.erase(record, creation, true);
    let of_another = one.erase(other, creation, true);
    let entries = one.journal.clone();
    let mut reader = TestNode::new(7);
    reader.apply(&entries);
    let ruling = reader.follow(&[by_another, of_another], &HONEST);
    assert!(ruling.deleting.is_empty() && ruling.hiding.is_empty());
    assert!(reader.shows(&record) && reader.shows(&other));
    let refused = reader.replica.reader().refused(10).unwrap();
    let codes: BTreeSet<&str> = refused.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(
        codes,
        BTreeSet::from(["erasure_by_another", "erasure_of_another_record"])
    );
}
