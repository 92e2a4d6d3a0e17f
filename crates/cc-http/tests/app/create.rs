//! `app_create`

use super::{FORBIDDEN, PREFIX, SUSPENDED};
use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use serde_json::{Value, json};

/// A request for an app in the space of the world, with these members more.
fn an_app(world: &BitsWorld<'_>, more: Value) -> Value {
    let mut body = json!({
        "name": "new",
        "relationships": { "space": { "data": { "guid": world.space.guid.as_str() } } },
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn refused(world: &BitsWorld<'_>, more: Value) -> String {
    world.api.post("dev", "/v3/apps", an_app(world, more)).await.refusal()
}

/// Sets the state of the default stack.
async fn set_stack(api: &TestApi, state: &str) {
    let stacks = api.get("admin", "/v3/stacks?names=cflinuxfs4").await;
    let path = format!("/v3/stacks/{}", stacks.text("/resources/0/guid"));
    let changed = api.patch("admin", &path, json!({ "state": state, "state_reason": "Move on." })).await;
    assert_eq!(changed.status, 200, "{changed:?}");
}

async fn a_developer_makes_a_stopped_app_with_its_web_process(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let (events, lines) = (api.recorded().await.len(), api.logs.texts().len());
    let more = json!({
        "name": " new ",
        "environment_variables": { "A": "b", "N": 1, "E": null },
        "lifecycle": { "type": "buildpack", "data": { "buildpacks": ["staticfile_buildpack", "https://example.org/b.git"], "stack": "cflinuxfs4" } },
        "metadata": { "labels": { "a": "b" }, "annotations": { "c": "d" } },
    });
    let created = api.post("dev", "/v3/apps", an_app(&world, more)).await;
    insta::assert_snapshot!("created", created.redacted());
    let guid = created.guid();
    assert_eq!(&api.get("dev", &format!("/v3/apps/{guid}")).await.body, &created.body);
    assert_eq!(api.get("dev", &format!("/v3/apps/{guid}/processes/web")).await.guid(), guid);
    let variables = api.get("dev", &format!("/v3/apps/{guid}/environment_variables")).await;
    assert_eq!(variables.at("/var"), &json!({ "A": "b", "E": null, "N": 1 }));
    assert_eq!(api.recorded().await[events..events + 2], ["audit.app.process.create", "audit.app.create"]);
    assert_eq!(api.logs.texts()[lines..], ["Created app with guid <app>", "Added process: \"web\""]);
    let event = api.get("dev", &format!("/v3/audit_events?types=audit.app.create&target_guids={guid}")).await;
    assert_eq!(event.text("/resources/0/data/request/environment_variables"), "[PRIVATE DATA HIDDEN]");
    assert_eq!(event.text("/resources/0/data/request/name"), " new ");
}

async fn without_a_lifecycle_an_app_is_built_on_the_default_stack(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let created = api.post("dev", "/v3/apps", an_app(&world, json!({}))).await;
    assert_eq!(
        created.at("/lifecycle"),
        &json!({ "type": "buildpack", "data": { "buildpacks": [], "stack": "cflinuxfs4" } })
    );
    assert_eq!(created.at("/relationships/current_droplet/data"), &json!({ "guid": null }));
}

async fn only_developers_make_apps_where_they_see_the_space(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    for who in ["aud", "sup", "man", "om", "admin_read_only", "global_auditor", "read-only-dev"] {
        assert_eq!(api.post(who, "/v3/apps", an_app(&world, json!({}))).await.refusal(), FORBIDDEN, "{who}");
    }
    let invalid = format!("{PREFIX} Invalid space. Ensure that the space exists and you have access to it.");
    for who in ["bil", "stranger"] {
        assert_eq!(api.post(who, "/v3/apps", an_app(&world, json!({}))).await.refusal(), invalid, "{who}");
    }
    let nowhere = json!({ "relationships": { "space": { "data": { "guid": "no" } } } });
    assert_eq!(refused(&world, nowhere).await, invalid);
    assert_eq!(api.post("admin", "/v3/apps", an_app(&world, json!({}))).await.status, 201);
    world.suspend_space().await;
    assert_eq!(refused(&world, json!({ "name": "other" })).await, SUSPENDED);
}

async fn a_name_is_taken_whatever_its_case(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let taken =
        |name: &str| format!("422 10016 CF-UniquenessError: App with the name '{name}' already exists.");
    assert_eq!(refused(&world, json!({ "name": "one" })).await, taken("one"));
    assert_eq!(refused(&world, json!({ "name": "ONE" })).await, taken("ONE"));
    let other = crate::harness::a_space().create(&api).await;
    let elsewhere =
        json!({ "name": "one", "relationships": { "space": { "data": { "guid": other.guid.as_str() } } } });
    assert_eq!(api.post("admin", "/v3/apps", elsewhere).await.status, 201);
}

async fn docker_and_cnb_need_their_flags(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let docker = json!({ "lifecycle": { "type": "docker", "data": {} } });
    let cnb = json!({ "lifecycle": { "type": "cnb", "data": {} } });
    let disabled = |flag: &str| format!("403 330002 CF-FeatureDisabled: Feature Disabled: {flag}");
    assert_eq!(refused(&world, docker.clone()).await, disabled("diego_docker"));
    assert_eq!(refused(&world, cnb.clone()).await, disabled("diego_cnb"));
    assert_eq!(
        api.post("admin", "/v3/apps", an_app(&world, docker.clone())).await.refusal(),
        disabled("diego_docker")
    );
    api.set_flag("diego_docker", true).await;
    let created = api.post("dev", "/v3/apps", an_app(&world, docker)).await;
    assert_eq!(created.at("/lifecycle"), &json!({ "type": "docker", "data": {} }));
    // The engine of these tests stages none.
    api.set_flag("diego_cnb", true).await;
    assert_eq!(
        refused(&world, cnb).await,
        format!("{PREFIX} The cnb lifecycle is not supported by this installation")
    );
    let data = json!({ "name": "x", "lifecycle": { "type": "docker", "data": { "stack": "cflinuxfs4" } } });
    assert_eq!(refused(&world, data).await, format!("{PREFIX} Lifecycle Unknown field(s): 'stack'"));
}

async fn stack_and_buildpacks_have_to_be_there(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let with = |data: Value| json!({ "lifecycle": { "type": "buildpack", "data": data } });
    let no_stack = format!("{PREFIX} Stack must be an existing stack");
    assert_eq!(refused(&world, with(json!({ "stack": "no" }))).await, no_stack);
    assert_eq!(
        refused(&world, with(json!({ "buildpacks": ["no"] }))).await,
        format!(
            "{PREFIX} Buildpack \"no\" for stack \"cflinuxfs4\" must be an existing admin buildpack or a valid git URI"
        )
    );
    assert_eq!(
        refused(&world, with(json!({ "buildpacks": ["no"], "stack": "no" }))).await,
        format!(
            "{PREFIX} Buildpack \"no\" must be an existing admin buildpack or a valid git URI, Stack must be an existing stack"
        )
    );
    let made = api.post("admin", "/v3/buildpacks", json!({ "name": "empty" })).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(
        refused(&world, with(json!({ "buildpacks": ["empty"] }))).await,
        format!(
            "{PREFIX} Buildpack \"empty\" for stack \"cflinuxfs4\" must be an existing admin buildpack or a valid git URI"
        )
    );
}

async fn the_state_of_the_stack_counts_for_those_who_ask_for_it(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let on = |name: &str| json!({ "name": name, "lifecycle": { "type": "buildpack", "data": { "stack": "cflinuxfs4" } } });
    set_stack(&api, "DEPRECATED").await;
    let warned = api.post("dev", "/v3/apps", an_app(&world, on("a"))).await;
    let warning = warned.headers["x-cf-warnings"].to_str().unwrap();
    assert!(warning.contains("will+be+removed+in+the+future.+Move+on."), "{warning}");
    for state in ["RESTRICTED", "DISABLED"] {
        set_stack(&api, state).await;
        let text = format!(
            "{PREFIX} ERROR: Staging failed. The stack 'cflinuxfs4' is '{state}' and cannot be used for staging. Move on."
        );
        assert_eq!(refused(&world, on("b")).await, text);
    }
    let unasked = api.post("dev", "/v3/apps", an_app(&world, json!({ "name": "c" }))).await;
    assert_eq!(unasked.status, 201);
    assert!(!unasked.headers.contains_key("x-cf-warnings"));
}

async fn what_is_wrong_with_a_body_is_said_in_the_words_of_the_reference(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let environment = |key: &str| json!({ "environment_variables": { key: "x" } });
    let cases = [
        (json!({ "x": 1, "y": 2 }), "Unknown field(s): 'x', 'y'"),
        (json!({ "name": "" }), "name presence, name format"),
        (json!({ "name": " " }), "name presence, name format"),
        (json!({ "name": 1 }), "Name must be a string"),
        (json!({ "name": "a".repeat(256) }), "Name is too long (maximum is 255 characters)"),
        (json!({ "relationships": 1 }), "Relationships 'relationships' is not an object"),
        (
            json!({ "relationships": {} }),
            "Relationships 'relationships' must include one or more valid relationships",
        ),
        (
            json!({ "relationships": { "space": 1 } }),
            "Relationships Space must be structured like this: \"space: {\"data\": {\"guid\": \"valid-guid\"}}\"",
        ),
        (environment("VCAP_x"), "environment_variables {:message=>\"cannot start with VCAP_\"}"),
        (environment("vmc"), "environment_variables {:message=>\"cannot start with VMC_\"}"),
        (environment("Port"), "environment_variables {:message=>\"cannot set PORT\"}"),
        (environment(""), "environment_variables {:message=>\"key must be a minimum length of 1\"}"),
        (json!({ "environment_variables": [] }), "Environment variables must be an object"),
        (json!({ "lifecycle": 1 }), "Lifecycle data must be an object"),
        (
            json!({ "lifecycle": { "type": "no", "data": {} } }),
            "Lifecycle type is not included in the list: buildpack, docker, cnb",
        ),
        (json!({ "lifecycle": { "type": "buildpack" } }), "Lifecycle data must be an object"),
        (
            json!({ "lifecycle": { "type": "buildpack", "data": { "buildpacks": [1] } } }),
            "Lifecycle Buildpacks can only contain strings",
        ),
        (
            json!({ "lifecycle": { "type": "buildpack", "data": { "buildpacks": [""] } } }),
            "Lifecycle Buildpacks entries must be between 1 and 4096 characters",
        ),
        (
            json!({ "lifecycle": { "type": "buildpack", "data": { "stack": "" } } }),
            "Lifecycle Stack must be between 1 and 4096 characters",
        ),
    ];
    for (more, text) in cases {
        assert_eq!(refused(&world, more.clone()).await, format!("{PREFIX} {text}"), "{more}");
    }
    assert_eq!(api.post("", "/v3/apps", json!({})).await.status, 401);
}

api_tests![
    a_developer_makes_a_stopped_app_with_its_web_process,
    without_a_lifecycle_an_app_is_built_on_the_default_stack,
    only_developers_make_apps_where_they_see_the_space,
    a_name_is_taken_whatever_its_case,
    docker_and_cnb_need_their_flags,
    stack_and_buildpacks_have_to_be_there,
    the_state_of_the_stack_counts_for_those_who_ask_for_it,
    what_is_wrong_with_a_body_is_said_in_the_words_of_the_reference
];
