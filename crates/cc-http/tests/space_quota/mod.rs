//! `/v3/space_quotas`: `space_quotas_list`, `space_quota_get`, `space_quota_create`, `space_quota_update`, `space_quota_apply`,
//! `space_quota_remove`, `space_quota_delete`

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, a_space, an_organization};
use cc_domain::access::RoleKind;
use cc_domain::organization::Organization;
use cc_domain::space::Space;
use serde_json::{Value, json};

const PATH: &str = "/v3/space_quotas";
const PREFIX: &str = "422 10008 CF-UnprocessableEntity:";
const NOT_FOUND: &str = "404 10010 CF-ResourceNotFound: Space quota not found";
const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";
const SUSPENDED: &str = "403 10017 CF-OrgSuspended: The organization is suspended";

fn to(spaces: &[&Space]) -> Value {
    json!({ "data": spaces.iter().map(|space| json!({ "guid": space.guid.as_str() })).collect::<Vec<_>>() })
}

fn body(name: &str, organization: &Organization) -> Value {
    let owner = json!({ "data": { "guid": organization.guid.as_str() } });
    json!({ "name": name, "relationships": { "organization": owner } })
}

/// An organization that `mia` manages, with two spaces; `dev` is developer in the first.
async fn world(api: &TestApi) -> (Organization, Space, Space) {
    let org = an_organization().named("o").create(api).await;
    let one = a_space().named("one").in_organization(&org).create(api).await;
    let two = a_space().named("two").in_organization(&org).create(api).await;
    api.give(RoleKind::OrganizationManager, "mia", &org).await;
    api.give(RoleKind::SpaceDeveloper, "dev", &one).await;
    (org, one, two)
}

async fn a_manager_makes_a_quota_for_spaces(api: TestApi) {
    let (org, one, two) = world(&api).await;
    let mut body = body("q", &org);
    body["apps"] = json!({ "total_memory_in_mb": 1, "log_rate_limit_in_bytes_per_second": 2 });
    body["services"] = json!({ "paid_services_allowed": false });
    body["routes"] = json!({ "total_routes": 3 });
    body["relationships"]["spaces"] = to(&[&two, &one]);
    let created = api.post("mia", PATH, body).await;
    insta::assert_snapshot!("created", created.redacted());
    let path = format!("{PATH}/{}", created.guid());
    assert_eq!(api.get("mia", &path).await.body, created.body);
    let space = api.get("mia", &format!("/v3/spaces/{}", one.guid)).await;
    assert_eq!(space.text("/relationships/quota/data/guid"), created.guid());
    let seen = api.get("dev", &path).await;
    assert_eq!(seen.at("/relationships/spaces/data"), &to(&[&one])["data"], "only what the reader sees");
    insta::assert_snapshot!("create_event", api.get("admin", "/v3/audit_events").await.redacted());
}

