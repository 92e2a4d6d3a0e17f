//! Buildpacks that the installation offers: builtin ones and those that an admin uploaded (domain-rules 23).

mod archive;
pub mod policy;
pub mod ports;
mod position;
mod request;
pub mod url;

pub use archive::{MAX_MANIFEST, check_start, stack_of_manifest};
pub use position::moved;
pub use request::{BuildpackChoice, is_custom, resolve};

use crate::guid::Guid;
use crate::lifecycle::LifecycleKind;
use crate::list::{AnyOf, Common};
use crate::metadata::{Metadata, MetadataPatch};
use crate::patch::Patch;
use crate::time::Timestamp;
use std::fmt;

/// A buildpack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buildpack {
    pub guid: Guid<Buildpack>,
    /// Unique with stack and lifecycle, case counts.
    pub name: BuildpackName,
    /// `None` fits every stack.
    pub stack: Option<String>,
    pub lifecycle: LifecycleKind,
    /// From 1, without gaps within its lifecycle.
    pub position: u32,
    pub is_enabled: bool,
    /// Bits cannot be replaced.
    pub is_locked: bool,
    pub bits: Option<BuildpackBits>,
    /// As the uploader named the file.
    pub filename: Option<String>,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Where the bits of a buildpack are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildpackBits {
    /// Part of the engine under this name.
    Builtin(String),
    /// In the blob store, by digest.
    Uploaded { sha256: String },
}

text_enum! {
    pub enum BuildpackState {
        AwaitingUpload = "AWAITING_UPLOAD",
        Ready = "READY",
    }
}

/// 1 to 250 of `[A-Za-z0-9_-]`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BuildpackName(Box<str>);

impl BuildpackName {
    pub const MAX_CHARS: usize = 250;

    /// `None` for a text that is too long or has other characters.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=Self::MAX_CHARS).contains(&text.len());
        let clean = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        (fits && clean).then(|| Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BuildpackName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone, Debug)]
pub struct CreateBuildpack {
    pub name: BuildpackName,
    pub stack: Option<String>,
    /// Clamped to the end of the list.
    pub position: u32,
    pub is_enabled: bool,
    pub is_locked: bool,
    pub lifecycle: LifecycleKind,
    pub metadata: MetadataPatch,
}

#[derive(Clone, Debug, Default)]
pub struct UpdateBuildpack {
    pub name: Option<BuildpackName>,
    pub stack: Patch<String>,
    pub position: Option<u32>,
    pub is_enabled: Option<bool>,
    pub is_locked: Option<bool>,
    pub metadata: MetadataPatch,
}

/// The default order of this list is lifecycle, then position.
#[derive(Clone, Debug, Default)]
pub struct BuildpackFilter {
    pub common: Common,
    pub names: AnyOf,
    /// An empty text matches buildpacks without a stack.
    pub stacks: AnyOf,
    pub lifecycle: Option<LifecycleKind>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildpackError {
    #[error("Stack '{0}' does not exist")]
    UnknownStack(String),
    #[error("Buildpack with name '{name}', stack '{stack}' and lifecycle '{}' already exists", .lifecycle.as_str())]
    Taken { name: BuildpackName, stack: String, lifecycle: LifecycleKind },
    #[error("Buildpack with name '{0}' and an unassigned stack already exists")]
    TakenWithoutStack(BuildpackName),
    #[error("Buildpack stack cannot be changed")]
    StackChange,
    #[error("Buildpack is locked")]
    Locked,
    #[error("Uploaded buildpack file is invalid: A buildpack zip file must be uploaded as 'bits'")]
    NoFile,
    #[error(
        "Uploaded buildpack file is invalid: {0} is not a zip file. Buildpacks of lifecycle \"buildpack\" must be valid zip files."
    )]
    NotAZip(String),
    #[error(
        "Uploaded buildpack file is invalid: {0} is not a gzip archive or cnb file. Buildpacks of lifecycle \"cnb\" must be valid gzip archives or cnb files."
    )]
    NotAnArchive(String),
    #[error("Uploaded buildpack file is invalid: {0} cannot be empty")]
    EmptyFile(String),
    /// BuildpackNameStackLifecycleTaken (290000), of the job.
    #[error("The buildpack name {name} is already in use for the stack {stack} and the lifecycle {}", .lifecycle.as_str())]
    TakenByUpload { name: BuildpackName, stack: String, lifecycle: LifecycleKind },
    /// BuildpackStacksDontMatch (390011), of the job.
    #[error("Uploaded buildpack stack ({uploaded}) does not match {own}")]
    StacksDiffer { uploaded: String, own: String },
    /// BuildpackStackDoesNotExist (390012), of the job.
    #[error("Uploaded buildpack stack ({0}) does not exist")]
    UnknownUploadedStack(String),
    /// BuildpackZipError (390013), of the job.
    #[error("Buildpack zip error: {0}")]
    BadZip(String),
}

