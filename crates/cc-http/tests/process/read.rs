//! `processes_list`, `process_get`, `app_processes_list`, `app_process_get`

use super::{NO_APP, NOT_FOUND, both};
use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, TestEngine};
use cc_domain::runtime::{InstanceState, MockRuntime, RuntimeError};
use serde_json::{Value, json};

const HIDDEN: &str = "[PRIVATE DATA HIDDEN]";
const HIDDEN_IN_LISTS: &str = "[PRIVATE DATA HIDDEN IN LISTS]";

async fn a_process_shows_what_it_runs_to_those_who_see_secrets(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    for path in both(&world.app, "") {
        assert_eq!(api.get("dev", &path).await.at("/command"), "", "nothing is known yet");
    }
    world.assign_droplet().await;
    insta::assert_snapshot!("process", api.get("dev", &both(&world.app, "")[0]).await.redacted());
    for path in both(&world.app, "") {
        for who in ["dev", "admin", "admin_read_only"] {
            assert_eq!(api.get(who, &path).await.text("/command"), "run me", "{who}");
        }
        for who in ["aud", "sup", "man", "om", "global_auditor"] {
            assert_eq!(api.get(who, &path).await.text("/command"), HIDDEN, "{who}");
        }
    }
    let changed = api.patch("dev", &both(&world.app, "")[0], json!({ "command": "mine" })).await;
    assert_eq!(changed.text("/command"), "mine");
    for path in both(&world.app, "") {
        assert_eq!(api.get("dev", &path).await.text("/command"), "mine");
    }
}

async fn lists_hide_every_command(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    let of_app = format!("/v3/apps/{}/processes", world.app);
    for path in ["/v3/processes", &of_app] {
        assert_eq!(api.get("admin", path).await.each("command"), [HIDDEN_IN_LISTS]);
    }
    insta::assert_snapshot!("list", api.get("dev", &of_app).await.redacted());
    let bare = world.new_app("two", json!({})).await;
    let list = api.get("admin", &format!("/v3/apps/{bare}/processes")).await;
    assert_eq!(list.each("command"), [HIDDEN_IN_LISTS], "also where there is none");
}

async fn whoever_reads_the_space_sees_its_processes(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    let of_app = format!("/v3/apps/{}/processes", world.app);
    for who in ["dev", "aud", "sup", "man", "om", "admin", "admin_read_only", "global_auditor"] {
        assert_eq!(api.get(who, "/v3/processes").await.each("guid"), [world.app.as_str()], "{who}");
        assert_eq!(api.get(who, &of_app).await.each("guid"), [world.app.as_str()], "{who}");
    }
    for who in ["bil", "stranger"] {
        let [one, nested] = both(&world.app, "");
        assert!(api.get(who, "/v3/processes").await.each("guid").is_empty(), "{who}");
        assert_eq!(api.get(who, &of_app).await.refusal(), NO_APP, "{who}");
        assert_eq!(api.get(who, &one).await.refusal(), NOT_FOUND, "{who}");
        assert_eq!(api.get(who, &nested).await.refusal(), NO_APP, "{who}");
    }
    assert_eq!(api.get("dev", &format!("{of_app}/worker")).await.refusal(), NOT_FOUND);
    assert_eq!(api.get("dev", &format!("{of_app}/WEB")).await.refusal(), NOT_FOUND, "case counts");
    assert_eq!(api.get("dev", "/v3/processes/no").await.refusal(), NOT_FOUND);
}

async fn processes_are_filtered(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let one = world.app.clone();
    api.clock.advance(100);
    let two = world.new_app("two", json!({})).await;
    let labelled = json!({ "metadata": { "labels": { "a": "b" } } });
    assert_eq!(api.patch("dev", &format!("/v3/processes/{two}"), labelled).await.status, 200);
    let space = &world.space.guid;
    let cases = [
        ("types=web".to_owned(), vec![&one, &two]),
        ("types=worker,WEB".to_owned(), vec![]),
        (format!("app_guids={two}"), vec![&two]),
        (format!("guids={one},no"), vec![&one]),
        (format!("space_guids={space}"), vec![&one, &two]),
        ("space_guids=no".to_owned(), vec![]),
        (format!("organization_guids={}", world.space.organization), vec![&one, &two]),
        ("label_selector=a%20in%20(b,c)".to_owned(), vec![&two]),
        ("created_ats[gt]=2030-01-01T00:00:00Z".to_owned(), vec![&two]),
        ("order_by=-created_at&per_page=1".to_owned(), vec![&two]),
    ];
    for (query, wanted) in cases {
        let answer = api.get("dev", &format!("/v3/processes?{query}")).await;
        assert_eq!(
            answer.each("guid"),
            wanted.iter().map(|g| g.as_str()).collect::<Vec<_>>(),
            "{query}: {answer:?}"
        );
    }
    let nested = format!("/v3/apps/{two}/processes");
    assert_eq!(
        api.get("dev", &format!("{nested}?types=web&label_selector=a")).await.each("guid"),
        [two.as_str()]
    );
    for (path, name) in [
        (nested.as_str(), "app_guids"),
        (&nested, "space_guids"),
        (&nested, "organization_guids"),
        ("/v3/processes", "x"),
    ] {
        let refusal = api.get("dev", &format!("{path}?{name}=x")).await.refusal();
        let text = format!(
            "400 10005 CF-BadQueryParameter: The query parameter is invalid: Unknown query parameter(s): '{name}'"
        );
        assert!(refusal.starts_with(&text), "{refusal}");
    }
    for path in
        ["/v3/processes?embed=no", &format!("{nested}?embed=no"), &format!("/v3/processes/{two}?embed=no")]
    {
        assert!(
            api.get("dev", path).await.refusal().starts_with("400 10005 CF-BadQueryParameter: "),
            "{path}"
        );
    }
}