async fn a_quota_is_seen_where_it_applies(api: TestApi) {
    let (org, one, two) = world(&api).await;
    let other = an_organization().create(&api).await;
    let mut guids = Vec::new();
    for (name, org, spaces) in [("a", &org, vec![&one]), ("b", &org, vec![&two]), ("A", &other, vec![])] {
        let mut body = body(name, org);
        body["relationships"]["spaces"] = to(&spaces);
        guids.push(api.post("admin", PATH, body).await.guid().to_owned());
    }
    let in_space = [
        ("developer", RoleKind::SpaceDeveloper),
        ("manager", RoleKind::SpaceManager),
        ("auditor", RoleKind::SpaceAuditor),
        ("supporter", RoleKind::SpaceSupporter),
    ];
    for (who, kind) in in_space {
        api.give(kind, who, &one).await;
        assert_eq!(api.get(who, PATH).await.each("name"), ["a"], "{who}");
        assert_eq!(api.get(who, &format!("{PATH}/{}", guids[0])).await.status, 200);
        assert_eq!(api.get(who, &format!("{PATH}/{}", guids[1])).await.refusal(), NOT_FOUND);
        assert_eq!(
            api.patch(who, &format!("{PATH}/{}", guids[0]), json!({ "x": 1 })).await.refusal(),
            FORBIDDEN
        );
    }
    let in_organization =
        [RoleKind::OrganizationUser, RoleKind::OrganizationAuditor, RoleKind::OrganizationBillingManager];
    for kind in in_organization {
        api.give(kind, kind.as_str(), &org).await;
        assert!(api.get(kind.as_str(), PATH).await.each("name").is_empty(), "{kind}");
        assert_eq!(api.get(kind.as_str(), &format!("{PATH}/{}", guids[0])).await.refusal(), NOT_FOUND);
        assert_eq!(api.delete(kind.as_str(), &format!("{PATH}/{}", guids[0])).await.refusal(), NOT_FOUND);
    }
    assert_eq!(api.get("mia", PATH).await.each("name"), ["a", "b"]);
    assert_eq!(api.get("mia", &format!("{PATH}/{}", guids[2])).await.refusal(), NOT_FOUND);
    let named = async |query: &str| api.get("admin", &format!("{PATH}?{query}")).await.each("name").join(" ");
    assert_eq!(named("names=a,A").await, "a A");
    assert_eq!(named("names=B").await, "", "case counts");
    assert_eq!(named(&format!("organization_guids={}", other.guid)).await, "A");
    assert_eq!(named(&format!("space_guids={},{}", one.guid, two.guid)).await, "a b");
    assert_eq!(named("space_guids=x").await, "");
    assert_eq!(named("order_by=-created_at").await, "A b a");
    let refusal = "Unknown query parameter(s): 'x'. Valid parameters are: 'page', 'per_page', 'order_by', 'created_ats', 'updated_ats', \
                   'guids', 'names', 'organization_guids', 'space_guids'";
    assert_eq!(api.get("mia", &format!("{PATH}?x=1")).await.refusal(), format!("{PREFIX} {refusal}"));
}

async fn what_cannot_be_a_quota_is_refused(api: TestApi) {
    let (org, ..) = world(&api).await;
    let refused = async |body: Value, text: &str| {
        assert_eq!(api.post("mia", PATH, body.clone()).await.refusal(), format!("{PREFIX} {text}"), "{body}");
    };
    let shape = "Relationships Organization must be structured like this: \"organization: {\"data\": {\"guid\": \"valid-guid\"}}\"";
    refused(json!({ "name": "q" }), "Relationships 'relationships' is not an object").await;
    refused(json!({ "name": "q", "relationships": { "spaces": { "data": [] } } }), shape).await;
    refused(json!({ "name": "q", "relationships": { "organization": {} } }), shape).await;
    let mut blank = body("", &org);
    refused(
        blank.clone(),
        "Name can't be blank, Name is too short (minimum is 1 character), Name can't be blank",
    )
    .await;
    blank["domains"] = json!({});
    blank["name"] = json!("q");
    refused(blank, "Unknown field(s): 'domains'").await;
    let gone = |guid: &str| {
        format!("Organization with guid '{guid}' does not exist, or you do not have access to it.")
    };
    let of = |data: Value| json!({ "name": "q", "relationships": { "organization": { "data": data } } });
    refused(of(json!({ "guid": "x" })), &gone("x")).await;
    refused(of(json!(null)), &gone("")).await;
    let mut spaces = body("q", &org);
    let foreign = a_space().create(&api).await;
    spaces["relationships"]["spaces"] = to(&[&foreign]);
    let unknown = format!(
        "Spaces with guids [\"{}\"] do not exist within the organization specified, or you do not have access to them.",
        foreign.guid
    );
    refused(spaces, &unknown).await;
    assert_eq!(api.post("mia", PATH, body("q", &org)).await.status, 201);
    refused(body("q", &org), "Space Quota 'q' already exists.").await;
    assert_eq!(api.post("mia", PATH, body("Q", &org)).await.status, 201, "case counts");
    assert_eq!(api.post("dev", PATH, body("r", &org)).await.refusal(), FORBIDDEN);
    assert_eq!(api.post("nobody", PATH, body("r", &org)).await.refusal(), FORBIDDEN);
}

