//! `network invite`: a ticket for a partner, as text and as a QR code.

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use fluent_bundle::FluentArgs;
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};
use serde_json::json;

use crate::commands::{Entry, optional};
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["network", "invite"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command
        .arg(
            Arg::new("structure")
                .long("structure")
                .required_unless_present("device"),
        )
        .arg(
            Arg::new("kind")
                .long("kind")
                .required_unless_present("device"),
        )
        .arg(
            Arg::new("device")
                .long("device")
                .action(ArgAction::SetTrue)
                .conflicts_with_all(["structure", "kind"]),
        )
        .arg(
            Arg::new("expires")
                .long("expires-in-hours")
                .value_parser(value_parser!(u32).range(1..)),
        )
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let mut input = json!({});
    for name in ["structure", "kind"] {
        if let Some(value) = optional(matches, name) {
            input[name] = json!(value);
        }
    }
    let is_device = matches.get_flag("device");
    if is_device {
        input["device"] = json!(true);
    }
    if let Some(hours) = matches.get_one::<u32>("expires") {
        input["expires_in_hours"] = json!(hours);
    }
    let answer = session.call("network.invite", input)?;
    if session.options.json {
        return super::print_json(session, answer);
    }
    // The ticket alone is data; what surrounds it would spoil a pipe into an e-mail.
    let ticket = answer["ticket"].as_str().unwrap_or_default();
    let mut args = FluentArgs::new();
    let expires = answer["expires_on"].as_str().unwrap_or_default();
    args.set("until", session.language().moment(expires));
    let before = match optional(matches, "structure") {
        Some(structure) => {
            args.set("structure", structure);
            session.format("network-invited", &args)
        }
        None => session.format("network-invited-device", &args),
    };
    session.tell(&before)?;
    session.line(ticket)?;
    if let Some(width) = session.terminal.width {
        let scanned = answer["url"].as_str().unwrap_or(ticket);
        match qr(scanned, usize::from(width), session.terminal.styled) {
            Some(code) => session.tell(&code)?,
            None => session.tell(&session.text("network-qr-too-wide"))?,
        }
    }
    let after = session.text(if answer["locked"] == true {
        "network-invited-device-locked"
    } else if is_device {
        "network-invited-device-next"
    } else {
        "network-invited-next"
    });
    Ok(session.tell(&after)?)
}

/// The code in half blocks, dark on light whatever the terminal's colours, if it fits.
fn qr(text: &str, width: usize, styled: bool) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let mut image = code.render::<Dense1x2>();
    image
        .dark_color(Dense1x2::Light)
        .light_color(Dense1x2::Dark)
        .quiet_zone(true);
    let drawn = image.build();
    if drawn.lines().any(|line| line.chars().count() > width) {
        return None;
    }
    if !styled {
        return Some(drawn);
    }
    // White on black explicitly: on a light terminal the blocks would else be inverted.
    let lines = drawn
        .lines()
        .map(|line| format!("\x1b[97;40m{line}\x1b[0m"));
    Some(lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_of_usual_length_fits_80_columns_and_a_long_one_says_so() {
        let drawn = qr(&"CAPACTIF1".repeat(30), 80, false).unwrap();
        assert!(drawn.lines().count() < 50);
        assert!(qr(&"x".repeat(2_000), 80, false).is_none());
        assert!(qr(&"x".repeat(10_000), 80, false).is_none());
    }
}
