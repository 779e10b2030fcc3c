//! Who can help me: by need and commune, the structures and what they offer, and why they fit.

use maud::{Markup, html};

use crate::matching::zone::Level;
use crate::node::public::PublicRecord;
use crate::node::public::helping::{PublicHelp, Search};
use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::visit::{Reply, Trouble, Visit};
use crate::registry::vocabulary::NEED_THEMES;
use crate::territory::Commune;

use super::offer::reach;
use super::parts::{place_fault, prose};
use super::words_of::{beginning, day, structure_link};

/// More structures and offers than this are no help to choose.
const MOST: usize = 30;

/// How much of the conditions of an offer is shown at once.
const CONDITIONS: usize = 320;

/// Needs in the groups in which people think of them; each need stands in one.
const GROUPS: [(&str, &[&str]); 4] = [
    (
        "portal-help-begin",
        &[
            "idea_diagnosis",
            "market_study",
            "business_plan",
            "legal_form",
            "training",
            "local_network",
            "post_creation",
        ],
    ),
    (
        "portal-help-money",
        &[
            "loan",
            "microcredit",
            "honour_loan",
            "guarantee",
            "public_aid",
        ],
    ),
    (
        "portal-help-place",
        &["takeover_search", "premises", "land", "farmland"],
    ),
    (
        "portal-help-home",
        &[
            "housing",
            "spouse_job",
            "childcare",
            "education",
            "health",
            "transport",
            "telecom",
            "shops",
            "culture_sport",
        ],
    ),
];

