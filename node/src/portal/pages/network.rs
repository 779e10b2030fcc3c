//! The network: what it is, its charter in force, its members, what it reached.
//!
//! - `charter` (members and mandates in words), `figures` (what was reached).

use maud::{Markup, html};

use crate::indicators::Unit;
use crate::node::public::PublicRecord;
use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::visit::{Reply, Trouble, Visit};
use crate::view::{List, Sort};

use super::parts::prose;

mod charter;
mod figures;

use charter::{in_force, members};
use figures::{amount, figures, indicator_name, period};

/// How many objectives are shown.
const MOST_OBJECTIVES: usize = 40;

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
