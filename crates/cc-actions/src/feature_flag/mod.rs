//! Feature flags: switches of the installation that use cases ask for.

use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::feature_flag::{FeatureFlag, FeatureFlags};

/// All flags as they are: `feature_flags_list`, `feature_flag_get`, and what other use cases ask.
pub async fn current(ports: &Ports) -> Result<FeatureFlags, Fault> {
    Ok(ports.store.reader().await?.feature_flags().await?)
}

/// The flag of that name.
pub fn named(name: &str) -> Result<FeatureFlag, Fault> {
    name.parse().map_err(|()| Fault::not_found("Feature flag"))
}
