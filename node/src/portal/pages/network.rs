//! The network: what it is, its charter in force, its members, what it reached.

use maud::{Markup, html};

use crate::indicators::Unit;
use crate::node::public::PublicRecord;
use crate::node::public::charter::{PublicCharter, PublicHolder, PublicMandate};
use crate::node::public::figures::{PublicEvaluation, PublicFigure, Shown};
use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::visit::{Reply, Trouble, Visit};
use crate::registry::labels::label;
use crate::registry::scope::scope_fields;
use crate::view::{List, Sort};

use super::parts::prose;
use super::words_of::day;

/// How many objectives are shown.
const MOST_OBJECTIVES: usize = 40;

/// The parts of an evaluation, in order.
const GROUPS: [(&str, &str); 8] = [
    ("welcome", "portal-figures-welcome"),
    ("projects", "portal-figures-projects"),
    ("territory", "portal-figures-territory"),
    ("offers", "portal-figures-offers"),
    ("breadth", "portal-figures-breadth"),
    ("satisfaction", "portal-figures-satisfaction"),
    ("governance", "portal-figures-governance"),
    ("costs", "portal-figures-costs"),
];

pub(super) fn network(visit: &Visit) -> Result<Reply, Trouble> {
    let words = visit.words;
    let member = &visit.portal.member;
    let charter = member.public_charter();
    let evaluations = member.public_evaluations()?;
    let name = member.network_name();
    let ways = [
        ("members", "portal-network-members"),
        ("charter", "portal-network-charter"),
        ("actions", "portal-network-actions"),
        ("figures", "portal-network-figures"),
    ];
    let body = html! {
        div.wide {
            h1 { (name) }
            p.lead { (words.text("portal-network-lead")) }
            p { (words.text("portal-network-how")) }
            nav aria-label=(words.text("portal-network-here")) {
                ul.chips { @for (id, key) in ways { li { a href=(format!("#{id}")) { (words.text(key)) } } } }
            }
            (members(visit, &charter))
            (in_force(visit, &charter))
            (actions(visit)?)
            (figures(visit, &evaluations))
        }
    };
    let title = words.text("portal-nav-network");
    Ok(Page::new(
        Route::Network,
        title,
        words.text("portal-network-lead"),
        body,
    )
    .reply(visit))
}

