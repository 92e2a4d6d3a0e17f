//! Looking up what a requested lifecycle names.

use crate::fault::Fault;
use crate::ports::{Call, Ports};
use cc_domain::app::{App, AppError, Lifecycle, LifecycleKind, LifecycleRequest};
use cc_domain::buildpack;
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::patch::Patch;
use cc_domain::stack::{Stack, StackUse};
use cc_domain::store::DynTx;

/// The lifecycle of a new app, with the flags that gate docker and cnb.
pub(super) async fn for_new(
    tx: &mut DynTx,
    call: Call<'_>,
    request: Option<&LifecycleRequest>,
    warnings: &mut Vec<String>,
) -> Result<Lifecycle, Fault> {
    let kind = request.and_then(|r| r.kind).unwrap_or(LifecycleKind::Buildpack);
    let flags = tx.feature_flags().await?;
    match kind {
        LifecycleKind::Docker => flags.check(FeatureFlag::DiegoDocker, call.actor)?,
        LifecycleKind::Cnb => {
            flags.check(FeatureFlag::DiegoCnb, call.actor)?;
            check_cnb(call.ports)?;
        }
        LifecycleKind::Buildpack => {}
    }
    let Some(request) = request else {
        let request = LifecycleRequest::of(kind);
        return Ok(Lifecycle::new(kind, &request, &call.ports.settings.default_stack));
    };
    let found = named(tx, call.ports, kind, request).await?;
    if let (Some(stack), Patch::Value(_)) = (found, &request.stack) {
        warnings.extend(stack.admit(StackUse::New)?.map(|w| w.to_string()));
    }
    Ok(Lifecycle::new(kind, request, &call.ports.settings.default_stack))
}

/// Whether the engine can stage with Cloud Native Buildpacks.
pub(crate) fn check_cnb(ports: &Ports) -> Result<(), AppError> {
    if ports.runtime.capabilities().cnb { Ok(()) } else { Err(AppError::CnbUnsupported) }
}

/// The lifecycle of an app after a change. A restricted stack is for apps that were built before.
pub(super) async fn changed(
    tx: &mut DynTx,
    ports: &Ports,
    app: &App,
    request: &LifecycleRequest,
    warnings: &mut Vec<String>,
) -> Result<Lifecycle, Fault> {
    // What is asked for is looked at as it stands, of whatever kind it is, on the default stack where it names none.
    let kind = request.kind.unwrap_or(app.lifecycle.kind());
    let found = named(tx, ports, kind, request).await?;
    let lifecycle = app.lifecycle.requested(request).map_err(AppError::from)?;
    if let (Some(stack), Patch::Value(_)) = (found, &request.stack) {
        let is_new = tx.builds_of_app(&app.guid).await?.is_empty();
        let use_ = if is_new { StackUse::New } else { StackUse::Restage };
        warnings.extend(stack.admit(use_)?.map(|w| w.to_string()));
    }
    Ok(lifecycle)
}

/// The stack that is asked for, else the default one, if the kind needs one; and whether the buildpacks that are asked for can be had on it.
async fn named(
    tx: &mut DynTx,
    ports: &Ports,
    kind: LifecycleKind,
    request: &LifecycleRequest,
) -> Result<Option<Stack>, Fault> {
    if kind == LifecycleKind::Docker {
        return Ok(None);
    }
    let name = match &request.stack {
        Patch::Value(name) => name,
        Patch::Absent | Patch::Null => &ports.settings.default_stack,
    };
    let found = tx.find_stack_named(name).await?;
    let buildpacks = match &request.buildpacks {
        Patch::Value(list) => list.as_slice(),
        Patch::Absent | Patch::Null => &[],
    };
    let offered = if buildpacks.is_empty() { Vec::new() } else { tx.buildpacks_in_order(kind).await? };
    let known = found.as_ref().map(|s| s.name.as_str());
    buildpack::resolve(buildpacks, &offered, known, kind)?;
    Ok(Some(found.ok_or(AppError::UnknownStack)?))
}
