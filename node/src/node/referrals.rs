//! Opportunities verified, referrals sent, moved and received.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sync_protocol::id::RecordId;

use crate::api::{ApiError, Detail, ExitKind};
use crate::registry::referral::{self, Changes, Move, PARTIES, Roles};
use crate::registry::{
    Fields, Value as FieldValue, collection, find_collection, opportunity, prepare_new, to_json,
};
use crate::replica::{Act, Authority, Deed, Edits, ReplicaError, What, deeds_of_fields};
use crate::view::{List, Record};

use super::errors::{of_fields, read};
use super::member::{Member, lock};
use super::records::{notices, parse_fields};
use super::sealed_fields::{Resealed, SealedEdits};
use super::{Outcome, clock};

#[derive(Deserialize)]
struct Verify {
    ids: Vec<String>,
    on: Option<String>,
}

#[derive(Deserialize)]
struct Send {
    project: String,
    to: String,
    theme: Option<String>,
    need: Option<String>,
    opportunity: Option<String>,
    urgency: Option<String>,
    /// Sealed to the structures of the referral.
    reason: Option<String>,
    /// Who reads the reason besides.
    #[serde(default)]
    share: Vec<String>,
}

#[derive(Deserialize)]
struct Reroute {
    id: String,
    to: String,
    theme: Option<String>,
    reason: Option<String>,
    #[serde(default)]
    share: Vec<String>,
}

#[derive(Deserialize)]
struct Moved {
    id: String,
    r#move: String,
    reason: Option<String>,
}

impl Member {
    /// `opportunity.verify`: still available.
    pub(super) fn verify_opportunities(&self, input: Value) -> Outcome {
        let Verify { ids, on } = read(input)?;
        let declared = find_collection("opportunity")?;
        let on = match on {
            None => None,
            Some(text) => {
                let column = declared.column("last_verified_on")?;
                let value = self.with_context(|context| column.parse(&text, context))?;
                match value {
                    FieldValue::Text(day) => day.parse().ok(),
                    _ => None,
                }
            }
        };
        let mut edits = Vec::new();
        for id in &ids {
            let record = self.find_record(declared, id)?;
            let set = opportunity::verify(&record.fields, on, clock::today())?;
            edits.push((record.id, Edits::set(set)));
        }
        let verified: Vec<String> = edits.iter().map(|(id, _)| id.to_string()).collect();
        self.write(|replica, author| {
            let acts = edits
                .into_iter()
                .map(|(record, edits)| Act::Change {
                    record,
                    edits,
                    reason: 0,
                })
                .collect();
            Ok(replica.draft(author, acts)?)
        })?;
        Ok(json!({ "verified": verified }))
    }

