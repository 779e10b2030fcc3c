//! The daily digest: how much waits, as a mail.
//!
//! It goes over servers that are not the network's and stays in mailboxes, so it holds counts and nothing
//! else: no title, no name, no identity. What waits is read where it is, with `capactif todo`.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use capactif_node::home::digest::{DigestSettings, MailSecurity};
use fluent_bundle::FluentArgs;
use jiff::Zoned;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Message, SmtpTransport, Transport};
use serde_json::Value;

use crate::messages::Messages;

/// How long a mail server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest password file that is read.
const PASSWORD_BYTES: u64 = 4_096;

/// A digest as people read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Digest {
    pub(crate) subject: String,
    pub(crate) body: String,
}

/// What `todo` answered, as counts.
pub(crate) fn digest(messages: &Messages, todo: &Value) -> Digest {
    let total = todo["total"].as_u64().unwrap_or(0);
    let mut args = FluentArgs::new();
    args.set("count", total);
    let day = todo["today"].as_str().unwrap_or_default();
    args.set("day", messages.language().date(day));
    let mut lines = vec![messages.format("digest-intro", &args), String::new()];
    for group in todo["groups"].as_array().into_iter().flatten() {
        let code = group["code"].as_str().unwrap_or_default();
        let mut args = FluentArgs::new();
        args.set("count", group["total"].as_u64().unwrap_or(0));
        // What a newer node asks for waits until this program knows its words.
        let heading = messages.find(&format!("todo-group-{code}"), None, Some(&args));
        lines.extend(heading.map(|heading| format!("- {heading}")));
    }
    lines.extend([String::new(), messages.text("digest-end")]);
    Digest {
        subject: messages.format("digest-subject", &args),
        body: lines.join("\n") + "\n",
    }
}

/// Sends a digest.
///
/// # Errors
/// The password file is not there, the server is not reached or does not take it.
pub(crate) fn send(settings: &DigestSettings, digest: &Digest) -> Result<()> {
    let (host, port) = settings.host_and_port().context("no mail server is set")?;
    let transport = match settings.security {
        MailSecurity::Tls => SmtpTransport::relay(host)?,
        MailSecurity::Starttls => SmtpTransport::starttls_relay(host)?,
        MailSecurity::None => SmtpTransport::builder_dangerous(host),
    };
    let mut transport = transport.port(port).timeout(Some(PATIENCE));
    if let (Some(user), Some(file)) = (&settings.user, &settings.password_file) {
        if fs::metadata(file)?.len() > PASSWORD_BYTES {
            bail!("{}: too long for a password", file.display());
        }
        let password = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let password = password.trim_end_matches(['\r', '\n']).to_owned();
        transport = transport.credentials(Credentials::new(user.clone(), password));
    }
    let mut message = Message::builder()
        .from(settings.from.parse()?)
        .subject(digest.subject.as_str())
        .header(ContentType::TEXT_PLAIN);
    for address in &settings.to {
        message = message.to(address.parse()?);
    }
    let message = message.body(digest.body.clone())?;
    transport.build().send(&message)?;
    Ok(())
}

/// How long from now to the next time of day at which the digest is due.
pub(crate) fn until_due(settings: &DigestSettings, now: &Zoned) -> Option<Duration> {
    let (hour, minute) = settings.hour_and_minute()?;
    let of_day = |day: &Zoned| {
        let time = day.date().at(hour, minute, 0, 0);
        time.to_zoned(now.time_zone().clone()).ok()
    };
    let mut due = of_day(now)?;
    if due <= *now {
        due = of_day(&now.tomorrow().ok()?)?;
    }
    Duration::try_from(now.duration_until(&due)).ok()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::thread;

    use serde_json::json;

    use capactif_node::paris;

    use super::*;
    use crate::language::Language;

    /// A mail server on loopback that takes one message and gives back all that it was told.
    fn server() -> (u16, thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let served = thread::spawn(move || {
            let (stream, _) = listener.accept().unwrap();
            let mut told = Vec::new();
            let mut out = stream.try_clone().unwrap();
            let mut say = |text: &str| write!(out, "{text}\r\n").unwrap();
            say("220 localhost ESMTP");
            let mut in_body = false;
            for line in BufReader::new(stream).lines() {
                let line = line.unwrap();
                let word = line
                    .split([' ', ':'])
                    .next()
                    .unwrap_or_default()
                    .to_uppercase();
                match (in_body, word.as_str()) {
                    (true, ".") => {
                        in_body = false;
                        say("250 taken");
                    }
                    (true, _) => {}
                    (false, "EHLO" | "HELO") => say("250 localhost"),
                    (false, "DATA") => {
                        in_body = true;
                        say("354 go on");
                    }
                    (false, "QUIT") => {
                        say("221 bye");
                        told.push(line);
                        break;
                    }
                    (false, _) => say("250 ok"),
                }
                told.push(line);
            }
            told
        });
        (port, served)
    }

    fn settings(port: u16) -> DigestSettings {
        let text = json!({
            "server": format!("127.0.0.1:{port}"),
            "security": "none",
            "from": "capactif@exemple.fr",
            "to": ["accueil@exemple.fr", "Zoé <zoe@exemple.fr>"],
            "at": "07:30",
        });
        serde_json::from_value(text).unwrap()
    }

    fn waiting() -> Value {
        let item = json!({ "id": "c".repeat(64), "title": "PP-7K3F", "name": "CCI" });
        json!({
            "today": "2026-11-23",
            "total": 16,
            "groups": [
                { "code": "answers", "total": 6, "items": [item] },
                { "code": "of_tomorrow", "total": 1, "items": [item] },
                { "code": "verify", "total": 9, "items": [{ "title": "Boulangerie" }] },
            ],
        })
    }

    #[test]
    fn it_holds_counts_and_nothing_of_anybody() {
        for language in Language::ALL {
            let digest = digest(&crate::messages::of(language), &waiting());
            let text = format!("{}\n{}", digest.subject, digest.body);
            assert!(text.contains("16"), "{text}");
            assert!(text.contains("(9)"), "{text}");
            for word in ["PP-", "CCI", "Boulangerie", "cccc", "of_tomorrow"] {
                assert!(!text.contains(word), "{word}: {text}");
            }
        }
    }

    #[test]
    fn a_mail_server_takes_it_for_everybody() {
        let (port, served) = server();
        let digest = digest(&crate::messages::of(Language::French), &waiting());
        send(&settings(port), &digest).unwrap();
        let told = served.join().unwrap().join("\n");
        assert!(told.contains("MAIL FROM:<capactif@exemple.fr>"), "{told}");
        assert!(told.contains("RCPT TO:<accueil@exemple.fr>"), "{told}");
        assert!(told.contains("RCPT TO:<zoe@exemple.fr>"), "{told}");
        assert!(told.contains("Subject: "), "{told}");
        assert!(told.contains("(9)"), "{told}");
    }

    #[test]
    fn a_server_that_is_not_there_is_an_error() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let digest = digest(&crate::messages::of(Language::French), &waiting());
        assert!(send(&settings(port), &digest).is_err());
    }

    #[test]
    fn it_is_due_once_a_day() {
        let until = |now: &str| {
            let now = paris::clock(now.parse().unwrap());
            until_due(&settings(1), &now).unwrap().as_secs()
        };
        assert_eq!(until("2026-11-23T06:00:00Z"), 30 * 60);
        assert_eq!(until("2026-11-23T06:30:00Z"), 24 * 3600);
        // The night that summer time begins has 23 hours.
        assert_eq!(until("2027-03-27T06:30:00Z"), 23 * 3600);
    }
}
