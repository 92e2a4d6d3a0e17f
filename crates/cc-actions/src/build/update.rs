//! `build_update`: metadata, and the end that an external stager reports.

use super::RESOURCE;
use crate::access;
use crate::fault::Fault;
use crate::ports::{Call, Ports, transaction};
use crate::wakes::Changed;
use cc_domain::build::{Build, policy};
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::metadata::MetadataPatch;

/// What a body changes.
pub struct BuildChange {
    pub metadata: MetadataPatch,
    pub end: Option<StagerEnd>,
}

/// How an external stager says that a build ended.
pub enum StagerEnd {
    /// With its text.
    Failed(String),
    Staged,
}

/// Whether the caller may change the build; asked before the body is looked at. With a `state` in it the scopes decide, else the roles.
/// Whoever may report states sees every build.
pub async fn admit_update(call: Call<'_>, guid: &Guid<Build>, has_state: bool) -> Result<(), Fault> {
    let reports = call.actor.scopes.admin || call.actor.scopes.update_build_state;
    let scope = if reports { Scope::Everything } else { call.actor.scope() };
    let mut reader = call.ports.store.reader().await?;
    let found = reader.find_build(guid, &scope).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
    match has_state {
        true if reports => Ok(()),
        true => Err(Fault::not_authorized()),
        false => {
            access::on_app(reader.as_mut(), call.actor, &found.app, &policy::UPDATE, RESOURCE).await.map(drop)
        }
    }
}

/// Changes the build for a caller who was admitted.
pub async fn update(ports: &Ports, guid: &Guid<Build>, change: &BuildChange) -> Result<Build, Fault> {
    let build = transaction!(ports, |tx| {
        let build = tx.lock_build(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        let metadata = build.metadata.patched(&change.metadata, ports.settings.metadata_limits)?;
        let build = Build { metadata, updated_at: ports.now(), ..build };
        let build = match &change.end {
            None => build,
            Some(StagerEnd::Failed(text)) => build.failed_by_stager(text, ports.now()),
            Some(StagerEnd::Staged) => {
                return Err(Fault::unprocessable(
                    "State 'STAGED' is reported by the engine of this installation",
                ));
            }
        };
        tx.update_build(&build).await?;
        Ok(build)
    })?;
    if change.end.is_some() {
        ports.wakes.changed(Changed::Build, guid.as_str());
    }
    Ok(build)
}
