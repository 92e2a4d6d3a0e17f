//! `app_start`, `app_stop`, `app_restart`

use super::{FORBIDDEN, NOT_FOUND, PREFIX, SUSPENDED};
use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use cc_domain::app::LifecycleKind;
use cc_domain::droplet::Droplet;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::runtime::{Ensured, MockRuntime, ProcessKey, ProcessRef};
use serde_json::json;

const VERBS: [&str; 3] = ["start", "stop", "restart"];

async fn act(api: &TestApi, world: &BitsWorld<'_>, who: &str, verb: &str) -> crate::harness::Answer {
    api.post(who, &world.of_app(&format!("/actions/{verb}")), json!({})).await
}

async fn version(api: &TestApi, world: &BitsWorld<'_>) -> String {
    api.get("dev", &world.of_app("/processes/web")).await.text("/version").to_owned()
}

async fn an_app_starts_stops_and_restarts_with_its_processes(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    let (events, lines) = (api.recorded().await.len(), api.logs.texts().len());
    let first = version(&api, &world).await;
    let started = act(&api, &world, "dev", "start").await;
    insta::assert_snapshot!("started", started.redacted());
    let second = version(&api, &world).await;
    assert_ne!(first, second, "an engine runs versions");
    let stopped = act(&api, &world, "dev", "stop").await;
    assert_eq!((stopped.status, stopped.text("/state")), (200, "STOPPED"));
    assert_eq!(version(&api, &world).await, second);
    let restarted = act(&api, &world, "dev", "restart").await;
    assert_eq!((restarted.status, restarted.text("/state")), (200, "STARTED"));
    assert_ne!(version(&api, &world).await, second);
    assert_eq!(
        api.recorded().await[events..],
        ["audit.app.revision.create", "audit.app.start", "audit.app.stop", "audit.app.restart"]
    );
    assert_eq!(
        api.logs.texts()[lines..],
        ["Starting app with guid <app>", "Stopping app with guid <app>", "Restarted app with guid <app>"]
    );
}

async fn asking_for_what_is_so_changes_nothing_and_is_recorded(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    assert_eq!(act(&api, &world, "dev", "stop").await.text("/state"), "STOPPED");
    world.start().await;
    let running = version(&api, &world).await;
    let events = api.recorded().await.len();
    assert_eq!(act(&api, &world, "dev", "start").await.status, 200);
    assert_eq!(version(&api, &world).await, running);
    assert_eq!(api.recorded().await[events..], ["audit.app.start"]);
    assert_eq!(act(&api, &world, "dev", "restart").await.status, 200);
    assert_ne!(version(&api, &world).await, running, "a restart is never nothing");
}

async fn without_a_droplet_nothing_starts(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let text = format!("{PREFIX} Assign a droplet before starting this app.");
    for verb in ["start", "restart"] {
        assert_eq!(act(&api, &world, "dev", verb).await.refusal(), text);
        assert_eq!(act(&api, &world, "aud", verb).await.refusal(), text, "said before the role is asked for");
        assert_eq!(act(&api, &world, "stranger", verb).await.refusal(), NOT_FOUND);
    }
    assert_eq!(act(&api, &world, "dev", "stop").await.status, 200);
}

async fn developers_and_supporters_start_and_stop(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    world.assign_droplet().await;
    for verb in VERBS {
        for who in ["aud", "man", "om", "admin_read_only", "global_auditor", "read-only-dev"] {
            assert_eq!(act(&api, &world, who, verb).await.refusal(), FORBIDDEN, "{who}");
        }
        for who in ["bil", "stranger"] {
            assert_eq!(act(&api, &world, who, verb).await.refusal(), NOT_FOUND, "{who}");
        }
        assert_eq!(act(&api, &world, "sup", verb).await.status, 200);
        assert_eq!(
            api.post("dev", &format!("/v3/apps/no/actions/{verb}"), json!({})).await.refusal(),
            NOT_FOUND
        );
    }
    world.suspend_space().await;
    for verb in VERBS {
        assert_eq!(act(&api, &world, "dev", verb).await.refusal(), SUSPENDED);
        assert_eq!(act(&api, &world, "admin", verb).await.status, 200);
    }
}

async fn a_docker_app_starts_while_its_flag_is_on(api: TestApi) {
    let mut world = BitsWorld::new(&api).await;
    let other = world.droplet().await;
    world.app = world.docker_app().await;
    let mut tx = api.store().begin().await.unwrap();
    let other = tx.find_droplet(&Guid::new(other), &Scope::Everything).await.unwrap().unwrap();
    let droplet = Droplet {
        guid: api.ports.new_guid(),
        app: Guid::new(world.app.as_str()),
        lifecycle: LifecycleKind::Docker,
        image: Some("a/b".to_owned()),
        package: None,
        build: None,
        ..other
    };
    tx.insert_droplet(&droplet).await.unwrap();
    tx.commit().await.unwrap();
    let body = json!({ "data": { "guid": droplet.guid.as_str() } });
    let assigned = api.patch("dev", &world.of_app("/relationships/current_droplet"), body).await;
    assert_eq!(assigned.status, 200, "{assigned:?}");
    api.set_flag("diego_docker", false).await;
    for verb in ["start", "restart"] {
        let refusal = act(&api, &world, "dev", verb).await.refusal();
        assert_eq!(refusal, "403 330002 CF-FeatureDisabled: Feature Disabled: diego_docker");
    }
    assert_eq!(act(&api, &world, "dev", "stop").await.status, 200);
    api.set_flag("diego_docker", true).await;
    assert_eq!(act(&api, &world, "dev", "start").await.status, 200);
}

async fn the_engine_follows(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    world.start().await;
    let running = version(&api, &world).await;
    let mut runtime = MockRuntime::new();
    runtime.expect_versions_of().returning(|_| Ok(Vec::new()));
    let wanted = ProcessKey::new(world.app.as_str(), running).unwrap();
    let key = wanted.clone();
    runtime
        .expect_ensure_process()
        .times(1)
        .withf(move |spec| spec.key == key)
        .returning(|_| Ok(Ensured::Created));
    world.run_jobs_with(runtime).await;
    act(&api, &world, "dev", "stop").await;
    let mut runtime = MockRuntime::new();
    let app = world.app.clone();
    let there = ProcessRef::Key(wanted.clone());
    runtime
        .expect_versions_of()
        .withf(move |process| process.as_str() == app)
        .returning(move |_| Ok(vec![wanted.clone()]));
    runtime.expect_remove_process().times(1).withf(move |key| *key == there).returning(|_| Ok(()));
    world.run_jobs_with(runtime).await;
}

api_tests![
    an_app_starts_stops_and_restarts_with_its_processes,
    asking_for_what_is_so_changes_nothing_and_is_recorded,
    without_a_droplet_nothing_starts,
    developers_and_supporters_start_and_stop,
    a_docker_app_starts_while_its_flag_is_on,
    the_engine_follows
];
