//! Routes to an app: unmapped, found or made, mapped.

use super::carry_out::Applying;
use crate::fault::{Fault, catalogue};
use crate::route::{self, MAX_OPTIONS_BYTES};
use cc_domain::domain::default_for;
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::guid::Guid;
use cc_domain::manifest::{FallbackRoute, ManifestError, ManifestRoute, RouteTarget, Words, fallback_host};
use cc_domain::metadata::MetadataPatch;
use cc_domain::organization::Organization;
use cc_domain::process::{ProcessType, current};
use cc_domain::route::destination::ports_of;
use cc_domain::route::{
    CreateRoute, Destination, DestinationProtocol, Destinations, NewDestination, OptionsPatch, PortRequest,
    Route, RoutePath, UpdateRoute, fqdn,
};
use cc_domain::store::StoreError;
use serde_json::{Map, Value, json};

/// Random hosts that are tried before a taken one is taken to be the answer.
const MAX_DRAWS: usize = 5;

/// A route that an entry asks for.
struct Wanted {
    /// As the manifest has it, for refusals.
    text: String,
    target: RouteTarget,
    protocol: Option<DestinationProtocol>,
    options: OptionsPatch,
}

impl Applying<'_> {
    /// All routes are found or made before the first is mapped.
    pub(super) async fn routes(
        &mut self,
        unmapped: &[Guid<Route>],
        mapped: &[ManifestRoute],
        fallback: Option<FallbackRoute>,
        words: &dyn Words,
    ) -> Result<(), Fault> {
        for route in unmapped {
            let Some(route) = self.tx.lock_route(route).await? else { continue };
            let change = route.remove_app(&self.app.guid);
            self.write(&route, change).await?;
        }
        let mut wanted = self.resolved(mapped).await?;
        wanted.extend(match fallback {
            None => None,
            Some(FallbackRoute::Default) => Some(self.fallback(None).await?),
            Some(FallbackRoute::Random) => Some(self.fallback(Some(words)).await?),
        });
        let mut routes = Vec::new();
        for wanted in &wanted {
            let route = self.find_or_create(wanted).await.map_err(of_route(&wanted.text))?;
            routes.push((route, wanted));
        }
        for (route, wanted) in routes {
            self.map(&route, wanted.protocol).await.map_err(of_route(&wanted.text))?;
        }
        if unmapped.is_empty() && wanted.is_empty() { Ok(()) } else { self.set_ports().await }
    }

    async fn resolved(&mut self, routes: &[ManifestRoute]) -> Result<Vec<Wanted>, Fault> {
        if routes.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<String> = routes.iter().flat_map(ManifestRoute::domain_names).collect();
        let domains = self.tx.domains_by_name(&names).await?;
        let resolve = |route: &ManifestRoute| {
            Ok(Wanted {
                text: route.text.clone(),
                target: route.resolve(&self.app.name, &domains)?,
                protocol: route.protocol,
                options: route.options.clone(),
            })
        };
        routes.iter().map(resolve).collect()
    }

    /// The route of an app without routes, below the organization's default domain. Of random names one is drawn that is free.
    async fn fallback(&mut self, words: Option<&dyn Words>) -> Result<Wanted, Fault> {
        let mut host = fallback_host(&self.app.name, words)?;
        let organization = self.organization()?;
        let usable = self.tx.domains_usable_by(&organization).await?;
        let domain = default_for(&usable, &organization).cloned();
        let domain = domain.ok_or_else(|| ManifestError::NoDefaultDomain(self.app.name.clone()))?;
        for _ in 1..MAX_DRAWS {
            let is_random = words.is_some();
            let path = RoutePath::default();
            if !is_random || self.tx.route_at(&domain.guid, &host, &path, None).await?.is_none() {
                break;
            }
            host = fallback_host(&self.app.name, words)?;
        }
        Ok(Wanted {
            text: fqdn(&host, &domain.name),
            target: RouteTarget { host, domain, path: RoutePath::default(), port: PortRequest::Absent },
            protocol: None,
            options: OptionsPatch::default(),
        })
    }

    fn organization(&self) -> Result<Guid<Organization>, Fault> {
        self.place.organization.clone().ok_or_else(|| Fault::not_found(crate::space::RESOURCE))
    }

    async fn find_or_create(&mut self, wanted: &Wanted) -> Result<Route, Fault> {
        let Some(route) = self.existing(&wanted.target).await? else { return self.create(wanted).await };
        if route.space != self.app.space
            && !self.tx.spaces_of_route(&route.guid).await?.contains(&self.app.space)
        {
            return Err(Fault::unprocessable("Routes cannot be mapped to destinations in different spaces"));
        }
        let Some(route) = self.tx.lock_route(&route.guid).await? else { return self.create(wanted).await };
        let change = UpdateRoute { options: wanted.options.clone(), metadata: MetadataPatch::default() };
        let metadata = route.metadata.clone();
        let updated = route.clone().updated(&change, MAX_OPTIONS_BYTES, metadata, self.call.ports.now());
        let updated = updated?;
        if updated.options == route.options {
            return Ok(route);
        }
        self.tx.update_route(&updated).await?;
        route::announce(self.tx, self.call.ports, &updated.guid).await?;
        Ok(updated)
    }

    /// The route at the target. Of a tcp route whose port is left open, one that leads to the app already counts.
    async fn existing(&mut self, target: &RouteTarget) -> Result<Option<Route>, StoreError> {
        let port = match target.port {
            PortRequest::Given(port) => Some(port),
            PortRequest::Absent | PortRequest::None if target.domain.router_group().is_some() => {
                let routes = self.tx.routes_of_app(&self.app.guid).await?;
                return Ok(routes
                    .into_iter()
                    .find(|r| r.domain.guid == target.domain.guid && r.host == target.host));
            }
            PortRequest::Absent | PortRequest::None => None,
        };
        self.tx.route_at(&target.domain.guid, &target.host, &target.path, port).await
    }

    async fn create(&mut self, wanted: &Wanted) -> Result<Route, Fault> {
        // A manifest goes around the flag for nobody, as in the reference, whose job knows no administrator.
        self.tx.feature_flags().await?.require(FeatureFlag::RouteCreation)?;
        let target = &wanted.target;
        if target.host.is_wildcard() && target.domain.is_shared() {
            return Err(Fault::not_authorized());
        }
        let command = CreateRoute {
            host: target.host.clone(),
            path: target.path.clone(),
            port: target.port,
            space: self.app.space.clone(),
            domain: target.domain.guid.clone(),
            options: wanted.options.clone(),
            metadata: MetadataPatch::default(),
        };
        let data = json!({ "request": request(wanted), "manifest_triggered": true });
        route::create_within(self.tx, self.call, command, data).await
    }

    async fn map(&mut self, route: &Route, protocol: Option<DestinationProtocol>) -> Result<(), Fault> {
        // Read again: an entry may name one route twice.
        let Some(route) = self.tx.lock_route(&route.guid).await? else { return Ok(()) };
        let new = NewDestination {
            app: self.app.guid.clone(),
            lifecycle: self.app.lifecycle.kind(),
            process_type: ProcessType::web(),
            port: None,
            protocol,
            weight: None,
        };
        let change = route.map_app(new, || self.call.ports.new_guid(), self.call.ports.now());
        self.write(&route, change?).await
    }

    async fn write(&mut self, route: &Route, change: Destinations) -> Result<(), Fault> {
        if change.removed.is_empty() && change.added.is_empty() {
            return Ok(());
        }
        self.tx.write_destinations(&route.guid, &change).await?;
        route::announce(self.tx, self.call.ports, &route.guid).await?;
        let ours = |d: &&Destination| d.app == self.app.guid;
        let removed = change.removed.iter().filter(ours).map(|d| ("audit.app.unmap-route", d));
        let added = change.added.iter().filter(ours).map(|d| ("audit.app.map-route", d));
        for (kind, destination) in removed.chain(added).collect::<Vec<_>>() {
            self.record(kind, mapping(route, destination)).await?;
        }
        Ok(())
    }

    /// Lets the web process listen where the routes lead.
    async fn set_ports(&mut self) -> Result<(), Fault> {
        let routes = self.tx.routes_of_app(&self.app.guid).await?;
        let web = ProcessType::web();
        let ports = ports_of(routes.iter().flat_map(|route| &route.destinations), &self.app.guid, &web);
        let processes = self.tx.lock_processes_of_app(&self.app.guid).await?;
        let Some(process) = current(&processes, &web).filter(|process| process.ports != ports) else {
            return Ok(());
        };
        let mut process = process.clone();
        process.ports = ports;
        process.updated_at = self.call.ports.now();
        self.tx.update_process(&process).await?;
        Ok(())
    }
}

