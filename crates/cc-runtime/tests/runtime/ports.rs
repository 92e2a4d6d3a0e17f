//! Ports that others want.

use super::stand::{Record, Stand, VERSION, get, routable, web, worker};
use cc_domain::runtime::{InstanceEvent, ProcessKey, ProcessSpec};
use cc_runtime::Isolation;
use std::net::TcpListener;
use std::ops::RangeInclusive;

const BOTH: [Isolation; 2] = [Isolation::Auto, Isolation::Process];
/// Says its port, gives others time to be quicker, then wants it.
const SLOW_APP: &str = r#"echo "port $PORT"; sleep 1; exec "$CF_LIFECYCLE" __testapp"#;

/// Ports that instances were told, in their order.
fn told(record: &Record) -> Vec<u16> {
    let port = |line: &cc_runtime::LogLine| {
        String::from_utf8(line.text.clone()).ok()?.strip_prefix("port ")?.parse().ok()
    };
    record.lines.iter().filter_map(port).collect()
}

fn crashes(record: &Record, process: &str) -> Vec<String> {
    let crash = |event: &InstanceEvent| match event {
        InstanceEvent::Crashed { at, description, .. } if at.key.process().as_str() == process => {
            Some(description.clone())
        }
        _ => None,
    };
    record.events.iter().filter_map(crash).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_whose_port_is_taken_gets_another_and_has_not_crashed() {
    for isolation in BOTH {
        let stand = Stand::new(isolation).await;
        stand.ensure(&web(1, SLOW_APP)).await;
        let first = stand.recorder.until("a port", |record| told(record).first().copied()).await;
        let stranger = TcpListener::bind(("127.0.0.1", first)).unwrap();
        let (_, _, port) = stand.routable(1).await.remove(0);
        assert_ne!(port, first);
        assert_eq!(get(port, "/env/PORT"), port.to_string());
        let text = format!(
            "port {first} is in use by a program outside of the instance: the instance starts again on another"
        );
        stand.recorder.line("CELL", &text).await;
        assert_eq!(crashes(&stand.recorder.record.lock().unwrap(), "process"), Vec::<String>::new());
        drop(stranger);
        stand.down().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_routed_to_a_stranger_though_nothing_is_checked() {
    for isolation in BOTH {
        let stand = Stand::new(isolation).await;
        let spec = ProcessSpec { liveness: Vec::new(), ..web(1, r#"echo "port $PORT"; exec sleep 1000"#) };
        stand.ensure(&spec).await;
        let first = stand.recorder.until("a port", |record| told(record).first().copied()).await;
        let stranger = TcpListener::bind(("127.0.0.1", first)).unwrap();
        let second = stand.recorder.until("another port", |record| told(record).get(1).copied()).await;
        assert_ne!(first, second);
        assert_eq!(stand.recorder.record.lock().unwrap().changes, []);
        drop(stranger);
        stand.down().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_on_an_address_that_nobody_is_sent_to_stops_nobody() {
    let stand = Stand::new(Isolation::Auto).await;
    stand.ensure(&ProcessSpec { liveness: Vec::new(), ..web(1, SLOW_APP) }).await;
    let first = stand.recorder.until("a port", |record| told(record).first().copied()).await;
    let beside = TcpListener::bind(("::1", first)).unwrap();
    let (_, _, port) = stand.routable(1).await.remove(0);
    assert_eq!(port, first);
    drop(beside);
    stand.down().await;
}

/// An app that takes every port of the range, before and while another one starts.
async fn a_squatter_stops_nobody(isolation: Isolation, range: RangeInclusive<u16>) {
    let stand = Stand::with(isolation, |config| config.ports = range.clone()).await;
    let squat = format!(r#"exec "$CF_LIFECYCLE" __squatter {} {}"#, range.start(), range.end());
    let other = ProcessKey::new("other", VERSION).unwrap();
    let mut squatter = ProcessSpec { key: other, ..worker(1, &squat) };
    squatter.limits.pids = 1000;
    stand.ensure(&squatter).await;
    let held = |record: &Record| {
        let all = crashes(record, "other");
        all.iter()
            .any(|text| text.starts_with("held ") && text.ends_with(" ports that are for other instances"))
            .then_some(())
    };
    stand.ensure(&web(1, SLOW_APP)).await;
    let is_up = |record: &Record| {
        let mut up = routable(&record.changes);
        up.retain(|(_, guid, _)| {
            record
                .changes
                .iter()
                .any(|c| c.endpoint.instance_guid == *guid && c.endpoint.key.process().as_str() == "process")
        });
        up.pop()
    };
    let (_, guid, port) = stand.recorder.until("the other app", is_up).await;
    assert_eq!(get(port, "/env/CF_INSTANCE_GUID"), guid);
    stand.recorder.until("the end of the squatter", held).await;
    assert_eq!(crashes(&stand.recorder.record.lock().unwrap(), "process"), Vec::<String>::new());
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_squatter_stops_nobody_in_the_strongest_tier() {
    a_squatter_stops_nobody(Isolation::Auto, 24_000..=24_063).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_squatter_stops_nobody_in_the_process_tier() {
    a_squatter_stops_nobody(Isolation::Process, 24_100..=24_163).await;
}
