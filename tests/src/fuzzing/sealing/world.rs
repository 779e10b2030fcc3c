//! What is said, act by act, and how it is made of a few bytes.

use std::collections::BTreeSet;

use sync_protocol::entry::{Entry, Header, Kind, Place, body_hash};
use sync_protocol::frontier::Tip;
use sync_protocol::id::{BlobHash, EntryId, StatementId, VersionId};
use sync_protocol::seal::Random;
use sync_protocol::seal::body::{Grant, Seal};
use sync_protocol::seal::erase::{Erase, EraseReason, EraseTarget, Erased, Scope};
use sync_protocol::seal::key::{Generation, SealingPublic, SealingSecret};
use sync_protocol::seal::lockbox::Lockbox;
use sync_protocol::seal::part::{Commitment, SealedPart};
use sync_protocol::seal::root::{RootAct, RootStatement};
use sync_protocol::seal::state::PartState;
use sync_protocol::time::Timestamp;

use super::super::runs::NETWORK;
use super::super::seeds::key;
use super::keeper::Keeper;
use super::people::{
    NODES, PARTS, PUBLICS, RECORD, ROOTS, STRUCTURES, creation, picked, rising, root, wraps,
};

/// Statements of roots in one input: each is signed once and verified by all who hear it.
const MOST_ROOT_ACTS: usize = 8;

/// Those who act, what they said so far, and the one who heard it as it was said.
#[derive(Default)]
pub(super) struct World {
    pub(super) keeper: Keeper,
    pub(super) entries: Vec<Entry>,
    pub(super) ends: [u64; 5],
    pub(super) root_acts: usize,
    pub(super) took: usize,
}

impl World {
    pub(super) fn say(&mut self, who: usize, kind: Kind, body: Vec<u8>) {
        self.ends[who] += 1;
        let header = Header {
            network: NETWORK,
            author: NODES[who],
            seq: self.ends[who],
            previous: EntryId::ZERO,
            charter: VersionId::ZERO,
            kind,
            subject: Some(creation()),
            time: Timestamp(0),
            body_bytes: u32::try_from(body.len()).expect("bodies are small"),
            body_hash: body_hash(&body),
        };
        let entry = Entry {
            id: header.id(),
            header,
            body: Some(body),
        };
        let before: Vec<PartState> = PARTS.iter().map(|it| self.keeper.state_of(it)).collect();
        self.took += usize::from(self.keeper.hear(&entry));
        if matches!(kind, Kind::SEAL | Kind::GRANT) {
            for (part, before) in PARTS.iter().zip(before) {
                let after = self.keeper.state_of(part);
                let mut refused = before.refused.iter();
                assert!(refused.all(|(id, fault)| after.refused.get(id) == Some(fault)));
                // What counts stays: nothing begins to wait but what just came.
                let mut waiting = after.waiting.iter();
                assert!(waiting.all(|id| *id == entry.id || before.waiting.contains(id)));
                let readers = before.readers.keys();
                let mut stood = readers.filter(|id| after.refused.contains_key(*id));
                assert_eq!(stood.next(), None);
            }
        }
        self.entries.push(entry);
    }

    /// Of the last sixteen entries of a kind those of these bits, eight at a time.
    fn ids(&self, kind: Kind, bits: u8, earlier: bool) -> Vec<EntryId> {
        let entries = self.entries.iter().rev();
        let ids = entries.filter(|it| it.header.kind == kind).map(|it| it.id);
        let ids: Vec<EntryId> = ids.skip(if earlier { 8 } else { 0 }).take(8).collect();
        rising(picked(&ids, bits))
    }

    fn one(&self, kind: Kind, which: u8) -> Option<EntryId> {
        let entries = self.entries.iter().rev();
        let mut ids = entries.filter(|it| it.header.kind == kind).map(|it| it.id);
        ids.nth(usize::from(which))
    }

    fn seal(&mut self, who: usize, what: u8, which: u8, further: u8) {
        let part = PARTS[usize::from(which >> 5 & 1)].clone();
        let state = self.keeper.state_of(&part);
        let mut seal = Seal {
            part,
            number: state.next_number.max(1),
            parents: state.next_parents,
            grants: state.next_grants,
            sealed: SealedPart {
                blob: BlobHash([which; 32]),
                size: 1065,
                commitment: Commitment([further; 32]),
            },
            wraps: wraps(which),
        };
        match what >> 4 & 7 {
            // What another did not see when it wrote.
            1 => seal.parents = self.ids(Kind::SEAL, further, false),
            2 => seal.grants = self.ids(Kind::GRANT, further, false),
            3 => {
                seal.parents = self.ids(Kind::SEAL, further & 15, which & 64 != 0);
                seal.grants = self.ids(Kind::GRANT, further >> 4, which & 128 != 0);
                seal.number = seal.number.max(2);
            }
            4 => (seal.number, seal.parents, seal.grants) = (1, Vec::new(), Vec::new()),
            5 => seal.number = u32::from(further) << (which >> 3),
            6 => seal.parents = rising(vec![EntryId([further; 32])]),
            _ => {}
        }
        if !seal.parents.is_empty() {
            seal.number = seal.number.max(2);
        }
        self.say(who, Kind::SEAL, seal.encode());
    }

