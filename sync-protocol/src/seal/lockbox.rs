//! A structure's sealing secret, handed to its nodes.
//!
//! A node that holds the secret of a generation wraps it to every other node of the structure, in an
//! entry; a node that joins later, or a generation that is made later, gets a further lockbox.
//! Whoever opens one compares the secret with the public key that the root published, so that
//! nobody can slip a node a key of his own. Spec: docs/protocol.md, section 14.

use std::collections::{BTreeMap, BTreeSet};

use super::Random;
use super::envelope;
use super::key::{Generation, SealingPublic, SealingSecret, UnusableKey};
use super::root::log::RootState;
use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::id::{NetworkId, NodeId, StructureId};

/// The most nodes that one lockbox serves; a structure with more writes several.
pub const MAX_BOXES: usize = 64;

const FORMAT: u8 = 1;
const WRAPPED_BYTES: usize = 32 + envelope::TAG_BYTES;

/// Body of a [`LOCKBOX`](crate::entry::Kind::LOCKBOX) entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lockbox {
    /// Which of the structure's sealing keys.
    pub generation: Generation,
    /// The secret, for each node, strictly rising.
    boxes: Vec<NodeBox>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NodeBox {
    node: NodeId,
    encapsulated: [u8; 32],
    wrapped: [u8; WRAPPED_BYTES],
}

/// Why a node cannot take the secret out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LockboxError {
    /// It serves other nodes.
    #[error("no box for this node")]
    NoBox,
    /// It was made for another node, structure, generation or key.
    #[error("a box that was not made for this node and key")]
    NotForHere,
    /// The secret is not the one of the key that the root published.
    #[error("the secret is not that of the published key")]
    OtherKey,
}

fn info(
    network: NetworkId,
    structure: &StructureId,
    generation: Generation,
    public: &SealingPublic,
    node: &NodeId,
) -> Vec<u8> {
    let parts: [&[u8]; 6] = [
        b"capactif-lb1",
        &network.0,
        &structure.0,
        &generation.0.to_be_bytes(),
        &public.0,
        &node.0,
    ];
    parts.concat()
}

impl Lockbox {
    /// Hands `secret`, that of `generation`, to nodes under their keys.
    ///
    /// # Errors
    /// A node's key cannot be sealed to.
    pub fn make(
        network: NetworkId,
        structure: &StructureId,
        (generation, secret): (Generation, &SealingSecret),
        nodes: &BTreeMap<NodeId, SealingPublic>,
        draw: &mut dyn FnMut() -> Random,
    ) -> Result<Self, UnusableKey> {
        let public = secret.public();
        let wrap = |(node, key): (&NodeId, &SealingPublic)| {
            let info = info(network, structure, generation, &public, node);
            let (encapsulated, wrapped) =
                envelope::seal(key, &info, secret.as_bytes(), draw()).map_err(|_| UnusableKey)?;
            Ok(NodeBox {
                node: *node,
                encapsulated,
                wrapped: wrapped.try_into().expect("32 bytes and a tag"),
            })
        };
        let boxes = nodes.iter().map(wrap).collect::<Result<_, _>>()?;
        Ok(Self { generation, boxes })
    }