impl Buildpack {
    pub fn new(
        guid: Guid<Self>,
        command: CreateBuildpack,
        position: u32,
        metadata: Metadata,
        now: Timestamp,
    ) -> Self {
        Self {
            guid,
            name: command.name,
            stack: command.stack,
            lifecycle: command.lifecycle,
            position,
            is_enabled: command.is_enabled,
            is_locked: command.is_locked,
            bits: None,
            filename: None,
            metadata,
            created_at: now,
            updated_at: now,
        }
    }

    /// Everything of a change but the position, which concerns the whole list. A stack can be given once, never changed.
    pub fn updated(
        mut self,
        change: &UpdateBuildpack,
        metadata: Metadata,
        now: Timestamp,
    ) -> Result<Self, BuildpackError> {
        match &change.stack {
            Patch::Absent => {}
            Patch::Null if self.stack.is_none() => {}
            Patch::Value(stack) if self.stack.is_none() || self.stack.as_ref() == Some(stack) => {
                self.stack = Some(stack.clone());
            }
            Patch::Null | Patch::Value(_) => return Err(BuildpackError::StackChange),
        }
        if let Some(name) = &change.name {
            self.name = name.clone();
        }
        self.is_enabled = change.is_enabled.unwrap_or(self.is_enabled);
        self.is_locked = change.is_locked.unwrap_or(self.is_locked);
        self.metadata = metadata;
        self.updated_at = now;
        Ok(self)
    }

    pub fn state(&self) -> BuildpackState {
        if self.bits.is_some() { BuildpackState::Ready } else { BuildpackState::AwaitingUpload }
    }

    /// The refusal if another buildpack has this name with this stack and lifecycle.
    pub fn taken(&self) -> BuildpackError {
        match &self.stack {
            None => BuildpackError::TakenWithoutStack(self.name.clone()),
            Some(stack) => BuildpackError::Taken {
                name: self.name.clone(),
                stack: stack.clone(),
                lifecycle: self.lifecycle,
            },
        }
    }

    pub fn check_upload(&self) -> Result<(), BuildpackError> {
        if self.is_locked { Err(BuildpackError::Locked) } else { Ok(()) }
    }

    /// With the bits of an upload. `stack` is what the archive says of itself: it becomes the buildpack's, which must have none or the same.
    pub fn uploaded(
        mut self,
        sha256: String,
        filename: String,
        stack: Option<String>,
        now: Timestamp,
    ) -> Result<Self, BuildpackError> {
        match (stack, &self.stack) {
            (Some(uploaded), Some(own)) if uploaded != *own => {
                return Err(BuildpackError::StacksDiffer { uploaded, own: own.clone() });
            }
            (Some(uploaded), None) => self.stack = Some(uploaded),
            (Some(_) | None, _) => {}
        }
        self.bits = Some(BuildpackBits::Uploaded { sha256 });
        self.filename = Some(filename);
        self.updated_at = now;
        Ok(self)
    }

    /// The refusal if the stack that an upload gave it is that of another one.
    pub fn taken_by_upload(&self) -> BuildpackError {
        BuildpackError::TakenByUpload {
            name: self.name.clone(),
            stack: self.stack.clone().unwrap_or_default(),
            lifecycle: self.lifecycle,
        }
    }

    pub fn fits_stack(&self, stack: &str) -> bool {
        self.stack.as_deref().is_none_or(|own| own == stack)
    }

    /// Whether detection on `stack` considers it.
    pub fn is_detectable(&self, stack: &str, lifecycle: LifecycleKind) -> bool {
        self.is_enabled && self.bits.is_some() && self.lifecycle == lifecycle && self.fits_stack(stack)
    }
}
