//! The declaration of accessibility: what was looked at and how, and what was not.
//!
//! Without an audit that counts, RGAA 4.1 knows one state only: not in conformity. Whoever has one
//! made says so here, with its date and its result.

use maud::html;

use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::visit::{Reply, Trouble, Visit};

use super::legal::{editor, write_to};

/// What was made sure of, and what was not.
const DONE: [&str; 6] = [
    "portal-access-script",
    "portal-access-structure",
    "portal-access-narrow",
    "portal-access-keys",
    "portal-access-maps",
    "portal-access-colours",
];
const NOT_DONE: [&str; 4] = [
    "portal-access-no-audit",
    "portal-access-no-reader",
    "portal-access-no-contrast",
    "portal-access-texts",
];

pub(super) fn accessibility(visit: &Visit) -> Result<Reply, Trouble> {
    let words = visit.words;
    let editor = editor(visit)?;
    let name = [("name", visit.portal.member.structure_name().into())];
    let body = html! {
        div.narrow.text {
            h1 { (words.text("portal-access-title")) }
            p { (words.with("portal-access-aim", &name)) }
            h2 { (words.text("portal-access-state")) }
            p { strong { (words.text("portal-access-state-text")) } }
            h2 { (words.text("portal-access-done")) }
            ul { @for key in DONE { li { (words.text(key)) } } }
            h2 { (words.text("portal-access-not-done")) }
            ul { @for key in NOT_DONE { li { (words.text(key)) } } }
            h2 { (words.text("portal-access-made")) }
            p { (words.text("portal-access-made-text")) }
            h2 { (words.text("portal-access-contact")) }
            p { (words.text("portal-access-contact-text")) }
            (write_to(visit, editor.as_ref()))
            h2 { (words.text("portal-access-ways")) }
            p { (words.text("portal-access-ways-text")) " " a href="https://formulaire.defenseurdesdroits.fr/" rel="noopener" hreflang="fr" { "defenseurdesdroits.fr" } "." }
        }
    };
    let title = words.text("portal-access-title");
    let description = words.text("portal-access-state-text");
    Ok(Page::new(Route::Accessibility, title, description, body).reply(visit))
}
