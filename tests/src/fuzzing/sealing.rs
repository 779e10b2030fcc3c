//! What is said of one record's sealed parts, of its erasure and of the keys that are sealed to, in any
//! order.
//!
//! The bytes are acts of four bytes: who (the low three bits; of five structures, the first of which
//! owns the record), what, and two that choose of what. An act of raw bytes is followed by as many as
//! its last byte says. What was said is then heard by others backwards and in a third order: all come to
//! the same, a verdict once given stays, and whoever reads what stands may write what follows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use sync_protocol::entry::{Entry, Header, Kind, Place, body_hash};
use sync_protocol::frontier::Tip;
use sync_protocol::id::{
    BlobHash, EntryId, NodeId, RecordId, RootKey, StatementId, StructureId, VersionId,
};
use sync_protocol::seal::Random;
use sync_protocol::seal::body::{Grant, MAX_GRANTS, MAX_PARENTS, Seal};
use sync_protocol::seal::erase::state::{EraseFact, EraseLog, Fate, Progress};
use sync_protocol::seal::erase::{Erase, EraseReason, EraseTarget, Erased, Scope};
use sync_protocol::seal::key::{Generation, SealingPublic, SealingSecret};
use sync_protocol::seal::lockbox::{Lockbox, lacking};
use sync_protocol::seal::part::{Commitment, PartKey, PartName, SealedPart};
use sync_protocol::seal::root::log::{RootLog, RootState};
use sync_protocol::seal::root::{RootAct, RootStatement};
use sync_protocol::seal::state::{PartLog, PartState, Said, SealFact};
use sync_protocol::seal::wrap::{Recipient, Wrap};
use sync_protocol::time::Timestamp;

use super::runs::NETWORK;
use super::seeds::{key, node};

/// Acts of one input: more only take longer.
const MOST_ACTS: usize = 40;
/// Statements of roots in one input: each is signed once and verified by all who hear it.
const MOST_ROOT_ACTS: usize = 8;
/// The root keys of those who act, the owner's first, each with the node after it.
const ROOTS: [u8; 5] = [1, 3, 5, 7, 9];
const RECORD: RecordId = RecordId([0x5E; 32]);
/// Where the record was created.
const CREATED: u64 = 1;

fn root(who: usize) -> RootKey {
    RootKey(key(ROOTS[who]).verifying_key().to_bytes())
}

static STRUCTURES: LazyLock<[StructureId; 5]> =
    LazyLock::new(|| std::array::from_fn(|who| StructureId::derive(&root(who))));
static NODES: LazyLock<[NodeId; 5]> =
    LazyLock::new(|| std::array::from_fn(|who| node(ROOTS[who] + 1)));
static PUBLICS: LazyLock<[SealingPublic; 4]> = LazyLock::new(|| {
    std::array::from_fn(|n| {
        let seed = u8::try_from(n).expect("few") + 1;
        SealingSecret::generate(Random::new([seed; 32])).public()
    })
});
static PARTS: LazyLock<[PartName; 2]> =
    LazyLock::new(|| ["identity", "plan"].map(|name| name.parse().expect("a name")));
/// One wrap serves all: what is wrapped is not looked at before it is opened.
static WRAP: LazyLock<Wrap> = LazyLock::new(|| {
    let to = Recipient {
        structure: STRUCTURES[0],
        generation: Generation::FIRST,
        public: PUBLICS[0],
    };
    let key = PartKey::generate(Random::new([8; 32]));
    Wrap::seal(&[0; 32], &key, &to, Random::new([9; 32])).expect("a key")
});

fn creation() -> Place {
    Place {
        author: NODES[0],
        seq: CREATED,
    }
}

fn picked<T: Copy>(all: &[T], bits: u8) -> Vec<T> {
    let chosen = all
        .iter()
        .enumerate()
        .filter(|(n, _)| bits >> (n % 8) & 1 != 0);
    chosen.map(|(_, one)| *one).collect()
}

