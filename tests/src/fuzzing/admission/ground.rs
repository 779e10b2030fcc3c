//! What honest nodes wrote, and what those who mean harm would have written if they did not.

use std::sync::{Arc, LazyLock};

use capactif_node::registry::{Fields, Value};
use capactif_node::replica::{Draft, Edits, Judged, Trial};
use sync_protocol::body::{Change, Create};
use sync_protocol::entry::{Entry, Header, Kind, Place, body_hash};
use sync_protocol::id::{EntryId, NodeId, VersionId};
use sync_protocol::time::Timestamp;

use super::super::runs::NETWORK;
use super::members::{COLLECTION, HOSTILE, Members, OTHER, OWNER, SALT, STOLEN, record, structure};
use crate::forged::Forged;

pub(super) fn entry(
    author: NodeId,
    seq: u64,
    charter: VersionId,
    kind: Kind,
    subject: Option<Place>,
    body: Vec<u8>,
) -> Entry {
    let header = Header {
        network: NETWORK,
        author,
        seq,
        previous: EntryId::ZERO,
        charter,
        kind,
        subject,
        time: Timestamp(1_790_000_000_000),
        body_bytes: u32::try_from(body.len()).expect("bodies are small"),
        body_hash: body_hash(&body),
    };
    Entry {
        id: header.id(),
        header,
        body: Some(body),
    }
}

pub(super) fn edits<const N: usize>(fields: [(&str, Value); N]) -> Edits {
    let named = |(name, value): (&str, Value)| (name.to_owned(), value);
    Edits::set(fields.into_iter().map(named).collect::<Fields>())
}

pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub(super) fn draft(trial: &Trial, node: NodeId, seq: u64, edits: Edits) -> Draft {
    let by = (&node, structure(&node));
    let draft = trial.draft(by, seq, (COLLECTION, SALT), edits);
    draft.expect("it changes something")
}

pub(super) fn write(trial: &mut Trial, node: NodeId, seq: u64, edits: Edits) -> Entry {
    let draft = draft(trial, node, seq, edits);
    let written = entry(
        node,
        seq,
        VersionId::ZERO,
        draft.kind,
        draft.subject,
        draft.body,
    );
    trial.hear(std::slice::from_ref(&written));
    assert_eq!(trial.verdicts()[&written.place()], Judged::Accepted);
    written
}

/// What honest nodes wrote, and what those who mean harm would have written if they did not.
pub(super) struct Ground {
    pub(super) nothing: Trial,
    /// The first four entries of honest nodes were heard.
    pub(super) known: Trial,
    pub(super) honest: Vec<Entry>,
    /// The last one, which only some have heard.
    pub(super) late: Entry,
    pub(super) drafts: Vec<Template>,
}

/// An entry of a hostile node before it is made to lie.
#[derive(Clone)]
pub(super) struct Template {
    pub(super) author: NodeId,
    pub(super) subject: Option<Place>,
    /// Its collection, if it creates.
    pub(super) collection: Option<String>,
    pub(super) change: Forged,
}

impl Template {
    pub(super) fn of(author: NodeId, draft: &Draft) -> Self {
        let (collection, change) = if draft.kind == Kind::CREATE {
            let create = Create::decode(&draft.body).expect("an honest draft");
            (Some(create.collection), create.first)
        } else {
            let change = Change::decode(&draft.body).expect("an honest draft");
            (None, change)
        };
        Self {
            author,
            subject: draft.subject,
            collection,
            change: Forged::of(&change),
        }
    }

    pub(super) fn body(&self) -> Vec<u8> {
        let change = self.change.encode();
        match &self.collection {
            None => change,
            Some(collection) => {
                // What cannot be read cannot be wrapped: a creation then says nothing but itself.
                let Ok(first) = Change::decode(&change) else {
                    return change;
                };
                let collection = collection.clone();
                let create = Create {
                    collection,
                    salt: SALT,
                    first,
                };
                create.encode()
            }
        }
    }
}

pub(super) static GROUND: LazyLock<Ground> = LazyLock::new(|| {
    let nothing = Trial::new(NETWORK, record(), Arc::new(Members::default()));
    let mut trial = nothing.clone();
    let created = edits([
        ("title", text("Boulangerie à reprendre")),
        ("summary", text("Four à bois, fidèle clientèle.")),
        ("headcount", Value::Integer(2)),
        ("price_max", Value::Integer(9_000_000)),
    ]);
    let mut honest = vec![write(&mut trial, OWNER, 1, created.clone())];
    let first = trial.clone();
    honest.push(write(
        &mut trial,
        OWNER,
        2,
        edits([("headcount", Value::Integer(3))]),
    ));
    let beside = edits([
        ("headcount", Value::Integer(4)),
        ("summary", text("Four à bois, bonne et fidèle clientèle.")),
    ]);
    honest.push(write(&mut first.clone(), OTHER, 1, beside));
    trial.hear(&honest[2..]);
    honest.push(write(
        &mut trial,
        OWNER,
        3,
        edits([("price_max", Value::Integer(1))]),
    ));
    let known = trial.clone();
    let late = write(
        &mut trial,
        OTHER,
        2,
        edits([("title", text("Boulangerie vendue"))]),
    );

    let mut drafts = Vec::new();
    let mut chain = |mut trial: Trial, node: NodeId, all: Vec<Edits>| {
        for (edits, seq) in all.into_iter().zip(1..) {
            drafts.push(Template::of(node, &draft(&trial, node, seq, edits.clone())));
            write(&mut trial, node, seq, edits);
        }
    };
    let changed = |n: i64| {
        let title = format!("Boulangerie {n}");
        edits([("title", text(&title)), ("headcount", Value::Integer(n))])
    };
    let prose = edits([("summary", text("Four à gaz, clientèle fidèle."))]);
    let removed = Edits {
        removed: Some(true),
        ..Edits::default()
    };
    chain(
        known.clone(),
        HOSTILE,
        vec![changed(5), prose.clone(), changed(6), removed],
    );
    chain(first, HOSTILE, vec![prose, changed(7)]);
    chain(nothing.clone(), STOLEN, vec![created, changed(8)]);
    Ground {
        nothing,
        known,
        honest,
        late,
        drafts,
    }
});
