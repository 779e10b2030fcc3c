//! What the portal is for, and the three ways in.

use maud::html;

use crate::portal::assets::HILLS;
use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::showcase::Wanted;
use crate::portal::visit::{Reply, Trouble, Visit};

use super::parts::{card, offers_of};

/// How many opportunities the first page shows.
const SHOWN: usize = 6;

pub(super) fn home(visit: &Visit) -> Result<Reply, Trouble> {
    let words = visit.words;
    let found = visit
        .portal
        .with_showcase(|showcase| showcase.find(&Wanted::default()));
    let first: Vec<_> = found.offers.iter().take(SHOWN).copied().collect();
    let shown = offers_of(visit, &first)?;
    let offers = visit.path(&Route::Offers);
    let ways = [
        (Route::Offers, "portal-home-way-offers"),
        (Route::Living, "portal-home-way-living"),
        (Route::Help, "portal-home-way-help"),
    ];
    let body = html! {
        section.hero {
            div.wide {
                h1 { (words.text("portal-home-title")) }
                p.lead { (words.text("portal-home-lead")) }
                form.search role="search" method="get" action=(offers) {
                    label for="q" { (words.text("portal-search-what")) }
                    input #q name="q" type="search" maxlength="200" placeholder=(words.text("portal-search-example"));
                    label for="place" { (words.text("portal-search-where")) }
                    input #place name="place" type="text" maxlength="80" autocomplete="address-level2";
                    button type="submit" { (words.text("portal-search-go")) }
                }
            }
            img.hills src=(HILLS.path()) alt="" width="1600" height="260";
        }
        section.wide.three {
            @for (route, key) in &ways {
                div.way {
                    h2 { a href=(visit.path(route)) { (words.text(key)) } }
                    p { (words.text(&format!("{key}-text"))) }
                }
            }
        }
        section.wide {
            h2 { (words.text("portal-home-latest")) }
            @if shown.is_empty() {
                p.empty { (words.text("portal-home-none")) }
            } @else {
                ul.cards { @for (offer, _) in &shown { (card(visit, offer, None)) } }
                p.more { a.button href=(offers) { (words.count("portal-home-all", found.offers.len())) } }
            }
        }
        section.band {
            div.wide {
                h2 { (words.text("portal-home-project")) }
                p { (words.text("portal-home-project-text")) }
                p { a.button.strong href=(visit.path(&Route::Project)) { (words.text("portal-nav-project")) } }
            }
        }
    };
    let (title, description) = (
        words.text("portal-home-title"),
        words.text("portal-home-lead"),
    );
    Ok(Page::new(Route::Home, title, description, body).reply(visit))
}
