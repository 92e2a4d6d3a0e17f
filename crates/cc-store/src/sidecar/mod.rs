//! Sidecars with the process types they belong to.

mod list;
mod read;
mod write;

use crate::any::dsl::IdOneOf;
use crate::any::sets::IdSet;
use crate::any::{Any, Conn};
use crate::errors::{corrupt, failed, parsed};
use crate::schema::{apps, sidecar_process_types, sidecars};
use crate::seal::SealingKeys;
use crate::stored::{Stored, columns, rows};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::metadata::MetadataOwner;
use cc_domain::process::ProcessType;
use cc_domain::quantity::Megabytes;
use cc_domain::sidecar::Sidecar;
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

#[derive(Queryable, Selectable)]
#[diesel(table_name = sidecars, check_for_backend(Any))]
struct Row {
    id: i64,
    guid: String,
    #[diesel(select_expression = apps::guid)]
    app_guid: String,
    name: String,
    command: String,
    memory_mb: Option<i32>,
    origin: String,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn into_entity(self, process_types: Vec<ProcessType>) -> Result<Sidecar, StoreError> {
        let memory = match self.memory_mb {
            None => None,
            Some(mb) => Some(Megabytes::new(mb.into()).ok_or_else(|| corrupt("sidecars.memory_mb"))?),
        };
        Ok(Sidecar {
            guid: Guid::new(self.guid),
            app: Guid::new(self.app_guid),
            name: self.name,
            command: self.command,
            process_types,
            memory,
            origin: parsed("sidecars.origin", &self.origin)?,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

/// The process types of each of the sidecars.
async fn process_types(conn: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, Vec<ProcessType>>, StoreError> {
    let mut by_id: HashMap<i64, Vec<ProcessType>> = HashMap::new();
    if ids.is_empty() {
        return Ok(by_id);
    }
    let kinds: Vec<(i64, String)> = sidecar_process_types::table
        .filter(sidecar_process_types::sidecar_id.one_of_ids(ids))
        .order((sidecar_process_types::sidecar_id.asc(), sidecar_process_types::kind.asc()))
        .select((sidecar_process_types::sidecar_id, sidecar_process_types::kind))
        .load(conn)
        .await
        .map_err(failed)?;
    for (id, kind) in kinds {
        let kind = ProcessType::parse(&kind).ok_or_else(|| corrupt("sidecar_process_types.kind"))?;
        by_id.entry(id).or_default().push(kind);
    }
    Ok(by_id)
}

#[async_trait]
impl Stored for Sidecar {
    columns!(sidecars);
    const OWNER: Option<MetadataOwner> = None;

    async fn load(
        (conn, _): (&mut Conn, &SealingKeys),
        which: IdSet<sidecars::table>,
    ) -> Result<Vec<(i64, Self)>, StoreError> {
        let rows = rows!(conn, which, sidecars::id, sidecars::table.inner_join(apps::table));
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        let mut kinds = process_types(conn, &ids).await?;
        rows.into_iter()
            .map(|row| {
                let kinds = kinds.remove(&row.id).unwrap_or_default();
                Ok((row.id, row.into_entity(kinds)?))
            })
            .collect()
    }
}
