//! `/v3/stacks`: `stacks_list`, `stack_get`, `stack_create`, `stack_update`, `stack_delete`, `stack_apps_list`

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use serde_json::json;

const PREFIX: &str = "422 10008 CF-UnprocessableEntity:";
const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";
const NOT_FOUND: &str = "404 10010 CF-ResourceNotFound: Stack not found";

async fn an_admin_makes_a_stack(api: TestApi) {
    BitsWorld::new(&api).await;
    let body = json!({ "name": "other", "description": "d", "state": "DEPRECATED", "state_reason": "old", "unknown": 1 });
    let created = api.post("admin", "/v3/stacks", body.clone()).await;
    insta::assert_snapshot!("created", created.redacted());
    assert_eq!(api.recorded().await.last().map(String::as_str), Some("audit.stack.create"));
    assert_eq!(
        api.post("admin", "/v3/stacks", body).await.refusal(),
        format!("{PREFIX} Name must be unique")
    );
    assert_eq!(api.post("dev", "/v3/stacks", json!({})).await.refusal(), FORBIDDEN);
    assert_eq!(api.post("admin_read_only", "/v3/stacks", json!({})).await.refusal(), FORBIDDEN);
    let bad = json!({ "name": "a".repeat(251), "description": "a".repeat(251), "state": "NEW", "state_reason": "a".repeat(5_001) });
    assert_eq!(
        api.post("admin", "/v3/stacks", bad).await.refusal(),
        format!(
            "{PREFIX} Name is too long (maximum is 250 characters), Description is too long (maximum is 250 characters), \
             State must be one of ACTIVE, RESTRICTED, DEPRECATED, DISABLED, State reason is too long (maximum is 5000 characters)"
        )
    );
}

async fn everyone_reads_stacks(api: TestApi) {
    BitsWorld::new(&api).await;
    api.post("admin", "/v3/stacks", json!({ "name": "a-stack" })).await;
    let names =
        async |query: &str| api.get("anyone", &format!("/v3/stacks{query}")).await.each("name").join(" ");
    assert_eq!(names("").await, "cflinuxfs4 a-stack");
    assert_eq!(names("?order_by=name").await, "a-stack cflinuxfs4");
    assert_eq!(names("?names=a-stack").await, "a-stack");
    assert_eq!(names("?default=true").await, "cflinuxfs4");
    assert_eq!(names("?default=false").await, "a-stack");
    let refused = api.get("anyone", "/v3/stacks?default=x").await.refusal();
    assert_eq!(
        refused,
        "400 10005 CF-BadQueryParameter: The query parameter is invalid: Default must be 'true' or 'false'"
    );
    let list = api.get("anyone", "/v3/stacks?names=cflinuxfs4").await;
    assert_eq!(list.at("/resources/0/default"), true);
    let path = format!("/v3/stacks/{}", list.text("/resources/0/guid"));
    assert_eq!(&api.get("anyone", &path).await.body, list.at("/resources/0"));
    assert_eq!(api.get("anyone", "/v3/stacks/no").await.refusal(), NOT_FOUND);
    assert_eq!(api.get("", "/v3/stacks").await.status, 401);
}

async fn a_change_of_the_default_stack_is_warned_about(api: TestApi) {
    BitsWorld::new(&api).await;
    let list = api.get("dev", "/v3/stacks").await;
    let path = format!("/v3/stacks/{}", list.text("/resources/0/guid"));
    let changed = api.patch("admin", &path, json!({ "state": "ACTIVE", "state_reason": "r" })).await;
    assert_eq!((changed.status, changed.text("/state_reason")), (200, "r"));
    let warning = changed.headers["x-cf-warnings"].to_str().unwrap();
    assert!(warning.contains("Changing+state+on+the+default+stack"), "{warning}");
    let changed = api.patch("admin", &path, json!({ "metadata": { "labels": { "a": "b" } } })).await;
    assert!(!changed.headers.contains_key("x-cf-warnings"));
    assert_eq!(api.patch("dev", &path, json!({ "state": "x" })).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("dev", "/v3/stacks/no", json!({})).await.refusal(), NOT_FOUND);
    assert_eq!(
        api.patch("admin", &path, json!({ "state": null, "name": "x" })).await.refusal(),
        format!(
            "{PREFIX} Unknown field(s): 'name', State must be one of ACTIVE, RESTRICTED, DEPRECATED, DISABLED"
        )
    );
    assert_eq!(api.recorded().await.last().map(String::as_str), Some("audit.stack.update"));
}

async fn a_stack_that_apps_use_stays(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let guid = api.post("admin", "/v3/stacks", json!({ "name": "mine" })).await.guid().to_owned();
    let lifecycle = json!({ "type": "buildpack", "data": { "stack": "mine" } });
    let app = world.new_app("two", json!({ "lifecycle": lifecycle })).await;
    let path = format!("/v3/stacks/{guid}");
    let apps = api.get("aud", &format!("{path}/apps?names=two&stacks=other&include=space")).await;
    assert_eq!((apps.each("guid"), apps.at("/included").is_null()), (vec![app.as_str()], true));
    assert_eq!(
        apps.text("/pagination/first/href"),
        format!("https://api.example.org{path}/apps?page=1&per_page=50")
    );
    assert!(api.get("stranger", &format!("{path}/apps")).await.each("guid").is_empty());
    assert_eq!(api.get("aud", "/v3/stacks/no/apps").await.refusal(), NOT_FOUND);
    assert_eq!(
        api.delete("admin", &path).await.refusal(),
        format!("{PREFIX} Cannot delete stack 'mine' because apps are currently using the stack.")
    );
    assert_eq!(api.delete("dev", &path).await.refusal(), FORBIDDEN);
    assert_eq!(api.delete("dev", "/v3/stacks/no").await.refusal(), NOT_FOUND);
    api.delete_now("dev", &format!("/v3/apps/{app}")).await;
    assert_eq!(api.delete("admin", &path).await.status, 204);
    assert_eq!(api.get("dev", &path).await.refusal(), NOT_FOUND);
    assert_eq!(api.recorded().await.last().map(String::as_str), Some("audit.stack.delete"));
}

api_tests![
    an_admin_makes_a_stack,
    everyone_reads_stacks,
    a_change_of_the_default_stack_is_warned_about,
    a_stack_that_apps_use_stays
];
