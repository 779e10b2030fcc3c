//! What makes one piece of news the same as another: its kind and what it is about.

use std::fmt;
use std::str::FromStr;

use sync_protocol::id::RecordId;

/// A kind of news, people's before records'; `todo` has most of them under the same code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A referral that waits for this structure's answer.
    Answers,
    /// A referral of ours that the receiver asks more about.
    Information,
    /// A referral of ours that was answered.
    Answered,
    /// What came through the portal and nobody follows.
    Portal,
    /// A project and an opportunity that fit, one of them ours.
    Matches,
    /// A referral of ours whose answer is late.
    Awaited,
    /// An opportunity to verify.
    Verify,
    /// A local service to verify.
    Services,
    /// A project to look at again.
    Durability,
    /// A decision that is due.
    Decisions,
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::Answers,
        Self::Information,
        Self::Answered,
        Self::Portal,
        Self::Matches,
        Self::Awaited,
        Self::Verify,
        Self::Services,
        Self::Durability,
        Self::Decisions,
    ];

    /// Its code.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Information => "information",
            Self::Answered => "answered",
            Self::Portal => "portal",
            Self::Matches => "matches",
            Self::Awaited => "awaited",
            Self::Verify => "verify",
            Self::Services => "services",
            Self::Durability => "durability",
            Self::Decisions => "decisions",
        }
    }

    /// Whether a day that comes makes it, and not only a writing.
    pub(super) const fn comes_with_time(self) -> bool {
        matches!(
            self,
            Self::Awaited | Self::Verify | Self::Services | Self::Durability | Self::Decisions
        )
    }
}

/// One piece of news.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) kind: Kind,
    /// What it is about; of a match, the project.
    pub(super) record: RecordId,
    /// Of a match, the opportunity.
    opportunity: Option<RecordId>,
}

impl Key {
    pub(super) const fn new(kind: Kind, record: RecordId) -> Self {
        Self {
            kind,
            record,
            opportunity: None,
        }
    }

    pub(super) const fn of_match((project, opportunity): (RecordId, RecordId)) -> Self {
        Self {
            kind: Kind::Matches,
            record: project,
            opportunity: Some(opportunity),
        }
    }

    /// The project and the opportunity of a match.
    pub(super) fn pair(&self) -> Option<(RecordId, RecordId)> {
        Some((self.record, self.opportunity?))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.code(), self.record)?;
        match self.opportunity {
            Some(opportunity) => write!(f, " {opportunity}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Key {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut words = text.split(' ');
        let code = words.next().ok_or(())?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.code() == code);
        let kind = kind.ok_or(())?;
        let mut id = || -> Result<Option<RecordId>, ()> {
            let word = words.next();
            word.map(|word| word.parse().map_err(|_| ())).transpose()
        };
        let (record, opportunity) = (id()?.ok_or(())?, id()?);
        let fits = opportunity.is_some() == (kind == Kind::Matches);
        if !fits || words.next().is_some() {
            return Err(());
        }
        Ok(Self {
            kind,
            record,
            opportunity,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_is_written_and_in_no_other_way() {
        let (one, other) = (RecordId([1; 32]), RecordId([2; 32]));
        for kind in Kind::ALL {
            let key = match kind {
                Kind::Matches => Key::of_match((one, other)),
                _ => Key::new(kind, one),
            };
            assert_eq!(key.to_string().parse(), Ok(key.clone()));
            let longer: Result<Key, ()> = format!("{key} {other}").parse();
            assert!(longer.is_err(), "{key}");
        }
        for text in [
            "",
            "answers",
            "answers x",
            "visits 01",
            "mark 0a.7 2026-11-23",
        ] {
            assert_eq!(text.parse::<Key>(), Err(()), "{text}");
        }
        assert!(format!("matches {one}").parse::<Key>().is_err());
    }
}
