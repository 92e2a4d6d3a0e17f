//! `user_get`, `users_list`

use super::{Person, RESOURCE, known, page_with_names, resolve};
use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::guid::Guid;
use cc_domain::list::{Page, PageRequest};
use cc_domain::user::{NameFilter, User, UserFilter};

/// The user, if it is the caller or somebody of an organization that the caller is in.
pub async fn get(ports: &Ports, actor: &Actor, guid: &Guid<User>) -> Result<Person, Fault> {
    let user = visible(ports, actor, guid).await?;
    let known = known(ports, guid).await?;
    Ok(Person { user, known })
}

pub(super) async fn visible(ports: &Ports, actor: &Actor, guid: &Guid<User>) -> Result<User, Fault> {
    let mut reader = ports.store.reader().await?;
    reader.find_user(guid, &actor.scope()).await?.ok_or_else(|| Fault::not_found(RESOURCE))
}

/// A page of the users that the caller can see.
pub async fn list(
    ports: &Ports,
    actor: &Actor,
    filter: UserFilter,
    names: Option<NameFilter>,
    page: &PageRequest,
) -> Result<Page<Person>, Fault> {
    let filter = resolve(ports, filter, names).await?;
    let found = ports.store.reader().await?.list_users(&filter, page, &actor.scope()).await?;
    page_with_names(ports, found).await
}
