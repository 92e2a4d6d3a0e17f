//! `buildpack_create`

use super::{NAME_KEY, check_stack, may_manage, party};
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::audit_event::Place;
use cc_domain::buildpack::{Buildpack, CreateBuildpack, moved};
use cc_domain::metadata::Metadata;
use serde_json::{Value, json};

/// A buildpack that waits for its bits. Those behind its position move by one.
pub async fn create(call: Call<'_>, command: CreateBuildpack, request: Value) -> Result<Buildpack, Fault> {
    may_manage(call.actor)?;
    transaction!(call.ports, |tx| {
        check_stack(tx, command.stack.as_deref()).await?;
        let lifecycle = command.lifecycle;
        let order: Vec<_> = tx.lock_buildpacks(lifecycle).await?.into_iter().map(|b| b.guid).collect();
        let metadata = Metadata::default().patched(&command.metadata, call.ports.settings.metadata_limits)?;
        let guid = call.ports.new_guid();
        let order = moved(&order, &guid, command.position);
        let position = order.iter().zip(1..).find(|(g, _)| **g == guid).map_or(1, |(_, position)| position);
        let buildpack = Buildpack::new(guid, command, position, metadata, call.ports.now());
        tx.insert_buildpack(&buildpack).await.map_err(when_taken(NAME_KEY, || buildpack.taken()))?;
        tx.order_buildpacks(lifecycle, &order).await?;
        let data = json!({ "request": request });
        call.record(tx, "audit.buildpack.create", party(&buildpack), Place::default(), data).await?;
        Ok(buildpack)
    })
}
