//! Organization quotas. Every caller may read them all, and admins alone change them.

mod apply;
mod create;
mod delete;
mod read;
mod update;

pub use apply::apply;
pub use create::create;
pub use delete::delete;
pub use read::{get, list};
pub use update::update;

use crate::access;
use crate::fault::Fault;
use cc_domain::actor::Actor;
use cc_domain::audit_event::Party;
use cc_domain::organization_quota::{OrganizationQuota, policy};

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Organization quota";
/// The unique constraint on the name.
pub(crate) const NAME_KEY: &str = "organization_quotas_name_key_key";

/// Whether the caller may change quotas at all. Asked before the body is looked at.
pub fn may_manage(actor: &Actor) -> Result<(), Fault> {
    access::anywhere(actor, &policy::MANAGE)
}

pub(crate) fn party(quota: &OrganizationQuota) -> Party {
    Party::new("organization_quota", quota.guid.as_str(), quota.name.as_str())
}
