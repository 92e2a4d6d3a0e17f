//! `/v3/builds`: `build_create`, `builds_list`, `build_get`, `build_update`, `app_builds_list`

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, Zipped, zip_of};
use cc_domain::guid::Guid;
use cc_domain::runtime::{Ack, MockRuntime, RuntimeError};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PREFIX: &str = "422 10008 CF-UnprocessableEntity:";
const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";

fn of(package: &str) -> Value {
    json!({ "package": { "guid": package } })
}

async fn ready(world: &BitsWorld<'_>) -> String {
    world.package_of(&zip_of(&[Zipped::File("a", b"b")])).await
}

async fn a_build_is_handed_to_the_engine_and_ends_with_a_droplet(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let package = ready(&world).await;
    let body = json!({
        "package": { "guid": package },
        "staging_memory_in_mb": 2_000,
        "staging_log_rate_limit_bytes_per_second": -1,
        "environment_variables": { "A": "b", "": "left out" },
        "metadata": { "labels": { "a": "b" } },
    });
    let created = api.post("dev", "/v3/builds", body).await;
    insta::assert_snapshot!("created", created.redacted());
    let mut runtime = MockRuntime::new();
    runtime.expect_start_build().times(1).returning(|spec| {
        assert_eq!((spec.limits.memory_mb, spec.limits.disk_mb), (2_000, 4_096));
        assert!(spec.env.0.iter().any(|pair| format!("{pair:?}").contains("\"A\"")));
        Ok(())
    });
    world.run_jobs_with(runtime).await;
    world.staged(created.guid(), b"tgz").await;
    insta::assert_snapshot!(
        "staged",
        api.get("aud", &format!("/v3/builds/{}", created.guid())).await.redacted()
    );
    assert_eq!(
        api.recorded().await[3..],
        [
            "audit.app.package.upload",
            "audit.app.build.create",
            "audit.app.droplet.create",
            "audit.app.build.staged"
        ]
    );
}

async fn a_staging_is_just_over_for_three_seconds(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let app = Guid::new(world.app.as_str());
    let just_over =
        async || cc_actions::build::just_over(api.ports.store.as_ref(), &app, api.ports.now()).await.unwrap();
    assert!(!just_over().await);
    let package = ready(&world).await;
    let build = world.build_of(&package).await;
    assert!(!just_over().await);
    world.staged(&build, b"tgz").await;
    assert!(just_over().await);
    api.clock.advance(2);
    assert!(just_over().await);
    world.package().await;
    assert!(!just_over().await, "a push has begun");
    let build = world.build_of(&ready(&world).await).await;
    world.staged(&build, b"tgz").await;
    assert!(just_over().await);
    api.clock.advance(3);
    assert!(!just_over().await);
}

async fn one_build_of_an_app_stages_at_a_time(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let package = ready(&world).await;
    let build = world.build_of(&package).await;
    assert_eq!(
        api.post("dev", "/v3/builds", of(&package)).await.refusal(),
        "422 170017 CF-StagingInProgress: Only one build can be STAGING at a time per application."
    );
    assert_eq!(world.report(&build, Err("Exited with status 222".to_owned())).await, Ack::Recorded);
    let failed = api.get("dev", &format!("/v3/builds/{build}")).await;
    assert_eq!(failed.text("/state"), "FAILED");
    assert_eq!(
        failed.text("/error"),
        "NoAppDetectedError - An app was not successfully detected by any available buildpack"
    );
    assert_eq!(api.post("dev", "/v3/builds", of(&package)).await.status, 201);
}

