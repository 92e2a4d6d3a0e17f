//! What the directory adds to users: names to rows, and names to guids for filters.

use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::guid::Guid;
use cc_domain::identity::KnownUser;
use cc_domain::list::Page;
use cc_domain::user::{NameFilter, Names, User, UserFilter};
use std::collections::{BTreeSet, HashMap};

/// A user as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub user: User,
    /// `None` for a client, and for somebody that the directory does not know.
    pub known: Option<KnownUser>,
}

/// What the directory knows of one guid.
pub(crate) async fn known(ports: &Ports, guid: &Guid<User>) -> Result<Option<KnownUser>, Fault> {
    let found = ports.directory.users_by_guid(&[guid.as_str().to_owned()]).await?;
    Ok(found.into_iter().find(|k| k.guid == guid.as_str()))
}

/// The user's name for texts and events; a directory that does not answer does not stop the operation.
pub(crate) async fn name_of(ports: &Ports, guid: &Guid<User>) -> Option<String> {
    match ports.directory.users_by_guid(&[guid.as_str().to_owned()]).await {
        Ok(found) => found.into_iter().find(|k| k.guid == guid.as_str()).map(|k| k.username),
        Err(error) => {
            tracing::warn!(user.guid = %guid, fault = ?Fault::from(error), "a user's name could not be looked up");
            None
        }
    }
}

/// Whether a guid that the directory has no user for is a client's; no if the directory does not answer, and then a client of that name gets
/// no rights from what the row holds.
pub(crate) async fn is_client(ports: &Ports, guid: &Guid<User>) -> bool {
    ports.directory.is_client(guid.as_str()).await.unwrap_or_else(|error| {
        let fault = Fault::from(error);
        tracing::warn!(user.guid = %guid, ?fault, "whether a guid is a client's could not be looked up");
        false
    })
}

/// Adds names, with one question to the directory.
pub(crate) async fn with_names(ports: &Ports, users: Vec<User>) -> Result<Vec<Person>, Fault> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let guids: Vec<_> = users.iter().map(|u| u.guid.as_str().to_owned()).collect();
    let found = ports.directory.users_by_guid(&guids).await?;
    let mut known: HashMap<_, _> = found.into_iter().map(|k| (k.guid.clone(), k)).collect();
    Ok(users
        .into_iter()
        .map(|user| {
            let known = known.remove(user.guid.as_str());
            Person { user, known }
        })
        .collect())
}

pub(crate) async fn page_with_names(ports: &Ports, page: Page<User>) -> Result<Page<Person>, Fault> {
    Ok(Page { total: page.total, items: with_names(ports, page.items).await? })
}

/// Turns names into guids, which narrow the guids that the filter has already.
pub(crate) async fn resolve(
    ports: &Ports,
    mut filter: UserFilter,
    names: Option<NameFilter>,
) -> Result<UserFilter, Fault> {
    let Some(names) = names else { return Ok(filter) };
    let found = match &names.names {
        Names::Whole(list) => ports.directory.users_by_names(list).await?,
        Names::Parts(list) => {
            // A blank part would be in every name; it is in none, as in the reference.
            let parts: Vec<_> = list.iter().filter(|part| !part.trim().is_empty()).cloned().collect();
            ports.directory.users_by_name_parts(&parts).await?
        }
    };
    let guids: BTreeSet<String> = found
        .into_iter()
        .filter(|k| names.origins.as_ref().is_none_or(|origins| origins.contains(&k.origin)))
        .map(|k| k.guid)
        .filter(|guid| filter.common.guids.as_ref().is_none_or(|wanted| wanted.contains(guid)))
        .collect();
    filter.common.guids = Some(guids.into_iter().collect());
    Ok(filter)
}
