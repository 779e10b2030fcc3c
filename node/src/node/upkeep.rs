//! Keeping a node sound: doctor, backup, restore.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::charter::{Certificate, Version};
use sync_protocol::entry::Kind;
use sync_protocol::seal::key::{Generation, SealingSecret};
use zeroize::Zeroizing;
use zip::write::SimpleFileOptions;

use crate::api::{ApiError, Detail, ExitKind};
use crate::exchange::Mapping;
use crate::home::atomic::{Access, sync_parent};
use crate::home::keys::{HeldRoot, KeyName, Passphrase, SealingName, SecretSeed};
use crate::home::mappings::{MAX_MAPPINGS, is_mapping_name};
use crate::home::membership::Membership;
use crate::home::{Home, HomeError};

use super::bundles::Taken;
use super::errors::{of_file, partial_beside, read};
use super::genesis::open_journal;
use super::identities::note_uncertain;
use super::member::{Member, PINNED};
use super::{Node, Outcome, Progress};

/// The most bytes a small file of a backup may have.
const MAX_SMALL_BYTES: u64 = 4 * 1024 * 1024;

#[derive(Deserialize)]
struct Doctor {
    #[serde(default)]
    rebuild: bool,
}

#[derive(Deserialize)]
struct RestoreInput {
    path: String,
    /// Opens the root key in the backup, if that is under one.
    passphrase: Option<String>,
}

#[derive(Deserialize)]
struct FileInput {
    path: String,
}

impl Member {
    /// `doctor`: checks every chain, signature and hash, and the read model against them.
    pub(super) fn doctor(&self, input: Value, progress: Progress<'_>) -> Outcome {
        let Doctor { rebuild } = read(input)?;
        let mut problems: Vec<Detail> = Vec::new();
        let damages = self.journals.check(self.network, &mut |done, total| {
            progress(json!({ "step": "verifying", "done": done, "total": total }));
        })?;
        problems.extend(damages.iter().map(Detail::from_coded));
        let damaged = self.blobs.check(&mut |done, total| {
            progress(json!({ "step": "verifying", "done": done, "total": total }));
        });
        problems.extend(damaged.iter().map(Detail::from_coded));
        for problem in self.reader.check()? {
            problems.push(Detail {
                code: "view_damaged".into(),
                args: [("reason".to_owned(), problem.clone())].into(),
                message: problem,
                ..Detail::default()
            });
        }
        let before = self.reader.digest()?;
        if rebuild {
            progress(json!({ "step": "rebuilding", "done": 0 }));
            self.replica().rebuild()?;
            self.follow(progress)?;
        }
        let after = self.reader.digest()?;
        if rebuild && before != after {
            problems.push(Detail {
                code: "view_differed".into(),
                message: "the read model differed from the journals and was rebuilt".into(),
                ..Detail::default()
            });
        }
        let counts = self.reader.counts()?;
        if counts.quarantined > 0 {
            problems.push(Detail {
                code: "records_quarantined".into(),
                args: [("count".to_owned(), counts.quarantined.to_string())].into(),
                message: format!("{} records cannot be read", counts.quarantined),
                ..Detail::default()
            });
        }
        let frontier = self.journals.frontier();
        let mut checked = json!({
            "journals": frontier.len(),
            "entries": frontier.entries(),
            "records": counts.records,
        });
        let blobs = self.blobs.stats().count;
        if blobs > 0 {
            checked["blobs"] = json!(blobs);
        }
        Ok(json!({
            "ok": problems.is_empty(),
            "problems": problems,
            "checked": checked,
            "rebuilt": rebuild,
            "engine": self.journals.stats().engine,
        }))
    }

    /// `backup`: everything a structure needs to come back after a fire, its root key included.
    pub(super) fn backup(&self, input: Value, progress: Progress<'_>) -> Outcome {
        let FileInput { path } = read(input)?;
        let path = Path::new(&path);
        let partial = partial_beside(path)?;
        let written = self.write_backup(&partial, progress).and_then(|()| {
            std::fs::rename(&partial, path).map_err(|error| of_file(path, &error))?;
            let _ = sync_parent(path);
            Ok(())
        });
        written.inspect_err(|_| {
            let _ = std::fs::remove_file(&partial);
        })?;
        let bytes = std::fs::metadata(path).map_or(0, |facts| facts.len());
        let root = self.held_own_root()?.is_some();
        Ok(json!({ "path": path.display().to_string(), "bytes": bytes, "root_key": root }))
    }

