//! Settings a person may edit: `config.json`.
//!
//! A setting that is not known is refused by name rather than kept silently: most are misspelt.
//! Every setting has a default, so a home needs no such file.

use std::net::SocketAddr;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::atomic::Access;
use super::digest::DigestSettings;
use super::notify::NotifySettings;
use super::{Home, HomeError, json_file};

pub use crate::network::DEFAULT_PORT;
use crate::store::EngineKind;

/// A node's settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Config {
    /// UDP addresses to listen on; port 0 lets the system choose.
    pub listen: Vec<SocketAddr>,
    /// Addresses of other nodes, as host and port, tried in order.
    pub peers: Vec<PeerAddress>,
    /// Addresses at which others reach this node, where the system cannot know (a router's).
    pub public_addresses: Vec<String>,
    /// Where the local API listens; loopback only. Port 0 lets the system choose.
    pub api: SocketAddr,
    /// Whether to look for partners on the local network.
    pub discovery: bool,
    /// The engine of the journals, `sled` or `redb`, for a store that is made from now on.
    pub store: EngineKind,
    /// How many megabytes of sealed parts and attachments are kept at most.
    pub blob_quota_mb: u64,
    /// Language of texts for people, `fr` or `en`; without it the system's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// A mail a day that says how much waits; none unless it is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<DigestSettings>,
    /// Desktop notifications of what newly arrives; none unless it is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notify: Option<NotifySettings>,
}

/// Where another node is, and which it must be if that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerAddress {
    /// Host and port.
    pub address: String,
    /// The node's identity, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: vec![SocketAddr::from((
                std::net::Ipv6Addr::UNSPECIFIED,
                DEFAULT_PORT,
            ))],
            peers: Vec::new(),
            public_addresses: Vec::new(),
            api: SocketAddr::from((std::net::Ipv4Addr::LOCALHOST, 0)),
            discovery: true,
            store: EngineKind::Sled,
            blob_quota_mb: 4_096,
            lang: None,
            digest: None,
            notify: None,
        }
    }
}

const KNOWN: [&str; 10] = [
    "listen",
    "peers",
    "public_addresses",
    "api",
    "discovery",
    "store",
    "blob_quota_mb",
    "lang",
    "digest",
    "notify",
];

impl Config {
    /// Reads settings from JSON text; `path` is named in errors.
    ///
    /// # Errors
    /// [`HomeError::Malformed`], [`HomeError::UnknownSetting`], [`HomeError::InvalidSetting`].
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, HomeError> {
        let mut settings: Map<String, Value> =
            serde_json::from_slice(bytes).map_err(|error| HomeError::Malformed {
                path: path.to_owned(),
                detail: error.to_string(),
            })?;
        if let Some(key) = settings.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            return Err(HomeError::UnknownSetting {
                path: path.to_owned(),
                key: key.clone(),
                known: KNOWN.join(", "),
            });
        }
        let mut config = Self::default();
        take(path, &mut settings, "listen", &mut config.listen)?;
        take(path, &mut settings, "peers", &mut config.peers)?;
        take(
            path,
            &mut settings,
            "public_addresses",
            &mut config.public_addresses,
        )?;
        take(path, &mut settings, "api", &mut config.api)?;
        take(path, &mut settings, "discovery", &mut config.discovery)?;
        take(path, &mut settings, "store", &mut config.store)?;
        take(
            path,
            &mut settings,
            "blob_quota_mb",
            &mut config.blob_quota_mb,
        )?;
        take(path, &mut settings, "lang", &mut config.lang)?;
        take(path, &mut settings, "digest", &mut config.digest)?;
        take(path, &mut settings, "notify", &mut config.notify)?;
        config.check(path)?;
        Ok(config)
    }

    fn check(&self, path: &Path) -> Result<(), HomeError> {
        let invalid = |key: &str, detail: String| {
            let (path, key) = (path.to_owned(), key.to_owned());
            Err(HomeError::InvalidSetting { path, key, detail })
        };
        if !self.api.ip().is_loopback() {
            return invalid("api", format!("{} is not a loopback address", self.api));
        }
        if let Some(lang) = self
            .lang
            .as_deref()
            .filter(|lang| !["fr", "en"].contains(lang))
        {
            return invalid("lang", format!("{lang:?} is neither \"fr\" nor \"en\""));
        }
        if let Some(wrong) = self.digest.as_ref().and_then(DigestSettings::fault) {
            return invalid("digest", wrong);
        }
        if let Some(wrong) = self.notify.as_ref().and_then(NotifySettings::fault) {
            return invalid("notify", wrong);
        }
        for peer in &self.peers {
            let port = peer
                .address
                .rsplit_once(':')
                .map(|(_, port)| port.parse::<u16>());
            if !matches!(port, Some(Ok(_))) {
                return invalid("peers", format!("{:?} is not host:port", peer.address));
            }
        }
        Ok(())
    }
}

