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
    /// Whether a blob is on its way here, from whomever.
    pub(super) fetching: bool,
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
        // An address that was called is the node that answered there, from then on.
        self.outcomes.retain(|known, _| match known {
            Target::Address(_) => standings.iter().any(|it| it.target == *known),
            Target::Node(_) => true,
        });
        for Standing {
            target,
            mut summary,
            hopeful,
            fetching,
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
            waiting |= hopeful && (!summary.in_sync || fetching);
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use sync_protocol::engine::Traffic;

    use super::*;

    const PEER: NodeId = NodeId([1; 32]);

    fn standing(target: Target, hopeful: bool, entries_sent: u64) -> Standing {
        let node = match &target {
            Target::Node(node) => Some(*node),
            Target::Address(_) => None,
        };
        let mut traffic = Traffic::default();
        traffic.entries_sent = entries_sent;
        let summary = PeerSummary {
            node,
            address: None,
            structure: None,
            traffic,
            udp_bytes: (0, 0),
            elapsed: Duration::ZERO,
            in_sync: node.is_some(),
            failure: None,
        };
        Standing {
            target,
            summary,
            hopeful,
            fetching: false,
        }
    }

    fn waiting() -> (Reconciliation, mpsc::Receiver<News>, Instant) {
        let mut before = Spent::default();
        before.traffic.entries_sent = 40;
        let before = [(PEER, before)].into();
        let (reply, news) = mpsc::channel();
        let (patience, now) = (Duration::from_secs(20), Instant::now());
        let waiting = Reconciliation::new(Some(PEER), patience, reply, before, now);
        (waiting, news, now)
    }

    fn somewhere() -> Target {
        Target::Address("hub.example:4433".parse().unwrap())
    }

    #[test]
    fn a_peer_of_which_only_an_address_is_known_is_waited_for() {
        let (mut waiting, news, now) = waiting();
        assert!(!waiting.review(vec![standing(somewhere(), true, 0)], now));
        // It answered.
        assert!(waiting.review(vec![standing(Target::Node(PEER), true, 140)], now));
        let Some(News::Done(summaries)) = news.try_iter().last() else {
            panic!("no outcome");
        };
        assert_eq!(summaries.len(), 1);
        assert_eq!(
            summaries[0].traffic.entries_sent, 100,
            "since the wait began"
        );
    }

    #[test]
    fn blobs_on_their_way_are_waited_for() {
        let (mut waiting, _news, now) = waiting();
        let on_its_way = Standing {
            fetching: true,
            ..standing(Target::Node(PEER), true, 0)
        };
        assert!(!waiting.review(vec![on_its_way], now));
        assert!(waiting.review(vec![standing(Target::Node(PEER), true, 0)], now));
    }

    #[test]
    fn an_address_that_became_a_node_is_not_told_of_as_well() {
        let (mut waiting, news, now) = waiting();
        waiting.only = None;
        assert!(!waiting.review(vec![standing(somewhere(), true, 0)], now));
        assert!(waiting.review(vec![standing(Target::Node(PEER), true, 140)], now));
        let Some(News::Done(summaries)) = news.try_iter().last() else {
            panic!("no outcome");
        };
        assert_eq!(summaries.len(), 1);
    }

    #[test]
    fn other_addresses_are_not_waited_for() {
        let (mut waiting, _news, now) = waiting();
        assert!(waiting.review(vec![standing(somewhere(), false, 0)], now));
        let (mut waiting, _news, now) = self::waiting();
        let both = vec![
            standing(somewhere(), true, 0),
            standing(Target::Node(PEER), true, 0),
        ];
        assert!(waiting.review(both, now));
    }
}
