//! What becomes of what a visitor writes: said above the button, in the words of
//! docs/modeles/notice-information.md. Its version is [`crate::node::received::NOTICE`].

use maud::{Markup, html};

use crate::node::public::Asked;
use crate::portal::route::Route;
use crate::portal::visit::Visit;

pub(super) fn notice(visit: &Visit) -> Markup {
    let words = visit.words;
    let member = &visit.portal.member;
    let name = member.structure_name();
    let own = match member.own_public_record() {
        Ok(Asked::Here(own)) => Some(own),
        _ => None,
    };
    let reach: Vec<String> = ["address", "phone", "email"]
        .into_iter()
        .filter_map(|field| words.value(own.as_ref()?, field))
        .collect();
    let paragraphs = [
        "portal-form-notice-who",
        "portal-form-notice-sealed",
        "portal-form-notice-plain",
        "portal-form-notice-here",
        "portal-form-notice-long",
        "portal-form-notice-rights",
    ];
    html! {
        section.whom.told aria-labelledby="notice-title" {
            h2 #notice-title { (words.text("portal-form-notice")) }
            @for key in paragraphs {
                p { (words.with(key, &[("name", name.into())])) }
            }
            @if !reach.is_empty() { p { (words.text("portal-form-notice-reach")) " " (reach.join(", ")) } }
            p { a href=(visit.path(&Route::Privacy)) { (words.text("portal-form-notice-more")) } }
        }
    }
}
