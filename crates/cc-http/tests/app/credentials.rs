//! Addresses of buildpacks with a password in them: kept for the staging, shown to nobody.

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, Zipped, zip_of};
use axum::body::Body;
use axum::http::Request;
use cc_domain::app::Lifecycle;
use cc_domain::list::Scope;
use cc_domain::runtime::MockRuntime;
use serde_json::{Value, json};

const GIVEN: &str = "https://ann:hush@host.io/b.git#v1";
const SHOWN: &str = "https://***:***@host.io/b.git#v1";

async fn kept(api: &TestApi, guid: &str) -> Vec<String> {
    let app = api.store().reader().await.unwrap().find_app(&guid.into(), &Scope::Everything).await.unwrap();
    match app.unwrap().lifecycle {
        Lifecycle::Buildpack { buildpacks, .. } => buildpacks,
        Lifecycle::Cnb { .. } | Lifecycle::Docker => Vec::new(),
    }
}

fn lifecycle(buildpack: &str) -> Value {
    json!({ "type": "buildpack", "data": { "buildpacks": [buildpack] } })
}

async fn the_password_of_a_buildpack_is_shown_nowhere(api: TestApi) {
    let space = BitsWorld::new(&api).await.space;
    let body = json!({
        "name": "a",
        "lifecycle": { "type": "buildpack", "data": { "buildpacks": [GIVEN] } },
        "relationships": { "space": { "data": { "guid": space.guid.as_str() } } },
    });
    let made = api.post("admin", "/v3/apps", body).await;
    assert_eq!(made.text("/lifecycle/data/buildpacks/0"), SHOWN, "{made:?}");
    let path = format!("/v3/apps/{}", made.guid());
    assert_eq!(kept(&api, made.guid()).await, [GIVEN]);
    // What was read is sent back: the address stays.
    let changed = api.patch("admin", &path, json!({ "lifecycle": lifecycle(SHOWN) })).await;
    assert_eq!(changed.text("/lifecycle/data/buildpacks/0"), SHOWN, "{changed:?}");
    assert_eq!(kept(&api, made.guid()).await, [GIVEN]);
    let other = GIVEN.replace("hush", "hush2");
    api.patch("admin", &path, json!({ "lifecycle": lifecycle(&other) })).await;
    assert_eq!(kept(&api, made.guid()).await, [other]);
    let manifest = api.get("admin", &format!("{path}/manifest")).await;
    assert!(manifest.body.as_str().unwrap().contains(SHOWN), "{manifest:?}");
    for path in [path.as_str(), "/v3/apps", "/v3/audit_events"] {
        let seen = api.get("admin", path).await.body.to_string();
        assert!(seen.contains(SHOWN) && !seen.contains("hush"), "{path}: {seen}");
    }
}

async fn the_password_of_a_buildpack_lies_nowhere_in_clear(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let app = world.new_app("two", json!({ "lifecycle": lifecycle(GIVEN) })).await;
    let package = world.create_package(&app, json!({ "type": "bits" })).await;
    world.upload("dev", package.guid(), &[("bits", &zip_of(&[Zipped::File("a", b"b")]))]).await;
    let body = json!({ "package": { "guid": package.guid() } });
    let build = api.post("dev", "/v3/builds", body).await;
    assert_eq!(build.text("/lifecycle/data/buildpacks/0"), SHOWN, "{build:?}");
    let other = GIVEN.replace("hush", "hush2");
    let path = format!("/v3/spaces/{}/actions/apply_manifest", world.space.guid);
    let request = Request::post(path).header("authorization", "bearer dev");
    let manifest = format!("applications: [{{ name: one, buildpacks: ['{other}'] }}]");
    let request = request.header("content-type", "application/x-yaml").body(Body::from(manifest));
    let accepted = api.call(request.unwrap()).await;
    assert_eq!(accepted.status, 202, "{accepted:?}");

    // The app, the build and the manifest's job, which waits.
    let everything = api.database.everything().await;
    assert!(everything.contains(package.guid()) && !everything.contains("hush"));
    let mut runtime = MockRuntime::new();
    runtime.expect_start_build().returning(|_| Ok(()));
    world.run_jobs_with(runtime).await;
    assert_eq!(api.get("dev", &accepted.job_path()).await.text("/state"), "COMPLETE");
    assert_eq!(kept(&api, &world.app).await, [other]);
    assert_eq!(kept(&api, &app).await, [GIVEN]);
    assert!(!api.database.everything().await.contains("hush"));
}

api_tests![the_password_of_a_buildpack_is_shown_nowhere, the_password_of_a_buildpack_lies_nowhere_in_clear];
