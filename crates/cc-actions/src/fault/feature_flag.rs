//! What a feature flag forbids.

use super::{Fault, catalogue};
use cc_domain::feature_flag::FeatureDisabled;

impl From<FeatureDisabled> for Fault {
    fn from(error: FeatureDisabled) -> Self {
        Self::new(catalogue::FEATURE_DISABLED, error.to_string())
    }
}
