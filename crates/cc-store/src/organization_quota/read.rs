//! What is asked about organization quotas.

use super::{list, load};
use crate::any::dsl::Pred;
use crate::any::sets::IdSet;
use crate::list::{Filter, in_order_of, page_of_ids};
use crate::schema::organization_quotas;
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::organization_quota::ports::OrganizationQuotaReads;
use cc_domain::organization_quota::{OrganizationQuota, OrganizationQuotaFilter};
use cc_domain::store::StoreError;
use diesel::prelude::*;

#[async_trait]
impl<A: Access> OrganizationQuotaReads for Session<A> {
    async fn find_organization_quota(
        &mut self,
        guid: &Guid<OrganizationQuota>,
        scope: &Scope,
    ) -> Result<Option<OrganizationQuota>, StoreError> {
        let this = Pred::new(organization_quotas::guid.eq(guid.as_str().to_owned()));
        let which = Filter::visible(list::visible(scope)).and(this).all();
        let found = load(self.conn(), IdSet::matching(which), scope).await?;
        Ok(found.into_iter().next().map(|(_, quota)| quota))
    }

    async fn list_organization_quotas(
        &mut self,
        filter: &OrganizationQuotaFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<OrganizationQuota>, StoreError> {
        let ids =
            page_of_ids(self.conn(), list::filter(filter, scope), list::order(page.order), page).await?;
        let rows = load(self.conn(), IdSet::list(&ids.items), scope).await?;
        let items =
            in_order_of(&ids.items, rows, |(id, _)| *id).into_iter().map(|(_, quota)| quota).collect();
        Ok(Page { items, total: ids.total })
    }
}
