//! Two laptops on one cable, no Internet, no configuration: they find each other and connect.
//!
//! Each laptop is a network namespace with one end of a virtual cable, in which this test binary
//! runs itself again as `laptop`. Needs Linux, root and `ip`; skipped with a message elsewhere.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, where a panic is the failure"
)]

use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use capactif_node::network::{CloseCode, Discovery, DiscoveryEvent, Endpoint};
use ed25519_dalek::SigningKey;
use sync_protocol::id::{NetworkId, NodeId};
use tokio::time::timeout;

const ROLE: &str = "CAPACTIF_TEST_LAPTOP";
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn laptops_with_ipv4_addresses_find_each_other() {
    meet("v4", Some(["10.77.0.1/24", "10.77.0.2/24"]));
}

/// As in a hall without any router: nobody gives addresses out, link-local IPv6 is all there is.
#[test]
fn laptops_with_nothing_but_link_local_addresses_find_each_other() {
    meet("ll", None);
}

#[test]
fn a_laptop_without_any_network_runs_all_the_same() {
    let Some(lan) = Lan::new("no", None, false) else {
        return;
    };
    let output = lan.start(0, "alone").finish();
    assert!(output.contains("alone and well"), "{output}");
}

fn meet(name: &str, addresses: Option<[&str; 2]>) {
    let Some(lan) = Lan::new(name, addresses, true) else {
        return;
    };
    let laptops = [lan.start(0, "1"), lan.start(1, "2")];
    let outputs = laptops.map(Laptop::finish);
    assert!(
        outputs.iter().all(|output| output.contains("met node")),
        "{outputs:#?}"
    );
    assert!(outputs[1].contains("heard the goodbye"), "{}", outputs[1]);
}

/// What a laptop does; run by the tests above in a namespace, and nothing by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a part of the other tests"]
async fn laptop() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let done = async {
        match role.as_str() {
            "1" => meet_node(1, 2).await,
            "2" => meet_node(2, 1).await,
            _ => alone().await,
        }
    };
    timeout(PATIENCE, done).await.expect("nobody came");
}

const NETWORK: NetworkId = NetworkId([7; 32]);

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32])
}

fn node(number: u8) -> NodeId {
    NodeId(key(number).verifying_key().to_bytes())
}

async fn meet_node(me: u8, other: u8) {
    let endpoint = Endpoint::bind(&["[::]:0".parse().unwrap()], &key(me)).unwrap();
    let listening = endpoint.local_addresses();
    let mut discovery = Discovery::start(NETWORK, node(me), &listening);
    // A neighbour of another network, of whom nobody here may hear.
    let stranger = Discovery::start(NetworkId([8; 32]), node(100 + me), &listening);
    let addresses = loop {
        match discovery.next().await.unwrap() {
            DiscoveryEvent::Found(neighbour) => {
                assert_eq!(
                    neighbour.node,
                    node(other),
                    "neither ourselves nor strangers"
                );
                break neighbour.addresses;
            }
            other => println!("{other:?}"),
        }
    };
    println!("found at {addresses:?}");
    assert!(
        addresses
            .iter()
            .all(|address: &SocketAddr| !address.ip().is_loopback())
    );
    let connection = if me == 1 {
        endpoint.connect(&addresses, node(other)).await.unwrap()
    } else {
        endpoint.accept().await.unwrap()
    };
    assert_eq!(connection.peer(), node(other));
    let (sender, mut receiver, handle) = connection.into_parts();
    sender.send(vec![me]).await.unwrap();
    assert_eq!(receiver.recv().await.unwrap(), Some(vec![other]));
    sender.finish().await.unwrap();
    println!("met node {other} at {}", handle.remote());
    if me == 1 {
        // The other waits for our goodbye; it closes when it has heard it.
        discovery.stop().await;
        handle.closed().await;
    } else {
        loop {
            match discovery.next().await.unwrap() {
                DiscoveryEvent::Lost(lost) if lost == node(other) => break,
                event => println!("{event:?}"),
            }
        }
        println!("heard the goodbye");
        discovery.stop().await;
    }
    stranger.stop().await;
    endpoint.close(CloseCode::Stopping, "").await;
}

