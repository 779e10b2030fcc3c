//! What the charter refuses or waits for, as errors and notices: why, and who may.
//!
//! Codes and facts only; the words are in `locales/*/charter.ftl`. Collections and themes are given
//! as the registry's codes, which whoever shows them turns into labels.

use sync_protocol::charter::{
    Act, Action, Denied, DeniedReason, MayNot, Pending, Refused, Subject, Unfit, Version,
};
use sync_protocol::id::{StructureId, VersionId};

use crate::api::{ApiError, Detail, ExitKind};
use crate::node::member::Member;

/// The most names that one message lists.
const LISTED_NAMES: usize = 8;
/// What messages take for the theme of a record that has none.
const NO_THEME: &str = "none";

/// A write of this node that its structure may not do, and who may.
#[allow(dead_code, reason = "asked before a write")]
pub(in crate::node) fn denied(member: &Member, denied: &Denied, action: &Action<'_>) -> ApiError {
    let names = names_of(member, &denied.who_may);
    let (collection, act) = (action.collection, act_of(action));
    let theme = action.theme.unwrap_or(NO_THEME);
    let count = denied.who_may.len();
    match denied.reason {
        DeniedReason::NotAMember => not_a_member(),
        DeniedReason::NoMandate => {
            let text = format!("your structure has no mandate for this: {act} in {collection}");
            ApiError::new("no_mandate", ExitKind::Refused, text)
                .with("collection", collection)
                .with("theme", theme)
                .with("act", act)
                .with("count", count)
                .with("names", names)
        }
        DeniedReason::NotAParty => {
            let text = "your structure is not one of those that this record binds";
            ApiError::new("not_a_party", ExitKind::Refused, text)
                .with("collection", collection)
                .with("count", count)
                .with("names", names)
        }
    }
}

/// The structure is no member of the network, or not yet.
pub(in crate::node) fn not_a_member() -> ApiError {
    let text = "your structure is not a member of the network";
    ApiError::new("not_a_member", ExitKind::Refused, text)
}

/// An entry of another node that does not count, as it is shown among those that were refused.
#[allow(dead_code, reason = "asked where verdicts are shown")]
pub(in crate::node) fn refused(
    member: &Member,
    refused: &Refused,
    by: &StructureId,
    action: &Action<'_>,
) -> Detail {
    let name = member.name_of(by);
    let error = match refused {
        Refused::Denied(denied) => match denied.reason {
            DeniedReason::NotAMember => {
                let text = format!("{name} is not a member of the network");
                ApiError::new("entry_not_a_member", ExitKind::Refused, text).with("name", name)
            }
            DeniedReason::NoMandate => {
                let text = format!("{name} has no mandate for this");
                ApiError::new("entry_no_mandate", ExitKind::Refused, text)
                    .with("name", name)
                    .with("collection", action.collection)
                    .with("theme", action.theme.unwrap_or(NO_THEME))
                    .with("act", act_of(action))
            }
            DeniedReason::NotAParty => {
                let text = format!("{name} is not one of those that the record binds");
                ApiError::new("entry_not_a_party", ExitKind::Refused, text).with("name", name)
            }
        },
        Refused::Gone(version) => {
            let text = format!("{name} or its node had left when this was written");
            ApiError::new("entry_gone", ExitKind::Refused, text)
                .with("name", name)
                .with("number", number_of(member, version))
        }
        Refused::BeyondHead(version) => {
            let text = format!("it came after what the charter still counts of {name}");
            ApiError::new("entry_beyond_head", ExitKind::Refused, text)
                .with("name", name)
                .with("number", number_of(member, version))
        }
    };
    detail(error)
}

/// What an entry waits for.
#[allow(dead_code, reason = "asked where verdicts are shown")]
pub(in crate::node) fn waits(member: &Member, pending: &Pending) -> Detail {
    let text = pending.to_string();
    let exit = ExitKind::Refused;
    let error = match pending {
        Pending::Structure => ApiError::new("waits_for_structure", exit, text),
        Pending::Version => ApiError::new("waits_for_version", exit, text),
        Pending::NotInForce => ApiError::new("waits_for_force", exit, text),
        Pending::Admission => ApiError::new("waits_for_admission", exit, text),
        Pending::Head(version) => {
            ApiError::new("waits_for_head", exit, text).with("number", number_of(member, version))
        }
        Pending::Journal(version) => ApiError::new("waits_for_journal", exit, text)
            .with("number", number_of(member, version)),
        Pending::Suspended(subject) => ApiError::new("waits_for_suspension", exit, text)
            .with("name", subject_name(member, subject)),
    };
    detail(error)
}

