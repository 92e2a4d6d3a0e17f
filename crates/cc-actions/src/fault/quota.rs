//! Refusals about quotas.

use super::Fault;
use cc_domain::organization_quota::OrganizationQuotaError;
use cc_domain::space_quota::SpaceQuotaError;

impl From<OrganizationQuotaError> for Fault {
    fn from(error: OrganizationQuotaError) -> Self {
        Self::unprocessable(error.to_string())
    }
}

impl From<SpaceQuotaError> for Fault {
    fn from(error: SpaceQuotaError) -> Self {
        Self::unprocessable(error.to_string())
    }
}
