//! Living here: choose a commune, then see what there is around it (`commune`).

use maud::{Markup, html};

use crate::portal::map::{NAMED_FROM, Part, area};
use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::visit::{Reply, Trouble, Visit};
use crate::territory::{Candidate, Commune, Epci, FindError};

use super::words_of::commune_name;

mod commune;

pub(super) use commune::commune;

/// Communes with at least so many inhabitants are written on the map of their intercommunality.
const LABELLED_FROM: u32 = 1_500;

/// Where to begin: a name, the map, the intercommunalities.
pub(super) fn living(visit: &Visit) -> Result<Reply, Trouble> {
    let words = visit.words;
    let territory = visit.portal.member.public_territory();
    let asked = visit.asked("q");
    let mut told = html! {};
    if !asked.is_empty() {
        match territory.find(asked) {
            Ok(commune) => {
                let route = Route::LivingIn(commune.code.clone());
                return Ok(Reply::SeeOther(visit.path(&route)));
            }
            Err(error) => told = fault(visit, &error),
        }
    }
    let chosen = territory.epci(visit.asked("epci"));
    let here = visit.path(&Route::Living);
    let body = html! {
        div.wide {
            h1 { (words.text("portal-living-title")) }
            p.lead { (words.text("portal-living-lead")) }
            form.filters.one role="search" method="get" action=(here) {
                p.field {
                    label for="q" { (words.text("portal-living-name")) }
                    input #q name="q" type="search" maxlength="80" value=(asked) autocomplete="address-level2"
                        aria-invalid=[(!asked.is_empty()).then_some("true")] aria-describedby=[(!asked.is_empty()).then_some("q-fault")];
                    (told)
                }
                p.act { button type="submit" { (words.text("portal-living-go")) } }
            }
            @match chosen {
                Some(epci) => (of_epci(visit, epci, &here)),
                None => (all_epcis(visit, &here)),
            }
        }
    };
    let title = words.text("portal-living-title");
    let mut page = Page::new(Route::Living, title, words.text("portal-living-lead"), body);
    if let Some(epci) = chosen {
        page.title = epci.name.clone();
        page.query = format!("?epci={}", epci.siren);
    } else if !asked.is_empty() {
        page.head = html! { meta name="robots" content="noindex"; };
    }
    Ok(page.reply(visit))
}

fn all_epcis(visit: &Visit, here: &str) -> Markup {
    let words = visit.words;
    let epcis = visit.portal.member.public_territory().epcis();
    let href = |epci: &Epci| format!("{here}?epci={}", epci.siren);
    let inside: Vec<_> = epcis
        .iter()
        .map(|epci| move |commune: &Commune| commune.epci == epci.siren)
        .collect();
    let parts: Vec<Part<'_>> = epcis
        .iter()
        .zip(&inside)
        .map(|(epci, holds)| Part {
            holds,
            title: epci.name.clone(),
            href: Some(href(epci)),
            label: None,
        })
        .collect();
    html! {
        h2 { (words.text("portal-living-map")) }
        div.columns.even {
            div { (area(&words.text("portal-living-map"), &parts, false)) }
            ul.near {
                @for epci in epcis {
                    li {
                        a href=(href(epci)) { (epci.name) }
                        small { (words.count("portal-living-communes", epci.communes)) }
                    }
                }
            }
        }
    }
}

fn of_epci(visit: &Visit, epci: &Epci, here: &str) -> Markup {
    let words = visit.words;
    let communes = visit.portal.member.public_territory().communes();
    let mut own: Vec<&Commune> = communes.iter().filter(|it| it.epci == epci.siren).collect();
    own.sort_by(|a, b| a.name.cmp(&b.name));
    let inside: Vec<_> = own
        .iter()
        .map(|own| move |commune: &Commune| commune.code == own.code)
        .collect();
    let href = |commune: &Commune| visit.path(&Route::LivingIn(commune.code.clone()));
    let parts: Vec<Part<'_>> = own
        .iter()
        .zip(&inside)
        .map(|(commune, holds)| Part {
            holds,
            title: commune_name(commune),
            href: Some(href(commune)),
            label: is_labelled(commune).then(|| commune.name.clone()),
        })
        .collect();
    let title = words.with("portal-living-of", &[("name", epci.name.as_str().into())]);
    html! {
        p.back { a href=(here) { (words.text("portal-living-all")) } }
        h2 { (title) }
        p { (words.with("portal-living-people", &[("count", epci.population.into())])) ", " (words.count("portal-living-communes", epci.communes)) "." }
        div.columns.even {
            div { (area(&title, &parts, true)) }
            ul.names { @for commune in own { li { a href=(href(commune)) { (commune.name) } } } }
        }
    }
}

/// Whether a commune is written on the map of its intercommunality; larger towns are on every map.
fn is_labelled(commune: &Commune) -> bool {
    (LABELLED_FROM..NAMED_FROM).contains(&commune.population)
}

/// What is said of a name that was not understood.
fn fault(visit: &Visit, error: &FindError) -> Markup {
    let words = visit.words;
    let href = |it: &Candidate| visit.path(&Route::LivingIn(it.code.clone()));
    let (text, ways): (String, &[Candidate]) = match error {
        FindError::Ambiguous { candidates, .. } => {
            (words.text("portal-living-several"), candidates)
        }
        FindError::Unknown { suggestions, .. } if !suggestions.is_empty() => {
            (words.text("portal-living-perhaps"), suggestions)
        }
        FindError::Unknown { .. } => (words.text("portal-living-unknown"), &[]),
        FindError::Outside { commune } => {
            let name = [("name", commune.name.as_str().into())];
            (words.with("portal-living-outside", &name), &[])
        }
    };
    html! {
        span.fault #q-fault { (text) }
        @for it in ways { a.chip href=(href(it)) { (it.name) "\u{a0}(" (it.department) ")" } " " }
    }
}
