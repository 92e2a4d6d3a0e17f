//! `package_get`, `packages_list`, `app_packages_list`, `package_download`

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, Zipped, zip_of};
use serde_json::json;

async fn packages_are_listed_to_those_who_see_their_app(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let other = world.new_app("two", json!({})).await;
    let first = world.package().await;
    let second =
        world.create_package(&other, json!({ "type": "bits", "metadata": { "labels": { "a": "b" } } })).await;
    let second = second.guid();
    let docker = world.docker_package().await;
    let guids = async |who: &str, path: &str| {
        let answer = api.get(who, path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.each("guid").iter().map(|g| (*g).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(guids("aud", "/v3/packages").await, [first.as_str(), second, &docker]);
    assert!(guids("stranger", "/v3/packages").await.is_empty());
    assert_eq!(guids("dev", "/v3/packages?types=docker").await, [docker.as_str()]);
    assert_eq!(guids("dev", "/v3/packages?states=AWAITING_UPLOAD&order_by=-created_at").await.len(), 2);
    assert_eq!(guids("dev", &format!("/v3/packages?app_guids={other}")).await, [second]);
    assert_eq!(guids("dev", &format!("/v3/packages?space_guids={}", world.space.guid)).await.len(), 3);
    assert_eq!(guids("dev", "/v3/packages?organization_guids=x").await.len(), 0);
    assert_eq!(guids("dev", "/v3/packages?label_selector=a=b").await, [second]);
    assert_eq!(guids("dev", &format!("/v3/apps/{}/packages", world.app)).await, [first.as_str()]);
    insta::assert_snapshot!(
        "list_of_app",
        api.get("dev", &format!("/v3/apps/{other}/packages?types=bits")).await.redacted()
    );
    let nested = format!("/v3/apps/{other}/packages");
    assert_eq!(api.get("stranger", &nested).await.refusal(), "404 10010 CF-ResourceNotFound: App not found");
    assert!(
        api.get("dev", &format!("{nested}?app_guids=x"))
            .await
            .refusal()
            .contains("Unknown query parameter(s): 'app_guids'")
    );
    assert_eq!(
        api.get("stranger", &format!("/v3/packages/{first}")).await.refusal(),
        "404 10010 CF-ResourceNotFound: Package not found"
    );
}

async fn bits_come_back_as_they_were_sent_to_those_who_see_secrets(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let zip = zip_of(&[Zipped::File("a", &[7; 5_000])]);
    let path = format!("/v3/packages/{}/download", world.package_of(&zip).await);
    let answer = api.get("dev", &path).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/octet-stream");
    assert_eq!(answer.headers["content-length"], zip.len().to_string());
    assert_eq!(answer.body.as_str().unwrap(), String::from_utf8_lossy(&zip));
    assert_eq!(api.recorded().await.last().map(String::as_str), Some("audit.app.package.download"));
    assert_eq!(api.get("aud", &path).await.status, 403);
    assert_eq!(api.get("stranger", &path).await.status, 404);
    let waiting = format!("/v3/packages/{}/download", world.package().await);
    assert_eq!(
        api.get("dev", &waiting).await.refusal(),
        "422 10008 CF-UnprocessableEntity: Package has no bits to download."
    );
    let docker = format!("/v3/packages/{}/download", world.docker_package().await);
    assert_eq!(
        api.get("dev", &docker).await.refusal(),
        "422 10008 CF-UnprocessableEntity: Package type must be bits."
    );
}

async fn bits_that_are_gone_are_said_to_be(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let package = world.package_of(&zip_of(&[Zipped::File("a", b"b")])).await;
    let droplet = world.droplet().await;
    for blob in world.blobs("packages").iter().chain(&world.blobs("droplets")) {
        std::fs::remove_file(blob).unwrap();
    }
    assert_eq!(
        api.get("dev", &format!("/v3/packages/{package}/download")).await.refusal(),
        "404 10010 CF-ResourceNotFound: The package's bits were not found"
    );
    assert_eq!(
        api.get("dev", &format!("/v3/droplets/{droplet}/download")).await.refusal(),
        "404 10010 CF-ResourceNotFound: The droplet's bits were not found"
    );
}

api_tests![
    packages_are_listed_to_those_who_see_their_app,
    bits_come_back_as_they_were_sent_to_those_who_see_secrets,
    bits_that_are_gone_are_said_to_be
];
