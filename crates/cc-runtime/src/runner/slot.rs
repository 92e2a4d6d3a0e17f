//! One index of a process, and what others see of all of them.

use super::config::Config;
use super::decide::Phase;
use super::process::StoredProcess;
use super::report::Voice;
use super::resources::NoRoom;
use super::stored::load_tags;
use crate::depot::Remote;
use crate::network::dial::Reach;
use crate::supervisor::protocol::Ask;
use cc_domain::runtime::{Instance, InstanceState, Net, PortMap, Presence, ProcessKey};
use std::collections::BTreeMap;
use std::future::Future;
use tokio::task::AbortHandle;

pub(super) struct Slot {
    pub phase: Phase,
    pub live: Option<Live>,
    pub crash_count: u32,
    pub crash_reason: Option<String>,
    /// How often in a row it was started on other ports because its own were taken.
    pub moves: u32,
    /// When it came to what it is.
    pub since_ns: i64,
}

/// The one fact about all indices for which there is no room: the first of them, and why. The instances of a process are alike, so those
/// after it would fare no better.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub index: u32,
    pub reason: NoRoom,
    pub since_ns: i64,
    /// When it is tried again; None: it can never be.
    pub retry_ms: Option<u64>,
}

/// A container that exists or is being made.
pub(super) struct Live {
    pub guid: String,
    /// None until it is made.
    pub remote: Option<Remote>,
    /// None until it is made.
    pub reach: Option<Reach>,
    /// Container port and the one it is reached under: of the host, or the same where it has a network of its own.
    pub ports: Vec<(u16, u16)>,
    pub voice: Voice,
    /// When it became healthy.
    pub running_ms: Option<u64>,
    /// Start of the container, if it is older than this server.
    pub since_ns: Option<i64>,
    /// Why it was asked to end, if that counts as a crash.
    pub failure: Option<String>,
    pub is_routable: bool,
    /// One of its processes was seen to listen on its ports, and nobody else; always so where nobody else can.
    pub holds_ports: bool,
    /// Whoever routes knows of it.
    pub is_announced: bool,
    pub was_ready: bool,
    watches: Vec<AbortHandle>,
}

impl Default for Slot {
    fn default() -> Self {
        Self {
            phase: Phase::Idle,
            live: None,
            crash_count: 0,
            crash_reason: None,
            moves: 0,
            since_ns: crate::clock::now_ns(),
        }
    }
}

impl Slot {
    pub fn begin(&mut self, live: Live) {
        self.phase = Phase::Starting;
        self.since_ns = crate::clock::now_ns();
        self.live = Some(live);
    }
}

impl Live {
    pub fn new(guid: String, ports: Vec<(u16, u16)>, voice: Voice) -> Self {
        Self {
            guid,
            remote: None,
            reach: None,
            ports,
            voice,
            running_ms: None,
            since_ns: None,
            failure: None,
            is_routable: false,
            holds_ports: false,
            is_announced: false,
            was_ready: false,
            watches: Vec::new(),
        }
    }

    /// Nobody else can want its ports.
    pub fn has_own_network(&self) -> bool {
        self.reach.as_ref().is_some_and(|reach| !reach.shares_ports())
    }

    pub fn ask(&self, ask: Ask) {
        if let Some(remote) = &self.remote {
            remote.ask(ask);
        }
    }

    /// Runs a check until [`Live::quiet`].
    pub fn watch(&mut self, check: impl Future<Output = ()> + Send + 'static) {
        self.watches.push(tokio::spawn(check).abort_handle());
    }

    /// Ends all checks.
    pub fn quiet(&self) {
        self.watches.iter().for_each(AbortHandle::abort);
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.quiet();
    }
}

/// What the port shows of a process.
#[derive(Default)]
pub(super) struct View {
    pub instances: Vec<Instance>,
    pub meters: Vec<Meter>,
}

/// A running instance whose use can be measured.
#[derive(Clone)]
pub(super) struct Meter {
    pub index: u32,
    pub guid: String,
    pub remote: Remote,
    pub since_ns: i64,
}

impl View {
    pub fn of(
        key: &ProcessKey,
        spec: &StoredProcess,
        config: &Config,
        slots: &BTreeMap<u32, Slot>,
        refusal: Option<&Refusal>,
    ) -> Self {
        let meters = slots.iter().filter_map(|(index, slot)| {
            let live = slot.live.as_ref().filter(|_| slot.phase == Phase::Running)?;
            let (index, since_ns) = (*index, slot.since_ns);
            Some(Meter { index, guid: live.guid.clone(), remote: live.remote.clone()?, since_ns })
        });
        let mut instances: Vec<_> =
            slots.iter().map(|(index, slot)| instance(key, spec, config, *index, slot)).collect();
        if let Some(refusal) = refusal {
            let place = instances.binary_search_by_key(&refusal.index, |shown| shown.index);
            if let Err(place) = place {
                let slot = Slot { since_ns: refusal.since_ns, ..Slot::default() };
                instances.insert(place, instance(key, spec, config, refusal.index, &slot));
            }
            let waiting = instances.iter_mut().filter(|shown| shown.index >= refusal.index);
            for shown in waiting.filter(|shown| shown.state == InstanceState::Pending) {
                shown.placement_error = Some(refusal.reason.to_string());
            }
        }
        Self { meters: meters.collect(), instances }
    }
}

fn instance(key: &ProcessKey, spec: &StoredProcess, config: &Config, index: u32, slot: &Slot) -> Instance {
    let state = match slot.phase {
        Phase::Idle => InstanceState::Pending,
        Phase::Starting => InstanceState::Starting,
        Phase::Stopping => InstanceState::Stopping,
        Phase::Running => InstanceState::Running,
        Phase::Crashed { .. } => InstanceState::Crashed,
    };
    let port = |(container, host): &(u16, u16)| PortMap {
        container: *container,
        host: *host,
        container_tls: None,
        host_tls: None,
    };
    let net = slot.live.as_ref().map(|live| {
        let host = live.reach.as_ref().map_or(&config.host, |reach| &reach.host);
        let ports = live.ports.iter().map(port).collect();
        Net { host: host.clone(), instance_ip: host.clone(), ports }
    });
    Instance {
        key: key.clone(),
        index,
        guid: slot.live.as_ref().map(|live| live.guid.clone()),
        cell: slot.live.as_ref().map(|_| config.cell.clone()),
        state,
        placement_error: None,
        routable: Some(slot.live.as_ref().is_some_and(|live| live.is_routable)),
        since_ns: slot.since_ns,
        crash_count: slot.crash_count,
        crash_reason: slot.crash_reason.clone(),
        net: net.unwrap_or_default(),
        presence: Presence::Ordinary,
        tags: load_tags(&spec.tags),
    }
}
