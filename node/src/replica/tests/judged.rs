//! What the charter lets count, and what becomes of verdicts when it says something else.

use std::sync::Arc;

use sync_protocol::id::Salt;

use super::bakery;
use crate::registry::Value;
use crate::replica::Edits;
use crate::replica::testing::{Anyone, TestNode, fields, text};

/// What `reader` has of `writers`, who wrote in this order, delivered in one.
fn read_all(writers: &[&TestNode], authority: &Anyone, number: u8) -> TestNode {
    let mut reader = TestNode::new(number);
    reader.obey(authority.clone());
    for writer in writers {
        reader.pull(writer);
    }
    reader
}

#[test]
fn what_the_charter_does_not_grant_is_refused_at_write_and_at_merge() {
    let mut writer = TestNode::new(1);
    let record = writer.create(1, fields([("kind", text("land")), ("title", text("Pré"))]));
    let forbids = Anyone {
        forbidden: ["premises".to_owned()].into(),
        ..Anyone::default()
    };
    // At write: turning it into what nobody may make.
    writer.obey(forbids.clone());
    let turned = Edits::set(fields([("kind", text("premises"))]));
    let author = writer.author();
    let refused = writer.replica.draft_change(&author, record, turned.clone());
    assert_eq!(refused.unwrap_err().code(), "no_mandate");
    let salt = Salt([9; 32]);
    let made = fields([("kind", text("premises")), ("title", text("Local"))]);
    let refused = writer
        .replica
        .draft_create(&author, "opportunity", salt, made);
    assert_eq!(refused.unwrap_err().code(), "no_mandate");
    // At merge: written all the same.
    writer.obey(Anyone::default());
    writer.edit(record, turned);
    writer.set(record, [("title", text("Local"))]);
    let reader = read_all(&[&writer], &forbids, 3);
    assert_eq!(reader.get(&record).fields["title"], text("Pré"));
    let refused = reader.replica.reader().refused(9).unwrap();
    let codes: Vec<&str> = refused.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(codes, ["not_granted", "refused_ancestor"]);
}

#[test]
fn any_member_may_say_that_something_is_to_check() {
    let mut writer = TestNode::new(1);
    let values = [("kind", text("land")), ("title", text("Pré"))];
    let record = writer.create(1, fields(values));
    writer.obey(Anyone {
        forbidden: ["land".to_owned()].into(),
        ..Anyone::default()
    });
    writer.set(record, [("status", text("to_check"))]);
    let both = fields([("status", text("to_check")), ("title", text("Vendu"))]);
    let author = writer.author();
    let refused = writer
        .replica
        .draft_change(&author, record, Edits::set(both));
    assert_eq!(refused.unwrap_err().code(), "no_mandate");
}

#[test]
fn a_head_that_comes_later_refuses_what_stands_beyond_it_and_what_followed() {
    let mut removed = TestNode::new(1);
    let mut honest = TestNode::new(3);
    let kept = removed.create(1, bakery());
    removed.set(kept, [("headcount", Value::Integer(2))]);
    let late = removed.create(2, bakery());
    removed.set(kept, [("headcount", Value::Integer(9))]);
    honest.pull(&removed);
    // On top of the late edit, and beside it.
    honest.set(kept, [("note", text("Vu avec le cédant"))]);
    honest.set(late, [("note", text("À visiter"))]);
    let heads = Anyone {
        heads: [(removed.id, 2)].into(),
        ..Anyone::default()
    };
    honest.replica.govern(Arc::new(heads.clone()));
    let rejudged = honest.rejudge(&[&removed]);
    assert_eq!(rejudged.orphaned, [1, 2]);
    assert!(honest.replica.reader().get(&late).unwrap().is_none());
    let read = honest.get(&kept).fields;
    assert_eq!(read["headcount"], Value::Integer(2));
    assert!(!read.contains_key("note"));
    // Whoever knows of the head beforehand comes to the same, in whatever order entries come.
    for order in [[&removed, &honest], [&honest, &removed]] {
        assert_eq!(read_all(&order, &heads, 5).digest(), honest.digest());
    }
    // What the honest node meant can be told, and written on what is left.
    let meant = crate::replica::meant(&honest.journal[0]).unwrap();
    assert_eq!(meant.edits.set["note"], Some(text("Vu avec le cédant")));
    assert!(honest.edit(kept, meant.edits));
    assert_eq!(honest.get(&kept).fields["note"], text("Vu avec le cédant"));
    let reader = read_all(&[&honest, &removed], &heads, 7);
    assert_eq!(reader.digest(), honest.digest());
    // And the head may be taken back: all is there again.
    let rejudged = {
        honest.replica.govern(Arc::new(Anyone::default()));
        honest.rejudge(&[&removed])
    };
    assert!(rejudged.applied.accepted > 0);
    let reader = read_all(&[&honest, &removed], &Anyone::default(), 9);
    assert_eq!(reader.digest(), honest.digest());
}