/// Wraps to the structures of these bits, to the first if there are none.
fn wraps(bits: u8) -> Vec<Wrap> {
    let mut to = picked(&*STRUCTURES, bits & 31);
    if to.is_empty() {
        to.push(STRUCTURES[0]);
    }
    to.sort_unstable();
    let wrap = |recipient| {
        let mut wrap = *WRAP;
        wrap.recipient = recipient;
        wrap
    };
    to.into_iter().map(wrap).collect()
}

fn rising(mut ids: Vec<EntryId>) -> Vec<EntryId> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Who keeps all that is said, in the order that it comes.
#[derive(Default)]
struct Keeper {
    parts: BTreeMap<PartName, PartLog>,
    erases: EraseLog,
    roots: BTreeMap<StructureId, RootLog>,
    boxes: BTreeMap<StructureId, BTreeMap<EntryId, Lockbox>>,
    heard: BTreeSet<EntryId>,
}

/// What all of it comes to.
#[derive(Debug, PartialEq)]
struct Outcome {
    parts: BTreeMap<PartName, PartState>,
    fates: Vec<Fate>,
    progress: Vec<Progress>,
    roots: Vec<(RootState, Option<RootState>)>,
    lacking: Vec<BTreeMap<Generation, BTreeMap<NodeId, SealingPublic>>>,
}

impl Keeper {
    /// Whether the entry says something.
    fn hear(&mut self, entry: &Entry) -> bool {
        let header = &entry.header;
        let who = NODES.iter().position(|it| *it == header.author);
        let who = who.expect("one of those who act");
        let structure = STRUCTURES[who];
        let body = entry.body.as_deref().expect("nothing is left out");
        let written = |again: Vec<u8>| assert_eq!(again, body, "another encoding");
        let news = self.heard.insert(entry.id);
        match header.kind {
            Kind::SEAL | Kind::GRANT => {
                let said = if header.kind == Kind::SEAL {
                    Seal::decode(body).map(Said::Seal)
                } else {
                    Grant::decode(body).map(Said::Grant)
                };
                let Ok(said) = said else { return false };
                let part = match &said {
                    Said::Seal(seal) => {
                        written(seal.encode());
                        &seal.part
                    }
                    Said::Grant(grant) => {
                        written(grant.encode());
                        &grant.part
                    }
                };
                let log = self.parts.entry(part.clone()).or_default();
                let fact = SealFact {
                    structure,
                    as_owner: who == 0,
                    said,
                };
                assert_eq!(log.observe(entry.id, fact), news);
            }
            Kind::ERASE => {
                let Ok(erase) = Erase::decode(body) else {
                    return false;
                };
                written(erase.encode());
                let agreed = erase.agreed_by(NETWORK, &creation()) == Some(root(0));
                let fact = EraseFact {
                    structure,
                    as_owner: who == 0,
                    agreed,
                    erase,
                };
                assert_eq!(self.erases.observe(entry.id, fact), news);
            }
            Kind::ERASED => {
                let Ok(erased) = Erased::decode(body) else {
                    return false;
                };
                written(erased.encode());
                self.erases.acknowledge(header.author, &erased);
            }
            Kind::LOCKBOX => {
                let Ok(lockbox) = Lockbox::decode(body) else {
                    return false;
                };
                written(lockbox.encode());
                let made = self.boxes.entry(structure).or_default();
                made.insert(entry.id, lockbox);
            }
            _ => {
                let Ok(statement) = RootStatement::decode(body) else {
                    return false;
                };
                written(statement.encode());
                // Whoever carries it.
                let of = statement.structure;
                let log = (self.roots.entry(of)).or_insert_with(|| RootLog::new(NETWORK, of));
                return log.observe(statement).is_ok();
            }
        }
        true
    }

    fn state_of(&self, part: &PartName) -> PartState {
        self.parts
            .get(part)
            .map_or_else(PartState::default, PartLog::state)
    }

