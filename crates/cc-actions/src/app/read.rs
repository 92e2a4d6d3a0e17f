//! `app_get`, `apps_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::actor::Actor;
use cc_domain::app::{App, AppFilter};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::organization::Organization;
use cc_domain::space::Space;
use cc_domain::store::DynReader;
use std::collections::BTreeSet;

/// What `include` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub spaces: bool,
    pub organizations: bool,
}

/// What was included, each once.
#[derive(Clone, Debug, Default)]
pub struct Included {
    pub spaces: Vec<Space>,
    pub organizations: Vec<Organization>,
}

/// The app, if the caller sees its space.
pub async fn get(call: Call<'_>, guid: &Guid<App>, wanted: Wanted) -> Result<(App, Included), Fault> {
    let mut reader = call.ports.store.reader().await?;
    let app = reader.find_app(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let included = include(reader.as_mut(), call.actor, std::slice::from_ref(&app), wanted).await?;
    Ok((app, included))
}

pub async fn list(
    call: Call<'_>,
    filter: &AppFilter,
    page: &PageRequest,
    wanted: Wanted,
) -> Result<(Page<App>, Included), Fault> {
    let mut reader = call.ports.store.reader().await?;
    let found = reader.list_apps(filter, page, &call.actor.scope()).await?;
    let included = include(reader.as_mut(), call.actor, &found.items, wanted).await?;
    Ok((found, included))
}

/// One query per kind, whatever the number of apps.
async fn include(
    reader: &mut DynReader,
    actor: &Actor,
    apps: &[App],
    wanted: Wanted,
) -> Result<Included, Fault> {
    let mut included = Included::default();
    if !(wanted.spaces || wanted.organizations) {
        return Ok(included);
    }
    let guids: BTreeSet<_> = apps.iter().map(|app| app.space.clone()).collect();
    let guids: Vec<_> = guids.into_iter().collect();
    included.spaces = reader.spaces_by_guid(&guids, &actor.scope()).await?;
    if wanted.organizations {
        let guids: BTreeSet<_> = included.spaces.iter().map(|space| space.organization.clone()).collect();
        included.organizations = reader.organizations_by_guid(&guids.into_iter().collect::<Vec<_>>()).await?;
    }
    if !wanted.spaces {
        included.spaces.clear();
    }
    Ok(included)
}
