//! Running, scaling, stopping.

use super::stand::{APP, Stand, VERSION, get, is_running, key, web, worker};
use cc_domain::runtime::{
    Check, CommandKind, Ensured, Fingerprint, Instance, InstanceEvent, InstanceState, ProcessKey, ProcessRef,
    ProcessSpec, Runtime, RuntimeError,
};
use cc_runtime::Isolation;

/// What every tier has to show.
async fn an_app_runs(isolation: Isolation) {
    let stand = Stand::new(isolation).await;
    stand.ensure(&web(1, APP)).await;
    let up = stand.routable(1).await;
    let (index, guid, port) = up.first().unwrap();
    assert_eq!(*index, 0);
    assert_eq!(get(*port, "/env/GREETING"), "hello");
    assert_eq!(get(*port, "/env/PORT"), port.to_string());
    assert_eq!(get(*port, "/env/CF_INSTANCE_GUID"), *guid);
    assert!(get(*port, "/env/HOME").ends_with("/app"));
    let ports = format!(r#"[{{"external":{port},"internal":{port}}}]"#);
    assert_eq!(get(*port, "/env/CF_INSTANCE_PORTS"), ports);
    let instances = stand.instances().await;
    let [instance] = instances.as_slice() else { panic!("{instances:?}") };
    assert!(is_running(instance));
    assert_eq!(instance.routable, Some(true));
    assert_eq!(instance.guid.as_ref(), Some(guid));
    let line = stand.recorder.line("APP/PROC/WEB", "Invoking start command.").await;
    assert_eq!((line.source_id.as_str(), line.instance.as_str()), ("app", "0"));
    assert_eq!(line.tags.get("process_instance_id"), Some(guid));
    let usage = stand.runtime.usage(&key()).await.unwrap();
    let [usage] = usage.as_slice() else { panic!("{usage:?}") };
    assert!(usage.memory > 100_000 && usage.memory < usage.memory_quota, "{usage:?}");
    assert_eq!(usage.memory_quota, 128 * 1024 * 1024);
    stand.down().await;
    assert!(std::net::TcpStream::connect(("127.0.0.1", *port)).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_answers_in_the_strongest_tier() {
    an_app_runs(Isolation::Auto).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_answers_in_the_process_tier() {
    an_app_runs(Isolation::Process).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scaling_adds_and_takes_the_highest_and_leaves_the_rest_alone() {
    let stand = Stand::new(Isolation::Auto).await;
    stand.ensure(&web(1, APP)).await;
    let first = stand.routable(1).await;
    assert_eq!(stand.runtime.ensure_process(&web(3, APP)).await, Ok(Ensured::Updated));
    assert_eq!(stand.runtime.ensure_process(&web(3, APP)).await, Ok(Ensured::Unchanged));
    let three = stand.routable(3).await;
    assert_eq!(three.first(), first.first());
    assert_eq!(three.iter().map(|(index, ..)| *index).collect::<Vec<_>>(), [0, 1, 2]);
    stand.ensure(&web(1, APP)).await;
    let left = stand.routable(1).await;
    assert_eq!(left, first);
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_is_asked_for_with_sigterm_and_the_route_goes_first() {
    let stand = Stand::new(Isolation::Auto).await;
    let command = "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done";
    stand.ensure(&worker(1, command)).await;
    stand.recorder.line("APP/PROC/WEB", "ready").await;
    stand.runtime.remove_process(&ProcessRef::Key(key())).await.unwrap();
    stand.recorder.line("APP/PROC/WEB", "bye").await;
    stand.recorder.line("APP/PROC/WEB", "Exit status 3").await;
    let gone = stand.recorder.record.lock().unwrap().changes.last().cloned();
    assert!(gone.as_ref().is_some_and(|change| !change.is_routable), "{gone:?}");
    assert!(stand.recorder.record.lock().unwrap().events.is_empty());
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_ignores_sigterm_is_killed_after_the_grace() {
    let stand = Stand::with(Isolation::Auto, |config| config.grace = std::time::Duration::from_secs(1)).await;
    stand.ensure(&worker(1, "trap '' TERM; echo ready; while :; do sleep 0.05; done")).await;
    stand.recorder.line("APP/PROC/WEB", "ready").await;
    stand.runtime.remove_process(&ProcessRef::Key(key())).await.unwrap();
    stand.when(|all| all.iter().any(|instance| instance.state == InstanceState::Stopping)).await;
    assert_eq!(stand.runtime.list_processes().await, Ok(Vec::new()), "nobody has to remove it again");
    stand.recorder.line("APP/PROC/WEB", "Exit status 137 (exceeded 1s graceful shutdown interval)").await;
    stand.when(<[Instance]>::is_empty).await;
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_instance_comes_back_with_another_guid_and_no_crash() {
    let stand = Stand::new(Isolation::Auto).await;
    stand.ensure(&web(1, APP)).await;
    let (_, before, _) = stand.routable(1).await.remove(0);
    stand.runtime.stop_instance(&key(), 0).await.unwrap();
    let is_new = |up: Vec<(u32, String, u16)>| up.into_iter().find(|(_, guid, _)| *guid != before);
    stand.recorder.until("another instance", |record| is_new(super::stand::routable(&record.changes))).await;
    assert!(stand.recorder.record.lock().unwrap().events.is_empty());
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_room_an_instance_waits_and_starts_when_there_is_some() {
    let stand = Stand::with(Isolation::Auto, |config| config.memory_mb = Some(200)).await;
    let other = ProcessKey::new("other", VERSION).unwrap();
    stand.ensure(&ProcessSpec { key: other.clone(), ..worker(1, "echo other; exec sleep 1000") }).await;
    stand.recorder.line("APP/PROC/WEB", "other").await;
    stand.ensure(&worker(1, "echo ready; exec sleep 1000")).await;
    let instances = stand.when(|all| all.iter().any(|instance| instance.placement_error.is_some())).await;
    let [waiting] = instances.as_slice() else { panic!("{instances:?}") };
    assert_eq!(waiting.state, InstanceState::Pending);
    assert_eq!(waiting.placement_error.as_deref(), Some("insufficient resources: memory"));
    stand.runtime.remove_process(&ProcessRef::Key(other)).await.unwrap();
    stand.recorder.line("APP/PROC/WEB", "ready").await;
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_for_thousands_of_millions_costs_what_there_is_room_for() {
    let mut stand = Stand::with(Isolation::Auto, |config| config.memory_mb = Some(300)).await;
    stand.ensure(&worker(2_147_483_647, "exec sleep 1000")).await;
    let no_room = |all: &[Instance]| {
        let texts: Vec<_> = all.iter().map(|instance| instance.placement_error.as_deref()).collect();
        texts == [None, None, Some("insufficient resources: memory")]
            && all.iter().filter(|instance| is_running(instance)).count() == 2
    };
    stand.when(no_room).await;
    stand.again().await;
    let all = stand.when(no_room).await;
    assert_eq!(all.last().map(|instance| instance.index), Some(2));
    stand.ensure(&worker(1, "exec sleep 1000")).await;
    stand.when(|all| matches!(all, [one] if is_running(one))).await;
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_never_fit_is_told_at_once() {
    let stand = Stand::with(Isolation::Auto, |config| config.memory_mb = Some(100)).await;
    stand.ensure(&worker(1, "exec sleep 1000")).await;
    let all = stand.when(|all| !all.is_empty()).await;
    assert_eq!(all[0].placement_error.as_deref(), Some("insufficient resources: memory"));
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_built_is_refused_by_name() {
    let stand = Stand::new(Isolation::Auto).await;
    let image = cc_domain::runtime::Image::Docker { reference: "nginx".into() };
    let spec = ProcessSpec { lifecycle: cc_domain::runtime::Lifecycle::Docker, image, ..worker(1, "x") };
    assert_eq!(stand.runtime.ensure_process(&spec).await, Err(RuntimeError::Unsupported("docker images")));
    let patch = cc_domain::runtime::ProcessPatch {
        key: key(),
        fingerprint: Fingerprint("x".into()),
        instances: 1,
        routes: cc_domain::runtime::Routes::default(),
        tags: std::collections::BTreeMap::new(),
    };
    assert_eq!(stand.runtime.patch_process(&patch).await, Err(RuntimeError::NotFound));
    stand.down().await;
}

/// Supervisors, first processes and folders.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_of_a_stopped_app() {
    for isolation in [Isolation::Auto, Isolation::Process] {
        let stand = Stand::new(isolation).await;
        stand.ensure(&web(2, APP)).await;
        stand.routable(2).await;
        let mark = stand.folder.path().join("runtime/containers");
        assert!(processes_with(&mark) >= 2);
        stand.down().await;
        assert_eq!(processes_with(&mark), 0);
        assert_eq!(std::fs::read_dir(&mark).unwrap().count(), 0);
    }
}

/// How many living processes have this text on their command line.
fn processes_with(mark: &std::path::Path) -> usize {
    let mark = mark.to_string_lossy().into_owned();
    let has_mark = |entry: &std::fs::DirEntry| {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let text = String::from_utf8_lossy(&line).replace('\0', " ");
        text.contains("__supervise") && text.contains(&mark)
    };
    std::fs::read_dir("/proc").unwrap().flatten().filter(has_mark).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_sidecar_ends_the_instance_and_sidecars_have_their_own_source() {
    let stand = Stand::new(Isolation::Auto).await;
    let mut spec = worker(1, "trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.05; done");
    let mut sidecar = worker(1, "echo helping; sleep 0.5; exit 4").commands.remove(0);
    sidecar.kind = CommandKind::Sidecar { name: "helper".into(), memory_mb: None };
    sidecar.log_source = "APP/PROC/WEB/SIDECAR/HELPER".into();
    spec.commands.push(sidecar);
    stand.ensure(&spec).await;
    stand.recorder.line("APP/PROC/WEB/SIDECAR/HELPER", "helping").await;
    stand.recorder.line("APP/PROC/WEB", "bye").await;
    stand.recorder.line("APP/PROC/WEB/SIDECAR/HELPER", "Exit status 4").await;
    let crash = |event: &InstanceEvent| match event {
        InstanceEvent::Crashed { description, .. } => Some(description.clone()),
        _ => None,
    };
    let text = stand.recorder.until("the crash", |record| record.events.iter().find_map(crash)).await;
    assert_eq!(text, "APP/PROC/WEB/SIDECAR/HELPER: Exited with status 4");
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_is_not_ready_runs_without_a_route() {
    let stand = Stand::new(Isolation::Auto).await;
    let check = Check { http: Some("/is/tmp/ready".into()), port: 8080, timeout_ms: 0, interval_ms: 100 };
    stand.ensure(&ProcessSpec { readiness: vec![check], ..web(1, APP) }).await;
    let running = |all: &[Instance]| all.first().is_some_and(is_running);
    let instances = stand.when(running).await;
    assert_eq!(instances[0].routable, Some(false));
    let port = instances[0].net.ports[0].host;
    if stand.runtime.tier().number < 3 {
        assert_eq!(get(port, "/touch/tmp/ready"), "");
        stand.routable(1).await;
        let readiness = |event: &InstanceEvent| matches!(event, InstanceEvent::Readiness { ready: true, .. });
        stand.recorder.until("ready", |record| record.events.iter().any(readiness).then_some(())).await;
    }
    stand.down().await;
}
