//! Looks for news while a node runs, and tells of them seldom and once.
//!
//! What is new collects at the node, so holding back is all there is to collecting. A look does
//! nothing at the node until something was written there or the day changed.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use capactif_node::api::ApiError;
use capactif_node::home::notify::NotifySettings;
use serde_json::{Value, json};

use super::desktop::Screen;
use super::notice;
use crate::client::Client;
use crate::host::serving;
use crate::messages::Messages;

/// The longest time between two looks.
const LOOK: Duration = Duration::from_secs(60);

/// The shortest: a person does not read faster.
const SHORTEST_LOOK: Duration = Duration::from_secs(1);

/// What one look came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing is new.
    Quiet,
    /// It is not time: whatever is new is told with what comes until then.
    Held,
    /// Somebody was told.
    Told,
    /// No screen took it: it stays new.
    Unseen,
}

/// When what is to be looked for and told.
#[derive(Debug)]
pub(crate) struct Watch {
    messages: Messages,
    /// Between two notices.
    gap: Duration,
    /// Nothing is told before.
    not_before: Instant,
    /// Whether the node was asked at all: the first time of all it learns what is no news.
    has_looked: bool,
    /// Up to where the node looked when nothing was left to tell.
    mark: Option<String>,
    /// Whether it was said that no screen takes notices.
    said_unseen: bool,
}

impl Watch {
    /// A watch that begins at `now`. The first look is left time: the first exchange with the
    /// partners should be over, so that a morning's news come as one.
    pub(crate) fn new(messages: Messages, settings: &NotifySettings, now: Instant) -> Self {
        let gap = Duration::from_secs(u64::from(settings.every_minutes) * 60);
        let mut watch = Self {
            messages,
            gap,
            not_before: now,
            has_looked: false,
            mark: None,
            said_unseen: false,
        };
        watch.not_before += watch.pace();
        watch
    }

    /// How long to wait between two looks.
    pub(crate) fn pace(&self) -> Duration {
        (self.gap / 5).clamp(SHORTEST_LOOK, LOOK)
    }

    /// Looks once, and tells what is new if it is time.
    ///
    /// # Errors
    /// The node does not answer.
    pub(crate) fn look(
        &mut self,
        now: Instant,
        node: &mut dyn Client,
        screen: &mut dyn Screen,
    ) -> Result<Outcome, ApiError> {
        // Once what stood before is known, a node is not asked for what could not be told.
        if self.has_looked && now < self.not_before {
            return Ok(Outcome::Held);
        }
        let asked = json!({ "mark": self.mark });
        let news = node.call("arrivals.new", asked, &mut |_| {})?;
        self.has_looked = true;
        let outcome = match notice(&self.messages, &news) {
            None => Outcome::Quiet,
            Some(_) if now < self.not_before => return Ok(Outcome::Held),
            Some(notice) => {
                self.not_before = now + self.gap;
                if let Err(reason) = screen.show(&notice) {
                    self.not_before = now + self.gap.max(LOOK);
                    if !std::mem::replace(&mut self.said_unseen, true) {
                        tracing::warn!(reason, "no desktop takes notifications");
                    }
                    return Ok(Outcome::Unseen);
                }
                self.said_unseen = false;
                Outcome::Told
            }
        };
        // Only now: what a crash leaves unsaid is said the next time.
        let mark = news["mark"].as_str().map(str::to_owned);
        if mark != self.mark {
            self.remember(node, &news)?;
            self.mark = mark;
        }
        Ok(outcome)
    }

    fn remember(&self, node: &mut dyn Client, news: &Value) -> Result<(), ApiError> {
        let told = json!({ "keys": news["keys"], "mark": news["mark"] });
        node.call("arrivals.told", told, &mut |_| {}).map(drop)
    }
}