/// Why this node's structure may not approve or propose a version.
pub(in crate::node) fn may_not(member: &Member, why: MayNot) -> ApiError {
    match why {
        MayNot::Unknown => {
            let text = "no such version is known";
            ApiError::new("unknown_proposal", ExitKind::NotFound, text).with("version", "")
        }
        MayNot::Stale => {
            let number = member.charter().current().1.number;
            let text = "this version does not stand above the one in force";
            ApiError::new("stale_version", ExitKind::Refused, text).with("number", number)
        }
        MayNot::Unfit(why) => unfit(member, why),
        MayNot::NoVote => no_vote(member),
        MayNot::Dormant => {
            let text = "your structure does not vote: the charter calls it dormant";
            ApiError::new("structure_dormant", ExitKind::Refused, text)
        }
        MayNot::Rival(rival) => {
            let text = "your structure approved another proposal of the same place; a vote for \
                        both would split the network";
            ApiError::new("rival_approved", ExitKind::Refused, text).with("version", rival.short())
        }
        MayNot::OtherRound { open } => {
            let text = "votes are cast in another round now: propose it again";
            ApiError::new("round_over", ExitKind::Refused, text).with("round", open + 1)
        }
        MayNot::Undecided(subject) => {
            let name = subject_name(member, &subject);
            let text = format!("{name} is suspended, and this version leaves that undecided");
            ApiError::new("suspension_undecided", ExitKind::Refused, text).with("name", name)
        }
    }
}

/// Why this node takes no part in the network; `None` if it does.
pub(in crate::node) fn outside(member: &Member) -> Option<ApiError> {
    let charter = member.charter();
    let (_, current) = charter.current();
    if current.member(&member.structure).is_some() {
        return current.closes(&member.me).then(|| {
            let text = "the charter closed this node: what it writes counts no more";
            ApiError::new("node_closed", ExitKind::Refused, text).with("number", current.number)
        });
    }
    let is_on = |version: &Version| version.member(&member.structure).is_some();
    let mut later = charter
        .effective()
        .skip_while(|(_, version)| !is_on(version));
    // Of several departures, the last one.
    let left = later.by_ref().fold(None, |left, (_, version)| {
        if is_on(version) {
            None
        } else {
            left.or(Some(version.number))
        }
    });
    Some(match left {
        Some(number) => {
            let text = "your structure has left the network";
            ApiError::new("no_longer_member", ExitKind::Refused, text).with("number", number)
        }
        None => {
            let text = "the members have not approved your structure yet; your work is safe here \
                        and goes out once they have";
            ApiError::new("not_admitted_yet", ExitKind::Refused, text)
        }
    })
}

/// Why no one votes at this node.
pub(in crate::node) fn no_vote(member: &Member) -> ApiError {
    let charter = member.charter();
    match charter.member(&member.structure) {
        Some(own) => {
            let text = "another node votes for your structure";
            ApiError::new("not_voting_node", ExitKind::Refused, text)
                .with("node", own.voting_node.short())
        }
        None => not_a_member(),
    }
}

/// Why a version cannot follow the one in force, whoever approves.
pub(in crate::node) fn unfit(member: &Member, why: Unfit) -> ApiError {
    let charter = member.charter();
    let (_, current) = charter.current();
    match why {
        Unfit::Number => {
            let text = "its number does not follow the version in force";
            ApiError::new("stale_version", ExitKind::Refused, text).with("number", current.number)
        }
        Unfit::MinimumProtocol => {
            let text = "the least protocol version of a network never falls";
            ApiError::new("protocol_falls", ExitKind::Refused, text)
                .with("version", current.minimum_protocol)
        }
        Unfit::TermsMissing => {
            let text = "it drops what the charter declares";
            ApiError::new("terms_missing", ExitKind::Refused, text)
        }
        Unfit::NoSuccessor(structure) => {
            let named = current.member(&structure).map(|it| it.name.clone());
            let name = named.unwrap_or_else(|| structure.short());
            let text = format!("nobody is named to take over what {name} owns");
            ApiError::new("no_successor", ExitKind::Refused, text).with("name", name)
        }
        Unfit::Proposer => {
            let text = "what takes something from somebody is proposed by a member's voting node";
            ApiError::new("proposer_has_no_vote", ExitKind::Refused, text)
        }
    }
}

/// What people call whom a suspension concerns.
pub(in crate::node) fn subject_name(member: &Member, subject: &Subject) -> String {
    match subject {
        Subject::Structure(structure) => member.name_of(structure),
        Subject::Node(node) => match member.structure_of(node) {
            Some(structure) => format!("{} ({})", member.name_of(&structure), node.short()),
            None => node.short(),
        },
    }
}

/// Names of structures, as many as a message bears.
pub(in crate::node) fn names_of(member: &Member, structures: &[StructureId]) -> String {
    let named = structures.iter().take(LISTED_NAMES);
    let mut names: Vec<String> = named.map(|it| member.name_of(it)).collect();
    if structures.len() > LISTED_NAMES {
        names.push("…".into());
    }
    names.join(", ")
}

fn number_of(member: &Member, version: &VersionId) -> String {
    let known = member.charter().version(version).map(|it| it.number);
    known.map_or_else(|| version.short(), |number| number.to_string())
}

const fn act_of(action: &Action<'_>) -> &'static str {
    match action.act {
        Act::Create => "create",
        Act::Edit { .. } => "edit",
        Act::Move { .. } => "move",
    }
}

/// An error as one line among others.
pub(in crate::node) fn detail(error: ApiError) -> Detail {
    let ApiError {
        code,
        args,
        message,
        ..
    } = error;
    Detail {
        code,
        args,
        message,
        ..Detail::default()
    }
}
