//! `security_group_update`

use super::{NAME_KEY, locked, may_manage};
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::guid::Guid;
use cc_domain::security_group::{SecurityGroup, SecurityGroupError, UpdateSecurityGroup};

/// Changes name, rules and where the group is globally enabled. What is wrong with the body is said to those only who may do it.
pub async fn update(
    call: Call<'_>,
    guid: &Guid<SecurityGroup>,
    change: Result<UpdateSecurityGroup, Fault>,
) -> Result<SecurityGroup, Fault> {
    transaction!(call.ports, |tx| {
        let group = locked(tx, call.actor, guid).await?;
        may_manage(call.actor)?;
        let group = group.updated(change?, call.ports.now())?;
        let taken = || SecurityGroupError::NameTaken(group.name.clone());
        tx.update_security_group(&group).await.map_err(when_taken(NAME_KEY, taken))?;
        Ok(group)
    })
}
