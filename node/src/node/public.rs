//! What anyone may see of the registry: the one door through which the portal reads it.
//!
//! Nothing of the network's or of sealed fields passes here, no draft, no opportunity that nobody
//! vouches for any more, no commune where only the intercommunality is published. What is computed
//! from hidden fields (until when an offer is good, how complete its record is) is computed here.

use jiff::ToSpan;
use jiff::civil::Date;
use sync_protocol::id::RecordId;
use sync_protocol::seal::erase::state::Fate;

use crate::api::ApiError;
use crate::exchange::Audience;
use crate::registry::freshness::{Freshness, freshness};
use crate::registry::opportunity::Status;
use crate::registry::quality::quality;
use crate::registry::{Collection, Fields, Value, Visibility, find_collection};
use crate::territory::{Point, Territory};
use crate::view::{List, Record};

use super::clock;
use super::member::Member;

pub(crate) mod charter;
pub(crate) mod figures;
pub(crate) mod helping;

/// A record as anyone may see it.
#[derive(Clone, Debug)]
pub(crate) struct PublicRecord {
    /// Its identity.
    pub(crate) id: RecordId,
    /// What it is.
    pub(crate) collection: &'static Collection,
    /// Its public fields.
    pub(crate) fields: Fields,
    /// The record of the structure that answers for it.
    pub(crate) owner: RecordId,
    /// The intercommunality, where that is all that is published of its place.
    pub(crate) epci: Option<String>,
    /// How far it is from the place asked for.
    pub(crate) distance_km: Option<f64>,
}

