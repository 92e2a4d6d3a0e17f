//! `sidecar_create`, `sidecar_update`, `sidecar_delete`

use crate::api_tests;
use crate::harness::{Answer, BitsWorld, TestApi};
use serde_json::{Value, json};

async fn create(world: &BitsWorld<'_>, body: Value) -> Answer {
    world.api.post("dev", &format!("/v3/apps/{}/sidecars", world.app), body).await
}

async fn memory_of_web(world: &BitsWorld<'_>, mb: u32) {
    let path = format!("/v3/apps/{}/processes/web/actions/scale", world.app);
    assert_eq!(world.api.post("dev", &path, json!({ "memory_in_mb": mb })).await.status, 202);
}

async fn a_developer_makes_changes_and_deletes_sidecars(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let body = json!({ "name": "agent", "command": "watch", "process_types": ["worker", "web"], "memory_in_mb": 16 });
    let made = create(&world, body).await;
    insta::assert_snapshot!("made", made.redacted());
    let path = format!("/v3/sidecars/{}", made.guid());
    assert_eq!(api.get("aud", &path).await.body, made.body);
    let change = json!({ "name": "other", "process_types": ["clock"], "memory_in_mb": null });
    let changed = api.patch("dev", &path, change).await;
    insta::assert_snapshot!("changed", changed.redacted());
    let same = api.patch("dev", &path, json!({})).await;
    assert_eq!(same.at("/process_types"), &json!(["clock"]));
    assert_eq!(same.at("/name"), &json!("other"));
    assert_eq!(api.delete("dev", &path).await.status, 204);
    assert_eq!(api.delete("dev", &path).await.refusal(), "404 10010 CF-ResourceNotFound: Sidecar not found");
    let none = api.get("aud", &format!("/v3/apps/{}/sidecars", world.app)).await;
    assert!(none.each("guid").is_empty());
}

async fn everything_wrong_in_a_body_is_said_at_once(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let refusal = create(&world, json!({ "nope": 1, "memory_in_mb": 0 })).await.refusal();
    assert_eq!(
        refusal,
        "422 10008 CF-UnprocessableEntity: Unknown field(s): 'nope', Name can't be blank, Name must be a string, \
         Command can't be blank, Command must be a string, Process types must be an array, \
         Process types must have at least 1 process_type, Memory in mb must be greater than 0"
    );
    let made = create(&world, json!({ "name": "s", "command": "c", "process_types": ["web"] })).await;
    let path = format!("/v3/sidecars/{}", made.guid());
    let refusal = api.patch("dev", &path, json!({ "name": 1, "process_types": [] })).await.refusal();
    assert_eq!(
        refusal,
        "422 10008 CF-UnprocessableEntity: Name must be a string, Process types must have at least 1 process_type"
    );
}

async fn a_name_is_used_once_and_a_process_type_once(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let body = |name: &str, types: Value| json!({ "name": name, "command": "c", "process_types": types });
    let made = create(&world, body("one", json!(["web"]))).await;
    create(&world, body("two", json!(["web"]))).await;
    let taken = "422 10008 CF-UnprocessableEntity: Sidecar with name 'two' already exists for given app";
    assert_eq!(create(&world, body("two", json!([""]))).await.refusal(), taken);
    let path = format!("/v3/sidecars/{}", made.guid());
    assert_eq!(api.patch("dev", &path, json!({ "name": "two" })).await.refusal(), taken);
    for (types, text) in [
        (json!(["web", "web"]), "sidecar_guid and type Sidecar is already associated with process type web"),
        (json!([""]), "type presence"),
        (json!(["t".repeat(256)]), "Process type is too long (maximum is 255 characters)"),
    ] {
        let refusal = create(&world, body("three", types)).await.refusal();
        assert_eq!(refusal, format!("422 10008 CF-UnprocessableEntity: {text}"));
    }
    let long = create(&world, json!({ "name": "l", "command": "c".repeat(4_097), "process_types": ["web"] }));
    assert_eq!(
        long.await.refusal(),
        "422 10008 CF-UnprocessableEntity: Command is too long (maximum is 4096 characters)"
    );
}

async fn a_process_keeps_memory_for_itself(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    memory_of_web(&world, 64).await;
    let body = |name: &str, mb: Value| json!({ "name": name, "command": "c", "process_types": ["web"], "memory_in_mb": mb });
    let full = "422 10008 CF-UnprocessableEntity: The memory allocation defined is too large to run with the dependent \"web\" process";
    assert_eq!(create(&world, body("s", json!(64))).await.refusal(), full);
    assert_eq!(create(&world, body("s", json!(4_000_000_000_u64))).await.refusal(), full);
    let made = create(&world, body("s", json!(40))).await;
    assert_eq!(create(&world, body("t", json!(24))).await.refusal(), full);
    let path = format!("/v3/sidecars/{}", made.guid());
    assert_eq!(api.patch("dev", &path, json!({ "memory_in_mb": 63 })).await.status, 200);
    assert_eq!(api.patch("dev", &path, json!({ "memory_in_mb": 64 })).await.refusal(), full);
    let path = format!("/v3/apps/{}/processes/web/actions/scale", world.app);
    assert_eq!(
        api.post("dev", &path, json!({ "memory_in_mb": 63 })).await.refusal(),
        "422 10008 CF-UnprocessableEntity: The requested memory allocation is not large enough to run all of your sidecar processes"
    );
}

async fn those_who_only_see_an_app_change_none_of_its_sidecars(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let made = create(&world, json!({ "name": "s", "command": "c", "process_types": ["web"] })).await;
    let (one, all) = (format!("/v3/sidecars/{}", made.guid()), format!("/v3/apps/{}/sidecars", world.app));
    for (who, of_one, of_all) in [
        (
            "aud",
            "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action",
            "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action",
        ),
        (
            "stranger",
            "404 10010 CF-ResourceNotFound: Sidecar not found",
            "404 10010 CF-ResourceNotFound: App not found",
        ),
    ] {
        assert_eq!(api.post(who, &all, json!({ "nope": 1 })).await.refusal(), of_all);
        assert_eq!(api.patch(who, &one, json!({ "nope": 1 })).await.refusal(), of_one);
        assert_eq!(api.delete(who, &one).await.refusal(), of_one);
    }
}

api_tests![
    a_developer_makes_changes_and_deletes_sidecars,
    everything_wrong_in_a_body_is_said_at_once,
    a_name_is_used_once_and_a_process_type_once,
    a_process_keeps_memory_for_itself,
    those_who_only_see_an_app_change_none_of_its_sidecars,
];
