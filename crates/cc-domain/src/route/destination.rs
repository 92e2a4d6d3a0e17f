//! Where the traffic of a route goes (domain-rules 11.3).

use super::{Route, RouteProtocol};
use crate::app::App;
use crate::guid::Guid;
use crate::lifecycle::LifecycleKind;
use crate::process::process_type::ProcessType;
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// One destination. Unique in its route by app, process type and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    pub guid: Guid<Destination>,
    pub app: Guid<App>,
    /// The process need not exist.
    pub process_type: ProcessType,
    /// `None` is left to the image of a docker app.
    pub port: Option<u16>,
    pub protocol: DestinationProtocol,
    /// All of a route have one, with the sum 100, or none has.
    pub weight: Option<u8>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

text_enum! {
    pub enum DestinationProtocol {
        Http1 = "http1",
        Http2 = "http2",
        Tcp = "tcp",
    }
}

/// A destination as a request names it, with the lifecycle of its app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDestination {
    pub app: Guid<App>,
    pub lifecycle: LifecycleKind,
    pub process_type: ProcessType,
    pub port: Option<u16>,
    pub protocol: Option<DestinationProtocol>,
    /// 1 to 100.
    pub weight: Option<u8>,
}

/// What to write: first the removals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Destinations {
    pub removed: Vec<Destination>,
    pub added: Vec<Destination>,
    /// All that the route then has.
    pub all: Vec<Destination>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DestinationError {
    #[error("Process must have at most 10 exposed ports.")]
    TooManyPorts,
    #[error("Destinations cannot contain both weighted and unweighted destinations.")]
    MixedWeights,
    #[error("Destinations must have weights that sum to 100.")]
    WeightSum,
    #[error("App(s) with guid(s) {} do not exist.", quoted(.0))]
    UnknownApps(Vec<Guid<App>>),
    #[error("App(s) with guid(s) {} you do not have access.", quoted(.0))]
    UnreadableApps(Vec<Guid<App>>),
    #[error("Routes destinations must be in either the route's space or the route's shared spaces")]
    OtherSpace,
    #[error("Routes can be mapped to at most 100 destinations.")]
    TooMany,
    #[error("Destinations cannot contain duplicate entries")]
    Duplicate,
    #[error("Destinations cannot be inserted when there are weighted destinations already configured.")]
    InsertIntoWeighted,
    #[error("Weighted destinations cannot be deleted individually.")]
    DeleteOfWeighted,
    #[error(
        "Cannot add destination with protocol: {wanted}. Destination already exists for route: {url}, app: {app}, process: \
         {process_type}, and protocol: {existing}."
    )]
    OtherProtocol {
        wanted: DestinationProtocol,
        url: String,
        app: Guid<App>,
        process_type: ProcessType,
        existing: DestinationProtocol,
    },
    #[error("Cannot use '{0}' protocol for {1} routes; valid options are: [{2}].")]
    WrongProtocol(DestinationProtocol, RouteProtocol, &'static str),
    #[error("Unable to unmap route from destination. Ensure the route has a destination with this guid.")]
    Unknown,
    #[error("Destination protocol must be 'tcp' if the parent route's protocol is 'tcp'")]
    MustBeTcp,
    #[error("Destination protocol must be 'http1' or 'http2' if the parent route's protocol is 'http'")]
    MustBeHttp,
}

fn quoted(guids: &[Guid<App>]) -> String {
    guids.iter().map(|g| format!("\"{g}\"")).collect::<Vec<_>>().join(", ")
}

/// The most a route may have, and the most one request may name.
pub const MAX: usize = 100;
/// Entries with the same app and process type in one request.
pub const MAX_PER_PROCESS: usize = 10;
/// What buildpack apps listen on unless they are told otherwise.
pub const DEFAULT_PORT: u16 = 8_080;

impl NewDestination {
    /// Apps with buildpacks listen on one port unless another is named; images say theirs when they are staged.
    fn port_or_default(&self) -> Option<u16> {
        self.port.or((self.lifecycle == LifecycleKind::Buildpack).then_some(DEFAULT_PORT))
    }
}

impl Destination {
    fn key(&self) -> (&Guid<App>, &ProcessType, Option<u16>) {
        (&self.app, &self.process_type, self.port)
    }
}

