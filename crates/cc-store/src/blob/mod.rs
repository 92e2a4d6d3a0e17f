//! Who owns blobs: asked before any is swept away.

use crate::any::dsl::TextOneOf;
use crate::errors::failed;
use crate::schema::{apps, buildpacks, builds, droplets, packages};
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::blob::Bucket;
use cc_domain::blob::ports::BlobOwners;
use cc_domain::build::BuildState;
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashSet;

#[async_trait]
impl<A: Access> BlobOwners for Session<A> {
    async fn blob_owners(&mut self, bucket: Bucket, guids: &[String]) -> Result<HashSet<String>, StoreError> {
        let conn = self.conn();
        let found: Vec<String> = match bucket {
            Bucket::Packages => {
                let rows = packages::table.filter(packages::guid.one_of(guids)).select(packages::guid);
                rows.load(conn).await.map_err(failed)?
            }
            Bucket::Droplets => {
                let rows = droplets::table.filter(droplets::guid.one_of(guids)).select(droplets::guid);
                let mut found: Vec<String> = rows.load(conn).await.map_err(failed)?;
                let staging = builds::table
                    .filter(builds::guid.one_of(guids))
                    .filter(builds::state.eq(BuildState::Staging.as_str()))
                    .select(builds::guid);
                found.extend(staging.load::<String>(conn).await.map_err(failed)?);
                found
            }
            Bucket::Buildpacks => {
                let rows = buildpacks::table.filter(buildpacks::guid.one_of(guids)).select(buildpacks::guid);
                rows.load(conn).await.map_err(failed)?
            }
            Bucket::BuildpackCache => {
                let rows = apps::table.filter(apps::guid.one_of(guids)).select(apps::guid);
                rows.load(conn).await.map_err(failed)?
            }
            // A known file belongs to nobody: it is there for whoever has it too.
            Bucket::Resources => guids.to_vec(),
        };
        Ok(found.into_iter().collect())
    }
}
