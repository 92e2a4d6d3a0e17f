//! `security_group_bind_running`, `security_group_bind_staging`, `security_group_unbind_running`, `security_group_unbind_staging`

use super::{RESOURCE, locked};
use crate::access;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::ruby::inspected;
use cc_domain::security_group::{Phase, SecurityGroup, SecurityGroupError, policy};
use cc_domain::space::Space;

/// Binds the group to these spaces, all or none; those that have it keep it. The answer is all that it is bound to then. The body is looked
/// at behind the group.
pub async fn bind(
    call: Call<'_>,
    guid: &Guid<SecurityGroup>,
    phase: Phase,
    to: Result<Vec<Guid<Space>>, Fault>,
) -> Result<Vec<Guid<Space>>, Fault> {
    transaction!(call.ports, |tx| {
        let group = locked(tx, call.actor, guid).await?;
        let to = to?;
        let found = tx.lock_spaces(&to).await?;
        let found: Vec<_> = found.into_iter().map(|space| space.guid).collect();
        for space in to.iter().filter(|space| found.contains(space)) {
            access::in_space(tx, call.actor, space, &policy::BIND, RESOURCE).await?;
        }
        let unknown: Vec<_> = to.iter().filter(|space| !found.contains(space)).map(Guid::as_str).collect();
        if !unknown.is_empty() {
            return Err(SecurityGroupError::UnknownTargets(inspected(&unknown.into())).into());
        }
        let bound = group.spaces.of(phase);
        let new: Vec<_> = found.into_iter().filter(|space| !bound.contains(space)).collect();
        tx.bind_security_group(guid, phase, &new).await?;
        Ok(bound.iter().cloned().chain(new).collect())
    })
}

/// Takes the group from a space that it is bound to.
pub async fn unbind(
    call: Call<'_>,
    guid: &Guid<SecurityGroup>,
    phase: Phase,
    from: &Guid<Space>,
) -> Result<(), Fault> {
    transaction!(call.ports, |tx| {
        let group = locked(tx, call.actor, guid).await?;
        let not_bound = || Fault::from(SecurityGroupError::NotBound(from.clone()));
        access::in_named_space(tx, call.actor, from, &policy::BIND, not_bound).await?;
        if !group.spaces.of(phase).contains(from) {
            return Err(not_bound());
        }
        Ok(tx.unbind_security_group(guid, phase, from).await?)
    })
}
