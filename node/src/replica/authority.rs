//! Who decides whether an entry counts: the charter, asked here by whoever applies and drafts.
//!
//! The replica tells what an entry does ([`Deed`]s) and follows the ruling. It depends on nothing
//! but the entry, what it follows and the charter, so every node comes to the same.

use std::fmt;

use sync_protocol::charter::{Act, Action, DeniedReason, Pending, Refused, Verdict};
use sync_protocol::entry::Entry;
use sync_protocol::id::{NodeId, StructureId, VersionId};

use crate::view::{Standing, UNKNOWN_AUTHOR};

/// One thing that an entry does to its record, as mandates look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// The record's collection.
    pub collection: String,
    /// What is done.
    pub what: What,
    /// All codes of the record's place.
    pub territory: Vec<String>,
    /// What the record is about.
    pub theme: Option<String>,
}

/// What is done to a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It is made.
    Create,
    /// It is edited.
    Edit {
        /// Whose it is.
        owner: StructureId,
    },
    /// It comes to another place or theme.
    Turn {
        /// Whose it is.
        owner: StructureId,
    },
    /// It is moved by those whom it binds: structures, as the records that stand for them.
    Move {
        /// Whom it binds.
        parties: Vec<String>,
    },
    /// Something is said of it that any member may say.
    Report,
}

impl Deed {
    /// The same, done to a record that is somebody else's.
    pub(crate) fn owned_by(&self, owner: StructureId) -> Self {
        let what = match &self.what {
            What::Edit { .. } => What::Edit { owner },
            What::Turn { .. } => What::Turn { owner },
            other @ (What::Create | What::Move { .. } | What::Report) => other.clone(),
        };
        Self {
            what,
            ..self.clone()
        }
    }

    /// Calls `decide` with the deed as the charter takes it; `party` tells the structure that a
    /// record stands for, `author` is who acts.
    pub fn as_action<T>(
        &self,
        author: &StructureId,
        party: impl Fn(&str) -> Option<StructureId>,
        decide: impl FnOnce(&Action<'_>) -> T,
    ) -> T {
        let territory: Vec<&str> = self.territory.iter().map(String::as_str).collect();
        let parties: Vec<StructureId> = match &self.what {
            What::Move { parties } => parties.iter().filter_map(|it| party(it)).collect(),
            What::Report => vec![*author],
            What::Create | What::Edit { .. } | What::Turn { .. } => Vec::new(),
        };
        let act = match &self.what {
            What::Create => Act::Create,
            What::Edit { owner } => Act::Edit { owner: *owner },
            What::Turn { owner } => Act::Turn { owner: *owner },
            What::Move { .. } | What::Report => Act::Move { parties: &parties },
        };
        decide(&Action {
            collection: &self.collection,
            act,
            territory: &territory,
            theme: self.theme.as_deref(),
        })
    }
}

/// Whether an entry counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// It does.
    Counts,
    /// That cannot be said yet, and for what it waits.
    Waits(&'static str),
    /// It does not, and why.
    Refused(&'static str),
}

impl From<&Verdict> for Ruling {
    fn from(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Accepted => Self::Counts,
            Verdict::Pending(pending) => Self::Waits(match pending {
                Pending::Structure => UNKNOWN_AUTHOR,
                Pending::Version => "unknown_version",
                Pending::NotInForce => "version_not_in_force",
                Pending::Admission => "not_admitted",
                Pending::Head(_) => "head_not_fixed",
                Pending::Journal(_) => "journal_below_head",
                Pending::Revocation => "journal_below_revocation",
                Pending::Suspended(_) => "author_suspended",
            }),
            Verdict::Refused(refused) => Self::Refused(match refused {
                Refused::Denied(_) => "not_granted",
                Refused::Gone(_) => "left_the_network",
                Refused::Revoked(_) => "node_revoked",
                Refused::BeyondHead(_) => "beyond_head",
            }),
        }
    }
}

/// A structure may not do something, and who may.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NotPermitted {
    /// What it may not do.
    pub deed: Deed,
    /// Why not.
    pub reason: DeniedReason,
    /// The names of the members that may.
    pub who_may: Vec<String>,
}

/// The most names that one message lists.
const LISTED_NAMES: usize = 8;

impl NotPermitted {
    /// The facts that its message names, collection and theme by their codes.
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let names: Vec<&str> = self.who_may.iter().map(String::as_str).collect();
        let listed = names.get(..LISTED_NAMES).unwrap_or(&names).join(", ");
        let names = if names.len() > LISTED_NAMES {
            format!("{listed}, …")
        } else {
            listed
        };
        let act = match self.deed.what {
            What::Create => "create",
            What::Edit { .. } | What::Turn { .. } | What::Report => "edit",
            What::Move { .. } => "move",
        };
        vec![
            ("collection", self.deed.collection.clone()),
            (
                "theme",
                self.deed.theme.clone().unwrap_or_else(|| "none".to_owned()),
            ),
            ("act", act.to_owned()),
            ("count", self.who_may.len().to_string()),
            ("names", names),
        ]
    }
}

/// What entries count, and who may write.
pub trait Authority: fmt::Debug + Send + Sync {
    /// The structure that a node belongs to.
    fn structure_of(&self, node: &NodeId) -> Option<StructureId>;

    /// Whether an entry that does this counts.
    fn rule(&self, entry: &Entry, deeds: &[Deed]) -> Ruling;

    /// Whether a structure may do this now.
    ///
    /// # Errors
    /// [`NotPermitted`], of the first of the deeds that it may not do.
    fn permit(&self, structure: &StructureId, deeds: &[Deed]) -> Result<(), Box<NotPermitted>>;

    /// What bears upon a node's entries now.
    fn standing(&self, node: &NodeId) -> Standing;

    /// Whether an entry that cites `cited` may not stand behind one that cites `before`.
    fn falls_back(&self, before: &VersionId, cited: &VersionId) -> bool;
}

/// Knows nobody, so that nothing counts yet: for a replica that is only read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Authority for Nobody {
    fn structure_of(&self, _: &NodeId) -> Option<StructureId> {
        None
    }

    fn rule(&self, _: &Entry, _: &[Deed]) -> Ruling {
        Ruling::Waits(UNKNOWN_AUTHOR)
    }

    fn permit(&self, _: &StructureId, deeds: &[Deed]) -> Result<(), Box<NotPermitted>> {
        match deeds.first() {
            None => Ok(()),
            Some(deed) => Err(Box::new(NotPermitted {
                deed: deed.clone(),
                reason: DeniedReason::NotAMember,
                who_may: Vec::new(),
            })),
        }
    }

    fn standing(&self, _: &NodeId) -> Standing {
        Standing {
            fingerprint: [0; 32],
            free_up_to: u64::MAX,
        }
    }

    fn falls_back(&self, _: &VersionId, _: &VersionId) -> bool {
        false
    }
}
