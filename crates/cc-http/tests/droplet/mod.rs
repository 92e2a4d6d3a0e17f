//! `/v3/droplets`, and those of apps and packages: `droplets_list`, `droplet_get`, `droplet_update`, `droplet_delete`,
//! `droplet_download`, `app_droplets_list`, `package_droplets_list`, `app_current_droplet_get`, `app_current_droplet_set`,
//! `app_current_droplet_relationship_get`

mod create;
mod expiry;

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, Zipped, zip_of};
use cc_domain::access::RoleKind;
use serde_json::json;

const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";
const NOT_FOUND: &str = "404 10010 CF-ResourceNotFound: Droplet not found";

async fn a_droplet_shows_its_commands_to_those_who_see_secrets(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let path = format!("/v3/droplets/{}", world.droplet().await);
    insta::assert_snapshot!("shown", api.get("dev", &path).await.redacted());
    let hidden = api.get("aud", &path).await;
    assert_eq!(hidden.text("/execution_metadata"), "[PRIVATE DATA HIDDEN]");
    assert_eq!(hidden.at("/process_types"), &json!({ "redacted_message": "[PRIVATE DATA HIDDEN]" }));
    assert_eq!(api.get("stranger", &path).await.refusal(), NOT_FOUND);
    let list = api.get("dev", "/v3/droplets").await;
    assert_eq!(list.text("/resources/0/execution_metadata"), "[PRIVATE DATA HIDDEN IN LISTS]");
    assert_eq!(list.text("/resources/0/process_types/redacted_message"), "[PRIVATE DATA HIDDEN IN LISTS]");
}

async fn the_current_droplet_is_the_one_that_was_assigned(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let droplet = world.droplet().await;
    let (current, relationship) = (
        format!("/v3/apps/{}/droplets/current", world.app),
        format!("/v3/apps/{}/relationships/current_droplet", world.app),
    );
    for path in [&current, &relationship] {
        assert_eq!(api.get("dev", path).await.refusal(), NOT_FOUND);
        assert_eq!(api.get("stranger", path).await.refusal(), "404 10010 CF-ResourceNotFound: App not found");
    }
    let assigned = api.patch("dev", &relationship, json!({ "data": { "guid": droplet } })).await;
    assert_eq!(assigned.status, 200, "{assigned:?}");
    assert_eq!(api.get("aud", &current).await.guid(), droplet);
    assert_eq!(api.get("aud", &relationship).await.body, assigned.body);
    insta::assert_snapshot!("relationship", assigned.redacted());
    let list = format!("/v3/apps/{}/droplets", world.app);
    world.droplet().await;
    assert_eq!(api.get("dev", &list).await.each("guid").len(), 2);
    assert_eq!(api.get("dev", &format!("{list}?current=true")).await.each("guid"), [droplet.as_str()]);
    assert_eq!(
        api.get("dev", &format!("{list}?current=false")).await.refusal(),
        "400 10005 CF-BadQueryParameter: The query parameter is invalid: Current only accepts the value 'true'"
    );
    assert_eq!(api.get("dev", "/v3/droplets?current=true").await.status, 400);
    let path = format!("/v3/droplets/{droplet}");
    let in_use = format!(
        "422 10008 CF-UnprocessableEntity: The droplet is currently used by app with guid \"{}\".",
        world.app
    );
    assert_eq!(api.delete("dev", &path).await.refusal(), in_use);
}

