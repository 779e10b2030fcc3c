//! What the charter refuses or waits for, as errors and notices: why, and who may.
//!
//! Codes and facts only; the words are in `locales/*/charter.ftl`. Collections and themes are given
//! as the registry's codes, which whoever shows them turns into labels.

use sync_protocol::charter::{MayNot, Subject, Unfit, Version};

use crate::api::{ApiError, Detail, ExitKind};
use crate::node::member::Member;

/// The structure is no member of the network, or not yet.
pub(in crate::node) fn not_a_member() -> ApiError {
    let text = "your structure is not a member of the network";
    ApiError::new("not_a_member", ExitKind::Refused, text)
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
