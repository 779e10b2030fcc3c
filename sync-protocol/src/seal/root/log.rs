//! What follows from the root statements of one structure, as a set.
//!
//! The chain begins with the key whose hash is the structure's identity, so no roll is needed to
//! follow it. Two valid statements under one number say that the root key is in two hands. Neither
//! then counts, nor what stands on them: were the lower identity to win, a thief could search for
//! one below a rotation that was made against him, at any later time. What came before holds, and
//! so do revocations on whatever branch they stand, since to void those would bring a revoked
//! computer back.
//!
//! A key that was rotated away can still sign beside what it once signed, so a fork must be one that
//! can be ended: by a rotation that the recovery key signed, anywhere on the branch that is meant,
//! or by a checkpoint, a statement that the charter is known to rest on.
//! Spec: docs/protocol.md, section 14.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::{RootAct, RootError, RootStatement};
use crate::frontier::Tip;
use crate::id::{NetworkId, NodeId, RootKey, StatementId, StructureId};
use crate::seal::key::{Generation, SealingPublic};

/// So many nodes a structure's root certifies, one after the other.
pub const MAX_NODES: usize = 256;

/// The statements held of one structure.
#[derive(Clone, Debug, PartialEq)]
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
    /// The one that the chain goes on from: the checkpoint's, or else the recovery key's.
    pub decided: Option<StatementId>,
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
    /// Nodes that were certified on any branch, and revoked on any, each with the keys that were the
    /// root on its branch up to there. More statements only ever add to these.
    vouched: BTreeMap<NodeId, BTreeSet<RootKey>>,
    let_go: BTreeMap<NodeId, BTreeSet<RootKey>>,
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

    /// Whether a key was the root once and is not any more.
    #[must_use]
    pub fn was_rotated_away(&self, key: &RootKey) -> bool {
        self.past_roots.contains(key) && self.root != Some(*key)
    }

    /// Whether a node was certified, on any branch, where `root` is or was the root.
    #[must_use]
    pub fn vouches(&self, root: &RootKey, node: &NodeId) -> bool {
        let roots = self.vouched.get(node);
        roots.is_some_and(|roots| roots.contains(root))
    }

    /// Whether a node was revoked, on any branch, where `root` is or was the root.
    #[must_use]
    pub fn let_go(&self, root: &RootKey, node: &NodeId) -> bool {
        let roots = self.let_go.get(node);
        roots.is_some_and(|roots| roots.contains(root))
    }

    /// The keys that are or were the root.
    fn roots(&self) -> impl Iterator<Item = RootKey> + use<'_> {
        self.past_roots.iter().copied().chain(self.root)
    }

    /// Notes for good what a statement says that stood, on whatever branch, where `roots` were the
    /// root.
    fn remember(&mut self, act: &RootAct, roots: impl Iterator<Item = RootKey>) {
        let (nodes, node) = match act {
            RootAct::Certify { node, .. } => (&mut self.vouched, node),
            RootAct::Revoke { node, .. } => (&mut self.let_go, node),
            RootAct::Rotate { .. } | RootAct::Recovery { .. } | RootAct::Sealing { .. } => return,
        };
        nodes.entry(*node).or_default().extend(roots);
    }

    /// Whether nothing more counts until the charter or the recovery key decides.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        let last = self.forks.last();
        last.is_some_and(|fork| fork.decided.is_none())
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
                let known = self.certified.contains_key(node) || self.revoked.contains_key(node);
                !known && self.certified.len() < MAX_NODES
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
        let roots: Vec<RootKey> = self.roots().collect();
        self.remember(&statement.act, roots.into_iter());
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

