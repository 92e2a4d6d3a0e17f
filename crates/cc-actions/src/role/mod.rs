//! Roles.

mod create;
mod delete;
pub(crate) mod event;
mod read;

pub use create::create;
pub(crate) use delete::RoleDeletion;
pub use delete::delete;
pub use read::{Included, Wanted, get, list};

use crate::fault::Fault;
use cc_domain::audit_event::Place;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::role::{Role, RoleTarget};
use cc_domain::space::Space;
use cc_domain::store::Reader;

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Role";

/// Where the events of a role belong; `None` if its space is gone.
async fn place<R: Reader + ?Sized>(reader: &mut R, role: &Role) -> Result<Option<Place>, Fault> {
    match &role.target {
        RoleTarget::Organization(organization) => Ok(Some(Place::organization(organization))),
        RoleTarget::Space(space) => {
            Ok(find_space(reader, space).await?.map(|s| Place::space(&s.guid, &s.organization)))
        }
    }
}

async fn find_space<R: Reader + ?Sized>(reader: &mut R, guid: &Guid<Space>) -> Result<Option<Space>, Fault> {
    Ok(reader.find_space(guid, &Scope::Everything).await?)
}
