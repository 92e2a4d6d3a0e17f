//! An engine that takes every order and runs nothing: for whoever tests clients or the API itself, without containers.

use async_trait::async_trait;
use cc_domain::runtime::{
    BuildId, BuildSpec, Capabilities, Ensured, Instance, ObservedProcess, ObservedTask, ProcessKey,
    ProcessPatch, ProcessRef, ProcessSpec, ProcessView, Runtime, RuntimeError, TaskId, TaskSpec, Usage,
    WorkKind,
};
use std::time::Duration;

/// Builds stay as they are until they are told otherwise through the API, tasks never start, instances never come up.
#[derive(Debug, Default)]
pub struct Nothing;

#[async_trait]
impl Runtime for Nothing {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            docker: true,
            cnb: true,
            ssh: true,
            tcp_routes: true,
            isolation_segments: true,
            sidecars: true,
            tasks: true,
            readiness: true,
            usage: true,
        }
    }

    async fn ping(&self) -> Result<(), RuntimeError> {
        Ok(())
    }

    async fn ensure_process(&self, _spec: &ProcessSpec) -> Result<Ensured, RuntimeError> {
        Ok(Ensured::Created)
    }

    async fn patch_process(&self, _patch: &ProcessPatch) -> Result<(), RuntimeError> {
        Ok(())
    }

    async fn remove_process(&self, _key: &ProcessRef) -> Result<(), RuntimeError> {
        Ok(())
    }

    async fn stop_instance(&self, _key: &ProcessKey, _index: u32) -> Result<(), RuntimeError> {
        Ok(())
    }

    async fn list_processes(&self) -> Result<Vec<ObservedProcess>, RuntimeError> {
        Ok(Vec::new())
    }

    async fn describe_process(&self, _key: &ProcessKey) -> Result<Option<ProcessView>, RuntimeError> {
        Ok(None)
    }

    async fn instances(&self, _keys: &[ProcessKey]) -> Result<Vec<Instance>, RuntimeError> {
        Ok(Vec::new())
    }

    async fn run_task(&self, _spec: &TaskSpec) -> Result<(), RuntimeError> {
        Ok(())
    }

    async fn cancel_task(&self, _id: &TaskId) -> Result<(), RuntimeError> {
        Ok(())
    }

    async fn find_task(&self, _id: &TaskId) -> Result<Option<ObservedTask>, RuntimeError> {
        Ok(None)
    }

    async fn list_tasks(&self) -> Result<Vec<ObservedTask>, RuntimeError> {
        Ok(Vec::new())
    }

    async fn start_build(&self, _spec: &BuildSpec) -> Result<(), RuntimeError> {
        Ok(())
    }

    async fn cancel_build(&self, _id: &BuildId) -> Result<(), RuntimeError> {
        Ok(())
    }

    async fn find_build(&self, _id: &BuildId) -> Result<Option<ObservedTask>, RuntimeError> {
        Ok(None)
    }

    async fn mark_fresh(&self, _what: WorkKind, _ttl: Duration) -> Result<(), RuntimeError> {
        Ok(())
    }

    async fn usage(&self, _key: &ProcessKey) -> Result<Vec<Usage>, RuntimeError> {
        Ok(Vec::new())
    }
}
