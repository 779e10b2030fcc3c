//! What machines read: opportunities as they are searched, structures and services, the site map.
//!
//! The same public fields as the pages show, in published forms. Each file is made once for all who
//! ask ([`kept`](super::kept)); a filter that is not understood is an error here, since no person
//! looks at what a program gets.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use sync_protocol::id::RecordId;

use crate::language::Language;
use crate::node::export::public::PublicForm;

use super::Portal;
use super::answer::{FRESH_FOR, trouble};
use super::kept::File;
use super::pages::offers::Search;
use super::pages::parts::codes_of;
use super::route::Route;
use super::server::{blocking, visit_of};
use super::visit::{Trouble, Visit};

/// The most entries of a feed: who subscribes looks for what is new.
const MOST_ENTRIES: usize = 200;

/// The filters that opportunities are searched by.
pub(super) const FILTERS: [&str; 7] = ["q", "kind", "sector", "place", "km", "budget", "surface"];

/// The most addresses that a site map may hold (sitemaps.org).
const MOST_ADDRESSES: usize = 50_000;

/// What a file is made by.
type Maker = fn(&Visit) -> Result<Vec<u8>, Trouble>;

/// Files, each with what it is asked as, its media type, and how it is made.
const FILES: [(&str, &str, Maker); 10] = [
    ("/data/opportunites.atom", "application/atom+xml", |visit| {
        offers(visit, PublicForm::Atom)
    }),
    (
        "/data/opportunites.geojson",
        "application/geo+json",
        |visit| offers(visit, PublicForm::GeoJson),
    ),
    ("/data/opportunites.csv", CSV, |visit| {
        offers(visit, PublicForm::Csv)
    }),
    ("/data/structures.data-inclusion.json", JSON, |visit| {
        whole(visit, PublicForm::DataInclusion, &["structure"])
    }),
    ("/data/services.data-inclusion.json", JSON, |visit| {
        let collections = ["support_offer", "local_service"];
        whole(visit, PublicForm::DataInclusion, &collections)
    }),
    ("/data/services.hsds.json", JSON, |visit| {
        let collections = ["support_offer", "local_service"];
        whole(visit, PublicForm::Hsds, &collections)
    }),
    ("/data/services.csv", CSV, |visit| {
        whole(visit, PublicForm::Csv, &["local_service"])
    }),
    ("/data/actualites.atom", "application/atom+xml", |visit| {
        whole(visit, PublicForm::Atom, &["news"])
    }),
    ("/sitemap.xml", "application/xml", site_map),
    ("/robots.txt", "text/plain; charset=utf-8", robots),
];

const CSV: &str = "text/csv; charset=utf-8";
const JSON: &str = "application/json";

/// Every file under its address.
pub(super) fn routes() -> Router<Arc<Portal>> {
    let mut router = Router::new();
    for (path, media_type, make) in FILES {
        router = router.route(path, file(media_type, make));
    }
    router
}

fn file(media_type: &'static str, make: Maker) -> MethodRouter<Arc<Portal>> {
    get(move |State(portal): State<Arc<Portal>>, request: Request| {
        let visit = visit_of(portal, request.uri(), None);
        let path = request.uri().path().to_owned();
        let headers = request.headers().clone();
        blocking(move || {
            visit.portal.renew();
            match kept(&visit, &path, media_type, make) {
                Ok(file) => sent(&file, &headers),
                Err(failure) => trouble(&visit, &failure),
            }
        })
    })
}

fn kept(
    visit: &Visit,
    path: &str,
    media_type: &'static str,
    make: Maker,
) -> Result<Arc<File>, Trouble> {
    let name = format!("{path}{}", search(visit, path)?.query(&[]));
    let edition = visit.portal.edition()?;
    visit
        .portal
        .kept
        .file(&name, edition, || Ok(File::new(media_type, make(visit)?)))
}

