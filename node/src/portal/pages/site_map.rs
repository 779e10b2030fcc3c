//! Everything there is, in one place.

use maud::html;

use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::visit::{Reply, Trouble, Visit};
use crate::registry::vocabulary::NEED_THEMES;

/// The pages in their groups.
const GROUPS: [(&str, &[(Route, &str)]); 3] = [
    (
        "portal-site-settle",
        &[
            (Route::Home, "portal-site-home"),
            (Route::Offers, "portal-nav-offers"),
            (Route::Living, "portal-nav-living"),
            (Route::Help, "portal-nav-help"),
            (Route::Project, "portal-nav-project"),
            (Route::Follow, "portal-nav-follow"),
        ],
    ),
    (
        "portal-site-network",
        &[
            (Route::Network, "portal-nav-network"),
            (Route::Structures, "portal-nav-structures"),
            (Route::News, "portal-nav-news"),
            (Route::Data, "portal-nav-data"),
        ],
    ),
    (
        "portal-site-about",
        &[
            (Route::Legal, "portal-nav-legal"),
            (Route::Privacy, "portal-nav-privacy"),
            (Route::Accessibility, "portal-nav-accessibility"),
        ],
    ),
];

pub(super) fn site_map(visit: &Visit) -> Result<Reply, Trouble> {
    let words = visit.words;
    let epcis = visit.portal.member.public_territory().epcis();
    let (living, help) = (visit.path(&Route::Living), visit.path(&Route::Help));
    let body = html! {
        div.wide.text {
            h1 { (words.text("portal-nav-site-map")) }
            div.three {
                @for (key, pages) in GROUPS {
                    section.theme {
                        h2 { (words.text(key)) }
                        ul.names.one { @for (route, key) in pages { li { a href=(visit.path(route)) { (words.text(key)) } } } }
                    }
                }
                section.theme {
                    h2 { (words.text("portal-nav-living")) }
                    ul.names.one { @for epci in epcis { li { a href=(format!("{living}?epci={}", epci.siren)) { (epci.name) } } } }
                }
                section.theme {
                    h2 { (words.text("portal-nav-help")) }
                    ul.names.one { @for theme in NEED_THEMES { li { a href=(format!("{help}?need={theme}")) { (words.code("need", "theme", theme)) } } } }
                }
            }
        }
    };
    let title = words.text("portal-nav-site-map");
    Ok(Page::new(
        Route::SiteMap,
        title,
        words.text("portal-site-description"),
        body,
    )
    .reply(visit))
}
