//! Who belongs to the network and may do what: a chain of voted versions, evaluated from entries.
//!
//! Data merges; authority is voted. Version n+1 names version n and becomes effective when the
//! voting nodes of more than two thirds of version n's roll approved it, one structure one vote.
//! What a version declares beyond its roll are its [`Terms`]; whether they let a
//! structure act is [`grants`]; whether an entry counts, though later versions narrow its author,
//! is [`Charter::verdict`].
//!
//! [`Charter`] is a pure function of the *set* of entries it was shown: their order, clocks and
//! arrival play no part, so nodes that hold the same entries agree.
//! Spec: docs/protocol.md, section 7.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::Entry;
use crate::frontier::Tip;
use crate::id::{EntryId, NetworkId, NodeId, StatementId, StructureId, VersionId};
use crate::seal::root::log::{RootLog, RootState};
use crate::time::Timestamp;

mod approval;
mod certificate;
mod chain;
mod grant;
mod heads;
mod ledger;
mod limits;
mod loss;
mod mandate;
mod noting;
mod outlook;
mod ratification;
mod roots;
mod succession;
mod suspension;
mod tally;
mod terms;
mod verdict;
mod version;

pub use approval::{Approval, Certified, MAX_TIPS};
pub use certificate::{Certificate, CertificateError, OpeningError};
pub use grant::{Act, Action, Denied, DeniedReason, grants};
pub use heads::Journals;
pub use limits::Limits;
pub use mandate::{
    Holder, MAX_ALL_CODES, MAX_CODE_BYTES, MAX_CODES, MAX_MANDATES, Mandate, Right, defaults,
};
pub use outlook::Outlook;
pub use ratification::{ContentHash, Ratification, Ratify};
pub use succession::{Narrowing, Unfit};
pub use suspension::{Suspend, Suspension, suspenders_needed};
pub use tally::{DoubleVote, MayNot, Proposal};
pub use terms::{Closed, FixedHead, MAX_COMMITTEE, MAX_NODES, Person, Subject, Successor, Terms};
pub use verdict::{Claim, Pending, Refused, Verdict};
pub use version::{MAX_MEMBERS, MAX_NAME_BYTES, Member, Version};

use ledger::Ledger;
use succession::Step;
use tally::Choice;

/// What one node knows of its network's charter. Equal where the same entries were shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Charter {
    network: NetworkId,
    pinned: VersionId,
    /// What is kept of each author's entries.
    ledger: Ledger,
    versions: BTreeMap<VersionId, Version>,
    /// How many entries that are kept propose each; the pinned one needs none.
    proposed: BTreeMap<VersionId, u32>,
    /// The versions that name each as the one before.
    above: BTreeMap<VersionId, BTreeSet<VersionId>>,
    /// What a version changes, where the one before is known.
    steps: BTreeMap<VersionId, Step>,
    /// Approvals by the author, who may or may not have a vote.
    approvals: BTreeMap<VersionId, Statements>,
    certified: BTreeMap<VersionId, Lists>,
    /// Statements that suspend, by subject and by author, who may or may not have a vote.
    suspends: BTreeMap<VersionId, BTreeMap<Subject, Suspends>>,
    ratifications: ratification::Signatures,
    /// The certificates that open a node's journal: several where it has several branches.
    certificates: BTreeMap<NodeId, BTreeMap<Vec<u8>, Certificate>>,
    /// Effective versions, from the lowest that is known: those below the pinned one too, which
    /// it pins by the hashes that lead down to them.
    chain: Vec<VersionId>,
    heights: BTreeMap<VersionId, usize>,
    /// The nodes that these name as voting, each for its structure.
    voting: BTreeSet<(StructureId, NodeId)>,
    /// What stands above each effective version, while nothing new is known of that.
    choices: BTreeMap<VersionId, Choice>,
    /// Whether certificates came of which no account was taken yet.
    new_certificates: bool,
    /// Heights of the effective versions that narrow somebody.
    narrowings: Vec<usize>,
    /// The tips that count for these, by journal, where a certificate is known.
    heads: BTreeMap<VersionId, BTreeMap<NodeId, BTreeSet<Tip>>>,
    rivals: Option<(VersionId, VersionId)>,
    suspended: Vec<Suspension>,
    nodes: BTreeMap<NodeId, StructureId>,
    root_logs: BTreeMap<StructureId, RootLog>,
    /// How many entries that are kept carry each statement.
    root_carriers: BTreeMap<StatementId, u32>,
    /// What these come to.
    root_states: BTreeMap<StructureId, RootState>,
    /// Structures whose statements of late were not looked at yet.
    root_news: BTreeSet<StructureId>,
}

