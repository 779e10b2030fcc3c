//! One commune: what is around it; or, of one elsewhere, where to go on.

use maud::{Markup, html};

use crate::node::public::PublicRecord;
use crate::portal::map::{Part, area};
use crate::portal::page::Page;
use crate::portal::pages::offer::reach;
use crate::portal::pages::parts::{card, offers_of};
use crate::portal::pages::words_of::{candidates, commune_name, hours, structure_link};
use crate::portal::route::Route;
use crate::portal::showcase::Wanted;
use crate::portal::visit::{Reply, Trouble, Visit};
use crate::registry::checklist::NEAR_KM;
use crate::registry::collections::local_service::THEMES;
use crate::territory::{Candidate, Commune, FindError, France};
use crate::view::{List, Near};

/// How many services of a theme are shown at first, and how many where one theme is asked for.
const SHOWN: usize = 5;
const SHOWN_OF_ONE: usize = 100;

/// How many opportunities are shown.
const OFFERS: usize = 6;

/// The kinds of opportunity that answer what a household asks for, by theme of service.
const HOUSEHOLD: [(&str, &str); 2] = [
    ("housing", "portal-living-housing"),
    ("job", "portal-living-jobs"),
];

/// One commune.
pub(in crate::portal::pages) fn commune(visit: &Visit) -> Result<Reply, Trouble> {
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
