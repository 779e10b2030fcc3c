//! The form as markup: every field with its label, its hint, and what is wrong with it.

use maud::{Markup, html};

use crate::node::public::PublicOffer;
use crate::portal::route::Route;
use crate::portal::visit::Visit;

use super::super::parts;
use super::form::{EMAIL, Fault, NAME, ORIGIN, PHONE, PLACE, Typed, WORDS};
use super::notice;
use crate::portal::pages::parts::codes_of;

/// The needs as people think of them.
const NEEDS: [(&str, &[&str]); 5] = [
    (
        "portal-form-needs-plan",
        &[
            "idea_diagnosis",
            "market_study",
            "business_plan",
            "legal_form",
            "training",
        ],
    ),
    (
        "portal-form-needs-place",
        &["takeover_search", "premises", "land", "farmland"],
    ),
    (
        "portal-form-needs-money",
        &[
            "loan",
            "microcredit",
            "honour_loan",
            "guarantee",
            "public_aid",
        ],
    ),
    (
        "portal-form-needs-home",
        &[
            "housing",
            "spouse_job",
            "childcare",
            "education",
            "health",
            "transport",
            "telecom",
            "shops",
            "culture_sport",
        ],
    ),
    (
        "portal-form-needs-others",
        &["local_network", "post_creation"],
    ),
];

/// One line to type in.
pub(super) struct Line<'a> {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: Option<&'static str>,
    pub(super) value: &'a str,
    pub(super) longest: usize,
    /// The type of the input, and what browsers may fill in.
    pub(super) kind: (&'static str, &'static str),
}

fn fault_of<'f>(faults: &'f [Fault], name: &str) -> Option<&'f str> {
    let found = faults.iter().find(|it| it.field == name);
    found.map(|it| it.text.as_str())
}

/// All that is wrong, above the form, each a way to its field.
pub(super) fn summary(visit: &Visit, faults: &[Fault]) -> Markup {
    html! {
        @if !faults.is_empty() {
            div.faults role="alert" tabindex="-1" {
                h2 { (visit.words.count("portal-form-faults", faults.len())) }
                ul {
                    @for fault in faults {
                        li { a href=(format!("#{}", fault.field)) { (fault.text) } }
                    }
                }
            }
        }
    }
}

/// What is said of a field: its hint and its fault, with the identities of both.
fn said(
    visit: &Visit,
    name: &str,
    hint: Option<&str>,
    faults: &[Fault],
) -> (Markup, Option<String>) {
    let fault = fault_of(faults, name);
    let ids = [
        hint.map(|_| format!("{name}-hint")),
        fault.map(|_| format!("{name}-fault")),
    ];
    let ids: Vec<String> = ids.into_iter().flatten().collect();
    let markup = html! {
        @if let Some(hint) = hint { span.hint id=(format!("{name}-hint")) { (visit.words.text(hint)) } }
        @if let Some(fault) = fault { span.fault id=(format!("{name}-fault")) { (fault) } }
    };
    (markup, (!ids.is_empty()).then(|| ids.join(" ")))
}

pub(super) fn line(visit: &Visit, line: &Line<'_>, faults: &[Fault]) -> Markup {
    let (said, about) = said(visit, line.name, line.hint, faults);
    let invalid = fault_of(faults, line.name).map(|_| "true");
    html! {
        p.field {
            label for=(line.name) { (visit.words.text(line.label)) }
            (said)
            input id=(line.name) name=(line.name) type=(line.kind.0) autocomplete=(line.kind.1) value=(line.value)
                maxlength=(line.longest) aria-invalid=[invalid] aria-describedby=[about];
        }
    }
}

/// The few lines.
pub(super) fn words_area(visit: &Visit, value: &str, faults: &[Fault]) -> Markup {
    let (said, about) = said(visit, "words", Some("portal-form-words-hint"), faults);
    let invalid = fault_of(faults, "words").map(|_| "true");
    html! {
        p.field {
            label for="words" { (visit.words.text("portal-form-words")) }
            (said)
            // A line break right after the tag is not part of the text.
            textarea id="words" name="words" rows="6" maxlength=(WORDS) aria-invalid=[invalid] aria-describedby=[about] { "\n" (value) }
        }
    }
}

/// What kind of project it is.
pub(super) fn kinds(visit: &Visit, chosen: &str, faults: &[Fault]) -> Markup {
    let (said, about) = said(visit, "kind", None, faults);
    html! {
        fieldset.choices #kind tabindex="-1" aria-describedby=[about] {
            legend { (visit.words.text("portal-form-kind")) }
            (said)
            @for code in codes_of("project", "type") {
                label {
                    input type="radio" name="kind" value=(code) checked[chosen == *code];
                    span { (visit.words.code("project", "type", code)) }
                }
            }
        }
    }
}

