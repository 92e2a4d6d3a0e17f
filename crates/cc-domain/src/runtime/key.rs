//! Names under which an engine knows work.

use crate::build::Build;
use crate::guid::Guid;
use crate::process::Process;
use std::fmt;

/// Text that cannot be the name of work in an engine: allowed are 1 to 200 of `[A-Za-z0-9_-]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid identifier for the runtime")]
pub struct InvalidId;

/// The pattern of Diego for process and task guids; it also makes every id a safe file name.
fn check(text: &str) -> Result<(), InvalidId> {
    let fits = (1..=200).contains(&text.len());
    let clean = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if fits && clean { Ok(()) } else { Err(InvalidId) }
}

/// One version of a process. Another version is another key, and both may run side by side.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProcessKey {
    process: Guid<Process>,
    version: String,
}

impl ProcessKey {
    /// `version` must be the 36 characters of a UUID, so that the text form can be taken apart again.
    pub fn new(process: impl Into<Guid<Process>>, version: impl Into<String>) -> Result<Self, InvalidId> {
        let (process, version) = (process.into(), version.into());
        check(process.as_str())?;
        check(&version)?;
        if version.len() == 36 { Ok(Self { process, version }) } else { Err(InvalidId) }
    }

    pub fn process(&self) -> &Guid<Process> {
        &self.process
    }

    pub fn version(&self) -> &str {
        &self.version
    }
}

/// `<process>-<version>`: the process guid of Diego.
impl fmt::Display for ProcessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.process, self.version)
    }
}

impl std::str::FromStr for ProcessKey {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let cut = text.len().checked_sub(37).ok_or(InvalidId)?;
        let (process, rest) = text.split_at_checked(cut).ok_or(InvalidId)?;
        Self::new(process, rest.strip_prefix('-').ok_or(InvalidId)?)
    }
}

/// A process entry of an engine; one whose name is not ours is removed by the sync.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ProcessRef {
    Key(ProcessKey),
    Foreign(String),
}

/// Opaque text of what a desired process was made from; equal text means nothing to do (diego 2.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub String);

/// Our task guid.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(String);

/// Our build guid.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BuildId(Guid<Build>);

impl TaskId {
    pub fn new(guid: impl Into<String>) -> Result<Self, InvalidId> {
        let guid = guid.into();
        check(&guid).map(|()| Self(guid))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl BuildId {
    pub fn new(guid: impl Into<Guid<Build>>) -> Result<Self, InvalidId> {
        let guid = guid.into();
        check(guid.as_str()).map(|()| Self(guid))
    }

    pub fn guid(&self) -> &Guid<Build> {
        &self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for BuildId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{BuildId, InvalidId, ProcessKey};

    const VERSION: &str = "7c4b0a3e-55cf-4c0f-8a3b-2f0d6d4a9e10";

    #[test]
    fn a_process_key_survives_its_text_form() {
        for process in ["4f7d1c66-0d3a-4f7e-9a57-0d2e6f7b8c9d", "p", "a-b-c"] {
            let key = ProcessKey::new(process, VERSION).unwrap();
            assert_eq!(key.to_string().parse(), Ok(key));
        }
    }

    #[test]
    fn text_that_could_leave_a_folder_is_no_identifier() {
        for bad in ["", "..", "a/b", "a b", "é", &"x".repeat(201)] {
            assert_eq!(BuildId::new(bad), Err(InvalidId));
        }
        assert_eq!("x".parse::<ProcessKey>(), Err(InvalidId));
        assert_eq!(ProcessKey::new("p", "short"), Err(InvalidId));
    }
}
