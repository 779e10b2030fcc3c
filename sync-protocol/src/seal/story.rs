//! One story through all of it, over signed entries as they travel.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;

use super::Random;
use super::body::{Grant, Seal};
use super::erase::state::{EraseFact, EraseLog, Fate};
use super::erase::{Erase, EraseReason, EraseTarget, Erased, Scope};
use super::key::{Generation, SealingSecret};
use super::lockbox::{Lockbox, lacking};
use super::part::{PartName, open_part};
use super::root::log::{RootLog, RootState};
use super::root::{RootAct, RootStatement};
use super::state::{PartLog, PartState, Said, SealFact};
use super::wrap::{Recipient, WrapError};
use crate::body::{Change, Create};
use crate::entry::{Entry, Kind, Place};
use crate::frontier::Tip;
use crate::id::{EntryId, NetworkId, NodeId, RecordId, RootKey, Salt, StructureId, VersionId};
use crate::run::{Statement, sign, verify};
use crate::time::Timestamp;

const NETWORK: NetworkId = NetworkId([7; 32]);
const NAME: &str = "Jeanne Dupré, 06 12 34 56 78";
const MORE: &str = "Jeanne Dupré, retrouvée au 06 98 76 54 32";

type Secrets = BTreeMap<Generation, SealingSecret>;

struct Member {
    root: SigningKey,
    node: SigningKey,
    structure: StructureId,
    secrets: Secrets,
    tip: Tip,
    /// All bytes of its journal, as a relay holds them.
    wire: Vec<u8>,
}

fn secret(seed: u8) -> SealingSecret {
    SealingSecret::generate(Random::new([seed; 32]))
}

fn node_of(key: &SigningKey) -> NodeId {
    NodeId(key.verifying_key().to_bytes())
}

impl Member {
    fn new(seed: u8) -> Self {
        let root = SigningKey::from_bytes(&[seed; 32]);
        Self {
            structure: StructureId::derive(&RootKey(root.verifying_key().to_bytes())),
            root,
            node: SigningKey::from_bytes(&[seed + 1; 32]),
            secrets: [(Generation::FIRST, secret(seed))].into(),
            tip: Tip::EMPTY,
            wire: Vec::new(),
        }
    }

    fn node(&self) -> NodeId {
        node_of(&self.node)
    }

    /// Says something in its journal; the entry is what others verified of it.
    fn say(&mut self, kind: Kind, subject: Option<Place>, body: Vec<u8>) -> Entry {
        let statement = Statement {
            charter: VersionId([8; 32]),
            kind,
            subject,
            time: Timestamp(1),
            body,
        };
        let runs = sign(NETWORK, &self.node, self.tip, vec![statement]);
        let run = verify(NETWORK, self.tip, runs[0].wire()).unwrap();
        self.tip = run.last();
        self.wire.extend_from_slice(run.wire());
        run.entries()[0].clone()
    }
}

fn body(entry: &Entry) -> &[u8] {
    entry.body.as_deref().unwrap()
}

/// What everybody holds.
struct World {
    draw: fastrand::Rng,
    roots: BTreeMap<StructureId, RootLog>,
    part: PartLog,
    seals: BTreeMap<EntryId, (NodeId, Seal)>,
    record: RecordId,
    creation: Place,
    owner: StructureId,
}

impl World {
    /// The structure's root says `act`, in the journal of whoever carries it.
    fn root_says(&mut self, root: &SigningKey, carrier: &mut Member, act: RootAct) {
        let structure = StructureId::derive(&RootKey(root.verifying_key().to_bytes()));
        let new = RootLog::new(NETWORK, structure);
        let log = self.roots.entry(structure).or_insert(new);
        let state = log.state(None);
        let (number, previous) = (state.number + 1, state.tip);
        let statement = RootStatement::issue(NETWORK, structure, number, previous, act, root);
        let entry = carrier.say(Kind::ROOT, None, statement.encode());
        assert!(
            log.observe(RootStatement::decode(body(&entry)).unwrap())
                .unwrap()
        );
    }

    fn root(&self, structure: &StructureId) -> RootState {
        self.roots[structure].state(None)
    }

    fn recipients(&self, structures: &BTreeSet<StructureId>) -> Vec<Recipient> {
        let recipient = |structure: &StructureId| {
            let (generation, public) = self.root(structure).current_sealing().unwrap();
            Recipient {
                structure: *structure,
                generation,
                public,
            }
        };
        structures.iter().map(recipient).collect()
    }

