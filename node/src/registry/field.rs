//! One field of a collection.

/// A field's declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// English name, as in code, JSON and CSV: `insee_code`.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Who sees it.
    pub visibility: Visibility,
}

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
    /// The identity of a record of this collection.
    Ref(&'static str),
    /// Several identities of records of this collection.
    RefList(&'static str),
    /// Computed when read, never stored.
    Derived,
}
