//! Organizations.

mod create;
mod default_isolation_segment;
mod delete;
mod read;
mod update;

pub use create::{create, may_create};
pub use default_isolation_segment::{default_isolation_segment, set_default_isolation_segment};
pub use delete::delete;
pub use read::{get, list, usage, users};
pub use update::update;

use cc_domain::audit_event::Party;
use cc_domain::organization::Organization;

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Organization";
/// The unique constraint on the name.
pub(crate) const NAME_KEY: &str = "organizations_name_key_key";

pub(crate) fn party(organization: &Organization) -> Party {
    Party::new("organization", organization.guid.as_str(), organization.name.as_str())
}
