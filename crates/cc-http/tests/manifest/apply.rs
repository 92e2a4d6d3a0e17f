//! Apps: made, changed in place, several at once: `space_apply_manifest`, and what it did: `job_get`

use super::World;
use crate::api_tests;
use crate::harness::TestApi;
use cc_domain::app::{Lifecycle, LifecycleKind};
use cc_domain::feature_flag::FeatureFlag;
use serde_json::json;

async fn the_manifest_of_a_plain_push_makes_an_app_with_its_default_route(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    let accepted = world.ask("applications:\n- name: x\n  default-route: true\n").await;
    assert_eq!((accepted.status, &accepted.body), (202, &json!(null)));
    assert_eq!(
        api.recorded().await,
        ["audit.app.process.create", "audit.app.create", "audit.app.apply_manifest"]
    );
    assert!(world.urls("x").await.is_empty(), "routes are the job's");
    api.run_jobs().await;
    let job = api.get("dev", &accepted.job_path()).await;
    assert_eq!((job.text("/state"), job.text("/operation")), ("COMPLETE", "space.apply_manifest"));
    assert_eq!(job.at("/warnings"), &json!([]));
    let space = format!("https://api.example.org/v3/spaces/{}", world.space.guid);
    assert_eq!(job.text("/links/space/href"), space);
    assert_eq!(world.urls("x").await, ["x.apps.example.org"]);
    assert_eq!(api.recorded().await[3..], ["audit.route.create", "audit.app.map-route"]);
    assert_eq!(
        world.log(),
        [
            "Created app with guid <app>".to_owned(),
            "Added process: \"web\"".to_owned(),
            "Applied manifest to app with guid <app> (---\\napplications:\\n- name: x\\n  default-route: true\\n)".to_owned(),
        ]
    );
}

async fn applying_again_changes_nothing(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    let text = "applications:\n- name: x\n  default-route: true\n  instances: 3\n  memory: 128M\n  env:\n    A: b\n  sidecars:\n  - name: s\n    command: run\n    process_types: [web]\n";
    world.applied(text).await;
    let (before, events) = (world.generated("x").await, api.recorded().await.len());
    api.clock.advance(10);
    world.applied(text).await;
    assert_eq!(world.generated("x").await, before);
    assert_eq!(api.recorded().await[events..], ["audit.app.apply_manifest"]);
    assert_eq!(world.apps().await.len(), 1);
}

async fn two_apps_are_made_in_one_go(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    world.applied("version: 1\napplications:\n- name: a\n  default-route: true\n- name: b\n  default-route: true\n  random-route: false\n").await;
    assert_eq!(world.urls("a").await, ["a.apps.example.org"]);
    assert_eq!(world.urls("b").await, ["b.apps.example.org"]);
}

async fn the_first_app_stays_applied_when_the_second_fails(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    let failure = world.failure("applications:\n- name: a\n  default-route: true\n- name: b\n  routes:\n  - route: b.nowhere.example\n").await;
    assert_eq!(
        failure,
        "10008 CF-UnprocessableEntity: For application 'b': No domains exist for route b.nowhere.example"
    );
    assert_eq!(world.urls("a").await, ["a.apps.example.org"]);
    assert!(world.urls("b").await.is_empty());
}

async fn an_app_is_found_whatever_the_case_of_its_name(api: TestApi) {
    let world = World::new(&api).await;
    world.applied("applications:\n- name: Web\n").await;
    world.applied("applications:\n- name: web\n  instances: 2\n").await;
    assert_eq!(world.apps().await.len(), 1);
    assert!(world.generated("Web").await.contains("instances: 2"));
}

async fn unknown_attributes_are_ignored(api: TestApi) {
    let world = World::new(&api).await;
    world.applied("applications:\n- name: x\n  path: ./dir\n  no-such-thing: [1, {a: b}]\n  processes:\n  - type: web\n    nor-this: 1\nextra: true\n").await;
    assert_eq!(world.apps().await.len(), 1);
}

