//! Spaces.

mod create;
mod delete;
mod feature;
mod isolation_segment;
mod read;
mod update;

pub use create::create;
pub use delete::delete;
pub(crate) use delete::delete_with_contents;
pub use feature::update_feature;
pub use isolation_segment::{isolation_segment, set_isolation_segment};
pub use read::{get, list, usage, users};
pub use update::update;

use cc_domain::audit_event::{Party, Place};
use cc_domain::space::Space;

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Space";
/// The unique constraint on the name.
pub(crate) const NAME_KEY: &str = "spaces_organization_id_name_key_key";

pub(crate) fn party(space: &Space) -> Party {
    Party::new("space", space.guid.as_str(), space.name.as_str())
}

pub(crate) fn place(space: &Space) -> Place {
    Place::space(&space.guid, &space.organization)
}
