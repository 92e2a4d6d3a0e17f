//! Making a route: what must hold, in the order in which the reference reports it.

use super::{
    Host, OptionsPatch, Route, RouteDomain, RouteError, RouteOptions, RoutePath, RouteProtocol, fqdn,
};
use crate::domain::Domain;
use crate::guid::Guid;
use crate::metadata::{Metadata, MetadataPatch};
use crate::name::{Name, fold};
use crate::space::Space;
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// A decoded request for a new route.
#[derive(Clone, Debug)]
pub struct CreateRoute {
    pub host: Host,
    pub path: RoutePath,
    pub port: PortRequest,
    pub space: Guid<Space>,
    pub domain: Guid<Domain>,
    pub options: OptionsPatch,
    pub metadata: MetadataPatch,
}

impl CreateRoute {
    /// Whether the route is to have a port of its own, given or chosen.
    pub fn reserves_port(&self, domain: &Domain) -> bool {
        match self.port {
            PortRequest::Given(port) => port > 0,
            PortRequest::Absent => domain.protocol() == RouteProtocol::Tcp,
            PortRequest::None => false,
        }
    }
}

/// A port is chosen only where the request is silent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PortRequest {
    #[default]
    Absent,
    /// Null or 0.
    None,
    Given(u16),
}

/// What exists around a wanted route.
#[derive(Clone, Debug)]
pub struct RouteSurroundings {
    /// Of the space's organization, with its name for the refusal.
    pub is_domain_usable: bool,
    pub organization: Name,
    /// A route with this domain, host, path and port exists.
    pub is_taken: bool,
    /// A route with this domain and host, any path, exists in another space.
    pub is_host_in_other_space: bool,
    /// A domain of the route's full name exists.
    pub is_domain_name: bool,
    /// Host names of the system itself.
    pub system_hosts: Vec<String>,
    /// Of the domain's router group; `None` if it has none that is known.
    pub ports: Option<RouterGroupPorts>,
    pub max_options_bytes: usize,
}

/// The ports of a router group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouterGroupPorts {
    /// First and last of each range.
    pub reservable: Vec<(u16, u16)>,
    /// By any route of any domain of the group.
    pub taken: BTreeSet<u16>,
}

impl RouterGroupPorts {
    pub fn is_free(&self, port: u16) -> bool {
        self.reservable.iter().any(|(from, to)| (*from..=*to).contains(&port)) && !self.taken.contains(&port)
    }

    /// A free port that `seed` chooses; `None` if there is none.
    pub fn pick(&self, seed: u64) -> Option<u16> {
        let all: BTreeSet<u16> = self.reservable.iter().flat_map(|(from, to)| *from..=*to).collect();
        let free: Vec<u16> = all.difference(&self.taken).copied().collect();
        let at = usize::try_from(seed.checked_rem(free.len() as u64)?).ok()?;
        free.get(at).copied()
    }
}

impl Route {
    /// A new route without destinations. `seed` chooses the port of a tcp route where the request does not.
    pub fn new(
        guid: Guid<Self>,
        command: CreateRoute,
        domain: &Domain,
        around: &RouteSurroundings,
        seed: u64,
        metadata: Metadata,
        now: Timestamp,
    ) -> Result<Self, RouteError> {
        if !around.is_domain_usable {
            let (domain, organization) = (domain.name.clone(), around.organization.clone());
            return Err(RouteError::DomainNotUsable { domain, organization });
        }
        let options = RouteOptions::default().patched(&command.options, around.max_options_bytes)?;
        let port = port_of(command.port, domain, around, seed)?;
        let route = Self {
            guid,
            host: command.host,
            path: command.path,
            port,
            domain: RouteDomain::from(domain),
            space: command.space,
            options,
            destinations: Vec::new(),
            metadata,
            created_at: now,
            updated_at: now,
        };
        route.check_free(domain, around)?;
        route.check_shape(domain)?;
        Ok(route)
    }

    fn check_free(&self, domain: &Domain, around: &RouteSurroundings) -> Result<(), RouteError> {
        if around.is_taken {
            return Err(RouteError::Taken {
                host: self.host.clone(),
                path: self.path.clone(),
                port: self.port,
                domain: domain.name.clone(),
            });
        }
        if around.is_host_in_other_space && domain.is_shared() && self.protocol() == RouteProtocol::Http {
            return Err(RouteError::HostInOtherSpace);
        }
        if around.is_domain_name && !self.host.is_empty() {
            return Err(RouteError::EqualsDomain(self.fqdn()));
        }
        let own = fold(&self.fqdn());
        if self.protocol() == RouteProtocol::Http && around.system_hosts.iter().any(|host| fold(host) == own)
        {
            return Err(RouteError::ReservedBySystem);
        }
        Ok(())
    }

    fn check_shape(&self, domain: &Domain) -> Result<(), RouteError> {
        let checks = match self.protocol() {
            RouteProtocol::Tcp => [
                (!self.host.is_empty(), RouteError::HostOnTcp),
                (!self.path.is_empty(), RouteError::PathOnTcp),
                (false, RouteError::MissingHost),
                (false, RouteError::TooLong),
            ],
            RouteProtocol::Http => [
                (domain.is_shared() && self.host.is_empty(), RouteError::MissingHost),
                (domain.is_internal() && self.host.is_wildcard(), RouteError::WildcardOnInternal),
                (domain.is_internal() && !self.path.is_empty(), RouteError::PathOnInternal),
                (fqdn(&self.host, &domain.name).len() > 253, RouteError::TooLong),
            ],
        };
        checks.into_iter().find(|(broken, _)| *broken).map_or(Ok(()), |(_, error)| Err(error))
    }
}

fn port_of(
    request: PortRequest,
    domain: &Domain,
    around: &RouteSurroundings,
    seed: u64,
) -> Result<Option<u16>, RouteError> {
    match (domain.protocol(), request) {
        (RouteProtocol::Http, PortRequest::Given(_)) => Err(RouteError::PortOnHttp),
        (RouteProtocol::Http, _) => Ok(None),
        (RouteProtocol::Tcp, request) => {
            let ports = around.ports.as_ref().ok_or(RouteError::NoRouterGroup)?;
            match request {
                PortRequest::None => Err(RouteError::NoPort),
                PortRequest::Absent => ports.pick(seed).map(Some).ok_or(RouteError::NoFreePort),
                // A route that exists already is reported as such, which the caller knows from `is_taken`.
                PortRequest::Given(port) if ports.is_free(port) || around.is_taken => Ok(Some(port)),
                PortRequest::Given(port) => Err(RouteError::PortUnavailable(port)),
            }
        }
    }
}

/// Whether the caller may use this host on this domain: wildcards on shared domains are the admin's.
pub fn check_wildcard(host: &Host, domain: &Domain, is_admin: bool) -> Result<(), RouteError> {
    if host.is_wildcard() && domain.is_shared() && !is_admin {
        Err(RouteError::WildcardOnShared)
    } else {
        Ok(())
    }
}
