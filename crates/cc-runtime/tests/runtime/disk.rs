//! An app that writes more than it may.

use super::stand::{Record, Stand, worker};
use cc_domain::runtime::{InstanceEvent, Limits, ProcessSpec};
use cc_runtime::Isolation;

const QUOTA_MB: u32 = 64;
const PIECE_MB: u64 = 4;

/// Says the number of each piece that it wrote.
const PIECES: &str = "i=0; while :; do head -c 4194304 /dev/zero > piece$i; i=$((i+1)); echo $i; done";
const HIDDEN: &str = "i=0; while :; do mkdir d$i; head -c 4194304 /dev/zero > d$i/piece; chmod 0 d$i; i=$((i+1)); echo $i; done";
const REMOVED: &str =
    "exec 3>removed; rm removed; i=0; while :; do head -c 4194304 /dev/zero >&3; i=$((i+1)); echo $i; done";
const ONE: &str = "exec cat /dev/zero > one";

async fn is_ended(isolation: Isolation, writer: &str) {
    let stand = Stand::new(isolation).await;
    let spec = worker(1, writer);
    let limits = Limits { disk_mb: QUOTA_MB, memory_mb: QUOTA_MB, ..spec.limits };
    stand.ensure(&ProcessSpec { limits, ..spec }).await;
    let crash = |event: &InstanceEvent| match event {
        InstanceEvent::Crashed { description, .. } => Some(description.clone()),
        _ => None,
    };
    let look = |record: &Record| record.events.iter().find_map(crash);
    let text = stand.recorder.until("the end of the writer", look).await;
    assert!(text.contains("(disk quota exceeded)"), "{writer}: {text}");
    let pieces = {
        let record = stand.recorder.record.lock().unwrap();
        let numbers = record.lines.iter().filter(|line| line.source_type == "APP/PROC/WEB");
        let numbers = numbers.filter_map(|line| String::from_utf8_lossy(&line.text).parse::<u64>().ok());
        numbers.max().unwrap_or(0)
    };
    assert!(pieces * PIECE_MB <= u64::from(QUOTA_MB) * 4, "{writer}: {} MB", pieces * PIECE_MB);
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_is_ended_in_the_strongest_tier() {
    for writer in [ONE, PIECES, HIDDEN, REMOVED] {
        is_ended(Isolation::Auto, writer).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_is_ended_in_the_process_tier() {
    for writer in [ONE, PIECES, HIDDEN, REMOVED] {
        is_ended(Isolation::Process, writer).await;
    }
}
