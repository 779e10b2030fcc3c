//! What of each record is compared, out of the read model and of what is sealed to this node.

use sync_protocol::id::RecordId;

use super::hidden::Hidden;
use crate::api::ApiError;
use crate::duplicates::Traits;
use crate::node::member::Member;
use crate::view::{Seen, ViewError, Visit};

/// States of opportunities that are gone: nobody is misled by two of them.
const GONE: [&str; 2] = ["filled", "withdrawn"];

/// Identities, what they are compared by, and how many could not be opened.
type Gathered = (Vec<RecordId>, Vec<Traits>, u64);

/// The fields of a collection that are compared, the title first.
fn fields(collection: &str) -> &'static [&'static str] {
    match collection {
        "opportunity" => &[
            "title",
            "status",
            "siret",
            "insee_code",
            "kind",
            "price_max",
            "price_min",
            "rent_monthly",
            "surface_m2",
            "surface_ha",
        ],
        "structure" => &["name", "siret", "phone", "email", "insee_code"],
        "agent" => &["name", "phone", "email", "structure"],
        "local_service" => &["name", "phone", "email", "insee_code", "theme"],
        "holder" => &["residence"],
        _ => &[],
    }
}

impl Member {
    /// What the records of a collection are compared by.
    pub(super) fn traits_of(&self, collection: &str) -> Result<Gathered, ApiError> {
        let fields = fields(collection);
        let mut hidden = match collection {
            "opportunity" | "holder" => self.hidden(collection)?,
            _ => Hidden::default(),
        };
        let (mut ids, mut all) = (Vec::new(), Vec::new());
        let visit = Visit {
            fields,
            ..Visit::default()
        };
        self.reader.visit(collection, &visit, |seen| {
            let id = seen.id()?;
            let traits = match collection {
                "opportunity" => opportunity(seen, hidden.take(&id))?,
                "holder" => holder(seen, hidden.take(&id))?,
                _ => Some(named(seen, fields)?),
            };
            if let Some(traits) = traits {
                ids.push(id);
                all.push(traits);
            }
            Ok(())
        })?;
        Ok((ids, all, hidden.closed))
    }
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

fn opportunity(seen: &Seen<'_>, hidden: Option<Traits>) -> Result<Option<Traits>, ViewError> {
    if seen.text(1)?.is_some_and(|status| GONE.contains(&status)) {
        return Ok(None);
    }
    let mut price = None;
    for place in 5..=7 {
        price = price.or(seen.integer(place)?);
    }
    let hectares = seen.decimal(9)?.map(|hectares| hectares * 10_000.0);
    let mut traits = Traits::default();
    traits.number = owned(seen.text(2)?);
    traits.telephone = hidden.and_then(|it| it.telephone);
    traits.place = owned(seen.text(3)?);
    traits.kind = owned(seen.text(4)?);
    traits.price = price.map(|cents| cents as f64);
    traits.surface = seen.decimal(8)?.or(hectares);
    Ok(Some(traits.titled(seen.text(0)?.unwrap_or_default())))
}

fn holder(seen: &Seen<'_>, hidden: Option<Traits>) -> Result<Option<Traits>, ViewError> {
    let Some(mut traits) = hidden else {
        return Ok(None);
    };
    traits.place = owned(seen.text(0)?);
    Ok(Some(traits))
}

fn named(seen: &Seen<'_>, fields: &[&str]) -> Result<Traits, ViewError> {
    let mut traits = Traits::default();
    for (place, field) in fields.iter().enumerate() {
        let text = owned(seen.text(place)?);
        match *field {
            "siret" => traits.number = text,
            "phone" => traits.telephone = text,
            "email" => traits.email = text,
            "insee_code" | "structure" => traits.place = text,
            "theme" => traits.kind = text,
            _ => {}
        }
    }
    Ok(traits.titled(seen.text(0)?.unwrap_or_default()))
}
