//! Feature flags: switches of the installation that use cases ask for.

use crate::access;
use crate::fault::Fault;
use crate::ports::{Call, Ports, transaction};
use cc_domain::actor::Actor;
use cc_domain::feature_flag::{FeatureFlag, FeatureFlags, UpdateFeatureFlag, policy};

/// All flags as they are: `feature_flags_list`, `feature_flag_get`.
pub async fn read(call: Call<'_>) -> Result<FeatureFlags, Fault> {
    access::anywhere(call.actor, &policy::GET)?;
    current(call.ports).await
}

/// All flags as they are, for use cases that depend on one.
pub async fn current(ports: &Ports) -> Result<FeatureFlags, Fault> {
    Ok(ports.store.reader().await?.feature_flags().await?)
}

/// The flag of that name.
pub fn named(name: &str) -> Result<FeatureFlag, Fault> {
    name.parse().map_err(|()| Fault::not_found("Feature flag"))
}

/// Whether the caller may change flags; asked before the body is looked at.
pub fn may_update(actor: &Actor) -> Result<(), Fault> {
    access::anywhere(actor, &policy::UPDATE)
}

/// `feature_flag_update`: all flags as they are then.
pub async fn update(
    call: Call<'_>,
    flag: FeatureFlag,
    change: &UpdateFeatureFlag,
) -> Result<FeatureFlags, Fault> {
    may_update(call.actor)?;
    transaction!(call.ports, |tx| {
        let mut flags = tx.feature_flags().await?;
        let value = flags.updated(flag, change, call.ports.now());
        tx.save_feature_flag(flag, &value).await?;
        flags.overrides.insert(flag, value);
        Ok(flags)
    })
}
