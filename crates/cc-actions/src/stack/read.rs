//! `stack_get`, `stacks_list`

use super::RESOURCE;
use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::stack::{Stack, StackFilter};

pub async fn get(call: Call<'_>, guid: &Guid<Stack>) -> Result<Stack, Fault> {
    call.ports
        .store
        .reader()
        .await?
        .find_stack(guid, &call.actor.scope())
        .await?
        .ok_or_else(|| Fault::not_found(RESOURCE))
}

pub async fn list(call: Call<'_>, filter: &StackFilter, page: &PageRequest) -> Result<Page<Stack>, Fault> {
    Ok(call.ports.store.reader().await?.list_stacks(filter, page, &call.actor.scope()).await?)
}
