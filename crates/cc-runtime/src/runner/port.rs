//! The `Runtime` port. Changes are made without a pause in between, so a call that is given up leaves nothing half done.

use super::Shared;
use super::process::{Message, StoredProcess};
use super::slot::Meter;
use super::start::{LocalRuntime, total_memory_bytes};
use super::stored::{self, load_tags, save, store_env, store_files, store_tags};
use crate::errand::{ErrandKind, stored_task};
use crate::stager::stored_build;
use crate::supervisor::protocol::Used;
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::process::Process;
use cc_domain::runtime::{
    BuildId, BuildSpec, Capabilities, Ensured, Fingerprint, Image, Instance, Lifecycle, ObservedProcess,
    ObservedTask, Placement, ProcessKey, ProcessPatch, ProcessRef, ProcessSpec, ProcessView, Runtime,
    RuntimeError, TaskId, TaskSpec, Usage, WorkKind,
};
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

#[async_trait]
impl Runtime for LocalRuntime {
    fn capabilities(&self) -> Capabilities {
        Capabilities { sidecars: true, tasks: true, readiness: true, usage: true, ..Capabilities::default() }
    }

    async fn ping(&self) -> Result<(), RuntimeError> {
        Ok(())
    }

    async fn ensure_process(&self, spec: &ProcessSpec) -> Result<Ensured, RuntimeError> {
        let new = stored_process(spec)?;
        let mut processes = self.processes();
        if let Some(running) = processes.get_mut(&spec.key) {
            if running.spec.fingerprint == new.fingerprint {
                return Ok(Ensured::Unchanged);
            }
            let changed = StoredProcess {
                fingerprint: new.fingerprint,
                instances: new.instances,
                tags: new.tags,
                ..StoredProcess::clone(&running.spec)
            };
            running.change(changed, &self.shared)?;
            return Ok(Ensured::Updated);
        }
        save(&self.shared.sealer, &self.shared.processes, &new.key, &new)?;
        drop(processes);
        self.begin(spec.key.clone(), Arc::new(new), Vec::new());
        Ok(Ensured::Created)
    }

    async fn patch_process(&self, patch: &ProcessPatch) -> Result<(), RuntimeError> {
        let mut processes = self.processes();
        let running = processes.get_mut(&patch.key).ok_or(RuntimeError::NotFound)?;
        let changed = StoredProcess {
            fingerprint: patch.fingerprint.0.clone(),
            instances: patch.instances,
            tags: store_tags(&patch.tags),
            ..StoredProcess::clone(&running.spec)
        };
        running.change(changed, &self.shared)
    }

    async fn remove_process(&self, key: &ProcessRef) -> Result<(), RuntimeError> {
        let ProcessRef::Key(key) = key else { return Ok(()) };
        let mut processes = self.processes();
        let name = key.to_string();
        stored::erase(&self.shared.processes, &name)?;
        stored::erase(&self.shared.crashes, &name)?;
        if let Some(running) = processes.remove(key) {
            let _ = running.mailbox.send(Message::Remove);
            self.leaving().insert(key.clone(), Arc::downgrade(&running.view));
        }
        Ok(())
    }

    async fn stop_instance(&self, key: &ProcessKey, index: u32) -> Result<(), RuntimeError> {
        if let Some(running) = self.processes().get(key) {
            let _ = running.mailbox.send(Message::Restart(index));
        }
        Ok(())
    }

    async fn list_processes(&self) -> Result<Vec<ObservedProcess>, RuntimeError> {
        let observed = |(key, running): (&ProcessKey, &super::start::Running)| ObservedProcess {
            key: ProcessRef::Key(key.clone()),
            fingerprint: Fingerprint(running.spec.fingerprint.clone()),
            instances: running.spec.instances,
        };
        Ok(self.processes().iter().map(observed).collect())
    }

    async fn versions_of(&self, process: &Guid<Process>) -> Result<Vec<ProcessKey>, RuntimeError> {
        Ok(self.processes().keys().filter(|key| key.process() == process).cloned().collect())
    }

    async fn describe_process(&self, key: &ProcessKey) -> Result<Option<ProcessView>, RuntimeError> {
        Ok(self.processes().get(key).map(|running| ProcessView {
            fingerprint: Fingerprint(running.spec.fingerprint.clone()),
            instances: running.spec.instances,
            placement: Placement { isolation_segment: running.spec.segment.clone() },
            tags: load_tags(&running.spec.tags),
        }))
    }

    async fn instances(&self, keys: &[ProcessKey]) -> Result<Vec<Instance>, RuntimeError> {
        let processes = self.processes();
        let leaving = self.leaving();
        let view = |key: &ProcessKey| match processes.get(key) {
            Some(running) => Some(Arc::clone(&running.view)),
            None => leaving.get(key).and_then(Weak::upgrade),
        };
        Ok(keys
            .iter()
            .filter_map(view)
            .flat_map(|view| view.lock().unwrap_or_else(PoisonError::into_inner).instances.clone())
            .collect())
    }

    async fn run_task(&self, spec: &TaskSpec) -> Result<(), RuntimeError> {
        self.accept(stored_task(spec)?)
    }

    async fn cancel_task(&self, id: &TaskId) -> Result<(), RuntimeError> {
        self.cancel(ErrandKind::Task, id.as_str());
        Ok(())
    }

    async fn find_task(&self, id: &TaskId) -> Result<Option<ObservedTask>, RuntimeError> {
        self.observe(ErrandKind::Task, id.as_str())
    }

    async fn list_tasks(&self) -> Result<Vec<ObservedTask>, RuntimeError> {
        self.observe_all(ErrandKind::Task)
    }

