//! A server with nothing but the engine, as the tests of this crate need one.
//!
//! It answers the hidden subcommands; `__testapp` is an app to be run, `__squatter FIRST LAST` one that wants all ports of a range; `serve DIR ISOLATION DROPLET COMMAND` runs one
//! instance until it is killed and prints what happens, a line each.

use async_trait::async_trait;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::runtime as port;
use cc_domain::runtime::Runtime;
use cc_runtime::{Config, Connections, Isolation, LocalRuntime, Network};
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, fs, process, thread};

fn main() {
    let args: Vec<OsString> = env::args_os().collect();
    let words: Vec<String> = args.iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let status = match words.as_slice() {
        [_, "__testapp"] => testapp().map_or(1, |()| 0),
        [_, "__squatter", first, last] => squat(first, last),
        [_, "serve", dir, isolation, droplet, command] => serve(dir, isolation, droplet, command),
        _ => cc_runtime::hidden_subcommand(args.get(1..).unwrap_or_default()).unwrap_or(2),
    };
    process::exit(status);
}

/// Answers `GET /env/NAME`, `/read/PATH`, `/touch/PATH`, `/is/PATH` (503 if it is not), `/once` (503 but the first time), `/id`, `/eat/MEGABYTES`, `/exit/STATUS`, `/resolve/NAME` and `/echo/ADDRESS/BYTES` (sends that much, ends, and counts what comes back) on `$PORT`.
fn testapp() -> io::Result<()> {
    let port = env::var("PORT").map_err(io::Error::other)?;
    let listener = TcpListener::bind(format!("0.0.0.0:{port}"))?;
    for stream in listener.incoming() {
        let stream = stream?;
        thread::spawn(move || answer(stream));
    }
    Ok(())
}

/// Answers on every port of a range that it can get, and goes on trying.
fn squat(first: &str, last: &str) -> i32 {
    let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse()) else { return 2 };
    let mut held = std::collections::BTreeSet::new();
    loop {
        for port in first..=last {
            if !held.contains(&port)
                && let Ok(listener) = TcpListener::bind(("0.0.0.0", port))
            {
                held.insert(port);
                thread::spawn(move || listener.incoming().flatten().for_each(|stream| drop(answer(stream))));
            }
        }
        thread::sleep(std::time::Duration::from_millis(5));
    }
}

static ASKED: AtomicBool = AtomicBool::new(false);

fn answer(mut stream: TcpStream) -> io::Result<()> {
    let mut line = String::new();
    BufReader::new(stream.try_clone()?).read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default();
    let (word, rest) = path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_matches('/'), ""));
    let text = match word {
        "env" => env::var(rest).unwrap_or_default(),
        "read" => match fs::read_to_string(format!("/{rest}")) {
            Ok(text) => text,
            Err(error) => format!("error: {:?}", error.kind()),
        },
        "id" => fs::read_to_string("/proc/self/status").unwrap_or_default(),
        "touch" => {
            fs::write(format!("/{rest}"), "").map_or_else(|error| error.to_string(), |()| String::new())
        }
        "resolve" => resolve(rest).unwrap_or_else(|error| format!("error: {:?}", error.kind())),
        "echo" => echo(rest).unwrap_or_else(|error| format!("error: {:?}", error.kind())),
        "exit" => process::exit(rest.parse().unwrap_or(1)),
        "eat" => {
            let bytes = rest.parse::<usize>().unwrap_or(1) * 1024 * 1024;
            let eaten = vec![1_u8; bytes];
            thread::sleep(std::time::Duration::from_mins(1));
            eaten.len().to_string()
        }
        _ => "ok".to_owned(),
    };
    let is_down = match word {
        "is" => !Path::new(&format!("/{rest}")).exists(),
        "once" => ASKED.swap(true, Ordering::Relaxed),
        _ => false,
    };
    let status = if is_down { "503 No" } else { "200 OK" };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}", text.len())
}

fn resolve(name: &str) -> io::Result<String> {
    let found: Vec<String> = (name, 0).to_socket_addrs()?.map(|address| address.ip().to_string()).collect();
    Ok(found.join(" "))
}

fn echo(what: &str) -> io::Result<String> {
    let (address, bytes) = what.split_once('/').unwrap_or((what, "0"));
    let bytes = bytes.parse().map_err(io::Error::other)?;
    let mut stream = TcpStream::connect(address)?;
    let mut writer = stream.try_clone()?;
    let sending = thread::spawn(move || {
        let block = vec![b'x'; 64 * 1024];
        let mut left: usize = bytes;
        while left > 0 {
            let part = block.get(..left.min(block.len())).unwrap_or_default();
            writer.write_all(part)?;
            left -= part.len();
        }
        writer.shutdown(Shutdown::Write)
    });
    let received = io::copy(&mut stream, &mut io::sink())?;
    sending.join().map_err(|_| io::ErrorKind::Other)??;
    Ok(received.to_string())
}

