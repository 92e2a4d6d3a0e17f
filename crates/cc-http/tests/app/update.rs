//! `app_update`

use super::{FORBIDDEN, NOT_FOUND, PREFIX, SUSPENDED};
use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use serde_json::{Value, json};

async fn name_lifecycle_and_metadata_change(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    api.clock.advance(60);
    let body = json!({
        "name": "renamed",
        "lifecycle": { "type": "buildpack", "data": { "buildpacks": ["staticfile_buildpack"], "stack": null } },
        "metadata": { "labels": { "a": "b" }, "annotations": { "c": "d" } },
    });
    let changed = api.patch("dev", &world.of_app(""), body).await;
    insta::assert_snapshot!("changed", changed.redacted());
    assert_eq!(api.get("aud", &world.of_app("")).await.body, changed.body);
    assert_eq!(api.recorded().await.last().map(String::as_str), Some("audit.app.update"));
    assert!(api.logs.texts().last().unwrap().starts_with("Updated app with guid <app>"));
}

async fn what_is_not_named_stays(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let data = json!({ "buildpacks": ["staticfile_buildpack"] });
    api.patch(
        "dev",
        &world.of_app(""),
        json!({ "lifecycle": { "data": data }, "metadata": { "labels": { "a": "b", "c": "d" } } }),
    )
    .await;
    let changed =
        api.patch("dev", &world.of_app(""), json!({ "metadata": { "labels": { "a": null } } })).await;
    assert_eq!(changed.text("/name"), "one");
    assert_eq!(
        changed.at("/lifecycle/data"),
        &json!({ "buildpacks": ["staticfile_buildpack"], "stack": "cflinuxfs4" })
    );
    assert_eq!(changed.at("/metadata/labels"), &json!({ "c": "d" }));
    for (body, text) in [
        (json!({ "name": null }), "name presence, name format"),
        (
            json!({ "lifecycle": { "type": "", "data": {} } }),
            "Lifecycle type is not included in the list: buildpack, docker, cnb",
        ),
    ] {
        let refused = api.patch("dev", &world.of_app(""), body).await;
        assert_eq!(refused.refusal(), format!("422 10008 CF-UnprocessableEntity: {text}"));
    }
}

async fn an_app_may_keep_its_name_and_not_take_anothers(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.new_app("two", json!({})).await;
    assert_eq!(api.patch("dev", &world.of_app(""), json!({ "name": "ONE" })).await.text("/name"), "ONE");
    let taken = format!("{PREFIX} App with the name 'Two' already exists.");
    assert_eq!(api.patch("dev", &world.of_app(""), json!({ "name": "Two" })).await.refusal(), taken);
}

async fn a_lifecycle_keeps_its_type(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let of = |kind: &str, data: Value| json!({ "lifecycle": { "type": kind, "data": data } });
    assert_eq!(
        api.patch("dev", &world.of_app(""), of("docker", json!({}))).await.refusal(),
        format!("{PREFIX} Lifecycle type cannot be changed from buildpack to docker")
    );
    assert_eq!(
        api.patch("dev", &world.of_app(""), of("buildpack", json!({ "stack": "no" }))).await.refusal(),
        format!("{PREFIX} Stack must be an existing stack")
    );
    assert_eq!(
        api.patch("dev", &world.of_app(""), of("buildpack", json!({ "buildpacks": ["no"] }))).await.refusal(),
        format!(
            "{PREFIX} Buildpack \"no\" for stack \"cflinuxfs4\" must be an existing admin buildpack or a valid git URI"
        )
    );
}

async fn a_restricted_stack_is_for_apps_that_were_built(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let stacks = api.get("admin", "/v3/stacks?names=cflinuxfs4").await;
    let stack = format!("/v3/stacks/{}", stacks.text("/resources/0/guid"));
    assert_eq!(api.patch("admin", &stack, json!({ "state": "RESTRICTED" })).await.status, 200);
    let body = json!({ "lifecycle": { "data": { "stack": "cflinuxfs4" } } });
    assert_eq!(
        api.patch("dev", &world.of_app(""), body.clone()).await.refusal(),
        format!(
            "{PREFIX} ERROR: Staging failed. The stack 'cflinuxfs4' is 'RESTRICTED' and cannot be used for staging."
        )
    );
    assert_eq!(api.patch("admin", &stack, json!({ "state": "ACTIVE" })).await.status, 200);
    world.droplet().await;
    assert_eq!(api.patch("admin", &stack, json!({ "state": "RESTRICTED" })).await.status, 200);
    let warned = api.patch("dev", &world.of_app(""), body).await;
    assert_eq!(warned.status, 200, "{warned:?}");
    assert!(warned.headers.contains_key("x-cf-warnings"));
}

async fn only_developers_change_apps(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    let body = json!({ "name": "x" });
    for who in ["aud", "sup", "man", "om", "admin_read_only", "global_auditor", "read-only-dev"] {
        assert_eq!(api.patch(who, &world.of_app(""), body.clone()).await.refusal(), FORBIDDEN, "{who}");
    }
    for who in ["bil", "stranger"] {
        assert_eq!(api.patch(who, &world.of_app(""), body.clone()).await.refusal(), NOT_FOUND, "{who}");
    }
    assert_eq!(api.patch("dev", "/v3/apps/no", body.clone()).await.refusal(), NOT_FOUND);
    assert_eq!(
        api.patch("stranger", "/v3/apps/no", json!({ "environment_variables": {} })).await.refusal(),
        format!("{PREFIX} Unknown field(s): 'environment_variables'"),
        "the body comes first"
    );
    world.suspend_space().await;
    assert_eq!(api.patch("dev", &world.of_app(""), body.clone()).await.refusal(), SUSPENDED);
    assert_eq!(api.patch("admin", &world.of_app(""), body).await.status, 200);
}

api_tests![
    name_lifecycle_and_metadata_change,
    what_is_not_named_stays,
    an_app_may_keep_its_name_and_not_take_anothers,
    a_lifecycle_keeps_its_type,
    a_restricted_stack_is_for_apps_that_were_built,
    only_developers_change_apps
];
