//! Living here: choose a commune, then see what there is around it.

use maud::{Markup, html};

use crate::node::public::PublicRecord;
use crate::portal::map::{NAMED_FROM, Part, area};
use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::showcase::Wanted;
use crate::portal::visit::{Reply, Trouble, Visit};
use crate::registry::checklist::NEAR_KM;
use crate::registry::collections::local_service::THEMES;
use crate::territory::{Candidate, Commune, Epci, FindError, France};
use crate::view::{List, Near};

use super::offer::reach;
use super::parts::{card, offers_of};
use super::words_of::{candidates, commune_name, hours, structure_link};

/// How many services of a theme are shown at first, and how many where one theme is asked for.
const SHOWN: usize = 5;
const SHOWN_OF_ONE: usize = 100;

/// Communes with at least so many inhabitants are written on the map of their intercommunality.
const LABELLED_FROM: u32 = 1_500;

/// How many opportunities are shown.
const OFFERS: usize = 6;

/// The kinds of opportunity that answer what a household asks for, by theme of service.
const HOUSEHOLD: [(&str, &str); 2] = [
    ("housing", "portal-living-housing"),
    ("job", "portal-living-jobs"),
];

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

/// One commune.
pub(super) fn commune(visit: &Visit) -> Result<Reply, Trouble> {
    let territory = visit.portal.member.public_territory();
    let Some(commune) = territory.current(&visit.id) else {
        return Ok(elsewhere(visit));
    };
    if commune.code != visit.id {
        let route = Route::LivingIn(commune.code.clone());
        return Ok(Reply::SeeOther(visit.path(&route)));
    }
    let words = visit.words;
    let epci = territory.epci(&commune.epci);
    let name = commune_name(commune);
    let is_here = |it: &Commune| it.code == commune.code;
    let part = Part {
        holds: &is_here,
        title: name.clone(),
        href: None,
        label: None,
    };
    let where_it_is = words.with("portal-living-where", &[("name", name.as_str().into())]);
    let theme = visit.asked("theme");
    let theme = THEMES.iter().copied().find(|it| *it == theme);
    let body = html! {
        div.wide {
            p.back { a href=(visit.path(&Route::Living)) { (words.text("portal-living-other")) } }
            div.columns {
                div {
                    h1 { (words.with("portal-living-in", &[("name", commune.name.as_str().into())])) }
                    dl.facts {
                        div { dt { (words.text("portal-living-population")) } dd { (visit.language().integer(i64::from(commune.population))) } }
                        @if let Some(epci) = epci {
                            div { dt { (words.text("portal-living-epci")) } dd { a href=(format!("{}?epci={}", visit.path(&Route::Living), epci.siren)) { (epci.name) } } }
                        }
                        div { dt { (words.text("portal-living-post")) } dd { (commune.postal_codes.join(", ")) } }
                    }
                    (town_hall(visit, commune)?)
                }
                div { (area(&where_it_is, &[part], false)) }
            }
            (services(visit, commune, theme)?)
            @if theme.is_none() { (offers(visit, commune)?) }
        }
    };
    let title = words.with("portal-living-in", &[("name", name.as_str().into())]);
    let description = words.with(
        "portal-living-description",
        &[("name", name.as_str().into())],
    );
    let route = Route::LivingIn(commune.code.clone());
    let mut page = Page::new(route, title, description, body);
    if let Some(theme) = theme {
        page.query = format!("?theme={theme}");
    }
    Ok(page.reply(visit))
}

/// The town hall, where the registry knows it.
fn town_hall(visit: &Visit, commune: &Commune) -> Result<Markup, Trouble> {
    let list = List {
        conditions: vec![
            format!("insee_code={}", commune.code),
            "kind=town_hall".to_owned(),
        ],
        limit: Some(1),
        ..List::default()
    };
    let (found, _) = visit.portal.member.public_list("structure", &list)?;
    Ok(html! {
        @for hall in &found {
            div.whom {
                h2 { (structure_link(visit, hall)) }
                @if let Some(text) = hall.text("opening_hours") { (hours(visit, text)) }
                (reach(visit, hall))
            }
        }
    })
}

fn services(
    visit: &Visit,
    commune: &Commune,
    only: Option<&'static str>,
) -> Result<Markup, Trouble> {
    let words = visit.words;
    let here = visit.path(&Route::LivingIn(commune.code.clone()));
    let near = |theme: &str, limit: usize| {
        let list = List {
            conditions: vec![format!("theme={theme}")],
            near: Some(Near {
                latitude: commune.centroid.latitude,
                longitude: commune.centroid.longitude,
                within_km: Some(NEAR_KM),
            }),
            limit: Some(limit),
            ..List::default()
        };
        visit.portal.member.public_list("local_service", &list)
    };
    let (mut known, mut missing) = (Vec::new(), Vec::new());
    for theme in THEMES
        .iter()
        .copied()
        .filter(|it| only.is_none_or(|only| only == *it))
    {
        let limit = if only.is_some() { SHOWN_OF_ONE } else { SHOWN };
        let (found, total) = near(theme, limit)?;
        if found.is_empty() {
            missing.push(words.code("local_service", "theme", theme));
        } else {
            known.push((theme, found, total));
        }
    }
    let title = match only {
        Some(theme) => words.code("local_service", "theme", theme),
        None => words.text("portal-living-services"),
    };
    Ok(html! {
        section.around {
            h2 { (title) }
            p { (words.with("portal-living-within", &[("km", words.km(NEAR_KM).into()), ("name", commune.name.as_str().into())])) }
            @if only.is_some() { p { a href=(here) { (words.text("portal-living-themes")) } } }
            @if known.is_empty() {
                div.empty {
                    p { (words.text("portal-living-none")) }
                    ul {
                        li { a href=(visit.path(&Route::Help)) { (words.text("portal-living-ask")) } }
                        li { a href=(visit.path(&Route::Project)) { (words.text("portal-living-say")) } }
                    }
                }
            } @else {
                div.three {
                    @for (theme, found, total) in &known {
                        section.theme {
                            @if only.is_none() { h3 { (words.code("local_service", "theme", theme)) } }
                            (service_list(visit, found))
                            @if *total > found.len() as u64 && only.is_none() {
                                p { a href=(format!("{here}?theme={theme}")) { (words.with("portal-living-more", &[("count", (*total).into()), ("theme", words.code("local_service", "theme", theme).into())])) } }
                            }
                        }
                    }
                }
                @if !missing.is_empty() && only.is_none() {
                    p.empty { (words.with("portal-living-unknown-themes", &[("themes", missing.join(", ").into())])) }
                }
            }
        }
    })
}

