//! The engine: started once, adopts what an earlier server left running.

use super::config::{Config, Connections, StartError};
use super::process::{Actor, Message, StoredProcess};
use super::resources::Resources;
use super::slot::View;
use super::{Shared, Will, new_guid, stored};
use crate::depot::{Depot, Meta, Outside, Work, others_can_reach};
use crate::errand::{ErrandKind, Errands};
use crate::isolation::{self, Isolation, IsolationError, Tier};
use crate::network::policy::Policy;
use crate::seal::{Sealer, StateKey};
use cc_domain::runtime::ProcessKey;
use nix::fcntl::{Flock, FlockArg};
use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

/// The engine of this machine. Implements the [`Runtime`](cc_domain::runtime::Runtime) port.
pub struct LocalRuntime {
    pub(crate) shared: Arc<Shared>,
    pub(super) processes: Mutex<BTreeMap<ProcessKey, Running>>,
    /// What removed processes show until their actors end. Locked after `processes`.
    leaving: Mutex<BTreeMap<ProcessKey, Weak<Mutex<View>>>>,
    pub(super) samples: Mutex<BTreeMap<String, crate::supervisor::protocol::Used>>,
    pub(crate) tasks: Mutex<JoinSet<()>>,
    _lock: Flock<File>,
}

/// An actor and what it shows.
pub(super) struct Running {
    pub spec: Arc<StoredProcess>,
    pub mailbox: mpsc::UnboundedSender<Message>,
    pub view: Arc<Mutex<View>>,
}

impl LocalRuntime {
    /// Finds out how to isolate apps and what an earlier server left running. Takes orders from now on, but touches no
    /// container and reports nothing until [`LocalRuntime::run`] begins, or [`LocalRuntime::down`] stops them all;
    /// [`LocalRuntime::close`] leaves them as they are. `config.exe` must answer [`crate::hidden_subcommand`].
    pub async fn open(config: Config, connections: Connections) -> Result<Arc<Self>, StartError> {
        let made =
            tokio::task::spawn_blocking(move || Ground::lay(&config).map(|ground| (config, ground))).await;
        let (config, ground) = made.map_err(|error| folder("start")(io::Error::other(error)))??;
        let memory_mb = config.memory_mb.unwrap_or_else(default_memory_mb);
        let (news, heard) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            news,
            resources: Resources::new(memory_mb, config.ports.clone()),
            making: Arc::new(tokio::sync::Semaphore::new(MADE_AT_A_TIME)),
            staging: Arc::new(tokio::sync::Semaphore::new(config.staging_concurrency.max(1))),
            depot: Arc::new(ground.depot),
            spool: config.dir.join("spool"),
            processes: config.dir.join("processes"),
            crashes: config.dir.join("crashes"),
            tasks: config.dir.join("tasks"),
            builds: config.dir.join("builds"),
            errands: Errands::default(),
            sealer: ground.sealer,
            will: watch::channel(Will::Wait).0,
            room: watch::channel(0).0,
            listeners: watch::channel(Arc::default()).0,
            started: Instant::now(),
            config,
            connections,
        });
        let runtime = Arc::new(Self {
            shared,
            processes: Mutex::default(),
            leaving: Mutex::default(),
            samples: Mutex::default(),
            tasks: Mutex::default(),
            _lock: ground.lock,
        });
        runtime.spawn(Arc::clone(&runtime.shared).deliver(heard));
        runtime.spawn(super::guard::scan(Arc::clone(&runtime.shared)));
        runtime.adopt().map_err(folder("adopt"))?;
        Ok(runtime)
    }

    /// Takes over the containers of an earlier server and begins to reconcile. Returns before instances are up.
    pub fn run(&self) {
        self.shared.will.send_replace(Will::Run);
    }

    fn adopt(self: &Arc<Self>) -> io::Result<()> {
        let mut found: BTreeMap<String, Vec<(String, Meta)>> = BTreeMap::new();
        let mut errands = BTreeMap::new();
        let known: Vec<StoredProcess> = stored::load_all(&self.shared.sealer, &self.shared.processes)?;
        for (id, meta) in self.shared.depot.scan()? {
            match &meta.work {
                Work::Instance { key, guid, memory_mb, .. } => {
                    self.shared.resources.restore(guid, *memory_mb, meta.host_ports());
                    found.entry(key.clone()).or_default().push((id, meta));
                }
                Work::Task { id: guid, memory_mb } => {
                    self.shared.resources.restore(guid, *memory_mb, &[]);
                    errands.insert((ErrandKind::Task, guid.clone()), (id, meta));
                }
                Work::Build { id: guid, memory_mb } => {
                    self.shared.resources.restore(guid, *memory_mb, &[]);
                    errands.insert((ErrandKind::Build, guid.clone()), (id, meta));
                }
            }
        }
        for spec in known {
            let containers = found.remove(&spec.key).unwrap_or_default();
            if let Ok(key) = spec.key.parse() {
                self.begin(key, Arc::new(spec), containers);
            }
        }
        let strays = found.into_values().flatten().chain(self.resume(errands)?);
        for (id, meta) in strays {
            let (Work::Instance { guid, .. } | Work::Task { id: guid, .. } | Work::Build { id: guid, .. }) =
                meta.work;
            let shared = Arc::clone(&self.shared);
            self.spawn(async move { shared.put_down(id, guid).await });
        }
        Ok(())
    }

    pub(super) fn begin(&self, key: ProcessKey, spec: Arc<StoredProcess>, found: Vec<(String, Meta)>) {
        let (mailbox, messages) = mpsc::unbounded_channel();
        let view = Arc::new(Mutex::new(View::default()));
        let actor = Actor::new(
            Arc::clone(&self.shared),
            key.clone(),
            Arc::clone(&spec),
            mailbox.clone(),
            Arc::clone(&view),
        );
        self.spawn(actor.run(messages, found));
        self.processes().insert(key, Running { spec, mailbox, view });
    }

    pub(super) fn processes(&self) -> MutexGuard<'_, BTreeMap<ProcessKey, Running>> {
        self.processes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those whose actors have not ended.
    pub(super) fn leaving(&self) -> MutexGuard<'_, BTreeMap<ProcessKey, Weak<Mutex<View>>>> {
        let mut leaving = self.leaving.lock().unwrap_or_else(PoisonError::into_inner);
        leaving.retain(|_, view| view.strong_count() > 0);
        leaving
    }

    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }

    /// What was found about isolation; its lines are printed at the start.
    pub fn tier(&self) -> &Tier {
        &self.shared.depot.tier
    }

    /// Containers of apps that are alive now, whatever their health.
    pub fn running_instances(&self) -> usize {
        self.shared.depot.count_living_instances()
    }

    /// Ends the engine and leaves all containers running for the next one.
    pub async fn close(&self) {
        self.finish(Will::Leave).await;
    }

    /// Stops every container, gracefully and all at once, then ends. What is desired stays so: the next start runs
    /// it again.
    pub async fn down(&self) {
        self.finish(Will::Stop).await;
    }

    async fn finish(&self, will: Will) {
        self.shared.will.send_replace(will);
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let all = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(self.shared.config.grace + LAST_WAIT, all).await.is_err() {
            tracing::error!("some containers do not end; the next start deals with them");
        }
    }
}

