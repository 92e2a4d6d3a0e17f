//! Space quotas: limits that the manager of an organization sets for its spaces.

mod apply;
mod create;
mod delete;
mod read;
mod update;

pub use apply::{apply, remove};
pub use create::create;
pub use delete::delete;
pub use read::{get, list};
pub use update::update;

use crate::access;
use crate::fault::Fault;
use cc_domain::actor::Actor;
use cc_domain::audit_event::Party;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::space_quota::{SpaceQuota, policy};
use cc_domain::store::DynTx;

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Space quota";
/// The unique constraint on the name.
pub(crate) const NAME_KEY: &str = "space_quotas_organization_id_name_key_key";

pub(crate) fn party(quota: &SpaceQuota) -> Party {
    Party::new("space_quota", quota.guid.as_str(), quota.name.as_str())
}

/// The quota with all its spaces, locked behind its organization, if the caller may change it.
async fn locked(tx: &mut DynTx, actor: &Actor, guid: &Guid<SpaceQuota>) -> Result<SpaceQuota, Fault> {
    access::on_space_quota(tx, actor, guid, &policy::MANAGE, RESOURCE).await?;
    let gone = || Fault::not_found(RESOURCE);
    let found = tx.find_space_quota(guid, &Scope::Everything).await?.ok_or_else(gone)?;
    tx.lock_organization(&found.organization).await?.ok_or_else(gone)?;
    tx.lock_space_quota(guid).await?.ok_or_else(gone)
}
