//! How an engine finds out that an instance works, and that it takes requests.

use crate::patch::Patch;
use std::fmt;

text_enum! {
    pub enum HealthCheckKind {
        Port = "port",
        Process = "process",
        Http = "http",
        /// Old rows only; no request may name it.
        None = "none",
    }
}

text_enum! {
    #[derive(Default)]
    pub enum ReadinessKind {
        #[default]
        Process = "process",
        Port = "port",
        Http = "http",
    }
}

/// 1 to 2,147,483,647 seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(u32);

impl Seconds {
    /// `None` out of bounds.
    pub fn new(seconds: i64) -> Option<Self> {
        u32::try_from(seconds).ok().filter(|s| (1..=crate::quantity::I32_MAX).contains(s)).map(Self)
    }

    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A path on an instance; what it may hold is checked when the check is of type http.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Box<str>);

impl Endpoint {
    pub const MAX_CHARS: usize = 255;

    /// Any text up to 255 characters; `None` for a longer one.
    pub fn parse(text: &str) -> Option<Self> {
        (text.chars().count() <= Self::MAX_CHARS).then(|| Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Starts with `/` and has only characters of a URI's path and query.
    pub fn is_path(&self) -> bool {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%?".contains(&b);
        self.0.starts_with('/') && !self.0.starts_with("//") && self.0.bytes().all(allowed)
    }
}

/// Whether an instance is alive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheck {
    pub kind: HealthCheckKind,
    /// Until the first success; `None` is the operator's default.
    pub timeout: Option<Seconds>,
    pub invocation_timeout: Option<Seconds>,
    pub interval: Option<Seconds>,
    /// Used with http only.
    pub endpoint: Option<Endpoint>,
}

/// Whether an instance gets requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadinessCheck {
    pub kind: ReadinessKind,
    pub invocation_timeout: Option<Seconds>,
    pub interval: Option<Seconds>,
    /// Used with http only.
    pub endpoint: Option<Endpoint>,
}

/// A change of either check; the readiness check has no timeout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheckUpdate<K> {
    pub kind: Option<K>,
    pub timeout: Patch<Seconds>,
    pub invocation_timeout: Patch<Seconds>,
    pub interval: Patch<Seconds>,
    pub endpoint: Patch<Endpoint>,
}

/// Changes nothing.
impl<K> Default for HealthCheckUpdate<K> {
    fn default() -> Self {
        Self {
            kind: None,
            timeout: Patch::Absent,
            invocation_timeout: Patch::Absent,
            interval: Patch::Absent,
            endpoint: Patch::Absent,
        }
    }
}

impl HealthCheck {
    pub fn of(kind: HealthCheckKind) -> Self {
        Self { kind, timeout: None, invocation_timeout: None, interval: None, endpoint: None }
    }

    /// After a change: a type other than http clears the endpoint.
    pub fn updated(&self, change: &HealthCheckUpdate<HealthCheckKind>) -> Self {
        let endpoint = change.endpoint.clone().apply(self.endpoint.clone());
        Self {
            kind: change.kind.unwrap_or(self.kind),
            timeout: change.timeout.clone().apply(self.timeout),
            invocation_timeout: change.invocation_timeout.clone().apply(self.invocation_timeout),
            interval: change.interval.clone().apply(self.interval),
            endpoint: endpoint.filter(|_| change.kind.is_none_or(|kind| kind == HealthCheckKind::Http)),
        }
    }

    /// The endpoint that is missing or no path although the type is http; empty if missing.
    pub fn bad_endpoint(&self) -> Option<&str> {
        (self.kind == HealthCheckKind::Http).then(|| bad_path(self.endpoint.as_ref())).flatten()
    }
}

impl ReadinessCheck {
    /// After a change: a type other than http clears the endpoint. A timeout does not exist here and is ignored.
    pub fn updated(&self, change: &HealthCheckUpdate<ReadinessKind>) -> Self {
        let endpoint = change.endpoint.clone().apply(self.endpoint.clone());
        Self {
            kind: change.kind.unwrap_or(self.kind),
            invocation_timeout: change.invocation_timeout.clone().apply(self.invocation_timeout),
            interval: change.interval.clone().apply(self.interval),
            endpoint: endpoint.filter(|_| change.kind.is_none_or(|kind| kind == ReadinessKind::Http)),
        }
    }

    /// As [`HealthCheck::bad_endpoint`].
    pub fn bad_endpoint(&self) -> Option<&str> {
        (self.kind == ReadinessKind::Http).then(|| bad_path(self.endpoint.as_ref())).flatten()
    }
}

fn bad_path(endpoint: Option<&Endpoint>) -> Option<&str> {
    match endpoint {
        None => Some(""),
        Some(path) if path.is_path() => None,
        Some(path) => Some(path.as_str()),
    }
}
