//! `revision_get`, `app_revisions_list`, `app_deployed_revisions_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::Call;
use crate::{access, app};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::revision::{Revision, RevisionFilter, policy};

pub async fn get(call: Call<'_>, guid: &Guid<Revision>) -> Result<Revision, Fault> {
    let mut reader = call.ports.store.reader().await?;
    reader.find_revision(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

/// Those of one app, which the caller must see.
pub async fn list(
    call: Call<'_>,
    filter: &RevisionFilter,
    page: &PageRequest,
) -> Result<Page<Revision>, Fault> {
    let mut reader = call.ports.store.reader().await?;
    access::on_app(reader.as_mut(), call.actor, &filter.app, &policy::GET, app::RESOURCE).await?;
    Ok(reader.list_revisions(filter, page).await?)
}