async fn reserved_ports_are_within_those_of_the_organization(api: TestApi) {
    let (org, ..) = world(&api).await;
    let limits = json!({ "routes": { "total_reserved_ports": 4 } });
    assert_eq!(api.patch("admin", "/v3/organization_quotas/default-quota", limits).await.status, 200);
    let text = "Total reserved ports must be -1, 0, or a positive integer, must be less than or equal to total routes, and must be less \
                than or equal to total reserved ports for the organization quota.";
    let mut wanted = body("q", &org);
    wanted["routes"] = json!({ "total_reserved_ports": 5 });
    assert_eq!(api.post("mia", PATH, wanted.clone()).await.refusal(), format!("{PREFIX} {text}"));
    wanted["routes"] = json!({ "total_reserved_ports": 4, "total_routes": 4 });
    let path = format!("{PATH}/{}", api.post("mia", PATH, wanted).await.guid());
    for routes in [json!({ "total_routes": 3 }), json!({ "total_routes": null, "total_reserved_ports": 5 })] {
        let refusal = api.patch("mia", &path, json!({ "routes": routes })).await.refusal();
        assert_eq!(refusal, format!("{PREFIX} {text}"));
    }
    let both = json!({ "routes": { "total_routes": 3, "total_reserved_ports": null }, "domains": { "total_domains": 1 } });
    insta::assert_snapshot!("updated", api.patch("mia", &path, both).await.redacted());
}

async fn a_quota_is_applied_and_removed_by_the_manager(api: TestApi) {
    let (org, one, two) = world(&api).await;
    let quota = api.post("mia", PATH, body("q", &org)).await;
    let path = format!("{PATH}/{}/relationships/spaces", quota.guid());
    let refused = async |who: &str, body: Value, text: &str| {
        assert_eq!(api.post(who, &path, body).await.refusal(), format!("{PREFIX} {text}"));
    };
    let foreign = a_space().create(&api).await;
    let unknown =
        |list: &str| format!("Spaces with guids [{list}] do not exist, or you do not have access to them.");
    refused("mia", json!({ "data": [{ "guid": "x" }] }), &unknown("\"x\"")).await;
    refused("mia", to(&[&foreign]), &unknown(&format!("\"{}\"", foreign.guid))).await;
    let outside = "Space quotas cannot be applied outside of their owning organization.";
    refused("admin", to(&[&one, &foreign]), outside).await;
    refused(
        "mia",
        json!({ "nope": 1 }),
        "Unknown field(s): 'nope', Data can't be blank, Data must be an array",
    )
    .await;
    assert_eq!(api.post("mia", &path, to(&[&two, &two])).await.status, 200, "twice is once");
    insta::assert_snapshot!("applied", api.post("mia", &path, to(&[&one])).await.redacted());
    let remove = format!("{path}/{}", one.guid);
    assert_eq!(api.delete("dev", &remove).await.refusal(), FORBIDDEN);
    assert_eq!(api.delete("mia", &remove).await.status, 204);
    let not_applied = format!(
        "{PREFIX} Unable to remove quota from space with guid '{}'. Ensure the space quota is applied to this space.",
        one.guid
    );
    assert_eq!(api.delete("mia", &remove).await.refusal(), not_applied);
    assert_eq!(api.delete("dev", &remove).await.refusal(), NOT_FOUND, "it applies to none of their spaces");
    let recorded = ["audit.space_quota.apply", "audit.space_quota.apply", "audit.space_quota.remove"];
    assert_eq!(api.recorded().await[1..], recorded);
    let events = format!("/v3/audit_events?space_guids={}", one.guid);
    insta::assert_snapshot!("events", api.get("admin", &events).await.redacted());
    let space = api.get("admin", &format!("/v3/spaces/{}", one.guid)).await;
    assert!(space.at("/relationships/quota/data").is_null());
}

