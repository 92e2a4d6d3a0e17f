//! Refusals by feature flags.

use super::Fault;
use cc_domain::feature_flag::FeatureDisabled;

impl From<FeatureDisabled> for Fault {
    fn from(disabled: FeatureDisabled) -> Self {
        Self::feature_disabled(&disabled.0)
    }
}
