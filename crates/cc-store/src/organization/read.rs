//! What is asked about organizations.

use crate::errors::failed;
use crate::schema::organization_quotas;
use crate::session::{Access, Session};
use crate::standing;
use crate::stored::id_of;
use async_trait::async_trait;
use cc_domain::access::Standing;
use cc_domain::actor::Principal;
use cc_domain::guid::Guid;
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
        self.find(guid, scope).await
    }

    async fn list_organizations(
        &mut self,
        filter: &OrganizationFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<Organization>, StoreError> {
        self.page(filter, page, scope).await
    }

    async fn organizations_by_guid(
        &mut self,
        guids: &[Guid<Organization>],
    ) -> Result<Vec<Organization>, StoreError> {
        self.by_guids(guids).await
    }

    async fn organization_standing(
        &mut self,
        guid: &Guid<Organization>,
        who: &Principal,
    ) -> Result<Option<Standing>, StoreError> {
        let id = id_of(self.conn(), guid).await?;
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
