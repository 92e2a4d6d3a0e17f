//! `process_scale`, `app_process_scale`

use super::{FORBIDDEN, NO_APP, NOT_FOUND, PREFIX, SUSPENDED, both};
use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, TestEngine};
use cc_domain::runtime::Ensured;
use serde_json::json;

const SCALE: &str = "/actions/scale";

async fn instances_and_sizes_change(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let (events, lines) = (api.recorded().await.len(), api.logs.texts().len());
    let [path, nested] = both(&world.app, SCALE);
    let body = json!({
        "instances": 3,
        "memory_in_mb": 512,
        "disk_in_mb": 2_048,
        "log_rate_limit_in_bytes_per_second": -1,
    });
    let scaled = api.post("dev", &path, body.clone()).await;
    insta::assert_snapshot!("scaled", scaled.redacted());
    assert!(!scaled.headers.contains_key("location"), "there is no job");
    assert_eq!(api.get("dev", &both(&world.app, "")[0]).await.body, scaled.body);
    assert_eq!(api.recorded().await[events..], ["audit.app.process.scale"]);
    assert_eq!(api.logs.texts()[lines..], ["Scaling process: \"web\""]);
    let event = api
        .get("dev", &format!("/v3/audit_events?types=audit.app.process.scale&target_guids={}", world.app))
        .await;
    assert_eq!(
        event.at("/resources/0/data"),
        &json!({ "process_guid": world.app, "process_type": "web", "request": body })
    );
    let again = api.post("dev", &nested, json!({ "instances": 0 })).await;
    assert_eq!(
        (again.status, again.at("/instances"), again.at("/memory_in_mb")),
        (202, &json!(0), &json!(512))
    );
}

async fn numbers_may_be_texts(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    for (path, count) in both(&world.app, SCALE).iter().zip(["2", "4"]) {
        let scaled = api.post("dev", path, json!({ "instances": count })).await;
        assert_eq!((scaled.status, scaled.at("/instances").to_string().as_str()), (202, count));
    }
}

async fn what_is_no_size_is_refused(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let [path, _] = both(&world.app, SCALE);
    let cases = [
        (json!({ "x": 1 }), "Unknown field(s): 'x'"),
        (json!({ "instances": -1 }), "Instances must be greater than or equal to 0"),
        (json!({ "instances": 2_147_483_648_i64 }), "Instances must be less than or equal to 2147483647"),
        (json!({ "instances": "x" }), "Instances is not a number"),
        (json!({ "instances": 1.5 }), "Instances must be an integer"),
        (json!({ "instances": null }), "Instances is not a number"),
        (json!({ "memory_in_mb": 0 }), "Memory in mb must be greater than 0"),
        (json!({ "memory_in_mb": null }), "Memory in mb is not a number"),
        (json!({ "disk_in_mb": 0 }), "Disk in mb must be greater than 0"),
        (json!({ "disk_in_mb": null }), "Disk in mb is not a number"),
        (
            json!({ "log_rate_limit_in_bytes_per_second": -2 }),
            "Log rate limit in bytes per second must be greater than or equal to -1",
        ),
        (
            json!({ "disk_in_mb": 2_049 }),
            "disk_quota too much disk requested (requested 2049 MB - must be less than 2048 MB)",
        ),
        (
            json!({ "instances": -1, "memory_in_mb": -1 }),
            "Instances must be greater than or equal to 0, Memory in mb must be greater than 0",
        ),
    ];
    for (body, text) in cases {
        assert_eq!(
            api.post("dev", &path, body.clone()).await.refusal(),
            format!("{PREFIX} {text}"),
            "{body}"
        );
    }
    let null = json!({ "log_rate_limit_in_bytes_per_second": null });
    let scaled = api.post("dev", &path, null).await;
    assert_eq!((scaled.status, scaled.at("/log_rate_limit_in_bytes_per_second")), (202, &json!(1_048_576)));
}

async fn sidecars_need_their_memory(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    let [path, _] = both(&world.app, SCALE);
    assert_eq!(
        api.post("dev", &path, json!({ "memory_in_mb": 8 })).await.refusal(),
        format!(
            "{PREFIX} The requested memory allocation is not large enough to run all of your sidecar processes"
        )
    );
    assert_eq!(api.post("dev", &path, json!({ "memory_in_mb": 9 })).await.status, 202);
}

async fn a_flag_keeps_everyone_but_admins_from_scaling(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    api.set_flag("app_scaling", false).await;
    for path in both(&world.app, SCALE) {
        let refusal = api.post("dev", &path, json!({ "x": 1 })).await.refusal();
        assert_eq!(refusal, "403 330002 CF-FeatureDisabled: Feature Disabled: app_scaling");
        assert_eq!(api.post("aud", &path, json!({})).await.refusal(), FORBIDDEN);
        assert_eq!(api.post("admin", &path, json!({ "instances": 2 })).await.status, 202);
    }
}

async fn developers_and_supporters_scale(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    world.assign_droplet().await;
    for (path, hidden) in both(&world.app, SCALE).iter().zip([NOT_FOUND, NO_APP]) {
        let bad = json!({ "instances": "x" });
        for who in ["aud", "man", "om", "admin_read_only", "global_auditor"] {
            assert_eq!(
                api.post(who, path, bad.clone()).await.refusal(),
                FORBIDDEN,
                "{who}: who may comes first"
            );
        }
        for who in ["bil", "stranger"] {
            assert_eq!(api.post(who, path, bad.clone()).await.refusal(), hidden, "{who}");
        }
        let scaled = api.post("sup", path, json!({ "instances": 2 })).await;
        assert_eq!((scaled.status, scaled.text("/command")), (202, "run me"));
    }
    assert_eq!(
        api.post("dev", &format!("/v3/apps/{}/processes/worker{SCALE}", world.app), json!({}))
            .await
            .refusal(),
        NOT_FOUND
    );
    world.suspend_space().await;
    assert_eq!(api.post("dev", &both(&world.app, SCALE)[0], json!({})).await.refusal(), SUSPENDED);
}

async fn the_engine_hears_of_instances_under_the_same_version(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    world.start().await;
    world.run_jobs_with(TestEngine::default().runtime()).await;
    let [path, _] = both(&world.app, SCALE);
    let before = api.get("dev", &both(&world.app, "")[0]).await.text("/version").to_owned();
    let scaled = api.post("dev", &path, json!({ "instances": 5, "memory_in_mb": 64 })).await;
    assert_eq!(scaled.text("/version"), before, "memory waits for the next start");
    let mut runtime = cc_domain::runtime::MockRuntime::new();
    runtime.expect_versions_of().returning(|_| Ok(Vec::new()));
    runtime
        .expect_ensure_process()
        .times(1)
        .withf(move |spec| spec.key.version() == before && spec.instances == 5)
        .returning(|_| Ok(Ensured::Updated));
    world.run_jobs_with(runtime).await;
}

api_tests![
    instances_and_sizes_change,
    numbers_may_be_texts,
    what_is_no_size_is_refused,
    sidecars_need_their_memory,
    a_flag_keeps_everyone_but_admins_from_scaling,
    developers_and_supporters_scale,
    the_engine_hears_of_instances_under_the_same_version
];
