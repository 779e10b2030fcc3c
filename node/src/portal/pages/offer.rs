//! One opportunity: what it is, what lies around it, whom to talk to.

use maud::{Markup, html};

use crate::node::public::{Asked, PublicOffer, PublicRecord};
use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::schema_org;
use crate::portal::visit::{Reply, Trouble, Visit};
use crate::view::{List, Near};

use super::parts::{place, price, prose, surface, vouched};

/// How far around it is looked for what a household needs, in kilometres.
const AROUND_KM: f64 = 20.0;

/// How many of each sort are shown.
const SHOWN: usize = 6;

/// Facts in this order, after place, price and surface.
const FACTS: [&str; 12] = [
    "sector",
    "naf_code",
    "transfer_mode",
    "turnover_band",
    "headcount",
    "farm_production",
    "organic",
    "with_housing",
    "with_walls",
    "equipment_included",
    "accessible",
    "telecom",
];

pub(super) fn offer(visit: &Visit) -> Result<Reply, Trouble> {
    let offer = found(visit)?;
    let record = &offer.record;
    let words = visit.words;
    let kind = record.text("kind").unwrap_or_default();
    let body = html! {
        article.wide.offer {
            p.back { a href=(visit.path(&Route::Offers)) { (words.text("portal-offer-back")) } }
            header {
                p.kind { span.dot.(kind) {} (words.code("opportunity", "kind", kind)) }
                h1 { (record.title()) }
                p.where { @if let Some(place) = place(visit, record) { (place) } }
            }
            div.columns {
                div {
                    @if record.text("status") == Some("under_negotiation") {
                        p.notice { (words.text("portal-offer-negotiation")) }
                    }
                    @match record.text("summary") {
                        Some(text) => (prose(text)),
                        None => p.empty { (words.text("portal-offer-no-summary")) },
                    }
                    h2 { (words.text("portal-offer-facts")) }
                    (facts(visit, record))
                    p.vouched { (vouched(visit, &offer)) " " (words.with("portal-offer-good-until", &[("day", words.day(offer.good_until).into())])) }
                }
                aside {
                    (whom(visit, record)?)
                    p { a.button.strong href=(format!("{}?opportunity={}", visit.path(&Route::Project), record.id)) { (words.text("portal-form-from-offer")) } }
                    p { a.button href=(visit.path(&Route::Poster(record.id.to_string()))) { (words.text("portal-offer-poster")) } }
                }
            }
            (around(visit, record)?)
        }
    };
    let mut title = record.title().to_owned();
    if let Some(place) = place(visit, record) {
        title = format!("{title}, {place}");
    }
    let description = record.text("summary").unwrap_or_else(|| record.title());
    let description: String = description.chars().take(200).collect();
    let route = Route::Offer(record.id.to_string());
    let mut page = Page::new(route, title, description, body);
    page.head = schema_org::of(visit, &offer);
    Ok(page.reply(visit))
}

/// The opportunity that the address names.
pub(super) fn found(visit: &Visit) -> Result<PublicOffer, Trouble> {
    match visit.portal.member.public_offer(&visit.id)? {
        Asked::Here(offer) => Ok(*offer),
        Asked::Gone => Err(Trouble::Gone),
        Asked::Unknown => Err(Trouble::NotFound),
    }
}

/// What is known of it, as a list of terms.
pub(super) fn facts(visit: &Visit, record: &PublicRecord) -> Markup {
    let words = visit.words;
    let mut shown: Vec<(String, String)> = Vec::new();
    if let Some(price) = price(visit, record) {
        shown.push((words.text("portal-offer-price"), price));
    }
    if let Some(surface) = surface(visit, record) {
        shown.push((words.text("portal-offer-surface"), surface));
    }
    for field in FACTS {
        if let Some(value) = words.value(record, field) {
            shown.push((words.field("opportunity", field), value));
        }
    }
    if let Some(day) = words.value(record, "available_from") {
        shown.push((words.field("opportunity", "available_from"), day));
    }
    html! {
        dl.facts { @for (name, value) in shown { div { dt { (name) } dd { (value) } } } }
    }
}

