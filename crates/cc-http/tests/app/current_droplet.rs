//! `app_current_droplet_set`, and the processes and sidecars it brings

use super::{FORBIDDEN, NOT_FOUND, PREFIX, SUSPENDED};
use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use serde_json::{Value, json};

const REST: &str = "/relationships/current_droplet";

/// The guid of a droplet with these process types that the API was given.
async fn uploaded(api: &TestApi, world: &BitsWorld<'_>, app: &str, process_types: Value) -> String {
    let body =
        json!({ "relationships": { "app": { "data": { "guid": app } } }, "process_types": process_types });
    let created = api.post("dev", "/v3/droplets", body).await;
    let path = format!("/v3/droplets/{}/upload", created.guid());
    assert_eq!(world.send("dev", &path, &[("bits:d.tgz", b"tgz")]).await.status, 202);
    api.run_jobs().await;
    created.guid().to_owned()
}

fn to(droplet: &str) -> Value {
    json!({ "data": { "guid": droplet } })
}

async fn a_droplet_brings_its_processes_and_sidecars(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let staged = world.droplet().await;
    let (events, lines) = (api.recorded().await.len(), api.logs.texts().len());
    assert_eq!(api.patch("dev", &world.of_app(REST), to(&staged)).await.status, 200);
    assert_eq!(api.get("dev", &world.of_app("/sidecars")).await.each("name"), ["side"]);
    assert_eq!(api.recorded().await[events..], ["audit.app.droplet.mapped"]);
    let second = uploaded(&api, &world, &world.app, json!({ "web": "a", "worker": "b" })).await;
    let events = api.recorded().await.len();
    assert_eq!(api.patch("dev", &world.of_app(REST), to(&second)).await.status, 200);
    assert!(
        api.get("dev", &world.of_app("/sidecars")).await.each("name").is_empty(),
        "those of the old one go"
    );
    assert_eq!(api.recorded().await[events..], ["audit.app.droplet.mapped", "audit.app.process.create"]);
    let processes = api.get("dev", &world.of_app("/processes")).await;
    assert_eq!(processes.each("type"), ["web", "worker"]);
    assert_eq!(
        (processes.at("/resources/0/instances"), processes.at("/resources/1/instances")),
        (&json!(1), &json!(0))
    );
    assert_eq!(api.patch("dev", &world.of_app(REST), to(&staged)).await.status, 200);
    assert_eq!(
        api.get("dev", &world.of_app("/processes")).await.each("type"),
        ["web", "worker"],
        "processes stay"
    );
    let said = api.logs.texts().split_off(lines);
    assert_eq!(
        said.first().unwrap(),
        &format!("Updated app with guid <app> ({{\"droplet_guid\"=>\"{staged}\"}})")
    );
    assert!(said.contains(&"Added process: \"worker\"".to_owned()), "{said:?}");
}

async fn only_a_staged_droplet_of_the_app_with_processes_will_do(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let other = world.new_app("two", json!({})).await;
    let set = async |body: Value| api.patch("dev", &world.of_app(REST), body).await.refusal();
    let foreign = uploaded(&api, &world, &other, json!({ "web": "a" })).await;
    let not_own = format!(
        "{PREFIX} Unable to assign current droplet. Ensure the droplet exists and belongs to this app."
    );
    assert_eq!(set(to(&foreign)).await, not_own);
    assert_eq!(set(to("no")).await, not_own);
    let waiting = api
        .post("dev", "/v3/droplets", json!({ "relationships": { "app": { "data": { "guid": world.app } } } }))
        .await;
    assert_eq!(set(to(waiting.guid())).await, format!("{PREFIX} droplet must be in staged state"));
    let empty = uploaded(&api, &world, &world.app, json!({})).await;
    assert_eq!(
        set(to(&empty)).await,
        format!(
            "{PREFIX} Unable to create process types for this app's droplet. Please provide a droplet with valid process types."
        )
    );
    let not_removable =
        format!("{PREFIX} Current droplet cannot be removed. Replace it with a preferred droplet.");
    for body in [json!({ "data": null }), json!({ "data": {} }), json!({ "data": { "guid": null } })] {
        assert_eq!(set(body).await, not_removable);
    }
    for body in [json!({}), json!({ "data": { "guid": 1 } })] {
        assert_eq!(set(body).await, not_own);
    }
}

async fn a_sidecar_of_the_droplet_has_to_fit_the_process(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let droplet = world.droplet().await;
    let scaled =
        api.post("dev", &world.of_app("/processes/web/actions/scale"), json!({ "memory_in_mb": 8 })).await;
    assert_eq!(scaled.status, 202, "{scaled:?}");
    assert_eq!(
        api.patch("dev", &world.of_app(REST), to(&droplet)).await.refusal(),
        format!(
            "{PREFIX} The sidecar memory allocation defined is too large to run with the dependent \"web\" process"
        )
    );
}

async fn developers_and_supporters_assign_droplets(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    let body = to(&world.droplet().await);
    for who in ["aud", "man", "om", "admin_read_only", "global_auditor"] {
        assert_eq!(api.patch(who, &world.of_app(REST), body.clone()).await.refusal(), FORBIDDEN, "{who}");
    }
    for who in ["bil", "stranger"] {
        assert_eq!(api.patch(who, &world.of_app(REST), body.clone()).await.refusal(), NOT_FOUND, "{who}");
    }
    assert_eq!(api.patch("sup", &world.of_app(REST), body.clone()).await.status, 200);
    world.suspend_space().await;
    assert_eq!(api.patch("dev", &world.of_app(REST), body).await.refusal(), SUSPENDED);
}

api_tests![
    a_droplet_brings_its_processes_and_sidecars,
    only_a_staged_droplet_of_the_app_with_processes_will_do,
    a_sidecar_of_the_droplet_has_to_fit_the_process,
    developers_and_supporters_assign_droplets
];
