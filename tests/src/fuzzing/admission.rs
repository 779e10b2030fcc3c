//! Entries about one record whose bodies a member wrote that means harm, each to its verdict.
//!
//! The bytes begin with who counts how far; then come steps of two bytes: what to do with the entry at
//! hand, and with which value. A step that brings bytes of its own is followed by their number and
//! them. Others hear the same entries in two other orders: all come to one verdict on each and to the
//! same values, what honest nodes wrote is accepted whatever stands beside it, and they go on writing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use capactif_node::registry::{Fields, Value};
use capactif_node::replica::{Authority, Deed, Draft, Edits, Judged, NotPermitted, Ruling, Trial};
use capactif_node::view::Standing;
use sync_protocol::body::{Ancestor, Change, Check, Create, Speaker};
use sync_protocol::entry::{Entry, Header, Kind, Place, body_hash};
use sync_protocol::id::{EntryId, NodeId, RecordId, Salt, StructureId, VersionId};
use sync_protocol::time::Timestamp;

use super::runs::NETWORK;
use crate::forged::{self, Forged};

/// Entries of one input: more only take longer.
const MOST_ENTRIES: usize = 12;
const COLLECTION: &str = "opportunity";
const SALT: Salt = Salt([4; 32]);

/// Whose record it is.
const OWNER: NodeId = NodeId([1; 32]);
const OTHER: NodeId = NodeId([3; 32]);
/// Who means harm.
const HOSTILE: NodeId = NodeId([5; 32]);
/// A stolen computer of the owner's structure.
const STOLEN: NodeId = NodeId([7; 32]);

const fn structure(node: &NodeId) -> StructureId {
    StructureId(if node.0[0] == STOLEN.0[0] {
        OWNER.0
    } else {
        node.0
    })
}

fn record() -> RecordId {
    RecordId::derive(&NETWORK, &structure(&OWNER), COLLECTION, &SALT)
}

/// Everybody may do everything; some count up to a number only, or not yet.
#[derive(Debug, Default)]
struct Members {
    heads: BTreeMap<NodeId, u64>,
    suspended: BTreeSet<NodeId>,
}

impl Authority for Members {
    fn structure_of(&self, node: &NodeId) -> Option<StructureId> {
        Some(structure(node))
    }

    fn rule(&self, entry: &Entry, _: &[Deed]) -> Ruling {
        let Place { author, seq } = entry.place();
        if self.heads.get(&author).is_some_and(|head| seq > *head) {
            return Ruling::Refused("beyond_head");
        }
        if self.suspended.contains(&author) {
            return Ruling::Waits("author_suspended");
        }
        Ruling::Counts
    }

    fn permit(&self, _: &StructureId, _: &[Deed]) -> Result<(), Box<NotPermitted>> {
        Ok(())
    }

    fn standing(&self, _: &NodeId) -> Standing {
        Standing {
            fingerprint: [0; 32],
            free_up_to: u64::MAX,
        }
    }

    fn falls_back(&self, before: &VersionId, cited: &VersionId) -> bool {
        cited < before
    }
}

