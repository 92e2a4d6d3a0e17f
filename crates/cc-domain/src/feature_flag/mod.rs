//! Feature flags: switches of the whole installation (domain-rules 4).

pub mod policy;
pub mod ports;

use crate::actor::Actor;
use crate::patch::Patch;
use crate::time::Timestamp;
use std::collections::BTreeMap;

text_enum! {
    /// The flags there are, by name.
    pub enum FeatureFlag {
        AppBitsUpload = "app_bits_upload",
        AppScaling = "app_scaling",
        DiegoCnb = "diego_cnb",
        DiegoDocker = "diego_docker",
        EnvVarVisibility = "env_var_visibility",
        HashBasedRouting = "hash_based_routing",
        HideMarketplaceFromUnauthenticatedUsers = "hide_marketplace_from_unauthenticated_users",
        PrivateDomainCreation = "private_domain_creation",
        ResourceMatching = "resource_matching",
        RouteCreation = "route_creation",
        RouteSharing = "route_sharing",
        ServiceInstanceCreation = "service_instance_creation",
        ServiceInstanceSharing = "service_instance_sharing",
        SetRolesByUsername = "set_roles_by_username",
        SpaceDeveloperEnvVarVisibility = "space_developer_env_var_visibility",
        SpaceScopedPrivateBrokerCreation = "space_scoped_private_broker_creation",
        TaskCreation = "task_creation",
        UnsetRolesByUsername = "unset_roles_by_username",
        UserOrgCreation = "user_org_creation",
    }
}

/// What an admin set. A flag without one has its default and no time of change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagOverride {
    pub is_enabled: bool,
    /// 1 to 250 characters.
    pub custom_error_message: Option<String>,
    pub updated_at: Timestamp,
}

/// All flags as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeatureFlags {
    pub overrides: BTreeMap<FeatureFlag, FlagOverride>,
}

#[derive(Clone, Debug, Default)]
pub struct UpdateFeatureFlag {
    pub is_enabled: Option<bool>,
    pub custom_error_message: Patch<String>,
}

/// FeatureDisabled (330002), status 403.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Feature Disabled: {0}")]
pub struct FeatureDisabled(pub String);

impl FeatureFlag {
    pub const MAX_MESSAGE: usize = 250;

    pub const fn default_value(self) -> bool {
        match self {
            Self::DiegoCnb
            | Self::DiegoDocker
            | Self::HashBasedRouting
            | Self::HideMarketplaceFromUnauthenticatedUsers
            | Self::RouteSharing
            | Self::ServiceInstanceSharing
            | Self::UserOrgCreation => false,
            Self::AppBitsUpload
            | Self::AppScaling
            | Self::EnvVarVisibility
            | Self::PrivateDomainCreation
            | Self::ResourceMatching
            | Self::RouteCreation
            | Self::ServiceInstanceCreation
            | Self::SetRolesByUsername
            | Self::SpaceDeveloperEnvVarVisibility
            | Self::SpaceScopedPrivateBrokerCreation
            | Self::TaskCreation
            | Self::UnsetRolesByUsername => true,
        }
    }

    /// Whether this caller is not bound by the flag.
    pub fn is_bypassed_by(self, actor: &Actor) -> bool {
        match self {
            Self::AppBitsUpload
            | Self::AppScaling
            | Self::PrivateDomainCreation
            | Self::RouteCreation
            | Self::ServiceInstanceCreation
            | Self::SetRolesByUsername
            | Self::TaskCreation
            | Self::UnsetRolesByUsername
            | Self::UserOrgCreation => actor.scopes.admin,
            Self::SpaceDeveloperEnvVarVisibility => actor.scopes.admin || actor.scopes.admin_read_only,
            Self::DiegoCnb
            | Self::DiegoDocker
            | Self::EnvVarVisibility
            | Self::HashBasedRouting
            | Self::HideMarketplaceFromUnauthenticatedUsers
            | Self::ResourceMatching
            | Self::RouteSharing
            | Self::ServiceInstanceSharing
            | Self::SpaceScopedPrivateBrokerCreation => false,
        }
    }
}

impl FeatureFlags {
    pub fn is_enabled(&self, flag: FeatureFlag) -> bool {
        self.overrides.get(&flag).map_or(flag.default_value(), |o| o.is_enabled)
    }

    /// Whether the caller may do what the flag gates.
    pub fn check(&self, flag: FeatureFlag, actor: &Actor) -> Result<(), FeatureDisabled> {
        if flag.is_bypassed_by(actor) { Ok(()) } else { self.require(flag) }
    }

    /// Whether the flag is on, for everyone.
    pub fn require(&self, flag: FeatureFlag) -> Result<(), FeatureDisabled> {
        if self.is_enabled(flag) {
            return Ok(());
        }
        let message = self.overrides.get(&flag).and_then(|o| o.custom_error_message.clone());
        Err(FeatureDisabled(message.unwrap_or_else(|| flag.as_str().to_owned())))
    }

    /// What the flag has after a change.
    pub fn updated(&self, flag: FeatureFlag, change: &UpdateFeatureFlag, now: Timestamp) -> FlagOverride {
        let current = self.overrides.get(&flag);
        let message = current.and_then(|o| o.custom_error_message.clone());
        FlagOverride {
            is_enabled: change.is_enabled.unwrap_or(self.is_enabled(flag)),
            custom_error_message: change.custom_error_message.clone().apply(message),
            updated_at: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_has_its_default_until_someone_sets_it() {
        let mut flags = FeatureFlags::default();
        assert!(flags.is_enabled(FeatureFlag::RouteCreation) && !flags.is_enabled(FeatureFlag::DiegoDocker));
        assert_eq!(
            flags.require(FeatureFlag::DiegoDocker).unwrap_err().to_string(),
            "Feature Disabled: diego_docker"
        );
        let change = UpdateFeatureFlag {
            custom_error_message: Patch::Value("no".into()),
            ..UpdateFeatureFlag::default()
        };
        let set = flags.updated(FeatureFlag::DiegoDocker, &change, Timestamp::from_seconds(1));
        flags.overrides.insert(FeatureFlag::DiegoDocker, set);
        assert_eq!(flags.require(FeatureFlag::DiegoDocker).unwrap_err().to_string(), "Feature Disabled: no");
    }

    #[test]
    fn flags_are_listed_by_name() {
        assert!(FeatureFlag::ALL.is_sorted_by_key(|f| f.as_str()));
    }
}