/// Names the route in what a client can mend, unless the words say which already.
fn of_route(text: &str) -> impl Fn(Fault) -> Fault {
    let prefix = format!("For route '{text}': ");
    move |mut fault| {
        let says_spaces = fault.detail().starts_with("Routes cannot be mapped to destinations in different");
        if *fault.kind == *catalogue::UNPROCESSABLE_ENTITY && !says_spaces {
            for detail in &mut fault.details {
                detail.insert_str(0, &prefix);
            }
        }
        fault
    }
}

fn request(wanted: &Wanted) -> Value {
    let RouteTarget { host, path, port, .. } = &wanted.target;
    let port = match port {
        PortRequest::Given(port) => Some(*port),
        PortRequest::Absent | PortRequest::None => None,
    };
    json!({ "host": host.as_str(), "path": path.as_str(), "port": port })
}

fn mapping(route: &Route, destination: &Destination) -> Value {
    let mut data = json!({
        "route_guid": route.guid.as_str(),
        "app_port": destination.port,
        "route_mapping_guid": destination.guid.as_str(),
        "destination_guid": destination.guid.as_str(),
        "process_type": destination.process_type.as_str(),
        "weight": destination.weight,
        "protocol": destination.protocol.as_str(),
    });
    let options: Map<_, _> =
        route.options.entries().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    if let Some(data) = data.as_object_mut().filter(|_| !options.is_empty()) {
        data.insert("route_options".to_owned(), Value::Object(options));
    }
    data
}
