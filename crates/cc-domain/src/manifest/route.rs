//! Routes as manifests write them (domain-rules 25.3).

use super::process::is_blank;
use super::yaml::as_text;
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
    /// Reads the list of an entry. What is wrong is told kind by kind, as the reference does, and nothing more of a list that is none.
    pub(super) fn parse_all(list: &Value, is_hash_on: bool, complaints: &mut Vec<String>) -> Vec<Self> {
        let entries =
            list.as_array().and_then(|list| list.iter().map(Written::of).collect::<Option<Vec<_>>>());
        let Some(entries) = entries else {
            complaints.push("Routes must be a list of route objects".to_owned());
            return Vec::new();
        };
        let places: Vec<_> = entries.iter().map(|entry| entry.place(complaints)).collect();
        let protocols: Vec<_> = entries.iter().map(|entry| entry.protocol(complaints)).collect();
        for check in [Written::check_option_keys, Written::check_loadbalancing, Written::check_hash] {
            entries.iter().for_each(|entry| check(entry, is_hash_on, complaints));
        }
        let read = |((entry, place), protocol): ((&Written<'_>, _), _)| {
            let (name, port, path): (String, PortRequest, RoutePath) = place?;
            let options = entry.options(is_hash_on);
            Some(Self { text: entry.text.to_owned(), name, path, port, protocol, options })
        };
        entries.iter().zip(places).zip(protocols).filter_map(read).collect()
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

/// A route as it is written.
struct Written<'a> {
    text: &'a str,
    entry: &'a Object,
}

impl<'a> Written<'a> {
    fn of(value: &'a Value) -> Option<Self> {
        let entry = value.as_object()?;
        let text = entry.get("route")?.as_str().filter(|text| !text.trim().is_empty())?;
        Some(Self { text, entry })
    }

    fn place(&self, complaints: &mut Vec<String>) -> Option<(String, PortRequest, RoutePath)> {
        let place = split(self.text);
        if place.is_none() {
            complaints.push(format!("The route '{}' is not a properly formed URL", self.text));
        }
        place
    }

    fn protocol(&self, complaints: &mut Vec<String>) -> Option<DestinationProtocol> {
        let value = self.entry.get("protocol").filter(|value| !value.is_null())?;
        let protocol = value.as_str().and_then(|p| p.parse().ok());
        if protocol.is_none() {
            complaints.push("Route protocol must be 'http1', 'http2' or 'tcp'.".to_owned());
        }
        protocol
    }

    fn option(&self, key: &str) -> Option<&'a Value> {
        self.entry.get("options")?.as_object()?.get(key)
    }

    fn check_option_keys(&self, is_hash_on: bool, complaints: &mut Vec<String>) {
        let options = match self.entry.get("options") {
            None => return,
            Some(Value::Object(options)) => options,
            Some(_) => {
                complaints.push(format!("Route '{}': options must be an object", self.text));
                return;
            }
        };
        let valid: &[&str] =
            if is_hash_on { &["loadbalancing", "hash_header", "hash_balance"] } else { &["loadbalancing"] };
        for key in options.keys().filter(|key| !valid.contains(&key.as_str())) {
            complaints.push(format!(
                "Route '{}' contains invalid route option '{key}'. Valid keys: '{}'",
                self.text,
                valid.join(", ")
            ));
        }
    }

    fn check_loadbalancing(&self, is_hash_on: bool, complaints: &mut Vec<String>) {
        let Some(value) = self.option("loadbalancing") else { return };
        let said = match value.as_str() {
            Some(text) if parse_loadbalancing(text, is_hash_on).is_ok() => return,
            Some(text) => format!("Cannot use loadbalancing value '{text}' for Route"),
            None => "Invalid value for 'loadbalancing' for Route".to_owned(),
        };
        let valid =
            if is_hash_on { "round-robin, least-connection, hash" } else { "round-robin, least-connection" };
        complaints.push(format!("{said} '{}'; Valid values are: '{valid}'", self.text));
    }

    fn check_hash(&self, is_hash_on: bool, complaints: &mut Vec<String>) {
        let value = |key| self.option(key).filter(|value| is_hash_on && !is_blank(value)).map(as_text);
        let problems = [
            value("hash_header").and_then(|text| parse_hash_header(&text).err()),
            value("hash_balance").and_then(|text| parse_hash_balance(&text).err()),
        ];
        for problem in problems.into_iter().flatten() {
            complaints.push(format!("Route '{}': {problem}", self.text));
        }
    }

    fn options(&self, is_hash_on: bool) -> OptionsPatch {
        fn read<T, E>(value: Option<&Value>, read: impl Fn(&str) -> Result<T, E>) -> Patch<T> {
            match value {
                None => Patch::Absent,
                Some(Value::Null) => Patch::Null,
                Some(value) => read(&as_text(value)).map_or(Patch::Absent, Patch::Value),
            }
        }
        OptionsPatch {
            loadbalancing: read(self.option("loadbalancing"), |text| parse_loadbalancing(text, is_hash_on)),
            hash_header: read(self.option("hash_header"), parse_hash_header),
            hash_balance: read(self.option("hash_balance"), parse_hash_balance),
        }
    }
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
