//! Processes and sidecars.

use super::World;
use crate::api_tests;
use crate::harness::TestApi;
use cc_domain::process::{HealthCheckKind, Process, ProcessType, ReadinessKind, current};

async fn process(world: &World<'_>, app: &str, kind: &str) -> Process {
    let app = world.app(app).await;
    let all = world.reader().await.processes_of_app(&app.guid).await.unwrap();
    current(&all, &ProcessType::parse(kind).unwrap()).unwrap().clone()
}

async fn attributes_of_the_app_are_those_of_its_web_process(api: TestApi) {
    let world = World::new(&api).await;
    world
        .applied(
            "applications:\n- name: x\n  instances: 2\n  memory: 1G\n  disk_quota: 512MB\n  log-rate-limit-per-second: 16K\n  command: ./run\n  \
             health-check-type: http\n  health-check-http-endpoint: /healthy\n  health-check-invocation-timeout: 3\n  health-check-interval: 4\n  timeout: 90\n  \
             readiness-health-check-type: http\n  readiness-health-check-http-endpoint: /ready\n  readiness-health-check-interval: 5\n",
        )
        .await;
    let web = process(&world, "x", "web").await;
    assert_eq!(
        (web.instances.get(), web.memory.get(), web.disk.get(), web.log_rate.get()),
        (2, 1_024, 512, 16_384)
    );
    assert_eq!(web.command.as_deref(), Some("./run"));
    let check = &web.health_check;
    assert_eq!((check.kind, check.timeout.unwrap().get()), (HealthCheckKind::Http, 90));
    assert_eq!((check.invocation_timeout.unwrap().get(), check.interval.unwrap().get()), (3, 4));
    assert_eq!(check.endpoint.as_ref().unwrap().as_str(), "/healthy");
    assert_eq!(
        (web.readiness_check.kind, web.readiness_check.interval.unwrap().get()),
        (ReadinessKind::Http, 5)
    );
    world.applied("applications:\n- name: x\n  command: null\n  health-check-type: none\n").await;
    let web = process(&world, "x", "web").await;
    assert_eq!(
        (web.command, web.health_check.kind, web.health_check.endpoint),
        (None, HealthCheckKind::Process, None)
    );
    assert_eq!(web.instances.get(), 2);
}

async fn a_type_that_is_missing_is_made(api: TestApi) {
    let world = World::new(&api).await;
    world.applied("applications:\n- name: x\n  processes:\n  - type: web\n    instances: 2\n  - type: worker\n    command: work\n    memory: 64M\n").await;
    let worker = process(&world, "x", "worker").await;
    assert_eq!(
        (worker.instances.get(), worker.memory.get(), worker.command.as_deref()),
        (0, 64, Some("work"))
    );
    assert_eq!(process(&world, "x", "web").await.instances.get(), 2);
    assert_eq!(
        api.recorded().await[3..],
        [
            "audit.app.process.create",
            "audit.app.process.scale",
            "audit.app.process.update",
            "audit.app.process.scale"
        ]
    );
    let log = world.log();
    assert_eq!(
        log[3..],
        [
            "Added process: \"worker\"",
            "Scaling process: \"web\"",
            "Updating process: \"worker\"",
            "Scaling process: \"worker\""
        ]
    );
    let events = api.get("admin", "/v3/audit_events?types=audit.app.process.update").await;
    let data = events.at("/resources/0/data");
    assert_eq!(data["request"], serde_json::json!({ "type": "worker", "command": "[PRIVATE DATA HIDDEN]" }));
    assert_eq!((&data["manifest_triggered"], &data["process_type"]), (&true.into(), &"worker".into()));
}

async fn sidecars_are_made_and_changed_by_name(api: TestApi) {
    let world = World::new(&api).await;
    world.applied("applications:\n- name: x\n  sidecars:\n  - name: s\n    command: one\n    process_types: [web]\n    memory: 32M\n").await;
    world.applied("applications:\n- name: x\n  sidecars:\n  - name: s\n    command: two\n    process_types: [web, worker]\n  - name: t\n    command: three\n    process_types: [web]\n").await;
    let app = world.app("x").await;
    let sidecars = world.reader().await.sidecars_of_app(&app.guid).await.unwrap();
    let shown: Vec<_> = sidecars
        .iter()
        .map(|s| {
            (
                s.name.as_str(),
                s.command.as_str(),
                s.process_types.len(),
                s.memory.map(cc_domain::quantity::Megabytes::get),
            )
        })
        .collect();
    assert_eq!(shown, [("s", "two", 2, Some(32)), ("t", "three", 1, None)]);
}

async fn two_thousand_sidecars_take_a_few_statements(api: TestApi) {
    use std::fmt::Write as _;
    let world = World::new(&api).await;
    let manifest = |count: usize| {
        let mut text = "applications:\n- name: x\n  sidecars:\n".to_owned();
        for number in 0..count {
            writeln!(text, "  - {{name: s{number}, command: run, process_types: [web, worker]}}").unwrap();
        }
        text
    };
    world.applied(&manifest(1)).await;
    let before = api.database.store.statements();
    world.applied(&manifest(2_000)).await;
    let spent = api.database.store.statements() - before;
    assert!(spent < 100, "{spent} statements");
    let app = world.app("x").await;
    let sidecars = world.reader().await.sidecars_of_app(&app.guid).await.unwrap();
    assert_eq!(sidecars.len(), 2_000);
    assert!(
        sidecars
            .iter()
            .enumerate()
            .all(|(number, s)| s.name == format!("s{number}") && s.process_types.len() == 2)
    );
    let before = api.database.store.statements();
    let job = api.delete_now("admin", &format!("/v3/apps/{}", app.guid)).await;
    assert_eq!(job.text("/state"), "COMPLETE");
    let spent = api.database.store.statements() - before;
    assert!(spent < 100, "{spent} statements");
}

async fn what_a_process_cannot_have_fails_the_job_and_changes_nothing_of_the_app(api: TestApi) {
    let world = World::new(&api).await.with_domain().await;
    let failure = world
        .failure("applications:\n- name: x\n  disk_quota: 3G\n  instances: 4\n  default-route: true\n")
        .await;
    assert_eq!(
        failure,
        "10008 CF-UnprocessableEntity: For application 'x': disk_quota too much disk requested (requested 3072 MB - must be less than 2048 MB)"
    );
    assert_eq!(process(&world, "x", "web").await.instances.get(), 1);
    assert!(world.urls("x").await.is_empty());
    let failure = world.failure("applications:\n- name: x\n  timeout: 181\n").await;
    assert_eq!(
        failure,
        "10008 CF-UnprocessableEntity: For application 'x': health_check_timeout Maximum exceeded: max 180s"
    );
    let failure = world.failure("applications:\n- name: x\n  memory: 64M\n  sidecars:\n  - {name: s, command: c, process_types: [web], memory: 64M}\n").await;
    assert_eq!(
        failure,
        "10008 CF-UnprocessableEntity: For application 'x': The memory allocation defined is too large to run with the dependent \"web\" process"
    );
}

api_tests![
    attributes_of_the_app_are_those_of_its_web_process,
    a_type_that_is_missing_is_made,
    sidecars_are_made_and_changed_by_name,
    two_thousand_sidecars_take_a_few_statements,
    what_a_process_cannot_have_fails_the_job_and_changes_nothing_of_the_app
];
