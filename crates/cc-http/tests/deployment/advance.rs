//! How deployments go on, on an engine whose instances are what the test says; `deployment_cancel`, `deployment_continue`.

use super::{look, running};
use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, TestEngine};
use cc_domain::runtime::{InstanceState, MockRuntime, RuntimeError};
use serde_json::json;

const RUNNING: InstanceState = InstanceState::Running;

fn over(reason: &str) -> (String, String) {
    ("FINALIZED".to_owned(), reason.to_owned())
}

async fn a_rollout_replaces_instance_by_instance(api: TestApi) {
    let engine = TestEngine::default();
    let api = api.with_runtime(engine.runtime());
    let world = running(&api, 3).await;
    let guid = world.deployed(json!({})).await;
    let mut seen = vec![world.instances().await];
    for running in [vec![], vec![RUNNING], vec![RUNNING; 2], vec![RUNNING; 3]] {
        engine.has(&running);
        look(&api).await;
        seen.push(world.instances().await);
    }
    assert_eq!(seen, [vec![3, 1], vec![3, 1], vec![2, 2], vec![1, 3], vec![3]]);
    assert_eq!(world.status(&guid).await, over("DEPLOYED"));
    let made = world.deployment(&guid).await;
    let web = api.get("dev", &world.of_app("/processes/web")).await;
    assert_eq!(web.guid(), made.text("/new_processes/0/guid"));
    world.scale(2).await;
    assert_eq!(world.turn(&guid, "cancel").await.status, 422);
}

async fn what_is_not_web_starts_anew_in_the_end(api: TestApi) {
    let engine = TestEngine::default();
    let api = api.with_runtime(engine.runtime());
    let world = running(&api, 1).await;
    let mut tx = api.store().begin().await.unwrap();
    let app = tx.lock_app(&world.app.as_str().into()).await.unwrap().unwrap();
    let worker = cc_domain::process::Process::new(
        "worker".into(),
        &app,
        cc_domain::process::ProcessType::parse("worker").unwrap(),
        "before".into(),
        &api.ports.settings.processes,
        api.ports.now(),
    );
    tx.insert_process(&worker).await.unwrap();
    tx.commit().await.unwrap();
    world.deployed(json!({})).await;
    engine.has(&[RUNNING]);
    look(&api).await;
    let scope = cc_domain::list::Scope::Everything;
    let worker =
        api.store().reader().await.unwrap().find_process(&worker.guid, &scope).await.unwrap().unwrap();
    assert_ne!(worker.version.as_str(), "before");
    let web = api.get("dev", &world.of_app("/processes/web")).await;
    let revision = web.text("/relationships/revision/data/guid");
    assert_eq!(worker.revision.unwrap().as_str(), revision);
}

async fn a_crashing_new_process_leaves_the_old_one_alone(api: TestApi) {
    let engine = TestEngine::default();
    let api = api.with_runtime(engine.runtime());
    let world = running(&api, 1).await;
    let guid = world.deployed(json!({})).await;
    engine.has(&[InstanceState::Crashed]);
    for _ in 0..3 {
        look(&api).await;
    }
    assert_eq!(world.instances().await, [1, 1]);
    assert_eq!(world.status(&guid).await, ("ACTIVE".to_owned(), "DEPLOYING".to_owned()));
}

async fn a_canary_waits_at_each_step(api: TestApi) {
    let engine = TestEngine::default();
    let api = api.with_runtime(engine.runtime());
    let world = running(&api, 2).await;
    let steps = json!([{ "instance_weight": 50 }, { "instance_weight": 100 }]);
    let canary = json!({ "strategy": "canary", "options": { "canary": { "steps": steps } } });
    let guid = world.deployed(canary).await;
    assert_eq!(
        world.turn(&guid, "continue").await.refusal(),
        "422 10008 CF-UnprocessableEntity: Cannot continue a deployment with status: ACTIVE and reason: DEPLOYING"
    );
    engine.has(&[RUNNING]);
    look(&api).await;
    insta::assert_snapshot!("paused", world.deployment(&guid).await.redacted());
    look(&api).await;
    assert_eq!(world.instances().await, [2, 1]);
    let before = api.recorded().await.len();
    let continued = world.turn(&guid, "continue").await;
    assert_eq!((continued.status, &continued.body), (200, &json!(null)));
    assert_eq!(api.recorded().await[before..], ["audit.app.deployment.continue"]);
    for running in [vec![RUNNING], vec![RUNNING; 2]] {
        engine.has(&running);
        look(&api).await;
    }
    assert_eq!(world.status(&guid).await.1, "PAUSED");
    assert_eq!(world.instances().await, [0, 2], "all is new, and the old process can still come back");
    assert_eq!(world.turn(&guid, "continue").await.status, 200);
    look(&api).await;
    assert_eq!((world.status(&guid).await, world.instances().await), (over("DEPLOYED"), vec![2]));
}

