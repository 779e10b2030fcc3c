//! Entries into what the charter keeps of them, and out again where they lie behind the quota of
//! their author ([`super::ledger`]).
//!
//! What follows from all that is kept is [`super::chain`]'s.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::{Entry, Kind};
use crate::id::{EntryId, NodeId, VersionId};
use crate::seal::root::RootStatement;

use super::approval::{Approval, Certified};
use super::heads::MAX_LISTS;
use super::ledger::{Entered, Key, Said, Signature};
use super::ratification::Ratify;
use super::succession::Step;
use super::suspension::{MAX_STATEMENTS, Suspend};
use super::version::Version;
use super::{Certificate, Charter};

/// What an entry says that is what its kind promises.
enum Heard {
    Certificate(Box<Certificate>),
    Version(Box<Version>),
    Approval(Approval),
    List(Certified),
    Suspension(Suspend),
    Signature(Box<Ratify>),
    Root(Box<RootStatement>),
}

impl Charter {
    /// Keeps what an entry says; returns whether it is news.
    pub(super) fn note(&mut self, entry: &Entry) -> bool {
        let header = &entry.header;
        let (author, kind, key) = (header.author, header.kind, (header.seq, entry.id));
        let Some(body) = entry.body.as_deref() else {
            return false;
        };
        // Asked first, so that what nobody looks at costs no signature.
        if !self.ledger.has_room(author, kind, key) {
            return false;
        }
        let Some(heard) = self.read(entry, body) else {
            return false;
        };
        let said = self.said(&heard);
        let Entered { kept, dropped } = self.ledger.enter(author, kind, (key, body.len()), said);
        let news = kept && self.take(author, key, heard);
        for (key, said) in &dropped {
            self.take_back(author, kind, key, said);
        }
        news || !dropped.is_empty()
    }