impl Route {
    /// Adds destinations; those that exist stay as they are.
    pub fn insert_destinations(
        &self,
        new: Vec<NewDestination>,
        mut guid: impl FnMut() -> Guid<Destination>,
        now: Timestamp,
    ) -> Result<Destinations, DestinationError> {
        check_request(&new)?;
        if self.destinations.iter().any(|d| d.weight.is_some()) {
            return Err(DestinationError::InsertIntoWeighted);
        }
        if self.destinations.len() + new.len() > MAX {
            return Err(DestinationError::TooMany);
        }
        let mut outcome = Destinations { all: self.destinations.clone(), ..Destinations::default() };
        // What is there with another protocol is told before what no route like this can have.
        for (one, protocol) in new.iter().filter_map(|one| Some((one, one.protocol?))) {
            let is_this = |d: &&Destination| d.key() == (&one.app, &one.process_type, one.port_or_default());
            if let Some(existing) = self.destinations.iter().find(is_this) {
                self.check_protocol(existing, protocol)?;
            }
        }
        for wanted in self.made(new, now)? {
            if let Some(existing) = self.destinations.iter().find(|d| d.key() == wanted.key()) {
                self.check_protocol(existing, wanted.protocol)?;
            } else {
                let added = Destination { guid: guid(), ..wanted };
                outcome.all.push(added.clone());
                outcome.added.push(added);
            }
        }
        Ok(outcome)
    }

    fn check_protocol(
        &self,
        existing: &Destination,
        wanted: DestinationProtocol,
    ) -> Result<(), DestinationError> {
        if existing.protocol == wanted {
            return Ok(());
        }
        Err(DestinationError::OtherProtocol {
            wanted,
            url: self.url(),
            app: existing.app.clone(),
            process_type: existing.process_type.clone(),
            existing: existing.protocol,
        })
    }

    /// Maps one app, as a manifest does: an existing mapping stays, but for a protocol that differs from the wanted one.
    pub fn map_app(
        &self,
        new: NewDestination,
        guid: impl FnMut() -> Guid<Destination>,
        now: Timestamp,
    ) -> Result<Destinations, DestinationError> {
        let is_protocol_said = new.protocol.is_some();
        let wanted = self.made(vec![new.clone()], now)?;
        let existing = self.destinations.iter().find(|d| wanted.iter().any(|w| w.key() == d.key()));
        match existing {
            Some(existing) if is_protocol_said && wanted.iter().any(|w| w.protocol != existing.protocol) => {
                let others = self.destinations.iter().filter(|d| d.guid != existing.guid).cloned().collect();
                let without = Self { destinations: others, ..self.clone() };
                let added = without.insert_destinations(vec![new], guid, now)?;
                Ok(Destinations { removed: vec![existing.clone()], ..added })
            }
            Some(_) => Ok(Destinations { all: self.destinations.clone(), ..Destinations::default() }),
            None => self.insert_destinations(vec![new], guid, now),
        }
    }

    /// Makes these the only destinations; those that are the same keep their guid.
    pub fn replace_destinations(
        &self,
        new: Vec<NewDestination>,
        mut guid: impl FnMut() -> Guid<Destination>,
        now: Timestamp,
    ) -> Result<Destinations, DestinationError> {
        check_request(&new)?;
        check_weights(&new)?;
        let mut outcome = Destinations::default();
        for wanted in self.made(new, now)? {
            let same = |d: &&Destination| {
                d.key() == wanted.key() && d.weight == wanted.weight && d.protocol == wanted.protocol
            };
            if let Some(kept) = self.destinations.iter().find(same) {
                outcome.all.push(kept.clone());
            } else {
                let added = Destination { guid: guid(), ..wanted };
                outcome.all.push(added.clone());
                outcome.added.push(added);
            }
        }
        let gone = |d: &&Destination| !outcome.all.iter().any(|kept| kept.guid == d.guid);
        outcome.removed = self.destinations.iter().filter(gone).cloned().collect();
        Ok(outcome)
    }

    pub fn remove_destination(&self, guid: &Guid<Destination>) -> Result<Destinations, DestinationError> {
        let removed = self.destinations.iter().find(|d| d.guid == *guid).ok_or(DestinationError::Unknown)?;
        if removed.weight.is_some() {
            return Err(DestinationError::DeleteOfWeighted);
        }
        let all = self.destinations.iter().filter(|d| d.guid != *guid).cloned().collect();
        Ok(Destinations { removed: vec![removed.clone()], added: Vec::new(), all })
    }

