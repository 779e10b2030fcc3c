//! Settings of the daily digest: which server carries it, from whom, to whom, when.
//!
//! A password is never a setting: a file of its own holds it, and is read when the mail is sent.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How the way to the server is protected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailSecurity {
    /// TLS from the first byte, usually on port 465.
    Tls,
    /// Plain until STARTTLS, which is required; usually on port 587.
    #[default]
    Starttls,
    /// None: only to a server on this computer.
    None,
}

/// The daily digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DigestSettings {
    /// The SMTP server, as `host:port`.
    pub server: String,
    /// How the way there is protected.
    #[serde(default)]
    pub security: MailSecurity,
    /// Whom the server knows us as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The file that holds the password, and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// The sender's address.
    pub from: String,
    /// Whom it goes to.
    pub to: Vec<String>,
    /// When, each day, on this computer's clock: `07:30`.
    #[serde(default = "early")]
    pub at: String,
}

fn early() -> String {
    "07:30".to_owned()
}

/// The most addresses that one digest goes to.
const MOST_ADDRESSES: usize = 20;

impl DigestSettings {
    /// The server's name and port.
    #[must_use]
    pub fn host_and_port(&self) -> Option<(&str, u16)> {
        let (host, port) = self.server.rsplit_once(':')?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        Some((host, port.parse().ok()?)).filter(|_| !host.is_empty())
    }

    /// The hour and the minute at which it is sent.
    #[must_use]
    pub fn hour_and_minute(&self) -> Option<(i8, i8)> {
        let (hour, minute) = self.at.split_once(':')?;
        let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
        ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some((hour, minute))
    }

    /// What is wrong with these settings, if anything.
    pub(super) fn fault(&self) -> Option<String> {
        let Some((host, _)) = self.host_and_port() else {
            return Some(format!("{:?} is not host:port", self.server));
        };
        if self.hour_and_minute().is_none() {
            return Some(format!("{:?} is not a time such as 07:30", self.at));
        }
        let is_here = matches!(host, "localhost" | "127.0.0.1" | "::1");
        if self.security == MailSecurity::None && !is_here {
            return Some(format!(
                "the way to {host} must be protected: tls or starttls"
            ));
        }
        if self.user.is_some() != self.password_file.is_some() {
            return Some("user and password_file go together".to_owned());
        }
        if self.to.is_empty() || self.to.len() > MOST_ADDRESSES {
            return Some(format!("to takes 1 to {MOST_ADDRESSES} addresses"));
        }
        let is_address = |text: &String| {
            let parts = text.split_once('@');
            parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        };
        let mut all = std::iter::once(&self.from).chain(&self.to);
        all.find(|it| !is_address(it))
            .map(|wrong| format!("{wrong:?} is not an e-mail address"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> DigestSettings {
        DigestSettings {
            server: "mail.exemple.fr:587".into(),
            security: MailSecurity::default(),
            user: None,
            password_file: None,
            from: "capactif@exemple.fr".into(),
            to: vec!["accueil@exemple.fr".into()],
            at: early(),
        }
    }

    #[test]
    fn what_cannot_be_is_said() {
        assert_eq!(settings().fault(), None);
        let wrong = |change: fn(&mut DigestSettings)| {
            let mut changed = settings();
            change(&mut changed);
            changed.fault().is_some()
        };
        assert!(wrong(|it| it.server = "mail.exemple.fr".into()));
        assert!(wrong(|it| it.server = ":25".into()));
        assert!(wrong(|it| it.at = "24:00".into()));
        assert!(wrong(|it| it.at = "7 h".into()));
        assert!(wrong(|it| it.security = MailSecurity::None));
        assert!(wrong(|it| it.user = Some("accueil".into())));
        assert!(wrong(|it| it.to.clear()));
        assert!(wrong(|it| it.to.push("personne".into())));
        assert!(wrong(|it| it.from = "@".into()));
        let mut here = settings();
        here.security = MailSecurity::None;
        here.server = "[::1]:2525".into();
        assert_eq!(here.fault(), None);
        assert_eq!(here.host_and_port(), Some(("::1", 2525)));
    }

    #[test]
    fn a_password_is_no_setting() {
        let with = r#"{"server":"a:1","from":"a@b","to":["a@b"],"password":"x"}"#;
        assert!(serde_json::from_str::<DigestSettings>(with).is_err());
        let least = r#"{"server":"a:1","from":"a@b","to":["a@b"]}"#;
        let read: DigestSettings = serde_json::from_str(least).unwrap();
        assert_eq!(
            (read.at.as_str(), read.security),
            ("07:30", MailSecurity::Starttls)
        );
    }
}
