//! `stack_get`, `stacks_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::stack::{Stack, StackFilter};

pub async fn get(ports: &Ports, actor: &Actor, guid: &Guid<Stack>) -> Result<Stack, Fault> {
    ports
        .store
        .reader()
        .await?
        .find_stack(guid, &actor.scope())
        .await?
        .ok_or_else(|| Fault::not_found(RESOURCE))
}

pub async fn list(
    ports: &Ports,
    actor: &Actor,
    filter: &StackFilter,
    page: &PageRequest,
) -> Result<Page<Stack>, Fault> {
    Ok(ports.store.reader().await?.list_stacks(filter, page, &actor.scope()).await?)
}
