//! What an app must not reach.

use super::stand::{APP, HOST, Stand, get, web};
use cc_runtime::Isolation;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

/// Files of the host, of the server and of other users.
async fn an_app_is_fenced_in(isolation: Isolation) {
    let stand = Stand::new(isolation).await;
    stand.ensure(&web(1, APP)).await;
    let (_, _, port) = stand.routable(1).await.remove(0);
    let own = stand.folder.path().join("runtime/keys/supervisor.key");
    let environ = format!("/proc/{}/environ", std::process::id());
    for path in ["/etc/shadow", "/root/.profile", &own.to_string_lossy(), &environ] {
        let answer = get(port, &format!("/read{path}"));
        assert!(answer.starts_with("error: "), "{path}: {answer}");
    }
    let status = get(port, "/id");
    for (field, value) in [("CapEff", "0000000000000000"), ("NoNewPrivs", "1"), ("Seccomp", "2")] {
        assert!(status.contains(&format!("{field}:\t{value}\n")), "{field}: {status}");
    }
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_fenced_in_in_the_strongest_tier() {
    an_app_is_fenced_in(Isolation::Auto).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_fenced_in_in_the_process_tier() {
    an_app_is_fenced_in(Isolation::Process).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_facts_name_the_tier_and_the_gaps_are_one_line() {
    let stand = Stand::new(Isolation::Process).await;
    let tier = stand.runtime.tier();
    assert!(tier.facts_line().starts_with("isolation tier=3 fs=landlock "), "{}", tier.facts_line());
    assert!(tier.gaps_line().contains("single-tenant only"));
    assert!(!tier.gaps_line().contains('\n'));
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bindings_are_files_that_only_the_app_can_read() {
    let stand = Stand::new(Isolation::Auto).await;
    if stand.runtime.tier().number < 3 {
        stand.ensure(&web(1, APP)).await;
        let (_, _, port) = stand.routable(1).await.remove(0);
        assert_eq!(get(port, "/read/etc/cf-service-bindings/db/password"), "secret");
    }
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_finds_its_memory_limit_where_runtimes_look_for_it() {
    let stand = Stand::new(Isolation::Auto).await;
    if stand.runtime.tier().number == 1 {
        stand.ensure(&web(1, APP)).await;
        let (_, _, port) = stand.routable(1).await.remove(0);
        let files = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
        let found: Vec<_> = files.iter().map(|file| get(port, &format!("/read{file}"))).collect();
        assert!(found.iter().any(|text| text.trim() == "134217728"), "{found:?}");
    }
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_obeys_nobody_without_the_key() {
    let stand = Stand::new(Isolation::Auto).await;
    stand.ensure(&web(1, APP)).await;
    let (_, guid, port) = stand.routable(1).await.remove(0);
    let folder = stand.folder.path().join("runtime/containers").join(&guid.replace('-', "")[..12]);
    let kill = r#"{"Kill":{"cause":"Stopped"}}"#;
    for first in [kill, r#"{"Hello":{"version":1,"hello":"00"}}"#, r#"{"Hello":{"version":9,"hello":""}}"#] {
        let mut stream = UnixStream::connect(folder.join("shim.sock")).unwrap();
        for message in [first, kill] {
            let length = u32::try_from(message.len() + 1).unwrap().to_le_bytes();
            let _ = stream.write_all(&[&length, &b"J"[..], message.as_bytes()].concat());
        }
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert_eq!(answer, b"");
    }
    assert_eq!(get(port, "/env/CF_INSTANCE_GUID"), guid);
    stand.down().await;
}

/// A server of a plain user, who is no root anywhere.
fn a_plain_user_can_run_an_app(isolation: &str) {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    const NOBODY: u32 = 65_534;
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    let droplet = folder.path().join("droplet");
    super::stand::droplet(&droplet);
    for path in [folder.path(), &droplet] {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    // The program may stand below a home that nobody else may enter.
    let outside = tempfile::tempdir().unwrap();
    std::fs::set_permissions(outside.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let host = outside.path().join("host");
    std::fs::copy(HOST, &host).unwrap();
    std::fs::set_permissions(&host, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut server = Command::new(host)
        .uid(NOBODY)
        .gid(NOBODY)
        .arg("serve")
        .arg(folder.path().join("runtime"))
        .args([isolation, &droplet.to_string_lossy(), APP])
        .current_dir("/")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(server.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut seen = Vec::new();
    let mut port = None;
    for line in lines {
        port = line
            .strip_prefix("up ")
            .and_then(|rest| rest.split(", ").nth(1)?.strip_suffix(")]")?.parse().ok());
        let is_over = port.is_some() || line.starts_with("error");
        seen.push(line);
        if is_over {
            break;
        }
    }
    let answer = port.map(|port| get(port, "/env/PORT"));
    assert_eq!(answer, port.map(|port: u16| port.to_string()), "{seen:#?}");
    assert!(port.is_some(), "{seen:#?}");
    server.kill().unwrap();
    server.wait().unwrap();
    super::adoption::end_supervisors(&folder.path().join("runtime"));
}

#[test]
fn a_plain_user_can_run_an_app_in_its_strongest_tier() {
    a_plain_user_can_run_an_app("auto");
}

#[test]
fn a_plain_user_can_run_an_app_in_the_process_tier() {
    a_plain_user_can_run_an_app("process");
}
