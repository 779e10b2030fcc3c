//! Coming back by the code: what became of the project, what is corrected, what is taken back.

use axum::http::StatusCode;
use maud::{Markup, html};

use crate::node::received::{Asked, Code, Followed};
use crate::portal::limits::Deed;
use crate::portal::page::Page;
use crate::portal::pages::parts::codes_of;
use crate::portal::route::Route;
use crate::portal::visit::{Reply, Trouble, Visit};

use super::fields;
use super::form::{Fault, Typed};
use super::receipt::steps;

/// What was just done, to be said above the rest.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Nothing,
    Corrected,
    Withdrawn,
}

/// The page of a code in its address, or the field to type one.
pub(in crate::portal::pages) fn look(visit: &Visit) -> Result<Reply, Trouble> {
    match visit.asked("code") {
        "" => Ok(ask(visit, StatusCode::OK, "", None)),
        typed => match find(visit, typed)? {
            Ok((code, followed)) => show(visit, &code, &followed, Done::Nothing, None, &[]),
            Err(reply) => Ok(*reply),
        },
    }
}

/// A code typed, a correction, a withdrawal.
pub(in crate::portal::pages) fn send(visit: &Visit) -> Result<Reply, Trouble> {
    let (code, followed) = match find(visit, visit.given("code"))? {
        Ok(found) => found,
        Err(reply) => return Ok(*reply),
    };
    let fault = |field, key: &str| vec![Fault::of(field, visit.words.text(key))];
    let member = &visit.portal.member;
    match visit.given("act") {
        "withdraw" if !followed.is_withdrawn => {
            if visit.given("sure").is_empty() {
                let faults = fault("sure", "portal-follow-fault-sure");
                return show(visit, &code, &followed, Done::Nothing, None, &faults);
            }
            member.withdraw_project(&code)?;
            again(visit, &code, Done::Withdrawn)
        }
        "correct" if !followed.is_withdrawn => {
            let typed = Typed::of(visit);
            let has_identity = typed.has_identity();
            let mut faults = Vec::new();
            if !codes_of("project", "type").contains(&typed.kind.as_str()) {
                faults.extend(fault("kind", "portal-form-fault-kind"));
            }
            if !typed.place.is_empty() {
                let wrong = typed.place_fault(visit);
                faults.extend(wrong.map(|text| Fault::of("place", text)));
            }
            faults.extend(typed.text_faults(visit, has_identity));
            if faults.is_empty() && !visit.may(Deed::Project) {
                faults.extend(fault("send", "portal-form-fault-many"));
            }
            if !faults.is_empty() {
                let typed = Some(&typed);
                return show(visit, &code, &followed, Done::Nothing, typed, &faults);
            }
            let identity = has_identity.then(|| typed.identity());
            let plan = typed.plan(visit);
            match member.correct_project(&code, identity.as_ref(), &plan) {
                Err(error) if error.code == "sealed_too_often" => {
                    let faults = fault("send", "portal-follow-fault-often");
                    let typed = Some(&typed);
                    show(visit, &code, &followed, Done::Nothing, typed, &faults)
                }
                corrected => {
                    corrected?;
                    again(visit, &code, Done::Corrected)
                }
            }
        }
        _ => show(visit, &code, &followed, Done::Nothing, None, &[]),
    }
}

/// What a code leads to; else the page that says why not.
type Found = Result<(Code, Box<Followed>), Box<Reply>>;

fn find(visit: &Visit, typed: &str) -> Result<Found, Trouble> {
    if !visit.may_try(Deed::Guess) {
        return Err(Trouble::TooMany);
    }
    let wrong = |status, key| {
        visit.has_done(Deed::Guess);
        Ok(Err(Box::new(ask(visit, status, typed, Some(key)))))
    };
    let Some(code) = Code::parse(typed) else {
        return wrong(StatusCode::UNPROCESSABLE_ENTITY, "portal-follow-fault-code");
    };
    match visit.portal.member.follow_project(&code)? {
        Asked::Here(followed) => Ok(Ok((code, followed))),
        Asked::Erased => {
            let reply = ask(visit, StatusCode::GONE, "", Some("portal-follow-erased"));
            Ok(Err(Box::new(reply)))
        }
        Asked::Unknown => wrong(StatusCode::NOT_FOUND, "portal-follow-unknown"),
    }
}

fn again(visit: &Visit, code: &Code, done: Done) -> Result<Reply, Trouble> {
    match visit.portal.member.follow_project(code)? {
        Asked::Here(followed) => show(visit, code, &followed, done, None, &[]),
        Asked::Erased | Asked::Unknown => Err(Trouble::Gone),
    }
}

fn dressed(visit: &Visit, status: StatusCode, body: Markup) -> Reply {
    let title = visit.words.text("portal-follow-title");
    let mut page = Page::new(Route::Follow, title.clone(), title, body);
    page.head = html! { meta name="robots" content="noindex"; };
    Reply::PageWith(status, page.render(visit))
}

