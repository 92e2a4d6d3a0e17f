//! Desired work as it lies on disk, sealed, in files that only the server can read: it holds credentials.

use crate::seal::Sealer;
use crate::supervisor::write_atomically;
use cc_domain::runtime::{
    Artifact, ArtifactKind, Check, Checksum, Command, CommandKind, Env, Limits, MountedFile, Owner,
    RuntimeError, Tag,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use zeroize::Zeroizing;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredOwner {
    pub org: String,
    pub org_name: String,
    pub space: String,
    pub space_name: String,
    pub app: String,
    pub app_name: String,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredLimits {
    pub memory_mb: u32,
    pub disk_mb: u32,
    pub log_rate: i64,
    pub fds: u64,
    pub pids: u32,
    pub cpu_weight: u32,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum StoredKind {
    Droplet,
    Package,
    BuildpackCache,
    Buildpack { key: String, name: String },
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredArtifact {
    pub kind: StoredKind,
    /// Empty for a buildpack.
    pub guid: String,
    pub blob_key: String,
    /// `sha1:<hex>` or `sha256:<hex>`.
    pub checksum: Option<String>,
    pub custom_url: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StoredCommand {
    pub start: String,
    pub execution_metadata: String,
    pub env: Vec<(String, String)>,
    pub log_source: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredCheck {
    pub http: Option<String>,
    pub port: u16,
    pub timeout_ms: u64,
    pub interval_ms: u64,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum StoredTag {
    Static(String),
    Index,
    InstanceGuid,
}

pub(crate) type StoredTags = BTreeMap<String, StoredTag>;
pub(crate) type StoredFiles = Vec<(String, Vec<u8>)>;

impl From<&Owner> for StoredOwner {
    fn from(from: &Owner) -> Self {
        let Owner { org, org_name, space, space_name, app, app_name } = from.clone();
        let (org, space, app) = (org.to_string(), space.to_string(), app.to_string());
        Self { org, org_name, space, space_name, app, app_name }
    }
}

impl From<&StoredOwner> for Owner {
    fn from(from: &StoredOwner) -> Self {
        let StoredOwner { org, org_name, space, space_name, app, app_name } = from.clone();
        let (org, space, app) = (org.into(), space.into(), app.into());
        Self { org, org_name, space, space_name, app, app_name }
    }
}

impl From<&Limits> for StoredLimits {
    fn from(from: &Limits) -> Self {
        let Limits { memory_mb, disk_mb, log_rate, fds, pids, cpu_weight } = *from;
        Self { memory_mb, disk_mb, log_rate, fds, pids, cpu_weight }
    }
}

impl From<&Artifact> for StoredArtifact {
    fn from(from: &Artifact) -> Self {
        let Artifact { kind, blob_key, checksum, custom_url } = from.clone();
        let (kind, guid) = match kind {
            ArtifactKind::Droplet(guid) => (StoredKind::Droplet, guid.to_string()),
            ArtifactKind::Package(guid) => (StoredKind::Package, guid.to_string()),
            ArtifactKind::BuildpackCache(app) => (StoredKind::BuildpackCache, app.to_string()),
            ArtifactKind::Buildpack { key, name } => (StoredKind::Buildpack { key, name }, String::new()),
        };
        let checksum = checksum.map(|checksum| match checksum {
            Checksum::Sha1(hex) => format!("sha1:{hex}"),
            Checksum::Sha256(hex) => format!("sha256:{hex}"),
        });
        Self { kind, guid, blob_key, checksum, custom_url }
    }
}

impl From<&StoredArtifact> for Artifact {
    fn from(from: &StoredArtifact) -> Self {
        let StoredArtifact { kind, guid, blob_key, checksum, custom_url } = from.clone();
        let kind = match kind {
            StoredKind::Droplet => ArtifactKind::Droplet(guid.into()),
            StoredKind::Package => ArtifactKind::Package(guid.into()),
            StoredKind::BuildpackCache => ArtifactKind::BuildpackCache(guid.into()),
            StoredKind::Buildpack { key, name } => ArtifactKind::Buildpack { key, name },
        };
        let checksum = checksum.and_then(|text| match text.split_once(':')? {
            ("sha1", hex) => Some(Checksum::Sha1(hex.to_owned())),
            ("sha256", hex) => Some(Checksum::Sha256(hex.to_owned())),
            _ => None,
        });
        Self { kind, blob_key, checksum, custom_url }
    }
}

impl From<&Command> for StoredCommand {
    fn from(from: &Command) -> Self {
        let Command {
            kind: CommandKind::App | CommandKind::Sidecar { .. },
            start,
            execution_metadata,
            env,
            log_source,
        } = from.clone();
        Self { start, execution_metadata, env: env.0, log_source }
    }
}

impl From<&Check> for StoredCheck {
    fn from(from: &Check) -> Self {
        let Check { http, port, timeout_ms, interval_ms } = from.clone();
        Self { http, port, timeout_ms, interval_ms }
    }
}

pub(crate) fn store_tags(tags: &BTreeMap<String, Tag>) -> StoredTags {
    let store = |tag: &Tag| match tag {
        Tag::Static(text) => StoredTag::Static(text.clone()),
        Tag::Index => StoredTag::Index,
        Tag::InstanceGuid => StoredTag::InstanceGuid,
    };
    tags.iter().map(|(name, tag)| (name.clone(), store(tag))).collect()
}

pub(crate) fn load_tags(tags: &StoredTags) -> BTreeMap<String, Tag> {
    let load = |tag: &StoredTag| match tag {
        StoredTag::Static(text) => Tag::Static(text.clone()),
        StoredTag::Index => Tag::Index,
        StoredTag::InstanceGuid => Tag::InstanceGuid,
    };
    tags.iter().map(|(name, tag)| (name.clone(), load(tag))).collect()
}

pub(crate) fn store_files(files: &[MountedFile]) -> StoredFiles {
    files.iter().map(|file| (file.path.clone(), file.content.clone())).collect()
}

pub(crate) fn store_env(env: &Env) -> Vec<(String, String)> {
    env.0.clone()
}

/// Writes a record sealed, safe against a power cut.
pub(crate) fn save<T: Serialize>(
    sealer: &Sealer,
    folder: &Path,
    name: &str,
    record: &T,
) -> Result<(), RuntimeError> {
    let text = serde_json::to_vec(record).map_err(|error| RuntimeError::Internal(error.to_string()))?;
    let (path, text) = (folder.join(format!("{name}.json")), Zeroizing::new(text));
    write_atomically(&path, &sealer.seal(&place(&path), &text))
        .map_err(|error| RuntimeError::Unavailable(format!("the record cannot be written: {error}")))
}

/// What a record is sealed for: its folder and name.
fn place(path: &Path) -> String {
    let name = |path: Option<&Path>| {
        path.and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned()
    };
    format!("{}/{}", name(path.parent()), name(Some(path)))
}

/// Reads a record. None: it cannot be understood. One that an earlier version left in clear is sealed.
pub(crate) fn load<T: for<'a> Deserialize<'a>>(sealer: &Sealer, path: &Path) -> io::Result<Option<T>> {
    let bytes = Zeroizing::new(fs::read(path)?);
    if let Some(text) = sealer.open(&place(path), &bytes) {
        return Ok(serde_json::from_slice(&text).ok());
    }
    let record = serde_json::from_slice(&bytes).ok();
    if record.is_some() {
        write_atomically(path, &sealer.seal(&place(path), &bytes))?;
    }
    Ok(record)
}

pub(crate) fn erase(folder: &Path, name: &str) -> Result<(), RuntimeError> {
    match fs::remove_file(folder.join(format!("{name}.json"))) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(RuntimeError::Unavailable(format!("the record cannot be removed: {error}")))
        }
        _ => Ok(()),
    }
}

/// All records of a folder. One that cannot be read is set aside under another name and reported.
pub(crate) fn load_all<T: for<'a> Deserialize<'a>>(sealer: &Sealer, folder: &Path) -> io::Result<Vec<T>> {
    let mut records = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        if let Some(record) = load(sealer, &path)? {
            records.push(record);
        } else {
            tracing::error!(path = %path.display(), "a record of the runtime is unreadable; set aside");
            fs::rename(&path, path.with_extension("unreadable"))?;
        }
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::{load_all, save};
    use crate::seal::{Sealer, StateKey};

    #[test]
    fn records_are_sealed_and_those_in_clear_become_so() {
        let folder = tempfile::tempdir().unwrap();
        let sealer = Sealer::new(&StateKey::derived_from(b"a"));
        save(&sealer, folder.path(), "new", &["secret"]).unwrap();
        std::fs::write(folder.path().join("old.json"), br#"["secret"]"#).unwrap();
        for _ in 0..2 {
            let all: Vec<Vec<String>> = load_all(&sealer, folder.path()).unwrap();
            assert_eq!(all, [["secret"], ["secret"]]);
            for entry in std::fs::read_dir(folder.path()).unwrap() {
                let bytes = std::fs::read(entry.unwrap().path()).unwrap();
                assert!(!bytes.windows(6).any(|part| part == b"secret"));
            }
        }
        let other = Sealer::new(&StateKey::derived_from(b"b"));
        assert_eq!(load_all::<Vec<String>>(&other, folder.path()).unwrap(), Vec::<Vec<String>>::new());
        assert!(folder.path().join("new.unreadable").exists());
    }
}
