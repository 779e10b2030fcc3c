//! The tables of docs/performance.md: which figures stand in them.

use std::fmt::Write as _;

use super::figures::{Figures, Unit, grouped};
use Unit::{Bytes, Count, Ratio, Seconds};

/// Sizes that tables show; curves show all.
const SIZES: [u64; 3] = [1_000, 10_000, 100_000];

/// One line of a table.
#[derive(Clone, Copy, Debug)]
struct Line(&'static str, &'static str, &'static str, Unit, &'static str);

/// A table: its name between the markers, and its lines (what, row, figure, unit, goal).
#[derive(Debug)]
pub struct Table {
    /// What stands in the markers.
    pub name: &'static str,
    lines: &'static [Line],
}

/// A row of the table of goals.
#[derive(Debug)]
struct Goal {
    what: &'static str,
    goal: &'static str,
    row: &'static str,
    figure: &'static str,
    /// `p99` and the like, where the middle does not count.
    part: Option<&'static str>,
    unit: Unit,
    most: f64,
    /// The size that the goal speaks of; the largest measured where it speaks of none.
    records: Option<u64>,
}

macro_rules! goal {
    ($what:literal, $goal:literal, $row:literal, $figure:literal, $part:expr, $unit:expr, $most:expr, $records:expr) => {
        Goal {
            what: $what,
            goal: $goal,
            row: $row,
            figure: $figure,
            part: $part,
            unit: $unit,
            most: $most,
            records: $records,
        }
    };
}

const GOALS: &[Goal] = &[
    goal!(
        "cold join, durable, to the same bytes over one stream",
        "2",
        "cold_join",
        "ratios/durable_to_stream",
        None,
        Ratio,
        2.0,
        Some(10_000)
    ),
    goal!(
        "cold join, queryable, to that plus Automerge's load",
        "2",
        "cold_join",
        "ratios/queryable_to_stream_and_load",
        None,
        Ratio,
        2.0,
        Some(10_000)
    ),
    goal!(
        "bytes of a cold join, to all documents in one zstd stream",
        "1.5",
        "cold_join",
        "ratios/bytes_to_zstd_stream",
        None,
        Ratio,
        1.5,
        Some(10_000)
    ),
    goal!(
        "reconnection with nothing new, bytes sent",
        "300 B",
        "reconnection",
        "figures/bytes_sent",
        Some("max"),
        Bytes,
        300.0,
        None
    ),
    goal!(
        "the same, bytes received",
        "300 B",
        "reconnection",
        "figures/bytes_received",
        Some("max"),
        Bytes,
        300.0,
        None
    ),
    goal!(
        "the same, round trips",
        "2",
        "reconnection",
        "figures/round_trips",
        Some("max"),
        Count,
        2.0,
        None
    ),
    goal!(
        "100 edits apart, one side, an edit",
        "150 B",
        "edits_apart",
        "figures/protocol_bytes_an_edit",
        None,
        Bytes,
        150.0,
        None
    ),
    goal!(
        "100 edits apart, both sides, an edit",
        "150 B",
        "edits_apart_both_sides",
        "figures/protocol_bytes_an_edit",
        None,
        Bytes,
        150.0,
        None
    ),
    goal!(
        "one edit at a connected peer, p50, to synced writes and echoes",
        "2",
        "live_edit",
        "ratios/readable_there_to_synced_writes_and_echoes",
        None,
        Ratio,
        2.0,
        Some(10_000)
    ),
    goal!(
        "through a hub, p50, to synced writes and echoes",
        "3",
        "live_edit_through_hub",
        "ratios/readable_there_to_synced_writes_and_echoes",
        None,
        Ratio,
        3.0,
        Some(10_000)
    ),
    goal!(
        "start, serving",
        "1 s",
        "start",
        "figures/serving_s",
        None,
        Seconds,
        1.0,
        Some(100_000)
    ),
    goal!(
        "start, resident",
        "150 MB",
        "start",
        "figures/resident_bytes",
        None,
        Bytes,
        150e6,
        Some(100_000)
    ),
    goal!(
        "list, p99",
        "20 ms",
        "reads",
        "figures/list_s",
        Some("p99"),
        Seconds,
        0.02,
        Some(100_000)
    ),
    goal!(
        "list filtered and sorted, p99",
        "20 ms",
        "reads",
        "figures/list_filtered_sorted_s",
        Some("p99"),
        Seconds,
        0.02,
        Some(100_000)
    ),
    goal!(
        "list near a place, p99",
        "20 ms",
        "reads",
        "figures/list_near_s",
        Some("p99"),
        Seconds,
        0.02,
        Some(100_000)
    ),
    goal!(
        "search for common words, p99",
        "20 ms",
        "reads",
        "figures/search_common_words_s",
        Some("p99"),
        Seconds,
        0.02,
        Some(100_000)
    ),
    goal!(
        "query grouped over all records, p99",
        "20 ms",
        "reads",
        "figures/query_s",
        Some("p99"),
        Seconds,
        0.02,
        Some(100_000)
    ),
    goal!(
        "`opportunity list` with no node running, slowest of 20",
        "100 ms",
        "cold_command",
        "figures/list_s",
        Some("max"),
        Seconds,
        0.1,
        Some(100_000)
    ),
    goal!(
        "import of 10,000 rows",
        "5 s",
        "import",
        "figures/whole_process_s",
        None,
        Seconds,
        5.0,
        Some(10_000)
    ),
    goal!(
        "an edit verified at 200 partners, p99",
        "500 ms",
        "hub_fanout",
        "figures/verified_everywhere_s",
        Some("p99"),
        Seconds,
        0.5,
        None
    ),
    goal!(
        "the hub's resident memory",
        "300 MB",
        "hub_fanout",
        "figures/hub_resident_bytes",
        None,
        Bytes,
        300e6,
        None
    ),
    goal!(
        "rural line, 100 edits, whole call",
        "3 s",
        "rural_edits",
        "figures/whole_call_s",
        None,
        Seconds,
        3.0,
        None
    ),
];

