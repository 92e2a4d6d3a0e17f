//! The end of a build: the droplet it made, or why it failed. Recorded once, however often it is reported.

use super::create::{app_of, newest_web};
use crate::app;
use crate::artifacts::droplet_guid;
use crate::blob::{Forgotten, forget};
use crate::fault::Fault;
use crate::ports::{Ports, transaction};
use crate::wakes::Changed;
use cc_domain::app::{App, Lifecycle, LifecycleKind};
use cc_domain::audit_event::{AuditEvent, Party};
use cc_domain::blob::BlobKey;
use cc_domain::build::{Build, BuildFailure, BuildState, StagingResult, name_of_key};
use cc_domain::droplet::{Droplet, DropletDigests};
use cc_domain::guid::Guid;
use cc_domain::runtime::{Ack, BuildOutcome, Staged};
use cc_domain::store::DynTx;
use serde_json::{Value, json};

/// What `build_finished` of the engine's reports does. Anything that may pass is asked for again.
pub async fn finished(ports: &Ports, outcome: BuildOutcome) -> Ack {
    let guid = outcome.build.guid().clone();
    let verdict = outcome.result.map_err(|reason| BuildFailure::from_reason(&reason));
    match record(ports, &guid, verdict).await {
        Ok(ack) => ack,
        Err(fault) => {
            tracing::warn!(build = guid.as_str(), ?fault, "the end of a build could not be recorded");
            Ack::RetryLater
        }
    }
}

/// Ends a build badly, on our own account. One that has ended stays as it is.
pub(super) async fn fail(ports: &Ports, guid: &Guid<Build>, failure: BuildFailure) -> Result<(), Fault> {
    record(ports, guid, Err(failure)).await.map(|_| ())
}

/// An app with many routes does not flood its own log.
const MAX_URLS: usize = 5;

/// What was written, for the log lines.
enum Recorded {
    Nothing(Ack),
    /// With the URLs where the app will be.
    Staged(Guid<App>, Vec<String>),
    Failed(Guid<App>),
}

async fn record(
    ports: &Ports,
    guid: &Guid<Build>,
    verdict: Result<Staged, BuildFailure>,
) -> Result<Ack, Fault> {
    let (app, text) = match transaction!(ports, |tx| {
        let Some(build) = tx.lock_build(guid).await? else { return Ok(Recorded::Nothing(Ack::Unknown)) };
        if build.state != BuildState::Staging {
            return Ok(Recorded::Nothing(Ack::Duplicate));
        }
        let Some(app) = app_of(tx, &build).await? else { return Ok(Recorded::Nothing(Ack::Unknown)) };
        let read = match verdict {
            Ok(staged) => read(tx, &build, staged).await?,
            Err(failure) => Err(failure),
        };
        match read {
            Ok((result, digests)) => {
                stage(tx, ports, build, &app, result, digests).await?;
                let routes = tx.routes_of_app(&app.guid).await?;
                let urls =
                    routes.iter().filter_map(|r| r.web_url(&ports.settings.router)).take(MAX_URLS).collect();
                Ok(Recorded::Staged(app.guid, urls))
            }
            Err(failure) => {
                give_up(tx, ports, build, &app, &failure).await?;
                Ok(Recorded::Failed(app.guid))
            }
        }
    })? {
        Recorded::Nothing(ack) => return Ok(ack),
        Recorded::Staged(app, urls) => {
            for url in urls {
                ports.log_staging(&app, &format!("Reach it at {url}"));
            }
            (app, "complete")
        }
        Recorded::Failed(app) => (app, "failed"),
    };
    ports.log_api(&app, &format!("Staging {text} for build {guid}"));
    ports.wakes.changed(Changed::Build, guid.as_str());
    Ok(Ack::Recorded)
}

