//! `app_delete`, and `job_get` of what it began

use super::{FORBIDDEN, NOT_FOUND, SUSPENDED};
use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, TestEngine};
use serde_json::json;

async fn everything_of_an_app_goes_with_it(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let droplet = world.assign_droplet().await;
    world.start().await;
    let build = api.get("dev", "/v3/builds").await.text("/resources/0/guid").to_owned();
    let package = api.get("dev", "/v3/packages").await.text("/resources/0/guid").to_owned();
    let sidecar = api.get("dev", &world.of_app("/sidecars")).await.text("/resources/0/guid").to_owned();
    let domain = api.get("dev", "/v3/domains").await.text("/resources/0/guid").to_owned();
    let route = api
        .post(
            "dev",
            "/v3/routes",
            json!({
                "host": "a",
                "relationships": {
                    "domain": { "data": { "guid": domain } },
                    "space": { "data": { "guid": world.space.guid.as_str() } },
                },
            }),
        )
        .await
        .guid()
        .to_owned();
    let destinations = format!("/v3/routes/{route}/destinations");
    let mapped =
        api.post("dev", &destinations, json!({ "destinations": [{ "app": { "guid": world.app } }] })).await;
    assert_eq!(mapped.status, 200, "{mapped:?}");
    world.run_jobs_with(TestEngine::default().runtime()).await;
    let (events, lines) = (api.recorded().await.len(), api.logs.texts().len());

    let accepted = api.delete("dev", &world.of_app("")).await;
    assert_eq!((accepted.status, &accepted.body), (202, &json!(null)));
    assert_eq!(api.get("dev", &world.of_app("")).await.status, 200, "the job does it");
    let begun = api.get("aud", &accepted.job_path()).await;
    assert_eq!((begun.text("/operation"), begun.text("/state")), ("app.delete", "PROCESSING"));
    let mut runtime = TestEngine::default().runtime();
    runtime.expect_cancel_build().returning(|_| Ok(()));
    runtime.expect_remove_process().returning(|_| Ok(()));
    world.run_jobs_with(runtime).await;
    insta::assert_snapshot!("job", api.get("stranger", &accepted.job_path()).await.redacted());

    for path in [
        world.of_app(""),
        format!("/v3/processes/{}", world.app),
        format!("/v3/packages/{package}"),
        format!("/v3/builds/{build}"),
        format!("/v3/droplets/{droplet}"),
        format!("/v3/sidecars/{sidecar}"),
    ] {
        assert_eq!(api.get("admin", &path).await.status, 404, "{path}");
    }
    assert_eq!(api.get("dev", &destinations).await.at("/destinations"), &json!([]));
    assert!(world.blobs("packages").is_empty() && world.blobs("droplets").is_empty());
    let mut recorded = api.recorded().await.split_off(events);
    recorded.sort();
    assert_eq!(
        recorded,
        [
            "audit.app.delete-request",
            "audit.app.droplet.delete",
            "audit.app.package.delete",
            "audit.app.process.delete",
            "audit.app.unmap-route",
        ]
    );
    let said = api.logs.texts().split_off(lines);
    assert_eq!(
        said.first().map(String::as_str),
        Some("Enqueued job to delete app with guid <app>"),
        "{said:?}"
    );
    assert!(said.contains(&"Deleting process: \"web\"".to_owned()), "{said:?}");
    assert_eq!(said.last().map(String::as_str), Some("Deleted app with guid <app>"), "{said:?}");
}

async fn an_app_that_is_gone_already_is_a_success(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let first = api.delete("dev", &world.of_app("")).await;
    let second = api.delete("dev", &world.of_app("")).await;
    world.run_jobs_with(TestEngine::default().runtime()).await;
    for accepted in [first, second] {
        assert_eq!(api.get("dev", &accepted.job_path()).await.text("/state"), "COMPLETE");
    }
    assert_eq!(api.delete("dev", &world.of_app("")).await.refusal(), NOT_FOUND);
    let events = api.recorded().await;
    assert_eq!(events.iter().filter(|kind| *kind == "audit.app.delete-request").count(), 1);
    let unknown = api.get("dev", "/v3/jobs/no").await.refusal();
    assert_eq!(unknown, "404 10010 CF-ResourceNotFound: Job not found");
}

async fn only_developers_delete_apps(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    for who in ["aud", "sup", "man", "om", "admin_read_only", "global_auditor", "read-only-dev"] {
        assert_eq!(api.delete(who, &world.of_app("")).await.refusal(), FORBIDDEN, "{who}");
    }
    for who in ["bil", "stranger"] {
        assert_eq!(api.delete(who, &world.of_app("")).await.refusal(), NOT_FOUND, "{who}");
    }
    world.suspend_space().await;
    assert_eq!(api.delete("dev", &world.of_app("")).await.refusal(), SUSPENDED);
    assert_eq!(api.delete("admin", &world.of_app("")).await.status, 202);
}

api_tests![
    everything_of_an_app_goes_with_it,
    an_app_that_is_gone_already_is_a_success,
    only_developers_delete_apps
];
