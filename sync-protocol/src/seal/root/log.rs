//! What follows from the root statements of one structure, as a set.
//!
//! The chain begins with the key whose hash is the structure's identity, so no roll is needed to
//! follow it. Two valid statements under one number say that the root key is in two hands. Neither
//! then counts, nor what stands on them: were the lower identity to win, a thief could search for
//! one below a rotation that was made against him, at any later time. Three things still hold: what
//! came before; revocations, on whatever branch they stand, since to void those would bring a
//! revoked computer back; and a rotation signed by the recovery key, which is how the owner gets
//! out. Spec: docs/protocol.md, section 14.

use std::collections::{BTreeMap, BTreeSet};

use super::{RootAct, RootError, RootStatement};
use crate::frontier::Tip;
use crate::id::{NetworkId, NodeId, RootKey, StatementId, StructureId};
use crate::seal::key::{Generation, SealingPublic};

/// The statements held of one structure.
#[derive(Clone, Debug)]
pub struct RootLog {
    network: NetworkId,
    structure: StructureId,
    /// By the statement before, then by identity.
    statements: BTreeMap<StatementId, BTreeMap<StatementId, RootStatement>>,
}

/// Two statements under one number: the root key is in two hands, or came back from a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootFork {
    /// The number.
    pub number: u32,
    /// All that stand under it.
    pub rivals: Vec<StatementId>,
    /// The one signed by the recovery key, which the chain goes on from.
    pub recovered_by: Option<StatementId>,
}

/// What a structure's statements come to.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RootState {
    /// Number of the last statement that counts, 0 for none.
    pub number: u32,
    /// That statement, zeros for none.
    pub tip: StatementId,
    /// The root key of the moment; `None` until a first statement tells the key itself.
    pub root: Option<RootKey>,
    /// The key that can replace it.
    pub recovery: Option<RootKey>,
    /// Nodes that were certified, revoked ones among them, and the keys they are handed secrets
    /// under.
    pub certified: BTreeMap<NodeId, SealingPublic>,
    /// Nodes that were revoked, on any branch, with the last entry that counts: of several the
    /// lowest.
    pub revoked: BTreeMap<NodeId, Tip>,
    /// The generations of the sealing key; the last is the one to seal to.
    pub sealing: BTreeMap<Generation, SealingPublic>,
    /// Whether a node was revoked since the last generation was made: it can open what is sealed to
    /// that one.
    pub sealing_is_due: bool,
    /// Alarms, by rising number; the chain can have stopped only at the last.
    pub forks: Vec<RootFork>,
    past_roots: BTreeSet<RootKey>,
}

impl RootState {
    /// The key to seal to.
    #[must_use]
    pub fn current_sealing(&self) -> Option<(Generation, SealingPublic)> {
        let (generation, public) = self.sealing.last_key_value()?;
        Some((*generation, *public))
    }

    /// Nodes that speak for the structure.
    pub fn nodes(&self) -> impl Iterator<Item = (&NodeId, &SealingPublic)> {
        let stays = |node: &NodeId| !self.revoked.contains_key(node);
        self.certified.iter().filter(move |(node, _)| stays(node))
    }

    /// Whether nothing more counts until the charter or the recovery key decides.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        let last = self.forks.last();
        last.is_some_and(|fork| fork.recovered_by.is_none())
    }

    /// Whether `statement`, which names this state's tip, may come after it.
    fn admits(&self, statement: &RootStatement) -> bool {
        let follows =
            statement.previous == self.tip && Some(statement.number) == self.number.checked_add(1);
        let signed = match self.root {
            None => StructureId::derive(&statement.signer) == statement.structure,
            Some(root) => statement.signer == root || self.by_recovery(statement),
        };
        follows && signed && self.makes_sense(statement)
    }

    fn by_recovery(&self, statement: &RootStatement) -> bool {
        Some(statement.signer) == self.recovery && matches!(statement.act, RootAct::Rotate { .. })
    }

    fn makes_sense(&self, statement: &RootStatement) -> bool {
        match &statement.act {
            RootAct::Certify { node, .. } => {
                !self.certified.contains_key(node) && !self.revoked.contains_key(node)
            }
            RootAct::Revoke { .. } => true,
            // Whoever finds an old key must not come back through it.
            RootAct::Rotate { root } => {
                *root != statement.signer
                    && Some(*root) != self.root
                    && !self.past_roots.contains(root)
            }
            // One that is the root as well would not be there when the root is stolen.
            RootAct::Recovery { key } => *key != statement.signer && !self.past_roots.contains(key),
            RootAct::Sealing { generation, .. } => {
                let last = self.sealing.last_key_value().map(|(last, _)| *last);
                Some(*generation) == last.map_or(Some(Generation::FIRST), Generation::next)
            }
        }
    }

    fn take(&mut self, id: StatementId, statement: &RootStatement) {
        self.number = statement.number;
        self.tip = id;
        self.root.get_or_insert(statement.signer);
        match &statement.act {
            RootAct::Certify { node, sealing } => {
                self.certified.insert(*node, *sealing);
            }
            RootAct::Revoke { node, last } => self.revoke(*node, *last),
            RootAct::Rotate { root } => self.past_roots.extend(self.root.replace(*root)),
            RootAct::Recovery { key } => self.recovery = Some(*key),
            RootAct::Sealing { generation, public } => {
                self.sealing.insert(*generation, *public);
                self.sealing_is_due = false;
            }
        }
    }

    fn revoke(&mut self, node: NodeId, last: Tip) {
        let kept = self.revoked.entry(node).or_insert(last);
        *kept = (*kept).min(last);
        self.sealing_is_due = true;
    }
}

