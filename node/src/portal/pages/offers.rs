//! Opportunities: what a visitor looks for, what there is, as a list and on the map.

use maud::{Markup, html};

use crate::portal::map::{Mark, map};
use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::showcase::{Found, Wanted};
use crate::portal::visit::{Reply, Trouble, Visit};
use crate::territory::Point;
use crate::text::number;

use super::parts::{card, codes_of, offers_of, place_fault};

/// How many opportunities a page shows.
const PER_PAGE: usize = 20;

/// How far around a place is looked, where nothing else is asked, in kilometres.
const USUAL_KM: f64 = 20.0;

/// Distances to choose from.
const DISTANCES: [u32; 5] = [5, 10, 20, 40, 80];

/// What a visitor typed, and what it was taken to mean.
pub(in crate::portal) struct Search {
    pub(in crate::portal) wanted: Wanted,
    place: String,
    centre: Option<Point>,
    km: f64,
    budget: String,
    surface: String,
    page: usize,
    on_map: bool,
    /// What was not understood: the field, and what is said of it.
    pub(in crate::portal) faults: Vec<(&'static str, String)>,
}

impl Search {
    /// Reads the address.
    pub(in crate::portal) fn of(visit: &Visit) -> Self {
        let words = visit.words;
        let mut faults = Vec::new();
        let place = visit.asked("place").to_owned();
        let mut centre = None;
        if !place.is_empty() {
            let territory = visit.portal.member.public_territory();
            // The map leads to intercommunalities too.
            let epci = || {
                let epci = territory.find_epci(&place)?;
                territory.middle_of(&format!("epci:{}", epci.siren))
            };
            match territory.find(&place) {
                Ok(commune) => centre = Some(commune.centroid),
                Err(error) => match epci() {
                    Some(middle) => centre = Some(middle),
                    None => faults.push(("place", place_fault(visit, &error))),
                },
            }
        }
        let km = number(visit.asked("km")).filter(|km| (1.0..=200.0).contains(km));
        let km = km.unwrap_or(USUAL_KM);
        let mut positive = |name: &'static str| {
            let typed = visit.asked(name);
            let read = number(typed).filter(|it| *it >= 0.0 && *it < 1e12);
            if read.is_none() && !typed.is_empty() {
                faults.push((name, words.text("portal-search-no-number")));
            }
            read
        };
        let (budget, surface) = (positive("budget"), positive("surface"));
        let known = |field: &str, asked: Vec<String>| {
            let codes = codes_of("opportunity", field);
            let known = asked.into_iter().filter(|it| codes.contains(&it.as_str()));
            known.collect::<Vec<_>>()
        };
        Self {
            wanted: Wanted {
                text: visit.asked("q").chars().take(200).collect(),
                kinds: known("kind", visit.all_asked("kind")),
                sectors: known("sector", visit.all_asked("sector")),
                around: centre.map(|centre| (centre, km)),
                budget: budget.map(|euros| (euros * 100.0) as i64),
                surface,
            },
            place,
            centre,
            km,
            budget: visit.asked("budget").to_owned(),
            surface: visit.asked("surface").to_owned(),
            page: visit.asked("page").parse().unwrap_or(1).clamp(1, 10_000),
            on_map: visit.asked("view") == "map",
            faults,
        }
    }

    /// The parameters that ask for the same again, with others in the place of `page`, `view` and
    /// whatever `other` gives.
    pub(in crate::portal) fn query(&self, other: &[(&str, &str)]) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        let wanted = &self.wanted;
        pairs.push(("q", wanted.text.clone()));
        pairs.extend(wanted.kinds.iter().map(|it| ("kind", it.clone())));
        pairs.extend(wanted.sectors.iter().map(|it| ("sector", it.clone())));
        pairs.push(("place", self.place.clone()));
        if self.centre.is_some() {
            pairs.push(("km", self.km.to_string()));
        }
        pairs.push(("budget", self.budget.clone()));
        pairs.push(("surface", self.surface.clone()));
        pairs.retain(|(name, value)| {
            !value.is_empty() && !other.iter().any(|(replaced, _)| replaced == name)
        });
        let others = other.iter().filter(|(_, value)| !value.is_empty());
        let mut written = form_urlencoded::Serializer::new(String::new());
        written.extend_pairs(pairs);
        written.extend_pairs(others);
        match written.finish() {
            query if query.is_empty() => query,
            query => format!("?{query}"),
        }
    }
}

