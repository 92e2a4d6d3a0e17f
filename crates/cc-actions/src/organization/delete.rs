//! `organization_delete`, and its job: its spaces with everything in them, what belongs to the organization itself, then the organization.

use super::{RESOURCE, party};
use crate::access;
use crate::domain;
use crate::fault::{Fault, catalogue};
use crate::job::{self, Deletion, Work};
use crate::ports::{Call, Ports, transaction};
use crate::space;
use cc_domain::audit_event::Place;
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobResource};
use cc_domain::list::Scope;
use cc_domain::organization::{Organization, policy};
use cc_domain::space::Space;
use futures_util::future::BoxFuture;
use serde_json::json;

/// Queues the deletion of the organization with everything in it. Admins only.
pub async fn delete(call: Call<'_>, guid: &Guid<Organization>) -> Result<Guid<Job>, Fault> {
    transaction!(call.ports, |tx| {
        access::in_organization(tx, call.actor, guid, &policy::DELETE, RESOURCE).await?;
        tx.lock_organization(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        job::enqueue(tx, call.ports, &Deletion::of(guid, call.actor)).await
    })
}

/// Deletes everything of one kind that belongs to an organization and to none of its spaces. Returns why what could not be deleted stays,
/// which ends the cascade.
type Stage = for<'a> fn(&'a Ports, &'a Organization) -> BoxFuture<'a, Result<Vec<Fault>, Fault>>;

/// What goes between the spaces and the organization, in this order (domain-rules 5): domains.
const STAGES: &[Stage] = &[domain::delete_all_of];

/// One that is gone already is a success; run again, it goes on where it was cut off.
impl Work for Deletion<Organization> {
    const NAME: &'static str = "organization.delete";
    const IS_DELETION: bool = true;

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("organizations", &self.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        delete_with_contents(Call { ports, actor: &self.actor() }, &self.guid).await
    }
}

async fn delete_with_contents(call: Call<'_>, guid: &Guid<Organization>) -> Result<(), Fault> {
    let found = call.ports.store.reader().await?.find_organization(guid, &Scope::Everything).await?;
    let Some(organization) = found else { return Ok(()) };
    delete_spaces(call, &organization).await?;
    for stage in STAGES {
        let left = stage(call.ports, &organization).await?;
        if !left.is_empty() {
            return Err(failed(&organization, &left));
        }
    }
    transaction!(call.ports, |tx| {
        let Some(organization) = tx.lock_organization(guid).await? else { return Ok(()) };
        if !tx.spaces_of(guid).await?.is_empty() {
            // One was made since; the next run takes it along.
            return Err(Fault {
                is_transient: true,
                ..Fault::internal("a space was created during the deletion")
            });
        }
        tx.delete_organization(guid).await?;
        let data = json!({ "request": { "recursive": true } });
        let (target, place) = (party(&organization), Place::organization(guid));
        call.record(tx, "audit.organization.delete-request", target, place, data).await?;
        Ok(())
    })
}

/// All that can go, goes; the job fails with what could not.
async fn delete_spaces(call: Call<'_>, organization: &Organization) -> Result<(), Fault> {
    let mut left = Vec::new();
    for space in spaces_of(call.ports, &organization.guid).await? {
        match space::delete_with_contents(call, &space).await {
            Ok(()) => {}
            Err(fault) if *fault.kind == *catalogue::SPACE_DELETION_FAILED => left.push(fault),
            Err(fault) => return Err(fault),
        }
    }
    if left.is_empty() { Ok(()) } else { Err(failed(organization, &left)) }
}

fn failed(organization: &Organization, left: &[Fault]) -> Fault {
    let reasons: Vec<_> = left.iter().map(Fault::detail).collect();
    Fault::new(
        catalogue::ORGANIZATION_DELETION_FAILED,
        format!(
            "Deletion of organization {} failed because one or more resources within could not be deleted.\n\n{}",
            organization.name,
            reasons.join("\n\n")
        ),
    )
}

async fn spaces_of(ports: &Ports, guid: &Guid<Organization>) -> Result<Vec<Guid<Space>>, Fault> {
    transaction!(ports, |tx| Ok(tx.spaces_of(guid).await?))
}
