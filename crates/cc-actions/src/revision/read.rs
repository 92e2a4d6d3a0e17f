//! `revision_get`, `app_revisions_list`, `app_deployed_revisions_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::Ports;
use crate::{access, app};
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::revision::{Revision, RevisionFilter, policy};

pub async fn get(ports: &Ports, actor: &Actor, guid: &Guid<Revision>) -> Result<Revision, Fault> {
    let mut reader = ports.store.reader().await?;
    reader.find_revision(guid, &actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

/// Those of one app, which the caller must see.
pub async fn list(
    ports: &Ports,
    actor: &Actor,
    filter: &RevisionFilter,
    page: &PageRequest,
) -> Result<Page<Revision>, Fault> {
    let mut reader = ports.store.reader().await?;
    access::on_app(reader.as_mut(), actor, &filter.app, &policy::GET, app::RESOURCE).await?;
    Ok(reader.list_revisions(filter, page).await?)
}
