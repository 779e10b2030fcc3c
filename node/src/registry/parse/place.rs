//! Communes and zones.

use super::commune_or_fault;
use super::official::siren;
use crate::registry::context::Context;
use crate::registry::error::Fault;
use crate::registry::field::{Field, Rule};

/// The present INSEE code of the commune that this code or name means.
pub(crate) fn commune(field: &Field, text: &str, context: &Context<'_>) -> Result<String, Fault> {
    let commune = commune_or_fault(text, context.communes.resolve(&padded(text)))?;
    if field.rule == Some(Rule::InTerritory) && !commune.in_territory {
        return Err(Fault::new("outside_territory")
            .with("value", text)
            .with("commune", format!("{} ({})", commune.code, commune.name)));
    }
    Ok(commune.code)
}

/// A code that a spreadsheet robbed of its leading zero gets it back: `7252` is `07252`.
fn padded(text: &str) -> String {
    if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("0{text}")
    } else {
        text.to_owned()
    }
}

/// `insee:63003`, `epci:200070761` or `dept:63`; also the bare code of any of them, or the name of
/// a commune or community of communes.
pub(crate) fn zone(text: &str, context: &Context<'_>) -> Result<String, Fault> {
    let (kind, rest) = match text.split_once(':') {
        Some((kind, rest)) => (kind.trim().to_lowercase(), rest.trim()),
        None => (String::new(), text),
    };
    match kind.as_str() {
        "insee" => insee(rest, context),
        "epci" => epci(rest, context),
        "dept" | "dep" => department(rest),
        "" => {
            if let Ok(zone) = department(rest) {
                return Ok(zone);
            }
            if rest.len() == 9 && rest.bytes().all(|byte| byte.is_ascii_digit()) {
                return epci(rest, context);
            }
            match context.communes.epci_by_name(rest) {
                Some(siren) => Ok(format!("epci:{siren}")),
                None => insee(rest, context),
            }
        }
        _ => Err(Fault::new("zone_form").with("value", text)),
    }
}

fn insee(text: &str, context: &Context<'_>) -> Result<String, Fault> {
    let commune = commune_or_fault(text, context.communes.resolve(&padded(text)))?;
    Ok(format!("insee:{}", commune.code))
}

fn epci(text: &str, context: &Context<'_>) -> Result<String, Fault> {
    let number = match context.communes.epci_by_name(text) {
        Some(known) => known,
        None => siren(text).map_err(|_| Fault::new("zone_form").with("value", text))?,
    };
    Ok(format!("epci:{number}"))
}

/// 01 to 95 without 20, 2A, 2B, 971 to 976.
fn department(text: &str) -> Result<String, Fault> {
    let code = text.to_uppercase();
    let number: Option<u16> = code
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| code.parse().ok())
        .flatten();
    let known = match (code.len(), number) {
        (2, None) => code == "2A" || code == "2B",
        (2, Some(number)) => (1..=95).contains(&number) && number != 20,
        (3, Some(number)) => (971..=976).contains(&number) && number != 975,
        _ => false,
    };
    if known {
        Ok(format!("dept:{code}"))
    } else {
        Err(Fault::new("zone_form").with("value", text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::collections::opportunity::OPPORTUNITY;
    use crate::registry::collections::structure::STRUCTURE;
    use crate::registry::context::fixture::context;

    #[test]
    fn opportunities_lie_in_the_territory_and_seats_anywhere() {
        let seat = STRUCTURE.field("insee_code").unwrap();
        let place = OPPORTUNITY.field("insee_code").unwrap();
        assert_eq!(commune(seat, "Lyon", &context()).as_deref(), Ok("69123"));
        let error = commune(place, "Lyon", &context()).unwrap_err().at("");
        assert_eq!(error.code, "outside_territory");
        assert_eq!(commune(place, "ambert", &context()).as_deref(), Ok("63003"));
        assert_eq!(commune(place, "63078", &context()).as_deref(), Ok("63448"));
        let code = |text| commune(place, text, &context()).unwrap_err().at("").code;
        assert_eq!(code("Saint-Just"), "ambiguous_commune");
        assert_eq!(code("Amber"), "misspelt_commune");
        assert_eq!(code("99999"), "unknown_commune");
    }

    #[test]
    fn zones_are_recognised_by_their_form() {
        for (text, stored) in [
            ("insee:63003", "insee:63003"),
            ("63003", "insee:63003"),
            ("Thiers", "insee:63430"),
            ("7252", "insee:07252"),
            ("epci:200070761", "epci:200070761"),
            ("200070761", "epci:200070761"),
            ("Ambert Livradois Forez", "epci:200070761"),
            ("63", "dept:63"),
            ("dept:2a", "dept:2A"),
        ] {
            assert_eq!(zone(text, &context()).as_deref(), Ok(stored), "{text}");
        }
        assert!(zone("dept:20", &context()).is_err());
        assert!(zone("epci:200070762", &context()).is_err());
        assert!(zone("region:84", &context()).is_err());
    }
}