    async fn start_build(&self, spec: &BuildSpec) -> Result<(), RuntimeError> {
        self.accept(stored_build(spec)?)
    }

    async fn cancel_build(&self, id: &BuildId) -> Result<(), RuntimeError> {
        self.cancel(ErrandKind::Build, id.guid().as_str());
        Ok(())
    }

    async fn find_build(&self, id: &BuildId) -> Result<Option<ObservedTask>, RuntimeError> {
        self.observe(ErrandKind::Build, id.guid().as_str())
    }

    async fn mark_fresh(&self, _what: WorkKind, _ttl: Duration) -> Result<(), RuntimeError> {
        Ok(())
    }

    async fn usage(&self, key: &ProcessKey) -> Result<Vec<Usage>, RuntimeError> {
        let (spec, meters) = match self.processes().get(key) {
            None => return Ok(Vec::new()),
            Some(running) => {
                let view = running.view.lock().unwrap_or_else(PoisonError::into_inner);
                (Arc::clone(&running.spec), view.meters.clone())
            }
        };
        let ask = |meter: Meter| async move { (meter.remote.usage().await, meter) };
        let answers = futures_util::future::join_all(meters.into_iter().map(ask)).await;
        let all = answers
            .into_iter()
            .filter_map(|(used, meter)| Some(self.measure(&spec, &meter, used?)))
            .collect();
        Ok(all)
    }
}

impl super::start::Running {
    fn change(&mut self, changed: StoredProcess, shared: &Shared) -> Result<(), RuntimeError> {
        save(&shared.sealer, &shared.processes, &changed.key, &changed)?;
        self.spec = Arc::new(changed);
        let _ = self.mailbox.send(Message::Desire(Arc::clone(&self.spec)));
        Ok(())
    }
}

const MOST_SAMPLES: usize = 4096;
/// Starting takes far more than an app's share of the processor, which says nothing about the app.
const SETTLING_NS: i64 = 10_000_000_000;
/// Shortest time over which a rate means something.
const SHORTEST_NS: i64 = 200_000_000;

impl LocalRuntime {
    /// Rates are since the sample before; the first one since the start.
    fn measure(&self, spec: &StoredProcess, meter: &Meter, used: Used) -> Usage {
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        let start = Used { at_ns: meter.since_ns, ..Used::default() };
        let before = samples.get(&meter.guid).copied().unwrap_or(start);
        let elapsed = used.at_ns.saturating_sub(before.at_ns);
        if elapsed >= SHORTEST_NS {
            // Those of ended instances go this way; a lost one only makes the next rate one since the start.
            if samples.len() > MOST_SAMPLES {
                samples.clear();
            }
            samples.insert(meter.guid.clone(), used);
        }
        let seconds =
            Duration::from_nanos(u64::try_from(elapsed.max(SHORTEST_NS)).unwrap_or(1)).as_secs_f64();
        let cpu = Duration::from_nanos(used.cpu_ns.saturating_sub(before.cpu_ns)).as_secs_f64() / seconds;
        let log =
            Duration::from_nanos(used.log_bytes.saturating_sub(before.log_bytes)).as_secs_f64() / seconds;
        let megabytes = |mb: u32| u64::from(mb) * 1024 * 1024;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let share = whole(megabytes(spec.limits.memory_mb)) / whole(total_memory_bytes());
        let entitled = whole(u64::try_from(cores).unwrap_or(1)) * share;
        let is_settled = used.at_ns.saturating_sub(meter.since_ns) >= SETTLING_NS;
        Usage {
            index: meter.index,
            cpu,
            cpu_entitlement: (is_settled && entitled > 0.0).then(|| cpu / entitled),
            memory: used.memory_bytes,
            disk: used.disk_bytes,
            log_rate: Duration::from_secs_f64(log).as_nanos().try_into().unwrap_or(u64::MAX),
            memory_quota: megabytes(spec.limits.memory_mb),
            disk_quota: megabytes(spec.limits.disk_mb),
            log_rate_limit: (spec.limits.log_rate >= 0).then_some(spec.limits.log_rate),
            at_ns: used.at_ns,
        }
    }
}

/// As a float; exact to the megabyte for all that a machine has.
fn whole(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes >> 10).unwrap_or(u32::MAX)) * 1024.0
        + f64::from(u32::try_from(bytes & 1023).unwrap_or(0))
}

pub(crate) fn stack_of(lifecycle: Lifecycle, image: &Image) -> Result<String, RuntimeError> {
    match (lifecycle, image) {
        (Lifecycle::Buildpack, Image::Stack(name)) => Ok(name.clone()),
        (Lifecycle::Cnb, _) => Err(RuntimeError::Unsupported("Cloud Native Buildpacks")),
        _ => Err(RuntimeError::Unsupported("docker images")),
    }
}

fn stored_process(spec: &ProcessSpec) -> Result<StoredProcess, RuntimeError> {
    Ok(StoredProcess {
        stack: stack_of(spec.lifecycle, &spec.image)?,
        key: spec.key.to_string(),
        fingerprint: spec.fingerprint.0.clone(),
        owner: (&spec.owner).into(),
        process_type: spec.process_type.clone(),
        instances: spec.instances,
        droplet: spec.droplet.as_ref().map(Into::into),
        container_env: store_env(&spec.container_env),
        commands: spec.commands.iter().map(Into::into).collect(),
        ports: spec.ports.clone(),
        start_timeout_ms: spec.start_timeout_ms,
        liveness: spec.liveness.iter().map(Into::into).collect(),
        readiness: spec.readiness.iter().map(Into::into).collect(),
        limits: (&spec.limits).into(),
        tags: store_tags(&spec.tags),
        segment: spec.placement.isolation_segment.clone(),
        files: store_files(&spec.files),
    })
}
