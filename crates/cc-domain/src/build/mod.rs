//! Builds: the staging of a package to a droplet (domain-rules 17).

mod outcome;
pub mod policy;
pub mod ports;
mod spec;

pub use outcome::{BuildFailure, CUT_OFF, StagingResult};
pub use spec::{BuildInput, name_of_key};

use crate::app::App;
use crate::buildpack::BuildpackChoice;
use crate::droplet::{Droplet, DropletDigests};
use crate::guid::Guid;
use crate::lifecycle::{Lifecycle, LifecycleRequest};
use crate::list::{AnyOf, Common};
use crate::metadata::{Metadata, MetadataPatch};
use crate::package::{Package, PackageState};
use crate::process::Process;
use crate::quantity::{LogRate, Megabytes};
use crate::quota::{QuotaError, Quotas, admit_staging_log_rate, admit_staging_memory};
use crate::time::Timestamp;

/// A build. The variables of its request are sealed and read apart, see [`ports::BuildReads::build_environment`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    pub guid: Guid<Build>,
    pub app: Guid<App>,
    pub package: Guid<Package>,
    pub state: BuildState,
    /// As clients see it: `<id> - <description>`.
    pub error: Option<String>,
    /// As requested, or that of the app when the build began.
    pub lifecycle: Lifecycle,
    pub staging: StagingLimits,
    /// Once it is STAGED.
    pub droplet: Option<Guid<Droplet>>,
    pub created_by: BuildCreator,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

text_enum! {
    pub enum BuildState {
        Staging = "STAGING",
        Staged = "STAGED",
        Failed = "FAILED",
    }
}

/// What staging may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StagingLimits {
    pub memory: Megabytes,
    pub disk: Megabytes,
    pub log_rate: LogRate,
}

/// Who asked for it, as known then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildCreator {
    pub guid: String,
    pub name: String,
    pub email: Option<String>,
}

#[derive(Clone, Debug)]
pub struct CreateBuild {
    pub package: Guid<Package>,
    /// `None` takes the app's.
    pub lifecycle: Option<LifecycleRequest>,
    /// MiB, at least 1; how many are too many is for [`StagingLimits::of`] to say.
    pub memory: Option<u64>,
    /// The same.
    pub disk: Option<u64>,
    pub log_rate: Option<LogRate>,
    pub metadata: MetadataPatch,
}

#[derive(Clone, Debug, Default)]
pub struct BuildFilter {
    pub common: Common,
    pub states: AnyOf,
    pub app_guids: AnyOf,
    pub package_guids: AnyOf,
}

/// Bounds of staging that the operator sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StagingSettings {
    pub min_memory: Megabytes,
    pub min_disk: Megabytes,
    pub max_disk: Megabytes,
    pub custom_buildpacks: bool,
}

