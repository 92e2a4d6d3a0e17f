//! `package_create`, `package_update`, `package_delete`

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, Zipped, a_space, zip_of};
use cc_domain::access::RoleKind;
use serde_json::json;

const INVALID_APP: &str =
    "422 10008 CF-UnprocessableEntity: App is invalid. Ensure it exists and you have access to it.";
const FORBIDDEN: &str = "403 10003 CF-NotAuthorized: You are not authorized to perform the requested action";

async fn a_developer_makes_a_package(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let metadata = json!({ "labels": { "a": "b" } });
    let created =
        world.create_package(&world.app, json!({ "type": "bits", "data": {}, "metadata": metadata })).await;
    insta::assert_snapshot!("created", created.redacted());
    assert_eq!(api.recorded().await.last().map(String::as_str), Some("audit.app.package.create"));
}

async fn a_docker_package_is_ready_and_hides_its_password(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let guid = world.docker_package().await;
    insta::assert_snapshot!("docker", api.get("dev", &format!("/v3/packages/{guid}")).await.redacted());
    assert!(!api.get("admin", "/v3/audit_events").await.body.to_string().contains("s3cret"));
}

async fn everything_wrong_with_the_body_is_said_at_once(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let refused = |body| api.post("dev", "/v3/packages", body);
    assert_eq!(
        refused(json!({ "type": "x", "y": 1 })).await.refusal(),
        "422 10008 CF-UnprocessableEntity: Unknown field(s): 'y', Relationships 'relationships' is not an object, \
         Type must be one of 'bits, docker'"
    );
    assert_eq!(
        world.create_package(&world.app, json!({ "type": "bits", "data": { "image": "a" } })).await.refusal(),
        "422 10008 CF-UnprocessableEntity: Data Data must be empty if provided for bits packages"
    );
    assert_eq!(
        world.create_package(&world.app, json!({ "type": "docker", "data": { "x": 1 } })).await.refusal(),
        "422 10008 CF-UnprocessableEntity: Data Unknown field(s): 'x', Data Image must be a string, Data Image required"
    );
}

async fn nobody_makes_a_package_where_they_may_not(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let body = json!({ "type": "bits", "relationships": { "app": { "data": { "guid": world.app } } } });
    assert_eq!(api.post("stranger", "/v3/packages", body.clone()).await.refusal(), INVALID_APP);
    assert_eq!(api.post("aud", "/v3/packages", body).await.refusal(), FORBIDDEN);
    assert_eq!(world.create_package("no", json!({ "type": "bits" })).await.refusal(), INVALID_APP);
    let docker = json!({ "type": "docker", "data": { "image": "a/b" } });
    assert_eq!(
        world.create_package(&world.app, docker).await.refusal(),
        "422 10008 CF-UnprocessableEntity: Cannot create Docker package for a buildpack app."
    );
    let app = world.docker_app().await;
    assert_eq!(
        world.create_package(&app, json!({ "type": "bits" })).await.refusal(),
        "422 10008 CF-UnprocessableEntity: Cannot create bits package for a Docker app."
    );
}

async fn a_copy_gets_its_bits_by_a_job(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let zip = zip_of(&[Zipped::File("a", b"b")]);
    let source = world.package_of(&zip).await;
    let app = world.new_app("two", json!({})).await;
    let path = format!("/v3/packages?source_guid={source}");
    let to = |app: &str| json!({ "relationships": { "app": { "data": { "guid": app } } }, "other": 1 });
    let copy = api.post("dev", &path, to(&app)).await;
    assert_eq!((copy.status, copy.text("/state")), (201, "COPYING"));
    api.run_jobs().await;
    let copy = api.get("dev", &format!("/v3/packages/{}", copy.guid())).await;
    assert_eq!(copy.text("/state"), "READY");
    let source_now = api.get("dev", &format!("/v3/packages/{source}")).await;
    assert_eq!(copy.at("/data/checksum"), source_now.at("/data/checksum"));
    assert_eq!(world.blobs("packages").len(), 2);

    let prefix = "422 10008 CF-UnprocessableEntity:";
    assert_eq!(
        api.post("dev", &path, to(&world.app)).await.refusal(),
        format!("{prefix} Source and destination app cannot be the same")
    );
    assert_eq!(api.post("dev", &path, json!({})).await.refusal(), INVALID_APP);
    assert_eq!(api.post("aud", &path, to(&app)).await.refusal(), FORBIDDEN);
    let source = "Source package is invalid. Ensure it exists and you have access to it.";
    assert_eq!(
        api.post("dev", "/v3/packages?source_guid=no", to(&app)).await.refusal(),
        format!("{prefix} {source}")
    );
}

