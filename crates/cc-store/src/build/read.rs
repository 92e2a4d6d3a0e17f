//! What is asked about builds.

use super::environment_place;
use crate::any::sets::IdSet;
use crate::errors::{corrupt, failed};
use crate::list::with_guid;
use crate::schema::builds;
use crate::seal::Sealed;
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::app::{App, EnvironmentVariables};
use cc_domain::build::ports::BuildReads;
use cc_domain::build::{Build, BuildFilter, BuildState};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::store::StoreError;
use cc_domain::time::Timestamp;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[async_trait]
impl<A: Access> BuildReads for Session<A> {
    async fn find_build(&mut self, guid: &Guid<Build>, scope: &Scope) -> Result<Option<Build>, StoreError> {
        self.find(guid, scope).await
    }

    async fn list_builds(
        &mut self,
        filter: &BuildFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Build>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn builds_of_app(&mut self, app: &Guid<App>) -> Result<Vec<Build>, StoreError> {
        self.load_where(with_guid(app).holds(builds::app_id)).await
    }

    async fn stuck_builds(&mut self, before: Timestamp, max: i64) -> Result<Vec<Build>, StoreError> {
        let ids: Vec<i64> = builds::table
            .filter(builds::state.eq(BuildState::Staging.as_str()))
            .filter(builds::created_at.lt(before.micros()))
            .order(builds::id.asc())
            .select(builds::id)
            .limit(max)
            .load(self.conn())
            .await
            .map_err(failed)?;
        self.load_all(IdSet::list(&ids)).await
    }

    async fn build_environment(
        &mut self,
        guid: &Guid<Build>,
    ) -> Result<Option<EnvironmentVariables>, StoreError> {
        let found: Option<(Option<Vec<u8>>, Option<String>)> = builds::table
            .filter(builds::guid.eq(guid.as_str()))
            .select((builds::environment_ciphertext, builds::environment_key_label))
            .first(self.conn())
            .await
            .optional()
            .map_err(failed)?;
        let Some((ciphertext, key_label)) = found else { return Ok(None) };
        let Some(sealed) = Sealed::stored(ciphertext, key_label) else {
            return Ok(Some(EnvironmentVariables::default()));
        };
        let json = self.keys.open(&environment_place(guid.as_str()), &sealed)?;
        EnvironmentVariables::from_json(&json)
            .map(Some)
            .ok_or_else(|| corrupt("builds.environment_ciphertext"))
    }
}
