//! How the bits of an app become something that runs.

use super::AppError;
use crate::patch::Patch;
use crate::secret::Secret;
use std::fmt;
use std::str::FromStr;

/// How an app's bits become something that runs. The kind never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    Buildpack {
        /// Names of admin buildpacks or URLs, in order; empty lets detection choose.
        buildpacks: Vec<String>,
        /// `None` means the default stack at staging.
        stack: Option<String>,
    },
    /// The same with Cloud Native Buildpacks.
    Cnb {
        buildpacks: Vec<String>,
        stack: Option<String>,
        credentials: Option<RegistryCredentials>,
    },
    Docker,
}

/// Credentials for registries of buildpacks, as JSON.
#[derive(Clone)]
pub struct RegistryCredentials(pub Secret);

impl fmt::Debug for RegistryCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegistryCredentials")
    }
}

impl PartialEq for RegistryCredentials {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose() == other.0.expose()
    }
}

impl Eq for RegistryCredentials {}

impl Lifecycle {
    /// That of a new app.
    pub fn new(kind: LifecycleKind, request: &LifecycleRequest, default_stack: &str) -> Self {
        let buildpacks = request.buildpacks.clone().apply(None).unwrap_or_default();
        // A new app has a stack, also where null is asked for.
        let stack = request.stack.clone().apply(None).or_else(|| Some(default_stack.to_owned()));
        match kind {
            LifecycleKind::Docker => Self::Docker,
            LifecycleKind::Buildpack => Self::Buildpack { buildpacks, stack },
            LifecycleKind::Cnb => {
                Self::Cnb { buildpacks, stack, credentials: request.credentials.clone().apply(None) }
            }
        }
    }

    pub const fn kind(&self) -> LifecycleKind {
        match self {
            Self::Buildpack { .. } => LifecycleKind::Buildpack,
            Self::Cnb { .. } => LifecycleKind::Cnb,
            Self::Docker => LifecycleKind::Docker,
        }
    }

    /// Those that are asked for, of whatever kind.
    pub fn buildpacks(&self) -> &[String] {
        match self {
            Self::Buildpack { buildpacks, .. } | Self::Cnb { buildpacks, .. } => buildpacks,
            Self::Docker => &[],
        }
    }

    /// The stack, if it runs on one that is named.
    pub fn stack(&self) -> Option<&str> {
        match self {
            Self::Buildpack { stack, .. } | Self::Cnb { stack, .. } => stack.as_deref(),
            Self::Docker => None,
        }
    }

    /// The same on this stack.
    pub fn on_stack(mut self, name: String) -> Self {
        if let Self::Buildpack { stack, .. } | Self::Cnb { stack, .. } = &mut self {
            *stack = Some(name);
        }
        self
    }

    /// The lifecycle after a request, over `self`, the stored one. Whether stack and buildpacks exist is for the caller to check. An address
    /// of a buildpack as it was shown, without its credentials, is the one that is stored. Credentials of registries never change.
    pub fn requested(&self, request: &LifecycleRequest) -> Result<Self, AppError> {
        if let Some(to) = request.kind.filter(|kind| *kind != self.kind()) {
            return Err(AppError::LifecycleChange { from: self.kind(), to });
        }
        let mut changed = self.clone();
        if let Self::Buildpack { buildpacks, stack } | Self::Cnb { buildpacks, stack, .. } = &mut changed {
            *buildpacks = match &request.buildpacks {
                Patch::Absent => std::mem::take(buildpacks),
                Patch::Null => Vec::new(),
                Patch::Value(list) => crate::buildpack::url::meant(list, buildpacks),
            };
            *stack = request.stack.clone().apply(stack.take());
        }
        Ok(changed)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifecycleKind {
    Buildpack,
    Cnb,
    Docker,
}

impl LifecycleKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buildpack => "buildpack",
            Self::Cnb => "cnb",
            Self::Docker => "docker",
        }
    }

    /// Whom a process runs as that names nobody.
    pub const fn default_user(self) -> &'static str {
        match self {
            Self::Buildpack | Self::Cnb => "vcap",
            Self::Docker => "root",
        }
    }
}

impl FromStr for LifecycleKind {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Buildpack, Self::Cnb, Self::Docker].into_iter().find(|k| k.as_str() == text).ok_or(())
    }
}

/// The lifecycle as a request names it, before stack and buildpacks are looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LifecycleRequest {
    /// `None` in an update that only brings data.
    pub kind: Option<LifecycleKind>,
    pub buildpacks: Patch<Vec<String>>,
    pub stack: Patch<String>,
    pub credentials: Patch<RegistryCredentials>,
}

impl LifecycleRequest {
    /// This kind with the installation's defaults.
    pub const fn of(kind: LifecycleKind) -> Self {
        Self { kind: Some(kind), buildpacks: Patch::Absent, stack: Patch::Absent, credentials: Patch::Absent }
    }
}
