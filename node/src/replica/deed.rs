//! What a change does to its record, as mandates look at it.
//!
//! Looked at are the operations and not what comes of them: a value that loses against another
//! may stand later. What the record was is read as of what the change follows, never out of what
//! else is held, so the ruling is the same wherever the change arrives when.

use sync_protocol::id::StructureId;

use super::authority::{Deed, What};
use super::change::{Plan, Seen, State};
use crate::registry::{Fields, ScopeFields, Value, scope_fields, territory_codes};

/// The record that a change is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct About {
    pub(crate) collection: String,
    pub(crate) owner: StructureId,
}

/// What a planned change does. `creates` says whether it is a record's first; `replayed` gives the
/// state of what the change follows, where `state` cannot tell what stood there.
pub(crate) fn deeds<E>(
    about: &About,
    creates: bool,
    state: &State,
    plan: &Plan<'_>,
    replayed: impl FnOnce() -> Result<State, E>,
) -> Result<Vec<Deed>, E> {
    let fields = scope_fields(&about.collection);
    let keys = keys_of(fields);
    let mut before: Vec<Option<String>> = Vec::with_capacity(keys.len());
    let mut unclear = false;
    for key in &keys {
        match state.seen(plan, key) {
            Seen::Nothing => before.push(None),
            Seen::Text(text) => before.push(Some(text.to_owned())),
            Seen::Unclear => unclear = true,
        }
    }
    if unclear {
        let then = replayed()?;
        before = keys
            .iter()
            .map(|key| then.text(key).map(str::to_owned))
            .collect();
    }
    let after: Vec<Option<String>> = keys
        .iter()
        .zip(&before)
        .map(|(key, before)| match plan.given(key) {
            None => before.clone(),
            Some(given) => given.map(str::to_owned),
        })
        .collect();
    let reports = fields
        .report
        .is_some_and(|(key, value)| plan.gives_only(key, value));
    Ok(tell(
        about,
        creates,
        &Values {
            fields,
            keys,
            before,
            after,
            reports,
        },
    ))
}

/// What writing these fields of a record does, `before` being none where it creates it.
#[must_use]
pub fn deeds_of_fields(
    collection: &str,
    owner: StructureId,
    before: Option<&Fields>,
    after: &Fields,
) -> Vec<Deed> {
    let fields = scope_fields(collection);
    let keys = keys_of(fields);
    let read = |from: &Fields| {
        let text = |key: &&str| match from.get(*key) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        keys.iter().map(text).collect::<Vec<_>>()
    };
    let reports = fields.report.is_some_and(|(key, value)| {
        let names = before
            .into_iter()
            .flat_map(Fields::keys)
            .chain(after.keys());
        let differ = |name: &&String| before.and_then(|it| it.get(*name)) != after.get(*name);
        let mut changed = names.filter(differ).peekable();
        let given = matches!(after.get(key), Some(Value::Text(text)) if text == value);
        given && changed.peek().is_some() && changed.all(|name| name == key)
    });
    let about = About {
        collection: collection.to_owned(),
        owner,
    };
    let values = Values {
        before: before.map_or_else(|| vec![None; keys.len()], read),
        after: read(after),
        fields,
        keys,
        reports,
    };
    tell(&about, before.is_none(), &values)
}

/// The keys that mandates look at.
fn keys_of(fields: ScopeFields) -> Vec<&'static str> {
    let state = fields.state.map(|it| [it.field, it.told.0]);
    let keys = fields.place.iter().chain(&fields.theme);
    let keys = keys.chain(fields.parties).chain(state.iter().flatten());
    keys.copied().collect()
}

/// What mandates look at, before and after.
struct Values {
    fields: ScopeFields,
    keys: Vec<&'static str>,
    before: Vec<Option<String>>,
    after: Vec<Option<String>>,
    /// Whether nothing is written but what any member may say.
    reports: bool,
}

