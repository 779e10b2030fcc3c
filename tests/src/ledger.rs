//! Edits made through a node's door, and what became of each: what a node must honour whatever
//! happens to it.
//!
//! Every edit writes one number into three fields of a record: a record whose fields disagree holds
//! half an edit. One edit at a time is under way, so a record holds the last number that was
//! acknowledged or one that was tried since, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};

use data_encoding::BASE64;
use fastrand::Rng;
use serde_json::{Value, json};

use crate::door::{Door, Unanswered};
use crate::partner::Partner;

/// How much there is to edit, and how.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Records edited one at a time.
    pub edited: usize,
    /// Records that an import changes together.
    pub imported: usize,
    /// One edit of so many is an import.
    pub import_every: usize,
}

impl Default for Size {
    /// Few records, so that they are soon read, and many imports, so that faults meet them.
    fn default() -> Self {
        Self {
            edited: 8,
            imported: 40,
            import_every: 10,
        }
    }
}

/// What is known of one record.
#[derive(Clone, Debug)]
struct Row {
    id: String,
    /// The number that it holds for certain.
    acknowledged: u64,
    /// Numbers written since then without an acknowledgement: it may hold one of them instead.
    under_way: BTreeSet<u64>,
}

/// What one editing came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The node said that it is done.
    Acknowledged,
    /// The node said why not, by this code.
    Refused(String),
    /// The node said nothing any more.
    Gone,
}

/// What was being done when the node went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnderWay {
    /// Nothing.
    #[default]
    Nothing,
    /// One record was edited.
    Edit,
    /// Many were imported.
    Import,
}

/// The records that one partner edits, and what each must hold.
#[derive(Debug)]
pub struct Ledger {
    mark: String,
    size: Size,
    rows: Vec<Row>,
    number: u64,
    /// Edits that were acknowledged; an import counts once.
    pub acknowledged: u64,
    /// Records that these edits changed; one that was changed twice counts twice.
    pub changed: u64,
    /// Edits under way at an interruption that were found done after it.
    pub kept_unacknowledged: u64,
    under_way: UnderWay,
}

impl Ledger {
    /// Imports the records to be edited into the home of `partner`, whose node may run.
    ///
    /// # Panics
    /// If they cannot be imported.
    #[must_use]
    pub fn new(partner: &Partner, mark: &str, size: Size) -> Self {
        let all: Vec<usize> = (0..size.edited + size.imported).collect();
        let file = partner.home().join("ledger.csv");
        std::fs::write(&file, table(mark, &all, 1)).expect("the home can be written");
        let name = file.to_string_lossy();
        let answer = partner.ask(&["import", &name, "--collection", "opportunity"]);
        assert_eq!(answer["created"], json!(all.len()), "{answer}");
        let mut ledger = Self {
            mark: mark.to_owned(),
            size,
            rows: Vec::new(),
            number: 1,
            acknowledged: 0,
            changed: 0,
            kept_unacknowledged: 0,
            under_way: UnderWay::Nothing,
        };
        let found = ledger.read(partner);
        ledger.rows = all
            .iter()
            .map(|row| Row {
                id: found[row].0.clone(),
                acknowledged: 1,
                under_way: BTreeSet::new(),
            })
            .collect();
        ledger
    }

    /// Edits until `over` is said or the node no longer answers.
    ///
    /// # Panics
    /// If a healthy node refuses.
    pub fn edit_until(&mut self, over: &AtomicBool, door: &Door, rng: &mut Rng) {
        while !over.load(Ordering::SeqCst) {
            match self.edit(door, rng) {
                Told::Acknowledged => {}
                Told::Refused(code) => panic!("an edit was refused: {code}"),
                Told::Gone => return,
            }
        }
    }

    /// Edits one record, or imports many.
    pub fn edit(&mut self, door: &Door, rng: &mut Rng) -> Told {
        match door.connect() {
            Ok(stream) => self.edit_over(door, stream, rng),
            Err(_) => Told::Gone,
        }
    }

