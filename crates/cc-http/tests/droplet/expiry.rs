//! Packages and droplets that became too many.

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use serde_json::json;

async fn beside_what_is_in_use_the_newest_five_packages_and_droplets_are_kept(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let current = world.assign_droplet().await;
    world.start().await;
    api.run_jobs().await;
    for _ in 0..7 {
        api.clock.advance(1);
        world.droplet().await;
    }
    api.run_jobs().await;
    let states = async |kind: &str| {
        let list = api.get("dev", &world.of_app(&format!("/{kind}"))).await;
        list.each("state").into_iter().map(str::to_owned).collect::<Vec<_>>().join(" ")
    };
    let staged = "STAGED EXPIRED EXPIRED STAGED STAGED STAGED STAGED STAGED";
    assert_eq!(states("droplets").await, staged);
    assert_eq!(states("packages").await, staged.replace("STAGED", "READY"));
    let droplets = api.get("dev", &world.of_app("/droplets")).await;
    assert_eq!(droplets.each("guid")[0], current);
    let expired = droplets.each("guid")[1];
    let to = json!({ "data": { "guid": expired } });
    assert_eq!(
        api.patch("dev", &world.of_app("/relationships/current_droplet"), to).await.refusal(),
        "422 10008 CF-UnprocessableEntity: droplet must be in staged state"
    );
    assert_eq!(world.blobs("droplets").len(), 8, "somebody may be reading them");
    api.clock.advance(901);
    api.run_jobs().await;
    assert_eq!((world.blobs("droplets").len(), world.blobs("packages").len()), (6, 6));
}

async fn a_droplet_that_runs_still_is_in_use(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let running = world.assign_droplet().await;
    world.start().await;
    api.run_jobs().await;
    for _ in 0..7 {
        api.clock.advance(1);
        world.assign_droplet().await;
    }
    api.run_jobs().await;
    let shown = api.get("dev", &format!("/v3/droplets/{running}")).await;
    assert_eq!(shown.text("/state"), "STAGED");
    let list = api.get("dev", &world.of_app("/droplets")).await;
    assert_eq!(list.each("state").iter().filter(|state| **state == "EXPIRED").count(), 1);
}

api_tests![
    beside_what_is_in_use_the_newest_five_packages_and_droplets_are_kept,
    a_droplet_that_runs_still_is_in_use
];
