//! The legal notice: who publishes the portal, who answers for what stands in it.

use maud::{Markup, html};

use crate::node::public::{Asked, PublicRecord};
use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::visit::{Reply, Trouble, Visit};

use super::offer::reach;
use super::words_of::structure_link;

pub(super) fn legal(visit: &Visit) -> Result<Reply, Trouble> {
    let words = visit.words;
    let editor = editor(visit)?;
    let body = html! {
        div.narrow.text {
            h1 { (words.text("portal-nav-legal")) }
            h2 { (words.text("portal-legal-editor")) }
            (identity(visit, editor.as_ref()))
            p { (words.text("portal-legal-director")) }
            h2 { (words.text("portal-legal-host")) }
            p { (words.text("portal-legal-host-text")) }
            h2 { (words.text("portal-legal-content")) }
            p { (words.text("portal-legal-content-text")) }
            p { (words.text("portal-legal-report")) }
            h2 { (words.text("portal-legal-rights")) }
            p { (words.text("portal-legal-rights-text")) " " a href=(visit.path(&Route::Data)) { (words.text("portal-nav-data")) } "." }
            p { (words.text("portal-legal-software")) }
            h2 { (words.text("portal-nav-privacy")) }
            p { a href=(visit.path(&Route::Privacy)) { (words.text("portal-privacy-title")) } }
        }
    };
    let title = words.text("portal-nav-legal");
    Ok(Page::new(
        Route::Legal,
        title,
        words.text("portal-legal-description"),
        body,
    )
    .reply(visit))
}

/// The record of the structure that serves the portal.
pub(super) fn editor(visit: &Visit) -> Result<Option<PublicRecord>, Trouble> {
    let member = &visit.portal.member;
    let id = member.public_editor().to_string();
    Ok(match member.public_record("structure", &id)? {
        Asked::Here(record) => Some(*record),
        Asked::Gone | Asked::Unknown => None,
    })
}

/// Who it is, and what the record does not say.
pub(super) fn identity(visit: &Visit, editor: Option<&PublicRecord>) -> Markup {
    let words = visit.words;
    let name = visit.portal.member.structure_name();
    let needed = ["address", "siret", "phone", "email"];
    let said = |field: &str| editor.and_then(|it| words.value(it, field));
    let missing = needed.iter().filter(|field| said(field).is_none());
    let missing: Vec<String> = missing
        .map(|field| words.field("structure", field))
        .collect();
    html! {
        p {
            strong { @match editor { Some(record) => (structure_link(visit, record)), None => (name) } }
            @if let Some(kind) = said("kind") { " – " (kind) }
        }
        dl.facts {
            @for field in ["address", "siret"] {
                @if let Some(value) = said(field) { div { dt { (words.field("structure", field)) } dd { (value) } } }
            }
        }
        @if let Some(record) = editor { (reach(visit, record)) }
        @if !missing.is_empty() {
            p.notice { (words.with("portal-legal-missing", &[("fields", missing.join(", ").into())])) }
        }
    }
}

/// How to write to whoever publishes the portal, in a sentence's place.
pub(super) fn write_to(visit: &Visit, editor: Option<&PublicRecord>) -> Markup {
    let reaches = editor.filter(|it| {
        ["phone", "email", "website"]
            .iter()
            .any(|field| it.text(field).is_some())
    });
    html! {
        @match reaches {
            Some(record) => { p { (structure_link(visit, record)) } (reach(visit, record)) }
            None => p.notice { (visit.words.text("portal-legal-no-contact")) " " a href=(visit.path(&Route::Structures)) { (visit.words.text("portal-nav-structures")) } "." },
        }
    }
}