    /// The same, over a connection that stands already.
    ///
    /// # Panics
    /// If an import answers that rows are wrong.
    pub fn edit_over(&mut self, door: &Door, stream: TcpStream, rng: &mut Rng) -> Told {
        self.number += 1;
        let number = self.number;
        let (operation, rows, input) = if rng.usize(..self.size.import_every) == 0 {
            self.under_way = UnderWay::Import;
            let rows: Vec<usize> = (self.size.edited..self.rows.len()).collect();
            let content = BASE64.encode(table(&self.mark, &rows, number).as_bytes());
            let input = json!({
                "collection": "opportunity", "name": "ledger.csv", "content_base64": content,
            });
            ("import", rows, input)
        } else {
            self.under_way = UnderWay::Edit;
            let row = rng.usize(..self.size.edited);
            let input = json!({
                "collection": "opportunity", "id": self.rows[row].id,
                "fields": {
                    "title": title(number), "price_max_cents": number * 100, "surface_m2": number,
                },
            });
            ("record.set", vec![row], input)
        };
        for row in &rows {
            self.rows[*row].under_way.insert(number);
        }
        match door.call_over(stream, operation, &input) {
            Ok(answer) => {
                let errors = answer["error_count"].as_u64().unwrap_or(0);
                assert_eq!(errors, 0, "{answer}");
                self.changed += rows.len() as u64;
                for row in rows {
                    self.rows[row].acknowledged = number;
                    self.rows[row].under_way.clear();
                }
                self.acknowledged += 1;
                self.under_way = UnderWay::Nothing;
                Told::Acknowledged
            }
            Err(Unanswered::Refused(error)) => {
                Told::Refused(error["code"].as_str().unwrap_or_default().to_owned())
            }
            Err(Unanswered::Gone) => Told::Gone,
        }
    }

    /// Holds what the partner that wrote shows against the ledger; what was under way is then
    /// settled, one way or the other.
    ///
    /// # Panics
    /// If an acknowledged edit is gone, or half of one is there.
    pub fn settle(&mut self, partner: &Partner) -> UnderWay {
        let found = self.checked(partner);
        let mut kept = false;
        for (row, number) in self.rows.iter_mut().zip(found) {
            kept |= number != row.acknowledged;
            row.acknowledged = number;
            row.under_way.clear();
        }
        self.kept_unacknowledged += u64::from(kept);
        std::mem::take(&mut self.under_way)
    }

    /// Holds what any partner that agrees with the writer shows against the ledger.
    ///
    /// # Panics
    /// As [`Self::settle`].
    pub fn check(&self, partner: &Partner) {
        self.checked(partner);
    }

    fn checked(&self, partner: &Partner) -> Vec<u64> {
        let found = self.read(partner);
        let each = self.rows.iter().enumerate().map(|(index, row)| {
            let (_, number) = found
                .get(&index)
                .unwrap_or_else(|| panic!("{}-{index} is gone", self.mark));
            assert!(
                *number == row.acknowledged || row.under_way.contains(number),
                "{}-{index} holds {number}, not what it must: {row:?}",
                self.mark
            );
            *number
        });
        each.collect()
    }

    /// Identity and number of each record of this ledger.
    fn read(&self, partner: &Partner) -> BTreeMap<usize, (String, u64)> {
        let mut found = BTreeMap::new();
        for record in partner.lines(&["opportunity", "list", "--limit", "100000"]) {
            let reference = record["source_id"].as_str().unwrap_or_default();
            let Some((mark, row)) = reference.split_once('-') else {
                continue;
            };
            if mark == self.mark {
                let row = row.parse().expect("a ledger numbers its records");
                let id = record["id"].as_str().expect("every record has an identity");
                found.insert(row, (id.to_owned(), whole(&record)));
            }
        }
        found
    }
}

/// The number that all three fields of a record hold.
fn whole(record: &Value) -> u64 {
    let cents = record["price_max_cents"].as_u64().unwrap_or_default();
    let number = cents / 100;
    let surface = record["surface_m2"].as_f64().unwrap_or_default();
    assert!(
        record["title"] == json!(title(number)) && surface == number as f64,
        "half an edit: {record}"
    );
    number
}

fn title(number: u64) -> String {
    format!("Atelier {number}")
}

fn table(mark: &str, rows: &[usize], number: u64) -> String {
    let mut text =
        String::from("kind;status;title;insee_code;price_max;surface_m2;source;source_id\n");
    for row in rows {
        let title = title(number);
        writeln!(
            text,
            "premises;published;{title};63003;{number};{number};other;{mark}-{row}"
        )
        .expect("a text grows");
    }
    text
}