struct Nothing(PathBuf);

#[async_trait]
impl port::ArtifactSource for Nothing {
    async fn open(&self, _: &port::Artifact) -> Result<port::ArtifactContent, port::ArtifactError> {
        Ok(port::ArtifactContent::File(self.0.clone()))
    }
}

#[async_trait]
impl port::ArtifactSink for Nothing {
    async fn store_droplet(&self, _: &port::BuildId, _: &Path) -> Result<port::Digests, port::ArtifactError> {
        Err(port::ArtifactError::Missing("sink".into()))
    }

    async fn store_cache(
        &self,
        _: &Guid<App>,
        _: &str,
        _: &Path,
    ) -> Result<port::Digests, port::ArtifactError> {
        Err(port::ArtifactError::Missing("sink".into()))
    }
}

#[async_trait]
impl port::RuntimeEvents for Nothing {
    async fn task_finished(&self, _: port::TaskOutcome) -> port::Ack {
        port::Ack::Recorded
    }

    async fn build_finished(&self, _: port::BuildOutcome) -> port::Ack {
        port::Ack::Recorded
    }

    async fn instance_event(&self, event: port::InstanceEvent) -> port::Ack {
        say(&format!("event {event:?}"));
        port::Ack::Recorded
    }
}

fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

fn serve(dir: &str, isolation: &str, droplet: &str, command: &str) -> i32 {
    let Ok(tokio) = tokio::runtime::Runtime::new() else { return 1 };
    tokio.block_on(async {
        let nothing = Arc::new(Nothing(droplet.into()));
        let connections = Connections {
            source: nothing.clone(),
            sink: nothing.clone(),
            events: nothing,
            emit: Arc::new(|line| {
                say(&format!("log {} {}", line.source_type, String::from_utf8_lossy(&line.text)));
            }),
            endpoints: Arc::new(|change| {
                let at = change.endpoint;
                if change.is_routable {
                    say(&format!("up {} {:?}", at.instance_guid, at.ports));
                } else {
                    say(&format!("gone {}", at.instance_guid));
                }
            }),
        };
        let mut config = Config::new(dir);
        config.isolation = match isolation {
            "process" => Isolation::Process,
            "namespaces" | "gateway" => Isolation::Namespaces,
            _ => Isolation::Auto,
        };
        config.network = if isolation == "gateway" { Network::Gateway } else { Network::Shared };
        let runtime = match LocalRuntime::open(config, connections).await {
            Ok(runtime) => runtime,
            Err(error) => {
                say(&format!("error {error}"));
                return 1;
            }
        };
        runtime.run();
        say(&runtime.tier().facts_line());
        let key = port::ProcessKey::new("p", "00000000-0000-4000-8000-000000000000").expect("both are valid");
        let spec = cc_runtime_spec(key, command);
        if let Err(error) = runtime.ensure_process(&spec).await {
            say(&format!("error {error}"));
            return 1;
        }
        std::future::pending().await
    })
}

/// A web process with one instance and a port check.
fn cc_runtime_spec(key: port::ProcessKey, command: &str) -> port::ProcessSpec {
    let text = String::new;
    port::ProcessSpec {
        key,
        fingerprint: port::Fingerprint("1".into()),
        owner: port::Owner {
            org: "org".into(),
            org_name: text(),
            space: "space".into(),
            space_name: text(),
            app: "app".into(),
            app_name: text(),
        },
        process_type: "web".into(),
        instances: 1,
        lifecycle: port::Lifecycle::Buildpack,
        image: port::Image::Stack("cflinuxfs4".into()),
        droplet: Some(port::Artifact {
            kind: port::ArtifactKind::Droplet("d".into()),
            blob_key: "d".into(),
            checksum: None,
            custom_url: None,
        }),
        container_env: port::Env::default(),
        commands: vec![port::Command {
            kind: port::CommandKind::App,
            start: command.into(),
            execution_metadata: text(),
            env: port::Env::default(),
            log_source: "APP/PROC/WEB".into(),
        }],
        ssh: false,
        ports: vec![8080],
        start_timeout_ms: 0,
        liveness: vec![port::Check { http: None, port: 8080, timeout_ms: 0, interval_ms: 0 }],
        readiness: Vec::new(),
        limits: port::Limits {
            memory_mb: 128,
            disk_mb: 256,
            log_rate: -1,
            fds: 16_384,
            pids: 256,
            cpu_weight: 10,
        },
        egress: Vec::new(),
        routes: port::Routes::default(),
        tags: std::collections::BTreeMap::default(),
        placement: port::Placement::default(),
        files: Vec::new(),
    }
}