async fn a_quota_that_applies_to_a_space_is_not_deleted(api: TestApi) {
    let (org, one, _) = world(&api).await;
    let mut wanted = body("q", &org);
    wanted["relationships"]["spaces"] = to(&[&one]);
    let path = format!("{PATH}/{}", api.post("mia", PATH, wanted).await.guid());
    let refusal =
        "This quota is applied to one or more spaces. Remove this quota from all spaces before deleting.";
    assert_eq!(api.delete("mia", &path).await.refusal(), format!("{PREFIX} {refusal}"));
    let remove = format!("{path}/relationships/spaces/{}", one.guid);
    assert_eq!(api.delete("mia", &remove).await.status, 204);
    let job = api.delete("mia", &path).await.job_path();
    assert_eq!(
        api.post("mia", &format!("{path}/relationships/spaces"), to(&[&one])).await.status,
        200,
        "meanwhile"
    );
    api.run_jobs().await;
    insta::assert_snapshot!("deleted", api.get("mia", &job).await.redacted());
    assert_eq!(api.get("mia", &path).await.refusal(), NOT_FOUND);
    let space = api.get("mia", &format!("/v3/spaces/{}", one.guid)).await;
    assert!(space.at("/relationships/quota/data").is_null());
    assert_eq!(api.recorded().await.last().unwrap(), "audit.space_quota.delete");
}

async fn a_suspended_organization_keeps_its_quotas_as_they_are(api: TestApi) {
    let (org, one, _) = world(&api).await;
    let path = format!("{PATH}/{}", api.post("mia", PATH, body("q", &org)).await.guid());
    let suspend = json!({ "suspended": true });
    assert_eq!(api.patch("admin", &format!("/v3/organizations/{}", org.guid), suspend).await.status, 200);
    let apply = format!("{path}/relationships/spaces");
    assert_eq!(api.post("mia", PATH, body("r", &org)).await.refusal(), SUSPENDED);
    assert_eq!(api.patch("mia", &path, json!({ "x": 1 })).await.refusal(), SUSPENDED);
    assert_eq!(api.post("mia", &apply, json!({ "x": 1 })).await.refusal(), SUSPENDED);
    assert_eq!(api.delete("mia", &format!("{apply}/{}", one.guid)).await.refusal(), SUSPENDED);
    assert_eq!(api.delete("mia", &path).await.refusal(), SUSPENDED);
    assert_eq!(api.get("mia", &path).await.status, 200);
    assert_eq!(api.post("admin", &apply, to(&[&one])).await.status, 200);
}

async fn a_finite_log_rate_does_not_come_where_processes_log_without(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let owner = json!({ "data": { "guid": world.space.organization.as_str() } });
    let quota = async |name: &str, rate: Value, spaces: Value| {
        let relationships = json!({ "organization": owner, "spaces": spaces });
        let apps = json!({ "log_rate_limit_in_bytes_per_second": rate });
        let body = json!({ "name": name, "apps": apps, "relationships": relationships });
        format!("{PATH}/{}", api.post("admin", PATH, body).await.guid())
    };
    let scale = format!("/v3/processes/{}/actions/scale", world.app);
    let unlimited = json!({ "log_rate_limit_in_bytes_per_second": -1 });
    assert_eq!(api.post("dev", &scale, unlimited).await.status, 202);
    let applied = quota("applied", json!(null), to(&[&world.space])).await;
    let change = json!({ "apps": { "log_rate_limit_in_bytes_per_second": 0 } });
    assert_eq!(
        api.patch("admin", &applied, change).await.refusal(),
        format!(
            "{PREFIX} Current usage exceeds new quota values. This quota is applied to space '{}' which contains apps running with an \
             unlimited log rate limit.",
            world.space.name
        )
    );
    let finite = quota("finite", json!(1000), json!({ "data": [] })).await;
    assert_eq!(
        api.post("admin", &format!("{finite}/relationships/spaces"), to(&[&world.space])).await.refusal(),
        format!(
            "{PREFIX} Current usage exceeds new quota values. The space(s) being assigned this quota contain apps running with an \
             unlimited log rate limit."
        )
    );
}

api_tests![
    a_manager_makes_a_quota_for_spaces,
    a_quota_is_seen_where_it_applies,
    what_cannot_be_a_quota_is_refused,
    reserved_ports_are_within_those_of_the_organization,
    a_quota_is_applied_and_removed_by_the_manager,
    a_quota_that_applies_to_a_space_is_not_deleted,
    a_suspended_organization_keeps_its_quotas_as_they_are,
    a_finite_log_rate_does_not_come_where_processes_log_without,
];