/// Whom to talk to: the contact named, and the structure that answers for it.
pub(super) fn whom(visit: &Visit, record: &PublicRecord) -> Result<Markup, Trouble> {
    let member = &visit.portal.member;
    let agent = match record.text("contact") {
        Some(id) => member.public_record("agent", id)?,
        None => Asked::Unknown,
    };
    let owner = member.public_record("structure", &record.owner.to_string())?;
    let words = visit.words;
    Ok(html! {
        div.whom {
            h2 { (words.text("portal-offer-whom")) }
            @if let Asked::Here(agent) = &agent {
                p { strong { (agent.title()) } }
                (reach(visit, agent))
            }
            @match &owner {
                Asked::Here(owner) => {
                    p { a href=(visit.path(&Route::Structure(owner.id.to_string()))) { (owner.title()) } }
                    @if !matches!(agent, Asked::Here(_)) { (reach(visit, owner)) }
                }
                _ => p { a href=(visit.path(&Route::Help)) { (words.text("portal-nav-help")) } }
            }
        }
    })
}

/// Telephone, e-mail and site, as far as they are given.
pub(super) fn reach(visit: &Visit, record: &PublicRecord) -> Markup {
    let words = visit.words;
    html! {
        ul.reach {
            @if let Some(phone) = record.text("phone") {
                li { a href=(format!("tel:{phone}")) { (words.value(record, "phone").unwrap_or_default()) } }
            }
            @if let Some(email) = record.text("email") {
                li { a href=(format!("mailto:{email}")) { (email) } }
            }
            @if let Some(website) = record.text("website").filter(|it| it.starts_with("http")) {
                li { a href=(website) rel="noopener noreferrer" { (website) } }
            }
        }
    }
}

/// Housing, jobs and services nearby.
fn around(visit: &Visit, record: &PublicRecord) -> Result<Markup, Trouble> {
    let member = &visit.portal.member;
    let Some(centre) = member.public_place(record) else {
        return Ok(html! {});
    };
    let near = |collection: &str, conditions: &[&str]| {
        let list = List {
            conditions: conditions.iter().map(|it| (*it).to_owned()).collect(),
            near: Some(Near {
                latitude: centre.latitude,
                longitude: centre.longitude,
                within_km: Some(AROUND_KM),
            }),
            limit: Some(SHOWN * 4),
            ..List::default()
        };
        member.public_list(collection, &list)
    };
    let offers = |kind: &str| -> Result<Vec<(PublicRecord, Option<f64>)>, Trouble> {
        let (found, _) = near(
            "opportunity",
            &[
                &format!("kind={kind}"),
                "status=published|under_negotiation",
            ],
        )?;
        let mut shown = Vec::new();
        // How far something is tells where it is: not of what is published without its commune.
        let told = |it: &PublicRecord| it.id != record.id && it.text("insee_code").is_some();
        for found in found.into_iter().filter(told) {
            let km = found.distance_km;
            if let Asked::Here(offer) = member.public_offer(&found.id.to_string())? {
                shown.push((offer.record, km));
            }
            if shown.len() == SHOWN {
                break;
            }
        }
        Ok(shown)
    };
    let (housing, jobs) = (offers("housing")?, offers("job")?);
    let (services, _) = near("local_service", &[])?;
    let words = visit.words;
    let list = |key: &str, found: &[(PublicRecord, Option<f64>)]| {
        html! {
            section {
                h3 { (words.text(key)) }
                @if found.is_empty() { p.empty { (words.text("portal-around-none")) } }
                @else {
                    ul.near {
                        @for (record, km) in found {
                            li {
                                @if record.collection.name == "opportunity" {
                                    a href=(visit.path(&Route::Offer(record.id.to_string()))) { (record.title()) }
                                } @else {
                                    span { (record.title()) } small { (words.code("local_service", "theme", record.text("theme").unwrap_or_default())) }
                                }
                                @if let Some(km) = km { span.far { (words.km(*km)) } }
                            }
                        }
                    }
                }
            }
        }
    };
    let services: Vec<_> = services
        .into_iter()
        .map(|service| {
            let km = service.distance_km;
            (service, km)
        })
        .collect();
    Ok(html! {
        section.around {
            h2 { (words.text("portal-around")) }
            div.three {
                (list("portal-around-housing", &housing))
                (list("portal-around-jobs", &jobs))
                (list("portal-around-services", &services))
            }
            @if let Some(code) = record.text("insee_code") {
                p { a href=(visit.path(&Route::LivingIn(code.to_owned()))) { (words.text("portal-around-living")) } }
            }
        }
    })
}
