//! A route as requests see it: its instances, ready to be chosen from.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

use cc_domain::log::TagSet;
use cc_domain::traffic::{Destination, LoadBalancing, Route};
use http::{HeaderName, HeaderValue};

use super::endpoint::Endpoint;

pub(super) struct Target {
    pub route_guid: Arc<str>,
    /// For comparing: lower case; empty for none.
    pub path: Box<str>,
    /// As the route has it, for people and their browsers.
    pub shown_path: Box<str>,
    pub balance: Balance,
    pub has_weights: bool,
    pub groups: Vec<Group>,
    /// The app that answers for the route when no instance can.
    pub first_app: Arc<App>,
}

/// The instances of one destination; of all destinations together if there are no weights.
pub(super) struct Group {
    pub weight: u32,
    pub next: AtomicUsize,
    pub instances: Vec<Arc<Instance>>,
}

pub(super) enum Balance {
    RoundRobin,
    LeastConnection,
    Hash { header: HeaderName, factor: Option<f64> },
}

pub(super) struct App {
    pub guid: Arc<str>,
    pub process_guid: Arc<str>,
    process_type: Arc<str>,
    tags: Arc<TagSet>,
}

pub(super) struct Instance {
    pub app: Arc<App>,
    pub guid: Arc<str>,
    pub index: u32,
    pub endpoint: Arc<Endpoint>,
    pub app_header: HeaderValue,
    pub guid_header: HeaderValue,
    pub index_header: HeaderValue,
    log_tags: OnceLock<Arc<TagSet>>,
}

impl Target {
    /// `None` for a route without destinations.
    pub fn new(
        route: &Route,
        random: usize,
        mut endpoint: impl FnMut(&Destination, usize) -> Arc<Endpoint>,
    ) -> Option<Self> {
        let has_weights = route.destinations.iter().any(|destination| destination.weight.is_some());
        let mut groups = Vec::new();
        let mut first_app = None;
        for destination in &route.destinations {
            let app = Arc::new(App {
                guid: destination.app_guid.clone(),
                process_guid: destination.process_guid.clone(),
                process_type: destination.process_type.clone(),
                tags: destination.tags.clone(),
            });
            let app_header = header(&app.guid);
            let instances = destination.endpoints.iter().enumerate().map(|(position, from)| {
                Arc::new(Instance {
                    app: app.clone(),
                    guid: from.instance_guid.clone(),
                    index: from.index,
                    endpoint: endpoint(destination, position),
                    app_header: app_header.clone(),
                    guid_header: header(&from.instance_guid),
                    index_header: HeaderValue::from(from.index),
                    log_tags: OnceLock::new(),
                })
            });
            let weight = u32::from(destination.weight.unwrap_or(0));
            let instances: Vec<_> = instances.collect();
            match groups.last_mut() {
                Some(Group { instances: all, .. }) if !has_weights => all.extend(instances),
                _ => groups.push(Group { weight, next: AtomicUsize::new(random), instances }),
            }
            first_app.get_or_insert(app);
        }
        Some(Self {
            route_guid: route.guid.clone(),
            path: route.path.to_ascii_lowercase().into(),
            shown_path: route.path.as_str().into(),
            balance: Balance::new(&route.options.balance),
            has_weights,
            groups,
            first_app: first_app?,
        })
    }

    pub fn instances(&self) -> impl Iterator<Item = &Arc<Instance>> {
        self.groups.iter().flat_map(|group| &group.instances)
    }
}

impl Balance {
    /// A header name that cannot be one is never in a request, so that such a hash is round robin.
    fn new(option: &LoadBalancing) -> Self {
        match option {
            LoadBalancing::RoundRobin => Self::RoundRobin,
            LoadBalancing::LeastConnection => Self::LeastConnection,
            LoadBalancing::Hash { header, balance } => match HeaderName::try_from(header) {
                Ok(header) => Self::Hash { header, factor: balance.filter(|factor| *factor > 0.0) },
                Err(_) => Self::RoundRobin,
            },
        }
    }
}

impl App {
    fn log_tags(&self) -> BTreeMap<String, String> {
        let mut tags = TagSet::clone(&self.tags);
        for (name, value) in [
            ("source_type", "RTR"),
            ("source_id", &*self.guid),
            ("app_id", &*self.guid),
            ("process_id", &*self.process_guid),
            ("process_type", &*self.process_type),
        ] {
            tags.insert(name.to_owned(), value.to_owned());
        }
        tags
    }

    /// For a request that reached no instance.
    pub fn tags_without_instance(&self) -> Arc<TagSet> {
        Arc::new(self.log_tags())
    }
}

impl Instance {
    /// Tags of the access log, made when first needed.
    pub fn log_tags(&self) -> &Arc<TagSet> {
        self.log_tags.get_or_init(|| {
            let mut tags = self.app.log_tags();
            tags.insert("process_instance_id".to_owned(), self.guid.to_string());
            tags.insert("instance_id".to_owned(), self.index.to_string());
            Arc::new(tags)
        })
    }
}

/// Guids are visible ASCII; anything else is left out of the request.
fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}
