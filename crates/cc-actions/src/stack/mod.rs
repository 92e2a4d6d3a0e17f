//! Stacks.

mod create;
mod delete;
mod read;
mod update;

pub use create::create;
pub use delete::delete;
pub use read::{get, list};
pub use update::update;

use crate::access;
use crate::fault::Fault;
use cc_domain::actor::Actor;
use cc_domain::audit_event::Party;
use cc_domain::stack::{Stack, policy};

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Stack";
/// The unique constraint on the name.
pub(crate) const NAME_KEY: &str = "stacks_name_key";

/// Whether the caller may change stacks at all. Asked before a body is looked at.
pub fn may_manage(actor: &Actor) -> Result<(), Fault> {
    access::anywhere(actor, &policy::MANAGE)
}

fn party(stack: &Stack) -> Party {
    Party::new("stack", stack.guid.as_str(), stack.name.as_str())
}
