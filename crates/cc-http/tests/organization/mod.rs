//! `/v3/organizations`: `organization_create`, `organizations_list`, `organization_get`, `organization_delete`

use crate::api_tests;
use crate::harness::{a_space, an_organization};
use cc_domain::access::RoleKind;
use serde_json::json;

api_tests! {
    async fn an_admin_makes_an_organization(api: TestApi) {
        let body = json!({ "name": " acme ", "metadata": { "labels": { "a": "b" } } });
        let answer = api.post("admin", "/v3/organizations", body).await;
        insta::assert_snapshot!("created", answer.redacted());
        assert_eq!(api.recorded().await, ["audit.organization.create"]);
        let again = api.post("admin", "/v3/organizations", json!({ "name": "ACME" })).await;
        assert_eq!(again.refusal(), "422 10008 CF-UnprocessableEntity: Organization 'ACME' already exists.");
    }

    async fn a_name_in_use_is_not_taken_by_renaming(api: TestApi) {
        let organization = an_organization().create(&api).await;
        api.post("admin", "/v3/organizations", json!({ "name": "acme" })).await;
        let path = format!("/v3/organizations/{}", organization.guid);
        assert_eq!(
            api.patch("admin", &path, json!({ "name": "ACME" })).await.refusal(),
            "422 10008 CF-UnprocessableEntity: Organization name 'ACME' is already taken."
        );
        let again = api.patch("admin", &path, json!({ "name": organization.name.as_str().to_uppercase() })).await;
        assert_eq!(again.status, 200, "its own in another case: {again:?}");
    }

    async fn a_user_makes_none_and_sees_none(api: TestApi) {
        let org = an_organization().create(&api).await;
        let answer = api.post("ann", "/v3/organizations", json!({})).await;
        assert_eq!(answer.refusal(), "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action");
        let path = format!("/v3/organizations/{}", org.guid);
        assert_eq!(api.get("ann", &path).await.refusal(), "404 10010 CF-ResourceNotFound: Organization not found");
        assert!(api.get("ann", "/v3/organizations").await.each("guid").is_empty());
        api.give(RoleKind::OrganizationAuditor, "ann", &org).await;
        assert_eq!(api.get("ann", &path).await.guid(), org.guid.as_str());
        assert_eq!(api.get("ann", "/v3/organizations").await.each("guid"), [org.guid.as_str()]);
    }

    async fn deleting_an_organization_takes_its_spaces_along(api: TestApi) {
        let org = an_organization().named("o").create(&api).await;
        for name in ["s", "t"] {
            let space = a_space().named(name).in_organization(&org).create(&api).await;
            api.give(RoleKind::SpaceDeveloper, "ann", &space).await;
        }
        let path = format!("/v3/organizations/{}", org.guid);
        assert_eq!(api.delete("ann", &path).await.status, 403);
        insta::assert_snapshot!("deleted", api.delete_now("admin", &path).await.redacted());
        assert_eq!(api.get("admin", &path).await.status, 404);
        assert!(api.get("admin", "/v3/spaces").await.each("guid").is_empty());
        assert_eq!(api.recorded().await, ["audit.organization.delete-request"]);
    }
}
