//! The portal under visitors while its node goes on synchronising.
//!
//! A hub of n records of all sorts ([`super::matching`]) serves its portal; a partner is connected.
//! 200 visitors, each with an address of its own, look at a page every one to five seconds, each
//! time over a new connection and compressed, for half a minute. Meanwhile the hub edits and the
//! partner waits to show each edit; the same was measured before the visitors came.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use capactif_node::node::Node;
use capactif_node::portal::{PortalServer, Site};
use fastrand::Rng;

use super::calls::{identity, open, open_calling, start, sync, told};
use super::live::wait_for;
use super::matching::{fill, found_network, ids, partner};
use super::pair::edit;
use super::report::{Row, Samples};
use super::{Bench, Outcome};

/// How many look at pages.
const VISITORS: usize = 200;

/// For how long.
const LASTS: Duration = Duration::from_secs(30);

/// The least time between two pages of a visitor, and the most, in milliseconds.
const BETWEEN: std::ops::Range<u64> = 1_000..5_000;

/// Edits measured, before the visitors come and while they are there.
const EDITS: usize = 100;

/// The row.
///
/// # Errors
/// What the node says, a page that is not served, an edit that does not arrive.
pub fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let scratch = bench.scratch()?;
    let hub = open(&scratch.path().join("hub"))?;
    found_network(&hub)?;
    let home = scratch.path().join("partner");
    let record = partner(&hub, &home)?;
    fill(&hub, bench.options.records, &record)?;
    let partner = open_calling(&home)?;
    start(&partner)?;
    let mine = identity(&hub)?;
    sync(&partner, &mine)?;
    let edited = ids(&hub, "opportunity", "status=published")?;
    let mut row = Row::new("portal", bench.options.records);

    let alone = edits(&hub, &partner, &edited, 0)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let member = hub.member().map_err(told)?;
    let listens = "127.0.0.1:0".parse()?;
    let portal = runtime
        .block_on(PortalServer::start(member, Site::default(), listens))
        .map_err(told)?;
    let address = portal.url();
    let address = address.trim_start_matches("http://").trim_end_matches('/');
    let address: SocketAddr = address.parse()?;
    let seen = Seen::default();
    let ends = AtomicBool::new(false);
    let visited = thread::scope(|scope| {
        for visitor in 0..VISITORS {
            let (seen, ends, edited) = (&seen, &ends, &edited);
            scope.spawn(move || visit(visitor, address, edited, seen, ends));
        }
        let began = Instant::now();
        // They have all come before anything is measured.
        thread::sleep(Duration::from_millis(BETWEEN.end));
        let beside = edits(&hub, &partner, &edited, EDITS);
        thread::sleep(LASTS.saturating_sub(began.elapsed()));
        ends.store(true, Ordering::SeqCst);
        beside
    })?;
    runtime.block_on(portal.stop());
    if let Some(failure) = seen.failure.into_inner()? {
        return Err(failure.into());
    }
    row.fact("visitors", VISITORS);
    row.latency("page_s", &seen.pages.into_inner()?);
    row.latency("list_s", &seen.lists.into_inner()?);
    row.figure("list_bytes", &seen.bytes.into_inner()?);
    row.latency("edit_alone_s", &alone);
    row.latency("edit_beside_s", &visited);
    row.ratio("edit_beside_to_alone", visited.median(), alone.median());
    partner.stop();
    hub.stop();
    Ok(vec![row])
}

/// What visitors saw.
#[derive(Default)]
struct Seen {
    pages: Mutex<Samples>,
    lists: Mutex<Samples>,
    bytes: Mutex<Samples>,
    failure: Mutex<Option<String>>,
}

/// Edits at the hub, each until the partner shows it.
fn edits(hub: &Node, partner: &Node, ids: &[String], first: usize) -> Outcome<Samples> {
    let mut readable = Samples::default();
    for number in first..first + EDITS {
        let id = ids.get(number % ids.len()).ok_or("nothing to edit")?;
        let began = Instant::now();
        edit(hub, id, number)?;
        wait_for(partner, id, number, began)?;
        readable.add(began.elapsed().as_secs_f64());
        // As people write, not as a program does.
        thread::sleep(Duration::from_millis(50));
    }
    Ok(readable)
}

fn visit(visitor: usize, address: SocketAddr, ids: &[String], seen: &Seen, ends: &AtomicBool) {
    let mut rng = Rng::with_seed(visitor as u64);
    thread::sleep(Duration::from_millis(rng.u64(0..BETWEEN.end)));
    while !ends.load(Ordering::SeqCst) {
        let id = &ids[rng.usize(..ids.len())];
        let (path, is_list) = match rng.u8(0..10) {
            0 => ("/".to_owned(), false),
            1 | 2 => ("/opportunites".to_owned(), true),
            3 => ("/opportunites?q=boulangerie".to_owned(), true),
            4 => (
                format!("/opportunites?place=Ambert&km=20&page={}", rng.u8(1..4)),
                true,
            ),
            5 => ("/opportunites?view=map".to_owned(), false),
            6 => ("/vivre-ici/63003".to_owned(), false),
            _ => (format!("/opportunites/{id}"), false),
        };
        let began = Instant::now();
        let answer = get(address, &path, visitor);
        let took = began.elapsed().as_secs_f64();
        match answer {
            Ok(bytes) => {
                if let Ok(mut pages) = seen.pages.lock() {
                    pages.add(took);
                }
                if is_list
                    && let (Ok(mut lists), Ok(mut sizes)) = (seen.lists.lock(), seen.bytes.lock())
                {
                    lists.add(took);
                    sizes.add(bytes as f64);
                }
            }
            Err(error) => {
                if let Ok(mut failure) = seen.failure.lock() {
                    failure.get_or_insert(format!("{path}: {error}"));
                }
                return;
            }
        }
        thread::sleep(Duration::from_millis(rng.u64(BETWEEN)));
    }
}

/// A page over a connection of its own; how many bytes came, head included.
fn get(address: SocketAddr, path: &str, visitor: usize) -> Outcome<usize> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let (high, low) = (visitor / 250, visitor % 250 + 1);
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {address}\r\naccept-encoding: gzip\r\n\
         x-forwarded-for: 198.18.{high}.{low}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    if !answer.starts_with(b"HTTP/1.1 200") {
        let head: Vec<u8> = answer
            .iter()
            .copied()
            .take_while(|it| *it != b'\r')
            .collect();
        return Err(String::from_utf8_lossy(&head).into_owned().into());
    }
    Ok(answer.len())
}
