//! Entries by those who mean harm, out of steps that make honest ones lie.

use std::collections::BTreeMap;
use std::sync::Arc;

use sync_protocol::body::{Ancestor, Check, Speaker};
use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::id::{NodeId, VersionId};

use super::ground::{GROUND, Template, entry};
use super::members::{HOSTILE, Members, OTHER, OWNER, STOLEN};
use crate::forged;

/// Entries of one input: more only take longer.
const MOST_ENTRIES: usize = 12;

/// What is said by those who mean harm, and in which order.
pub(super) struct Attack {
    pub(super) members: Arc<Members>,
    pub(super) said: Vec<Entry>,
    pub(super) ends: BTreeMap<NodeId, u64>,
}

impl Attack {
    pub(super) fn say(&mut self, charter: u8, template: &Template, body: Vec<u8>) {
        let end = self.ends.entry(template.author).or_default();
        let (author, seq) = (template.author, *end + 1);
        let creates = template.collection.is_some();
        let (kind, subject) = if creates {
            (Kind::CREATE, None)
        } else {
            (Kind::CHANGE, template.subject)
        };
        *end = seq;
        let charter = VersionId([charter; 32]);
        self.said
            .push(entry(author, seq, charter, kind, subject, body));
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let ground = &*GROUND;
        let (first, mut rest) = bytes.split_first()?;
        let mut members = Members::default();
        if first & 1 != 0 {
            members.heads.insert(HOSTILE, u64::from(first >> 4 & 3));
        }
        if first & 2 != 0 {
            members.suspended.insert(HOSTILE);
        }
        if first & 8 != 0 {
            members.suspended.insert(STOLEN);
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
                        author: if value & 4 == 0 { OWNER } else { STOLEN },
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
