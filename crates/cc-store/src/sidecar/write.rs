//! What changes sidecars.

use crate::any::Conn;
use crate::errors::failed;
use crate::schema::{apps, sidecar_process_types, sidecars};
use crate::session::{Change, Session};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::process::ProcessType;
use cc_domain::quantity::Megabytes;
use cc_domain::sidecar::Sidecar;
use cc_domain::sidecar::ports::SidecarWrites;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

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

async fn attach(conn: &mut Conn, id: i64, kinds: &[ProcessType]) -> Result<(), StoreError> {
    let rows: Vec<_> = kinds
        .iter()
        .map(|kind| {
            (
                sidecar_process_types::sidecar_id.eq(id),
                sidecar_process_types::kind.eq(kind.as_str().to_owned()),
            )
        })
        .collect();
    if !rows.is_empty() {
        diesel::insert_into(sidecar_process_types::table).values(rows).execute(conn).await.map_err(failed)?;
    }
    Ok(())
}

async fn detach(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    diesel::delete(sidecar_process_types::table.filter(sidecar_process_types::sidecar_id.eq(id)))
        .execute(conn)
        .await
        .map_err(failed)?;
    Ok(())
}

#[async_trait]
impl SidecarWrites for Session<Change> {
    async fn insert_sidecar(&mut self, sidecar: &Sidecar) -> Result<(), StoreError> {
        let app_id: i64 = apps::table
            .filter(apps::guid.eq(sidecar.app.as_str()))
            .select(apps::id)
            .first(self.conn())
            .await
            .map_err(failed)?;
        let row = NewRow {
            guid: sidecar.guid.as_str(),
            app_id,
            name: &sidecar.name,
            command: &sidecar.command,
            memory_mb: column(sidecar.memory),
            origin: sidecar.origin.as_str(),
            created_at: sidecar.created_at.micros(),
            updated_at: sidecar.updated_at.micros(),
        };
        let id: i64 = diesel::insert_into(sidecars::table)
            .values(&row)
            .returning(sidecars::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        attach(self.conn(), id, &sidecar.process_types).await
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
        detach(self.conn(), id).await?;
        attach(self.conn(), id, &sidecar.process_types).await
    }

    async fn delete_sidecar(&mut self, guid: &Guid<Sidecar>) -> Result<(), StoreError> {
        let found: Option<i64> = sidecars::table
            .filter(sidecars::guid.eq(guid.as_str()))
            .select(sidecars::id)
            .first(self.conn())
            .await
            .optional()
            .map_err(failed)?;
        let Some(id) = found else { return Ok(()) };
        detach(self.conn(), id).await?;
        diesel::delete(sidecars::table.filter(sidecars::id.eq(id)))
            .execute(self.conn())
            .await
            .map_err(failed)?;
        Ok(())
    }
}
