//! Finding neighbours on the local network by multicast DNS: two laptops in a village hall, no
//! Internet, no configuration.
//!
//! Announces `_capactif._udp.local.` on every interface that the node listens on, and listens for
//! the same. Never fails the node: what does not work is told once, as a warning.

use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::time::Duration;

use data_encoding::HEXLOWER;
use mdns_sd::{
    DaemonEvent, IfKind, Receiver, ResolvedService, ScopedIp, ServiceDaemon, ServiceEvent,
    ServiceInfo,
};
use sync_protocol::id::{NetworkId, NodeId};
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::Neighbour;
use super::neighbours::{
    Heard, MAX_NEIGHBOURS, NETWORK_KEY, NODE_KEY, Neighbours, VERSION, VERSION_KEY,
};

const SERVICE: &str = "_capactif._udp.local.";

/// Events that wait to be taken; beyond them the mDNS side waits, which is bounded too.
const WAITING_EVENTS: usize = 64;

/// How soon a changed or new network interface is noticed, in seconds.
const INTERFACE_CHECK_SECONDS: u32 = 5;

/// How long until listening is tried again after a flood ended it.
const RELISTEN_AFTER: Duration = Duration::from_secs(10);

/// What happens on the local network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiscoveryEvent {
    /// A node of our network announces itself, or announces other addresses.
    Found(Neighbour),
    /// A node no longer announces itself. A connection with it may stand all the same.
    Lost(NodeId),
    /// Discovery works in part or not at all; everything else goes on.
    Warning(DiscoveryWarning),
}

/// Why neighbours may not be found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryWarning {
    /// Multicast does not work here.
    #[error("neighbours on the local network cannot be found: {detail}")]
    Unavailable {
        /// The system's reason.
        detail: String,
    },
    /// More nodes are announced than are remembered.
    #[error("more than {limit} nodes are announced on the local network")]
    Crowded {
        /// How many are remembered.
        limit: usize,
    },
}

impl DiscoveryWarning {
    /// A stable name of the warning.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "discovery_unavailable",
            Self::Crowded { .. } => "discovery_crowded",
        }
    }

    /// The named facts behind [`DiscoveryWarning::code`].
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unavailable { detail } => vec![("detail", detail.clone())],
            Self::Crowded { limit } => vec![("limit", limit.to_string())],
        }
    }
}

/// The announcement of this node, and the ear for others.
#[derive(Debug)]
pub struct Discovery {
    events: mpsc::Receiver<DiscoveryEvent>,
    running: Option<Running>,
}

struct Running {
    daemon: ServiceDaemon,
    announced: Option<String>,
    task: tokio::task::JoinHandle<()>,
}

impl Discovery {
    /// Announces `me`, listening at `listening`, and begins to look for other nodes of `network`.
    ///
    /// Addresses on this machine only are not announced. Must be called within a tokio runtime.
    #[must_use]
    pub fn start(network: NetworkId, me: NodeId, listening: &[SocketAddr]) -> Self {
        let (sender, events) = mpsc::channel(WAITING_EVENTS);
        let running = match Running::start(network, me, listening, sender.clone()) {
            Ok(running) => Some(running),
            Err(error) => {
                // The channel is new and empty: there is room.
                let _ = sender.try_send(unavailable(&error));
                None
            }
        };
        Self { events, running }
    }

    /// Discovery switched off by configuration: announces nothing and yields nothing.
    #[must_use]
    pub fn off() -> Self {
        let (_, events) = mpsc::channel(1);
        Self {
            events,
            running: None,
        }
    }

    /// The next event; `None`, at once and for good, when discovery is off. Cancel safe.
    pub async fn next(&mut self) -> Option<DiscoveryEvent> {
        self.events.recv().await
    }

    /// Takes the announcement back and stops, once the goodbye is on its way.
    pub async fn stop(mut self) {
        let Some(running) = self.running.take() else {
            return;
        };
        running.task.abort();
        if let Some(name) = &running.announced
            && let Ok(done) = running.daemon.unregister(name)
        {
            let _ = tokio::time::timeout(Duration::from_secs(1), done.recv_async()).await;
        }
        let _ = running.daemon.shutdown();
    }
}

impl Drop for Discovery {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.task.abort();
            // The daemon takes announcements back when it shuts down.
            let _ = running.daemon.shutdown();
        }
    }
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Running")
            .field("announced", &self.announced)
            .finish_non_exhaustive()
    }
}

impl Running {
    fn start(
        network: NetworkId,
        me: NodeId,
        listening: &[SocketAddr],
        events: mpsc::Sender<DiscoveryEvent>,
    ) -> Result<Self, mdns_sd::Error> {
        let daemon = ServiceDaemon::new()?;
        daemon.disable_interface(vec![IfKind::LoopbackV4, IfKind::LoopbackV6])?;
        daemon.set_ip_check_interval(INTERFACE_CHECK_SECONDS)?;
        let monitor = daemon.monitor()?;
        let announced = match announcement(network, me, listening)? {
            Some(service) => {
                let name = service.get_fullname().to_owned();
                daemon.register(service)?;
                Some(name)
            }
            None => None,
        };
        let browser = daemon.browse(SERVICE)?;
        let neighbours = Neighbours::new(network, me);
        let task = tokio::spawn(listen(daemon.clone(), browser, monitor, neighbours, events));
        Ok(Self {
            daemon,
            announced,
            task,
        })
    }
}

