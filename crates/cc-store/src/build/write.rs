//! What changes builds.

use super::{OWNER, environment_place, place};
use crate::errors::failed;
use crate::lifecycle;
use crate::metadata;
use crate::schema::builds;
use crate::seal::Sealed;
use crate::session::{Change, Session};
use crate::stored::known_id_of;
use async_trait::async_trait;
use cc_domain::app::EnvironmentVariables;
use cc_domain::build::Build;
use cc_domain::build::ports::BuildWrites;
use cc_domain::guid::Guid;
use cc_domain::quantity::Megabytes;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[derive(Insertable)]
#[diesel(table_name = builds, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    app_id: i64,
    package_guid: &'a str,
    droplet_guid: Option<&'a str>,
    state: &'a str,
    error: Option<&'a str>,
    lifecycle: &'a str,
    buildpacks: String,
    stack: Option<&'a str>,
    staging_memory_mb: i32,
    staging_disk_mb: i32,
    staging_log_rate_limit: i64,
    environment_ciphertext: Option<Vec<u8>>,
    environment_key_label: Option<String>,
    created_by_guid: &'a str,
    created_by_name: &'a str,
    created_by_email: Option<&'a str>,
    created_at: i64,
    updated_at: i64,
}

/// The domain keeps amounts within 32 bits with a sign.
fn column(amount: Megabytes) -> i32 {
    i32::try_from(amount.get()).unwrap_or(i32::MAX)
}

#[async_trait]
impl BuildWrites for Session<Change> {
    async fn lock_build(&mut self, guid: &Guid<Build>) -> Result<Option<Build>, StoreError> {
        self.lock(guid).await
    }

    async fn insert_build(
        &mut self,
        build: &Build,
        environment: &EnvironmentVariables,
    ) -> Result<(), StoreError> {
        let (buildpacks, stack) =
            lifecycle::columns(&self.keys, &place(build.guid.as_str()), &build.lifecycle);
        let sealed = (!environment.is_empty())
            .then(|| self.keys.seal(&environment_place(build.guid.as_str()), &environment.to_json()));
        let (environment_ciphertext, environment_key_label) = match sealed {
            Some(Sealed { ciphertext, key_label }) => (Some(ciphertext), Some(key_label)),
            None => (None, None),
        };
        let row = NewRow {
            guid: build.guid.as_str(),
            app_id: known_id_of(self.conn(), &build.app).await?,
            package_guid: build.package.as_str(),
            droplet_guid: build.droplet.as_ref().map(Guid::as_str),
            state: build.state.as_str(),
            error: build.error.as_deref(),
            lifecycle: build.lifecycle.kind().as_str(),
            buildpacks,
            stack,
            staging_memory_mb: column(build.staging.memory),
            staging_disk_mb: column(build.staging.disk),
            staging_log_rate_limit: build.staging.log_rate.get(),
            environment_ciphertext,
            environment_key_label,
            created_by_guid: &build.created_by.guid,
            created_by_name: &build.created_by.name,
            created_by_email: build.created_by.email.as_deref(),
            created_at: build.created_at.micros(),
            updated_at: build.updated_at.micros(),
        };
        let id: i64 = diesel::insert_into(builds::table)
            .values(&row)
            .returning(builds::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::insert(self.conn(), OWNER, id, &build.metadata).await
    }

    async fn update_build(&mut self, build: &Build) -> Result<(), StoreError> {
        let id: i64 = diesel::update(builds::table.filter(builds::guid.eq(build.guid.as_str())))
            .set((
                builds::state.eq(build.state.as_str()),
                builds::error.eq(build.error.as_deref()),
                builds::droplet_guid.eq(build.droplet.as_ref().map(Guid::as_str)),
                builds::updated_at.eq(build.updated_at.micros()),
            ))
            .returning(builds::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::replace(self.conn(), OWNER, id, &build.metadata).await
    }

    async fn delete_build(&mut self, guid: &Guid<Build>) -> Result<(), StoreError> {
        self.delete(guid).await
    }
}
