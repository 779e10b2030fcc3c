//! What is done with personal data, and what is not.

use maud::html;

use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::visit::{Reply, Trouble, Visit};

use super::legal::{editor, write_to};

/// What is said, each a heading whose text follows.
const SECTIONS: [&str; 5] = [
    "portal-privacy-visit",
    "portal-privacy-project",
    "portal-privacy-shown",
    "portal-privacy-kept",
    "portal-privacy-rights",
];

pub(super) fn privacy(visit: &Visit) -> Result<Reply, Trouble> {
    let words = visit.words;
    let editor = editor(visit)?;
    let body = html! {
        div.narrow.text {
            h1 { (words.text("portal-privacy-title")) }
            p.lead { (words.text("portal-privacy-lead")) }
            @for key in SECTIONS {
                h2 { (words.text(key)) }
                p { (words.text(&format!("{key}-text"))) }
            }
            h2 { (words.text("portal-privacy-whom")) }
            (write_to(visit, editor.as_ref()))
            p { (words.text("portal-privacy-cnil")) " " a href="https://www.cnil.fr/fr/plaintes" rel="noopener" hreflang="fr" { "cnil.fr" } "." }
        }
    };
    let title = words.text("portal-privacy-title");
    Ok(Page::new(
        Route::Privacy,
        title,
        words.text("portal-privacy-lead"),
        body,
    )
    .reply(visit))
}
