//! Where the holder of the root key sits: passphrases are typed, statements signed, key files
//! changed here, in a process of the person's own.
//!
//! The node, running or not, drafts each statement and writes it once it is signed; it sees neither
//! passphrase nor secret. The root key's file need not lie in the node's home: it may come on a
//! stick that is taken out again.
//!
//! Each step can be interrupted: a key that is to follow is on the disk before a statement names
//! it, and takes its place after; the next command finishes what was begun.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use ed25519_dalek::SigningKey;
use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::charter::Certificate;
use sync_protocol::entry::Place;
use sync_protocol::id::{NetworkId, NodeId, RootKey, StatementId, StructureId};
use sync_protocol::seal::erase::{Erase, EraseTarget};
use sync_protocol::seal::key_file::Cost;
use sync_protocol::seal::recovery_code::{self, RecoveryCodeError};
use sync_protocol::seal::root::{RootAct, RootStatement};
use zeroize::Zeroizing;

use crate::api::{ApiError, ExitKind};
use crate::home::keys::{HeldRoot, Passphrase, RootFile, SecretSeed};
use crate::node::Outcome;

/// The fewest characters of a new passphrase.
const MIN_CHARACTERS: usize = 10;

/// Which passphrase is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking<'p> {
    /// The one that opens this file.
    Existing(&'p Path),
    /// A new one, for this file.
    New(&'p Path),
}

/// Asks a node.
pub type Call<'a> = &'a mut dyn FnMut(&str, Value) -> Outcome;

/// Asks a person.
pub type Ask<'a> = &'a mut dyn FnMut(Asking<'_>) -> Result<Passphrase, ApiError>;

/// The root key's file, a node to ask, and a person who types.
pub struct Desk<'a> {
    file: RootFile,
    cost: Cost,
    call: Call<'a>,
    ask: Ask<'a>,
}

impl fmt::Debug for Desk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// A root key that took the place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The new root's public key.
    pub root: RootKey,
    /// Number of the statement that says so.
    pub number: u64,
    /// Whether it is under a passphrase.
    pub locked: bool,
    /// Nodes of the structure that the old root made and no statement certifies: they do not count
    /// any more.
    pub left_out: Vec<NodeId>,
}

