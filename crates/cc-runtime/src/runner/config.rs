//! Settings and connections of the engine.

use super::report::{Emit, EndpointsChanged};
use crate::isolation::Isolation;
use crate::network::Network;
use crate::seal::StateKey;
use cc_domain::runtime::{ArtifactSink, ArtifactSource, EgressRule, RuntimeEvents};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Settings; [`Config::new`] gives the defaults.
#[derive(Debug, Clone)]
pub struct Config {
    /// Folder of the engine alone, made if missing.
    pub dir: PathBuf,
    /// Program that answers [`crate::hidden_subcommand`]; None: this one.
    pub exe: Option<PathBuf>,
    pub isolation: Isolation,
    pub network: Network,
    /// Where this host itself answers the public, as its router does: apps with networks of their own may connect there.
    pub doors: Vec<SocketAddr>,
    /// Where they may connect to beside what the default security groups allow.
    pub egress: Vec<EgressRule>,
    /// Whom apps with networks of their own ask for names; empty: those that this host asks.
    pub name_servers: Vec<SocketAddr>,
    /// Run apps even where nothing fences them off.
    pub allow_unsandboxed: bool,
    /// Sum over all instances, tasks and builds; None: 80 % of the machine's.
    pub memory_mb: Option<u64>,
    /// Host ports for instances that have no network of their own.
    pub ports: RangeInclusive<u16>,
    /// From SIGTERM to SIGKILL.
    pub grace: Duration,
    /// Builds at a time; the rest wait.
    pub staging_concurrency: usize,
    /// Name of this machine in events and log lines.
    pub cell: String,
    /// Address under which instances are reached that have no network of their own.
    pub host: String,
    /// Trees to run stacks on, by the name of the stack; the host's own otherwise.
    pub rootfs: BTreeMap<String, PathBuf>,
    /// Seals what is desired, which holds credentials; None: a key of its own in `keys`.
    pub state_key: Option<StateKey>,
}

impl Config {
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        let name = nix::unistd::gethostname().unwrap_or_default().to_string_lossy().into_owned();
        Self {
            dir: dir.into(),
            exe: None,
            isolation: Isolation::Auto,
            network: Network::Auto,
            doors: Vec::new(),
            egress: Vec::new(),
            name_servers: Vec::new(),
            allow_unsandboxed: false,
            memory_mb: None,
            ports: 20_000..=27_999,
            grace: Duration::from_secs(10),
            staging_concurrency: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            cell: format!("local-{name}"),
            host: "127.0.0.1".to_owned(),
            rootfs: BTreeMap::new(),
            state_key: None,
        }
    }

    /// Address of the listeners that connections to `host` come to.
    pub(crate) fn address(&self) -> IpAddr {
        self.host.parse().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))
    }
}

/// What the engine needs of others, and whom it tells.
#[derive(Clone)]
pub struct Connections {
    pub source: Arc<dyn ArtifactSource>,
    pub sink: Arc<dyn ArtifactSink>,
    pub events: Arc<dyn RuntimeEvents>,
    pub emit: Emit,
    pub endpoints: EndpointsChanged,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("another server uses {0}")]
    InUse(PathBuf),
    #[error("{step}: {cause}")]
    Folder { step: String, cause: std::io::Error },
    #[error(transparent)]
    Isolation(#[from] crate::isolation::IsolationError),
}
