//! What scenes are made with: telling, asking nodes, waiting for what must come, checking.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use capactif_node::api::{ApiError, ExitKind};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::figures::Figures;
use super::place::Place;
use super::stage::Stage;
use super::{interruption, sample};
use crate::session::Session;
use crate::table;

/// How long anything promised may take, on a slow machine under load.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often nodes are asked whether it has come.
const ASK_EVERY: Duration = Duration::from_millis(40);
/// Lines of prose are not longer, however wide the terminal is.
const WIDEST: u16 = 100;
/// Before the text of a scene; its number stands there.
const INDENT: &str = "    ";

/// The demonstration while it plays.
pub(super) struct Play<'s, 'a> {
    pub(super) session: &'s mut Session<'a>,
    pub(super) stage: Stage,
    pub(super) figures: Figures,
    began: Instant,
    scene_began: Instant,
}

impl<'s, 'a> Play<'s, 'a> {
    pub(super) fn new(session: &'s mut Session<'a>, stage: Stage) -> Self {
        let now = Instant::now();
        Self {
            session,
            stage,
            figures: Figures::default(),
            began: now,
            scene_began: now,
        }
    }

    /// Says what this is.
    pub(super) fn open(&mut self, title: &str, about: &str) -> Result<()> {
        let title = self.session.text(title);
        let title = self.session.strong(&title);
        self.line(&title)?;
        let about = self.session.text(about);
        self.line(&about)?;
        self.line("")
    }

    /// How long the demonstration has been playing.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// A scene begins: what is going to happen.
    pub(super) fn scene(&mut self, key: &'static str, args: &FluentArgs<'_>) -> Result<()> {
        self.scene_began = Instant::now();
        let number = self.figures.begin_scene(key);
        let text = self.session.format(key, args);
        let text = self.fitted(&format!("{INDENT}{text}"));
        let text = text.strip_prefix(INDENT).unwrap_or(&text);
        let text = self.session.strong(text);
        self.write(&format!("{number:>2}. {text}"))
    }

    /// What came of it; `seconds` is told to the message.
    pub(super) fn outcome(&mut self, key: &str, mut args: FluentArgs<'_>) -> Result<()> {
        let seconds = self.scene_began.elapsed().as_secs_f64();
        self.figures.end_scene(seconds);
        args.set("seconds", self.session.language().seconds(seconds));
        let text = self.session.format(key, &args);
        self.line(&format!("{INDENT}→ {text}"))
    }

    /// Writes prose for people, at once.
    pub(super) fn line(&mut self, text: &str) -> Result<()> {
        let fitted: Vec<String> = text.lines().map(|line| self.fitted(line)).collect();
        self.write(&fitted.join("\n"))
    }

    /// Writes lines as they are, at once: with `--json`, to standard error.
    pub(super) fn write(&mut self, text: &str) -> Result<()> {
        if self.session.options.json {
            self.session.tell(text)?;
            self.session.err.flush()?;
        } else {
            self.session.line(text)?;
            self.session.out.flush()?;
        }
        Ok(())
    }

    fn fitted(&self, text: &str) -> String {
        match self.session.terminal.width {
            Some(width) => table::wrapped(text, usize::from(width.min(WIDEST))),
            None => text.to_owned(),
        }
    }

    /// What people call a node.
    pub(super) fn name(&self, place: &Place) -> String {
        self.session.text(place.label)
    }

    /// Asks a node, whether it runs or not, as every command does.
    pub(super) fn ask(&self, place: &Place, operation: &str, input: Value) -> Result<Value> {
        self.ask_watching(place, operation, input, &mut |_| {})
    }

    /// Asks a node for long work.
    pub(super) fn ask_watching(
        &self,
        place: &Place,
        operation: &str,
        input: Value,
        progress: &mut dyn FnMut(Value),
    ) -> Result<Value> {
        if self.stage.is_interrupted() {
            return Err(interruption::error().into());
        }
        let home = self.stage.home(place);
        let mut node = self.session.host().connect(&home)?;
        Ok(node.call(operation, input, progress)?)
    }

    /// `status` of a node.
    pub(super) fn status(&self, place: &Place) -> Result<Value> {
        self.ask(place, "status", json!({}))
    }

    /// Brings a file of the sample into a node.
    pub(super) fn import(&self, place: &Place, file: &sample::File) -> Result<Value> {
        self.import_watching(place, file, &mut |_| {})
    }

