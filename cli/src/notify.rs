//! Desktop notifications: how much newly arrived for the structure, and what is due today.
//!
//! Screens are seen by whoever is in the room, so a notification holds counts of kinds and nothing
//! else, as the digest of the day does ([`crate::digest`]), in the words of `todo`. What is new the
//! node says, which remembers what was told (`arrivals.new`, `arrivals.told`).
//!
//! - `watch` (looks, collects, tells once), `desktop` (the screen of this computer; the only one to
//!   name `notify_rust`).

use fluent_bundle::FluentArgs;
use serde_json::Value;

use crate::messages::Messages;

pub(crate) mod desktop;
pub(crate) mod watch;

/// A notification as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) summary: String,
    pub(crate) body: String,
}

/// What `arrivals.new` answered, in words; none where nothing is new that this program has words for.
pub(crate) fn notice(messages: &Messages, arrivals: &Value) -> Option<Notice> {
    let mut total = 0;
    let mut lines = Vec::new();
    let mut see: Vec<&str> = Vec::new();
    for one in arrivals["counts"].as_array().into_iter().flatten() {
        let code = one["code"].as_str().unwrap_or_default();
        let count = one["count"].as_u64().unwrap_or(0);
        let mut args = FluentArgs::new();
        args.set("count", count);
        let (key, command) = match code {
            "answered" => ("notify-answered".to_owned(), "capactif referral list"),
            "matches" => ("notify-matches".to_owned(), "capactif match new"),
            _ => (format!("todo-group-{code}"), "capactif todo"),
        };
        // What a newer node tells of waits until this program knows its words.
        let Some(line) = messages.find(&key, None, Some(&args)) else {
            continue;
        };
        total += count;
        lines.push(line);
        if !see.contains(&command) {
            see.push(command);
        }
    }
    if total == 0 {
        return None;
    }
    let mut args = FluentArgs::new();
    args.set("count", total);
    args.set("commands", see.join(", "));
    lines.push(messages.format("notify-see", &args));
    Some(Notice {
        summary: messages.format("notify-summary", &args),
        body: lines.join("\n"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::language::Language;

    #[test]
    fn it_holds_counts_and_nothing_of_anybody() {
        let arrivals = json!({
            "counts": [
                { "code": "answers", "count": 2, "title": "PP-7K3F" },
                { "code": "matches", "count": 1 },
                { "code": "of_tomorrow", "count": 7 },
            ],
            "keys": [format!("answers {}", "c".repeat(64))],
        });
        let said = Language::ALL.map(|language| {
            let notice = notice(&crate::messages::of(language), &arrivals).unwrap();
            format!("{}\n{}", notice.summary, notice.body)
        });
        let [french, english] = said;
        assert_eq!(
            french,
            "Cap Actif : 3 nouveautés\nOrientations à répondre (2)\nCorrespondances nouvelles (1)\n\
             À voir : capactif todo, capactif match new"
        );
        for text in [french, english] {
            for word in ["PP-", "cccc", "of_tomorrow", "7"] {
                assert!(!text.contains(word), "{word}: {text}");
            }
            // Screens read some of these as markup.
            assert!(!text.contains(['<', '>', '&']), "{text}");
        }
    }

    #[test]
    fn nothing_new_is_no_notice() {
        let messages = crate::messages::of(Language::French);
        for counts in [json!([]), json!([{ "code": "of_tomorrow", "count": 7 }])] {
            assert_eq!(notice(&messages, &json!({ "counts": counts })), None);
        }
    }
}
