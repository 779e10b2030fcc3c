//! Where a person of the steering committee sits: passphrases are typed, keys made, opened and copied
//! here, in a process of the person's own. The node drafts what is to be signed and writes it once
//! it is; it sees neither passphrase nor secret.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sync_protocol::charter::{ContentHash, Ratify};
use sync_protocol::entry::Place;
use sync_protocol::seal::key_file::{Cost, KeyPurpose};

use crate::api::{ApiError, ExitKind};
use crate::home::keys::{HeldKey, Passphrase, SecretSeed};
use crate::home::persons::PersonFile;
use crate::node::Outcome;
use crate::node::genesis::checked_name;
use crate::node::identities::{Ask, Asking, Call, check_length};

/// A person's key file, a node to ask, and the person who types.
pub struct PersonDesk<'a> {
    file: PersonFile,
    cost: Cost,
    call: Call<'a>,
    ask: Ask<'a>,
}

impl fmt::Debug for PersonDesk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonDesk")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl<'a> PersonDesk<'a> {
    /// A desk with the key in `file`, made or to be made.
    #[must_use]
    pub const fn new(file: PersonFile, call: Call<'a>, ask: Ask<'a>) -> Self {
        let cost = Cost::STANDARD;
        Self {
            file,
            cost,
            call,
            ask,
        }
    }

    /// The same, where trying a passphrase costs something else: for tests.
    #[must_use]
    pub const fn with_cost(mut self, cost: Cost) -> Self {
        self.cost = cost;
        self
    }

    /// Makes a key for the person of this name, under a passphrase where `locked`.
    ///
    /// # Errors
    /// There is a key already; a passphrase that is too short.
    pub fn make(&mut self, name: &str, locked: bool) -> Outcome {
        let name = checked_name("name", name)?;
        if self.file.read()?.is_some() {
            let path = self.file.path().to_owned();
            return Err(crate::home::HomeError::KeyExists { path }.into());
        }
        let seed = SecretSeed::generate()?;
        let held = match locked {
            true => self.lock(&seed)?,
            false => HeldKey::Open(seed),
        };
        self.file.create(&held)?;
        Ok(json!({
            "name": name,
            "key": held.person().to_string(),
            "path": self.file.path().display().to_string(),
            "locked": locked,
        }))
    }

    /// Puts the key under a new passphrase.
    ///
    /// # Errors
    /// No key; wrong passphrase; one that is too short.
    pub fn set_passphrase(&mut self, name: &str) -> Outcome {
        let seed = self.open()?;
        let held = self.lock(&seed)?;
        self.file.rewrite(&held)?;
        Ok(json!({
            "name": name,
            "key": held.person().to_string(),
            "path": self.file.path().display().to_string(),
            "locked": true,
        }))
    }

    /// Copies the key, as it is protected, into another file, to be used at another node.
    ///
    /// # Errors
    /// No key; something is there already.
    pub fn copy(&mut self, name: &str, to: &Path) -> Outcome {
        let held = self.held()?;
        PersonFile::at(to.to_owned()).create(&held)?;
        Ok(json!({
            "name": name,
            "key": held.person().to_string(),
            "path": to.display().to_string(),
            "locked": held.is_locked(),
        }))
    }

    /// Signs the content of a record as it stands, and has the node write it; `operation` is
    /// `charter.ratify`, or the one of a collection that looks at more before it is signed.
    ///
    /// # Errors
    /// No key; wrong passphrase; what the node refuses: nothing is written then.
    pub fn ratify(&mut self, operation: &str, input: &Value) -> Outcome {
        let mut asked = input.clone();
        asked["draft_for"] = json!(self.held()?.person().to_string());
        // Before anybody types: who is not on the committee is told at once.
        let draft = (self.call)(operation, asked.clone())?;
        let content = HEXLOWER.decode(draft["content"].as_str().unwrap_or_default().as_bytes());
        let content = ContentHash::try_from(content.unwrap_or_default()).map_err(|_| other())?;
        let place = Place {
            author: text_of(&draft, "author")?,
            seq: draft["seq"]
                .as_u64()
                .filter(|seq| *seq > 0)
                .ok_or_else(other)?,
        };
        let (network, version) = (text_of(&draft, "network")?, text_of(&draft, "version")?);
        let seed = self.open()?;
        let signed = Ratify::sign(network, place, content, version, &seed.signing_key());
        asked["draft_for"] = Value::Null;
        asked["signed"] = json!(HEXLOWER.encode(&signed.encode()));
        (self.call)(operation, asked)
    }

    fn held(&self) -> Result<HeldKey, ApiError> {
        let path = self.file.path();
        self.file.read()?.ok_or_else(|| {
            let text = format!("there is no key in {}", path.display());
            ApiError::new("person_key_missing", ExitKind::NotFound, text)
                .with("path", path.display())
        })
    }

    fn open(&mut self) -> Result<SecretSeed, ApiError> {
        let held = self.held()?;
        let path = self.file.path().to_owned();
        let passphrase = match held.is_locked() {
            true => (self.ask)(Asking::Existing(&path))?,
            false => Passphrase::new(""),
        };
        Ok(held.unlock(&passphrase, &path)?)
    }

    fn lock(&mut self, seed: &SecretSeed) -> Result<HeldKey, ApiError> {
        let path = self.file.path().to_owned();
        let passphrase = (self.ask)(Asking::New(&path))?;
        check_length(&passphrase)?;
        let held = HeldKey::lock_for(KeyPurpose::Person, seed, &passphrase, self.cost)?;
        // Whoever locks a key wants to be able to open it: better to notice now.
        held.unlock(&passphrase, &path)?;
        Ok(held)
    }
}

fn text_of<T: FromStr>(value: &Value, name: &str) -> Result<T, ApiError> {
    let text = value[name].as_str().unwrap_or_default();
    text.parse().map_err(|_| other())
}

fn other() -> ApiError {
    let text = "the node drafted something else than was asked of it: nothing was signed";
    ApiError::new("statement_differs", ExitKind::Failed, text)
}
