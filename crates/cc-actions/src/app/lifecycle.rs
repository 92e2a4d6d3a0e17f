//! Looking up what a requested lifecycle names.

use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::app::{App, AppError, Lifecycle, LifecycleKind, LifecycleRequest};
use cc_domain::buildpack;
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::patch::Patch;
use cc_domain::stack::StackUse;
use cc_domain::store::DynTx;

/// The lifecycle of a new app, with the flags that gate docker and cnb.
pub(super) async fn for_new(
    tx: &mut DynTx,
    ports: &Ports,
    actor: &Actor,
    request: Option<&LifecycleRequest>,
    warnings: &mut Vec<String>,
) -> Result<Lifecycle, Fault> {
    let kind = request.and_then(|r| r.kind).unwrap_or(LifecycleKind::Buildpack);
    let flags = tx.feature_flags().await?;
    match kind {
        LifecycleKind::Docker => {
            flags.check(FeatureFlag::DiegoDocker, actor)?;
            return Ok(Lifecycle::Docker);
        }
        LifecycleKind::Cnb => {
            flags.check(FeatureFlag::DiegoCnb, actor)?;
            return Err(Fault::unprocessable("The cnb lifecycle is not supported by this installation"));
        }
        LifecycleKind::Buildpack => {}
    }
    let default =
        Lifecycle::Buildpack { buildpacks: Vec::new(), stack: Some(ports.settings.default_stack.clone()) };
    match request {
        None => Ok(default),
        Some(request) => {
            let lifecycle = match default.requested(request)? {
                // A new app has a stack, also where null is asked for.
                Lifecycle::Buildpack { buildpacks, stack } => {
                    let stack = stack.or_else(|| Some(ports.settings.default_stack.clone()));
                    Lifecycle::Buildpack { buildpacks, stack }
                }
                Lifecycle::Docker => Lifecycle::Docker,
            };
            checked(tx, ports, lifecycle, request, StackUse::New, warnings).await
        }
    }
}

/// The lifecycle of an app after a change. A restricted stack is for apps that were built before.
pub(super) async fn changed(
    tx: &mut DynTx,
    ports: &Ports,
    app: &App,
    request: &LifecycleRequest,
    warnings: &mut Vec<String>,
) -> Result<Lifecycle, Fault> {
    let lifecycle = app.lifecycle.requested(request)?;
    let is_new = tx.builds_of_app(&app.guid).await?.is_empty();
    let use_ = if is_new { StackUse::New } else { StackUse::Restage };
    checked(tx, ports, lifecycle, request, use_, warnings).await
}

/// Whether the stack exists and may be used, and the buildpacks are there.
async fn checked(
    tx: &mut DynTx,
    ports: &Ports,
    lifecycle: Lifecycle,
    request: &LifecycleRequest,
    use_: StackUse,
    warnings: &mut Vec<String>,
) -> Result<Lifecycle, Fault> {
    let Lifecycle::Buildpack { buildpacks, stack } = &lifecycle else { return Ok(lifecycle) };
    let name = stack.as_deref().unwrap_or(&ports.settings.default_stack);
    let found = tx.find_stack_named(name).await?;
    let offered = if buildpacks.is_empty() {
        Vec::new()
    } else {
        tx.buildpacks_in_order(LifecycleKind::Buildpack).await?
    };
    let known = found.as_ref().map(|s| s.name.as_str());
    buildpack::resolve(buildpacks, &offered, known, LifecycleKind::Buildpack)?;
    let found = found.ok_or(AppError::UnknownStack)?;
    if let Patch::Value(_) = request.stack {
        warnings.extend(found.admit(use_)?.map(|w| w.to_string()));
    }
    Ok(lifecycle)
}
