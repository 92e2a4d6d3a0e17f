//! Making one instance: droplet, environment, container.

use super::Shared;
use super::environment::{self, Place};
use super::process::StoredProcess;
use super::report::Voice;
use crate::container::{Input, InputKind, Program};
use crate::depot::{Depot, Found, Handle, Paths, Plan, Seat, Work};
use cc_domain::runtime::{Artifact, ArtifactContent};
use futures_util::StreamExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

const TRIES: u32 = 3;

/// Makes the container of an instance that has memory and ports already; the reason if it cannot be made.
pub(super) async fn make(
    shared: Arc<Shared>,
    process: Arc<StoredProcess>,
    index: u32,
    guid: String,
    ports: Vec<(u16, u16)>,
    voice: Voice,
) -> Result<Handle, String> {
    let cell = &shared.config.cell;
    voice.cell(format!("Cell {cell} creating container for instance {guid}"));
    let mut inputs = Vec::new();
    if let Some(droplet) = &process.droplet {
        voice.cell("Downloading droplet...");
        inputs.push(fetch(&shared, &Artifact::from(droplet), "droplet", InputKind::Droplet).await?);
        voice.cell("Downloaded droplet");
    }
    let id = Depot::id_of(&guid);
    let plan = plan(&shared, &process, inputs);
    let seat = shared.depot.seat().map_err(failed)?;
    let host = shared.depot.address(&seat);
    let paths = shared.depot.paths(&id);
    let place = Place { guid: &guid, index, host: &host, ports: &ports, paths: &paths };
    let commands = commands(&process, &place);
    let memory_mb = process.limits.memory_mb;
    let work = Work::Instance { key: process.key.clone(), index, guid: guid.clone(), ports, memory_mb };
    let handle = create(&shared, id, seat, work, plan, commands, &voice).await?;
    voice.cell(format!("Cell {cell} successfully created container for instance {guid}"));
    Ok(handle)
}

/// Makes a container and connects to it.
pub(crate) async fn create(
    shared: &Arc<Shared>,
    id: String,
    seat: Seat,
    work: Work,
    plan: Plan,
    commands: Vec<Program>,
    voice: &Voice,
) -> Result<Handle, String> {
    let (depot, name) = (Arc::clone(&shared.depot), id.clone());
    let made = tokio::task::spawn_blocking(move || depot.create(&name, seat, work, plan, commands)).await;
    made.map_err(failed)?.map_err(failed)?;
    match shared.depot.open(&id, true, voice.on_line()).await {
        Found::Alive(handle) => Ok(handle),
        Found::Ended(_) | Found::Lost => Err("failed to create container: the supervisor is gone".to_owned()),
    }
}

pub(crate) fn failed(error: impl std::fmt::Display) -> String {
    format!("failed to create container: {error}")
}

fn plan(shared: &Shared, process: &StoredProcess, inputs: Vec<Input>) -> Plan {
    Plan {
        memory_mb: process.limits.memory_mb,
        disk_mb: process.limits.disk_mb,
        pids: process.limits.pids,
        fds: process.limits.fds,
        cpu_weight: process.limits.cpu_weight,
        log_rate: process.limits.log_rate,
        rootfs: shared.config.rootfs.get(&process.stack).cloned(),
        files: process.files.clone(),
        inputs,
        grace: shared.config.grace,
        timeout: None,
    }
}

fn commands(process: &StoredProcess, place: &Place<'_>) -> Vec<Program> {
    let program = |command: &super::stored::StoredCommand| Program {
        argv: launcher(place.paths, &command.start, &command.execution_metadata),
        env: environment::of_app(place, &process.container_env, &command.env),
        source: command.log_source.clone(),
    };
    process.commands.iter().map(program).collect()
}

/// Argument list that starts a command of an app.
pub(crate) fn launcher(paths: &Paths, start: &str, metadata: &str) -> Vec<String> {
    let (program, home) = (paths.lifecycle.to_string_lossy(), paths.home.to_string_lossy());
    [&program, crate::LIFECYCLE, "launcher", "--home", &home, start, metadata].map(str::to_owned).to_vec()
}

/// Gets an artifact to where a supervisor can open it.
pub(crate) async fn fetch(
    shared: &Shared,
    artifact: &Artifact,
    name: &str,
    kind: InputKind,
) -> Result<Input, String> {
    let mut tries = 0;
    loop {
        tries += 1;
        match fetch_once(shared, artifact).await {
            Ok((path, is_temporary)) => {
                let checksum = super::stored::StoredArtifact::from(artifact).checksum;
                return Ok(Input {
                    name: name.to_owned(),
                    path,
                    is_temporary,
                    kind,
                    checksum,
                    is_optional: false,
                });
            }
            Err(error) if tries == TRIES => return Err(format!("failed to download {name}: {error}")),
            Err(_) => tokio::time::sleep(Duration::from_millis(200) * tries).await,
        }
    }
}

async fn fetch_once(shared: &Shared, artifact: &Artifact) -> Result<(PathBuf, bool), String> {
    let mut bytes = match shared.connections.source.open(artifact).await.map_err(|error| error.to_string())? {
        ArtifactContent::File(path) => return Ok((path, false)),
        ArtifactContent::Stream(bytes) => bytes,
    };
    let path = shared.spool.join(super::new_guid());
    let mut file = tokio::fs::File::create(&path).await.map_err(|error| error.to_string())?;
    let outcome = async {
        while let Some(part) = bytes.next().await {
            file.write_all(&part.map_err(|error| error.to_string())?)
                .await
                .map_err(|error| error.to_string())?;
        }
        file.flush().await.map_err(|error| error.to_string())
    };
    match outcome.await {
        Ok(()) => Ok((path, true)),
        Err(error) => {
            let _ = tokio::fs::remove_file(&path).await;
            Err(error)
        }
    }
}