    /// The nodes that it serves.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.boxes.iter().map(|it| it.node)
    }

    /// Takes the secret out, for the node with `key`; `published` is what the root published under
    /// this generation.
    ///
    /// # Errors
    /// See [`LockboxError`].
    pub fn open(
        &self,
        network: NetworkId,
        structure: &StructureId,
        published: &SealingPublic,
        (node, key): (&NodeId, &SealingSecret),
    ) -> Result<SealingSecret, LockboxError> {
        let ours = self.boxes.iter().find(|it| it.node == *node);
        let ours = ours.ok_or(LockboxError::NoBox)?;
        let info = info(network, structure, self.generation, published, node);
        let plain = envelope::open(key, &info, &ours.encapsulated, &ours.wrapped)
            .map_err(|_| LockboxError::NotForHere)?;
        let bytes = plain.as_slice().try_into();
        let secret = SealingSecret::from_bytes(bytes.map_err(|_| LockboxError::NotForHere)?);
        if secret.public() == *published {
            Ok(secret)
        } else {
            Err(LockboxError::OtherKey)
        }
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(8 + self.boxes.len() * 112);
        bytes.push(FORMAT);
        bytes.extend_from_slice(&self.generation.0.to_be_bytes());
        bytes.put_varint(self.boxes.len() as u64);
        for it in &self.boxes {
            bytes.extend_from_slice(&it.node.0);
            bytes.extend_from_slice(&it.encapsulated);
            bytes.extend_from_slice(&it.wrapped);
        }
        bytes
    }

    /// Reads a body.
    ///
    /// # Errors
    /// Bytes that are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.format(FORMAT)?;
        let generation = Generation(reader.u32()?);
        let at = reader.clone();
        let count = reader.length(MAX_BOXES)?;
        let mut boxes: Vec<NodeBox> = Vec::new();
        for _ in 0..count {
            boxes.push(NodeBox {
                node: NodeId(reader.array()?),
                encapsulated: reader.array()?,
                wrapped: reader.array()?,
            });
        }
        if boxes.is_empty() || !boxes.is_sorted_by(|one, next| one.node < next.node) {
            let reason = "nodes are none, or not in rising order";
            return Err(at.error(DecodeReason::Invalid(reason)));
        }
        reader.finish()?;
        Ok(Self { generation, boxes })
    }
}