/// Every table.
pub const TABLES: &[Table] = &[
    Table {
        name: "cold_join",
        lines: &[
            Line(
                "bytes received, protocol",
                "cold_join",
                "figures/bytes_received",
                Bytes,
                "",
            ),
            Line(
                "all documents saved in one zstd stream",
                "cold_join",
                "floors/documents_in_one_zstd_stream_bytes",
                Bytes,
                "",
            ),
            Line(
                "**ratio of bytes**",
                "cold_join",
                "ratios/bytes_to_zstd_stream",
                Ratio,
                "1.5",
            ),
            Line(
                "UDP bytes, both ways",
                "cold_join",
                "figures/udp_bytes_both_ways",
                Bytes,
                "",
            ),
            Line("durable", "cold_join", "figures/durable_s", Seconds, ""),
            Line(
                "same bytes over one QUIC stream, written and synced",
                "cold_join",
                "floors/stream_written_and_synced_s",
                Seconds,
                "",
            ),
            Line(
                "**ratio**",
                "cold_join",
                "ratios/durable_to_stream",
                Ratio,
                "2",
            ),
            Line("queryable", "cold_join", "figures/queryable_s", Seconds, ""),
            Line(
                "Automerge's own load of the same documents, all cores",
                "cold_join",
                "floors/automerge_load_all_cores_s",
                Seconds,
                "",
            ),
            Line(
                "**ratio to stream plus load**",
                "cold_join",
                "ratios/queryable_to_stream_and_load",
                Ratio,
                "2",
            ),
            Line(
                "CPU time of the newcomer",
                "cold_join",
                "figures/cpu_s",
                Seconds,
                "",
            ),
            Line(
                "CPU time of Automerge's load",
                "cold_join",
                "floors/automerge_load_cpu_s",
                Seconds,
                "",
            ),
            Line(
                "peak memory of the newcomer",
                "cold_join",
                "figures/peak_bytes",
                Bytes,
                "",
            ),
            Line(
                "disk of the newcomer, journals",
                "cold_join",
                "figures/disk_bytes",
                Bytes,
                "",
            ),
            Line(
                "syncs of the newcomer",
                "cold_join",
                "figures/syncs",
                Count,
                "",
            ),
            Line("round trips", "cold_join", "figures/round_trips", Count, ""),
            Line(
                "*Automerge's own sync:* bytes received",
                "automerge_cold_join",
                "figures/bytes_received",
                Bytes,
                "",
            ),
            Line(
                "*Automerge's own sync:* merged, nothing stored",
                "automerge_cold_join",
                "figures/merged_s",
                Seconds,
                "",
            ),
            Line(
                "*Automerge's own sync:* saved and synced",
                "automerge_cold_join",
                "figures/durable_s",
                Seconds,
                "",
            ),
            Line(
                "*Automerge's own sync:* CPU time of the newcomer",
                "automerge_cold_join",
                "figures/cpu_s",
                Seconds,
                "",
            ),
            Line(
                "*Automerge's own sync:* peak memory of the newcomer",
                "automerge_cold_join",
                "figures/peak_bytes",
                Bytes,
                "",
            ),
            Line(
                "*Automerge's own sync:* round trips",
                "automerge_cold_join",
                "figures/round_trips",
                Count,
                "",
            ),
        ],
    },
    Table {
        name: "reconnection",
        lines: &[
            Line(
                "protocol bytes sent",
                "reconnection",
                "figures/bytes_sent",
                Bytes,
                "300 B",
            ),
            Line(
                "protocol bytes received",
                "reconnection",
                "figures/bytes_received",
                Bytes,
                "300 B",
            ),
            Line(
                "round trips after the handshake",
                "reconnection",
                "figures/round_trips",
                Count,
                "2",
            ),
            Line(
                "UDP bytes sent, handshake included",
                "reconnection",
                "figures/udp_bytes_sent",
                Bytes,
                "",
            ),
            Line(
                "UDP bytes received",
                "reconnection",
                "figures/udp_bytes_received",
                Bytes,
                "",
            ),
            Line(
                "from connected to in step",
                "reconnection",
                "figures/seconds",
                Seconds,
                "",
            ),
            Line(
                "the whole `sync`, sockets opened and closed",
                "reconnection",
                "figures/whole_call_s",
                Seconds,
                "",
            ),
            Line(
                "CPU time, both nodes",
                "reconnection",
                "figures/cpu_both_s",
                Seconds,
                "",
            ),
            Line(
                "syncs, both nodes",
                "reconnection",
                "figures/syncs_both",
                Count,
                "",
            ),
            Line(
                "*Automerge's own sync:* bytes, both ways",
                "automerge_reconnection",
                "figures/bytes_sent+figures/bytes_received",
                Bytes,
                "",
            ),
            Line(
                "*Automerge's own sync:* from calling to in step",
                "automerge_reconnection",
                "figures/merged_s",
                Seconds,
                "",
            ),
            Line(
                "*Automerge's own sync:* CPU time, caller",
                "automerge_reconnection",
                "figures/cpu_s",
                Seconds,
                "",
            ),
        ],
    },
    Table {
        name: "edits_apart",
        lines: &[
            Line(
                "one side: protocol bytes, both ways",
                "edits_apart",
                "figures/bytes_sent+figures/bytes_received",
                Bytes,
                "",
            ),
            Line(
                "**one side: bytes an edit**",
                "edits_apart",
                "figures/protocol_bytes_an_edit",
                Bytes,
                "150 B",
            ),
            Line(
                "one side: time of the exchange",
                "edits_apart",
                "figures/seconds",
                Seconds,
                "same for any n",
            ),
            Line(
                "one side: round trips",
                "edits_apart",
                "figures/round_trips",
                Count,
                "",
            ),
            Line(
                "one side: CPU time, both nodes, whole `sync`",
                "edits_apart",
                "figures/cpu_both_s",
                Seconds,
                "",
            ),
            Line(
                "one side: syncs, both nodes",
                "edits_apart",
                "figures/syncs_both",
                Count,
                "",
            ),
            Line(
                "both sides: protocol bytes, both ways",
                "edits_apart_both_sides",
                "figures/bytes_sent+figures/bytes_received",
                Bytes,
                "",
            ),
            Line(
                "**both sides: bytes an edit**",
                "edits_apart_both_sides",
                "figures/protocol_bytes_an_edit",
                Bytes,
                "150 B",
            ),
            Line(
                "both sides: time of the exchange",
                "edits_apart_both_sides",
                "figures/seconds",
                Seconds,
                "same for any n",
            ),
            Line(
                "both sides: round trips",
                "edits_apart_both_sides",
                "figures/round_trips",
                Count,
                "",
            ),
            Line(
                "floor: the same bytes over one QUIC stream, synced",
                "edits_apart",
                "floors/same_bytes_written_and_synced_s",
                Seconds,
                "",
            ),
            Line(
                "one edit written, before",
                "edits_apart",
                "figures/one_edit_written_s",
                Seconds,
                "",
            ),
            Line(
                "*Automerge's own sync, one side:* bytes, both ways",
                "automerge_edits_apart",
                "figures/bytes_sent+figures/bytes_received",
                Bytes,
                "",
            ),
            Line(
                "*Automerge's own sync, one side:* merged",
                "automerge_edits_apart",
                "figures/merged_s",
                Seconds,
                "",
            ),
            Line(
                "*Automerge's own sync, one side:* CPU time, caller",
                "automerge_edits_apart",
                "figures/cpu_s",
                Seconds,
                "",
            ),
        ],
    },
    Table {
        name: "live_edit",
        lines: &[
            Line(
                "durable here, p50 / p99",
                "live_edit",
                "figures/durable_here_s",
                Seconds,
                "",
            ),
            Line(
                "durable and readable at a connected peer, p50 / p99",
                "live_edit",
                "figures/readable_there_s",
                Seconds,
                "",
            ),
            Line(
                "floor: synced write of 4 KiB",
                "live_edit",
                "floors/synced_write_of_4_kib_s",
                Seconds,
                "",
            ),
            Line(
                "floor: echo of 64 bytes",
                "live_edit",
                "floors/quic_echo_of_64_bytes_s",
                Seconds,
                "",
            ),
            Line(
                "**ratio to a synced write at each node and an echo**",
                "live_edit",
                "ratios/readable_there_to_synced_writes_and_echoes",
                Ratio,
                "2",
            ),
            Line(
                "CPU time an edit, both nodes",
                "live_edit",
                "figures/cpu_an_edit_s",
                Seconds,
                "",
            ),
            Line(
                "syncs an edit, until it is readable there",
                "live_edit",
                "figures/syncs_an_edit",
                Count,
                "",
            ),
            Line(
                "through a hub, p50 / p99",
                "live_edit_through_hub",
                "figures/readable_there_s",
                Seconds,
                "",
            ),
            Line(
                "**ratio to a synced write at each node and two echoes**",
                "live_edit_through_hub",
                "ratios/readable_there_to_synced_writes_and_echoes",
                Ratio,
                "3",
            ),
            Line(
                "through a hub: CPU time an edit, three nodes",
                "live_edit_through_hub",
                "figures/cpu_an_edit_s",
                Seconds,
                "",
            ),
            Line(
                "through a hub: syncs an edit",
                "live_edit_through_hub",
                "figures/syncs_an_edit",
                Count,
                "",
            ),
        ],
    },
    Table {
        name: "daily",
        lines: &[
            Line(
                "`capactif run` until it serves",
                "start",
                "figures/serving_s",
                Seconds,
                "1 s (100,000)",
            ),
            Line(
                "resident memory a second later",
                "start",
                "figures/resident_bytes",
                Bytes,
                "150 MB (100,000)",
            ),
            Line(
                "of it private",
                "start",
                "figures/resident_private_bytes",
                Bytes,
                "",
            ),
            Line("disk, journals", "start", "facts/disk_bytes", Bytes, ""),
            Line(
                "list, p50 / p99",
                "reads",
                "figures/list_s",
                Seconds,
                "p99 20 ms (100,000)",
            ),
            Line(
                "list sorted by price, all records",
                "reads",
                "figures/list_sorted_s",
                Seconds,
                "the same",
            ),
            Line(
                "list of one kind under a price, sorted by it",
                "reads",
                "figures/list_filtered_sorted_s",
                Seconds,
                "the same",
            ),
            Line(
                "list under a price, any kind",
                "reads",
                "figures/list_filtered_s",
                Seconds,
                "the same",
            ),
            Line(
                "list within 20 km of a place",
                "reads",
                "figures/list_near_s",
                Seconds,
                "the same",
            ),
            Line(
                "list of one kind within 20 km, sorted by price",
                "reads",
                "figures/list_near_filtered_s",
                Seconds,
                "the same",
            ),
            Line(
                "list by distance, any",
                "reads",
                "figures/list_nearest_s",
                Seconds,
                "the same",
            ),
            Line(
                "list of a word in titles",
                "reads",
                "figures/list_title_s",
                Seconds,
                "the same",
            ),
            Line(
                "search for rare words",
                "reads",
                "figures/search_one_word_s",
                Seconds,
                "the same",
            ),
            Line(
                "search for common words",
                "reads",
                "figures/search_common_words_s",
                Seconds,
                "the same",
            ),
            Line(
                "query, grouped over all records",
                "reads",
                "figures/query_s",
                Seconds,
                "the same",
            ),
            Line(
                "`opportunity list` with no node running, p50 / p99",
                "cold_command",
                "figures/list_s",
                Seconds,
                "100 ms",
            ),
            Line(
                "`search` with no node running, p50 / p99",
                "cold_command",
                "figures/search_s",
                Seconds,
                "100 ms",
            ),
            Line(
                "import of n rows, whole process, durable and queryable",
                "import",
                "figures/whole_process_s",
                Seconds,
                "5 s (10,000)",
            ),
            Line("CPU time of it", "import", "figures/cpu_s", Seconds, ""),
            Line(
                "the same file again (nothing changes)",
                "import",
                "figures/same_file_again_s",
                Seconds,
                "",
            ),
        ],
    },
    Table {
        name: "hub",
        lines: &[
            Line("partners", "hub_fanout", "facts/partners", Count, "200"),
            Line(
                "an edit durable at the hub, p50 / p99",
                "hub_fanout",
                "figures/durable_at_hub_s",
                Seconds,
                "",
            ),
            Line(
                "verified at every partner, p50 / p99",
                "hub_fanout",
                "figures/verified_everywhere_s",
                Seconds,
                "500 ms",
            ),
            Line(
                "floor: one synced write, at each partner's own disk",
                "hub_fanout",
                "floors/synced_write_of_4_kib_s",
                Seconds,
                "",
            ),
            Line(
                "CPU time of the hub an edit, acknowledgements included",
                "hub_fanout",
                "figures/hub_cpu_an_edit_s",
                Seconds,
                "",
            ),
            Line(
                "syncs of the hub an edit",
                "hub_fanout",
                "figures/hub_syncs_an_edit",
                Count,
                "",
            ),
            Line(
                "resident memory of the hub",
                "hub_fanout",
                "figures/hub_resident_bytes",
                Bytes,
                "300 MB",
            ),
            Line(
                "of it private",
                "hub_fanout",
                "figures/hub_private_bytes",
                Bytes,
                "",
            ),
            Line(
                "resident memory before anybody called",
                "hub_fanout",
                "figures/hub_alone_resident_bytes",
                Bytes,
                "",
            ),
            Line(
                "all in step, first time, every journal new to all",
                "hub_fanout",
                "figures/all_in_step_first_s",
                Seconds,
                "",
            ),
            Line(
                "hub restarted: back in step after serving, p50 / p99",
                "hub_restart",
                "figures/back_in_step_after_serving_s",
                Seconds,
                "",
            ),
            Line(
                "hub restarted: calls a partner",
                "hub_restart",
                "figures/calls_a_partner",
                Count,
                "",
            ),
            Line(
                "hub restarted: CPU time of the hub",
                "hub_restart",
                "figures/hub_cpu_s",
                Seconds,
                "",
            ),
            Line(
                "hub restarted: peak memory of the hub",
                "hub_restart",
                "figures/hub_peak_bytes",
                Bytes,
                "",
            ),
        ],
    },
    Table {
        name: "rural",
        lines: &[
            Line(
                "100 edits: whole `sync`",
                "rural_edits",
                "figures/whole_call_s",
                Seconds,
                "3 s",
            ),
            Line(
                "100 edits: from connected to in step",
                "rural_edits",
                "figures/seconds",
                Seconds,
                "",
            ),
            Line(
                "100 edits: UDP bytes sent",
                "rural_edits",
                "figures/udp_bytes_sent",
                Bytes,
                "",
            ),
            Line(
                "100 edits: round trips",
                "rural_edits",
                "figures/round_trips",
                Count,
                "",
            ),
            Line(
                "cold join, never cut",
                "rural_cold_join",
                "figures/uncut_whole_s",
                Seconds,
                "",
            ),
            Line(
                "cold join, cut and killed every 20 s",
                "rural_cold_join",
                "figures/cut_whole_s",
                Seconds,
                "",
            ),
            Line("kills", "rural_cold_join", "facts/cut_kills", Count, ""),
            Line(
                "UDP bytes that passed, never cut",
                "rural_cold_join",
                "figures/uncut_udp_bytes_passed",
                Bytes,
                "",
            ),
            Line(
                "UDP bytes that passed, cut",
                "rural_cold_join",
                "figures/cut_udp_bytes_passed",
                Bytes,
                "",
            ),
        ],
    },
];