fn service_list(visit: &Visit, found: &[PublicRecord]) -> Markup {
    let territory = visit.portal.member.public_territory();
    let words = visit.words;
    html! {
        ul.near {
            @for service in found {
                li {
                    strong { (service.title()) }
                    br;
                    span.at {
                        @if let Some(commune) = service.text("insee_code").and_then(|it| territory.current(it)) { (commune.name) }
                        @match service.distance_km {
                            Some(km) if km >= 0.05 => span.far { (words.km(km)) },
                            _ => span.far { (words.text("portal-living-here")) },
                        }
                    }
                    @if ["phone", "website", "email"].iter().any(|it| service.text(it).is_some()) { (reach(visit, service)) }
                    @if let Some(text) = service.text("opening_hours") { (hours(visit, text)) }
                }
            }
        }
    }
}

/// Housing, jobs and all other opportunities around.
fn offers(visit: &Visit, commune: &Commune) -> Result<Markup, Trouble> {
    let words = visit.words;
    let around = |kinds: &[&str]| Wanted {
        kinds: kinds.iter().map(|it| (*it).to_owned()).collect(),
        around: Some((commune.centroid, NEAR_KM)),
        ..Wanted::default()
    };
    let (all, of_household) = visit.portal.with_showcase(|showcase| {
        let all = showcase.find(&around(&[]));
        (
            all,
            HOUSEHOLD.map(|(kind, _)| showcase.find(&around(&[kind])).offers.len()),
        )
    });
    let list = visit.path(&Route::Offers);
    let address = |kind: Option<&str>| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("place", &commune.code);
        query.append_pair("km", &format!("{NEAR_KM:.0}"));
        query.extend_pairs(kind.map(|kind| ("kind", kind)));
        format!("{list}?{}", query.finish())
    };
    let mut nearest = all.offers;
    let total = nearest.len();
    nearest.truncate(OFFERS);
    let shown = offers_of(visit, &nearest)?;
    Ok(html! {
        section.around {
            h2 { (words.text("portal-living-offers")) }
            ul.chips {
                @for ((kind, key), count) in HOUSEHOLD.iter().zip(of_household) {
                    @if count > 0 { li { a href=(address(Some(kind))) { (words.count(key, count)) } } }
                }
            }
            @if shown.is_empty() {
                div.empty {
                    p { (words.text("portal-living-no-offer")) }
                    ul {
                        li { a href=(list) { (words.text("portal-out-offers")) } }
                        li { a href=(visit.path(&Route::Project)) { (words.text("portal-offers-say")) } }
                    }
                }
            } @else {
                ul.cards { @for (offer, km) in &shown { (card(visit, offer, *km)) } }
                p.more { a.button href=(address(None)) { (words.count("portal-home-all", total)) } }
            }
        }
    })
}

/// A commune that is not of the territory: which one it is, and where to go on.
fn elsewhere(visit: &Visit) -> Reply {
    let words = visit.words;
    let member = &visit.portal.member;
    let territory = member.public_territory();
    let of_france = France::embedded()
        .commune(&visit.id)
        .filter(|it| !it.name.is_empty());
    let mut near: Vec<Candidate> = Vec::new();
    let text = match of_france {
        Some(commune) => {
            let of_department = territory.communes().iter();
            let mut towns: Vec<&Commune> = of_department
                .filter(|it| it.department == commune.department)
                .collect();
            if towns.is_empty() {
                towns = territory.communes().iter().collect();
            }
            towns.sort_by_key(|it| std::cmp::Reverse(it.population));
            near.extend(towns.into_iter().take(6).map(Candidate::from));
            words.with("portal-living-outside", &[("name", commune.name.into())])
        }
        None => {
            match territory.find(&visit.id) {
                Ok(commune) => near.push(commune.into()),
                Err(FindError::Ambiguous { candidates, .. }) => near = candidates,
                Err(FindError::Unknown { suggestions, .. }) => near = suggestions,
                Err(FindError::Outside { .. }) => {}
            }
            words.text("portal-living-no-commune")
        }
    };
    let body = html! {
        div.narrow {
            h1 { (words.text("portal-living-not-here")) }
            p.lead { (text) }
            @if !near.is_empty() {
                h2 { (words.text("portal-living-suggestions")) }
                (candidates(&near, |it| visit.path(&Route::LivingIn(it.code.clone()))))
            }
            p { a.button href=(visit.path(&Route::Living)) { (words.text("portal-living-other")) } }
        }
    };
    let title = words.text("portal-living-not-here");
    let mut page = Page::new(Route::Living, title, text, body);
    page.head = html! { meta name="robots" content="noindex"; };
    Reply::PageWith(axum::http::StatusCode::NOT_FOUND, page.render(visit))
}
