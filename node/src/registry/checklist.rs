//! Everything that people who settle ask for, and where the registry has answers: services, and
//! opportunities of some kinds.

use super::referral::Status;
use super::value::{Fields, Value};

/// One point of the checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// The theme of the need.
    pub theme: &'static str,
    /// The theme of the local services that answer it.
    pub services: Option<&'static str>,
    /// The kinds of the opportunities that answer it.
    pub opportunities: &'static [&'static str],
}

const fn point(
    theme: &'static str,
    services: Option<&'static str>,
    opportunities: &'static [&'static str],
) -> Point {
    Point {
        theme,
        services,
        opportunities,
    }
}

/// The checklist, in the order in which people ask.
pub const CHECKLIST: [Point; 10] = [
    point("premises", None, &["premises"]),
    point("housing", None, &["housing"]),
    point("education", Some("education"), &[]),
    point("childcare", Some("childcare"), &[]),
    point("health", Some("health"), &[]),
    point("telecom", Some("telecom"), &[]),
    point("transport", Some("transport"), &[]),
    point("spouse_job", Some("spouse_employment"), &["job"]),
    point("shops", Some("shops"), &[]),
    point("culture_sport", Some("culture_sport"), &[]),
];

/// How far from where a project is to settle an answer is near, in kilometres.
pub const NEAR_KM: f64 = 20.0;

/// Where a need stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeedState {
    /// Nobody knows yet.
    Open,
    /// A referral was of help, or an answer was found.
    Covered,
    /// It was looked for, and there is none.
    Unmet,
}

impl NeedState {
    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Covered => "covered",
            Self::Unmet => "unmet",
        }
    }

    /// Where a need stands, given the states of its project's referrals of the same theme.
    ///
    /// Help counts whatever else failed. A referral that still runs keeps the need open, unless somebody
    /// noted that there is no answer. Refused, or without help to be had, it is unmet; a referral that
    /// was taken back, or whose holder gave up, says nothing of what there is.
    #[must_use]
    pub fn of(need: &Fields, referrals: &[Status]) -> Self {
        let answer = match need.get("answer") {
            Some(Value::Text(code)) => code.as_str(),
            _ => "",
        };
        let any = |wanted: &dyn Fn(Status) -> bool| referrals.iter().copied().any(wanted);
        if answer == "found" || any(&|it| it == Status::Done) {
            Self::Covered
        } else if answer == "none_found" {
            Self::Unmet
        } else if any(&Status::is_open) {
            Self::Open
        } else if any(&|it| matches!(it, Status::Declined | Status::DoneNoHelp)) {
            Self::Unmet
        } else {
            Self::Open
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::field::FieldKind;
    use crate::registry::find_collection;

    #[test]
    fn every_point_names_what_is_declared() {
        let codes = |collection: &str, field: &str| {
            let declared = find_collection(collection).unwrap().field(field).unwrap();
            match declared.kind {
                FieldKind::Enum(codes) => codes,
                other => panic!("{other:?}"),
            }
        };
        for point in CHECKLIST {
            assert!(codes("need", "theme").contains(&point.theme), "{point:?}");
            if let Some(theme) = point.services {
                assert!(
                    codes("local_service", "theme").contains(&theme),
                    "{point:?}"
                );
            }
            for kind in point.opportunities {
                assert!(codes("opportunity", "kind").contains(kind), "{point:?}");
            }
            let answers = point.services.is_some() || !point.opportunities.is_empty();
            assert!(answers, "{point:?}");
        }
    }

    #[test]
    fn a_need_stands_as_its_answer_and_its_referrals_say() {
        use Status::{Accepted, Declined, Done, DoneNoHelp, HolderWithdrew, Rerouted, Withdrawn};
        let state = |answer: Option<&str>, referrals: &[Status]| {
            let answer = answer.map(|code| ("answer".to_owned(), Value::Text(code.to_owned())));
            NeedState::of(&answer.into_iter().collect(), referrals)
        };
        assert_eq!(state(None, &[]), NeedState::Open);
        assert_eq!(state(None, &[Declined, Accepted]), NeedState::Open);
        assert_eq!(state(None, &[Declined, Done]), NeedState::Covered);
        assert_eq!(state(None, &[Declined]), NeedState::Unmet);
        assert_eq!(state(None, &[DoneNoHelp, Withdrawn]), NeedState::Unmet);
        assert_eq!(state(None, &[HolderWithdrew, Rerouted]), NeedState::Open);
        assert_eq!(state(Some("found"), &[Declined]), NeedState::Covered);
        assert_eq!(state(Some("none_found"), &[Accepted]), NeedState::Unmet);
        assert_eq!(state(Some("none_found"), &[Done]), NeedState::Covered);
    }
}
