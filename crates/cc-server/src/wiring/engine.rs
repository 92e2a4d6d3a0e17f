//! The engine on this machine, and the knot between it and the use cases: they call it, and it reports to them.

use super::logs::emitter;
use crate::cli::{Isolation, Network};
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::problem::Problem;
use async_trait::async_trait;
use cc_actions::Ports;
use cc_actions::route::InstanceEndpoint;
use cc_actions::wakes::Changed;
use cc_domain::runtime::{
    Ack, Artifact, ArtifactContent, ArtifactError, ArtifactSink, ArtifactSource, BuildId, BuildSpec,
    Capabilities, Digests, Ensured, Instance, ObservedProcess, ObservedTask, ProcessKey, ProcessPatch,
    ProcessRef, ProcessSpec, ProcessView, Runtime, RuntimeError, TaskId, TaskSpec, Usage, WorkKind,
};
use cc_runtime::{Connections, LocalRuntime, StartError};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// The place of the engine among the ports. The use cases exist before the engine, since the engine reports to them from its first
/// moment; until it has started, calls are answered with [`RuntimeError::Unavailable`], which every caller repeats.
#[derive(Clone, Default)]
pub struct Slot(Arc<OnceLock<Arc<LocalRuntime>>>);

/// Starts the engine, adopts what runs, and puts it into its slot.
pub async fn start(
    config: &Config,
    data: &DataDir,
    ports: &Ports,
    slot: &Slot,
) -> Result<Arc<LocalRuntime>, Problem> {
    let artifacts = Arc::new(cc_actions::artifacts::Artifacts::new(ports.blobs.clone()));
    let connections = Connections {
        source: artifacts.clone(),
        sink: artifacts,
        events: Arc::new(cc_actions::runtime_events::Reports::new(ports.clone())),
        emit: emitter(ports.logs.clone()),
        endpoints: endpoints(ports),
    };
    let runtime = LocalRuntime::start(engine_config(config, data)?, connections).await.map_err(problem)?;
    // A second start in one process does not happen: there is one caller.
    let _ = slot.0.set(runtime.clone());
    Ok(runtime)
}

/// The engine for `down` and `doctor`: it adopts what runs and reports to nobody.
pub async fn engine_alone(config: &Config, data: &DataDir) -> Result<Arc<LocalRuntime>, Problem> {
    let alone = Arc::new(Alone);
    let connections = Connections {
        source: alone.clone(),
        sink: alone.clone(),
        events: alone,
        emit: Arc::new(|_| {}),
        endpoints: Arc::new(|_| {}),
    };
    LocalRuntime::stand_by(engine_config(config, data)?, connections).await.map_err(problem)
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
        let process = at.key.process().to_owned();
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
        ports.wakes.changed(Changed::Process, &process);
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

    async fn store_cache(&self, _: &str, _: &str, _: &Path) -> Result<Digests, ArtifactError> {
        Err(ArtifactError::Unavailable("the server does not run".to_owned()))
    }
}

impl Slot {
    fn engine(&self) -> Result<&LocalRuntime, RuntimeError> {
        self.0
            .get()
            .map(AsRef::as_ref)
            .ok_or_else(|| RuntimeError::Unavailable("the engine is starting".to_owned()))
    }
}

#[async_trait]
impl Runtime for Slot {
    fn capabilities(&self) -> Capabilities {
        self.0.get().map(|engine| engine.capabilities()).unwrap_or_default()
    }

    async fn ping(&self) -> Result<(), RuntimeError> {
        self.engine()?.ping().await
    }

    async fn ensure_process(&self, spec: &ProcessSpec) -> Result<Ensured, RuntimeError> {
        self.engine()?.ensure_process(spec).await
    }

    async fn patch_process(&self, patch: &ProcessPatch) -> Result<(), RuntimeError> {
        self.engine()?.patch_process(patch).await
    }

    async fn remove_process(&self, key: &ProcessRef) -> Result<(), RuntimeError> {
        self.engine()?.remove_process(key).await
    }

    async fn stop_instance(&self, key: &ProcessKey, index: u32) -> Result<(), RuntimeError> {
        self.engine()?.stop_instance(key, index).await
    }

    async fn list_processes(&self) -> Result<Vec<ObservedProcess>, RuntimeError> {
        self.engine()?.list_processes().await
    }

    async fn describe_process(&self, key: &ProcessKey) -> Result<Option<ProcessView>, RuntimeError> {
        self.engine()?.describe_process(key).await
    }

    async fn instances(&self, keys: &[ProcessKey]) -> Result<Vec<Instance>, RuntimeError> {
        self.engine()?.instances(keys).await
    }

    async fn run_task(&self, spec: &TaskSpec) -> Result<(), RuntimeError> {
        self.engine()?.run_task(spec).await
    }

    async fn cancel_task(&self, id: &TaskId) -> Result<(), RuntimeError> {
        self.engine()?.cancel_task(id).await
    }

    async fn find_task(&self, id: &TaskId) -> Result<Option<ObservedTask>, RuntimeError> {
        self.engine()?.find_task(id).await
    }

    async fn list_tasks(&self) -> Result<Vec<ObservedTask>, RuntimeError> {
        self.engine()?.list_tasks().await
    }

    async fn start_build(&self, spec: &BuildSpec) -> Result<(), RuntimeError> {
        self.engine()?.start_build(spec).await
    }

    async fn cancel_build(&self, id: &BuildId) -> Result<(), RuntimeError> {
        self.engine()?.cancel_build(id).await
    }

    async fn find_build(&self, id: &BuildId) -> Result<Option<ObservedTask>, RuntimeError> {
        self.engine()?.find_build(id).await
    }

    async fn mark_fresh(&self, what: WorkKind, ttl: Duration) -> Result<(), RuntimeError> {
        self.engine()?.mark_fresh(what, ttl).await
    }

    async fn usage(&self, key: &ProcessKey) -> Result<Vec<Usage>, RuntimeError> {
        self.engine()?.usage(key).await
    }
}
