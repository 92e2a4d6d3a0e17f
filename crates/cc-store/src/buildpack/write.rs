//! What changes buildpacks.

use super::OWNER;
use crate::any::dsl::{Lock, LockExt};
use crate::errors::failed;
use crate::metadata;
use crate::schema::buildpacks;
use crate::session::{Change, Session};
use async_trait::async_trait;
use cc_domain::app::LifecycleKind;
use cc_domain::buildpack::ports::{BuildpackReads, BuildpackWrites};
use cc_domain::buildpack::{Buildpack, BuildpackBits};
use cc_domain::guid::Guid;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// All that an update writes.
#[derive(AsChangeset, Insertable)]
#[diesel(table_name = buildpacks, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Columns<'a> {
    name: &'a str,
    stack: &'a str,
    builtin: Option<&'a str>,
    filename: Option<&'a str>,
    sha256: Option<&'a str>,
    is_enabled: bool,
    is_locked: bool,
    updated_at: i64,
}

#[derive(Insertable)]
#[diesel(table_name = buildpacks, treat_none_as_default_value = false)]
struct NewRow<'a> {
    guid: &'a str,
    lifecycle: &'a str,
    position: i32,
    created_at: i64,
    #[diesel(embed)]
    columns: Columns<'a>,
}

impl<'a> From<&'a Buildpack> for Columns<'a> {
    fn from(b: &'a Buildpack) -> Self {
        let (builtin, sha256) = match &b.bits {
            None => (None, None),
            Some(BuildpackBits::Builtin(name)) => (Some(name.as_str()), None),
            Some(BuildpackBits::Uploaded { sha256 }) => (None, Some(sha256.as_str())),
        };
        Self {
            name: b.name.as_str(),
            stack: b.stack.as_deref().unwrap_or_default(),
            builtin,
            filename: b.filename.as_deref(),
            sha256,
            is_enabled: b.is_enabled,
            is_locked: b.is_locked,
            updated_at: b.updated_at.micros(),
        }
    }
}

#[async_trait]
impl BuildpackWrites for Session<Change> {
    async fn lock_buildpacks(&mut self, lifecycle: LifecycleKind) -> Result<Vec<Buildpack>, StoreError> {
        let _locked: Vec<i64> = buildpacks::table
            .filter(buildpacks::lifecycle.eq(lifecycle.as_str()))
            .order(buildpacks::id.asc())
            .select(buildpacks::id)
            .locked(Lock::Update)
            .load(self.conn())
            .await
            .map_err(failed)?;
        self.buildpacks_in_order(lifecycle).await
    }

    async fn insert_buildpack(&mut self, buildpack: &Buildpack) -> Result<(), StoreError> {
        let row = NewRow {
            guid: buildpack.guid.as_str(),
            lifecycle: buildpack.lifecycle.as_str(),
            position: i32::try_from(buildpack.position).unwrap_or(i32::MAX),
            created_at: buildpack.created_at.micros(),
            columns: buildpack.into(),
        };
        let id: i64 = diesel::insert_into(buildpacks::table)
            .values(&row)
            .returning(buildpacks::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::insert(self.conn(), OWNER, id, &buildpack.metadata).await
    }

    async fn update_buildpack(&mut self, buildpack: &Buildpack) -> Result<(), StoreError> {
        let id: i64 = diesel::update(buildpacks::table.filter(buildpacks::guid.eq(buildpack.guid.as_str())))
            .set(Columns::from(buildpack))
            .returning(buildpacks::id)
            .get_result(self.conn())
            .await
            .map_err(failed)?;
        metadata::replace(self.conn(), OWNER, id, &buildpack.metadata).await
    }

    async fn order_buildpacks(
        &mut self,
        lifecycle: LifecycleKind,
        order: &[Guid<Buildpack>],
    ) -> Result<(), StoreError> {
        for (position, guid) in (1_i32..).zip(order) {
            let this = buildpacks::guid.eq(guid.as_str()).and(buildpacks::lifecycle.eq(lifecycle.as_str()));
            diesel::update(buildpacks::table.filter(this.and(buildpacks::position.ne(position))))
                .set(buildpacks::position.eq(position))
                .execute(self.conn())
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn delete_buildpack(&mut self, guid: &Guid<Buildpack>) -> Result<(), StoreError> {
        self.delete(guid).await
    }
}
