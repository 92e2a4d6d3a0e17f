//! `/v3/organization_quotas`: `organization_quotas_list`, `organization_quota_get`, `organization_quota_create`,
//! `organization_quota_update`, `organization_quota_apply`, `organization_quota_delete`

mod bodies;

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, an_organization};
use cc_domain::access::RoleKind;
use cc_domain::organization::Organization;
use serde_json::{Value, json};

const PATH: &str = "/v3/organization_quotas";
const PREFIX: &str = "422 10008 CF-UnprocessableEntity:";
const NOT_FOUND: &str = "404 10010 CF-ResourceNotFound: Organization quota not found";
const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";

fn to(organizations: &[&Organization]) -> Value {
    json!({ "data": organizations.iter().map(|o| json!({ "guid": o.guid.as_str() })).collect::<Vec<_>>() })
}

async fn everyone_reads_quotas_with_the_organizations_they_see(api: TestApi) {
    let (mine, other) = (an_organization().create(&api).await, an_organization().create(&api).await);
    api.give(RoleKind::OrganizationUser, "ann", &mine).await;
    let path = "/v3/organization_quotas/default-quota";
    insta::assert_snapshot!("quota", api.get("ann", path).await.redacted());
    let seen = api.get("admin", path).await;
    assert_eq!(seen.at("/relationships/organizations/data/1/guid"), other.guid.as_str());
    assert!(api.get("nobody", path).await.at("/relationships/organizations/data/0").is_null());
    assert_eq!(api.get("admin", "/v3/organization_quotas/x").await.refusal(), NOT_FOUND);
    let named = async |who: &str, query: &str| {
        api.get(who, &format!("/v3/organization_quotas?{query}")).await.each("name").join(" ")
    };
    assert_eq!(named("ann", "names=DEFAULT").await, "default");
    assert_eq!(named("ann", "names=x").await, "");
    assert_eq!(named("ann", &format!("organization_guids={}", mine.guid)).await, "default");
    assert_eq!(named("ann", &format!("organization_guids={}", other.guid)).await, "", "one that is not seen");
    assert_eq!(named("admin", &format!("organization_guids={}", other.guid)).await, "default");
    assert_eq!(named("ann", "organization_guids=x").await, "");
}

async fn an_admin_makes_a_quota_for_organizations(api: TestApi) {
    let (one, two) = (an_organization().create(&api).await, an_organization().create(&api).await);
    let body = json!({
        "name": " Big ",
        "apps": {
            "total_memory_in_mb": 5120,
            "per_process_memory_in_mb": 1024,
            "total_instances": 10,
            "per_app_tasks": 5,
            "log_rate_limit_in_bytes_per_second": 0,
        },
        "services": { "paid_services_allowed": false, "total_service_instances": 10, "total_service_keys": null },
        "routes": { "total_routes": 8, "total_reserved_ports": 4 },
        "domains": { "total_domains": 7 },
        "relationships": { "organizations": to(&[&two, &one]), "else": 1 },
    });
    let created = api.post("admin", PATH, body).await;
    insta::assert_snapshot!("created", created.redacted());
    let path = format!("{PATH}/{}", created.guid());
    assert_eq!(api.get("admin", &path).await.body, created.body);
    let organization = api.get("admin", &format!("/v3/organizations/{}", two.guid)).await;
    assert_eq!(organization.text("/relationships/quota/data/guid"), created.guid());
    assert_eq!(api.recorded().await, ["audit.organization_quota.create"]);
    let event = api.get("admin", "/v3/audit_events").await;
    insta::assert_snapshot!("create_event", event.redacted());
}

async fn names_are_unique_without_case(api: TestApi) {
    let taken = |name: &str| format!("{PREFIX} Organization Quota '{name}' already exists.");
    let first = api.post("admin", PATH, json!({ "name": "q" })).await;
    assert_eq!(api.post("admin", PATH, json!({ "name": "Q" })).await.refusal(), taken("Q"));
    assert_eq!(api.post("admin", PATH, json!({ "name": " q" })).await.status, 201, "nothing is trimmed");
    let other = api.post("admin", PATH, json!({ "name": "other" })).await;
    let path = format!("{PATH}/{}", other.guid());
    assert_eq!(api.patch("admin", &path, json!({ "name": "Q" })).await.refusal(), taken("Q"));
    assert_eq!(api.patch("admin", &path, json!({ "name": "OTHER" })).await.text("/name"), "OTHER");
    assert_eq!(api.get("admin", &format!("{PATH}/{}", first.guid())).await.text("/name"), "q");
}

