//! Routes as manifests write them (domain-rules 25.3).

use super::{ManifestError, parse::Object};
use crate::domain::{Domain, DomainName};
use crate::name::{Name, fold};
use crate::patch::Patch;
use crate::route::options::{parse_hash_balance, parse_hash_header, parse_loadbalancing};
use crate::route::{DestinationProtocol, Host, OptionsPatch, PortRequest, Route, RoutePath};
use serde_json::Value;

/// One entry of `routes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestRoute {
    /// As written.
    pub text: String,
    name: String,
    pub path: RoutePath,
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
    pub(super) fn parse(entry: &Object, is_hash_on: bool, complaints: &mut Vec<String>) -> Option<Self> {
        let Some(text) = entry.get("route").and_then(Value::as_str) else {
            complaints.push("Routes must be a list of route objects".to_owned());
            return None;
        };
        let protocol = match entry.get("protocol") {
            None | Some(Value::Null) => None,
            Some(value) => {
                let protocol = value.as_str().and_then(|p| p.parse().ok());
                if protocol.is_none() {
                    complaints.push("Route protocol must be 'http1', 'http2' or 'tcp'.".to_owned());
                }
                protocol
            }
        };
        let options = options(text, entry.get("options"), is_hash_on, complaints);
        let Some((name, port, path)) = split(text) else {
            complaints.push(format!("The route '{text}' is not a properly formed URL"));
            return None;
        };
        Some(Self { text: text.to_owned(), name, path, port, protocol, options })
    }

    /// Names of the domains it may be on.
    pub fn domain_names(&self) -> Vec<String> {
        self.candidates().into_iter().map(|(_, domain)| domain).collect()
    }

    /// The whole name as a domain, then its first label as a host below the rest.
    fn candidates(&self) -> Vec<(Host, String)> {
        let whole = (Host::default(), self.name.clone());
        let split = self.name.split_once('.');
        let split = split.and_then(|(host, domain)| Some((Host::parse(host).ok()?, domain.to_owned())));
        let whole = (!self.name.starts_with('*')).then_some(whole);
        whole.into_iter().chain(split).collect()
    }

    /// The first candidate whose domain is among `domains`.
    pub fn resolve(&self, app: &Name, domains: &[Domain]) -> Result<RouteTarget, ManifestError> {
        let found = self.candidates().into_iter().find_map(|(host, name)| {
            domains.iter().find(|d| d.name.key() == name).map(|domain| (host, domain.clone()))
        });
        let (host, domain) =
            found.ok_or_else(|| ManifestError::NoDomain { app: app.clone(), route: self.text.clone() })?;
        Ok(RouteTarget { host, domain, path: self.path.clone(), port: self.port })
    }

    /// Whether this is the text of the route.
    pub fn names(&self, route: &Route) -> bool {
        let port = match self.port {
            PortRequest::Given(port) => Some(port),
            PortRequest::Absent | PortRequest::None => None,
        };
        fold(&route.fqdn()) == self.name
            && fold(route.path.as_str()) == fold(self.path.as_str())
            && route.port == port
    }
}

/// `[scheme://]name[:port][/path]`; the name in lower case.
fn split(text: &str) -> Option<(String, PortRequest, RoutePath)> {
    let (scheme, rest) = text.split_once("://").map_or((None, text), |(s, rest)| (Some(s), rest));
    let at = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(at);
    let path = RoutePath::parse(if path == "/" { "" } else { path }).ok()?;
    let (name, port) = match authority.split_once(':') {
        None => (authority, PortRequest::Absent),
        Some((name, port)) => {
            let port =
                port.parse::<u16>().ok().filter(|p| *p > 0 && port.bytes().all(|b| b.is_ascii_digit()))?;
            (name, PortRequest::Given(port))
        }
    };
    let fits = match scheme {
        None => true,
        Some("tcp") => matches!(port, PortRequest::Given(_)),
        Some(scheme) => matches!(scheme, "http" | "https") && port == PortRequest::Absent,
    };
    let plain = name.strip_prefix("*.").unwrap_or(name);
    let label =
        |l: &str| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let well_formed =
        plain.contains('.') && plain.split('.').all(label) && name.len() <= DomainName::MAX_CHARS;
    (fits && well_formed).then(|| (fold(name), port, path))
}

fn options(
    route: &str,
    value: Option<&Value>,
    is_hash_on: bool,
    complaints: &mut Vec<String>,
) -> OptionsPatch {
    let mut patch = OptionsPatch::default();
    let map = match value {
        None | Some(Value::Null) => return patch,
        Some(Value::Object(map)) => map,
        Some(_) => {
            complaints.push(format!("Route '{route}': options must be an object"));
            return patch;
        }
    };
    for (key, value) in map {
        let text = match value {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        let Some(text) = text else {
            match key.as_str() {
                "loadbalancing" => patch.loadbalancing = Patch::Null,
                "hash_header" => patch.hash_header = Patch::Null,
                "hash_balance" => patch.hash_balance = Patch::Null,
                _ => {}
            }
            continue;
        };
        let outcome = match key.as_str() {
            "loadbalancing" => {
                parse_loadbalancing(&text, is_hash_on).map(|l| patch.loadbalancing = Patch::Value(l))
            }
            "hash_header" if is_hash_on => {
                parse_hash_header(&text).map(|h| patch.hash_header = Patch::Value(h))
            }
            "hash_balance" if is_hash_on => {
                parse_hash_balance(&text).map(|b| patch.hash_balance = Patch::Value(b))
            }
            other => {
                complaints.push(format!(
                    "Route '{route}' contains invalid route option '{other}'. Valid keys: 'loadbalancing'"
                ));
                continue;
            }
        };
        if let Err(problem) = outcome {
            complaints.push(format!("Route '{route}': {problem}"));
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