fn announcement(
    network: NetworkId,
    me: NodeId,
    listening: &[SocketAddr],
) -> Result<Option<ServiceInfo>, mdns_sd::Error> {
    let beyond_loopback = |address: &&SocketAddr| !address.ip().to_canonical().is_loopback();
    let Some(first) = listening.iter().find(beyond_loopback) else {
        return Ok(None);
    };
    // A label holds 63 bytes, one less than a node id: half of it tells nodes apart.
    let instance: String = me.to_string().chars().take(32).collect();
    let host = format!("capactif-{}.local.", me.short());
    let network = HEXLOWER.encode(&network.prefix().0);
    let node = me.to_string();
    let properties = [
        (VERSION_KEY, VERSION),
        (NETWORK_KEY, network.as_str()),
        (NODE_KEY, node.as_str()),
    ];
    let mut service =
        ServiceInfo::new(SERVICE, &instance, &host, "", first.port(), &properties[..])?
            .enable_addr_auto();
    // Nobody else has our key in its name: no need to ask for a second whether the name is free.
    service.set_requires_probe(false);
    let on_port = listening
        .iter()
        .filter(|address| address.port() == first.port());
    let interfaces: Vec<IfKind> = on_port
        .filter(beyond_loopback)
        .filter_map(|address| match address.ip() {
            ip if !ip.is_unspecified() => Some(IfKind::Addr(ip)),
            IpAddr::V4(_) => Some(IfKind::IPv4),
            // The IPv6 wildcard may serve IPv4 too: see below.
            IpAddr::V6(_) => None,
        })
        .collect();
    let everywhere = listening
        .iter()
        .any(|a| a.is_ipv6() && a.ip().is_unspecified());
    if !everywhere {
        service.set_interfaces(interfaces);
    }
    Ok(Some(service))
}

async fn listen(
    daemon: ServiceDaemon,
    mut browser: Receiver<ServiceEvent>,
    monitor: Receiver<DaemonEvent>,
    mut neighbours: Neighbours,
    events: mpsc::Sender<DiscoveryEvent>,
) {
    let mut told_crowded = false;
    let mut told_unavailable = false;
    let mut monitored = true;
    loop {
        let event = tokio::select! {
            event = browser.recv_async() => match event {
                Ok(event) => event,
                Err(_) => {
                    // A flood filled the channel: the subscription ended. Begin again, slowly.
                    sleep(RELISTEN_AFTER).await;
                    match daemon.browse(SERVICE) {
                        Ok(again) => browser = again,
                        Err(error) => {
                            let _ = events.send(unavailable(&error)).await;
                            return;
                        }
                    }
                    continue;
                }
            },
            event = monitor.recv_async(), if monitored => {
                match event {
                    Ok(DaemonEvent::Error(error)) if !told_unavailable => {
                        told_unavailable = true;
                        if events.send(unavailable(&error)).await.is_err() {
                            return;
                        }
                    }
                    Ok(_) => {}
                    Err(_) => monitored = false,
                }
                continue;
            },
        };
        let told = match event {
            ServiceEvent::ServiceResolved(service) => {
                match neighbours.heard(
                    &service.fullname,
                    |key| service.get_property_val_str(key),
                    addresses(&service),
                ) {
                    Heard::News(neighbour) => Some(DiscoveryEvent::Found(neighbour)),
                    Heard::Crowded if !told_crowded => {
                        told_crowded = true;
                        let warning = DiscoveryWarning::Crowded {
                            limit: MAX_NEIGHBOURS,
                        };
                        Some(DiscoveryEvent::Warning(warning))
                    }
                    Heard::Crowded | Heard::Nothing => None,
                }
            }
            ServiceEvent::ServiceRemoved(_, name) => {
                neighbours.gone(&name).map(DiscoveryEvent::Lost)
            }
            _ => None,
        };
        if let Some(told) = told
            && events.send(told).await.is_err()
        {
            return;
        }
    }
}

fn addresses(service: &ResolvedService) -> impl Iterator<Item = SocketAddr> + '_ {
    service.addresses.iter().map(|scoped| match scoped {
        // Link-local addresses mean something on one interface only.
        ScopedIp::V6(v6) if v6.addr().is_unicast_link_local() => {
            SocketAddrV6::new(*v6.addr(), service.port, 0, v6.scope_id().index).into()
        }
        other => SocketAddr::new(other.to_ip_addr(), service.port),
    })
}

fn unavailable(error: &mdns_sd::Error) -> DiscoveryEvent {
    DiscoveryEvent::Warning(DiscoveryWarning::Unavailable {
        detail: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETWORK: NetworkId = NetworkId([0xAB; 32]);
    const ME: NodeId = NodeId([1; 32]);

    #[test]
    fn a_node_on_loopback_alone_is_not_announced() {
        let here = [
            "127.0.0.1:4433".parse().unwrap(),
            "[::1]:4433".parse().unwrap(),
        ];
        assert!(announcement(NETWORK, ME, &here).unwrap().is_none());
        assert!(announcement(NETWORK, ME, &[]).unwrap().is_none());
    }

    #[test]
    fn an_announcement_names_the_node_and_its_port() {
        let listening = ["127.0.0.1:1".parse().unwrap(), "[::]:4433".parse().unwrap()];
        let service = announcement(NETWORK, ME, &listening).unwrap().unwrap();
        assert_eq!(service.get_port(), 4433);
        assert_eq!(
            service.get_property_val_str(NODE_KEY),
            Some(ME.to_string().as_str())
        );
        assert_eq!(
            service.get_property_val_str(NETWORK_KEY),
            Some("abababababababab")
        );
        assert!(service.get_fullname().ends_with(SERVICE));
    }

    #[tokio::test]
    async fn discovery_that_is_off_yields_nothing() {
        assert_eq!(Discovery::off().next().await, None);
    }
}