pub(super) fn offers(visit: &Visit) -> Result<Reply, Trouble> {
    let words = visit.words;
    let search = Search::of(visit);
    let found = visit
        .portal
        .with_showcase(|showcase| showcase.find(&search.wanted));
    let total = found.offers.len();
    let pages = total.div_ceil(PER_PAGE).max(1);
    let page = search.page.min(pages);
    let here = visit.path(&Route::Offers);
    let from = (page - 1) * PER_PAGE;
    let ids: Vec<_> = found
        .offers
        .iter()
        .skip(from)
        .take(PER_PAGE)
        .copied()
        .collect();
    let view = |view: &str| format!("{here}{}", search.query(&[("view", view)]));
    let body = html! {
        div.wide.offers {
            h1 { (words.text("portal-offers-title")) }
            (form(visit, &search, &found, &here))
            section.results aria-labelledby="count" {
                div.head {
                    h2 #count { (words.count("portal-offers-count", total)) }
                    nav.views aria-label=(words.text("portal-offers-views")) {
                        a href=(view("")) aria-current=[(!search.on_map).then_some("page")] { (words.text("portal-offers-list")) }
                        a href=(view("map")) aria-current=[search.on_map.then_some("page")] { (words.text("portal-offers-map")) }
                    }
                }
                (meant(visit, &found))
                @if total == 0 {
                    (nothing(visit, &search, &here))
                } @else if search.on_map {
                    (on_map(visit, &search, &found, &here))
                } @else {
                    ul.cards { @for (offer, km) in offers_of(visit, &ids)? { (card(visit, &offer, km)) } }
                    (pager(visit, &search, &here, page, pages))
                }
            }
        }
    };
    let title = words.text("portal-offers-title");
    let description = words.count("portal-offers-description", total);
    let feed = search.query(&[]);
    let mut shown = Page::new(Route::Offers, title, description, body);
    shown.head = html! {
        @if page > 1 || search.on_map { meta name="robots" content="noindex,follow"; }
    };
    shown.query = if page > 1 {
        search.query(&[("page", &page.to_string())])
    } else {
        feed
    };
    Ok(shown.reply(visit))
}

fn form(visit: &Visit, search: &Search, found: &Found, here: &str) -> Markup {
    let words = visit.words;
    let fault = |name: &str| {
        let found = search.faults.iter().find(|(field, _)| *field == name);
        found.map(|(_, text)| text.clone())
    };
    let text = |name: &'static str, label: &str, value: &str, mode: &'static str| {
        let fault = fault(name);
        let about = fault.as_ref().map(|_| format!("{name}-fault"));
        html! {
            p.field {
                label for=(name) { (words.text(label)) }
                input id=(name) name=(name) type="text" inputmode=(mode) value=(value) maxlength="80"
                    aria-invalid=[fault.as_ref().map(|_| "true")] aria-describedby=[about.as_ref()];
                @if let Some(fault) = &fault { span.fault id=[about.as_ref()] { (fault) } }
            }
        }
    };
    let facet = |field: &'static str,
                 chosen: &[String],
                 counts: &std::collections::BTreeMap<String, usize>| {
        html! {
            fieldset.facet {
                legend { (words.field("opportunity", field)) }
                @for code in codes_of("opportunity", field) {
                    @let count = counts.get(*code).copied().unwrap_or(0);
                    @let is_chosen = chosen.iter().any(|it| it == code);
                    @if count > 0 || is_chosen {
                        label {
                            input type="checkbox" name=(field) value=(code) checked[is_chosen];
                            span { (words.code("opportunity", field, code)) }
                            small { (visit.language().integer(count as i64)) }
                        }
                    }
                }
            }
        }
    };
    html! {
        form.filters role="search" method="get" action=(here) {
            p.field {
                label for="q" { (words.text("portal-search-what")) }
                input #q name="q" type="search" maxlength="200" value=(search.wanted.text) placeholder=(words.text("portal-search-example"));
            }
            (text("place", "portal-search-where", &search.place, "text"))
            p.field {
                label for="km" { (words.text("portal-search-km")) }
                select #km name="km" {
                    @for km in DISTANCES {
                        option value=(km) selected[(search.km - f64::from(km)).abs() < 0.5] { (words.km(f64::from(km))) }
                    }
                }
            }
            (text("budget", "portal-search-budget", &search.budget, "numeric"))
            (text("surface", "portal-search-surface", &search.surface, "numeric"))
            @if search.on_map { input type="hidden" name="view" value="map"; }
            details open[!search.wanted.kinds.is_empty() || !search.wanted.sectors.is_empty()] {
                summary { (words.text("portal-search-more")) }
                (facet("kind", &search.wanted.kinds, &found.kinds))
                (facet("sector", &search.wanted.sectors, &found.sectors))
            }
            p.act {
                button type="submit" { (words.text("portal-search-go")) }
                a href=(here) { (words.text("portal-search-clear")) }
            }
        }
    }
}

