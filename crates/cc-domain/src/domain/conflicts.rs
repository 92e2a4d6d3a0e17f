//! Which names a new domain may not have.

use super::{Domain, DomainError, DomainKind, DomainName};
use crate::name::fold;

/// What exists around a wanted name.
#[derive(Clone, Debug, Default)]
pub struct Neighbours {
    /// Domains called like it or like any of [`DomainName::suffixes`].
    pub above: Vec<Domain>,
    /// Domains below it.
    pub below: Vec<Domain>,
    /// Fully qualified names of routes, without path, that equal it or any of [`DomainName::suffixes`].
    pub routes: Vec<String>,
    /// Host names of the system itself, where no domain of a user may be.
    pub system_hosts: Vec<String>,
}

pub(super) fn check(name: &DomainName, kind: &DomainKind, around: &Neighbours) -> Result<(), DomainError> {
    let owner = match kind {
        DomainKind::Private { owner, .. } => Some(owner),
        DomainKind::Shared { .. } => None,
    };
    let key = name.key();
    if around.above.iter().any(|d| d.name.key() == key) {
        return Err(DomainError::Taken(name.clone()));
    }
    let reserved =
        |other: &str| DomainError::ReservedByDomain { name: name.clone(), other: other.to_owned() };
    if let Some(other) =
        around.above.iter().find(|d| !d.is_shared() && d.owner() != owner && name.is_below(&d.name))
    {
        return Err(reserved(other.name.as_str()));
    }
    let suffixes = name.suffixes();
    // The longest, which is the name itself where a route has it.
    let holding = around.routes.iter().filter(|r| suffixes.contains(&fold(r)));
    if let Some(route) = holding.max_by_key(|r| (r.len(), *r)) {
        return Err(DomainError::ReservedByRoute { name: name.clone(), route: route.clone() });
    }
    if let Some(owner) = owner
        && let Some(other) = around.below.iter().find(|d| d.owner() != Some(owner) && d.name.is_below(name))
    {
        return Err(reserved(other.name.as_str()));
    }
    if around.system_hosts.iter().any(|host| fold(host) == key) {
        return Err(DomainError::ReservedBySystem(name.clone()));
    }
    Ok(())
}