async fn droplets_are_listed_to_those_who_see_their_app(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let package = world.package_of(&zip_of(&[Zipped::File("a", b"b")])).await;
    let first = world.staged(&world.build_of(&package).await, b"one").await;
    let second = world.droplet().await;
    let staging = world.build_of(&package).await;
    let guids = async |who: &str, path: &str| {
        let answer = api.get(who, path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.each("guid").iter().map(|g| (*g).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(guids("aud", "/v3/droplets").await, [first.as_str(), &second], "{staging} is not there");
    assert!(guids("stranger", "/v3/droplets").await.is_empty());
    assert_eq!(guids("dev", &format!("/v3/droplets?app_guids={}&states=STAGED", world.app)).await.len(), 2);
    assert!(guids("dev", "/v3/droplets?space_guids=x").await.is_empty());
    assert_eq!(
        guids("dev", &format!("/v3/droplets?organization_guids={}", world.space.organization)).await.len(),
        2
    );
    let of_package = format!("/v3/packages/{package}/droplets");
    assert_eq!(guids("dev", &of_package).await, [first.as_str()]);
    assert!(guids("dev", &format!("{of_package}?app_guids=x")).await.is_empty());
    assert_eq!(
        api.get("stranger", &of_package).await.refusal(),
        "404 10010 CF-ResourceNotFound: Package not found"
    );
    let of_app = format!("/v3/apps/{}/droplets", world.app);
    assert_eq!(api.get("dev", &format!("{of_app}?space_guids=x")).await.status, 400);
    assert_eq!(api.get("stranger", &of_app).await.status, 404);
}

async fn metadata_changes_and_an_image_is_for_docker(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let path = format!("/v3/droplets/{}", world.droplet().await);
    let body = json!({ "metadata": { "labels": { "a": "b" } } });
    let changed = api.patch("dev", &path, body.clone()).await;
    assert_eq!((changed.text("/metadata/labels/a"), changed.text("/process_types/web")), ("b", "run me"));
    assert_eq!(api.patch("aud", &path, body.clone()).await.refusal(), FORBIDDEN);
    assert_eq!(api.patch("stranger", &path, body).await.refusal(), NOT_FOUND);
    assert_eq!(api.patch("dev", &path, json!({ "image": "a/b" })).await.refusal(), FORBIDDEN);
    let prefix = "422 10008 CF-UnprocessableEntity:";
    assert_eq!(
        api.patch("admin", &path, json!({ "image": "a/b" })).await.refusal(),
        format!("{prefix} Images can only be updated for docker droplets")
    );
    assert_eq!(
        api.patch("admin", &path, json!({ "image": 1, "x": 1 })).await.refusal(),
        format!("{prefix} Image must be a string, Unknown field(s): 'x'")
    );
}

async fn a_droplet_goes_with_its_bits(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let path = format!("/v3/droplets/{}", world.droplet().await);
    assert_eq!(api.delete("aud", &path).await.refusal(), FORBIDDEN);
    assert_eq!(api.delete("stranger", &path).await.refusal(), NOT_FOUND);
    let job = api.delete_now("dev", &path).await;
    assert_eq!((job.text("/operation"), job.text("/state")), ("droplet.delete", "COMPLETE"));
    assert_eq!(api.get("dev", &path).await.refusal(), NOT_FOUND);
    assert!(world.blobs("droplets").is_empty());
    assert_eq!(api.recorded().await.last().map(String::as_str), Some("audit.app.droplet.delete"));
}

async fn bits_come_back_to_all_readers_but_supporters(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    api.give(RoleKind::SpaceSupporter, "sup", &world.space).await;
    let path = format!("/v3/droplets/{}/download", world.droplet().await);
    for who in ["dev", "aud", "admin", "admin_read_only", "global_auditor"] {
        assert_eq!(api.get(who, &path).await.body, json!("tgz"), "{who}");
    }
    assert_eq!(api.get("sup", &path).await.refusal(), FORBIDDEN);
    assert_eq!(api.get("stranger", &path).await.refusal(), NOT_FOUND);
    assert_eq!(api.recorded().await.last().map(String::as_str), Some("audit.app.droplet.download"));
}

api_tests![
    a_droplet_shows_its_commands_to_those_who_see_secrets,
    the_current_droplet_is_the_one_that_was_assigned,
    droplets_are_listed_to_those_who_see_their_app,
    metadata_changes_and_an_image_is_for_docker,
    a_droplet_goes_with_its_bits,
    bits_come_back_to_all_readers_but_supporters
];