async fn variables_are_added_to_and_become_texts(api: TestApi) {
    let world = World::new(&api).await;
    world.applied("applications:\n- name: x\n  env:\n    A: one\n    B: 2\n    C: true\n    E:\n").await;
    world.applied("applications:\n- name: x\n  env:\n    B: 3\n    D: [1, 2]\n").await;
    let app = world.app("x").await;
    let environment = world.reader().await.app_environment(&app.guid).await.unwrap().unwrap();
    let variables: Vec<_> = environment.iter().collect();
    let wanted = [("A", "one"), ("B", "3"), ("C", "true"), ("E", ""), ("D", "[1,2]")];
    assert_eq!(variables, wanted.map(|(name, value)| (name, value.into())));
    let updates = api.recorded().await.into_iter().filter(|kind| kind == "audit.app.update").count();
    assert_eq!(updates, 2);
}

async fn variables_are_in_no_event_and_no_log(api: TestApi) {
    let world = World::new(&api).await;
    world.applied("applications:\n- name: x\n  env:\n    A: s3cret\n  command: s4cret\n").await;
    let events = api.get("admin", "/v3/audit_events").await;
    let event = events.body["resources"]
        .as_array()
        .unwrap()
        .iter()
        .find(|e| e["type"] == "audit.app.apply_manifest")
        .unwrap();
    let text = event["data"]["request"]["manifest"].as_str().unwrap();
    assert!(text.contains("[PRIVATE DATA HIDDEN]") && text.contains("name: x"), "{text}");
    assert!(!events.body.to_string().contains("s3cret"));
    assert!(!world.log().join("\n").contains("s3cret"));
}

async fn buildpacks_stack_metadata_and_features_reach_the_app(api: TestApi) {
    let world = World::new(&api).await;
    let text = "applications:\n- name: x\n  buildpacks: [https://example.org/b.git]\n  stack: cflinuxfs4\n  metadata:\n    labels: {team: red}\n    annotations: {note: 7}\n  features: {ssh: false}\n";
    world.applied("applications:\n- name: x\n").await;
    world.applied(text).await;
    let app = world.app("x").await;
    let stack = Some("cflinuxfs4".to_owned());
    assert_eq!(
        app.lifecycle,
        Lifecycle::Buildpack { buildpacks: vec!["https://example.org/b.git".into()], stack }
    );
    assert_eq!(app.metadata.labels.values().collect::<Vec<_>>(), ["red"]);
    assert_eq!(app.metadata.annotations.values().collect::<Vec<_>>(), [&Some("7".to_owned())]);
    assert!(!app.features.ssh && app.features.revisions);
    world
        .applied("applications:\n- name: x\n  buildpack: null\n  metadata:\n    labels: {team: null}\n")
        .await;
    let app = world.app("x").await;
    assert!(matches!(app.lifecycle, Lifecycle::Buildpack { buildpacks, .. } if buildpacks.is_empty()));
    assert!(app.metadata.labels.is_empty() && !app.metadata.annotations.is_empty());
}

async fn a_docker_entry_makes_a_docker_app_and_its_password_goes_nowhere(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    world.set_flag(FeatureFlag::DiegoDocker, true).await;
    world.applied("applications:\n- name: x\n  docker:\n    image: a/b\n    username: u\n    password: s3cret\n  default-route: true\n").await;
    assert_eq!(world.app("x").await.lifecycle.kind(), LifecycleKind::Docker);
    assert_eq!(world.routes("x").await[0].destinations[0].port, None);
    assert!(!api.get("admin", "/v3/audit_events").await.body.to_string().contains("s3cret"));
}

async fn a_generated_manifest_applies_to_another_name_and_gives_the_same(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    world.applied(
        "applications:\n- name: one\n  env: {A: 'yes', B: '1'}\n  instances: 2\n  memory: 96M\n  health-check-type: http\n  health-check-http-endpoint: /up\n  \
         sidecars:\n  - {name: s, command: run, process_types: [web], memory: 16M}\n  metadata:\n    labels: {a: b}\n  processes:\n  - {type: worker, instances: 1, command: work}\n",
    )
    .await;
    let manifest = world.generated("one").await;
    let differences = world.diff(&manifest).await;
    assert_eq!((differences.status, differences.body), (201, json!({ "diff": [] })));
    world.applied(&manifest.replace("name: one", "name: two")).await;
    assert_eq!(world.generated("two").await, manifest.replace("name: one", "name: two"));
}