fn needs(visit: &Visit, themes: &[&str], typed: &Typed, faults: &[Fault]) -> Markup {
    let words = visit.words;
    let (said, about) = said(visit, "need", Some("portal-form-need-hint"), faults);
    html! {
        fieldset.needs #need tabindex="-1" aria-describedby=[about] {
            legend { (words.text("portal-form-need")) }
            (said)
            @for (title, group) in NEEDS {
                @let offered: Vec<&&str> = group.iter().filter(|it| themes.contains(it)).collect();
                @if !offered.is_empty() {
                    fieldset.choices {
                        legend { (words.text(title)) }
                        @for code in offered {
                            label {
                                input type="checkbox" name="need" value=(code) checked[typed.needs.contains(*code)];
                                span { (words.code("need", "theme", code)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Where it is to be.
pub(super) fn place(visit: &Visit, value: &str, faults: &[Fault]) -> Markup {
    let place = Line {
        name: "place",
        label: "portal-form-place",
        hint: Some("portal-form-place-hint"),
        value,
        longest: PLACE,
        kind: ("text", "off"),
    };
    line(visit, &place, faults)
}

/// Who it is: what is sealed, but for the few lines.
pub(super) fn person(visit: &Visit, typed: &Typed, faults: &[Fault]) -> Markup {
    let lines = [
        Line {
            name: "name",
            label: "portal-form-name",
            hint: None,
            value: &typed.name,
            longest: NAME,
            kind: ("text", "name"),
        },
        Line {
            name: "phone",
            label: "portal-form-phone",
            hint: Some("portal-form-phone-hint"),
            value: &typed.phone,
            longest: PHONE,
            kind: ("tel", "tel"),
        },
        Line {
            name: "email",
            label: "portal-form-email",
            hint: None,
            value: &typed.email,
            longest: EMAIL,
            // Checked here, in words that people understand.
            kind: ("text", "email"),
        },
        Line {
            name: "origin",
            label: "portal-form-origin",
            hint: Some("portal-form-origin-hint"),
            value: &typed.origin,
            longest: ORIGIN,
            kind: ("text", "address-level2"),
        },
    ];
    html! { @for it in &lines { (line(visit, it, faults)) } }
}

/// The whole form.
pub(super) fn form(
    visit: &Visit,
    themes: &[&str],
    typed: &Typed,
    offer: Option<&PublicOffer>,
    token: &str,
    faults: &[Fault],
) -> Markup {
    let words = visit.words;
    let (agreed, about) = said(visit, "agrees", None, faults);
    let is_filled = !typed.website.is_empty();
    html! {
        form.sheet method="post" action=(visit.path(&Route::Project)) novalidate {
            input type="hidden" name="token" value=(token);
            @if let Some(offer) = offer {
                input type="hidden" name="opportunity" value=(offer.record.id.to_string());
                p.from #opportunity {
                    (words.text("portal-form-from")) " "
                    a href=(visit.path(&Route::Offer(offer.record.id.to_string()))) { (offer.record.title()) }
                    @if let Some(place) = parts::place(visit, &offer.record) { ", " (place) }
                }
            }
            h2 { (words.text("portal-form-part-project")) }
            (kinds(visit, &typed.kind, faults))
            (needs(visit, themes, typed, faults))
            (place(visit, &typed.place, faults))
            (words_area(visit, &typed.words, faults))
            h2 { (words.text("portal-form-part-person")) }
            p { (words.text("portal-form-part-person-hint")) }
            (person(visit, typed, faults))
            p.field.unseen[!is_filled] aria-hidden=[(!is_filled).then_some("true")] {
                label for="website" { (words.text("portal-form-website")) }
                @if let Some(fault) = fault_of(faults, "website") { span.fault { (fault) } }
                input #website name="website" type="text" value=(typed.website) tabindex=[(!is_filled).then_some("-1")] autocomplete="off";
            }
            (notice::notice(visit))
            p.agrees {
                label {
                    input #agrees type="checkbox" name="agrees" value="yes" checked[typed.agrees]
                        aria-invalid=[fault_of(faults, "agrees").map(|_| "true")] aria-describedby=[about];
                    span { (words.text("portal-form-agrees")) }
                }
                (agreed)
            }
            p.act { button #send type="submit" { (words.text("portal-form-send")) } }
        }
    }
}
