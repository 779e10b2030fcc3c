//! Parts that several pages show: a card of an opportunity, a place in words, icons of kinds.

use maud::{Markup, html};

use crate::node::public::{Asked, PublicOffer, PublicRecord};
use crate::portal::route::Route;
use crate::portal::visit::Visit;
use crate::registry::find_field;
use crate::territory::{Candidate, FindError};

/// A record's place in words: `Ambert (63)`, or the intercommunality where that is all that is said.
pub(super) fn place(visit: &Visit, record: &PublicRecord) -> Option<String> {
    let territory = visit.portal.member.public_territory();
    if let Some(code) = record.text("insee_code") {
        let commune = territory.current(code)?;
        return Some(format!("{}\u{a0}({})", commune.name, commune.department));
    }
    let epci = territory.epci(record.epci.as_deref()?)?;
    Some(epci.name.clone())
}

/// What it costs, in words; the rent where it is to let.
pub(super) fn price(visit: &Visit, record: &PublicRecord) -> Option<String> {
    let euros = |cents: i64| visit.language().euros(cents);
    let (least, most) = (record.integer("price_min"), record.integer("price_max"));
    let words = visit.words;
    match (least, most) {
        (Some(least), Some(most)) if least != most => Some(words.with(
            "portal-price-between",
            &[("least", euros(least).into()), ("most", euros(most).into())],
        )),
        (Some(price), _) | (None, Some(price)) => Some(euros(price)),
        (None, None) => record
            .integer("rent_monthly")
            .map(|rent| words.with("portal-price-rent", &[("rent", euros(rent).into())])),
    }
}

/// Its surface, in words.
pub(super) fn surface(visit: &Visit, record: &PublicRecord) -> Option<String> {
    let decimal = |number| visit.language().decimal(number);
    let hectares = record.decimal("surface_ha");
    let square = record.decimal("surface_m2");
    square
        .map(|it| format!("{}\u{a0}m²", decimal(it)))
        .or_else(|| hectares.map(|it| format!("{}\u{a0}ha", decimal(it))))
}

/// An opportunity in a list; `km` is how far it is from the place asked for.
pub(super) fn card(visit: &Visit, offer: &PublicOffer, km: Option<f64>) -> Markup {
    let record = &offer.record;
    let words = visit.words;
    let kind = record.text("kind").unwrap_or_default();
    let facts = [price(visit, record), surface(visit, record)];
    let badges = [
        ("with_housing", "portal-badge-housing"),
        ("with_walls", "portal-badge-walls"),
        ("equipment_included", "portal-badge-equipment"),
        ("organic", "portal-badge-organic"),
    ];
    let is_wanted = record.text("status") == Some("under_negotiation");
    html! {
        li.card {
            p.kind { span.dot.(kind) {} (words.code("opportunity", "kind", kind)) }
            h3 { a href=(visit.path(&Route::Offer(record.id.to_string()))) { (record.title()) } }
            p.where {
                @if let Some(place) = place(visit, record) { (place) }
                @if let Some(km) = km { span.far { (words.km(km)) } }
            }
            @if facts.iter().any(Option::is_some) {
                p.facts { @for fact in facts.into_iter().flatten() { span { (fact) } } }
            }
            ul.badges {
                @if is_wanted { li.warn { (words.text("portal-badge-negotiation")) } }
                @for (field, key) in badges {
                    @if record.flag(field) { li { (words.text(key)) } }
                }
            }
            p.vouched { (vouched(visit, offer)) }
        }
    }
}

/// When somebody last made sure of it.
pub(super) fn vouched(visit: &Visit, offer: &PublicOffer) -> String {
    let day = offer.record.text("last_verified_on").unwrap_or_default();
    let day = visit.language().date(day);
    visit.words.with("portal-verified", &[("day", day.into())])
}

/// The offers of these identities, those that are gone meanwhile left out.
pub(super) fn offers_of(
    visit: &Visit,
    ids: &[(sync_protocol::id::RecordId, Option<f64>)],
) -> Result<Vec<(PublicOffer, Option<f64>)>, crate::error::ApiError> {
    let mut found = Vec::with_capacity(ids.len());
    for (id, km) in ids {
        if let Asked::Here(offer) = visit.portal.member.public_offer(&id.to_string())? {
            found.push((*offer, *km));
        }
    }
    Ok(found)
}

/// Prose as paragraphs.
pub(super) fn prose(text: &str) -> Markup {
    html! {
        @for paragraph in text.split("\n\n").filter(|it| !it.trim().is_empty()) {
            p.prose { (paragraph.trim()) }
        }
    }
}

/// What is said of a place that was not understood, with the names that it may be.
pub(super) fn place_fault(visit: &Visit, error: &FindError) -> String {
    let words = visit.words;
    let names = |found: &[Candidate]| {
        let names: Vec<String> = found
            .iter()
            .map(|it| format!("{} ({})", it.name, it.department))
            .collect();
        names.join(", ")
    };
    match error {
        FindError::Ambiguous { candidates, .. } => words.with(
            "portal-search-many-places",
            &[("names", names(candidates).into())],
        ),
        FindError::Unknown { suggestions, .. } if !suggestions.is_empty() => words.with(
            "portal-search-near-names",
            &[("names", names(suggestions).into())],
        ),
        _ => words.text("portal-search-no-place"),
    }
}

/// The codes that a field may hold; none where it is no list of them.
pub(in crate::portal) fn codes_of(collection: &str, field: &str) -> &'static [&'static str] {
    find_field(collection, field).map_or(&[], |it| it.kind.codes())
}