async fn instances_are_embedded(api: TestApi) {
    let engine = TestEngine::default();
    let api = api.with_runtime(engine.runtime());
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    let path = format!("{}?embed=process_instances", both(&world.app, "")[0]);
    let never_started = api.get("aud", &path).await;
    let down = json!([{ "index": 0, "state": "DOWN", "since": null }]);
    assert_eq!(never_started.at("/process_instances"), &down);
    world.start().await;
    assert_eq!(api.get("aud", &path).await.at("/process_instances"), &down, "none is there yet");
    engine.has(&[InstanceState::Running]);
    let wanted = json!([{ "index": 0, "state": "RUNNING", "since": 10 }]);
    for path in both(&world.app, "?embed=process_instances") {
        assert_eq!(api.get("aud", &path).await.at("/process_instances"), &wanted);
    }
    for path in ["/v3/processes".to_owned(), format!("/v3/apps/{}/processes", world.app)] {
        let list = api.get("aud", &format!("{path}?embed=process_instances")).await;
        assert_eq!(list.at("/resources/0/process_instances"), &wanted);
        assert_eq!(api.get("aud", &path).await.at("/resources/0/process_instances"), &Value::Null);
    }
    api.post("dev", &world.of_app("/actions/stop"), json!({})).await;
    let stopping = json!([{ "index": 0, "state": "STOPPING", "since": null }]);
    assert_eq!(api.get("aud", &path).await.at("/process_instances"), &stopping);
    let list = api.get("aud", "/v3/processes?embed=process_instances").await;
    assert_eq!(list.at("/resources/0/process_instances"), &stopping);
    engine.has(&[]);
    assert_eq!(api.get("aud", &path).await.at("/process_instances"), &down);
}

async fn an_engine_that_is_away_hides_nothing_of_what_is_stopped(api: TestApi) {
    let mut away = MockRuntime::new();
    away.expect_instances().returning(|_| Err(RuntimeError::Unavailable("away".to_owned())));
    let api = api.with_runtime(away);
    let world = BitsWorld::new(&api).await;
    let list = api.get("dev", "/v3/processes?embed=process_instances").await;
    let down = json!([{ "index": 0, "state": "DOWN", "since": null }]);
    assert_eq!(list.at("/resources/0/process_instances"), &down, "{}", world.app);
}

async fn an_engine_that_is_away_has_no_instances_to_embed(api: TestApi) {
    let mut away = MockRuntime::new();
    away.expect_instances().returning(|_| Err(RuntimeError::Unavailable("away".to_owned())));
    let api = api.with_runtime(away);
    let world = BitsWorld::new(&api).await;
    world.assign_droplet().await;
    world.start().await;
    for path in [
        "/v3/processes?embed=process_instances".to_owned(),
        format!("/v3/processes/{}/process_instances", world.app),
    ] {
        assert_eq!(
            api.get("dev", &path).await.refusal(),
            "503 220002 CF-InstancesUnavailable: Instances information unavailable: Instances server temporarily unavailable."
        );
    }
    assert_eq!(api.get("dev", "/v3/processes").await.status, 200);
}

api_tests![
    a_process_shows_what_it_runs_to_those_who_see_secrets,
    lists_hide_every_command,
    whoever_reads_the_space_sees_its_processes,
    processes_are_filtered,
    instances_are_embedded,
    an_engine_that_is_away_hides_nothing_of_what_is_stopped,
    an_engine_that_is_away_has_no_instances_to_embed
];
