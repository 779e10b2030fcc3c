//! The public API, read-only and without an account: what the pages show, as JSON.
//!
//! `/api/public/v1/…`, described by its `openapi.json`. Not to be confused with the node's own API,
//! which listens on loopback alone and asks for a token.

use std::sync::Arc;

use axum::Router;
use axum::extract::{RawPathParams, Request, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, IF_NONE_MATCH};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use serde_json::{Map, Value, json};

use crate::node::public::{Asked, PublicOffer, PublicRecord};
use crate::registry::record_to_json;
use crate::view::{List, Sort};

use super::Portal;
use super::answer::{tag, tagged};
use super::feeds::{FILTERS, strict};
use super::route::Route;
use super::server::{blocking, visit_of};
use super::visit::{Trouble, Visit};

mod described;

/// Records on a page where nothing else is asked, and at most.
const PER_PAGE: usize = 20;
const MOST_PER_PAGE: usize = 100;

/// What answers.
type Answer = fn(&Visit) -> Result<Value, Trouble>;

/// Each address below `/api/public/v1`, and what answers there.
const ADDRESSES: [(&str, Answer); 6] = [
    ("/opportunities", offers),
    ("/opportunities/{id}", offer),
    ("/structures", |visit| records(visit, "structure")),
    ("/services", |visit| records(visit, "local_service")),
    ("/communes", communes),
    ("/openapi.json", |visit| Ok(described::interface(visit))),
];

/// Where it is.
const BASE: &str = "/api/public/v1";

pub(super) fn routes() -> Router<Arc<Portal>> {
    let mut router = Router::new();
    for (path, answer) in ADDRESSES {
        router = router.route(&format!("{BASE}{path}"), answered(answer));
    }
    router.route(
        &format!("{BASE}/{{*rest}}"),
        answered(|_| Err(Trouble::NotFound)),
    )
}

fn answered(answer: Answer) -> MethodRouter<Arc<Portal>> {
    get(
        move |State(portal): State<Arc<Portal>>, id: RawPathParams, request: Request| {
            let visit = visit_of(portal, request.uri(), Some(&id));
            let known = request.headers().get(IF_NONE_MATCH).cloned();
            blocking(move || {
                visit.portal.renew();
                let tag = tag(&visit, request.uri());
                let is_known = tag.as_ref().zip(known).is_some_and(|(tag, known)| {
                    known.to_str().is_ok_and(|it| it.contains(tag.as_str()))
                });
                if let (true, Some(tag)) = (is_known, &tag) {
                    return tagged(StatusCode::NOT_MODIFIED.into_response(), tag);
                }
                match (answer(&visit), tag) {
                    (Ok(value), Some(tag)) => tagged(said(StatusCode::OK, &value), &tag),
                    (Ok(value), None) => said(StatusCode::OK, &value),
                    (Err(trouble), _) => problem(&visit, &trouble),
                }
            })
        },
    )
}

fn said(status: StatusCode, value: &Value) -> Response {
    (
        status,
        [(CONTENT_TYPE, "application/json")],
        value.to_string(),
    )
        .into_response()
}

/// What is wrong, as RFC 9457 writes it.
fn problem(visit: &Visit, trouble: &Trouble) -> Response {
    let (status, title) = match trouble {
        Trouble::NotFound => (StatusCode::NOT_FOUND, "portal-trouble-missing"),
        Trouble::Gone => (StatusCode::GONE, "portal-trouble-gone"),
        Trouble::Bad(text) => (StatusCode::BAD_REQUEST, *text),
        Trouble::TooMany => (StatusCode::TOO_MANY_REQUESTS, "portal-trouble-many"),
        Trouble::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "portal-trouble-large"),
        Trouble::Failed(error) => {
            tracing::error!(code = %error.code, %error, "the public API failed");
            (StatusCode::INTERNAL_SERVER_ERROR, "portal-trouble-failed")
        }
    };
    let told = json!({ "status": status.as_u16(), "title": visit.words.text(title) });
    let mut response = said(status, &told);
    let media_type = axum::http::HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(CONTENT_TYPE, media_type);
    response
}

