//! `domain_delete`, and its job: the routes, each in a transaction of its own, then the domain.

use super::{RESOURCE, check_manage, visible};
use crate::fault::Fault;
use crate::job::{self, Deletion, Work};
use crate::ports::{Call, Ports, transaction};
use crate::route;
use cc_domain::domain::{Domain, DomainError, DomainFilter};
use cc_domain::guid::Guid;
use cc_domain::job::{Job, JobResource};
use cc_domain::list::{PageRequest, Scope};
use cc_domain::organization::Organization;
use futures_util::future::BoxFuture;

/// Queues the deletion of the domain with all its routes.
pub async fn delete(call: Call<'_>, guid: &Guid<Domain>) -> Result<Guid<Job>, Fault> {
    transaction!(call.ports, |tx| {
        let domain = visible(tx, call.actor, guid).await?;
        check_manage(tx, call.actor, &domain).await?;
        let domain = tx.lock_domain(guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))?;
        domain.check_delete()?;
        job::enqueue(tx, call.ports, &Deletion::of(guid, call.actor)).await
    })
}

/// Routes read at a time.
const BATCH: i64 = 100;

/// One that is gone already is a success; run again, it goes on where it was cut off.
impl Work for Deletion<Domain> {
    const NAME: &'static str = "domain.delete";
    const IS_DELETION: bool = true;

    fn resource(&self) -> Option<JobResource> {
        Some(JobResource::new("domains", &self.guid))
    }

    async fn run(self, ports: &Ports) -> Result<(), Fault> {
        delete_with_routes(ports, &self.guid).await
    }
}

/// Deletes the private domains of an organization, or none if one of them is shared with others: the step of the organization's cascade
/// after its spaces.
pub(crate) fn delete_all_of<'a>(
    ports: &'a Ports,
    owner: &'a Organization,
) -> BoxFuture<'a, Result<Vec<Fault>, Fault>> {
    Box::pin(async move {
        let owned = owned_by(ports, &owner.guid).await?;
        let shared: Vec<_> = owned
            .iter()
            .filter(|domain| domain.check_delete().is_err())
            .map(|domain| DomainError::OwnedAndShared(domain.name.clone()).into())
            .collect();
        if !shared.is_empty() {
            return Ok(shared);
        }
        for domain in &owned {
            delete_with_routes(ports, &domain.guid).await?;
        }
        Ok(Vec::new())
    })
}

async fn owned_by(ports: &Ports, owner: &Guid<Organization>) -> Result<Vec<Domain>, Fault> {
    let filter =
        DomainFilter { organization_guids: Some(vec![owner.as_str().to_owned()]), ..DomainFilter::default() };
    let mut owned = Vec::new();
    for number in 1.. {
        let page =
            PageRequest { page: number, per_page: PageRequest::MAX_PER_PAGE, ..PageRequest::default() };
        let found = ports.store.reader().await?.list_domains(&filter, &page, &Scope::Everything).await?;
        if found.items.is_empty() {
            break;
        }
        owned.extend(found.items);
    }
    Ok(owned)
}

async fn delete_with_routes(ports: &Ports, guid: &Guid<Domain>) -> Result<(), Fault> {
    loop {
        let routes = ports.store.reader().await?.routes_of_domain(guid, BATCH).await?;
        if routes.is_empty() {
            break;
        }
        for found in routes {
            route::delete_along(ports, &found.guid).await?;
        }
    }
    transaction!(ports, |tx| {
        if tx.lock_domain(guid).await?.is_none() {
            return Ok(());
        }
        if !tx.routes_of_domain(guid, 1).await?.is_empty() {
            // One was made since; the next run takes it along.
            return Err(Fault {
                is_transient: true,
                ..Fault::internal("a route was created during the deletion")
            });
        }
        tx.delete_domain(guid).await?;
        Ok(())
    })
}