#[test]
fn what_a_suspended_node_writes_waits_until_it_is_lifted() {
    let mut writer = TestNode::new(1);
    let record = writer.create(1, bakery());
    let mut reader = TestNode::new(3);
    reader.pull(&writer);
    let suspends = Anyone {
        suspended: [writer.id].into(),
        ..Anyone::default()
    };
    reader.replica.govern(Arc::new(suspends.clone()));
    reader.rejudge(&[&writer]);
    assert!(reader.replica.reader().get(&record).unwrap().is_none());
    writer.set(record, [("headcount", Value::Integer(3))]);
    assert_eq!(reader.pull(&writer).waiting, 2);
    assert_eq!(reader.replica.reader().counts().unwrap().pending, 2);
    reader = reader.reopen();
    reader.replica.govern(Arc::new(Anyone::default()));
    reader.rejudge(&[&writer]);
    assert_eq!(reader.get(&record).fields["headcount"], Value::Integer(3));
    assert_eq!(reader.replica.reader().counts().unwrap().pending, 0);
    assert_eq!(reader.digest(), writer.digest());
}

#[test]
fn a_journal_that_falls_back_to_an_older_charter_is_refused_there() {
    let mut writer = TestNode::new(1);
    writer.create(1, bakery());
    writer.create(2, bakery());
    writer.create(3, bakery());
    let mut journal = writer.journal.clone();
    for (entry, version) in journal.iter_mut().zip([5, 4, 5]) {
        entry.header.charter = sync_protocol::id::VersionId([version; 32]);
    }
    let mut reader = TestNode::new(3);
    let applied = reader.apply(&journal);
    assert_eq!((applied.accepted, applied.refused), (2, 1));
    let refused = reader.replica.reader().refused(9).unwrap();
    assert_eq!(
        (refused[0].seq, refused[0].code.as_str()),
        (2, "charter_falls_back")
    );
}

#[test]
fn the_ruling_rests_on_what_the_author_saw() {
    // One turns a record while another, who has not seen it, edits it: each is ruled on by what
    // its author saw, in both orders.
    let mut one = TestNode::new(2);
    let mut other = TestNode::new(4);
    let record = one.create(1, fields([("kind", text("land")), ("title", text("Pré"))]));
    other.pull(&one);
    one.set(record, [("kind", text("premises"))]);
    other.set(record, [("note", text("Vu"))]);
    one.set(record, [("headcount", Value::Integer(1))]);
    let forbids = Anyone {
        forbidden: ["premises".to_owned()].into(),
        ..Anyone::default()
    };
    for order in [[&one, &other], [&other, &one]] {
        let reader = read_all(&order, &forbids, 5);
        let read = reader.get(&record).fields;
        assert_eq!((&read["kind"], &read["note"]), (&text("land"), &text("Vu")));
        assert!(!read.contains_key("headcount"));
    }
}
