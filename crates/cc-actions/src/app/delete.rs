//! `app_delete`

use super::RESOURCE;
use crate::access;
use crate::fault::Fault;
use crate::job::{self, Deletion};
use crate::ports::{Call, transaction};
use cc_domain::app::{App, policy};
use cc_domain::guid::Guid;
use cc_domain::job::Job;

/// Queues the deletion of the app with its processes, packages, builds, droplets and route mappings.
pub async fn delete(call: Call<'_>, guid: &Guid<App>) -> Result<Guid<Job>, Fault> {
    let job = transaction!(call.ports, |tx| {
        access::on_app(tx, call.actor, guid, &policy::DELETE, RESOURCE).await?;
        job::enqueue(tx, call.ports, &Deletion::of(guid, call.actor)).await
    })?;
    call.ports.log_api(guid, &format!("Enqueued job to delete app with guid {guid}"));
    Ok(job)
}
