//! A member forks its journal, and the charter decides which branch counts.

use super::*;
use crate::charter::{FixedHead, Terms};
use crate::entry::Place;

impl Peer {
    pub(super) fn id_at(&self, author: &NodeId, seq: u64) -> Option<EntryId> {
        let entries = self.runs.get(author)?.iter().flat_map(|run| run.entries());
        let at = Place {
            author: *author,
            seq,
        };
        entries
            .filter(|entry| entry.place() == at)
            .map(|entry| entry.id)
            .next()
    }

    pub(super) fn keep_proof(&mut self, after: Tip, run: &VerifiedRun) {
        let author = run.author();
        let stored: Vec<_> = self.runs[&author]
            .iter()
            .map(|run| Arc::clone(run.wire()))
            .collect();
        let ours = recompose(self.network(), after.seq, &stored).unwrap();
        let fork = Fork {
            author,
            after,
            branches: [Arc::clone(&ours[0]), Arc::clone(run.wire())],
        };
        assert_eq!(fork.verify(self.network()), Ok(()));
        self.proofs.push(fork);
    }

    pub(super) fn put_aside(&mut self, author: NodeId, after: Tip) -> Option<(Tip, Charter)> {
        let runs = self.runs.get_mut(&author)?;
        let kept = runs
            .iter()
            .take_while(|run| run.last().seq <= after.seq)
            .count();
        self.aside.extend(runs.split_off(kept));
        let tip = runs.last().map_or(Tip::EMPTY, |run| run.last());
        let mut charter = Charter::pinned(self.network(), self.founding.clone());
        let all = self.runs.values().flatten();
        charter.observe_all(all.flat_map(|run| run.entries()));
        Some((tip, charter))
    }
}

/// Appends `length` entries of a journal at one node, behind what that holds of it.
fn append(peer: &mut Peer, key: &SigningKey, word: u8, lengths: &[usize]) {
    for length in lengths {
        let statement = Statement {
            charter: VersionId::ZERO,
            kind: Kind::CHANGE,
            subject: None,
            time: Timestamp(0),
            body: vec![word],
        };
        let tip = peer.engine.frontier().tip(&id_of(key));
        for run in sign(peer.network(), key, tip, vec![statement; *length]) {
            peer.store(Arc::new(run));
        }
    }
}

/// Four founders of a network with terms, of whom all but the last are connected in a line after the
/// last forked: 0 and 1 have the one branch, 2 the other.
struct Forked {
    mesh: Mesh,
    author: NodeId,
}

impl Forked {
    fn new(common: &[usize], branches: [&[usize]; 2]) -> Self {
        let members = (1..=4).map(member).collect();
        let terms = Some(Terms::new(id_of(&keys(1).1)));
        let version = Version {
            members,
            terms,
            ..founding(4)
        };
        let peers: Vec<Peer> = (1..=4).map(|seed| Peer::new(seed, &version)).collect();
        let mut mesh = Mesh {
            peers,
            links: Vec::new(),
            withholding: Vec::new(),
            now: Timestamp(0),
        };
        let key = mesh.peers[3].key.clone();
        append(&mut mesh.peers[3], &key, 0, common);
        for node in 0..3 {
            mesh.connect(node, 3);
        }
        mesh.settle();
        for node in 0..3 {
            mesh.cut(node, 3);
        }
        let [one, other] = branches;
        append(&mut mesh.peers[0], &key, 1, one);
        append(&mut mesh.peers[1], &key, 1, one);
        append(&mut mesh.peers[2], &key, 2, other);
        mesh.connect(0, 1);
        mesh.connect(1, 2);
        mesh.settle();
        let author = id_of(&key);
        Self { mesh, author }
    }

    fn tip(&self, node: usize) -> Tip {
        self.mesh.peers[node].engine.frontier().tip(&self.author)
    }

    /// The version that names an entry of the journal, voted by the three others.
    fn decide(&mut self, head: Tip) {
        let peer = &mut self.mesh.peers[0];
        let proposer = id_of(&peer.key);
        let mut version = peer.engine.charter().draft(proposer, Timestamp(1));
        let structure = member(4).structure;
        version.terms.as_mut().unwrap().heads.push(FixedHead {
            version: version.number,
            node: self.author,
            tip: head,
            structure,
        });
        let id = version.id();
        peer.say(Kind::PROPOSE, version.encode());
        for node in 0..3 {
            self.mesh.peers[node].say(Kind::APPROVE, id.0.to_vec());
        }
        self.mesh.settle();
        for peer in &self.mesh.peers[..3] {
            assert_eq!(peer.engine.charter().current().0, id);
        }
    }

    fn assert_equal(&self, tip: Tip) {
        for node in 0..3 {
            assert_eq!(self.tip(node), tip, "node {node}");
            let engine = &self.mesh.peers[node].engine;
            let first = &self.mesh.peers[0].engine;
            assert_eq!(engine.frontier().digest(), first.frontier().digest());
            assert!(engine.sessions().all(|(_, it)| it.in_sync), "node {node}");
        }
    }
}

