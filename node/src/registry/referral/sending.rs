//! Whether a referral may go to the structure it is for: competence, territory, capacity, criteria,
//! and a holder who was told that what they say is passed on.
//!
//! What a structure says of itself decides; what it leaves open forbids nothing. That it belongs to
//! the network, and is not suspended, is for the charter to say.

use jiff::civil::Date;

use crate::registry::error::{Fault, FieldError};
use crate::registry::value::{Fields, Value};

/// The records that a referral is judged by.
#[derive(Clone, Copy)]
pub struct Sending<'a> {
    /// The referral itself.
    pub referral: &'a Fields,
    /// The structure that it goes to.
    pub receiver: &'a Fields,
    /// The project.
    pub project: &'a Fields,
    /// Whose project it is, where the project says so and the record is here.
    pub holder: Option<&'a Fields>,
    /// The opportunity that it is about, if there is one: its place counts, not where the project
    /// might settle as well.
    pub opportunity: Option<&'a Fields>,
    /// The day of sending.
    pub today: Date,
    /// Whether two zones (`insee:63003`, `epci:200070761`, `dept:63`) have a commune in common.
    pub overlap: &'a dyn Fn(&str, &str) -> bool,
}

impl std::fmt::Debug for Sending<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sending")
            .field("referral", self.referral)
            .finish_non_exhaustive()
    }
}

/// What speaks against sending, and what the sender should know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// It is not sent.
    pub refused: Vec<FieldError>,
    /// It is sent all the same.
    pub notices: Vec<FieldError>,
}

/// Judges a referral before it is sent.
#[must_use]
pub fn judge(sending: &Sending<'_>) -> Judged {
    let Sending {
        referral,
        receiver,
        project,
        holder,
        ..
    } = *sending;
    let name = text(receiver, "name").unwrap_or_default();
    let to = |fault: Fault| fault.with("name", name).at("to_structure");
    let mut judged = Judged::default();

    let theme = text(referral, "theme").unwrap_or_default();
    let competences = set(receiver, "competences");
    if !competences.is_empty() && !competences.contains(&theme) {
        let fault = Fault::new("receiver_without_competence");
        let fault = fault.with("collection", "referral").with("theme", theme);
        judged
            .refused
            .push(to(fault.with("allowed", competences.join(", "))));
    }
    if let Some(zones) = sending.outside() {
        let area = set(receiver, "service_area").join(", ");
        let fault = Fault::new("receiver_out_of_area").with("zones", zones.join(", "));
        judged.refused.push(to(fault.with("area", area)));
    }
    match text(receiver, "capacity") {
        Some("closed") => judged.refused.push(to(Fault::new("receiver_closed"))),
        Some("full") => judged.notices.push(to(Fault::new("receiver_full"))),
        _ => {}
    }
    match holder {
        Some(holder) => judged
            .refused
            .extend(not_informed(holder, sending.today).map(|fault| fault.at("project"))),
        None => judged
            .notices
            .push(Fault::new("project_without_holder").at("project")),
    }
    let stages = set(receiver, "accepts_stages");
    if let Some(stage) = text(project, "stage")
        && !stages.is_empty()
        && !stages.contains(&stage)
    {
        let fault = Fault::new("stage_not_accepted").with("stage", stage);
        judged.notices.push(to(fault));
    }
    if let Some(naf) = text(project, "naf_code") {
        let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| naf.starts_with(prefix));
        let accepted = set(receiver, "accepts_naf");
        if begins(&set(receiver, "excludes_naf")) || !(accepted.is_empty() || begins(&accepted)) {
            let fault = Fault::new("activity_not_accepted").with("activity", naf);
            judged.notices.push(to(fault));
        }
    }
    judged
}

impl Sending<'_> {
    /// The zones that it is about, if the receiver works in none of them.
    fn outside(&self) -> Option<Vec<String>> {
        let area = set(self.receiver, "service_area");
        let place = self
            .opportunity
            .and_then(|it| text(it, "insee_code"))
            .map(|code| vec![format!("insee:{code}")]);
        let zones: Vec<String> = place.unwrap_or_else(|| {
            let zones = set(self.project, "target_zones");
            zones.into_iter().map(str::to_owned).collect()
        });
        let served = |zone: &String| area.iter().any(|it| (self.overlap)(zone, it));
        let is_outside = !area.is_empty() && !zones.is_empty() && !zones.iter().any(served);
        is_outside.then_some(zones)
    }
}

/// Why a holder counts as not informed that what they say is passed on.
pub(crate) fn not_informed(holder: &Fields, today: Date) -> Option<Fault> {
    let pseudonym = text(holder, "pseudonym").unwrap_or_default();
    let Some(day) = text(holder, "info_notice_on") else {
        return Some(Fault::new("holder_not_informed").with("name", pseudonym));
    };
    match day.parse::<Date>() {
        Ok(date) if date <= today => None,
        _ => {
            let fault = Fault::new("holder_informed_later").with("name", pseudonym);
            Some(fault.with("date", day))
        }
    }
}