pub(super) fn help(visit: &Visit) -> Result<Reply, Trouble> {
    let words = visit.words;
    let need = visit.asked("need");
    let need = NEED_THEMES.iter().copied().find(|it| *it == need);
    let typed = visit.asked("place");
    let (mut commune, mut fault): (Option<&'static Commune>, Option<String>) = (None, None);
    if !typed.is_empty() {
        match visit.portal.member.public_territory().find(typed) {
            Ok(found) => commune = Some(found),
            Err(error) => fault = Some(place_fault(visit, &error)),
        }
    }
    let here = visit.path(&Route::Help);
    let is_unanswerable = fault.is_some();
    let body = html! {
        div.wide {
            h1 { (words.text("portal-help-title")) }
            p.lead { (words.text("portal-help-lead")) }
            form.filters role="search" method="get" action=(here) {
                p.field {
                    label for="need" { (words.text("portal-help-need")) }
                    select #need name="need" {
                        option value="" { (words.text("portal-help-choose")) }
                        @for (group, needs) in GROUPS {
                            optgroup label=(words.text(group)) {
                                @for theme in needs { option value=(theme) selected[need == Some(*theme)] { (named(visit, theme)) } }
                            }
                        }
                    }
                }
                p.field {
                    label for="place" { (words.text("portal-help-where")) }
                    input #place name="place" type="text" maxlength="80" value=(typed) autocomplete="address-level2"
                        aria-invalid=[fault.as_ref().map(|_| "true")] aria-describedby=[fault.as_ref().map(|_| "place-fault")];
                    @if let Some(fault) = &fault { span.fault #place-fault { (fault) } }
                }
                p.act { button type="submit" { (words.text("portal-search-go")) } }
            }
            @match need {
                Some(need) if !is_unanswerable => (found(visit, need, commune)?),
                _ => (choose(visit, typed)),
            }
        }
    };
    let title = words.text("portal-help-title");
    let mut page = Page::new(Route::Help, title, words.text("portal-help-lead"), body);
    if let Some(need) = need {
        page.title = format!("{} – {}", page.title, named(visit, need));
        page.query = address(need, typed);
    }
    Ok(page.reply(visit))
}

fn named(visit: &Visit, theme: &str) -> String {
    visit.words.code("need", "theme", theme)
}

fn address(need: &str, place: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("need", need);
    if !place.is_empty() {
        query.append_pair("place", place);
    }
    format!("?{}", query.finish())
}

/// All needs, to choose one of.
fn choose(visit: &Visit, place: &str) -> Markup {
    let words = visit.words;
    let here = visit.path(&Route::Help);
    html! {
        div.three.needs {
            @for (group, needs) in GROUPS {
                section.theme {
                    h2 { (words.text(group)) }
                    ul.chips { @for theme in needs { li { a href=(format!("{here}{}", address(theme, place))) { (named(visit, theme)) } } } }
                }
            }
        }
        p { a href=(visit.path(&Route::Structures)) { (words.text("portal-help-structures")) } }
    }
}

fn found(visit: &Visit, need: &str, commune: Option<&Commune>) -> Result<Markup, Trouble> {
    let words = visit.words;
    let member = &visit.portal.member;
    let search = Search {
        theme: need,
        commune: commune.map(|it| it.code.as_str()),
    };
    let mut structures = member.public_helpers(&search)?;
    let mut offers = member.public_support(&search)?;
    structures.truncate(MOST);
    offers.truncate(MOST);
    let count = structures.len();
    let mut about = vec![("need", named(visit, need).into()), ("count", count.into())];
    let head = match commune {
        Some(commune) => {
            about.push(("name", commune.name.as_str().into()));
            words.with("portal-help-found-in", &about)
        }
        None => words.with("portal-help-found", &about),
    };
    Ok(html! {
        section.results aria-labelledby="found" {
            h2 #found { (head) }
            @if commune.is_none() && count > 0 { p.hint { (words.text("portal-help-say-where")) } }
            @if structures.is_empty() { (nobody(visit)) }
            @else { ul.cards { @for help in &structures { (structure(visit, help, need, commune)) } } }
        }
        @if !offers.is_empty() {
            section.around {
                h2 { (words.text("portal-help-offers")) }
                ul.cards { @for help in &offers { (support(visit, &help.record)?) } }
            }
        }
        section.around {
            p { (words.text("portal-help-project")) }
            p { a.button href=(visit.path(&Route::Project)) { (words.text("portal-nav-project")) } }
            p { a href=(visit.path(&Route::Help)) { (words.text("portal-help-other")) } }
        }
    })
}

fn structure(visit: &Visit, help: &PublicHelp, need: &str, commune: Option<&Commune>) -> Markup {
    let words = visit.words;
    let kind = help.record.text("kind").unwrap_or_default();
    html! {
        li.card.still {
            p.kind { (words.code("structure", "kind", kind)) }
            h3 { (structure_link(visit, &help.record)) }
            ul.why {
                li { (words.with("portal-help-why-need", &[("need", named(visit, need).into())])) }
                @if let Some(commune) = commune { li { (why_here(visit, help.level, commune)) } }
                @if help.has_mandate { li { (words.text("portal-help-why-mandate")) } }
            }
            (reach(visit, &help.record))
        }
    }
}

fn why_here(visit: &Visit, level: Option<Level>, commune: &Commune) -> String {
    let words = visit.words;
    let territory = visit.portal.member.public_territory();
    match level {
        Some(Level::Commune) => words.with(
            "portal-help-why-commune",
            &[("name", commune.name.as_str().into())],
        ),
        Some(Level::Epci) => {
            let name = territory.epci(&commune.epci).map(|it| it.name.clone());
            words.with(
                "portal-help-why-epci",
                &[("name", name.unwrap_or_default().into())],
            )
        }
        Some(Level::Department) => words.with(
            "portal-help-why-department",
            &[("code", commune.department.as_str().into())],
        ),
        None => words.text("portal-help-why-everywhere"),
    }
}

/// A support offer, as a card.
pub(super) fn support(visit: &Visit, offer: &PublicRecord) -> Result<Markup, Trouble> {
    let words = visit.words;
    let structure = visit.portal.member.structure_of_offer(offer)?;
    let audience = words.value(offer, "audience");
    Ok(html! {
        li.card.still {
            h3 { (offer.title()) }
            @if let Some(structure) = &structure { p { (structure_link(visit, structure)) } }
            @if let Some(amount) = offer.integer("amount_max") {
                p.facts { (words.with("portal-help-amount", &[("amount", visit.language().euros(amount).into())])) }
            }
            @if let Some(audience) = audience { p.hint { (words.with("portal-help-audience", &[("list", audience.into())])) } }
            @if let Some(text) = offer.text("conditions") { (prose(&beginning(text, CONDITIONS))) }
            @if let Some(until) = offer.text("valid_until") { p.vouched { (words.text("portal-help-until")) " " (day(visit, until)) } }
        }
    })
}

fn nobody(visit: &Visit) -> Markup {
    let words = visit.words;
    let coordinator = visit.portal.member.public_charter().coordinator;
    html! {
        div.empty {
            p { (words.text("portal-help-nobody")) }
            @if let Some(name) = coordinator {
                p { (words.with("portal-help-coordinator", &[("name", name.into())])) }
            }
            ul {
                li { a href=(visit.path(&Route::Project)) { (words.text("portal-offers-say")) } }
                li { a href=(visit.path(&Route::Structures)) { (words.text("portal-help-structures")) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_need_stands_in_one_group() {
        let mut grouped: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, needs)| needs.iter().copied())
            .collect();
        let mut all = NEED_THEMES.to_vec();
        grouped.sort_unstable();
        all.sort_unstable();
        assert_eq!(grouped, all);
    }
}
