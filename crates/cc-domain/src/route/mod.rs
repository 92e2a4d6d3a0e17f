//! Routes: the addresses of apps (domain-rules 11).

pub mod address;
mod create;
pub mod destination;
pub mod options;
pub mod policy;
pub mod ports;
pub mod protocol;
mod sharing;

pub use address::{Host, HostError, PathError, RoutePath};
pub use create::{CreateRoute, PortRequest, RouteSurroundings, RouterGroupPorts, check_wildcard};
pub use destination::{Destination, DestinationError, DestinationProtocol, Destinations, NewDestination};
pub use options::{LoadBalancing, OptionsError, OptionsPatch, RouteOptions};
pub use protocol::RouteProtocol;
pub use sharing::RouteSharingError;

use crate::domain::{Domain, DomainName};
use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::metadata::{Metadata, MetadataPatch};
use crate::name::{Name, fold};
use crate::quota::QuotaError;
use crate::space::Space;
use crate::time::Timestamp;

/// A route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub guid: Guid<Route>,
    /// Compared without case.
    pub host: Host,
    /// Compared without case.
    pub path: RoutePath,
    /// Of tcp routes only.
    pub port: Option<u16>,
    pub domain: RouteDomain,
    /// The owner; changes only by transfer.
    pub space: Guid<Space>,
    pub options: RouteOptions,
    /// By guid.
    pub destinations: Vec<Destination>,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What a route knows of its domain; none of it ever changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteDomain {
    pub guid: Guid<Domain>,
    pub name: DomainName,
    pub is_internal: bool,
    pub router_group: Option<String>,
}

/// How the router of HTTP routes is reached from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouterAddress {
    pub is_tls: bool,
    /// `None` is the scheme's own port.
    pub port: Option<u16>,
}

#[derive(Clone, Debug, Default)]
pub struct UpdateRoute {
    pub options: OptionsPatch,
    pub metadata: MetadataPatch,
}

/// Lists hold the routes of spaces that are visible and those shared into such a space; a single one is found by its owner only.
#[derive(Clone, Debug, Default)]
pub struct RouteFilter {
    pub common: Common,
    /// Compared without case.
    pub hosts: AnyOf,
    /// Compared without case.
    pub paths: AnyOf,
    pub ports: AnyOf<u16>,
    pub domain_guids: AnyOf,
    pub space_guids: AnyOf,
    pub organization_guids: AnyOf,
    pub app_guids: AnyOf,
    pub service_instance_guids: AnyOf,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    #[error("Invalid space. Ensure that the space exists and you have access to it.")]
    InvalidSpace,
    #[error("Invalid domain. Ensure that the domain exists and you have access to it.")]
    InvalidDomain,
    #[error(
        "You do not have sufficient permissions to create a route with a wildcard host on a domain not scoped to an organization."
    )]
    WildcardOnShared,
    #[error("Route could not be created because the specified domain does not have a valid router group.")]
    NoRouterGroup,
    #[error("Invalid domain. Domain '{domain}' is not available in organization '{organization}'.")]
    DomainNotUsable { domain: DomainName, organization: Name },
    #[error(transparent)]
    Quota(#[from] QuotaError),
    /// Clients look for the words "Route already exists".
    #[error("Route already exists{} for domain '{domain}'.", with(.host, .path, *.port))]
    Taken { host: Host, path: RoutePath, port: Option<u16>, domain: DomainName },
    #[error("domain_id and host host_and_domain_taken_different_space")]
    HostInOtherSpace,
    #[error("Routes with protocol 'tcp' must specify a port.")]
    NoPort,
    #[error("Port '{0}' is not available. Try a different port or use a different domain.")]
    PortUnavailable(u16),
    #[error("There are no more ports available for this domain.")]
    NoFreePort,
    #[error("Routes with protocol 'http' do not support ports.")]
    PortOnHttp,
    #[error("Route conflicts with domain '{0}'.")]
    EqualsDomain(String),
    #[error("Route conflicts with a reserved system route.")]
    ReservedBySystem,
    #[error("Hosts are not supported for TCP routes.")]
    HostOnTcp,
    #[error("Paths are not supported for TCP routes.")]
    PathOnTcp,
    #[error("Paths are not supported for internal domains.")]
    PathOnInternal,
    #[error("Wildcard hosts are not supported for internal domains.")]
    WildcardOnInternal,
    #[error("Missing host. Routes in shared domains must have a host defined.")]
    MissingHost,
    #[error("Host combined with domain name must be no more than 253 characters.")]
    TooLong,
    #[error("Path is invalid.")]
    PathInvalid,
    #[error(transparent)]
    Options(#[from] OptionsError),
}

/// The middle of the words for a route that exists.
fn with(host: &Host, path: &RoutePath, port: Option<u16>) -> String {
    match (port, host.is_empty(), path.is_empty()) {
        (Some(port), _, _) => format!(" with port '{port}'"),
        (None, true, true) => String::new(),
        (None, true, false) => format!(" with path '{path}'"),
        (None, false, true) => format!(" with host '{host}'"),
        (None, false, false) => format!(" with host '{host}' and path '{path}'"),
    }
}

impl From<&Domain> for RouteDomain {
    fn from(domain: &Domain) -> Self {
        Self {
            guid: domain.guid.clone(),
            name: domain.name.clone(),
            is_internal: domain.is_internal(),
            router_group: domain.router_group().map(str::to_owned),
        }
    }
}

impl Route {
    pub fn protocol(&self) -> RouteProtocol {
        if self.domain.router_group.is_some() { RouteProtocol::Tcp } else { RouteProtocol::Http }
    }

    /// Host and domain, without port and path.
    pub fn fqdn(&self) -> String {
        fqdn(&self.host, &self.domain.name)
    }

    /// `host.domain[:port]path`, without scheme.
    pub fn url(&self) -> String {
        let port = self.port.map(|p| format!(":{p}")).unwrap_or_default();
        format!("{}{port}{}", self.fqdn(), self.path)
    }

    /// What a person clicks to reach the app; `None` where no browser does (tcp, internal and wildcard routes).
    pub fn web_url(&self, router: &RouterAddress) -> Option<String> {
        if self.port.is_some() || self.domain.is_internal || self.host.as_str() == "*" {
            return None;
        }
        let scheme = if router.is_tls { "https" } else { "http" };
        let port = router.port.map(|p| format!(":{p}")).unwrap_or_default();
        Some(format!("{scheme}://{}{port}{}", self.fqdn(), self.path))
    }

    /// What no two routes have in common.
    pub fn key(&self) -> (Guid<Domain>, String, String, Option<u16>) {
        (self.domain.guid.clone(), fold(self.host.as_str()), fold(self.path.as_str()), self.port)
    }

    /// After a change of options and metadata; the routers must hear of it.
    pub fn updated(
        mut self,
        change: &UpdateRoute,
        max_options_bytes: usize,
        metadata: Metadata,
        now: Timestamp,
    ) -> Result<Self, RouteError> {
        self.options = self.options.patched(&change.options, max_options_bytes)?;
        self.metadata = metadata;
        self.updated_at = now;
        Ok(self)
    }
}

/// Host and domain as one name; a dot stands between them if there is a host.
pub fn fqdn(host: &Host, domain: &DomainName) -> String {
    if host.is_empty() { domain.to_string() } else { format!("{host}.{domain}") }
}

#[cfg(test)]
mod tests;