fn tell(about: &About, creates: bool, values: &Values) -> Vec<Deed> {
    let Values {
        fields,
        keys,
        before,
        after,
        reports,
    } = values;
    let value = |values: &[Option<String>], key: Option<&str>| {
        let place = keys.iter().position(|it| Some(*it) == key)?;
        values.get(place).cloned().flatten()
    };
    let deed = |what: What, values: &[Option<String>]| {
        let place = value(values, fields.place);
        let codes = place.as_deref().map(territory_codes).unwrap_or_default();
        Deed {
            collection: about.collection.clone(),
            what,
            territory: codes.into_iter().map(str::to_owned).collect(),
            theme: value(values, fields.theme),
        }
    };
    let parties = |values: &[Option<String>]| {
        let named = fields.parties.iter();
        let named = named.filter_map(|party| value(values, Some(party)));
        What::Move {
            parties: named.collect(),
        }
    };
    // A state that comes to another is its movers' alone, among the parties.
    let moved = fields.state.and_then(|state| {
        let (then, now) = (
            value(before, Some(state.field)),
            value(after, Some(state.field))?,
        );
        if then.as_deref() == Some(now.as_str()) {
            return None;
        }
        let (told, tellers) = state.told;
        let movers = if creates && value(after, Some(told)).is_some() {
            tellers
        } else {
            (state.movers)(then.as_deref(), &now)
        };
        let named = movers.iter().filter_map(|party| value(after, Some(party)));
        let parties = named.collect();
        Some(deed(What::Move { parties }, after))
    });
    // What a record began with is nobody's to write later.
    let retold = fields.state.filter(|_| !creates).and_then(|state| {
        let told = Some(state.told.0);
        let parties = Vec::new();
        (value(before, told) != value(after, told)).then(|| deed(What::Move { parties }, after))
    });
    let owner = about.owner;
    if creates {
        let mut all = vec![deed(What::Create, after)];
        if !fields.parties.is_empty() {
            all.push(deed(parties(after), after));
        }
        all.extend(moved);
        return all;
    }
    if !fields.parties.is_empty() {
        let mut all = vec![deed(parties(before), before)];
        if before != after {
            all.push(deed(parties(after), after));
        }
        all.extend(moved);
        all.extend(retold);
        return all;
    }
    if *reports {
        return vec![deed(What::Report, before)];
    }
    let mut all = vec![deed(What::Edit { owner }, before)];
    if before != after {
        all.push(deed(What::Turn { owner }, after));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: StructureId = StructureId([1; 32]);

    fn referral(status: &str) -> Fields {
        [
            ("theme", "loan"),
            ("from_structure", "sender"),
            ("to_structure", "receiver"),
            ("lead_structure", "lead"),
            ("status", status),
        ]
        .map(|(name, value)| (name.to_owned(), Value::Text(value.to_owned())))
        .into()
    }

    /// Who may bring a referral from one state to another: those whom every deed binds.
    fn movers(before: Option<&str>, after: &str) -> Vec<&'static str> {
        let before = before.map(referral);
        let deeds = deeds_of_fields("referral", OWNER, before.as_ref(), &referral(after));
        let may = |who: &&str| {
            deeds.iter().all(|deed| match &deed.what {
                What::Move { parties } => parties.iter().any(|it| it == who),
                _ => true,
            })
        };
        let all = ["sender", "receiver", "lead", "other"];
        all.into_iter().filter(may).collect()
    }

    #[test]
    fn each_move_of_a_referral_is_for_those_of_the_table() {
        assert_eq!(movers(None, "draft"), ["sender", "receiver", "lead"]);
        assert_eq!(movers(None, "sent"), ["sender"]);
        assert_eq!(movers(Some("draft"), "sent"), ["sender"]);
        let all = ["sender", "receiver", "lead"];
        assert_eq!(movers(Some("sent"), "received"), all);
        assert_eq!(movers(Some("received"), "withdrawn"), ["sender"]);
        for taken in ["more_info", "accepted", "waitlisted", "declined"] {
            assert_eq!(movers(Some("received"), taken), ["receiver"], "{taken}");
        }
        for ended in ["in_progress", "done", "done_no_help", "unreachable"] {
            assert_eq!(movers(Some("accepted"), ended), ["receiver"], "{ended}");
        }
        let either = ["receiver", "lead"];
        assert_eq!(movers(Some("accepted"), "holder_withdrew"), either);
        assert_eq!(movers(Some("declined"), "rerouted"), either);
        for closed in ["done", "declined", "withdrawn", "holder_withdrew"] {
            assert_eq!(movers(Some(closed), "received"), ["lead"], "{closed}");
        }
    }

    #[test]
    fn a_past_is_told_by_the_sender_when_the_record_is_made_and_never_after() {
        let past = |status: &str, walk: &str| {
            let mut fields = referral(status);
            fields.insert("past".into(), Value::Text(walk.into()));
            fields
        };
        let movers = |before: Option<&Fields>, after: &Fields| {
            let deeds = deeds_of_fields("referral", OWNER, before, after);
            let may = |who: &&str| {
                deeds.iter().all(|deed| match &deed.what {
                    What::Move { parties } => parties.iter().any(|it| it == who),
                    _ => true,
                })
            };
            ["sender", "receiver", "lead", "other"]
                .into_iter()
                .filter(may)
                .collect::<Vec<_>>()
        };
        for status in ["received", "accepted", "declined", "done", "withdrawn"] {
            let told = past(status, "2024-03-12 sent | …");
            assert_eq!(movers(None, &told), ["sender"], "{status}");
        }
        let living = referral("accepted");
        let nobody: [&str; 0] = [];
        for (before, after) in [
            (&living, past("accepted", "x")),
            (&living, past("done", "x")),
            (&past("accepted", "x"), past("accepted", "y")),
            (&past("accepted", "x"), referral("accepted")),
        ] {
            assert_eq!(movers(Some(before), &after), nobody);
        }
        let lived_on = past("done", "x");
        assert_eq!(
            movers(Some(&past("accepted", "x")), &lived_on),
            ["receiver"]
        );
    }

    #[test]
    fn what_is_no_move_is_for_every_party() {
        let (before, mut after) = (referral("received"), referral("received"));
        after.insert("urgency".into(), Value::Text("high".into()));
        let deeds = deeds_of_fields("referral", OWNER, Some(&before), &after);
        let parties = ["sender", "receiver", "lead"].map(str::to_owned).to_vec();
        let what: Vec<What> = deeds.into_iter().map(|deed| deed.what).collect();
        assert_eq!(what, [What::Move { parties }]);
        assert_eq!(
            movers(Some("sent"), "of_a_newer_version"),
            ["sender", "receiver", "lead"]
        );
    }
}