async fn what_cannot_be_staged_is_refused(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let package = world.package().await;
    let build = async |body: Value| api.post("dev", "/v3/builds", body).await.refusal();
    assert_eq!(
        build(of(&package)).await,
        "400 1004 CF-BadRequest: Bad request: Cannot stage package whose state is not ready."
    );
    let unusable =
        format!("{PREFIX} Unable to use package. Ensure that the package exists and you have access to it.");
    assert_eq!(build(of("no")).await, unusable);
    assert_eq!(api.post("aud", "/v3/builds", of(&package)).await.refusal(), unusable);
    assert_eq!(api.post("stranger", "/v3/builds", of(&package)).await.refusal(), unusable);
    let with = |key: &str, value: Value| {
        let mut body = of(&package);
        body[key] = value;
        body
    };
    let lifecycle = |data: Value| json!({ "type": "buildpack", "data": data });
    assert_eq!(
        build(with("lifecycle", lifecycle(json!({ "stack": "none" })))).await,
        format!("{PREFIX} Stack must be an existing stack")
    );
    assert_eq!(
        build(with("lifecycle", lifecycle(json!({ "buildpacks": ["none"] })))).await,
        format!(
            "{PREFIX} Buildpack \"none\" for stack \"cflinuxfs4\" must be an existing admin buildpack or a valid git URI"
        )
    );
    assert_eq!(
        build(with("lifecycle", Value::Null)).await,
        format!("{PREFIX} Lifecycle type must be a string, Lifecycle data must be an object")
    );
}

async fn everything_wrong_with_the_body_is_said_at_once(api: TestApi) {
    BitsWorld::new(&api).await;
    let body = json!({ "x": 1, "staging_memory_in_mb": 0, "staging_disk_in_mb": "a", "staging_log_rate_limit_bytes_per_second": -2 });
    assert_eq!(
        api.post("dev", "/v3/builds", body).await.refusal(),
        format!(
            "{PREFIX} Staging disk in mb is not a number, Staging memory in mb must be greater than 0, \
             Staging log rate limit bytes per second must be greater than or equal to -1, Unknown field(s): 'x', \
             Package guid can't be blank, \
             Package guid must be a string, Package guid must be between 1 and 200 characters"
        )
    );
}

async fn a_build_whose_package_is_gone_fails(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let package = ready(&world).await;
    let created = api.post("dev", "/v3/builds", of(&package)).await;
    let mut tx = api.store().begin().await.unwrap();
    tx.delete_package(&Guid::new(package.as_str())).await.unwrap();
    tx.commit().await.unwrap();
    world.run_jobs_with(MockRuntime::new()).await;
    let build = api.get("dev", &format!("/v3/builds/{}", created.guid())).await;
    assert_eq!(
        (build.text("/state"), build.text("/error")),
        ("FAILED", "StagingError - Staging error: the package was deleted")
    );
}

async fn an_engine_that_is_away_is_asked_again(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let package = ready(&world).await;
    let created = api.post("dev", "/v3/builds", of(&package)).await;
    let mut away = MockRuntime::new();
    away.expect_start_build().times(1).returning(|_| Err(RuntimeError::Unavailable("away".to_owned())));
    world.run_jobs_with(away).await;
    assert_eq!(api.get("dev", &format!("/v3/builds/{}", created.guid())).await.text("/state"), "STAGING");
    api.clock.advance(600);
    let mut back = MockRuntime::new();
    back.expect_start_build().times(1).returning(|_| Ok(()));
    world.run_jobs_with(back).await;
}

async fn what_still_stages_is_cancelled_with_its_app(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let build = world.build_of(&ready(&world).await).await;
    assert_eq!(api.delete("dev", &format!("/v3/apps/{}", world.app)).await.status, 202);
    let mut runtime = MockRuntime::new();
    runtime.expect_cancel_build().times(1).returning(|_| Ok(()));
    runtime.expect_remove_process().returning(|_| Ok(()));
    world.run_jobs_with(runtime).await;
    assert_eq!(api.get("admin", &format!("/v3/builds/{build}")).await.status, 404);
    assert_eq!(world.report(&build, Err("x".to_owned())).await, Ack::Unknown);
}

async fn lost_builds_are_swept(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let build = world.build_of(&ready(&world).await).await;
    api.clock.advance(900 + 299);
    assert_eq!(cc_actions::build::sweep(&api.ports).await.unwrap(), 0);
    api.clock.advance(2);
    assert_eq!(cc_actions::build::sweep(&api.ports).await.unwrap(), 1);
    let build = api.get("dev", &format!("/v3/builds/{build}")).await;
    assert_eq!(
        (build.text("/state"), build.text("/error")),
        ("FAILED", "StagingTimeExpired - Staging time expired: staging failed")
    );
}