async fn a_change_touches_what_it_names(api: TestApi) {
    let body = json!({ "name": "q", "apps": { "total_memory_in_mb": 1, "total_instances": 2 } });
    let path = format!("{PATH}/{}", api.post("admin", PATH, body).await.guid());
    let change = json!({ "apps": { "total_memory_in_mb": null, "per_app_tasks": 3 }, "domains": { "total_domains": 4 } });
    let updated = api.patch("admin", &path, change).await;
    insta::assert_snapshot!("updated", updated.redacted());
    let same = api.patch("admin", &path, json!({})).await;
    assert_eq!((same.status, &same.body), (200, &updated.body));
    assert_eq!(api.get("admin", &path).await.body, updated.body);
    let ports = json!({ "routes": { "total_routes": 1, "total_reserved_ports": 2 } });
    let refusal = "Total reserved ports must be -1, 0, or a positive integer, and must be less than or equal to total routes.";
    assert_eq!(api.patch("admin", &path, ports).await.refusal(), format!("{PREFIX} {refusal}"));
    let blank = json!({ "name": " ", "routes": { "total_routes": 1, "total_reserved_ports": 2 } });
    assert_eq!(
        api.patch("admin", &path, blank).await.refusal(),
        format!("{PREFIX} name presence, {refusal}")
    );
    let update = "audit.organization_quota.update";
    assert_eq!(api.recorded().await[1..], [update, update]);
}