/// Which page is asked for, and how many records of each; no other parameters than `also`.
fn page_of(visit: &Visit, also: &[&str]) -> Result<(usize, usize), Trouble> {
    let is_known = |name: &str| matches!(name, "page" | "per_page") || also.contains(&name);
    if !visit.query.iter().all(|(name, _)| is_known(name)) {
        return Err(Trouble::Bad("portal-api-bad-name"));
    }
    let number = |name: &str, usual: usize, most: usize| match visit.asked(name) {
        "" => Ok(usual),
        typed => {
            let number = typed.parse().ok();
            let number = number.filter(|number| (1..=most).contains(number));
            number.ok_or(Trouble::Bad("portal-api-bad-page"))
        }
    };
    let page = number("page", 1, 100_000)?;
    Ok((page, number("per_page", PER_PAGE, MOST_PER_PAGE)?))
}

fn paged(page: usize, per_page: usize, total: usize, items: Vec<Value>) -> Value {
    let pages = total.div_ceil(per_page);
    json!({ "page": page, "pages": pages, "total": total, "items": items })
}

fn offers(visit: &Visit) -> Result<Value, Trouble> {
    let (page, per_page) = page_of(visit, &FILTERS)?;
    let wanted = strict(visit)?.wanted;
    let found = visit
        .portal
        .with_showcase(|showcase| showcase.find(&wanted).offers);
    let mut items = Vec::new();
    for (id, km) in found.iter().skip((page - 1) * per_page).take(per_page) {
        if let Asked::Here(offer) = visit.portal.member.public_offer(&id.to_string())? {
            let mut item = of_offer(visit, &offer);
            if let Some(km) = km {
                item["distance_km"] = ((km * 10.0).round() / 10.0).into();
            }
            items.push(item);
        }
    }
    Ok(paged(page, per_page, found.len(), items))
}

fn offer(visit: &Visit) -> Result<Value, Trouble> {
    match visit.portal.member.public_offer(&visit.id)? {
        Asked::Here(offer) => Ok(of_offer(visit, &offer)),
        Asked::Gone => Err(Trouble::Gone),
        Asked::Unknown => Err(Trouble::NotFound),
    }
}

fn of_offer(visit: &Visit, offer: &PublicOffer) -> Value {
    let mut item = of_record(&offer.record);
    if let Some(epci) = &offer.record.epci {
        item.insert("epci".to_owned(), epci.as_str().into());
    }
    let good_until = offer.good_until.to_string();
    item.insert("good_until".to_owned(), good_until.into());
    let path = visit.path(&Route::Offer(offer.record.id.to_string()));
    let url = visit.portal.site.address_of(&path);
    item.insert("url".to_owned(), url.into());
    Value::Object(item)
}

fn of_record(record: &PublicRecord) -> Map<String, Value> {
    let mut item = Map::new();
    item.insert("id".to_owned(), record.id.to_string().into());
    item.insert("owner".to_owned(), record.owner.to_string().into());
    for (name, value) in record_to_json(record.collection, &record.fields) {
        item.insert(name, value);
    }
    item
}

fn records(visit: &Visit, collection: &str) -> Result<Value, Trouble> {
    let (page, per_page) = page_of(visit, &[])?;
    let list = List {
        sort: Some(Sort::parse("created_on")),
        limit: Some(per_page),
        offset: (page - 1) * per_page,
        ..List::default()
    };
    let (records, total) = visit.portal.member.public_list(collection, &list)?;
    let items = records.iter().map(|it| Value::Object(of_record(it)));
    let total = usize::try_from(total).unwrap_or(usize::MAX);
    Ok(paged(page, per_page, total, items.collect()))
}

fn communes(visit: &Visit) -> Result<Value, Trouble> {
    let (page, per_page) = page_of(visit, &[])?;
    let all = visit.portal.member.public_territory().communes();
    let items = all.iter().skip((page - 1) * per_page).take(per_page);
    let items = items.map(|commune| {
        json!({
            "code": commune.code,
            "name": commune.name,
            "department": commune.department,
            "epci": commune.epci,
            "postal_codes": commune.postal_codes,
            "population": commune.population,
            "latitude": commune.centroid.latitude,
            "longitude": commune.centroid.longitude,
        })
    });
    Ok(paged(page, per_page, all.len(), items.collect()))
}
