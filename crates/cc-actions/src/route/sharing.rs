//! `route_share`, `route_unshare`, `route_transfer_owner`, `route_shared_spaces_list`

use super::{RESOURCE, locked, party, place, visible};
use crate::access;
use crate::fault::Fault;
use crate::feature_flag;
use crate::ports::{Call, Ports, transaction};
use cc_domain::access::{Denied, Rule, decide};
use cc_domain::actor::Actor;
use cc_domain::feature_flag::FeatureFlag;
use cc_domain::guid::Guid;
use cc_domain::route::{Route, RouteSharingError, policy};
use cc_domain::space::Space;
use cc_domain::store::DynTx;
use serde_json::json;
use std::collections::BTreeSet;

/// Who may take a route into a space: its developers.
const WRITE: Rule = Rule { visible_to_everyone: true, ..policy::TRANSFER };
/// Who may give a route of a space away or get it: those who manage its apps.
const MANAGE: Rule = Rule { visible_to_everyone: true, ..policy::MANAGE };

/// Whether the flag `route_sharing` is on, which nobody goes around. Asked before the body is looked at.
pub async fn require_sharing(ports: &Ports) -> Result<(), Fault> {
    Ok(feature_flag::current(ports).await?.require(FeatureFlag::RouteSharing)?)
}

/// Whether the caller may share the route at all. Asked before the body is looked at.
pub async fn may_share(call: Call<'_>, guid: &Guid<Route>) -> Result<(), Fault> {
    require_sharing(call.ports).await?;
    let mut reader = call.ports.store.reader().await?;
    let route = visible(reader.as_mut(), call.actor, guid).await?;
    access::in_space(reader.as_mut(), call.actor, &route.space, &policy::MANAGE, RESOURCE).await?;
    Ok(())
}

/// The spaces the route is shared with, visible or not.
pub async fn shared_spaces(call: Call<'_>, guid: &Guid<Route>) -> Result<Vec<Guid<Space>>, Fault> {
    require_sharing(call.ports).await?;
    let mut reader = call.ports.store.reader().await?;
    let route = visible(reader.as_mut(), call.actor, guid).await?;
    Ok(reader.spaces_of_route(&route.guid).await?)
}

/// Shares the route with more spaces; those it is then shared with.
pub async fn share(
    call: Call<'_>,
    guid: &Guid<Route>,
    targets: &[Guid<Space>],
) -> Result<Vec<Guid<Space>>, Fault> {
    require_sharing(call.ports).await?;
    transaction!(call.ports, |tx| {
        let route = locked(tx, call.actor, guid, &policy::MANAGE).await?;
        let (mut unreadable, mut unwritable) = (Vec::new(), Vec::new());
        for target in targets {
            if tx.find_space(target, &call.actor.scope()).await?.is_none() {
                unreadable.push(target.clone());
            } else if standing_refuses(tx, call.actor, target, &WRITE).await?.is_some() {
                unwritable.push(target.clone());
            }
        }
        check_targets(&route, unreadable, unwritable)?;
        route.check_share(targets)?;
        let mut spaces = tx.spaces_of_route(guid).await?;
        for target in targets {
            if !spaces.contains(target) {
                spaces.push(target.clone());
            }
        }
        tx.share_route(guid, &spaces).await?;
        let place = place(tx, &route.space).await?;
        let mut seen = BTreeSet::new();
        let named: Vec<_> = targets.iter().map(Guid::as_str).filter(|target| seen.insert(*target)).collect();
        let data = json!({ "target_space_guids": named });
        call.record(tx, "audit.route.share", party(&route), place, data).await?;
        Ok(spaces)
    })
}

/// Both groups are reported together, a line each.
fn check_targets(
    route: &Route,
    unreadable: Vec<Guid<Space>>,
    unwritable: Vec<Guid<Space>>,
) -> Result<(), Fault> {
    let unreadable = (!unreadable.is_empty())
        .then(|| RouteSharingError::Unreadable { url: route.url(), spaces: unreadable }.to_string());
    let unwritable = (!unwritable.is_empty())
        .then(|| RouteSharingError::Unwritable { url: route.url(), spaces: unwritable }.to_string());
    let lines: Vec<_> = unreadable.into_iter().chain(unwritable).collect();
    if lines.is_empty() { Ok(()) } else { Err(Fault::unprocessable(lines.join("\n"))) }
}

