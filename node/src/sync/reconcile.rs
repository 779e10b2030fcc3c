//! Waits until peers and this node hold the same.

use std::collections::BTreeMap;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use sync_protocol::id::NodeId;

use crate::network::Target;

use super::report::{PeerSummary, Spent};

/// What a waiting caller hears.
#[derive(Debug)]
pub(super) enum News {
    /// Entries received from and sent to all peers since the beginning.
    Progress { received: u64, sent: u64 },
    /// The outcome.
    Done(Vec<PeerSummary>),
}

/// A caller that waits.
#[derive(Debug)]
pub(super) struct Reconciliation {
    only: Option<NodeId>,
    patience: Duration,
    reply: Sender<News>,
    /// What sessions had cost when the wait began.
    before: BTreeMap<NodeId, Spent>,
    /// Peers to hear of, and what was heard.
    outcomes: BTreeMap<Target, Option<PeerSummary>>,
    last_total: u64,
    last_news: Instant,
}

/// What the driver knows of one peer at the moment.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) target: Target,
    pub(super) summary: PeerSummary,
    /// Connected, or still being tried.
    pub(super) hopeful: bool,
}

impl Reconciliation {
    pub(super) fn new(
        only: Option<NodeId>,
        patience: Duration,
        reply: Sender<News>,
        before: BTreeMap<NodeId, Spent>,
        now: Instant,
    ) -> Self {
        let outcomes = BTreeMap::new();
        Self {
            only,
            patience,
            reply,
            before,
            outcomes,
            last_total: 0,
            last_news: now,
        }
    }

    /// Looks at every peer's standing; returns whether the caller was answered.
    pub(super) fn review(&mut self, standings: Vec<Standing>, now: Instant) -> bool {
        let mut total = 0;
        let (mut received, mut sent) = (0, 0);
        let (mut waiting, mut unknown) = (false, false);
        let none = standings.is_empty();
        for Standing {
            target,
            mut summary,
            hopeful,
        } in standings
        {
            if self.only.is_some() && summary.node != self.only {
                // Who answers at an address may be the one that is waited for.
                unknown |= hopeful && summary.node.is_none();
                continue;
            }
            if let Some(before) = summary.node.and_then(|node| self.before.get(&node)) {
                let (traffic, udp_bytes) = (summary.traffic, summary.udp_bytes);
                let spent = Spent { traffic, udp_bytes }.minus(*before);
                (summary.traffic, summary.udp_bytes) = (spent.traffic, spent.udp_bytes);
            }
            total += summary.traffic.bytes_received + summary.traffic.bytes_sent;
            received += summary.traffic.entries_received;
            sent += summary.traffic.entries_sent;
            waiting |= hopeful && !summary.in_sync;
            self.outcomes.insert(target, Some(summary));
        }
        if total != self.last_total {
            self.last_total = total;
            self.last_news = now;
            let _ = self.reply.send(News::Progress { received, sent });
        }
        let patient = now.duration_since(self.last_news) < self.patience;
        waiting |= unknown && self.outcomes.is_empty();
        if waiting && patient && !none {
            return false;
        }
        let summaries = std::mem::take(&mut self.outcomes)
            .into_values()
            .flatten()
            .collect();
        let _ = self.reply.send(News::Done(summaries));
        true
    }

    /// When to give up at the latest.
    pub(super) fn deadline(&self) -> Instant {
        self.last_news + self.patience
    }
}