    /// Takes entries into account that a peer showed without their journals: of proposals and
    /// approvals those that raise the version in force, and nothing else. Returns which.
    ///
    /// They are kept beside the quotas of their authors, so nobody can make room for what he shows,
    /// or take it from what others hold, by showing more.
    pub fn believe<'e>(
        &mut self,
        entries: impl IntoIterator<Item = &'e Entry>,
    ) -> BTreeSet<EntryId> {
        let before = (self.current().0, self.rivals);
        let mut taken = Vec::new();
        for entry in entries {
            let header = &entry.header;
            let (author, kind, key) = (header.author, header.kind, (header.seq, entry.id));
            let votes = kind == Kind::PROPOSE || kind == Kind::APPROVE;
            if !votes || self.ledger.holds(author, kind, &key) {
                continue;
            }
            let heard = entry.body.as_deref().and_then(|it| self.read(entry, it));
            let Some(heard) = heard else { continue };
            let said = self.said(&heard);
            if self.is_known(author, &said) {
                continue;
            }
            self.ledger.show(author, entry.id, said.clone());
            self.take(author, key, heard);
            taken.push((author, kind, key, said));
        }
        if taken.is_empty() {
            return BTreeSet::new();
        }
        self.evaluate();
        let rose = (self.current().0, self.rivals) != before;
        let counts = |(author, _, _, said): &(NodeId, Kind, Key, Said)| match said {
            Said::Version(id) => self.is_decided(id),
            Said::Approval(id) => self.is_decided(id) && self.votes_for(author, id).is_some(),
            Said::Certificate(_)
            | Said::List(_)
            | Said::Suspension(..)
            | Said::Signature(_)
            | Said::Root(..) => false,
        };
        let (counted, vain): (Vec<_>, Vec<_>) = if rose {
            taken.into_iter().partition(counts)
        } else {
            (Vec::new(), taken)
        };
        for (author, kind, key, said) in &vain {
            self.ledger.forget_shown(&key.1);
            self.take_back(*author, *kind, key, said);
        }
        if !vain.is_empty() {
            self.evaluate();
        }
        counted.into_iter().map(|(_, _, key, _)| key.1).collect()
    }

    /// Whether a version, or somebody's approval of it, is known: one of each is enough.
    fn is_known(&self, author: NodeId, said: &Said) -> bool {
        match said {
            Said::Version(id) => self.versions.contains_key(id),
            Said::Approval(id) => {
                let votes = self.approvals.get(id);
                votes.is_some_and(|votes| votes.contains_key(&author))
            }
            Said::Certificate(_)
            | Said::List(_)
            | Said::Suspension(..)
            | Said::Signature(_)
            | Said::Root(..) => true,
        }
    }

    /// Whether a version is in force, was, or is one of two that stand at one height.
    pub(crate) fn is_decided(&self, id: &VersionId) -> bool {
        let rivals = self
            .rivals
            .is_some_and(|(one, other)| [one, other].contains(id));
        rivals || self.is_effective(id)
    }

    fn read(&self, entry: &Entry, body: &[u8]) -> Option<Heard> {
        let author = entry.header.author;
        Some(match entry.header.kind {
            // A later one would count or not as it happened to be shown first.
            Kind::CERTIFICATE if entry.header.seq == 1 => {
                let certificate = Certificate::decode(author, body).ok()?;
                certificate.verify(self.network).ok()?;
                Heard::Certificate(Box::new(certificate))
            }
            Kind::PROPOSE => Heard::Version(Box::new(Version::decode(body).ok()?)),
            Kind::APPROVE => Heard::Approval(Approval::decode(body).ok()?),
            Kind::CERTIFY => Heard::List(Certified::decode(body).ok()?),
            Kind::SUSPEND => Heard::Suspension(Suspend::decode(body).ok()?),
            Kind::ROOT => Heard::Root(Box::new(self.read_root(body)?)),
            Kind::RATIFY => {
                let ratify = Ratify::decode(body).ok()?;
                let holds = ratify.holds(self.network);
                Heard::Signature(Box::new(Some(ratify).filter(|_| holds)?))
            }
            _ => return None,
        })
    }

    fn said(&self, heard: &Heard) -> Said {
        match heard {
            Heard::Certificate(it) => Said::Certificate(it.encode().into()),
            Heard::Version(it) => Said::Version(it.id()),
            Heard::Approval(it) => Said::Approval(it.version),
            Heard::List(it) => Said::List(it.version),
            Heard::Suspension(it) => Said::Suspension(it.version, it.subject),
            Heard::Signature(it) => Said::Signature(Box::new(Signature {
                record: it.record,
                content: it.content,
                version: it.version,
                person: it.person,
            })),
            Heard::Root(it) => Said::Root(it.structure, it.previous, it.id(self.network)),
        }
    }

    /// Takes something into account; returns whether it is news.
    fn take(&mut self, author: NodeId, key: Key, heard: Heard) -> bool {
        match heard {
            Heard::Certificate(certificate) => self.admit(*certificate),
            Heard::Version(version) => self.learn(*version),
            Heard::Approval(approval) => {
                let tips = approval.tips.into_iter().collect();
                let votes = self.approvals.entry(approval.version).or_default();
                let own = votes.entry(author).or_default();
                let new = own.insert(key.1, tips).is_none();
                if new {
                    self.choose_again(&approval.version);
                }
                new
            }
            Heard::List(certified) => {
                let lists = self.certified.entry(certified.version).or_default();
                let place = (author, key.0, key.1);
                lists.insert(place, certified.approvals.into_iter().collect());
                // Lists behind the first few of an author are never looked at.
                let own = (author, 0, EntryId::ZERO)..=(author, u64::MAX, EntryId([0xFF; 32]));
                let behind = lists.range(own).nth(MAX_LISTS).map(|(place, _)| *place);
                behind.is_none_or(|behind| lists.remove(&behind).is_some() && behind != place)
            }
            Heard::Suspension(suspend) => {
                let subjects = self.suspends.entry(suspend.version).or_default();
                let authors = subjects.entry(suspend.subject).or_default();
                let statements = authors.entry(author).or_default();
                statements.insert(key, suspend.tips.into_iter().collect());
                // Nor are statements behind the first few.
                let behind = statements.keys().nth(MAX_STATEMENTS).copied();
                behind.is_none_or(|behind| statements.remove(&behind).is_some() && behind != key)
            }
            Heard::Signature(ratify) => {
                let contents = self.ratifications.entry(ratify.record).or_default();
                let versions = contents.entry(ratify.content).or_default();
                let persons = versions.entry(ratify.version).or_default();
                let carried = persons.entry(ratify.person).or_default();
                *carried += 1;
                *carried == 1
            }
            Heard::Root(statement) => self.hear_root(*statement),
        }
    }

    /// Takes back what lies behind the quota now, or was shown in vain.
    fn take_back(&mut self, author: NodeId, kind: Kind, key: &Key, said: &Said) {
        match said {
            Said::Certificate(bytes) => {
                if !self.ledger.says(author, kind, said) {
                    within(&mut self.certificates, &author, |branches| {
                        branches.remove(bytes.as_ref());
                    });
                    self.new_certificates = true;
                    self.choices.clear();
                }
            }
            Said::Version(id) => self.unlearn(id),
            Said::Approval(id) => {
                if !self.ledger.holds(author, kind, key) {
                    within(&mut self.approvals, id, |votes| {
                        within(votes, &author, |own| drop(own.remove(&key.1)));
                    });
                    self.choose_again(id);
                }
            }
            Said::List(id) => within(&mut self.certified, id, |lists| {
                lists.remove(&(author, key.0, key.1));
            }),
            Said::Suspension(id, subject) => within(&mut self.suspends, id, |subjects| {
                within(subjects, subject, |authors| {
                    within(authors, &author, |statements| drop(statements.remove(key)));
                });
            }),
            Said::Signature(it) => within(&mut self.ratifications, &it.record, |contents| {
                within(contents, &it.content, |versions| {
                    within(versions, &it.version, |persons| {
                        if let Some(carried) = persons.get_mut(&it.person) {
                            *carried -= 1;
                        }
                        persons.retain(|_, carried| *carried > 0);
                    });
                });
            }),
            Said::Root(structure, previous, id) => self.unhear_root(*structure, *previous, id),
        }
    }

    /// Keeps a version, and what it changes.
    pub(super) fn learn(&mut self, version: Version) -> bool {
        let id = version.id();
        let proposed = self.proposed.entry(id).or_default();
        *proposed += 1;
        if *proposed > 1 {
            return false;
        }
        if let Some(before) = self.versions.get(&version.previous) {
            self.steps.insert(id, Step::new(before, &version));
        }
        for above in self.above.get(&id).into_iter().flatten() {
            if let Some(next) = self.versions.get(above) {
                self.steps.insert(*above, Step::new(&version, next));
            }
        }
        self.choices.remove(&version.previous);
        self.above.entry(version.previous).or_default().insert(id);
        self.versions.insert(id, version);
        true
    }

    /// Forgets a version once nobody proposes it.
    fn unlearn(&mut self, id: &VersionId) {
        if let Some(proposed) = self.proposed.get_mut(id) {
            *proposed -= 1;
            if *proposed > 0 {
                return;
            }
        }
        self.proposed.remove(id);
        let Some(version) = self.versions.remove(id) else {
            return;
        };
        self.steps.remove(id);
        for above in self.above.get(id).into_iter().flatten() {
            self.steps.remove(above);
        }
        if let Some(beside) = self.above.get_mut(&version.previous) {
            beside.remove(id);
            if beside.is_empty() {
                self.above.remove(&version.previous);
            }
        }
        self.choices.remove(&version.previous);
        self.choices.remove(id);
    }

    /// Keeps a certificate that was verified.
    fn admit(&mut self, certificate: Certificate) -> bool {
        let branches = self.certificates.entry(certificate.node).or_default();
        let new = branches.insert(certificate.encode(), certificate).is_none();
        if new {
            self.new_certificates = true;
            // A node that stands in for a voting node is one by its certificate.
            self.choices.clear();
        }
        new
    }

    /// What stands above the version before `id` has to be chosen again.
    fn choose_again(&mut self, id: &VersionId) {
        if let Some(version) = self.versions.get(id) {
            self.choices.remove(&version.previous);
        }
    }
}

/// Changes what stands under a key, which goes when nothing is left.
fn within<K: Ord, L: Ord, V>(
    map: &mut BTreeMap<K, BTreeMap<L, V>>,
    key: &K,
    change: impl FnOnce(&mut BTreeMap<L, V>),
) {
    if let Some(inner) = map.get_mut(key) {
        change(inner);
        if inner.is_empty() {
            map.remove(key);
        }
    }
}
