//! `route_get`, `routes_list`, `app_routes_list`

use super::visible;
use crate::fault::Fault;
use crate::feature_flag;
use crate::ports::{Call, Ports};
use cc_domain::actor::Actor;
use cc_domain::app::App;
use cc_domain::domain::{Domain, DomainKind};
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::organization::Organization;
use cc_domain::route::{Route, RouteFilter};
use cc_domain::space::Space;
use cc_domain::store::DynReader;
use std::collections::BTreeSet;

/// What `include` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub domains: bool,
    pub spaces: bool,
    pub organizations: bool,
}

/// What was included, each once.
#[derive(Clone, Debug, Default)]
pub struct Included {
    /// By name, without the organizations they are shared with.
    pub domains: Vec<Domain>,
    pub spaces: Vec<Space>,
    pub organizations: Vec<Organization>,
}

/// Whether options may name the algorithm `hash`.
pub async fn is_hash_routing_on(ports: &Ports) -> Result<bool, Fault> {
    Ok(feature_flag::current(ports).await?.is_enabled(FeatureFlag::HashBasedRouting))
}

/// The route, if the caller sees its owning space.
pub async fn get(call: Call<'_>, guid: &Guid<Route>, wanted: Wanted) -> Result<(Route, Included), Fault> {
    let mut reader = call.ports.store.reader().await?;
    let route = visible(reader.as_mut(), call.actor, guid).await?;
    let included = include(reader.as_mut(), call.actor, std::slice::from_ref(&route), wanted).await?;
    Ok((route, included))
}

/// Routes of spaces that the caller sees, and those shared into such a space.
pub async fn list(
    call: Call<'_>,
    filter: &RouteFilter,
    page: &PageRequest,
    wanted: Wanted,
) -> Result<(Page<Route>, Included), Fault> {
    let mut reader = call.ports.store.reader().await?;
    let found = reader.list_routes(filter, page, &call.actor.scope()).await?;
    let included = include(reader.as_mut(), call.actor, &found.items, wanted).await?;
    Ok((found, included))
}

/// The routes that lead to an app; whatever apps the filter names.
pub async fn list_of_app(
    call: Call<'_>,
    app: &Guid<App>,
    filter: RouteFilter,
    page: &PageRequest,
) -> Result<Page<Route>, Fault> {
    let mut reader = call.ports.store.reader().await?;
    reader.find_app(app, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found("App"))?;
    let filter = RouteFilter { app_guids: Some(vec![app.as_str().to_owned()]), ..filter };
    Ok(reader.list_routes(&filter, page, &call.actor.scope()).await?)
}

/// One query per kind, whatever the number of routes.
async fn include(
    reader: &mut DynReader,
    actor: &Actor,
    routes: &[Route],
    wanted: Wanted,
) -> Result<Included, Fault> {
    let mut included = Included::default();
    if wanted.domains {
        let guids: BTreeSet<_> = routes.iter().map(|r| r.domain.guid.clone()).collect();
        included.domains = reader.domains_by_guid(&guids.into_iter().collect::<Vec<_>>()).await?;
        included.domains.sort_by(|a, b| a.name.cmp(&b.name));
        for domain in &mut included.domains {
            if let DomainKind::Private { shared_with, .. } = &mut domain.kind {
                shared_with.clear();
            }
        }
    }
    let guids: BTreeSet<_> = routes.iter().map(|r| r.space.clone()).collect();
    let guids: Vec<_> = guids.into_iter().collect();
    if wanted.spaces {
        included.spaces = reader.spaces_by_guid(&guids, &actor.scope()).await?;
    }
    if wanted.organizations {
        // Whoever sees a route sees its organization, also an auditor of it who does not see the space.
        let spaces = reader.spaces_by_guid(&guids, &Scope::Everything).await?;
        let guids: BTreeSet<_> = spaces.iter().map(|s| s.organization.clone()).collect();
        included.organizations = reader.organizations_by_guid(&guids.into_iter().collect::<Vec<_>>()).await?;
    }
    Ok(included)
}
