//! What an engine says of a finished build, and what clients read (diego 3.2).

use crate::buildpack::url;
use crate::droplet::{BuildpackReceipt, Droplet, DropletSidecar, ProcessTypes};
use crate::nul::holds_nul;
use crate::process::process_type::ProcessType;
use crate::quantity::Megabytes;
use serde::Deserialize;
use std::fmt;

/// Why a build failed: an id that clients look for, and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildFailure {
    id: &'static str,
    description: String,
}

impl fmt::Display for BuildFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} - {}", self.id, self.description)
    }
}

/// By the status the builder exits with.
const BY_EXIT: [(&str, &str, &str); 10] = [
    ("222", "NoAppDetectedError", "An app was not successfully detected by any available buildpack"),
    ("223", "BuildpackCompileFailed", "App staging failed in the buildpack compile phase"),
    ("224", "BuildpackReleaseFailed", "App staging failed in the buildpack release phase"),
    ("231", "CNBGenericBuildFailed", "cnb: generic build failure"),
    ("232", "CNBDownloadBuildpackFailed", "cnb: downloading buildpack failed"),
    ("233", "CNBDetectFailed", "cnb: detecting failed"),
    ("234", "CNBBuildFailed", "cnb: building failed"),
    ("235", "CNBExportFailed", "cnb: exporting failed"),
    ("236", "CNBLaunchFailed", "cnb: launching failed"),
    ("237", "CNBRestoreFailed", "cnb: restoring failed"),
];

/// The reason of an engine whose build was cut off, as by a restart of the machine, more often than it begins again.
pub const CUT_OFF: &str = "staging was cut off twice";

const STAGING_TEXTS: [&str; 5] = [
    CUT_OFF,
    "missing docker image download url",
    "missing docker registry",
    "missing docker credentials",
    "invalid docker registry address",
];

impl BuildFailure {
    /// Reads the reason an engine gives.
    pub fn from_reason(reason: &str) -> Self {
        if let Some((_, id, text)) = BY_EXIT.iter().find(|(status, ..)| reason.ends_with(status)) {
            return Self { id, description: (*text).to_owned() };
        }
        if reason.starts_with("insufficient resources") {
            return Self { id: "InsufficientResources", description: "Insufficient resources".to_owned() };
        }
        if reason.starts_with("found no compatible cell") {
            return Self { id: "NoCompatibleCell", description: "Found no compatible cell".to_owned() };
        }
        if STAGING_TEXTS.contains(&reason) {
            return Self::staging(reason);
        }
        Self::staging("staging failed")
    }

    /// The engine did not say in time how the build ended.
    pub fn expired() -> Self {
        Self { id: "StagingTimeExpired", description: "Staging time expired: staging failed".to_owned() }
    }

    pub fn staging(text: &str) -> Self {
        Self { id: "StagingError", description: format!("Staging error: {text}") }
    }

    /// What an external stager reports.
    pub fn stager(text: &str) -> Self {
        Self { id: "StagerError", description: format!("Stager error: {text}") }
    }
}

/// The result of a build that went well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StagingResult {
    pub process_types: ProcessTypes,
    pub execution_metadata: String,
    pub buildpacks: Vec<BuildpackReceipt>,
    pub sidecars: Vec<DropletSidecar>,
    /// The image that was inspected, of docker builds.
    pub docker_image: Option<String>,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    execution_metadata: Option<String>,
    #[serde(default)]
    process_types: Option<serde_json::Map<String, serde_json::Value>>,
    #[serde(default)]
    lifecycle_metadata: RawLifecycle,
    #[serde(default)]
    sidecars: Option<Vec<RawSidecar>>,
}

#[derive(Default, Deserialize)]
struct RawLifecycle {
    #[serde(default)]
    buildpack_key: Option<String>,
    #[serde(default)]
    detected_buildpack: Option<String>,
    #[serde(default)]
    buildpacks: Option<Vec<RawBuildpack>>,
    #[serde(default)]
    docker_image: Option<String>,
}