impl Default for StagingSettings {
    /// The reference's defaults: at least 1 GiB of memory and 4 GiB of disk; at most 2 GiB of disk may be asked for.
    fn default() -> Self {
        let gigabytes = |n: i64| Megabytes::new(n * 1_024).expect("within bounds");
        Self {
            min_memory: gigabytes(1),
            min_disk: gigabytes(4),
            max_disk: gigabytes(2),
            custom_buildpacks: true,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    #[error("Unable to use package. Ensure that the package exists and you have access to it.")]
    InvalidPackage,
    /// StagingInProgress (170017).
    #[error("Only one build can be STAGING at a time per application.")]
    InProgress,
    /// BadRequest.
    #[error("Cannot stage package whose state is not ready.")]
    PackageNotReady,
    /// BuildpackInvalid (290003), status 400.
    #[error("Requested buildpack(s) {0} are disabled and cannot be used for staging")]
    BuildpacksDisabled(String),
    /// CustomBuildpacksDisabled (290004), status 400.
    #[error("Custom buildpacks are disabled")]
    CustomBuildpacksDisabled,
    #[error("Staging memory in mb must be less than or equal to {}", i32::MAX)]
    MemoryLimit,
    #[error("disk limit exceeded")]
    DiskLimit,
    #[error(transparent)]
    Quota(#[from] QuotaError),
    #[error("State '{0}' is not a valid state")]
    InvalidState(String),
    /// InvalidRequest, status 400: the outcome is recorded already.
    #[error("the build has ended")]
    Ended,
}

impl StagingLimits {
    /// What is asked for, or what the newest web process has, raised to the minimum, which the quotas do not ask about.
    pub fn of(
        request: &CreateBuild,
        web: Option<&Process>,
        settings: &StagingSettings,
        quotas: &Quotas,
    ) -> Result<Self, BuildError> {
        let megabytes = |number: u64| i64::try_from(number).ok().and_then(Megabytes::new);
        let memory = request.memory.map(|mb| megabytes(mb).ok_or(BuildError::MemoryLimit)).transpose()?;
        let wanted = memory.or(web.map(|w| w.memory)).filter(|memory| *memory >= settings.min_memory);
        if let Some(memory) = wanted {
            admit_staging_memory(memory, quotas)?;
        }
        let memory = wanted.unwrap_or(settings.min_memory);
        let disk = request.disk.map(|mb| megabytes(mb).ok_or(BuildError::DiskLimit)).transpose()?;
        let disk = disk.or(web.map(|w| w.disk)).unwrap_or(settings.min_disk).max(settings.min_disk);
        if disk > settings.max_disk.max(settings.min_disk) {
            return Err(BuildError::DiskLimit);
        }
        let log_rate = request.log_rate.or(web.map(|w| w.log_rate)).unwrap_or(LogRate::UNLIMITED);
        admit_staging_log_rate(log_rate, quotas)?;
        Ok(Self { memory, disk, log_rate })
    }
}

/// One build of an app at a time. Looked at before the limits, whatever they are.
pub fn admit_another(earlier: &[Build]) -> Result<(), BuildError> {
    if earlier.iter().any(|build| build.state == BuildState::Staging) {
        return Err(BuildError::InProgress);
    }
    Ok(())
}

/// Whether the chosen buildpacks may stage: the offered ones enabled, custom ones only where the operator lets them.
pub fn admit_buildpacks(choices: &[BuildpackChoice], settings: &StagingSettings) -> Result<(), BuildError> {
    let disabled: Vec<String> = choices
        .iter()
        .filter_map(|choice| match choice {
            BuildpackChoice::Admin(buildpack) if !buildpack.is_enabled => {
                Some(format!("'{}'", buildpack.name))
            }
            BuildpackChoice::Admin(_) | BuildpackChoice::Custom(_) => None,
        })
        .collect();
    if !disabled.is_empty() {
        return Err(BuildError::BuildpacksDisabled(disabled.join(", ")));
    }
    if !settings.custom_buildpacks && choices.iter().any(|c| matches!(c, BuildpackChoice::Custom(_))) {
        return Err(BuildError::CustomBuildpacksDisabled);
    }
    Ok(())
}

impl Build {
    /// A build in STAGING of a package that is READY.
    pub fn new(
        guid: Guid<Self>,
        package: &Package,
        lifecycle: Lifecycle,
        staging: StagingLimits,
        created_by: BuildCreator,
        metadata: Metadata,
        now: Timestamp,
    ) -> Result<Self, BuildError> {
        if package.state != PackageState::Ready {
            return Err(BuildError::PackageNotReady);
        }
        Ok(Self {
            guid,
            app: package.app.clone(),
            package: package.guid.clone(),
            state: BuildState::Staging,
            error: None,
            lifecycle,
            staging,
            droplet: None,
            created_by,
            metadata,
            created_at: now,
            updated_at: now,
        })
    }

    /// Ends it well: the build and its droplet, both STAGED. `digests` are those of the bits the engine stored, if the droplet has none yet
    /// and has bits. A build that has ended is not touched.
    pub fn staged(
        mut self,
        mut droplet: Droplet,
        result: StagingResult,
        digests: Option<DropletDigests>,
        now: Timestamp,
    ) -> Result<(Self, Droplet), BuildError> {
        if self.state != BuildState::Staging {
            return Err(BuildError::Ended);
        }
        result.apply_to(&mut droplet);
        droplet.state = crate::droplet::DropletState::Staged;
        droplet.digests = digests.or(droplet.digests);
        droplet.stack = self.lifecycle.stack().map(str::to_owned).or(droplet.stack);
        droplet.updated_at = now;
        self.state = BuildState::Staged;
        self.droplet = Some(droplet.guid.clone());
        self.updated_at = now;
        Ok((self, droplet))
    }

    /// Ends it badly at the word of an external stager, also when it has ended before.
    pub fn failed_by_stager(mut self, text: &str, now: Timestamp) -> Self {
        self.state = BuildState::Failed;
        self.error = Some(BuildFailure::stager(text).to_string());
        self.updated_at = now;
        self
    }

    /// Ends it badly. A build that has ended is not touched.
    pub fn failed(mut self, failure: &BuildFailure, now: Timestamp) -> Result<Self, BuildError> {
        if self.state != BuildState::Staging {
            return Err(BuildError::Ended);
        }
        self.state = BuildState::Failed;
        self.error = Some(failure.to_string());
        self.updated_at = now;
        Ok(self)
    }
}

/// How long a staging counts as just over; lines that are stamped early are as old by then.
const JUST_OVER_MICROS: i64 = 3_000_000;

/// Whether the last staging of an app ended a moment ago and no newer package waits for one: what is read of the app now is read after a
/// push, not in one.
pub fn is_just_over(newest: Option<&Build>, newest_package: Option<&Package>, now: Timestamp) -> bool {
    newest.zip(newest_package).is_some_and(|(build, package)| {
        build.state != BuildState::Staging
            && build.package == package.guid
            && (0..JUST_OVER_MICROS).contains(&now.micros_since(build.updated_at))
    })
}

#[cfg(test)]
pub(crate) mod tests;
