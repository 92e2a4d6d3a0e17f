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