/// Lists of approvals, by author and place in the author's journal.
type Lists = BTreeMap<(NodeId, u64, EntryId), BTreeSet<EntryId>>;

/// How far journals are held.
type Tips = BTreeMap<NodeId, Tip>;

/// What several authors state of how far they hold journals, each perhaps in several entries.
type Statements = BTreeMap<NodeId, BTreeMap<EntryId, Tips>>;

/// The same of suspensions, each author's in the order of its journal.
type Suspends = BTreeMap<NodeId, BTreeMap<ledger::Key, Tips>>;

/// How many of `roll` structures must approve: more than two thirds.
#[must_use]
pub const fn quorum(roll: usize) -> usize {
    roll * 2 / 3 + 1
}

impl Charter {
    /// Starts from a version known to be effective: the founding one, or the one an invitation
    /// pinned. What came before it follows from the hashes it holds, once it is shown.
    #[must_use]
    pub fn pinned(network: NetworkId, version: Version) -> Self {
        let pinned = version.id();
        let mut charter = Self {
            network,
            pinned,
            ledger: Ledger::default(),
            versions: BTreeMap::new(),
            proposed: BTreeMap::new(),
            above: BTreeMap::new(),
            steps: BTreeMap::new(),
            approvals: BTreeMap::new(),
            certified: BTreeMap::new(),
            suspends: BTreeMap::new(),
            ratifications: BTreeMap::new(),
            certificates: BTreeMap::new(),
            chain: Vec::new(),
            heights: BTreeMap::new(),
            voting: BTreeSet::new(),
            choices: BTreeMap::new(),
            new_certificates: false,
            narrowings: Vec::new(),
            heads: BTreeMap::new(),
            rivals: None,
            suspended: Vec::new(),
            nodes: BTreeMap::new(),
            root_logs: BTreeMap::new(),
            root_carriers: BTreeMap::new(),
            root_states: BTreeMap::new(),
            root_news: BTreeSet::new(),
        };
        charter.learn(version);
        charter.evaluate();
        charter
    }

