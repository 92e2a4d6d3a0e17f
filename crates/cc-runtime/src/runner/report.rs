//! What the engine tells the rest of the server as it happens. The wiring gives the functions; none of them may block.

use cc_domain::runtime::{Owner, ProcessKey, Tag};
use cc_domain::traffic::Way;
use std::collections::BTreeMap;
use std::sync::Arc;

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
    pub index: u32,
    pub instance_guid: String,
    pub host: String,
    /// Container port, and the one to dial.
    pub ports: Vec<(u16, u16)>,
    /// How to dial it.
    pub way: Way,
}

/// An instance became routable or stopped being so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointChange {
    /// True is also sent for each one found running at the start; false is sent before the instance is asked to end.
    pub is_routable: bool,
    pub endpoint: Endpoint,
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
        ("source_id", owner.app.as_str()),
        ("app_id", owner.app.as_str()),
        ("app_name", &owner.app_name),
        ("space_id", owner.space.as_str()),
        ("space_name", &owner.space_name),
        ("organization_id", owner.org.as_str()),
        ("organization_name", &owner.org_name),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
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
