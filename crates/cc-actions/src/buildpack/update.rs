//! `buildpack_update`

use super::{NAME_KEY, RESOURCE, check_stack, may_manage, party};
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::audit_event::Place;
use cc_domain::buildpack::{Buildpack, UpdateBuildpack, moved};
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::patch::Patch;
use serde_json::{Value, json};

pub async fn update(
    call: Call<'_>,
    guid: &Guid<Buildpack>,
    change: UpdateBuildpack,
    request: Value,
) -> Result<Buildpack, Fault> {
    may_manage(call.actor)?;
    transaction!(call.ports, |tx| {
        let not_found = || Fault::not_found(RESOURCE);
        let lifecycle = tx.find_buildpack(guid, &Scope::Everything).await?.ok_or_else(not_found)?.lifecycle;
        let all = tx.lock_buildpacks(lifecycle).await?;
        let order: Vec<_> = all.iter().map(|b| b.guid.clone()).collect();
        let found = all.into_iter().find(|b| b.guid == *guid).ok_or_else(not_found)?;
        if let Patch::Value(stack) = &change.stack {
            check_stack(tx, Some(stack)).await?;
        }
        let metadata = found.metadata.patched(&change.metadata, call.ports.settings.metadata_limits)?;
        let mut buildpack = found.updated(&change, metadata, call.ports.now())?;
        tx.update_buildpack(&buildpack).await.map_err(when_taken(NAME_KEY, || buildpack.taken()))?;
        if let Some(position) = change.position {
            let order = moved(&order, guid, position);
            tx.order_buildpacks(lifecycle, &order).await?;
            let place = order.iter().zip(1..).find(|(g, _)| *g == guid);
            buildpack.position = place.map_or(buildpack.position, |(_, position)| position);
        }
        let data = json!({ "request": request });
        call.record(tx, "audit.buildpack.update", party(&buildpack), Place::default(), data).await?;
        Ok(buildpack)
    })
}
