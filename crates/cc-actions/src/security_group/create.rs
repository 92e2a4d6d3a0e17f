//! `security_group_create`

use super::{NAME_KEY, RESOURCE, may_manage};
use crate::fault::{Fault, when_taken};
use crate::ports::{Call, transaction};
use cc_domain::quota::unknown_guids;
use cc_domain::security_group::{CreateSecurityGroup, Phase, SecurityGroup, SecurityGroupError};

/// Creates a group and binds it to the spaces that are named. What of them is unknown is said of those for staging first.
pub async fn create(call: Call<'_>, command: CreateSecurityGroup) -> Result<SecurityGroup, Fault> {
    may_manage(call.actor)?;
    let CreateSecurityGroup { name, rules, globally_enabled, spaces } = command;
    let group = SecurityGroup::new(call.ports.new_guid(), &name, rules, globally_enabled, call.ports.now())?;
    transaction!(call.ports, |tx| {
        let taken = || SecurityGroupError::NameTaken(group.name.clone());
        tx.insert_security_group(&group).await.map_err(when_taken(NAME_KEY, taken))?;
        for phase in [Phase::Staging, Phase::Running] {
            let asked = spaces.of(phase);
            let found: Vec<_> = tx.lock_spaces(asked).await?.into_iter().map(|space| space.guid).collect();
            if let Some(unknown) = unknown_guids(asked, &found) {
                return Err(SecurityGroupError::UnknownSpaces(unknown).into());
            }
            tx.bind_security_group(&group.guid, phase, &found).await?;
        }
        tx.lock_security_group(&group.guid).await?.ok_or_else(|| Fault::not_found(RESOURCE))
    })
}
