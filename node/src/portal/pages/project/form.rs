//! What was typed into the form, kept as typed; and what is wrong with it, field by field.

use std::collections::BTreeSet;

use crate::node::public::PublicOffer;
use crate::node::received::{Identity, Plan};
use crate::portal::visit::Visit;
use crate::territory::{Candidate, FindError};

use crate::portal::pages::parts::codes_of;

/// The most needs at once: each is a referral that somebody answers.
pub(super) const MOST_NEEDS: usize = 8;

/// The longest texts, in characters: what the registry holds.
pub(super) const NAME: usize = 150;
pub(super) const PHONE: usize = 40;
pub(super) const EMAIL: usize = 200;
pub(super) const PLACE: usize = 80;
pub(super) const ORIGIN: usize = 200;
pub(super) const WORDS: usize = 2_000;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The field, as its identity in the page.
    pub(super) field: &'static str,
    /// What to do about it.
    pub(super) text: String,
}

impl Fault {
    pub(super) const fn of(field: &'static str, text: String) -> Self {
        Self { field, text }
    }
}

/// What was typed, for as long as the request lasts; without `Debug`, so that no log shows it.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) kind: String,
    pub(super) needs: BTreeSet<String>,
    pub(super) place: String,
    pub(super) origin: String,
    pub(super) words: String,
    pub(super) name: String,
    pub(super) phone: String,
    pub(super) email: String,
    pub(super) opportunity: String,
    pub(super) agrees: bool,
    /// A field that people do not see.
    pub(super) website: String,
}

impl Typed {
    /// What a form says.
    pub(super) fn of(visit: &Visit) -> Self {
        let needs = visit.form.iter().filter(|(name, _)| name == "need");
        let given = |name| visit.given(name).to_owned();
        Self {
            kind: given("kind"),
            needs: needs.map(|(_, code)| code.clone()).collect(),
            place: given("place"),
            origin: given("origin"),
            words: given("words"),
            name: given("name"),
            phone: given("phone"),
            email: given("email"),
            opportunity: given("opportunity"),
            agrees: !visit.given("agrees").is_empty(),
            website: given("website"),
        }
    }

    /// A form begun from an opportunity: what follows from it is filled in.
    pub(super) fn from_offer(visit: &Visit, offer: Option<&PublicOffer>) -> Self {
        let Some(offer) = offer else {
            return Self::default();
        };
        let (kind, need) = match offer.record.text("kind").unwrap_or_default() {
            "business_takeover" => ("takeover", "takeover_search"),
            "farm_takeover" => ("farm_setup", "takeover_search"),
            "farmland" => ("farm_setup", "farmland"),
            "premises" => ("", "premises"),
            "land" => ("", "land"),
            "housing" => ("", "housing"),
            _ => ("", ""),
        };
        let territory = visit.portal.member.public_territory();
        let place = offer.record.text("insee_code");
        let place = place.and_then(|code| territory.current(code));
        Self {
            kind: kind.to_owned(),
            needs: (!need.is_empty())
                .then(|| need.to_owned())
                .into_iter()
                .collect(),
            place: place.map_or_else(String::new, |it| format!("{} ({})", it.name, it.department)),
            opportunity: offer.record.id.to_string(),
            ..Self::default()
        }
    }

    /// Everything that is wrong, in the order of the page.
    pub(super) fn faults(&self, visit: &Visit, themes: &[&str]) -> Vec<Fault> {
        let words = visit.words;
        let mut faults = Vec::new();
        let mut say = |field, key: &str| faults.push(Fault::of(field, words.text(key)));
        if !codes_of("project", "type").contains(&self.kind.as_str()) {
            say("kind", "portal-form-fault-kind");
        }
        if self.needs.is_empty() || self.needs.iter().any(|it| !themes.contains(&it.as_str())) {
            say("need", "portal-form-fault-need");
        } else if self.needs.len() > MOST_NEEDS {
            say("need", "portal-form-fault-needs");
        }
        if let Some(text) = self.place_fault(visit) {
            faults.push(Fault::of("place", text));
        }
        faults.extend(self.text_faults(visit, true));
        let mut say = |field, key: &str| faults.push(Fault::of(field, words.text(key)));
        if !self.agrees {
            say("agrees", "portal-form-fault-agrees");
        }
        if !self.website.is_empty() {
            say("website", "portal-form-fault-website");
        }
        faults
    }