    /// Seals `text` above `state`; returns the entry's identity and the blob.
    fn seal(
        &mut self,
        by: &mut Member,
        state: &PartState,
        to: &[StructureId],
        text: &str,
    ) -> (EntryId, Vec<u8>) {
        let part: PartName = "identity".parse().unwrap();
        let context = super::part::PartContext {
            network: NETWORK,
            record: self.record,
            author: by.node(),
            part: &part,
            number: state.next_number.max(1),
            parents: &state.next_parents,
            grants: &state.next_grants,
        };
        let to = self.recipients(&to.iter().copied().collect());
        let mut draw = || Random::new(std::array::from_fn(|_| self.draw.u8(..)));
        let (seal, blob) = Seal::make(&context, text.as_bytes(), &to, &mut draw).unwrap();
        let entry = by.say(Kind::SEAL, Some(self.creation), seal.encode());
        let seal = Seal::decode(body(&entry)).unwrap();
        self.seals.insert(entry.id, (by.node(), seal.clone()));
        let fact = SealFact {
            structure: by.structure,
            as_owner: by.structure == self.owner,
            said: Said::Seal(seal),
        };
        assert!(self.part.observe(entry.id, fact));
        (entry.id, blob)
    }

    fn read(
        &self,
        seal: &EntryId,
        grant: Option<&Grant>,
        structure: &StructureId,
        secrets: &Secrets,
        blob: &[u8],
    ) -> Result<String, WrapError> {
        let (author, seal) = &self.seals[seal];
        let context = seal.context(NETWORK, self.record, *author);
        let commitment = &seal.sealed.commitment;
        let key = match grant {
            None => seal.key(&context, structure, secrets)?,
            Some(grant) => grant.key(&context, commitment, structure, secrets)?,
        };
        let text = open_part(&context, &seal.sealed, &key, blob).unwrap();
        Ok(String::from_utf8(text.to_vec()).unwrap())
    }
}

