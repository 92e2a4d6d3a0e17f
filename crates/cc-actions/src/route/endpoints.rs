//! Where the running instances are, and the one way by which routes reach the router.
//!
//! The router holds no endpoint of a process that no route leads to, so they are kept here. Endpoints that an engine reports go to the
//! router at once, without a look at the database; a route that is announced takes along the endpoints known at that moment. Both
//! happen under one lock, so that neither overtakes the other.

use cc_domain::runtime::ProcessKey;
use cc_domain::traffic::{Endpoint, Route, Traffic, TrafficChange, Way};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A routable instance, as an engine reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceEndpoint {
    pub process: ProcessKey,
    pub index: u32,
    pub instance_guid: String,
    pub host: String,
    /// The port in the app's own view and the one on the host.
    pub ports: Vec<(u16, u16)>,
    pub way: Way,
}

/// By process guid, then by index and instance, so that the order is always the same.
type Known = HashMap<String, BTreeMap<(u32, String), InstanceEndpoint>>;

/// The endpoints of all processes on this replica. Versions of a process that run side by side share the traffic.
#[derive(Default)]
pub struct Endpoints {
    known: Mutex<Known>,
    /// Held from the reading of a route to its announcement: what is announced last was read last.
    pub(super) turn: tokio::sync::Mutex<()>,
}

impl Endpoints {
    /// An instance takes requests from now on. Again is no change.
    pub fn routable(&self, traffic: &dyn Traffic, instance: InstanceEndpoint) {
        let mut known = self.lock();
        let process = instance.process.process().to_string();
        let of_process = known.entry(process.clone()).or_default();
        let mut ports = ports_of(&instance);
        if let Some(old) = of_process.insert((instance.index, instance.instance_guid.clone()), instance) {
            ports.extend(ports_of(&old));
        }
        let changes = ports.into_iter().map(|port| change(&process, port, of_process)).collect();
        traffic.apply(changes);
    }

    /// An instance takes no more requests; one that is not known is no change.
    pub fn gone(&self, traffic: &dyn Traffic, instance: &InstanceEndpoint) {
        let mut known = self.lock();
        let process = instance.process.process().as_str();
        let Some(of_process) = known.get_mut(process) else { return };
        let Some(old) = of_process.remove(&(instance.index, instance.instance_guid.clone())) else { return };
        let changes = ports_of(&old).into_iter().map(|port| change(process, port, of_process)).collect();
        if of_process.is_empty() {
            known.remove(process);
        }
        traffic.apply(changes);
    }

    /// Announces a route with the endpoints that are known now, whatever it says of them itself.
    pub(super) fn put(&self, traffic: &dyn Traffic, mut route: Route) {
        let known = self.lock();
        fill(&known, &mut route);
        traffic.apply(vec![TrafficChange::Put(route)]);
    }

    /// Makes these the only routes, each with the endpoints that are known now.
    pub(super) fn replace(&self, traffic: &dyn Traffic, mut routes: Vec<Route>) {
        let known = self.lock();
        for route in &mut routes {
            fill(&known, route);
        }
        traffic.replace(routes);
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ports_of(instance: &InstanceEndpoint) -> BTreeSet<u16> {
    instance.ports.iter().map(|(app_port, _)| *app_port).collect()
}

fn change(
    process: &str,
    app_port: u16,
    instances: &BTreeMap<(u32, String), InstanceEndpoint>,
) -> TrafficChange {
    TrafficChange::Endpoints { process_guid: process.into(), app_port, endpoints: at(app_port, instances) }
}

fn at(app_port: u16, instances: &BTreeMap<(u32, String), InstanceEndpoint>) -> Vec<Endpoint> {
    instances
        .values()
        .filter_map(|instance| {
            let (_, port) = instance.ports.iter().find(|(inside, _)| *inside == app_port)?;
            Some(Endpoint {
                instance_guid: Arc::from(instance.instance_guid.as_str()),
                index: instance.index,
                host: Arc::from(instance.host.as_str()),
                port: *port,
                way: instance.way.clone(),
            })
        })
        .collect()
}

fn fill(known: &Known, route: &mut Route) {
    for destination in &mut route.destinations {
        let instances = known.get(&*destination.process_guid);
        destination.endpoints = instances.map(|i| at(destination.app_port, i)).unwrap_or_default();
    }
}
