//! Asks the store what the caller holds at a target and lets the domain decide.

use crate::fault::{Fault, denied};
use cc_domain::access::{Denied, Rule, Standing, decide};
use cc_domain::actor::Actor;
use cc_domain::app::App;
use cc_domain::guid::Guid;
use cc_domain::organization::Organization;
use cc_domain::space::Space;
use cc_domain::space_quota::SpaceQuota;
use cc_domain::store::Reader;

/// Decides an operation on something of an organization. `resource` is what "… not found" names.
pub async fn in_organization<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    guid: &Guid<Organization>,
    rule: &Rule,
    resource: &str,
) -> Result<Standing, Fault> {
    let standing = reader.organization_standing(guid, &actor.principal()).await?;
    judge(standing, actor, rule, resource)
}

/// Decides an operation on a space or something in it.
pub async fn in_space<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    guid: &Guid<Space>,
    rule: &Rule,
    resource: &str,
) -> Result<Standing, Fault> {
    let standing = reader.space_standing(guid, &actor.principal()).await?;
    judge(standing, actor, rule, resource)
}

/// Decides an operation on an app or something of it.
pub async fn on_app<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    guid: &Guid<App>,
    rule: &Rule,
    resource: &str,
) -> Result<Standing, Fault> {
    let standing = reader.app_standing(guid, &actor.principal()).await?;
    judge(standing, actor, rule, resource)
}

/// Decides an operation on a quota for spaces.
pub async fn on_space_quota<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    guid: &Guid<SpaceQuota>,
    rule: &Rule,
    resource: &str,
) -> Result<Standing, Fault> {
    let standing = reader.space_quota_standing(guid, &actor.principal()).await?;
    judge(standing, actor, rule, resource)
}

/// Decides an operation within an organization that the request's body names: where there is none to the caller, `invalid` says so.
pub async fn in_named_organization<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    guid: &Guid<Organization>,
    rule: &Rule,
    invalid: impl FnOnce() -> Fault,
) -> Result<Standing, Fault> {
    let standing = reader.organization_standing(guid, &actor.principal()).await?;
    judge_named(standing, actor, rule, invalid)
}

/// Decides an operation within a space that the request's body names: where there is none to the caller, `invalid` says so.
pub async fn in_named_space<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    guid: &Guid<Space>,
    rule: &Rule,
    invalid: impl FnOnce() -> Fault,
) -> Result<Standing, Fault> {
    let standing = reader.space_standing(guid, &actor.principal()).await?;
    judge_named(standing, actor, rule, invalid)
}

/// Decides an operation on an app that the request's body names: where there is none to the caller, `invalid` says so.
pub async fn on_named_app<R: Reader + ?Sized>(
    reader: &mut R,
    actor: &Actor,
    guid: &Guid<App>,
    rule: &Rule,
    invalid: impl FnOnce() -> Fault,
) -> Result<Standing, Fault> {
    let standing = reader.app_standing(guid, &actor.principal()).await?;
    judge_named(standing, actor, rule, invalid)
}

/// Decides an operation that has no target.
pub fn anywhere(actor: &Actor, rule: &Rule) -> Result<(), Fault> {
    decide(rule, actor, &Standing::default()).map_err(|reason| denied(reason, ""))
}

fn judge(standing: Option<Standing>, actor: &Actor, rule: &Rule, resource: &str) -> Result<Standing, Fault> {
    let Some(standing) = standing else {
        return Err(denied(Denied::NotVisible, resource));
    };
    decide(rule, actor, &standing).map_err(|reason| denied(reason, resource))?;
    Ok(standing)
}

fn judge_named(
    standing: Option<Standing>,
    actor: &Actor,
    rule: &Rule,
    invalid: impl FnOnce() -> Fault,
) -> Result<Standing, Fault> {
    let Some(standing) = standing else { return Err(invalid()) };
    match decide(rule, actor, &standing) {
        Ok(()) => Ok(standing),
        Err(Denied::NotVisible) => Err(invalid()),
        Err(reason) => Err(denied(reason, "")),
    }
}