/// Looks again and again at the node that runs on `home`, until `stop` is told or dropped.
pub(crate) fn until_stopped(
    home: &Path,
    mut watch: Watch,
    screen: &mut dyn Screen,
    stop: &Receiver<()>,
) {
    loop {
        let looked = match serving(home) {
            Ok(Some(mut node)) => watch.look(Instant::now(), node.as_mut(), screen).map(drop),
            // It is about to end; a watch opens no node of its own.
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = looked {
            tracing::warn!(code = error.code, "news were not looked for");
        }
        match stop.recv_timeout(watch.pace()) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::notify::Notice;

    /// A node that has so many referrals to answer, of which so many were told.
    #[derive(Default)]
    struct Fake {
        waiting: u64,
        told: u64,
        looks: u64,
    }

    impl Client for Fake {
        fn call(
            &mut self,
            operation: &str,
            input: Value,
            _: &mut dyn FnMut(Value),
        ) -> Result<Value, ApiError> {
            if operation == "arrivals.told" {
                self.told += input["keys"].as_array().unwrap().len() as u64;
                return Ok(json!({}));
            }
            assert_eq!(operation, "arrivals.new");
            let mark = format!("0a.{} 2026-11-23", self.waiting);
            if input["mark"] == json!(mark) {
                return Ok(json!({ "counts": [], "keys": [], "mark": mark }));
            }
            self.looks += 1;
            let new = self.waiting - self.told;
            let counts = match new {
                0 => json!([]),
                _ => json!([{ "code": "answers", "count": new }]),
            };
            let keys: Vec<String> = (self.told..self.waiting).map(|it| it.to_string()).collect();
            Ok(json!({ "counts": counts, "keys": keys, "mark": mark }))
        }
    }

    #[derive(Default)]
    struct Wall {
        shown: Vec<Notice>,
        is_dark: bool,
    }

    impl Screen for Wall {
        fn show(&mut self, notice: &Notice) -> Result<(), String> {
            if self.is_dark {
                return Err("nobody there".to_owned());
            }
            self.shown.push(notice.clone());
            Ok(())
        }
    }

    fn watch(now: Instant) -> Watch {
        let messages = crate::messages::of(Language::French);
        Watch::new(messages, &NotifySettings::default(), now)
    }

    #[test]
    fn news_are_collected_told_once_and_not_more_than_one_each_few_minutes() {
        let start = Instant::now();
        let after = |minutes: u64| start + Duration::from_secs(60 * minutes);
        let (mut watch, mut node, mut wall) = (watch(start), Fake::default(), Wall::default());
        let mut look = |now, node: &mut Fake, wall: &mut Wall| watch.look(now, node, wall).unwrap();
        node.waiting = 1;
        assert_eq!(look(after(0), &mut node, &mut wall), Outcome::Held);
        node.waiting = 2;
        assert_eq!(look(after(1), &mut node, &mut wall), Outcome::Told);
        assert!(wall.shown[0].body.contains("(2)"), "{:?}", wall.shown);
        node.waiting = 3;
        for minute in 2..6 {
            assert_eq!(look(after(minute), &mut node, &mut wall), Outcome::Held);
        }
        node.waiting = 5;
        assert_eq!(look(after(6), &mut node, &mut wall), Outcome::Told);
        assert_eq!(node.looks, 3, "nor is it asked in vain");
        for minute in 11..20 {
            assert_eq!(look(after(minute), &mut node, &mut wall), Outcome::Quiet);
        }
        assert_eq!(node.looks, 3, "nothing was written since");
        assert!(wall.shown[1].body.contains("(3)"), "{:?}", wall.shown);
        assert_eq!((wall.shown.len(), node.told), (2, 5));
    }

    #[test]
    fn what_no_screen_took_stays_new() {
        let start = Instant::now();
        let (mut watch, mut node) = (watch(start), Fake::default());
        let mut wall = Wall {
            is_dark: true,
            ..Wall::default()
        };
        node.waiting = 1;
        let later = start + Duration::from_secs(600);
        assert_eq!(watch.look(later, &mut node, &mut wall), Ok(Outcome::Unseen));
        assert_eq!(node.told, 0);
        wall.is_dark = false;
        assert_eq!(watch.look(later, &mut node, &mut wall), Ok(Outcome::Held));
        let later = later + Duration::from_secs(600);
        assert_eq!(watch.look(later, &mut node, &mut wall), Ok(Outcome::Told));
        assert_eq!((wall.shown.len(), node.told), (1, 1));
    }

    #[test]
    fn it_looks_more_often_where_it_may_tell_more_often() {
        let pace = |every_minutes| {
            let messages = crate::messages::of(Language::French);
            let settings = NotifySettings { every_minutes };
            Watch::new(messages, &settings, Instant::now()).pace()
        };
        assert_eq!(pace(60), LOOK);
        assert_eq!(pace(5), LOOK);
        assert_eq!(pace(1), Duration::from_secs(12));
        assert_eq!(pace(0), SHORTEST_LOOK);
    }
}
