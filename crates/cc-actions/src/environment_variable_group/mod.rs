//! The variables that every app gets, staged or running. Every caller may read them, admins alone change them.

use crate::access;
use crate::fault::Fault;
use crate::ports::{Call, transaction};
use cc_domain::app::VariablesPatch;
use cc_domain::environment_variable_group::{
    EnvironmentVariableGroup, EnvironmentVariableGroupName as Name, policy,
};

fn parse(name: &str) -> Result<Name, Fault> {
    name.parse().map_err(|()| Fault::not_found("Environment variable group"))
}

/// `environment_variable_group_get`
pub async fn get(call: Call<'_>, name: &str) -> Result<EnvironmentVariableGroup, Fault> {
    access::anywhere(call.actor, &policy::GET)?;
    let name = parse(name)?;
    Ok(call.ports.store.reader().await?.environment_variable_group(name).await?)
}

/// `environment_variable_group_update`: sets and removes variables. Apps get them with their next start or staging.
pub async fn update(
    call: Call<'_>,
    name: &str,
    patch: &VariablesPatch,
) -> Result<EnvironmentVariableGroup, Fault> {
    access::anywhere(call.actor, &policy::UPDATE)?;
    let name = parse(name)?;
    transaction!(call.ports, |tx| {
        let variables = tx.lock_environment_variable_group(name).await?.variables.patched(patch);
        variables.check_size()?;
        let group = EnvironmentVariableGroup { variables, updated_at: Some(call.ports.now()) };
        tx.save_environment_variable_group(name, &group).await?;
        Ok(group)
    })
}
