//! Isolation segments. Admins make them and say which organizations are entitled to them; what an organization or a space then chooses is in
//! [`crate::organization`] and [`crate::space`].

mod create;
mod delete;
mod entitle;
mod read;
mod revoke;
mod update;

pub use create::create;
pub use delete::delete;
pub use entitle::entitle;
pub use read::{get, list, organizations, spaces};
pub use revoke::revoke;
pub use update::update;

use crate::access;
use crate::fault::Fault;
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::isolation_segment::{Entitlements, policy};
use cc_domain::organization::Organization;
use cc_domain::store::DynTx;

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Isolation segment";
/// The unique constraint on the name.
const NAME_KEY: &str = "isolation_segments_name_key_key";

/// Whether the caller may change segments at all. Asked before the segment or the body is looked at.
pub fn may_manage(actor: &Actor) -> Result<(), Fault> {
    access::anywhere(actor, &policy::MANAGE)
}

/// What an organization has of segments. Nobody changes it while the organization is locked.
pub(crate) async fn entitlements_of(
    tx: &mut DynTx,
    organization: &Guid<Organization>,
) -> Result<Entitlements, Fault> {
    let found = tx.entitlements(std::slice::from_ref(organization)).await?.pop();
    found.ok_or_else(|| Fault::not_found(crate::organization::RESOURCE))
}
