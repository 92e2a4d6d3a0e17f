//! `user_get`, `users_list`

use super::{Person, RESOURCE, known, page_with_names, resolve};
use crate::fault::Fault;
use crate::ports::Call;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::user::{NameFilter, User, UserFilter};

/// The user, if it is the caller or somebody of an organization that the caller is in.
pub async fn get(call: Call<'_>, guid: &Guid<User>) -> Result<Person, Fault> {
    let user = visible(call, guid).await?;
    let known = known(call.ports, guid).await?;
    Ok(Person { user, known })
}

pub(super) async fn visible(call: Call<'_>, guid: &Guid<User>) -> Result<User, Fault> {
    let mut reader = call.ports.store.reader().await?;
    reader.find_user(guid, &call.actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

/// A page of the users that the caller can see.
pub async fn list(
    call: Call<'_>,
    filter: UserFilter,
    names: Option<NameFilter>,
    page: &PageRequest,
) -> Result<Page<Person>, Fault> {
    let filter = resolve(call.ports, filter, names).await?;
    let found = call.ports.store.reader().await?.list_users(&filter, page, &call.actor.scope()).await?;
    page_with_names(call.ports, found).await
}
