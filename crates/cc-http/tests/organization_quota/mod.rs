//! `/v3/organization_quotas`: `organization_quotas_list`, `organization_quota_get`

use crate::api_tests;
use crate::harness::{TestApi, an_organization};
use cc_domain::access::RoleKind;

async fn everyone_reads_quotas_with_the_organizations_they_see(api: TestApi) {
    let (mine, other) = (an_organization().create(&api).await, an_organization().create(&api).await);
    api.give(RoleKind::OrganizationUser, "ann", &mine).await;
    let path = "/v3/organization_quotas/default-quota";
    insta::assert_snapshot!("quota", api.get("ann", path).await.redacted());
    assert_eq!(
        api.get("admin", path).await.at("/relationships/organizations/data/1/guid"),
        other.guid.as_str()
    );
    assert!(api.get("nobody", path).await.at("/relationships/organizations/data/0").is_null());
    let refusal = "404 10010 CF-ResourceNotFound: Organization quota not found";
    assert_eq!(api.get("admin", "/v3/organization_quotas/x").await.refusal(), refusal);
    let named = async |query: &str| {
        api.get("ann", &format!("/v3/organization_quotas?{query}")).await.each("name").join(" ")
    };
    assert_eq!(named("names=DEFAULT").await, "default");
    assert_eq!(named("names=x").await, "");
    assert_eq!(named(&format!("organization_guids={}", other.guid)).await, "default");
    assert_eq!(named("organization_guids=x").await, "");
}

api_tests![everyone_reads_quotas_with_the_organizations_they_see];