/// The trades that were understood.
fn meant(visit: &Visit, found: &Found) -> Markup {
    let shown: Vec<_> = found.trades.iter().take(3).collect();
    html! {
        @if !shown.is_empty() {
            p.meant {
                (visit.words.text("portal-offers-meant")) " "
                @for (place, activity) in shown.iter().enumerate() {
                    @if place > 0 { ", " }
                    span lang="fr" { (activity.label) } " (" (activity.code) ")"
                }
            }
        }
    }
}

/// What to try where nothing was found.
fn nothing(visit: &Visit, search: &Search, here: &str) -> Markup {
    let words = visit.words;
    html! {
        div.empty {
            p { (words.text("portal-offers-none")) }
            ul {
                @if search.centre.is_some() {
                    li { a href=(format!("{here}{}", search.query(&[("km", "80")]))) { (words.text("portal-offers-wider")) } }
                }
                @if !search.budget.is_empty() || !search.surface.is_empty() {
                    li { a href=(format!("{here}{}", search.query(&[("budget", ""), ("surface", "")]))) { (words.text("portal-offers-dearer")) } }
                }
                li { a href=(here) { (words.text("portal-search-clear")) } }
                li { a href=(visit.path(&Route::Project)) { (words.text("portal-offers-say")) } }
            }
        }
    }
}

fn on_map(visit: &Visit, search: &Search, found: &Found, here: &str) -> Markup {
    let words = visit.words;
    let mut marks: Vec<Mark> = Vec::new();
    for (place, count) in &found.places {
        let Some((name, point)) = named(visit, place) else {
            continue;
        };
        let only = [("place", name.as_str()), ("km", "5"), ("view", "")];
        let title = words.with(
            "portal-offers-at",
            &[("count", (*count).into()), ("place", name.as_str().into())],
        );
        marks.push(Mark {
            point,
            count: *count,
            title,
            href: format!("{here}{}", search.query(&only)),
        });
    }
    marks.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.title.cmp(&b.title)));
    html! {
        (map(&words.text("portal-offers-map-title"), &marks))
        details.places {
            summary { (words.text("portal-offers-places")) }
            ul { @for mark in &marks { li { a href=(mark.href) { (mark.title) } } } }
        }
    }
}

fn named(visit: &Visit, place: &str) -> Option<(String, Point)> {
    let territory = visit.portal.member.public_territory();
    match place.strip_prefix("epci:") {
        Some(siren) => Some((
            territory.epci(siren)?.name.clone(),
            territory.middle_of(place)?,
        )),
        None => {
            let commune = territory.current(place)?;
            Some((commune.name.clone(), commune.centroid))
        }
    }
}

fn pager(visit: &Visit, search: &Search, here: &str, page: usize, pages: usize) -> Markup {
    let words = visit.words;
    let at = |page: usize| {
        let number = if page == 1 {
            String::new()
        } else {
            page.to_string()
        };
        format!("{here}{}", search.query(&[("page", &number)]))
    };
    html! {
        @if pages > 1 {
            nav.pager aria-label=(words.text("portal-pager")) {
                @if page > 1 { a rel="prev" href=(at(page - 1)) { (words.text("portal-pager-before")) } }
                span { (words.with("portal-pager-at", &[("page", page.into()), ("pages", pages.into())])) }
                @if page < pages { a rel="next" href=(at(page + 1)) { (words.text("portal-pager-after")) } }
            }
        }
    }
}
