//! Feature flags: what an operator can switch for the whole installation (domain-rules 4).

use crate::time::Timestamp;
use std::fmt;
use std::str::FromStr;

/// A flag. The text form is the API's and the table's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flag {
    AppBitsUpload,
    AppScaling,
    DiegoCnb,
    DiegoDocker,
    EnvVarVisibility,
    HashBasedRouting,
    HideMarketplaceFromUnauthenticatedUsers,
    PrivateDomainCreation,
    ResourceMatching,
    RouteCreation,
    RouteSharing,
    ServiceInstanceCreation,
    ServiceInstanceSharing,
    SetRolesByUsername,
    SpaceDeveloperEnvVarVisibility,
    SpaceScopedPrivateBrokerCreation,
    TaskCreation,
    UnsetRolesByUsername,
    UserOrgCreation,
}

impl Flag {
    /// In order of their names.
    pub const ALL: [Self; 19] = [
        Self::AppBitsUpload,
        Self::AppScaling,
        Self::DiegoCnb,
        Self::DiegoDocker,
        Self::EnvVarVisibility,
        Self::HashBasedRouting,
        Self::HideMarketplaceFromUnauthenticatedUsers,
        Self::PrivateDomainCreation,
        Self::ResourceMatching,
        Self::RouteCreation,
        Self::RouteSharing,
        Self::ServiceInstanceCreation,
        Self::ServiceInstanceSharing,
        Self::SetRolesByUsername,
        Self::SpaceDeveloperEnvVarVisibility,
        Self::SpaceScopedPrivateBrokerCreation,
        Self::TaskCreation,
        Self::UnsetRolesByUsername,
        Self::UserOrgCreation,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AppBitsUpload => "app_bits_upload",
            Self::AppScaling => "app_scaling",
            Self::DiegoCnb => "diego_cnb",
            Self::DiegoDocker => "diego_docker",
            Self::EnvVarVisibility => "env_var_visibility",
            Self::HashBasedRouting => "hash_based_routing",
            Self::HideMarketplaceFromUnauthenticatedUsers => "hide_marketplace_from_unauthenticated_users",
            Self::PrivateDomainCreation => "private_domain_creation",
            Self::ResourceMatching => "resource_matching",
            Self::RouteCreation => "route_creation",
            Self::RouteSharing => "route_sharing",
            Self::ServiceInstanceCreation => "service_instance_creation",
            Self::ServiceInstanceSharing => "service_instance_sharing",
            Self::SetRolesByUsername => "set_roles_by_username",
            Self::SpaceDeveloperEnvVarVisibility => "space_developer_env_var_visibility",
            Self::SpaceScopedPrivateBrokerCreation => "space_scoped_private_broker_creation",
            Self::TaskCreation => "task_creation",
            Self::UnsetRolesByUsername => "unset_roles_by_username",
            Self::UserOrgCreation => "user_org_creation",
        }
    }

    /// Whether the flag is on where nobody set it.
    pub const fn is_on_by_default(self) -> bool {
        !matches!(
            self,
            Self::DiegoCnb
                | Self::DiegoDocker
                | Self::HashBasedRouting
                | Self::HideMarketplaceFromUnauthenticatedUsers
                | Self::RouteSharing
                | Self::ServiceInstanceSharing
                | Self::UserOrgCreation
        )
    }
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Flag {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|f| f.as_str() == text).ok_or(())
    }
}

/// A flag as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub flag: Flag,
    pub is_on: bool,
    /// What a refusal says in place of the flag's name.
    pub message: Option<String>,
    /// When it was set; `None` for a default.
    pub updated_at: Option<Timestamp>,
}

impl Setting {
    /// The default.
    pub fn of(flag: Flag) -> Self {
        Self { flag, is_on: flag.is_on_by_default(), message: None, updated_at: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_listed_in_order_of_their_names_and_read_back() {
        let names: Vec<_> = Flag::ALL.iter().map(|f| f.as_str()).collect();
        assert!(names.is_sorted());
        for flag in Flag::ALL {
            assert_eq!(flag.as_str().parse(), Ok(flag));
        }
    }
}
