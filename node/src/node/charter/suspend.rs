//! `charter.suspend`: this structure asks that a node or structure wait until the next version.

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::charter::{Charter, Subject, suspenders_needed};
use sync_protocol::entry::Kind;
use sync_protocol::id::NodeId;

use crate::api::{ApiError, ExitKind};
use crate::node::Outcome;
use crate::node::errors::read;
use crate::node::member::Member;

use super::people::{name_in, subject_json};
use super::words;

#[derive(Deserialize)]
struct Suspend {
    subject: String,
}

impl Member {
    /// `charter.suspend`.
    pub(in crate::node) fn suspend(&self, input: Value) -> Outcome {
        let Suspend { subject: text } = read(input)?;
        let subject = self.find_subject(&text)?;
        self.may_suspend(&subject)?;
        let written = self.say_if(Kind::SUSPEND, |charter| {
            let mine = |it: &sync_protocol::charter::Suspension| {
                it.subject == subject && it.by.contains(&self.structure)
            };
            if charter.suspensions().iter().any(mine) {
                return None;
            }
            let held = self.journals.tips();
            let tip = |node: &NodeId| held.get(node).copied().unwrap_or_default();
            Some(charter.suspend(subject, tip).encode())
        })?;
        let charter = self.charter();
        let mut asked = suspensions_json(&charter).into_iter();
        let id = subject_json(&charter, &subject)["id"].clone();
        let mut answer = asked
            .find(|it| it["subject"]["id"] == id)
            .unwrap_or_default();
        answer["already"] = json!(!written);
        Ok(answer)
    }

    fn may_suspend(&self, subject: &Subject) -> Result<(), ApiError> {
        let charter = self.charter();
        let (_, roll) = charter.current();
        let concerned = match subject {
            Subject::Structure(structure) => Some(*structure),
            Subject::Node(node) => charter.structure_of(node),
        };
        let votes = roll
            .member(&self.structure)
            .filter(|it| it.voting_node == self.me);
        if votes.is_none() {
            drop(charter);
            return Err(words::no_vote(self));
        }
        if roll.is_dormant(&self.structure) {
            let text = "your structure does not vote: the charter calls it dormant";
            return Err(ApiError::new("structure_dormant", ExitKind::Refused, text));
        }
        if concerned == Some(self.structure) {
            let text = "a structure does not suspend itself or its own node";
            return Err(ApiError::new("self_suspension", ExitKind::Refused, text));
        }
        let voting = roll.members.iter().map(|it| it.structure);
        let voting: Vec<_> = voting.filter(|it| !roll.is_dormant(it)).collect();
        let able = voting.iter().filter(|it| Some(**it) != concerned).count();
        let needed = suspenders_needed(voting.len());
        if able < needed {
            let text =
                format!("a suspension takes {needed} structures, and {able} could ask for it");
            return Err(ApiError::new("never_suspended", ExitKind::Refused, text)
                .with("count", able)
                .with("needed", needed));
        }
        Ok(())
    }
}

/// The suspensions that are asked for under the version in force.
pub(super) fn suspensions_json(charter: &Charter) -> Vec<Value> {
    let told = charter.suspensions().into_iter().map(|it| {
        let by: Vec<String> = it.by.iter().map(|by| name_in(charter, by)).collect();
        json!({
            "subject": subject_json(charter, &it.subject),
            "by": by,
            "missing": it.missing,
            "in_force": it.missing == 0,
        })
    });
    told.collect()
}
