//! `result.json`: what a staging found out, as the program in the container writes it and the host reads it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The outcome of a staging. After a failed compile only `lifecycle_type` and `lifecycle_metadata` say
/// anything.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StagingResult {
    /// Always `buildpack`.
    pub lifecycle_type: String,
    pub lifecycle_metadata: LifecycleMetadata,
    /// Start command by process type, sidecars left out.
    pub process_types: BTreeMap<String, String>,
    /// The same as a list, in the order in which buildpacks and Procfile named them.
    pub processes: Vec<Process>,
    pub sidecars: Vec<Sidecar>,
    /// Always empty for buildpacks.
    pub execution_metadata: String,
}

/// Which buildpacks made the droplet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LifecycleMetadata {
    /// Key of the last buildpack, the one that gave the start command.
    pub buildpack_key: String,
    /// Its name, which is what `bin/detect` printed if the buildpack says no name itself.
    pub detected_buildpack: String,
    pub buildpacks: Vec<BuildpackMetadata>,
}

/// What one buildpack says of itself in `config.yml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BuildpackMetadata {
    pub key: String,
    /// Empty if the buildpack says none and was not detected.
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<BuildpackConfig>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_metadata: Option<serde_json::Map<String, serde_json::Value>>,
}

/// What a buildpack asks of the launcher.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BuildpackConfig {
    /// Stands in for `bash -c` before the start command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrypoint_prefix: Option<String>,
}

/// A process type with its start command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Process {
    #[serde(rename = "type")]
    pub process_type: String,
    pub command: String,
}

/// A sidecar that a buildpack asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sidecar {
    pub name: String,
    pub process_types: Vec<String>,
    pub command: String,
    /// Megabytes; none means the memory of the process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
}

/// `staging_info.yml` in a droplet: JSON, which is YAML too. Written by `stage`, read by `launcher`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StagingInfo {
    pub detected_buildpack: String,
    pub start_command: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<BuildpackConfig>,
}
