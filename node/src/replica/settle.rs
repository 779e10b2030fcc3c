//! Which of several values of a field stands, where the registry has a say.

use crate::registry::referral::{Status, settle};
use crate::registry::{Collection, Value};

/// Which of several values of a field stands, as a place among them; `None` leaves it to Automerge.
pub type Precedence = fn(&Collection, &str, &[Value]) -> Option<usize>;

/// The registry's precedence: states of a referral written at once stand by their rank.
///
/// Automerge gives only values that nothing followed, so none of them follows another here.
#[must_use]
pub fn registry_precedence(
    collection: &Collection,
    field: &str,
    values: &[Value],
) -> Option<usize> {
    if collection.name != "referral" || field != "status" {
        return None;
    }
    let status = |value: &Value| match value {
        Value::Text(code) => Status::from_code(code),
        _ => None,
    };
    let known: Vec<Status> = values.iter().filter_map(status).collect();
    let standing = settle(&known, &|_, _| false)?.status;
    values
        .iter()
        .position(|value| status(value) == Some(standing))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::collection;

    #[test]
    fn states_of_a_referral_stand_by_rank_and_nothing_else_does() {
        let referral = collection("referral").unwrap();
        let values = ["declined", "not known here", "done", "accepted"]
            .map(|code| Value::Text(code.to_owned()));
        assert_eq!(registry_precedence(referral, "status", &values), Some(2));
        assert_eq!(registry_precedence(referral, "theme", &values), None);
        let opportunity = collection("opportunity").unwrap();
        assert_eq!(registry_precedence(opportunity, "status", &values), None);
        assert_eq!(registry_precedence(referral, "status", &values[1..2]), None);
    }
}
