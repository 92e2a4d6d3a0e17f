//! `space_delete`, and its job: from the inside out, each thing in a transaction of its own, the space last.

use super::{RESOURCE, party, place};
use crate::access;
use crate::app;
use crate::fault::{Fault, catalogue};
use crate::job::{self, Deletion, Work};
use crate::ports::{Call, Ports, transaction};
use crate::route;
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobResource};
use cc_domain::list::Scope;
use cc_domain::space::{Space, policy};
use futures_util::future::BoxFuture;
use serde_json::json;

/// Queues the deletion of the space with everything in it.
pub async fn delete(call: Call<'_>, guid: &Guid<Space>) -> Result<Guid<Job>, Fault> {
    transaction!(call.ports, |tx| {
        access::in_space(tx, call.actor, guid, &policy::DELETE, RESOURCE).await?;
        tx.lock_space(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        job::enqueue(tx, call.ports, &Deletion::of(guid, call.actor)).await
    })
}

/// Deletes everything of one kind in a space. Returns what could not be deleted and why; a fault of ours ends the job's run.
type Stage = for<'a> fn(Call<'a>, &'a Space) -> BoxFuture<'a, Result<Vec<Fault>, Fault>>;

/// What a space holds, in the order in which it goes (domain-rules 6): service instances first, since their bindings hold apps; then apps,
/// then routes. A stage that leaves something behind ends the cascade.
const STAGES: &[Stage] = &[app::delete_all_of_space, route::delete_all_of_space];

/// One that is gone already is a success; run again, it goes on where it was cut off.
impl Work for Deletion<Space> {
    const NAME: &'static str = "space.delete";
    const IS_DELETION: bool = true;

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("spaces", &self.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        delete_with_contents(Call { ports, actor: &self.actor() }, &self.guid).await
    }
}

pub(crate) async fn delete_with_contents(call: Call<'_>, guid: &Guid<Space>) -> Result<(), Fault> {
    let Some(space) = call.ports.store.reader().await?.find_space(guid, &Scope::Everything).await? else {
        return Ok(());
    };
    for stage in STAGES {
        let left = stage(call, &space).await?;
        if !left.is_empty() {
            return Err(failed(&space, &left));
        }
    }
    transaction!(call.ports, |tx| {
        tx.lock_organization(&space.organization).await?;
        let Some(space) = tx.lock_space(&space.guid).await? else { return Ok(()) };
        tx.delete_space(&space.guid).await?;
        let data = json!({ "request": { "recursive": true } });
        call.record(tx, "audit.space.delete-request", party(&space), place(&space), data).await?;
        Ok(())
    })
}

fn failed(space: &Space, left: &[Fault]) -> Fault {
    let reasons: Vec<_> = left.iter().map(Fault::detail).collect();
    Fault::new(
        catalogue::SPACE_DELETION_FAILED,
        format!(
            "Deletion of {} {} failed because one or more resources within could not be deleted.\n\n{}",
            RESOURCE.to_lowercase(),
            space.name,
            reasons.join("\n")
        ),
    )
}
