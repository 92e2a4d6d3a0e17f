//! What stands in the place of an engine where none is.

use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::process::Process;
use cc_domain::runtime::{
    BuildId, BuildSpec, Capabilities, Ensured, Instance, ObservedProcess, ObservedTask, ProcessKey,
    ProcessPatch, ProcessRef, ProcessSpec, ProcessView, Runtime, RuntimeError, TaskId, TaskSpec, Usage,
    WorkKind,
};
use std::time::Duration;

/// An engine without containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nothing {
    /// Takes every order and runs nothing, for whoever tests clients or the API itself: builds stay as they are until they are told
    /// otherwise through the API, tasks never end, instances never come up.
    Obedient,
    /// Answers every call with [`RuntimeError::Unavailable`]: the engine is with another replica.
    Elsewhere,
}

impl Nothing {
    fn answer<T: Default>(self) -> Result<T, RuntimeError> {
        match self {
            Self::Obedient => Ok(T::default()),
            Self::Elsewhere => Err(RuntimeError::Unavailable("this replica has no engine".to_owned())),
        }
    }
}

#[async_trait]
impl Runtime for Nothing {
    fn capabilities(&self) -> Capabilities {
        if *self == Self::Elsewhere {
            return Capabilities::default();
        }
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
        self.answer()
    }

    async fn ensure_process(&self, _spec: &ProcessSpec) -> Result<Ensured, RuntimeError> {
        self.answer().map(|()| Ensured::Created)
    }

    async fn patch_process(&self, _patch: &ProcessPatch) -> Result<(), RuntimeError> {
        self.answer()
    }

    async fn remove_process(&self, _key: &ProcessRef) -> Result<(), RuntimeError> {
        self.answer()
    }

    async fn stop_instance(&self, _key: &ProcessKey, _index: u32) -> Result<(), RuntimeError> {
        self.answer()
    }

    async fn list_processes(&self) -> Result<Vec<ObservedProcess>, RuntimeError> {
        self.answer()
    }

    async fn versions_of(&self, _process: &Guid<Process>) -> Result<Vec<ProcessKey>, RuntimeError> {
        self.answer()
    }

    async fn describe_process(&self, _key: &ProcessKey) -> Result<Option<ProcessView>, RuntimeError> {
        self.answer()
    }

    async fn instances(&self, _keys: &[ProcessKey]) -> Result<Vec<Instance>, RuntimeError> {
        self.answer()
    }

    async fn run_task(&self, _spec: &TaskSpec) -> Result<(), RuntimeError> {
        self.answer()
    }

    async fn cancel_task(&self, _id: &TaskId) -> Result<(), RuntimeError> {
        self.answer()
    }

    async fn find_task(&self, _id: &TaskId) -> Result<Option<ObservedTask>, RuntimeError> {
        self.answer()
    }

    /// It does not know what it was told, so nobody must think that tasks were lost.
    async fn list_tasks(&self) -> Result<Vec<ObservedTask>, RuntimeError> {
        self.answer::<()>().and(Err(RuntimeError::Unsupported("lists of tasks")))
    }

    async fn start_build(&self, _spec: &BuildSpec) -> Result<(), RuntimeError> {
        self.answer()
    }

    async fn cancel_build(&self, _id: &BuildId) -> Result<(), RuntimeError> {
        self.answer()
    }

    async fn find_build(&self, _id: &BuildId) -> Result<Option<ObservedTask>, RuntimeError> {
        self.answer()
    }

    async fn mark_fresh(&self, _what: WorkKind, _ttl: Duration) -> Result<(), RuntimeError> {
        self.answer()
    }

    async fn usage(&self, _key: &ProcessKey) -> Result<Vec<Usage>, RuntimeError> {
        self.answer()
    }
}

#[cfg(test)]
mod tests {
    use super::Nothing;
    use cc_domain::runtime::{Runtime, RuntimeError};

    #[tokio::test]
    async fn an_engine_that_is_elsewhere_is_asked_again_later_and_has_nothing_to_offer() {
        let asked = Nothing::Elsewhere.list_processes().await;
        assert!(matches!(asked, Err(RuntimeError::Unavailable(_))), "{asked:?}");
        assert!(!Nothing::Elsewhere.capabilities().tasks);
        assert_eq!(Nothing::Obedient.list_processes().await, Ok(Vec::new()));
    }
}
