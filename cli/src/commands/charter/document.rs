//! The charter as a document that a person could sign, in articles.
//!
//! Made once from what the node answers; the terminal and the printed page show the same.

use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::collections::collection_label;
use crate::collections::values::short;
use crate::document::{Block, Document, Section};
use crate::messages::Messages;

use super::sentences::{change, items, kind, majority, mandate_today, texts};

/// For whom the document is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    /// Who asks, and is told which member that is.
    Reader,
    /// All members alike.
    Everyone,
}

/// Makes the document.
pub(super) fn document(messages: &Messages, charter: &Value, whom: For) -> Document {
    let maker = Maker {
        messages,
        charter,
        whom,
    };
    let mut articles = vec![
        maker.members(),
        maker.coordinator(),
        maker.mandates(),
        maker.decisions(),
        maker.committee(),
    ];
    articles.extend(maker.limits());
    for (number, article) in articles.iter_mut().enumerate() {
        article.heading = format!("{}. {}", number + 1, article.heading);
    }
    Document {
        title: maker.format("charter-title", &[("name", maker.fact("name"))]),
        subtitle: maker.version(),
        preamble: messages.text("charter-preamble"),
        sections: articles,
        signatures: Some(maker.signatures()),
        notices: maker
            .alarms()
            .into_iter()
            .chain(maker.proposals())
            .collect(),
        notices_note: messages.text("charter-not-in-force"),
    }
}

/// The round of a version as people count it, where it is not the first.
pub(super) fn round(version: &Value) -> String {
    match version["round"].as_u64().unwrap_or(0) {
        0 => "none".to_owned(),
        later => (later + 1).to_string(),
    }
}

struct Maker<'a> {
    messages: &'a Messages,
    charter: &'a Value,
    whom: For,
}

