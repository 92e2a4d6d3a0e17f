//! A test stand: an engine in a folder of its own, a droplet, and a record of everything the engine says.

use async_trait::async_trait;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::runtime as port;
use cc_domain::runtime::{Instance, InstanceState, ProcessKey, ProcessSpec, Runtime};
use cc_runtime::{Config, Connections, EndpointChange, Isolation, LocalRuntime, LogLine, Network};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::watch;

pub const HOST: &str = env!("CARGO_BIN_EXE_cc-runtime-host");
/// Answers over HTTP, see `cc-runtime-host`.
pub const APP: &str = r#"exec "$CF_LIFECYCLE" __testapp"#;
pub const VERSION: &str = "00000000-0000-4000-8000-000000000000";

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Default)]
pub struct Record {
    pub lines: Vec<LogLine>,
    pub changes: Vec<EndpointChange>,
    pub events: Vec<port::InstanceEvent>,
    pub tasks: Vec<port::TaskOutcome>,
    pub builds: Vec<port::BuildOutcome>,
    /// Reports still to be answered with "later".
    pub refusals: u32,
}

pub struct Recorder {
    pub record: Mutex<Record>,
    changed: watch::Sender<u64>,
}

impl Recorder {
    fn note(&self, write: impl FnOnce(&mut Record)) {
        write(&mut self.record.lock().unwrap());
        self.changed.send_modify(|count| *count += 1);
    }

    fn ack(&self) -> port::Ack {
        let mut record = self.record.lock().unwrap();
        if record.refusals == 0 {
            return port::Ack::Recorded;
        }
        record.refusals -= 1;
        port::Ack::RetryLater
    }

    /// Waits until the record shows something.
    pub async fn until<T>(&self, what: &str, mut look: impl FnMut(&Record) -> Option<T>) -> T {
        let mut changes = self.changed.subscribe();
        let wait = async {
            loop {
                if let Some(found) = look(&self.record.lock().unwrap()) {
                    return found;
                }
                changes.changed().await.unwrap();
            }
        };
        let found = tokio::time::timeout(PATIENCE, wait).await.ok();
        found.unwrap_or_else(|| panic!("never happened: {what}\n{}", self.text()))
    }

    pub fn text(&self) -> String {
        let record = self.record.lock().unwrap();
        let line = |line: &LogLine| format!("{} {}\n", line.source_type, String::from_utf8_lossy(&line.text));
        record.lines.iter().map(line).collect::<String>()
            + &format!("{:?}\n{:?}", record.changes, record.events)
    }

    /// Waits for a line of output.
    pub async fn line(&self, source: &str, text: &str) -> LogLine {
        let fits = |line: &&LogLine| line.source_type == source && line.text == text.as_bytes();
        self.until(&format!("{source} {text}"), |record| record.lines.iter().find(fits).cloned()).await
    }
}

#[async_trait]
impl port::RuntimeEvents for Recorder {
    async fn task_finished(&self, outcome: port::TaskOutcome) -> port::Ack {
        self.note(|record| record.tasks.push(outcome));
        self.ack()
    }

    async fn build_finished(&self, outcome: port::BuildOutcome) -> port::Ack {
        self.note(|record| record.builds.push(outcome));
        self.ack()
    }

    async fn instance_event(&self, event: port::InstanceEvent) -> port::Ack {
        self.note(|record| record.events.push(event));
        port::Ack::Recorded
    }
}

struct Files(PathBuf);

#[async_trait]
impl port::ArtifactSource for Files {
    async fn open(&self, artifact: &port::Artifact) -> Result<port::ArtifactContent, port::ArtifactError> {
        Ok(port::ArtifactContent::File(self.0.join(&artifact.blob_key)))
    }
}

#[async_trait]
impl port::ArtifactSink for Files {
    async fn store_droplet(
        &self,
        build: &port::BuildId,
        file: &Path,
    ) -> Result<port::Digests, port::ArtifactError> {
        Ok(keep(file, &self.0.join(build.to_string())))
    }

    async fn store_cache(
        &self,
        app: &Guid<App>,
        stack: &str,
        file: &Path,
    ) -> Result<port::Digests, port::ArtifactError> {
        Ok(keep(file, &self.0.join(format!("cache-{app}-{stack}"))))
    }
}

