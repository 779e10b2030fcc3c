//! The structures that keep the portal and those they work with: the list, and a page each.

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::node::public::helping::is_valid;
use crate::node::public::{Asked, PublicRecord};
use crate::portal::map::{Part, area};
use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::visit::{Reply, Trouble, Visit};
use crate::registry::collections::structure::KINDS;
use crate::territory::Commune;
use crate::text::fold;
use crate::view::{List, Sort};

use super::help::support;
use super::offer::reach;
use super::parts::{card, offers_of, place};
use super::words_of::{holds, hours, structure_link, zones};

/// How many structures of a kind are shown beside other kinds, and alone.
const SHOWN: usize = 12;
const SHOWN_OF_ONE: usize = 300;

/// How many opportunities of a structure are shown.
const OFFERS: usize = 12;

pub(super) fn structures(visit: &Visit) -> Result<Reply, Trouble> {
    let words = visit.words;
    let member = &visit.portal.member;
    let here = visit.path(&Route::Structures);
    let kind = visit.asked("kind");
    let kind = KINDS.iter().copied().find(|it| *it == kind);
    let named = visit.asked("q");
    let of_name = fold(named);
    let members: BTreeSet<_> = member
        .public_charter()
        .members
        .iter()
        .map(|it| it.record)
        .collect();
    let list = List {
        conditions: kind
            .map(|kind| format!("kind={kind}"))
            .into_iter()
            .collect(),
        sort: Some(Sort {
            by: "name".to_owned(),
            descending: false,
        }),
        ..List::default()
    };
    let (mut all, _) = member.public_list("structure", &list)?;
    all.retain(|it| fold(it.title()).contains(&of_name));
    let total = all.len();
    let limit = if kind.is_some() { SHOWN_OF_ONE } else { SHOWN };
    let body = html! {
        div.wide {
            h1 { (words.text("portal-nav-structures")) }
            p.lead { (words.text("portal-structures-lead")) }
            form.filters role="search" method="get" action=(here) {
                p.field {
                    label for="q" { (words.text("portal-structures-name")) }
                    input #q name="q" type="search" maxlength="80" value=(named);
                }
                p.field {
                    label for="kind" { (words.field("structure", "kind")) }
                    select #kind name="kind" {
                        option value="" { (words.text("portal-structures-all")) }
                        @for code in KINDS { option value=(code) selected[kind == Some(*code)] { (words.code("structure", "kind", code)) } }
                    }
                }
                p.act { button type="submit" { (words.text("portal-search-go")) } a href=(here) { (words.text("portal-search-clear")) } }
            }
            p role="status" { (words.count("portal-structures-count", total)) }
            @if all.is_empty() {
                div.empty {
                    p { (words.text("portal-structures-none")) }
                    ul { li { a href=(here) { (words.text("portal-help-structures")) } } li { a href=(visit.path(&Route::Help)) { (words.text("portal-nav-help")) } } }
                }
            }
            @for code in KINDS {
                @let of_kind: Vec<&PublicRecord> = all.iter().filter(|it| it.text("kind") == Some(code)).collect();
                @if !of_kind.is_empty() {
                    section.around {
                        h2 { (words.code("structure", "kind", code)) }
                        ul.names.wide-names {
                            @for structure in of_kind.iter().take(limit) {
                                li {
                                    (structure_link(visit, structure))
                                    @if let Some(place) = place(visit, structure) { " " small { (place) } }
                                    @if members.contains(&structure.id) { " " span.tag { (words.text("portal-structures-member")) } }
                                }
                            }
                        }
                        @if of_kind.len() > limit && kind.is_none() {
                            p { a href=(format!("{here}?kind={code}")) { (words.with("portal-structures-more", &[("count", of_kind.len().into()), ("kind", words.code("structure", "kind", code).into())])) } }
                        }
                    }
                }
            }
        }
    };
    let title = words.text("portal-nav-structures");
    let mut page = Page::new(
        Route::Structures,
        title,
        words.text("portal-structures-lead"),
        body,
    );
    if !named.is_empty() {
        page.head = html! { meta name="robots" content="noindex"; };
    } else if let Some(kind) = kind {
        page.query = format!("?kind={kind}");
    }
    Ok(page.reply(visit))
}

