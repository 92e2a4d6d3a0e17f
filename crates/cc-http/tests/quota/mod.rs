//! What quotas let in: `process_scale`, `process_update`, `app_start`, `app_restart`, `space_apply_manifest`, `build_create`,
//! `route_create`, `domain_create`; and what is used: `organization_usage_summary_get`, `space_usage_summary_get`,
//! `info_usage_summary_get`

mod at_once;

use crate::api_tests;
use crate::harness::{Answer, BitsWorld, TestApi, Zipped, zip_of};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

const PREFIX: &str = "422 10008 CF-UnprocessableEntity:";
const ORGANIZATIONS: &str = "/v3/organization_quotas/default-quota";

/// A world with a started app of one instance of 1,024 MB that logs 1 MiB a second, and a quota that applies to its space.
struct Bounded<'a> {
    world: BitsWorld<'a>,
    quota: String,
}

impl<'a> Bounded<'a> {
    async fn new(api: &'a TestApi) -> Self {
        let world = BitsWorld::new(api).await;
        world.assign_droplet().await;
        let guid = |guid: &str| json!({ "guid": guid });
        let relationships = json!({
            "organization": { "data": guid(world.space.organization.as_str()) },
            "spaces": { "data": [guid(world.space.guid.as_str())] },
        });
        let quota = api
            .post("admin", "/v3/space_quotas", json!({ "name": "q", "relationships": relationships }))
            .await;
        assert_eq!(quota.status, 201, "{quota:?}");
        let quota = format!("/v3/space_quotas/{}", quota.guid());
        let bounded = Self { world, quota };
        assert_eq!(bounded.act("start").await.status, 200);
        bounded
    }

    fn api(&self) -> &'a TestApi {
        self.world.api
    }

    /// Sets limits of the quota at this path.
    async fn limit(&self, quota: &str, limits: Value) {
        let answer = self.api().patch("admin", quota, limits).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    async fn scale(&self, body: Value) -> Answer {
        self.api().post("dev", &format!("/v3/processes/{}/actions/scale", self.world.app), body).await
    }

    async fn act(&self, action: &str) -> Answer {
        self.api().post("dev", &format!("/v3/apps/{}/actions/{action}", self.world.app), json!({})).await
    }
}

fn apps(name: &str, limit: Value) -> Value {
    json!({ "apps": { name: limit } })
}

fn refused(text: &str) -> String {
    format!("{PREFIX} {text}")
}

async fn scaling_stays_within_both_quotas(api: TestApi) {
    let bounded = Bounded::new(&api).await;
    let space = bounded.quota.as_str();
    let rate = 1_048_576;
    let name = api.get("admin", &format!("/v3/organizations/{}", bounded.world.space.organization)).await;
    let unlimited = format!("log_rate_limit cannot be unlimited in organization '{}'.", name.text("/name"));
    let cases = [
        (space, "total_memory_in_mb", 2_048, json!({ "instances": 3 }), "memory space_quota_exceeded"),
        (
            ORGANIZATIONS,
            "total_memory_in_mb",
            2_048,
            json!({ "memory_in_mb": 2_049 }),
            "memory quota_exceeded",
        ),
        (
            ORGANIZATIONS,
            "per_process_memory_in_mb",
            1_024,
            json!({ "memory_in_mb": 1_025 }),
            "memory instance_memory_limit_exceeded",
        ),
        (
            space,
            "per_process_memory_in_mb",
            1_024,
            json!({ "memory_in_mb": 1_025 }),
            "memory space_instance_memory_limit_exceeded",
        ),
        (
            ORGANIZATIONS,
            "total_instances",
            2,
            json!({ "instances": 3 }),
            "app_instance_limit app_instance_limit_exceeded",
        ),
        (
            space,
            "total_instances",
            2,
            json!({ "instances": 3 }),
            "app_instance_limit space_app_instance_limit_exceeded",
        ),
        (
            space,
            "log_rate_limit_in_bytes_per_second",
            rate,
            json!({ "instances": 2 }),
            "log_rate_limit exceeds space log rate quota",
        ),
        (
            ORGANIZATIONS,
            "log_rate_limit_in_bytes_per_second",
            rate,
            json!({ "log_rate_limit_in_bytes_per_second": -1 }),
            unlimited.as_str(),
        ),
    ];
    for (quota, limit, most, body, text) in cases {
        bounded.limit(quota, apps(limit, json!(most))).await;
        assert_eq!(bounded.scale(body.clone()).await.refusal(), refused(text), "{limit} {body}");
        bounded.limit(quota, apps(limit, json!(null))).await;
    }
    bounded.limit(space, apps("total_memory_in_mb", json!(2_048))).await;
    bounded.limit(ORGANIZATIONS, apps("total_instances", json!(2))).await;
    assert_eq!(bounded.scale(json!({ "instances": 2 })).await.status, 202, "as much as is allowed");
}

