//! The poster of an opportunity: one sheet of A4 for the bakery's window.

use maud::html;

use crate::portal::page::Page;
use crate::portal::qr;
use crate::portal::route::Route;
use crate::portal::visit::{Reply, Trouble, Visit};

use super::offer::{facts, found, whom};
use super::parts::{place, prose, vouched};
use super::words_of::beginning;

/// More text does not fit on the sheet.
const MOST_LETTERS: usize = 560;

pub(super) fn poster(visit: &Visit) -> Result<Reply, Trouble> {
    let offer = found(visit)?;
    let record = &offer.record;
    let words = visit.words;
    let kind = record.text("kind").unwrap_or_default();
    let route = Route::Offer(record.id.to_string());
    let address = visit.portal.site.address_of(&visit.path(&route));
    let body = html! {
        div.wide {
            div.before-print {
                p.back { a href=(visit.path(&route)) { (words.text("portal-poster-back")) } }
                p.hint { (words.text("portal-poster-how")) }
                @if is_of_this_machine(&address) {
                    p.notice { (words.text("portal-poster-local")) }
                }
            }
            article.sheet {
                header {
                    p.sheet-brand { (visit.portal.member.network_name()) }
                    p.kind { span.dot.(kind) {} (words.code("opportunity", "kind", kind)) }
                    h1 { (record.title()) }
                    p.where { @if let Some(place) = place(visit, record) { (place) } }
                }
                div.sheet-text {
                    @if let Some(text) = record.text("summary") { (prose(&beginning(text, MOST_LETTERS))) }
                }
                (facts(visit, record))
                footer {
                    (whom(visit, record)?)
                    figure.code {
                        (qr::code(&address, &words.text("portal-poster-code")))
                        figcaption { (words.text("portal-poster-scan")) " " span.address { (address) } }
                    }
                }
                p.vouched { (vouched(visit, &offer)) " " (words.with("portal-offer-good-until", &[("day", words.day(offer.good_until).into())])) }
            }
        }
    };
    let title = words.with("portal-poster-title", &[("title", record.title().into())]);
    let description = words.text("portal-poster-how");
    let route = Route::Poster(record.id.to_string());
    let mut page = Page::new(route, title, description, body);
    // The opportunity itself is what search engines should find.
    page.head = html! { meta name="robots" content="noindex"; };
    Ok(page.reply(visit))
}

/// Whether an address works on this machine alone, so that a printed code of it leads nowhere.
fn is_of_this_machine(address: &str) -> bool {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    ["127.", "localhost", "[::1]", "0.0.0.0"]
        .iter()
        .any(|own| host.starts_with(own))
}
