//! Security groups. A group tells of the spaces that it is bound to those that the reader sees.

mod json;
mod list;
mod read;
mod write;

use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::from_json;
use crate::schema::security_groups;
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataOwner;
use cc_domain::security_group::{ByPhase, GroupName, SecurityGroup};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Queryable, Selectable)]
#[diesel(table_name = security_groups, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    name: String,
    rules: String,
    is_enabled_running: bool,
    is_enabled_staging: bool,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self) -> Result<SecurityGroup, StoreError> {
        let rules: Vec<json::Rule> = from_json("security_groups.rules", &self.rules)?;
        Ok(SecurityGroup {
            guid: Guid::new(self.guid),
            name: GroupName::stored(self.name),
            rules: rules.into_iter().map(json::Rule::into_rule).collect::<Result<_, _>>()?,
            globally_enabled: ByPhase { running: self.is_enabled_running, staging: self.is_enabled_staging },
            spaces: ByPhase::default(),
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

#[async_trait]
impl Stored for SecurityGroup {
    columns!(security_groups);
    const OWNER: Option<MetadataOwner> = None;

    /// Without the spaces that they are bound to, since those depend on who asks.
    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<security_groups::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, security_groups::id, security_groups::table);
        rows.into_iter().map(|row| Ok((row.id, row.into_entity()?))).collect()
    }
}