/// Instances that are made at a time; the others wait without anything being kept for them.
const MADE_AT_A_TIME: usize = 32;

/// For containers that SIGKILL does not end, as when a file system hangs.
const LAST_WAIT: Duration = Duration::from_mins(1);

/// Folders, lock and containers, before anything runs.
struct Ground {
    lock: Flock<File>,
    sealer: Sealer,
    depot: Depot,
}

fn folder(step: &str) -> impl FnOnce(io::Error) -> StartError {
    let step = step.to_owned();
    move |cause| StartError::Folder { step, cause }
}

impl Ground {
    fn lay(config: &Config) -> Result<Self, StartError> {
        let dir = &config.dir;
        // Apps of an earlier version that still run as processes have their work trees in here and must pass through.
        let is_passed = fs::read_dir(dir.join("work")).is_ok_and(|mut trees| trees.next().is_some());
        make(dir, if is_passed { 0o711 } else { 0o700 })?;
        let lock = File::create(dir.join("lock")).map_err(folder("lock"))?;
        let lock =
            Flock::lock(lock, FlockArg::LockExclusiveNonblock).map_err(|_| StartError::InUse(dir.clone()))?;
        for name in ["containers", "processes", "crashes", "tasks", "builds", "keys", "spool", "probe"] {
            make(&dir.join(name), 0o700)?;
        }
        for entry in fs::read_dir(dir.join("spool")).map_err(folder("spool"))?.flatten() {
            let _ = fs::remove_file(entry.path());
        }
        let key = key(&dir.join("keys/supervisor.key")).map_err(folder("key"))?;
        let state_key = match &config.state_key {
            Some(key) => key.clone(),
            None => StateKey::derived_from(&self::key(&dir.join("keys/state.key")).map_err(folder("key"))?),
        };
        let exe = match &config.exe {
            Some(exe) => exe.clone(),
            None => std::env::current_exe().map_err(folder("own program"))?,
        };
        let (exe, tier, works) = isolate(config, exe)?;
        let tier = isolation::check_network(tier, config.network)?;
        let policy = Policy::of_default_groups(config.doors.clone()).open(&config.egress);
        let outside = Outside { policy, name_servers: config.name_servers.clone() };
        Ok(Self {
            lock,
            sealer: Sealer::new(&state_key),
            depot: Depot::new(dir.join("containers"), works, exe, key, tier, outside, config.host.clone()),
        })
    }
}

