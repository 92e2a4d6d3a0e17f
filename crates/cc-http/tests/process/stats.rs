//! `process_stats_get`, `app_process_stats_get`, `process_instances_list`

use super::{NO_APP, NOT_FOUND, both};
use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, TestEngine};
use cc_domain::runtime::{
    Ack, InstanceEvent, InstancePlace, InstanceState, MockRuntime, ProcessKey, RuntimeError,
};
use serde_json::json;
use std::time::{Duration, Instant};

const STATS: &str = "/stats";

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(60);

/// What the engine says when the app's only instance takes requests.
async fn becomes_ready(world: &BitsWorld<'_>) {
    let version = world.api.get("dev", &both(&world.app, "")[0]).await.text("/version").to_owned();
    let at = InstancePlace {
        key: ProcessKey::new(world.app.as_str(), version).unwrap(),
        index: 0,
        instance: "instance-0".to_owned(),
        cell: "cell".to_owned(),
    };
    let event = InstanceEvent::Readiness { at, ready: true };
    assert_eq!(cc_actions::process::instance_event(&world.api.ports, &event).await, Ack::Recorded);
}

async fn instances_are_shown_with_what_they_use(api: TestApi) {
    let engine = TestEngine::default();
    let api = api.with_runtime(engine.runtime());
    let world = BitsWorld::new(&api).await.with_everyone().await;
    world.assign_droplet().await;
    world.start().await;
    api.post("dev", &both(&world.app, "/actions/scale")[0], json!({ "instances": 4 })).await;
    engine.has(&[InstanceState::Running, InstanceState::Starting, InstanceState::Crashed]);
    let [path, nested] = both(&world.app, STATS);
    let shown = api.get("dev", &path).await;
    insta::assert_snapshot!("stats", shown.redacted());
    for who in ["dev", "aud", "sup", "man", "om", "admin", "admin_read_only", "global_auditor"] {
        assert_eq!(api.get(who, &path).await.body, shown.body, "{who}");
        assert_eq!(api.get(who, &nested).await.body, shown.body, "{who}");
    }
    let list = format!("/v3/processes/{}/process_instances", world.app);
    insta::assert_snapshot!("instances", api.get("aud", &list).await.redacted());
    for who in ["bil", "stranger"] {
        assert_eq!(api.get(who, &path).await.refusal(), NOT_FOUND, "{who}");
        assert_eq!(api.get(who, &list).await.refusal(), NOT_FOUND, "{who}");
        assert_eq!(api.get(who, &nested).await.refusal(), NO_APP, "{who}");
    }
    let other = format!("/v3/apps/{}/processes/worker/stats", world.app);
    assert_eq!(api.get("dev", &other).await.refusal(), NOT_FOUND);
}

async fn what_does_not_run_has_no_stats_and_every_instance_down(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    for path in both(&world.app, STATS) {
        assert_eq!(api.get("dev", &path).await.body, json!({ "resources": [] }));
    }
    api.post("dev", &both(&world.app, "/actions/scale")[0], json!({ "instances": 2 })).await;
    let list = api.get("dev", &format!("/v3/processes/{}/process_instances", world.app)).await;
    let down = |index| json!({ "index": index, "state": "DOWN", "since": null });
    assert_eq!((list.status, list.at("/resources")), (200, &json!([down(0), down(1)])));
}

async fn an_instance_that_is_not_there_yet_is_down(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    world.start().await;
    let down = json!({
        "type": "web", "index": 0, "state": "DOWN", "routable": null, "uptime": 0, "isolation_segment": null,
        "details": null,
    });
    for path in both(&world.app, STATS) {
        assert_eq!(api.get("dev", &path).await.body, json!({ "resources": [down] }));
    }
}

async fn an_engine_that_is_away_has_no_stats(api: TestApi) {
    let mut away = MockRuntime::new();
    away.expect_instances().returning(|_| Err(RuntimeError::Unavailable("away".to_owned())));
    let api = api.with_runtime(away);
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    world.start().await;
    for path in both(&world.app, STATS) {
        let refused = api.get("dev", &path).await;
        assert_eq!(
            refused.refusal(),
            "503 200002 CF-StatsUnavailable: Stats unavailable: Stats server temporarily unavailable."
        );
        assert_eq!(refused.headers["retry-after"], "5");
    }
}

async fn a_held_read_is_answered_when_an_instance_runs(api: TestApi) {
    let engine = TestEngine::default();
    let api = api.with_runtime(engine.runtime()).holding(LONG);
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    world.start().await;
    engine.has(&[InstanceState::Starting]);
    let begun = Instant::now();
    let [_, path] = both(&world.app, STATS);
    let (held, ()) = tokio::join!(api.get("dev", &path), async {
        engine.was_asked().await;
        engine.has(&[InstanceState::Running]);
        becomes_ready(&world).await;
    });
    assert_eq!(held.text("/resources/0/state"), "RUNNING", "{held:?}");
    assert!(begun.elapsed() < LONG);
}

async fn a_held_read_is_answered_when_an_instance_crashes(api: TestApi) {
    let engine = TestEngine::default();
    let api = api.with_runtime(engine.runtime()).holding(LONG);
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    world.start().await;
    engine.has(&[InstanceState::Starting]);
    let [path, _] = both(&world.app, STATS);
    let (held, ()) = tokio::join!(api.get("dev", &path), async {
        engine.was_asked().await;
        engine.has(&[InstanceState::Crashed]);
        becomes_ready(&world).await;
    });
    assert_eq!(held.text("/resources/0/state"), "CRASHED", "{held:?}");
}

async fn nothing_is_held_for_what_runs_or_is_stopped_and_never_for_ever(api: TestApi) {
    let engine = TestEngine::default();
    let api = api.with_runtime(engine.runtime()).holding(LONG);
    let world = BitsWorld::new(&api).await;
    let [path, _] = both(&world.app, STATS);
    assert_eq!(api.get("dev", &path).await.body, json!({ "resources": [] }));
    world.assign_droplet().await;
    world.start().await;
    engine.has(&[InstanceState::Running]);
    assert_eq!(api.get("dev", &path).await.text("/resources/0/state"), "RUNNING");
    engine.has(&[InstanceState::Starting]);
    let list = format!("/v3/processes/{}/process_instances", world.app);
    assert_eq!(api.get("dev", &list).await.text("/resources/0/state"), "STARTING", "lists are not held");
    let shown = cc_actions::process::stats(
        cc_actions::Call { ports: &api.ports, actor: &cc_domain::actor::Actor::system() },
        &world.app.as_str().into(),
        &Duration::from_millis(1).into(),
    )
    .await;
    assert_eq!(shown.unwrap().instances.first().unwrap().status.as_str(), "STARTING");
}

api_tests![
    instances_are_shown_with_what_they_use,
    what_does_not_run_has_no_stats_and_every_instance_down,
    an_instance_that_is_not_there_yet_is_down,
    an_engine_that_is_away_has_no_stats,
    a_held_read_is_answered_when_an_instance_runs,
    a_held_read_is_answered_when_an_instance_crashes,
    nothing_is_held_for_what_runs_or_is_stopped_and_never_for_ever
];