fn keep(file: &Path, target: &Path) -> port::Digests {
    let bytes = std::fs::copy(file, target).unwrap();
    port::Digests { sha1: String::new(), sha256: String::new(), bytes }
}

pub struct Stand {
    pub runtime: Arc<LocalRuntime>,
    pub recorder: Arc<Recorder>,
    config: Config,
    pub blobs: PathBuf,
    pub folder: TempDir,
}

/// Each stand has host ports of its own, so that tests can run side by side.
fn ports() -> std::ops::RangeInclusive<u16> {
    use std::sync::atomic::{AtomicU16, Ordering};
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 21_000 + NEXT.fetch_add(20, Ordering::Relaxed);
    first..=first + 19
}

pub fn recorder() -> Arc<Recorder> {
    Arc::new(Recorder { record: Mutex::default(), changed: watch::channel(0).0 })
}

/// An archive with an empty app, as staging leaves it.
pub fn droplet(path: &Path) {
    let mut archive = tar::Builder::new(GzEncoder::new(File::create(path).unwrap(), Compression::fast()));
    for folder in ["app", "deps", "logs", "tmp", "profile.d"] {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Directory);
        header.set_mode(0o755);
        header.set_size(0);
        archive.append_data(&mut header, format!("./{folder}/"), std::io::empty()).unwrap();
    }
    let info = br#"{"detected_buildpack":"","start_command":"exit 77"}"#;
    let mut header = tar::Header::new_gnu();
    header.set_mode(0o644);
    header.set_size(info.len() as u64);
    archive.append_data(&mut header, "./staging_info.yml", &info[..]).unwrap();
    archive.into_inner().unwrap().finish().unwrap();
}

impl Stand {
    pub async fn new(isolation: Isolation) -> Self {
        Self::with(isolation, |_| {}).await
    }

    pub async fn with(isolation: Isolation, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // As below a user's home: nobody else may pass.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        let blobs = folder.path().join("blobs");
        std::fs::create_dir(&blobs).unwrap();
        droplet(&blobs.join("droplet"));
        let mut config = Config::new(folder.path().join("runtime"));
        config.exe = Some(HOST.into());
        config.isolation = isolation;
        config.ports = ports();
        config.network = Network::Shared;
        config.cell = "cell".into();
        change(&mut config);
        let recorder = recorder();
        let runtime = start(&config, &recorder, &blobs, false).await;
        Self { runtime, recorder, config, blobs, folder }
    }

    /// Another server on the same folder, with an empty record.
    pub async fn again(&mut self) {
        self.next(false).await;
    }

    /// Another server on the same folder, with other settings.
    pub async fn again_with(&mut self, change: impl FnOnce(&mut Config)) {
        change(&mut self.config);
        self.next(false).await;
    }

    /// Another server on the same folder, which only looks at it.
    pub async fn again_standing_by(&mut self) {
        self.next(true).await;
    }

    async fn next(&mut self, stands_by: bool) {
        self.runtime.close().await;
        self.recorder = recorder();
        // The lock goes with the last reference to the former one.
        let former = std::mem::replace(&mut self.runtime, {
            let other = tempfile::tempdir().unwrap();
            let config = Config { dir: other.path().join("runtime"), ..self.config.clone() };
            start(&config, &recorder(), &self.blobs, true).await
        });
        drop(former);
        self.runtime.close().await;
        self.runtime = start(&self.config, &self.recorder, &self.blobs, stands_by).await;
    }

    pub async fn ensure(&self, spec: &ProcessSpec) {
        self.runtime.ensure_process(spec).await.unwrap();
    }

    pub async fn instances(&self) -> Vec<Instance> {
        let mut all = self.runtime.instances(&[key()]).await.unwrap();
        all.sort_by_key(|instance| instance.index);
        all
    }

