//! Stacks: the root file systems that apps are staged and run on (domain-rules 22).

pub mod policy;
pub mod ports;

use crate::guid::Guid;
use crate::list::{AnyOf, Common};
use crate::metadata::{Metadata, MetadataPatch};
use crate::name::Name;
use crate::patch::Patch;
use crate::time::Timestamp;

/// A stack. Which one is the default is configuration, see [`Stack::is_named`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    pub guid: Guid<Stack>,
    /// Unique, case counts; at most [`Stack::MAX_NAME`] characters.
    pub name: Name,
    pub description: Option<String>,
    pub state: StackState,
    pub state_reason: Option<String>,
    pub build_rootfs_image: String,
    pub run_rootfs_image: String,
    pub metadata: Metadata,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

text_enum! {
    /// Whether a stack may still be used for staging.
    #[derive(Default)]
    pub enum StackState {
        #[default]
        Active = "ACTIVE",
        Restricted = "RESTRICTED",
        Deprecated = "DEPRECATED",
        Disabled = "DISABLED",
    }
}

/// For what a stack is about to be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StackUse {
    /// A new app, or the first build of an app.
    New,
    /// A further build of an app.
    Restage,
}

#[derive(Clone, Debug)]
pub struct CreateStack {
    pub name: Name,
    pub description: Option<String>,
    pub state: StackState,
    pub state_reason: Option<String>,
    pub metadata: MetadataPatch,
}

#[derive(Clone, Debug, Default)]
pub struct UpdateStack {
    pub state: Option<StackState>,
    pub state_reason: Patch<String>,
    pub metadata: MetadataPatch,
}

#[derive(Clone, Debug, Default)]
pub struct StackFilter {
    pub common: Common,
    /// Case counts.
    pub names: AnyOf,
    /// Only the stack of this name (the configured default), or everything but it.
    pub default: Option<DefaultFilter>,
}

/// The `default` filter, with the configured name in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefaultFilter {
    Only(String),
    Except(String),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StackError {
    #[error("Name must be unique")]
    NameTaken,
    #[error("Cannot delete stack '{0}' because apps are currently using the stack.")]
    InUse(Name),
    /// UnprocessableEntity from app operations, StackValidationFailed from builds.
    #[error("ERROR: Staging failed. The stack '{name}' is '{state}' and cannot be used for staging.{}", spaced(.reason.as_ref()))]
    Unusable { name: Name, state: StackState, reason: Option<String> },
}

/// A warning for the `X-Cf-Warnings` header.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StackWarning {
    #[error("WARNING: The stack '{name}' is '{state}' and will be removed in the future.{}", spaced(.reason.as_ref()))]
    Ending { name: Name, state: StackState, reason: Option<String> },
    #[error("Changing state on the default stack '{0}' may affect new application deployments.")]
    DefaultChanged(Name),
}

fn spaced(reason: Option<&String>) -> String {
    reason.map(|r| format!(" {r}")).unwrap_or_default()
}

impl Stack {
    pub const MAX_NAME: usize = 250;
    pub const MAX_DESCRIPTION: usize = 250;
    pub const MAX_STATE_REASON: usize = 5_000;

    pub fn new(guid: Guid<Self>, command: CreateStack, metadata: Metadata, now: Timestamp) -> Self {
        let image = command.name.as_str().to_owned();
        Self {
            guid,
            name: command.name,
            description: command.description,
            state: command.state,
            state_reason: command.state_reason,
            build_rootfs_image: image.clone(),
            run_rootfs_image: image,
            metadata,
            created_at: now,
            updated_at: now,
        }
    }

    /// The stack after a change. The second value is the warning for a change of the state of the default stack.
    pub fn updated(
        mut self,
        change: &UpdateStack,
        default_name: &str,
        metadata: Metadata,
        now: Timestamp,
    ) -> (Self, Option<StackWarning>) {
        let warning = (change.state.is_some() && self.is_named(default_name))
            .then(|| StackWarning::DefaultChanged(self.name.clone()));
        if let Some(state) = change.state {
            self.state = state;
        }
        self.state_reason = change.state_reason.clone().apply(self.state_reason);
        self.metadata = metadata;
        self.updated_at = now;
        (self, warning)
    }

    pub fn is_named(&self, name: &str) -> bool {
        self.name.as_str() == name
    }

    /// Whether staging may use this stack, and what to warn about if so.
    pub fn admit(&self, use_: StackUse) -> Result<Option<StackWarning>, StackError> {
        let (name, state, reason) = (self.name.clone(), self.state, self.state_reason.clone());
        match (state, use_) {
            (StackState::Active, _) => Ok(None),
            (StackState::Deprecated, _) | (StackState::Restricted, StackUse::Restage) => {
                Ok(Some(StackWarning::Ending { name, state, reason }))
            }
            (StackState::Restricted, StackUse::New) | (StackState::Disabled, _) => {
                Err(StackError::Unusable { name, state, reason })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(state: StackState, reason: Option<&str>) -> Stack {
        let command = CreateStack {
            name: Name::parse("one").unwrap(),
            description: None,
            state,
            state_reason: reason.map(str::to_owned),
            metadata: MetadataPatch::default(),
        };
        Stack::new(Guid::new("s"), command, Metadata::default(), Timestamp::from_seconds(1))
    }

    #[test]
    fn a_restricted_stack_takes_no_new_app_but_restages_with_a_warning() {
        let refusal = stack(StackState::Restricted, Some("use two")).admit(StackUse::New).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "ERROR: Staging failed. The stack 'one' is 'RESTRICTED' and cannot be used for staging. use two"
        );
        let warning = stack(StackState::Restricted, None).admit(StackUse::Restage).unwrap().unwrap();
        assert_eq!(
            warning.to_string(),
            "WARNING: The stack 'one' is 'RESTRICTED' and will be removed in the future."
        );
    }

    #[test]
    fn what_restaging_refuses_a_new_app_is_refused_too() {
        for state in StackState::ALL {
            let stack = stack(*state, None);
            assert!(stack.admit(StackUse::Restage).is_ok() || stack.admit(StackUse::New).is_err());
        }
    }
}
