//! Ends that nobody asked for.

use super::stand::{APP, Stand, get, web, worker};
use cc_domain::runtime::{Check, Instance, InstanceEvent, InstanceState};
use cc_runtime::{Isolation, Output};

fn crashes(events: &[InstanceEvent]) -> Vec<(u32, Option<i32>, String)> {
    let crash = |event: &InstanceEvent| match event {
        InstanceEvent::Crashed { count, exit_status, description, .. } => {
            Some((*count, *exit_status, description.clone()))
        }
        _ => None,
    };
    let mut all: Vec<_> = events.iter().filter_map(crash).collect();
    all.sort_unstable();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_is_counted_reported_and_started_again() {
    let stand = Stand::new(Isolation::Auto).await;
    stand.ensure(&web(1, APP)).await;
    let (_, before, port) = stand.routable(1).await.remove(0);
    get(port, "/exit/42");
    let is_new = |up: Vec<(u32, String, u16)>| up.into_iter().find(|(_, guid, _)| *guid != before);
    stand.recorder.until("a new instance", |record| is_new(super::stand::routable(&record.changes))).await;
    let expected = vec![(1, Some(42), "APP/PROC/WEB: Exited with status 42".to_owned())];
    stand.recorder.until("the crash", |record| (crashes(&record.events) == expected).then_some(())).await;
    stand.recorder.line("APP/PROC/WEB", "Exit status 42").await;
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_third_crash_waits() {
    let stand = Stand::new(Isolation::Auto).await;
    stand.ensure(&worker(1, "exit 0")).await;
    let counts = |events: &[InstanceEvent]| crashes(events).iter().map(|crash| crash.0).collect::<Vec<_>>();
    stand.recorder.until("three crashes", |record| (counts(&record.events) == [1, 2, 3]).then_some(())).await;
    let is_crashed =
        |instance: &Instance| instance.state == InstanceState::Crashed && instance.crash_count == 3;
    stand.when(|all| all.first().is_some_and(is_crashed)).await;
    stand.down().await;
}

/// The kernel tells in tier 1, the supervisor measures in the others.
async fn too_much_memory(isolation: Isolation) {
    let stand = Stand::new(isolation).await;
    stand.ensure(&web(1, APP)).await;
    let (_, _, port) = stand.routable(1).await.remove(0);
    tokio::task::spawn_blocking(move || std::panic::catch_unwind(|| get(port, "/eat/400")));
    let told = |record: &super::stand::Record| {
        let all = crashes(&record.events);
        all.iter()
            .any(|(.., text)| text == "APP/PROC/WEB: Exited with status 137 (out of memory)")
            .then_some(())
    };
    stand.recorder.until("out of memory", told).await;
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_memory_ends_an_instance_in_the_strongest_tier() {
    too_much_memory(Isolation::Auto).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_memory_ends_an_instance_in_the_process_tier() {
    too_much_memory(Isolation::Process).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_never_listens_is_stopped_and_the_port_is_named() {
    let stand = Stand::new(Isolation::Auto).await;
    let mut spec = web(1, "exec sleep 1000");
    spec.start_timeout_ms = 300;
    stand.ensure(&spec).await;
    let told = |record: &super::stand::Record| crashes(&record.events).first().map(|crash| crash.2.clone());
    let text = stand.recorder.until("a crash", told).await;
    let (after, rest) = text.strip_prefix("Instance never healthy after ").unwrap().split_once(": ").unwrap();
    assert!(rest.starts_with("Timed out after 300ms ("), "{text}");
    assert!(text.ends_with("app did not listen on $PORT (network = shared assigns a port)"), "{text}");
    let line = format!("Failed after {after}: startup health check never passed.");
    assert_eq!(stand.recorder.line("CELL", &line).await.output, Output::Err);
    assert_eq!(stand.recorder.line("HEALTH", rest).await.output, Output::Err);
    assert!(!stand.recorder.text().contains("Container became unhealthy"));
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_stops_answering_is_unhealthy() {
    let stand = Stand::new(Isolation::Auto).await;
    let mut spec = web(1, APP);
    spec.liveness = vec![Check { http: Some("/once".into()), port: 8080, timeout_ms: 0, interval_ms: 100 }];
    stand.ensure(&spec).await;
    let told = |record: &super::stand::Record| crashes(&record.events).first().map(|crash| crash.2.clone());
    let text = stand.recorder.until("a crash", told).await;
    let found = text.strip_prefix("Instance became unhealthy: ").unwrap();
    assert!(
        found.starts_with("Liveness check unsuccessful: failed to make HTTP request to '/once' on port "),
        "{text}"
    );
    assert_eq!(stand.recorder.line("HEALTH", found).await.output, Output::Err);
    assert_eq!(stand.recorder.line("CELL", "Container became unhealthy").await.output, Output::Err);
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_droplet_that_is_not_what_it_should_be_does_not_run() {
    let stand = Stand::new(Isolation::Auto).await;
    let mut spec = worker(1, "echo started");
    let droplet = spec.droplet.as_mut().unwrap();
    droplet.checksum = Some(cc_domain::runtime::Checksum::Sha256("00".into()));
    stand.ensure(&spec).await;
    let told = |record: &super::stand::Record| crashes(&record.events).first().map(|crash| crash.2.clone());
    let text = stand.recorder.until("a crash", told).await;
    assert_eq!(text, "droplet: exited with status 1");
    stand.recorder.line("CELL", "the checksum does not match").await;
    stand.down().await;
    assert!(!stand.recorder.text().contains("started"));
}
