//! The reference's own answers, replayed: every recorded request is sent to this server, and what comes back is held against what the
//! reference answered. Start reading at [`replay::replay`]; [`recording`] says what a file is, [`installation`] what stands behind it.
#![forbid(unsafe_code)]

pub mod bits;
pub mod broker;
pub mod compare;
pub mod differences;
pub mod installation;
pub mod operations;
pub mod recording;
pub mod replay;
pub mod report;
mod symbols;

use anyhow::Context;
use differences::Known;
use futures_util::{StreamExt, TryStreamExt, stream};
use installation::{DatabaseKind, Databases};
use operations::Operations;
use recording::Recording;
use replay::Replayed;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files that are replayed side by side: one for each core and one more for who waits for a disk; more where most of the time goes into
/// waiting for a server.
fn side_by_side(kind: &DatabaseKind) -> usize {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    match kind {
        DatabaseKind::Sqlite => cores + 1,
        DatabaseKind::Postgres(_) => cores * 6,
    }
}

/// The folder of this crate: recordings and the list of differences lie there.
pub fn home() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

/// Replays the recordings of a folder, or those of these names.
pub async fn all(folder: &Path, names: &[String], kind: DatabaseKind) -> anyhow::Result<Vec<Replayed>> {
    let not_asked = Known::read(&home().join("differences.toml"))?.not_asked();
    let operations = Arc::new(Operations::read(&home().join("../contract/operations.json"), &not_asked)?);
    let side_by_side = side_by_side(&kind);
    let databases = Arc::new(Databases::prepare(kind).await?);
    let one = |path: PathBuf| {
        let (operations, databases) = (Arc::clone(&operations), Arc::clone(&databases));
        async move {
            let work = tokio::spawn(async move {
                let recording = Recording::read(&path).with_context(|| path.display().to_string())?;
                replay::replay(&recording, &operations, &databases).await
            });
            work.await?
        }
    };
    let all = stream::iter(files(folder, names)?).map(one).buffered(side_by_side).try_collect().await;
    databases.clean().await?;
    let all: Vec<Replayed> = all?;
    report::note(&report::statuses(&all))?;
    Ok(all)
}

fn files(folder: &Path, names: &[String]) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some(name) = file.strip_suffix(".gz").unwrap_or(file).strip_suffix(".jsonl") else { continue };
        if names.is_empty() || names.iter().any(|wanted| wanted == name) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
