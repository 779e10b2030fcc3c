//! Those who act: their keys, what they may be given, and parts of what they say.

use std::sync::LazyLock;

use sync_protocol::entry::Place;
use sync_protocol::id::{EntryId, NodeId, RecordId, RootKey, StructureId};
use sync_protocol::seal::Random;
use sync_protocol::seal::key::{Generation, SealingPublic, SealingSecret};
use sync_protocol::seal::part::{PartKey, PartName};
use sync_protocol::seal::wrap::{Recipient, Wrap};

use super::super::seeds::{key, node};

/// The root keys of those who act, the owner's first, each with the node after it.
pub(super) const ROOTS: [u8; 5] = [1, 3, 5, 7, 9];
pub(super) const RECORD: RecordId = RecordId([0x5E; 32]);
/// Where the record was created.
pub(super) const CREATED: u64 = 1;

pub(super) fn root(who: usize) -> RootKey {
    RootKey(key(ROOTS[who]).verifying_key().to_bytes())
}

pub(super) static STRUCTURES: LazyLock<[StructureId; 5]> =
    LazyLock::new(|| std::array::from_fn(|who| StructureId::derive(&root(who))));
pub(super) static NODES: LazyLock<[NodeId; 5]> =
    LazyLock::new(|| std::array::from_fn(|who| node(ROOTS[who] + 1)));
pub(super) static PUBLICS: LazyLock<[SealingPublic; 4]> = LazyLock::new(|| {
    std::array::from_fn(|n| {
        let seed = u8::try_from(n).expect("few") + 1;
        SealingSecret::generate(Random::new([seed; 32])).public()
    })
});
pub(super) static PARTS: LazyLock<[PartName; 2]> =
    LazyLock::new(|| ["identity", "plan"].map(|name| name.parse().expect("a name")));
/// One wrap serves all: what is wrapped is not looked at before it is opened.
pub(super) static WRAP: LazyLock<Wrap> = LazyLock::new(|| {
    let to = Recipient {
        structure: STRUCTURES[0],
        generation: Generation::FIRST,
        public: PUBLICS[0],
    };
    let key = PartKey::generate(Random::new([8; 32]));
    Wrap::seal(&[0; 32], &key, &to, Random::new([9; 32])).expect("a key")
});

pub(super) fn creation() -> Place {
    Place {
        author: NODES[0],
        seq: CREATED,
    }
}

pub(super) fn picked<T: Copy>(all: &[T], bits: u8) -> Vec<T> {
    let chosen = all
        .iter()
        .enumerate()
        .filter(|(n, _)| bits >> (n % 8) & 1 != 0);
    chosen.map(|(_, one)| *one).collect()
}

/// Wraps to the structures of these bits, to the first if there are none.
pub(super) fn wraps(bits: u8) -> Vec<Wrap> {
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

pub(super) fn rising(mut ids: Vec<EntryId>) -> Vec<EntryId> {
    ids.sort_unstable();
    ids.dedup();
    ids
}