/// Program to run in containers, tier, and where work trees lie if not in the containers' folders.
fn isolate(config: &Config, exe: PathBuf) -> Result<(PathBuf, Tier, Option<PathBuf>), StartError> {
    let probe = config.dir.join("probe");
    let mut refused = Vec::new();
    if config.isolation != Isolation::Process {
        match isolation::detect_namespaces(config.network, &exe, &probe) {
            Ok(tier) => return Ok((exe, tier, None)),
            Err(reasons) => refused = reasons,
        }
        if config.isolation == Isolation::Namespaces {
            return Err(IsolationError::NotAvailable(refused.join("; ")).into());
        }
    }
    let (exe, works) =
        if nix::unistd::geteuid().is_root() { within_reach(&config.dir, exe)? } else { (exe, None) };
    let scratch = works.as_ref().unwrap_or(&probe);
    let tier = isolation::detect_process(config.network, config.allow_unsandboxed, refused, &exe, scratch)?;
    Ok((exe, tier, works))
}

/// Apps that run under other ids on the host's file system must be able to get to program and work trees. Below a
/// private folder they cannot; then both lie in `/var/lib/cc-server-work`.
fn within_reach(dir: &Path, exe: PathBuf) -> Result<(PathBuf, Option<PathBuf>), StartError> {
    let is_reachable = others_can_reach(dir);
    if is_reachable && others_can_reach(&exe) {
        let works = dir.join("work");
        make(&works, 0o711)?;
        return Ok((exe, Some(works)));
    }
    let base = if is_reachable {
        dir.to_owned()
    } else {
        let name = dir.to_string_lossy().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        Path::new("/var/lib/cc-server-work").join(name.trim_matches('-'))
    };
    let works = base.join("work");
    // Each with its own mode: those above a folder are made with what the umask leaves.
    for folder in base.parent().filter(|_| !is_reachable).into_iter().chain([&*base, &*works]) {
        make(folder, 0o711)?;
    }
    let exe = if others_can_reach(&exe) { exe } else { copy_program(&exe, &base)? };
    Ok((exe, Some(works)))
}

/// One copy for each version of the program.
fn copy_program(exe: &Path, base: &Path) -> Result<PathBuf, StartError> {
    let step = "copy the program to where apps can reach it";
    let known = fs::metadata(exe).map_err(folder(step))?;
    let target = base.join(format!("lifecycle-{}-{}", known.len(), known.mtime()));
    if !target.exists() {
        let new = base.join(new_guid());
        fs::copy(exe, &new).map_err(folder(step))?;
        fs::set_permissions(&new, Permissions::from_mode(0o555)).map_err(folder(step))?;
        fs::rename(&new, &target).map_err(folder(step))?;
    }
    Ok(target)
}

fn make(path: &Path, mode: u32) -> Result<(), StartError> {
    let step = format!("make {}", path.display());
    DirBuilder::new().recursive(true).mode(mode).create(path).map_err(folder(&step))?;
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(folder(&step))
}

/// The key that proves a connection to a supervisor comes from this server; made once.
fn key(path: &Path) -> io::Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut key = vec![0; 32];
            io::Read::read_exact(&mut File::open("/dev/urandom")?, &mut key)?;
            crate::supervisor::write_atomically(path, &key)?;
            Ok(key)
        }
        other => other,
    }
}

fn default_memory_mb() -> u64 {
    total_memory_bytes() / 1024 / 1024 * 8 / 10
}

/// Of the machine.
pub(super) fn total_memory_bytes() -> u64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kilobytes: Option<u64> = text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.trim().parse().ok());
    kilobytes.unwrap_or(1024 * 1024).saturating_mul(1024)
}