/// What the engine found, if it makes sense.
async fn read(
    tx: &mut DynTx,
    build: &Build,
    staged: Staged,
) -> Result<Result<(StagingResult, Option<DropletDigests>), BuildFailure>, Fault> {
    let offered = tx.buildpacks_in_order(LifecycleKind::Buildpack).await?;
    let web = newest_web(tx.processes_of_app(&build.app).await?);
    let digests = staged.droplet.map(|d| DropletDigests { sha1: d.sha1, sha256: d.sha256, bytes: d.bytes });
    let needs_bits = build.lifecycle != Lifecycle::Docker;
    let read = StagingResult::parse(&staged.result, |key| name_of_key(key, &offered)).and_then(|result| {
        result.check_command(web.as_ref().and_then(|w| w.command.as_deref()))?;
        if needs_bits && digests.is_none() {
            return Err(BuildFailure::staging("staging failed"));
        }
        Ok((result, digests))
    });
    Ok(read)
}

async fn stage(
    tx: &mut DynTx,
    ports: &Ports,
    build: Build,
    app: &App,
    result: StagingResult,
    digests: Option<DropletDigests>,
) -> Result<(), Fault> {
    let now = ports.now();
    let found = tx.droplet_of_build(&build.guid).await?;
    let is_new = found.is_none();
    let droplet = found.unwrap_or_else(|| Droplet::staging(droplet_guid(&build), &build, now));
    let (build, droplet) = build.staged(droplet, result, digests, now)?;
    if is_new {
        tx.insert_droplet(&droplet).await?;
        let data = json!({
            "droplet_guid": droplet.guid.as_str(),
            "package_guid": build.package.as_str(),
        });
        tell(tx, ports, &build, app, "audit.app.droplet.create", data).await?;
    } else {
        tx.update_droplet(&droplet).await?;
    }
    tx.update_build(&build).await?;
    app::expire_bits_later(tx, ports, &app.guid).await?;
    let buildpacks = (droplet.lifecycle != LifecycleKind::Docker).then(|| {
        let receipts = droplet.buildpacks.iter();
        let shown = receipts
            .map(|b| json!({ "name": b.name, "buildpack_name": b.buildpack_name, "version": b.version }));
        shown.collect::<Vec<_>>()
    });
    let data = json!({
        "build_guid": build.guid.as_str(),
        "package_guid": build.package.as_str(),
        "droplet_guid": droplet.guid.as_str(),
        "buildpacks": buildpacks,
    });
    tell(tx, ports, &build, app, "audit.app.build.staged", data).await
}

async fn give_up(
    tx: &mut DynTx,
    ports: &Ports,
    build: Build,
    app: &App,
    failure: &BuildFailure,
) -> Result<(), Fault> {
    let now = ports.now();
    let text = failure.to_string();
    let build = build.failed(failure, now)?;
    tx.update_build(&build).await?;
    if let Some(droplet) = tx.droplet_of_build(&build.guid).await? {
        tx.update_droplet(&droplet.failed(&text, now)).await?;
    }
    forget(tx, ports, Forgotten::keys([BlobKey::droplet(&droplet_guid(&build))])).await?;
    let (id, message) = text.split_once(" - ").unwrap_or((&text, ""));
    let data = json!({
        "build_guid": build.guid.as_str(),
        "package_guid": build.package.as_str(),
        "error_id": id,
        "error_message": message,
    });
    tell(tx, ports, &build, app, "audit.app.build.failed", data).await
}

/// The actor is whoever created the build.
async fn tell(
    tx: &mut DynTx,
    ports: &Ports,
    build: &Build,
    app: &App,
    kind: &str,
    data: Value,
) -> Result<(), Fault> {
    let place = app::place(tx, app).await?;
    let creator = Party::new("user", &build.created_by.guid, &build.created_by.name);
    let target = app::party(app);
    let event = AuditEvent::new(ports.new_guid(), ports.now(), kind, creator, target, place, data);
    Ok(tx.record(&event).await?)
}
