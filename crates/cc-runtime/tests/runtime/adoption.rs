//! The server may go at any time; apps stay.

use super::stand::{APP, HOST, Stand, get, web, worker};
use cc_domain::runtime::Runtime;
use cc_runtime::Isolation;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// Ends the containers that a killed server of a test left: their supervisors are ours alone.
pub fn end_supervisors(runtime: &Path) {
    for entry in std::fs::read_dir(runtime.join("containers")).unwrap().flatten() {
        let text = std::fs::read(entry.path().join("state.json")).unwrap();
        let state: serde_json::Value = serde_json::from_slice(&text).unwrap();
        let pid = state["supervisor"]["pid"].as_i64().unwrap();
        kill(Pid::from_raw(pid.try_into().unwrap()), Signal::SIGKILL).unwrap();
    }
}

fn serve(runtime: &Path, droplet: &Path, isolation: &str) -> (Child, std::io::Lines<BufReader<ChildStdout>>) {
    let mut server = Command::new(HOST)
        .arg("serve")
        .arg(runtime)
        .arg(isolation)
        .arg(droplet)
        .arg(APP)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(server.stdout.take().unwrap()).lines();
    (server, lines)
}

/// Guid and host port of the first instance that comes up.
fn up(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> (String, u16) {
    for line in lines.map_while(Result::ok) {
        if let Some(rest) = line.strip_prefix("up ") {
            let (guid, ports) = rest.split_once(' ').unwrap();
            let port = ports.split(", ").nth(1).unwrap().trim_end_matches([')', ']']).parse().unwrap();
            return (guid.to_owned(), port);
        }
        assert!(!line.starts_with("error"), "{line}");
    }
    panic!("the server ended");
}

fn a_killed_server(isolation: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (runtime, droplet) = (folder.path().join("runtime"), folder.path().join("droplet"));
    super::stand::droplet(&droplet);
    let (mut first, mut lines) = serve(&runtime, &droplet, isolation);
    let (guid, port) = up(&mut lines);
    // The time of its start tells a process from another one with its number.
    let start = || get(port, "/read/proc/self/stat").split(' ').nth(21).map(str::to_owned);
    let before = start();
    assert!(before.is_some());
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(start(), before, "the app goes on without a server");
    let (mut second, mut lines) = serve(&runtime, &droplet, isolation);
    assert_eq!(up(&mut lines), (guid, port), "the same instance is taken over");
    assert_eq!(start(), before);
    second.kill().unwrap();
    second.wait().unwrap();
    end_supervisors(&runtime);
}

#[test]
fn a_server_killed_with_sigkill_is_followed_by_one_that_takes_the_app_over() {
    a_killed_server("auto");
}

#[test]
fn the_process_tier_survives_a_killed_server_too() {
    a_killed_server("process");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_line_is_lost_between_two_servers() {
    let mut stand = Stand::new(Isolation::Auto).await;
    stand.ensure(&worker(1, "for i in $(seq 1 60); do echo $i; sleep 0.05; done; exec sleep 1000")).await;
    stand.recorder.line("APP/PROC/WEB", "5").await;
    stand.again().await;
    stand.recorder.line("APP/PROC/WEB", "60").await;
    let numbers: Vec<u32> = {
        let record = stand.recorder.record.lock().unwrap();
        let lines = record.lines.iter().filter(|line| line.source_type == "APP/PROC/WEB");
        lines.filter_map(|line| String::from_utf8_lossy(&line.text).parse().ok()).collect()
    };
    assert_eq!(numbers, (1..=60).collect::<Vec<_>>());
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_no_server_saw_is_reported_by_the_next() {
    let mut stand = Stand::new(Isolation::Auto).await;
    stand.ensure(&worker(1, "echo ready; sleep 1; exit 9")).await;
    stand.recorder.line("APP/PROC/WEB", "ready").await;
    stand.again().await;
    let told = |record: &super::stand::Record| {
        record.events.iter().any(|event| format!("{event:?}").contains("Exited with status 9")).then_some(())
    };
    stand.recorder.until("the crash", told).await;
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_supervisor_takes_its_app_with_it_and_is_no_crash_of_the_app() {
    let stand = Stand::new(Isolation::Auto).await;
    stand.ensure(&web(1, APP)).await;
    let (_, before, _) = stand.routable(1).await.remove(0);
    end_supervisors(&stand.folder.path().join("runtime"));
    let is_new = |up: Vec<(u32, String, u16)>| up.into_iter().find(|(_, guid, _)| *guid != before);
    let look = |record: &super::stand::Record| is_new(super::stand::routable(&record.changes));
    stand.recorder.until("another instance", look).await;
    assert!(stand.recorder.record.lock().unwrap().events.is_empty());
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn containers_of_a_process_that_is_no_longer_wanted_are_put_down() {
    let mut stand = Stand::new(Isolation::Auto).await;
    stand.ensure(&web(1, APP)).await;
    let (_, _, port) = stand.routable(1).await.remove(0);
    let records = stand.folder.path().join("runtime/processes");
    for entry in std::fs::read_dir(&records).unwrap().flatten() {
        std::fs::remove_file(entry.path()).unwrap();
    }
    stand.again().await;
    stand.down().await;
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    let left = std::fs::read_dir(stand.folder.path().join("runtime/containers")).unwrap().count();
    assert_eq!(left, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stands_by_touches_nothing_until_it_is_told_to_stop_everything() {
    let mut stand = Stand::new(Isolation::Auto).await;
    stand.ensure(&web(1, APP)).await;
    let (_, guid, port) = stand.routable(1).await.remove(0);
    stand.again_standing_by().await;
    assert_eq!(stand.runtime.running_instances(), 1);
    stand.again_standing_by().await;
    assert_eq!(get(port, "/env/CF_INSTANCE_GUID"), guid);
    stand.down().await;
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    assert_eq!(stand.runtime.running_instances(), 0);
    stand.again().await;
    let (_, other, _) = stand.routable(1).await.remove(0);
    assert_ne!(other, guid, "what is desired is run again by the next start");
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_given_before_the_engine_runs_is_carried_out_when_it_does() {
    let mut stand = Stand::new(Isolation::Auto).await;
    stand.again_standing_by().await;
    stand.ensure(&web(1, APP)).await;
    assert_eq!(stand.runtime.running_instances(), 0);
    stand.runtime.run();
    stand.routable(1).await;
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_credential_lies_in_clear_and_the_next_server_can_still_start_another_instance() {
    let mut stand = Stand::new(Isolation::Auto).await;
    let mut spec = web(1, APP);
    for command in &mut spec.commands {
        command.env.0.push(("PASSWORD".into(), "correct horse battery".into()));
    }
    stand.ensure(&spec).await;
    let (_, before, _) = stand.routable(1).await.remove(0);
    let mut open = vec![stand.folder.path().join("runtime")];
    let mut files = 0;
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                open.push(entry.path());
            } else if kind.is_file() {
                files += 1;
                let bytes = std::fs::read(entry.path()).unwrap();
                let text = String::from_utf8_lossy(&bytes);
                assert!(!text.contains("correct horse") && !text.contains("PASSWORD"), "{:?}", entry.path());
            }
        }
    }
    assert!(files > 3);
    stand.again().await;
    assert_eq!(stand.routable(1).await.remove(0).1, before);
    stand.runtime.stop_instance(&super::stand::key(), 0).await.unwrap();
    let other = |record: &super::stand::Record| {
        super::stand::routable(&record.changes).into_iter().find(|(_, guid, _)| *guid != before)
    };
    let (_, _, port) = stand.recorder.until("another instance", other).await;
    assert_eq!(get(port, "/env/PASSWORD"), "correct horse battery");
    stand.down().await;
}