impl Maker<'_> {
    fn fact(&self, name: &str) -> String {
        self.charter[name].as_str().unwrap_or_default().to_owned()
    }

    fn number(&self, name: &str) -> String {
        self.charter[name].as_u64().unwrap_or(0).to_string()
    }

    fn format(&self, key: &str, facts: &[(&'static str, String)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in facts {
            args.set(*name, value.clone());
        }
        self.messages.format(key, &args)
    }

    fn counted(&self, key: &str, facts: &[(&'static str, u64)], names: &[&str]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in facts {
            args.set(*name, *value);
        }
        args.set("names", names.join(", "));
        self.messages.format(key, &args)
    }

    fn day(&self, iso: &Value) -> String {
        let day = iso.as_str().and_then(|it| it.get(..10));
        day.map_or_else(String::new, |it| self.messages.language().date(it))
    }

    fn article(&self, key: &str, blocks: Vec<Block>) -> Section {
        let heading = self.messages.text(key);
        Section { heading, blocks }
    }

    fn version(&self) -> String {
        let facts = [
            ("number", self.number("number")),
            ("version", short(&self.fact("version")).to_owned()),
            ("network", short(&self.fact("network")).to_owned()),
            ("date", self.day(&self.charter["written_on"])),
            ("founded", self.day(&self.charter["founded_on"])),
        ];
        if self.charter["founded_on"].is_string() {
            self.format("charter-version-founded", &facts)
        } else {
            self.format("charter-version", &facts)
        }
    }

    /// A line for each member to sign on.
    fn signatures(&self) -> Section {
        let messages = self.messages;
        let header = ["charter-member", "charter-signer", "charter-signature"];
        let names = items(&self.charter["members"])
            .iter()
            .filter_map(|it| it["name"].as_str());
        let rows = names.map(|name| vec![name.to_owned(), String::new(), String::new()]);
        Section {
            heading: messages.text("charter-signatures"),
            blocks: vec![
                Block::Text(messages.text("charter-signatures-note")),
                Block::Table {
                    header: header.map(|key| messages.text(key)).into(),
                    rows: rows.collect(),
                    right: Vec::new(),
                },
            ],
        }
    }

    fn members(&self) -> Section {
        let header = [
            "charter-member",
            "charter-kind",
            "charter-since",
            "charter-nodes",
            "charter-voter",
        ];
        let members = items(&self.charter["members"]);
        let rows = members
            .iter()
            .map(|member| {
                let of = |name: &str| member[name].as_str().unwrap_or_default();
                let mut name = of("name").to_owned();
                if self.whom == For::Reader && member["me"] == json!(true) {
                    name = format!("{name} ({})", self.messages.text("charter-me"));
                }
                let since = member["since"].as_u64();
                vec![
                    name,
                    kind(self.messages, of("kind")),
                    since.map_or_else(String::new, |number| {
                        let facts = [
                            ("number", number.to_string()),
                            ("date", self.day(&member["since_on"])),
                        ];
                        self.format("charter-since-version", &facts)
                    }),
                    member["node_count"].as_u64().unwrap_or(0).to_string(),
                    short(of("voting_node")).to_owned(),
                ]
            })
            .collect();
        let count = [("count", members.len() as u64)];
        let asleep: Vec<&str> = members
            .iter()
            .filter(|it| it["dormant"] == json!(true))
            .filter_map(|it| it["name"].as_str())
            .collect();
        let mut blocks = vec![
            Block::Text(self.counted("charter-members", &count, &[])),
            Block::Table {
                header: header.map(|key| self.messages.text(key)).to_vec(),
                rows,
                right: vec![3],
            },
        ];
        if !asleep.is_empty() {
            let count = [("count", asleep.len() as u64)];
            blocks.push(Block::Text(self.counted(
                "charter-dormant",
                &count,
                &asleep,
            )));
        }
        self.article("charter-article-members", blocks)
    }

    fn coordinator(&self) -> Section {
        let named = self.charter["coordinator"]["name"].as_str();
        let text = match named {
            Some(name) => {
                let mut text = self.format("charter-coordinator", &[("name", name.to_owned())]);
                let left = self.charter["quorums"]["admissions"].as_u64().unwrap_or(0);
                if left > 0 {
                    text.push(' ');
                    text.push_str(&self.counted("charter-admissions", &[("count", left)], &[]));
                }
                text
            }
            None => self.messages.text("charter-no-coordinator"),
        };
        self.article("charter-article-coordinator", vec![Block::Text(text)])
    }

    fn mandates(&self) -> Section {
        let all = items(&self.charter["mandates"]);
        let open = |right: &str| -> Vec<String> {
            let free = all
                .iter()
                .filter(|it| it["source"] == "open" && it["right"] == right);
            free.filter_map(|it| it["collection"].as_str())
                .map(|name| collection_label(self.messages, name))
                .collect()
        };
        let mut listed: Vec<String> = all
            .iter()
            .filter(|it| it["source"] != "open")
            .map(|it| mandate_today(self.messages, it))
            .collect();
        let create = open("create");
        if !create.is_empty() {
            let facts = [("names", create.join(", "))];
            listed.push(self.format("charter-open-create", &facts));
        }
        let own = open("edit_own");
        let restricted = all
            .iter()
            .any(|it| it["right"] == "edit_own" && it["source"] != "open");
        if !own.is_empty() {
            let facts = [("names", own.join(", "))];
            listed.push(if restricted {
                self.format("charter-open-edit-some", &facts)
            } else {
                self.messages.text("charter-open-edit")
            });
        }
        listed.push(self.messages.text("charter-parties"));
        let mut blocks = vec![Block::Items(listed)];
        let by_default = all.iter().any(|it| it["source"] == "default");
        if by_default {
            blocks.push(Block::Text(self.messages.text("charter-defaults")));
        }
        if items(&self.charter["members"]).len() == 1 {
            blocks.push(Block::Text(self.messages.text("charter-alone")));
        }
        self.article("charter-article-mandates", blocks)
    }

    fn decisions(&self) -> Section {
        let quorums = &self.charter["quorums"];
        let count = |name: &str| quorums[name].as_u64().unwrap_or(0);
        let voting = count("voting");
        let facts = [
            ("vote", count("vote")),
            ("voting", voting),
            ("without", count("without_one")),
            ("others", voting.saturating_sub(1)),
            ("count", count("suspension")),
        ];
        let say = |key: &str| self.counted(key, &facts, &[]);
        let mut listed = vec![say("charter-vote")];
        match voting {
            0 | 1 => {}
            2 => listed.push(say("charter-vote-of-two")),
            _ => listed.push(say("charter-vote-without-one")),
        }
        listed.push(if quorums["suspension_possible"] == json!(true) {
            say("charter-suspend")
        } else {
            say("charter-suspend-never")
        });
        listed.push(say("charter-one-voice"));
        self.article("charter-article-decisions", vec![Block::Items(listed)])
    }

    fn committee(&self) -> Section {
        let committee = &self.charter["committee"];
        let persons = items(&committee["persons"]);
        if persons.is_empty() {
            let text = self.messages.text("charter-no-committee");
            return self.article("charter-article-committee", vec![Block::Text(text)]);
        }
        let listed = persons
            .iter()
            .map(|it| {
                let facts = [
                    ("name", it["name"].as_str().unwrap_or_default().to_owned()),
                    (
                        "key",
                        short(it["key"].as_str().unwrap_or_default()).to_owned(),
                    ),
                ];
                self.format("charter-person", &facts)
            })
            .collect();
        let facts = [
            ("quorum", committee["quorum"].as_u64().unwrap_or(0)),
            ("count", persons.len() as u64),
        ];
        let text = self.counted("charter-committee", &facts, &[]);
        let blocks = vec![Block::Items(listed), Block::Text(text)];
        self.article("charter-article-committee", blocks)
    }

    /// Suspensions, successors and closed nodes, where there are any.
    fn limits(&self) -> Option<Section> {
        let mut listed = Vec::new();
        for it in items(&self.charter["suspensions"]) {
            let names = texts(&it["by"]).join(", ");
            let name = it["subject"]["name"].as_str().unwrap_or_default();
            let missing = it["missing"].as_u64().unwrap_or(0);
            let mut args = FluentArgs::new();
            args.set("name", name);
            args.set("names", names);
            args.set("missing", missing);
            listed.push(self.messages.format("charter-suspension", &args));
        }
        for it in items(&self.charter["successors"]) {
            let facts = ["left", "successor"].map(|which| {
                (
                    which,
                    it[which]["name"].as_str().unwrap_or_default().to_owned(),
                )
            });
            listed.push(self.format("charter-successor", &facts));
        }
        for it in items(&self.charter["closed"]) {
            let name = it["name"].as_str().unwrap_or_default().to_owned();
            listed.push(self.format("charter-closed", &[("name", name)]));
        }
        (!listed.is_empty())
            .then(|| self.article("charter-article-limits", vec![Block::Items(listed)]))
    }

    /// Double votes and rivals.
    fn alarms(&self) -> Option<Section> {
        let mut listed = Vec::new();
        if let [one, other] = items(&self.charter["rivals"]) {
            let facts = [("one", one), ("other", other)]
                .map(|(name, id)| (name, short(id.as_str().unwrap_or_default()).to_owned()));
            listed.push(self.format("charter-rivals", &facts));
        }
        for it in items(&self.charter["double_votes"]) {
            let facts = ["name", "one", "other"].map(|name| {
                let text = it[name].as_str().unwrap_or_default();
                let text = if name == "name" { text } else { short(text) };
                (name, text.to_owned())
            });
            listed.push(self.format("charter-double-vote", &facts));
        }
        (!listed.is_empty()).then(|| self.article("charter-alarms", vec![Block::Items(listed)]))
    }

    /// One notice a proposal.
    fn proposals(&self) -> Vec<Section> {
        let all = items(&self.charter["proposals"]);
        all.iter().map(|it| self.proposal(it)).collect()
    }

    fn proposal(&self, proposal: &Value) -> Section {
        let id = short(proposal["id"].as_str().unwrap_or_default());
        let round = round(proposal);
        let facts = [
            ("id", id.to_owned()),
            (
                "number",
                proposal["number"].as_u64().unwrap_or(0).to_string(),
            ),
            ("round", round),
            (
                "name",
                proposal["proposed_by"]
                    .as_str()
                    .unwrap_or("none")
                    .to_owned(),
            ),
        ];
        let heading = self.format("charter-proposal", &facts);
        let changes = items(&proposal["changes"]);
        let changes = changes.iter().map(|it| change(self.messages, it)).collect();
        let mut args = FluentArgs::new();
        let approvals = texts(&proposal["approvals"]);
        args.set("approvals", approvals.len());
        args.set("names", approvals.join(", "));
        args.set("count", proposal["missing"].as_u64().unwrap_or(0));
        let mut state = self.messages.format("charter-proposal-state", &args);
        let waits_for = texts(&proposal["waits_for"]);
        let can_pass = proposal["can_pass"] != json!(false);
        if !can_pass {
            state = format!("{state} {}", self.messages.text("charter-proposal-split"));
        } else if !waits_for.is_empty() {
            let facts = [("names", waits_for.join(", "))];
            state = format!("{state} {}", self.format("charter-proposal-waits", &facts));
        }
        let mut shown = proposal.clone();
        shown["voters"] = self.charter["quorums"]["voting"].clone();
        let blocks = vec![
            Block::Items(changes),
            Block::Text(majority(self.messages, &shown)),
            Block::Text(state),
        ];
        Section { heading, blocks }
    }
}
