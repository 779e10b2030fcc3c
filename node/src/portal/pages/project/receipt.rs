//! The receipt: the code, shown once, and who received what.

use maud::{Markup, html};

use crate::node::public::Asked as Shown;
use crate::node::received::{Asked, Code, Followed, Step};
use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::visit::{Reply, Trouble, Visit};

pub(super) fn receipt(visit: &Visit, code: &Code) -> Result<Reply, Trouble> {
    let words = visit.words;
    let followed = match visit.portal.member.follow_project(code)? {
        Asked::Here(followed) => followed,
        Asked::Erased => return Err(Trouble::Gone),
        Asked::Unknown => return Err(Trouble::NotFound),
    };
    let shown = code.shown();
    let path = format!("{}?code={shown}", visit.path(&Route::Follow));
    let title = words.text("portal-form-receipt");
    let body = html! {
        div.narrow.project {
            h1 { (title) }
            p.lead { (words.text("portal-form-receipt-lead")) }
            section.ticket aria-labelledby="code-title" {
                h2 #code-title { (words.text("portal-form-code")) }
                p.code { (shown) }
                p { (words.text("portal-form-code-keep")) }
                p { a href=(path) { (words.text("portal-form-code-link")) } }
                p.link { (visit.portal.site.address_of(&path)) }
            }
            h2 { (words.text("portal-form-receipt-next")) }
            (steps(visit, &followed)?)
            p { (words.with("portal-form-receipt-name", &[("name", followed.pseudonym.as_str().into())])) }
            p { a.button href=(visit.path(&Route::Offers)) { (words.text("portal-out-offers")) } }
        }
    };
    let mut page = Page::new(Route::Project, title.clone(), title, body);
    page.head = html! { meta name="robots" content="noindex"; };
    Ok(page.reply(visit))
}

/// Who deals with what, and how far that is.
pub(super) fn steps(visit: &Visit, followed: &Followed) -> Result<Markup, Trouble> {
    let words = visit.words;
    let mut all = Vec::with_capacity(followed.steps.len());
    for step in &followed.steps {
        let member = &visit.portal.member;
        let structure = match member.public_record("structure", &step.structure.to_string())? {
            Shown::Here(structure) => Some(structure),
            Shown::Gone | Shown::Unknown => None,
        };
        let reach: Vec<String> = ["phone", "email"]
            .into_iter()
            .filter_map(|field| words.value(structure.as_ref()?, field))
            .collect();
        all.push((step, structure.is_some(), reach));
    }
    Ok(html! {
        ol.steps {
            @for (step, is_known, reach) in &all {
                li {
                    strong { (words.code("need", "theme", &step.theme)) }
                    p {
                        @if *is_known {
                            a href=(visit.path(&Route::Structure(step.structure.to_string()))) { (step.name) }
                        } @else { (step.name) }
                        @if !reach.is_empty() { " – " (reach.join(", ")) }
                    }
                    p.state { (state(visit, step)) }
                }
            }
        }
    })
}

/// How far it is, in words for whoever waits.
fn state(visit: &Visit, step: &Step) -> String {
    let key = match step.status.as_deref() {
        None => "portal-follow-kept",
        Some("sent") => "portal-follow-sent",
        Some("received") => "portal-follow-received",
        Some("more_info") => "portal-follow-more-info",
        Some("accepted") => "portal-follow-accepted",
        Some("waitlisted") => "portal-follow-waitlisted",
        Some("in_progress") => "portal-follow-in-progress",
        Some("done") => "portal-follow-done",
        Some("done_no_help") => "portal-follow-no-help",
        Some("unreachable") => "portal-follow-unreachable",
        Some("declined") => "portal-follow-declined",
        Some("rerouted") => "portal-follow-rerouted",
        Some("holder_withdrew" | "withdrawn") => "portal-follow-ended",
        Some(_) => "portal-follow-other",
    };
    let day = step.since.as_deref().and_then(|it| it.get(..10));
    let day = visit.language().date(day.unwrap_or_default());
    visit.words.with(key, &[("day", day.into())])
}
