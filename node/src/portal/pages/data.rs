//! Open data: what may be downloaded, in which formats, and what one may do with it.

use maud::html;

use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::visit::{Reply, Trouble, Visit};

/// The licence in full.
const LICENCE: &str = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/";

/// What there is: the key of what it holds, and of each file its address and format.
const FILES: [(&str, &[(&str, &str)]); 4] = [
    (
        "portal-data-offers",
        &[
            ("/data/opportunites.csv", "CSV"),
            ("/data/opportunites.geojson", "GeoJSON"),
            ("/data/opportunites.atom", "Atom"),
        ],
    ),
    (
        "portal-data-structures",
        &[("/data/structures.data-inclusion.json", "data·inclusion")],
    ),
    (
        "portal-data-services",
        &[
            ("/data/services.csv", "CSV"),
            ("/data/services.hsds.json", "Open Referral HSDS 3.0"),
        ],
    ),
    (
        "portal-data-api",
        &[("/api/public/v1/openapi.json", "OpenAPI")],
    ),
];

pub(super) fn data(visit: &Visit) -> Result<Reply, Trouble> {
    let words = visit.words;
    let network = visit.portal.member.network_name();
    let source = words.with("portal-data-source-example", &[("name", network.into())]);
    let body = html! {
        div.narrow.text {
            h1 { (words.text("portal-nav-data")) }
            p.lead { (words.text("portal-data-lead")) }
            @for (key, files) in FILES {
                section.theme {
                    h2 { (words.text(key)) }
                    p { (words.text(&format!("{key}-text"))) }
                    ul.chips { @for (address, format) in files { li { a href=(address) { (format) } } } }
                }
            }
            h2 { (words.text("portal-data-licence")) }
            p { (words.text("portal-data-licence-text")) " " a href=(LICENCE) rel="noopener" hreflang="fr" { "Licence Ouverte 2.0 (Etalab)" } "." }
            ul {
                li { (words.text("portal-data-may")) }
                li { (words.text("portal-data-must")) " " q { (source) } }
                li { (words.text("portal-data-must-not")) }
            }
            h2 { (words.text("portal-data-other")) }
            p { (words.text("portal-data-insee")) }
            h2 { (words.text("portal-data-hidden")) }
            p { (words.text("portal-data-hidden-text")) }
        }
    };
    let title = words.text("portal-nav-data");
    Ok(Page::new(Route::Data, title, words.text("portal-data-lead"), body).reply(visit))
}
