//! The half-year's report, the committee's page, what is frozen and ratified.

use std::fs;

use super::snapshot::check_both;
use super::*;

fn indicator(code: &str, group: &str, unit: &str, figure: Value, before: [Value; 2]) -> Value {
    let mut told = json!({ "code": code, "group": group, "unit": unit, "less_is_better": false });
    let merge = |told: &mut Value, facts: &Value| {
        for (name, fact) in facts.as_object().unwrap() {
            told[name] = fact.clone();
        }
    };
    merge(&mut told, &figure);
    let periods = [("2025-H2", true), ("2025-H1", false)];
    let before = periods
        .iter()
        .zip(before)
        .map(|((period, frozen), figure)| {
            let mut then = json!({ "period": period, "frozen": frozen });
            merge(&mut then, &figure);
            then
        });
    told["before"] = before.collect();
    if told["objectives"].is_null() {
        told["objectives"] = json!([]);
    }
    told
}

fn share(part: u32, of: u32) -> Value {
    json!({ "value": f64::from(part) / f64::from(of), "part": part, "of": of })
}

pub(super) fn report() -> Value {
    let none = json!({ "value": null });
    let mut welcomed = indicator(
        "holders_welcomed",
        "welcome",
        "persons",
        json!({ "value": 42 }),
        [json!({ "value": 37 }), json!({ "value": 28 })],
    );
    welcomed["objectives"] = json!([
        { "id": "aa", "title": "Accueillir", "target": 40, "structure": null, "reached": true },
        { "id": "ab", "title": "À la CCI", "target": 20, "structure": "cc", "name": "CCI",
          "reached": null }]);
    welcomed["cells"] = json!({ "epci": [
        { "key": "200070761", "name": "CC Ambert Livradois Forez", "value": 31 },
        { "key": "200070753", "name": "CC Thiers <Dore> et Montagne", "value": null,
          "hidden": "few" },
        { "key": null, "value": null, "hidden": "complementary" }] });
    let mut answered = indicator(
        "answered_within_5_days",
        "welcome",
        "percent",
        share(47, 58),
        [share(30, 50), none.clone()],
    );
    answered["objectives"] = json!([
        { "id": "ac", "title": "Répondre", "target": 85, "structure": null, "reached": false }]);
    answered["cells"] = json!({ "epci": [
        { "key": "200070761", "name": "CC Ambert Livradois Forez", "value": 0.8, "part": 24,
          "of": 30 }] });
    let mut reasons = indicator(
        "decline_reasons",
        "welcome",
        "referrals",
        json!({ "value": 14 }),
        [json!({ "value": 9 }), json!({ "value": 11 })],
    );
    reasons["categories"] = json!({ "field": "referral.decline_reason", "cells": [
        { "key": "no_capacity", "value": 9 },
        { "key": "out_of_area", "value": null, "hidden": "few" },
        { "key": null, "value": 5 }] });
    let lasting = |low: f64, high: f64, of: u32| json!({ "value": null, "low": low, "high": high, "part": low * f64::from(of), "of": of });
    let mut trainings = indicator(
        "trainings_held",
        "governance",
        "meetings",
        json!({ "value": 2 }),
        [json!({ "value": 3 }), json!({ "value": 1 })],
    );
    trainings["yearly_aim"] = json!(3);
    json!({
        "network": "Cap Actif", "period": "2026-H1", "from": "2026-01-01", "to": "2026-06-30",
        "as_of": "2026-07-10", "ended": true, "baseline": false,
        "evaluation": { "id": output::ID, "snapshots": ["cd".repeat(32)], "as_of": "2026-07-02",
                        "ratification": { "status": "partial", "by": ["Marie Dupont"],
                                          "missing": 1, "needed": 2, "number": 3 } },
        "indicators": [
            welcomed,
            answered,
            indicator("answer_median_days", "welcome", "days", json!({ "value": 3.5, "of": 51 }),
                      [json!({ "value": 4, "of": 44 }), none.clone()]),
            reasons,
            indicator("durability_36", "projects", "percent", lasting(0.6, 0.8, 20),
                      [lasting(0.7, 0.7, 10), none.clone()]),
            indicator("jobs_created", "projects", "jobs", json!({ "value": 12.5 }),
                      [json!({ "value": 8 }), json!({ "value": 0 })]),
            indicator("satisfaction_score", "satisfaction", "score",
                      json!({ "value": 4.26, "part": 98, "of": 23 }),
                      [none.clone(), none.clone()]),
            trainings,
            indicator("cost_per_project", "costs", "euros",
                      json!({ "value": 1250.5, "part": 10004, "of": 8 }),
                      [json!({ "value": 1400, "part": 2800, "of": 2 }), none]),
        ],
        "objectives_unknown": [{ "id": "ad", "title": "Rendre heureux", "indicator": "bonheur" }],
        "withheld": [{ "code": "contribution", "reason": "no_charter_clause" }]
    })
}

