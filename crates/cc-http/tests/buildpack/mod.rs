//! `/v3/buildpacks`: `buildpacks_list`, `buildpack_get`, `buildpack_create`, `buildpack_update`, `buildpack_delete`

mod upload;

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use serde_json::{Value, json};

const PREFIX: &str = "422 10008 CF-UnprocessableEntity:";
const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";
const NOT_FOUND: &str = "404 10010 CF-ResourceNotFound: Buildpack not found";

/// `name position` of each, in the default order.
async fn order(api: &TestApi) -> Vec<String> {
    let list = api.get("anyone", "/v3/buildpacks").await;
    let resources = list.body["resources"].as_array().cloned().unwrap_or_default();
    resources.iter().map(|b| format!("{} {}", b["name"].as_str().unwrap(), b["position"])).collect()
}

async fn create(api: &TestApi, body: Value) -> String {
    let created = api.post("admin", "/v3/buildpacks", body).await;
    assert_eq!(created.status, 201, "{created:?}");
    created.guid().to_owned()
}

async fn an_admin_makes_a_buildpack(api: TestApi) {
    BitsWorld::new(&api).await;
    let created = api
        .post(
            "admin",
            "/v3/buildpacks/",
            json!({ "name": "my_own", "stack": "cflinuxfs4", "enabled": false, "position": 2 }),
        )
        .await;
    insta::assert_snapshot!("created", created.redacted());
    assert_eq!(
        order(&api).await,
        ["staticfile_buildpack 1", "my_own 2", "binary_buildpack 3", "procfile_buildpack 4"]
    );
    assert_eq!(api.recorded().await.last().map(String::as_str), Some("audit.buildpack.create"));
}

async fn a_buildpack_has_a_name_and_stack_of_its_own(api: TestApi) {
    BitsWorld::new(&api).await;
    let refused = async |body: Value| api.post("admin", "/v3/buildpacks", body).await.refusal();
    create(&api, json!({ "name": "one" })).await;
    assert_eq!(
        refused(json!({ "name": "one" })).await,
        format!("{PREFIX} Buildpack with name 'one' and an unassigned stack already exists")
    );
    let mine = json!({ "name": "one", "stack": "cflinuxfs4" });
    create(&api, mine.clone()).await;
    assert_eq!(
        refused(mine).await,
        format!(
            "{PREFIX} Buildpack with name 'one', stack 'cflinuxfs4' and lifecycle 'buildpack' already exists"
        )
    );
    create(&api, json!({ "name": "one", "lifecycle": "cnb" })).await;
    assert_eq!(
        refused(json!({ "name": "two", "stack": "no" })).await,
        format!("{PREFIX} Stack 'no' does not exist")
    );
    assert_eq!(api.post("dev", "/v3/buildpacks", json!({})).await.refusal(), FORBIDDEN);
    assert_eq!(
        refused(json!({ "name": "a b", "position": 0, "enabled": "x", "locked": 1, "lifecycle": "docker", "x": 1 })).await,
        format!(
            "{PREFIX} Unknown field(s): 'x', Name is invalid, Position must be greater than or equal to 1, Enabled must be a boolean, \
             Locked must be a boolean, Lifecycle must be either \"buildpack\" or \"cnb\""
        )
    );
    assert_eq!(
        refused(json!({})).await,
        format!(
            "{PREFIX} Name must be a string, Name can't be blank, Name is too long (maximum is 250 characters), Name is invalid"
        )
    );
}

async fn everyone_reads_buildpacks(api: TestApi) {
    BitsWorld::new(&api).await;
    create(&api, json!({ "name": "none", "metadata": { "labels": { "a": "b" } } })).await;
    create(&api, json!({ "name": "other", "lifecycle": "cnb" })).await;
    let names =
        async |query: &str| api.get("anyone", &format!("/v3/buildpacks{query}")).await.each("name").join(" ");
    assert_eq!(names("?stacks=").await, "none other");
    assert_eq!(names("?stacks=cflinuxfs4&names=binary_buildpack,none").await, "binary_buildpack");
    assert_eq!(names("?lifecycle=cnb").await, "other");
    assert_eq!(names("?label_selector=a").await, "none");
    assert_eq!(
        names("?lifecycle=buildpack&order_by=-position").await,
        "procfile_buildpack binary_buildpack staticfile_buildpack none"
    );
    assert_eq!(
        api.get("anyone", "/v3/buildpacks?lifecycle=docker").await.refusal(),
        "400 10005 CF-BadQueryParameter: The query parameter is invalid: Lifecycle must be either \"buildpack\" or \"cnb\""
    );
    assert_eq!(api.get("anyone", "/v3/buildpacks/no").await.refusal(), NOT_FOUND);
}

async fn a_change_moves_renames_and_gives_a_stack_once(api: TestApi) {
    BitsWorld::new(&api).await;
    let path = format!("/v3/buildpacks/{}", create(&api, json!({ "name": "one" })).await);
    let body = json!({ "name": "two", "stack": "cflinuxfs4", "position": 99, "locked": true, "metadata": { "labels": { "a": "b" } } });
    let changed = api.patch("admin", &path, body).await;
    insta::assert_snapshot!("changed", changed.redacted());
    assert_eq!(order(&api).await.last().map(String::as_str), Some("two 4"));
    let refused = async |body: Value| api.patch("admin", &path, body).await.refusal();
    assert_eq!(
        refused(json!({ "stack": null })).await,
        format!("{PREFIX} Buildpack stack cannot be changed")
    );
    assert_eq!(refused(json!({ "stack": "no" })).await, format!("{PREFIX} Stack 'no' does not exist"));
    assert_eq!(
        refused(json!({ "name": "binary_buildpack" })).await,
        format!(
            "{PREFIX} Buildpack with name 'binary_buildpack', stack 'cflinuxfs4' and lifecycle 'buildpack' already exists"
        )
    );
    assert_eq!(
        refused(json!({ "position": null, "enabled": null, "locked": null })).await,
        format!("{PREFIX} Position is not a number, Enabled must be a boolean, Locked must be a boolean")
    );
    assert_eq!(api.patch("dev", &path, json!({ "x": 1 })).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("dev", "/v3/buildpacks/no", json!({})).await.refusal(), NOT_FOUND);
    assert_eq!(api.recorded().await.last().map(String::as_str), Some("audit.buildpack.update"));
}

async fn those_behind_a_deleted_one_move_up(api: TestApi) {
    BitsWorld::new(&api).await;
    let path = format!("/v3/buildpacks/{}", create(&api, json!({ "name": "one", "position": 2 })).await);
    assert_eq!(api.delete("dev", &path).await.refusal(), FORBIDDEN);
    assert_eq!(api.delete("dev", "/v3/buildpacks/no").await.refusal(), NOT_FOUND);
    let job = api.delete_now("admin", &path).await;
    assert_eq!((job.text("/operation"), job.text("/state")), ("buildpack.delete", "COMPLETE"));
    assert_eq!(order(&api).await, ["staticfile_buildpack 1", "binary_buildpack 2", "procfile_buildpack 3"]);
    assert_eq!(api.recorded().await.last().map(String::as_str), Some("audit.buildpack.delete"));
}

api_tests![
    an_admin_makes_a_buildpack,
    a_buildpack_has_a_name_and_stack_of_its_own,
    everyone_reads_buildpacks,
    a_change_moves_renames_and_gives_a_stack_once,
    those_behind_a_deleted_one_move_up
];
