//! What is asked about space quotas.

use super::{list, load};
use crate::any::dsl::Pred;
use crate::any::sets::IdSet;
use crate::errors::failed;
use crate::list::{Filter, in_order_of, page_of_ids};
use crate::schema::space_quotas;
use crate::session::{Access, Session};
use crate::standing;
use async_trait::async_trait;
use cc_domain::access::Standing;
use cc_domain::actor::Principal;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::space_quota::ports::SpaceQuotaReads;
use cc_domain::space_quota::{SpaceQuota, SpaceQuotaFilter};
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[async_trait]
impl<A: Access> SpaceQuotaReads for Session<A> {
    async fn find_space_quota(
        &mut self,
        guid: &Guid<SpaceQuota>,
        scope: &Scope,
    ) -> Result<Option<SpaceQuota>, StoreError> {
        let this = Pred::new(space_quotas::guid.eq(guid.as_str().to_owned()));
        let which = Filter::visible_by_any(list::visible(scope)).and(this).all();
        let found = load(self.conn(), IdSet::matching(which), scope).await?;
        Ok(found.into_iter().next().map(|(_, quota)| quota))
    }

    async fn list_space_quotas(
        &mut self,
        filter: &SpaceQuotaFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<SpaceQuota>, StoreError> {
        let filter = list::filter(filter, scope);
        let ids = page_of_ids(self.conn(), filter, list::order(page.order), page).await?;
        let rows = load(self.conn(), IdSet::list(&ids.items), scope).await?;
        let items =
            in_order_of(&ids.items, rows, |(id, _)| *id).into_iter().map(|(_, quota)| quota).collect();
        Ok(Page { items, total: ids.total })
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
