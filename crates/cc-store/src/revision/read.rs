//! What is asked about revisions.

use super::environment_place;
use crate::any::sets::IdSet;
use crate::errors::{corrupt, failed};
use crate::schema::{apps, revisions};
use crate::seal::Sealed;
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::app::{App, EnvironmentVariables};
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::revision::ports::RevisionReads;
use cc_domain::revision::{Revision, RevisionFilter};
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[async_trait]
impl<A: Access> RevisionReads for Session<A> {
    async fn find_revision(
        &mut self,
        guid: &Guid<Revision>,
        scope: &Scope,
    ) -> Result<Option<Revision>, StoreError> {
        self.find(guid, scope).await
    }

    async fn list_revisions(
        &mut self,
        filter: &RevisionFilter,
        page: &PageRequest,
    ) -> Result<Page<Revision>, StoreError> {
        self.page(filter, page, &Scope::Everything).await
    }

    async fn latest_revision(&mut self, app: &Guid<App>) -> Result<Option<Revision>, StoreError> {
        let newest: Option<i64> = revisions::table
            .inner_join(apps::table)
            .filter(apps::guid.eq(app.as_str()))
            .order(revisions::id.desc())
            .select(revisions::id)
            .first(self.conn())
            .await
            .optional()
            .map_err(failed)?;
        let Some(id) = newest else { return Ok(None) };
        Ok(self.load_all(IdSet::list(&[id])).await?.pop())
    }

    async fn revision_environment(
        &mut self,
        guid: &Guid<Revision>,
    ) -> Result<Option<EnvironmentVariables>, StoreError> {
        let found: Option<(Option<Vec<u8>>, Option<String>)> = revisions::table
            .filter(revisions::guid.eq(guid.as_str()))
            .select((revisions::environment_ciphertext, revisions::environment_key_label))
            .first(self.conn())
            .await
            .optional()
            .map_err(failed)?;
        let Some((ciphertext, key_label)) = found else { return Ok(None) };
        let Some(sealed) = Sealed::stored(ciphertext, key_label) else {
            return Ok(Some(EnvironmentVariables::default()));
        };
        let json = self.keys.open(&environment_place(guid.as_str()), &sealed)?;
        let variables = EnvironmentVariables::from_json(&json);
        variables.map(Some).ok_or_else(|| corrupt("revisions.environment_ciphertext"))
    }
}
