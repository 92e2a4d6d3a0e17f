//! How feature flags are kept.

use super::{FeatureFlag, FeatureFlags, FlagOverride};
use crate::store::error::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait FeatureFlagReads {
    /// All overrides; rows of unknown names are left out.
    async fn feature_flags(&mut self) -> Result<FeatureFlags, StoreError>;
}

#[async_trait]
pub trait FeatureFlagWrites: FeatureFlagReads {
    /// Inserts or replaces the override.
    async fn save_feature_flag(&mut self, flag: FeatureFlag, value: &FlagOverride) -> Result<(), StoreError>;
}