#[derive(Deserialize)]
struct RawBuildpack {
    #[serde(default)]
    key: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    version: Option<String>,
}

#[derive(Deserialize)]
struct RawSidecar {
    name: String,
    command: String,
    #[serde(default)]
    process_types: Vec<String>,
    #[serde(default)]
    memory: Option<i64>,
}

impl StagingResult {
    /// Reads the JSON text of an engine. `name_of` turns the key of a buildpack into the name clients know it by. A wrong shape is a failure
    /// of the build.
    pub fn parse(text: &str, name_of: impl Fn(&str) -> String) -> Result<Self, BuildFailure> {
        let malformed = || BuildFailure::staging("Malformed message from Diego stager");
        let object: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(text).map_err(|_| malformed())?;
        let value = object.into();
        if holds_nul(&value) {
            let text = "U+0000 is not allowed in process types, commands, sidecars and names of buildpacks";
            return Err(BuildFailure::staging(text));
        }
        let raw: Raw = serde_json::from_value(value).map_err(|_| malformed())?;
        let kind = |text: &str| ProcessType::parse(text).ok_or_else(malformed);
        let process_types = raw
            .process_types
            .unwrap_or_default()
            .into_iter()
            .map(|(name, command)| Ok((kind(&name)?, command.as_str().ok_or_else(malformed)?.to_owned())))
            .collect::<Result<_, BuildFailure>>()?;
        let sidecars = raw
            .sidecars
            .unwrap_or_default()
            .into_iter()
            .map(|s| {
                Ok(DropletSidecar {
                    process_types: s.process_types.iter().map(|t| kind(t)).collect::<Result<_, _>>()?,
                    memory: s.memory.and_then(Megabytes::new),
                    name: s.name,
                    command: s.command,
                })
            })
            .collect::<Result<_, BuildFailure>>()?;
        let metadata = raw.lifecycle_metadata;
        Ok(Self {
            process_types,
            execution_metadata: raw.execution_metadata.unwrap_or_default(),
            docker_image: metadata.docker_image.clone(),
            buildpacks: receipts(metadata, name_of),
            sidecars,
        })
    }

    /// Whether anything can be started: a command that staging found, or one that the app's newest web process has.
    pub fn check_command(&self, web_command: Option<&str>) -> Result<(), BuildFailure> {
        if self.process_types.is_empty() && web_command.is_none() {
            return Err(BuildFailure::staging("Start command not specified"));
        }
        Ok(())
    }

    pub(super) fn apply_to(self, droplet: &mut Droplet) {
        droplet.process_types = self.process_types;
        droplet.execution_metadata = self.execution_metadata;
        droplet.buildpacks = self.buildpacks;
        droplet.sidecars = self.sidecars;
        droplet.image = self.docker_image;
    }
}

/// One for each buildpack that ran, its address without credentials; the last one carries what detection said.
fn receipts(metadata: RawLifecycle, name_of: impl Fn(&str) -> String) -> Vec<BuildpackReceipt> {
    let shown = |key: &str| url::shown(&name_of(key)).into_owned();
    let detected = metadata.detected_buildpack.filter(|d| !d.is_empty());
    let mut receipts: Vec<BuildpackReceipt> = metadata
        .buildpacks
        .unwrap_or_default()
        .into_iter()
        .map(|b| BuildpackReceipt {
            name: shown(&b.key),
            detect_output: None,
            buildpack_name: b.name.filter(|n| !n.is_empty()),
            version: b.version.filter(|v| !v.is_empty()),
        })
        .collect();
    match (receipts.last_mut(), metadata.buildpack_key) {
        (Some(last), _) => last.detect_output = detected,
        (None, Some(key)) if !key.is_empty() => receipts.push(BuildpackReceipt {
            name: shown(&key),
            detect_output: detected,
            ..BuildpackReceipt::default()
        }),
        (None, _) => {}
    }
    receipts
}