async fn a_held_read_is_answered_when_the_build_ends(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let build = world.build_of(&ready(&world).await).await;
    let actor = cc_domain::actor::Actor::system();
    let (guid, hold) = (Guid::new(build.as_str()), Duration::from_secs(30).into());
    let begun = Instant::now();
    let held = cc_actions::build::get(cc_actions::Call { ports: &api.ports, actor: &actor }, &guid, &hold);
    let (found, _) = tokio::join!(held, world.staged(&build, b"tgz"));
    assert_eq!(found.map(|b| b.state.as_str()).ok(), Some("STAGED"));
    assert!(begun.elapsed() < Duration::from_secs(10));
}

async fn builds_are_listed_to_those_who_see_their_app(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let package = ready(&world).await;
    let first = world.build_of(&package).await;
    world.staged(&first, b"tgz").await;
    let second = world.build_of(&package).await;
    let guids = async |who: &str, path: &str| {
        let answer = api.get(who, path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.each("guid").iter().map(|g| (*g).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(guids("aud", "/v3/builds").await, [first.as_str(), &second]);
    assert!(guids("stranger", "/v3/builds").await.is_empty());
    assert_eq!(guids("dev", "/v3/builds?states=STAGING").await, [second.as_str()]);
    assert_eq!(
        guids("dev", &format!("/v3/builds?package_guids={package}&order_by=-created_at")).await.len(),
        2
    );
    assert!(guids("dev", "/v3/builds?app_guids=x").await.is_empty());
    let nested = format!("/v3/apps/{}/builds", world.app);
    assert_eq!(guids("dev", &format!("{nested}?states=STAGED")).await, [first.as_str()]);
    assert_eq!(api.get("stranger", &nested).await.refusal(), "404 10010 CF-ResourceNotFound: App not found");
    assert_eq!(api.get("dev", &format!("{nested}?app_guids=x")).await.status, 400);
    assert_eq!(
        api.get("stranger", &format!("/v3/builds/{first}")).await.refusal(),
        "404 10010 CF-ResourceNotFound: Build not found"
    );
}

async fn metadata_changes_and_a_state_is_for_the_engine(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let path = format!("/v3/builds/{}", world.build_of(&ready(&world).await).await);
    let body = json!({ "metadata": { "labels": { "a": "b" } } });
    assert_eq!(api.patch("dev", &path, body.clone()).await.text("/metadata/labels/a"), "b");
    assert_eq!(api.patch("aud", &path, body.clone()).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("stranger", &path, body).await.status, 404);
    let patch = async |who: &str, body: Value| api.patch(who, &path, body).await.refusal();
    assert_eq!(patch("dev", json!({ "state": "STAGING" })).await, FORBIDDEN);
    assert_eq!(patch("dev", json!({ "state": "FAILED", "error": "x" })).await, FORBIDDEN);
    assert_eq!(
        patch("admin", json!({ "state": "STAGING" })).await,
        format!("{PREFIX} State 'STAGING' is not a valid state")
    );
    assert_eq!(
        patch("admin", json!({ "state": "STAGED" })).await,
        format!("{PREFIX} Lifecycle 'STAGED' builds require lifecycle data")
    );
    let staged = json!({ "state": "STAGED", "lifecycle": { "type": "buildpack", "data": {} } });
    let engine = format!("{PREFIX} State 'STAGED' is reported by the engine of this installation");
    assert_eq!(patch("admin", staged).await, engine);
    let failed = api.patch("admin", &path, json!({ "state": "FAILED", "error": "x" })).await;
    assert_eq!(failed.text("/state"), "FAILED");
    assert_eq!(failed.text("/error"), "StagerError - Stager error: x");
}

api_tests![
    a_build_is_handed_to_the_engine_and_ends_with_a_droplet,
    a_staging_is_just_over_for_three_seconds,
    one_build_of_an_app_stages_at_a_time,
    what_cannot_be_staged_is_refused,
    everything_wrong_with_the_body_is_said_at_once,
    a_build_whose_package_is_gone_fails,
    an_engine_that_is_away_is_asked_again,
    what_still_stages_is_cancelled_with_its_app,
    lost_builds_are_swept,
    a_held_read_is_answered_when_the_build_ends,
    builds_are_listed_to_those_who_see_their_app,
    metadata_changes_and_a_state_is_for_the_engine
];
