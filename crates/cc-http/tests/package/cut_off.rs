//! `package_upload` by a server that ends in between: no package stays PROCESSING_UPLOAD for ever.

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, Zipped, zip_of};
use cc_actions::job::Kind;
use cc_domain::blob::ports::MockBlobs;
use cc_domain::job::ClaimedJob;
use futures_util::FutureExt;
use serde_json::json;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// Until an upload that is not queued is given up.
const PATIENCE_SECONDS: i64 = 3_600;

async fn state(api: &TestApi, guid: &str) -> String {
    api.get("dev", &format!("/v3/packages/{guid}")).await.text("/state").to_owned()
}

async fn an_upload_that_is_never_queued_fails_its_package(api: TestApi) {
    let mut blobs = MockBlobs::new();
    blobs.expect_put_file().times(1).returning(|_, _| panic!("the server ends here"));
    blobs.expect_delete().times(1).returning(|_| Ok(()));
    let api = api.with_ports(|ports| ports.blobs = Arc::new(blobs));
    let world = BitsWorld::new(&api).await;
    let guid = world.package().await;
    let path = format!("/v3/packages/{guid}/upload");
    let zip = zip_of(&[Zipped::File("a", b"b")]);
    let _ = AssertUnwindSafe(world.send("dev", &path, &[("bits", &zip)])).catch_unwind().await;
    api.clock.advance(PATIENCE_SECONDS - 1);
    api.run_jobs().await;
    assert_eq!(state(&api, &guid).await, "PROCESSING_UPLOAD");
    api.clock.advance(1);
    api.run_jobs().await;
    let package = api.get("dev", &format!("/v3/packages/{guid}")).await;
    assert_eq!((package.text("/state"), package.text("/data/error")), ("FAILED", "The upload was cut off."));
}

async fn an_upload_that_went_well_is_left_alone(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let guid = world.package_of(&zip_of(&[Zipped::File("a", b"b")])).await;
    let before = api.get("dev", &format!("/v3/packages/{guid}")).await;
    api.clock.advance(PATIENCE_SECONDS);
    assert!(api.run_jobs().await > 0);
    assert_eq!(api.get("dev", &format!("/v3/packages/{guid}")).await.body, before.body);
    assert_eq!(world.blobs("packages").len(), 1);
}

async fn an_upload_that_waits_is_not_cut_off(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let guid = world.package().await;
    let zip = zip_of(&[Zipped::File("a", b"b")]);
    world.send("dev", &format!("/v3/packages/{guid}/upload"), &[("bits", &zip)]).await;
    let look = Kind::named("package.upload_cut_off").unwrap();
    let job = ClaimedJob {
        guid: "look".into(),
        operation: look.name.to_owned(),
        payload: json!({ "guid": guid, "is_second_look": false }),
        attempt: 1,
        owner: "me".to_owned(),
        created_at: api.ports.now(),
    };
    (look.run)(api.ports.clone(), job).await.unwrap();
    api.run_jobs().await;
    assert_eq!(state(&api, &guid).await, "READY");
    assert_eq!(world.blobs("packages").len(), 1);
}

async fn an_upload_that_runs_is_not_cut_off(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let queue = &api.ports.queue;
    let guid = world.package().await;
    let zip = zip_of(&[Zipped::File("a", b"b")]);
    world.send("dev", &format!("/v3/packages/{guid}/upload"), &[("bits", &zip)]).await;
    let running = queue.claim("slow", 1, api.ports.now()).await.unwrap().remove(0);
    api.clock.advance(PATIENCE_SECONDS);
    assert_eq!(api.run_jobs().await, 1, "the second look waits for the run");
    assert_eq!(state(&api, &guid).await, "PROCESSING_UPLOAD");
    let outcome =
        (Kind::named(&running.operation).unwrap().run)(api.ports.clone(), running.clone()).await.unwrap();
    assert!(queue.end(&running, &outcome, api.ports.now()).await.unwrap());
    api.run_jobs().await;
    assert_eq!(state(&api, &guid).await, "READY");
    assert_eq!(world.blobs("packages").len(), 1);
}

api_tests![
    an_upload_that_is_never_queued_fails_its_package,
    an_upload_that_went_well_is_left_alone,
    an_upload_that_waits_is_not_cut_off,
    an_upload_that_runs_is_not_cut_off
];
