//! Codes that several fields share, each list in one place.
//!
//! Their labels stand in the catalogues under the vocabulary's name: `enum-need-theme-loan`.

/// What a project holder may need, in the order of a project's life.
pub const NEED_THEMES: &[&str] = &[
    "idea_diagnosis",
    "market_study",
    "business_plan",
    "legal_form",
    "loan",
    "microcredit",
    "honour_loan",
    "guarantee",
    "public_aid",
    "training",
    "premises",
    "land",
    "farmland",
    "housing",
    "takeover_search",
    "local_network",
    "spouse_job",
    "childcare",
    "education",
    "health",
    "transport",
    "telecom",
    "shops",
    "culture_sport",
    "post_creation",
];

/// What a project is.
pub const PROJECT_TYPES: &[&str] = &[
    "creation",
    "takeover",
    "farm_setup",
    "development",
    "relocation",
];

/// Whom a support offer is for: types of projects and their stages.
pub const AUDIENCES: &[&str] = &[
    "creation",
    "takeover",
    "farm_setup",
    "development",
    "relocation",
    "idea",
    "study",
    "business_plan",
    "funding",
    "launch",
    "running",
];

/// The stages of a project.
pub const PROJECT_STAGES: &[&str] = &[
    "idea",
    "study",
    "business_plan",
    "funding",
    "launch",
    "running",
    "abandoned",
];

/// Sectors of activity.
pub const SECTORS: &[&str] = &[
    "craft",
    "retail",
    "hospitality",
    "industry",
    "services",
    "liberal",
    "farming",
    "forestry_wood",
    "culture",
    "social_economy",
];

/// The name under which the labels of [`NEED_THEMES`] stand.
pub(crate) const NEED_THEME: &str = "need-theme";

/// The name under which the labels of [`AUDIENCES`] stand.
pub(crate) const AUDIENCE: &str = "audience";

/// The name under which the labels of [`PROJECT_STAGES`] stand.
pub(crate) const PROJECT_STAGE: &str = "project-stage";

/// The name under which the labels of [`SECTORS`] stand.
pub(crate) const SECTOR: &str = "sector";
