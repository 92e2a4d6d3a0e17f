//! `user_update`

use super::read::visible;
use super::{Person, RESOURCE, known};
use crate::access;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::metadata::MetadataPatch;
use cc_domain::user::{User, policy};

/// Whether the caller may change or delete this user: who cannot see it is told that there is none. Asked before the body is looked at.
pub async fn may_change(call: Call<'_>, guid: &Guid<User>) -> Result<(), Fault> {
    visible(call, guid).await?;
    access::anywhere(call.actor, &policy::MANAGE)
}

/// Changes the metadata. Admins only.
pub async fn update(call: Call<'_>, guid: &Guid<User>, change: &MetadataPatch) -> Result<Person, Fault> {
    may_change(call, guid).await?;
    let user = transaction!(call.ports, |tx| {
        let found = tx.find_user(guid, &Scope::Everything).await?;
        let mut user = found.ok_or_else(|| Fault::not_found(RESOURCE))?;
        user.metadata = user.metadata.patched(change, call.ports.settings.metadata_limits)?;
        user.updated_at = call.ports.now();
        tx.update_user(&user).await?;
        Ok(user)
    })?;
    let known = known(call.ports, guid).await?;
    Ok(Person { user, known })
}
