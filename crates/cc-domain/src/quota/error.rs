//! Why quotas do not let something in, in the reference's words.

use crate::quantity::{LogRate, Megabytes};

/// The texts are those the reference puts into the answer, joined by commas.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuotaError {
    #[error("memory space_quota_exceeded")]
    SpaceMemory,
    #[error("memory quota_exceeded")]
    OrganizationMemory,
    #[error("memory instance_memory_limit_exceeded")]
    OrganizationInstanceMemory,
    #[error("memory space_instance_memory_limit_exceeded")]
    SpaceInstanceMemory,
    #[error("app_instance_limit app_instance_limit_exceeded")]
    OrganizationInstances,
    #[error("app_instance_limit space_app_instance_limit_exceeded")]
    SpaceInstances,
    #[error("log_rate_limit cannot be unlimited in space '{0}'.")]
    SpaceLogRateUnlimited(String),
    #[error("log_rate_limit cannot be unlimited in organization '{0}'.")]
    OrganizationLogRateUnlimited(String),
    #[error("log_rate_limit exceeds space log rate quota")]
    SpaceLogRate,
    #[error("log_rate_limit exceeds organization log rate quota")]
    OrganizationLogRate,
    #[error("space's memory limit exceeded: staging requires {0}M memory")]
    SpaceStagingMemory(Megabytes),
    #[error("organization's memory limit exceeded: staging requires {0}M memory")]
    OrganizationStagingMemory(Megabytes),
    #[error("space's log rate limit exceeded: staging requires {0} bytes per second")]
    SpaceStagingLogRate(LogRate),
    #[error("organization's log rate limit exceeded: staging requires {0} bytes per second")]
    OrganizationStagingLogRate(LogRate),
    #[error("memory_in_mb exceeds organization memory quota")]
    OrganizationTaskMemory,
    #[error("memory_in_mb exceeds space memory quota")]
    SpaceTaskMemory,
    #[error("memory_in_mb exceeds organization instance memory quota")]
    OrganizationTaskInstanceMemory,
    #[error("memory_in_mb exceeds space instance memory quota")]
    SpaceTaskInstanceMemory,
    /// Of the space or of the organization.
    #[error("app_task_limit quota exceeded")]
    Tasks,
    #[error("You have exceeded your space's services limit.")]
    SpaceServiceInstances,
    #[error("You have exceeded your organization's services limit.")]
    OrganizationServiceInstances,
    #[error(
        "The service instance cannot be created because paid service plans are not allowed for your space."
    )]
    SpacePaidServices,
    #[error("The service instance cannot be created because paid service plans are not allowed.")]
    OrganizationPaidServices,
    #[error("You have exceeded your space's limit for service binding of type key.")]
    SpaceServiceKeys,
    #[error("You have exceeded your organization's limit for service binding of type key.")]
    OrganizationServiceKeys,
    #[error("Routes quota exceeded for space '{0}'.")]
    SpaceRoutes(String),
    #[error("Reserved route ports quota exceeded for space '{0}'.")]
    SpaceReservedPorts(String),
    #[error("Routes quota exceeded for organization '{0}'.")]
    OrganizationRoutes(String),
    #[error("Reserved route ports quota exceeded for organization '{0}'.")]
    OrganizationReservedPorts(String),
    #[error("The number of private domains exceeds the quota for organization \"{0}\"")]
    Domains(String),
}

impl QuotaError {
    /// What the text begins with: errors of a task are told by it.
    pub(super) fn attribute(&self) -> String {
        self.to_string().split(' ').next().unwrap_or_default().to_owned()
    }
}
