//! What changes droplets.

use super::{OWNER, json};
use crate::errors::failed;
use crate::metadata;
use crate::schema::droplets;
use crate::session::{Change, Session};
use crate::stored::known_id_of;
use async_trait::async_trait;
use cc_domain::droplet::Droplet;
use cc_domain::droplet::ports::DropletWrites;
use cc_domain::guid::Guid;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// All that an update writes.
#[derive(AsChangeset, Insertable)]
#[diesel(table_name = droplets, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Columns<'a> {
    state: &'a str,
    error: Option<&'a str>,
    lifecycle: &'a str,
    buildpacks: String,
    stack: Option<&'a str>,
    image: Option<&'a str>,
    process_types: String,
    execution_metadata: &'a str,
    sidecars: String,
    sha1: Option<&'a str>,
    sha256: Option<&'a str>,
    bytes: Option<i64>,
    updated_at: i64,
}

#[derive(Insertable)]
#[diesel(table_name = droplets, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    app_id: i64,
    package_guid: Option<&'a str>,
    build_guid: Option<&'a str>,
    created_at: i64,
    #[diesel(embed)]
    columns: Columns<'a>,
}

impl<'a> From<&'a Droplet> for Columns<'a> {
    fn from(d: &'a Droplet) -> Self {
        let digests = d.digests.as_ref();
        Self {
            state: d.state.as_str(),
            error: d.error.as_deref(),
            lifecycle: d.lifecycle.as_str(),
            buildpacks: json::receipts_column(&d.buildpacks),
            stack: d.stack.as_deref(),
            image: d.image.as_deref(),
            process_types: json::process_types_column(&d.process_types),
            execution_metadata: &d.execution_metadata,
            sidecars: json::sidecars_column(&d.sidecars),
            sha1: digests.map(|d| d.sha1.as_str()),
            sha256: digests.map(|d| d.sha256.as_str()),
            bytes: digests.and_then(|d| i64::try_from(d.bytes).ok()),
            updated_at: d.updated_at.micros(),
        }
    }
}

#[async_trait]
impl DropletWrites for Session<Change> {
    async fn lock_droplet(&mut self, guid: &Guid<Droplet>) -> Result<Option<Droplet>, StoreError> {
        self.lock(guid).await
    }

    async fn insert_droplet(&mut self, droplet: &Droplet) -> Result<(), StoreError> {
        let row = NewRow {
            guid: droplet.guid.as_str(),
            app_id: known_id_of(self.conn(), &droplet.app).await?,
            package_guid: droplet.package.as_ref().map(Guid::as_str),
            build_guid: droplet.build.as_ref().map(Guid::as_str),
            created_at: droplet.created_at.micros(),
            columns: droplet.into(),
        };
        let id: i64 = diesel::insert_into(droplets::table)
            .values(&row)
            .returning(droplets::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::insert(self.conn(), OWNER, id, &droplet.metadata).await
    }

    async fn update_droplet(&mut self, droplet: &Droplet) -> Result<(), StoreError> {
        let id: i64 = diesel::update(droplets::table.filter(droplets::guid.eq(droplet.guid.as_str())))
            .set(Columns::from(droplet))
            .returning(droplets::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::replace(self.conn(), OWNER, id, &droplet.metadata).await
    }

    async fn delete_droplet(&mut self, guid: &Guid<Droplet>) -> Result<(), StoreError> {
        self.delete(guid).await
    }
}
