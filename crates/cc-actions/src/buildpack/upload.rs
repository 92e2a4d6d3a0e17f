//! `buildpack_upload`: the bits are taken and stored before the answer; a job makes them those of the buildpack.

use super::record::{Outcome, Upload};
use super::{RESOURCE, archive, may_manage};
use crate::fault::Fault;
use crate::job;
use crate::ports::{Call, Ports, transaction};
use cc_domain::app::LifecycleKind;
use cc_domain::blob::BlobKey;
use cc_domain::buildpack::{Buildpack, BuildpackError, check_start};
use cc_domain::guid::Guid;
use cc_domain::job::Job;
use cc_domain::list::Scope;
use std::io;
use std::path::PathBuf;
use tempfile::TempPath;
use tokio::task::spawn_blocking;

/// A file as it was sent; removed when this is dropped.
pub struct BuildpackFile {
    pub bits: TempPath,
    /// As the client called it.
    pub name: String,
}

/// Whether the caller may upload bits. Asked before the body is read, so that nobody else fills the disk.
pub async fn admit_upload(call: Call<'_>, guid: &Guid<Buildpack>) -> Result<(), Fault> {
    super::get(call, guid).await?;
    may_manage(call.actor)
}

/// Stores the bits, and has them recorded by the job `buildpack.upload`. Without a file it only says what is wrong.
pub async fn upload(
    call: Call<'_>,
    guid: &Guid<Buildpack>,
    file: Option<BuildpackFile>,
) -> Result<(Buildpack, Guid<Job>), Fault> {
    admit_upload(call, guid).await?;
    let buildpack = super::get(call, guid).await?;
    let Some(BuildpackFile { bits, name }) = file else { return Err(BuildpackError::NoFile.into()) };
    let path = bits.to_path_buf();
    let start = blocking(path.clone(), |path| archive::start(&path)).await?;
    check_start(&start, &name, buildpack.lifecycle).map_err(|wrong| at_once(&wrong))?;
    buildpack.check_upload()?;
    let outcome = store(call.ports, &buildpack, path).await?;
    let job = transaction!(call.ports, |tx| {
        tx.find_buildpack(guid, &Scope::Everything).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        job::enqueue(tx, call.ports, &Upload::new(guid, call.actor, name, outcome)).await
    })?;
    Ok((buildpack, job))
}

/// The bits of an archive that can be read; of another one nothing is kept.
async fn store(ports: &Ports, buildpack: &Buildpack, path: PathBuf) -> Result<Outcome, Fault> {
    let lifecycle = buildpack.lifecycle;
    let (sha256, stack) = blocking(path.clone(), move |path| look(&path, lifecycle)).await?;
    let stack = match stack {
        Ok(stack) => stack,
        Err(BuildpackError::BadZip(why)) => return Ok(Outcome::Refused { why }),
        Err(other) => return Err(other.into()),
    };
    ports.blobs.put_file(&BlobKey::buildpack(&buildpack.guid, &sha256), &path).await?;
    Ok(Outcome::Stored { sha256, stack })
}

type Looked = (String, Result<Option<String>, BuildpackError>);

fn look(path: &std::path::Path, lifecycle: LifecycleKind) -> io::Result<Looked> {
    Ok((archive::sha256(path)?, archive::stack(path, lifecycle)))
}

/// Several complaints about one file as one text, behind one introduction.
fn at_once(wrong: &[BuildpackError]) -> Fault {
    const INTRODUCTION: &str = "Uploaded buildpack file is invalid: ";
    let texts: Vec<_> = wrong.iter().map(ToString::to_string).collect();
    let texts: Vec<_> = texts.iter().map(|t| t.strip_prefix(INTRODUCTION).unwrap_or(t)).collect();
    Fault::unprocessable(format!("{INTRODUCTION}{}", texts.join(", ")))
}

async fn blocking<T: Send + 'static>(
    path: PathBuf,
    work: impl FnOnce(PathBuf) -> io::Result<T> + Send + 'static,
) -> Result<T, Fault> {
    match spawn_blocking(move || work(path)).await {
        Ok(outcome) => outcome.map_err(Fault::internal),
        Err(error) => Err(Fault::internal(error)),
    }
}
