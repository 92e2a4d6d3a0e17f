//! `task_get`, `tasks_list`, `app_tasks_list`, `task_update`

use super::{create, engine, world};
use crate::api_tests;
use crate::harness::TestApi;
use serde_json::json;

async fn a_command_is_for_those_who_see_secrets_and_in_no_list_of_all(api: TestApi) {
    let (_, runtime) = engine(true);
    let api = api.with_runtime(runtime);
    let (world, _) = world(&api).await;
    let made = create(&world, json!({ "command": "secret", "name": "one" })).await;
    let path = format!("/v3/tasks/{}", made.guid());
    assert_eq!(api.get("dev", &path).await.body, made.body);
    let of_auditor = api.get("aud", &path).await;
    assert!(of_auditor.body.get("command").is_none(), "{of_auditor:?}");
    assert_eq!(api.get("stranger", &path).await.refusal(), "404 10010 CF-ResourceNotFound: Task not found");
    let of_app = format!("/v3/apps/{}/tasks", world.app);
    assert_eq!(api.get("dev", &of_app).await.text("/resources/0/command"), "secret");
    for (who, path) in [("aud", of_app.as_str()), ("dev", "/v3/tasks")] {
        let list = api.get(who, path).await;
        assert_eq!(list.each("name"), ["one"]);
        assert!(list.at("/resources/0").get("command").is_none(), "{list:?}");
    }
    assert!(api.get("stranger", "/v3/tasks").await.each("name").is_empty());
    assert_eq!(api.get("stranger", &of_app).await.refusal(), "404 10010 CF-ResourceNotFound: App not found");
}

async fn lists_are_filtered(api: TestApi) {
    let (_, runtime) = engine(true);
    let api = api.with_runtime(runtime);
    let (world, _) = world(&api).await;
    let one =
        create(&world, json!({ "command": "x", "name": "one", "metadata": { "labels": { "k": "v" } } }))
            .await;
    create(&world, json!({ "command": "x", "name": "two" })).await;
    super::report(&api, one.guid(), None).await;
    let of_app = format!("/v3/apps/{}/tasks", world.app);
    let organization = &world.space.organization;
    for (query, names) in [
        ("names=TWO,none".to_owned(), vec!["two"]),
        ("states=SUCCEEDED".to_owned(), vec!["one"]),
        ("label_selector=k=v".to_owned(), vec!["one"]),
        (format!("guids={}", one.guid()), vec!["one"]),
        (format!("app_guids={}", world.app), vec!["one", "two"]),
        (format!("space_guids={}", world.space.guid), vec!["one", "two"]),
        (format!("organization_guids={organization}"), vec!["one", "two"]),
        ("organization_guids=none".to_owned(), vec![]),
        ("order_by=-created_at".to_owned(), vec!["two", "one"]),
    ] {
        assert_eq!(api.get("dev", &format!("/v3/tasks?{query}")).await.each("name"), names, "{query}");
    }
    assert_eq!(api.get("dev", &format!("{of_app}?sequence_ids=2,x")).await.each("name"), ["two"]);
    for (path, unknown) in [
        ("/v3/tasks?sequence_ids=1".to_owned(), "sequence_ids"),
        (format!("{of_app}?app_guids=x"), "app_guids"),
    ] {
        assert_eq!(
            api.get("dev", &path).await.refusal(),
            format!(
                "400 10005 CF-BadQueryParameter: The query parameter is invalid: Unknown query parameter(s): '{unknown}'"
            )
        );
    }
}

async fn metadata_is_all_that_changes(api: TestApi) {
    let (_, runtime) = engine(true);
    let api = api.with_runtime(runtime);
    let (world, _) = world(&api).await;
    let made = create(&world, json!({ "command": "x" })).await;
    let path = format!("/v3/tasks/{}", made.guid());
    let change = json!({ "metadata": { "labels": { "a": "b" } } });
    let changed = api.patch("dev", &path, change.clone()).await;
    assert_eq!(changed.at("/metadata/labels"), &json!({ "a": "b" }));
    assert_eq!(
        api.patch("aud", &path, change).await.refusal(),
        "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action"
    );
    for path in [path.as_str(), "/v3/tasks/nope"] {
        assert_eq!(
            api.patch("dev", path, json!({ "name": "x" })).await.refusal(),
            "422 10008 CF-UnprocessableEntity: Unknown field(s): 'name'"
        );
    }
}

async fn a_task_outlives_its_droplet(api: TestApi) {
    let (_, runtime) = engine(true);
    let api = api.with_runtime(runtime);
    let (world, _) = world(&api).await;
    let spare = world.droplet().await;
    let made = create(&world, json!({ "command": "x", "droplet_guid": spare })).await;
    assert_eq!(made.text("/user"), "vcap");
    api.delete_now("dev", &format!("/v3/droplets/{spare}")).await;
    let shown = api.get("dev", &format!("/v3/tasks/{}", made.guid())).await;
    assert_eq!(shown.at("/user"), &json!(null));
    assert_eq!(shown.text("/droplet_guid"), spare);
}

api_tests![
    a_command_is_for_those_who_see_secrets_and_in_no_list_of_all,
    lists_are_filtered,
    metadata_is_all_that_changes,
    a_task_outlives_its_droplet,
];
