//! Sharing a route with other spaces and handing it over (domain-rules 11.5).

use super::Route;
use crate::guid::Guid;
use crate::space::Space;
use crate::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteSharingError {
    #[error("Unable to share route {url} with spaces [{}]. Ensure the spaces exist and that you have access to them.", quoted(.spaces))]
    Unreadable { url: String, spaces: Vec<Guid<Space>> },
    #[error(
        "Unable to share route {url} with spaces [{}]. Write permission is required in order to share a route with a space and the \
         containing organization must not be suspended.",
        quoted(.spaces)
    )]
    Unwritable { url: String, spaces: Vec<Guid<Space>> },
    #[error(
        "Unable to share route '{url}' with space '{space}'. Routes cannot be shared into the space where they were created."
    )]
    WithOwner { url: String, space: Guid<Space> },
    #[error(
        "Unable to unshare route '{url}' from space '{space}'. Routes cannot be removed from the space that owns them."
    )]
    FromOwner { url: String, space: Guid<Space> },
    #[error(
        "Unable to transfer owner of route '{url}' to space '{space}'. Target space does not have access to route's domain"
    )]
    DomainNotUsable { url: String, space: Guid<Space> },
}

fn quoted(spaces: &[Guid<Space>]) -> String {
    spaces.iter().map(|s| format!("'{s}'")).collect::<Vec<_>>().join(", ")
}

impl Route {
    pub fn check_share(&self, targets: &[Guid<Space>]) -> Result<(), RouteSharingError> {
        if targets.contains(&self.space) {
            return Err(RouteSharingError::WithOwner { url: self.url(), space: self.space.clone() });
        }
        Ok(())
    }

    pub fn check_unshare(&self, target: &Guid<Space>) -> Result<(), RouteSharingError> {
        if *target == self.space {
            return Err(RouteSharingError::FromOwner { url: self.url(), space: target.clone() });
        }
        Ok(())
    }

    /// The route owned by `target`, and the spaces it is then shared with: the old owner joins them, the new one leaves.
    pub fn transferred(
        mut self,
        target: &Guid<Space>,
        shared_with: &[Guid<Space>],
        is_domain_usable: bool,
        now: Timestamp,
    ) -> Result<(Self, Vec<Guid<Space>>), RouteSharingError> {
        if *target == self.space {
            return Ok((self, shared_with.to_vec()));
        }
        if !is_domain_usable {
            return Err(RouteSharingError::DomainNotUsable { url: self.url(), space: target.clone() });
        }
        let old = std::mem::replace(&mut self.space, target.clone());
        self.updated_at = now;
        let shared =
            shared_with.iter().filter(|s| *s != target && **s != old).cloned().chain([old.clone()]).collect();
        Ok((self, shared))
    }
}
