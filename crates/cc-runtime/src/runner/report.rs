//! What the engine tells the rest of the server as it happens. The wiring gives the functions; none of them may block.

use cc_domain::runtime::{Owner, ProcessKey, Tag};
use cc_domain::traffic::{self, TrafficChange};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    Out,
    Err,
}

/// A line of an app, a task, a staging, or of the engine about one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Guid of the app.
    pub source_id: String,
    /// As in `APP/PROC/WEB`, `STG`, `CELL`.
    pub source_type: String,
    /// Index of the instance, `0` for tasks and builds.
    pub instance: String,
    /// Nanoseconds since the epoch; rising within an instance.
    pub at_ns: i64,
    pub output: Output,
    /// Without the end of the line; not always UTF-8.
    pub text: Vec<u8>,
    pub tags: Arc<BTreeMap<String, String>>,
}

pub type Emit = Arc<dyn Fn(LogLine) + Send + Sync>;

/// Where a routable instance listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub key: ProcessKey,
    pub process_type: String,
    /// Guid of the app.
    pub app: String,
    pub index: u32,
    pub instance_guid: String,
    pub host: String,
    /// Container port and host port.
    pub ports: Vec<(u16, u16)>,
}

/// An instance became routable or stopped being so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointChange {
    /// True is also sent for each one found running at the start; false is sent before the instance is asked to end.
    pub is_routable: bool,
    pub endpoint: Endpoint,
    /// All that are routable after this change, of all versions of the process.
    pub all: Vec<Endpoint>,
}

impl EndpointChange {
    /// As the router takes it: the endpoints of each container port of the process.
    pub fn into_domain(self) -> Vec<TrafficChange> {
        let known = self.all.iter().chain([&self.endpoint]).flat_map(|endpoint| &endpoint.ports);
        let app_ports: BTreeSet<u16> = known.map(|(app, _)| *app).collect();
        let endpoints = |app_port| {
            let port = |endpoint: &Endpoint| {
                let (_, port) = endpoint.ports.iter().find(|(app, _)| *app == app_port)?;
                Some(traffic::Endpoint {
                    instance_guid: endpoint.instance_guid.as_str().into(),
                    index: endpoint.index,
                    host: endpoint.host.as_str().into(),
                    port: *port,
                })
            };
            self.all.iter().filter_map(port).collect()
        };
        let change = |app_port| TrafficChange::Endpoints {
            process_guid: self.endpoint.key.process().into(),
            app_port,
            endpoints: endpoints(app_port),
        };
        app_ports.into_iter().map(change).collect()
    }
}

/// All routable instances, by their guid.
#[derive(Default)]
pub(crate) struct Routable(Mutex<BTreeMap<String, Endpoint>>);

impl Routable {
    /// Notes and tells the change. Changes are told one at a time, so that each list is newer than the one before.
    pub fn change(&self, endpoint: Endpoint, is_routable: bool, tell: &EndpointsChanged) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if is_routable {
            all.insert(endpoint.instance_guid.clone(), endpoint.clone());
        } else {
            all.remove(&endpoint.instance_guid);
        }
        let process = endpoint.key.process();
        let siblings = all.values().filter(|other| other.key.process() == process).cloned().collect();
        tell(EndpointChange { is_routable, endpoint, all: siblings });
    }
}

pub type EndpointsChanged = Arc<dyn Fn(EndpointChange) + Send + Sync>;

/// Lines of one piece of work.
#[derive(Clone)]
pub(crate) struct Voice {
    emit: Emit,
    source_id: String,
    instance: String,
    tags: Arc<BTreeMap<String, String>>,
}

impl Voice {
    pub fn new(emit: &Emit, app: &str, index: u32, tags: BTreeMap<String, String>) -> Self {
        Self {
            emit: emit.clone(),
            source_id: app.to_owned(),
            instance: index.to_string(),
            tags: Arc::new(tags),
        }
    }

    pub fn say(&self, source: &str, output: Output, text: impl Into<Vec<u8>>) {
        self.pass(source, output, text.into(), crate::clock::now_ns());
    }

    pub fn cell(&self, text: impl Into<Vec<u8>>) {
        self.say("CELL", Output::Out, text);
    }

    pub fn pass(&self, source: &str, output: Output, text: Vec<u8>, at_ns: i64) {
        (self.emit)(LogLine {
            source_id: self.source_id.clone(),
            source_type: source.to_owned(),
            instance: self.instance.clone(),
            at_ns,
            output,
            text,
            tags: Arc::clone(&self.tags),
        });
    }

    /// For lines of the container's programs.
    pub fn on_line(&self) -> crate::depot::OnLine {
        let voice = self.clone();
        Arc::new(move |line, source| {
            let output = if line.is_error { Output::Err } else { Output::Out };
            voice.pass(source, output, line.text.clone(), line.at_ns);
        })
    }
}

/// Tags of the spec over those that follow from its owner.
pub(crate) fn tags(
    owner: &Owner,
    given: &BTreeMap<String, Tag>,
    index: u32,
    instance_guid: &str,
) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = [
        ("source_id", &owner.app),
        ("app_id", &owner.app),
        ("app_name", &owner.app_name),
        ("space_id", &owner.space),
        ("space_name", &owner.space_name),
        ("organization_id", &owner.org),
        ("organization_name", &owner.org_name),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.clone()))
    .collect();
    all.insert("instance_id".to_owned(), index.to_string());
    for (name, tag) in given {
        let value = match tag {
            Tag::Static(text) => text.clone(),
            Tag::Index => index.to_string(),
            Tag::InstanceGuid => instance_guid.to_owned(),
        };
        all.insert(name.clone(), value);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, EndpointChange, Routable, TrafficChange};
    use cc_domain::runtime::ProcessKey;
    use std::sync::{Arc, Mutex};

    fn endpoint(version: char, guid: &str, ports: &[(u16, u16)]) -> Endpoint {
        Endpoint {
            key: ProcessKey::new("p", version.to_string().repeat(36)).unwrap(),
            process_type: "web".into(),
            app: "a".into(),
            index: 0,
            instance_guid: guid.into(),
            host: "h".into(),
            ports: ports.to_vec(),
        }
    }

    #[test]
    fn a_change_holds_all_versions_of_its_process_by_port() {
        let told = Arc::new(Mutex::new(Vec::<EndpointChange>::new()));
        let to = told.clone();
        let tell: super::EndpointsChanged = Arc::new(move |change| to.lock().unwrap().push(change));
        let routable = Routable::default();
        routable.change(endpoint('1', "old", &[(8080, 1)]), true, &tell);
        routable.change(endpoint('2', "new", &[(8080, 2), (9090, 3)]), true, &tell);
        routable.change(endpoint('1', "old", &[(8080, 1)]), false, &tell);
        let shown = |change: TrafficChange| match change {
            TrafficChange::Endpoints { app_port, endpoints, .. } => {
                (app_port, endpoints.iter().map(|e| e.port).collect::<Vec<_>>())
            }
            _ => panic!("not about endpoints"),
        };
        let changes = std::mem::take(&mut *told.lock().unwrap());
        let mut all = changes.into_iter().map(|change| change.into_domain().into_iter().map(shown).collect());
        assert_eq!(all.next(), Some(vec![(8080, vec![1])]));
        assert_eq!(all.next(), Some(vec![(8080, vec![2, 1]), (9090, vec![3])]));
        assert_eq!(all.next(), Some(vec![(8080, vec![2]), (9090, vec![3])]));
    }
}
