//! Sidecars: further programs in the instances of a process (domain-rules 15).

pub mod policy;
pub mod ports;

use crate::app::App;
use crate::droplet::DropletSidecar;
use crate::guid::Guid;
use crate::list::Common;
use crate::patch::Patch;
use crate::process::Process;
use crate::process::process_type::ProcessType;
use crate::quantity::Megabytes;
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// A sidecar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sidecar {
    pub guid: Guid<Sidecar>,
    pub app: Guid<App>,
    /// 1 to 255 characters, unique in the app, case counts.
    pub name: String,
    /// 1 to 4,096 characters.
    pub command: String,
    /// At least one, none twice.
    pub process_types: Vec<ProcessType>,
    pub memory: Option<Megabytes>,
    pub origin: SidecarOrigin,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

text_enum! {
    pub enum SidecarOrigin {
        User = "user",
        /// Replaced with every droplet.
        Buildpack = "buildpack",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateSidecar {
    pub name: String,
    pub command: String,
    /// As they were sent.
    pub process_types: Vec<String>,
    pub memory: Option<Megabytes>,
}

#[derive(Clone, Debug, Default)]
pub struct UpdateSidecar {
    pub name: Option<String>,
    pub command: Option<String>,
    /// As they were sent.
    pub process_types: Option<Vec<String>>,
    pub memory: Patch<Megabytes>,
}

/// What it runs, without its identity.
impl From<&Sidecar> for DropletSidecar {
    fn from(sidecar: &Sidecar) -> Self {
        Self {
            name: sidecar.name.clone(),
            command: sidecar.command.clone(),
            process_types: sidecar.process_types.clone(),
            memory: sidecar.memory,
        }
    }
}

/// Sidecars of an app, or of a process: those of its app that are attached to its type.
#[derive(Clone, Debug)]
pub struct SidecarFilter {
    /// Without labels.
    pub common: Common,
    pub owner: SidecarOwner,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SidecarOwner {
    App(Guid<App>),
    Process(Guid<Process>),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SidecarError {
    #[error("Name is too long (maximum is 255 characters)")]
    NameTooLong,
    #[error("Command is too long (maximum is 4096 characters)")]
    CommandTooLong,
    #[error("type presence")]
    BlankProcessType,
    #[error("Process type is too long (maximum is 255 characters)")]
    ProcessTypeTooLong,
    #[error("sidecar_guid and type Sidecar is already associated with process type {0}")]
    RepeatedProcessType(ProcessType),
    #[error("Sidecar with name '{0}' already exists for given app")]
    NameTaken(String),
    #[error("The memory allocation defined is too large to run with the dependent \"{0}\" process")]
    TooMuchMemory(ProcessType),
}

/// Whether all sidecars of a process type fit into its memory with something left for the process.
pub fn fit(sidecars: &[Sidecar], kind: &ProcessType, memory: Megabytes) -> bool {
    let used = memory_of(sidecars, kind);
    used == 0 || used < u64::from(memory.get())
}

/// Megabytes that the sidecars of a process type have of their own.
pub fn memory_of(sidecars: &[Sidecar], kind: &ProcessType) -> u64 {
    let attached = sidecars.iter().filter(|s| s.process_types.contains(kind));
    attached.filter_map(|s| s.memory).map(|m| u64::from(m.get())).sum()
}

/// The process types of a sidecar, sorted.
fn attached(texts: &[String]) -> Result<Vec<ProcessType>, SidecarError> {
    let mut kinds = BTreeSet::new();
    for text in texts {
        if text.trim().is_empty() {
            return Err(SidecarError::BlankProcessType);
        }
        let kind = ProcessType::parse(text).ok_or(SidecarError::ProcessTypeTooLong)?;
        if let Some(twice) = kinds.replace(kind) {
            return Err(SidecarError::RepeatedProcessType(twice));
        }
    }
    Ok(kinds.into_iter().collect())
}

impl Sidecar {
    pub const MAX_NAME: usize = 255;
    pub const MAX_COMMAND: usize = 4_096;

    /// A user's sidecar. `others` are those the app has, `processes` its processes.
    pub fn new(
        guid: Guid<Self>,
        app: &Guid<App>,
        command: CreateSidecar,
        others: &[Self],
        processes: &[Process],
        now: Timestamp,
    ) -> Result<Self, SidecarError> {
        let sidecar = Self {
            guid,
            app: app.clone(),
            name: command.name,
            command: command.command,
            process_types: Vec::new(),
            memory: command.memory,
            origin: SidecarOrigin::User,
            created_at: now,
            updated_at: now,
        };
        let memory_matters = sidecar.memory.is_some();
        sidecar.checked(Some(&command.process_types), memory_matters, others, processes)
    }

    /// One that a droplet brings.
    pub fn of_droplet(guid: Guid<Self>, app: &Guid<App>, from: &DropletSidecar, now: Timestamp) -> Self {
        Self {
            guid,
            app: app.clone(),
            name: from.name.clone(),
            command: from.command.clone(),
            process_types: from.process_types.clone(),
            memory: from.memory,
            origin: SidecarOrigin::Buildpack,
            created_at: now,
            updated_at: now,
        }
    }

    /// After a change; `others` may contain this one. The origin stays.
    pub fn updated(
        mut self,
        change: UpdateSidecar,
        others: &[Self],
        processes: &[Process],
        now: Timestamp,
    ) -> Result<Self, SidecarError> {
        let memory_matters = !change.memory.is_absent() || change.process_types.is_some();
        self.name = change.name.unwrap_or(self.name);
        self.command = change.command.unwrap_or(self.command);
        self.memory = change.memory.apply(self.memory);
        self.updated_at = now;
        self.checked(change.process_types.as_deref(), memory_matters, others, processes)
    }

    /// With these process types, if any are given. Memory is looked at first, and the types last.
    fn checked(
        mut self,
        types: Option<&[String]>,
        memory_matters: bool,
        others: &[Self],
        processes: &[Process],
    ) -> Result<Self, SidecarError> {
        let types = types.map(attached);
        if let Some(Ok(kinds)) = &types {
            self.process_types.clone_from(kinds);
        }
        if memory_matters {
            self.check_memory(others, processes)?;
        }
        if self.name.chars().count() > Self::MAX_NAME {
            return Err(SidecarError::NameTooLong);
        }
        if self.command.chars().count() > Self::MAX_COMMAND {
            return Err(SidecarError::CommandTooLong);
        }
        if others.iter().any(|o| o.guid != self.guid && o.name == self.name) {
            return Err(SidecarError::NameTaken(self.name));
        }
        types.transpose()?;
        Ok(self)
    }

    fn check_memory(&self, others: &[Self], processes: &[Process]) -> Result<(), SidecarError> {
        let all: Vec<Self> =
            others.iter().filter(|o| o.guid != self.guid).chain(std::iter::once(self)).cloned().collect();
        let full =
            processes.iter().find(|p| self.process_types.contains(&p.kind) && !fit(&all, &p.kind, p.memory));
        full.map_or(Ok(()), |process| Err(SidecarError::TooMuchMemory(process.kind.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(name: &str, types: &[&str]) -> CreateSidecar {
        CreateSidecar {
            name: name.to_owned(),
            command: "run".to_owned(),
            process_types: types.iter().map(|t| (*t).to_owned()).collect(),
            memory: None,
        }
    }

    fn new(guid: &str, command: CreateSidecar, others: &[Sidecar]) -> Result<Sidecar, SidecarError> {
        Sidecar::new(Guid::new(guid), &Guid::new("a"), command, others, &[], Timestamp::from_seconds(0))
    }

    #[test]
    fn a_name_is_used_once_in_an_app_and_a_type_once_in_a_sidecar() {
        let first = new("1", create("m", &["web"]), &[]).unwrap();
        assert_eq!(
            new("2", create("m", &["web"]), std::slice::from_ref(&first)),
            Err(SidecarError::NameTaken("m".into()))
        );
        assert_eq!(
            new("2", create("n", &["web", "web"]), &[]),
            Err(SidecarError::RepeatedProcessType(ProcessType::web()))
        );
        assert_eq!(new("2", create("n", &[" "]), &[]), Err(SidecarError::BlankProcessType));
        let long = "t".repeat(ProcessType::MAX_CHARS + 1);
        assert_eq!(new("2", create("n", &[&long]), &[]), Err(SidecarError::ProcessTypeTooLong));
        assert_eq!(
            new("2", create("m", &[""]), std::slice::from_ref(&first)),
            Err(SidecarError::NameTaken("m".into()))
        );
        let same = first.clone().updated(
            UpdateSidecar::default(),
            std::slice::from_ref(&first),
            &[],
            Timestamp::from_seconds(0),
        );
        assert_eq!(same, Ok(first));
    }

    #[test]
    fn sidecars_leave_memory_to_their_process() {
        let sidecar =
            |mb| Sidecar { memory: Megabytes::new(mb), ..new("1", create("m", &["web"]), &[]).unwrap() };
        let memory = Megabytes::new(64).unwrap();
        assert!(fit(&[sidecar(63)], &ProcessType::web(), memory));
        assert!(!fit(&[sidecar(64)], &ProcessType::web(), memory));
        assert!(!fit(&[sidecar(32), sidecar(32)], &ProcessType::web(), memory));
    }
}
