//! "I have a project": the form, and the receipt that follows it.
//!
//! - `token` (when the form was shown: no cookie, no third party), `form` (what was typed, and what is
//!   wrong with it), `fields` (the form as markup), `notice` (what becomes of personal data),
//!   `receipt` (shown once), `follow` (what became of it, corrections, withdrawal).

use axum::http::StatusCode;
use maud::{Markup, html};

use crate::node::clock;
use crate::node::public::{Asked, PublicOffer};
use crate::portal::limits::Deed;
use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::visit::{Reply, Trouble, Visit};
use crate::view::{List, Sort};

mod fields;
mod follow;
mod form;
mod notice;
mod receipt;
mod token;

pub(super) use follow::{look as look_at_follow, send as send_follow};
pub(crate) use token::Tokens;

use form::{Fault, Typed};
use token::Token;

/// The most structures that are named where the form is closed.
const NAMED: usize = 30;

/// The form, empty.
pub(super) fn look(visit: &Visit) -> Result<Reply, Trouble> {
    let themes = visit.portal.member.received_themes();
    if themes.is_empty() {
        return closed(visit);
    }
    let offer = offer_of(visit, visit.asked("opportunity"))?;
    let typed = Typed::from_offer(visit, offer.as_ref());
    let token = visit.portal.tokens.draw()?;
    let markup = page(visit, &themes, &typed, offer.as_ref(), &token, &[]);
    Ok(Reply::Page(markup))
}

/// The form, sent.
pub(super) fn send(visit: &Visit) -> Result<Reply, Trouble> {
    let (member, tokens) = (&visit.portal.member, &visit.portal.tokens);
    let typed = Typed::of(visit);
    let token = tokens.read(visit.given("token"), clock::now());
    // Sent twice, or across a start of this node: what was written is shown again.
    if let Some(code) = token.code()
        && visit.may_try(Deed::Guess)
    {
        if member.is_received(code)? {
            return receipt::receipt(visit, code);
        }
        if !matches!(token, Token::Ready(_)) {
            visit.has_done(Deed::Guess);
        }
    }
    let themes = member.received_themes();
    if themes.is_empty() {
        return closed(visit);
    }
    let offer = offer_of(visit, &typed.opportunity)?;
    let again = |faults: &[Fault], status: StatusCode| {
        // What is filled in again keeps the moment at which it was first shown, and its code.
        let next = match token {
            Token::Ready(_) | Token::Early(_) => visit.given("token").to_owned(),
            Token::Stale(_) | Token::Nothing => tokens.draw()?,
        };
        let markup = page(visit, &themes, &typed, offer.as_ref(), &next, faults);
        Ok(Reply::PageWith(status, markup))
    };
    let said = |key: &str| vec![Fault::of("send", visit.words.text(key))];
    let code = match &token {
        Token::Ready(code) => code,
        Token::Early(_) => return again(&said("portal-form-fault-early"), StatusCode::OK),
        Token::Stale(_) | Token::Nothing => {
            return again(&said("portal-form-fault-stale"), StatusCode::OK);
        }
    };
    let mut faults = typed.faults(visit, &themes);
    if !typed.opportunity.is_empty() && offer.is_none() {
        let text = visit.words.text("portal-form-fault-opportunity");
        faults.insert(0, Fault::of("opportunity", text));
    }
    if !faults.is_empty() {
        return again(&faults, StatusCode::UNPROCESSABLE_ENTITY);
    }
    if !visit.may(Deed::Project) {
        let faults = said("portal-form-fault-many");
        return again(&faults, StatusCode::TOO_MANY_REQUESTS);
    }
    member.receive_project(code, &typed.identity(), &typed.plan(visit))?;
    receipt::receipt(visit, code)
}

/// The opportunity of this identity, while it is on offer.
fn offer_of(visit: &Visit, id: &str) -> Result<Option<PublicOffer>, Trouble> {
    if id.is_empty() {
        return Ok(None);
    }
    Ok(match visit.portal.member.public_offer(id)? {
        Asked::Here(offer) => Some(*offer),
        Asked::Gone | Asked::Unknown => None,
    })
}

fn page(
    visit: &Visit,
    themes: &[&str],
    typed: &Typed,
    offer: Option<&PublicOffer>,
    token: &str,
    faults: &[Fault],
) -> Markup {
    let words = visit.words;
    let body = html! {
        div.narrow.project {
            h1 { (words.text("portal-form-title")) }
            p.lead { (words.text("portal-form-lead")) }
            (fields::summary(visit, faults))
            (fields::form(visit, themes, typed, offer, token, faults))
        }
    };
    let title = words.text("portal-form-title");
    let title = if faults.is_empty() {
        title
    } else {
        words.with("portal-form-title-faults", &[("title", title.into())])
    };
    let mut shown = Page::new(Route::Project, title, words.text("portal-form-lead"), body);
    if let Some(offer) = offer {
        shown.query = format!("?opportunity={}", offer.record.id);
    }
    shown.render(visit)
}

/// Where this node may receive nothing: who can be called instead.
fn closed(visit: &Visit) -> Result<Reply, Trouble> {
    let words = visit.words;
    let list = List {
        sort: Some(Sort::parse("name")),
        limit: Some(NAMED),
        ..List::default()
    };
    let (structures, _) = visit.portal.member.public_list("structure", &list)?;
    let name = visit.portal.member.structure_name();
    let body = html! {
        div.narrow.project {
            h1 { (words.text("portal-form-title")) }
            p.notice { (words.with("portal-form-closed", &[("name", name.into())])) }
            h2 { (words.text("portal-form-closed-call")) }
            ul.steps {
                @for structure in &structures {
                    li {
                        a href=(visit.path(&Route::Structure(structure.id.to_string()))) { (structure.title()) }
                        @for field in ["phone", "email"] {
                            @if let Some(value) = words.value(structure, field) { br; (value) }
                        }
                    }
                }
            }
        }
    };
    let title = words.text("portal-form-title");
    let shown = Page::new(Route::Project, title, words.text("portal-form-lead"), body);
    Ok(shown.reply(visit))
}

#[cfg(test)]
mod tests;