    fn write_backup(&self, partial: &Path, progress: Progress<'_>) -> Result<(), ApiError> {
        let failed = |error: std::io::Error| of_file(partial, &error);
        let zipped = |error: zip::result::ZipError| of_file(partial, &error.into());
        // Made empty and private first: it will hold the root key.
        crate::home::atomic::write(partial, b"", Access::Owner).map_err(failed)?;
        let file = File::options().write(true).open(partial).map_err(failed)?;
        let mut archive = zip::ZipWriter::new(BufWriter::new(file));
        // Runs are compressed as they are.
        let stored = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored)
            .large_file(true);
        let mut small = |name: &str, bytes: &[u8]| -> Result<(), ApiError> {
            archive.start_file(name, stored).map_err(zipped)?;
            archive.write_all(bytes).map_err(failed)
        };
        let membership = self
            .home
            .membership()?
            .ok_or_else(|| not_a_backup(partial, "network"))?;
        small(
            "network.json",
            &serde_json::to_vec(&membership).expect("it is plain data"),
        )?;
        let version = self
            .charter()
            .version(&membership.charter)
            .map(Version::encode);
        small("charter", &version.unwrap_or_default())?;
        let config = serde_json::to_vec(&self.home.config()?).expect("it is plain data");
        small("config.json", &config)?;
        if let Some(root) = self.held_own_root()? {
            // Under its passphrase, if it has one.
            small("root.key", &root.encode())?;
        }
        for name in self.home.mapping_names()? {
            if let Some(mapping) = self.home.mapping::<Value>(&name)? {
                small(&mapping_part(&name), mapping.to_string().as_bytes())?;
            }
        }
        for (generation, secret) in self.sealing_secrets() {
            small(&sealing_part(generation), secret.as_bytes())?;
        }
        archive
            .start_file("journals.bundle", stored)
            .map_err(zipped)?;
        self.write_bundle_to(&mut archive, None, &[], progress)?;
        self.back_up_blobs(&mut archive, partial)?;
        let file = archive.finish().map_err(zipped)?;
        let file = file
            .into_inner()
            .map_err(|error| of_file(partial, error.error()))?;
        file.sync_all().map_err(failed)
    }
}

impl Node {
    /// `restore`: a home from a backup. It gets a new node key: the old one may have said more
    /// than the backup knows, and saying something else under its numbers would fork its journal.
    pub(super) fn restore(&self, input: Value, progress: Progress<'_>) -> Outcome {
        let RestoreInput { path, passphrase } = read(input)?;
        let passphrase = passphrase.map(Zeroizing::new);
        self.require_no_network()?;
        let path = Path::new(&path);
        let file = File::open(path).map_err(|error| of_file(path, &error))?;
        let mut archive =
            zip::ZipArchive::new(file).map_err(|error| not_a_backup(path, &error.to_string()))?;
        let membership: Membership =
            serde_json::from_slice(&small(&mut archive, path, "network.json")?)
                .map_err(|error| not_a_backup(path, &error.to_string()))?;
        let charter = small(&mut archive, path, "charter")?;
        let version = Version::decode(&charter)
            .ok()
            .filter(|version| version.id() == membership.charter)
            .ok_or_else(|| not_a_backup(path, "charter"))?;
        let root = small(&mut archive, path, "root.key").map_err(|_| {
            let text = "this backup holds no root key: it was made on a further node of the \
                        structure. Join again with a ticket for a node instead";
            ApiError::new("backup_without_root", ExitKind::Refused, text)
        })?;
        let held = HeldRoot::decode(&Zeroizing::new(root), path)?;
        let root = match (&held, passphrase) {
            (HeldRoot::Open(seed), _) => seed.clone(),
            (HeldRoot::Locked(_), Some(typed)) => held.unlock(&Passphrase::new(&typed), path)?,
            (HeldRoot::Locked(_), None) => {
                let path = path.to_owned();
                return Err(HomeError::KeyLocked { path }.into());
            }
        };

        let home = self.home().home();
        let config = small(&mut archive, path, "config.json")?;
        let config = crate::home::config::Config::parse(path, &config)?;
        home.set_config(&config)?;
        let node = SecretSeed::generate()?;
        for name in [KeyName::Root, KeyName::Node] {
            if home.key_file(name).exists() {
                home.retire_key(name)?;
            }
        }
        home.root_file().rewrite(&held)?;
        home.store_key(KeyName::Node, &node)?;
        restore_sealing(home, &mut archive, path)?;
        restore_mappings(home, &mut archive, path)?;
        let journals = self.fresh_store()?;
        // The root may have said more since.
        note_uncertain(&journals)?;
        journals.put_meta(PINNED, Some(&charter))?;
        let (network, structure) = (membership.network, membership.structure);
        let certificate =
            Certificate::issue(network, structure, &root.signing_key(), node.node_id());
        let statements = vec![(Kind::CERTIFICATE, certificate.encode())];
        open_journal(
            &journals,
            network,
            &node.signing_key(),
            version.id(),
            statements,
        )?;
        let member = self.enter(&membership, journals)?;
        let mut taken = Taken::default();
        let mut bundle = archive
            .by_name("journals.bundle")
            .map_err(|error| not_a_backup(path, &error.to_string()))?;
        let outcome = member.take_bundle(&mut bundle, path, &mut taken, progress);
        member.follow(progress)?;
        drop(bundle);
        let restored = member.restore_blobs(&mut archive, path);
        // Nothing is served before what was erased by then is gone again, files too.
        member.carry_out_erasures()?;
        outcome.map_err(|error| error.with("entries_kept", taken.entries))?;
        restored?;
        if member.own_root_key() != Some(held.public()) {
            let text = "the root key of this backup is not the structure's any more";
            let key = home.key_file(KeyName::Root);
            let alarm =
                ApiError::new("root_key_other", ExitKind::Failed, text).with("path", key.display());
            member.alarm(alarm);
        }
        Ok(json!({
            "network": network.to_string(),
            "node": member.node().to_string(),
            "structure": member.structure_name(),
            "entries": taken.entries,
            "authors": taken.authors.len(),
        }))
    }
}

