//! What is refused before a job exists.

use super::World;
use crate::api_tests;
use crate::harness::{TestApi, a_space, an_organization};
use cc_domain::access::RoleKind;

const PLAIN: &str = "applications:\n- name: x\n";

async fn only_yaml_is_taken(api: TestApi) {
    let world = World::new(&api).await;
    let path = world.path("actions/apply_manifest");
    for kind in ["", "text/plain", "application/yaml", "text/x-yaml"] {
        for path in [&path, &world.path("manifest_diff"), &"/v3/spaces/nowhere/manifest_diff".to_owned()] {
            let answer = world.send("dev", path, kind, PLAIN).await;
            assert_eq!(
                answer.refusal(),
                "400 1004 CF-BadRequest: Bad request: Content-Type must be yaml",
                "{kind}"
            );
        }
    }
    let answer = world.send("dev", &path, "application/json", PLAIN).await;
    assert_eq!(
        answer.refusal(),
        "400 1001 CF-MessageParseError: Request invalid due to parse error: invalid request body"
    );
    for kind in ["application/x-yaml", "text/yaml", "Application/X-YAML; charset=utf-8"] {
        assert_eq!(world.send("dev", &path, kind, PLAIN).await.status, 202, "{kind}");
    }
    api.run_jobs().await;
}

async fn a_manifest_is_for_developers_of_a_writable_space(api: TestApi) {
    let world = World::new(&api).await;
    let kind = "application/x-yaml";
    api.give(RoleKind::SpaceAuditor, "aud", &world.space).await;
    api.give(RoleKind::SpaceSupporter, "sup", &world.space).await;
    for path in [world.path("actions/apply_manifest"), world.path("manifest_diff")] {
        for who in ["aud", "sup", "admin_read_only"] {
            assert_eq!(world.send(who, &path, kind, PLAIN).await.status, 403, "{who}");
        }
        assert_eq!(
            world.send("stranger", &path, kind, PLAIN).await.refusal(),
            "404 10010 CF-ResourceNotFound: Space not found"
        );
    }
    let org = an_organization().suspended().create(&api).await;
    let space = a_space().in_organization(&org).create(&api).await;
    api.give(RoleKind::SpaceDeveloper, "dev", &space).await;
    let suspended = World { api: &api, space };
    assert_eq!(
        suspended.ask(PLAIN).await.refusal(),
        "403 10017 CF-OrgSuspended: The organization is suspended"
    );
    assert!(world.apps().await.is_empty());
}

async fn a_text_that_is_no_manifest_is_refused(api: TestApi) {
    let world = World::new(&api).await;
    let parse_error =
        "400 1001 CF-MessageParseError: Request invalid due to parse error: invalid request body";
    for text in ["", "just text", "- a\n- b", "a: ["] {
        assert_eq!(world.ask(text).await.refusal(), parse_error, "{text:?}");
    }
    let answer = world.send("dev", &world.path("manifest_diff"), "text/yaml", vec![b'a', b':', 0xff]).await;
    assert_eq!(answer.refusal(), parse_error);
    let missing = "422 10008 CF-UnprocessableEntity: Cannot parse manifest with no 'applications' field.";
    for text in ["version: 1", "applications: []", "applications:", "a: 1\na: 2\n"] {
        assert_eq!(world.ask(text).await.refusal(), missing, "{text:?}");
    }
    assert_eq!(
        world.ask("version: 2\napplications: [{name: x}]").await.refusal(),
        "422 10008 CF-UnprocessableEntity: Unsupported manifest schema version. Currently supported versions: [1]."
    );
    assert_eq!(
        world.ask("applications:\n- &a\n  name: x\n- *a\n").await.refusal(),
        "400 1004 CF-BadRequest: Bad request: Manifest does not support Anchors and Aliases"
    );
    let long = format!("applications:\n- name: x\n  command: {}\n", "a".repeat(1_048_576));
    assert_eq!(
        world.ask(&long).await.refusal(),
        "400 1004 CF-BadRequest: Bad request: Manifest size is too large. The maximum supported size is 1MB."
    );
    assert!(world.apps().await.is_empty());
}

