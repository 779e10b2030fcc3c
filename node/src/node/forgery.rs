//! What a modified node writes into its own journal: entries that no honest node would make, for
//! the demonstration and for whoever wants to see what others do with them.
//!
//! They are signed and chained as they have to be, so that every node stores them and passes them
//! on; what they say is another matter. Nothing here gives its caller what the key of the home
//! does not.

use std::path::Path;
use std::sync::Arc;

use sync_protocol::body::{Ancestor, Change, Check, Create};
use sync_protocol::entry::{Entry, Kind};
use sync_protocol::id::{NetworkId, NodeId, Salt, VersionId};
use sync_protocol::run::{self, Statement};

use crate::api::{ApiError, ExitKind};
use crate::home::Home;
use crate::home::keys::KeyName;
use crate::store::{Journals, OpenOptions};

/// Operations that are none.
const GARBAGE: &[u8] = b"\x01\x01not an Automerge change at all";

/// Writes hostile entries into the journal of a home that nobody runs; returns how many.
///
/// `version` is the charter version they cite. The first lists what the last record of `model` is,
/// with that record's operations; the others are no changes at all, or of a record their author
/// follows without having made what they replace.
///
/// # Errors
/// A home without network or key, a store that cannot be opened, and `nothing_to_forge` where
/// `model` created no record.
pub fn forge(home: &Path, version: &str, model: &str) -> Result<u64, ApiError> {
    let (version, model) = (parsed::<VersionId>(version)?, parsed::<NodeId>(model)?);
    let home = Home::open(home)?;
    let (Some(membership), Some(key)) = (home.membership()?, home.key(KeyName::Node)?) else {
        return Err(nothing_to_forge());
    };
    let options = OpenOptions {
        kind: home.config()?.store,
        ..OpenOptions::default()
    };
    let journals = Journals::open_with(&home.store(), &options)?;
    let created = last_created(&journals, membership.network, &model)?;
    let body = created.body.as_deref().unwrap_or_default();
    let body = Create::decode(body).map_err(|_| nothing_to_forge())?;
    let tip = journals.tip(&key.node_id());
    let create = |offset: u8, operations: &[u8]| {
        let create = Create {
            salt: Salt([offset; 32]),
            first: Change {
                epoch: tip.seq + u64::from(offset),
                operations: operations.to_vec(),
                ..body.first.clone()
            },
            ..body.clone()
        };
        (Kind::CREATE, None, create.encode())
    };
    let change = |offset: u8, operations: &[u8]| {
        let followed = Ancestor::Other {
            author: model,
            seq: created.header.seq,
            check: Check::of(&created.id),
        };
        let change = Change {
            epoch: tip.seq + u64::from(offset),
            ancestors: vec![followed],
            operations: operations.to_vec(),
            ..body.first.clone()
        };
        (Kind::CHANGE, Some(created.place()), change.encode())
    };
    let said = [
        create(1, &body.first.operations),
        create(2, GARBAGE),
        change(3, &body.first.operations),
        change(4, GARBAGE),
    ];
    let count = said.len() as u64;
    let statements = said.into_iter().map(|(kind, subject, body)| Statement {
        charter: version,
        kind,
        subject,
        time: created.header.time,
        body,
    });
    let runs = run::sign(
        membership.network,
        &key.signing_key(),
        tip,
        statements.collect(),
    );
    journals.append(runs.into_iter().map(Arc::new).collect())?;
    journals.close();
    Ok(count)
}

/// The last entry of a journal that creates a record.
fn last_created(
    journals: &Journals,
    network: NetworkId,
    author: &NodeId,
) -> Result<Entry, ApiError> {
    let mut seq = journals.tip(author).seq;
    while let Some(run) = journals.run_containing(author, seq)? {
        let entries = run.entries(network).map_err(|_| nothing_to_forge())?;
        let creates = |entry: &&Entry| entry.header.kind == Kind::CREATE;
        if let Some(created) = entries.iter().rev().find(creates) {
            return Ok(created.clone());
        }
        seq = run.first_seq.saturating_sub(1);
    }
    Err(nothing_to_forge())
}

fn parsed<T: std::str::FromStr>(text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_| nothing_to_forge())
}

fn nothing_to_forge() -> ApiError {
    let text = "this home has no journal to forge entries in";
    ApiError::new("nothing_to_forge", ExitKind::Failed, text)
}
