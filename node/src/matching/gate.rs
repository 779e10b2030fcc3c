//! Which kinds of opportunity come into question for a project, and which projects for a kind.
//!
//! By the project's type, and by the needs it states: who looks for housing is shown housing.

/// The needs that an opportunity may cover: theme, kinds.
const BY_NEED: [(&str, &[&str]); 6] = [
    ("premises", &["premises"]),
    ("land", &["land"]),
    ("farmland", &["farmland"]),
    ("housing", &["housing"]),
    ("spouse_job", &["job"]),
    ("takeover_search", &["business_takeover", "farm_takeover"]),
];

/// What each type of project looks for: type, kinds.
const BY_TYPE: [(&str, &[&str]); 5] = [
    ("creation", &["premises", "activity_wanted"]),
    ("takeover", &["business_takeover"]),
    ("farm_setup", &["farm_takeover", "farmland"]),
    ("development", &["premises", "land"]),
    ("relocation", &["premises", "land"]),
];

/// The sector whose takeovers are farms.
const FARMING: &str = "farming";

/// The stages of projects that look for nothing any more.
pub const CLOSED_STAGES: [&str; 2] = ["running", "abandoned"];

/// Services that a household looks for where nothing is said, since it moves here.
pub const USUAL_SERVICES: [&str; 5] = ["education", "childcare", "health", "shops", "transport"];

/// The needs that a service nearby covers, with the theme of the service.
const SERVICES: [(&str, &str); 7] = [
    ("education", "education"),
    ("childcare", "childcare"),
    ("health", "health"),
    ("transport", "transport"),
    ("telecom", "telecom"),
    ("culture_sport", "culture_sport"),
    ("spouse_job", "spouse_employment"),
];

/// Whether a project is about a farm: by its sector, or by its activity (divisions 01 to 03).
#[must_use]
pub fn is_farming(sector: Option<&str>, naf: Option<&str>) -> bool {
    let division = naf.and_then(|code| code.get(..2));
    sector == Some(FARMING) || matches!(division, Some("01" | "02" | "03"))
}

/// The kinds of opportunity for a project of this type with these needs, without repetition.
#[must_use]
pub fn kinds(project_type: &str, farming: bool, needs: &[&str]) -> Vec<&'static str> {
    let of = |table: &[(&str, &'static [&'static str])], name: &str| -> &'static [&'static str] {
        let found = table.iter().find(|(other, _)| *other == name);
        found.map_or(&[], |(_, kinds)| *kinds)
    };
    let mut kinds: Vec<&'static str> = of(&BY_TYPE, project_type).to_vec();
    if farming && project_type == "takeover" {
        kinds = vec!["farm_takeover"];
    }
    for need in needs {
        kinds.extend(of(&BY_NEED, need));
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// The types of project for which a kind of opportunity may come into question.
#[must_use]
pub fn types_for(kind: &str) -> Vec<&'static str> {
    let farms = kind == "farm_takeover";
    let fits = |name: &str, kinds: &[&str]| kinds.contains(&kind) || (farms && name == "takeover");
    let fitting = BY_TYPE.iter().filter(|(name, kinds)| fits(name, kinds));
    fitting.map(|(name, _)| *name).collect()
}

/// The needs that a kind of opportunity may cover.
#[must_use]
pub fn needs_for(kind: &str) -> Vec<&'static str> {
    let fitting = BY_NEED.iter().filter(|(_, kinds)| kinds.contains(&kind));
    fitting.map(|(need, _)| *need).collect()
}

/// The themes of services that a household looks for: what its needs say, else the usual ones if
/// it is known to move.
#[must_use]
pub fn services(needs: &[&str], moves: bool) -> Vec<&'static str> {
    let wanted = SERVICES.iter().filter(|(need, _)| needs.contains(need));
    let wanted: Vec<&'static str> = wanted.map(|(_, theme)| *theme).collect();
    if wanted.is_empty() && moves {
        return USUAL_SERVICES.to_vec();
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::collections::{local_service, opportunity, project};
    use crate::registry::vocabulary::{NEED_THEMES, PROJECT_STAGES};

    #[test]
    fn every_code_is_one_of_the_registry() {
        let types = project::PROJECT.field("type").unwrap().kind.codes();
        for (name, kinds) in BY_TYPE {
            assert!(types.contains(&name), "{name}");
            assert!(kinds.iter().all(|kind| opportunity::KINDS.contains(kind)));
        }
        assert_eq!(BY_TYPE.len(), types.len());
        for (need, kinds) in BY_NEED {
            assert!(NEED_THEMES.contains(&need), "{need}");
            assert!(kinds.iter().all(|kind| opportunity::KINDS.contains(kind)));
        }
        for (need, theme) in SERVICES {
            assert!(NEED_THEMES.contains(&need), "{need}");
            assert!(local_service::THEMES.contains(&theme), "{theme}");
        }
        assert!(
            USUAL_SERVICES
                .iter()
                .all(|it| local_service::THEMES.contains(it))
        );
        assert!(CLOSED_STAGES.iter().all(|it| PROJECT_STAGES.contains(it)));
    }

    #[test]
    fn a_kind_leads_to_the_projects_that_lead_to_it() {
        for (name, _) in BY_TYPE {
            for farming in [false, true] {
                for kind in kinds(name, farming, &[]) {
                    assert!(types_for(kind).contains(&name), "{kind} {name}");
                }
            }
        }
        for (need, _) in BY_NEED {
            for kind in kinds("", false, &[need]) {
                assert!(needs_for(kind).contains(&need), "{kind} {need}");
            }
        }
        // Every kind is for somebody.
        for kind in opportunity::KINDS {
            assert!(
                !types_for(kind).is_empty() || !needs_for(kind).is_empty(),
                "{kind}"
            );
        }
    }

    #[test]
    fn types_and_needs_say_what_is_looked_for() {
        assert_eq!(kinds("takeover", false, &[]), ["business_takeover"]);
        assert_eq!(kinds("takeover", true, &[]), ["farm_takeover"]);
        assert_eq!(
            kinds("creation", false, &["housing", "premises"]),
            ["activity_wanted", "housing", "premises"]
        );
        assert!(is_farming(None, Some("01.45Z")) && is_farming(Some("farming"), None));
        assert!(!is_farming(Some("craft"), Some("10.71C")) && !is_farming(None, None));
    }

    #[test]
    fn a_household_looks_for_what_it_needs_or_for_the_usual_when_it_moves() {
        assert_eq!(services(&["loan", "education"], true), ["education"]);
        assert_eq!(services(&["loan"], true), USUAL_SERVICES);
        assert!(services(&["loan"], false).is_empty());
    }
}