fn ask(visit: &Visit, status: StatusCode, typed: &str, fault: Option<&str>) -> Reply {
    let words = visit.words;
    // A code that was typed wrong is shown again, anything longer than a code is not.
    let typed: String = typed.chars().take(40).collect();
    let body = html! {
        div.narrow.project {
            h1 { (words.text("portal-follow-title")) }
            p.lead { (words.text("portal-follow-lead")) }
            form.sheet method="post" action=(visit.path(&Route::Follow)) {
                p.field {
                    label for="code" { (words.text("portal-form-code")) }
                    span.hint #code-hint { (words.text("portal-follow-code-hint")) }
                    @if let Some(fault) = fault { span.fault #code-fault role="alert" { (words.text(fault)) } }
                    input #code.code name="code" type="text" value=(typed) maxlength="60" autocomplete="off" spellcheck="false" required
                        aria-invalid=[fault.map(|_| "true")]
                        aria-describedby=(if fault.is_some() { "code-hint code-fault" } else { "code-hint" });
                }
                p.act { button type="submit" { (words.text("portal-follow-go")) } }
            }
        }
    };
    dressed(visit, status, body)
}

fn show(
    visit: &Visit,
    code: &Code,
    followed: &Followed,
    done: Done,
    typed: Option<&Typed>,
    faults: &[Fault],
) -> Result<Reply, Trouble> {
    let words = visit.words;
    let day = visit.language().date(&followed.sent_on);
    let sent = words.with(
        "portal-follow-sent-on",
        &[
            ("day", day.into()),
            ("name", followed.pseudonym.as_str().into()),
        ],
    );
    let readers = followed.readers.join(", ");
    let body = html! {
        div.narrow.project {
            h1 { (words.text("portal-follow-title")) }
            @match done {
                Done::Nothing => {}
                Done::Corrected => p.notice role="status" { (words.text("portal-follow-corrected")) },
                Done::Withdrawn => p.notice role="status" { (words.text("portal-follow-withdrawn")) },
            }
            (fields::summary(visit, faults))
            p.lead { (sent) }
            @if followed.is_withdrawn {
                p { (words.text("portal-follow-over")) }
            }
            (steps(visit, followed)?)
            p.hint { (words.with("portal-follow-readers", &[("names", readers.into())])) }
            @if !followed.is_withdrawn {
                (correction(visit, code, followed, typed, faults))
                (withdrawal(visit, code, faults))
            }
        }
    };
    let status = match faults {
        [] => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(dressed(visit, status, body))
}

fn correction(
    visit: &Visit,
    code: &Code,
    followed: &Followed,
    typed: Option<&Typed>,
    faults: &[Fault],
) -> Markup {
    let words = visit.words;
    let territory = visit.portal.member.public_territory();
    let place = followed
        .place
        .as_deref()
        .and_then(|it| territory.current(it));
    let stands = Typed {
        kind: followed.kind.clone(),
        place: place.map_or_else(String::new, |it| format!("{} ({})", it.name, it.department)),
        ..Typed::default()
    };
    let typed_now = typed.unwrap_or(&stands);
    html! {
        details.sheet open[typed.is_some()] {
            summary { (words.text("portal-follow-correct")) }
            form method="post" action=(visit.path(&Route::Follow)) novalidate {
                input type="hidden" name="code" value=(code.shown());
                input type="hidden" name="act" value="correct";
                (fields::kinds(visit, &typed_now.kind, faults))
                (fields::place(visit, &typed_now.place, faults))
                fieldset {
                    legend { (words.text("portal-form-part-person")) }
                    p.hint { (words.text("portal-follow-correct-hint")) }
                    (fields::person(visit, typed_now, faults))
                    (fields::words_area(visit, &typed_now.words, faults))
                }
                p.act { button type="submit" { (words.text("portal-follow-correct-send")) } }
            }
        }
    }
}

fn withdrawal(visit: &Visit, code: &Code, faults: &[Fault]) -> Markup {
    let words = visit.words;
    let fault = faults.iter().find(|it| it.field == "sure");
    html! {
        details.sheet open[fault.is_some()] {
            summary { (words.text("portal-follow-withdraw")) }
            form method="post" action=(visit.path(&Route::Follow)) {
                input type="hidden" name="code" value=(code.shown());
                input type="hidden" name="act" value="withdraw";
                p { (words.text("portal-follow-withdraw-hint")) }
                p.agrees {
                    label {
                        input #sure type="checkbox" name="sure" value="yes" aria-invalid=[fault.map(|_| "true")]
                            aria-describedby=[fault.map(|_| "sure-fault")];
                        span { (words.text("portal-follow-sure")) }
                    }
                    @if let Some(fault) = fault { span.fault #sure-fault { (fault.text) } }
                }
                p.act { button type="submit" { (words.text("portal-follow-withdraw-send")) } }
            }
        }
    }
}
