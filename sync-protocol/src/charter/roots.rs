//! What structures' roots say, as far as it decides who speaks for a structure and what counts.
//!
//! The charter names a root key for each member; from there the structure itself goes on, by root
//! statements: it rotates the key and revokes nodes without a vote. So a certificate counts under
//! the root of the moment, and one under a root that was rotated away only for a node that a
//! statement certified: whoever found the old key must not make nodes with it. What a revoked node
//! wrote beyond the entry that the root states does not count, whenever it comes.
//!
//! Votes are not touched: an approval only ever adds, so a voting node that was revoked goes on
//! voting until a version names another. That version the other may approve itself, since with one
//! or two structures nobody else can make up for a computer that is gone. Spec: docs/protocol.md, sections 7 and 14.

use crate::entry::Place;
use crate::frontier::Tip;
use crate::id::{NodeId, RootKey, StatementId, StructureId};
use crate::seal::root::RootStatement;
use crate::seal::root::log::{RootLog, RootState};

use super::heads::{Journals, Reach, reach};
use super::version::{Member, Version};
use super::{Certificate, Charter};

impl Charter {
    /// What a structure's root statements come to; `None` while none is known.
    #[must_use]
    pub fn root_state(&self, structure: &StructureId) -> Option<&RootState> {
        self.root_states.get(structure)
    }

    /// The statements known of a structure.
    #[must_use]
    pub fn root_log(&self, structure: &StructureId) -> Option<&RootLog> {
        self.root_logs.get(structure)
    }

    /// The entry beyond which nothing that `node` writes as data counts, if its root revoked it.
    #[must_use]
    pub fn revoked_at(&self, structure: &StructureId, node: &NodeId) -> Option<Tip> {
        self.root_state(structure)?.revoked.get(node).copied()
    }

    /// Reads a statement that holds.
    pub(super) fn read_root(&self, body: &[u8]) -> Option<RootStatement> {
        let statement = RootStatement::decode(body).ok()?;
        let log = self.root_logs.get(&statement.structure);
        // A signature over the same statement again is not looked at, nor kept.
        let known = log.is_some_and(|log| log.holds(&statement));
        (known || statement.verify(self.network).is_ok()).then_some(statement)
    }

    /// Keeps a statement that was verified; returns whether it is news.
    pub(super) fn hear_root(&mut self, statement: RootStatement) -> bool {
        let (network, structure) = (self.network, statement.structure);
        let id = statement.id(network);
        let carriers = self.root_carriers.entry(id).or_default();
        *carriers += 1;
        if *carriers > 1 {
            return false;
        }
        let log = self.root_logs.entry(structure);
        let log = log.or_insert_with(|| RootLog::new(network, structure));
        log.keep(id, statement);
        self.root_news.insert(structure);
        true
    }

    /// Forgets a statement once no entry carries it.
    pub(super) fn unhear_root(
        &mut self,
        structure: StructureId,
        previous: StatementId,
        id: &StatementId,
    ) {
        if let Some(carriers) = self.root_carriers.get_mut(id) {
            *carriers -= 1;
            if *carriers > 0 {
                return;
            }
        }
        self.root_carriers.remove(id);
        if let Some(log) = self.root_logs.get_mut(&structure) {
            log.forget(&previous, id);
            if log.is_empty() {
                self.root_logs.remove(&structure);
            }
        }
        self.root_news.insert(structure);
    }

    /// Recomputes what the statements of structures come to that said something new.
    pub(super) fn settle_roots(&mut self) {
        for structure in std::mem::take(&mut self.root_news) {
            let state = self.root_logs.get(&structure).map(|log| log.state(None));
            match state {
                Some(state) => self.root_states.insert(structure, state),
                None => self.root_states.remove(&structure),
            };
            // A rotation lets certificates in, and shuts others out.
            self.new_certificates = true;
            // A node that was let go may have one that stands in for it.
            self.choices.clear();
        }
    }

    /// The node that `version` names as the voting node of a member of the version before, if it may
    /// approve this very version for it: the structure's root let the voting node of before go, and
    /// vouches for this one.
    ///
    /// Both only ever add: neither a further statement nor a fork of the statements takes a vote
    /// back. Roots that the member had before the one that the version before names do not count,
    /// nor do statements that were made without that one.
    pub(super) fn stand_in<'v>(&self, member: &Member, version: &'v Version) -> Option<&'v NodeId> {
        let named = &version.member(&member.structure)?.voting_node;
        let old = &member.voting_node;
        let state = self.root_state(&member.structure)?;
        let certified =
            |it: &Certificate| it.structure == member.structure && it.root == member.root;
        let by_certificate = || {
            let known = self.certificates.get(named).into_iter().flatten();
            known.map(|(_, certificate)| certificate).any(certified)
        };
        let stands_in = named != old
            && state.let_go(&member.root, old)
            && (state.vouches(&member.root, named) || by_certificate());
        stands_in.then_some(named)
    }

    /// Whether a certificate is under a root key that speaks for its structure: `named` tells the
    /// root keys that versions in force name, and `on_roll` the structures.
    pub(super) fn stands_under_root(
        &self,
        certificate: &Certificate,
        named: impl Fn(&StructureId, &RootKey) -> bool,
        on_roll: impl Fn(&StructureId) -> bool,
    ) -> bool {
        let Certificate {
            structure,
            root,
            node,
            ..
        } = certificate;
        match self.root_state(structure) {
            Some(state) if state.was_rotated_away(root) => {
                on_roll(structure) && state.certified.contains_key(node)
            }
            Some(state) if state.root == Some(*root) => on_roll(structure),
            _ => named(structure, root),
        }
    }

    /// How an entry stands to the last that its structure's root lets count of its node.
    pub(super) fn within_revocation(
        &self,
        place: &Place,
        structure: &StructureId,
        journals: &impl Journals,
    ) -> Reach {
        match self.revoked_at(structure, &place.author) {
            None => Reach::Within,
            Some(last) => reach(place, std::iter::once(&last), journals),
        }
    }

    /// Gives a draft the root keys of the moment.
    pub(super) fn take_up_roots(&self, draft: &mut Version) {
        for index in 0..draft.members.len() {
            let Some(member) = draft.members.get(index) else {
                continue;
            };
            let stated = self.root_state(&member.structure).and_then(|it| it.root);
            // A root that stands twice would make no version: whoever copied one stays as it is.
            let taken = |root: &RootKey| draft.members.iter().any(|it| it.root == *root);
            let Some(root) = stated.filter(|root| !taken(root)) else {
                continue;
            };
            if let Some(member) = draft.members.get_mut(index) {
                member.root = root;
            }
        }
    }
}