fn entry(
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

fn edits<const N: usize>(fields: [(&str, Value); N]) -> Edits {
    let named = |(name, value): (&str, Value)| (name.to_owned(), value);
    Edits::set(fields.into_iter().map(named).collect::<Fields>())
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn draft(trial: &Trial, node: NodeId, seq: u64, edits: Edits) -> Draft {
    let by = (&node, structure(&node));
    let draft = trial.draft(by, seq, (COLLECTION, SALT), edits);
    draft.expect("it changes something")
}

fn write(trial: &mut Trial, node: NodeId, seq: u64, edits: Edits) -> Entry {
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
struct Ground {
    nothing: Trial,
    /// The first four entries of honest nodes were heard.
    known: Trial,
    honest: Vec<Entry>,
    /// The last one, which only some have heard.
    late: Entry,
    drafts: Vec<Template>,
}

/// An entry of a hostile node before it is made to lie.
#[derive(Clone)]
struct Template {
    author: NodeId,
    subject: Option<Place>,
    /// Its collection, if it creates.
    collection: Option<String>,
    change: Forged,
}

impl Template {
    fn of(author: NodeId, draft: &Draft) -> Self {
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

    fn body(&self) -> Vec<u8> {
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

static GROUND: LazyLock<Ground> = LazyLock::new(|| {
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

/// What is said by those who mean harm, and in which order.
struct Attack {
    members: Arc<Members>,
    said: Vec<Entry>,
    ends: BTreeMap<NodeId, u64>,
}

impl Attack {
    fn say(&mut self, charter: u8, template: &Template, body: Vec<u8>) {
        let end = self.ends.entry(template.author).or_default();
        *end += 1;
        let creates = template.collection.is_some();
        let (kind, subject) = if creates {
            (Kind::CREATE, None)
        } else {
            (Kind::CHANGE, template.subject)
        };
        let (author, seq) = (template.author, *end);
        let charter = VersionId([charter; 32]);
        self.said
            .push(entry(author, seq, charter, kind, subject, body));
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let ground = &*GROUND;
        let (first, mut rest) = bytes.split_first()?;
        let mut members = Members::default();
        if first & 1 != 0 {
            members.heads.insert(HOSTILE, u64::from(first >> 4 & 3));
        }
        if first & 2 != 0 {
            members.suspended.insert(HOSTILE);
        }
        if first & 4 != 0 {
            members.heads.insert(STOLEN, u64::from(first >> 6));
        }
        let mut attack = Self {
            members: Arc::new(members),
            said: Vec::new(),
            ends: BTreeMap::new(),
        };
        let (mut at_hand, mut charter, mut flips) = (ground.drafts[0].clone(), 0, Vec::new());
        let mut whole: Option<Vec<u8>> = None;
        let mut open = false;
        while let Some(([how, value], behind)) = rest.split_first_chunk() {
            rest = behind;
            let mut own = || {
                let (length, behind) = rest.split_first().unwrap_or((&0, &[]));
                let (own, behind) = behind.split_at(usize::from(*length).min(behind.len()));
                rest = behind;
                own
            };
            let change = &mut at_hand.change;
            open = true;
            match how & 15 {
                0 => {
                    let place = usize::from(*value) % ground.drafts.len();
                    at_hand = ground.drafts[place].clone();
                    whole = None;
                }
                1 => change.number = u64::from(*value),
                2 => change.first = (change.first).saturating_add_signed(i64::from(*value as i8)),
                3 => change.body.epoch = u64::from(*value),
                4 => change.body.ancestors.truncate(usize::from(*value & 7)),
                5 => {
                    let all = ground
                        .honest
                        .iter()
                        .chain([&ground.late])
                        .chain(&attack.said);
                    let all: Vec<&Entry> = all.collect();
                    let one = all[usize::from(value & 31) % all.len()];
                    let place = one.place();
                    let check = Check::of(&one.id);
                    change.body.ancestors.push(match value >> 5 {
                        0..=3 if place.author != at_hand.author => Ancestor::Other {
                            author: place.author,
                            seq: place.seq,
                            check,
                        },
                        4 => Ancestor::Other {
                            author: place.author,
                            seq: place.seq,
                            check: Check([*value; 4]),
                        },
                        _ => Ancestor::Own { seq: place.seq },
                    });
                    change.body.ancestors.sort();
                    change.body.ancestors.dedup();
                }
                6 => {
                    let epoch = u64::from(value & 7);
                    let authors = [OWNER, OTHER, HOSTILE, STOLEN];
                    match value >> 5 {
                        0 => change.body.speakers.clear(),
                        1 => change.body.speakers.push(Speaker::Own { epoch }),
                        _ => change.body.speakers.push(Speaker::Other {
                            author: authors[usize::from(value >> 3 & 3)],
                            epoch,
                        }),
                    }
                }
                7 => change.column(u64::from(*value), own()),
                8 => {
                    change.columns.remove(&u64::from(*value));
                }
                9 => {
                    let columns = [
                        (forged::KEY, b"\x7F\x05title".as_slice()),
                        (forged::ACTION, &[0x7F, *value]),
                        (forged::PREDECESSORS, &[0x7F, *value]),
                        (forged::PREDECESSOR_COUNTER, &[0x7F, *value]),
                        (forged::PREDECESSOR_ACTOR, &[0x7F, *value]),
                        (forged::ELEMENT_COUNTER, &[0x7F, *value]),
                        (forged::OBJECT_COUNTER, &[0x7F, *value]),
                        (forged::VALUE_META, &[0x7F, *value]),
                    ];
                    let (specification, column) = columns[usize::from(how >> 4) % 8];
                    change.column(specification, column);
                }
                10 => whole = Some(own().to_vec()),
                11 => flips.push((usize::from(*value), how >> 4 | 1)),
                12 => charter = *value,
                13 => at_hand.author = if value & 1 == 0 { HOSTILE } else { STOLEN },
                14 => {
                    at_hand.subject = Some(Place {
                        author: OWNER,
                        seq: u64::from(value & 3),
                    });
                }
                _ => {
                    let mut body = whole.take().unwrap_or_else(|| at_hand.body());
                    for (place, bits) in flips.drain(..) {
                        if let Some(byte) = body.get_mut(place) {
                            *byte ^= bits;
                        }
                    }
                    attack.say(charter, &at_hand, body);
                    open = false;
                    if attack.said.len() >= MOST_ENTRIES {
                        break;
                    }
                }
            }
        }
        if open {
            let body = whole.unwrap_or_else(|| at_hand.body());
            attack.say(charter, &at_hand, body);
        }
        Some(attack)
    }
}

pub(super) fn admission(bytes: &[u8]) -> bool {
    let ground = &*GROUND;
    let Some(attack) = Attack::read(bytes) else {
        return false;
    };
    let late = std::slice::from_ref(&ground.late);
    let governed = |trial: &Trial| {
        let mut trial = trial.clone();
        trial.govern(attack.members.clone());
        trial
    };
    // As they come, one by one.
    let mut trial = governed(&ground.known);
    let mut before = trial.verdicts();
    for entry in &attack.said {
        trial.hear(std::slice::from_ref(entry));
        let after = trial.verdicts();
        for (place, judged) in &before {
            let stays = matches!(judged, Judged::Waits(_)) || after[place] == *judged;
            assert!(stays, "{judged:?} becomes {:?}", after[place]);
        }
        before = after;
    }
    trial.hear(late);
    // All at once.
    let mut together = governed(&ground.nothing);
    let all: Vec<Entry> = [&attack.said, ground.honest.as_slice(), late].concat();
    together.hear(&all);
    // Whose they are, those first that nobody trusts.
    let mut apart = governed(&ground.nothing);
    for author in [STOLEN, HOSTILE, OTHER, OWNER] {
        for entry in all.iter().filter(|it| it.header.author == author) {
            apart.hear(std::slice::from_ref(entry));
        }
    }
    let verdicts = trial.verdicts();
    for other in [&together, &apart] {
        assert_eq!(other.verdicts(), verdicts, "the order makes a difference");
        assert_eq!(other.digest(), trial.digest());
    }
    for entry in ground.honest.iter().chain(late) {
        assert_eq!(verdicts[&entry.place()], Judged::Accepted);
    }
    // What is about another record is none of this one's.
    assert!(verdicts.len() <= all.len());
    write(
        &mut trial,
        OWNER,
        4,
        edits([("headcount", Value::Integer(77))]),
    );
    trial.finish();
    let is_hostile = |place: &Place| [HOSTILE, STOLEN].contains(&place.author);
    let mut accepted = verdicts.iter().filter(|(_, it)| **it == Judged::Accepted);
    accepted.any(|(place, _)| is_hostile(place))
}

/// What those who mean harm would have written, as it is, alone and after one another; some of it
/// slightly wrong beside.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let steps: [&[[u8; 2]]; 6] = [
        &[
            [0, 0],
            [15, 0],
            [0, 1],
            [15, 0],
            [0, 2],
            [15, 0],
            [0, 3],
            [15, 0],
        ],
        &[[0, 4], [15, 0], [0, 5], [15, 0]],
        &[[0, 6], [15, 0], [0, 7], [15, 0], [0, 0], [15, 0]],
        &[
            [0, 0],
            [15, 0],
            [0, 1],
            [1, 9],
            [15, 0],
            [0, 1],
            [2, 1],
            [15, 0],
        ],
        &[
            [0, 0],
            [12, 9],
            [15, 0],
            [0, 1],
            [12, 3],
            [15, 0],
            [0, 1],
            [11, 40],
            [15, 0],
        ],
        &[
            [0, 0],
            [15, 0],
            [0, 1],
            [6, 8],
            [5, 3],
            [15, 0],
            [0, 2],
            [0x39, 9],
            [15, 0],
        ],
    ];
    let whole = |steps: &&[[u8; 2]]| [&[0], steps.concat().as_slice()].concat();
    steps.iter().map(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drafted_here_is_about_the_record_and_accepted() {
        let ground = &*GROUND;
        assert_eq!(ground.drafts.len(), 8);
        let mut attack = Attack::read(&[0]).unwrap();
        for template in &ground.drafts[..4] {
            attack.say(0, template, template.body());
        }
        let mut trial = ground.known.clone();
        trial.hear(&attack.said);
        let verdicts = trial.verdicts();
        assert!(verdicts.values().all(|it| *it == Judged::Accepted));
        assert_eq!(verdicts.len(), 8);
        let create = Create::decode(ground.honest[0].body.as_ref().unwrap()).unwrap();
        let of = structure(&OWNER);
        let ours = RecordId::derive(&NETWORK, &of, &create.collection, &create.salt);
        assert_eq!(ours, record());
    }
}