    fn root_of(&self, structure: StructureId) -> RootState {
        let log = self.roots.get(&structure);
        log.map_or_else(RootState::default, |log| log.state(None))
    }

    fn outcome(&self) -> Outcome {
        let targets = [
            EraseTarget::Record,
            EraseTarget::Part(PARTS[0].clone()),
            EraseTarget::Part(PARTS[1].clone()),
            EraseTarget::Blob(BlobHash([1; 32])),
        ];
        let nodes: BTreeSet<NodeId> = NODES.iter().copied().collect();
        let mut fates = vec![
            self.erases.record(),
            self.erases.blob(BlobHash([1; 32])),
            self.erases.blob(BlobHash([2; 32])),
        ];
        for part in &*PARTS {
            fates.extend(STRUCTURES.iter().map(|it| self.erases.part(part, it)));
        }
        let no_boxes = BTreeMap::new();
        let lacking = STRUCTURES.iter().map(|structure| {
            let made = self.boxes.get(structure).unwrap_or(&no_boxes);
            lacking(&self.root_of(*structure), made.values())
        });
        let roots = STRUCTURES.iter().map(|structure| {
            let log = self.roots.get(structure);
            let recovered = log.and_then(|log| log.last_under(&root(4)));
            (self.root_of(*structure), recovered)
        });
        Outcome {
            parts: (self.parts.iter())
                .map(|(part, log)| (part.clone(), log.state()))
                .collect(),
            fates,
            progress: targets
                .iter()
                .map(|target| self.erases.progress(target, &nodes))
                .collect(),
            roots: roots.collect(),
            lacking: lacking.collect(),
        }
    }
}

/// Those who act, what they said so far, and the one who heard it as it was said.
#[derive(Default)]
struct World {
    keeper: Keeper,
    entries: Vec<Entry>,
    ends: [u64; 5],
    root_acts: usize,
    took: usize,
}

