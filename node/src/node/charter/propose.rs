//! `charter.propose`: what a new version would change, whom it needs; then its writing.

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::charter::{Outlook, Version};
use sync_protocol::entry::Kind;
use sync_protocol::id::VersionId;

use crate::api::{ApiError, Detail, ExitKind};
use crate::node::errors::read;
use crate::node::member::Member;
use crate::node::{Outcome, clock};

use super::amend::{Wanted, checked};
use super::changes::changes;
use super::people::{name_in, node_name};
use super::words;

#[derive(Debug, Deserialize)]
struct Propose {
    #[serde(flatten)]
    wanted: Wanted,
    /// A version that came to nothing, to be proposed once more in the round that is open.
    again: Option<String>,
    /// The version in force that the person saw.
    above: Option<String>,
    #[serde(default)]
    dry_run: bool,
}

impl Member {
    /// `charter.propose`.
    pub(in crate::node) fn propose_charter(&self, input: Value) -> Outcome {
        let Propose {
            wanted,
            again,
            above,
            dry_run,
        } = read(input)?;
        let version = match again {
            Some(text) => self.once_more(&text)?,
            None => wanted.amend(self)?,
        };
        let may = self.charter().may_propose(&self.me, &version);
        may.map_err(|why| words::may_not(self, why))?;
        let mut answer = self.preview(&version)?;
        if dry_run {
            return Ok(answer);
        }
        self.refuse_if_moved(above.as_deref())?;
        self.say(Kind::PROPOSE, version.encode())?;
        let id = version.id();
        self.vote_for(&id)?;
        let charter = self.charter();
        let effective = charter.is_effective(&id);
        let missing = charter.proposals().into_iter().find(|it| it.id == id);
        answer["version"] = json!(id.to_string());
        answer["written"] = json!(true);
        answer["effective"] = json!(effective);
        answer["missing"] = json!(missing.map_or(0, |it| it.missing));
        Ok(answer)
    }

    /// A proposal on the version in force, for the round that is open now.
    fn once_more(&self, text: &str) -> Result<Version, ApiError> {
        let known: Vec<(VersionId, Version)> = {
            let charter = self.charter();
            let proposals = charter.proposals().into_iter();
            proposals.map(|it| (it.id, it.version.clone())).collect()
        };
        let id = self.find_version(text, known.iter().map(|(id, _)| *id))?;
        let found = known.into_iter().find(|(other, _)| *other == id);
        let mut version = found.expect("one of those just listed").1;
        let open = self.charter().open_round();
        if version.round() == open {
            let text = "this proposal is still open: it needs approvals, not a second proposal";
            return Err(ApiError::new("round_still_open", ExitKind::Usage, text)
                .with("version", id.short()));
        }
        // An admission of format 1 has no round to state.
        let amended = self.charter().draft(self.me, clock::now());
        let mut terms = version
            .terms
            .take()
            .or(amended.terms)
            .expect("a draft has terms");
        terms.round = open;
        terms.proposer = self.me;
        version.terms = Some(terms);
        version.written = clock::now();
        checked(version)
    }

    fn refuse_if_moved(&self, above: Option<&str>) -> Result<(), ApiError> {
        let current = self.charter().current().0.to_string();
        if above.is_some_and(|seen| seen != current) {
            let text = "another version came into force meanwhile: look again";
            return Err(ApiError::new(
                "charter_moved",
                ExitKind::NeedsDecision,
                text,
            ));
        }
        Ok(())
    }

    /// What a version would change and whom it needs, as JSON.
    fn preview(&self, version: &Version) -> Outcome {
        let charter = self.charter();
        let (current, before) = charter.current();
        let changes = changes(self, &charter, before, version);
        if changes.is_empty() {
            let text = "this says what the charter says already";
            return Err(ApiError::new("nothing_proposed", ExitKind::Usage, text));
        }
        let outlook = charter.outlook(version);
        let names = |structures: &[sync_protocol::id::StructureId]| -> Vec<String> {
            structures.iter().map(|it| name_in(&charter, it)).collect()
        };
        let narrows: Vec<String> = outlook
            .narrowing
            .structures
            .iter()
            .map(|it| name_in(&charter, it))
            .chain(
                outlook
                    .narrowing
                    .nodes
                    .iter()
                    .map(|it| node_name(&charter, it)),
            )
            .collect();
        let waits_for: Vec<_> = outlook
            .uncommitted
            .iter()
            .copied()
            .filter(|it| *it != self.structure)
            .collect();
        Ok(json!({
            "above": current.to_string(),
            "number": version.number,
            "round": version.round(),
            "written": false,
            "changes": changes,
            "narrows": narrows,
            "concerns": names(&outlook.concerns),
            "voters": outlook.voters.len(),
            "needed": outlook.needed,
            "needed_without_one": outlook.needed_without_one,
            "delegated": outlook.delegated,
            "waits_for": names(&waits_for),
            "can_pass": outlook.can_pass,
            "warnings": warnings(&outlook, &names),
        }))
    }
}

/// What a person should know before proposing.
fn warnings(
    outlook: &Outlook,
    names: &dyn Fn(&[sync_protocol::id::StructureId]) -> Vec<String>,
) -> Vec<Detail> {
    let mut told = Vec::new();
    let voting: Vec<_> = outlook
        .concerns
        .iter()
        .copied()
        .filter(|it| outlook.voters.contains(it))
        .collect();
    // Of three or more, one whom it concerns is passed over; of two, nobody is.
    if outlook.voters.len() == 2 && !voting.is_empty() {
        told.push(Detail {
            code: "needs_the_concerned".into(),
            args: [("names".to_owned(), names(&voting).join(", "))].into(),
            message: "where two vote, neither can take anything from the other alone".into(),
            ..Detail::default()
        });
    }
    if !outlook.can_pass {
        told.push(Detail {
            code: "votes_are_given".into(),
            message: "too many have voted otherwise in this round".into(),
            ..Detail::default()
        });
    }
    told
}
