//! `user_update`

use super::read::visible;
use super::{Person, RESOURCE, known};
use crate::access;
use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::metadata::MetadataPatch;
use cc_domain::store::{DynTx, finish};
use cc_domain::user::{User, policy};

/// Whether the caller may change or delete this user: who cannot see it is told that there is none. Asked before the body is looked at.
pub async fn may_change(ports: &Ports, actor: &Actor, guid: &Guid<User>) -> Result<(), Fault> {
    visible(ports, actor, guid).await?;
    access::anywhere(actor, &policy::MANAGE)
}

/// Changes the metadata. Admins only.
pub async fn update(
    ports: &Ports,
    actor: &Actor,
    guid: &Guid<User>,
    change: &MetadataPatch,
) -> Result<Person, Fault> {
    may_change(ports, actor, guid).await?;
    let mut tx = ports.store.begin().await?;
    let outcome = steps(tx.as_mut(), ports, guid, change).await;
    let user = finish(tx, outcome).await?;
    let known = known(ports, guid).await?;
    Ok(Person { user, known })
}

async fn steps(
    tx: &mut DynTx,
    ports: &Ports,
    guid: &Guid<User>,
    change: &MetadataPatch,
) -> Result<User, Fault> {
    let found = tx.find_user(guid, &Scope::Everything).await?;
    let mut user = found.ok_or_else(|| Fault::not_found(RESOURCE))?;
    user.metadata = user.metadata.patched(change, ports.settings.metadata_limits)?;
    user.updated_at = ports.now();
    tx.update_user(&user).await?;
    Ok(user)
}