/// The name of a sealing key in a backup.
fn sealing_part(generation: Generation) -> String {
    format!("sealing-{}.key", generation.0)
}

/// The name of a mapping of imports in a backup.
fn mapping_part(name: &str) -> String {
    format!("mapping-{name}.json")
}

/// Takes the mappings of imports out of a backup. One that is none is left out: an import that asks
/// for it says so, and a registry comes back without.
fn restore_mappings(
    home: &Home,
    archive: &mut zip::ZipArchive<File>,
    path: &Path,
) -> Result<(), ApiError> {
    let name_of = |part: &str| {
        let name = part.strip_prefix("mapping-")?.strip_suffix(".json")?;
        is_mapping_name(name).then(|| name.to_owned())
    };
    let names: Vec<String> = archive
        .file_names()
        .filter_map(|part| name_of(&part.ok()?))
        .take(MAX_MAPPINGS)
        .collect();
    for name in names {
        let bytes = small(archive, path, &mapping_part(&name))?;
        match serde_json::from_slice::<Mapping>(&bytes) {
            Ok(mapping) => home.keep_mapping(&name, &mapping)?,
            Err(error) => tracing::warn!(%name, %error, "a mapping of the backup is none"),
        }
    }
    Ok(())
}

/// Takes the structure's sealing keys out of a backup; those made before sealing have none.
fn restore_sealing(
    home: &Home,
    archive: &mut zip::ZipArchive<File>,
    path: &Path,
) -> Result<(), ApiError> {
    let number = |name: &str| {
        let digits = name.strip_prefix("sealing-")?.strip_suffix(".key")?;
        digits.parse().ok().map(Generation)
    };
    let generations: Vec<Generation> = archive
        .file_names()
        .filter_map(|name| number(&name.ok()?))
        .collect();
    for generation in generations {
        let part = sealing_part(generation);
        let bytes: [u8; 32] = small(archive, path, &part)?
            .try_into()
            .map_err(|_| not_a_backup(path, &part))?;
        let (name, secret) = (
            SealingName::Structure(generation),
            SealingSecret::from_bytes(bytes),
        );
        let held = home.sealing_secret(name)?;
        if held.is_none_or(|held| held.public() != secret.public()) {
            home.store_sealing_secret(name, &secret)?;
        }
    }
    Ok(())
}

fn small(
    archive: &mut zip::ZipArchive<File>,
    path: &Path,
    name: &str,
) -> Result<Vec<u8>, ApiError> {
    let part = archive
        .by_name(name)
        .map_err(|error| not_a_backup(path, &error.to_string()))?;
    let mut bytes = Vec::new();
    part.take(MAX_SMALL_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|error| of_file(path, &error))?;
    Ok(bytes)
}

fn not_a_backup(path: &Path, reason: &str) -> ApiError {
    let text = format!("{} is not a backup: {reason}", path.display());
    ApiError::new("not_a_backup", ExitKind::Usage, text)
        .with("path", path.display())
        .with("reason", reason)
}