impl Table {
    /// The table as Markdown.
    #[must_use]
    pub fn render(&self, figures: &Figures) -> String {
        let measured = |size: &u64| {
            self.lines
                .iter()
                .any(|Line(_, row, ..)| figures.sizes(row).contains(size))
        };
        let sizes: Vec<u64> = SIZES.into_iter().filter(measured).collect();
        let mut text = String::from("| what |");
        for size in &sizes {
            let _ = write!(text, " R({}) |", grouped(*size as f64));
        }
        text.push_str(" goal |\n|---|");
        text.push_str(&"---|".repeat(sizes.len() + 1));
        for Line(what, row, path, unit, goal) in self.lines {
            let cells: Vec<String> = sizes
                .iter()
                .map(|size| cell(figures, row, *size, path, *unit).unwrap_or_default())
                .collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                let _ = write!(text, "\n| {what} | {} | {goal} |", cells.join(" | "));
            }
        }
        text
    }
}

/// A figure with what is known of its spread.
fn cell(figures: &Figures, row: &str, records: u64, path: &str, unit: Unit) -> Option<String> {
    let middle = figures.middle(row, records, path)?;
    let whole = figures.get(row, records, path);
    let part = |name: &str| whole?.get(name)?.as_f64();
    if let Some(p99) = part("p99") {
        return Some(format!("{} / {}", unit.show(middle), unit.show(p99)));
    }
    Some(match (part("min"), part("max")) {
        (Some(min), Some(max)) if unit.show(min) != unit.show(max) => {
            let (min, max) = (unit.show(min), unit.show(max));
            format!("{} ({min} to {max})", unit.show(middle))
        }
        _ => unit.show(middle),
    })
}

/// The table of goals.
#[must_use]
pub fn goals(figures: &Figures) -> String {
    let mut text = String::from("| what | at most | measured | at | |\n|---|---|---|---|---|");
    for goal in GOALS {
        let sizes = figures.sizes(goal.row);
        let size = goal
            .records
            .filter(|records| sizes.contains(records))
            .or_else(|| sizes.last().copied());
        let measured = size.and_then(|size| {
            let value = figures.get(goal.row, size, goal.figure)?;
            let value = match goal.part {
                Some(part) => value.get(part)?.as_f64()?,
                None => figures.middle(goal.row, size, goal.figure)?,
            };
            Some((size, value))
        });
        let (what, most) = (goal.what, goal.goal);
        let _ = match measured {
            None => write!(text, "\n| {what} | {most} | | | not measured |"),
            Some((size, value)) => {
                let met = match (value <= goal.most, goal.records) {
                    (false, _) => "**missed**",
                    (true, Some(records)) if records != size => "met at this size",
                    (true, _) => "met",
                };
                let (shown, size) = (goal.unit.show(value), grouped(size as f64));
                write!(text, "\n| {what} | {most} | {shown} | R({size}) | {met} |")
            }
        };
    }
    text
}