    /// What is wrong with where it is to be.
    pub(super) fn place_fault(&self, visit: &Visit) -> Option<String> {
        let words = visit.words;
        if self.place.is_empty() {
            let is_nowhere = self.origin.is_empty();
            return is_nowhere.then(|| words.text("portal-form-fault-place"));
        }
        let names = |candidates: &[Candidate]| {
            let named = candidates
                .iter()
                .map(|it| format!("{} ({})", it.name, it.department));
            named.collect::<Vec<_>>().join(", ")
        };
        let territory = visit.portal.member.public_territory();
        match territory.find(&self.place).err()? {
            _ if self.place.chars().count() > PLACE => {
                Some(words.text("portal-form-fault-unknown-place"))
            }
            FindError::Ambiguous { candidates, .. } => Some(words.with(
                "portal-form-fault-places",
                &[("names", names(&candidates).into())],
            )),
            FindError::Unknown { suggestions, .. } if !suggestions.is_empty() => Some(words.with(
                "portal-form-fault-near-places",
                &[("names", names(&suggestions).into())],
            )),
            _ => Some(words.text("portal-form-fault-unknown-place")),
        }
    }

    /// What is wrong with what is sealed; who it is may be left out of a correction.
    pub(super) fn text_faults(&self, visit: &Visit, is_needed: bool) -> Vec<Fault> {
        let words = visit.words;
        let mut faults = Vec::new();
        let fits = |field: &str, text: &str| {
            text.is_empty() || visit.portal.member.fits("holder", field, text).is_ok()
        };
        let mut say = |field, key: &str| faults.push(Fault::of(field, words.text(key)));
        if !fits("address", &self.origin) {
            say("origin", "portal-form-fault-origin");
        }
        if !fits("notes", &self.words) {
            say("words", "portal-form-fault-words");
        }
        if is_needed && self.name.is_empty() {
            say("name", "portal-form-fault-name");
        } else if !fits("name", &self.name) {
            say("name", "portal-form-fault-name-long");
        }
        if is_needed && self.phone.is_empty() && self.email.is_empty() {
            say("phone", "portal-form-fault-reach");
        }
        if !fits("phone", &self.phone) {
            say("phone", "portal-form-fault-phone");
        }
        if !fits("email", &self.email) {
            say("email", "portal-form-fault-email");
        }
        faults
    }

    /// Whether anything of what is sealed was typed.
    pub(super) fn has_identity(&self) -> bool {
        let all = [
            &self.name,
            &self.phone,
            &self.email,
            &self.origin,
            &self.words,
        ];
        all.into_iter().any(|it| !it.is_empty())
    }

    /// What is sealed.
    pub(super) fn identity(&self) -> Identity {
        Identity {
            name: self.name.clone(),
            phone: self.phone.clone(),
            email: self.email.clone(),
            origin: self.origin.clone(),
            words: self.words.clone(),
        }
    }

    /// What is plain.
    pub(super) fn plan(&self, visit: &Visit) -> Plan {
        let territory = visit.portal.member.public_territory();
        let origin = territory.locate(&self.origin).ok();
        Plan {
            kind: self.kind.clone(),
            themes: self.needs.clone(),
            place: territory.find(&self.place).ok().map(|it| it.code.clone()),
            origin: origin.map(|it| it.commune.code),
            opportunity: self.opportunity.parse().ok(),
        }
    }
}
