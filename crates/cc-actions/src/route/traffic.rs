//! What the router knows of routes: announced after the commit by a job, and as a whole when the server starts.

use crate::fault::Fault;
use crate::job::{self, Work};
use crate::ports::Ports;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::list::{PageRequest, Scope};
use cc_domain::log::TagSet;
use cc_domain::process::Process;
use cc_domain::route::destination::DEFAULT_PORT;
use cc_domain::route::{self, DestinationProtocol, Route, RouteFilter, RouteProtocol};
use cc_domain::store::{DynReader, DynTx, Reader};
use cc_domain::traffic::{self, TrafficChange};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

/// Tells the router of a route.
#[derive(Serialize, Deserialize)]
pub(crate) struct TrafficSync {
    route: Guid<Route>,
}

impl Work for TrafficSync {
    const NAME: &'static str = "route.sync";
    const PRIORITY: i32 = -1;

    fn key(&self) -> Option<String> {
        Some(format!("traffic:{}", self.route))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        sync(ports, &self.route).await
    }
}

/// Has the router hear of a route that this transaction changed or deleted, once it is committed.
pub(crate) async fn announce(tx: &mut DynTx, ports: &Ports, guid: &Guid<Route>) -> Result<(), Fault> {
    job::enqueue(tx, ports, &TrafficSync { route: guid.clone() }).await?;
    Ok(())
}

/// Has the router hear of all routes of an app whose name or processes this transaction changed.
pub(crate) async fn announce_app(tx: &mut DynTx, ports: &Ports, app: &Guid<App>) -> Result<(), Fault> {
    for route in tx.routes_of_app(app).await? {
        announce(tx, ports, &route.guid).await?;
    }
    Ok(())
}

/// Reads the route as it is now and tells the router.
async fn sync(ports: &Ports, guid: &Guid<Route>) -> Result<(), Fault> {
    let _turn = ports.endpoints.turn.lock().await;
    let mut reader = ports.store.reader().await?;
    let found = reader.find_route(guid, &Scope::Everything).await?;
    let view = match found {
        Some(route) => View::default().of(reader.as_mut(), &route).await?,
        None => None,
    };
    drop(reader);
    match view {
        Some(view) => ports.endpoints.put(ports.traffic.as_ref(), view),
        None => ports.traffic.apply(vec![TrafficChange::Remove(guid.as_str().into())]),
    }
    Ok(())
}

/// Tells the router all routes there are: when the server starts, before it listens.
pub async fn load(ports: &Ports) -> Result<(), Fault> {
    let _turn = ports.endpoints.turn.lock().await;
    let (mut views, mut cache) = (Vec::new(), View::default());
    for number in 1.. {
        let page =
            PageRequest { page: number, per_page: PageRequest::MAX_PER_PAGE, ..PageRequest::default() };
        let mut reader = ports.store.reader().await?;
        let found = reader.list_routes(&RouteFilter::default(), &page, &Scope::Everything).await?;
        if found.items.is_empty() {
            break;
        }
        for route in &found.items {
            views.extend(cache.of(reader.as_mut(), route).await?);
        }
    }
    ports.endpoints.replace(ports.traffic.as_ref(), views);
    Ok(())
}

/// Makes what the router needs of a route, and remembers the apps on the way.
#[derive(Default)]
struct View {
    apps: HashMap<String, Option<Arc<KnownApp>>>,
}

struct KnownApp {
    processes: Vec<Process>,
    tags: Arc<TagSet>,
}

impl View {
    /// `None` for what the HTTP router does not serve: internal and tcp routes, and those that lead nowhere.
    async fn of(&mut self, reader: &mut DynReader, route: &Route) -> Result<Option<traffic::Route>, Fault> {
        if route.domain.is_internal || route.protocol() == RouteProtocol::Tcp || route.destinations.is_empty()
        {
            return Ok(None);
        }
        let mut destinations = Vec::new();
        for destination in &route.destinations {
            let Some(app) = self.app(reader, &destination.app).await? else { continue };
            for process in app.processes.iter().filter(|p| p.kind == destination.process_type) {
                destinations.push(shown(destination, process, &app.tags));
            }
        }
        Ok(Some(traffic::Route {
            guid: route.guid.as_str().into(),
            host: route.fqdn(),
            path: route.path.as_str().to_owned(),
            options: traffic::RouteOptions { balance: balance(&route.options) },
            destinations,
        }))
    }

    async fn app(
        &mut self,
        reader: &mut DynReader,
        guid: &Guid<App>,
    ) -> Result<Option<Arc<KnownApp>>, Fault> {
        if let Some(known) = self.apps.get(guid.as_str()) {
            return Ok(known.clone());
        }
        let known = match reader.find_app(guid, &Scope::Everything).await? {
            None => None,
            Some(app) => Some(Arc::new(KnownApp {
                processes: reader.processes_of_app(guid).await?,
                tags: Arc::new(tags(reader, &app).await?),
            })),
        };
        self.apps.insert(guid.as_str().to_owned(), known.clone());
        Ok(known)
    }
}

fn shown(destination: &route::Destination, process: &Process, tags: &Arc<TagSet>) -> traffic::Destination {
    let inherited = || process.ports.first().copied().unwrap_or(DEFAULT_PORT);
    traffic::Destination {
        app_guid: destination.app.as_str().into(),
        process_guid: process.guid.as_str().into(),
        process_type: process.kind.as_str().into(),
        app_port: destination.port.unwrap_or_else(inherited),
        weight: destination.weight,
        protocol: match destination.protocol {
            DestinationProtocol::Http2 => traffic::Protocol::Http2,
            DestinationProtocol::Http1 | DestinationProtocol::Tcp => traffic::Protocol::Http1,
        },
        tags: tags.clone(),
        endpoints: Vec::new(),
    }
}

fn balance(options: &route::RouteOptions) -> traffic::LoadBalancing {
    match (options.loadbalancing, &options.hash_header) {
        (Some(route::LoadBalancing::LeastConnection), _) => traffic::LoadBalancing::LeastConnection,
        (Some(route::LoadBalancing::Hash), Some(header)) => traffic::LoadBalancing::Hash {
            header: header.clone(),
            balance: options.hash_balance.as_deref().and_then(|b| b.parse().ok()),
        },
        _ => traffic::LoadBalancing::RoundRobin,
    }
}

/// What access lines say of an app beside the instance.
async fn tags<R: Reader + ?Sized>(reader: &mut R, app: &App) -> Result<TagSet, Fault> {
    let mut tags: TagSet = [("app_name", app.name.as_str()), ("space_id", app.space.as_str())]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    if let Some(space) = reader.find_space(&app.space, &Scope::Everything).await? {
        tags.insert("space_name".to_owned(), space.name.to_string());
        tags.insert("organization_id".to_owned(), space.organization.as_str().to_owned());
        let organizations = reader.organizations_by_guid(std::slice::from_ref(&space.organization)).await?;
        if let Some(organization) = organizations.into_iter().next() {
            tags.insert("organization_name".to_owned(), organization.name.to_string());
        }
    }
    Ok(tags)
}
