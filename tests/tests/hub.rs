//! What a hub with many partners costs its engine.
//!
//! `cargo test --release -p capactif-tests --test hub -- --ignored --nocapture` prints the figures of
//! `docs/reliability.md`.

use capactif_tests::world::hub::{Step, hub};

fn shown(what: &str, step: Step) {
    println!(
        "  {what}: {:.2} ms in the hub's engine, {} frames in all, agreed within {} simulated ms",
        step.engine.as_secs_f64() * 1_000.0,
        step.frames,
        step.simulated_millis
    );
}

#[test]
#[ignore = "a measurement, by hand"]
fn hub_figures() {
    for partners in [25, 50, 100, 200] {
        let figures = hub(partners);
        println!("{partners} partners");
        shown("first meeting", figures.first_meeting);
        shown("one edit", figures.one_edit);
        shown("restart, an edit each", figures.restart);
    }
}

/// One edit is a frame and an acknowledgement a partner, and its author hears of the others in few.
#[test]
fn one_edit_costs_a_hub_two_frames_a_partner() {
    let figures = hub(12);
    assert!(
        figures.one_edit.frames <= 2 * 12 + 12,
        "{:?}",
        figures.one_edit
    );
}
