//! `package_create`

use crate::access;
use crate::app;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::list::Scope;
use cc_domain::metadata::Metadata;
use cc_domain::package::{CreatePackage, Package, PackageError, PackageRequest, policy};
use serde_json::{Value, json};

/// A package that waits for its bits, or one of a docker image. `request` is the body as the event shows it.
pub async fn create(call: Call<'_>, command: CreatePackage, request: Value) -> Result<Package, Fault> {
    let package = transaction!(call.ports, |tx| {
        let invalid = || PackageError::InvalidApp.into();
        access::on_named_app(tx, call.actor, &command.app, &policy::MANAGE, invalid).await?;
        let app = tx.find_app(&command.app, &Scope::Everything).await?.ok_or(PackageError::InvalidApp)?;
        let metadata = Metadata::default().patched(&command.metadata, call.ports.settings.metadata_limits)?;
        let package =
            Package::new(call.ports.new_guid(), &command, app.lifecycle.kind(), metadata, call.ports.now())?;
        let password = match &command.source {
            PackageRequest::Docker { password, .. } => password.as_ref(),
            PackageRequest::Bits | PackageRequest::Unnamed => None,
        };
        tx.insert_package(&package, password).await?;
        let place = app::place(tx, &app).await?;
        let data = json!({ "package_guid": package.guid.as_str(), "request": request });
        call.record(tx, "audit.app.package.create", app::party(&app), place, data).await?;
        Ok(package)
    })?;
    call.ports.log_api(&package.app, &format!("Adding app package for app with guid {}", package.app));
    Ok(package)
}
