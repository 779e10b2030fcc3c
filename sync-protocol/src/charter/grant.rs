//! The one function that says whether a version lets a structure act, asked at write and at merge.
//!
//! It looks at the act itself and not at what comes of it: a write that loses against another may
//! surface later. Who edits a record's theme or territory asks twice: to edit what it was, and to turn
//! it into what it becomes. Spec: docs/protocol.md, section 7.

use crate::id::StructureId;

use super::mandate::{Holder, InForce, Right, in_force};
use super::version::{Member, Version};

/// What a structure does, as far as mandates look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action<'a> {
    /// The collection of the record.
    pub collection: &'a str,
    /// What is done to it.
    pub act: Act<'a>,
    /// All codes of the record's place: its commune, its community of communes, …
    pub territory: &'a [&'a str],
    /// The record's theme, as a code of the registry.
    pub theme: Option<&'a str>,
}

/// What is done to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act<'a> {
    /// It is made.
    Create,
    /// It is edited, its owner being this structure.
    Edit {
        /// Whose it is.
        owner: StructureId,
    },
    /// It is edited so that it comes to this place or theme: for its owner as good as making it,
    /// since a mandate to make one kind would else serve to make any.
    Turn {
        /// Whose it is.
        owner: StructureId,
    },
    /// It is moved from state to state by the structures that it binds, and by no one else,
    /// whatever mandates say: a referral between two.
    Move {
        /// Whom it binds.
        parties: &'a [StructureId],
    },
}

/// A structure may not act so, and who may.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Denied {
    /// Why not.
    pub reason: DeniedReason,
    /// The members that may, in the order of the roll.
    pub who_may: Vec<StructureId>,
}

/// Why a structure may not act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeniedReason {
    /// It is not on the roll.
    #[error("not a member of the network")]
    NotAMember,
    /// No mandate of its own reaches this record.
    #[error("no mandate for this")]
    NoMandate,
    /// It is not one of those whom the record binds.
    #[error("not a party of this record")]
    NotAParty,
}

/// Whether `version` lets `structure` act so.
///
/// A network of one structure grants it everything.
///
/// # Errors
/// [`Denied`], with the members that may.
pub fn grants(
    version: &Version,
    structure: &StructureId,
    action: &Action<'_>,
) -> Result<(), Denied> {
    let member = version.member(structure);
    if let Some(member) = member
        && (version.members.len() == 1 || may(version, member, action))
    {
        return Ok(());
    }
    let reason = match action.act {
        _ if member.is_none() => DeniedReason::NotAMember,
        Act::Move { .. } => DeniedReason::NotAParty,
        Act::Create | Act::Edit { .. } | Act::Turn { .. } => DeniedReason::NoMandate,
    };
    let able = |member: &&Member| may(version, member, action);
    let who_may = version.members.iter().filter(able);
    Err(Denied {
        reason,
        who_may: who_may.map(|member| member.structure).collect(),
    })
}

/// Whether `holder` means this member of `version`.
pub(super) fn is_held(version: &Version, holder: &Holder, member: &Member) -> bool {
    match holder {
        Holder::Everyone => true,
        Holder::Coordinator => version.coordinator() == Some(member.structure),
        Holder::Kind(kind) => member.kind == *kind,
        Holder::Structure(structure) => member.structure == *structure,
    }
}

fn may(version: &Version, member: &Member, action: &Action<'_>) -> bool {
    let has = |right| match in_force(version, action.collection, right) {
        InForce::Open => true,
        InForce::Mandates(mandates) => mandates.iter().any(|mandate| {
            is_held(version, &mandate.holder, member)
                && mandate.reaches(action.territory, action.theme)
        }),
    };
    // Who stands in for a structure that left owns what it made.
    let owns = |owner| version.successor_of(owner) == member.structure;
    match action.act {
        Act::Create => has(Right::Create),
        Act::Edit { owner } => (owns(owner) && has(Right::EditOwn)) || has(Right::EditAny),
        Act::Turn { owner } => {
            (owns(owner) && has(Right::EditOwn) && has(Right::Create)) || has(Right::EditAny)
        }
        Act::Move { parties } => parties.contains(&member.structure),
    }
}
