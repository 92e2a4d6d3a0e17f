//! Apps.

mod create;
mod current_droplet;
mod delete;
mod env;
mod environment;
mod expire_bits;
mod feature;
mod lifecycle;
mod read;
mod transition;
mod update;

pub use create::create;
pub(crate) use create::create_within;
pub use current_droplet::assign_current_droplet;
pub(crate) use current_droplet::assign_within;
pub use delete::delete;
pub(crate) use delete::delete_all_of_space;
pub use env::env;
pub use environment::{Environment, environment_variables, patch_environment_variables};
pub(crate) use expire_bits::ExpireBits;
pub(crate) use expire_bits::expire_bits_later;
pub use feature::{feature_named, sees_secrets, ssh_refusal, update_feature};
pub(crate) use lifecycle::check_cnb;
pub use read::{Included, Wanted, get, list};
pub use transition::{Action, act};
pub use update::update;
pub(crate) use update::update_within;

use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::app::App;
use cc_domain::audit_event::{Party, Place};
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::store::{Reader, StoreError};

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "App";
/// The unique constraint on the name within a space.
pub(crate) const NAME_KEY: &str = "apps_space_id_name_key_key";

pub(crate) fn party(app: &App) -> Party {
    Party::new("app", app.guid.as_str(), app.name.as_str())
}

/// Whether the caller sees the app at all, for what lies below it.
pub(crate) async fn visible(call: Call<'_>, guid: &Guid<App>) -> Result<App, Fault> {
    let mut reader = call.ports.store.reader().await?;
    reader.find_app(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

/// The app's space and organization, for audit events.
pub(crate) async fn place<R: Reader + ?Sized>(reader: &mut R, app: &App) -> Result<Place, StoreError> {
    let space = reader.find_space(&app.space, &Scope::Everything).await?;
    Ok(Place { space: Some(app.space.clone()), organization: space.map(|s| s.organization) })
}
