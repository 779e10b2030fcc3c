//! The byte vectors of docs/protocol.md, section 14 and *Transfer* in section 4, against the code.
//!
//! Blocks that open with three backquotes, `hex:` and an id hold one. A vector that differs is
//! printed as the page has to have it.

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use ed25519_dalek::SigningKey;

use super::Random;
use super::body::{Grant, Seal};
use super::erase::{Erase, EraseReason, EraseTarget, Erased, Scope};
use super::key::{Generation, SealingSecret};
use super::key_file::{Cost, KeyFile, KeyPurpose};
use super::lockbox::Lockbox;
use super::part::{PartContext, PartName, open_part};
use super::root::{RootAct, RootStatement};
use super::wrap::Recipient;
use crate::entry::Place;
use crate::id::{EntryId, NetworkId, NodeId, RecordId, RootKey, StatementId, StructureId};
use crate::transfer::{Said, Transfer};

const PAGE: &str = include_str!("../../../docs/protocol.md");
const TEXT: &str = "Jeanne Dupré";

/// What the vectors of the other sections are made of.
struct World {
    network: NetworkId,
    record: RecordId,
    root: SigningKey,
    structure: StructureId,
    other: StructureId,
    node: NodeId,
}

fn world() -> World {
    let key = |seed: u8| SigningKey::from_bytes(&[seed; 32]);
    let structure = |seed| StructureId::derive(&RootKey(key(seed).verifying_key().to_bytes()));
    let parse = |text: &str| text.parse::<EntryId>().unwrap().0;
    World {
        network: NetworkId(parse(
            "d959c36285954c17173d8347d3a7881922ecf917b51ce37d07b017aff8ce88f3",
        )),
        record: RecordId(parse(
            "6bd1a7a0ad4fecaba388e8e886e612f3473ee959b98f845f1702718a6b944bd3",
        )),
        root: key(1),
        structure: structure(1),
        other: structure(3),
        node: NodeId(key(2).verifying_key().to_bytes()),
    }
}

fn secret(seed: u8) -> SealingSecret {
    SealingSecret::generate(Random::new([seed; 32]))
}

/// Random bytes, of which each call gives one more.
fn draw(first: u8) -> impl FnMut() -> Random {
    let mut seeds = first..;
    move || Random::new([seeds.next().unwrap(); 32])
}

fn recipient(structure: StructureId, seed: u8) -> Recipient {
    Recipient {
        structure,
        generation: Generation::FIRST,
        public: secret(seed).public(),
    }
}

fn vectors() -> BTreeMap<&'static str, Vec<u8>> {
    let world = world();
    let (network, structure) = (world.network, world.structure);
    let issue = |number, previous, act| {
        RootStatement::issue(network, structure, number, previous, act, &world.root)
    };
    let sealing = secret(0x21);
    let published = RootAct::Sealing {
        generation: Generation::FIRST,
        public: sealing.public(),
    };
    let first = issue(1, StatementId::ZERO, published);
    let certify = RootAct::Certify {
        node: world.node,
        sealing: secret(0x23).public(),
    };
    let second = issue(2, first.id(network), certify);

    let part: PartName = "identity".parse().unwrap();
    let context = PartContext {
        network,
        record: world.record,
        author: world.node,
        part: &part,
        number: 1,
        parents: &[],
        grants: &[],
    };
    let to = [recipient(structure, 0x21)];
    let (seal, blob) = Seal::make(&context, TEXT.as_bytes(), &to, &mut draw(0x31)).unwrap();
    let secrets = [(Generation::FIRST, secret(0x21))].into();
    let key = seal.key(&context, &structure, &secrets).unwrap();
    let text = open_part(&context, &seal.sealed, &key, &blob).unwrap();
    assert_eq!(text.as_slice(), TEXT.as_bytes());
    let entry = EntryId([0x44; 32]);
    let to = [recipient(world.other, 0x22)];
    let grant = Grant::make((entry, &context), None, &key, &to, &mut draw(0x41)).unwrap();

    let generation = (Generation::FIRST, &sealing);
    let nodes = [(world.node, secret(0x23).public())].into();
    let lockbox = Lockbox::make(network, &structure, generation, &nodes, &mut draw(0x51));
    let cost = Cost {
        memory_kib: 64,
        passes: 1,
        lanes: 1,
    };
    let random = [Random::new([0x61; 32]), Random::new([0x62; 32])];
    let file = KeyFile::lock(KeyPurpose::Root, &world.root, "chêne", cost, random);
    let creation = Place {
        author: world.node,
        seq: 2,
    };
    let sealed = vec![Place { seq: 7, ..creation }, Place { seq: 8, ..creation }];
    let erase = EraseTarget::Part(part.clone());
    let erase = Erase::new(world.record, erase, sealed, EraseReason::ASKED);
    let whole = EraseTarget::Record;
    let agreed = Erase::new(world.record, whole, vec![], EraseReason::RETENTION);
    let agreed = agreed.countersigned(network, &creation, &world.root);
    let erased = Erased {
        scope: Scope::Sealed,
        erases: vec![EntryId([0x71; 32]), EntryId([0x72; 32])],
    };
    let transfer = |said| Transfer {
        record: world.record,
        said,
    };
    let offered = Said::Offer {
        to: world.other,
        after: None,
    };
    let accepted = Said::Accept {
        offer: EntryId([0x99; 32]),
    };
    let withdrawn = Said::Withdraw {
        offer: EntryId([0x99; 32]),
    };
    BTreeMap::from([
        ("sealing-secret", sealing.as_bytes().to_vec()),
        ("sealing-public", sealing.public().0.to_vec()),
        ("body-root-1", first.encode()),
        ("root-statement-1-id", first.id(network).0.to_vec()),
        ("body-root-2", second.encode()),
        ("part-binding", context.binding().to_vec()),
        ("part-blob-hash", seal.sealed.blob.0.to_vec()),
        ("body-seal", seal.encode()),
        ("body-grant", grant.encode()),
        ("body-lockbox", lockbox.unwrap().encode()),
        ("key-file", file.unwrap().encode()),
        ("body-erase", erase.encode()),
        ("body-erase-countersigned", agreed.encode()),
        ("body-erased", erased.encode()),
        ("body-transfer-offer", transfer(offered).encode()),
        ("body-transfer-accept", transfer(accepted).encode()),
        ("body-transfer-withdraw", transfer(withdrawn).encode()),
    ])
}

fn documented() -> BTreeMap<&'static str, String> {
    let blocks = PAGE.split("```hex:").skip(1).map(|block| {
        let (id, rest) = block.split_once('\n').unwrap();
        let (hex, _) = rest.split_once("```").unwrap();
        (id, hex.replace('\n', ""))
    });
    blocks.collect()
}

#[test]
fn the_page_says_what_the_code_does() {
    let (documented, vectors) = (documented(), vectors());
    let mut differing = String::new();
    for (id, bytes) in &vectors {
        let hex = HEXLOWER.encode(bytes);
        if documented.get(id) != Some(&hex) {
            differing.push_str(&format!("```hex:{id}\n"));
            for line in hex.as_bytes().chunks(96) {
                differing.push_str(std::str::from_utf8(line).unwrap());
                differing.push('\n');
            }
            differing.push_str("```\n\n");
        }
    }
    assert!(differing.is_empty(), "the page should have\n\n{differing}");
    let all: Vec<&&str> = documented.keys().collect();
    assert_eq!(all, vectors.keys().collect::<Vec<_>>());
}