fn take<T: DeserializeOwned>(
    path: &Path,
    settings: &mut Map<String, Value>,
    key: &str,
    into: &mut T,
) -> Result<(), HomeError> {
    if let Some(value) = settings.remove(key) {
        *into = serde_json::from_value(value).map_err(|error| HomeError::InvalidSetting {
            path: path.to_owned(),
            key: key.to_owned(),
            detail: error.to_string(),
        })?;
    }
    Ok(())
}

impl Home {
    /// The settings: the file's, or all defaults where there is none.
    ///
    /// # Errors
    /// As [`Config::parse`], or whatever the file system says.
    pub fn config(&self) -> Result<Config, HomeError> {
        let path = self.file("config.json");
        match json_file::read_bytes(&path)? {
            Some(bytes) => Config::parse(&path, &bytes),
            None => Ok(Config::default()),
        }
    }

    /// Replaces the settings, durably.
    ///
    /// # Errors
    /// [`HomeError::InvalidSetting`], or whatever the file system says.
    pub fn set_config(&self, config: &Config) -> Result<(), HomeError> {
        let path = self.file("config.json");
        config.check(&path)?;
        json_file::write(&path, config, Access::Default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home::digest::MailSecurity;

    fn parse(text: &str) -> Result<Config, HomeError> {
        Config::parse(Path::new("config.json"), text.as_bytes())
    }

    #[test]
    fn settings_survive_their_file_and_every_one_has_a_default() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        assert_eq!(home.config().unwrap(), Config::default());
        let config = Config {
            listen: vec!["0.0.0.0:9000".parse().unwrap()],
            peers: vec![PeerAddress {
                address: "hub.example:7630".to_owned(),
                node: None,
            }],
            lang: Some("fr".to_owned()),
            discovery: false,
            ..Config::default()
        };
        home.set_config(&config).unwrap();
        assert_eq!(home.config().unwrap(), config);
        assert_eq!(parse("{}").unwrap(), Config::default());
    }

    #[test]
    fn every_written_setting_is_known() {
        let config = Config {
            lang: Some("fr".to_owned()),
            digest: Some(DigestSettings {
                server: "localhost:25".to_owned(),
                security: MailSecurity::None,
                user: None,
                password_file: None,
                from: "a@example.org".to_owned(),
                to: vec!["b@example.org".to_owned()],
                at: "07:30".to_owned(),
            }),
            notify: Some(NotifySettings::default()),
            ..Config::default()
        };
        let written = serde_json::to_value(&config).unwrap();
        let written: Vec<_> = written.as_object().unwrap().keys().cloned().collect();
        assert_eq!(written, KNOWN);
    }

    #[test]
    fn a_wrong_setting_is_named() {
        for (text, code, part) in [
            (r#"{"lisen":[]}"#, "config_unknown_setting", "lisen"),
            (
                r#"{"listen":["nowhere"]}"#,
                "config_invalid_setting",
                "listen",
            ),
            (
                r#"{"api":"0.0.0.0:80"}"#,
                "config_invalid_setting",
                "loopback",
            ),
            (r#"{"lang":"de"}"#, "config_invalid_setting", "lang"),
            (r#"{"store":"lmdb"}"#, "config_invalid_setting", "store"),
            (
                r#"{"peers":[{"address":"hub"}]}"#,
                "config_invalid_setting",
                "host:port",
            ),
            (
                r#"{"peers":[{"adress":"hub:1"}]}"#,
                "config_invalid_setting",
                "adress",
            ),
            ("[]", "home_file_malformed", "config.json"),
            ("{", "home_file_malformed", "config.json"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.code(), code, "{text}");
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}
