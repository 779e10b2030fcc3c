//! The portal over a small home, as it answers on its socket: what is refused, what machines read.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::runtime::{Builder as RuntimeBuilder, Runtime};

use super::connections::Bounds;
use super::{PortalServer, Site};
use crate::api::Service;
use crate::api::server::ANY_PORT;
use crate::home::Home;
use crate::home::config::Config;
use crate::node::Node;

mod machines;
mod refusals;
mod secure;

/// Longer than an answer takes under load.
const PATIENCE: Duration = Duration::from_secs(60);

/// A node that founded a network of its own, and looks for nobody.
pub(in crate::portal) fn found(folder: &Path) -> Node {
    let home = Home::create(folder).unwrap();
    let config = home.config().unwrap();
    home.set_config(&Config {
        discovery: false,
        ..config
    })
    .unwrap();
    let node = Node::open(home.lock(Duration::ZERO).unwrap()).unwrap();
    let input = json!({"name": "Essai", "structure": "Parc", "kind": "park"});
    call(&node, "network.found", input);
    node
}

/// A home with a few records, and its portal.
struct Town {
    runtime: Runtime,
    server: Option<PortalServer>,
    address: SocketAddr,
    node: Node,
    _folder: tempfile::TempDir,
    bakery: String,
}

fn call(node: &Node, operation: &str, input: Value) -> Value {
    let answer = node.call(operation, input, &mut |_| {});
    answer.unwrap_or_else(|error| panic!("{operation}: {error:?}"))
}

fn add(node: &Node, collection: &str, fields: Value) -> String {
    let input = json!({"collection": collection, "fields": fields});
    let added = call(node, "record.add", input);
    added["id"].as_str().unwrap().to_owned()
}

impl Town {
    fn open() -> Self {
        Self::within(Bounds::default())
    }

    fn within(bounds: Bounds) -> Self {
        Self::of(Site::default(), bounds)
    }

    fn of(site: Site, bounds: Bounds) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let node = found(folder.path());
        let bakery = fill(&node);
        let runtime = RuntimeBuilder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let member = node.member().unwrap();
        let started = PortalServer::start_within(member, site, ANY_PORT, bounds);
        let server = runtime.block_on(started).unwrap();
        let url = server.url();
        let (_, number) = url.trim_end_matches('/').split_once("://").unwrap();
        Self {
            address: number.parse().unwrap(),
            runtime,
            server: Some(server),
            node,
            _folder: folder,
            bakery,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// What comes back for a request line and further headers.
    fn ask(&self, request: &str, headers: &[&str]) -> Answer {
        self.ask_as(&self.address.to_string(), request, headers)
    }

    fn ask_as(&self, host: &str, request: &str, headers: &[&str]) -> Answer {
        let mut stream = self.connect();
        let mut head = format!("{request} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
        for header in headers {
            head += &format!("{header}\r\n");
        }
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        Answer::of(&all)
    }

    fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path}"), &[])
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.stop());
        }
    }
}

/// One bakery on offer, a draft, a structure and a service, with hidden values in each.
fn fill(node: &Node) -> String {
    let today = crate::node::clock::today().to_string();
    add(
        node,
        "structure",
        json!({
            "name": "Couveuse du Forez", "kind": "incubator", "insee_code": "63003",
            "phone": "04 73 82 00 00", "competences": ["loan"], "source_id": "xqz-1",
        }),
    );
    add(
        node,
        "local_service",
        json!({
            "theme": "education", "name": "École du bourg", "insee_code": "63003",
            "source_id": "xqz-2",
        }),
    );
    let offer = |title: &str, status: &str| {
        add(
            node,
            "opportunity",
            json!({
                "kind": "business_takeover", "status": status, "title": title,
                "summary": "Fournil & boutique </script><script>alert(1)</script>",
                "insee_code": "63003", "price_min_cents": 9_000_000, "naf_code": "10.71C",
                "last_verified_on": today, "source_id": "xqz-3",
                "seller_name": "Marguerite Xqzvaillandet",
            }),
        )
    };
    offer("Brouillon xqz", "draft");
    offer("Boulangerie d’Ambert", "published")
}

/// An answer, as it came.
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn of(all: &[u8]) -> Self {
        let end = all.windows(4).position(|it| it == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(all)));
        let head = String::from_utf8_lossy(&all[..end]).to_lowercase();
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok());
        Self {
            status: status.unwrap(),
            head,
            body: all[end + 4..].to_vec(),
        }
    }

    fn header(&self, name: &str) -> &str {
        let found = self
            .head
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        found.unwrap_or_default()
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}
