//! Where an attack takes place, and what has to hold before and after it.

use sync_protocol::entry::{Entry, Place};
use sync_protocol::frontier::Tip;
use sync_protocol::id::{NodeId, RecordId};
use sync_protocol::run::verify;

use crate::station::{Said, Station, bakery, entries, follow, open};
use crate::{MOST_BYTES, NETWORK, ROUNDS, measured};

/// Two records of an honest node, one edited twice, and a member that means harm and knows all but
/// the second edit.
pub(crate) struct Scene {
    pub(crate) honest: Station,
    pub(crate) hostile: Station,
    pub(crate) record: RecordId,
    pub(crate) other: RecordId,
    /// Where they were created.
    pub(crate) places: [Place; 2],
}

impl Scene {
    pub(crate) fn new() -> Self {
        let (mut honest, mut hostile) = (Station::new(1), Station::new(3));
        let (record, one) = honest.create(1, bakery());
        let (other, two) = honest.create(2, bakery());
        honest.edit(record, 3);
        assert_eq!(hostile.pull(&honest).accepted, 3);
        honest.edit(record, 4);
        Self {
            honest,
            hostile,
            record,
            other,
            places: [one, two],
        }
    }

    /// An honest edit of the hostile node: what comes next is not its actor's first change.
    pub(crate) fn begin(&mut self) {
        let record = self.record;
        self.hostile.pull(&self.honest);
        self.hostile.edit(record, 5);
    }

    /// Says all of `attacks`, and checks that each is refused under `code` and nothing else happens.
    pub(crate) fn refuses(mut self, name: &str, code: &str, attacks: Vec<Said>) {
        let honest_runs = self.hostile.runs.len();
        let first = self.hostile.tip.seq + 1;
        for said in attacks {
            self.hostile.say(said);
        }
        let attacks = &self.hostile.runs[honest_runs..];
        let (mut bytes, mut times) = (0, Vec::new());
        let mut digests = Vec::new();
        for round in 0..ROUNDS {
            let mut reader = Station::new(10 + round);
            reader.pull(&self.honest);
            let known: Vec<Entry> = entries(&self.hostile.runs[..honest_runs])
                .cloned()
                .collect();
            follow(&mut reader.replica, &known);
            let before = reader.digest();
            let mut tip = attacks.first().map_or(Tip::EMPTY, |run| Tip {
                seq: run.first_seq() - 1,
                id: run.entries()[0].header.previous,
            });
            for attack in attacks {
                let wire = attack.wire();
                let (applied, taken) = measured(|| {
                    let run = verify(NETWORK, tip, wire).unwrap();
                    tip = run.last();
                    follow(&mut reader.replica, run.entries())
                });
                assert_eq!((applied.refused, applied.accepted), (1, 0), "{name}");
                bytes = bytes.max(taken.bytes);
                times.push(taken.time);
            }
            let expected: Vec<(u64, String)> = (first..=tip.seq)
                .map(|seq| (seq, code.to_owned()))
                .collect();
            let mut refused = reader.refused();
            refused.sort();
            assert_eq!(refused, expected, "{name}");
            assert_eq!(reader.digest(), before, "{name}");
            // The record is still usable, here and for others.
            reader.edit(self.record, 40 + i64::from(round));
            digests.push(before);
        }
        times.sort_unstable();
        let (median, most) = (times[times.len() / 2], times[times.len() - 1]);
        println!(
            "{name}: {code}, {median:.1?} (at most {most:.1?}), {} KiB",
            bytes / 1_024
        );
        assert!(bytes < MOST_BYTES, "{name} takes {bytes} bytes");
        self.goes_on(&digests);
    }

    /// The honest node reads it too and writes on; so does who got everything in another order; and
    /// what was refused is refused again by a node that was opened anew.
    pub(crate) fn goes_on(mut self, digests: &[String]) {
        self.honest.pull(&self.hostile);
        assert!(digests.iter().all(|it| *it == self.honest.digest()));
        self.honest.edit(self.record, 6);
        let all = [&self.hostile, &self.honest];
        let mut other = Station::new(30);
        for station in all {
            for entry in entries(&station.runs) {
                follow(&mut other.replica, std::slice::from_ref(entry));
            }
        }
        assert_eq!(other.digest(), self.honest.digest());
        assert_eq!(other.refused(), self.honest.refused());
        let Station {
            replica, folder, ..
        } = other;
        drop(replica);
        let reopened = open(&folder, NodeId([30; 32])).reader();
        assert_eq!(reopened.digest().unwrap().to_string(), self.honest.digest());
        // Who wrote it may go on honestly, too.
        self.hostile.pull(&self.honest);
        self.hostile.replica.rebuild().unwrap();
        self.hostile.pull(&self.honest);
        let own: Vec<Entry> = entries(&self.hostile.runs).cloned().collect();
        follow(&mut self.hostile.replica, &own);
        self.hostile.edit(self.record, 7);
    }
}
