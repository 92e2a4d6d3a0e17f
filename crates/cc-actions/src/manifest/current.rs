//! An app with everything that a manifest can speak of.

use cc_domain::app::{App, EnvironmentVariables, Lifecycle};
use cc_domain::list::Scope;
use cc_domain::manifest::CurrentApp;
use cc_domain::package::PackageContent;
use cc_domain::store::{Reader, StoreError};

/// Everything about the app; whether its variables are among it is the caller's decision.
pub(super) async fn of<R: Reader + ?Sized>(
    reader: &mut R,
    app: App,
    environment: EnvironmentVariables,
) -> Result<CurrentApp, StoreError> {
    Ok(CurrentApp {
        environment,
        processes: reader.processes_of_app(&app.guid).await?,
        sidecars: reader.sidecars_of_app(&app.guid).await?,
        routes: reader.routes_of_app(&app.guid).await?,
        docker: image(reader, &app).await?,
        app,
    })
}

/// Image and user name of the package that the current droplet was made of.
async fn image<R: Reader + ?Sized>(
    reader: &mut R,
    app: &App,
) -> Result<Option<(String, Option<String>)>, StoreError> {
    let (Lifecycle::Docker, Some(droplet)) = (&app.lifecycle, &app.droplet) else { return Ok(None) };
    let droplet = reader.find_droplet(droplet, &Scope::Everything).await?;
    let Some(package) = droplet.and_then(|d| d.package) else { return Ok(None) };
    let package = reader.find_package(&package, &Scope::Everything).await?;
    Ok(package.and_then(|package| match package.content {
        PackageContent::Docker { image, username, .. } => Some((image, username)),
        PackageContent::Bits { .. } => None,
    }))
}
