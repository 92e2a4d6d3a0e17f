//! Buildpacks that the installation offers.
//!
//! Their order is one list for each lifecycle, locked by whoever changes it. [`upload`] stores the bits, and the job that it queues,
//! [`Upload`], makes them those of the buildpack.

mod archive;
mod create;
mod delete;
mod read;
mod record;
mod update;
mod upload;

pub use create::create;
pub use delete::delete;
pub use read::{get, list};
pub(crate) use record::Upload;
pub use update::update;
pub use upload::{BuildpackFile, admit_upload, upload};

use crate::access;
use crate::fault::Fault;
use cc_domain::actor::Actor;
use cc_domain::audit_event::Party;
use cc_domain::buildpack::{Buildpack, BuildpackError, policy};
use cc_domain::store::DynTx;

/// The name of the resource in "… not found".
pub(crate) const RESOURCE: &str = "Buildpack";
/// The unique constraint on name, stack and lifecycle.
const NAME_KEY: &str = "buildpacks_name_stack_lifecycle_key";

/// Whether the caller may change buildpacks at all. Asked before a body is looked at.
pub fn may_manage(actor: &Actor) -> Result<(), Fault> {
    access::anywhere(actor, &policy::MANAGE)
}

fn party(buildpack: &Buildpack) -> Party {
    Party::new("buildpack", buildpack.guid.as_str(), buildpack.name.as_str())
}

async fn check_stack(tx: &mut DynTx, stack: Option<&str>) -> Result<(), Fault> {
    let Some(stack) = stack else { return Ok(()) };
    match tx.find_stack_named(stack).await? {
        Some(_) => Ok(()),
        None => Err(BuildpackError::UnknownStack(stack.to_owned()).into()),
    }
}