/// What is printed on a recovery sheet. The code is the secret.
pub struct Sheet {
    /// The recovery key, in groups.
    pub code: Zeroizing<String>,
    /// Its public key.
    pub public: RootKey,
    /// The network's identity.
    pub network: String,
    /// The network's name.
    pub network_name: String,
    /// The structure's identity.
    pub structure: String,
    /// The structure's name.
    pub structure_name: String,
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sheet")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

/// As a node drafted it.
#[derive(Deserialize)]
struct Draft {
    network: String,
    structure: String,
    number: u32,
    previous: String,
    act: String,
    #[serde(default)]
    revokes: Value,
}

impl<'a> Desk<'a> {
    /// A desk with the root key in `file`.
    #[must_use]
    pub const fn new(file: RootFile, call: Call<'a>, ask: Ask<'a>) -> Self {
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

    /// Has a new root key take the place of the one in force.
    ///
    /// # Errors
    /// No root key, wrong passphrase, or what the node refuses.
    pub fn rotate_root(&mut self) -> Result<Rotated, ApiError> {
        let (seed, passphrase) = self.open()?;
        self.rotate(&seed.signing_key(), None, passphrase.as_ref())
    }

    /// Has a new root key take the place of the one in force, by the recovery key on a sheet.
    ///
    /// # Errors
    /// A code that was mistyped or is not this structure's, or what the node refuses.
    pub fn recover(&mut self, code: &str) -> Result<Rotated, ApiError> {
        let key = recovery_code::read(code).map_err(of_code)?;
        let public = RootKey(key.verifying_key().to_bytes());
        // Whoever had a passphrase wants one; a file that cannot be read says nothing of that.
        let was_locked = self
            .file
            .read()
            .is_ok_and(|it| it.is_some_and(|it| it.is_locked()));
        let path = self.file.path().to_owned();
        let passphrase = if was_locked {
            Some(self.ask_new(&path)?)
        } else {
            None
        };
        self.rotate(&key, Some(public), passphrase.as_ref())
    }

    fn rotate(
        &mut self,
        signer: &SigningKey,
        recovery: Option<RootKey>,
        passphrase: Option<&Passphrase>,
    ) -> Result<Rotated, ApiError> {
        let seed = SecretSeed::generate()?;
        let (root, new) = (seed.root_key(), seed.signing_key());
        let mut input = json!({ "act": "rotate", "key": root.to_string() });
        if let Some(recovery) = recovery {
            input["recovery"] = json!(recovery.to_string());
        }
        let before = (self.call)("key.show", json!({}))?;
        let draft = self.draft(input)?;
        let held = match passphrase {
            Some(passphrase) => HeldRoot::lock(&seed, passphrase, self.cost)?,
            None => HeldRoot::Open(seed),
        };
        self.file.store_next(&held)?;
        let expected = RootAct::Rotate { root };
        let said = self.say(&draft, expected, signer)?;
        self.file.promote_next()?;
        let shown = (self.call)("key.show", json!({}))?;
        self.catch_up(&shown, &new)?;
        let nodes = before["nodes"].as_array().map_or(&[][..], Vec::as_slice);
        let left_out = nodes
            .iter()
            .filter(|it| it["certified"] != true && it["revoked"] != true && it["me"] != true);
        Ok(Rotated {
            root,
            number: said["number"].as_u64().unwrap_or_default(),
            locked: held.is_locked(),
            left_out: left_out
                .filter_map(|it| it["node"].as_str()?.parse().ok())
                .collect(),
        })
    }

    /// Makes and publishes the next generation of the sealing key; returns its number.
    ///
    /// # Errors
    /// No root key, wrong passphrase, or what the node refuses.
    pub fn rotate_sealing(&mut self) -> Result<u64, ApiError> {
        let (seed, _) = self.open()?;
        self.next_sealing(&seed.signing_key())
    }

    fn next_sealing(&mut self, root: &SigningKey) -> Result<u64, ApiError> {
        let draft = self.draft(json!({ "act": "sealing" }))?;
        let act = draft.act()?;
        if !matches!(act, RootAct::Sealing { .. }) {
            return Err(other_draft());
        }
        let said = self.say(&draft, act, root)?;
        Ok(said["generation"].as_u64().unwrap_or_default())
    }

    /// Revokes a node, whose entries beyond `last` do not count, and makes a new sealing key, since
    /// that node holds the last one. Returns the node, its last entry and the generation.
    ///
    /// # Errors
    /// No root key, wrong passphrase, no such node, or what the node refuses.
    pub fn revoke(&mut self, node: &str, last: Option<u64>) -> Outcome {
        let mut input = json!({ "act": "revoke", "node": node });
        if let Some(last) = last {
            input["last"] = json!(last);
        }
        // Before anybody types: a wrong node is told at once.
        self.draft(input.clone())?;
        let (seed, _) = self.open()?;
        let draft = self.draft(input)?;
        let act = draft.act()?;
        if !matches!(act, RootAct::Revoke { .. }) {
            return Err(other_draft());
        }
        let root = seed.signing_key();
        self.say(&draft, act, &root)?;
        let mut revoked = draft.revokes.clone();
        revoked["generation"] = json!(self.next_sealing(&root)?);
        Ok(revoked)
    }

    /// Makes a recovery key, has `keep` put it on paper, and then has the root name it: the sheet
    /// before is void from then on.
    ///
    /// # Errors
    /// No root key, wrong passphrase, what `keep` or the node says.
    pub fn sheet(
        &mut self,
        keep: &mut dyn FnMut(&Sheet) -> Result<(), ApiError>,
    ) -> Result<Sheet, ApiError> {
        let (seed, _) = self.open()?;
        let recovery = SecretSeed::generate()?;
        let public = recovery.root_key();
        let shown = (self.call)("key.show", json!({}))?;
        let text = |name: &str| shown[name].as_str().unwrap_or_default().to_owned();
        let sheet = Sheet {
            code: recovery_code::write(&recovery.signing_key()),
            public,
            network: text("network"),
            network_name: text("network_name"),
            structure: text("structure"),
            structure_name: text("structure_name"),
        };
        let draft = self.draft(json!({ "act": "recovery", "key": public.to_string() }))?;
        keep(&sheet)?;
        self.say(
            &draft,
            RootAct::Recovery { key: public },
            &seed.signing_key(),
        )?;
        Ok(sheet)
    }

    /// Admits the further nodes that asked and wait; returns them. They ask again.
    ///
    /// # Errors
    /// No root key, wrong passphrase, or what the node refuses.
    pub fn admit(&mut self) -> Result<Vec<NodeId>, ApiError> {
        let waiting = (self.call)("key.waiting", json!({}))?;
        let waiting = waiting["nodes"].as_array().cloned().unwrap_or_default();
        if waiting.is_empty() {
            return Ok(Vec::new());
        }
        let (seed, _) = self.open()?;
        let root = seed.signing_key();
        let mut admitted = Vec::new();
        for row in waiting {
            let name = row["node"].as_str().unwrap_or_default();
            let node: NodeId = name.parse().map_err(|_| other_draft())?;
            let shown = (self.call)("key.show", json!({}))?;
            let nodes = shown["nodes"].as_array().map_or(&[][..], Vec::as_slice);
            let is_certified = nodes
                .iter()
                .any(|it| it["node"] == name && it["certified"] == true);
            if !row["sealing"].is_null() && !is_certified {
                let draft = self.draft(json!({ "act": "certify", "node": name }))?;
                let act = draft.act()?;
                if !matches!(act, RootAct::Certify { node: it, .. } if it == node) {
                    return Err(other_draft());
                }
                self.say(&draft, act, &root)?;
            }
            let network: NetworkId = text_of(&shown, "network")?;
            let structure: StructureId = text_of(&shown, "structure")?;
            let certificate = Certificate::issue(network, structure, &root, node);
            let certificate = HEXLOWER.encode(&certificate.encode());
            (self.call)(
                "key.admit",
                json!({ "node": name, "certificate": certificate }),
            )?;
            admitted.push(node);
        }
        Ok(admitted)
    }

    /// Has a record, or a file of one, erased with the root's agreement: what the node drafts of it is
    /// signed here.
    ///
    /// # Errors
    /// No root key, wrong passphrase, or what the node refuses: nothing is erased then, or hidden.
    pub fn erase(&mut self, input: &Value) -> Outcome {
        let mut asked = input.clone();
        asked["confirmed"] = json!(false);
        asked["root_at_hand"] = json!(true);
        // Before anybody types: a record that is not there, or another's, is told at once.
        let shown = (self.call)("erasure.erase", asked.clone())?;
        let (seed, _) = self.open()?;
        let draft = &shown["draft"];
        let body = draft["body"].as_str().unwrap_or_default();
        let body = HEXLOWER.decode(body.as_bytes()).unwrap_or_default();
        let erase = Erase::decode(&body).map_err(|_| other_draft())?;
        let is_target = match &erase.target {
            EraseTarget::Record => input["attachment"].is_null(),
            EraseTarget::Blob(blob) => {
                input["attachment"].is_string() && shown["blob"] == json!(blob.to_string())
            }
            // What is sealed goes without the root.
            EraseTarget::Part(_) => false,
        };
        let is_asked_for =
            is_target && shown["id"] == json!(erase.record.to_string()) && draft["seq"].is_u64();
        if !is_asked_for {
            return Err(other_draft());
        }
        let subject = Place {
            author: text_of(draft, "author")?,
            seq: draft["seq"].as_u64().unwrap_or_default(),
        };
        let network = text_of(draft, "network")?;
        let signed = erase.countersigned(network, &subject, &seed.signing_key());
        asked["root_at_hand"] = json!(false);
        asked["confirmed"] = json!(true);
        asked["signed"] = json!(HEXLOWER.encode(&signed.encode()));
        (self.call)("erasure.erase", asked)
    }

    /// Puts the root key under a new passphrase.
    ///
    /// # Errors
    /// No root key, wrong passphrase, one that is too short.
    pub fn set_passphrase(&mut self) -> Result<(), ApiError> {
        let (seed, _) = self.open()?;
        let path = self.file.path().to_owned();
        let passphrase = self.ask_new(&path)?;
        let locked = HeldRoot::lock(&seed, &passphrase, self.cost)?;
        // Whoever locks a key wants to be able to open it: better to notice now.
        locked.unlock(&passphrase, &path)?;
        Ok(self.file.rewrite(&locked)?)
    }

    /// Takes the passphrase off the root key.
    ///
    /// # Errors
    /// No root key, wrong passphrase.
    pub fn remove_passphrase(&mut self) -> Result<(), ApiError> {
        let (seed, passphrase) = self.open()?;
        match passphrase {
            Some(_) => Ok(self.file.rewrite(&HeldRoot::Open(seed))?),
            None => Ok(()),
        }
    }

    /// The root key, opened, and the passphrase that did it; it has to be the one in force.
    fn open(&mut self) -> Result<(SecretSeed, Option<Passphrase>), ApiError> {
        let shown = (self.call)("key.show", json!({}))?;
        let in_force: Option<RootKey> =
            shown["root"]["key"].as_str().and_then(|it| it.parse().ok());
        // What an interruption left: the key that followed counts already.
        let next = self.file.read_next()?;
        if next.is_some_and(|next| Some(next.public()) == in_force) {
            self.file.promote_next()?;
        }
        let path = self.file.path().to_owned();
        let held = self.file.read()?.ok_or_else(|| {
            let text = "the structure's root key is not there";
            ApiError::new("root_key_elsewhere", ExitKind::NotFound, text)
                .with("path", path.display())
        })?;
        if in_force.is_some_and(|root| root != held.public()) {
            let text =
                "the key in this file is not the root of this structure any more, or never was";
            return Err(ApiError::new("root_key_other", ExitKind::Refused, text)
                .with("path", path.display()));
        }
        let passphrase = match held.is_locked() {
            true => Some((self.ask)(Asking::Existing(&path))?),
            false => None,
        };
        let opened = match &passphrase {
            Some(passphrase) => held.unlock(passphrase, &path)?,
            None => held.unlock(&Passphrase::new(""), &path)?,
        };
        self.catch_up(&shown, &opened.signing_key())?;
        Ok((opened, passphrase))
    }

    /// Says what a node cannot say by itself where the root is under a passphrase: the first sealing
    /// key, and which key this node has.
    fn catch_up(&mut self, shown: &Value, root: &SigningKey) -> Result<(), ApiError> {
        if shown["uncertain"] == true || shown["stopped"] == true {
            return Ok(());
        }
        if shown["sealing"]["generation"].is_null() {
            self.next_sealing(root)?;
        }
        let nodes = shown["nodes"].as_array().map_or(&[][..], Vec::as_slice);
        let unsaid = |it: &&Value| it["certified"] != true && it["revoked"] != true;
        let this = nodes.iter().filter(unsaid).find(|it| it["me"] == true);
        if this.is_some() {
            let draft = self.draft(json!({ "act": "certify" }))?;
            let act = draft.act()?;
            if !matches!(act, RootAct::Certify { .. }) {
                return Err(other_draft());
            }
            self.say(&draft, act, root)?;
        }
        Ok(())
    }

    fn ask_new(&mut self, path: &Path) -> Result<Passphrase, ApiError> {
        let passphrase = (self.ask)(Asking::New(path))?;
        check_length(&passphrase)?;
        Ok(passphrase)
    }

    fn draft(&mut self, input: Value) -> Result<Draft, ApiError> {
        let drafted = (self.call)("key.draft", input)?;
        serde_json::from_value(drafted).map_err(|_| other_draft())
    }

    /// Signs what was drafted, which has to be `expected`, and has it written.
    fn say(&mut self, draft: &Draft, expected: RootAct, signer: &SigningKey) -> Outcome {
        if draft.act()? != expected {
            return Err(other_draft());
        }
        let statement = draft.sign(expected, signer)?;
        let statement = HEXLOWER.encode(&statement.encode());
        (self.call)("key.say", json!({ "statement": statement }))
    }
}

/// Whether a new passphrase is long enough.
pub(in crate::node) fn check_length(passphrase: &Passphrase) -> Result<(), ApiError> {
    if passphrase.characters() >= MIN_CHARACTERS {
        return Ok(());
    }
    let text = format!("a passphrase has at least {MIN_CHARACTERS} characters");
    Err(ApiError::new("passphrase_short", ExitKind::Usage, text).with("limit", MIN_CHARACTERS))
}

impl Draft {
    fn act(&self) -> Result<RootAct, ApiError> {
        let bytes = HEXLOWER.decode(self.act.as_bytes()).unwrap_or_default();
        RootAct::decode(&bytes).map_err(|_| other_draft())
    }

