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

/// Several reasons are told together.
pub(super) fn check(name: &DomainName, kind: &DomainKind, around: &Neighbours) -> Result<(), DomainError> {
    let owner = match kind {
        DomainKind::Private { owner, .. } => Some(owner),
        DomainKind::Shared { .. } => None,
    };
    let key = name.key();
    if around.above.iter().any(|d| d.name.key() == key) {
        return Err(DomainError::Taken(name.clone()));
    }
    let above = around.above.iter().find(|d| !d.is_shared() && d.owner() != owner && name.is_below(&d.name));
    let below = owner
        .and_then(|owner| around.below.iter().find(|d| d.owner() != Some(owner) && d.name.is_below(name)));
    let by_domain = above.or(below).map(|other| DomainError::ReservedByDomain {
        name: name.clone(),
        other: other.name.as_str().to_owned(),
    });
    // The longest, which is the name itself where a route has it; as long a part of the name as written.
    let suffixes = name.suffixes();
    let holding = around.routes.iter().filter(|r| suffixes.contains(&fold(r)));
    let by_route = holding.max_by_key(|r| (r.len(), *r)).map(|route| {
        let written = name.as_str();
        let route = written.get(written.len().saturating_sub(route.len())..).unwrap_or(route);
        DomainError::ReservedByRoute { name: name.clone(), route: route.to_owned() }
    });
    let is_of_system = around.system_hosts.iter().any(|host| fold(host) == key);
    let by_system = is_of_system.then(|| DomainError::ReservedBySystem(name.clone()));
    let mut reasons: Vec<_> = [by_domain, by_route, by_system].into_iter().flatten().collect();
    match (reasons.pop(), reasons.is_empty()) {
        (None, _) => Ok(()),
        (Some(only), true) => Err(only),
        (Some(last), false) => {
            reasons.push(last);
            Err(DomainError::Several(reasons))
        }
    }
}