/// A statement of a branch that does not count.
struct Beside<'a> {
    /// Whether the recovery key of where the branch began signed it.
    recovers: bool,
    statement: &'a RootStatement,
    /// Where its branch stood before it.
    before: Rc<RootState>,
}

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

    /// Whether a statement is held.
    pub(crate) fn holds(&self, statement: &RootStatement) -> bool {
        let id = statement.id(self.network);
        let beside = self.statements.get(&statement.previous);
        beside.is_some_and(|known| known.contains_key(&id))
    }

    /// Forgets a statement.
    pub(crate) fn forget(&mut self, previous: &StatementId, id: &StatementId) {
        if let Some(beside) = self.statements.get_mut(previous) {
            beside.remove(id);
            if beside.is_empty() {
                self.statements.remove(previous);
            }
        }
    }

    /// Whether none is held.
    pub(crate) fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    /// Keeps a statement that was verified.
    pub(crate) fn keep(&mut self, id: StatementId, statement: RootStatement) {
        let beside = self.statements.entry(statement.previous).or_default();
        beside.insert(id, statement);
    }

    /// What the statements come to.
    ///
    /// `checkpoint` is one that the charter rests on: no fork below it is looked at again.
    #[must_use]
    pub fn state(&self, checkpoint: Option<StatementId>) -> RootState {
        let settled = self.path_to(checkpoint);
        let mut state = RootState::default();
        let mut beside = Vec::new();
        loop {
            let next = self.next(&state);
            let chosen = match next.as_slice() {
                [] => None,
                [only] => Some(*only),
                rivals => {
                    let on_path = rivals.iter().find(|(id, _)| settled.contains(id));
                    let chosen = on_path.copied().or_else(|| self.recovering(&state, rivals));
                    state.forks.push(RootFork {
                        number: state.number.saturating_add(1),
                        rivals: rivals.iter().map(|(id, _)| *id).collect(),
                        decided: chosen.map(|(id, _)| id),
                    });
                    let left = rivals.iter().filter(|rival| Some(**rival) != chosen);
                    let here = Rc::new(state.clone());
                    beside.extend(left.map(|rival| (Rc::clone(&here), *rival)));
                    chosen
                }
            };
            let Some((id, statement)) = chosen else {
                break;
            };
            state.take(id, statement);
        }
        for Beside {
            statement, before, ..
        } in self.branches(beside)
        {
            let first = before.root.is_none().then_some(statement.signer);
            state.remember(&statement.act, before.roots().chain(first));
            if let RootAct::Revoke { node, last } = &statement.act {
                state.revoke(*node, *last);
            }
        }
        state
    }

    /// Where the chain last stood with `recovery` as its recovery key: there that key can still
    /// speak, though whoever stole the root has named another since.
    #[must_use]
    pub fn last_under(&self, recovery: &RootKey) -> Option<RootState> {
        let whole = self.state(None);
        let mut state = RootState::default();
        let mut last = None;
        let path = self.path_to(Some(whole.tip));
        while state.tip != whole.tip {
            let next = self.next(&state);
            let on_path = next.into_iter().find(|(id, _)| path.contains(id));
            let Some((id, statement)) = on_path else {
                break;
            };
            state.take(id, statement);
            if state.recovery == Some(*recovery) {
                last = Some(state.clone());
            }
        }
        last
    }

    /// A checkpoint and all that stands before it.
    fn path_to(&self, checkpoint: Option<StatementId>) -> BTreeSet<StatementId> {
        let held = self.statements.values().flatten();
        let before: BTreeMap<StatementId, StatementId> = held
            .map(|(id, statement)| (*id, statement.previous))
            .collect();
        let mut path = BTreeSet::new();
        let mut at = checkpoint;
        while let Some(id) = at {
            // Identities are hashes of what names them, so this ends; it would end on any input.
            at = before.get(&id).copied().filter(|_| path.insert(id));
        }
        path
    }

    fn next(&self, state: &RootState) -> Vec<Next<'_>> {
        let after = self.statements.get(&state.tip).into_iter().flatten();
        let after = after.map(|(id, statement)| (*id, statement));
        after.filter(|(_, it)| state.admits(it)).collect()
    }

    /// The statements of branches that do not count, each judged by its own branch.
    fn branches<'a>(&'a self, begun: Vec<(Rc<RootState>, Next<'a>)>) -> Vec<Beside<'a>> {
        let mut found = Vec::new();
        let begun = begun.into_iter();
        let mut open: Vec<_> = begun
            .map(|(state, next)| (state.recovery, state, next))
            .collect();
        while let Some((recovery, before, (id, statement))) = open.pop() {
            let recovers = recovery.is_some()
                && before.by_recovery(statement)
                && Some(statement.signer) == recovery;
            // Rivals by the thousand that nothing stands on are not worth a state each.
            if self.statements.contains_key(&id) {
                let mut state = RootState::clone(&before);
                state.take(id, statement);
                let next = self.next(&state);
                let state = Rc::new(state);
                open.extend(
                    next.into_iter()
                        .map(|next| (recovery, Rc::clone(&state), next)),
                );
            }
            found.push(Beside {
                recovers,
                statement,
                before,
            });
        }
        found
    }

    /// The one among rivals on whose branch the recovery key speaks, the key being the one that was
    /// named before they part: a thief's branch can name a key of his.
    fn recovering<'a>(&'a self, state: &RootState, rivals: &[Next<'a>]) -> Option<Next<'a>> {
        let here = Rc::new(state.clone());
        let speaks = |rival: &&Next<'a>| {
            let branch = self.branches(vec![(Rc::clone(&here), **rival)]);
            branch.iter().any(|it| it.recovers)
        };
        let mut spoken_for = rivals.iter().filter(speaks);
        match (spoken_for.next(), spoken_for.next()) {
            (Some(only), None) => Some(*only),
            _ => None,
        }
    }
}
