//! Tasks: a command in a fresh container of the app's droplet.

use super::record::{StoredErrand, StoredTask, StoredWork};
use crate::container::{Input, InputKind, Program};
use crate::depot::Paths;
use crate::runner::port::stack_of;
use crate::runner::report::Voice;
use crate::runner::stored::{store_env, store_files, store_tags};
use crate::runner::{Shared, environment, instance};
use cc_domain::runtime::{Artifact, RuntimeError, TaskSpec};

pub(crate) fn stored_task(spec: &TaskSpec) -> Result<StoredErrand, RuntimeError> {
    Ok(StoredErrand {
        id: spec.task.to_string(),
        owner: (&spec.owner).into(),
        stack: stack_of(spec.lifecycle, &spec.image)?,
        limits: (&spec.limits).into(),
        tags: store_tags(&spec.tags),
        files: store_files(&spec.files),
        work: StoredWork::Task(StoredTask {
            command: (&spec.command).into(),
            container_env: store_env(&spec.container_env),
            droplet: spec.droplet.as_ref().map(Into::into),
        }),
        container: None,
        cut_off: 0,
        outcome: None,
    })
}

/// What its container needs and runs.
pub(super) async fn prepare(
    shared: &Shared,
    task: &StoredTask,
    paths: &Paths,
    voice: &Voice,
) -> Result<(Vec<Input>, Program), String> {
    let mut inputs = Vec::new();
    if let Some(droplet) = &task.droplet {
        voice.cell("Downloading droplet...");
        inputs.push(instance::fetch(shared, &Artifact::from(droplet), "droplet", InputKind::Droplet).await?);
        voice.cell("Downloaded droplet");
    }
    let command = &task.command;
    let program = Program {
        argv: instance::launcher(paths, &command.start, &command.execution_metadata),
        env: environment::of_errand(paths, &task.container_env, &command.env),
        source: command.log_source.clone(),
    };
    Ok((inputs, program))
}