    /// Waits until the instances are as said. What they are is asked, since not every change of it is reported.
    pub async fn when(&self, is_so: impl Fn(&[Instance]) -> bool) -> Vec<Instance> {
        let wait = async {
            loop {
                let all = self.instances().await;
                if is_so(&all) {
                    return all;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("the instances never were as expected")
    }

    /// Waits until this many instances are routable; gives index, guid and host port of each that is.
    pub async fn routable(&self, count: usize) -> Vec<(u32, String, u16)> {
        let look = |record: &Record| {
            let up = routable(&record.changes);
            (up.len() == count).then_some(up)
        };
        self.recorder.until(&format!("{count} routable instances"), look).await
    }

    pub async fn down(&self) {
        self.runtime.down().await;
    }
}

pub fn connections(recorder: &Arc<Recorder>, blobs: &Path) -> Connections {
    let files = Arc::new(Files(blobs.to_owned()));
    let (lines, changes) = (recorder.clone(), recorder.clone());
    Connections {
        source: files.clone(),
        sink: files,
        events: recorder.clone(),
        emit: Arc::new(move |line| lines.note(|record| record.lines.push(line))),
        endpoints: Arc::new(move |change| changes.note(|record| record.changes.push(change))),
    }
}

async fn start(
    config: &Config,
    recorder: &Arc<Recorder>,
    blobs: &Path,
    stands_by: bool,
) -> Arc<LocalRuntime> {
    let runtime = LocalRuntime::open(config.clone(), connections(recorder, blobs)).await.unwrap();
    if !stands_by {
        runtime.run();
    }
    runtime
}

pub fn routable(changes: &[EndpointChange]) -> Vec<(u32, String, u16)> {
    let mut up = BTreeMap::new();
    for change in changes {
        let at = &change.endpoint;
        if change.is_routable {
            let port = at.ports.first().map_or(0, |(_, host)| *host);
            up.insert(at.instance_guid.clone(), (at.index, at.instance_guid.clone(), port));
        } else {
            up.remove(&at.instance_guid);
        }
    }
    let mut up: Vec<_> = up.into_values().collect();
    up.sort_unstable();
    up
}

pub fn key() -> ProcessKey {
    ProcessKey::new("process", VERSION).unwrap()
}

/// A web process with a port check.
pub fn web(instances: u32, command: &str) -> ProcessSpec {
    let check = port::Check { http: None, port: 8080, timeout_ms: 0, interval_ms: 0 };
    ProcessSpec { ports: vec![8080], liveness: vec![check], ..worker(instances, command) }
}

/// A process without ports and checks.
pub fn worker(instances: u32, command: &str) -> ProcessSpec {
    let text = |text: &str| text.to_owned();
    ProcessSpec {
        key: key(),
        fingerprint: port::Fingerprint(format!("{instances}")),
        owner: port::Owner {
            org: "org".into(),
            org_name: text("o"),
            space: "space".into(),
            space_name: text("s"),
            app: "app".into(),
            app_name: text("a"),
        },
        process_type: text("web"),
        instances,
        lifecycle: port::Lifecycle::Buildpack,
        image: port::Image::Stack(text("cflinuxfs4")),
        droplet: Some(artifact(port::ArtifactKind::Droplet("droplet".into()), "droplet")),
        container_env: port::Env(vec![(text("LANG"), text("en_US.UTF-8"))]),
        commands: vec![port::Command {
            kind: port::CommandKind::App,
            start: text(command),
            execution_metadata: String::new(),
            env: port::Env(vec![(text("GREETING"), text("hello")), (text("PORT"), text("8080"))]),
            log_source: text("APP/PROC/WEB"),
        }],
        ssh: false,
        ports: Vec::new(),
        start_timeout_ms: 0,
        liveness: Vec::new(),
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
        tags: BTreeMap::new(),
        placement: port::Placement::default(),
        files: vec![port::MountedFile { path: text("db/password"), content: b"secret".to_vec() }],
    }
}

pub fn artifact(kind: port::ArtifactKind, name: &str) -> port::Artifact {
    port::Artifact { kind, blob_key: name.into(), checksum: None, custom_url: None }
}

/// Body of the answer to a GET; panics if nobody answers.
pub fn get(port: u16, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    let _ = stream.read_to_string(&mut text);
    text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
}

pub fn is_running(instance: &Instance) -> bool {
    instance.state == InstanceState::Running
}