async fn a_cancellation_brings_back_droplet_and_process(api: TestApi) {
    let engine = TestEngine::default();
    let api = api.with_runtime(engine.runtime());
    let world = BitsWorld::new(&api).await;
    let before = world.assign_droplet().await;
    world.start().await;
    world.scale(3).await;
    let new = world.droplet().await;
    let guid = world.deployed(json!({ "droplet": { "guid": new } })).await;
    engine.has(&[RUNNING]);
    look(&api).await;
    assert_eq!(world.instances().await, [2, 2]);
    let events = api.recorded().await.len();
    assert_eq!(world.turn(&guid, "cancel").await.status, 200);
    assert_eq!(world.turn(&guid, "cancel").await.status, 200, "again is no error");
    assert_eq!(
        api.recorded().await[events..events + 2],
        ["audit.app.droplet.mapped", "audit.app.deployment.cancel"]
    );
    assert_eq!(world.status(&guid).await, ("ACTIVE".to_owned(), "CANCELING".to_owned()));
    let current = api.get("dev", &world.of_app("/relationships/current_droplet")).await;
    assert_eq!(current.text("/data/guid"), before);
    look(&api).await;
    assert_eq!((world.status(&guid).await, world.instances().await), (over("CANCELED"), vec![3]));
    let web = api.get("dev", &world.of_app("/processes/web")).await;
    assert_eq!(web.guid(), world.app, "the process that was there");
}

async fn a_quota_that_fills_up_meanwhile_is_told_in_the_status(api: TestApi) {
    let engine = TestEngine::default();
    let api = api.with_runtime(engine.runtime());
    let world = running(&api, 2).await;
    let guid = world.deployed(json!({ "options": { "web_instances": 4 } })).await;
    let quota = json!({
        "name": "small", "apps": { "total_memory_in_mb": 1_024 },
        "relationships": { "organizations": { "data": [{ "guid": world.space.organization.as_str() }] } },
    });
    assert_eq!(api.post("admin", "/v3/organization_quotas", quota).await.status, 201);
    engine.has(&[RUNNING]);
    look(&api).await;
    let shown = world.deployment(&guid).await;
    assert_eq!(shown.text("/status/details/error"), "memory quota_exceeded");
    assert_eq!(world.instances().await, [2, 1], "nothing of the step remains");
}

async fn without_an_answer_of_the_engine_nothing_happens(api: TestApi) {
    let mut away = MockRuntime::new();
    away.expect_capabilities().returning(Default::default);
    away.expect_instances().returning(|_| Err(RuntimeError::Unavailable("away".to_owned())));
    let api = api.with_runtime(away);
    let world = running(&api, 1).await;
    let guid = world.deployed(json!({})).await;
    look(&api).await;
    assert_eq!(world.instances().await, [1, 1]);
    assert_eq!(world.deployment(&guid).await.at("/status/details/error"), &json!(null));
}

api_tests![
    a_rollout_replaces_instance_by_instance,
    what_is_not_web_starts_anew_in_the_end,
    a_crashing_new_process_leaves_the_old_one_alone,
    a_canary_waits_at_each_step,
    a_cancellation_brings_back_droplet_and_process,
    a_quota_that_fills_up_meanwhile_is_told_in_the_status,
    without_an_answer_of_the_engine_nothing_happens
];
