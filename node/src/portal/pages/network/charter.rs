//! The members of the network and the charter in force, in words.

use maud::{Markup, html};

use crate::node::public::charter::{PublicCharter, PublicHolder, PublicMandate};
use crate::portal::pages::words_of::day;
use crate::portal::route::Route;
use crate::portal::visit::Visit;
use crate::registry::labels::label;
use crate::registry::scope::scope_fields;

/// Its members, each with what it may do that not all may.
pub(super) fn members(visit: &Visit, charter: &PublicCharter) -> Markup {
    let words = visit.words;
    html! {
        section.around {
            h2 #members { (words.text("portal-network-members")) }
            p { (words.count("portal-network-count", charter.members.len())) }
            ul.cards {
                @for member in &charter.members {
                    @let own = own_mandates(charter, &member.name);
                    li.card.still {
                        p.kind { (words.code("structure", "kind", &member.kind)) }
                        h3 { a href=(visit.path(&Route::Structure(member.record.to_string()))) { (member.name) } }
                        @if charter.coordinator.as_ref() == Some(&member.name) { p { span.tag { (words.text("portal-network-coordinates")) } } }
                        @if member.is_dormant { p.hint { (words.text("portal-network-dormant")) } }
                        @if let Some(since) = &member.since_on { p.hint { (words.text("portal-network-since")) " " (day(visit, since)) } }
                        @if !own.is_empty() {
                            details {
                                summary { (words.count("portal-network-mandates", own.len())) }
                                ul { @for mandate in own { li { (granted(visit, mandate)) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What a member may do that not all may.
fn own_mandates<'c>(charter: &'c PublicCharter, name: &str) -> Vec<&'c PublicMandate> {
    let held = charter.mandates.iter();
    held.filter(|it| !it.is_open && it.holder != PublicHolder::Everyone)
        .filter(|it| it.by.iter().any(|by| by == name))
        .collect()
}

fn collection_name(visit: &Visit, collection: &str) -> String {
    let named = label(visit.words.language(), &format!("collection-{collection}"));
    named.unwrap_or(collection).to_owned()
}

/// What a mandate lets do: « créer des fiches Opportunité (Local), sur Ambert ».
fn granted(visit: &Visit, mandate: &PublicMandate) -> String {
    format!("{} {}", right(visit, mandate), subject(visit, mandate))
}

fn right(visit: &Visit, mandate: &PublicMandate) -> String {
    visit.words.text(match mandate.right.as_str() {
        "create" => "portal-right-create",
        "edit_own" => "portal-right-own",
        _ => "portal-right-any",
    })
}

/// The records that a mandate is about.
fn subject(visit: &Visit, mandate: &PublicMandate) -> String {
    let words = visit.words;
    let theme = scope_fields(&mandate.collection).theme;
    let name = |code: &String| match theme {
        Some(field) => words.code(&mandate.collection, field, code),
        None => code.clone(),
    };
    let mut said = words.with(
        "portal-right-records",
        &[("name", collection_name(visit, &mandate.collection).into())],
    );
    if !mandate.themes.is_empty() {
        let themes: Vec<String> = mandate.themes.iter().map(name).collect();
        said = format!("{said} ({})", themes.join(", "));
    }
    if !mandate.places.is_empty() {
        let places = [("places", mandate.places.join(", ").into())];
        said = format!("{said}, {}", words.with("portal-right-places", &places));
    }
    said
}

/// Who may do what, and with which records: one line a holder and right.
fn grouped(visit: &Visit, given: &[&PublicMandate]) -> Vec<(String, String, Vec<String>)> {
    let mut whole: Vec<(String, String, Vec<String>)> = Vec::new();
    for mandate in given {
        let (who, right) = (holder(visit, mandate), right(visit, mandate));
        let about = subject(visit, mandate);
        let same = |it: &&mut (String, String, Vec<String>)| it.0 == who && it.1 == right;
        match whole.iter_mut().find(same) {
            Some((.., subjects)) => subjects.push(about),
            None => whole.push((who, right, vec![about])),
        }
    }
    whole
}

fn holder(visit: &Visit, mandate: &PublicMandate) -> String {
    let words = visit.words;
    match &mandate.holder {
        PublicHolder::Everyone => words.text("portal-holder-everyone"),
        PublicHolder::Coordinator => words.text("portal-holder-coordinator"),
        PublicHolder::Kind(kind) => {
            let kind = words.code("structure", "kind", kind);
            words.with("portal-holder-kind", &[("kind", kind.into())])
        }
        PublicHolder::Structure(name) => name.clone(),
    }
}

/// The charter that is in force, in words.
pub(super) fn in_force(visit: &Visit, charter: &PublicCharter) -> Markup {
    let words = visit.words;
    let given: Vec<&PublicMandate> = charter.mandates.iter().filter(|it| !it.is_open).collect();
    let mut open: Vec<String> = charter
        .mandates
        .iter()
        .filter(|it| it.is_open && it.right == "create")
        .map(|it| collection_name(visit, &it.collection))
        .collect();
    open.dedup();
    let (voting, needed) = charter.votes;
    let (persons, signing) = charter.committee;
    html! {
        section.around.charter {
            h2 #charter { (words.text("portal-network-charter")) }
            p.hint {
                (words.with("portal-charter-version", &[("number", charter.number.to_string().into())])) " " (day(visit, &charter.written_on)) "."
                @if let Some(founded) = &charter.founded_on { " " (words.text("portal-charter-founded")) " " (day(visit, founded)) "." }
            }
            p { (words.text("portal-charter-what")) }
            ol.articles {
                li {
                    h3 { (words.text("portal-charter-owner")) }
                    p { (words.text("portal-charter-owner-text")) }
                }
                li {
                    h3 { (words.text("portal-charter-coordination")) }
                    p {
                        @match &charter.coordinator {
                            Some(name) => (words.with("portal-charter-coordinator", &[("name", name.as_str().into())])),
                            None => (words.text("portal-charter-nobody")),
                        }
                    }
                }
                li {
                    h3 { (words.text("portal-charter-mandates")) }
                    @if charter.members.len() == 1 { p { (words.text("portal-charter-alone")) } }
                    @if !given.is_empty() {
                        ul.mandates {
                            @for (who, right, what) in grouped(visit, &given) {
                                li { strong { (who) } " – " (right) " " (what.join(", ")) "." }
                            }
                        }
                    }
                    @if !open.is_empty() { p { (words.with("portal-charter-open", &[("names", open.join(", ").into())])) } }
                    p { (words.text("portal-charter-parties")) }
                }
                li {
                    h3 { (words.text("portal-charter-decisions")) }
                    p { (words.with("portal-charter-vote", &[("needed", needed.into()), ("voting", voting.into())])) }
                }
                li {
                    h3 { (words.text("portal-charter-committee")) }
                    p {
                        @if persons == 0 { (words.text("portal-charter-no-committee")) }
                        @else { (words.with("portal-charter-signatures", &[("signing", signing.into()), ("persons", persons.into())])) }
                    }
                }
            }
        }
    }
}
