//! Keeps the table up to date: what is known of every route, and which of them a change touches.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Weak};
use std::time::Duration;

use cc_domain::traffic::{Destination, Protocol, Route, TrafficChange};

use super::dice::Dice;
use super::endpoint::Endpoint;
use super::table::Table;
use super::target::Target;

#[derive(Default)]
pub(super) struct Writer {
    routes: HashMap<Arc<str>, Route>,
    routes_by_process: HashMap<Arc<str>, HashSet<Arc<str>>>,
    endpoints: Endpoints,
}

impl Writer {
    pub fn replace(&mut self, routes: Vec<Route>, dice: &Dice) -> Table {
        self.routes.clear();
        self.routes_by_process.clear();
        let mut table = Table::default();
        for route in routes {
            self.put(&mut table, route, dice);
        }
        self.endpoints.forget_unused();
        table
    }

    pub fn apply(&mut self, table: &Table, changes: Vec<TrafficChange>, dice: &Dice) -> Table {
        let mut table = table.clone();
        for change in changes {
            match change {
                TrafficChange::Put(route) => {
                    self.remove(&mut table, &route.guid);
                    self.put(&mut table, route, dice);
                }
                TrafficChange::Remove(guid) => self.remove(&mut table, &guid),
                TrafficChange::Endpoints { process_guid, app_port, endpoints } => {
                    let touched = self.routes_by_process.get(&process_guid).cloned().unwrap_or_default();
                    for guid in touched {
                        let Some(mut route) = self.routes.remove(&guid) else { continue };
                        for destination in &mut route.destinations {
                            if destination.process_guid == process_guid && destination.app_port == app_port {
                                destination.endpoints.clone_from(&endpoints);
                            }
                        }
                        self.put(&mut table, route, dice);
                    }
                }
            }
        }
        self.endpoints.forget_unused_now_and_then();
        table
    }

    pub fn close_idle(&self, idle_timeout: Duration) {
        for endpoint in self.endpoints.known.values().filter_map(Weak::upgrade) {
            endpoint.close_idle(idle_timeout);
        }
    }

    fn put(&mut self, table: &mut Table, mut route: Route, dice: &Dice) {
        route.host.make_ascii_lowercase();
        for destination in &route.destinations {
            let routes = self.routes_by_process.entry(destination.process_guid.clone()).or_default();
            routes.insert(route.guid.clone());
        }
        let random = dice.below(1 << 16);
        let target =
            Target::new(&route, random, |destination, position| self.endpoints.get(destination, position));
        if let Some(target) = target {
            table.put(&route.host, Arc::new(target));
        }
        self.routes.insert(route.guid.clone(), route);
    }

    fn remove(&mut self, table: &mut Table, guid: &str) {
        let Some(route) = self.routes.remove(guid) else { return };
        table.remove(&route.host, guid);
        for destination in &route.destinations {
            if let Some(routes) = self.routes_by_process.get_mut(&destination.process_guid) {
                routes.remove(guid);
                if routes.is_empty() {
                    self.routes_by_process.remove(&destination.process_guid);
                }
            }
        }
    }
}

/// An instance and where it is: a new instance on an old address starts with no connections of its predecessor.
type Key = (Arc<str>, Arc<str>, u16, Protocol);

/// Endpoints outlive changes of the table, and routes to the same instance share them, with their connections.
#[derive(Default)]
struct Endpoints {
    known: HashMap<Key, Weak<Endpoint>>,
    kept_at_last_look: usize,
}

impl Endpoints {
    fn get(&mut self, destination: &Destination, position: usize) -> Arc<Endpoint> {
        let from = destination.endpoints.get(position).expect("the caller walks these endpoints");
        let key = (from.instance_guid.clone(), from.host.clone(), from.port, destination.protocol);
        let known = self.known.entry(key).or_default();
        known.upgrade().unwrap_or_else(|| {
            let new = Arc::new(Endpoint::new(from, destination.protocol));
            *known = Arc::downgrade(&new);
            new
        })
    }

    fn forget_unused_now_and_then(&mut self) {
        if self.known.len() > 64 + 2 * self.kept_at_last_look {
            self.forget_unused();
        }
    }

    fn forget_unused(&mut self) {
        self.known.retain(|_, endpoint| endpoint.strong_count() > 0);
        self.kept_at_last_look = self.known.len();
    }
}