#[test]
fn a_holder_is_read_by_some_granted_taken_away_and_erased() {
    let [mut town, mut cci, mut bank] = [10, 20, 30].map(Member::new);
    let create = Create {
        collection: "holder".into(),
        salt: Salt([9; 32]),
        first: Change {
            person: None,
            reason: 0,
            epoch: 1,
            ancestors: vec![],
            speakers: vec![],
            operations: b"pseudonym".to_vec(),
        },
    };
    let created = town.say(Kind::CREATE, None, create.encode());
    let record = RecordId::derive(&NETWORK, &town.structure, "holder", &create.salt);
    let mut world = World {
        draw: fastrand::Rng::with_seed(1),
        roots: BTreeMap::new(),
        part: PartLog::default(),
        seals: BTreeMap::new(),
        record,
        creation: created.place(),
        owner: town.structure,
    };

    // Each structure publishes a key and certifies its node; another's journal carries it as well.
    for (member, seed) in [(&town, 10), (&cci, 20), (&bank, 30)] {
        let root = member.root.clone();
        let node = member.node();
        let public = secret(seed).public();
        let generation = Generation::FIRST;
        let sealing = RootAct::Sealing { generation, public };
        let mut carrier = Member::new(40 + seed);
        world.root_says(&root, &mut carrier, sealing);
        let sealing = secret(seed + 1).public();
        world.root_says(&root, &mut carrier, RootAct::Certify { node, sealing });
    }

    // The town seals the person's name to itself and to the chamber of commerce.
    let to = [town.structure, cci.structure];
    let (first, blob) = world.seal(&mut town, &PartState::default(), &to, NAME);
    for reader in [&town, &cci] {
        let read = world.read(&first, None, &reader.structure, &reader.secrets, &blob);
        assert_eq!(read.unwrap(), NAME);
    }
    let refused = world.read(&first, None, &bank.structure, &bank.secrets, &blob);
    assert_eq!(refused, Err(WrapError::NoWrap));

    // The chamber refers her to the bank.
    let (author, seal) = &world.seals[&first];
    let context = seal.context(NETWORK, record, *author);
    let key = seal.key(&context, &cci.structure, &cci.secrets).unwrap();
    let to = world.recipients(&[bank.structure].into());
    let mut draw = || Random::new([99; 32]);
    let grant = Grant::make((first, &context), None, &key, &to, &mut draw).unwrap();
    let granted = cci.say(Kind::GRANT, Some(world.creation), grant.encode());
    let grant = Grant::decode(body(&granted)).unwrap();
    let read = world.read(&first, Some(&grant), &bank.structure, &bank.secrets, &blob);
    assert_eq!(read.unwrap(), NAME);
    let fact = SealFact {
        structure: cci.structure,
        as_owner: false,
        said: Said::Grant(grant),
    };
    assert!(world.part.observe(granted.id, fact));

    // The town buys a second computer, which is handed the secret.
    let second = SigningKey::from_bytes(&[15; 32]);
    let (node, sealing) = (node_of(&second), secret(15).public());
    let root = town.root.clone();
    world.root_says(&root, &mut town, RootAct::Certify { node, sealing });
    let state = world.root(&town.structure);
    let wanted = &lacking(&state, [])[&Generation::FIRST];
    assert_eq!(wanted.len(), 2);
    let held = (Generation::FIRST, &town.secrets[&Generation::FIRST]);
    let lockbox = Lockbox::make(NETWORK, &town.structure, held, wanted, &mut draw).unwrap();
    let entry = town.say(Kind::LOCKBOX, None, lockbox.encode());
    let lockbox = Lockbox::decode(body(&entry)).unwrap();
    assert!(lacking(&state, [&lockbox]).is_empty());
    let (_, published) = state.current_sealing().unwrap();
    let by = (&node, &secret(15));
    let opened = lockbox
        .open(NETWORK, &town.structure, &published, by)
        .unwrap();
    let secrets = [(Generation::FIRST, opened)].into();
    let read = world.read(&first, None, &town.structure, &secrets, &blob);
    assert_eq!(read.unwrap(), NAME);

    // It takes her out of the chamber's sight, while the chamber writes, knowing nothing of it.
    let known = world.part.state();
    let next: Vec<StructureId> = known.next_readers.iter().copied().collect();
    assert_eq!(next.len(), 3);
    let to = [town.structure, bank.structure];
    let (without, hidden) = world.seal(&mut town, &known, &to, MORE);
    let (beside, _) = world.seal(&mut cci, &known, &next, NAME);
    let refused = world.read(&without, None, &cci.structure, &cci.secrets, &hidden);
    assert_eq!(refused, Err(WrapError::NoWrap));
    let read = world.read(&without, None, &bank.structure, &bank.secrets, &hidden);
    assert_eq!(read.unwrap(), MORE);
    let state = world.part.state();
    assert!(state.is_conflict() && state.refused.is_empty() && state.waiting.is_empty());
    assert_eq!(state.next_readers, to.into());
    let (joined, _) = world.seal(&mut town, &state, &to, MORE);
    let state = world.part.state();
    assert_eq!(state.heads, [joined]);
    assert!(world.seals[&joined].1.parents.contains(&beside));

    // Whoever relays all of it holds her name nowhere.
    let relayed = [&town.wire, &cci.wire, &bank.wire, &blob, &hidden];
    for bytes in relayed {
        for planted in ["Jeanne", "Dupr", "06 12", "06 98"] {
            let found = bytes
                .windows(planted.len())
                .any(|at| at == planted.as_bytes());
            assert!(!found, "{planted}");
        }
    }

    // She asks for it to be erased.
    let part: PartName = "identity".parse().unwrap();
    let target = EraseTarget::Part(part.clone());
    let seals = vec![granted.place()];
    let erase = Erase::new(record, target.clone(), seals, EraseReason::ASKED);
    let entry = town.say(Kind::ERASE, Some(world.creation), erase.encode());
    let mut erased = EraseLog::default();
    let fact = EraseFact {
        structure: town.structure,
        as_owner: true,
        agreed: false,
        erase: Erase::decode(body(&entry)).unwrap(),
    };
    erased.observe(entry.id, fact);
    assert_eq!(erased.part(&part, &bank.structure), Fate::Deleted);
    assert_eq!(erased.record(), Fate::Kept);
    let nodes = [town.node(), cci.node(), bank.node()].into();
    for member in [&mut town, &mut bank] {
        let done = Erased {
            scope: Scope::Sealed,
            erases: vec![entry.id],
        };
        let said = member.say(Kind::ERASED, None, done.encode());
        erased.acknowledge(said.header.author, &Erased::decode(body(&said)).unwrap());
    }
    let progress = erased.progress(&target, &nodes);
    assert_eq!(progress.done.len(), 2);
    assert_eq!(progress.waiting, [cci.node()].into());
}
