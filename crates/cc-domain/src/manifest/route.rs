//! Routes as manifests write them (domain-rules 25.3).

use super::yaml::as_text;
use super::{ManifestError, parse::Object};
use crate::domain::Domain;
use crate::name::{Name, fold};
use crate::patch::Patch;
use crate::route::address::{HostError, PathError};
use crate::route::options::{parse_hash_balance, parse_hash_header, parse_loadbalancing};
use crate::route::{DestinationProtocol, Host, OptionsPatch, PortRequest, Route, RoutePath};
use serde_json::Value;

/// One entry of `routes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestRoute {
    /// As written.
    pub text: String,
    name: String,
    /// What no path can be is told only when the route is looked for.
    path: Result<RoutePath, PathError>,
    pub port: PortRequest,
    pub protocol: Option<DestinationProtocol>,
    pub options: OptionsPatch,
}

/// Where a route is or is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTarget {
    pub host: Host,
    pub domain: Domain,
    pub path: RoutePath,
    pub port: PortRequest,
}

/// Where random words come from.
pub trait Words: Send + Sync + 'static {
    /// Lower-case words joined by hyphens, as in `fluffy-fox`.
    fn words(&self) -> String;
}

impl ManifestRoute {
    /// Reads all entries. One check goes over all of them before the next does.
    pub(super) fn parse_all(
        entries: &[&Object],
        is_hash_on: bool,
        complaints: &mut Vec<String>,
    ) -> Vec<Self> {
        let (mut protocols, mut keys, mut values) = (Vec::new(), Vec::new(), Vec::new());
        let mut routes = Vec::new();
        for entry in entries {
            let text = entry.get("route").map(as_text).unwrap_or_default();
            let protocol = match entry.get("protocol") {
                None | Some(Value::Null) => None,
                Some(value) => {
                    let protocol = value.as_str().and_then(|p| p.parse().ok());
                    if protocol.is_none() {
                        protocols.push("Route protocol must be 'http1', 'http2' or 'tcp'.".to_owned());
                    }
                    protocol
                }
            };
            let options = options(&text, entry.get("options"), is_hash_on, &mut keys, &mut values);
            if let Some((name, port, path)) = split(&text) {
                routes.push(Self { text, name, path, port, protocol, options });
            } else {
                complaints.push(format!("The route '{text}' is not a properly formed URL"));
            }
        }
        complaints.extend(protocols.into_iter().chain(keys).chain(values));
        routes
    }

    /// Names of the domains it may be on.
    pub fn domain_names(&self) -> Vec<String> {
        self.candidates().into_iter().map(|(_, domain)| domain).collect()
    }

    /// The whole name as a domain, then its first label as a host below the rest.
    fn candidates(&self) -> Vec<(&str, String)> {
        let whole = (!self.name.starts_with('*')).then(|| ("", fold(&self.name)));
        let split = self.name.split_once('.').map(|(host, domain)| (host, fold(domain)));
        whole.into_iter().chain(split).collect()
    }

    /// The first candidate whose domain is among `domains`.
    pub fn resolve(&self, app: &Name, domains: &[Domain]) -> Result<RouteTarget, ManifestError> {
        let found = self.candidates().into_iter().find_map(|(host, name)| {
            domains.iter().find(|d| d.name.key() == name).map(|domain| (host, domain.clone()))
        });
        let (host, domain) =
            found.ok_or_else(|| ManifestError::NoDomain { app: app.clone(), route: self.text.clone() })?;
        let refused = |reason| ManifestError::BadRoute { app: app.clone(), route: self.text.clone(), reason };
        let host = Host::parse(host).map_err(|error| {
            refused(match error {
                HostError::TooLong => "host must be no more than 63 characters",
                HostError::Characters => {
                    "host must be either \"*\" or contain only alphanumeric characters, \"_\", or \"-\""
                }
            })
        })?;
        let path = self.path.clone().map_err(|error| {
            refused(match error {
                PathError::OnlySlash => "Path cannot be a single '/'.",
                PathError::TooLong => "Path exceeds 128 characters.",
                PathError::NoSlash | PathError::Query | PathError::Characters => "Path is invalid.",
            })
        })?;
        Ok(RouteTarget { host, domain, path, port: self.port })
    }