    fn grant(&mut self, who: usize, what: u8, which: u8, further: u8) {
        let part = PARTS[usize::from(which >> 5 & 1)].clone();
        let head = self.keeper.state_of(&part).heads.first().copied();
        let seal = if what & 16 != 0 {
            self.one(Kind::SEAL, further & 15)
        } else {
            head
        };
        let grant = Grant {
            part,
            seal: seal.unwrap_or(EntryId([further; 32])),
            through: (what & 32 != 0)
                .then(|| self.one(Kind::GRANT, further >> 4))
                .flatten(),
            wraps: wraps(which),
        };
        self.say(who, Kind::GRANT, grant.encode());
    }

    fn erase(&mut self, who: usize, what: u8, which: u8, further: u8) {
        let target = match which & 3 {
            0 => EraseTarget::Record,
            1 => EraseTarget::Part(PARTS[usize::from(which >> 5 & 1)].clone()),
            2 => EraseTarget::Part(PARTS[0].clone()),
            _ => EraseTarget::Blob(BlobHash([which >> 2 & 3; 32])),
        };
        let is_blob = matches!(target, EraseTarget::Blob(_));
        let named = self.entries.iter().map(Entry::place);
        let named: BTreeSet<Place> = named.skip(usize::from(further >> 5)).take(8).collect();
        let named: Vec<Place> = named.into_iter().collect();
        let named = if is_blob {
            Vec::new()
        } else {
            picked(&named, further)
        };
        let mut erase = Erase::new(RECORD, target, named, EraseReason(which >> 6));
        if what & 16 != 0 && self.root_acts < MOST_ROOT_ACTS {
            self.root_acts += 1;
            let by = if what & 32 != 0 { who } else { 0 };
            erase = erase.countersigned(NETWORK, &creation(), &key(ROOTS[by]));
        }
        self.say(who, Kind::ERASE, erase.encode());
    }

    fn root(&mut self, who: usize, what: u8, which: u8, further: u8) {
        let of = usize::from(what >> 4 & 7) % 5;
        let state = self.keeper.root_of(STRUCTURES[of]);
        let about = usize::from(which >> 3) % 5;
        let zero = SealingPublic([0; 32]);
        let public = *PUBLICS.get(usize::from(further & 7)).unwrap_or(&zero);
        let act = match which & 7 {
            0 | 1 => RootAct::Certify {
                node: NODES[about],
                sealing: public,
            },
            2 => RootAct::Revoke {
                node: NODES[about],
                last: Tip {
                    seq: u64::from(further & 7),
                    id: EntryId([further; 32]),
                },
            },
            3 => RootAct::Rotate { root: root(about) },
            4 => RootAct::Recovery { key: root(about) },
            _ => RootAct::Sealing {
                generation: Generation(state.sealing.len() as u32 + 1),
                public,
            },
        };
        let (number, previous) = if further & 0x80 != 0 {
            (1, StatementId::ZERO)
        } else {
            (state.number.saturating_add(1), state.tip)
        };
        let keys = ROOTS.into_iter().map(key);
        let now = state.root.and_then(|now| {
            let mut keys = keys.clone();
            keys.find(|it| it.verifying_key().to_bytes() == now.0)
        });
        let by = match (further >> 4 & 7, now) {
            (7, _) => key(ROOTS[4]),
            (6, _) => key(ROOTS[who]),
            (_, Some(now)) => now,
            (_, None) => key(ROOTS[of]),
        };
        let statement = RootStatement::issue(NETWORK, STRUCTURES[of], number, previous, act, &by);
        self.say(who, Kind::ROOT, statement.encode());
    }

    fn lockbox(&mut self, who: usize, which: u8, further: u8) {
        let secret = SealingSecret::generate(Random::new([further; 32]));
        let nodes = picked(&*NODES, which & 31);
        let nodes = nodes.into_iter().zip(PUBLICS.iter().copied()).collect();
        let mut drawn = 0;
        let mut draw = || {
            drawn += 1;
            Random::new([drawn; 32])
        };
        let generation = Generation(u32::from(which >> 5) + 1);
        let (generation, structure) = ((generation, &secret), &STRUCTURES[who]);
        let lockbox = Lockbox::make(NETWORK, structure, generation, &nodes, &mut draw);
        let lockbox = lockbox.expect("keys that can be sealed to");
        self.say(who, Kind::LOCKBOX, lockbox.encode());
    }

    pub(super) fn act(&mut self, who: usize, what: u8, which: u8, further: u8) {
        match what % 16 {
            0..=3 => self.seal(who, what, which, further),
            4..=6 => self.grant(who, what, which, further),
            7 | 8 => self.erase(who, what, which, further),
            9 => {
                let scope = if which & 1 == 0 {
                    Scope::Sealed
                } else {
                    Scope::All
                };
                let mut erases = self.ids(Kind::ERASE, further, false);
                if erases.is_empty() {
                    erases = vec![EntryId([further; 32])];
                }
                self.say(who, Kind::ERASED, Erased { scope, erases }.encode());
            }
            10 | 11 if self.root_acts < MOST_ROOT_ACTS => {
                self.root_acts += 1;
                self.root(who, what, which, further);
            }
            12 if self.root_acts < MOST_ROOT_ACTS => {
                self.root_acts += 1;
                self.lockbox(who, which, further);
            }
            // What somebody said, with one byte altered.
            _ => {
                let place = usize::from(what >> 4) % self.entries.len().max(1);
                let Some(earlier) = self.entries.iter().rev().nth(place) else {
                    return;
                };
                let kind = earlier.header.kind;
                let mut body = earlier.body.clone().expect("nothing is left out");
                if let Some(byte) = body.get_mut(usize::from(which)) {
                    *byte ^= further;
                }
                self.say(who, kind, body);
            }
        }
    }
}
