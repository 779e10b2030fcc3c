//! Entries of honest and hostile nodes in all orders.

use capactif_node::store::Journals;
use capactif_tests::forged;
use sync_protocol::body::Ancestor;
use sync_protocol::entry::{Entry, Kind};
use sync_protocol::id::{NodeId, RecordId};

use crate::station::{Said, Station, bakery, entries, follow, open};
use crate::{NETWORK, alone};

/// What no honest node says: bytes altered anywhere, numbers that lie, somebody else's words.
fn lie(random: &mut fastrand::Rng, hostile: &mut Station, record: RecordId) -> Said {
    let mut said = hostile.forge(record, |it| match random.u8(..8) {
        0 => it.number += random.u64(..3),
        1 => it.first = it.first.saturating_add_signed(random.i64(-2..3)),
        2 => it.body.epoch = random.u64(..9),
        3 => it.body.ancestors.truncate(random.usize(..2)),
        4 => it.column(
            forged::PREDECESSOR_COUNTER,
            &forged::one_signed(random.i64(..90)),
        ),
        5 => it.body.ancestors.push(Ancestor::Own {
            seq: random.u64(1..30),
        }),
        6 => it.columns.retain(|_, _| random.u8(..4) > 0),
        _ => {}
    });
    if random.u8(..3) == 0 && !said.2.is_empty() {
        let bit = random.usize(..said.2.len() * 8);
        said.2[bit / 8] ^= 1 << (bit % 8);
    }
    if random.u8(..12) == 0 {
        said.0 = Kind::CREATE;
    }
    said
}

/// Random entries, hostile ones among them: many orders, one outcome, in replicas and in stores
/// that are opened again.
#[test]
fn any_entries_in_any_order_come_to_the_same() {
    let _alone = alone();
    let seed = std::env::var("SEED").map_or_else(|_| fastrand::u64(..), |it| it.parse().unwrap());
    println!("SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut accepted, mut refused) = (0, 0);
    for round in 0..6 {
        let mut stations: Vec<Station> = [1, 2, 3].map(Station::new).into();
        let (record, _) = stations[0].create(1, bakery());
        for step in 0..24 {
            let (who, from) = (random.usize(..3), random.usize(..3));
            if who != from {
                let other = stations.remove(from);
                let who = who - usize::from(who > from);
                stations[who].pull(&other);
                stations.insert(from, other);
            }
            let known = stations[who]
                .replica
                .reader()
                .get(&record)
                .unwrap()
                .is_some();
            if !known {
                continue;
            }
            let said = if who == 2 && random.bool() {
                lie(&mut random, &mut stations[who], record)
            } else {
                stations[who].draft(record, 10 + step)
            };
            let said = stations[who].say(said);
            follow(&mut stations[who].replica, &said);
        }
        let journals: Vec<Vec<&Entry>> = stations
            .iter()
            .map(|it| entries(&it.runs).collect())
            .collect();
        let mut outcomes = Vec::new();
        for reader in 0..5 {
            let mut reader = Station::new(40 + reader);
            let mut left: Vec<&[&Entry]> = journals.iter().map(Vec::as_slice).collect();
            while left.iter().any(|it| !it.is_empty()) {
                let one = random.usize(..left.len());
                let most = [1, 1, 3, 30][random.usize(..4)].min(left[one].len());
                let (now, later) = left[one].split_at(most);
                left[one] = later;
                let now: Vec<Entry> = now.iter().map(|it| (*it).clone()).collect();
                accepted += follow(&mut reader.replica, &now).accepted;
            }
            let Station {
                replica, folder, ..
            } = reader;
            drop(replica);
            let replica = open(&folder, NodeId([0xEE; 32]));
            let view = replica.reader();
            let mut rows: Vec<(NodeId, u64, String)> = view
                .refused(1_000)
                .unwrap()
                .into_iter()
                .map(|it| (it.node, it.seq, it.code))
                .collect();
            refused += rows.len();
            let waiting = view.pending(1_000).unwrap();
            rows.extend(waiting.into_iter().map(|it| (it.node, it.seq, it.reason)));
            rows.sort();
            outcomes.push((view.digest().unwrap().to_string(), rows));
        }
        assert!(
            outcomes.windows(2).all(|pair| pair[0] == pair[1]),
            "seed {seed}, round {round}: {outcomes:#?}"
        );
        // The store takes whatever is signed, and opens again with all of it.
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let store = Journals::open(&path).unwrap();
        for station in &stations {
            store.append(station.runs.clone()).unwrap();
        }
        let held = store.frontier();
        drop(store);
        let store = Journals::open(&path).unwrap();
        assert_eq!(store.frontier().digest(), held.digest());
        assert!(store.check(NETWORK, &mut |_, _| {}).unwrap().is_empty());
        for station in &stations {
            assert_eq!(store.tip(&station.id()), station.tip);
        }
    }
    println!("{accepted} changes accepted, {refused} entries refused, by five readers each");
    assert!(accepted > 100 && refused > 0);
}
