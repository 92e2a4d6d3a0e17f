//! `app_features_list`, `app_feature_get`, `app_feature_update`, `app_ssh_enabled_get`, `app_permissions_get`

use super::{FORBIDDEN, NOT_FOUND, PREFIX, SUSPENDED};
use crate::api_tests;
use crate::harness::{BitsWorld, TestApi, TestEngine};
use cc_domain::runtime::{Capabilities, MockRuntime};
use serde_json::json;

const UNKNOWN: &str = "404 10010 CF-ResourceNotFound: Feature not found";

async fn an_app_has_four_features_on_one_page(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let list = api.get("aud", &world.of_app("/features")).await;
    insta::assert_snapshot!("features", list.redacted());
    assert_eq!(api.get("aud", &world.of_app("/features?page=7&x=1")).await.body, list.body);
    assert_eq!(&api.get("aud", &world.of_app("/features/revisions")).await.body, list.at("/resources/1"));
    assert_eq!(api.get("aud", &world.of_app("/features/no")).await.refusal(), UNKNOWN);
    for rest in ["/features", "/features/ssh", "/features/no"] {
        assert_eq!(api.get("stranger", &world.of_app(rest)).await.refusal(), NOT_FOUND, "{rest}");
    }
}

async fn a_feature_is_switched_without_an_event(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let events = api.recorded().await.len();
    let off = api.patch("dev", &world.of_app("/features/ssh"), json!({ "enabled": false })).await;
    assert_eq!(
        (off.status, &off.body),
        (200, &json!({ "name": "ssh", "description": "Enable SSHing into the app.", "enabled": false }))
    );
    assert_eq!(api.get("dev", &world.of_app("/features/ssh")).await.at("/enabled"), &json!(false));
    assert_eq!(api.recorded().await.len(), events);
}

async fn two_features_exclude_each_other(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let (k8s, files) =
        (world.of_app("/features/service-binding-k8s"), world.of_app("/features/file-based-vcap-services"));
    let (on, off) = (json!({ "enabled": true }), json!({ "enabled": false }));
    let clash = format!(
        "{PREFIX} 'file-based-vcap-services' and 'service-binding-k8s' features cannot be enabled at the same time."
    );
    assert_eq!(api.patch("dev", &k8s, on.clone()).await.status, 200);
    assert_eq!(api.patch("dev", &files, on.clone()).await.refusal(), clash);
    assert_eq!(api.patch("dev", &k8s, off).await.status, 200);
    assert_eq!(api.patch("dev", &files, on.clone()).await.status, 200);
    assert_eq!(api.patch("dev", &k8s, on).await.refusal(), clash);
}

async fn a_switch_is_on_or_off(api: TestApi) {
    let world = BitsWorld::new(&api).await;
    let path = world.of_app("/features/ssh");
    for body in [json!({}), json!({ "enabled": null }), json!({ "enabled": "true" })] {
        assert_eq!(
            api.patch("dev", &path, body).await.refusal(),
            format!("{PREFIX} Enabled must be a boolean")
        );
    }
    assert_eq!(
        api.patch("dev", &path, json!({ "enabled": true, "x": 1 })).await.refusal(),
        format!("{PREFIX} Unknown field(s): 'x'")
    );
    assert_eq!(api.patch("dev", &world.of_app("/features/no"), json!({})).await.refusal(), UNKNOWN);
    assert_eq!(api.patch("aud", &world.of_app("/features/no"), json!({})).await.refusal(), UNKNOWN);
    assert_eq!(api.patch("aud", &path, json!({})).await.refusal(), FORBIDDEN, "who may comes first");
}

async fn supporters_switch_revisions_only(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    let off = json!({ "enabled": false });
    assert_eq!(api.patch("sup", &world.of_app("/features/revisions"), off.clone()).await.status, 200);
    for feature in ["ssh", "service-binding-k8s", "file-based-vcap-services"] {
        let path = world.of_app(&format!("/features/{feature}"));
        assert_eq!(api.patch("sup", &path, off.clone()).await.refusal(), FORBIDDEN, "{feature}");
    }
    for who in ["aud", "man", "om", "admin_read_only", "global_auditor"] {
        assert_eq!(
            api.patch(who, &world.of_app("/features/ssh"), off.clone()).await.refusal(),
            FORBIDDEN,
            "{who}"
        );
    }
    assert_eq!(api.patch("stranger", &world.of_app("/features/ssh"), off.clone()).await.refusal(), NOT_FOUND);
    world.suspend_space().await;
    assert_eq!(api.patch("dev", &world.of_app("/features/ssh"), off).await.refusal(), SUSPENDED);
}

async fn ssh_is_on_where_engine_space_and_app_have_it_on(api: TestApi) {
    let api = api.with_runtime(TestEngine::default().runtime());
    let world = BitsWorld::new(&api).await;
    let path = world.of_app("/ssh_enabled");
    assert_eq!(api.get("aud", &path).await.body, json!({ "enabled": true, "reason": "" }));
    api.patch("dev", &world.of_app("/features/ssh"), json!({ "enabled": false })).await;
    assert_eq!(
        api.get("aud", &path).await.body,
        json!({ "enabled": false, "reason": "ssh is disabled for app" })
    );
    let of_space = format!("/v3/spaces/{}/features/ssh", world.space.guid);
    assert_eq!(api.patch("admin", &of_space, json!({ "enabled": false })).await.status, 200);
    assert_eq!(
        api.get("aud", &path).await.body,
        json!({ "enabled": false, "reason": format!("ssh is disabled for space '{}'", world.space.name) })
    );
    assert_eq!(api.get("stranger", &path).await.refusal(), NOT_FOUND);
}

async fn ssh_is_off_where_the_engine_has_none(api: TestApi) {
    let mut runtime = MockRuntime::new();
    runtime.expect_capabilities().returning(Capabilities::default);
    let api = api.with_runtime(runtime);
    let world = BitsWorld::new(&api).await;
    let answer = api.get("aud", &world.of_app("/ssh_enabled")).await;
    assert_eq!(answer.body, json!({ "enabled": false, "reason": "ssh is disabled globally" }));
}

async fn permissions_say_who_sees_secrets(api: TestApi) {
    let world = BitsWorld::new(&api).await.with_everyone().await;
    let path = world.of_app("/permissions");
    for who in ["dev", "admin", "admin_read_only"] {
        assert_eq!(
            api.get(who, &path).await.body,
            json!({ "read_basic_data": true, "read_sensitive_data": true }),
            "{who}"
        );
    }
    for who in ["aud", "sup", "man", "om", "global_auditor"] {
        assert_eq!(
            api.get(who, &path).await.body,
            json!({ "read_basic_data": true, "read_sensitive_data": false }),
            "{who}"
        );
    }
    for who in ["bil", "stranger"] {
        assert_eq!(api.get(who, &path).await.refusal(), NOT_FOUND, "{who}");
    }
}

api_tests![
    an_app_has_four_features_on_one_page,
    a_feature_is_switched_without_an_event,
    two_features_exclude_each_other,
    a_switch_is_on_or_off,
    supporters_switch_revisions_only,
    ssh_is_on_where_engine_space_and_app_have_it_on,
    ssh_is_off_where_the_engine_has_none,
    permissions_say_who_sees_secrets
];