/// The boxes that a structure's nodes still lack, by generation: `made` are the lockboxes that its
/// nodes wrote.
#[must_use]
pub fn lacking<'a>(
    root: &RootState,
    made: impl IntoIterator<Item = &'a Lockbox>,
) -> BTreeMap<Generation, BTreeMap<NodeId, SealingPublic>> {
    let mut served: BTreeSet<(Generation, NodeId)> = BTreeSet::new();
    for lockbox in made {
        served.extend(lockbox.nodes().map(|node| (lockbox.generation, node)));
    }
    let mut lacking: BTreeMap<Generation, BTreeMap<NodeId, SealingPublic>> = BTreeMap::new();
    for generation in root.sealing.keys() {
        for (node, key) in root.nodes() {
            if !served.contains(&(*generation, *node)) {
                lacking.entry(*generation).or_default().insert(*node, *key);
            }
        }
    }
    lacking
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETWORK: NetworkId = NetworkId([1; 32]);
    const STRUCTURE: StructureId = StructureId([2; 32]);

    fn key(seed: u8) -> SealingSecret {
        SealingSecret::generate(Random::new([seed; 32]))
    }

    fn node(seed: u8) -> NodeId {
        NodeId([seed; 32])
    }

    fn nodes(seeds: &[u8]) -> BTreeMap<NodeId, SealingPublic> {
        let node = |seed: &u8| (node(*seed), key(*seed).public());
        seeds.iter().map(node).collect()
    }

    fn draw() -> impl FnMut() -> Random {
        let mut random = fastrand::Rng::with_seed(9);
        move || {
            let mut bytes = [0; 32];
            random.fill(&mut bytes);
            Random::new(bytes)
        }
    }

    fn lockbox(seeds: &[u8]) -> Lockbox {
        let secret = key(100);
        let generation = (Generation(2), &secret);
        Lockbox::make(NETWORK, &STRUCTURE, generation, &nodes(seeds), &mut draw()).unwrap()
    }

    fn open(lockbox: &Lockbox, published: &SealingPublic, seed: u8) -> Option<LockboxError> {
        let by = (&node(seed), &key(seed));
        lockbox.open(NETWORK, &STRUCTURE, published, by).err()
    }

    #[test]
    fn each_node_takes_out_the_secret_and_no_other_does() {
        let lockbox = lockbox(&[5, 6]);
        let published = key(100).public();
        let by = (&node(5), &key(5));
        let secret = lockbox.open(NETWORK, &STRUCTURE, &published, by).unwrap();
        assert_eq!(secret.as_bytes(), key(100).as_bytes());
        assert_eq!(open(&lockbox, &published, 6), None);
        assert_eq!(open(&lockbox, &published, 7), Some(LockboxError::NoBox));
        let thief = (&node(5), &key(7));
        let refused = lockbox.open(NETWORK, &STRUCTURE, &published, thief);
        assert_eq!(refused.unwrap_err(), LockboxError::NotForHere);
        let other = lockbox.open(NETWORK, &StructureId([3; 32]), &published, by);
        assert_eq!(other.unwrap_err(), LockboxError::NotForHere);
        let other = lockbox.open(NetworkId([3; 32]), &STRUCTURE, &published, by);
        assert_eq!(other.unwrap_err(), LockboxError::NotForHere);
        let renumbered = Lockbox {
            generation: Generation(3),
            ..lockbox
        };
        assert_eq!(
            open(&renumbered, &published, 5),
            Some(LockboxError::NotForHere)
        );
    }

    #[test]
    fn a_secret_of_another_key_than_the_published_one_is_refused() {
        let honest = lockbox(&[5]);
        assert_eq!(
            open(&honest, &key(101).public(), 5),
            Some(LockboxError::NotForHere)
        );
        // Made by one who claims the published key and puts another secret in.
        let published = key(101).public();
        let info = info(NETWORK, &STRUCTURE, Generation(2), &published, &node(5));
        let to = key(5).public();
        let (encapsulated, wrapped) =
            envelope::seal(&to, &info, key(100).as_bytes(), draw()()).unwrap();
        let lying = Lockbox {
            generation: Generation(2),
            boxes: vec![NodeBox {
                node: node(5),
                encapsulated,
                wrapped: wrapped.try_into().unwrap(),
            }],
        };
        assert_eq!(open(&lying, &published, 5), Some(LockboxError::OtherKey));
    }

    #[test]
    fn new_nodes_and_generations_lack_boxes_until_they_are_made() {
        let mut root = RootState::default();
        root.certified.extend(nodes(&[5, 6, 7]));
        root.revoked.insert(node(7), crate::frontier::Tip::EMPTY);
        root.sealing.insert(Generation(1), key(99).public());
        root.sealing.insert(Generation(2), key(100).public());
        let both = nodes(&[5, 6]);
        let expected = [(Generation(1), both.clone()), (Generation(2), nodes(&[6]))];
        assert_eq!(lacking(&root, [&lockbox(&[5])]), expected.into());
        let made = [&lockbox(&[5]), &lockbox(&[6, 7])];
        assert_eq!(lacking(&root, made), [(Generation(1), both)].into());
    }

    #[test]
    fn bodies_have_one_encoding_and_altered_ones_never_panic() {
        let bytes = lockbox(&[5, 6]).encode();
        assert_eq!(Lockbox::decode(&bytes), Ok(lockbox(&[5, 6])));
        let unsorted = Lockbox {
            generation: Generation(2),
            boxes: lockbox(&[5, 6]).boxes.into_iter().rev().collect(),
        };
        assert!(Lockbox::decode(&unsorted.encode()).is_err());
        let mut random = fastrand::Rng::with_seed(6);
        let published = key(100).public();
        for _ in 0..2_000 {
            let mut changed = bytes.clone();
            changed[random.usize(..bytes.len())] ^= random.u8(1..);
            changed.truncate(bytes.len() - random.usize(..8) / 7);
            if let Ok(read) = Lockbox::decode(&changed) {
                assert_eq!(read.encode(), changed);
                let opened = open(&read, &published, 5).is_none();
                assert!(!opened || read.boxes[0] == lockbox(&[5, 6]).boxes[0]);
            }
        }
    }
}
