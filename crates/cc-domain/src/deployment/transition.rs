//! What becomes of a deployment by the will of its user, and how clients read where it is (domain-rules 20.2).

use super::{Deployment, DeploymentError, DeploymentState};
use crate::time::Timestamp;

/// How clients read the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// `ACTIVE` or `FINALIZED`
    pub value: &'static str,
    /// `DEPLOYING`, `PAUSED`, `CANCELING`, `DEPLOYED`, `CANCELED` or `SUPERSEDED`
    pub reason: &'static str,
}

impl Deployment {
    /// A stopped app starts with it, and nothing remains to be done.
    pub fn deployed_at_once(self, now: Timestamp) -> Self {
        self.into_state(DeploymentState::Deployed, now)
    }

    pub fn status(&self) -> Status {
        let reason = match self.state {
            _ if self.is_superseded => "SUPERSEDED",
            DeploymentState::Deploying | DeploymentState::Prepaused => "DEPLOYING",
            DeploymentState::Paused => "PAUSED",
            DeploymentState::Deployed => "DEPLOYED",
            DeploymentState::Canceling => "CANCELING",
            DeploymentState::Canceled => "CANCELED",
        };
        Status { value: if self.state.is_active() { "ACTIVE" } else { "FINALIZED" }, reason }
    }

    /// Another deployment of the app takes over.
    pub fn superseded(self, now: Timestamp) -> Self {
        let state = match self.state {
            DeploymentState::Deploying => DeploymentState::Deployed,
            _ => DeploymentState::Canceled,
        };
        Self { is_superseded: true, ..self }.into_state(state, now)
    }

    /// On the way back; again is no error.
    pub fn canceled(self, now: Timestamp) -> Result<Self, DeploymentError> {
        if !self.state.is_active() {
            return Err(DeploymentError::NotCancelable(self.status()));
        }
        Ok(self.into_state(DeploymentState::Canceling, now))
    }

    /// On to the next canary step, or behind the last one to the end.
    pub fn continued(self, now: Timestamp) -> Result<Self, DeploymentError> {
        if self.state != DeploymentState::Paused {
            return Err(DeploymentError::NotContinuable(self.status()));
        }
        let step = self.canary_step.unwrap_or(1);
        let steps = self.options.canary_steps.as_ref().map_or(0, Vec::len);
        if usize::try_from(step).is_ok_and(|step| step < steps) {
            let next = Self { canary_step: Some(step + 1), ..self };
            return Ok(next.into_state(DeploymentState::Prepaused, now));
        }
        Ok(self.into_state(DeploymentState::Deploying, now))
    }

    pub(super) fn into_state(self, state: DeploymentState, now: Timestamp) -> Self {
        let before = self.status();
        let mut after = Self { state, updated_at: now, ..self };
        if after.status() != before {
            after.status_changed_at = now;
        }
        after
    }
}
