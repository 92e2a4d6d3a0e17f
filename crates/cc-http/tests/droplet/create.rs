//! `droplet_create` and `droplet_upload`, with their jobs

use super::{FORBIDDEN, NOT_FOUND};
use crate::api_tests;
use crate::harness::{BitsWorld, MAX_UPLOAD, TestApi};
use serde_json::{Value, json};

const PREFIX: &str = "422 10008 CF-UnprocessableEntity:";

fn of(app: &str) -> Value {
    json!({ "relationships": { "app": { "data": { "guid": app } } } })
}

async fn a_droplet_is_made_and_uploaded(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let mut body = of(&world.app);
    body["process_types"] = json!({ "web": "./run", "worker": "" });
    let created = api.post("dev", "/v3/droplets", body).await;
    insta::assert_snapshot!("created", created.redacted());
    let path = format!("/v3/droplets/{}/upload", created.guid());
    let accepted = world.send("dev", &path, &[("bits:d.tgz", b"tgz")]).await;
    assert_eq!((accepted.status, accepted.text("/state")), (202, "PROCESSING_UPLOAD"), "{accepted:?}");
    api.run_jobs().await;
    let job = api.get("dev", &accepted.job_path()).await;
    assert_eq!((job.text("/operation"), job.text("/state")), ("droplet.upload", "COMPLETE"));
    let droplet = api.get("dev", &format!("/v3/droplets/{}", created.guid())).await;
    assert_eq!(droplet.text("/state"), "STAGED");
    assert_eq!(
        droplet.text("/checksum/value"),
        "407f3ae627dafcf01abdcc6632da77b6a2ab73d22077e5c494a90c66329b5fb9"
    );
    assert_eq!(
        world.send("dev", &path, &[("bits:d.tgz", b"tgz")]).await.refusal(),
        format!("{PREFIX} Droplet may be uploaded only once. Create a new droplet to upload bits.")
    );
    let assign = format!("/v3/apps/{}/relationships/current_droplet", world.app);
    assert_eq!(api.patch("dev", &assign, json!({ "data": { "guid": created.guid() } })).await.status, 200);
    assert_eq!(api.recorded().await[2..4], ["audit.app.droplet.create", "audit.app.droplet.upload"]);
    assert!(world.leftovers().is_empty());
}

async fn what_cannot_be_a_droplet_is_refused(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let refused = async |body: Value| api.post("dev", "/v3/droplets", body).await.refusal();
    let missing = |app: &str| {
        format!("{PREFIX} App with guid \"{app}\" does not exist, or you do not have access to it.")
    };
    assert_eq!(refused(of("no")).await, missing("no"));
    assert_eq!(api.post("stranger", "/v3/droplets", of(&world.app)).await.refusal(), missing(&world.app));
    assert_eq!(api.post("aud", "/v3/droplets", of(&world.app)).await.refusal(), FORBIDDEN);
    let docker = world.docker_app().await;
    assert_eq!(
        refused(of(&docker)).await,
        format!("{PREFIX} Droplet creation is not available for apps with docker lifecycles.")
    );
    assert_eq!(
        refused(json!({ "x": 1, "process_types": { "": 1 } })).await,
        format!(
            "{PREFIX} Unknown field(s): 'x', Relationships 'relationships' is not an object, Process types key must not be empty, \
             Process types value must be a string"
        )
    );
}

async fn a_file_that_is_no_droplet_is_refused(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let guid = api.post("dev", "/v3/droplets", of(&world.app)).await.guid().to_owned();
    let path = format!("/v3/droplets/{guid}/upload");
    let prefix = format!("{PREFIX} Uploaded droplet file is invalid:");
    assert_eq!(
        world.send("dev", &path, &[("bits:d.zip", b"x")]).await.refusal(),
        format!("{prefix} d.zip is not a tgz")
    );
    assert_eq!(
        world.send("dev", &path, &[("bits:d.tar.gz", b"")]).await.refusal(),
        format!("{prefix} d.tar.gz cannot be empty")
    );
    let missing = format!("{prefix} A droplet tgz file must be uploaded as 'bits'");
    assert_eq!(world.send("dev", &path, &[]).await.refusal(), missing);
    assert_eq!(api.post("dev", "/v3/droplets/any/upload", json!({})).await.refusal(), missing);
    let named = world.send("dev", "/v3/droplets/any/upload?bits_path=x", &[]).await;
    assert_eq!(named.refusal(), format!("{prefix} Bits path is invalid"));
    assert_eq!(world.send("aud", &path, &[("bits:d.tgz", b"x")]).await.refusal(), FORBIDDEN);
    assert_eq!(world.send("stranger", &path, &[("bits:d.tgz", b"x")]).await.refusal(), NOT_FOUND);
    let bits = vec![1; usize::try_from(MAX_UPLOAD).unwrap() + 1];
    assert_eq!(world.send("dev", &path, &[("bits:d.tgz", &bits)]).await.status, 400);
    assert_eq!(api.get("dev", &format!("/v3/droplets/{guid}")).await.text("/state"), "AWAITING_UPLOAD");
    assert!(world.leftovers().is_empty() && world.blobs("droplets").is_empty());
}

async fn a_copy_gets_its_bits_by_a_job(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let source = world.droplet().await;
    let app = world.new_app("two", json!({})).await;
    let path = format!("/v3/droplets?source_guid={source}");
    let copy = api.post("dev", &path, of(&app)).await;
    assert_eq!(
        (copy.status, copy.text("/state"), copy.at("/checksum")),
        (201, "COPYING", &Value::Null),
        "{copy:?}"
    );
    api.run_jobs().await;
    let copied = api.get("dev", &format!("/v3/droplets/{}", copy.guid())).await;
    assert_eq!((copied.text("/state"), copied.text("/process_types/web")), ("STAGED", "run me"));
    assert_eq!(world.blobs("droplets").len(), 2);

    assert_eq!(api.post("stranger", &path, of(&app)).await.refusal(), NOT_FOUND);
    assert_eq!(
        api.post("dev", &path, of("no")).await.refusal(),
        "404 10010 CF-ResourceNotFound: App not found"
    );
    assert_eq!(api.post("aud", &path, of(&app)).await.refusal(), FORBIDDEN);
    let docker = world.docker_app().await;
    let differ = format!("{PREFIX} source and destination lifecycle types do not match");
    assert_eq!(api.post("dev", &path, of(&docker)).await.refusal(), differ);
    let waiting = api.post("dev", "/v3/droplets", of(&app)).await;
    let path = format!("/v3/droplets?source_guid={}", waiting.guid());
    assert_eq!(
        api.post("dev", &path, of(&world.app)).await.refusal(),
        format!("{PREFIX} source droplet is not staged")
    );
}

api_tests![
    a_droplet_is_made_and_uploaded,
    what_cannot_be_a_droplet_is_refused,
    a_file_that_is_no_droplet_is_refused,
    a_copy_gets_its_bits_by_a_job
];
