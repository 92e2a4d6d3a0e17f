//! `build_create`

use super::StartBuild;
use crate::access;
use crate::app;
use crate::fault::{Fault, catalogue};
use crate::job;
use crate::ports::{Call, transaction};
use crate::quota;
use cc_domain::actor::Actor;
use cc_domain::app::{App, AppError, EnvironmentVariables, Lifecycle, LifecycleKind, LifecycleRequest};
use cc_domain::build::{
    Build, BuildCreator, BuildError, CreateBuild, StagingLimits, admit_another, admit_buildpacks, policy,
};
use cc_domain::buildpack::{BuildpackChoice, resolve};
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::list::Scope;
use cc_domain::metadata::Metadata;
use cc_domain::package::{Package, PackageKind};
use cc_domain::process::{Process, ProcessType};
use cc_domain::stack::StackUse;
use cc_domain::store::DynTx;
use serde_json::json;

/// Starts the staging of a package. The second value are warnings. `environment` are the variables of the request.
pub async fn create(
    call: Call<'_>,
    command: CreateBuild,
    environment: EnvironmentVariables,
) -> Result<(Build, Vec<String>), Fault> {
    let (build, warnings) = transaction!(call.ports, |tx| {
        let package = admitted_package(tx, call.actor, &command).await?;
        if package.kind() == PackageKind::Docker {
            tx.feature_flags().await?.check(FeatureFlag::DiegoDocker, call.actor)?;
        }
        let quotas = quota::of_running(tx, &package.app).await?;
        // Two builds of one app at the same moment queue here.
        let app = tx.lock_app(&package.app).await?.ok_or(BuildError::InvalidPackage)?;
        let earlier = tx.builds_of_app(&app.guid).await?;
        if command.lifecycle.as_ref().and_then(|l| l.kind).is_some_and(|kind| kind != app.lifecycle.kind()) {
            // A build under way counts before another kind of lifecycle does.
            admit_another(&earlier)?;
        }
        let use_ = if earlier.is_empty() { StackUse::New } else { StackUse::Restage };
        let mut warnings = Vec::new();
        let (lifecycle, choices) =
            chosen(tx, call, &app, command.lifecycle.as_ref(), use_, &mut warnings).await?;
        let web = newest_web(tx.processes_of_app(&app.guid).await?);
        admit_another(&earlier)?;
        let limits = StagingLimits::of(&command, web.as_ref(), &call.ports.settings.staging, &quotas)?;
        let metadata = Metadata::default().patched(&command.metadata, call.ports.settings.metadata_limits)?;
        let (guid, now) = (call.ports.new_guid(), call.ports.now());
        let build = Build::new(guid, &package, lifecycle, limits, creator(call.actor), metadata, now)?;
        admit_buildpacks(&choices, &call.ports.settings.staging)?;
        tx.insert_build(&build, &environment).await?;
        let place = app::place(tx, &app).await?;
        let data = json!({ "build_guid": build.guid.as_str(), "package_guid": package.guid.as_str() });
        call.record(tx, "audit.app.build.create", app::party(&app), place, data).await?;
        job::enqueue(tx, call.ports, &StartBuild { guid: build.guid.clone() }).await?;
        Ok((build, warnings))
    })?;
    call.ports.log_api(&build.app, &format!("Creating build for app with guid {}", build.app));
    Ok((build, warnings))
}

/// Every refusal by role is an invalid package.
async fn admitted_package(tx: &mut DynTx, actor: &Actor, command: &CreateBuild) -> Result<Package, Fault> {
    let invalid = || Fault::from(BuildError::InvalidPackage);
    let package = tx.find_package(&command.package, &actor.scope()).await?.ok_or_else(invalid)?;
    match access::on_named_app(tx, actor, &package.app, &policy::CREATE, invalid).await {
        Ok(_) => Ok(package),
        Err(fault) if *fault.kind == *catalogue::NOT_AUTHORIZED => Err(invalid()),
        Err(fault) => Err(fault),
    }
}

/// The lifecycle of the build, on a stack that exists and may be used, and its buildpacks.
async fn chosen(
    tx: &mut DynTx,
    call: Call<'_>,
    app: &App,
    request: Option<&LifecycleRequest>,
    use_: StackUse,
    warnings: &mut Vec<String>,
) -> Result<(Lifecycle, Vec<BuildpackChoice>), Fault> {
    let kind = request.and_then(|r| r.kind).unwrap_or(app.lifecycle.kind());
    if kind == LifecycleKind::Cnb {
        tx.feature_flags().await?.check(FeatureFlag::DiegoCnb, call.actor)?;
        app::check_cnb(call.ports)?;
    }
    let lifecycle = match request {
        None => app.lifecycle.clone(),
        Some(request) => app.lifecycle.requested(request).map_err(AppError::from)?,
    };
    if kind == LifecycleKind::Docker {
        return Ok((lifecycle, Vec::new()));
    }
    let name = lifecycle.stack().unwrap_or(&call.ports.settings.default_stack).to_owned();
    let found = tx.find_stack_named(&name).await?;
    let known = found.as_ref().map(|s| s.name.as_str());
    let offered = tx.buildpacks_in_order(kind).await?;
    let choices = resolve(lifecycle.buildpacks(), &offered, known, kind)?;
    let found = found.ok_or(AppError::UnknownStack)?;
    let admitted = found.admit(use_);
    let warning = admitted.map_err(|e| Fault::new(catalogue::STACK_VALIDATION_FAILED, e.to_string()))?;
    warnings.extend(warning.map(|w| w.to_string()));
    Ok((lifecycle.on_stack(name), choices))
}

/// Of several, which a deployment makes, the last one.
pub(super) fn newest_web(processes: Vec<Process>) -> Option<Process> {
    processes.into_iter().rfind(|p| p.kind.as_str() == ProcessType::WEB)
}

fn creator(actor: &Actor) -> BuildCreator {
    BuildCreator { guid: actor.user.to_string(), name: actor.name.clone(), email: actor.email.clone() }
}

/// The app of a build with what the engine needs to know around it.
pub(super) async fn app_of(tx: &mut DynTx, build: &Build) -> Result<Option<App>, Fault> {
    Ok(tx.find_app(&build.app, &Scope::Everything).await?)
}