impl World {
    fn say(&mut self, who: usize, kind: Kind, body: Vec<u8>) {
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

    fn act(&mut self, who: usize, what: u8, which: u8, further: u8) {
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

/// What follows from the rules, whatever was said of a part.
fn check_part(log: &PartLog, part: &PartName, state: &PartState) {
    assert!(state.next_parents.len() <= MAX_PARENTS && state.next_grants.len() <= MAX_GRANTS);
    assert!(state.heads.iter().eq(state.readers.keys()));
    let mut settled = state.heads.iter().chain(&state.next_grants);
    assert!(settled.all(|id| !state.waiting.contains(id) && !state.refused.contains_key(id)));
    for (who, structure) in STRUCTURES.iter().enumerate() {
        let reads = |id: &EntryId| state.readers[id].contains(structure);
        let may = !state.next_parents.is_empty() && state.next_parents.iter().all(reads);
        if !may && who != 0 {
            continue;
        }
        let next = Seal {
            part: part.clone(),
            number: state.next_number.max(1),
            parents: state.next_parents.clone(),
            grants: state.next_grants.clone(),
            sealed: SealedPart {
                blob: BlobHash([0; 32]),
                size: 1065,
                commitment: Commitment([0; 32]),
            },
            wraps: wraps(1 << who),
        };
        assert_eq!(Seal::decode(&next.encode()).as_ref(), Ok(&next));
        // Nobody named it beforehand: it is made of its content elsewhere.
        let id = EntryId(std::array::from_fn(|n| 0xA0 ^ n as u8));
        let fact = SealFact {
            structure: *structure,
            as_owner: who == 0,
            said: Said::Seal(next),
        };
        let mut then = log.clone();
        assert!(then.observe(id, fact));
        let then = then.state();
        let left = state.heads.len() - state.next_parents.len();
        assert_eq!(then.heads.len(), left + 1, "what stands is replaced");
        assert_eq!(then.readers[&id], BTreeSet::from([*structure]));
    }
}

pub(super) fn sealing(bytes: &[u8]) -> bool {
    let mut world = World::default();
    let Some((order, mut rest)) = bytes.split_first() else {
        return false;
    };
    for _ in 0..MOST_ACTS {
        let Some(([who, what, which, further], behind)) = rest.split_first_chunk() else {
            break;
        };
        rest = behind;
        let who = usize::from(who & 7) % 5;
        if what % 16 == 15 {
            let (body, behind) = rest.split_at(usize::from(*further).min(rest.len()));
            rest = behind;
            world.say(who, Kind(10 + which % 6), body.to_vec());
        } else {
            world.act(who, *what, *which, *further);
        }
    }
    let outcome = world.keeper.outcome();
    let (mut backwards, mut turned) = (Keeper::default(), Keeper::default());
    for entry in world.entries.iter().rev() {
        backwards.hear(entry);
    }
    // By a step that meets each once, some of them twice.
    let count = world.entries.len();
    let step = usize::from(*order) % count.max(1) + 1;
    for first in 0..step {
        for entry in world.entries.iter().skip(first).step_by(step) {
            turned.hear(entry);
        }
        if let Some(again) = world.entries.get(first) {
            turned.hear(again);
        }
    }
    for other in [backwards, turned] {
        assert_eq!(other.outcome(), outcome, "the order makes a difference");
    }
    for (part, state) in &outcome.parts {
        check_part(&world.keeper.parts[part], part, state);
    }
    open(&world);
    world.took > 1
}

/// Nothing said here was sealed to anybody, so nobody opens anything.
fn open(world: &World) {
    let secrets = [(
        Generation::FIRST,
        SealingSecret::generate(Random::new([1; 32])),
    )];
    let secrets = secrets.into();
    let last = |kind| world.entries.iter().rev().find(|it| it.header.kind == kind);
    let of = |entry: &Entry| entry.body.clone().expect("nothing is left out");
    if let Some(entry) = last(Kind::SEAL)
        && let Ok(seal) = Seal::decode(&of(entry))
    {
        let context = seal.context(NETWORK, RECORD, entry.header.author);
        let key = seal.key(&context, &STRUCTURES[0], &secrets);
        assert!(key.is_err());
    }
    if let Some(entry) = last(Kind::LOCKBOX)
        && let Ok(lockbox) = Lockbox::decode(&of(entry))
    {
        let stranger = SealingSecret::generate(Random::new([77; 32]));
        let by = (&NODES[0], &stranger);
        let opened = lockbox.open(NETWORK, &STRUCTURES[0], &PUBLICS[0], by);
        assert!(opened.is_err());
    }
}

/// What honest members do: seal, grant and take away, at once and one after the other; erase and say
/// that it is done; certify, rotate, make keys and hand them on.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let acts: [&[[u8; 4]]; 5] = [
        &[[0, 0, 3, 0], [1, 4, 7, 0], [2, 0, 7, 1], [0, 0, 5, 2]],
        &[
            [0, 0, 3, 0],
            [0, 0, 7, 1],
            [1, 16, 3, 2],
            [1, 4, 12, 0],
            [2, 0x34, 16, 0],
            [0, 0, 31, 3],
        ],
        &[
            [0, 0, 3, 0],
            [0, 0x17, 64, 1],
            [1, 7, 65, 0],
            [0, 9, 1, 3],
            [1, 9, 0, 1],
            [0, 0, 33, 0],
        ],
        &[
            [0, 10, 0, 0],
            [0, 10, 32, 0],
            [0, 10, 5, 1],
            [0, 12, 3, 2],
            [1, 10, 24, 1],
            [0, 10, 8, 0x80],
            [1, 10, 8, 0x70],
        ],
        &[
            [1, 0, 3, 0],
            [0, 0, 3, 0],
            [0, 14, 40, 1],
            [2, 36, 8, 0],
            [1, 53, 9, 16],
            [0, 3, 64, 7],
        ],
    ];
    let whole = |acts: &&[[u8; 4]]| [&[3], acts.concat().as_slice()].concat();
    acts.iter().map(whole).collect()
}