async fn secrets_of_a_manifest_are_for_developers(api: TestApi) {
    let world = World::new(&api).await;
    world.applied("applications:\n- name: x\n").await;
    api.give(cc_domain::access::RoleKind::SpaceAuditor, "aud", &world.space).await;
    let path = format!("/v3/apps/{}/manifest", world.app("x").await.guid);
    for (who, status) in [("aud", 403), ("global_auditor", 403), ("admin_read_only", 200), ("admin", 200)] {
        assert_eq!(api.get(who, &path).await.status, status, "{who}");
    }
    assert_eq!(api.get("stranger", &path).await.refusal(), "404 10010 CF-ResourceNotFound: App not found");
}

async fn two_pushes_of_a_new_app_at_once_make_one_app(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    let text = "applications:\n- name: x\n  default-route: true\n";
    let (one, other) = tokio::join!(world.ask(text), world.ask(text));
    assert_eq!((one.status, other.status), (202, 202), "{one:?} {other:?}");
    api.run_jobs().await;
    for job in [one.job_path(), other.job_path()] {
        assert_eq!(api.get("dev", &job).await.text("/state"), "COMPLETE");
    }
    assert_eq!(world.apps().await.len(), 1);
    assert_eq!(world.urls("x").await, ["x.apps.example.org"]);
}

async fn an_admin_needs_no_role_and_the_job_keeps_the_rights_of_the_request(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    let text = "applications:\n- name: x\n  default-route: true\n  stack: cflinuxfs4\n  metadata: {labels: {a: b}}\n";
    let accepted = world.send("admin", &world.path("actions/apply_manifest"), "text/yaml", text).await;
    api.run_jobs().await;
    let job = api.get("admin", &accepted.job_path()).await;
    assert_eq!(job.text("/state"), "COMPLETE", "{job:?}");
    assert_eq!(world.urls("x").await, ["x.apps.example.org"]);
    let update = api.get("admin", "/v3/audit_events?types=audit.app.update").await;
    assert_eq!(
        update.at("/resources/0/data"),
        &json!({ "request": { "metadata": { "labels": { "a": "b" } } }, "manifest_triggered": true })
    );
    assert_eq!(update.text("/resources/0/actor/name"), "admin");
}

async fn new_routes_of_a_manifest_need_the_flag_from_an_admin_too(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    world.set_flag(FeatureFlag::RouteCreation, false).await;
    let text = "applications:\n- name: x\n  default-route: true\n";
    let accepted = world.send("admin", &world.path("actions/apply_manifest"), "text/yaml", text).await;
    api.run_jobs().await;
    let job = api.get("admin", &accepted.job_path()).await;
    assert_eq!(job.text("/errors/0/detail"), "Feature Disabled: route_creation", "{job:?}");
    assert!(world.urls("x").await.is_empty());
}

api_tests![
    the_manifest_of_a_plain_push_makes_an_app_with_its_default_route,
    applying_again_changes_nothing,
    two_apps_are_made_in_one_go,
    the_first_app_stays_applied_when_the_second_fails,
    an_app_is_found_whatever_the_case_of_its_name,
    unknown_attributes_are_ignored,
    variables_are_added_to_and_become_texts,
    variables_are_in_no_event_and_no_log,
    buildpacks_stack_metadata_and_features_reach_the_app,
    a_docker_entry_makes_a_docker_app_and_its_password_goes_nowhere,
    a_generated_manifest_applies_to_another_name_and_gives_the_same,
    secrets_of_a_manifest_are_for_developers,
    two_pushes_of_a_new_app_at_once_make_one_app,
    an_admin_needs_no_role_and_the_job_keeps_the_rights_of_the_request,
    new_routes_of_a_manifest_need_the_flag_from_an_admin_too
];