    /// Whether this is the text of the route.
    pub fn names(&self, route: &Route) -> bool {
        let port = match self.port {
            PortRequest::Given(port) => Some(port),
            PortRequest::Absent | PortRequest::None => None,
        };
        fold(&route.fqdn()) == fold(&self.name)
            && self.path.as_ref().is_ok_and(|path| fold(route.path.as_str()) == fold(path.as_str()))
            && route.port == port
    }
}

/// `[scheme://]name[:port][/path]`, without what a query and a fragment say. Only with a scheme may a name have a single label.
fn split(text: &str) -> Option<(String, PortRequest, Result<RoutePath, PathError>)> {
    let (scheme, rest) = text.split_once("://").map_or((None, text), |(s, rest)| (Some(s), rest));
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let at = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(at);
    let (name, port) = match authority.split_once(':') {
        None => (authority, PortRequest::Absent),
        Some((name, port)) => {
            let port =
                port.parse::<u16>().ok().filter(|p| *p > 0 && port.bytes().all(|b| b.is_ascii_digit()))?;
            (name, PortRequest::Given(port))
        }
    };
    let fits = match scheme {
        None => name.contains('.'),
        Some("tcp") => matches!(port, PortRequest::Given(_)),
        Some(scheme) => matches!(scheme, "http" | "https") && port == PortRequest::Absent,
    };
    let plain = name.strip_prefix("*.").unwrap_or(name);
    let label =
        |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    (fits && plain.split('.').all(label)).then(|| (name.to_owned(), port, RoutePath::parse(path)))
}

/// Complaints about the keys and about the values are apart.
fn options(
    route: &str,
    value: Option<&Value>,
    is_hash_on: bool,
    keys: &mut Vec<String>,
    values: &mut Vec<String>,
) -> OptionsPatch {
    let mut patch = OptionsPatch::default();
    let map = match value {
        None => return patch,
        Some(Value::Object(map)) => map,
        Some(_) => {
            keys.push(format!("Route '{route}': options must be an object"));
            return patch;
        }
    };
    let valid = if is_hash_on { "loadbalancing, hash_header, hash_balance" } else { "loadbalancing" };
    for key in map.keys().filter(|key| !valid.split(", ").any(|valid| valid == *key)) {
        keys.push(format!("Route '{route}' contains invalid route option '{key}'. Valid keys: '{valid}'"));
    }
    if let Some(value) = map.get("loadbalancing") {
        let algorithms =
            if is_hash_on { "round-robin, least-connection, hash" } else { "round-robin, least-connection" };
        let problem = match value.as_str().map(|text| (text, parse_loadbalancing(text, is_hash_on))) {
            Some((_, Ok(loadbalancing))) => {
                patch.loadbalancing = Patch::Value(loadbalancing);
                None
            }
            Some((text, Err(_))) => Some(format!("Cannot use loadbalancing value '{text}' for")),
            None => Some("Invalid value for 'loadbalancing' for".to_owned()),
        };
        let problem = problem.map(|p| format!("{p} Route '{route}'; Valid values are: '{algorithms}'"));
        values.extend(problem);
    }
    if is_hash_on {
        let mut complain = |problem: String| values.push(format!("Route '{route}': {problem}"));
        match map.get("hash_header") {
            None => {}
            Some(Value::Null) => patch.hash_header = Patch::Null,
            Some(value) => match parse_hash_header(&as_text(value)) {
                Ok(header) => patch.hash_header = Patch::Value(header),
                Err(problem) => complain(problem.to_string()),
            },
        }
        match map.get("hash_balance") {
            None => {}
            Some(Value::Null) => patch.hash_balance = Patch::Null,
            Some(value) => match parse_hash_balance(&as_text(value)) {
                Ok(balance) => patch.hash_balance = Patch::Value(balance),
                Err(problem) => complain(problem.to_string()),
            },
        }
    }
    patch
}

/// The host of the route that an app without routes gets: its name, and words behind it if the route is a random one.
pub fn fallback_host(app: &Name, words: Option<&dyn Words>) -> Result<Host, ManifestError> {
    let text = match words {
        None => app.as_str().to_owned(),
        Some(words) => format!("{app}-{}", words.words()),
    };
    let refused = |reason| ManifestError::NoHost { app: app.clone(), reason };
    if text.chars().count() > Host::MAX_CHARS {
        return Err(refused("Host cannot exceed 63 characters"));
    }
    let host = Host::parse(&text).ok().filter(|host| !host.is_wildcard());
    host.ok_or_else(|| {
        refused("Host must be either \"*\" or contain only alphanumeric characters, \"_\", or \"-\"")
    })
}
