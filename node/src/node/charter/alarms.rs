//! What `status` says of the charter: votes that are wanted, and what should not have happened.

use sync_protocol::charter::Subject;

use crate::api::Detail;
use crate::node::member::Member;

use super::people::{name_in, node_name};

fn detail(code: &str, args: &[(&str, String)], message: &str) -> Detail {
    Detail {
        code: code.to_owned(),
        args: args
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        message: message.to_owned(),
        ..Detail::default()
    }
}

impl Member {
    /// What people should know of the charter, worst first.
    pub(in crate::node) fn charter_alarms(&self) -> Vec<Detail> {
        let charter = self.charter();
        let mut told = Vec::new();
        if let Some((one, other)) = charter.rivals() {
            told.push(Detail {
                code: "rival_charters".into(),
                args: [("one".into(), one.short()), ("other".into(), other.short())].into(),
                message: "two charter versions of one height are in force".into(),
                ..Detail::default()
            });
        }
        for double in charter.double_votes() {
            let name = node_name(&charter, &double.node);
            let number = charter.version(&double.one).map_or(0, |it| it.number);
            let args = [
                ("name", name),
                ("number", number.to_string()),
                ("one", double.one.short()),
                ("other", double.other.short()),
            ];
            told.push(detail("voted_twice", &args, "a node approved two rivals"));
        }
        for suspension in charter.suspensions() {
            let name = match &suspension.subject {
                Subject::Structure(structure) => name_in(&charter, structure),
                Subject::Node(node) => node_name(&charter, node),
            };
            let by: Vec<String> = suspension
                .by
                .iter()
                .map(|it| name_in(&charter, it))
                .collect();
            let mut args = vec![("name", name), ("names", by.join(", "))];
            if suspension.missing == 0 {
                told.push(detail("suspended_now", &args, "somebody is suspended"));
            } else {
                args.push(("missing", suspension.missing.to_string()));
                told.push(detail(
                    "suspension_asked",
                    &args,
                    "a suspension is asked for",
                ));
            }
        }
        let proposals = charter.proposals();
        let open = charter.open_round();
        if open > 0 && proposals.iter().all(|it| it.version.round() < open) {
            let args = [("round", (open + 1).to_string())];
            told.push(detail(
                "votes_split",
                &args,
                "the votes are split: propose again",
            ));
        }
        let wanted = proposals.iter().filter(|it| {
            let open = it.version.round() == open && it.can_pass;
            let votes = charter.votes_for(&self.me, &it.id) == Some(self.structure);
            votes && open && it.waits_for.contains(&self.structure)
        });
        let wanted = wanted.count();
        if wanted > 0 {
            let args = [("count", wanted.to_string())];
            told.push(detail(
                "vote_wanted",
                &args,
                "a proposal waits for your vote",
            ));
        }
        told
    }
}
