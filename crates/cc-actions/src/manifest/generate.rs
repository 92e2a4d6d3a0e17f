//! `app_manifest_get`

use super::current;
use crate::access;
use crate::app::RESOURCE;
use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::app::{App, policy};
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::manifest::yaml;

/// A manifest that would make the app again, as YAML; it has the app's variables in it.
pub async fn generate(call: Call<'_>, guid: &Guid<App>) -> Result<String, Fault> {
    let mut reader = call.ports.store.reader().await?;
    access::on_app(reader.as_mut(), call.actor, guid, &policy::READ_SECRETS, RESOURCE).await?;
    let app = reader.find_app(guid, &Scope::Everything).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    let environment = reader.app_environment(guid).await?.unwrap_or_default();
    let current = current::of(reader.as_mut(), app, environment).await?;
    Ok(yaml::print(&cc_domain::manifest::generate(&current)))
}