async fn a_stopped_app_takes_any_size_and_does_not_start_with_it(api: TestApi) {
    let bounded = Bounded::new(&api).await;
    bounded.limit(&bounded.quota, apps("total_memory_in_mb", json!(1_024))).await;
    assert_eq!(bounded.act("restart").await.status, 200, "its own memory does not count");
    assert_eq!(bounded.act("stop").await.status, 200);
    assert_eq!(bounded.scale(json!({ "memory_in_mb": 1_025 })).await.status, 202);
    for action in ["start", "restart"] {
        assert_eq!(bounded.act(action).await.refusal(), refused("memory space_quota_exceeded"));
    }
    let app = api.get("dev", &format!("/v3/apps/{}", bounded.world.app)).await;
    assert_eq!(app.text("/state"), "STOPPED");
    assert_eq!(bounded.scale(json!({ "memory_in_mb": 1_024 })).await.status, 202);
    assert_eq!(bounded.act("start").await.status, 200);
}

async fn a_lowered_limit_lets_be_what_runs_and_lets_in_no_change(api: TestApi) {
    let bounded = Bounded::new(&api).await;
    bounded.limit(ORGANIZATIONS, apps("total_memory_in_mb", json!(10))).await;
    assert_eq!(
        bounded.scale(json!({ "memory_in_mb": 500 })).await.refusal(),
        refused("memory quota_exceeded")
    );
    let path = format!("/v3/processes/{}", bounded.world.app);
    let update = json!({ "command": "x" });
    assert_eq!(api.patch("dev", &path, update.clone()).await.refusal(), refused("memory quota_exceeded"));
    assert_eq!(bounded.act("start").await.status, 200, "it is started already");
    assert_eq!(bounded.scale(json!({ "memory_in_mb": 10 })).await.status, 202);
    assert_eq!(api.patch("dev", &path, update).await.status, 200);
}

async fn manifests_are_bounded_too(api: TestApi) {
    let bounded = Bounded::new(&api).await;
    bounded.limit(&bounded.quota, apps("total_memory_in_mb", json!(2_048))).await;
    let apply = async |instances: u32| {
        let text = format!("applications: [{{ name: one, instances: {instances} }}]");
        let path = format!("/v3/spaces/{}/actions/apply_manifest", bounded.world.space.guid);
        let request = Request::post(path)
            .header("authorization", "bearer dev")
            .header("content-type", "application/x-yaml");
        let job = api.call(request.body(Body::from(text)).unwrap()).await.job_path();
        api.run_jobs().await;
        api.get("dev", &job).await
    };
    let failed = apply(3).await;
    assert_eq!(failed.text("/state"), "FAILED");
    assert_eq!(failed.text("/errors/0/detail"), "For application 'one': memory space_quota_exceeded");
    assert_eq!(apply(2).await.text("/state"), "COMPLETE");
}