    /// Everything that leads to the app.
    pub fn remove_app(&self, app: &Guid<App>) -> Destinations {
        let (removed, all) = self.destinations.iter().cloned().partition(|d| d.app == *app);
        Destinations { removed, added: Vec::new(), all }
    }

    /// One destination with another protocol; `None` is a request without one.
    pub fn destination_with_protocol(
        &self,
        guid: &Guid<Destination>,
        protocol: Option<DestinationProtocol>,
        now: Timestamp,
    ) -> Result<Destination, DestinationError> {
        let is_tcp = |p: DestinationProtocol| p == DestinationProtocol::Tcp;
        match self.protocol() {
            RouteProtocol::Tcp if !protocol.is_some_and(is_tcp) => return Err(DestinationError::MustBeTcp),
            RouteProtocol::Http if protocol.is_some_and(is_tcp) => return Err(DestinationError::MustBeHttp),
            RouteProtocol::Tcp | RouteProtocol::Http => {}
        }
        let current = self.destinations.iter().find(|d| d.guid == *guid).ok_or(DestinationError::Unknown)?;
        let protocol = protocol.unwrap_or(current.protocol);
        Ok(Destination { protocol, updated_at: now, ..current.clone() })
    }

    /// The requested ones with everything filled in but their guids.
    fn made(&self, new: Vec<NewDestination>, now: Timestamp) -> Result<Vec<Destination>, DestinationError> {
        let mut seen = BTreeSet::new();
        let mut made = Vec::with_capacity(new.len());
        for wanted in new {
            let destination = Destination {
                guid: Guid::new(""),
                port: wanted.port_or_default(),
                protocol: self.fitting(wanted.protocol)?,
                app: wanted.app,
                process_type: wanted.process_type,
                weight: wanted.weight,
                created_at: now,
                updated_at: now,
            };
            if !seen.insert((destination.app.clone(), destination.process_type.clone(), destination.port)) {
                return Err(DestinationError::Duplicate);
            }
            made.push(destination);
        }
        Ok(made)
    }

    fn fitting(
        &self,
        protocol: Option<DestinationProtocol>,
    ) -> Result<DestinationProtocol, DestinationError> {
        match (self.protocol(), protocol) {
            (RouteProtocol::Tcp, None | Some(DestinationProtocol::Tcp)) => Ok(DestinationProtocol::Tcp),
            (RouteProtocol::Http, None) => Ok(DestinationProtocol::Http1),
            (RouteProtocol::Http, Some(protocol)) if protocol != DestinationProtocol::Tcp => Ok(protocol),
            (RouteProtocol::Tcp, Some(protocol)) => {
                Err(DestinationError::WrongProtocol(protocol, RouteProtocol::Tcp, "tcp"))
            }
            (RouteProtocol::Http, Some(protocol)) => {
                Err(DestinationError::WrongProtocol(protocol, RouteProtocol::Http, "http1, http2"))
            }
        }
    }
}

fn check_request(new: &[NewDestination]) -> Result<(), DestinationError> {
    let of_process = |one: &NewDestination| {
        new.iter().filter(|d| d.app == one.app && d.process_type == one.process_type).count()
    };
    if new.len() > MAX {
        return Err(DestinationError::TooMany);
    }
    if new.iter().any(|d| of_process(d) > MAX_PER_PROCESS) {
        return Err(DestinationError::TooManyPorts);
    }
    Ok(())
}

fn check_weights(new: &[NewDestination]) -> Result<(), DestinationError> {
    let weights: Vec<u32> = new.iter().filter_map(|d| d.weight).map(u32::from).collect();
    if weights.is_empty() {
        return Ok(());
    }
    if weights.len() != new.len() {
        return Err(DestinationError::MixedWeights);
    }
    if weights.iter().sum::<u32>() != 100 {
        return Err(DestinationError::WeightSum);
    }
    Ok(())
}

/// The ports of a process once its destinations changed: those named, in order of their first mention; empty leaves it to the lifecycle.
pub fn ports_of<'a>(
    destinations: impl IntoIterator<Item = &'a Destination>,
    app: &Guid<App>,
    kind: &ProcessType,
) -> Vec<u16> {
    let mut ports = Vec::new();
    for port in
        destinations.into_iter().filter(|d| d.app == *app && d.process_type == *kind).filter_map(|d| d.port)
    {
        if !ports.contains(&port) {
            ports.push(port);
        }
    }
    ports
}
