//! What is asked about organizations.

use super::{list, load};
use crate::any::dsl::{All, Pred};
use crate::any::sets::IdSet;
use crate::errors::failed;
use crate::list::{Filter, in_order_of, page_of_ids, with_guids};
use crate::schema::{organization_quotas, organizations};
use crate::session::{Access, Session};
use crate::standing;
use async_trait::async_trait;
use cc_domain::access::Standing;
use cc_domain::actor::Principal;
use cc_domain::guid::{Guid, texts};
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::organization::ports::OrganizationReads;
use cc_domain::organization::{Organization, OrganizationFilter, OrganizationQuota};
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

#[async_trait]
impl<A: Access> OrganizationReads for Session<A> {
    async fn find_organization(
        &mut self,
        guid: &Guid<Organization>,
        scope: &Scope,
    ) -> Result<Option<Organization>, StoreError> {
        let this = Pred::new(organizations::guid.eq(guid.as_str().to_owned()));
        let which: All<organizations::table> = Filter::visible(list::visible(scope)).and(this).all();
        Ok(load(self.conn(), IdSet::matching(which)).await?.pop().map(|(_, organization)| organization))
    }

    async fn list_organizations(
        &mut self,
        filter: &OrganizationFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Organization>, StoreError> {
        let filter = list::filter(filter, scope);
        let ids = page_of_ids(self.conn(), filter, list::order(page.order), page).await?;
        let rows = load(self.conn(), IdSet::list(&ids.items)).await?;
        let items = in_order_of(&ids.items, rows, |(id, _)| *id).into_iter().map(|(_, o)| o).collect();
        Ok(Page { items, total: ids.total })
    }

    async fn organizations_by_guid(
        &mut self,
        guids: &[Guid<Organization>],
    ) -> Result<Vec<Organization>, StoreError> {
        let which = with_guids::<organizations::table>(organizations::guid, &texts(guids));
        Ok(load(self.conn(), which).await?.into_iter().map(|(_, organization)| organization).collect())
    }

    async fn organization_standing(
        &mut self,
        guid: &Guid<Organization>,
        who: &Principal,
    ) -> Result<Option<Standing>, StoreError> {
        let id = super::id_of(self.conn(), guid.as_str()).await?;
        standing::in_organization(self.conn(), id, who).await
    }

    async fn default_organization_quota(&mut self) -> Result<Option<Guid<OrganizationQuota>>, StoreError> {
        let guid: Option<String> = organization_quotas::table
            .filter(organization_quotas::name_key.eq(super::seed::DEFAULT))
            .select(organization_quotas::guid)
            .first(self.conn())
            .await
            .optional()
            .map_err(failed)?;
        Ok(guid.map(Guid::new))
    }
}
