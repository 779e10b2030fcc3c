//! What search engines are told of an opportunity, in the words of schema.org.
//!
//! A block of data in the page, which no browser runs; what a field holds cannot end it.

use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};

use crate::node::public::{Asked, PublicOffer};

use super::route::Route;
use super::visit::Visit;

/// The block for the head of an opportunity's page.
pub(super) fn of(visit: &Visit, offer: &PublicOffer) -> Markup {
    // Inside, JSON stands as it is but for what would end the element or begin a comment.
    let text = data(visit, offer).to_string();
    let text = text.replace('<', "\\u003c").replace('>', "\\u003e");
    let text = PreEscaped(text.replace('&', "\\u0026"));
    html! { script type="application/ld+json" { (text) } }
}

fn data(visit: &Visit, offer: &PublicOffer) -> Value {
    let portal = &visit.portal;
    let record = &offer.record;
    let path = visit.path(&Route::Offer(record.id.to_string()));
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "Offer",
        "name": record.title(),
        "url": portal.site.address_of(&path),
        "category": visit.words.code("opportunity", "kind", record.text("kind").unwrap_or_default()),
        "availability": "https://schema.org/InStock",
        "validThrough": offer.good_until.to_string(),
    });
    if let Some(summary) = record.text("summary") {
        data["description"] = summary.into();
    }
    if let Some(cents) = record
        .integer("price_min")
        .or_else(|| record.integer("price_max"))
    {
        data["price"] = format!("{}.{:02}", cents / 100, (cents % 100).abs()).into();
        data["priceCurrency"] = "EUR".into();
    }
    let territory = portal.member.public_territory();
    let commune = record
        .text("insee_code")
        .and_then(|code| territory.current(code));
    let epci = record.epci.as_ref().and_then(|siren| territory.epci(siren));
    let place = commune.map(|it| ("City", it.name.as_str()));
    if let Some((kind, name)) =
        place.or_else(|| epci.map(|it| ("AdministrativeArea", it.name.as_str())))
    {
        data["areaServed"] = json!({ "@type": kind, "name": name });
    }
    let owner = portal
        .member
        .public_record("structure", &record.owner.to_string());
    if let Ok(Asked::Here(owner)) = owner {
        data["offeredBy"] = json!({ "@type": "Organization", "name": owner.title() });
    }
    data
}
