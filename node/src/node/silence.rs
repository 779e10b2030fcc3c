//! Why no partner answers: what `status` says while nobody can be reached.
//!
//! A running node knows its failures itself. A `sync` that ended in vain leaves what it found in
//! the store, so that `status` can say it afterwards; one that reached somebody takes it back.

use crate::api::{ApiError, Detail};
use crate::sync::{PeerSummary, SyncState};

use super::errors::detail_of_failure;
use super::member::Member;

/// Name of the store's value that holds why the last reconciliation reached nobody.
const UNREACHED: &str = "peers/unreached";

impl Member {
    /// Remembers why nobody was reached, or that somebody was.
    pub(super) fn note_silence(&self, summaries: &[PeerSummary]) {
        let reached = summaries.iter().any(|it| it.structure.is_some());
        let failures: Vec<Detail> = summaries
            .iter()
            .filter_map(|it| it.failure.as_ref())
            .map(detail_of_failure)
            .collect();
        let noted = self.journals.get_meta(UNREACHED).and_then(|held| {
            if reached || failures.is_empty() {
                // Nothing to take back is nothing to write.
                return held.map_or(Ok(()), |_| self.journals.put_meta(UNREACHED, None));
            }
            let bytes = serde_json::to_vec(&failures).expect("details are JSON");
            self.journals.put_meta(UNREACHED, Some(&bytes))
        });
        if let Err(error) = noted {
            tracing::warn!(%error, "why nobody was reached could not be noted");
        }
    }

    /// Why nobody answers, unless somebody does.
    pub(super) fn silence(
        &self,
        state: &SyncState,
        running: bool,
    ) -> Result<Option<Detail>, ApiError> {
        if state.peers.iter().any(|peer| peer.connected) {
            return Ok(None);
        }
        let failures: Vec<Detail> = if running {
            let failed = state.peers.iter().filter_map(|it| it.failure.as_ref());
            failed.map(detail_of_failure).collect()
        } else {
            let noted = self.journals.get_meta(UNREACHED)?;
            noted
                .and_then(|bytes| serde_json::from_slice(&bytes).ok())
                .unwrap_or_default()
        };
        Ok(explained(failures))
    }
}

/// The failure that tells most: a silent host rather than one whose port is closed.
fn explained(failures: Vec<Detail>) -> Option<Detail> {
    let fact = |it: &Detail, name: &str| it.args.get(name).cloned().unwrap_or_default();
    let is_unanswered = |it: &&Detail| it.code == "no_udp_answer";
    let mut unanswered = failures.iter().filter(is_unanswered);
    let Some(silent) = unanswered.find(|it| fact(it, "cause") == "silent") else {
        let unanswered = failures.iter().find(is_unanswered);
        return unanswered.or_else(|| failures.first()).cloned();
    };
    let text = "UDP is blocked or the host is down: open the port, or carry a bundle";
    Some(Detail {
        code: "udp_blocked_or_down".to_owned(),
        args: [
            ("port".to_owned(), fact(silent, "port")),
            ("addresses".to_owned(), fact(silent, "addresses")),
        ]
        .into(),
        message: text.to_owned(),
        ..Detail::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unanswered(cause: &str) -> Detail {
        let facts = [
            ("cause", cause),
            ("port", "7630"),
            ("addresses", "192.0.2.1:7630"),
        ];
        Detail {
            code: "no_udp_answer".into(),
            args: facts.map(|(n, v)| (n.into(), v.into())).into(),
            ..Detail::default()
        }
    }

    #[test]
    fn a_silent_host_names_the_port_to_open() {
        let said = explained(vec![unanswered("closed"), unanswered("silent")]).unwrap();
        assert_eq!(said.code, "udp_blocked_or_down");
        assert_eq!(said.args["port"], "7630");
        assert_eq!(said.args["addresses"], "192.0.2.1:7630");
    }

    #[test]
    fn what_is_not_silence_is_told_as_it_is() {
        let unknown = Detail {
            code: "unknown_host_name".into(),
            ..Detail::default()
        };
        let closed = unanswered("closed");
        assert_eq!(
            explained(vec![unknown.clone(), closed.clone()]),
            Some(closed)
        );
        assert_eq!(explained(vec![unknown.clone()]), Some(unknown));
        assert_eq!(explained(Vec::new()), None);
    }
}
