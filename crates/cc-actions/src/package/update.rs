//! `package_update`

use super::RESOURCE;
use crate::access;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::package::{Package, PackageContent, PackageError, UpdatePackage, policy};
use cc_domain::patch::Patch;

/// Changes metadata, and the credentials of a docker package.
pub async fn update(call: Call<'_>, guid: &Guid<Package>, change: UpdatePackage) -> Result<Package, Fault> {
    transaction!(call.ports, |tx| {
        let found =
            tx.find_package(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        let brings_credentials = !change.username.is_absent() || !change.password.is_absent();
        if brings_credentials && matches!(found.content, PackageContent::Bits { .. }) {
            // Said before the role is looked at, as the reference does.
            return Err(PackageError::CredentialsOfBits.into());
        }
        access::on_app(tx, call.actor, &found.app, &policy::MANAGE, RESOURCE).await?;
        let package = tx.lock_package(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        let metadata = package.metadata.patched(&change.metadata, call.ports.settings.metadata_limits)?;
        let package = package.updated(&change, metadata, call.ports.now())?;
        tx.update_package(&package).await?;
        match &change.password {
            Patch::Absent => {}
            Patch::Null => tx.update_package_password(guid, None).await?,
            Patch::Value(password) => tx.update_package_password(guid, Some(password)).await?,
        }
        Ok(package)
    })
}
