//! What quotas let services have.

use super::admit::{exceeds, refuse};
use super::{Bounds, QuotaError, Quotas};

/// Whether a managed service instance may be, or stay when it is changed. The number of instances comes before their price, the space
/// before the organization.
pub fn admit_service_instance(is_new: bool, is_free: bool, quotas: &Quotas) -> Result<(), QuotaError> {
    let full =
        |b: &Bounds| exceeds(b.limits.total_service_instances, b.usage.service_instances, u64::from(is_new));
    let too_dear = |b: &Bounds| !is_free && !b.limits.are_paid_services_allowed;
    let (space, organization) = (quotas.space.as_ref(), quotas.organization.as_ref());
    refuse(space.is_some_and(full), || QuotaError::SpaceServiceInstances)?;
    refuse(organization.is_some_and(full), || QuotaError::OrganizationServiceInstances)?;
    refuse(space.is_some_and(too_dear), || QuotaError::SpacePaidServices)?;
    refuse(organization.is_some_and(too_dear), || QuotaError::OrganizationPaidServices)
}

/// Whether there may be one more service key.
pub fn admit_service_key(quotas: &Quotas) -> Result<(), QuotaError> {
    let full = |b: &Bounds| exceeds(b.limits.total_service_keys, b.usage.service_keys, 1);
    let (space, organization) = (quotas.space.as_ref(), quotas.organization.as_ref());
    refuse(space.is_some_and(full), || QuotaError::SpaceServiceKeys)?;
    refuse(organization.is_some_and(full), || QuotaError::OrganizationServiceKeys)
}
