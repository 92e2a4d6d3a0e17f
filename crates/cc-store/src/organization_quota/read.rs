//! What is asked about organization quotas.

use crate::any::Conn;
use crate::any::sets::{IdSet, InSetExt};
use crate::errors::failed;
use crate::list::{Filter, with_guids};
use crate::schema::{organization_quotas, organizations};
use crate::session::{Access, Session};
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest, Scope};
use cc_domain::organization::Organization;
use cc_domain::organization_quota::ports::OrganizationQuotaReads;
use cc_domain::organization_quota::{OrganizationQuota, OrganizationQuotaFilter};
use cc_domain::store::StoreError;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

/// Tells with each quota the organizations that it applies to and the scope shows: one statement, however many.
pub(super) async fn tell_organizations(
    conn: &mut Conn,
    quotas: &mut [OrganizationQuota],
    scope: &Scope,
) -> Result<(), StoreError> {
    let guids: Vec<String> = quotas.iter().map(|quota| quota.guid.as_str().to_owned()).collect();
    let shown = Filter::<Organization>::visible(scope)
        .and(with_guids::<OrganizationQuota>(&guids).holds(organizations::quota_id))
        .joined();
    let applied: Vec<(String, String)> = organizations::table
        .inner_join(organization_quotas::table)
        .filter(organizations::id.in_set(IdSet::matching(shown)))
        .order(organizations::id.asc())
        .select((organization_quotas::guid, organizations::guid))
        .load(conn)
        .await
        .map_err(failed)?;
    let mut by_quota: HashMap<String, Vec<Guid<Organization>>> = HashMap::new();
    for (quota, organization) in applied {
        by_quota.entry(quota).or_default().push(Guid::new(organization));
    }
    for quota in quotas {
        quota.organizations = by_quota.remove(quota.guid.as_str()).unwrap_or_default();
    }
    Ok(())
}

#[async_trait]
impl<A: Access> OrganizationQuotaReads for Session<A> {
    async fn find_organization_quota(
        &mut self,
        guid: &Guid<OrganizationQuota>,
        scope: &Scope,
    ) -> Result<Option<OrganizationQuota>, StoreError> {
        let mut found: Vec<_> = self.find(guid, scope).await?.into_iter().collect();
        tell_organizations(self.conn(), &mut found, scope).await?;
        Ok(found.pop())
    }

    async fn list_organization_quotas(
        &mut self,
        filter: &OrganizationQuotaFilter,
        page: &PageRequest,
        scope: &Scope,
    ) -> Result<Page<OrganizationQuota>, StoreError> {
        let mut found = self.page(filter, page, scope).await?;
        tell_organizations(self.conn(), &mut found.items, scope).await?;
        Ok(found)
    }
}
