//! The engine on this machine. The use cases call it and it reports to them, so it is opened before them and begins after them.

use super::logs::emitter;
use crate::cli::{Isolation, Network};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::problem::Problem;
use async_trait::async_trait;
use cc_actions::Ports;
use cc_actions::route::InstanceEndpoint;
use cc_actions::runtime_events::Reports;
use cc_actions::wakes::Changed;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::runtime::{
    Ack, Artifact, ArtifactContent, ArtifactError, ArtifactSink, ArtifactSource, BuildId, Digests,
};
use cc_runtime::{Connections, LocalRuntime, StartError};
use std::path::Path;
use std::sync::Arc;

/// An engine that waits for the use cases.
pub struct Opened {
    pub runtime: Arc<LocalRuntime>,
    reports: Arc<Reports>,
}

/// Opens the engine; it takes bits and tells of lines and endpoints by what `ports` has already.
pub async fn open(config: &Config, data: &DataDir, ports: &Ports) -> Result<Opened, Problem> {
    let artifacts = Arc::new(cc_actions::artifacts::Artifacts::new(ports.blobs.clone()));
    let reports = Arc::new(Reports::default());
    let connections = Connections {
        source: artifacts.clone(),
        sink: artifacts,
        events: reports.clone(),
        emit: emitter(ports.logs.clone()),
        endpoints: endpoints(ports),
    };
    let runtime = LocalRuntime::open(engine_config(config, data)?, connections).await.map_err(problem)?;
    Ok(Opened { runtime, reports })
}

impl Opened {
    /// Has the engine adopt what runs and report to the use cases behind `ports`.
    pub fn begin(self, ports: Ports) -> Arc<LocalRuntime> {
        self.reports.connect(ports);
        self.runtime.run();
        self.runtime
    }
}

/// The engine for `down` and `doctor`: it knows what runs and reports to nobody.
pub async fn engine_alone(config: &Config, data: &DataDir) -> Result<Arc<LocalRuntime>, Problem> {
    let alone = Arc::new(Alone);
    let connections = Connections {
        source: alone.clone(),
        sink: alone.clone(),
        events: alone,
        emit: Arc::new(|_| {}),
        endpoints: Arc::new(|_| {}),
    };
    LocalRuntime::open(engine_config(config, data)?, connections).await.map_err(problem)
}

fn engine_config(config: &Config, data: &DataDir) -> Result<cc_runtime::Config, Problem> {
    let mut engine = cc_runtime::Config::new(data.join("runtime"));
    engine.isolation = match config.isolation {
        Isolation::Auto => cc_runtime::Isolation::Auto,
        Isolation::Namespaces => cc_runtime::Isolation::Namespaces,
        Isolation::Process => cc_runtime::Isolation::Process,
    };
    engine.network = match config.network {
        Network::Auto => cc_runtime::Network::Auto,
        Network::Gateway => cc_runtime::Network::Gateway,
        Network::Shared => cc_runtime::Network::Shared,
    };
    engine.doors = config.doors();
    engine.egress.clone_from(&config.app_egress);
    if let Some(ports) = &config.app_ports {
        engine.ports = ports.clone();
    }
    engine.memory_mb = config.apps_memory_mb.map(u64::from);
    engine.state_key = data.find_key(super::KEY)?.map(|key| cc_runtime::StateKey::derived_from(&key));
    Ok(engine)
}

fn problem(error: StartError) -> Problem {
    Problem::Runtime(format!("apps cannot be run: {error}"))
}

/// Tells the router where a process's instances listen, as it happens, and whoever waits for the process.
fn endpoints(ports: &Ports) -> cc_runtime::EndpointsChanged {
    let ports = ports.clone();
    Arc::new(move |change| {
        let at = change.endpoint;
        let process = at.key.process().clone();
        let instance = InstanceEndpoint {
            process: at.key,
            index: at.index,
            instance_guid: at.instance_guid,
            host: at.host,
            ports: at.ports,
            way: at.way,
        };
        if change.is_routable {
            ports.endpoints.routable(ports.traffic.as_ref(), instance);
        } else {
            ports.endpoints.gone(ports.traffic.as_ref(), &instance);
        }
        ports.wakes.changed(Changed::Process, process.as_str());
    })
}

/// An engine that is only asked what runs and told to stop it.
struct Alone;

#[async_trait]
impl cc_domain::runtime::RuntimeEvents for Alone {
    async fn task_finished(&self, _: cc_domain::runtime::TaskOutcome) -> Ack {
        Ack::RetryLater
    }

    async fn build_finished(&self, _: cc_domain::runtime::BuildOutcome) -> Ack {
        Ack::RetryLater
    }

    async fn instance_event(&self, _: cc_domain::runtime::InstanceEvent) -> Ack {
        Ack::RetryLater
    }
}

#[async_trait]
impl ArtifactSource for Alone {
    async fn open(&self, _: &Artifact) -> Result<ArtifactContent, ArtifactError> {
        Err(ArtifactError::Unavailable("the server does not run".to_owned()))
    }
}

#[async_trait]
impl ArtifactSink for Alone {
    async fn store_droplet(&self, _: &BuildId, _: &Path) -> Result<Digests, ArtifactError> {
        Err(ArtifactError::Unavailable("the server does not run".to_owned()))
    }

    async fn store_cache(&self, _: &Guid<App>, _: &str, _: &Path) -> Result<Digests, ArtifactError> {
        Err(ArtifactError::Unavailable("the server does not run".to_owned()))
    }
}