/// Branches of many lengths and cuts; the charter names an entry of one or of the other.
#[test]
fn nodes_of_a_forked_journal_take_up_the_branch_that_the_charter_names() {
    for common in [&[][..], &[1, 1, 1], &[40, 3, 300, 1]] {
        for branches in [
            [&[1][..], &[1][..]],
            [&[3], &[1]],
            [&[1, 1], &[1, 1, 1, 1, 1, 1]],
            [&[300, 2], &[20]],
            [&[5], &[700]],
        ] {
            for winner in [0, 2] {
                let mut it = Forked::new(common, branches);
                let (one, other) = (it.tip(0), it.tip(2));
                assert_ne!(one, other);
                assert_eq!(it.tip(1), one, "a fork is contained");
                for node in [1, 2] {
                    let proofs = &it.mesh.peers[node].proofs;
                    assert!(!proofs.is_empty(), "node {node} can prove it");
                    let length: usize = common.iter().sum();
                    assert_eq!(proofs[0].after.seq, 1 + length as u64);
                }
                let head = it.tip(winner);
                it.decide(head);
                it.assert_equal(head);
                // What lost is kept aside where it was.
                for node in 0..3 {
                    let lost = if winner == 0 { node == 2 } else { node < 2 };
                    let aside = &it.mesh.peers[node].aside;
                    assert_eq!(!aside.is_empty(), lost, "node {node}");
                }
                // Life goes on.
                it.mesh.peers[0].say(Kind::CHANGE, vec![1]);
                it.mesh.settle();
                it.assert_equal(head);
            }
        }
    }
}

#[test]
fn a_journal_that_is_paused_is_read_up_to_the_head_that_a_vote_named() {
    let mut it = Forked::new(&[5], [&[], &[]]);
    let before = it.tip(1);
    for node in [1, 2] {
        let authors = [it.author].into();
        let peer = &mut it.mesh.peers[node];
        peer.engine.handle(it.mesh.now, Input::Pause { authors });
    }
    let key = keys(4).1;
    append(&mut it.mesh.peers[0], &key, 1, &[3]);
    let head = it.tip(0);
    append(&mut it.mesh.peers[0], &key, 1, &[600]);
    it.mesh.settle();
    assert_eq!([it.tip(1), it.tip(2)], [before, before]);
    it.decide(head);
    for node in [1, 2] {
        // Runs are read whole.
        let tip = it.tip(node).seq;
        assert!(tip >= head.seq && tip < it.tip(0).seq, "{tip}");
    }
    for node in [1, 2] {
        let authors = BTreeSet::new();
        let peer = &mut it.mesh.peers[node];
        peer.engine.handle(it.mesh.now, Input::Pause { authors });
    }
    it.mesh.settle();
    it.assert_equal(it.tip(0));
}

#[test]
fn a_head_below_the_tips_decides_as_well() {
    let mut it = Forked::new(&[2], [&[1, 1, 4], &[1, 1]]);
    let head = Tip {
        seq: 4,
        id: it.mesh.peers[2].id_at(&it.author, 4).unwrap(),
    };
    let winner = it.tip(2);
    it.decide(head);
    it.assert_equal(winner);
}

#[test]
fn a_head_that_nobody_holds_moves_nothing() {
    let mut it = Forked::new(&[2], [&[1, 1], &[3]]);
    let tips = [it.tip(0), it.tip(2)];
    it.decide(Tip {
        seq: 5,
        id: EntryId([9; 32]),
    });
    assert_eq!([it.tip(0), it.tip(2)], tips);
    assert!(it.mesh.peers.iter().all(|peer| peer.aside.is_empty()));
}

#[test]
fn who_comes_later_takes_the_branch_that_counts_alone() {
    let mut it = Forked::new(&[2], [&[1, 1], &[3]]);
    // Node 2 was away while the others decided.
    it.mesh.cut(1, 2);
    let head = it.tip(0);
    let version = {
        let peer = &mut it.mesh.peers[0];
        let mut version = peer.engine.charter().draft(id_of(&peer.key), Timestamp(1));
        version.terms.as_mut().unwrap().heads.push(FixedHead {
            version: version.number,
            node: it.author,
            tip: head,
            structure: member(4).structure,
        });
        peer.say(Kind::PROPOSE, version.encode());
        version
    };
    for node in 0..2 {
        it.mesh.peers[node].say(Kind::APPROVE, version.id().0.to_vec());
    }
    // The forking member's own vote, by its branch at node 0.
    it.mesh.settle();
    let key = it.mesh.peers[3].key.clone();
    let statement = Statement {
        charter: VersionId::ZERO,
        kind: Kind::APPROVE,
        subject: None,
        time: Timestamp(0),
        body: version.id().0.to_vec(),
    };
    let peer = &mut it.mesh.peers[0];
    for run in sign(peer.network(), &key, head, vec![statement]) {
        peer.store(Arc::new(run));
    }
    it.mesh.settle();
    assert_eq!(it.mesh.peers[1].engine.charter().current().0, version.id());
    it.mesh.connect(1, 2);
    it.mesh.settle();
    let tip = it.tip(0);
    it.assert_equal(tip);
}
