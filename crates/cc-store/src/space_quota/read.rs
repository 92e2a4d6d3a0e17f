//! What is asked about space quotas.

use crate::any::Conn;
use crate::any::sets::{IdSet, InSetExt};
use crate::errors::failed;
use crate::list::{Filter, with_guids};
use crate::schema::{space_quotas, spaces};
use crate::session::{Access, Session};
use crate::standing;
use async_trait::async_trait;
use cc_domain::access::Standing;
use cc_domain::actor::Principal;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::space::Space;
use cc_domain::space_quota::ports::SpaceQuotaReads;
use cc_domain::space_quota::{SpaceQuota, SpaceQuotaFilter};
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

/// Tells with each quota the spaces that it applies to and the scope shows: one statement, however many.
pub(super) async fn tell_spaces(
    conn: &mut Conn,
    quotas: &mut [SpaceQuota],
    scope: &Scope,
) -> Result<(), StoreError> {
    let guids: Vec<String> = quotas.iter().map(|quota| quota.guid.as_str().to_owned()).collect();
    let shown = Filter::<Space>::visible(scope)
        .and(with_guids::<SpaceQuota>(&guids).holds(spaces::quota_id.assume_not_null()))
        .joined();
    let applied: Vec<(String, String)> = spaces::table
        .inner_join(space_quotas::table)
        .filter(spaces::id.in_set(IdSet::matching(shown)))
        .order(spaces::id.asc())
        .select((space_quotas::guid, spaces::guid))
        .load(conn)
        .await
        .map_err(failed)?;
    let mut by_quota: HashMap<String, Vec<Guid<Space>>> = HashMap::new();
    for (quota, space) in applied {
        by_quota.entry(quota).or_default().push(Guid::new(space));
    }
    for quota in quotas {
        quota.spaces = by_quota.remove(quota.guid.as_str()).unwrap_or_default();
    }
    Ok(())
}

#[async_trait]
impl<A: Access> SpaceQuotaReads for Session<A> {
    async fn find_space_quota(
        &mut self,
        guid: &Guid<SpaceQuota>,
        scope: &Scope,
    ) -> Result<Option<SpaceQuota>, StoreError> {
        let mut found: Vec<_> = self.find(guid, scope).await?.into_iter().collect();
        tell_spaces(self.conn(), &mut found, scope).await?;
        Ok(found.pop())
    }

    async fn list_space_quotas(
        &mut self,
        filter: &SpaceQuotaFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<SpaceQuota>, StoreError> {
        let mut found = self.page(filter, page, scope).await?;
        tell_spaces(self.conn(), &mut found.items, scope).await?;
        Ok(found)
    }

    async fn space_quota_standing(
        &mut self,
        guid: &Guid<SpaceQuota>,
        who: &Principal,
    ) -> Result<Option<Standing>, StoreError> {
        let found: Option<(i64, i64)> = space_quotas::table
            .filter(space_quotas::guid.eq(guid.as_str()))
            .select((space_quotas::id, space_quotas::organization_id))
            .first(self.conn())
            .await
            .optional()
            .map_err(failed)?;
        let Some((quota, organization)) = found else { return Ok(None) };
        standing::at_space_quota(self.conn(), quota, organization, who).await
    }
}