pub(super) fn structure(visit: &Visit) -> Result<Reply, Trouble> {
    let member = &visit.portal.member;
    let record = match member.public_record("structure", &visit.id)? {
        Asked::Here(record) => *record,
        Asked::Gone => return Err(Trouble::Gone),
        Asked::Unknown => return Err(Trouble::NotFound),
    };
    let words = visit.words;
    let kind = record.text("kind").unwrap_or_default();
    let id = record.id.to_string();
    let is_member = member
        .public_charter()
        .members
        .iter()
        .any(|it| it.record == record.id);
    let agents = of_structure(visit, "agent", &id)?;
    let today = member.public_today();
    let mut support_offers = of_structure(visit, "support_offer", &id)?;
    support_offers.retain(|it| is_valid(it, today));
    let own = visit
        .portal
        .with_showcase(|showcase| showcase.of_owner(&record.id));
    let total = own.len();
    let first: Vec<_> = own.into_iter().take(OFFERS).map(|id| (id, None)).collect();
    let own_offers = offers_of(visit, &first)?;
    let body = html! {
        div.wide {
            p.back { a href=(visit.path(&Route::Structures)) { (words.text("portal-help-structures")) } }
            header {
                p.kind { (words.code("structure", "kind", kind)) @if is_member { " " span.tag { (words.text("portal-structures-member")) } } }
                h1 { (record.title()) }
                p.where { @if let Some(place) = place(visit, &record) { (place) } }
            }
            div.columns {
                div {
                    (competences(visit, &record))
                    (where_it_works(visit, &record))
                }
                aside { (contact(visit, &record, &agents)) }
            }
            @if !support_offers.is_empty() {
                section.around {
                    h2 { (words.text("portal-structure-support")) }
                    ul.cards { @for offer in &support_offers { (support(visit, offer)?) } }
                }
            }
            section.around {
                h2 { (words.text("portal-structure-offers")) }
                @if own_offers.is_empty() {
                    div.empty { p { (words.text("portal-structure-no-offer")) } p { a href=(visit.path(&Route::Offers)) { (words.text("portal-out-offers")) } } }
                } @else {
                    ul.cards { @for (offer, _) in &own_offers { (card(visit, offer, None)) } }
                    @if total > OFFERS { p { (words.count("portal-structure-of", total)) } }
                }
            }
        }
    };
    let title = record.title().to_owned();
    let description = words.with(
        "portal-structure-description",
        &[
            ("name", record.title().into()),
            ("kind", words.code("structure", "kind", kind).into()),
        ],
    );
    Ok(Page::new(Route::Structure(id), title, description, body).reply(visit))
}

/// The records of a collection that name this structure.
fn of_structure(visit: &Visit, collection: &str, id: &str) -> Result<Vec<PublicRecord>, Trouble> {
    let list = List {
        conditions: vec![format!("structure={id}")],
        sort: Some(Sort {
            by: "name".to_owned(),
            descending: false,
        }),
        ..List::default()
    };
    Ok(visit.portal.member.public_list(collection, &list)?.0)
}

fn competences(visit: &Visit, record: &PublicRecord) -> Markup {
    let words = visit.words;
    let help = visit.path(&Route::Help);
    html! {
        h2 { (words.field("structure", "competences")) }
        @if record.set("competences").next().is_none() { p.empty { (words.text("portal-structure-no-competence")) } }
        @else {
            ul.chips {
                @for theme in record.set("competences") {
                    li { a href=(format!("{help}?need={theme}")) { (words.code("structure", "competences", theme)) } }
                }
            }
        }
    }
}

fn where_it_works(visit: &Visit, record: &PublicRecord) -> Markup {
    let words = visit.words;
    let names = zones(visit, record, "service_area");
    let title = words.with("portal-structure-map", &[("name", record.title().into())]);
    let is_held = |commune: &Commune| holds(record, "service_area", commune);
    let part = Part {
        holds: &is_held,
        title: title.clone(),
        href: None,
        label: None,
    };
    html! {
        h2 { (words.field("structure", "service_area")) }
        @if names.is_empty() { p.empty { (words.text("portal-structure-no-area")) } }
        @else {
            p { (names.join(", ")) }
            (area(&title, &[part], false))
        }
    }
}

fn contact(visit: &Visit, record: &PublicRecord, agents: &[PublicRecord]) -> Markup {
    let words = visit.words;
    let has_any = ["address", "phone", "email", "website", "opening_hours"]
        .iter()
        .any(|it| record.text(it).is_some());
    html! {
        div.whom {
            h2 { (words.text("portal-structure-contact")) }
            @if !has_any { p { (words.text("portal-structure-no-contact")) } }
            @if let Some(address) = record.text("address") { p { (address) } }
            (reach(visit, record))
            @if let Some(text) = record.text("opening_hours") {
                h3 { (words.field("structure", "opening_hours")) }
                (hours(visit, text))
            }
        }
        @if !agents.is_empty() {
            div.whom {
                h2 { (words.text("portal-structure-agents")) }
                @for agent in agents {
                    p.person {
                        strong { (agent.title()) }
                        @if let Some(roles) = words.value(agent, "roles") { br; small { (roles) } }
                        @if let Some(themes) = words.value(agent, "themes") { br; small { (themes) } }
                    }
                    (reach(visit, agent))
                }
            }
        }
    }
}
