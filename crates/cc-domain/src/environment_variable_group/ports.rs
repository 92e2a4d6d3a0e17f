//! How the environment variable groups are kept.

use super::{EnvironmentVariableGroup, EnvironmentVariableGroupName};
use crate::store::error::StoreError;
use async_trait::async_trait;

#[async_trait]
pub trait EnvironmentVariableGroupReads {
    /// Opens the sealed variables; an empty group if it was never changed.
    async fn environment_variable_group(
        &mut self,
        name: EnvironmentVariableGroupName,
    ) -> Result<EnvironmentVariableGroup, StoreError>;
}

#[async_trait]
pub trait EnvironmentVariableGroupWrites: EnvironmentVariableGroupReads {
    /// Reads the group and locks it until the transaction ends.
    async fn lock_environment_variable_group(
        &mut self,
        name: EnvironmentVariableGroupName,
    ) -> Result<EnvironmentVariableGroup, StoreError>;
    /// Seals and writes the group.
    async fn save_environment_variable_group(
        &mut self,
        name: EnvironmentVariableGroupName,
        group: &EnvironmentVariableGroup,
    ) -> Result<(), StoreError>;
}
