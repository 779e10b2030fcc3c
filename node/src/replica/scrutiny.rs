//! Changes as strangers write them, each judged as an entry's is and then shown to Automerge.
//!
//! The fuzzing targets (`tests/src/fuzzing.rs`) enter here: what reads changes is this room's
//! alone, and so is Automerge, which is what its verdicts are held against.

use automerge::{Automerge, ROOT, ReadDoc, ScalarValue};
use sync_protocol::id::ActorId;

use super::change::{Change, State, Value};
use super::chunk::{self, Cut, Hash};

/// One record, and the document that Automerge makes of it.
#[derive(Debug, Default)]
pub struct Scrutiny {
    state: State,
    document: Automerge,
    hashes: Vec<Hash>,
}

/// What an entry says of a change, its ancestors and actors by their places.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// The actor.
    pub actor: u8,
    /// Which of the changes taken before it follows; places beyond count from the beginning again.
    pub after: &'a [u8],
    /// The other actors it names.
    pub others: &'a [u8],
    /// Its operations, as they stand in an entry's body.
    pub operations: &'a [u8],
}

/// Why a change is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is refused, with this code.
    Refused(&'static str),
    /// It was taken, and Automerge does not take it or makes something else of it: a flaw.
    Disagreement(String),
}

impl Scrutiny {
    /// Judges one change, and keeps it if it is taken.
    ///
    /// # Errors
    /// [`Verdict`].
    pub fn take(&mut self, said: Said<'_>) -> Result<(), Verdict> {
        let mut dependencies: Vec<Hash> = said
            .after
            .iter()
            .filter_map(|place| {
                let place = usize::from(*place).checked_rem(self.hashes.len())?;
                self.hashes.get(place).copied()
            })
            .collect();
        dependencies.sort_unstable();
        dependencies.dedup();
        let actor = ActorId([said.actor; 16]);
        let cut = Cut {
            dependencies,
            actors: said.others.iter().map(|it| ActorId([*it; 16])).collect(),
            operations: said.operations.to_vec(),
        };
        let refused = Verdict::Refused;
        let chunk = chunk::restore(&cut, &actor).map_err(|_| refused("malformed_chunk"))?;
        let change = Change::parse(&chunk).map_err(|error| refused(error.code()))?;
        self.state
            .apply(&change, &actor)
            .map_err(|error| refused(error.code()))?;
        if chunk::cut(&chunk, &actor).as_ref() != Ok(&cut) {
            return Err(Verdict::Disagreement("cut otherwise".to_owned()));
        }
        let change = automerge::Change::try_from(&chunk[..])
            .map_err(|error| Verdict::Disagreement(error.to_string()))?;
        self.hashes.push(change.hash().0);
        self.document
            .apply_changes([change])
            .map_err(|error| Verdict::Disagreement(error.to_string()))?;
        self.compare(&self.document)
    }

    /// That what was taken comes back from what Automerge saves.
    ///
    /// # Errors
    /// [`Verdict::Disagreement`].
    pub fn finish(&self) -> Result<(), Verdict> {
        let loaded = Automerge::load(&self.document.save())
            .map_err(|error| Verdict::Disagreement(error.to_string()))?;
        self.compare(&loaded)
    }

    /// That state and document have the same values under the same keys.
    fn compare(&self, document: &Automerge) -> Result<(), Verdict> {
        let flaw = |text: String| Err(Verdict::Disagreement(text));
        let mut entries = self.state.entries();
        for key in document.keys(ROOT) {
            let Some((ours, values)) = entries.next() else {
                return flaw(format!("only Automerge has {key:?}"));
            };
            let theirs = document
                .get_all(ROOT, key.as_str())
                .map_err(|error| Verdict::Disagreement(error.to_string()))?;
            if ours != key || values.len() != theirs.len() {
                return flaw(format!("{ours:?}: {values:?}, {key:?}: {theirs:?}"));
            }
            for (live, (value, id)) in values.iter().zip(&theirs) {
                let same = match (live.value(), value.as_scalar()) {
                    (Value::Text(text), Some(ScalarValue::Str(theirs))) => **text == **theirs,
                    (Value::Integer(number), Some(ScalarValue::Int(theirs))) => number == theirs,
                    (Value::Decimal(number), Some(ScalarValue::F64(theirs))) => {
                        number.to_bits() == theirs.to_bits()
                    }
                    (Value::Flag(flag), Some(ScalarValue::Boolean(theirs))) => flag == theirs,
                    (Value::Prose(text), None) => match self.state.prose(*text) {
                        Some(text) => document.text(id).is_ok_and(|theirs| theirs == text),
                        None => document.text(id).is_ok(),
                    },
                    _ => false,
                };
                if !same {
                    return flaw(format!("{key:?}: {live:?} is {value:?}"));
                }
            }
        }
        match entries.next() {
            Some((key, _)) => flaw(format!("Automerge lacks {key:?}")),
            None => Ok(()),
        }
    }
}