    /// `referral.send`: a project is oriented to another structure for a need.
    pub(super) fn send_referral(&self, input: Value) -> Outcome {
        let Send {
            project,
            to,
            theme,
            need,
            opportunity,
            urgency,
            reason,
            share,
        } = read(input)?;
        let declared = find_collection("referral")?;
        let mut given = Map::new();
        given.insert("project".into(), json!(project));
        given.insert("to_structure".into(), json!(to));
        let optional = [
            ("theme", theme),
            ("need", need),
            ("opportunity", opportunity),
            ("urgency", urgency),
            ("reason", reason),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                given.insert(name.into(), json!(value));
            }
        }
        if let Some(need) = given.get("need").and_then(Value::as_str).map(str::to_owned) {
            // The need says what it is about.
            let need = self.find_record(find_collection("need")?, &need)?;
            given.insert("need".into(), json!(need.id.to_string()));
            if let Some(theme) = need.fields.get("theme") {
                given.entry("theme").or_insert_with(|| to_json(theme));
            }
        }
        let own = self.structure_record(&self.structure).to_string();
        given.insert("from_structure".into(), json!(own));
        let (mut fields, sealed, mut found) = self.prepare_referral(&given)?;
        found.extend(self.may_be_sent(&fields)?);
        self.name_lead(&mut fields)?;
        let changes = self.moved(&fields, Move::Send, None)?;
        fields.extend(changes.put);
        let (salt, id) = self.new_record(declared)?;
        let Resealed { seal, readers, .. } =
            self.seal_new(declared, id, &fields, &sealed, &share)?;
        let mut answer = json!({ "id": id.to_string(), "status": "sent" });
        if seal.is_some() {
            answer["readers"] = json!(self.shown_structures(&readers.structures));
        }
        self.create(declared, salt, fields.clone(), seal)?;
        found.extend(readers.notices);
        found.extend(self.share_referred(&fields)?);
        answer["notices"] = json!(found);
        Ok(answer)
    }

    /// `referral.reroute`: a new referral to another structure takes the place of a declined one.
    ///
    /// Both are written at once: a referral marked as rerouted without its successor would be lost
    /// from everybody's list.
    pub(super) fn reroute_referral(&self, input: Value) -> Outcome {
        let Reroute {
            id,
            to,
            theme,
            reason,
            share,
        } = read(input)?;
        let declared = find_collection("referral")?;
        let declined = self.find_record(declared, &id)?;
        let closing = self.moved(&declined.fields, Move::Reroute, None)?;
        let own = self.structure_record(&self.structure).to_string();
        let mut given = Map::new();
        for name in ["project", "theme", "opportunity", "urgency"] {
            if let Some(value) = declined.fields.get(name) {
                given.insert(name.into(), to_json(value));
            }
        }
        if let Some(theme) = theme {
            given.insert("theme".into(), json!(theme));
        }
        given.insert("to_structure".into(), json!(to));
        given.insert("from_structure".into(), json!(own));
        given.insert("parent".into(), json!(declined.id.to_string()));
        if let Some(reason) = reason {
            given.insert("reason".into(), json!(reason));
        }
        let (mut fields, sealed, mut found) = self.prepare_referral(&given)?;
        if fields.get("to_structure") == declined.fields.get("to_structure") {
            let name = match fields.get("to_structure") {
                Some(FieldValue::Text(id)) => self.record_title(id),
                _ => to,
            };
            let text = "this structure declined the referral: choose another";
            return Err(ApiError::new("reroute_to_same", ExitKind::Usage, text).with("name", name));
        }
        found.extend(self.may_be_sent(&fields)?);
        self.name_lead(&mut fields)?;
        fields.extend(self.moved(&fields, Move::Send, None)?.put);
        let referred = fields.clone();
        let (salt, new) = self.new_record(declared)?;
        let Resealed { seal, readers, .. } =
            self.seal_new(declared, new, &fields, &sealed, &share)?;
        let acts = vec![
            Act::Create {
                collection: declared.name.to_owned(),
                salt,
                fields,
            },
            Act::Change {
                record: declined.id,
                edits: edits_of(closing),
                reason: 0,
            },
        ];
        let mut answer = json!({
            "id": new.to_string(),
            "parent": declined.id.to_string(),
            "status": "sent",
        });
        if seal.is_some() {
            answer["readers"] = json!(self.shown_structures(&readers.structures));
        }
        self.write_sealed(seal, |replica, author| Ok(replica.draft(author, acts)?))?;
        found.extend(readers.notices);
        found.extend(self.share_referred(&referred)?);
        answer["notices"] = json!(found);
        Ok(answer)
    }

    /// A referral as its fields were given, completed and checked, with notices.
    fn prepare_referral(
        &self,
        given: &Map<String, Value>,
    ) -> Result<(Fields, SealedEdits, Vec<Detail>), ApiError> {
        let declared = find_collection("referral")?;
        let (prepared, sealed) = self.with_context(|context| {
            let mut fields = parse_fields(declared, given, context)?;
            let sealed = SealedEdits::of_new(declared, &mut fields);
            let fields = fields
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)));
            let prepared = prepare_new(declared, fields.collect(), context);
            let prepared = prepared.map_err(|errors| of_fields(&errors))?;
            Ok::<_, ApiError>((prepared, sealed))
        })?;
        Ok((prepared.fields, sealed, notices(&prepared.notices)))
    }

    /// What people call the record of this identity.
    pub(super) fn record_title(&self, id: &str) -> String {
        id.parse::<RecordId>()
            .ok()
            .and_then(|id| self.reader.get(&id).ok().flatten())
            .map_or_else(|| id.to_owned(), |record| self.reader.title(&record))
    }

    /// What a move of a referral writes, made now by our structure.
    fn moved(
        &self,
        fields: &Fields,
        requested: Move,
        reason: Option<&str>,
    ) -> Result<Changes, ApiError> {
        let roles = self.roles(fields)?;
        let made = referral::apply(fields, requested, roles, reason, clock::instant());
        made.map_err(|mut error| {
            // Who may move it is told by name.
            for (_, fact) in &mut error.args {
                for party in PARTIES {
                    if !fact.contains(party) {
                        continue;
                    }
                    let name = match fields.get(*party) {
                        Some(FieldValue::Text(id)) => self.record_title(id),
                        _ => "-".to_owned(),
                    };
                    *fact = fact.replace(party, &name);
                }
            }
            error.into()
        })
    }

    /// What our structure is to a referral.
    fn roles(&self, fields: &Fields) -> Result<Roles, ApiError> {
        let own = self.structure_record(&self.structure).to_string();
        let deeds = deeds_of_fields("referral", self.structure, None, fields);
        let may_refer = |deed: &Deed| deed.what == What::Create;
        let deeds: Vec<Deed> = deeds.into_iter().filter(may_refer).collect();
        let mandated = self.authority().permit(&self.structure, &deeds).is_ok();
        Ok(Roles::of(&own, fields, self.lead_of(fields)?.as_deref()).mandated(mandated))
    }

    /// Says in the referral who leads its project: that structure may move it too, and every node
    /// has to read so out of the referral alone.
    pub(super) fn name_lead(&self, fields: &mut Fields) -> Result<(), ApiError> {
        if let Some(lead) = self.lead_of(fields)? {
            fields.insert("lead_structure".to_owned(), FieldValue::Text(lead));
        }
        Ok(())
    }

    /// The record of the structure that leads the project of a referral.
    fn lead_of(&self, fields: &Fields) -> Result<Option<String>, ApiError> {
        let project = match fields.get("project") {
            Some(FieldValue::Text(id)) => match id.parse::<RecordId>() {
                Ok(id) => self.reader.get(&id)?,
                Err(_) => None,
            },
            _ => None,
        };
        Ok(
            project.and_then(|record| match record.fields.get("lead_structure") {
                Some(FieldValue::Text(lead)) => Some(lead.clone()),
                _ => None,
            }),
        )
    }

    /// `referral.move`.
    pub(super) fn move_referral(&self, input: Value) -> Outcome {
        let Moved { id, r#move, reason } = read(input)?;
        let record = self.find_record(find_collection("referral")?, &id)?;
        let requested = Move::from_name(&r#move)?;
        if let (Move::Reopen, Some(reason)) = (requested, &reason) {
            return self.reopen_referral(record, reason);
        }
        let mut fields = record.fields;
        let mut changes = self.moved(&fields, requested, reason.as_deref())?;
        let mut found = Vec::new();
        if requested == Move::Send {
            found = self.may_be_sent(&fields)?;
            self.name_lead(&mut fields)?;
            let lead = fields.get_key_value("lead_structure");
            changes
                .put
                .extend(lead.map(|(k, v)| (k.clone(), v.clone())));
        }
        self.change(record.id, edits_of(changes))?;
        if requested == Move::Send {
            found.extend(self.share_referred(&fields)?);
        }
        let status = self
            .reader
            .get(&record.id)?
            .and_then(|it| it.fields.get("status").cloned());
        Ok(json!({
            "id": record.id.to_string(),
            "status": status.as_ref().map(to_json),
            "notices": found,
        }))
    }

    /// Opens a closed referral again and says why: sealed to those who read why it was sent, in the
    /// place of that, which the history keeps.
    fn reopen_referral(&self, record: Record, reason: &str) -> Outcome {
        let declared = find_collection("referral")?;
        let given = Map::from_iter([("reason".to_owned(), json!(reason))]);
        let mut given = self.with_context(|context| parse_fields(declared, &given, context))?;
        let sealed = SealedEdits::of_new(declared, &mut given);
        let changes = self.moved(&record.fields, Move::Reopen, None)?;
        let _one_at_a_time = lock(&self.resealing);
        let Resealed { seal, readers, .. } =
            self.seal_edited(declared, &record, &record.fields, &sealed, &[])?;
        let mut answer = json!({ "id": record.id.to_string() });
        if seal.is_some() {
            answer["readers"] = json!(self.shown_structures(&readers.structures));
        }
        self.write_sealed(seal, |replica, author| {
            let change = replica.draft_change(author, record.id, edits_of(changes))?;
            Ok(vec![change])
        })?;
        let after = self.reader.get(&record.id)?;
        let status = after.and_then(|it| it.fields.get("status").map(to_json));
        answer["status"] = json!(status);
        answer["notices"] = json!(readers.notices);
        Ok(answer)
    }

    /// Marks what other structures sent to ours as received: the sender then sees that it arrived.
    pub(super) fn receive_referrals(&self) -> Result<(), ApiError> {
        if self.journals.stats().read_only || collection("referral").is_none() {
            return Ok(());
        }
        if self.require_own_journal().is_err() {
            // Marked once this node may write again.
            return Ok(());
        }
        let _one_at_a_time = lock(&self.follower.receiving);
        let own = self.structure_record(&self.structure).to_string();
        let list = List {
            conditions: vec!["status=sent".to_owned(), format!("to_structure={own}")],
            limit: Some(1_000),
            ..List::default()
        };
        let sent: Vec<Record> = self.reader.list("referral", &list)?.records;
        for record in sent {
            let roles = self.roles(&record.fields)?;
            let moved =
                referral::apply(&record.fields, Move::Receive, roles, None, clock::instant());
            let Ok(changes) = moved else { continue };
            match self.change(record.id, edits_of(changes)) {
                Ok(_) => {}
                // Quarantined here: the others are received all the same.
                Err(error) if error.code == quarantined() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn quarantined() -> &'static str {
    ReplicaError::Quarantined {
        record: RecordId::ZERO,
    }
    .code()
}

fn edits_of(changes: Changes) -> Edits {
    let mut edits = Edits::set(changes.put);
    edits.set.extend(
        changes
            .clear
            .into_iter()
            .map(|name| (name.to_owned(), None)),
    );
    edits
}
