//! Revisions. The environment variables are sealed in the revision's row and read apart.

mod json;
mod list;
mod read;
mod write;

use crate::any::dsl::TextOneOf;
use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::{corrupt, failed};
use crate::schema::{apps, droplets, revisions};
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows, with_metadata};
use async_trait::async_trait;
use cc_domain::droplet::DropletState;
use cc_domain::guid::Guid;
use cc_domain::metadata::{Metadata, MetadataOwner};
use cc_domain::revision::Revision;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashSet;

const OWNER: MetadataOwner = MetadataOwner::Revision;

#[derive(Queryable, Selectable)]
#[diesel(table_name = revisions, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    #[diesel(select_expression = apps::guid)]
    app_guid: String,
    number: i32,
    description: String,
    droplet_guid: Option<String>,
    commands: String,
    sidecars: String,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, metadata: Metadata, staged: &HashSet<String>) -> Result<Revision, StoreError> {
        let droplet = self.droplet_guid.ok_or_else(|| corrupt("revisions.droplet_guid"))?;
        Ok(Revision {
            guid: Guid::new(self.guid),
            app: Guid::new(self.app_guid),
            version: u32::try_from(self.number).map_err(|_| corrupt("revisions.number"))?,
            is_deployable: staged.contains(&droplet),
            droplet: Guid::new(droplet),
            commands: json::commands(&self.commands)?,
            sidecars: json::sidecars(&self.sidecars)?,
            description: self.description,
            metadata,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

/// Which of the droplets are there to be run.
async fn staged(conn: &mut Conn, droplets: &[String]) -> Result<HashSet<String>, StoreError> {
    if droplets.is_empty() {
        return Ok(HashSet::new());
    }
    let staged: Vec<String> = droplets::table
        .filter(droplets::guid.one_of(droplets))
        .filter(droplets::state.eq(DropletState::Staged.as_str()))
        .select(droplets::guid)
        .load(conn)
        .await
        .map_err(failed)?;
    Ok(staged.into_iter().collect())
}

#[async_trait]
impl Stored for Revision {
    columns!(revisions);
    const OWNER: Option<MetadataOwner> = Some(OWNER);

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<revisions::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, revisions::id, revisions::table.inner_join(apps::table));
        let guids: Vec<String> = rows.iter().filter_map(|row| row.droplet_guid.clone()).collect();
        let staged = staged(conn, &guids).await?;
        with_metadata(conn, rows, |row| row.id, |row, metadata| row.into_entity(metadata, &staged)).await
    }
}

/// Where a revision's environment is sealed for.
fn environment_place(guid: &str) -> String {
    format!("revisions.environment:{guid}")
}
