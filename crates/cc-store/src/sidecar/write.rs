//! What changes sidecars.

use crate::any::Conn;
use crate::any::dsl::{IdOneOf, TextOneOf};
use crate::errors::failed;
use crate::schema::{sidecar_process_types, sidecars};
use crate::session::{Change, Session};
use crate::stored::known_id_of;
use async_trait::async_trait;
use cc_domain::guid::{Guid, texts};
use cc_domain::process::ProcessType;
use cc_domain::quantity::Megabytes;
use cc_domain::sidecar::Sidecar;
use cc_domain::sidecar::ports::SidecarWrites;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

#[derive(Insertable)]
#[diesel(table_name = sidecars, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    app_id: i64,
    name: &'a str,
    command: &'a str,
    memory_mb: Option<i32>,
    origin: &'a str,
    created_at: i64,
    updated_at: i64,
}

/// The column for an amount of memory; the domain's bound is the column's.
fn column(memory: Option<Megabytes>) -> Option<i32> {
    memory.and_then(|mb| i32::try_from(mb.get()).ok())
}

/// Rows of one insert; eight columns each stay below the parameters that SQLite takes.
const BATCH: usize = 1_000;

async fn attach(conn: &mut Conn, kinds: &[(i64, &ProcessType)]) -> Result<(), StoreError> {
    for kinds in kinds.chunks(BATCH) {
        let rows: Vec<_> = kinds
            .iter()
            .map(|(id, kind)| {
                (
                    sidecar_process_types::sidecar_id.eq(*id),
                    sidecar_process_types::kind.eq(kind.as_str().to_owned()),
                )
            })
            .collect();
        diesel::insert_into(sidecar_process_types::table).values(rows).execute(conn).await.map_err(failed)?;
    }
    Ok(())
}

async fn detach(conn: &mut Conn, ids: &[i64]) -> Result<(), StoreError> {
    diesel::delete(sidecar_process_types::table.filter(sidecar_process_types::sidecar_id.one_of_ids(ids)))
        .execute(conn)
        .await
        .map_err(failed)?;
    Ok(())
}

#[async_trait]
impl SidecarWrites for Session<Change> {
    async fn insert_sidecars(&mut self, added: &[Sidecar]) -> Result<(), StoreError> {
        let Some(first) = added.first() else { return Ok(()) };
        let app_id = known_id_of(self.conn(), &first.app).await?;
        for batch in added.chunks(BATCH) {
            let rows: Vec<_> = batch
                .iter()
                .map(|sidecar| NewRow {
                    guid: sidecar.guid.as_str(),
                    app_id,
                    name: &sidecar.name,
                    command: &sidecar.command,
                    memory_mb: column(sidecar.memory),
                    origin: sidecar.origin.as_str(),
                    created_at: sidecar.created_at.micros(),
                    updated_at: sidecar.updated_at.micros(),
                })
                .collect();
            diesel::insert_into(sidecars::table).values(rows).execute(self.conn()).await.map_err(failed)?;
            let guids: Vec<_> = batch.iter().map(|sidecar| sidecar.guid.as_str().to_owned()).collect();
            let ids: Vec<(String, i64)> = sidecars::table
                .filter(sidecars::guid.one_of(&guids))
                .select((sidecars::guid, sidecars::id))
                .load(self.conn())
                .await
                .map_err(failed)?;
            let ids: HashMap<_, _> = ids.into_iter().collect();
            let kinds: Vec<_> = batch
                .iter()
                .filter_map(|sidecar| Some((*ids.get(sidecar.guid.as_str())?, sidecar)))
                .flat_map(|(id, sidecar)| sidecar.process_types.iter().map(move |kind| (id, kind)))
                .collect();
            attach(self.conn(), &kinds).await?;
        }
        Ok(())
    }

    async fn update_sidecar(&mut self, sidecar: &Sidecar) -> Result<(), StoreError> {
        let id: i64 = diesel::update(sidecars::table.filter(sidecars::guid.eq(sidecar.guid.as_str())))
            .set((
                sidecars::name.eq(&sidecar.name),
                sidecars::command.eq(&sidecar.command),
                sidecars::memory_mb.eq(column(sidecar.memory)),
                sidecars::updated_at.eq(sidecar.updated_at.micros()),
            ))
            .returning(sidecars::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        detach(self.conn(), &[id]).await?;
        let kinds: Vec<_> = sidecar.process_types.iter().map(|kind| (id, kind)).collect();
        attach(self.conn(), &kinds).await
    }

    async fn delete_sidecars(&mut self, guids: &[Guid<Sidecar>]) -> Result<(), StoreError> {
        if guids.is_empty() {
            return Ok(());
        }
        let ids: Vec<i64> = sidecars::table
            .filter(sidecars::guid.one_of(&texts(guids)))
            .select(sidecars::id)
            .load(self.conn())
            .await
            .map_err(failed)?;
        detach(self.conn(), &ids).await?;
        diesel::delete(sidecars::table.filter(sidecars::id.one_of_ids(&ids)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
