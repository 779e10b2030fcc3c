use jiff::civil::date;

use super::*;

const SENDER: Roles = Roles {
    sender: true,
    receiver: false,
    lead: false,
    mandated: false,
};
const RECEIVER: Roles = Roles {
    sender: false,
    receiver: true,
    lead: false,
    mandated: false,
};
const LEAD: Roles = Roles {
    sender: false,
    receiver: false,
    lead: true,
    mandated: false,
};

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn at(status: Status) -> Fields {
    [("status".to_owned(), Value::Text(status.code().to_owned()))].into()
}

fn make(referral: &mut Fields, requested: Move, roles: Roles) {
    let changes = apply(referral, requested, roles, Some("no_capacity"), now()).unwrap();
    referral.extend(changes.put);
    for name in changes.clear {
        referral.remove(name);
    }
}

#[test]
fn states_are_the_declared_ones() {
    assert_eq!(
        Status::ALL.map(Status::code),
        crate::registry::collections::referral::STATUSES
    );
}

#[test]
fn the_table_of_moves_is_as_designed() {
    use Status::*;
    let table: [(&[Status], Move, Roles); 15] = [
        (&[Draft], Move::Send, SENDER),
        (&[Sent], Move::Receive, RECEIVER),
        (&[Sent, Received], Move::Withdraw, SENDER),
        (&[Sent, Received], Move::Ask, RECEIVER),
        (&[MoreInfo], Move::Answer, SENDER),
        (&[Sent, Received, Waitlisted], Move::Accept, RECEIVER),
        (&[Sent, Received], Move::Waitlist, RECEIVER),
        (&[Sent, Received, Waitlisted], Move::Decline, RECEIVER),
        (&[Declined], Move::Reroute, LEAD),
        (&[Accepted], Move::Start, RECEIVER),
        (&[Accepted, InProgress], Move::Done, RECEIVER),
        (&[Accepted, InProgress], Move::NoHelp, RECEIVER),
        (&[Accepted, InProgress], Move::Unreachable, RECEIVER),
        (
            &[Sent, Received, MoreInfo, Accepted, Waitlisted, InProgress],
            Move::HolderWithdrew,
            LEAD,
        ),
        (
            &[
                Done,
                DoneNoHelp,
                Unreachable,
                HolderWithdrew,
                Declined,
                Withdrawn,
            ],
            Move::Reopen,
            LEAD,
        ),
    ];
    for (starts, requested, roles) in table {
        for status in Status::ALL {
            let made = apply(&at(status), requested, roles, Some("other"), now());
            assert_eq!(
                made.is_ok(),
                starts.contains(&status),
                "{requested:?} from {status}"
            );
        }
        let outsider = Roles::default();
        let refused = apply(&at(starts[0]), requested, outsider, Some("other"), now());
        assert_eq!(refused.unwrap_err().code, "move_not_yours", "{requested:?}");
    }
}

#[test]
fn a_referral_lives_its_life_with_its_dates() {
    let mut referral = at(Status::Draft);
    make(&mut referral, Move::Send, SENDER);
    assert_eq!(
        referral["sent_on"],
        Value::Text("2026-11-22T08:00:00Z".into())
    );
    make(&mut referral, Move::Receive, RECEIVER);
    assert!(!referral.contains_key("answered_on"));
    make(&mut referral, Move::Accept, RECEIVER);
    assert!(referral.contains_key("answered_on"));
    make(&mut referral, Move::Done, RECEIVER);
    assert!(referral.contains_key("closed_on"));
    make(&mut referral, Move::Reopen, LEAD);
    assert_eq!(Status::of(&referral), Some(Status::Received));
    assert!(!referral.contains_key("closed_on") && !referral.contains_key("answered_on"));
}

#[test]
fn declining_needs_a_known_reason() {
    let decline = |reason| {
        apply(
            &at(Status::Received),
            Move::Decline,
            RECEIVER,
            reason,
            now(),
        )
    };
    assert_eq!(decline(None).unwrap_err().code, "reason_needed");
    assert_eq!(
        decline(Some("no_capacty")).unwrap_err().code,
        "misspelt_value"
    );
    let changes = decline(Some("Plus de place")).unwrap();
    assert_eq!(
        changes.put["decline_reason"],
        Value::Text("no_capacity".into())
    );
}

#[test]
fn an_answer_is_overdue_after_5_days_and_unanswered_after_45() {
    let mut referral = at(Status::Received);
    // 23:30 in UTC is the next day in Paris.
    referral.insert("sent_on".into(), Value::Text("2026-10-31T23:30:00Z".into()));
    assert_eq!(late(&referral, date(2026, 11, 6)), None);
    assert_eq!(late(&referral, date(2026, 11, 7)), Some(Late::Overdue));
    assert_eq!(late(&referral, date(2026, 12, 16)), Some(Late::Overdue));
    assert_eq!(late(&referral, date(2026, 12, 17)), Some(Late::Unanswered));
    referral.insert(
        "answered_on".into(),
        Value::Text("2026-11-02T08:00:00Z".into()),
    );
    assert_eq!(late(&referral, date(2026, 12, 17)), None);
}

#[test]
fn moves_are_found_by_name() {
    assert_eq!(Move::from_name("holder_withdrew"), Ok(Move::HolderWithdrew));
    assert_eq!(Move::from_name("acept").unwrap_err().code, "misspelt_move");
    assert_eq!(Move::from_name("zzz").unwrap_err().code, "unknown_move");
}

#[test]
fn roles_come_from_the_records() {
    let mut referral = at(Status::Sent);
    referral.insert("from_structure".into(), Value::Text("aa".into()));
    referral.insert("to_structure".into(), Value::Text("bb".into()));
    assert!(Roles::of("aa", &referral, Some("aa")).sender);
    assert!(Roles::of("aa", &referral, Some("aa")).lead);
    assert!(Roles::of("bb", &referral, None).receiver);
    assert_eq!(Roles::of("cc", &referral, None), Roles::default());
}
