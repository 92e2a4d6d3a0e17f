//! Manifests: apps described in YAML, applied to a space (domain-rules 25).
//!
//! [`yaml`] reads and prints text; [`Manifest::parse`] makes typed entries of it, or every complaint at once; [`plan`] says what has to
//! change in an app; [`generate`] describes an app; [`diff`] compares a manifest with what is there. All of it is pure; whoever applies a
//! plan uses the same operations as for single requests.

mod diff;
mod generate;
mod metadata;
mod parse;
mod plan;
mod process;
mod redact;
pub mod route;
pub mod yaml;

pub use diff::{DiffEntry, DiffOp, diff};
pub use generate::generate;
pub use plan::{AppPlan, CurrentApp, FallbackRoute, plan};
pub use redact::redacted;
pub use route::{ManifestRoute, RouteTarget, Words, fallback_host};

use crate::app::{AppFeature, CreateApp, EnvironmentVariables};
use crate::guid::Guid;
use crate::lifecycle::{LifecycleKind, LifecycleRequest};
use crate::metadata::MetadataPatch;
use crate::name::Name;
use crate::patch::Patch;
use crate::process::process_type::ProcessType;
use crate::process::{ScaleProcess, UpdateProcess};
use crate::sidecar::CreateSidecar;
use crate::space::Space;
use std::collections::BTreeMap;

/// A manifest whose entries are all valid by themselves. No `Debug`: it holds variables.
#[derive(Clone)]
pub struct Manifest {
    pub applications: Vec<AppManifest>,
}

/// One app of a manifest; what is absent stays as it is.
#[derive(Clone)]
pub struct AppManifest {
    pub name: Name,
    /// The kind that the entry asks for, if any.
    pub lifecycle: Option<LifecycleKind>,
    /// Empty is detection.
    pub buildpacks: Option<Vec<String>>,
    /// The singular, deprecated key was used: it changes a refusal's words.
    pub is_buildpack_singular: bool,
    pub has_docker: bool,
    pub stack: Option<String>,
    pub environment: Vec<(String, String)>,
    pub processes: Vec<ProcessManifest>,
    pub sidecars: Vec<CreateSidecar>,
    pub routing: Routing,
    /// Names; nothing can be bound yet, see [`AppManifest::check_services`].
    pub services: Vec<String>,
    pub metadata: MetadataPatch,
    pub features: BTreeMap<AppFeature, bool>,
}

/// What an entry says of one process.
#[derive(Clone, Debug)]
pub struct ProcessManifest {
    pub kind: ProcessType,
    pub update: UpdateProcess,
    pub scale: ScaleProcess,
}

/// What an entry says of routes; the first that applies, in the order of the variants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Routing {
    /// All routes of the app are unmapped.
    None,
    Listed(Vec<ManifestRoute>),
    /// Only if the app has no route.
    Random,
    /// Only if the app has no route.
    Default,
    #[default]
    Unsaid,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// BadRequest.
    #[error("Manifest size is too large. The maximum supported size is 1MB.")]
    TooLarge,
    /// BadRequest.
    #[error("Manifest does not support Anchors and Aliases")]
    Aliases,
    /// MessageParseError, status 400.
    #[error("invalid request body")]
    Syntax,
    #[error("Unsupported manifest schema version. Currently supported versions: [1].")]
    Version,
    #[error("Cannot parse manifest with no 'applications' field.")]
    NoApplications,
    /// One error entry for each message.
    #[error("{}", .0.join(", "))]
    Invalid(Vec<String>),
    #[error("For application '{app}': {} cannot be configured for a docker lifecycle app.", if *.singular { "Buildpack" } else { "Buildpacks" })]
    BuildpacksForDocker { app: Name, singular: bool },
    #[error("For application '{0}': Docker cannot be configured for a buildpack lifecycle app.")]
    DockerForBuildpack(Name),
    /// ResourceNotFound.
    #[error("For application '{app}': Service instance '{service}' not found")]
    UnknownService { app: Name, service: String },
    #[error("For application '{app}': No domains exist for route {route}")]
    NoDomain { app: Name, route: String },
    #[error("For application '{app}': For route '{route}': {reason}")]
    BadRoute { app: Name, route: String, reason: &'static str },
    #[error("For application '{0}': No default domains available")]
    NoDefaultDomain(Name),
    #[error("For application '{app}': Failed to create default route from app name: {reason}")]
    NoHost { app: Name, reason: &'static str },
}

impl AppManifest {
    /// The request for an app that does not exist yet. Everything else comes with the plan.
    pub fn create(&self, space: &Guid<Space>) -> CreateApp {
        CreateApp {
            name: self.name.clone(),
            space: space.clone(),
            // Stack and buildpacks are in the plan, so that what is wrong with them is said in one place.
            lifecycle: self.kind().map(LifecycleRequest::of),
            environment: EnvironmentVariables::default(),
            metadata: MetadataPatch::default(),
        }
    }

    /// Whether its bits are staged, on a stack.
    pub fn is_staged(&self) -> bool {
        self.kind() != Some(LifecycleKind::Docker)
    }

    fn kind(&self) -> Option<LifecycleKind> {
        if self.has_docker { Some(LifecycleKind::Docker) } else { self.lifecycle }
    }

    /// The lifecycle that the entry asks for; `None` if it says nothing of it.
    pub fn lifecycle_request(&self) -> Option<LifecycleRequest> {
        let kind = self.kind();
        if kind.is_none() && self.buildpacks.is_none() && self.stack.is_none() {
            return None;
        }
        let of = |given: Option<String>| given.map_or(Patch::Absent, Patch::Value);
        Some(LifecycleRequest {
            kind,
            buildpacks: self.buildpacks.clone().map_or(Patch::Absent, Patch::Value),
            stack: of(self.stack.clone()),
            credentials: Patch::Absent,
        })
    }

    /// Whether an app with this lifecycle can be what the entry says.
    pub fn check_lifecycle(&self, current: LifecycleKind) -> Result<(), ManifestError> {
        match current {
            LifecycleKind::Docker if self.buildpacks.is_some() => Err(ManifestError::BuildpacksForDocker {
                app: self.name.clone(),
                singular: self.is_buildpack_singular,
            }),
            LifecycleKind::Buildpack | LifecycleKind::Cnb if self.has_docker => {
                Err(ManifestError::DockerForBuildpack(self.name.clone()))
            }
            LifecycleKind::Docker | LifecycleKind::Buildpack | LifecycleKind::Cnb => Ok(()),
        }
    }

    /// No service instance can exist yet, so every name is unknown.
    pub fn check_services(&self) -> Result<(), ManifestError> {
        self.services.first().map_or(Ok(()), |service| {
            Err(ManifestError::UnknownService { app: self.name.clone(), service: service.clone() })
        })
    }
}

#[cfg(test)]
mod tests;
