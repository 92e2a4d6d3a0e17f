//! What changes revisions.

use super::{OWNER, environment_place, json};
use crate::any::Conn;
use crate::any::dsl::IdOneOf;
use crate::errors::failed;
use crate::metadata;
use crate::schema::{apps, revisions};
use crate::seal::Sealed;
use crate::session::{Change, Session};
use crate::stored::known_id_of;
use async_trait::async_trait;
use cc_domain::app::{App, EnvironmentVariables};
use cc_domain::guid::Guid;
use cc_domain::revision::Revision;
use cc_domain::revision::ports::RevisionWrites;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = revisions, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    app_id: i64,
    number: i32,
    description: &'a str,
    droplet_guid: Option<&'a str>,
    environment_ciphertext: Option<Vec<u8>>,
    environment_key_label: Option<String>,
    commands: String,
    sidecars: String,
    created_at: i64,
    updated_at: i64,
}

/// The domain's bound is far within the column's.
fn column(version: u32) -> i32 {
    i32::try_from(version).unwrap_or(i32::MAX)
}

async fn delete(conn: &mut Conn, ids: &[i64]) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    metadata::delete(conn, OWNER, ids).await?;
    diesel::delete(revisions::table.filter(revisions::id.one_of_ids(ids)))
        .execute(conn)
        .await
        .map_err(failed)?;
    Ok(())
}

#[async_trait]
impl RevisionWrites for Session<Change> {
    async fn insert_revision(
        &mut self,
        revision: &Revision,
        environment: &EnvironmentVariables,
    ) -> Result<(), StoreError> {
        let app_id = known_id_of(self.conn(), &revision.app).await?;
        let replaced: Vec<i64> = revisions::table
            .filter(revisions::app_id.eq(app_id))
            .filter(revisions::number.eq(column(revision.version)))
            .select(revisions::id)
            .load(self.conn())
            .await
            .map_err(failed)?;
        delete(self.conn(), &replaced).await?;
        // An empty environment is not worth a key.
        let sealed = (!environment.is_empty())
            .then(|| self.keys.seal(&environment_place(revision.guid.as_str()), &environment.to_json()));
        let (environment_ciphertext, environment_key_label) =
            sealed.map(|Sealed { ciphertext, key_label }| (ciphertext, key_label)).unzip();
        let row = NewRow {
            guid: revision.guid.as_str(),
            app_id,
            number: column(revision.version),
            description: &revision.description,
            droplet_guid: Some(revision.droplet.as_str()),
            environment_ciphertext,
            environment_key_label,
            commands: json::commands_column(&revision.commands),
            sidecars: json::sidecars_column(&revision.sidecars),
            created_at: revision.created_at.micros(),
            updated_at: revision.updated_at.micros(),
        };
        let id: i64 = diesel::insert_into(revisions::table)
            .values(&row)
            .returning(revisions::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::insert(self.conn(), OWNER, id, &revision.metadata).await
    }

    async fn update_revision(&mut self, revision: &Revision) -> Result<(), StoreError> {
        let id: i64 = diesel::update(revisions::table.filter(revisions::guid.eq(revision.guid.as_str())))
            .set(revisions::updated_at.eq(revision.updated_at.micros()))
            .returning(revisions::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::replace(self.conn(), OWNER, id, &revision.metadata).await
    }

    async fn delete_revisions_beyond(&mut self, app: &Guid<App>, keep: usize) -> Result<(), StoreError> {
        let newest_first: Vec<i64> = revisions::table
            .inner_join(apps::table)
            .filter(apps::guid.eq(app.as_str()))
            .order(revisions::id.desc())
            .select(revisions::id)
            .load(self.conn())
            .await
            .map_err(failed)?;
        delete(self.conn(), newest_first.get(keep..).unwrap_or_default()).await
    }
}
