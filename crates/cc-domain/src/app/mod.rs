//! Apps: what is pushed (domain-rules 13). The bits are packages and droplets, what runs are processes.

mod assignment;
pub mod environment;
mod feature;
pub mod policy;
pub mod ports;
pub mod transition;
mod vcap;

pub use assignment::{DropletAssignment, assign};
pub use environment::{EnvironmentError, EnvironmentVariables, VariablesPatch};

pub use crate::lifecycle::{
    Lifecycle, LifecycleChange, LifecycleKind, LifecycleRequest, RegistryCredentials,
};
pub use feature::AppFeature;
pub use transition::Transition;
pub use vcap::{AppContext, AppEnvironment};

use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::metadata::{Metadata, MetadataPatch};
use crate::name::Name;
use crate::process::process_type::ProcessType;
use crate::space::Space;
use crate::time::Timestamp;
use std::str::FromStr;

/// An app. Its environment variables are sealed and read apart, see [`ports::AppReads::app_environment`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    pub guid: Guid<App>,
    /// Unique in its space, ignoring case.
    pub name: Name,
    pub space: Guid<Space>,
    pub state: DesiredState,
    pub lifecycle: Lifecycle,
    /// The current droplet: one of this app's that is STAGED.
    pub droplet: Option<Guid<Droplet>>,
    pub features: AppFeatures,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Marker of droplets until an app refers to one.
pub use crate::droplet::Droplet;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DesiredState {
    #[default]
    Stopped,
    Started,
}

impl DesiredState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stopped => "STOPPED",
            Self::Started => "STARTED",
        }
    }
}

impl FromStr for DesiredState {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Stopped, Self::Started].into_iter().find(|s| s.as_str() == text).ok_or(())
    }
}

/// The switches of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppFeatures {
    pub ssh: bool,
    pub revisions: bool,
    /// Never on together with `file_based_vcap_services` (invariant I-APP-2).
    pub service_binding_k8s: bool,
    pub file_based_vcap_services: bool,
}

impl Default for AppFeatures {
    fn default() -> Self {
        Self { ssh: true, revisions: true, service_binding_k8s: false, file_based_vcap_services: false }
    }
}

/// A decoded request for a new app.
#[derive(Clone)]
pub struct CreateApp {
    pub name: Name,
    pub space: Guid<Space>,
    /// `None` takes the configured default, buildpack on the default stack.
    pub lifecycle: Option<LifecycleRequest>,
    pub environment: EnvironmentVariables,
    pub metadata: MetadataPatch,
}

/// A decoded change of an app.
#[derive(Clone, Debug, Default)]
pub struct UpdateApp {
    pub name: Option<Name>,
    pub lifecycle: Option<LifecycleRequest>,
    pub metadata: MetadataPatch,
}

#[derive(Clone, Debug, Default)]
pub struct AppFilter {
    pub common: Common,
    /// Compared without case.
    pub names: AnyOf,
    pub organization_guids: AnyOf,
    pub space_guids: AnyOf,
    /// Stack names; an empty text matches buildpack apps without a stack.
    pub stacks: AnyOf,
    pub lifecycle: Option<LifecycleKind>,
}

/// Why ssh is off, in the words of `/ssh_enabled`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SshRefusal {
    #[error("ssh is disabled globally")]
    Globally,
    #[error("ssh is disabled for space '{0}'")]
    InSpace(Name),
    #[error("ssh is disabled for app")]
    ForApp,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppError {
    /// UniquenessError on create, UnprocessableEntity on update, the same words.
    #[error("App with the name '{0}' already exists.")]
    NameTaken(Name),
    #[error(transparent)]
    LifecycleChange(#[from] LifecycleChange),
    #[error("Stack must be an existing stack")]
    UnknownStack,
    #[error("The cnb lifecycle is not supported by this installation")]
    CnbUnsupported,
    /// Buildpacks that are none, and the stack, all in one.
    #[error("{0}")]
    Lifecycle(String),
    #[error(
        "'file-based-vcap-services' and 'service-binding-k8s' features cannot be enabled at the same time."
    )]
    FeatureClash,
    #[error("Assign a droplet before starting this app.")]
    NoDroplet,
    #[error("Unable to assign current droplet. Ensure the droplet exists and belongs to this app.")]
    DropletNotOfApp,
    #[error("droplet must be in staged state")]
    DropletNotStaged,
    #[error(
        "Unable to create process types for this app's droplet. Please provide a droplet with valid process types."
    )]
    DropletWithoutProcessTypes,
    #[error("Current droplet cannot be removed. Replace it with a preferred droplet.")]
    DropletRemoved,
    #[error(
        "Unable to assign current droplet while the app has a deployment in progress. Wait for the deployment to complete or cancel it."
    )]
    DropletWhileDeploying,
    #[error(
        "Buildpack defined sidecar '{0}' conflicts with an existing user-defined sidecar. Consider renaming '{0}'."
    )]
    SidecarConflict(String),
    #[error("The sidecar memory allocation defined is too large to run with the dependent \"{0}\" process")]
    SidecarTooBig(ProcessType),
}

impl App {
    /// A new, stopped app.
    pub fn new(
        guid: Guid<App>,
        name: Name,
        space: Guid<Space>,
        lifecycle: Lifecycle,
        metadata: Metadata,
        now: Timestamp,
    ) -> Self {
        Self {
            guid,
            name,
            space,
            state: DesiredState::Stopped,
            lifecycle,
            droplet: None,
            features: AppFeatures::default(),
            metadata,
            created_at: now,
            updated_at: now,
        }
    }

    pub fn is_started(&self) -> bool {
        self.state == DesiredState::Started
    }

    /// Why nobody may open a shell in its instances; `None` if one may.
    pub fn ssh_refusal(&self, is_allowed_globally: bool, space: &Space) -> Option<SshRefusal> {
        if !is_allowed_globally {
            Some(SshRefusal::Globally)
        } else if !space.is_ssh_allowed {
            Some(SshRefusal::InSpace(space.name.clone()))
        } else if !self.features.ssh {
            Some(SshRefusal::ForApp)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests;