impl PublicRecord {
    /// The text of a field.
    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        match self.fields.get(field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The whole number in a field, cents for amounts.
    pub(crate) fn integer(&self, field: &str) -> Option<i64> {
        match self.fields.get(field) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    /// The decimal number in a field.
    pub(crate) fn decimal(&self, field: &str) -> Option<f64> {
        match self.fields.get(field) {
            Some(Value::Decimal(number)) => Some(*number),
            _ => None,
        }
    }

    /// Whether a yes-or-no field says yes.
    pub(crate) fn flag(&self, field: &str) -> bool {
        matches!(self.fields.get(field), Some(Value::Flag(true)))
    }

    /// The members of a list.
    pub(crate) fn set(&self, field: &str) -> impl Iterator<Item = &str> {
        let set = match self.fields.get(field) {
            Some(Value::Set(set)) => Some(set),
            _ => None,
        };
        set.into_iter().flatten().map(String::as_str)
    }

    /// What names it to people.
    pub(crate) fn title(&self) -> &str {
        self.text(self.collection.title).unwrap_or_default()
    }
}

/// An opportunity on offer, and what is computed of it.
#[derive(Clone, Debug)]
pub(crate) struct PublicOffer {
    /// The opportunity.
    pub(crate) record: PublicRecord,
    /// The last day on which it is vouched for.
    pub(crate) good_until: Date,
    /// How fresh it is: 1 on the day of its verification, 0 on its last good day.
    pub(crate) freshness: f64,
    /// How complete its record is, from 0 to 100.
    pub(crate) quality: u8,
}

/// What became of a record that somebody has the address of.
#[derive(Debug)]
pub(crate) enum Asked<T> {
    /// Here it is.
    Here(Box<T>),
    /// It was there: taken, withdrawn, expired, removed or erased since.
    Gone,
    /// There is none, or none that is public.
    Unknown,
}

/// Why there is no record to look at.
enum Missing {
    Erased,
    Unknown,
}

impl Missing {
    fn of<T>(&self) -> Asked<T> {
        match self {
            Self::Erased => Asked::Gone,
            Self::Unknown => Asked::Unknown,
        }
    }
}

impl Member {
    /// A number that grows whenever anything was followed: the same number, the same pages.
    pub(crate) fn public_version(&self) -> Result<u64, ApiError> {
        Ok(self.reader.version()?)
    }

    /// The day it is at this node.
    pub(crate) fn public_today(&self) -> Date {
        clock::today()
    }

    /// The communes it knows.
    pub(crate) const fn public_territory(&self) -> &'static Territory {
        self.territory
    }

    /// Every opportunity on offer, in no order.
    pub(crate) fn each_offer(&self, mut each: impl FnMut(PublicOffer)) -> Result<(), ApiError> {
        let today = clock::today();
        let states = ["status=published|under_negotiation"];
        Ok(self.reader.each("opportunity", &states, |record| {
            if let Some(offer) = self.offered(record, today) {
                each(offer);
            }
        })?)
    }

    /// The opportunity of this identity.
    pub(crate) fn public_offer(&self, id: &str) -> Result<Asked<PublicOffer>, ApiError> {
        let record = match self.record_of("opportunity", id)? {
            Ok(record) => record,
            Err(gone) => return Ok(gone.of()),
        };
        // Of a record that was never on offer nobody is told that it exists.
        let was_public = !matches!(
            Status::of(&record.fields),
            None | Some(Status::Draft | Status::ToCheck)
        );
        Ok(match self.offered(record, clock::today()) {
            Some(offer) => Asked::Here(Box::new(offer)),
            None if was_public => Asked::Gone,
            None => Asked::Unknown,
        })
    }

    /// The record of this identity in a collection that has public fields.
    pub(crate) fn public_record(
        &self,
        collection: &str,
        id: &str,
    ) -> Result<Asked<PublicRecord>, ApiError> {
        let record = match self.record_of(collection, id)? {
            Ok(record) if record.removed => return Ok(Asked::Gone),
            Ok(record) => record,
            Err(missing) => return Ok(missing.of()),
        };
        Ok(match self.public(record) {
            Some(record) => Asked::Here(Box::new(record)),
            None => Asked::Unknown,
        })
    }

    /// A page of a collection, and how many records it has in all.
    ///
    /// Conditions and order name public fields only; any other is an error of whoever wrote the page.
    pub(crate) fn public_list(
        &self,
        collection: &str,
        list: &List,
    ) -> Result<(Vec<PublicRecord>, u64), ApiError> {
        let declared = find_collection(collection)?;
        debug_assert!(asks_public_fields(declared, list), "{list:?}");
        let page = self.reader.list(collection, list)?;
        let records = page.records.into_iter();
        let public = records.filter_map(|record| self.public(record)).collect();
        Ok((public, page.total))
    }

    fn record_of(&self, collection: &str, id: &str) -> Result<Result<Record, Missing>, ApiError> {
        // Whole identities only: an address on the web is no place to guess the rest.
        let Ok(id) = id.parse::<RecordId>() else {
            return Ok(Err(Missing::Unknown));
        };
        if self.reader.fate(&id)? != Fate::Kept {
            return Ok(Err(Missing::Erased));
        }
        let found = self.reader.get(&id)?;
        let found = found.filter(|record| record.collection == collection);
        Ok(found.ok_or(Missing::Unknown))
    }

    fn offered(&self, record: Record, today: Date) -> Option<PublicOffer> {
        if record.removed || !Status::of(&record.fields)?.is_on_offer() {
            return None;
        }
        let Freshness::Fresh {
            days_left,
            interval_days,
        } = freshness(&record.fields, today)
        else {
            return None;
        };
        let quality = quality(&record.fields, today).score;
        Some(PublicOffer {
            record: self.public(record)?,
            good_until: today.checked_add(days_left.days()).unwrap_or(today),
            freshness: days_left as f64 / interval_days.max(1) as f64,
            quality,
        })
    }

    fn public(&self, record: Record) -> Option<PublicRecord> {
        let collection = find_collection(&record.collection).ok()?;
        if !is_public(collection) || matches!(record.fields.get("active"), Some(Value::Flag(false)))
        {
            return None;
        }
        let fields = Audience::Public.visible(collection, &record.fields);
        let commune = match record.fields.get("insee_code") {
            Some(Value::Text(code)) => self.territory.current(code),
            _ => None,
        };
        let hidden = !fields.contains_key("insee_code");
        Some(PublicRecord {
            id: record.id,
            collection,
            fields,
            owner: self.structure_record(&self.owner_of_record(&record)),
            epci: commune.filter(|_| hidden).map(|it| it.epci.clone()),
            distance_km: record.distance_km.filter(|_| !hidden),
        })
    }

    /// The middle of what is published of a record's place.
    pub(crate) fn public_place(&self, record: &PublicRecord) -> Option<Point> {
        match (record.text("insee_code"), &record.epci) {
            (Some(code), _) => self.territory.current(code).map(|it| it.centroid),
            (None, Some(epci)) => self.territory.middle_of(&format!("epci:{epci}")),
            (None, None) => None,
        }
    }
}

/// Whether a collection is one that the public sees anything of.
fn is_public(collection: &Collection) -> bool {
    let title = collection.field(collection.title);
    title.is_some_and(|title| title.visibility == Visibility::Public)
}

/// Whether a list asks of public fields only: what is found by a hidden value is no longer hidden.
fn asks_public_fields(declared: &Collection, list: &List) -> bool {
    let is_public = |name: &str| {
        matches!(name, "distance" | "changed_on" | "created_on")
            || declared
                .field(name)
                .is_some_and(|field| field.visibility == Visibility::Public)
    };
    let name_of = |condition: &str| {
        let end = condition.find(|it: char| !(it.is_ascii_lowercase() || it == '_'));
        condition[..end.unwrap_or(condition.len())].to_owned()
    };
    list.sort.as_ref().is_none_or(|sort| is_public(&sort.by))
        && list.conditions.iter().all(|it| is_public(&name_of(it)))
}
