//! Settings of desktop notifications: how often at most.

use serde::{Deserialize, Serialize};

/// The most minutes between two notifications: a day.
const MOST_MINUTES: u16 = 24 * 60;

/// Desktop notifications of what newly arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotifySettings {
    /// How many minutes lie between two at least; what arrives meanwhile is told together.
    #[serde(default = "seldom")]
    pub every_minutes: u16,
}

const fn seldom() -> u16 {
    5
}

impl Default for NotifySettings {
    fn default() -> Self {
        Self {
            every_minutes: seldom(),
        }
    }
}

impl NotifySettings {
    /// What is wrong with these settings, if anything.
    pub(super) fn fault(&self) -> Option<String> {
        (self.every_minutes > MOST_MINUTES).then(|| {
            format!(
                "every_minutes is {}, and {MOST_MINUTES} at most",
                self.every_minutes
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_seldom_and_at_least_once_a_day() {
        let read = |text: &str| serde_json::from_str::<NotifySettings>(text);
        assert_eq!(read("{}").unwrap(), NotifySettings::default());
        assert_eq!(NotifySettings::default().fault(), None);
        assert!(read(r#"{"sound":true}"#).is_err());
        assert!(read(r#"{"every_minutes":1441}"#).unwrap().fault().is_some());
    }
}
