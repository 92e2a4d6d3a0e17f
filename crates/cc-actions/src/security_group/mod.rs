//! Security groups. Admins make them; whoever manages a space binds to it what they see.

mod bind;
mod create;
mod delete;
mod read;
mod update;

pub use bind::{bind, unbind};
pub use create::create;
pub use delete::delete;
pub use read::{get, list, list_of_space};
pub use update::update;

use crate::access;
use crate::fault::Fault;
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::security_group::{SecurityGroup, policy};
use cc_domain::store::DynTx;

/// The name of the resource in "… not found".
const RESOURCE: &str = "Security group";
/// The unique constraint on the name.
const NAME_KEY: &str = "security_groups_name_key";

/// Whether the caller may change groups at all.
pub fn may_manage(actor: &Actor) -> Result<(), Fault> {
    access::anywhere(actor, &policy::MANAGE)
}

/// The group with all its spaces, locked, if the caller sees it.
async fn locked(tx: &mut DynTx, actor: &Actor, guid: &Guid<SecurityGroup>) -> Result<SecurityGroup, Fault> {
    let gone = || Fault::not_found(RESOURCE);
    tx.find_security_group(guid, &actor.scope()).await?.ok_or_else(gone)?;
    tx.lock_security_group(guid).await?.ok_or_else(gone)
}
