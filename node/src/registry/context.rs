//! What parsing needs to know of the world, given as arguments: today, the communes, the records.
//!
//! The registry holds no table of its own. [`Communes`] is answered by the territory,
//! [`Records`] by the read model.

use std::fmt;

use jiff::civil::Date;

/// What parsing and checking need to know.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The day on which the person writes.
    pub today: Date,
    /// The communes of France and those of the territory.
    pub communes: &'a dyn Communes,
    /// Finds records by what people type for them; without it only whole identities are accepted.
    pub records: Option<&'a dyn Records>,
    /// The record of the structure that writes, if it has one.
    pub own_structure: Option<&'a str>,
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("today", &self.today)
            .finish_non_exhaustive()
    }
}

/// A commune as people and records name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commune {
    /// Its present INSEE code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Whether it lies in the network's territory.
    pub in_territory: bool,
}

/// What a code or a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommuneAnswer {
    /// This commune, once codes that changed have been followed.
    Found(Commune),
    /// Several communes have this name.
    Ambiguous(Vec<Commune>),
    /// None; and the nearest there is, if one is near.
    Unknown(Option<Commune>),
}

/// Knows communes by code and by name.
pub trait Communes: Sync {
    /// What this code or name means: any commune of France, codes that changed being followed.
    /// Names are compared without case, accents and hyphens; one in the territory comes before
    /// namesakes elsewhere.
    fn resolve(&self, code_or_name: &str) -> CommuneAnswer;

    /// The SIREN of the community of communes of this name, if it is known.
    fn epci_by_name(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }

    /// Whether this NAF code is in NAF rév. 2 or NAF 2025 (`10.71C`), or begins one of theirs
    /// (`10`, `10.7`, `10.71`). Without a table every well-formed code is.
    fn knows_naf(&self, code_or_prefix: &str) -> bool {
        let _ = code_or_prefix;
        true
    }
}

/// Which record a person means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordAnswer {
    /// The record of this identity, in 64 hexadecimal digits.
    Found(String),
    /// So many records begin so.
    Ambiguous(usize),
    /// None.
    Unknown,
}

/// Knows records by the beginning of their identity, and possibly by name.
pub trait Records {
    /// The record of `collection` that `text` means.
    fn resolve(&self, collection: &str, text: &str) -> RecordAnswer;
}

/// Four communes for the tests of every room.
#[cfg(test)]
pub(crate) mod fixture {
    use super::{Commune, CommuneAnswer, Communes, Context};
    use crate::registry::nearest::nearest;
    use crate::text::fold;

    /// Ambert and Thiers in the territory, Lyon outside; 63078 became 63448; two Saint-Just.
    #[derive(Debug)]
    pub(crate) struct FourCommunes;

    const TABLE: [(&str, &str, bool); 6] = [
        ("63003", "Ambert", true),
        ("63430", "Thiers", true),
        ("63448", "Viscomtat", true),
        ("63380", "Saint-Just", true),
        ("07252", "Saint-Just", false),
        ("69123", "Lyon", false),
    ];

    fn commune((code, name, in_territory): (&str, &str, bool)) -> Commune {
        Commune {
            code: code.to_owned(),
            name: name.to_owned(),
            in_territory,
        }
    }

    impl Communes for FourCommunes {
        fn resolve(&self, text: &str) -> CommuneAnswer {
            let code = if text == "63078" { "63448" } else { text };
            if let Some(row) = TABLE.iter().find(|row| row.0 == code) {
                return CommuneAnswer::Found(commune(*row));
            }
            let mut named: Vec<_> = TABLE
                .iter()
                .filter(|row| fold(row.1) == fold(text))
                .collect();
            match named.len() {
                0 => CommuneAnswer::Unknown(
                    nearest(text, TABLE.iter().map(|row| row.1))
                        .and_then(|name| TABLE.iter().find(|row| row.1 == name))
                        .map(|row| commune(*row)),
                ),
                1 => CommuneAnswer::Found(commune(*named.remove(0))),
                _ => CommuneAnswer::Ambiguous(named.into_iter().map(|row| commune(*row)).collect()),
            }
        }

        fn epci_by_name(&self, name: &str) -> Option<String> {
            (fold(name) == "ambert livradois forez").then(|| "200070761".to_owned())
        }
    }

    /// A context on 22 November 2026, without records.
    pub(crate) fn context() -> Context<'static> {
        Context {
            today: jiff::civil::date(2026, 11, 22),
            communes: &FourCommunes,
            records: None,
            own_structure: None,
        }
    }
}