async fn alone() {
    let endpoint = Endpoint::bind(&["[::]:0".parse().unwrap()], &key(1)).unwrap();
    let mut discovery = Discovery::start(NETWORK, node(1), &endpoint.local_addresses());
    if let Ok(event) = timeout(Duration::from_secs(2), discovery.next()).await {
        println!("{event:?}");
        assert!(matches!(event, Some(DiscoveryEvent::Warning(_))));
    }
    let there: SocketAddr = "192.0.2.1:4433".parse().unwrap();
    let error = endpoint.connect(&[there], node(2)).await.unwrap_err();
    assert_eq!(error.code(), "no_udp_answer");
    assert!(
        error.args().contains(&("cause", "no-route".to_owned())),
        "{error:?}"
    );
    discovery.stop().await;
    println!("alone and well");
}

/// Two namespaces and the cable between them, removed when dropped.
struct Lan {
    namespaces: [String; 2],
}

impl Lan {
    /// Builds it, or says why the test is skipped.
    fn new(name: &str, addresses: Option<[&str; 2]>, cable: bool) -> Option<Self> {
        let id = std::process::id();
        let lan = Self {
            namespaces: ["a", "b"].map(|end| format!("capactif-{id}-{name}-{end}")),
        };
        match lan.build(&format!("c{id}{name}"), addresses, cable) {
            Ok(()) => Some(lan),
            Err(reason) => {
                eprintln!("skipped: no network namespaces here: {reason}");
                None
            }
        }
    }

    fn build(&self, link: &str, addresses: Option<[&str; 2]>, cable: bool) -> Result<(), String> {
        let [a, b] = &self.namespaces;
        ip(&["netns", "add", a])?;
        ip(&["netns", "add", b])?;
        if !cable {
            return Ok(());
        }
        let ends = [format!("{link}a"), format!("{link}b")];
        ip(&[
            "link", "add", &ends[0], "netns", a, "type", "veth", "peer", "name", &ends[1], "netns",
            b,
        ])?;
        for (place, (namespace, end)) in self.namespaces.iter().zip(&ends).enumerate() {
            ip(&["-n", namespace, "link", "set", "lo", "up"])?;
            if let Some(addresses) = addresses {
                ip(&["-n", namespace, "addr", "add", addresses[place], "dev", end])?;
            }
            ip(&["-n", namespace, "link", "set", end, "up"])?;
        }
        Ok(())
    }

    fn start(&self, place: usize, role: &str) -> Laptop {
        let child = Command::new("ip")
            .args(["netns", "exec", &self.namespaces[place]])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", "laptop", "--ignored", "--nocapture"])
            .env(ROLE, role)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Laptop { child: Some(child) }
    }
}

impl Drop for Lan {
    fn drop(&mut self) {
        for namespace in &self.namespaces {
            // The cable goes with its ends; a namespace that was never made is no trouble.
            let _ = ip(&["netns", "del", namespace]);
        }
    }
}

fn ip(arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("ip")
        .args(arguments)
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

/// A process in a namespace, killed when dropped.
struct Laptop {
    child: Option<Child>,
}

impl Laptop {
    /// Waits for its end and returns what it printed; it ends by itself.
    fn finish(mut self) -> String {
        let Output {
            status,
            stdout,
            stderr,
        } = self.child.take().unwrap().wait_with_output().unwrap();
        let text = format!(
            "{}\n{}",
            String::from_utf8_lossy(&stdout),
            String::from_utf8_lossy(&stderr)
        );
        assert!(status.success(), "{text}");
        text
    }
}

impl Drop for Laptop {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
