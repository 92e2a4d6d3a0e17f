//! The route table: an immutable value that requests read, in shards that a change copies one by one.

use std::collections::HashMap;
use std::sync::Arc;

use super::target::Target;

const SHARDS: usize = 256;

#[derive(Clone)]
pub(super) struct Table {
    shards: Box<[Arc<Shard>]>,
}

#[derive(Clone, Default)]
struct Shard {
    exact: HashMap<Box<str>, Paths>,
    /// By the name below the star.
    wildcard: HashMap<Box<str>, Paths>,
}

/// Longest path first.
type Paths = Vec<Arc<Target>>;

impl Default for Table {
    fn default() -> Self {
        Self { shards: vec![Arc::default(); SHARDS].into() }
    }
}

impl Table {
    /// `host` in lower case, without port. Exact before wildcard, a near wildcard before a far one, the longest path within a host;
    /// a host without a matching path is passed over.
    pub fn find(&self, host: &str, path: &str) -> Option<&Arc<Target>> {
        let paths = self.shard(host).and_then(|shard| shard.exact.get(host));
        if let Some(target) = paths.and_then(|paths| longest(paths, path)) {
            return Some(target);
        }
        let mut rest = host;
        while let Some((_, parent)) = rest.split_once('.') {
            let paths = self.shard(parent).and_then(|shard| shard.wildcard.get(parent));
            if let Some(target) = paths.and_then(|paths| longest(paths, path)) {
                return Some(target);
            }
            rest = parent;
        }
        None
    }

    fn shard(&self, name: &str) -> Option<&Shard> {
        self.shards.get(shard_of(name)).map(|shard| &**shard)
    }

    /// Replaces a target of the same path. `host` in lower case.
    pub fn put(&mut self, host: &str, target: Arc<Target>) {
        let (name, hosts) = self.hosts_mut(host);
        let paths = match hosts.get_mut(name) {
            Some(paths) => paths,
            None => hosts.entry(name.into()).or_default(),
        };
        paths.retain(|other| other.path != target.path);
        let place = paths.partition_point(|other| other.path.len() >= target.path.len());
        paths.insert(place, target);
    }

    /// Removes what this route put there, and nothing that another route put there since.
    pub fn remove(&mut self, host: &str, route_guid: &str) {
        let (name, hosts) = self.hosts_mut(host);
        if let Some(paths) = hosts.get_mut(name) {
            paths.retain(|target| &*target.route_guid != route_guid);
            if paths.is_empty() {
                hosts.remove(name);
            }
        }
    }

    fn hosts_mut<'a>(&mut self, host: &'a str) -> (&'a str, &mut HashMap<Box<str>, Paths>) {
        let (name, is_wildcard) = match host.strip_prefix("*.") {
            Some(parent) => (parent, true),
            None => (host, false),
        };
        let shard = self.shards.get_mut(shard_of(name)).expect("there are as many shards as shard_of says");
        let shard = Arc::make_mut(shard);
        (name, if is_wildcard { &mut shard.wildcard } else { &mut shard.exact })
    }
}

fn shard_of(name: &str) -> usize {
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = name.bytes().fold(0x811c_9dc5, mix);
    usize::try_from(hash ^ (hash >> 16)).unwrap_or(0) % SHARDS
}

fn longest<'a>(paths: &'a Paths, path: &str) -> Option<&'a Arc<Target>> {
    paths.iter().find(|target| is_prefix(target.path.as_bytes(), path.as_bytes()))
}

/// On the border of a segment; letters in any case.
fn is_prefix(prefix: &[u8], path: &[u8]) -> bool {
    path.split_at_checked(prefix.len()).is_some_and(|(start, rest)| {
        start.eq_ignore_ascii_case(prefix) && matches!(rest.first(), None | Some(b'/'))
    }) || prefix.is_empty()
}

#[cfg(test)]
mod tests {
    use cc_domain::traffic::{Destination, Protocol, Route, TrafficChange};
    use proptest::prelude::*;

    use super::*;
    use crate::router::dice::Dice;
    use crate::router::writer::Writer;

    const HOSTS: [&str; 8] = ["a.b.c", "*.b.c", "*.c", "b.c", "c", "x.a.b.c", "*.a.b.c", "*.x.c"];
    const PATHS: [&str; 5] = ["", "/a", "/a/b", "/ab", "/A/c"];

    fn route(guid: usize, host: &str, path: &str, has_destination: bool) -> Route {
        let destination = Destination {
            app_guid: "app".into(),
            process_guid: "process".into(),
            process_type: "web".into(),
            app_port: 8080,
            weight: None,
            protocol: Protocol::Http1,
            tags: Arc::default(),
            endpoints: Vec::new(),
        };
        Route {
            guid: guid.to_string().into(),
            host: host.into(),
            path: path.into(),
            destinations: if has_destination { vec![destination] } else { Vec::new() },
            ..Route::default()
        }
    }

    /// By the rules alone: every route is a candidate, the most specific host and then the longest path wins.
    fn naive<'a>(routes: &'a HashMap<usize, Route>, host: &str, path: &str) -> Option<&'a str> {
        let path = path.to_lowercase();
        let candidates = routes.values().filter(|route| {
            let (route_host, route_path) = (&route.host, route.path.to_lowercase());
            let host_fits = match route_host.strip_prefix('*') {
                Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
                None => route_host == host,
            };
            !route.destinations.is_empty()
                && host_fits
                && (path == route_path
                    || path.starts_with(&format!("{route_path}/"))
                    || route_path.is_empty())
        });
        let specific = |route: &&Route| (!route.host.starts_with('*'), route.host.len(), route.path.len());
        candidates.max_by_key(specific).map(|route| &*route.guid)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_table_changed_step_by_step_finds_what_the_rules_say(
            steps in proptest::collection::vec((0..HOSTS.len(), 0..PATHS.len(), any::<bool>(), any::<bool>()), 0..40),
        ) {
            let (dice, mut writer, mut table) = (Dice::new(), Writer::default(), Table::default());
            let mut routes = HashMap::new();
            for (host, path, is_removal, has_destination) in steps {
                // One route for each host and path, since two with the same are the caller's mistake.
                let guid = host * PATHS.len() + path;
                let change = if is_removal {
                    routes.remove(&guid);
                    TrafficChange::Remove(guid.to_string().into())
                } else {
                    let route = route(guid, HOSTS[host], PATHS[path], has_destination);
                    routes.insert(guid, route.clone());
                    TrafficChange::Put(route)
                };
                table = writer.apply(&table, vec![change], &dice);
            }
            for host in ["a.b.c", "z.b.c", "b.c", "c", "x.a.b.c", "y.x.c", "d", "z.z.z.c"] {
                for path in ["/", "/a", "/A/", "/a/b", "/a/bc", "/a/c/d", "/ab", "/abc", "*"] {
                    let found = table.find(host, path).map(|target| &*target.route_guid);
                    prop_assert_eq!(found, naive(&routes, host, path), "{} {}", host, path);
                }
            }
        }
    }
}