/// A statement that may come next, and its identity.
type Next<'a> = (StatementId, &'a RootStatement);

impl RootLog {
    /// No statement of `structure` yet.
    #[must_use]
    pub const fn new(network: NetworkId, structure: StructureId) -> Self {
        Self {
            network,
            structure,
            statements: BTreeMap::new(),
        }
    }

    /// Keeps a statement; returns whether it is news.
    ///
    /// # Errors
    /// [`RootError`]; one of another structure counts as not signed.
    pub fn observe(&mut self, statement: RootStatement) -> Result<bool, RootError> {
        if statement.structure != self.structure {
            return Err(RootError::BadSignature);
        }
        let id = statement.id(self.network);
        let beside = self.statements.get(&statement.previous);
        if beside.is_some_and(|known| known.contains_key(&id)) {
            return Ok(false);
        }
        statement.verify(self.network)?;
        self.keep(id, statement);
        Ok(true)
    }

    /// Keeps a statement that was verified.
    pub(super) fn keep(&mut self, id: StatementId, statement: RootStatement) {
        let beside = self.statements.entry(statement.previous).or_default();
        beside.insert(id, statement);
    }

    /// What the statements come to.
    #[must_use]
    pub fn state(&self) -> RootState {
        let mut state = RootState::default();
        let mut beside = Vec::new();
        loop {
            let next = self.next(&state);
            let chosen = match next.as_slice() {
                [] => None,
                [only] => Some(*only),
                rivals => {
                    let chosen = recovering(&state, rivals);
                    state.forks.push(RootFork {
                        number: state.number.saturating_add(1),
                        rivals: rivals.iter().map(|(id, _)| *id).collect(),
                        recovered_by: chosen.map(|(id, _)| id),
                    });
                    let left = rivals.iter().filter(|rival| Some(**rival) != chosen);
                    beside.extend(left.map(|rival| (state.clone(), *rival)));
                    chosen
                }
            };
            let Some((id, statement)) = chosen else {
                break;
            };
            state.take(id, statement);
        }
        for (node, last) in self.revoked_on(beside) {
            state.revoke(node, last);
        }
        state
    }

    fn next(&self, state: &RootState) -> Vec<Next<'_>> {
        let after = self.statements.get(&state.tip).into_iter().flatten();
        let after = after.map(|(id, statement)| (*id, statement));
        after.filter(|(_, it)| state.admits(it)).collect()
    }

    /// What is revoked on branches that do not count, each judged by its own branch.
    fn revoked_on<'a>(&'a self, mut branches: Vec<(RootState, Next<'a>)>) -> Vec<(NodeId, Tip)> {
        let mut revoked = Vec::new();
        while let Some((mut state, (id, statement))) = branches.pop() {
            if let RootAct::Revoke { node, last } = &statement.act {
                revoked.push((*node, *last));
            }
            state.take(id, statement);
            let next = self.next(&state);
            branches.extend(next.into_iter().map(|next| (state.clone(), next)));
        }
        revoked
    }
}

/// The one among rivals that the recovery key signed.
fn recovering<'a>(state: &RootState, rivals: &[Next<'a>]) -> Option<Next<'a>> {
    let mut signed = rivals.iter().filter(|(_, it)| state.by_recovery(it));
    match (signed.next(), signed.next()) {
        (Some(only), None) => Some(*only),
        _ => None,
    }
}
