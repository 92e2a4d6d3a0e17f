//! Domains.

mod create;
mod delete;
mod read;
mod sharing;
mod update;

pub use create::create;
pub use delete::delete;
pub(crate) use delete::delete_all_of;
pub use read::{default_of_organization, get, has_route, list, list_of_organization};
pub use sharing::{share, unshare};
pub use update::update;

use crate::access;
use crate::fault::Fault;
use cc_domain::actor::Actor;
use cc_domain::domain::{Domain, DomainKind, policy};
use cc_domain::guid::Guid;
use cc_domain::list::{Common, PageRequest};
use cc_domain::organization::{Organization, OrganizationFilter};
use cc_domain::store::Reader;
use std::collections::BTreeSet;

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Domain";
/// The unique constraint on the name.
pub(crate) const NAME_KEY: &str = "domains_name_key_key";

async fn visible<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    guid: &Guid<Domain>,
) -> Result<Domain, Fault> {
    reader.find_domain(guid, &actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

/// Whether the caller may change a domain that it has seen: shared ones are the admin's, private ones the managers' of the owner.
async fn check_manage<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    domain: &Domain,
) -> Result<(), Fault> {
    match domain.owner() {
        None => access::anywhere(actor, &policy::MANAGE_SHARED),
        Some(owner) => {
            access::in_organization(reader, actor, owner, &policy::MANAGE_PRIVATE, RESOURCE).await.map(|_| ())
        }
    }
}

/// The domains as the caller sees them: of the organizations that they are shared with, those that it can read.
async fn seen<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    mut domains: Vec<Domain>,
) -> Result<Vec<Domain>, Fault> {
    if actor.is_global_reader() {
        return Ok(domains);
    }
    let named: BTreeSet<String> =
        domains.iter().flat_map(shares).map(|guid| guid.as_str().to_owned()).collect();
    if named.is_empty() {
        return Ok(domains);
    }
    let filter = OrganizationFilter {
        common: Common { guids: Some(named.into_iter().collect()), ..Common::default() },
        ..OrganizationFilter::default()
    };
    let page = PageRequest { per_page: PageRequest::MAX_PER_PAGE, ..PageRequest::default() };
    let readable = reader.list_organizations(&filter, &page, &actor.scope()).await?;
    let readable: BTreeSet<_> = readable.items.into_iter().map(|o| o.guid).collect();
    for domain in &mut domains {
        if let DomainKind::Private { shared_with, .. } = &mut domain.kind {
            shared_with.retain(|guid| readable.contains(guid));
        }
    }
    Ok(domains)
}

async fn seen_one<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    domain: Domain,
) -> Result<Domain, Fault> {
    let seen = seen(reader, actor, vec![domain]).await?;
    seen.into_iter().next().ok_or_else(|| Fault::not_found(RESOURCE))
}

fn shares(domain: &Domain) -> &[Guid<Organization>] {
    match &domain.kind {
        DomainKind::Private { shared_with, .. } => shared_with,
        DomainKind::Shared { .. } => &[],
    }
}