    fn sign(&self, act: RootAct, signer: &SigningKey) -> Result<RootStatement, ApiError> {
        let network: NetworkId = self.network.parse().map_err(|_| other_draft())?;
        let structure: StructureId = self.structure.parse().map_err(|_| other_draft())?;
        let previous: StatementId = self.previous.parse().map_err(|_| other_draft())?;
        Ok(RootStatement::issue(
            network,
            structure,
            self.number,
            previous,
            act,
            signer,
        ))
    }
}

fn text_of<T: FromStr>(value: &Value, name: &str) -> Result<T, ApiError> {
    let text = value[name].as_str().unwrap_or_default();
    text.parse().map_err(|_| other_draft())
}

fn other_draft() -> ApiError {
    let text = "the node drafted something else than was asked of it: nothing was signed";
    ApiError::new("statement_differs", ExitKind::Failed, text)
}

fn of_code(error: RecoveryCodeError) -> ApiError {
    let text = error.to_string();
    match error {
        RecoveryCodeError::Character => ApiError::new("recovery_character", ExitKind::Usage, text),
        RecoveryCodeError::Length(count) => {
            ApiError::new("recovery_length", ExitKind::Usage, text).with("count", count)
        }
        RecoveryCodeError::Mistyped => ApiError::new("recovery_mistyped", ExitKind::Usage, text),
        RecoveryCodeError::Newer => ApiError::new("recovery_newer", ExitKind::Usage, text),
    }
}