fn members(visit: &Visit, charter: &PublicCharter) -> Markup {
    let words = visit.words;
    html! {
        section.around {
            h2 #members { (words.text("portal-network-members")) }
            p { (words.count("portal-network-count", charter.members.len())) }
            ul.cards {
                @for member in &charter.members {
                    @let own = own_mandates(charter, &member.name);
                    li.card.still {
                        p.kind { (words.code("structure", "kind", &member.kind)) }
                        h3 { a href=(visit.path(&Route::Structure(member.record.to_string()))) { (member.name) } }
                        @if charter.coordinator.as_ref() == Some(&member.name) { p { span.tag { (words.text("portal-network-coordinates")) } } }
                        @if member.is_dormant { p.hint { (words.text("portal-network-dormant")) } }
                        @if let Some(since) = &member.since_on { p.hint { (words.text("portal-network-since")) " " (day(visit, since)) } }
                        @if !own.is_empty() {
                            details {
                                summary { (words.count("portal-network-mandates", own.len())) }
                                ul { @for mandate in own { li { (granted(visit, mandate)) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What a member may do that not all may.
fn own_mandates<'c>(charter: &'c PublicCharter, name: &str) -> Vec<&'c PublicMandate> {
    let held = charter.mandates.iter();
    held.filter(|it| !it.is_open && it.holder != PublicHolder::Everyone)
        .filter(|it| it.by.iter().any(|by| by == name))
        .collect()
}

fn collection_name(visit: &Visit, collection: &str) -> String {
    let named = label(visit.words.lang(), &format!("collection-{collection}"));
    named.unwrap_or(collection).to_owned()
}

/// What a mandate lets do: « créer des fiches Opportunité (Local), sur Ambert ».
fn granted(visit: &Visit, mandate: &PublicMandate) -> String {
    format!("{} {}", right(visit, mandate), subject(visit, mandate))
}

fn right(visit: &Visit, mandate: &PublicMandate) -> String {
    visit.words.text(match mandate.right.as_str() {
        "create" => "portal-right-create",
        "edit_own" => "portal-right-own",
        _ => "portal-right-any",
    })
}

/// The records that a mandate is about.
fn subject(visit: &Visit, mandate: &PublicMandate) -> String {
    let words = visit.words;
    let theme = scope_fields(&mandate.collection).theme;
    let name = |code: &String| match theme {
        Some(field) => words.code(&mandate.collection, field, code),
        None => code.clone(),
    };
    let mut said = words.with(
        "portal-right-records",
        &[("name", collection_name(visit, &mandate.collection).into())],
    );
    if !mandate.themes.is_empty() {
        let themes: Vec<String> = mandate.themes.iter().map(name).collect();
        said = format!("{said} ({})", themes.join(", "));
    }
    if !mandate.places.is_empty() {
        let places = [("places", mandate.places.join(", ").into())];
        said = format!("{said}, {}", words.with("portal-right-places", &places));
    }
    said
}

/// Who may do what, and with which records: one line a holder and right.
fn grouped(visit: &Visit, given: &[&PublicMandate]) -> Vec<(String, String, Vec<String>)> {
    let mut whole: Vec<(String, String, Vec<String>)> = Vec::new();
    for mandate in given {
        let (who, right) = (holder(visit, mandate), right(visit, mandate));
        let about = subject(visit, mandate);
        let same = |it: &&mut (String, String, Vec<String>)| it.0 == who && it.1 == right;
        match whole.iter_mut().find(same) {
            Some((.., subjects)) => subjects.push(about),
            None => whole.push((who, right, vec![about])),
        }
    }
    whole
}

fn holder(visit: &Visit, mandate: &PublicMandate) -> String {
    let words = visit.words;
    match &mandate.holder {
        PublicHolder::Everyone => words.text("portal-holder-everyone"),
        PublicHolder::Coordinator => words.text("portal-holder-coordinator"),
        PublicHolder::Kind(kind) => {
            let kind = words.code("structure", "kind", kind);
            words.with("portal-holder-kind", &[("kind", kind.into())])
        }
        PublicHolder::Structure(name) => name.clone(),
    }
}

fn in_force(visit: &Visit, charter: &PublicCharter) -> Markup {
    let words = visit.words;
    let given: Vec<&PublicMandate> = charter.mandates.iter().filter(|it| !it.is_open).collect();
    let mut open: Vec<String> = charter
        .mandates
        .iter()
        .filter(|it| it.is_open && it.right == "create")
        .map(|it| collection_name(visit, &it.collection))
        .collect();
    open.dedup();
    let (voting, needed) = charter.votes;
    let (persons, signing) = charter.committee;
    html! {
        section.around.charter {
            h2 #charter { (words.text("portal-network-charter")) }
            p.hint {
                (words.with("portal-charter-version", &[("number", charter.number.to_string().into())])) " " (day(visit, &charter.written_on)) "."
                @if let Some(founded) = &charter.founded_on { " " (words.text("portal-charter-founded")) " " (day(visit, founded)) "." }
            }
            p { (words.text("portal-charter-what")) }
            ol.articles {
                li {
                    h3 { (words.text("portal-charter-owner")) }
                    p { (words.text("portal-charter-owner-text")) }
                }
                li {
                    h3 { (words.text("portal-charter-coordination")) }
                    p {
                        @match &charter.coordinator {
                            Some(name) => (words.with("portal-charter-coordinator", &[("name", name.as_str().into())])),
                            None => (words.text("portal-charter-nobody")),
                        }
                    }
                }
                li {
                    h3 { (words.text("portal-charter-mandates")) }
                    @if charter.members.len() == 1 { p { (words.text("portal-charter-alone")) } }
                    @if !given.is_empty() {
                        ul.mandates {
                            @for (who, right, what) in grouped(visit, &given) {
                                li { strong { (who) } " – " (right) " " (what.join(", ")) "." }
                            }
                        }
                    }
                    @if !open.is_empty() { p { (words.with("portal-charter-open", &[("names", open.join(", ").into())])) } }
                    p { (words.text("portal-charter-parties")) }
                }
                li {
                    h3 { (words.text("portal-charter-decisions")) }
                    p { (words.with("portal-charter-vote", &[("needed", needed.into()), ("voting", voting.into())])) }
                }
                li {
                    h3 { (words.text("portal-charter-committee")) }
                    p {
                        @if persons == 0 { (words.text("portal-charter-no-committee")) }
                        @else { (words.with("portal-charter-signatures", &[("signing", signing.into()), ("persons", persons.into())])) }
                    }
                }
            }
        }
    }
}

/// What the network does, and what it aims at.
fn actions(visit: &Visit) -> Result<Markup, Trouble> {
    let words = visit.words;
    let member = &visit.portal.member;
    let (mut actions, _) = member.public_list("action", &List::default())?;
    actions.retain(|it| it.text("state") != Some("dropped"));
    let mut shown: Vec<(PublicRecord, bool)> = Vec::with_capacity(actions.len());
    for action in actions {
        let is_ratified = member.is_ratified(&action)?;
        shown.push((action, is_ratified));
    }
    shown.sort_by_key(|(_, is_ratified)| !is_ratified);
    let list = List {
        sort: Some(Sort {
            by: "period".to_owned(),
            descending: true,
        }),
        limit: Some(MOST_OBJECTIVES),
        ..List::default()
    };
    let (objectives, _) = member.public_list("objective", &list)?;
    Ok(html! {
        section.around {
            h2 #actions { (words.text("portal-network-actions")) }
            @if shown.is_empty() { p.empty { (words.text("portal-network-no-action")) } }
            @else {
                ul.cards {
                    @for (action, is_ratified) in &shown {
                        li.card.still {
                            p.kind { (words.value(action, "state").unwrap_or_default()) }
                            h3 { (action.title()) }
                            @if *is_ratified { p { span.tag { (words.text("portal-network-ratified")) } } }
                            @if let Some(text) = action.text("text") { (prose(text)) }
                        }
                    }
                }
            }
            @if !objectives.is_empty() {
                h3 { (words.text("portal-network-objectives")) }
                div.scroll tabindex="0" role="region" aria-label=(words.text("portal-network-objectives")) {
                    table {
                        thead { tr { th scope="col" { (words.text("portal-objective-what")) } th scope="col" { (words.text("portal-objective-target")) } th scope="col" { (words.text("portal-objective-period")) } } }
                        tbody { @for objective in &objectives { (aim(visit, objective)) } }
                    }
                }
            }
        }
    })
}

fn aim(visit: &Visit, objective: &PublicRecord) -> Markup {
    let indicator = objective.text("indicator").unwrap_or_default();
    let known = crate::indicators::indicator(indicator);
    let target = objective.decimal("target").unwrap_or_default();
    let target = match known {
        // Targets are in the unit that people read.
        Some(it) if it.unit == Unit::Percent => amount(visit, Unit::Percent, target / 100.0),
        Some(it) => amount(visit, it.unit, target),
        None => visit.language().decimal(target),
    };
    html! {
        tr {
            th scope="row" {
                (objective.title())
                @if let Some(known) = known { br; small { (indicator_name(visit, known.code)) } }
            }
            td { (target) }
            td { (period(visit, objective.text("period").unwrap_or_default())) }
        }
    }
}

fn indicator_name(visit: &Visit, code: &str) -> String {
    visit
        .words
        .text(&format!("indicator-{}", code.replace('_', "-")))
}

/// `2026-H1` as people say it.
fn period(visit: &Visit, text: &str) -> String {
    let parts = text.split_once("-H");
    match parts.and_then(|(year, half)| Some((year, half.parse::<u8>().ok()?))) {
        Some((year, half)) => {
            let facts = [("half", half.into()), ("year", year.to_owned().into())];
            visit.words.with("portal-half-year", &facts)
        }
        None => text.to_owned(),
    }
}

fn figures(visit: &Visit, evaluations: &[PublicEvaluation]) -> Markup {
    let words = visit.words;
    html! {
        section.around {
            h2 #figures { (words.text("portal-network-figures")) }
            p { (words.text("portal-figures-about")) }
            @if evaluations.is_empty() { p.empty { (words.text("portal-figures-none")) } }
            @for (place, evaluation) in evaluations.iter().enumerate() {
                details.evaluation open[place == 0] {
                    summary { h3 { (period(visit, evaluation.record.title())) } }
                    @if let Some(comment) = evaluation.record.text("comment") { (prose(comment)) }
                    @for (group, key) in GROUPS {
                        @let of_group: Vec<&PublicFigure> = evaluation.figures.iter().filter(|it| it.indicator.group == group && it.shown != Shown::Nothing).collect();
                        @if !of_group.is_empty() {
                            table.figures {
                                caption { (words.text(key)) }
                                tbody {
                                    @for figure in of_group {
                                        tr { th scope="row" { (indicator_name(visit, figure.indicator.code)) } td { (shown(visit, figure)) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            p.hint { (words.text("portal-figures-few-note")) }
        }
    }
}

fn shown(visit: &Visit, figure: &PublicFigure) -> String {
    let unit = figure.indicator.unit;
    match figure.shown {
        Shown::Value(value) => amount(visit, unit, value),
        Shown::Bounds(low, high) if high - low < 1e-9 => amount(visit, unit, low),
        Shown::Bounds(low, high) => {
            let between = [
                ("low", amount(visit, unit, low).into()),
                ("high", amount(visit, unit, high).into()),
            ];
            visit.words.with("portal-figures-between", &between)
        }
        Shown::Nothing => "—".to_owned(),
        Shown::Few => visit.words.text("portal-figures-few"),
    }
}

/// A number in its unit, rounded as people read it.
fn amount(visit: &Visit, unit: Unit, value: f64) -> String {
    let words = visit.words;
    let round =
        |value: f64, digits: f64| visit.language().decimal((value * digits).round() / digits);
    match unit {
        Unit::Percent => format!("{}\u{a0}%", round(value * 100.0, 1.0)),
        Unit::Euros => visit.language().euros((value * 100.0).round() as i64),
        Unit::Score => format!("{}\u{a0}/\u{a0}5", round(value, 10.0)),
        Unit::Days => words.with(
            "portal-figures-days",
            &[("days", round(value, 10.0).into())],
        ),
        _ => round(value, 10.0),
    }
}