pub(super) fn committee() -> Value {
    let waiting = |title: &str, ratification: Value| {
        json!({ "id": output::ID, "title": title, "budget_cents": 120_000, "state": "proposed",
                "owner_name": "CCI", "ratification": ratification })
    };
    json!({
        "network": "Cap Actif", "period": "2026-H1", "report": report(),
        "committee": { "quorum": 2, "persons": [{ "name": "Jean Faure" },
                                                { "name": "Marie Dupont" }] },
        "evaluations": [waiting("2026-H1", json!({ "status": "none", "needed": 2 }))],
        "actions": [waiting("Relancer à 3 jours", json!({ "status": "partial", "missing": 1,
            "by": ["Marie Dupont"], "needed": 2, "number": 3 }))],
        "improvements": [{ "id": output::ID, "text": "Un annuaire commun", "owner_name": "CCI" }],
        "mandates": [{ "collection": "opportunity", "right": "create", "by": [], "themes": [],
                       "holder": { "type": "kind", "kind": "cma" }, "territory": [],
                       "reason": "nobody", "since_on": "2025-03-01T08:00:00Z" }]
    })
}

#[test]
fn the_report_the_committee_and_what_it_ratifies_as_people_read_them() {
    let node = Canned::answering("report", report());
    check_both("report", &node, &["report", "2026-H1", "--by", "epci"]);
    assert_eq!(
        node.calls.borrow()[0].1,
        json!({ "period": "2026-H1", "by": "epci" })
    );
    check_both("help-report", &node, &["report", "--help"]);
    let node = Canned::answering("committee.prepare", committee());
    check_both("committee", &node, &["committee", "prepare"]);
    let frozen = json!({ "id": output::ID, "period": "2026-H1", "as_of": "2026-07-02",
                         "snapshot": "cd".repeat(32), "bytes": 20_000, "replaced": true,
                         "ratification": { "status": "lapsed", "signatures": 1, "needed": 2,
                                           "number": 3 } });
    let node = Canned::answering("evaluation.freeze", frozen);
    let freeze = ["evaluation", "freeze", "2026-H1", "--again"];
    check_both("evaluation-freeze", &node, &freeze);
    assert_eq!(
        node.calls.borrow()[0].1,
        json!({ "period": "2026-H1", "again": true })
    );
    let signed = json!({ "title": "2026-H1", "snapshots": ["cd".repeat(32)], "status": "partial",
                         "by": ["Marie Dupont"], "missing": 1, "needed": 2, "number": 3 });
    let node = Canned::answering("evaluation.ratify", signed);
    let ratify = ["evaluation", "ratify", "2026-H1", "--as", "Marie Dupont"];
    check_both("evaluation-ratify", &node, &ratify);
    let over = refused("period_not_over", ExitKind::Usage)
        .with("period", "2026-H2")
        .with("to", "2026-12-31");
    let node = Canned::failing("evaluation.freeze", over);
    check_both(
        "evaluation-not-over",
        &node,
        &["evaluation", "freeze", "2026-H2"],
    );
}

#[test]
fn actions_are_ratified_and_improvements_adopted_under_their_own_names() {
    let node = Canned::answering("charter.ratify", json!({ "title": "A", "status": "none" }));
    let ran = run(
        &node,
        Language::French,
        &["action", "ratify", "a1b2", "--as", "Jean"],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let asked = json!({ "record": "a1b2", "collection": "action", "as": "Jean", "key": null });
    assert_eq!(node.asked(), asked);
    let node = Canned::answering("improvement.adopt", json!({ "id": output::ID }));
    let ran = run(&node, Language::English, &["improvement", "adopt", "a1b2"]);
    assert_eq!(node.asked(), json!({ "id": "a1b2", "title": null }));
    assert!(ran.out.contains("a1b2c3d4"), "{}", ran.out);
}

#[test]
fn the_printed_page_has_a_table_behind_each_chart_and_asks_nobody() {
    let folder = tempfile::tempdir().unwrap();
    for language in Language::ALL {
        let path = folder.path().join(format!("{}.html", language.code()));
        let path = path.to_str().unwrap();
        let node = Canned::answering("report", report());
        let ran = run(&node, language, &["report", "2026-H1", "--html", path]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let page = fs::read_to_string(path).unwrap();
        for asking in ["http", "src=", "@import", "url(", "<script", "<link"] {
            assert!(!page.contains(asking), "{asking}");
        }
        let count = |text: &str| page.matches(text).count();
        assert_eq!(count("<svg"), count("<figure>"));
        assert!(count("<svg") >= 5 && count("</svg>") == count("<svg"));
        assert!(count("<table>") >= 7, "{page}");
        // Whatever is drawn can be read in a table, and the other way round it is text.
        for figure in page.split("<svg").skip(1) {
            let figure = figure.split("</svg>").next().unwrap();
            for text in figure
                .split("</text>")
                .filter_map(|it| it.rsplit('>').next())
            {
                let text = text.trim();
                let outside = page.matches(text).count() - figure.matches(text).count();
                assert!(
                    text.is_empty() || outside > 0,
                    "{text} stands in a chart alone"
                );
            }
        }
        assert!(!page.contains("<Dore>"));
        // Never over another file.
        let again = run(&node, language, &["report", "2026-H1", "--html", path]);
        assert_eq!(again.code, 1);
        let node = Canned::answering("committee.prepare", committee());
        let path = folder
            .path()
            .join(format!("committee-{}.html", language.code()));
        let ran = run(
            &node,
            language,
            &["committee", "prepare", "--html", path.to_str().unwrap()],
        );
        assert_eq!(ran.code, 0, "{}", ran.err);
        let page = fs::read_to_string(&path).unwrap();
        assert!(page.contains("class=\"signatures\"") && page.contains("Jean Faure"));
    }
}
