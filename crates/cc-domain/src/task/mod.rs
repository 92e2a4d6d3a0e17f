//! Tasks: a command that runs once in a container of an app's droplet (domain-rules 21).

pub mod policy;
pub mod ports;
mod spec;

use crate::app::{App, LifecycleKind};
use crate::droplet::Droplet;
use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::metadata::{Metadata, MetadataPatch};
use crate::patch::Patch;
use crate::process::{Process, ProcessSettings, UserRefused};
use crate::quantity::{LogRate, Megabytes};
use crate::quota::{QuotaError, Quotas, TaskDemand, admit_task};
use crate::time::Timestamp;
use serde::Deserialize;

/// A task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub guid: Guid<Task>,
    pub app: Guid<App>,
    /// Counts the tasks of an app from 1.
    pub sequence_id: i64,
    /// Printable; several may have one name.
    pub name: String,
    /// 1 to 4,096 characters.
    pub command: String,
    /// `None` is whom the droplet names.
    pub user: Option<String>,
    /// Whom the droplet names; `None` once it is gone.
    pub droplet_user: Option<String>,
    pub state: TaskState,
    pub memory: Megabytes,
    pub disk: Megabytes,
    pub log_rate: LogRate,
    /// Of a failed one.
    pub failure_reason: Option<String>,
    /// What it runs in; it may be gone.
    pub droplet: Guid<Droplet>,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

text_enum! {
    pub enum TaskState {
        /// No engine has taken it yet.
        Pending = "PENDING",
        Running = "RUNNING",
        /// Somebody asked for its end.
        Canceling = "CANCELING",
        Succeeded = "SUCCEEDED",
        Failed = "FAILED",
    }
}

impl TaskState {
    /// It stays so.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }

    /// Whether quotas count it.
    pub const fn is_counted(self) -> bool {
        matches!(self, Self::Pending | Self::Running)
    }
}

#[derive(Clone, Debug)]
pub struct CreateTask {
    /// `None` makes one up.
    pub name: Option<String>,
    pub command: TaskCommand,
    /// A process whose command and limits are taken where the request names none.
    pub template: Option<Guid<Process>>,
    /// Null is the droplet's, absent the template's.
    pub user: Patch<String>,
    pub memory: Option<Megabytes>,
    /// MiB, at least 1; how many are too many is for [`CreateTask::check_disk`] to say.
    pub disk: Option<u64>,
    pub log_rate: Option<LogRate>,
    /// Null is that of no app.
    pub droplet: Patch<Guid<Droplet>>,
    pub metadata: MetadataPatch,
}

/// What a request says of the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskCommand {
    /// That of the template.
    OfTemplate,
    /// Null beside a template, which is refused.
    Null,
    Text(String),
}

/// What a process lends to a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskTemplate {
    pub command: String,
    pub user: Option<String>,
    pub memory: Megabytes,
    pub disk: Megabytes,
    pub log_rate: LogRate,
}

#[derive(Clone, Debug, Default)]
pub struct TaskFilter {
    pub common: Common,
    pub names: AnyOf,
    pub states: AnyOf,
    pub sequence_ids: AnyOf,
    pub app_guids: AnyOf,
    pub space_guids: AnyOf,
    pub organization_guids: AnyOf,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    #[error("Task must have a droplet. Specify droplet or assign current droplet to app.")]
    NoDroplet,
    #[error("Cannot request disk_in_mb greater than {0}")]
    Disk(Megabytes),
    /// ProcessNotFound (350003).
    #[error("The process could not be found: {0}")]
    UnknownTemplate(Guid<Process>),
    #[error("Task state is {0} and therefore cannot be canceled")]
    Ended(TaskState),
    /// Several problems at once, in the order of the reference.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<TaskProblem>),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskProblem {
    #[error("name format")]
    NameFormat,
    #[error("name presence")]
    NameBlank,
    #[error("command presence")]
    CommandBlank,
    #[error("command is not present")]
    CommandNull,
    #[error("command must be shorter than {} characters", Task::MAX_COMMAND + 1)]
    CommandTooLong,
    #[error(transparent)]
    Quota(#[from] QuotaError),
    #[error(transparent)]
    User(#[from] UserRefused),
}

/// Why a task failed that no engine could end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskFailure {
    #[error("Unable to request task to be run")]
    NotTaken,
    #[error("Task expired in PENDING state")]
    Expired,
    #[error("Unable to determine completion status")]
    Lost,
}

/// What a new task is made of besides its request.
pub struct TaskInput<'a> {
    pub sequence_id: i64,
    pub template: Option<TaskTemplate>,
    pub droplet: &'a Droplet,
    pub metadata: Metadata,
    /// Makes up a name if the request has none.
    pub noise: &'a str,
}

impl TaskTemplate {
    /// `droplet` is the one that the process's app has now.
    pub fn of(process: &Process, droplet: Option<&Droplet>) -> Self {
        Self {
            command: process.effective_command(droplet).unwrap_or_default().to_owned(),
            user: process.user.clone(),
            memory: process.memory,
            disk: process.disk,
            log_rate: process.log_rate,
        }
    }
}

impl CreateTask {
    /// The operator's bound holds for what is asked for, not for what a template has.
    pub fn check_disk(&self, settings: &ProcessSettings) -> Result<(), TaskError> {
        let is_too_much = self.disk.is_some_and(|disk| disk > u64::from(settings.max_disk.get()));
        if is_too_much { Err(TaskError::Disk(settings.max_disk)) } else { Ok(()) }
    }
}

