//! `app_delete`

use super::RESOURCE;
use crate::access;
use crate::fault::Fault;
use crate::job::{self, Deletion};
use crate::ports::{Ports, transaction};
use cc_domain::actor::Actor;
use cc_domain::app::{App, policy};
use cc_domain::guid::Guid;
use cc_domain::job::Job;

/// Queues the deletion of the app with its processes, packages, builds, droplets and route mappings.
pub async fn delete(ports: &Ports, actor: &Actor, guid: &Guid<App>) -> Result<Guid<Job>, Fault> {
    let job = transaction!(ports, |tx| {
        access::on_app(tx, actor, guid, &policy::DELETE, RESOURCE).await?;
        job::enqueue(tx, ports, &Deletion::of(guid, actor)).await
    })?;
    ports.log_api(guid, &format!("Enqueued job to delete app with guid {guid}"));
    Ok(job)
}
