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

/// A path on an instance, of at most 255 characters: `/`, or `/` and something that does not begin with another, without spaces and
/// control characters. It may have a query and letters of any language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(Box<str>);

/// Why a text is no endpoint; the words follow its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("is too long (maximum is 255 characters)")]
    TooLong,
    #[error("must be a valid URI path")]
    NoPath,
}

impl Endpoint {
    const MAX_CHARS: usize = 255;

    /// Everything that is wrong with the text, in the order of the reference.
    pub fn parse(text: &str) -> Result<Self, Vec<EndpointError>> {
        let is_too_long = text.chars().count() > Self::MAX_CHARS;
        let is_path = text.strip_prefix('/').is_some_and(|rest| {
            !rest.starts_with('/') && !rest.chars().any(|c| c.is_whitespace() || c.is_control())
        });
        let errors: Vec<_> = [(is_too_long, EndpointError::TooLong), (!is_path, EndpointError::NoPath)]
            .into_iter()
            .filter_map(|(is_so, error)| is_so.then_some(error))
            .collect();
        if errors.is_empty() { Ok(Self(text.into())) } else { Err(errors) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it stands in the first line of a request: without a fragment, and what is no character of a URI escaped.
    pub fn target(&self) -> String {
        let path = self.0.split('#').next().unwrap_or_default();
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
        let escaped =
            |byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        path.bytes().map(escaped).collect()
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

    /// Whether the type is http and the endpoint missing.
    pub fn lacks_endpoint(&self) -> bool {
        self.kind == HealthCheckKind::Http && self.endpoint.is_none()
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

    /// As [`HealthCheck::lacks_endpoint`].
    pub fn lacks_endpoint(&self) -> bool {
        self.kind == ReadinessKind::Http && self.endpoint.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_endpoint_is_a_path() {
        for path in ["/", "/path?q=1", "/ä", "/#f", "/a//b", &format!("/{}", "e".repeat(254))] {
            assert_eq!(Endpoint::parse(path).unwrap().as_str(), path);
        }
        for text in ["", " ", "path", "http://h/x", "//", "//h/x", "/a b", "/a\tb", "/a\n", "/a\u{7f}"] {
            assert_eq!(Endpoint::parse(text), Err(vec![EndpointError::NoPath]), "{text:?}");
        }
        let long = "e".repeat(256);
        assert_eq!(Endpoint::parse(&long), Err(vec![EndpointError::TooLong, EndpointError::NoPath]));
        assert_eq!(Endpoint::parse(&format!("/{long}")), Err(vec![EndpointError::TooLong]));
    }

    #[test]
    fn a_request_names_what_a_uri_can() {
        let target = |text| Endpoint::parse(text).unwrap().target();
        assert_eq!(target("/path?q=1&r=%20"), "/path?q=1&r=%20");
        assert_eq!(target("/ä?<b>"), "/%C3%A4?%3Cb%3E");
        assert_eq!(target("/#f"), "/");
    }

    proptest! {
        #[test]
        fn every_endpoint_fits_into_the_first_line_of_a_request(text in "/.{0,30}") {
            if let Ok(endpoint) = Endpoint::parse(&text) {
                let target = endpoint.target();
                prop_assert!(target.starts_with('/') && target.bytes().all(|b| b.is_ascii_graphic()));
            }
        }
    }
}