fn text<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    match fields.get(name) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

fn set<'a>(fields: &'a Fields, name: &str) -> Vec<&'a str> {
    match fields.get(name) {
        Some(Value::Set(items)) => items.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let lists = ["competences", "service_area", "target_zones"];
        let lists = [
            &lists[..],
            &["accepts_stages", "accepts_naf", "excludes_naf"],
        ]
        .concat();
        let value = |name: &str, text: &str| {
            if lists.contains(&name) {
                Value::Set(text.split('|').map(str::to_owned).collect())
            } else {
                Value::Text(text.to_owned())
            }
        };
        let pairs = pairs.iter();
        pairs
            .map(|(name, text)| ((*name).to_owned(), value(name, text)))
            .collect()
    }

    struct Case {
        receiver: Fields,
        project: Fields,
        holder: Option<Fields>,
        opportunity: Option<Fields>,
    }

    fn case(receiver: &[(&str, &str)], project: &[(&str, &str)]) -> Case {
        Case {
            receiver: fields(receiver),
            project: fields(project),
            holder: Some(fields(&[("info_notice_on", "2026-11-01")])),
            opportunity: None,
        }
    }

    fn codes(case: &Case) -> [Vec<&'static str>; 2] {
        let referral = fields(&[("theme", "loan")]);
        let judged = judge(&Sending {
            referral: &referral,
            receiver: &case.receiver,
            project: &case.project,
            holder: case.holder.as_ref(),
            opportunity: case.opportunity.as_ref(),
            today: date(2026, 11, 23),
            overlap: &|one, other| one == other || other == "dept:63",
        });
        [judged.refused, judged.notices]
            .map(|errors| errors.iter().map(|error| error.code).collect())
    }

    const NOTHING: [Vec<&str>; 2] = [Vec::new(), Vec::new()];

    #[test]
    fn what_a_structure_leaves_open_forbids_nothing() {
        let zones = &[("target_zones", "insee:63003"), ("stage", "idea")];
        assert_eq!(codes(&case(&[], zones)), NOTHING);
        let served = &[
            ("service_area", "dept:63"),
            ("competences", "loan|training"),
        ];
        assert_eq!(codes(&case(served, zones)), NOTHING);
        assert_eq!(codes(&case(served, &[])), NOTHING);
    }

    #[test]
    fn without_the_competence_out_of_the_area_or_closed_it_is_refused() {
        let all = &[
            ("competences", "training"),
            ("service_area", "dept:42"),
            ("capacity", "closed"),
        ];
        let refused = [
            "receiver_without_competence",
            "receiver_out_of_area",
            "receiver_closed",
        ];
        let project = &[("target_zones", "insee:63003")];
        assert_eq!(codes(&case(all, project)), [refused.to_vec(), Vec::new()]);
    }

    #[test]
    fn the_place_of_the_opportunity_comes_before_that_of_the_project() {
        let mut about = case(
            &[("service_area", "insee:63003")],
            &[("target_zones", "insee:63430")],
        );
        assert_eq!(codes(&about)[0], ["receiver_out_of_area"]);
        about.opportunity = Some(fields(&[("insee_code", "63003")]));
        assert_eq!(codes(&about), NOTHING);
    }

    #[test]
    fn a_holder_was_informed_by_the_day_of_sending() {
        let mut about = case(&[], &[]);
        about.holder = Some(Fields::new());
        assert_eq!(codes(&about)[0], ["holder_not_informed"]);
        about.holder = Some(fields(&[("info_notice_on", "2026-11-24")]));
        assert_eq!(codes(&about)[0], ["holder_informed_later"]);
        about.holder = Some(fields(&[("info_notice_on", "2026-11-23")]));
        assert_eq!(codes(&about), NOTHING);
        about.holder = None;
        assert_eq!(codes(&about)[1], ["project_without_holder"]);
    }

    #[test]
    fn criteria_that_are_not_met_are_said_and_do_not_prevent_it() {
        let receiver = &[
            ("capacity", "full"),
            ("accepts_stages", "launch"),
            ("excludes_naf", "01|02.1"),
        ];
        let project = &[("stage", "idea"), ("naf_code", "01.13Z")];
        let noticed = [
            "receiver_full",
            "stage_not_accepted",
            "activity_not_accepted",
        ];
        assert_eq!(
            codes(&case(receiver, project)),
            [Vec::new(), noticed.to_vec()]
        );
        let accepts = &[("accepts_naf", "10|01.1")];
        assert_eq!(codes(&case(accepts, project)), NOTHING);
    }
}
