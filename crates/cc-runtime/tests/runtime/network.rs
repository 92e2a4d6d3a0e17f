//! Apps with networks of their own.

use super::stand::{APP, Record, Stand, VERSION, is_running, web, worker};
use super::tasks;
use cc_domain::runtime::{Check, Command, CommandKind, Env, InstanceEvent, ProcessKey, ProcessSpec, Runtime};
use cc_domain::traffic::Way;
use cc_runtime::{Config, Connections, Endpoint, Isolation, LocalRuntime, Network};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::io::{self, BufRead, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;
use std::thread;

/// None, and said so, where this machine cannot give apps networks of their own.
async fn stand(change: impl FnOnce(&mut Config)) -> Option<Stand> {
    let stand = Stand::with(Isolation::Auto, |config| {
        config.network = Network::Auto;
        change(config);
    })
    .await;
    if stand.runtime.tier().facts_line().contains(" net=gateway ") {
        return Some(stand);
    }
    eprintln!("SKIPPED: {}", stand.runtime.tier().gaps_line());
    stand.down().await;
    None
}

/// Endpoints of a process that are up, by index.
fn up(record: &Record, process: &str) -> Vec<Endpoint> {
    let mut up: Vec<Endpoint> = Vec::new();
    for change in record.changes.iter().filter(|change| change.endpoint.key.process().as_str() == process) {
        up.retain(|known| known.instance_guid != change.endpoint.instance_guid);
        if change.is_routable {
            up.push(change.endpoint.clone());
        }
    }
    up.sort_by_key(|endpoint| endpoint.index);
    up
}

async fn routable(stand: &Stand, process: &str, count: usize) -> Vec<Endpoint> {
    let look = |record: &Record| Some(up(record, process)).filter(|up| up.len() == count);
    stand.recorder.until(&format!("{count} routable instances of {process}"), look).await
}

/// Body of the answer to a GET of the app's first port.
async fn ask(endpoint: &Endpoint, path: &str) -> String {
    let Way::Through(dial) = &endpoint.way else { panic!("{endpoint:?} has no network of its own") };
    let port = endpoint.ports.first().unwrap().1;
    let mut stream = TcpStream::from(dial.dial(port).await.unwrap());
    stream.set_nonblocking(false).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let asked = tokio::task::spawn_blocking(move || {
        stream.write_all(request.as_bytes())?;
        let mut text = String::new();
        stream.read_to_string(&mut text)?;
        io::Result::Ok(text)
    });
    let text = asked.await.unwrap().unwrap();
    text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
}

/// An address of this machine that others see.
fn own_address() -> Ipv4Addr {
    let all = nix::ifaddrs::getifaddrs().unwrap();
    let mut all = all.filter_map(|one| Some(one.address?.as_sockaddr_in()?.ip()));
    all.find(|ip| !ip.is_loopback()).expect("tests of networks need a machine that has one")
}

/// Sends back what it gets, in connections that are closed one way at a time.
fn echo(address: Ipv4Addr) -> SocketAddr {
    let listener = TcpListener::bind((address, 0)).unwrap();
    let at = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let _ = io::copy(&mut stream.try_clone()?, &mut stream);
                stream.shutdown(Shutdown::Write)
            });
        }
    });
    at
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_listen_on_one_port_each_in_its_own_network() {
    let Some(stand) = stand(|_| {}).await else { return };
    let check = Check { http: Some("/up".into()), port: 8080, timeout_ms: 0, interval_ms: 0 };
    let spec = ProcessSpec { liveness: vec![check.clone()], readiness: vec![check], ..web(2, APP) };
    stand.ensure(&spec).await;
    let all = routable(&stand, "process", 2).await;
    for endpoint in &all {
        assert_eq!(ask(endpoint, "/env/PORT").await, "8080");
        assert_eq!(ask(endpoint, "/env/CF_INSTANCE_GUID").await, endpoint.instance_guid);
        assert_eq!(ask(endpoint, "/env/CF_INSTANCE_ADDR").await, format!("{}:8080", endpoint.host));
        let ports = ask(endpoint, "/env/CF_INSTANCE_PORTS").await;
        assert_eq!(ports, r#"[{"external":8080,"internal":8080}]"#);
    }
    let instances = stand.when(|all| all.len() == 2 && all.iter().all(is_running)).await;
    let shown: Vec<_> =
        instances.iter().map(|one| (one.net.host.clone(), one.net.instance_ip.clone())).collect();
    assert_eq!(shown, all.iter().map(|one| (one.host.clone(), one.host.clone())).collect::<Vec<_>>());
    assert_ne!(shown.first(), shown.last());
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_the_host_nor_another_app_is_reached() {
    let (loopback, everywhere) = (echo(Ipv4Addr::LOCALHOST), echo(Ipv4Addr::UNSPECIFIED));
    let Some(stand) = stand(|_| {}).await else { return };
    stand.ensure(&web(2, APP)).await;
    let all = routable(&stand, "process", 2).await;
    let (own, port) = (own_address(), everywhere.port());
    let other = &all.last().unwrap().host;
    let gateway = Ipv4Addr::from_bits(other.parse::<Ipv4Addr>().unwrap().to_bits() - 1);
    for to in [
        loopback.to_string(),
        format!("127.0.0.1:{port}"),
        format!("127.0.0.2:{port}"),
        format!("[::1]:{port}"),
        format!("{own}:{port}"),
        format!("{other}:8080"),
        format!("{gateway}:8080"),
        "169.254.169.254:80".to_owned(),
        "0.0.0.0:22".to_owned(),
    ] {
        let answer = ask(all.first().unwrap(), &format!("/echo/{to}/1")).await;
        assert_eq!(answer, "error: ConnectionRefused", "{to}");
    }
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_allowed_is_reached_with_all_bytes_in_both_directions() {
    let door = echo(Ipv4Addr::UNSPECIFIED);
    let Some(stand) = stand(|config| config.doors = vec![door]).await else { return };
    stand.ensure(&web(1, APP)).await;
    let endpoint = routable(&stand, "process", 1).await.remove(0);
    let to = SocketAddr::new(IpAddr::V4(own_address()), door.port());
    let asked = (0..8).map(|n| {
        let (endpoint, bytes) = (endpoint.clone(), n * 1_234_567);
        tokio::spawn(async move { (ask(&endpoint, &format!("/echo/{to}/{bytes}")).await, bytes.to_string()) })
    });
    for one in asked.collect::<Vec<_>>() {
        let (answer, expected) = one.await.unwrap();
        assert_eq!(answer, expected);
    }
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_come_and_go_by_the_thousand_and_leave_nothing() {
    let door = echo(Ipv4Addr::UNSPECIFIED);
    let Some(stand) = stand(|config| config.doors = vec![door]).await else { return };
    stand.ensure(&web(1, APP)).await;
    let endpoint = routable(&stand, "process", 1).await.remove(0);
    let gateway = gateway(&stand.folder.path().join("runtime"));
    let open = || std::fs::read_dir(format!("/proc/{gateway}/fd")).unwrap().count();
    let before = open();
    let to = SocketAddr::new(IpAddr::V4(own_address()), door.port());
    let asked = (0..16).map(|_| {
        let endpoint = endpoint.clone();
        tokio::spawn(async move {
            for bytes in 0..100 {
                assert_eq!(ask(&endpoint, &format!("/echo/{to}/{bytes}")).await, bytes.to_string());
            }
        })
    });
    for one in asked.collect::<Vec<_>>() {
        one.await.unwrap();
    }
    // The last ones end by themselves, soon.
    let all_gone = async {
        while open() > before + 2 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), all_gone).await.expect("connections stay");
    stand.down().await;
}

/// A name server on loopback that knows every name, over UDP and TCP.
fn name_server() -> SocketAddr {
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = tcp.local_addr().unwrap();
    let udp = UdpSocket::bind(at).unwrap();
    thread::spawn(move || {
        let mut query = [0; 512];
        while let Ok((length, from)) = udp.recv_from(&mut query) {
            let _ = udp.send_to(&answer(query.get(..length).unwrap_or_default(), false), from);
        }
    });
    thread::spawn(move || {
        for mut stream in tcp.incoming().flatten() {
            let mut length = [0; 2];
            while stream.read_exact(&mut length).is_ok() {
                let mut query = vec![0; u16::from_be_bytes(length).into()];
                if stream.read_exact(&mut query).is_err() {
                    break;
                }
                let answer = answer(&query, true);
                let length = u16::try_from(answer.len()).unwrap().to_be_bytes();
                let _ = stream.write_all(&[&length[..], &answer].concat());
            }
        }
    });
    at
}

/// 203.0.113.9 for every name; for names with `long` in them only over TCP.
fn answer(query: &[u8], is_tcp: bool) -> Vec<u8> {
    let (id, rest) = query.split_at(2);
    let end = rest.iter().skip(10).position(|byte| *byte == 0).unwrap() + 10 + 5;
    let question = rest.get(10..end).unwrap();
    let is_cut = !is_tcp && question.windows(4).any(|part| part == b"long");
    let is_four = question.ends_with(&[0, 1, 0, 1]);
    let flags = if is_cut { [0x83, 0x80] } else { [0x81, 0x80] };
    let answers = u8::from(is_four && !is_cut);
    let mut text = [id, &flags, &[0, 1, 0, answers, 0, 0, 0, 0], question].concat();
    if answers == 1 {
        text.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 203, 0, 113, 9]);
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_asked_of_the_hosts_name_servers() {
    let server = name_server();
    let Some(stand) = stand(|config| config.name_servers = vec![server]).await else { return };
    stand.ensure(&web(1, APP)).await;
    let endpoint = routable(&stand, "process", 1).await.remove(0);
    for name in ["app.test.", "long.app.test."] {
        assert_eq!(ask(&endpoint, &format!("/resolve/{name}")).await, "203.0.113.9", "{name}");
    }
    let gateway = Ipv4Addr::from_bits(endpoint.host.parse::<Ipv4Addr>().unwrap().to_bits() - 1);
    let conf = ask(&endpoint, "/read/etc/resolv.conf").await;
    assert!(conf.starts_with(&format!("nameserver {gateway}\n")), "{conf}");
    assert_eq!(ask(&endpoint, "/resolve/localhost").await.split(' ').next_back(), Some("127.0.0.1"));
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_ways_outlive_the_server() {
    let door = echo(Ipv4Addr::UNSPECIFIED);
    let Some(mut stand) = stand(|config| config.doors = vec![door]).await else { return };
    stand.ensure(&web(1, APP)).await;
    let before = routable(&stand, "process", 1).await.remove(0);
    stand.again().await;
    let after = routable(&stand, "process", 1).await.remove(0);
    assert_eq!((&after.instance_guid, &after.host), (&before.instance_guid, &before.host));
    let to = SocketAddr::new(IpAddr::V4(own_address()), door.port());
    assert_eq!(ask(&after, &format!("/echo/{to}/100000")).await, "100000");
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_keeps_its_network_when_the_setting_changes() {
    let Some(mut stand) = stand(|_| {}).await else { return };
    stand.ensure(&web(1, APP)).await;
    let before = routable(&stand, "process", 1).await.remove(0);
    stand.again_with(|config| config.network = Network::Shared).await;
    stand.ensure(&web(2, APP)).await;
    let all = routable(&stand, "process", 2).await;
    let [old, new] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(old.instance_guid, before.instance_guid);
    assert_eq!(ask(old, "/env/CF_INSTANCE_GUID").await, old.instance_guid);
    assert_eq!((new.way == Way::Host, new.host.as_str()), (true, "127.0.0.1"));
    let port = new.ports.first().unwrap().1;
    assert_eq!(super::stand::get(port, "/env/PORT"), port.to_string());
    stand.again_with(|config| config.network = Network::Auto).await;
    let all = routable(&stand, "process", 2).await;
    assert_eq!(all.iter().map(|one| one.way == Way::Host).collect::<Vec<_>>(), [false, true]);
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_never_listens_is_told_its_own_port() {
    let Some(stand) = stand(|_| {}).await else { return };
    let spec = ProcessSpec { start_timeout_ms: 300, ..web(1, "exec sleep 1000") };
    stand.ensure(&spec).await;
    let told = |record: &Record| {
        record.events.iter().find_map(|event| match event {
            InstanceEvent::Crashed { description, .. } => Some(description.clone()),
            _ => None,
        })
    };
    let text = stand.recorder.until("a crash", told).await;
    assert!(text.ends_with(":8080: connection refused"), "{text}");
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_whose_gateway_dies_starts_again() {
    let Some(stand) = stand(|_| {}).await else { return };
    stand.ensure(&web(1, APP)).await;
    let before = routable(&stand, "process", 1).await.remove(0);
    kill(gateway(&stand.folder.path().join("runtime")), Signal::SIGKILL).unwrap();
    let is_new =
        |record: &Record| up(record, "process").pop().filter(|up| up.instance_guid != before.instance_guid);
    let after = stand.recorder.until("another instance", is_new).await;
    assert_eq!(ask(&after, "/env/PORT").await, "8080");
    stand.down().await;
}

/// The gateway of the only container.
fn gateway(runtime: &Path) -> Pid {
    let folder = std::fs::read_dir(runtime.join("containers")).unwrap().next().unwrap().unwrap().path();
    let state: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("state.json")).unwrap()).unwrap();
    let supervisor = state["supervisor"]["pid"].as_u64().unwrap();
    let children = std::fs::read_to_string(format!("/proc/{supervisor}/task/{supervisor}/children")).unwrap();
    let is_gateway = |pid: &&str| {
        std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "cc-gateway")
    };
    Pid::from_raw(children.split_whitespace().find(is_gateway).unwrap().parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sidecar_shares_the_network_of_its_app() {
    let Some(stand) = stand(|_| {}).await else { return };
    let mut spec = web(1, APP);
    spec.commands.push(Command {
        kind: CommandKind::Sidecar { memory_mb: None, name: "side".into() },
        start: r#"PORT=9090 exec "$CF_LIFECYCLE" __testapp"#.into(),
        execution_metadata: String::new(),
        env: Env::default(),
        log_source: "APP/PROC/WEB/SIDECAR/SIDE".into(),
    });
    spec.liveness.push(Check { http: None, port: 9090, timeout_ms: 0, interval_ms: 0 });
    stand.ensure(&spec).await;
    let endpoint = routable(&stand, "process", 1).await.remove(0);
    // It answers with an error to what is no request, after which it ends.
    assert!(!ask(&endpoint, "/echo/127.0.0.1:9090/1").await.starts_with("error"));
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_has_a_network_of_its_own() {
    let loopback = echo(Ipv4Addr::LOCALHOST);
    let Some(stand) = stand(|_| {}).await else { return };
    let port = loopback.port();
    let command = format!("(exec 3<>/dev/tcp/127.0.0.1/{port}) 2>/dev/null && echo open || echo closed");
    stand.runtime.run_task(&tasks::task(&command)).await.unwrap();
    stand.recorder.line("APP/TASK/migrate", "closed").await;
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_listeners_in_a_network_of_its_own_concern_nobody() {
    let range = 24_200..=24_263;
    let Some(stand) = stand(|config| config.ports = range.clone()).await else { return };
    let squat = format!(r#"exec "$CF_LIFECYCLE" __squatter {} {}"#, range.start(), range.end());
    let other = ProcessKey::new("other", VERSION).unwrap();
    let mut squatter = ProcessSpec { key: other, ports: vec![*range.end()], ..worker(1, &squat) };
    squatter.liveness = vec![Check { http: None, port: *range.end(), timeout_ms: 0, interval_ms: 0 }];
    squatter.limits.pids = 1000;
    stand.ensure(&squatter).await;
    let squatter = routable(&stand, "other", 1).await.remove(0);
    stand.ensure(&web(1, APP)).await;
    routable(&stand, "process", 1).await;
    assert_eq!(ask(&squatter, "/env/CF_INSTANCE_GUID").await, squatter.instance_guid);
    stand.down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_cannot_be_had_it_is_refused_and_auto_shares() {
    let folder = tempfile::tempdir().unwrap();
    let start = |network| {
        let mut config = Config::new(folder.path().join("runtime"));
        config.exe = Some(super::stand::HOST.into());
        config.isolation = Isolation::Process;
        config.network = network;
        LocalRuntime::open(config, nobody())
    };
    let refused = start(Network::Gateway).await.err().map(|error| error.to_string()).unwrap();
    assert_eq!(
        refused,
        "apps cannot have networks of their own here, which network = gateway asks for: tier 3 has no namespaces"
    );
    let runtime = start(Network::Auto).await.unwrap();
    assert!(runtime.tier().facts_line().contains(" net=shared "), "{}", runtime.tier().facts_line());
    let gaps = runtime.tier().gaps_line();
    assert!(gaps.contains("app ports open to the network (no gateway: tier 3 has no namespaces)"), "{gaps}");
    runtime.close().await;
}

fn nobody() -> Connections {
    super::stand::connections(&super::stand::recorder(), Path::new("/nonexistent"))
}

/// The device is root's on this machine; in a mount namespace of its own a plain user has one for everybody.
const AS_A_PLAIN_USER: &str = r#"
mknod -m 666 "$1/tun" c 10 200 && mount --bind "$1/tun" /dev/net/tun
cd "$1" && exec setpriv --reuid 65534 --regid 65534 --clear-groups ./host serve "$1/runtime" gateway "$1/droplet" "$2"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_user_who_may_open_the_device_has_gateways_too() {
    if !nix::unistd::geteuid().is_root() {
        return;
    }
    let Some(stand) = stand(|_| {}).await else { return };
    stand.down().await;
    let folder = tempfile::tempdir().unwrap();
    super::stand::droplet(&folder.path().join("droplet"));
    std::fs::copy(super::stand::HOST, folder.path().join("host")).unwrap();
    for path in [folder.path(), &folder.path().join("droplet")] {
        std::os::unix::fs::chown(path, Some(65_534), Some(65_534)).unwrap();
    }
    let mut server = std::process::Command::new("unshare")
        .args(["--mount", "bash", "-c", AS_A_PLAIN_USER, "bash"])
        .args([&*folder.path().to_string_lossy(), APP])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let lines = io::BufReader::new(server.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut seen = Vec::new();
    let is_last = |line: &String| line.starts_with("up ") || line.starts_with("error");
    for line in lines {
        seen.push(line);
        if seen.last().is_some_and(is_last) {
            break;
        }
    }
    server.kill().unwrap();
    server.wait().unwrap();
    super::adoption::end_supervisors(&folder.path().join("runtime"));
    assert!(
        seen.iter().any(|line| line.contains(" users=userns(single) ") && line.contains(" net=gateway ")),
        "{seen:#?}"
    );
    assert!(seen.last().is_some_and(|line| line.ends_with(" [(8080, 8080)]")), "{seen:#?}");
}
