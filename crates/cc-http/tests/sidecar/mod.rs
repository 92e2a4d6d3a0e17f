//! What `cf app` reads besides the app: `sidecar_get`, `app_sidecars_list`, `process_sidecars_list`

mod write;

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use serde_json::json;

async fn sidecars_of_a_droplet_are_those_of_the_app_and_its_process(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let droplet = world.droplet().await;
    let assign = format!("/v3/apps/{}/relationships/current_droplet", world.app);
    assert_eq!(api.patch("dev", &assign, json!({ "data": { "guid": droplet } })).await.status, 200);
    let list = api.get("aud", &format!("/v3/apps/{}/sidecars?guids=&per_page=1", world.app)).await;
    assert!(list.each("guid").is_empty());
    let list = api.get("aud", &format!("/v3/apps/{}/sidecars", world.app)).await;
    insta::assert_snapshot!("of_app", list.redacted());
    let processes = api.get("aud", &format!("/v3/apps/{}/processes", world.app)).await;
    let of_process = format!("/v3/processes/{}/sidecars", processes.text("/resources/0/guid"));
    assert_eq!(api.get("aud", &of_process).await.each("name"), ["side"]);
    let path = format!("/v3/sidecars/{}", list.text("/resources/0/guid"));
    assert_eq!(&api.get("aud", &path).await.body, list.at("/resources/0"));
    assert_eq!(
        api.get("stranger", &path).await.refusal(),
        "404 10010 CF-ResourceNotFound: Sidecar not found"
    );
    assert_eq!(
        api.get("stranger", &of_process).await.refusal(),
        "404 10010 CF-ResourceNotFound: Process not found"
    );
    let of_app = format!("/v3/apps/{}/sidecars", world.app);
    assert_eq!(api.get("stranger", &of_app).await.refusal(), "404 10010 CF-ResourceNotFound: App not found");
}

api_tests![sidecars_of_a_droplet_are_those_of_the_app_and_its_process];
