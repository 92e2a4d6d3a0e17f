//! `process_instance_terminate`, `app_process_instance_terminate`

use super::{FORBIDDEN, NO_APP, NOT_FOUND, SUSPENDED, both};
use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use cc_domain::runtime::{MockRuntime, RuntimeError};

const NO_INSTANCE: &str = "404 10010 CF-ResourceNotFound: Instance not found";

async fn an_instance_is_ended_by_its_index(api: TestApi) {
    let mut runtime = MockRuntime::new();
    runtime.expect_stop_instance().times(4).withf(|_, index| *index == 0).returning(|_, _| Ok(()));
    let api = api.with_runtime(runtime);
    let world = BitsWorld::new(&api).await;
    let (events, lines) = (api.recorded().await.len(), api.logs.texts().len());
    // Any text is a number, that of its first digits.
    let words = both(&world.app, "/instances/x");
    for path in both(&world.app, "/instances/0").into_iter().chain(words) {
        let ended = api.delete("dev", &path).await;
        assert_eq!((ended.status, &ended.body), (204, &serde_json::Value::Null));
    }
    assert_eq!(api.recorded().await[events..], ["audit.app.process.terminate_instance"; 4]);
    assert_eq!(api.logs.texts()[lines..], ["Terminating process: \"web\", index: \"0\""; 4]);
    let filter = "types=audit.app.process.terminate_instance";
    let event = api.get("dev", &format!("/v3/audit_events?{filter}&target_guids={}", world.app)).await;
    assert_eq!(
        event.at("/resources/0/data"),
        &serde_json::json!({ "process_guid": world.app, "process_type": "web", "process_index": 0 })
    );
}

async fn only_indices_of_wanted_instances_are_known(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    for index in ["1", "-1", "1x", "99999999999"] {
        for path in both(&world.app, &format!("/instances/{index}")) {
            assert_eq!(api.delete("dev", &path).await.refusal(), NO_INSTANCE, "{path}");
        }
    }
    let events = api.recorded().await;
    assert!(!events.contains(&"audit.app.process.terminate_instance".to_owned()));
}

async fn an_engine_that_is_away_ends_nothing(api: TestApi) {
    let mut away = MockRuntime::new();
    away.expect_stop_instance().returning(|_, _| Err(RuntimeError::Unavailable("away".to_owned())));
    let api = api.with_runtime(away);
    let world = BitsWorld::new(&api).await;
    for path in both(&world.app, "/instances/0") {
        assert_eq!(
            api.delete("dev", &path).await.refusal(),
            "503 170015 CF-RunnerUnavailable: Runner is unavailable: Unable to communicate with the engine"
        );
    }
}

async fn developers_and_supporters_end_instances(api: TestApi) {
    let mut runtime = MockRuntime::new();
    runtime.expect_stop_instance().times(2).returning(|_, _| Ok(()));
    let api = api.with_runtime(runtime);
    let world = BitsWorld::new(&api).await.with_everyone().await;
    for (path, hidden) in both(&world.app, "/instances/0").iter().zip([NOT_FOUND, NO_APP]) {
        for who in ["aud", "man", "om", "admin_read_only", "global_auditor"] {
            assert_eq!(api.delete(who, path).await.refusal(), FORBIDDEN, "{who}");
        }
        for who in ["bil", "stranger"] {
            assert_eq!(api.delete(who, path).await.refusal(), hidden, "{who}");
        }
        assert_eq!(api.delete("sup", path).await.status, 204);
    }
    let other = format!("/v3/apps/{}/processes/worker/instances/0", world.app);
    assert_eq!(api.delete("dev", &other).await.refusal(), NOT_FOUND);
    world.suspend_space().await;
    for path in both(&world.app, "/instances/0") {
        assert_eq!(api.delete("dev", &path).await.refusal(), SUSPENDED);
    }
}

api_tests![
    an_instance_is_ended_by_its_index,
    only_indices_of_wanted_instances_are_known,
    an_engine_that_is_away_ends_nothing,
    developers_and_supporters_end_instances
];
