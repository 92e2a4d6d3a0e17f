//! A task as an engine gets it.

use super::Task;
use crate::app::{AppContext, LifecycleKind};
use crate::droplet::Droplet;
use crate::process::ProcessSettings;
use crate::process::spec::{EngineSettings, artifact, container_env, engine_lifecycle, image, owner_tags};
use crate::runtime::{Command, CommandKind, InvalidId, Placement, TaskId, TaskSpec};

impl Task {
    /// The name that engines know it by.
    pub fn id(&self) -> Result<TaskId, InvalidId> {
        TaskId::new(self.guid.as_str())
    }

    /// The whole of it for an engine; `context.group` is the running group.
    pub fn spec(
        &self,
        context: &AppContext<'_>,
        droplet: &Droplet,
        settings: &ProcessSettings,
        engine: &EngineSettings,
    ) -> Result<TaskSpec, InvalidId> {
        Ok(TaskSpec {
            task: self.id()?,
            owner: context.owner(),
            name: self.name.clone(),
            command: Command {
                kind: CommandKind::App,
                start: self.command.clone(),
                execution_metadata: droplet.execution_metadata.clone(),
                env: context.task_env(self, settings),
                log_source: format!("APP/TASK/{}", self.name),
            },
            lifecycle: engine_lifecycle(droplet.lifecycle),
            image: image(context, droplet, engine),
            droplet: (droplet.lifecycle != LifecycleKind::Docker).then(|| artifact(droplet)),
            container_env: container_env(droplet.lifecycle),
            limits: engine.limits(self.memory, self.disk, self.log_rate),
            egress: Vec::new(),
            tags: owner_tags(context),
            placement: Placement::default(),
            files: Vec::new(),
        })
    }
}
