//! Values in words, as several pages say them: zones, hours, days, the beginning of a text.

use maud::{Markup, html};

use crate::node::public::PublicRecord;
use crate::portal::route::Route;
use crate::portal::visit::Visit;
use crate::territory::{Candidate, Commune, France};

/// How people say days of the week and the rest of the notation of OpenStreetMap, French and English.
const HOURS: [(&str, &str, &str); 9] = [
    ("Mo", "lundi", "Monday"),
    ("Tu", "mardi", "Tuesday"),
    ("We", "mercredi", "Wednesday"),
    ("Th", "jeudi", "Thursday"),
    ("Fr", "vendredi", "Friday"),
    ("Sa", "samedi", "Saturday"),
    ("Su", "dimanche", "Sunday"),
    ("PH", "jours fériés", "public holidays"),
    ("off", "fermé", "closed"),
];

/// A text cut after a word, with dots where something is left out.
pub(super) fn beginning(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most).collect();
    let whole = cut
        .rsplit_once(char::is_whitespace)
        .map_or(cut.as_str(), |(whole, _)| whole);
    format!(
        "{}…",
        whole.trim_end_matches([',', ';', ':', '.', ' ', '\n'])
    )
}

/// `Ambert (63)`.
pub(super) fn commune_name(commune: &Commune) -> String {
    format!("{}\u{a0}({})", commune.name, commune.department)
}

/// Communes that may be meant, as ways to go on.
pub(super) fn candidates(found: &[Candidate], href: impl Fn(&Candidate) -> String) -> Markup {
    html! {
        ul.chips {
            @for candidate in found {
                li { a href=(href(candidate)) { (candidate.name) "\u{a0}(" (candidate.department) ")" } }
            }
        }
    }
}

/// The names of the zones in a field; none where it names none.
pub(super) fn zones(visit: &Visit, record: &PublicRecord, field: &str) -> Vec<String> {
    let territory = visit.portal.member.public_territory();
    let name = |zone: &str| {
        let (sort, code) = zone.split_once(':')?;
        Some(match sort {
            "insee" => match territory.current(code) {
                Some(commune) => commune_name(commune),
                None => France::embedded().commune(code)?.name.to_owned(),
            },
            "epci" => territory.epci(code).map_or(code, |it| &it.name).to_owned(),
            _ => visit
                .words
                .with("portal-department", &[("code", code.to_owned().into())]),
        })
    };
    record.set(field).filter_map(name).collect()
}

/// Whether a field of zones holds a commune.
pub(super) fn holds(record: &PublicRecord, field: &str, commune: &Commune) -> bool {
    record.set(field).any(|zone| match zone.split_once(':') {
        Some(("insee", code)) => code == commune.code,
        Some(("epci", siren)) => siren == commune.epci,
        Some(("dept", code)) => code == commune.department,
        _ => false,
    })
}

/// Opening hours in words, one rule a line: `lundi–vendredi 09:00–12:00`.
pub(super) fn hours(visit: &Visit, text: &str) -> Markup {
    let is_french = visit.language().code() == "fr";
    let rules = text.split(';').map(str::trim).filter(|it| !it.is_empty());
    let said = |rule: &str| {
        let mut said = String::new();
        let mut word = String::new();
        for letter in rule.chars().chain(['\n']) {
            if letter.is_ascii_alphabetic() {
                word.push(letter);
                continue;
            }
            let known = HOURS.iter().find(|(code, ..)| *code == word);
            match known {
                Some((_, french, english)) => {
                    said.push_str(if is_french { french } else { english });
                }
                None => said.push_str(&word),
            }
            word.clear();
            match letter {
                '-' => said.push('–'),
                ',' => said.push_str(", "),
                '\n' => {}
                other => said.push(other),
            }
        }
        said.replace(
            "24/7",
            if is_french {
                "jour et nuit"
            } else {
                "day and night"
            },
        )
    };
    html! { ul.hours { @for rule in rules { li { (said(rule)) } } } }
}

/// A link to a structure under its name.
pub(super) fn structure_link(visit: &Visit, structure: &PublicRecord) -> Markup {
    html! { a href=(visit.path(&Route::Structure(structure.id.to_string()))) { (structure.title()) } }
}

/// A day given as `2026-12-31`, as people write it, machines reading it beside.
pub(super) fn day(visit: &Visit, iso: &str) -> Markup {
    html! { time datetime=(iso) { (visit.language().date(iso)) } }
}
