//! Addresses of buildpacks with a password in them: kept for the staging, shown to nobody.

use crate::api_tests;
use crate::harness::{BitsWorld, TestApi};
use cc_domain::app::Lifecycle;
use cc_domain::list::Scope;
use serde_json::{Value, json};

const GIVEN: &str = "https://ann:hush@host.io/b.git#v1";
const SHOWN: &str = "https://***:***@host.io/b.git#v1";

async fn kept(api: &TestApi, guid: &str) -> Vec<String> {
    let app = api.store().reader().await.unwrap().find_app(&guid.into(), &Scope::Everything).await.unwrap();
    match app.unwrap().lifecycle {
        Lifecycle::Buildpack { buildpacks, .. } => buildpacks,
        Lifecycle::Docker => Vec::new(),
    }
}

fn lifecycle(buildpack: &str) -> Value {
    json!({ "type": "buildpack", "data": { "buildpacks": [buildpack] } })
}

api_tests! {
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
}
