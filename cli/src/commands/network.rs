//! Making and joining networks.

use anyhow::Result;
use capactif_node::store::EngineKind;
use clap::Arg;
use serde_json::Value;

use crate::session::Session;

pub(crate) mod found;
pub(crate) mod invite;
pub(crate) mod join;

/// The JSON that scripts rely on: {network, node, ticket}, and whatever the node says besides.
fn print_json(session: &mut Session<'_>, mut answer: Value) -> Result<()> {
    if let Some(answer) = answer.as_object_mut() {
        for name in ["network", "node", "ticket"] {
            answer.entry(name).or_insert(Value::Null);
        }
    }
    Ok(session.json(&answer)?)
}

/// Which engine keeps the journals of the home that is made.
fn store() -> Arg {
    Arg::new("store")
        .long("store")
        .value_parser(EngineKind::ALL.map(EngineKind::name))
}