async fn a_copy_of_a_package_without_bits_fails(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let (source, app) = (world.package().await, world.new_app("two", json!({})).await);
    let body = json!({ "relationships": { "app": { "data": { "guid": app } } } });
    let copy = api.post("dev", &format!("/v3/packages?source_guid={source}"), body).await;
    api.run_jobs().await;
    let copy = api.get("dev", &format!("/v3/packages/{}", copy.guid())).await;
    assert_eq!(
        (copy.text("/state"), copy.text("/data/error")),
        ("FAILED", format!("failed to copy - Could not find object '{source}'").as_str())
    );
}

async fn metadata_changes_and_credentials_are_for_docker(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let path = format!("/v3/packages/{}", world.package().await);
    let changed = api.patch("dev", &path, json!({ "metadata": { "annotations": { "a": "b" } } })).await;
    assert_eq!((changed.status, changed.text("/metadata/annotations/a")), (200, "b"));
    let credentials =
        "422 10008 CF-UnprocessableEntity: Cannot update Docker credentials for a buildpack app.";
    assert_eq!(api.patch("aud", &path, json!({ "username": "u" })).await.refusal(), credentials);
    assert_eq!(api.patch("aud", &path, json!({})).await.refusal(), FORBIDDEN);
    let missing = "404 10010 CF-ResourceNotFound: Package not found";
    assert_eq!(api.patch("stranger", &path, json!({})).await.refusal(), missing);
    let docker = format!("/v3/packages/{}", world.docker_package().await);
    let changed = api.patch("dev", &docker, json!({ "username": "other", "password": "new" })).await;
    assert_eq!(changed.at("/data"), &json!({ "image": "a/b", "username": "other", "password": "***" }));
}

async fn a_package_goes_with_its_bits(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let path = format!("/v3/packages/{}", world.package_of(&zip_of(&[Zipped::File("a", b"b")])).await);
    assert_eq!(api.delete("aud", &path).await.refusal(), FORBIDDEN);
    assert_eq!(api.delete("stranger", &path).await.status, 404);
    let job = api.delete_now("dev", &path).await;
    assert_eq!((job.text("/operation"), job.text("/state")), ("package.delete", "COMPLETE"));
    assert_eq!(api.get("dev", &path).await.status, 404);
    assert!(world.blobs("packages").is_empty());
    assert_eq!(api.recorded().await.last().map(String::as_str), Some("audit.app.package.delete"));
}

async fn the_packages_of_an_app_go_with_it(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    world.package_of(&zip_of(&[Zipped::File("a", b"b")])).await;
    let job = api.delete_now("dev", &format!("/v3/apps/{}", world.app)).await;
    assert_eq!(job.text("/state"), "COMPLETE", "{job:?}");
    assert!(world.blobs("packages").is_empty());
    assert!(api.get("admin", "/v3/packages").await.each("guid").is_empty());
}

async fn a_supporter_is_no_developer(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    api.give(RoleKind::SpaceSupporter, "sup", &world.space).await;
    let other = a_space().create(&api).await;
    api.give(RoleKind::SpaceDeveloper, "elsewhere", &other).await;
    let body = json!({ "type": "bits", "relationships": { "app": { "data": { "guid": world.app } } } });
    assert_eq!(api.post("sup", "/v3/packages", body.clone()).await.refusal(), FORBIDDEN);
    assert_eq!(api.post("elsewhere", "/v3/packages", body).await.refusal(), INVALID_APP);
}

api_tests![
    a_developer_makes_a_package,
    a_docker_package_is_ready_and_hides_its_password,
    everything_wrong_with_the_body_is_said_at_once,
    nobody_makes_a_package_where_they_may_not,
    a_copy_gets_its_bits_by_a_job,
    a_copy_of_a_package_without_bits_fails,
    metadata_changes_and_credentials_are_for_docker,
    a_package_goes_with_its_bits,
    the_packages_of_an_app_go_with_it,
    a_supporter_is_no_developer
];