/// The file as this program can take it, or that it has it already.
fn sent(file: &File, headers: &HeaderMap) -> Response {
    let says = |name, what: &str| {
        let mut values = headers.get_all(name).iter();
        values.any(|it| it.to_str().is_ok_and(|it| it.contains(what)))
    };
    let mut response = Response::new(Body::empty());
    let is_known = says(IF_NONE_MATCH, &file.tag);
    let takes_gzip = says(ACCEPT_ENCODING, "gzip") && !says(ACCEPT_ENCODING, "gzip;q=0");
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else if takes_gzip {
        *response.body_mut() = file.gzip.clone().into();
    } else {
        *response.body_mut() = file.plain.clone().into();
    }
    let own = response.headers_mut();
    if !is_known {
        own.insert(CONTENT_TYPE, HeaderValue::from_static(file.media_type));
        if takes_gzip {
            own.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
    }
    own.insert(VARY, HeaderValue::from_static("accept-encoding"));
    own.insert(CACHE_CONTROL, HeaderValue::from_static(FRESH_FOR));
    if let Ok(tag) = HeaderValue::from_str(&file.tag) {
        own.insert(ETAG, tag);
    }
    response
}

fn search(visit: &Visit, path: &str) -> Result<Search, Trouble> {
    let is_searched = path.starts_with("/data/opportunites.");
    let is_known = |name: &str| is_searched && FILTERS.contains(&name);
    if !visit.query.iter().all(|(name, _)| is_known(name)) {
        return Err(Trouble::Bad("portal-data-bad-name"));
    }
    strict(visit)
}

/// What the address asks for, nothing of which may be unknown.
pub(super) fn strict(visit: &Visit) -> Result<Search, Trouble> {
    for field in ["kind", "sector"] {
        let codes = codes_of("opportunity", field);
        let mut asked = visit.all_asked(field).into_iter();
        if !asked.all(|code| codes.contains(&code.as_str())) {
            return Err(Trouble::Bad("portal-data-bad-code"));
        }
    }
    let km = visit.asked("km");
    let is_distance = km.is_empty()
        || km
            .parse::<f64>()
            .is_ok_and(|km| (1.0..=200.0).contains(&km));
    if !is_distance {
        return Err(Trouble::Bad("portal-data-bad-number"));
    }
    let search = Search::of(visit);
    match search.faults.first() {
        Some(("place", _)) => Err(Trouble::Bad("portal-data-bad-place")),
        Some(_) => Err(Trouble::Bad("portal-data-bad-number")),
        None => Ok(search),
    }
}

fn offers(visit: &Visit, form: PublicForm) -> Result<Vec<u8>, Trouble> {
    let wanted = Search::of(visit).wanted;
    let found = visit
        .portal
        .with_showcase(|showcase| showcase.find(&wanted));
    let ids: Vec<RecordId> = found.offers.into_iter().map(|(id, _)| id).collect();
    let member = &visit.portal.member;
    Ok(member.public_offers(form, &ids, MOST_ENTRIES)?)
}

fn whole(visit: &Visit, form: PublicForm, collections: &[&str]) -> Result<Vec<u8>, Trouble> {
    Ok(visit.portal.member.public_file(form, collections)?)
}

/// Pages that are always there, and each opportunity, in both languages.
fn site_map(visit: &Visit) -> Result<Vec<u8>, Trouble> {
    let offers = visit
        .portal
        .with_showcase(|showcase| showcase.find(&super::showcase::Wanted::default()).offers);
    let offers = offers
        .into_iter()
        .map(|(id, _)| Route::Offer(id.to_string()));
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let routes = super::pages::listed().chain(offers);
    let addresses = routes.flat_map(|route| Language::ALL.map(|language| route.path(language)));
    for address in addresses.take(MOST_ADDRESSES) {
        // Paths of our own: nothing in them that XML would read otherwise.
        xml += &format!(
            "<url><loc>{}</loc></url>\n",
            visit.portal.site.address_of(&address)
        );
    }
    xml += "</urlset>\n";
    Ok(xml.into_bytes())
}

fn robots(visit: &Visit) -> Result<Vec<u8>, Trouble> {
    let map = visit.portal.site.address_of("/sitemap.xml");
    let text = format!(
        "User-agent: *\nDisallow: /mon-projet/suivi\nDisallow: /en/my-project/follow\n\
         Sitemap: {map}\n"
    );
    Ok(text.into_bytes())
}
