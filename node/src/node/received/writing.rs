//! What a visitor wrote, as records: all of them in one commit, sealed before it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use sync_protocol::id::{RecordId, StructureId};
use sync_protocol::seal::erase::state::Fate;

use crate::api::ApiError;
use crate::node::clock;
use crate::node::errors::of_fields;
use crate::node::holders::pseudonym;
use crate::node::member::Member;
use crate::node::records::parse_fields;
use crate::registry::referral::{self, Move, Roles};
use crate::registry::sealed::SealedFields;
use crate::registry::{FieldError, Fields, Value as FieldValue, find_collection, prepare_new};
use crate::replica::Act;
use crate::sealing::Sealed;
use crate::territory::France;

use super::{Code, Identity, NOTICE, Plan};

impl Member {
    /// Writes and sends what a visitor wrote; the same code twice is the same project once.
    ///
    /// # Errors
    /// A field that cannot be, what the charter forbids, a disk that fails.
    pub(crate) fn receive_project(
        &self,
        code: &Code,
        identity: &Identity,
        plan: &Plan,
    ) -> Result<(), ApiError> {
        if self.is_received(code)? {
            return Ok(());
        }
        let to = self.recipients_of(plan)?;
        let holder = self.received_id(code, "holder");
        let readers: BTreeSet<StructureId> = to.values().copied().collect();
        let text = self.sealed_text(identity)?;
        let acts = self.received_acts(code, plan, &to)?;
        let part = self.part_of(find_collection("holder")?)?;
        let nothing = Sealed::of(self.network, holder, &[], &|_, _| None);
        let seal = self.make_seal(&nothing, &part, &text.encode(), &readers)?;
        let written = self.write_sealed(Some(seal), |replica, author| {
            Ok(replica.draft(author, acts)?)
        });
        match written {
            // Sent twice at once: the other one wrote it.
            Err(_) if self.is_received(code)? => Ok(()),
            written => written.map(drop),
        }
    }

    /// Whether something was received under this code, erased since or not.
    pub(crate) fn is_received(&self, code: &Code) -> Result<bool, ApiError> {
        let holder = self.received_id(code, "holder");
        Ok(self.reader.fate(&holder)? != Fate::Kept || self.reader.get(&holder)?.is_some())
    }

    /// The record of a collection that a code leads to.
    pub(super) fn received_id(&self, code: &Code, collection: &str) -> RecordId {
        let salt = code.salt(collection);
        RecordId::derive(&self.network, &self.structure, collection, &salt)
    }

    /// Whether a text fits a field, as the registry reads it.
    pub(crate) fn fits(&self, collection: &str, field: &str, text: &str) -> Result<(), FieldError> {
        let column = find_collection(collection)?.column(field)?;
        self.with_context(|context| column.parse(text, context))
            .map(drop)
    }

    /// Who somebody is, as it is sealed.
    pub(super) fn sealed_text(&self, identity: &Identity) -> Result<SealedFields, ApiError> {
        let declared = find_collection("holder")?;
        let mut text = SealedFields::default();
        let given = identity.fields().into_iter();
        for (name, typed) in given.filter(|(_, typed)| !typed.trim().is_empty()) {
            let column = declared.column(name)?;
            let value = self.with_context(|context| column.parse(typed, context))?;
            text.put(name, Some(&value));
        }
        match text.missing(declared).as_slice() {
            [] => Ok(text),
            missing => Err(of_fields(missing)),
        }
    }

    fn received_acts(
        &self,
        code: &Code,
        plan: &Plan,
        to: &BTreeMap<String, StructureId>,
    ) -> Result<Vec<Act>, ApiError> {
        let own = self.structure_record(&self.structure).to_string();
        let known_as = pseudonym(&self.received_id(code, "holder"));
        let today = clock::today().to_string();
        let mut given = json!({
            "pseudonym": known_as,
            "themes": plan.themes,
            "info_notice_on": today,
            "info_notice_version": NOTICE,
            "first_contact_on": today,
            "last_contact_on": today,
        });
        if let Some(zone) = self.zone_of_origin(plan) {
            given["residence"] = json!(zone);
        }
        let mut acts = vec![self.act(code, "holder", given, &[])?];
        let mut given = json!({ "pseudonym": known_as, "type": plan.kind });
        if let Some(place) = &plan.place {
            given["target_zones"] = json!([format!("insee:{place}")]);
        }
        let holder = self.received_id(code, "holder").to_string();
        acts.push(self.act(code, "project", given, &[("holder", &holder)])?);
        let project = self.received_id(code, "project").to_string();
        let opportunity = plan.opportunity.map(|id| id.to_string());
        for (theme, structure) in to {
            let name = format!("need {theme}");
            let given = json!({ "theme": theme });
            acts.push(self.act(code, &name, given.clone(), &[("project", &project)])?);
            if *structure == self.structure {
                continue;
            }
            let salt = code.salt(&name);
            let need = RecordId::derive(&self.network, &self.structure, "need", &salt);
            let (need, receiver) = (need.to_string(), self.structure_record(structure));
            let receiver = receiver.to_string();
            let mut links = vec![
                ("project", project.as_str()),
                ("need", &need),
                ("from_structure", &own),
                ("to_structure", &receiver),
            ];
            links.extend(opportunity.as_deref().map(|id| ("opportunity", id)));
            let name = format!("referral {theme}");
            let mut act = self.act(code, &name, given, &links)?;
            if let Act::Create { fields, .. } = &mut act {
                let lead = FieldValue::Text(own.clone());
                fields.insert("lead_structure".to_owned(), lead);
                let sender = Roles {
                    sender: true,
                    ..Roles::default()
                };
                let sent = referral::apply(fields, Move::Send, sender, None, clock::instant())?;
                fields.extend(sent.put);
            }
            acts.push(act);
        }
        Ok(acts)
    }

    /// A record to be made: what was given is parsed, links lead to records that may not be there
    /// yet. The first word of `name` is its collection.
    fn act(
        &self,
        code: &Code,
        name: &str,
        given: Value,
        links: &[(&str, &str)],
    ) -> Result<Act, ApiError> {
        let declared = find_collection(name.split(' ').next().unwrap_or(name))?;
        let given: Map<String, Value> = match given {
            Value::Object(given) => given,
            _ => Map::new(),
        };
        let fields = self.with_context(|context| {
            let parsed = parse_fields(declared, &given, context)?.into_iter();
            let mut fields: Fields = parsed
                .filter_map(|(name, value)| Some((name, value?)))
                .collect();
            let linked = links.iter();
            fields.extend(
                linked.map(|(name, id)| ((*name).to_owned(), FieldValue::Text((*id).to_owned()))),
            );
            let prepared = prepare_new(declared, fields, context);
            Ok::<_, ApiError>(prepared.map_err(|errors| of_fields(&errors))?.fields)
        })?;
        Ok(Act::Create {
            collection: declared.name.to_owned(),
            salt: code.salt(name),
            fields,
        })
    }

    /// Where somebody comes from, no closer than by intercommunality or department.
    fn zone_of_origin(&self, plan: &Plan) -> Option<String> {
        let code = plan.origin.as_deref()?;
        match self.territory.current(code) {
            Some(commune) => Some(format!("epci:{}", commune.epci)),
            None => {
                let commune = France::embedded().commune(code)?;
                Some(format!("dept:{}", commune.department))
            }
        }
    }
}
