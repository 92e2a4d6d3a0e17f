//! Deployments: replacing what runs without a gap (domain-rules 20). Nothing makes one yet, so lists are empty and there is no port.

use crate::app::App;
use crate::droplet::Droplet;
use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::metadata::Metadata;
use crate::time::Timestamp;

/// A deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    pub guid: Guid<Deployment>,
    pub app: Guid<App>,
    pub state: DeploymentState,
    pub droplet: Option<Guid<Droplet>>,
    pub previous_droplet: Option<Guid<Droplet>>,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

text_enum! {
    pub enum DeploymentState {
        Deploying = "DEPLOYING",
        Prepaused = "PREPAUSED",
        Paused = "PAUSED",
        Deployed = "DEPLOYED",
        Canceling = "CANCELING",
        Canceled = "CANCELED",
    }
}

impl DeploymentState {
    /// Whether web processes and the current droplet are the deployment's for now.
    pub const fn blocks_changes(self) -> bool {
        matches!(self, Self::Deploying | Self::Prepaused | Self::Paused)
    }
}

#[derive(Clone, Debug, Default)]
pub struct DeploymentFilter {
    pub common: Common,
    pub app_guids: AnyOf,
    pub states: AnyOf,
    pub status_values: AnyOf,
    /// An empty text matches deployments without a reason.
    pub status_reasons: AnyOf,
}