/// Takes the route back from a space. Destinations there stay.
pub async fn unshare(call: Call<'_>, guid: &Guid<Route>, target: &Guid<Space>) -> Result<(), Fault> {
    require_sharing(call.ports).await?;
    transaction!(call.ports, |tx| {
        let route = locked(tx, call.actor, guid, &policy::MANAGE).await?;
        let start = format!("Unable to unshare route '{}' from space '{target}'.", route.url());
        check_target(tx, call.actor, target, &start).await?;
        route.check_unshare(target)?;
        let mut spaces = tx.spaces_of_route(guid).await?;
        spaces.retain(|space| space != target);
        tx.share_route(guid, &spaces).await?;
        let place = place(tx, &route.space).await?;
        let data = json!({ "target_space_guid": target.as_str() });
        call.record(tx, "audit.route.unshare", party(&route), place, data).await?;
        Ok(())
    })
}

/// Makes another space the owner; the old one keeps the route as a shared one.
pub async fn transfer(call: Call<'_>, guid: &Guid<Route>, target: &Guid<Space>) -> Result<(), Fault> {
    require_sharing(call.ports).await?;
    transaction!(call.ports, |tx| {
        let route = locked(tx, call.actor, guid, &policy::TRANSFER).await?;
        let start = format!("Unable to transfer owner of route '{}' to space '{target}'.", route.url());
        let space = check_target(tx, call.actor, target, &start).await?;
        let domains = tx.domains_by_guid(std::slice::from_ref(&route.domain.guid)).await?;
        let is_usable = domains.iter().any(|d| d.is_usable_by(&space.organization));
        if !is_usable {
            let (url, space) = (route.url(), target.clone());
            return Err(RouteSharingError::DomainNotUsable { url, space }.into());
        }
        if route.space == *target {
            return Ok(());
        }
        let place = place(tx, &route.space).await?;
        let shared = tx.spaces_of_route(guid).await?;
        let (route, shared) = route.transferred(target, &shared, is_usable, call.ports.now())?;
        tx.update_route(&route).await?;
        tx.share_route(guid, &shared).await?;
        let data = json!({ "target_space_guid": target.as_str() });
        call.record(tx, "audit.route.transfer-owner", party(&route), place, data).await?;
        Ok(())
    })
}

/// The space that a route is given to or taken from, if the caller sees it, manages its apps, and it takes changes.
async fn check_target(
    tx: &mut DynTx,
    actor: &Actor,
    target: &Guid<Space>,
    start: &str,
) -> Result<Space, Fault> {
    let refuse = |why: &str| Fault::unprocessable(format!("{start} {why}"));
    let Some(space) = tx.find_space(target, &actor.scope()).await? else {
        return Err(refuse("Ensure the space exists and that you have access to it."));
    };
    match standing_refuses(tx, actor, target, &MANAGE).await? {
        None => Ok(space),
        Some(Denied::NotVisible | Denied::NotAuthorized) => {
            Err(refuse("You don't have write permission for the target space."))
        }
        Some(Denied::OrganizationDeleting | Denied::SpaceDeleting) => {
            Err(refuse("The target space is being deleted."))
        }
        Some(Denied::OrganizationSuspended | Denied::SpaceSuspended) => {
            Err(refuse("The target organization or space is suspended."))
        }
    }
}

async fn standing_refuses(
    tx: &mut DynTx,
    actor: &Actor,
    space: &Guid<Space>,
    rule: &Rule,
) -> Result<Option<Denied>, Fault> {
    let Some(standing) = tx.space_standing(space, &actor.principal()).await? else {
        return Ok(Some(Denied::NotVisible));
    };
    Ok(decide(rule, actor, &standing).err())
}