async fn every_complaint_is_an_error_of_its_own_and_nothing_is_made(api: TestApi) {
    let world = World::new(&api).await;
    let answer = world
        .ask("applications:\n- name: a\n  memory: 5\n  routes: [{route: 'no url'}]\n- instances: 1\n- name: c\n  buildpack: x\n  buildpacks: [y]\n")
        .await;
    let head = "422 10008 CF-UnprocessableEntity: ";
    let expected = [
        "For application 'a': Process \"web\": Memory must use a supported unit: B, K, KB, M, MB, G, GB, T, or TB",
        "For application 'a': The route 'no url' is not a properly formed URL",
        "For application at index 1: Name must not be empty",
        "For application at index 1: Name must be a string",
        "For application 'c': Buildpack and Buildpacks fields cannot be used together.",
    ];
    assert_eq!(
        answer.refusal().lines().map(|line| line.strip_prefix(head).unwrap()).collect::<Vec<_>>(),
        expected
    );
    assert!(world.apps().await.is_empty() && api.recorded().await.is_empty());
}

async fn the_lifecycle_of_an_app_is_not_changed_by_a_manifest(api: TestApi) {
    let world = World::new(&api).await;
    world.set_flag(cc_domain::feature_flag::FeatureFlag::DiegoDocker, true).await;
    world.applied("applications:\n- name: b\n- name: d\n  docker: {image: i}\n").await;
    assert_eq!(
        world.ask("applications:\n- name: new\n- name: d\n  buildpacks: [x]\n").await.refusal(),
        "422 10008 CF-UnprocessableEntity: For application 'd': Buildpacks cannot be configured for a docker lifecycle app."
    );
    assert_eq!(
        world.ask("applications:\n- name: d\n  buildpack: x\n").await.refusal(),
        "422 10008 CF-UnprocessableEntity: For application 'd': Buildpack cannot be configured for a docker lifecycle app."
    );
    assert_eq!(
        world.ask("applications:\n- name: b\n  docker: {image: i}\n").await.refusal(),
        "422 10008 CF-UnprocessableEntity: For application 'b': Docker cannot be configured for a buildpack lifecycle app."
    );
    assert_eq!(world.apps().await.len(), 2, "a refused request makes no app");
}

async fn an_unknown_stack_or_buildpack_is_refused_by_the_job_for_new_apps_too(api: TestApi) {
    let world = World::new(&api).await;
    let cases = [
        ("stack: nope", "Stack must be an existing stack"),
        (
            "buildpacks: [nope]",
            "Buildpack \"nope\" for stack \"cflinuxfs4\" must be an existing admin buildpack or a valid git URI",
        ),
        (
            "buildpack: nope",
            "Buildpack \"nope\" for stack \"cflinuxfs4\" must be an existing admin buildpack or a valid git URI",
        ),
    ];
    for (line, text) in cases {
        // The first time the app is new.
        for _ in 0..2 {
            assert_eq!(
                world.failure(&format!("applications:\n- name: x\n  {line}\n")).await,
                format!("10008 CF-UnprocessableEntity: For application 'x': {text}")
            );
        }
    }
}

async fn docker_needs_its_flag(api: TestApi) {
    let world = World::new(&api).await;
    assert_eq!(
        world.ask("applications:\n- name: x\n  docker: {image: i}\n").await.refusal(),
        "422 10008 CF-UnprocessableEntity: For application 'x': Feature Disabled: diego_docker"
    );
}

async fn a_service_that_does_not_exist_fails_the_job(api: TestApi) {
    let world = World::new(&api).await;
    assert_eq!(
        world
            .failure(
                "applications:\n- name: x\n  services:\n  - name: db\n    parameters: {password: s3cret}\n"
            )
            .await,
        "10010 CF-ResourceNotFound: For application 'x': Service instance 'db' not found"
    );
}

async fn an_app_that_is_gone_when_the_job_runs_fails_it(api: TestApi) {
    let world = World::new(&api).await;
    let accepted = world.ask(PLAIN).await;
    let app = world.app("x").await;
    let mut tx = api.store().begin().await.unwrap();
    for process in tx.processes_of_app(&app.guid).await.unwrap() {
        tx.delete_process(&process.guid).await.unwrap();
    }
    tx.delete_app(&app.guid).await.unwrap();
    tx.commit().await.unwrap();
    api.run_jobs().await;
    let job = api.get("dev", &accepted.job_path()).await;
    assert_eq!(job.text("/errors/0/detail"), format!("App with guid '{}' not found", app.guid));
}

api_tests![
    only_yaml_is_taken,
    a_manifest_is_for_developers_of_a_writable_space,
    a_text_that_is_no_manifest_is_refused,
    every_complaint_is_an_error_of_its_own_and_nothing_is_made,
    the_lifecycle_of_an_app_is_not_changed_by_a_manifest,
    an_unknown_stack_or_buildpack_is_refused_by_the_job_for_new_apps_too,
    docker_needs_its_flag,
    a_service_that_does_not_exist_fails_the_job,
    an_app_that_is_gone_when_the_job_runs_fails_it
];