async fn staging_is_bounded_by_what_runs(api: TestApi) {
    let bounded = Bounded::new(&api).await;
    let package = bounded.world.package_of(&zip_of(&[Zipped::File("a", b"b")])).await;
    let build = async |memory: Value, rate: i64| {
        let package = json!({ "guid": package });
        let rate_name = "staging_log_rate_limit_bytes_per_second";
        api.post(
            "dev",
            "/v3/builds",
            json!({ "package": package, "staging_memory_in_mb": memory, rate_name: rate }),
        )
        .await
    };
    bounded.limit(ORGANIZATIONS, apps("total_memory_in_mb", json!(3_072))).await;
    let text = "organization's memory limit exceeded: staging requires 2049M memory";
    assert_eq!(build(json!(2_049), 1).await.refusal(), refused(text));
    bounded.limit(&bounded.quota, apps("total_memory_in_mb", json!(2_047))).await;
    let text = "space's memory limit exceeded: staging requires 1024M memory";
    assert_eq!(build(json!(null), 1).await.refusal(), refused(text));
    bounded.limit(&bounded.quota, apps("total_memory_in_mb", json!(2_048))).await;
    bounded.limit(&bounded.quota, apps("log_rate_limit_in_bytes_per_second", json!(1_048_580))).await;
    let text = "space's log rate limit exceeded: staging requires 5 bytes per second";
    assert_eq!(build(json!(null), 5).await.refusal(), refused(text));
    assert_eq!(build(json!(null), 4).await.status, 201);
}

async fn routes_and_domains_are_counted(api: TestApi) {
    let bounded = Bounded::new(&api).await;
    let space = &bounded.world.space;
    let to = |guid: &str| json!({ "data": { "guid": guid } });
    let domain = async |name: &str| {
        let relationships = json!({ "organization": to(space.organization.as_str()) });
        api.post("admin", "/v3/domains", json!({ "name": name, "relationships": relationships })).await
    };
    bounded.limit(ORGANIZATIONS, json!({ "domains": { "total_domains": 1 } })).await;
    let owned = domain("one.example.org").await;
    let organization = api.get("admin", &format!("/v3/organizations/{}", space.organization)).await;
    let name = organization.text("/name");
    let text = format!("The number of private domains exceeds the quota for organization \"{name}\"");
    assert_eq!(domain("two.example.org").await.refusal(), refused(&text));
    let route = async |host: &str| {
        let relationships = json!({ "space": to(space.guid.as_str()), "domain": to(owned.guid()) });
        api.post("dev", "/v3/routes", json!({ "host": host, "relationships": relationships })).await
    };
    bounded.limit(ORGANIZATIONS, json!({ "routes": { "total_routes": 1 } })).await;
    assert_eq!(route("a").await.status, 201);
    let text = format!("Routes quota exceeded for organization '{name}'.");
    assert_eq!(route("b").await.refusal(), refused(&text));
    bounded.limit(&bounded.quota, json!({ "routes": { "total_routes": 1 } })).await;
    let text = format!("Routes quota exceeded for space '{}'.", space.name);
    assert_eq!(route("b").await.refusal(), refused(&text));
    let path = format!("/v3/spaces/{}/usage_summary", space.guid);
    insta::assert_snapshot!("space_usage", api.get("dev", &path).await.redacted());
    let path = format!("/v3/organizations/{}/usage_summary", space.organization);
    insta::assert_snapshot!("organization_usage", api.get("admin", &path).await.redacted());
    let platform = "/v3/info/usage_summary";
    insta::assert_snapshot!("platform_usage", api.get("admin", platform).await.redacted());
    assert_eq!(api.get("dev", platform).await.refusal(), "404 10000 CF-NotFound: Unknown request");
    assert_eq!(api.get("stranger", &path).await.status, 404);
}

api_tests![
    scaling_stays_within_both_quotas,
    a_stopped_app_takes_any_size_and_does_not_start_with_it,
    a_lowered_limit_lets_be_what_runs_and_lets_in_no_change,
    manifests_are_bounded_too,
    staging_is_bounded_by_what_runs,
    routes_and_domains_are_counted,
];