    /// Brings a file of the sample into a node, which says how far it is.
    pub(super) fn import_watching(
        &self,
        place: &Place,
        file: &sample::File,
        progress: &mut dyn FnMut(Value),
    ) -> Result<Value> {
        let input = json!({
            "collection": file.collection,
            "name": file.name,
            "content_base64": data_encoding::BASE64.encode(file.text.as_bytes()),
            "dry_run": false,
        });
        let answer = self.ask_watching(place, "import", input, progress)?;
        self.promise("demo-check-rows", &json!(0), &answer["error_count"])?;
        Ok(answer)
    }

    /// Brings the past of referrals into the node of the structure that sent them.
    pub(super) fn import_past(&self, place: &Place, file: &sample::File) -> Result<Value> {
        let input = json!({
            "collection": file.collection,
            "name": file.name,
            "content_base64": data_encoding::BASE64.encode(file.text.as_bytes()),
            "history": true,
        });
        let answer = self.ask(place, "import", input)?;
        self.promise("demo-check-rows", &json!(0), &answer["error_count"])?;
        Ok(answer)
    }

    /// The only record that the sample calls `source_id`, as a node shows it.
    pub(super) fn sampled(&self, place: &Place, source_id: &str) -> Result<Value> {
        let input = json!({
            "collection": "opportunity", "where": [format!("source_id={source_id}")], "limit": 2,
        });
        let mut list = self.ask(place, "record.list", input)?;
        self.promise("demo-check-listed", &json!(1), &list["total"])?;
        Ok(list["rows"][0].take())
    }

    /// Waits until `check` finds what it looks for; `awaited` is the message that names it.
    pub(super) fn wait<T>(
        &self,
        awaited: &str,
        check: impl FnMut(&Self) -> Result<Option<T>>,
    ) -> Result<T> {
        self.wait_within(PATIENCE, awaited, check)
    }

    /// As [`Self::wait`], for so long.
    fn wait_within<T>(
        &self,
        patience: Duration,
        awaited: &str,
        mut check: impl FnMut(&Self) -> Result<Option<T>>,
    ) -> Result<T> {
        let deadline = Instant::now() + patience;
        loop {
            if self.stage.is_interrupted() {
                return Err(interruption::error().into());
            }
            if let Some(found) = check(self)? {
                return Ok(found);
            }
            if Instant::now() > deadline {
                let awaited = self.session.text(awaited);
                let text = format!("{awaited}: not within {} s", patience.as_secs());
                return Err(ApiError::new("demo_too_late", ExitKind::Failed, text)
                    .with("awaited", awaited)
                    .with("seconds", patience.as_secs())
                    .into());
            }
            thread::sleep(ASK_EVERY);
        }
    }

    /// Waits until nodes hold and show the same; returns what one says of itself then.
    pub(super) fn converge(&self, places: &[&Place]) -> Result<Value> {
        self.converge_within(places, PATIENCE)
    }

    /// As [`Self::converge`], for so long.
    pub(super) fn converge_within(&self, places: &[&Place], patience: Duration) -> Result<Value> {
        self.wait_within(patience, "demo-wait-same", |play| {
            let mut states = Vec::new();
            for place in places {
                states.push(play.status(place)?);
            }
            let digests: BTreeSet<_> = states.iter().map(digests).collect();
            let pending = states.iter().any(|it| it["pending"] != json!(0));
            Ok((digests.len() == 1 && !pending).then(|| states.swap_remove(0)))
        })
    }

    /// Fails the demonstration unless something is as it must be; `checked` names it.
    pub(super) fn promise(&self, checked: &str, expected: &Value, found: &Value) -> Result<()> {
        if expected == found {
            return Ok(());
        }
        let checked = self.session.text(checked);
        let text = format!("{checked}: {found} instead of {expected}");
        Err(
            ApiError::new("demo_not_as_promised", ExitKind::Failed, text)
                .with("checked", checked)
                .with("wanted", expected)
                .with("got", found)
                .into(),
        )
    }
}

/// What a node holds, and what it shows, in a word each.
pub(super) fn digests(status: &Value) -> (String, String) {
    let digest = |name: &str| status[name].as_str().unwrap_or_default().to_owned();
    (digest("frontier_digest"), digest("view_digest"))
}

/// Facts for a message.
pub(super) fn facts<const N: usize>(facts: [(&'static str, u64); N]) -> FluentArgs<'static> {
    let mut args = FluentArgs::new();
    for (name, value) in facts {
        args.set(name, value);
    }
    args
}
