//! People welcomed, and referrals from their sending to their end.

use super::facts::Referral;
use super::frame::{Frame, Observation, Place, Window};
use crate::registry::freshness::days_between;
use crate::registry::referral::{OVERDUE_DAYS, UNANSWERED_DAYS};

pub(super) fn holders_welcomed<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let holders = frame.facts.holders.iter();
    let welcomed = holders.filter(|it| window.holds(it.welcomed_on));
    welcomed
        .map(|it| Observation {
            place: Place {
                structure: Some(&it.structure),
                ..frame.place_of_person(&it.id)
            },
            person: Some(&it.id),
            ..Observation::amount(1.0)
        })
        .collect()
}

/// What is counted of a referral: for the structure that receives it, where its project is.
fn of_referral<'f>(
    frame: &Frame<'f>,
    referral: &'f Referral,
    it: Observation<'f>,
) -> Observation<'f> {
    let mut it = frame.of_project(&referral.project, it);
    it.place.structure = Some(&referral.to);
    it
}

/// The referrals sent in the period.
fn sent<'f>(frame: &Frame<'f>, window: &Window) -> impl Iterator<Item = &'f Referral> {
    let all = frame.facts.referrals.iter();
    all.filter(|it| it.status != "draft" && window.holds(it.sent_on))
}

/// Days from sending to the answer.
fn answered_after(it: &Referral) -> Option<i64> {
    Some(days_between(it.sent_on?, it.answered_on?))
}

/// Days that it has been waiting for an answer, if it is.
fn waiting_for(it: &Referral, window: &Window) -> Option<i64> {
    let waits = it.answered_on.is_none() && matches!(it.status.as_str(), "sent" | "received");
    waits.then_some(days_between(it.sent_on?, window.as_of))
}

pub(super) fn answered_within_5_days<'f>(
    frame: &Frame<'f>,
    window: &Window,
) -> Vec<Observation<'f>> {
    let answer = |it: &'f Referral| {
        let in_time = match (answered_after(it), waiting_for(it, window)) {
            (Some(days), _) => days <= OVERDUE_DAYS,
            (None, Some(days)) if days > OVERDUE_DAYS => false,
            // Withdrawn before any answer, or still in time.
            _ => return None,
        };
        Some(of_referral(frame, it, Observation::one(in_time)))
    };
    sent(frame, window).filter_map(answer).collect()
}

pub(super) fn answer_median_days<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let answer = |it: &'f Referral| {
        let days = Observation {
            of: 1.0,
            ..Observation::amount(answered_after(it)? as f64)
        };
        Some(of_referral(frame, it, days))
    };
    sent(frame, window).filter_map(answer).collect()
}

pub(super) fn unanswered_at_45_days<'f>(
    frame: &Frame<'f>,
    window: &Window,
) -> Vec<Observation<'f>> {
    let answer = |it: &'f Referral| {
        let unanswered = match (answered_after(it), waiting_for(it, window)) {
            (Some(days), _) => days > UNANSWERED_DAYS,
            (None, Some(days)) if days > UNANSWERED_DAYS => true,
            _ => return None,
        };
        Some(of_referral(frame, it, Observation::one(unanswered)))
    };
    sent(frame, window).filter_map(answer).collect()
}

pub(super) fn acceptance<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let position = |it: &'f Referral| {
        let accepted = match it.status.as_str() {
            "accepted" | "in_progress" | "done" | "done_no_help" | "unreachable" => true,
            "declined" | "rerouted" => false,
            _ => return None,
        };
        Some(of_referral(frame, it, Observation::one(accepted)))
    };
    sent(frame, window).filter_map(position).collect()
}

pub(super) fn decline_reasons<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let declined = |it: &&Referral| matches!(it.status.as_str(), "declined" | "rerouted");
    let reason = |it: &'f Referral| Observation {
        category: it.decline_reason.as_deref(),
        ..of_referral(frame, it, Observation::amount(1.0))
    };
    sent(frame, window).filter(declined).map(reason).collect()
}

pub(super) fn sent_on<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let end = |it: &'f Referral| {
        let goes_on = match it.status.as_str() {
            "rerouted" => true,
            "declined" => false,
            _ => return None,
        };
        Some(of_referral(frame, it, Observation::one(goes_on)))
    };
    sent(frame, window).filter_map(end).collect()
}

pub(super) fn success<'f>(frame: &Frame<'f>, window: &Window) -> Vec<Observation<'f>> {
    let closed = frame
        .facts
        .referrals
        .iter()
        .filter(|it| window.holds(it.closed_on));
    let end = |it: &'f Referral| {
        let succeeded = match it.status.as_str() {
            "done" => true,
            "done_no_help" | "unreachable" | "holder_withdrew" => false,
            _ => return None,
        };
        Some(of_referral(frame, it, Observation::one(succeeded)))
    };
    closed.filter_map(end).collect()
}
