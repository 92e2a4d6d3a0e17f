//! Roles. They have no metadata.

mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::{corrupt, parsed};
use crate::schema::{organizations, roles, spaces, users};
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataOwner;
use cc_domain::role::{Role, RoleTarget};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Queryable, Selectable)]
#[diesel(table_name = roles, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    kind: String,
    #[diesel(select_expression = users::guid)]
    user_guid: String,
    #[diesel(select_expression = organizations::guid.nullable())]
    organization_guid: Option<String>,
    #[diesel(select_expression = spaces::guid.nullable())]
    space_guid: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self) -> Result<Role, StoreError> {
        let target = match (self.organization_guid, self.space_guid) {
            (Some(organization), None) => RoleTarget::Organization(Guid::new(organization)),
            (None, Some(space)) => RoleTarget::Space(Guid::new(space)),
            _ => return Err(corrupt("roles.organization_id")),
        };
        Ok(Role {
            guid: Guid::new(self.guid),
            kind: parsed("roles.kind", &self.kind)?,
            user: Guid::new(self.user_guid),
            target,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

#[async_trait]
impl Stored for Role {
    columns!(roles);
    const OWNER: Option<MetadataOwner> = None;

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<roles::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(
            conn,
            which,
            roles::id,
            roles::table.inner_join(users::table).left_join(organizations::table).left_join(spaces::table)
        );
        rows.into_iter().map(|row| Ok((row.id, row.into_entity()?))).collect()
    }
}
