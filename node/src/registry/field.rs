//! One field of a collection: what it holds, who sees it, and the keys of its labels.

use std::borrow::Cow;

/// A field's declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The collection it belongs to: `opportunity`.
    pub collection: &'static str,
    /// English name, as in code, JSON and CSV: `insee_code`.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Who sees it.
    pub visibility: Visibility,
    /// Whether a record cannot be created without it.
    pub required: bool,
    /// What it holds at creation when nothing is given.
    pub default: Option<Default>,
    /// What its values must respect beyond their kind.
    pub rule: Option<Rule>,
    /// Where the labels of its codes come from, when it shares them with other fields.
    shared_vocabulary: Option<&'static str>,
}

/// What a field holds at creation when nothing is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// This code.
    Code(&'static str),
    /// The record of the structure that writes.
    OwnStructure,
    /// The day on which it is written.
    Today,
    /// The review interval usual for the opportunity's kind.
    ReviewInterval,
}

/// What a field's values must respect beyond their kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The commune lies in the network's territory.
    InTerritory,
    /// A zone of the form `epci:` and no other.
    EpciOnly,
    /// Nothing that looks like a person's name, telephone or e-mail address.
    Anonymous,
    /// A zone of the form `epci:` or `dept:`: a commune of 40 inhabitants with a trade names a person.
    EpciOrDepartment,
    /// Written by the moves of the referral's state machine only.
    ByMove,
    /// Names blobs, by [`crate::registry::Attachment`]; written by attaching and detaching only.
    ByAttachment,
}

impl Field {
    /// A field that is optional, without default and with no rule beyond its kind.
    #[must_use]
    pub(crate) const fn new(
        collection: &'static str,
        name: &'static str,
        kind: FieldKind,
        visibility: Visibility,
    ) -> Self {
        Self {
            collection,
            name,
            kind,
            visibility,
            required: false,
            default: None,
            rule: None,
            shared_vocabulary: None,
        }
    }

    /// The same field, without which a record cannot be created.
    #[must_use]
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same field, holding this at creation when nothing is given.
    #[must_use]
    pub(crate) const fn or(mut self, default: Default) -> Self {
        self.default = Some(default);
        self
    }

    /// The same field, whose values respect this rule.
    #[must_use]
    pub(crate) const fn rule(mut self, rule: Rule) -> Self {
        self.rule = Some(rule);
        self
    }

    /// The same field, taking its codes' labels from this shared vocabulary.
    #[must_use]
    pub(crate) const fn vocabulary_of(mut self, vocabulary: &'static str) -> Self {
        self.shared_vocabulary = Some(vocabulary);
        self
    }

    /// Under which name the labels of its codes stand in the catalogues: `opportunity-kind`, or
    /// the shared `need-theme`.
    #[must_use]
    pub fn vocabulary(&self) -> String {
        self.shared_vocabulary.map_or_else(
            || format!("{}-{}", self.collection, self.name),
            str::to_owned,
        )
    }

    /// The key of its label in the catalogues: `field-opportunity-title`.
    #[must_use]
    pub fn label_key(&self) -> String {
        format!("field-{}-{}", self.collection, self.name)
    }

    /// The key of a code's label in the catalogues: `enum-opportunity-kind-premises`.
    #[must_use]
    pub fn code_label_key(&self, code: &str) -> String {
        format!("enum-{}-{code}", self.vocabulary())
    }

    /// Its name in JSON: amounts are whole cents there and say so, `price_max_cents`.
    #[must_use]
    pub fn json_name(&self) -> Cow<'static, str> {
        match self.kind {
            FieldKind::Cents => Cow::Owned(format!("{}_cents", self.name)),
            _ => Cow::Borrowed(self.name),
        }
    }

    /// Whether people and files may give it a value: it is neither computed nor sealed, and names no
    /// files.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        self.kind != FieldKind::Derived
            && self.visibility != Visibility::Sealed
            && self.rule != Some(Rule::ByAttachment)
    }
}

/// In the place of a collection in [`FieldKind::Ref`]: a record of any of them.
pub const ANY: &str = "any";

/// Who sees a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// Everybody: portal and exports.
    Public,
    /// Members of the network.
    Network,
    /// Named recipients only; refused until sealing exists.
    Sealed,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line of text of at most so many characters.
    Text(usize),
    /// Long prose that two people may edit at once, of at most so many characters.
    Prose(usize),
    /// One of these codes.
    Enum(&'static [&'static str]),
    /// Several one-line texts.
    TextList,
    /// Several of these codes.
    EnumList(&'static [&'static str]),
    /// A SIRET number.
    Siret,
    /// A SIREN number.
    Siren,
    /// An INSEE commune code.
    Commune,
    /// `insee:63003`, `epci:200070761` or `dept:63`.
    Zone,
    /// Several zones.
    ZoneList,
    /// A NAF code.
    Naf,
    /// Several NAF codes or prefixes.
    NafList,
    /// A code of the Base permanente des équipements.
    Bpe,
    /// A telephone number, stored as E.164.
    Telephone,
    /// An e-mail address.
    Email,
    /// A web address.
    Url,
    /// OpenStreetMap opening hours.
    OpeningHours,
    /// Yes or no.
    Flag,
    /// A whole number within these bounds.
    Integer(i64, i64),
    /// A decimal number, not negative.
    Decimal,
    /// A coordinate in degrees within these bounds.
    Degrees(i16, i16),
    /// An amount, stored in cents, shown in euros.
    Cents,
    /// A day, `2026-12-31`.
    Date,
    /// An instant, `2026-12-31T08:00:00Z`.
    DateTime,
    /// A half-year, `2026-H1`.
    Period,
    /// The identity of a record of this collection, or of [`ANY`].
    Ref(&'static str),
    /// Several identities of records of this collection.
    RefList(&'static str),
    /// Computed when read, never stored.
    Derived,
}

impl FieldKind {
    /// The codes it allows; empty for what is no enumeration.
    #[must_use]
    pub const fn codes(&self) -> &'static [&'static str] {
        match self {
            Self::Enum(codes) | Self::EnumList(codes) => codes,
            _ => &[],
        }
    }

    /// Whether it holds a set of values.
    #[must_use]
    pub const fn is_list(&self) -> bool {
        matches!(
            self,
            Self::TextList | Self::EnumList(_) | Self::ZoneList | Self::NafList | Self::RefList(_)
        )
    }
}
