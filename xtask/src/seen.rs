//! What the tests saw: every operation with its statuses, as the processes of the last `cargo xtask test` wrote it down.

use crate::workspace::Workspace;
use anyhow::Context;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Statuses by operation.
pub type Seen = BTreeMap<String, BTreeSet<u16>>;

/// Names the folder to the processes of a test run.
pub const VARIABLE: &str = "CC_SEEN";

/// The folder, empty.
pub fn begin(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let folder = folder(workspace)?;
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// What the last run saw; nothing if there was none.
pub fn read(workspace: &Workspace) -> anyhow::Result<Seen> {
    let mut seen = Seen::new();
    let folder = folder(workspace)?;
    if !folder.exists() {
        return Ok(seen);
    }
    for entry in std::fs::read_dir(&folder)? {
        let text = std::fs::read_to_string(entry?.path())?;
        for line in text.lines() {
            let (operation, status) =
                line.split_once(' ').with_context(|| format!("'{line}' in {}", folder.display()))?;
            seen.entry(operation.to_owned()).or_default().insert(status.parse()?);
        }
    }
    Ok(seen)
}

fn folder(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    Ok(workspace.metadata()?.target_directory.join("seen"))
}
