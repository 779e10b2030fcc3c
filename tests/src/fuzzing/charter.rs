//! The charter, as a network's members and whoever else make it: what they propose, approve, certify,
//! suspend and ratify, in any order.
//!
//! The bytes are acts of four bytes: who (the low three bits; of six voting nodes, two of them of no
//! member), what, and two that choose of what. An act of raw bytes is followed by as many as its
//! last byte says. What was said is then shown to another charter backwards, and to a third all at
//! once: they are equal, and so are their verdicts.

use sync_protocol::charter::{
    Act, Action, Approval, Certified, Charter, Claim, FixedHead, Holder, Mandate, Ratify, Right,
    Subject, Successor, Terms, Version,
};
use sync_protocol::entry::{Entry, Header, Kind, Place, body_hash};
use sync_protocol::frontier::Tip;
use sync_protocol::id::{EntryId, NodeId, VersionId};
use sync_protocol::time::Timestamp;

use super::runs::NETWORK;
use super::seeds::{certificate, key, member, node, version};

/// Acts of one input: more only take longer.
const MOST_ACTS: usize = 40;
/// Versions proposed in one input: each is weighed against all of its height.
const MOST_VERSIONS: usize = 12;

/// The root keys of those who act, each with the node after it: two founders, four that are not.
const ROOTS: [u8; 6] = [1, 3, 5, 7, 9, 11];

fn founding() -> Version {
    Version {
        terms: Some(Terms::new(node(2))),
        ..version()
    }
}

/// A made-up entry of a journal, the same whenever it is asked for.
fn entry_id(node: &NodeId, seq: u64) -> EntryId {
    let mut id = node.0;
    id[..8].copy_from_slice(&seq.to_be_bytes());
    EntryId(id)
}

struct Said {
    charter: Charter,
    entries: Vec<Entry>,
    versions: Vec<Version>,
    ends: [u64; 6],
}

impl Said {
    fn say(&mut self, who: usize, kind: Kind, body: Vec<u8>) {
        self.ends[who] += 1;
        let author = node(ROOTS[who] + 1);
        let header = Header {
            network: NETWORK,
            author,
            seq: self.ends[who],
            previous: EntryId::ZERO,
            charter: VersionId::ZERO,
            kind,
            subject: None,
            time: Timestamp(0),
            body_bytes: u32::try_from(body.len()).expect("bodies are small"),
            body_hash: body_hash(&body),
        };
        let entry = Entry {
            id: header.id(),
            header,
            body: Some(body),
        };
        self.charter.observe(&entry);
        self.entries.push(entry);
    }

    /// A version above one that was proposed, or above the one in force.
    fn draft(&self, who: usize, what: u8, which: u8) -> Version {
        let (root, other) = (ROOTS[usize::from(which) % 6], node(ROOTS[who] + 1));
        let below = self.versions.get(usize::from(which >> 4));
        let mut draft = match below.filter(|_| what & 0x40 != 0) {
            Some(below) => below.amended(other, Timestamp(u64::from(which))),
            None => self.charter.draft(other, Timestamp(u64::from(which))),
        };
        let number = draft.number;
        let structure = member(root).structure;
        let is_member = draft.member(&structure).is_some();
        let first = draft.members[0].structure;
        let terms = draft.terms.get_or_insert_with(|| Terms::new(other));
        match what & 7 {
            0 if !is_member => {
                terms.successors.retain(|it| it.left != structure);
                draft.members.push(member(root));
            }
            1 if is_member && first != structure => {
                draft.members.retain(|it| it.structure != structure);
                for earlier in &mut terms.successors {
                    if earlier.successor == structure {
                        earlier.successor = first;
                    }
                }
                terms.successors.push(Successor {
                    left: structure,
                    successor: first,
                });
                terms.successors.sort();
            }
            2 => {
                terms.heads = vec![FixedHead {
                    version: number,
                    node: node(root + 1),
                    tip: self.tip(&node(root + 1), u64::from(which)),
                    structure,
                }];
            }
            3 => terms.mandates = vec![Mandate::new("project", Right::Create, Holder::Everyone)],
            4 => terms.round = u16::from(which & 1),
            5 if is_member => terms.dormant = vec![structure],
            6 => terms.lifted = vec![Subject::Structure(structure)],
            _ => draft.name.push('x'),
        }
        draft
    }

    fn tip(&self, author: &NodeId, seq: u64) -> Tip {
        let seq = seq.max(1);
        Tip {
            seq,
            id: entry_id(author, seq),
        }
    }

    fn known(&self, which: u8) -> VersionId {
        let known = self.versions.get(usize::from(which) % 16);
        known.map_or_else(|| self.charter.current().0, Version::id)
    }