impl Task {
    pub const MAX_COMMAND: usize = 4_096;
    /// Characters of a name that is made up.
    const MADE_UP: usize = 8;

    /// A task of the droplet's app that waits for an engine.
    pub fn new(
        guid: Guid<Self>,
        command: CreateTask,
        input: TaskInput<'_>,
        settings: &ProcessSettings,
        quotas: &Quotas,
        now: Timestamp,
    ) -> Result<Self, TaskError> {
        command.check_disk(settings)?;
        let TaskInput { sequence_id, template, droplet, metadata, noise } = input;
        let disk = command.disk.and_then(|disk| i64::try_from(disk).ok()).and_then(Megabytes::new);
        let lent = template.as_ref();
        let task = Self {
            app: droplet.app.clone(),
            sequence_id,
            name: command.name.unwrap_or_else(|| noise.chars().take(Self::MADE_UP).collect()),
            command: match &command.command {
                TaskCommand::OfTemplate => lent.map(|t| t.command.clone()).unwrap_or_default(),
                TaskCommand::Null => String::new(),
                TaskCommand::Text(text) => text.clone(),
            },
            user: command.user.apply(lent.and_then(|t| t.user.clone())),
            droplet_user: Some(droplet_user(droplet.lifecycle, &droplet.execution_metadata)),
            state: TaskState::Pending,
            memory: command.memory.or(lent.map(|t| t.memory)).unwrap_or(settings.default_memory),
            disk: disk.or(lent.map(|t| t.disk)).unwrap_or(settings.default_disk),
            log_rate: command.log_rate.or(lent.map(|t| t.log_rate)).unwrap_or(settings.default_log_rate),
            failure_reason: None,
            droplet: droplet.guid.clone(),
            metadata,
            created_at: now,
            updated_at: now,
            guid,
        };
        let mut problems = task.problems(&command.command);
        let demand = TaskDemand { memory: task.memory, log_rate: task.log_rate };
        problems.extend(admit_task(&demand, quotas).into_iter().map(TaskProblem::Quota));
        problems.extend(settings.check_user(task.user.as_deref()).err().map(TaskProblem::User));
        if problems.is_empty() { Ok(task) } else { Err(TaskError::Invalid(problems)) }
    }

    fn problems(&self, command: &TaskCommand) -> Vec<TaskProblem> {
        let line = self.name.strip_suffix('\n').unwrap_or(&self.name);
        let is_printable = !line.is_empty() && !line.chars().any(char::is_control);
        let found = [
            (!is_printable, TaskProblem::NameFormat),
            (self.name.trim().is_empty(), TaskProblem::NameBlank),
            (self.command.trim().is_empty(), TaskProblem::CommandBlank),
            (*command == TaskCommand::Null, TaskProblem::CommandNull),
            (self.command.chars().count() > Self::MAX_COMMAND, TaskProblem::CommandTooLong),
        ];
        found.into_iter().filter(|(is_there, _)| *is_there).map(|(_, problem)| problem).collect()
    }

    /// After the engine took it; `None` if the engine has to let go of it again.
    pub fn taken(mut self, now: Timestamp) -> Option<Self> {
        if self.state != TaskState::Pending {
            return None;
        }
        self.state = TaskState::Running;
        self.updated_at = now;
        Some(self)
    }

    /// After somebody asked for its end, perhaps not for the first time.
    pub fn canceled(mut self, now: Timestamp) -> Result<Self, TaskError> {
        if self.state.is_final() {
            return Err(TaskError::Ended(self.state));
        }
        self.state = TaskState::Canceling;
        self.updated_at = now;
        Ok(self)
    }

    /// After its end, which has a reason if it failed; `None` if it has ended before.
    pub fn ended(mut self, failure: Option<String>, now: Timestamp) -> Option<Self> {
        if self.state.is_final() {
            return None;
        }
        self.state = if failure.is_some() { TaskState::Failed } else { TaskState::Succeeded };
        self.failure_reason = failure;
        self.updated_at = now;
        Some(self)
    }

    /// Whom it runs as; `None` if only its droplet knew.
    pub fn runs_as(&self) -> Option<&str> {
        self.user.as_deref().or(self.droplet_user.as_deref())
    }

    /// Whether no engine has taken it for so long that none will.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        const PATIENCE_MICROS: i64 = 300_000_000;
        self.state == TaskState::Pending && now.micros_since(self.created_at) > PATIENCE_MICROS
    }
}

/// Whom the tasks of a droplet run as that name nobody.
pub fn droplet_user(lifecycle: LifecycleKind, execution_metadata: &str) -> String {
    #[derive(Default, Deserialize)]
    struct Metadata {
        #[serde(default)]
        user: Option<String>,
    }
    match lifecycle {
        LifecycleKind::Buildpack => "vcap".to_owned(),
        LifecycleKind::Cnb => "root".to_owned(),
        LifecycleKind::Docker => {
            let metadata: Metadata = serde_json::from_str(execution_metadata).unwrap_or_default();
            metadata.user.filter(|user| !user.trim().is_empty()).unwrap_or_else(|| "vcap".to_owned())
        }
    }
}

#[cfg(test)]
mod tests;