async fn a_quota_is_applied_to_all_organizations_or_none(api: TestApi) {
    let (one, two) =
        (an_organization().named("one").create(&api).await, an_organization().create(&api).await);
    let quota = api.post("admin", PATH, json!({ "name": "q" })).await;
    let path = format!("{PATH}/{}/relationships/organizations", quota.guid());
    let unknown = |list: &str| format!("{PREFIX} Organizations with guids {list} do not exist");
    let some = json!({ "data": [{ "guid": "x" }, { "guid": one.guid.as_str() }, { "guid": "y\"" }] });
    assert_eq!(api.post("admin", &path, some).await.refusal(), unknown(r#"["x", "y\""]"#));
    assert_eq!(api.post("admin", &path, to(&[&one, &one])).await.refusal(), unknown("[]"));
    let create = json!({ "name": "p", "relationships": { "organizations": to(&[&one, &one]) } });
    let refusal = "Organizations with guids [] do not exist, or you do not have access to them.";
    assert_eq!(api.post("admin", PATH, create).await.refusal(), format!("{PREFIX} {refusal}"));
    assert_eq!(api.get("admin", &format!("{PATH}?names=p")).await.each("guid").len(), 0, "nothing was made");
    assert!(
        api.get("admin", &format!("{PATH}/{}", quota.guid()))
            .await
            .at("/relationships/organizations/data/0")
            .is_null()
    );
    assert_eq!(api.post("admin", &path, to(&[&one])).await.status, 200);
    insta::assert_snapshot!("applied", api.post("admin", &path, to(&[&two])).await.redacted());
    let apply = "audit.organization_quota.apply";
    assert_eq!(api.recorded().await[1..], [apply, apply]);
    let events = format!("/v3/audit_events?types={apply}&organization_guids={}", one.guid);
    insta::assert_snapshot!("apply_event", api.get("admin", &events).await.redacted());
    assert_eq!(
        api.post("admin", &format!("{PATH}/x/relationships/organizations"), to(&[&one])).await.refusal(),
        NOT_FOUND
    );
}

async fn only_a_quota_that_nobody_has_is_deleted(api: TestApi) {
    let org = an_organization().create(&api).await;
    let body = json!({ "name": "q", "relationships": { "organizations": to(&[&org]) } });
    let quota = api.post("admin", PATH, body).await;
    let path = format!("{PATH}/{}", quota.guid());
    let refusal = format!(
        "{PREFIX} This quota is applied to one or more organizations. Apply different quotas to those organizations before deleting."
    );
    assert_eq!(api.delete("admin", &path).await.refusal(), refusal);
    let apply = |quota: &str| format!("{PATH}/{quota}/relationships/organizations");
    assert_eq!(api.post("admin", &apply("default-quota"), to(&[&org])).await.status, 200);
    let jobs = [api.delete("admin", &path).await.job_path(), api.delete("admin", &path).await.job_path()];
    assert_eq!(api.post("admin", &apply(quota.guid()), to(&[&org])).await.status, 200, "meanwhile");
    api.run_jobs().await;
    for job in &jobs {
        assert_eq!(api.get("admin", job).await.text("/state"), "FAILED");
    }
    assert_eq!(api.get("admin", &path).await.status, 200);
    assert_eq!(api.post("admin", &apply("default-quota"), to(&[&org])).await.status, 200);
    insta::assert_snapshot!("deleted", api.delete_now("admin", &path).await.redacted());
    assert_eq!(api.get("admin", &path).await.refusal(), NOT_FOUND);
    assert_eq!(api.recorded().await.last().unwrap(), "audit.organization_quota.delete");
    assert_eq!(api.delete("admin", &path).await.refusal(), NOT_FOUND);
}

async fn a_finite_log_rate_does_not_come_where_processes_log_without(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let unlimited = json!({ "log_rate_limit_in_bytes_per_second": -1 });
    let scale = format!("/v3/processes/{}/actions/scale", world.app);
    assert_eq!(api.post("dev", &scale, unlimited).await.status, 202);
    let home = api.get("admin", &format!("/v3/organizations/{}", world.space.organization)).await;
    let finite = json!({ "apps": { "log_rate_limit_in_bytes_per_second": 1000 } });
    let refusal = format!(
        "{PREFIX} Current usage exceeds new quota values. This quota is applied to org '{}' which contains apps running with an \
         unlimited log rate limit.",
        home.text("/name")
    );
    assert_eq!(api.patch("admin", &format!("{PATH}/default-quota"), finite.clone()).await.refusal(), refusal);
    let null = json!({ "apps": { "log_rate_limit_in_bytes_per_second": null } });
    assert_eq!(api.patch("admin", &format!("{PATH}/default-quota"), null).await.status, 200);
    let mut body = finite;
    body["name"] = json!("finite");
    let quota = api.post("admin", PATH, body.clone()).await;
    let target = json!({ "data": [{ "guid": home.guid() }] });
    let path = format!("{PATH}/{}/relationships/organizations", quota.guid());
    assert_eq!(
        api.post("admin", &path, target.clone()).await.refusal(),
        format!(
            "{PREFIX} Current usage exceeds new quota values. The org(s) being assigned this quota contain apps running with an \
             unlimited log rate limit."
        )
    );
    body["name"] = json!("another");
    body["relationships"] = json!({ "organizations": target });
    assert_eq!(api.post("admin", PATH, body).await.status, 201, "a new quota looks at nothing");
}

async fn only_admins_change_quotas(api: TestApi) {
    let org = an_organization().create(&api).await;
    api.give(RoleKind::OrganizationManager, "mia", &org).await;
    for who in ["mia", "nobody", "admin_read_only", "global_auditor"] {
        let bad = json!({ "nope": 1 });
        assert_eq!(api.post(who, PATH, bad.clone()).await.refusal(), FORBIDDEN);
        for path in [format!("{PATH}/default-quota"), format!("{PATH}/none")] {
            assert_eq!(api.patch(who, &path, bad.clone()).await.refusal(), FORBIDDEN);
            assert_eq!(api.delete(who, &path).await.refusal(), FORBIDDEN);
            let apply = format!("{path}/relationships/organizations");
            assert_eq!(api.post(who, &apply, bad.clone()).await.refusal(), FORBIDDEN);
        }
    }
    assert!(api.recorded().await.is_empty());
}

api_tests![
    everyone_reads_quotas_with_the_organizations_they_see,
    an_admin_makes_a_quota_for_organizations,
    names_are_unique_without_case,
    a_change_touches_what_it_names,
    a_quota_is_applied_to_all_organizations_or_none,
    only_a_quota_that_nobody_has_is_deleted,
    a_finite_log_rate_does_not_come_where_processes_log_without,
    only_admins_change_quotas,
];
