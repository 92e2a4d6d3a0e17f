//! `space_update`

use super::{NAME_KEY, RESOURCE, party, place};
use crate::access;
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::access::RoleKind;
use cc_domain::guid::Guid;
use cc_domain::name::Name;
use cc_domain::space::{Space, SpaceError, UpdateSpace, policy};
use cc_domain::store::DynTx;
use serde_json::{Value, json};

/// Changes name, suspension and metadata. Suspending is for admins and the organization's managers. The target and
/// the caller's rights are looked at before what is wrong with the body.
pub async fn update(
    call: Call<'_>,
    guid: &Guid<Space>,
    change: Result<UpdateSpace, Fault>,
    request: Value,
) -> Result<Space, Fault> {
    transaction!(call.ports, |tx| {
        let standing = access::in_space(tx, call.actor, guid, &policy::UPDATE, RESOURCE).await?;
        let space = tx.lock_space(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        let change = change?;
        let metadata = space.metadata.patched(&change.metadata, call.ports.settings.metadata_limits)?;
        let may_suspend = call.actor.scopes.admin || standing.roles.contains(RoleKind::OrganizationManager);
        let space = space.updated(&change, may_suspend, metadata, call.ports.now())?;
        let organization = if change.name.is_some() { organization_name(tx, &space).await? } else { None };
        tx.update_space(&space).await.map_err(when_taken(NAME_KEY, || match organization {
            Some(organization) => SpaceError::NameTakenIn { organization, space: space.name.clone() },
            None => SpaceError::NameTaken,
        }))?;
        let data = json!({ "request": request });
        call.record(tx, "audit.space.update", party(&space), place(&space), data).await?;
        Ok(space)
    })
}

/// Asked before the write: after a refused statement the transaction answers nothing more.
async fn organization_name(tx: &mut DynTx, space: &Space) -> Result<Option<Name>, Fault> {
    let found = tx.organizations_by_guid(std::slice::from_ref(&space.organization)).await?;
    Ok(found.into_iter().next().map(|o| o.name))
}
