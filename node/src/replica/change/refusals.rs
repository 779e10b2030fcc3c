//! Well-formed changes that lie, one lie each, and the code each is refused under.

use sync_protocol::id::ActorId;

use super::encode::Key;
use super::histories::actor;
use super::testing::{Forged, ForgedOperation};
use super::{Change, State};

/// A change without operations yet.
pub(super) fn first_change() -> Forged {
    Forged {
        dependencies: Vec::new(),
        actor: actor(0).0,
        seq: 1,
        start_op: 1,
        time: 0,
        message: String::new(),
        others: Vec::new(),
        operations: Vec::new(),
    }
}

/// `key` is given the value true.
pub(super) fn put(key: &str, predecessors: &[(u64, u64)]) -> ForgedOperation {
    ForgedOperation {
        object: None,
        key: Key::Text(key.to_owned().into()),
        insert: false,
        action: 1,
        kind: 2,
        value: Vec::new().into(),
        predecessors: predecessors.to_vec(),
    }
}

fn taken(forged: &Forged, state: &mut State) -> [u8; 32] {
    let chunk = forged.chunk();
    let change = Change::parse(&chunk).unwrap();
    state.apply(&change, &ActorId(forged.actor)).unwrap();
    change.hash
}

fn refusal(forged: &Forged, state: &State) -> &'static str {
    let chunk = forged.chunk();
    match Change::parse(&chunk) {
        Err(error) => error.code(),
        Ok(change) => match state.check(&change, &ActorId(forged.actor)) {
            Err(error) => error.code(),
            Ok(()) => "taken",
        },
    }
}

/// A first change of two operations and the state it makes.
fn begun() -> (State, Forged) {
    let mut state = State::default();
    let mut first = first_change();
    first.operations = vec![put("a", &[]), put("b", &[])];
    let hash = taken(&first, &mut state);
    let next = Forged {
        dependencies: vec![hash],
        seq: 2,
        start_op: 3,
        operations: vec![put("a", &[(0, 1)])],
        ..first_change()
    };
    (state, next)
}

#[test]
fn what_does_not_follow_its_record_is_refused() {
    let (state, next) = begun();
    assert_eq!(refusal(&next, &state), "taken");
    let with = |alter: &dyn Fn(&mut Forged)| {
        let mut altered = next.clone();
        alter(&mut altered);
        refusal(&altered, &state)
    };
    assert_eq!(with(&|next| next.seq = 3), "wrong_sequence");
    assert_eq!(with(&|next| next.seq = 1), "wrong_sequence");
    assert_eq!(with(&|next| next.start_op = 4), "wrong_operation_number");
    assert_eq!(with(&|next| next.start_op = 2), "wrong_operation_number");
    assert_eq!(
        with(&|next| next.dependencies[0][0] ^= 1),
        "missing_ancestor"
    );
    assert_eq!(with(&|next| next.time = 7), "unexpected_time");
    assert_eq!(
        with(&|next| next.message = "salut".to_owned()),
        "unexpected_message"
    );
    assert_eq!(
        with(&|next| next.operations[0].key = Key::Text("b".into())),
        "foreign_predecessor"
    );
    let forgets = |next: &mut Forged| {
        next.dependencies.clear();
        next.start_op = 1;
        next.operations = vec![put("c", &[])];
    };
    assert_eq!(with(&forgets), "forgotten_sequence");
    let leaves_one_beside = |next: &mut Forged| {
        next.operations = vec![put("c", &[]), put("c", &[])];
    };
    assert_eq!(with(&leaves_one_beside), "forgotten_predecessor");
    let replaces_a_deletion = |next: &mut Forged| {
        next.operations[0].action = 3;
        next.operations[0].kind = 0;
        next.operations.push(put("a", &[(0, 3)]));
    };
    assert_eq!(with(&replaces_a_deletion), "unknown_predecessor");
    let in_no_object = |next: &mut Forged| {
        next.operations[0] = ForgedOperation {
            object: Some((0, 1)),
            key: Key::Head,
            insert: true,
            kind: 6,
            value: b"x"[..].into(),
            ..put("", &[])
        };
    };
    assert_eq!(with(&in_no_object), "unknown_object");
    let chunk = next.chunk();
    let change = Change::parse(&chunk).unwrap();
    let error = state.check(&change, &actor(1)).unwrap_err();
    assert_eq!(error.code(), "foreign_actor");
}

#[test]
fn what_another_wrote_at_the_same_time_cannot_be_replaced() {
    let (mut state, next) = begun();
    taken(&next, &mut state);
    let meanwhile = Forged {
        actor: actor(1).0,
        seq: 1,
        others: vec![actor(0).0],
        operations: vec![put("a", &[(1, 1)])],
        ..next
    };
    assert_eq!(refusal(&meanwhile, &state), "taken");
    let mut impossible = meanwhile.clone();
    impossible.operations.push(put("b", &[(1, 3)]));
    assert_eq!(refusal(&impossible, &state), "unknown_predecessor");
}

#[test]
fn what_this_registry_never_writes_is_refused() {
    let (state, next) = begun();
    let with = |alter: &dyn Fn(&mut ForgedOperation)| {
        let mut altered = next.clone();
        alter(&mut altered.operations[0]);
        refusal(&altered, &state)
    };
    for (kind, value) in [
        (0, &[][..]),
        (3, &[1]),
        (7, b"x"),
        (8, &[1]),
        (9, &[1]),
        (10, b"x"),
    ] {
        let alter = |operation: &mut ForgedOperation| {
            operation.kind = kind;
            operation.value = value.to_vec().into();
        };
        assert_eq!(with(&alter), "unexpected_value", "{kind}");
    }
    for action in [0, 2, 5, 6, 7, 8, 1 << 40] {
        let alter = |operation: &mut ForgedOperation| operation.action = action;
        let code = with(&alter);
        let expected = ["unexpected_action", "malformed_operation"];
        assert!(expected.contains(&code), "{action}: {code}");
    }
    assert_eq!(
        with(&|operation| operation.predecessors = vec![(0, 3)]),
        "malformed_column"
    );
    assert_eq!(
        with(&|operation| operation.insert = true),
        "malformed_operation"
    );
    assert_eq!(
        with(&|operation| operation.key = Key::Text("".into())),
        "malformed_operation"
    );
    let deletes_nothing = |operation: &mut ForgedOperation| {
        operation.action = 3;
        operation.kind = 0;
        operation.predecessors.clear();
    };
    assert_eq!(with(&deletes_nothing), "malformed_operation");
    assert_eq!(
        with(&|operation| operation.predecessors = vec![(0, 1), (0, 1)]),
        "malformed_operation"
    );
}

#[test]
fn an_actor_that_nothing_names_is_refused() {
    let (state, mut next) = begun();
    next.others = vec![actor(1).0];
    assert_eq!(refusal(&next, &state), "malformed_actors");
    next.others = vec![next.actor];
    assert_eq!(refusal(&next, &state), "malformed_actors");
}
