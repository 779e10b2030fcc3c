//! Our codes beside those of data·inclusion: themes, kinds of service, networks that carry.
//!
//! The two lists of themes were made for different people; where nothing of theirs says what ours
//! does, nothing is said. Several of ours may lead to one of theirs, so a record of ours that comes
//! back is never read by them.

/// A need theme of ours and the `thematiques` of data·inclusion that say it.
pub(crate) const NEEDS: &[(&str, &str)] = &[
    (
        "idea_diagnosis",
        "creer-une-entreprise--definir-son-projet-de-creation-dentreprise",
    ),
    (
        "market_study",
        "creer-une-entreprise--structurer-son-projet-de-creation-dentreprise",
    ),
    (
        "business_plan",
        "creer-une-entreprise--structurer-son-projet-de-creation-dentreprise",
    ),
    (
        "legal_form",
        "creer-une-entreprise--structurer-son-projet-de-creation-dentreprise",
    ),
    (
        "loan",
        "creer-une-entreprise--structurer-son-projet-de-creation-dentreprise",
    ),
    (
        "microcredit",
        "creer-une-entreprise--structurer-son-projet-de-creation-dentreprise",
    ),
    (
        "honour_loan",
        "creer-une-entreprise--structurer-son-projet-de-creation-dentreprise",
    ),
    (
        "guarantee",
        "creer-une-entreprise--structurer-son-projet-de-creation-dentreprise",
    ),
    (
        "public_aid",
        "creer-une-entreprise--structurer-son-projet-de-creation-dentreprise",
    ),
    (
        "takeover_search",
        "creer-une-entreprise--definir-son-projet-de-creation-dentreprise",
    ),
    (
        "post_creation",
        "creer-une-entreprise--developper-son-entreprise",
    ),
    ("training", "se-former--trouver-sa-formation"),
    (
        "local_network",
        "preparer-sa-candidature--developper-son-reseau",
    ),
    (
        "housing",
        "logement-hebergement--sinformer-sur-les-demarches-liees-a-lacces-au-logement",
    ),
    (
        "spouse_job",
        "trouver-un-emploi--repondre-a-des-offres-demploi",
    ),
    ("childcare", "famille--garde-denfants"),
    (
        "education",
        "famille--soutien-a-la-parentalite-et-a-leducation",
    ),
    ("health", "sante--acces-aux-soins"),
    ("transport", "mobilite--mobilite-douce-partagee-collective"),
    ("telecom", "numerique--acceder-a-une-connexion-internet"),
    (
        "culture_sport",
        "remobilisation--activites-sportives-et-culturelles",
    ),
];

/// A theme of a local service and what data·inclusion calls it.
pub(crate) const SERVICES: &[(&str, &str)] = &[
    (
        "education",
        "famille--soutien-a-la-parentalite-et-a-leducation",
    ),
    ("childcare", "famille--garde-denfants"),
    ("health", "sante--acces-aux-soins"),
    ("telecom", "numerique--acceder-a-une-connexion-internet"),
    ("transport", "mobilite--mobilite-douce-partagee-collective"),
    (
        "spouse_employment",
        "trouver-un-emploi--repondre-a-des-offres-demploi",
    ),
    (
        "culture_sport",
        "remobilisation--activites-sportives-et-culturelles",
    ),
    (
        "public_services",
        "difficultes-administratives-ou-juridiques--accompagnement-aux-demarches-administratives",
    ),
];

/// By the first word of a theme of theirs (`sante--…`), the theme of a local service.
pub(crate) const SERVICES_BY_FAMILY: &[(&str, &str)] = &[
    ("sante", "health"),
    ("mobilite", "transport"),
    ("numerique", "telecom"),
    ("remobilisation", "culture_sport"),
    ("trouver-un-emploi", "spouse_employment"),
    ("preparer-sa-candidature", "spouse_employment"),
    ("choisir-un-metier", "spouse_employment"),
    (
        "difficultes-administratives-ou-juridiques",
        "public_services",
    ),
    ("difficultes-financieres", "public_services"),
    ("logement-hebergement", "public_services"),
    ("se-former", "education"),
    ("lecture-ecriture-calcul", "education"),
];

/// Themes whose help is money.
pub(crate) const FINANCIAL: &[&str] = &[
    "loan",
    "microcredit",
    "honour_loan",
    "guarantee",
    "public_aid",
];

/// Networks that carry structures: their code, the name we keep, words it is recognised by.
pub(crate) const NETWORKS: &[(&str, &str, &[&str])] = &[
    ("adie", "ADIE", &["adie"]),
    (
        "initiative-france",
        "Initiative France",
        &["initiative france", "initiative", "pfil"],
    ),
    ("france-active", "France Active", &["france active"]),
    ("reseau-bge", "BGE", &["bge", "reseau bge"]),
    (
        "reseau-entreprendre",
        "Réseau Entreprendre",
        &["reseau entreprendre"],
    ),
    ("egee", "EGEE", &["egee"]),
    (
        "60000-rebonds",
        "60 000 Rebonds",
        &["60 000 rebonds", "60000 rebonds"],
    ),
    ("france-travail", "France Travail", &["france travail"]),
    ("mission-locale", "Mission Locale", &["mission locale"]),
    (
        "france-service",
        "France Services",
        &["france service", "france services"],
    ),
    (
        "mutualite-sociale-agricole",
        "MSA",
        &["msa", "mutualite sociale agricole"],
    ),
    ("cnam", "CNAM", &["cnam"]),
    ("afpa", "AFPA", &["afpa"]),
];

/// The network that carries all structures of a kind.
pub(crate) fn network_of_kind(kind: &str) -> Option<&'static str> {
    match kind {
        "cci" | "cma" | "chamber_agriculture" => Some("chambres-consulaires"),
        "epci" | "town_hall" => Some("communes"),
        _ => None,
    }
}

/// What a structure carried by this network most likely is; its name decides among the chambers.
pub(crate) fn kind_of_network(code: &str, folded_name: &str) -> Option<&'static str> {
    let says = |word: &str| folded_name.contains(word);
    match code {
        "adie" | "initiative-france" | "france-active" | "reseau-entreprendre" => Some("lender"),
        "reseau-bge" | "egee" | "60000-rebonds" => Some("incubator"),
        "afpa" | "cnam" | "reseau-app" => Some("training_provider"),
        "chambres-consulaires" if says("agricult") => Some("chamber_agriculture"),
        "chambres-consulaires" if says("metiers") || says("artisan") => Some("cma"),
        "chambres-consulaires" => Some("cci"),
        "communes" if says("communaute") || says("agglomeration") => Some("epci"),
        "communes" => Some("town_hall"),
        _ => None,
    }
}

/// The code of theirs that says one of ours.
pub(crate) fn theirs(table: &[(&str, &'static str)], ours: &str) -> Option<&'static str> {
    table
        .iter()
        .find(|(code, _)| *code == ours)
        .map(|(_, theirs)| *theirs)
}

/// The first of ours that a code of theirs says.
pub(crate) fn ours(table: &[(&'static str, &str)], theirs: &str) -> Option<&'static str> {
    table
        .iter()
        .find(|(_, code)| *code == theirs)
        .map(|(ours, _)| *ours)
}