    fn act(&mut self, who: usize, what: u8, which: u8, further: u8) {
        let tip = |author: &NodeId| self.tip(author, u64::from(further));
        match what % 8 {
            0 | 1 if self.versions.len() < MOST_VERSIONS => {
                let draft = self.draft(who, which, further);
                // Whoever reads it sees what no version may be.
                if Version::decode(&draft.encode()).is_ok() {
                    self.versions.push(draft.clone());
                }
                self.say(who, Kind::PROPOSE, draft.encode());
            }
            2 | 3 => {
                let version = self.known(which);
                let approval = self.charter.approval_of(&version, tip);
                let approval = approval.unwrap_or(Approval {
                    version,
                    tips: Vec::new(),
                });
                self.say(who, Kind::APPROVE, approval.encode());
            }
            4 => {
                let due = self.charter.certificate_due(&node(ROOTS[who] + 1));
                let list = due.unwrap_or_else(|| {
                    let approvals = self
                        .entries
                        .iter()
                        .filter(|it| it.header.kind == Kind::APPROVE);
                    let mut approvals: Vec<EntryId> = approvals.map(|it| it.id).collect();
                    approvals.sort_unstable();
                    approvals.truncate(usize::from(further) % 8);
                    Certified {
                        version: self.known(which),
                        approvals,
                    }
                });
                self.say(who, Kind::CERTIFY, list.encode());
            }
            5 => {
                let root = ROOTS[usize::from(which) % 6];
                let subject = if which & 0x80 == 0 {
                    Subject::Structure(member(root).structure)
                } else {
                    Subject::Node(node(root + 1))
                };
                let suspend = self.charter.suspend(subject, tip);
                self.say(who, Kind::SUSPEND, suspend.encode());
            }
            6 => {
                let record = Place {
                    author: node(2),
                    seq: 1 + u64::from(which & 3),
                };
                let content = [further & 3; 32];
                let version = self.known(which >> 2);
                let ratify = Ratify::sign(NETWORK, record, content, version, &key(further | 0x80));
                self.say(who, Kind::RATIFY, ratify.encode());
            }
            _ => self.say(who, Kind::APPROVE, vec![which; usize::from(further)]),
        }
    }
}

/// What the charter says of entries here and there.
fn verdicts(charter: &Charter, versions: &[Version]) -> Vec<String> {
    let journals = |place: &Place| (place.seq < 200).then(|| entry_id(&place.author, place.seq));
    let mut said = Vec::new();
    let cited = versions.iter().map(Version::id);
    for cited in cited.chain([founding().id(), VersionId([9; 32])]) {
        for (root, seq) in ROOTS.into_iter().flat_map(|root| [(root, 1), (root, 100)]) {
            let action = Action {
                collection: "project",
                act: Act::Create,
                territory: &[],
                theme: None,
            };
            let place = Place {
                author: node(root + 1),
                seq,
            };
            let claim = Claim {
                place,
                cited,
                action,
            };
            said.push(format!("{:?}", charter.verdict(&claim, &journals)));
        }
    }
    said
}

pub(super) fn charter(bytes: &[u8]) -> bool {
    let mut said = Said {
        charter: Charter::pinned(NETWORK, founding()),
        entries: Vec::new(),
        versions: Vec::new(),
        ends: [0; 6],
    };
    for (who, root) in ROOTS.into_iter().enumerate() {
        said.say(who, Kind::CERTIFICATE, certificate(root).encode());
    }
    let mut rest = bytes;
    for _ in 0..MOST_ACTS {
        let Some(([who, what, which, further], behind)) = rest.split_first_chunk() else {
            break;
        };
        rest = behind;
        let who = usize::from(who & 7) % 6;
        if what % 16 == 15 {
            let (body, behind) = rest.split_at(usize::from(*further).min(rest.len()));
            rest = behind;
            said.say(who, Kind(4 + which % 6), body.to_vec());
        } else {
            said.act(who, *what, *which, *further);
        }
    }
    let mut backwards = Charter::pinned(NETWORK, founding());
    for entry in said.entries.iter().rev() {
        backwards.observe(entry);
    }
    let mut together = Charter::pinned(NETWORK, founding());
    together.observe_all(&said.entries);
    assert!(
        !together.observe_all(&said.entries),
        "seen again is no news"
    );
    for other in [&backwards, &together] {
        assert!(said.charter == *other, "the order makes a difference");
    }
    let judged = verdicts(&said.charter, &said.versions);
    assert_eq!(judged, verdicts(&together, &said.versions));
    // What can be asked of it, whatever it is.
    let charter = &said.charter;
    for proposal in charter.proposals() {
        let _ = charter.may_approve(&node(2), &proposal.id);
    }
    let _ = (
        charter.open_round(),
        charter.double_votes(),
        charter.suspensions(),
    );
    charter.effective().count() > 1
}

/// Two founders do one thing after another: admit, suspend, name a head, remove, certify, ratify.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let acts: [&[[u8; 4]]; 5] = [
        &[[0, 0, 0, 2], [0, 2, 0, 1], [1, 2, 0, 1]],
        &[
            [0, 0, 0, 2],
            [0, 2, 0, 1],
            [1, 2, 0, 1],
            [0, 5, 2, 9],
            [1, 5, 2, 4],
            [0, 0, 6, 2],
            [0, 2, 1, 1],
            [1, 2, 1, 1],
            [2, 2, 1, 1],
        ],
        &[[1, 0, 2, 1], [0, 2, 0, 7], [1, 2, 0, 8], [0, 6, 4, 1]],
        &[
            [0, 0, 0, 2],
            [0, 2, 0, 1],
            [1, 2, 0, 1],
            [0, 0, 1, 1],
            [0, 2, 1, 50],
            [2, 2, 1, 60],
            [0, 4, 1, 0],
            [1, 4, 1, 2],
        ],
        &[
            [0, 0, 0, 2],
            [1, 0, 0, 3],
            [0, 2, 0, 0],
            [1, 2, 1, 0],
            [0, 0, 4, 1],
            [0, 2, 2, 0],
            [1, 2, 2, 0],
        ],
    ];
    acts.iter().map(|acts| acts.concat()).collect()
}