    /// The charter that the same version, and these entries alone, make.
    #[must_use]
    pub fn again<'e>(&self, entries: impl IntoIterator<Item = &'e Entry>) -> Self {
        let pinned = self.versions.get(&self.pinned).cloned();
        let pinned = pinned.expect("the pinned version is known");
        let mut charter = Self::pinned(self.network, pinned);
        charter.observe_all(entries);
        charter
    }

    /// Takes one stored entry into account; returns whether anything followed from it.
    ///
    /// Entries of other kinds, bodies that are not what their kind says, and what lies behind the
    /// quota of its author change nothing. Of one journal one branch is to be shown.
    pub fn observe(&mut self, entry: &Entry) -> bool {
        self.observe_all([entry])
    }

    /// Takes stored entries into account, as [`Charter::observe`] each; what follows from them is
    /// computed once.
    pub fn observe_all<'e>(&mut self, entries: impl IntoIterator<Item = &'e Entry>) -> bool {
        let mut news = false;
        for entry in entries {
            news |= self.note(entry);
        }
        if news {
            self.evaluate();
        }
        news
    }

    /// The network.
    #[must_use]
    pub const fn network(&self) -> NetworkId {
        self.network
    }

    /// The version in force.
    #[must_use]
    pub fn current(&self) -> (VersionId, &Version) {
        let id = self.chain.last().copied().unwrap_or(self.pinned);
        (
            id,
            self.versions
                .get(&id)
                .expect("the pinned and every effective version are known"),
        )
    }

    /// A version that is known here, in force or not.
    #[must_use]
    pub fn version(&self, id: &VersionId) -> Option<&Version> {
        self.versions.get(id)
    }

    /// Whether `id` is, or was, in force.
    #[must_use]
    pub fn is_effective(&self, id: &VersionId) -> bool {
        self.heights.contains_key(id)
    }

    /// The versions that are or were in force, from the lowest that is known here.
    pub fn effective(&self) -> impl DoubleEndedIterator<Item = (VersionId, &Version)> {
        let known = |id: &VersionId| Some((*id, self.versions.get(id)?));
        self.chain.iter().filter_map(known)
    }

    /// How high an effective version stands in the chain that is known here.
    fn height(&self, id: &VersionId) -> Option<usize> {
        self.heights.get(id).copied()
    }

    /// The structure that `node` belongs to, if its certificate and its structure are known.
    #[must_use]
    pub fn structure_of(&self, node: &NodeId) -> Option<StructureId> {
        self.nodes.get(node).copied()
    }

    /// The known nodes and their structures.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (&NodeId, &StructureId)> {
        self.nodes.iter()
    }

    /// The structure that `certificate` speaks for, under the versions in force so far.
    #[must_use]
    pub fn vouches_for(&self, certificate: &Certificate) -> Option<StructureId> {
        let counts = || self.has_place(&certificate.structure, &certificate.node);
        let holds = self.names(certificate) && counts() && certificate.verify(self.network).is_ok();
        holds.then_some(certificate.structure)
    }

    /// Whether a version in force so far, or the structure it names, gave a certificate its root key.
    fn names(&self, certificate: &Certificate) -> bool {
        let versions = self.chain.iter().filter_map(|id| self.versions.get(id));
        let members = versions.flat_map(|version| &version.members);
        self.stands_under_root(
            certificate,
            |structure, root| {
                let mut members = members.clone();
                members.any(|it| it.structure == *structure && it.root == *root)
            },
            |structure| members.clone().any(|it| it.structure == *structure),
        )
    }

    /// The current roll's entry for a structure.
    #[must_use]
    pub fn member(&self, structure: &StructureId) -> Option<&Member> {
        self.current().1.member(structure)
    }

    /// The member that owns what `structure` made: itself, or who stands in for it since it left.
    #[must_use]
    pub fn heir_of(&self, structure: StructureId) -> StructureId {
        self.current().1.successor_of(structure)
    }

    /// Two effective versions of one height: someone voted twice. Evaluation stops below them,
    /// until members vote another in a later round.
    #[must_use]
    pub const fn rivals(&self) -> Option<(VersionId, VersionId)> {
        self.rivals
    }

    /// Whether `node` takes part now: its structure is on the roll in force, and it is neither closed
    /// nor revoked.
    ///
    /// A node that does not may still be known: what it wrote in good time counts.
    #[must_use]
    pub fn takes_part(&self, node: &NodeId) -> bool {
        let structure = self.structure_of(node);
        structure.is_some_and(|it| self.keeps(&it, node))
    }

    /// Whether the version in force has a structure on its roll and does not close this node of it,
    /// nor the structure's root revoked it.
    #[must_use]
    pub fn keeps(&self, structure: &StructureId, node: &NodeId) -> bool {
        let version = self.current().1;
        version.member(structure).is_some()
            && !version.closes(node)
            && self.revoked_at(structure, node).is_none()
    }

    /// A draft of the next version, of the round that is open, that `proposer` may change and
    /// propose; unchanged it renews what is in force, and takes up root keys that were rotated.
    #[must_use]
    pub fn draft(&self, proposer: NodeId, written: Timestamp) -> Version {
        let mut draft = self.current().1.amended(proposer, written);
        if let Some(terms) = &mut draft.terms {
            terms.round = self.open_round();
        }
        self.take_up_roots(&mut draft);
        draft
    }

    /// The version that admits `member` and changes nothing else, of the round that is open.
    #[must_use]
    pub fn admission(&self, member: Member, proposer: NodeId, written: Timestamp) -> Version {
        if self.open_round() == 0 {
            return self.current().1.admitting(member, written);
        }
        let mut draft = self.draft(proposer, written);
        draft.members.push(member);
        if let Some(terms) = &mut draft.terms {
            terms.admissions = terms.admissions.saturating_sub(1);
        }
        draft
    }
}

#[cfg(test)]
mod tests;
